//! A listing of JSON values, with lines between them that are none: warnings of the command, a prompt, a shell's complaint.

use super::{Fault, Scanner, Token};
use crate::queue::listing::{Out, Parser};

/// What of a line beside the listing is kept.
const LINE_LIMIT: usize = 1024;

/// What makes entries of the tokens.
pub(in crate::queue) trait Reader {
    /// Takes the next token.
    fn take(&mut self, token: Token<'_>, out: &mut Out<'_>);
    /// What stood open is lost; what comes is a new value.
    fn reset(&mut self);
    /// How a value that is no JSON from here on is told.
    fn damaged(out: &Out<'_>) -> String;
    /// How a value without an end is told.
    fn unended(out: &Out<'_>) -> String;
}

/// Scans the values for a reader, and passes over the lines between them.
#[derive(Debug, Default)]
pub(in crate::queue) struct Documents<R> {
    scanner: Scanner,
    reader: R,
    /// A line that is no JSON, up to its end.
    noise: Option<Vec<u8>>,
}

impl<R: Reader> Documents<R> {
    pub(in crate::queue) fn of(reader: R) -> Self {
        Self {
            scanner: Scanner::default(),
            reader,
            noise: None,
        }
    }

    /// The rest of a line that is no JSON; gives what stands behind it.
    fn pass_over<'b>(&mut self, bytes: &'b [u8], out: &mut Out<'_>) -> &'b [u8] {
        let Some(line) = &mut self.noise else {
            return bytes;
        };
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        let room = LINE_LIMIT.saturating_sub(line.len());
        line.extend_from_slice(part.get(..room).unwrap_or(part));
        let Some(end) = end else { return &[] };
        self.end_of_line(out);
        bytes.get(end + 1..).unwrap_or_default()
    }

    fn end_of_line(&mut self, out: &mut Out<'_>) {
        if let Some(line) = self.noise.take() {
            out.stray(&line);
        }
    }
}

impl<R: Reader> Parser for Documents<R> {
    fn feed(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        let mut rest = self.pass_over(bytes, out);
        while !rest.is_empty() {
            let reader = &mut self.reader;
            let result = self
                .scanner
                .feed(rest, &mut |token| reader.take(token, out));
            let Err(Fault(at)) = result else { return };
            if !self.scanner.at_rest() {
                out.damage(R::damaged(out));
            }
            // An array that is open stays open: only the entry is lost. But an object cut short by another line is
            // what the depth cannot tell, so the count starts again.
            self.scanner.reset();
            self.reader.reset();
            self.noise = Some(Vec::new());
            rest = self.pass_over(rest.get(at..).unwrap_or_default(), out);
        }
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        self.end_of_line(out);
        let reader = &mut self.reader;
        self.scanner.finish(&mut |token| reader.take(token, out));
        if !self.scanner.at_rest() {
            out.damage(R::unended(out));
        }
    }
}
