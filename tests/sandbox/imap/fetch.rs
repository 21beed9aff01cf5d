//! FETCH: items, sections, partial ranges (RFC 3501 §6.4.5).

use mail_parser::{MessageParser, PartType};

use super::super::store::Message;
use super::command::Arg;
use super::{date, names};

#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    Uid,
    Flags,
    InternalDate,
    Size,
    Body {
        label: String,
        section: Section,
        partial: Option<(usize, usize)>,
        peek: bool,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Section {
    Whole,
    Header,
    Text,
    Fields(Vec<String>),
    FieldsNot(Vec<String>),
    /// A part by its numbers, and its MIME header instead of its body.
    Part(Vec<usize>, bool),
}

/// The items of a FETCH; None for what this server does not know.
pub fn items(arg: &Arg) -> Option<Vec<Item>> {
    match arg {
        Arg::List(list) if !list.is_empty() => list.iter().map(item).collect(),
        Arg::Atom(word) => match word.to_ascii_uppercase().as_str() {
            "FAST" => Some(vec![Item::Flags, Item::InternalDate, Item::Size]),
            _ => item(arg).map(|item| vec![item]),
        },
        _ => None,
    }
}

fn item(arg: &Arg) -> Option<Item> {
    let Arg::Atom(text) = arg else { return None };
    let upper = text.to_ascii_uppercase();
    let whole = |section, peek| Item::Body {
        label: upper.clone(),
        section,
        partial: None,
        peek,
    };
    match upper.as_str() {
        "UID" => return Some(Item::Uid),
        "FLAGS" => return Some(Item::Flags),
        "INTERNALDATE" => return Some(Item::InternalDate),
        "RFC822.SIZE" => return Some(Item::Size),
        "RFC822" => return Some(whole(Section::Whole, false)),
        "RFC822.HEADER" => return Some(whole(Section::Header, true)),
        "RFC822.TEXT" => return Some(whole(Section::Text, false)),
        _ => {}
    }
    let (rest, peek) = match upper.strip_prefix("BODY.PEEK[") {
        Some(rest) => (rest, true),
        None => (upper.strip_prefix("BODY[")?, false),
    };
    let (inside, after) = rest.split_once(']')?;
    let partial = if after.is_empty() {
        None
    } else {
        let (start, length) = after
            .strip_prefix('<')?
            .strip_suffix('>')?
            .split_once('.')?;
        Some((
            start.parse().ok()?,
            length.parse().ok().filter(|length| *length > 0)?,
        ))
    };
    let origin = partial.map_or(String::new(), |(start, _)| format!("<{start}>"));
    let label = format!("BODY[{inside}]{origin}");
    Some(Item::Body {
        label,
        section: section(inside)?,
        partial,
        peek,
    })
}

fn section(text: &str) -> Option<Section> {
    let fields = |rest: &str| -> Option<Vec<String>> {
        let list = rest.trim_start().strip_prefix('(')?.strip_suffix(')')?;
        let names: Vec<String> = list
            .split(' ')
            .map(|name| name.trim_matches('"').to_owned())
            .collect();
        names.iter().all(|name| !name.is_empty()).then_some(names)
    };
    match text {
        "" => return Some(Section::Whole),
        "HEADER" => return Some(Section::Header),
        "TEXT" => return Some(Section::Text),
        _ => {}
    }
    if let Some(rest) = text.strip_prefix("HEADER.FIELDS.NOT ") {
        return fields(rest).map(Section::FieldsNot);
    }
    if let Some(rest) = text.strip_prefix("HEADER.FIELDS ") {
        return fields(rest).map(Section::Fields);
    }
    let (numbers, mime) = text
        .strip_suffix(".MIME")
        .map_or((text, false), |numbers| (numbers, true));
    let numbers: Option<Vec<usize>> = numbers
        .split('.')
        .map(|n| n.parse().ok().filter(|n| *n > 0))
        .collect();
    Some(Section::Part(numbers?, mime))
}

/// One untagged FETCH.
pub fn response(number: u32, message: &Message, items: &[Item]) -> Vec<u8> {
    let mut out = format!("* {number} FETCH (").into_bytes();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        match item {
            Item::Uid => out.extend(format!("UID {}", message.uid).bytes()),
            Item::Flags => out.extend(format!("FLAGS ({})", flags(message)).bytes()),
            Item::InternalDate => out
                .extend(format!("INTERNALDATE \"{}\"", date::internal_date(message.date)).bytes()),
            Item::Size => out.extend(format!("RFC822.SIZE {}", message.raw.len()).bytes()),
            Item::Body {
                label,
                section,
                partial,
                ..
            } => {
                out.extend(format!("{label} ").bytes());
                match bytes(message, section) {
                    None => out.extend(b"NIL"),
                    Some(bytes) => {
                        let (start, length) = partial.unwrap_or((0, usize::MAX));
                        let start = start.min(bytes.len());
                        let end = start.saturating_add(length).min(bytes.len());
                        out.extend(names::literal(&bytes[start..end]));
                    }
                }
            }
        }
    }
    out.extend(b")\r\n");
    out
}

pub fn flags(message: &Message) -> String {
    message
        .flags
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

fn bytes(message: &Message, section: &Section) -> Option<Vec<u8>> {
    let (head, body) = message.raw.split_at(message.body_at());
    match section {
        Section::Whole => Some(message.raw.to_vec()),
        Section::Header => Some(head.to_vec()),
        Section::Text => Some(body.to_vec()),
        Section::Fields(names) => Some(pick(head, |name| {
            names.iter().any(|own| own.eq_ignore_ascii_case(name))
        })),
        Section::FieldsNot(names) => Some(pick(head, |name| {
            !names.iter().any(|own| own.eq_ignore_ascii_case(name))
        })),
        Section::Part(numbers, mime) => part(message, numbers, *mime),
    }
}

/// The fields that are wanted, as they stand, and the empty line.
fn pick(head: &[u8], wanted: impl Fn(&str) -> bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut keep = false;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        if line == b"\r\n" {
            continue;
        }
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
            keep = wanted(String::from_utf8_lossy(name).trim_end());
        }
        if keep {
            out.extend_from_slice(line);
        }
    }
    out.extend_from_slice(b"\r\n");
    out
}

fn part(message: &Message, numbers: &[usize], mime: bool) -> Option<Vec<u8>> {
    let parsed = MessageParser::new().parse(&message.raw[..])?;
    let mut at = 0_u32;
    for number in numbers {
        let here = parsed.parts.get(usize::try_from(at).ok()?)?;
        match &here.body {
            PartType::Multipart(children) => at = *children.get(number - 1)?,
            // A message without parts is its own part 1.
            _ if *number == 1 && numbers.len() == 1 => {}
            _ => return None,
        }
    }
    let part = parsed.parts.get(usize::try_from(at).ok()?)?;
    let range = if mime {
        part.offset_header..part.offset_body
    } else {
        part.offset_body..part.offset_end
    };
    let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
    message.raw.get(range).map(<[u8]>::to_vec)
}
