//! Fields and text of a mail, decoded: what `--match` and the ages look at (RFC 5322, 2045 to 2047,
//! 2231).
//!
//! The bytes may be a whole mail, its header block, or the beginning of either: what is missing is
//! absent and never an error. Cutting the mail into fields and parts is done here, with limits
//! ([`fields`], [`decode`]); mail-parser reads the single field and undoes encodings and charsets. Its
//! own walk over parts is not used: nested messages make it recurse as deep as a sender wants.

pub mod auth_results;
pub mod bounce;
pub mod compare;
mod decode;
pub mod dkim;
pub mod draft;
mod fields;
mod moment;
pub mod pattern;
pub mod received;
pub mod token;
pub mod trace;

use fields::Field;

pub use moment::moment;
pub use pattern::Pattern;

/// A mail.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    fields: Vec<Field<'a>>,
    body: &'a [u8],
}

impl<'a> Message<'a> {
    /// Cuts the bytes into fields and body.
    #[must_use]
    pub fn parse(bytes: &'a [u8]) -> Self {
        let (fields, body) = fields::split(bytes);
        Self { fields, body }
    }

    /// The first field of this name, decoded and on one line.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<String> {
        self.fields(name).next()
    }

    /// All fields of this name from top to bottom, decoded and each on one line.
    pub fn fields(&self, name: &str) -> impl Iterator<Item = String> {
        self.raw(name).map(Field::decoded)
    }

    /// Subject
    #[must_use]
    pub fn subject(&self) -> Option<String> {
        self.field("Subject")
    }

    /// From: `Name <address>`, several with commas between them.
    #[must_use]
    pub fn from(&self) -> Option<String> {
        self.field("From")
    }

    /// To: likewise.
    #[must_use]
    pub fn to(&self) -> Option<String> {
        self.field("To")
    }

    /// Message-ID without its angle brackets.
    #[must_use]
    pub fn message_id(&self) -> Option<String> {
        let id = self.field("Message-ID")?;
        let id = id.trim().trim_start_matches('<').trim_end_matches('>');
        (!id.is_empty()).then(|| id.to_owned())
    }

    /// Date in seconds since 1970: when the sender says that it was written.
    #[must_use]
    pub fn date(&self) -> Option<i64> {
        fields::date(self.raw("Date").next()?.value())
    }

    /// The date of the topmost Received: when the last server took it in. Unlike Date it does not
    /// depend on the sender's clock.
    #[must_use]
    pub fn received(&self) -> Option<i64> {
        let value = self.raw("Received").next()?.value();
        let semicolon = value.iter().rposition(|byte| *byte == b';')?;
        fields::date(value.get(semicolon + 1..)?)
    }

    /// The text of the mail: plain parts, or HTML ones without their tags where there are no plain
    /// ones; no attachments. Lines end with LF. Bounded.
    #[must_use]
    pub fn text(&self) -> String {
        decode::text(&self.fields, self.body)
    }

    /// The decoded bodies of all parts, attachments among them.
    #[must_use]
    pub fn leaves(&self) -> Vec<Vec<u8>> {
        decode::leaves(&self.fields, self.body)
    }

    fn raw(&self, name: &str) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(move |field| field.is(name))
    }
}

#[cfg(test)]
mod tests;
