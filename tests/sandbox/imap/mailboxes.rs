//! Commands on mailboxes as a whole.

use std::time::Duration;

use super::super::conn::{Conn, Step};
use super::super::faults::Phase;
use super::super::store::{Mailbox, Message, now};
use super::command::Arg;
use super::{Answer, State, date, hidden, names};

fn done(untagged: impl Into<Vec<u8>>, name: &str) -> Answer {
    Answer::Ok(untagged.into(), format!("{name} done"))
}

/// The name that a client means; None if it is no name.
fn name_of(state: &State, arg: &Arg) -> Option<String> {
    let text = arg.utf8()?;
    if state.utf8 {
        return Some(text);
    }
    if text.is_ascii() {
        names::decode(&text)
    } else {
        None
    }
}

/// The name as this session spells it.
fn spelled(state: &State, name: &str) -> Vec<u8> {
    if state.utf8 {
        // Any text may stand in quotes then.
        return format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")).into_bytes();
    }
    names::string(names::encode(name).as_bytes())
}

/// `* n EXISTS` if the mailbox has grown since the client last heard of it.
pub fn news(conn: &Conn, state: &mut State) -> Vec<u8> {
    let Some((name, _)) = &state.selected else {
        return Vec::new();
    };
    let count = conn
        .scenario
        .store
        .with(name, |mailbox| mailbox.messages.len())
        .unwrap_or(0);
    if count > state.announced {
        state.announced = count;
        return format!("* {count} EXISTS\r\n").into_bytes();
    }
    Vec::new()
}

pub fn list(conn: &Conn, state: &State, name: &str, args: &[Arg]) -> Answer {
    let [reference, pattern] = args else {
        return Answer::Bad("LIST wants a reference and a pattern");
    };
    let (Some(reference), Some(pattern)) = (reference.utf8(), name_of(state, pattern)) else {
        return Answer::Bad("no mailbox name");
    };
    if pattern.is_empty() {
        return done(format!("* {name} (\\Noselect) \"/\" \"\"\r\n"), name);
    }
    let pattern = format!("{reference}{pattern}");
    let mut out = Vec::new();
    conn.scenario.store.all(|mailboxes| {
        for mailbox in mailboxes.iter() {
            let inbox =
                mailbox.name == "INBOX" && names::matches(&pattern.to_ascii_uppercase(), "INBOX");
            if !inbox && !names::matches(&pattern, &mailbox.name) {
                continue;
            }
            let below = format!("{}/", mailbox.name);
            let children = mailboxes.iter().any(|other| other.name.starts_with(&below));
            let mut attributes = vec![if children {
                "\\HasChildren"
            } else {
                "\\HasNoChildren"
            }];
            if mailbox.no_select {
                attributes.push("\\Noselect");
            }
            attributes.extend(mailbox.special_use);
            out.extend(format!("* {name} ({}) \"/\" ", attributes.join(" ")).bytes());
            out.extend(spelled(state, &mailbox.name));
            out.extend(b"\r\n");
        }
    });
    done(out, name)
}

fn unseen(mailbox: &Mailbox) -> usize {
    mailbox
        .messages
        .iter()
        .filter(|message| !message.has("\\Seen"))
        .count()
}

const NO_SUCH: &str = "[NONEXISTENT] no such mailbox";

pub fn status(conn: &Conn, state: &State, args: &[Arg]) -> Answer {
    let [mailbox, Arg::List(items)] = args else {
        return Answer::Bad("STATUS wants a mailbox and a list");
    };
    let Some(name) = name_of(state, mailbox) else {
        return Answer::Bad("no mailbox name");
    };
    let mut values = Vec::new();
    for item in items {
        let Some(word) = item.keyword() else {
            return Answer::Bad("no status item");
        };
        if !matches!(
            word.as_str(),
            "MESSAGES" | "RECENT" | "UIDNEXT" | "UIDVALIDITY" | "UNSEEN" | "SIZE"
        ) || (word == "SIZE" && hidden(conn, "STATUS=SIZE"))
        {
            return Answer::Bad("no such status item");
        }
        values.push(word);
    }
    if values.is_empty() {
        return Answer::Bad("an empty list");
    }
    let counted = conn.scenario.store.with(&name, |mailbox| {
        if mailbox.no_select {
            return None;
        }
        let count = |word: &str| match word {
            "MESSAGES" => mailbox.messages.len().to_string(),
            "UIDNEXT" => mailbox.uid_next.to_string(),
            "UIDVALIDITY" => mailbox.uid_validity.to_string(),
            "UNSEEN" => unseen(mailbox).to_string(),
            "SIZE" => mailbox
                .messages
                .iter()
                .map(|message| message.raw.len())
                .sum::<usize>()
                .to_string(),
            _ => "0".to_owned(),
        };
        Some(
            values
                .iter()
                .map(|word| format!("{word} {}", count(word)))
                .collect::<Vec<_>>()
                .join(" "),
        )
    });
    match counted.flatten() {
        None => Answer::No(NO_SUCH.to_owned()),
        Some(values) => {
            let line = [
                b"* STATUS ".as_slice(),
                &spelled(state, &name),
                format!(" ({values})\r\n").as_bytes(),
            ]
            .concat();
            done(line, "STATUS")
        }
    }
}

pub fn select(conn: &Conn, state: &mut State, read_only: bool, args: &[Arg]) -> Answer {
    let [mailbox] = args else {
        return Answer::Bad("one mailbox, please");
    };
    let Some(name) = name_of(state, mailbox) else {
        return Answer::Bad("no mailbox name");
    };
    // A SELECT that fails leaves nothing selected.
    state.selected = None;
    let lines = conn.scenario.store.with(&name, |mailbox| {
        if mailbox.no_select {
            return None;
        }
        let count = mailbox.messages.len();
        let mut lines = format!(
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* {count} EXISTS\r\n* 0 RECENT\r\n\
             * OK [UIDVALIDITY {}] valid\r\n* OK [UIDNEXT {}] next\r\n",
            mailbox.uid_validity, mailbox.uid_next
        );
        if let Some(at) = mailbox.messages.iter().position(|message| !message.has("\\Seen")) {
            lines.push_str(&format!("* OK [UNSEEN {}] first\r\n", at + 1));
        }
        let permanent = if read_only { "" } else { "\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*" };
        lines.push_str(&format!("* OK [PERMANENTFLAGS ({permanent})] kept\r\n"));
        Some((count, lines))
    });
    let Some((count, lines)) = lines.flatten() else {
        return Answer::No(NO_SUCH.to_owned());
    };
    state.announced = count;
    state.selected = Some((name, read_only));
    let text = if read_only {
        "[READ-ONLY] EXAMINE done"
    } else {
        "[READ-WRITE] SELECT done"
    };
    Answer::Ok(lines.into_bytes(), text.to_owned())
}

pub fn create_or_delete(conn: &Conn, state: &State, command: &str, args: &[Arg]) -> Answer {
    let [mailbox] = args else {
        return Answer::Bad("one mailbox, please");
    };
    let Some(name) = name_of(state, mailbox) else {
        return Answer::Bad("no mailbox name");
    };
    conn.scenario.store.all(|mailboxes| {
        let known = mailboxes.iter().position(|mailbox| mailbox.name == name);
        match (command, known) {
            ("CREATE", Some(_)) => Answer::No("[ALREADYEXISTS] it exists".to_owned()),
            ("CREATE", None) => {
                mailboxes.push(Mailbox::new(&name));
                done("", command)
            }
            (_, None) => Answer::No(NO_SUCH.to_owned()),
            (_, Some(_)) if name == "INBOX" => Answer::No("[CANNOT] not INBOX".to_owned()),
            (_, Some(at)) => {
                mailboxes.remove(at);
                done("", command)
            }
        }
    })
}

pub fn append(conn: &Conn, state: &State, args: &[Arg]) -> Answer {
    let (mailbox, rest) = match args {
        [mailbox, rest @ ..] if !rest.is_empty() => (mailbox, rest),
        _ => return Answer::Bad("APPEND wants a mailbox and a message"),
    };
    let Some(name) = name_of(state, mailbox) else {
        return Answer::Bad("no mailbox name");
    };
    let (flags, rest) = match rest {
        [Arg::List(flags), rest @ ..] => (flags.as_slice(), rest),
        rest => (&[][..], rest),
    };
    let (date, message) = match rest {
        [Arg::Text(message)] => (now(), message),
        [Arg::Text(when), Arg::Text(message)] => {
            let Some(date) = String::from_utf8(when.clone())
                .ok()
                .and_then(|when| date::date_time(&when))
            else {
                return Answer::Bad("no date-time");
            };
            (date, message)
        }
        _ => return Answer::Bad("APPEND wants a literal"),
    };
    let mut new = Message::raw([]).at(date);
    // Byte for byte as it came.
    new.raw = message.as_slice().into();
    for flag in flags {
        let Some(flag) = flag.utf8() else {
            return Answer::Bad("no flag");
        };
        new = new.flag(&flag);
    }
    let added = conn
        .scenario
        .store
        .with(&name, |mailbox| (mailbox.uid_validity, mailbox.push(new)));
    match added {
        None => Answer::No("[TRYCREATE] no such mailbox".to_owned()),
        Some(_) if hidden(conn, "UIDPLUS") => done("", "APPEND"),
        Some((validity, uid)) => Answer::Ok(
            Vec::new(),
            format!("[APPENDUID {validity} {uid}] APPEND done"),
        ),
    }
}

pub fn quota(conn: &Conn, state: &State, command: &str, args: &[Arg]) -> Answer {
    if hidden(conn, "QUOTA") {
        return Answer::Bad("QUOTA is not supported");
    }
    let [which] = args else {
        return Answer::Bad("one argument, please");
    };
    let mut out = Vec::new();
    let root = if conn.scenario.store.get_quota().is_some() {
        " \"user quota\""
    } else {
        ""
    };
    if command == "GETQUOTAROOT" {
        let Some(name) = name_of(state, which) else {
            return Answer::Bad("no mailbox name");
        };
        if conn.scenario.store.with(&name, |_| ()).is_none() {
            return Answer::No(NO_SUCH.to_owned());
        }
        out.extend(b"* QUOTAROOT ");
        out.extend(spelled(state, &name));
        out.extend(format!("{root}\r\n").bytes());
    }
    if let Some((used, limit)) = conn.scenario.store.get_quota() {
        out.extend(
            format!("* QUOTA \"user quota\" (STORAGE {used} {limit} MESSAGE 12 1000)\r\n").bytes(),
        );
    }
    done(out, command)
}

/// Until DONE; new messages are told at once.
pub fn idle(conn: &mut Conn, state: &mut State, tag: &str) -> Step<Answer> {
    if hidden(conn, "IDLE") {
        return Ok(Answer::Bad("IDLE is not supported"));
    }
    conn.reply(Phase::Idle, b"+ idling\r\n")?;
    loop {
        if conn.heard_within(Duration::from_millis(20))? {
            let line = conn.line()?;
            if line.eq_ignore_ascii_case(b"DONE") {
                conn.say(format!("{tag} OK IDLE done\r\n").as_bytes())?;
                return Ok(Answer::Done);
            }
            return Ok(Answer::Bad("DONE was due"));
        }
        let news = news(conn, state);
        if !news.is_empty() {
            conn.say(&news)?;
        }
    }
}
