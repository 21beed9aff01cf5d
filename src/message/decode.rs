//! The text of a mail: its parts, with transfer encoding and charset undone (RFC 2045, 2046).
//!
//! Limits: 1 MiB of the body is looked at, 8 levels of parts, 100 parts, 256 KiB of text come out.
//! What is cut off, badly encoded or in an unknown charset is shown as well as it can be.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::html::html_to_text;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

use super::fields::{self, Field, first_line};

const BODY: usize = 1 << 20;
const DEPTH: usize = 8;
const PARTS: usize = 100;
const TEXT: usize = 256 << 10;

/// A part that is text.
struct Piece {
    html: bool,
    text: String,
}

/// The text of all parts that are no attachments.
pub(super) fn text(fields: &[Field<'_>], body: &[u8]) -> String {
    let mut walk = Walk {
        parts: PARTS,
        bytes: TEXT,
    };
    let pieces = walk.part(fields, body.get(..BODY).unwrap_or(body), DEPTH);
    let texts: Vec<String> = pieces.into_iter().map(|piece| piece.text).collect();
    texts.join("\n")
}

/// The decoded bodies of all parts that hold no other parts, attachments among them.
pub(super) fn leaves(fields: &[Field<'_>], body: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    collect(fields, body, DEPTH, &mut found);
    found
}

fn collect(fields: &[Field<'_>], body: &[u8], depth: usize, found: &mut Vec<Vec<u8>>) {
    let value = |name: &str| {
        fields
            .iter()
            .find(|field| field.is(name))
            .map(|field| field.value())
    };
    if depth == 0 || found.len() >= PARTS {
        return;
    }
    let kind = value("Content-Type").and_then(fields::content_type);
    let boundary = kind
        .as_ref()
        .filter(|kind| kind.c_type.eq_ignore_ascii_case("multipart"))
        .and_then(|kind| kind.attribute("boundary"))
        .filter(|boundary| !boundary.is_empty());
    if let Some(boundary) = boundary {
        for part in split(body, boundary.as_bytes()) {
            let (fields, body) = fields::split(part);
            collect(&fields, body, depth - 1, found);
        }
        return;
    }
    let encoding = value("Content-Transfer-Encoding").unwrap_or_default();
    found.push(undone(encoding, body).unwrap_or_else(|| body.to_vec()));
}

/// The transfer encoding taken away; `None` where there is none, or it is broken.
fn undone(encoding: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    if encoding.eq_ignore_ascii_case(b"base64") {
        base64(body)
    } else if encoding.eq_ignore_ascii_case(b"quoted-printable") {
        quoted_printable_decode(body)
    } else {
        None
    }
}

/// What may still be taken.
struct Walk {
    parts: usize,
    bytes: usize,
}

impl Walk {
    fn part(&mut self, fields: &[Field<'_>], body: &[u8], depth: usize) -> Vec<Piece> {
        let value = |name: &str| {
            fields
                .iter()
                .find(|field| field.is(name))
                .map(|field| field.value())
        };
        if depth == 0 || self.parts == 0 || self.bytes == 0 {
            return Vec::new();
        }
        self.parts -= 1;
        let disposition = value("Content-Disposition").and_then(fields::content_type);
        if disposition.is_some_and(|found| found.c_type.eq_ignore_ascii_case("attachment")) {
            return Vec::new();
        }
        let found = value("Content-Type").and_then(fields::content_type);
        let kind = found
            .as_ref()
            .map_or("text", |found| found.c_type.as_ref())
            .to_ascii_lowercase();
        let subtype = found
            .as_ref()
            .and_then(|found| found.c_subtype.as_deref())
            .unwrap_or("plain")
            .to_ascii_lowercase();
        let boundary = found
            .as_ref()
            .and_then(|found| found.attribute("boundary"))
            .filter(|boundary| !boundary.is_empty());
        match (kind.as_str(), boundary) {
            ("multipart", Some(boundary)) => {
                let mut pieces = Vec::new();
                for part in split(body, boundary.as_bytes()) {
                    if self.parts == 0 {
                        break;
                    }
                    let (fields, body) = fields::split(part);
                    pieces.extend(self.part(&fields, body, depth - 1));
                }
                if subtype == "alternative" && pieces.iter().any(|piece| !piece.html) {
                    pieces.retain(|piece| !piece.html);
                }
                pieces
            }
            ("message", _) if subtype == "rfc822" || subtype == "global" => {
                let (fields, body) = fields::split(body);
                self.part(&fields, body, depth - 1)
            }
            // A multipart without a boundary is what it looks like.
            ("text" | "multipart", _) => {
                let charset = found.as_ref().and_then(|found| found.attribute("charset"));
                let encoding = value("Content-Transfer-Encoding").unwrap_or_default();
                vec![self.leaf(subtype == "html", charset, encoding, body)]
            }
            _ => Vec::new(),
        }
    }

    fn leaf(&mut self, html: bool, charset: Option<&str>, encoding: &[u8], body: &[u8]) -> Piece {
        let undone = undone(encoding, body);
        let bytes = undone.as_deref().unwrap_or(body);
        let text = in_charset(bytes, charset);
        let text = if html { html_to_text(&text) } else { text };
        let mut text = text.replace("\r\n", "\n");
        truncate(&mut text, self.bytes);
        self.bytes -= text.len();
        Piece { html, text }
    }
}

/// What there is of it: a body that was cut off ends within a group of four.
fn base64(body: &[u8]) -> Option<Vec<u8>> {
    base64_decode(body).or_else(|| {
        let end = body
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric() && !b"+/= \t\r\n".contains(byte))?;
        base64_decode(body.get(..end)?)
    })
}

fn in_charset(bytes: &[u8], charset: Option<&str>) -> String {
    let known = charset.filter(|name| {
        // What claims to be ASCII or UTF-8 is looked at below.
        !["us-ascii", "ascii", "utf-8", "utf8"]
            .iter()
            .any(|plain| name.eq_ignore_ascii_case(plain))
    });
    match known.and_then(|name| charset_decoder(name.as_bytes())) {
        Some(decoder) => decoder(bytes),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            // A cut within the last character is no reason to doubt the charset.
            Err(error)
                if error.error_len().is_none()
                    || charset.is_some_and(|name| name.to_ascii_lowercase().starts_with("utf")) =>
            {
                String::from_utf8_lossy(bytes).into_owned()
            }
            Err(_) => fields::windows_1252(bytes),
        },
    }
}

fn truncate(text: &mut String, limit: usize) {
    if text.len() > limit {
        let end = (0..=limit)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0);
        text.truncate(end);
    }
}

/// The parts between the delimiter lines; without the last of them, up to the end of what there is.
fn split<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut start = None;
    let mut offset = 0;
    let mut rest = body;
    while !rest.is_empty() && parts.len() < PARTS {
        let (line, after) = first_line(rest);
        let tail = line
            .strip_prefix(b"--")
            .and_then(|line| line.strip_prefix(boundary))
            .map(<[u8]>::trim_ascii);
        if let Some(tail @ (b"" | b"--")) = tail {
            if let Some(start) = start {
                parts.push(without_line_end(
                    body.get(start..offset).unwrap_or_default(),
                ));
            }
            start = Some(offset + line.len());
            if tail == b"--" {
                return parts;
            }
        }
        offset += line.len();
        rest = after;
    }
    if let Some(start) = start {
        parts.push(body.get(start..).unwrap_or_default());
    }
    parts
}

/// The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1).
fn without_line_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}
