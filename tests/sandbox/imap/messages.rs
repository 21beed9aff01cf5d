//! Commands on the messages of the selected mailbox.

use super::super::conn::Conn;
use super::super::faults::Twist;
use super::super::store::{Mailbox, Message};
use super::command::Arg;
use super::fetch::{self, Item};
use super::search::{self, Place, Problem, Set};
use super::{Answer, State, hidden};

fn place<'a>(mailbox: &'a Mailbox, at: usize, message: &'a Message) -> Place<'a> {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Place {
        message,
        number: number(at + 1),
        largest_number: number(mailbox.messages.len()),
        largest_uid: mailbox.messages.last().map_or(0, |message| message.uid),
    }
}

/// Sequence numbers (from 1) of what a set names.
fn chosen(mailbox: &Mailbox, set: &Set, uid: bool) -> Vec<usize> {
    let wanted = |(at, message): &(usize, &Message)| {
        let place = place(mailbox, *at, message);
        if uid {
            set.has(message.uid, place.largest_uid)
        } else {
            set.has(place.number, place.largest_number)
        }
    };
    mailbox
        .messages
        .iter()
        .enumerate()
        .filter(wanted)
        .map(|(at, _)| at)
        .collect()
}

pub fn search(conn: &Conn, mailbox: &str, uid: bool, args: &[Arg]) -> Answer {
    let key = match search::parse(args) {
        Ok(key) => key,
        Err(Problem::Syntax) => return Answer::Bad("no such search"),
        Err(Problem::Charset) => {
            return Answer::No("[BADCHARSET (US-ASCII UTF-8)] no such charset".to_owned());
        }
    };
    let lies = conn.lies(Twist::SearchLies);
    if lies {
        conn.struck();
    }
    let found = conn.scenario.store.with(mailbox, |mailbox| {
        let places = mailbox
            .messages
            .iter()
            .enumerate()
            .map(|(at, message)| place(mailbox, at, message));
        let hits = places.filter(|place| lies || key.fits(place));
        hits.map(|place| if uid { place.message.uid } else { place.number })
            .collect::<Vec<u32>>()
    });
    let Some(found) = found else {
        return Answer::No("[NONEXISTENT] it has gone".to_owned());
    };
    let mut line = "* SEARCH".to_owned();
    for number in found {
        line.push_str(&format!(" {number}"));
    }
    line.push_str("\r\n");
    Answer::Ok(line.into_bytes(), "SEARCH done".to_owned())
}

pub fn fetch(conn: &Conn, mailbox: &str, read_only: bool, uid: bool, args: &[Arg]) -> Answer {
    let [set, wanted] = args else {
        return Answer::Bad("FETCH wants a set and items");
    };
    let Some(set) = set.utf8().and_then(|set| Set::parse(&set)) else {
        return Answer::Bad("no message set");
    };
    let Some(mut items) = fetch::items(wanted) else {
        return Answer::Bad("no such item");
    };
    if uid && !items.contains(&Item::Uid) {
        items.insert(0, Item::Uid);
    }
    let marks = !read_only
        && items
            .iter()
            .any(|item| matches!(item, Item::Body { peek: false, .. }));
    let answered = conn.scenario.store.with(mailbox, |mailbox| {
        let hits = chosen(mailbox, &set, uid);
        if hits.is_empty() && !uid {
            return None;
        }
        let mut out = Vec::new();
        for at in hits {
            let message = &mut mailbox.messages[at];
            let mut items = items.clone();
            if marks && message.flags.insert("\\Seen".to_owned()) && !items.contains(&Item::Flags) {
                items.push(Item::Flags);
            }
            out.extend(fetch::response(
                u32::try_from(at + 1).unwrap_or(u32::MAX),
                message,
                &items,
            ));
        }
        Some(out)
    });
    match answered.flatten() {
        Some(out) => Answer::Ok(out, "FETCH done".to_owned()),
        None => Answer::Bad("no such message"),
    }
}

pub fn store(conn: &Conn, mailbox: &str, read_only: bool, uid: bool, args: &[Arg]) -> Answer {
    let [set, action, rest @ ..] = args else {
        return Answer::Bad("STORE wants a set, an action and flags");
    };
    let Some(set) = set.utf8().and_then(|set| Set::parse(&set)) else {
        return Answer::Bad("no message set");
    };
    let Some(action) = action.keyword() else {
        return Answer::Bad("no such action");
    };
    let (action, silent) = action
        .strip_suffix(".SILENT")
        .map_or((action.as_str(), false), |action| (action, true));
    let list = match rest {
        [Arg::List(list)] => list.as_slice(),
        list => list,
    };
    let flags: Option<Vec<String>> = list.iter().map(Arg::utf8).collect();
    let (Some(flags), "FLAGS" | "+FLAGS" | "-FLAGS") = (flags, action) else {
        return Answer::Bad("no such action");
    };
    if read_only {
        return Answer::No("the mailbox is read-only".to_owned());
    }
    let out = conn.scenario.store.with(mailbox, |mailbox| {
        let mut out = Vec::new();
        for at in chosen(mailbox, &set, uid) {
            let message = &mut mailbox.messages[at];
            match action {
                "FLAGS" => message.flags = flags.iter().cloned().collect(),
                "+FLAGS" => message.flags.extend(flags.iter().cloned()),
                _ => message
                    .flags
                    .retain(|own| !flags.iter().any(|flag| flag.eq_ignore_ascii_case(own))),
            }
            if !silent {
                let uid = if uid {
                    format!("UID {} ", message.uid)
                } else {
                    String::new()
                };
                let line = format!(
                    "* {} FETCH ({uid}FLAGS ({}))\r\n",
                    at + 1,
                    fetch::flags(message)
                );
                out.extend(line.bytes());
            }
        }
        out
    });
    Answer::Ok(out.unwrap_or_default(), "STORE done".to_owned())
}

pub fn expunge(
    conn: &Conn,
    state: &mut State,
    mailbox: &str,
    read_only: bool,
    uid: bool,
    args: &[Arg],
) -> Answer {
    let set = match args {
        [] if !uid => None,
        [set] if uid && !hidden(conn, "UIDPLUS") => {
            match set.utf8().and_then(|set| Set::parse(&set)) {
                Some(set) => Some(set),
                None => return Answer::Bad("no message set"),
            }
        }
        _ => return Answer::Bad("no such EXPUNGE"),
    };
    if read_only {
        return Answer::No("the mailbox is read-only".to_owned());
    }
    let out = conn.scenario.store.with(mailbox, |mailbox| {
        let mut out = Vec::new();
        let largest = mailbox.messages.last().map_or(0, |message| message.uid);
        let mut at = 0;
        while let Some(message) = mailbox.messages.get(at) {
            let named = set.as_ref().is_none_or(|set| set.has(message.uid, largest));
            if message.has("\\Deleted") && named {
                mailbox.messages.remove(at);
                out.extend(format!("* {} EXPUNGE\r\n", at + 1).bytes());
            } else {
                at += 1;
            }
        }
        (mailbox.messages.len(), out)
    });
    let (left, out) = out.unwrap_or_default();
    state.announced = left;
    Answer::Ok(out, "EXPUNGE done".to_owned())
}
