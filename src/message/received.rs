//! Received fields (RFC 5321 §4.4, RFC 3848, RFC 6531 §4.3): who took the message from whom, when, under which
//! name, and was it encrypted?
//!
//! No two servers write them alike, so that little is demanded: words outside of comments that are `from`,
//! `by`, `via`, `with`, `id` or `for` begin a clause, the date stands behind the last semicolon, and what is
//! missing is absent. Forms known and tested: Postfix, Exim, Sendmail, OpenSMTPD, qmail, Courier, Dovecot,
//! Exchange, Gmail.

use std::net::IpAddr;

use super::{Message, fields};

/// Fields that are read of one message.
const MOST: usize = 100;
/// Bytes of a field that are looked at.
const LENGTH: usize = 4096;
/// Words of a clause that are kept.
const WORDS: usize = 6;

/// One step of the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hop {
    /// What the client called itself.
    pub from: Option<String>,
    /// Its address.
    pub address: Option<IpAddr>,
    /// Who took it.
    pub by: Option<String>,
    /// How: `ESMTPS`.
    pub with: Option<String>,
    /// Its name there.
    pub id: Option<String>,
    /// When, in seconds since 1970 by the clock of who took it.
    pub date: Option<i64>,
    /// Does the field say that the connection was encrypted?
    pub encrypted: bool,
    /// Was it no step between two hosts: a local program, a socket, loopback?
    pub local: bool,
}

impl Hop {
    /// Who took it, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        self.by.as_deref().unwrap_or("?")
    }
}

/// The steps of a message, the first one first.
#[must_use]
pub fn hops(message: &Message<'_>) -> Vec<Hop> {
    let mut hops: Vec<Hop> = message
        .raw("Received")
        .take(MOST)
        .map(|field| parse(field.value()))
        .collect();
    hops.reverse();
    hops
}

/// Reads the value of one field.
#[must_use]
pub fn parse(value: &[u8]) -> Hop {
    let value = value.get(..LENGTH).unwrap_or(value);
    let date = value
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, byte)| **byte == b';')
        .find_map(|(at, _)| Some((at, fields::date(value.get(at + 1..)?)?)));
    let (clauses, date) = match date {
        Some((at, date)) => (value.get(..at).unwrap_or_default(), Some(date)),
        None => (value, None),
    };
    let text = String::from_utf8_lossy(clauses);
    let mut hop = Hop {
        date,
        ..Hop::default()
    };
    let mut from_comments = Vec::new();
    let mut all_comments = Vec::new();
    let mut clause = "";
    let mut words: [Vec<String>; 5] = Default::default();
    let mut tls_word = false;
    for piece in pieces(&text) {
        match piece {
            Piece::Comment(comment) => {
                if clause == "from" {
                    from_comments.push(comment.clone());
                }
                all_comments.push(comment);
            }
            Piece::Word(word) => {
                let lower = word.to_ascii_lowercase();
                match KEYWORDS.iter().find(|known| **known == lower) {
                    Some(keyword) => clause = keyword,
                    // Exim: "with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384".
                    None if lower == "tls" && clause == "with" => tls_word = true,
                    None => {
                        let place = KEYWORDS.iter().position(|known| *known == clause);
                        if let Some(words) = place.and_then(|place| words.get_mut(place))
                            && words.len() < WORDS
                        {
                            words.push(word);
                        }
                    }
                }
            }
        }
    }
    let [from, by, with, id, _] = words;
    let first = |words: &[String]| {
        words
            .first()
            .map(|word| clean(word))
            .filter(|word| !word.is_empty())
    };
    hop.from = first(&from);
    hop.by = first(&by);
    hop.id = first(&id);
    hop.with = (!with.is_empty()).then(|| with.join(" "));
    // What the client calls itself proves nothing, be it an address: that of the connection stands in the comment.
    hop.address = from_comments
        .iter()
        .map(|comment| unclaimed(comment))
        .chain(from.iter().map(String::as_str))
        .find_map(address);
    let protocol = first(&with).unwrap_or_default().to_ascii_uppercase();
    hop.encrypted = tls_word
        || matches!(
            protocol.as_str(),
            "ESMTPS"
                | "ESMTPSA"
                | "LMTPS"
                | "LMTPSA"
                | "UTF8SMTPS"
                | "UTF8SMTPSA"
                | "UTF8LMTPS"
                | "UTF8LMTPSA"
                | "SMTPS"
                | "SMTPSA"
                | "HTTPS"
        )
        || all_comments.iter().any(|comment| tells_tls(comment));
    let loopback = |name: &str| {
        name.eq_ignore_ascii_case("localhost") || name.eq_ignore_ascii_case("localhost.localdomain")
    };
    hop.local = match (&hop.from, hop.address) {
        (_, Some(address)) => address.to_canonical().is_loopback(),
        (None, None) => true,
        (Some(from), None) => {
            loopback(from)
                || Some(from) == hop.by.as_ref()
                // A socket has no address; Dovecot names neither then.
                || protocol.starts_with("LMTP")
        }
    } || matches!(protocol.as_str(), "LOCAL" | "MAPI");
    hop
}

/// In the order of the clauses that are kept; `via` is passed over.
const KEYWORDS: [&str; 6] = ["from", "by", "with", "id", "for", "via"];

enum Piece {
    Word(String),
    Comment(String),
}

/// Words and comments; comments may hold comments.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut word = String::new();
    let mut comment = String::new();
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' if depth > 0 || quoted => {
                let next = characters.next().unwrap_or(' ');
                if depth > 0 {
                    comment.push(next)
                } else {
                    word.push(next)
                }
            }
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => {
                if depth == 0 {
                    finish(&mut word, &mut pieces);
                } else {
                    comment.push(c);
                }
                depth += 1;
            }
            ')' if !quoted && depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    let text = std::mem::take(&mut comment);
                    let text: Vec<&str> = text.split_ascii_whitespace().collect();
                    pieces.push(Piece::Comment(text.join(" ")));
                } else {
                    comment.push(c);
                }
            }
            c if depth > 0 => comment.push(c),
            c if c.is_ascii_whitespace() && !quoted => finish(&mut word, &mut pieces),
            c => word.push(c),
        }
    }
    if !comment.is_empty() {
        pieces.push(Piece::Comment(comment));
    }
    finish(&mut word, &mut pieces);
    pieces
}

fn finish(word: &mut String, pieces: &mut Vec<Piece>) {
    if !word.is_empty() {
        pieces.push(Piece::Word(std::mem::take(word)));
    }
}

/// A word without what stands around it.
fn clean(word: &str) -> String {
    word.trim_matches(|c: char| matches!(c, '<' | '>' | ';' | ',' | '"'))
        .trim_end_matches('.')
        .to_owned()
}

/// An address in brackets, or alone in its comment (Exchange).
fn address(text: &str) -> Option<IpAddr> {
    let parse = |text: &str| {
        let bare = text
            .strip_prefix("IPv6:")
            .or_else(|| text.strip_prefix("ipv6:"))
            .unwrap_or(text);
        bare.split('%').next()?.parse::<IpAddr>().ok()
    };
    if let Some((_, rest)) = text.split_once('[')
        && let Some((inside, _)) = rest.split_once(']')
        && let Some(address) = parse(inside)
    {
        return Some(address);
    }
    // qmail: (HELO name) (192.0.2.1); sometimes user@192.0.2.1.
    let last = text.rsplit(['@', ' ']).next().unwrap_or(text);
    parse(last)
}

/// A comment without the name that the client gave. Exim: `[192.0.2.1] helo=name`; qmail: `HELO name`.
fn unclaimed(comment: &str) -> &str {
    let lower = comment.to_ascii_lowercase();
    let end = match lower.find("helo=") {
        Some(at) => at,
        None if lower.starts_with("helo ") || lower.starts_with("ehlo ") => 0,
        None => comment.len(),
    };
    comment.get(..end).unwrap_or_default()
}

/// Does a comment speak of TLS? A host of that name does not count.
fn tells_tls(comment: &str) -> bool {
    let text = comment.to_ascii_lowercase();
    // Exim: TLS1.3; OpenSMTPD: TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO.
    let version = text
        .strip_prefix("tlsv1.")
        .or_else(|| text.strip_prefix("tls1."))
        .is_some_and(|rest| {
            let mut rest = rest.chars();
            rest.next().is_some_and(|c| c.is_ascii_digit())
                && matches!(rest.next(), None | Some(':'))
        });
    version
        || text.starts_with("using tls")
        || text.starts_with("using ssl")
        || text.contains("version=tls")
        || text.contains("version=ssl")
        || text.contains("tls: tls")
        || text.contains("tls: ssl")
        || text.ends_with(" encrypted")
}

#[cfg(test)]
mod tests;
