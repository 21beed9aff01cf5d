//! The transaction state of POP3: what stands in the maildrop, and the commands on it.

use super::super::conn::{Conn, Step};
use super::super::faults::{Phase, Twist};
use super::super::store::Message;
use super::{State, hidden};

pub fn enter(conn: &Conn, state: &mut State) {
    state.login = true;
    state.messages = conn.scenario.store.messages("INBOX");
    state.deleted = vec![false; state.messages.len()];
}

pub fn expunge(conn: &Conn, state: &State) {
    let gone: Vec<u32> = state
        .messages
        .iter()
        .zip(&state.deleted)
        .filter(|(_, gone)| **gone)
        .map(|(message, _)| message.uid)
        .collect();
    if state.login && !gone.is_empty() {
        conn.scenario.store.with("INBOX", |inbox| {
            inbox
                .messages
                .retain(|message| !gone.contains(&message.uid))
        });
    }
}

/// Commands after the login. False: none of them.
pub fn command(conn: &mut Conn, state: &mut State, verb: &str, rest: &str) -> Step<bool> {
    match verb {
        "NOOP" => conn.say(b"+OK\r\n")?,
        "RSET" => {
            state.deleted.fill(false);
            conn.say(b"+OK nothing is deleted\r\n")?;
        }
        "STAT" => {
            let lie = usize::from(conn.lies(Twist::StatDisagrees));
            let (count, size) = present(state).fold((0, 0), |(count, size), (_, message)| {
                (count + 1, size + message.raw.len())
            });
            if lie == 1 {
                conn.struck();
            }
            conn.reply(
                Phase::Stat,
                format!("+OK {} {size}\r\n", count + lie).as_bytes(),
            )?;
        }
        "LIST" | "UIDL" if !hidden(conn, verb) => listing(conn, state, verb, rest)?,
        "TOP" if hidden(conn, "TOP") => return Ok(false),
        "TOP" | "RETR" => {
            let mut parts = rest.split(' ');
            let message = number(state, parts.next().unwrap_or_default());
            let lines = match (verb, parts.next()) {
                ("TOP", lines) => lines.and_then(|lines| lines.parse::<usize>().ok()),
                (_, None) => Some(usize::MAX),
                _ => None,
            };
            let (Some(at), Some(lines)) = (message, lines) else {
                conn.say(b"-ERR no such message\r\n")?;
                return Ok(true);
            };
            let stuffed = stuff(&state.messages[at], lines, !conn.lies(Twist::NoDotStuffing));
            if conn.lies(Twist::NoDotStuffing) {
                conn.struck();
            }
            let reply = [b"+OK message follows\r\n".as_slice(), &stuffed, b".\r\n"].concat();
            if verb == "TOP" {
                conn.reply(Phase::Top, &reply)?
            } else {
                conn.say(&reply)?
            }
        }
        "DELE" => match number(state, rest) {
            Some(at) => {
                let refused = conn
                    .replaced(Phase::Delete)
                    .is_some_and(|text| !text.starts_with(b"+OK"));
                state.deleted[at] = !refused;
                conn.reply(Phase::Delete, b"+OK deleted\r\n")?;
            }
            None => conn.say(b"-ERR no such message\r\n")?,
        },
        _ => return Ok(false),
    }
    Ok(true)
}

fn present(state: &State) -> impl Iterator<Item = (usize, &Message)> {
    state
        .messages
        .iter()
        .enumerate()
        .filter(|(at, _)| !state.deleted[*at])
}

/// Index of a message that is there.
fn number(state: &State, text: &str) -> Option<usize> {
    let at = text.parse::<usize>().ok()?.checked_sub(1)?;
    (at < state.messages.len() && !state.deleted[at]).then_some(at)
}

fn listing(conn: &mut Conn, state: &State, verb: &str, rest: &str) -> Step {
    let phase = if verb == "LIST" {
        Phase::List
    } else {
        Phase::Uidl
    };
    let line = |at: usize, message: &Message| match verb {
        "LIST" => format!("{} {}", at + 1, message.raw.len()),
        _ if conn.lies(Twist::UidlTwice) => format!("{} uid-same", at + 1),
        _ => format!("{} uid-{:08x}", at + 1, message.uid),
    };
    if !rest.is_empty() {
        let reply = match number(state, rest) {
            Some(at) => format!("+OK {}\r\n", line(at, &state.messages[at])),
            None => "-ERR no such message\r\n".to_owned(),
        };
        return conn.reply(phase, reply.as_bytes());
    }
    let mut lines: Vec<String> = present(state)
        .map(|(at, message)| line(at, message))
        .collect();
    if verb == "UIDL" && conn.lies(Twist::UidlDisagrees) {
        lines.pop();
        conn.struck();
    }
    if conn.lies(Twist::UidlTwice) && verb == "UIDL" {
        conn.struck();
    }
    let mut reply = format!("+OK {} messages\r\n", lines.len());
    for line in lines {
        reply.push_str(&line);
        reply.push_str("\r\n");
    }
    reply.push_str(".\r\n");
    conn.reply(phase, reply.as_bytes())
}

/// The header and so many lines of the body, dot-stuffed, with a line end at the end.
fn stuff(message: &Message, lines: usize, stuffing: bool) -> Vec<u8> {
    let (head, body) = message.raw.split_at(message.body_at());
    let body = body.split_inclusive(|byte| *byte == b'\n').take(lines);
    let mut out = Vec::new();
    for line in head.split_inclusive(|byte| *byte == b'\n').chain(body) {
        if stuffing && line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !out.ends_with(b"\n") {
        out.extend_from_slice(b"\r\n");
    }
    out
}
