//! A good SMTP (RFC 5321) and LMTP (RFC 2033) server, strict about order and syntax.
//!
//! Recipients decide by their address: `probe@example.test` (and `ok-*`) is taken, `grey@` 450 4.7.1, `full@`
//! 452 4.2.2, everything else at example.test 550 5.1.1, other domains 554 5.7.1 without a login.

mod recipient;

use super::HOST;
use super::auth::{self, Outcome};
use super::conn::{Conn, MAX_LITERAL, Step};
use super::faults::{Phase, Twist};
use super::log::End;
use super::sasl::Mechanism;
use super::scenario::{Service, Transport};

/// After so many the server hangs up.
const MAX_ERRORS: usize = 20;

#[derive(Default)]
struct Envelope {
    /// What the client called itself.
    name: String,
    greeted: bool,
    extended: bool,
    login: bool,
    sender: Option<String>,
    recipients: Vec<String>,
    errors: usize,
}

pub fn serve(conn: &mut Conn) -> Step {
    conn.reply(
        Phase::Greeting,
        format!("220 {HOST} ESMTP sandbox ready\r\n").as_bytes(),
    )?;
    let refusing = conn
        .replaced(Phase::Greeting)
        .is_some_and(|text| text.starts_with(b"4") || text.starts_with(b"5"));
    let mut state = Envelope::default();
    loop {
        let line = conn.line()?;
        let text = String::from_utf8_lossy(&line).into_owned();
        let (verb, rest) = text.split_once(' ').unwrap_or((&text, ""));
        let verb = verb.to_ascii_uppercase();
        if refusing && verb != "QUIT" {
            conn.say(b"503 5.5.1 no service here\r\n")?;
            continue;
        }
        match verb.as_str() {
            "EHLO" | "HELO" | "LHLO" => hello(conn, &mut state, &verb, rest)?,
            "STARTTLS" => starttls(conn, &mut state, rest)?,
            "AUTH" => auth(conn, &mut state, rest)?,
            "MAIL" => mail(conn, &mut state, rest)?,
            "RCPT" => rcpt(conn, &mut state, rest)?,
            "DATA" => data(conn, &mut state)?,
            "RSET" => {
                state.sender = None;
                state.recipients.clear();
                conn.reply(Phase::Rset, b"250 2.0.0 ok\r\n")?;
            }
            "NOOP" => conn.say(b"250 2.0.0 ok\r\n")?,
            "VRFY" => conn.say(b"252 2.5.0 send some mail, I will try my best\r\n")?,
            "HELP" => conn.say(b"214 2.0.0 a scripted server; read its source\r\n")?,
            "QUIT" => {
                conn.reply(
                    Phase::Quit,
                    format!("221 2.0.0 {HOST} closing\r\n").as_bytes(),
                )?;
                return conn.farewell();
            }
            _ => error(conn, &mut state, b"500 5.5.2 command unrecognised\r\n")?,
        }
    }
}

fn error(conn: &mut Conn, state: &mut Envelope, text: &[u8]) -> Step {
    state.errors += 1;
    if state.errors > MAX_ERRORS {
        conn.say(b"421 4.7.0 too many errors\r\n")?;
        conn.log.with(|session| session.end = End::Server);
        return conn.close();
    }
    conn.say(text)
}

fn hello(conn: &mut Conn, state: &mut Envelope, verb: &str, name: &str) -> Step {
    let lmtp = conn.service() == Service::Lmtp;
    if (verb == "LHLO") != lmtp {
        return error(conn, state, b"500 5.5.1 command unrecognised\r\n");
    }
    if name.trim().is_empty() || name.trim().contains(' ') {
        return error(conn, state, b"501 5.5.4 a host name, please\r\n");
    }
    state.name = name.trim().to_owned();
    state.sender = None;
    state.recipients.clear();
    // The first one after STARTTLS.
    let phase = match conn.scenario.transport {
        Transport::Starttls if conn.encrypted() => Phase::SecureCapability,
        _ => Phase::Capability,
    };
    if verb == "HELO" {
        state.greeted = true;
        state.extended = false;
        return conn.reply(phase, format!("250 {HOST}\r\n").as_bytes());
    }
    if conn.lies(Twist::EhloRefused) {
        conn.struck();
        return conn.say(b"502 5.5.1 EHLO not implemented\r\n");
    }
    state.greeted = true;
    state.extended = true;
    let lines = capabilities(conn);
    let last = lines.len() - 1;
    let mut reply = String::new();
    for (at, line) in lines.iter().enumerate() {
        reply.push_str(&format!(
            "250{}{line}\r\n",
            if at == last { ' ' } else { '-' }
        ));
    }
    conn.reply(phase, reply.as_bytes())
}

fn capabilities(conn: &Conn) -> Vec<String> {
    let scenario = &conn.scenario;
    let mut lines: Vec<String> = vec!["PIPELINING".into()];
    lines.push(match scenario.size_limit {
        0 => "SIZE".into(),
        limit => format!("SIZE {limit}"),
    });
    let offer_tls = scenario.transport == Transport::Starttls
        && (!conn.encrypted() || conn.lies(Twist::StarttlsAfterTls))
        && !conn.lies(Twist::NoStarttls);
    if offer_tls {
        lines.push("STARTTLS".into());
    }
    let mechanisms = conn.mechanisms();
    if !mechanisms.is_empty() && conn.service() == Service::Smtp {
        let names: Vec<&str> = mechanisms
            .iter()
            .map(|mechanism| mechanism.name())
            .collect();
        lines.push(format!("AUTH {}", names.join(" ")));
    }
    lines.extend([
        "8BITMIME".into(),
        "ENHANCEDSTATUSCODES".into(),
        "SMTPUTF8".into(),
    ]);
    lines.retain(|line| {
        !scenario
            .without
            .iter()
            .any(|gone| line.split(' ').next() == Some(gone))
    });
    lines.extend(scenario.extra.iter().map(|line| (*line).to_owned()));
    if scenario.transport == Transport::Starttls {
        conn.struck_by(&[
            Twist::NoStarttls,
            Twist::LowerCase,
            Twist::StarttlsLast,
            Twist::NoAuthAfterTls,
            Twist::StarttlsAfterTls,
        ]);
        match conn.twist() {
            Some(Twist::LowerCase) => lines
                .iter_mut()
                .for_each(|line| line.make_ascii_lowercase()),
            Some(Twist::StarttlsLast) if !conn.encrypted() => {
                lines.retain(|line| line == "STARTTLS")
            }
            _ => {}
        }
    }
    lines.insert(0, HOST.to_owned());
    lines
}

fn starttls(conn: &mut Conn, state: &mut Envelope, rest: &str) -> Step {
    if !rest.is_empty() {
        return error(conn, state, b"501 5.5.4 STARTTLS has no parameters\r\n");
    }
    let offered = conn.scenario.transport == Transport::Starttls && !conn.lies(Twist::NoStarttls);
    if !offered {
        return error(conn, state, b"502 5.5.1 STARTTLS not implemented\r\n");
    }
    if conn.encrypted() {
        return error(conn, state, b"503 5.5.1 TLS is already active\r\n");
    }
    if conn.has_pending() {
        conn.log
            .with(|session| session.spoke_before_go_ahead = true);
        return error(conn, state, b"501 5.5.4 no pipelining behind STARTTLS\r\n");
    }
    conn.reply(Phase::Starttls, b"220 2.0.0 go ahead\r\n")?;
    if conn
        .replaced(Phase::Starttls)
        .is_some_and(|text| !text.starts_with(b"220"))
    {
        return Ok(());
    }
    conn.start_tls()?;
    *state = Envelope::default();
    Ok(())
}

fn auth(conn: &mut Conn, state: &mut Envelope, rest: &str) -> Step {
    if conn.service() == Service::Lmtp || !state.extended {
        return error(conn, state, b"503 5.5.1 AUTH not available\r\n");
    }
    if state.login {
        return error(conn, state, b"503 5.5.1 already authenticated\r\n");
    }
    if state.sender.is_some() {
        return error(conn, state, b"503 5.5.1 not during a transaction\r\n");
    }
    let (name, initial) = rest
        .split_once(' ')
        .map_or((rest, None), |(name, initial)| (name, Some(initial)));
    let Some(mechanism) =
        Mechanism::by_name(name).filter(|mechanism| conn.mechanisms().contains(mechanism))
    else {
        return if conn.scenario.transport == Transport::Starttls && !conn.encrypted() {
            error(conn, state, b"530 5.7.0 must issue STARTTLS first\r\n")
        } else {
            error(conn, state, b"504 5.5.4 mechanism not supported\r\n")
        };
    };
    let dialogue = auth::dialogue(conn, mechanism, initial, "334 ")?;
    if dialogue.outcome == Outcome::Answered {
        return Ok(());
    }
    state.login = dialogue.settle(conn, "235");
    if let Some(echo) = dialogue.echo(conn) {
        return conn.say(format!("535 5.7.8 no: AUTH {echo}\r\n").as_bytes());
    }
    let answer: &[u8] = match dialogue.outcome {
        Outcome::Accepted | Outcome::Answered => b"235 2.7.0 authentication succeeded\r\n",
        Outcome::Rejected => b"535 5.7.8 authentication failed\r\n",
        Outcome::Malformed => b"501 5.5.2 malformed response\r\n",
        Outcome::NotBase64 => b"501 5.5.2 not base64\r\n",
        Outcome::Cancelled => b"501 5.7.0 cancelled\r\n",
        Outcome::NoInitialResponse => b"501 5.5.2 this mechanism has no initial response\r\n",
    };
    conn.reply(dialogue.phase, answer)
}

/// `FROM:<...> params` without its keyword.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let start = rest
        .get(..keyword.len())
        .filter(|start| start.eq_ignore_ascii_case(keyword))?;
    let rest = rest[start.len()..].trim_start().strip_prefix('<')?;
    // A quoted local part may hold a bracket.
    let mut quoted = false;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return Some((&rest[..at], rest[at + 1..].trim())),
            _ => {}
        }
    }
    None
}

fn mail(conn: &mut Conn, state: &mut Envelope, rest: &str) -> Step {
    if !state.greeted {
        return error(conn, state, b"503 5.5.1 say hello first\r\n");
    }
    if state.sender.is_some() {
        return error(conn, state, b"503 5.5.1 nested MAIL command\r\n");
    }
    if conn.scenario.require_tls && !conn.encrypted() {
        return error(
            conn,
            state,
            b"530 5.7.0 must issue a STARTTLS command first\r\n",
        );
    }
    if conn.scenario.require_auth && !state.login {
        return error(conn, state, b"530 5.7.1 authentication required\r\n");
    }
    let Some((sender, parameters)) = path(rest, "FROM:") else {
        return error(conn, state, b"501 5.5.4 syntax: MAIL FROM:<address>\r\n");
    };
    for parameter in parameters.split_ascii_whitespace() {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let fits = state.extended
            && match name.to_ascii_uppercase().as_str() {
                "SIZE" => match value.parse::<u64>() {
                    Ok(size)
                        if conn.scenario.size_limit != 0 && size > conn.scenario.size_limit =>
                    {
                        return error(conn, state, b"552 5.3.4 message size exceeds the limit\r\n");
                    }
                    Ok(_) => true,
                    Err(_) => false,
                },
                "BODY" => matches!(value.to_ascii_uppercase().as_str(), "7BIT" | "8BITMIME"),
                "SMTPUTF8" => true,
                "AUTH" => state.login,
                _ => false,
            };
        if !fits {
            return error(conn, state, b"555 5.5.4 unsupported option\r\n");
        }
    }
    if sender.to_ascii_lowercase().starts_with("rejected@") {
        return error(conn, state, b"550 5.7.1 sender rejected\r\n");
    }
    state.sender = Some(sender.to_owned());
    conn.reply(Phase::Mail, b"250 2.1.0 ok\r\n")?;
    // Where the fault refused it, there is no transaction.
    if replied_otherwise(conn, Phase::Mail) {
        state.sender = None;
    }
    Ok(())
}

fn replied_otherwise(conn: &Conn, phase: Phase) -> bool {
    conn.replaced(phase)
        .is_some_and(|text| !text.starts_with(b"2") && !text.starts_with(b"3"))
}

fn rcpt(conn: &mut Conn, state: &mut Envelope, rest: &str) -> Step {
    if state.sender.is_none() {
        return error(conn, state, b"503 5.5.1 need MAIL first\r\n");
    }
    let Some((recipient, _)) = path(rest, "TO:") else {
        return error(conn, state, b"501 5.5.4 syntax: RCPT TO:<address>\r\n");
    };
    let trusted = state.login;
    let (taken, reply) = recipient::judge(recipient, trusted, conn.scenario.relaying);
    if taken {
        conn.reply(Phase::Rcpt, reply)?;
        if !replied_otherwise(conn, Phase::Rcpt) {
            state.recipients.push(recipient.to_owned());
        }
        return Ok(());
    }
    conn.reply(Phase::Rcpt, reply)
}

fn data(conn: &mut Conn, state: &mut Envelope) -> Step {
    if state.sender.is_none() || state.recipients.is_empty() {
        return error(conn, state, b"503 5.5.1 no valid recipients\r\n");
    }
    conn.reply(Phase::Data, b"354 end with <CRLF>.<CRLF>\r\n")?;
    if replied_otherwise(conn, Phase::Data) {
        return Ok(());
    }
    let mut message = Vec::new();
    loop {
        let line = conn.line()?;
        if line == b"." {
            break;
        }
        if message.len() + line.len() > MAX_LITERAL {
            return conn.close();
        }
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        message.extend_from_slice(b"\r\n");
    }
    let sender = state.sender.take().unwrap_or_default();
    let recipients = std::mem::take(&mut state.recipients);
    let with = if conn.encrypted() { "ESMTPS" } else { "ESMTP" };
    // What the fault refuses goes nowhere.
    let refused = replied_otherwise(conn, Phase::Body);
    for recipient in &recipients {
        let delivery = if refused {
            super::Delivery::Lost
        } else {
            conn.scenario.delivery
        };
        super::delivery::deliver(
            &conn.scenario.store,
            delivery,
            &sender,
            recipient,
            &state.name,
            with,
            &message,
        );
        if conn.service() == Service::Lmtp {
            conn.reply(
                Phase::Body,
                format!("250 2.1.5 <{recipient}> saved\r\n").as_bytes(),
            )?;
        }
    }
    if conn.service() == Service::Lmtp {
        return Ok(());
    }
    conn.reply(Phase::Body, b"250 2.0.0 queued as 4XyZ1k\r\n")
}
