//! The header block: fields, unfolded and decoded (RFC 5322 §2.2, RFC 2047).
//!
//! Limits: 1000 fields, 16 KiB of each; what is beyond is not seen. A line that is no field is passed
//! over. Quirk `raw-eight-bit`: a field with bytes that are no UTF-8 is read as windows-1252, as old
//! mailers of Windows send it.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;
use mail_parser::{Addr, Address, ContentType, HeaderValue};

const FIELDS: usize = 1000;
/// mail-parser's time for a field grows with the square of its length.
const LENGTH: usize = 16 << 10;

/// A field as it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    name: &'a [u8],
    value: &'a [u8],
}

/// Fields, and what follows the empty line.
pub(super) fn split(bytes: &[u8]) -> (Vec<Field<'_>>, &[u8]) {
    let mut fields = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (line, mut after) = first_line(rest);
        if line.trim_ascii().is_empty() {
            return (fields, after);
        }
        while matches!(after.first(), Some(b' ' | b'\t')) {
            let (folded, next) = first_line(after);
            if folded.trim_ascii().is_empty() {
                break;
            }
            after = next;
        }
        let length = rest.len() - after.len();
        let field = rest.get(..length).unwrap_or_default();
        if fields.len() < FIELDS {
            fields.extend(Field::parse(field));
        }
        rest = after;
    }
    (fields, &[])
}

/// A line with its end, and the rest.
pub(super) fn first_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    bytes.split_at(end.map_or(bytes.len(), |at| at + 1))
}

impl<'a> Field<'a> {
    fn parse(field: &'a [u8]) -> Option<Self> {
        let colon = field.iter().position(|byte| *byte == b':')?;
        let name = field.get(..colon)?.trim_ascii_end();
        let value = field.get(colon + 1..)?;
        let value = value.get(..LENGTH).unwrap_or(value);
        let plain = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
        plain.then(|| Self {
            name,
            value: value.trim_ascii(),
        })
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    pub(super) fn value(&self) -> &'a [u8] {
        self.value
    }

    /// On one line, encoded words and folding undone.
    pub(super) fn decoded(&self) -> String {
        let names = [
            "From",
            "To",
            "Cc",
            "Bcc",
            "Sender",
            "Reply-To",
            "Resent-From",
            "Resent-To",
            "Resent-Cc",
            "Resent-Sender",
        ];
        let text = if names.iter().any(|name| self.is(name)) {
            addresses(self.value)
        } else {
            None
        };
        let text = text.unwrap_or_else(|| unstructured(self.value));
        text.chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect()
    }
}

/// The value as the parser wants it: UTF-8, and with the line end that it waits for.
fn terminated(value: &[u8]) -> Vec<u8> {
    let mut out = match std::str::from_utf8(value) {
        Ok(_) => value.to_vec(),
        Err(_) => windows_1252(value).into_bytes(),
    };
    out.extend_from_slice(b"\r\n");
    out
}

pub(super) fn windows_1252(bytes: &[u8]) -> String {
    match charset_decoder(b"windows-1252") {
        Some(decoder) => decoder(bytes),
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn unstructured(value: &[u8]) -> String {
    let value = terminated(value);
    match MessageStream::new(&value).parse_unstructured() {
        HeaderValue::Text(text) => text.trim().to_owned(),
        _ => String::new(),
    }
}

/// `None` where nothing looks like an address.
fn addresses(value: &[u8]) -> Option<String> {
    let value = terminated(value);
    let HeaderValue::Address(found) = MessageStream::new(&value).parse_address() else {
        return None;
    };
    let shown: Vec<String> = match &found {
        Address::List(list) => list.iter().map(address).collect(),
        Address::Group(groups) => groups
            .iter()
            .map(|group| {
                let members: Vec<String> = group.addresses.iter().map(address).collect();
                match &group.name {
                    Some(name) => format!("{name}: {};", members.join(", ")),
                    None => members.join(", "),
                }
            })
            .collect(),
    };
    Some(shown.join(", "))
}

fn address(one: &Addr<'_>) -> String {
    match (&one.name, &one.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (Some(text), None) | (None, Some(text)) => text.clone().into_owned(),
        (None, None) => String::new(),
    }
}

/// A date of RFC 5322 in seconds since 1970.
pub(super) fn date(value: &[u8]) -> Option<i64> {
    let value = value.get(..LENGTH.min(200)).unwrap_or(value);
    match MessageStream::new(&terminated(value)).parse_date() {
        HeaderValue::DateTime(date) if date.is_valid() => Some(date.to_timestamp()),
        _ => None,
    }
}

/// Content-Type or Content-Disposition.
pub(super) fn content_type(value: &[u8]) -> Option<ContentType<'static>> {
    let value = terminated(value);
    match MessageStream::new(&value).parse_content_type() {
        HeaderValue::ContentType(found) => Some(ContentType {
            c_type: owned(found.c_type),
            c_subtype: found.c_subtype.map(owned),
            attributes: found.attributes.map(|attributes| {
                attributes
                    .into_iter()
                    .map(|attribute| mail_parser::Attribute {
                        name: owned(attribute.name),
                        value: owned(attribute.value),
                    })
                    .collect()
            }),
        }),
        _ => None,
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}
