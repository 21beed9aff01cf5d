//! SEARCH: its keys (RFC 3501 §6.4.4, WITHIN of RFC 5032), true to what they mean.

use mail_parser::MessageParser;

use super::super::store::{Message, now};
use super::command::Arg;
use super::date;

#[derive(Debug)]
pub enum Key {
    All,
    Flag(&'static str, bool),
    Keyword(String, bool),
    /// Internal date against a day.
    Date(When, i64),
    /// Date header against a day.
    Sent(When, i64),
    Younger(i64),
    Older(i64),
    Header(String, String),
    Body(String),
    Text(String),
    Larger(usize),
    Smaller(usize),
    Uid(Set),
    Sequence(Set),
    Not(Box<Key>),
    Or(Box<Key>, Box<Key>),
    And(Vec<Key>),
}

#[derive(Clone, Copy, Debug)]
pub enum When {
    Before,
    On,
    Since,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Problem {
    Syntax,
    Charset,
}

/// `1:5,9,12:*`
#[derive(Clone, Debug)]
pub struct Set(Vec<(u32, u32)>);

/// Stands for `*`.
const STAR: u32 = u32::MAX;

impl Set {
    pub fn parse(text: &str) -> Option<Set> {
        let number = |text: &str| match text {
            "*" => Some(STAR),
            _ if text.starts_with('0') || text.starts_with('+') => None,
            _ => text.parse().ok(),
        };
        let range = |part: &str| match part.split_once(':') {
            None => number(part).map(|n| (n, n)),
            Some((from, to)) => Some((number(from)?, number(to)?)),
        };
        text.split(',')
            .map(range)
            .collect::<Option<Vec<_>>>()
            .map(Set)
    }

    pub fn has(&self, number: u32, largest: u32) -> bool {
        let real = |n: u32| if n == STAR { largest } else { n };
        self.0.iter().any(|(from, to)| {
            let (from, to) = (real(*from), real(*to));
            (from.min(to)..=from.max(to)).contains(&number)
        })
    }
}

/// All keys of a SEARCH, CHARSET and RETURN included.
pub fn parse(args: &[Arg]) -> Result<Key, Problem> {
    let mut rest = args;
    let mut ascii = true;
    if let [first, charset, more @ ..] = rest
        && first.keyword().as_deref() == Some("CHARSET")
    {
        let charset = charset.utf8().ok_or(Problem::Syntax)?.to_ascii_uppercase();
        if !matches!(charset.as_str(), "UTF-8" | "US-ASCII") {
            return Err(Problem::Charset);
        }
        ascii = charset == "US-ASCII";
        rest = more;
    }
    if rest.is_empty() {
        return Err(Problem::Syntax);
    }
    let mut keys = Vec::new();
    while !rest.is_empty() {
        keys.push(key(&mut rest, ascii)?);
    }
    Ok(Key::And(keys))
}

fn take<'a>(rest: &mut &'a [Arg]) -> Result<&'a Arg, Problem> {
    let (first, more) = rest.split_first().ok_or(Problem::Syntax)?;
    *rest = more;
    Ok(first)
}

fn string(rest: &mut &[Arg], ascii: bool) -> Result<String, Problem> {
    let text = take(rest)?.utf8().ok_or(Problem::Syntax)?;
    // Without CHARSET a search string is ASCII.
    if ascii && !text.is_ascii() {
        Err(Problem::Syntax)
    } else {
        Ok(text)
    }
}

fn key(rest: &mut &[Arg], ascii: bool) -> Result<Key, Problem> {
    let first = take(rest)?;
    if let Arg::List(inner) = first {
        let mut inner = &inner[..];
        let mut keys = Vec::new();
        while !inner.is_empty() {
            keys.push(key(&mut inner, ascii)?);
        }
        return if keys.is_empty() {
            Err(Problem::Syntax)
        } else {
            Ok(Key::And(keys))
        };
    }
    let word = first.keyword().ok_or(Problem::Syntax)?;
    let day = |rest: &mut &[Arg]| date::day(&string(rest, true)?).ok_or(Problem::Syntax);
    let number = |rest: &mut &[Arg]| {
        string(rest, true)?
            .parse::<usize>()
            .map_err(|_| Problem::Syntax)
    };
    Ok(match word.as_str() {
        "ALL" => Key::All,
        "ANSWERED" => Key::Flag("\\Answered", true),
        "UNANSWERED" => Key::Flag("\\Answered", false),
        "DELETED" => Key::Flag("\\Deleted", true),
        "UNDELETED" => Key::Flag("\\Deleted", false),
        "DRAFT" => Key::Flag("\\Draft", true),
        "UNDRAFT" => Key::Flag("\\Draft", false),
        "FLAGGED" => Key::Flag("\\Flagged", true),
        "UNFLAGGED" => Key::Flag("\\Flagged", false),
        "SEEN" => Key::Flag("\\Seen", true),
        "UNSEEN" => Key::Flag("\\Seen", false),
        // Nothing is ever recent here.
        "RECENT" | "NEW" => Key::Not(Box::new(Key::All)),
        "OLD" => Key::All,
        "KEYWORD" => Key::Keyword(string(rest, true)?, true),
        "UNKEYWORD" => Key::Keyword(string(rest, true)?, false),
        "BEFORE" => Key::Date(When::Before, day(rest)?),
        "ON" => Key::Date(When::On, day(rest)?),
        "SINCE" => Key::Date(When::Since, day(rest)?),
        "SENTBEFORE" => Key::Sent(When::Before, day(rest)?),
        "SENTON" => Key::Sent(When::On, day(rest)?),
        "SENTSINCE" => Key::Sent(When::Since, day(rest)?),
        "YOUNGER" => Key::Younger(i64::try_from(number(rest)?).map_err(|_| Problem::Syntax)?),
        "OLDER" => Key::Older(i64::try_from(number(rest)?).map_err(|_| Problem::Syntax)?),
        "SUBJECT" | "FROM" | "TO" | "CC" | "BCC" => Key::Header(word, string(rest, ascii)?),
        "HEADER" => Key::Header(string(rest, true)?, string(rest, ascii)?),
        "BODY" => Key::Body(string(rest, ascii)?),
        "TEXT" => Key::Text(string(rest, ascii)?),
        "LARGER" => Key::Larger(number(rest)?),
        "SMALLER" => Key::Smaller(number(rest)?),
        "UID" => Key::Uid(Set::parse(&string(rest, true)?).ok_or(Problem::Syntax)?),
        "NOT" => Key::Not(Box::new(key(rest, ascii)?)),
        "OR" => Key::Or(Box::new(key(rest, ascii)?), Box::new(key(rest, ascii)?)),
        set => Key::Sequence(Set::parse(set).ok_or(Problem::Syntax)?),
    })
}

/// Where a message stands in its mailbox.
pub struct Place<'a> {
    pub message: &'a Message,
    pub number: u32,
    pub largest_number: u32,
    pub largest_uid: u32,
}

impl Key {
    pub fn fits(&self, place: &Place) -> bool {
        let message = place.message;
        let against = |when: When, day: i64, of: i64| match when {
            When::Before => of < day,
            When::On => of == day,
            When::Since => of >= day,
        };
        match self {
            Key::All => true,
            Key::Flag(flag, wanted) => message.has(flag) == *wanted,
            Key::Keyword(flag, wanted) => message.has(flag) == *wanted,
            Key::Date(when, day) => against(*when, *day, message.date.div_euclid(86_400)),
            Key::Sent(when, day) => {
                let parsed = MessageParser::new().parse_headers(&message.raw[..]);
                let sent = parsed.and_then(|parsed| parsed.date().map(|date| date.to_timestamp()));
                sent.is_some_and(|sent| against(*when, *day, sent.div_euclid(86_400)))
            }
            Key::Younger(seconds) => now() - message.date <= *seconds,
            Key::Older(seconds) => now() - message.date >= *seconds,
            Key::Header(name, text) => headers(message, name)
                .iter()
                .any(|value| text.is_empty() || contains(&decoded(value), text)),
            Key::Body(text) => contains(&body(message), text),
            Key::Text(text) => {
                let header =
                    String::from_utf8_lossy(&message.raw[..message.body_at()]).into_owned();
                contains(&header, text)
                    || contains(&decoded(&header), text)
                    || contains(&body(message), text)
            }
            Key::Larger(size) => message.raw.len() > *size,
            Key::Smaller(size) => message.raw.len() < *size,
            Key::Uid(set) => set.has(message.uid, place.largest_uid),
            Key::Sequence(set) => set.has(place.number, place.largest_number),
            Key::Not(key) => !key.fits(place),
            Key::Or(one, other) => one.fits(place) || other.fits(place),
            Key::And(keys) => keys.iter().all(|key| key.fits(place)),
        }
    }
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

/// All values of a header field, unfolded, not decoded. By bytes: a mailbox may have 100 000 messages.
fn headers(message: &Message, name: &str) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    let mut wanted = false;
    for line in message.raw.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match line.first() {
            // The end of the header.
            None => break,
            Some(b' ' | b'\t') => {
                if let (true, Some(value)) = (wanted, values.last_mut()) {
                    value.push(' ');
                    value.push_str(String::from_utf8_lossy(line).trim());
                }
            }
            Some(_) => {
                let named = line
                    .get(..name.len())
                    .is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()));
                let rest = if named {
                    line[name.len()..].trim_ascii_start().strip_prefix(b":")
                } else {
                    None
                };
                wanted = rest.is_some();
                values.extend(rest.map(|value| String::from_utf8_lossy(value).trim().to_owned()));
            }
        }
    }
    values
}

/// Encoded words become text.
fn decoded(value: &str) -> String {
    if !value.contains("=?") {
        return value.to_owned();
    }
    let field = format!("Subject: {}\r\n\r\n", value.replace("\r\n", " "));
    let parsed = MessageParser::new().parse_headers(field.as_bytes());
    parsed
        .and_then(|parsed| parsed.subject().map(str::to_owned))
        .unwrap_or_else(|| value.to_owned())
}

/// All text parts, decoded.
fn body(message: &Message) -> String {
    let Some(parsed) = MessageParser::new().parse(&message.raw[..]) else {
        return String::new();
    };
    let texts = (0..parsed.text_body_count()).filter_map(|at| parsed.body_text(at));
    texts.collect::<Vec<_>>().join("\n")
}
