//! A good SMTP (RFC 5321) and LMTP (RFC 2033) server, strict about order and syntax.
//!
//! Recipients decide by their address: `probe@example.test` (and `ok-*`) is taken, `grey@` 450 4.7.1, `full@`
//! 452 4.2.2, everything else at example.test 550 5.1.1, other domains 554 5.7.1 without a login.

use data_encoding::BASE64;

use super::conn::{Conn, MAX_LITERAL, Step};
use super::faults::{Action, Phase, Twist};
use super::log::End;
use super::sasl::{self, Exchange, Mechanism};
use super::scenario::{Relaying, Service, Transport};
use super::{HOST, USER};

/// After so many the server hangs up.
const MAX_ERRORS: usize = 20;

#[derive(Default)]
struct Envelope {
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
    let refusing = matches!(
        conn.scenario.fault,
        Some(fault) if fault.phase == Phase::Greeting
            && matches!(fault.action, Action::Reply(text) if text.starts_with(b"5") || text.starts_with(b"4"))
    );
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
        let twist = conn.twist();
        if matches!(
            twist,
            Some(
                Twist::NoStarttls
                    | Twist::LowerCase
                    | Twist::StarttlsLast
                    | Twist::NoAuthAfterTls
                    | Twist::StarttlsAfterTls
            )
        ) {
            conn.struck();
        }
        match twist {
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
    if let Some(fault) = conn.scenario.fault
        && fault.phase == Phase::Starttls
        && matches!(fault.action, Action::Reply(text) if !text.starts_with(b"220"))
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
    let mut exchange = Exchange::new(mechanism, conn.channel(), conn.twist());
    let mut response = match initial {
        Some(_) if !exchange.takes_initial_response() => {
            return error(
                conn,
                state,
                b"501 5.5.2 this mechanism has no initial response\r\n",
            );
        }
        // RFC 4954: "=" is the empty response.
        Some("=") => Some(Vec::new()),
        Some(initial) => match BASE64.decode(initial.as_bytes()) {
            Ok(bytes) => Some(bytes),
            Err(_) => return error(conn, state, b"501 5.5.2 not base64\r\n"),
        },
        None => None,
    };
    let mut last_line = initial.unwrap_or_default().to_owned();
    let mut first = true;
    let outcome = loop {
        let step = match response.take() {
            Some(bytes) => exchange.step(&bytes),
            None => sasl::Step::Challenge(exchange.opening()),
        };
        let sasl::Step::Challenge(challenge) = step else {
            break step;
        };
        let text = format!("334 {}\r\n", BASE64.encode(&challenge));
        if first {
            conn.reply(Phase::Auth, text.as_bytes())?;
        } else {
            conn.say(text.as_bytes())?;
        }
        let ended = matches!(conn.scenario.fault, Some(fault) if fault.phase == Phase::Auth
            && matches!(fault.action, Action::Reply(text) if !text.starts_with(b"334")));
        if first && ended {
            return Ok(());
        }
        first = false;
        if conn.lies(Twist::EndlessAuth) {
            conn.struck();
        }
        let line = String::from_utf8_lossy(&conn.line()?).into_owned();
        if line == "*" {
            return conn.say(b"501 5.7.0 cancelled\r\n");
        }
        let Ok(bytes) = BASE64.decode(line.as_bytes()) else {
            return conn.say(b"501 5.5.2 not base64\r\n");
        };
        last_line = line;
        response = Some(bytes);
    };
    // A login in one round has its first answer here.
    let met = first
        && conn
            .scenario
            .fault
            .is_some_and(|fault| fault.phase == Phase::Auth);
    let phase = if met { Phase::Auth } else { Phase::Login };
    finish_login(conn, state, phase, &exchange, &outcome, &last_line)
}

fn finish_login(
    conn: &mut Conn,
    state: &mut Envelope,
    phase: Phase,
    exchange: &Exchange,
    outcome: &sasl::Step,
    last_line: &str,
) -> Step {
    if let Some(Twist::EchoSecret) = conn.twist() {
        conn.struck();
        let decoded = BASE64.decode(last_line.as_bytes()).unwrap_or_default();
        let decoded: String = decoded
            .iter()
            .map(|b| {
                if b.is_ascii_graphic() {
                    char::from(*b)
                } else {
                    ' '
                }
            })
            .collect();
        return conn.say(
            format!(
                "535 5.7.8 no: AUTH {} {last_line} ({decoded})\r\n",
                exchange.mechanism.name()
            )
            .as_bytes(),
        );
    }
    let refused_by_fault = matches!(conn.scenario.fault, Some(fault) if fault.phase == phase
        && matches!(fault.action, Action::Reply(text) | Action::ReplyClose(text) if !text.starts_with(b"2")));
    let accepted = *outcome == sasl::Step::Accepted && !refused_by_fault;
    conn.log.login(
        exchange.mechanism.name(),
        &exchange.user,
        accepted,
        conn.encrypted(),
    );
    state.login = accepted;
    match outcome {
        sasl::Step::Accepted => conn.reply(phase, b"235 2.7.0 authentication succeeded\r\n"),
        sasl::Step::Malformed => conn.reply(phase, b"501 5.5.2 malformed response\r\n"),
        _ => conn.reply(phase, b"535 5.7.8 authentication failed\r\n"),
    }
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
    matches!(conn.scenario.fault, Some(fault) if fault.phase == phase
        && matches!(fault.action, Action::Reply(text) if !text.starts_with(b"2") && !text.starts_with(b"3")))
}

fn rcpt(conn: &mut Conn, state: &mut Envelope, rest: &str) -> Step {
    if state.sender.is_none() {
        return error(conn, state, b"503 5.5.1 need MAIL first\r\n");
    }
    let Some((recipient, _)) = path(rest, "TO:") else {
        return error(conn, state, b"501 5.5.4 syntax: RCPT TO:<address>\r\n");
    };
    let trusted = state.login;
    let (taken, reply) = judge(recipient, trusted, conn.scenario.relaying);
    if taken {
        conn.reply(Phase::Rcpt, reply)?;
        if !replied_otherwise(conn, Phase::Rcpt) {
            state.recipients.push(recipient.to_owned());
        }
        return Ok(());
    }
    conn.reply(Phase::Rcpt, reply)
}

/// The verdict on a recipient.
fn judge(recipient: &str, trusted: bool, relaying: Relaying) -> (bool, &'static [u8]) {
    const TAKEN: &[u8] = b"250 2.1.5 ok\r\n";
    let denied: (bool, &[u8]) = (false, b"554 5.7.1 relay access denied\r\n");
    let here = |domain: &str| {
        let domain = domain.to_ascii_lowercase();
        domain == "example.test" || domain == HOST || domain == "[127.0.0.1]"
    };
    if recipient.eq_ignore_ascii_case("postmaster") {
        return (true, TAKEN);
    }
    if let Some(rest) = recipient.strip_prefix('@') {
        let Some((_, inner)) = rest.split_once(':') else {
            return (false, b"501 5.1.3 bad route\r\n");
        };
        if relaying == Relaying::SourceRoute {
            return (true, TAKEN);
        }
        // The route is ignored, as RFC 5321 has it.
        return judge(inner, trusted, relaying);
    }
    let Some((local, domain)) = recipient.rsplit_once('@') else {
        let bang = recipient.contains('!');
        return if bang && relaying == Relaying::Bang {
            (true, TAKEN)
        } else if bang {
            denied
        } else {
            (false, b"504 5.5.2 need a fully-qualified address\r\n")
        };
    };
    if !here(domain) {
        return if trusted || relaying == Relaying::Any {
            (true, TAKEN)
        } else {
            denied
        };
    }
    let unquoted = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let hidden_target = unquoted.unwrap_or(local);
    if hidden_target.contains(['%', '@', '!']) {
        let open = match relaying {
            Relaying::Percent => hidden_target.contains('%'),
            Relaying::Quoted => unquoted.is_some_and(|local| local.contains('@')),
            Relaying::Bang => hidden_target.contains('!'),
            _ => false,
        };
        return if open { (true, TAKEN) } else { denied };
    }
    let mailbox = hidden_target.to_ascii_lowercase();
    match mailbox.split('+').next().unwrap_or_default() {
        USER | "postmaster" | "echo" => (true, TAKEN),
        name if name.starts_with("ok-") => (true, TAKEN),
        "grey" => (false, b"450 4.7.1 greylisted, try again later\r\n"),
        "full" => (false, b"452 4.2.2 mailbox full\r\n"),
        _ => (false, b"550 5.1.1 user unknown\r\n"),
    }
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
    state.sender = None;
    let recipients = std::mem::take(&mut state.recipients);
    if conn.service() == Service::Lmtp {
        for recipient in recipients {
            conn.reply(
                Phase::Body,
                format!("250 2.1.5 <{recipient}> saved\r\n").as_bytes(),
            )?;
        }
        return Ok(());
    }
    conn.reply(Phase::Body, b"250 2.0.0 queued as 4XyZ1k\r\n")
}
