//! `Get-Queue | ConvertTo-Json`: one object, an array of them, or `{"value": [...], "Count": n}` of PowerShell 5.

use super::{Field, Row, recipient};
use crate::queue::Given;
use crate::queue::entry::Entry;
use crate::queue::json::{Reader, Token};
use crate::queue::listing::Out;

const RECIPIENT_LIMIT: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct ExchangeJson {
    given: Given,
    entry: Entry,
    row: Row,
    depth: u32,
    /// How deep the object of a row stands; 0 outside of any.
    base: u32,
    /// The object around all rows: its array of rows stands so deep.
    wrapper: u32,
    field: Field,
    inner: Inner,
    address: Vec<u8>,
    error: Vec<u8>,
}

/// A member of an object within a property.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inner {
    #[default]
    Other,
    Value,
    Address,
    Error,
}

impl ExchangeJson {
    pub(crate) fn new(given: Given) -> Self {
        Self {
            given,
            ..Self::default()
        }
    }
}

impl Reader for ExchangeJson {
    fn damaged(out: &Out<'_>) -> String {
        format!("damaged behind {} messages", out.messages())
    }

    fn unended(out: &Out<'_>) -> String {
        format!("it ends behind {} messages", out.messages())
    }

    fn reset(&mut self) {
        self.depth = 0;
        self.base = 0;
        self.wrapper = 0;
        self.row.clear();
    }

    fn take(&mut self, token: Token<'_>, out: &mut Out<'_>) {
        match token {
            Token::ObjectStart => self.open_object(),
            Token::ArrayStart => self.open_array(out),
            Token::ObjectEnd => self.close_object(out),
            Token::ArrayEnd => {
                if self.depth == self.wrapper {
                    self.wrapper = 0;
                    self.base = 0;
                }
                self.depth = self.depth.saturating_sub(1);
            }
            Token::Key(key) => self.key(key),
            Token::String(text) => self.string(text),
            Token::Bare(text) => self.bare(text, out),
        }
    }
}

impl ExchangeJson {
    fn open_object(&mut self) {
        self.depth += 1;
        if self.base == 0 {
            self.base = self.depth;
            self.row.clear();
            self.field = Field::Other;
        } else if self.depth == self.base + 2 && self.field == Field::Recipients {
            self.address.clear();
            self.error.clear();
        }
        self.inner = Inner::Other;
    }

    fn open_array(&mut self, out: &mut Out<'_>) {
        self.depth += 1;
        if self.depth == 1 {
            out.proven();
        } else if self.depth == 2 && self.base == 1 && self.inner == Inner::Value {
            self.wrapper = 2;
            self.base = 0;
            out.proven();
        }
    }

    fn close_object(&mut self, out: &mut Out<'_>) {
        if self.base > 0 && self.depth == self.base + 2 && self.field == Field::Recipients {
            self.push(self.address.clone(), self.error.clone());
        }
        if self.depth == self.base {
            self.base = 0;
            if !self.row.finish(&mut self.entry, &self.given, out) {
                out.stray(b"a JSON object that is no row of Get-Queue or Get-Message");
            }
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn push(&mut self, address: Vec<u8>, error: Vec<u8>) {
        if !address.is_empty() && self.row.recipients.len() < RECIPIENT_LIMIT {
            self.row.recipients.push((address, error));
        }
    }

    fn key(&mut self, key: &[u8]) {
        if self.depth == self.base {
            self.field = Field::named(key);
        }
        self.inner = match key.to_ascii_lowercase().as_slice() {
            b"value" => Inner::Value,
            b"address" => Inner::Address,
            b"lasterror" => Inner::Error,
            _ => Inner::Other,
        };
    }

    fn string(&mut self, text: &[u8]) {
        if self.base == 0 {
            return;
        }
        if self.depth == self.base {
            match self.field {
                Field::Recipients => self.recipient(text),
                field => self.row.set(field, text),
            }
        } else if self.field == Field::Recipients {
            match self.inner {
                Inner::Address => self.address = text.to_vec(),
                Inner::Error => self.error = text.to_vec(),
                // An array of texts.
                _ if self.depth == self.base + 1 => self.recipient(text),
                _ => {}
            }
        } else if self.depth == self.base + 1 && self.inner == Inner::Value {
            self.row.set(self.field, text);
        }
    }

    fn recipient(&mut self, text: &[u8]) {
        if let Some((address, error)) = recipient(text) {
            self.push(address, error);
        }
    }

    fn bare(&mut self, text: &[u8], out: &mut Out<'_>) {
        if self.depth == 0 {
            // Nothing at all, as PowerShell says it.
            if text == b"null" {
                out.proven();
            } else {
                out.stray(text);
            }
        } else if text != b"null" && self.base > 0 {
            let own = self.depth == self.base;
            let inner = self.depth == self.base + 1 && self.inner == Inner::Value;
            if own || inner {
                self.row.set(self.field, text);
            }
        }
    }
}
