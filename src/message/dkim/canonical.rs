//! Fields and bodies in the form in which they are signed (RFC 6376 §3.4).

/// Fields of a message that are looked at.
const MOST: usize = 1000;

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Simple,
    /// White space does not count.
    Relaxed,
}

impl Form {
    /// `relaxed/simple`: of the header, and of the body; that one is simple where it is not named.
    pub(super) fn both(text: &str) -> Option<(Self, Self)> {
        let one = |text: &str| match text.trim().to_ascii_lowercase().as_str() {
            "simple" => Some(Self::Simple),
            "relaxed" => Some(Self::Relaxed),
            _ => None,
        };
        match text.split_once('/') {
            Some((header, body)) => Some((one(header)?, one(body)?)),
            None => Some((one(text)?, Self::Simple)),
        }
    }
}

/// A field just as it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    name: &'a [u8],
    /// From the colon on, without the last line end.
    rest: &'a [u8],
}

impl<'a> Field<'a> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.trim_ascii().eq_ignore_ascii_case(name.as_bytes())
    }

    pub(super) fn name(&self) -> &'a [u8] {
        self.name
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn value(&self) -> &'a [u8] {
        self.rest.get(1..).unwrap_or_default()
    }
}

/// A message with CRLF line ends, whatever it was stored with.
pub(super) fn crlf(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + message.len() / 32);
    let mut last = 0;
    for byte in message {
        if *byte == b'\n' && last != b'\r' {
            out.push(b'\r');
        }
        out.push(*byte);
        last = *byte;
    }
    out
}

/// The fields, and the body.
pub(super) fn fields(message: &[u8]) -> (Vec<Field<'_>>, &[u8]) {
    let mut fields = Vec::new();
    let mut rest = message;
    while !rest.is_empty() && fields.len() < MOST {
        if let Some(body) = rest.strip_prefix(b"\r\n") {
            return (fields, body);
        }
        let mut end = line(rest);
        while matches!(rest.get(end), Some(b' ' | b'\t')) {
            end += line(rest.get(end..).unwrap_or_default());
        }
        let (one, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        let one = one.strip_suffix(b"\r\n").unwrap_or(one);
        if let Some(colon) = one.iter().position(|byte| *byte == b':') {
            let (name, rest) = one.split_at(colon);
            fields.push(Field { name, rest });
        }
        rest = after;
    }
    (fields, &[])
}

/// The length of the first line with its end.
fn line(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |at| at + 1)
}

/// A field as it is signed, without a line end.
pub(super) fn field(name: &[u8], rest: &[u8], form: Form) -> Vec<u8> {
    if form == Form::Simple {
        return [name, rest].concat();
    }
    let mut out = name.trim_ascii().to_ascii_lowercase();
    out.push(b':');
    let value: Vec<u8> = rest
        .get(1..)
        .unwrap_or_default()
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    out.extend(one_blank(&value, true));
    out
}

/// Runs of white space are one blank, none at the end; none at the beginning either where that is wanted.
fn one_blank(text: &[u8], trim: bool) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    for byte in text {
        if matches!(byte, b' ' | b'\t') {
            if out.last() != Some(&b' ') && !(trim && out.is_empty()) {
                out.push(b' ');
            }
        } else {
            out.push(*byte);
        }
    }
    if out.last() == Some(&b' ') {
        out.pop();
    }
    out
}

/// A body as it is signed.
pub(super) fn body(text: &[u8], form: Form) -> Vec<u8> {
    let mut out = match form {
        Form::Simple => text.to_vec(),
        Form::Relaxed => {
            let mut out = Vec::with_capacity(text.len());
            for line in text.split_inclusive(|byte| *byte == b'\n') {
                let (bare, end) = match line.strip_suffix(b"\r\n") {
                    Some(bare) => (bare, &b"\r\n"[..]),
                    None => (line, &b""[..]),
                };
                out.extend(one_blank(bare, false));
                out.extend_from_slice(end);
            }
            out
        }
    };
    if !out.is_empty() && !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    while out.ends_with(b"\r\n\r\n") {
        out.truncate(out.len() - 2);
    }
    if out == b"\r\n" {
        out.clear();
    }
    // An empty body is an empty line in the simple form (§3.4.3), and nothing in the other (§3.4.4).
    if out.is_empty() && form == Form::Simple {
        out.extend_from_slice(b"\r\n");
    }
    out
}
