//! UTF-16 to UTF-8: what PowerShell 5 makes of `> file`. Everything else passes as it is, a byte order mark left out.

use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Unknown,
    Plain,
    Little,
    Big,
}

/// Takes pieces of any size.
#[derive(Debug)]
pub(super) struct Decoder {
    form: Form,
    /// Bytes that are too few to tell the form, or half a unit.
    held: Vec<u8>,
    high: Option<u16>,
}

impl Decoder {
    /// `active` unless the bytes are known to be none of Windows's.
    pub(super) fn new(active: bool) -> Self {
        Self {
            form: if active { Form::Unknown } else { Form::Plain },
            held: Vec::new(),
            high: None,
        }
    }

    /// The next piece, as UTF-8 if it was UTF-16.
    pub(super) fn take<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.form == Form::Plain {
            return Cow::Borrowed(bytes);
        }
        self.held.extend_from_slice(bytes);
        if self.form == Form::Unknown {
            if self.held.len() < 3 {
                return Cow::Borrowed(b"");
            }
            self.tell();
        }
        if self.form == Form::Plain {
            return Cow::Owned(std::mem::take(&mut self.held));
        }
        let held = std::mem::take(&mut self.held);
        let mut text = String::with_capacity(held.len() / 2);
        let units = held.chunks_exact(2);
        self.held.extend_from_slice(units.remainder());
        for unit in units {
            if let [first, second] = *unit {
                let unit = match self.form {
                    Form::Big => u16::from_be_bytes([first, second]),
                    _ => u16::from_le_bytes([first, second]),
                };
                self.unit(unit, &mut text);
            }
        }
        Cow::Owned(text.into_bytes())
    }

    fn unit(&mut self, unit: u16, text: &mut String) {
        let high = self.high.take();
        let units = high.into_iter().chain([unit]);
        if high.is_none() && (0xd800..0xdc00).contains(&unit) {
            self.high = Some(unit);
            return;
        }
        text.extend(
            char::decode_utf16(units).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER)),
        );
    }

    fn tell(&mut self) {
        let (form, mark) = match self.held.as_slice() {
            [0xff, 0xfe, ..] => (Form::Little, 2),
            [0xfe, 0xff, ..] => (Form::Big, 2),
            [0xef, 0xbb, 0xbf, ..] => (Form::Plain, 3),
            // Without a mark: JSON and CSV begin with an ASCII character.
            [b'[' | b'{' | b'"' | b'#' | b'\r', 0, ..] => (Form::Little, 0),
            [0, b'[' | b'{' | b'"' | b'#' | b'\r', ..] => (Form::Big, 0),
            _ => (Form::Plain, 0),
        };
        self.form = form;
        self.held.drain(..mark);
    }

    /// What was held back, at the end.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        self.form = Form::Plain;
        std::mem::take(&mut self.held)
    }
}
