//! `Get-Queue | Export-Csv`: a heading with the properties' names, then a row each (RFC 4180). The delimiter is a comma, with
//! `-UseCulture` a semicolon in half of the world, or a tab. PowerShell 5 puts `#TYPE ...` before the heading.

use super::{Field, Row, recipient};
use crate::queue::Given;
use crate::queue::entry::Entry;
use crate::queue::listing::{Out, Parser};

const VALUE_LIMIT: usize = 8 * 1024;
const COLUMN_LIMIT: usize = 512;

#[derive(Debug, Default)]
pub(crate) struct ExchangeCsv {
    given: Given,
    entry: Entry,
    row: Row,
    columns: Vec<Field>,
    delimiter: Option<u8>,
    /// Names of the heading, while it is read.
    has_heading: bool,
    /// A line of `#TYPE`, passed over.
    comment: bool,
    column: usize,
    value: Vec<u8>,
    /// All of the row so far, to be quoted if it is none.
    line: Vec<u8>,
    quoted: bool,
    /// A quote within quotes: the end of the value, or the first of two.
    quote: bool,
    begun: bool,
    /// There was one: a heading is to come.
    typed: bool,
    /// A name of the heading goes on over a line's end: a quote is missing, and what it took in are rows.
    torn: bool,
}

impl ExchangeCsv {
    pub(crate) fn new(given: Given) -> Self {
        Self {
            given,
            ..Self::default()
        }
    }

    fn byte(&mut self, byte: u8, out: &mut Out<'_>) {
        if self.comment {
            self.comment = byte != b'\n';
            return;
        }
        if self.line.len() < 512 && byte != b'\n' {
            self.line.push(byte);
        }
        if self.quoted {
            if std::mem::take(&mut self.quote) {
                if byte == b'"' {
                    self.keep(byte);
                    return;
                }
                self.quoted = false;
            } else if byte == b'"' {
                self.quote = true;
                return;
            } else {
                self.keep(byte);
                return;
            }
        }
        match byte {
            b'#' if !self.begun && !self.has_heading => {
                self.comment = true;
                self.typed = true;
                self.line.clear();
            }
            b'"' if self.value.is_empty() => {
                self.quoted = true;
                self.begun = true;
            }
            b'\n' => self.end_row(out),
            b'\r' => {}
            b',' | b';' | b'\t' if self.delimiter.is_none_or(|delimiter| delimiter == byte) => {
                self.delimiter = Some(byte);
                self.begun = true;
                self.end_value();
            }
            _ => {
                self.begun = true;
                self.keep(byte);
            }
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.value.len() < VALUE_LIMIT {
            self.value.push(byte);
        }
    }

    fn end_value(&mut self) {
        if !self.has_heading {
            self.torn |= self.value.contains(&b'\n');
            if self.columns.len() < COLUMN_LIMIT {
                self.columns.push(Field::named(self.value.trim_ascii()));
            }
        } else if let Some(field) = self.columns.get(self.column) {
            match field {
                Field::Recipients => {
                    for text in self.value.split(|byte| *byte == b' ') {
                        self.row.recipients.extend(recipient(text));
                    }
                }
                field if !self.value.is_empty() => self.row.set(*field, &self.value),
                _ => {}
            }
        }
        self.column += 1;
        self.value.clear();
        self.quoted = false;
        self.quote = false;
    }

    fn end_row(&mut self, out: &mut Out<'_>) {
        if !self.begun {
            self.value.clear();
            self.line.clear();
            return;
        }
        self.end_value();
        if self.has_heading {
            let whole = self.column == self.columns.len();
            if !whole || !self.row.finish(&mut self.entry, &self.given, out) {
                out.stray(&self.line);
            }
        } else if self.is_heading() {
            self.has_heading = true;
            if self.torn {
                out.damage("its heading is damaged");
            }
            out.proven();
        } else {
            // Something before the heading, a warning for example.
            out.stray(&self.line);
            self.columns.clear();
            self.delimiter = None;
            self.torn = false;
        }
        self.row.clear();
        self.line.clear();
        self.column = 0;
        self.begun = false;
    }

    /// Columns of which rows can be read.
    fn is_heading(&self) -> bool {
        let has = |field: Field| self.columns.contains(&field);
        has(Field::MessageCount)
            || has(Field::From)
            || has(Field::Received)
            || has(Field::MessageId)
    }
}

impl Parser for ExchangeCsv {
    fn feed(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        for byte in bytes {
            self.byte(*byte, out);
        }
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        if self.typed && !self.has_heading && !self.begun {
            out.damage("it ends before its heading");
        }
        if self.begun {
            // Without its end a row may be a part of one: `12` of `123`.
            let whole = self.has_heading && self.quote && self.column + 1 == self.columns.len();
            self.end_row(out);
            if !whole {
                out.damage("it ends in the middle of a row");
            }
        }
    }
}
