//! Lines out of pieces of any size. A line without an end costs no more memory than any other.

use super::listing::{Out, Parser};

/// What of a line is kept; the rest of it is passed over.
const LINE_LIMIT: usize = 64 * 1024;

/// What takes lines, without their ends.
pub(super) trait LineParser {
    /// A line that has an end.
    fn line(&mut self, line: &[u8], out: &mut Out<'_>);
    /// There is no more.
    fn finish(&mut self, out: &mut Out<'_>);
    /// The last line was one with which a listing ends, and cannot have been longer.
    fn ended(&self) -> bool {
        false
    }
}

/// Cuts the bytes into lines.
#[derive(Debug, Default)]
pub(super) struct Lines<P> {
    parser: P,
    partial: Vec<u8>,
}

impl<P> Lines<P> {
    pub(super) fn new(parser: P) -> Self {
        Self {
            parser,
            partial: Vec::new(),
        }
    }
}

impl<P: LineParser> Parser for Lines<P> {
    fn feed(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let line = rest.get(..end).unwrap_or_default();
            rest = rest.get(end + 1..).unwrap_or_default();
            if self.partial.is_empty() && line.len() <= LINE_LIMIT {
                self.parser.line(bare(line), out);
            } else {
                keep(&mut self.partial, line);
                self.parser.line(bare(&self.partial), out);
                self.partial.clear();
            }
        }
        keep(&mut self.partial, rest);
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        let partial = std::mem::take(&mut self.partial);
        let cut = !partial.trim_ascii().is_empty();
        if cut {
            self.parser.line(bare(&partial), out);
        }
        let ended = self.parser.ended();
        // The only message may come out here: before it nothing shows that this is a listing at all.
        self.parser.finish(out);
        if cut && !ended {
            out.unended();
        }
    }
}

fn keep(partial: &mut Vec<u8>, bytes: &[u8]) {
    let room = LINE_LIMIT.saturating_sub(partial.len());
    partial.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
}

fn bare(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The first word of a line, and what stands behind it.
pub(super) fn word(line: &[u8]) -> (&[u8], &[u8]) {
    let line = line.trim_ascii_start();
    let end = line
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(line.len());
    line.split_at(end)
}

/// A number of digits only.
pub(super) fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Where a text stands in another one, letters of any case.
pub(super) fn find(line: &[u8], wanted: &[u8]) -> Option<usize> {
    line.windows(wanted.len())
        .position(|window| window.eq_ignore_ascii_case(wanted))
}

/// A size as people write it: `505`, `1.7K`, `12M`.
pub(super) fn size(text: &[u8]) -> Option<u64> {
    let (digits, unit) = match text.split_last()? {
        (b'K' | b'k', digits) => (digits, 1 << 10),
        (b'M' | b'm', digits) => (digits, 1 << 20),
        (b'G' | b'g', digits) => (digits, 1 << 30),
        _ => (text, 1_u64),
    };
    let mut parts = digits.splitn(2, |byte| matches!(byte, b'.' | b','));
    let whole = number(parts.next()?)?.checked_mul(unit)?;
    let Some(decimals) = parts.next() else {
        return Some(whole);
    };
    let mut scale = unit;
    let mut value = whole;
    for digit in decimals {
        if !digit.is_ascii_digit() {
            return None;
        }
        scale /= 10;
        value = value.checked_add(u64::from(digit - b'0') * scale)?;
    }
    Some(value)
}
