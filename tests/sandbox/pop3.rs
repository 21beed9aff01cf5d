//! A good POP3 server (RFC 1939, 2449, 2595, 5034; response codes of RFC 3206), strict about states. It shows
//! INBOX, numbered as it was when the login succeeded; DELE is honoured at QUIT.

mod maildrop;

use data_encoding::HEXLOWER;
use openssl::hash::{MessageDigest, hash};

use super::auth::{self, Outcome};
use super::conn::{Conn, Step};
use super::faults::{Phase, Twist};
use super::log::End;
use super::sasl::{Mechanism, nonce};
use super::scenario::Transport;
use super::store::Message;
use super::{HOST, PASSWORD, USER};

const MAX_ERRORS: usize = 20;

#[derive(Debug, Default)]
struct State {
    /// `<...>` of the greeting.
    stamp: String,
    user: Option<String>,
    login: bool,
    messages: Vec<Message>,
    deleted: Vec<bool>,
    errors: usize,
    fresh_tls: bool,
}

pub fn serve(conn: &mut Conn) -> Step {
    let mut state = State {
        stamp: format!("<{}@{HOST}>", nonce()),
        ..State::default()
    };
    let stamp = if hidden(conn, "APOP") {
        String::new()
    } else {
        format!(" {}", state.stamp)
    };
    conn.reply(
        Phase::Greeting,
        format!("+OK {HOST} sandbox ready{stamp}\r\n").as_bytes(),
    )?;
    loop {
        let line = conn.line()?;
        let text = String::from_utf8_lossy(&line).into_owned();
        let (verb, rest) = text.split_once(' ').unwrap_or((&text, ""));
        let verb = verb.to_ascii_uppercase();
        let answered = if state.login {
            maildrop::command(conn, &mut state, &verb, rest)?
        } else {
            login(conn, &mut state, &verb, rest)?
        };
        if answered {
            continue;
        }
        match verb.as_str() {
            "CAPA" if !hidden(conn, "CAPA") => capa(conn, &mut state)?,
            "QUIT" => {
                maildrop::expunge(conn, &state);
                conn.reply(Phase::Quit, b"+OK bye\r\n")?;
                return conn.farewell();
            }
            _ => {
                state.errors += 1;
                if state.errors > MAX_ERRORS {
                    conn.say(b"-ERR too many errors\r\n")?;
                    conn.log.with(|session| session.end = End::Server);
                    return conn.close();
                }
                conn.say(b"-ERR no such command now\r\n")?;
            }
        }
    }
}

fn hidden(conn: &Conn, capability: &str) -> bool {
    conn.scenario.without.contains(&capability)
}

/// Secrets may go over this connection as far as the server is concerned.
fn open(conn: &Conn) -> bool {
    let waits = conn.scenario.transport == Transport::Starttls
        && !conn.encrypted()
        && !conn.scenario.auth_before_tls;
    let withdrawn = conn.encrypted() && conn.lies(Twist::NoAuthAfterTls);
    !(waits || withdrawn || conn.lies(Twist::LoginDisabled))
}

fn capa(conn: &mut Conn, state: &mut State) -> Step {
    let mut lines: Vec<String> = ["TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING"]
        .map(str::to_owned)
        .to_vec();
    let offer_tls = conn.scenario.transport == Transport::Starttls
        && (!conn.encrypted() || conn.lies(Twist::StarttlsAfterTls))
        && !conn.lies(Twist::NoStarttls);
    if offer_tls {
        lines.push("STLS".to_owned());
    }
    if open(conn) {
        lines.push("USER".to_owned());
    }
    let mechanisms = conn.mechanisms();
    if !mechanisms.is_empty() {
        let names: Vec<&str> = mechanisms
            .iter()
            .map(|mechanism| mechanism.name())
            .collect();
        lines.push(format!("SASL {}", names.join(" ")));
    }
    lines.push("IMPLEMENTATION sandbox".to_owned());
    lines.retain(|line| {
        !conn
            .scenario
            .without
            .iter()
            .any(|gone| line.split(' ').next() == Some(gone))
    });
    lines.extend(conn.scenario.extra.iter().map(|line| (*line).to_owned()));
    conn.struck_by(&[
        Twist::NoStarttls,
        Twist::LowerCase,
        Twist::NoAuthAfterTls,
        Twist::StarttlsAfterTls,
        Twist::LoginDisabled,
    ]);
    let mut text = lines.join("\r\n");
    if conn.lies(Twist::LowerCase) {
        text.make_ascii_lowercase();
    }
    let first = std::mem::take(&mut state.fresh_tls);
    let phase = if first {
        Phase::SecureCapability
    } else {
        Phase::Capability
    };
    conn.reply(
        phase,
        format!("+OK capabilities follow\r\n{text}\r\n.\r\n").as_bytes(),
    )
}

/// Commands before the login. False: none of them.
fn login(conn: &mut Conn, state: &mut State, verb: &str, rest: &str) -> Step<bool> {
    match verb {
        "STLS" => stls(conn, state, rest)?,
        "USER" | "PASS" | "APOP" | "AUTH"
            if !(open(conn) || (verb == "AUTH" && rest.is_empty())) =>
        {
            conn.say(b"-ERR not before STLS\r\n")?;
        }
        "USER" if !hidden(conn, "USER") => {
            state.user = Some(rest.to_owned());
            conn.say(b"+OK password, please\r\n")?;
        }
        "PASS" => {
            let Some(user) = state.user.take() else {
                conn.say(b"-ERR USER comes first\r\n")?;
                return Ok(true);
            };
            let right = user == USER && rest == PASSWORD;
            finish(
                conn,
                state,
                "PASS",
                &user,
                right,
                &format!("USER {user} PASS {rest}"),
            )?;
        }
        "APOP" if !hidden(conn, "APOP") => {
            let (user, digest) = rest.split_once(' ').unwrap_or((rest, ""));
            let wanted = hash(
                MessageDigest::md5(),
                format!("{}{PASSWORD}", state.stamp).as_bytes(),
            );
            let right =
                user == USER && wanted.is_ok_and(|wanted| HEXLOWER.encode(&wanted) == digest);
            finish(conn, state, "APOP", user, right, rest)?;
        }
        "AUTH" => auth(conn, state, rest)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn stls(conn: &mut Conn, state: &mut State, rest: &str) -> Step {
    let offered = conn.scenario.transport == Transport::Starttls && !conn.lies(Twist::NoStarttls);
    if !offered || !rest.is_empty() || conn.encrypted() {
        return conn.say(b"-ERR STLS is not available\r\n");
    }
    if conn.has_pending() {
        conn.log
            .with(|session| session.spoke_before_go_ahead = true);
        return conn.say(b"-ERR no pipelining behind STLS\r\n");
    }
    conn.reply(Phase::Starttls, b"+OK begin TLS\r\n")?;
    if conn
        .replaced(Phase::Starttls)
        .is_some_and(|text| !text.starts_with(b"+OK"))
    {
        return Ok(());
    }
    conn.start_tls()?;
    let stamp = std::mem::take(&mut state.stamp);
    *state = State {
        stamp,
        fresh_tls: true,
        ..State::default()
    };
    Ok(())
}

fn auth(conn: &mut Conn, state: &mut State, rest: &str) -> Step {
    let (name, initial) = rest
        .split_once(' ')
        .map_or((rest, None), |(name, initial)| (name, Some(initial)));
    if name.is_empty() {
        // Not of any RFC, but servers and clients have it.
        let names: String = conn
            .mechanisms()
            .iter()
            .map(|mechanism| format!("{}\r\n", mechanism.name()))
            .collect();
        return conn.say(format!("+OK mechanisms follow\r\n{names}.\r\n").as_bytes());
    }
    let Some(mechanism) =
        Mechanism::by_name(name).filter(|mechanism| conn.mechanisms().contains(mechanism))
    else {
        return conn.say(b"-ERR no such mechanism\r\n");
    };
    let dialogue = auth::dialogue(conn, mechanism, initial, "+ ")?;
    if dialogue.outcome == Outcome::Answered {
        return Ok(());
    }
    let accepted = dialogue.settle(conn, "+OK");
    if let Some(echo) = dialogue.echo(conn) {
        return conn.say(format!("-ERR [AUTH] no: AUTH {echo}\r\n").as_bytes());
    }
    if accepted {
        maildrop::enter(conn, state);
    }
    let answer: &[u8] = match dialogue.outcome {
        Outcome::Accepted | Outcome::Answered => b"+OK logged in\r\n",
        Outcome::Rejected => b"-ERR [AUTH] authentication failed\r\n",
        Outcome::Malformed => b"-ERR malformed response\r\n",
        Outcome::NotBase64 => b"-ERR not base64\r\n",
        Outcome::Cancelled => b"-ERR cancelled\r\n",
        Outcome::NoInitialResponse => b"-ERR this mechanism has no initial response\r\n",
    };
    conn.reply(dialogue.phase, answer)
}

fn finish(
    conn: &mut Conn,
    state: &mut State,
    how: &str,
    user: &str,
    right: bool,
    sent: &str,
) -> Step {
    let phase = auth::first_answer(conn);
    let refused = conn
        .replaced(phase)
        .is_some_and(|text| !text.starts_with(b"+OK"));
    let accepted =
        (right || conn.lies(Twist::AnyLogin)) && !refused && !conn.lies(Twist::EchoSecret);
    conn.log.login(how, user, accepted, conn.encrypted());
    if conn.lies(Twist::AnyLogin) {
        conn.struck();
    }
    if conn.lies(Twist::EchoSecret) {
        conn.struck();
        return conn.say(format!("-ERR [AUTH] no: {sent}\r\n").as_bytes());
    }
    if accepted {
        maildrop::enter(conn, state);
    }
    conn.reply(
        phase,
        if right || accepted {
            b"+OK logged in\r\n"
        } else {
            b"-ERR [AUTH] authentication failed\r\n"
        },
    )
}
