//! Enhanced status codes (RFC 3463, RFC 7372, RFC 7505 and what Google and Microsoft add) to classes.

use super::Class;

/// How much a code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// It means one thing wherever it is used.
    Precise,
    /// It is used for this and that: words decide.
    Vague,
}

use Weight::{Precise, Vague};

/// (subject, detail, class). The first number of a code tells how bad it is, not what.
const CODES: &[(u16, u16, Class, Weight)] = &[
    (1, 0, Class::UserUnknown, Vague),
    (1, 1, Class::UserUnknown, Precise),
    (1, 2, Class::Dns, Precise),
    (1, 3, Class::UserUnknown, Vague),
    (1, 6, Class::UserUnknown, Precise),
    // Sender addresses that are not liked.
    (1, 7, Class::Policy, Vague),
    (1, 8, Class::Policy, Vague),
    // Null MX, RFC 7505.
    (1, 10, Class::Dns, Precise),
    (2, 1, Class::UserUnknown, Vague),
    (2, 2, Class::MailboxFull, Precise),
    (2, 3, Class::Policy, Vague),
    (3, 0, Class::Unavailable, Vague),
    (3, 1, Class::Unavailable, Vague),
    (3, 2, Class::Unavailable, Vague),
    (3, 4, Class::Policy, Vague),
    (3, 5, Class::Local, Vague),
    (4, 0, Class::Unavailable, Vague),
    (4, 1, Class::TimedOut, Vague),
    (4, 2, Class::Lost, Vague),
    (4, 3, Class::Dns, Vague),
    (4, 4, Class::Dns, Vague),
    (4, 5, Class::Unavailable, Vague),
    (4, 6, Class::Local, Vague),
    (4, 7, Class::TimedOut, Vague),
    // Exchange's own: 4.4.31x tells what happened to the connection.
    (4, 312, Class::Dns, Precise),
    (4, 315, Class::TimedOut, Precise),
    (4, 316, Class::Refused, Precise),
    (4, 317, Class::Tls, Precise),
    (4, 318, Class::Lost, Precise),
    (5, 3, Class::RateLimited, Precise),
    (7, 0, Class::Policy, Vague),
    (7, 1, Class::Policy, Vague),
    (7, 2, Class::Policy, Vague),
    (7, 4, Class::Tls, Vague),
    (7, 5, Class::Tls, Vague),
    (7, 8, Class::Auth, Precise),
    (7, 9, Class::Auth, Precise),
    (7, 10, Class::Tls, Precise),
    (7, 11, Class::Tls, Precise),
    (7, 12, Class::Auth, Vague),
    (7, 13, Class::UserUnknown, Vague),
    // DKIM, SPF, reverse DNS: RFC 7372.
    (7, 20, Class::Policy, Precise),
    (7, 21, Class::Policy, Precise),
    (7, 22, Class::Policy, Precise),
    (7, 23, Class::Policy, Precise),
    (7, 24, Class::Policy, Precise),
    (7, 25, Class::Policy, Precise),
    (7, 26, Class::Policy, Precise),
    (7, 27, Class::Dns, Precise),
    // Google: too much from one place.
    (7, 28, Class::RateLimited, Precise),
    (7, 29, Class::Tls, Precise),
    (7, 30, Class::Tls, Vague),
    // Exchange: DANE and MTA-STS.
    (7, 321, Class::Tls, Precise),
    (7, 322, Class::Tls, Precise),
    (7, 323, Class::Tls, Precise),
    (7, 324, Class::Tls, Vague),
    (7, 325, Class::Tls, Precise),
];

/// The class of the first code in the text that is in the table.
pub(super) fn class(text: &[u8]) -> Option<(Class, Weight)> {
    let mut before = b' ';
    for (at, byte) in text.iter().enumerate() {
        let start = matches!(before, b' ' | b'-' | b'#' | b'(' | b'=' | b'"' | b'\t');
        before = *byte;
        if !start || !matches!(byte, b'2' | b'4' | b'5') {
            continue;
        }
        if let Some((subject, detail)) = text.get(at..).and_then(code)
            && let Some(found) = look(subject, detail)
        {
            return Some(found);
        }
    }
    None
}

fn look(subject: u16, detail: u16) -> Option<(Class, Weight)> {
    let row = CODES
        .iter()
        .find(|(first, second, ..)| (*first, *second) == (subject, detail));
    match row {
        Some((.., class, weight)) => Some((*class, *weight)),
        // Microsoft's three digits are all about who may send.
        None if subject == 7 && detail >= 500 => Some((Class::Policy, Vague)),
        None => None,
    }
}

/// `4.7.1`, but no address and no version.
fn code(text: &[u8]) -> Option<(u16, u16)> {
    let rest = text.get(1..)?.strip_prefix(b".")?;
    let (subject, rest) = digits(rest)?;
    let (detail, rest) = digits(rest.strip_prefix(b".")?)?;
    let more = rest.first().is_some_and(u8::is_ascii_alphanumeric)
        || (rest.first() == Some(&b'.') && rest.get(1).is_some_and(u8::is_ascii_digit));
    (!more).then_some((subject, detail))
}

fn digits(text: &[u8]) -> Option<(u16, &[u8])> {
    let end = text
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.len() > 3 {
        return None;
    }
    let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((number, rest))
}
