//! What FETCH tells of one message (RFC 3501 §7.4.2). Unknown items are passed over.

use super::super::date::InternalDate;
use super::super::flags::Flags;
use super::super::token::Token;
use super::flags;

/// One message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetch {
    /// Its number in the mailbox.
    pub seq: u32,
    /// UID
    pub uid: Option<u32>,
    /// FLAGS
    pub flags: Option<Flags>,
    /// INTERNALDATE
    pub internal_date: Option<InternalDate>,
    /// RFC822.SIZE
    pub size: Option<u64>,
    /// `BODY[...]`, `BINARY[...]`, RFC822 and its like: the name as the server writes it, and the
    /// bytes.
    pub sections: Vec<(String, Vec<u8>)>,
}

impl Fetch {
    pub(super) fn parse(seq: u32, rest: &[Token<'_>]) -> Option<Self> {
        let mut fetch = Self {
            seq,
            ..Self::default()
        };
        for pair in rest.first()?.list()?.chunks_exact(2) {
            if let [name, value] = pair {
                fetch.take(name.bytes()?, value);
            }
        }
        Some(fetch)
    }

    fn take(&mut self, name: &[u8], value: &Token<'_>) {
        match name.to_ascii_uppercase().as_slice() {
            b"UID" => self.uid = value.number().and_then(|uid| u32::try_from(uid).ok()),
            b"FLAGS" => self.flags = flags(value),
            b"INTERNALDATE" => {
                self.internal_date = value.nstring().and_then(InternalDate::parse);
            }
            b"RFC822.SIZE" => self.size = value.number(),
            upper if is_section(upper) => {
                if let Some(bytes) = value.nstring() {
                    let name = String::from_utf8_lossy(name).into_owned();
                    self.sections.push((name, bytes.to_vec()));
                }
            }
            _ => {}
        }
    }

    /// The bytes of a section, by its name in any case and without the `<0>` of a partial fetch. A
    /// list of header names is compared by its words, as servers put quotes around them or not.
    #[must_use]
    pub fn section(&self, wanted: &str) -> Option<&[u8]> {
        let wanted = plain(wanted);
        self.sections
            .iter()
            .find(|(name, _)| plain(name) == wanted)
            .map(|(_, bytes)| bytes.as_slice())
    }
}

fn is_section(name: &[u8]) -> bool {
    name.starts_with(b"BODY[")
        || name.starts_with(b"BINARY[")
        || matches!(name, b"RFC822" | b"RFC822.HEADER" | b"RFC822.TEXT")
}

fn plain(name: &str) -> String {
    let name = match name.rsplit_once('<') {
        Some((before, _)) if before.ends_with(']') => before,
        _ => name,
    };
    name.replace('"', "").to_ascii_uppercase()
}
