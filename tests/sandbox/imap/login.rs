//! STARTTLS, LOGIN and AUTHENTICATE.

use super::super::auth::{self, Outcome};
use super::super::conn::{Conn, Step};
use super::super::faults::{Phase, Twist};
use super::super::sasl::Mechanism;
use super::super::scenario::Transport;
use super::super::{PASSWORD, USER};
use super::command::Arg;
use super::{Answer, State, capabilities, hidden, refused, shows_capabilities};

/// LOGIN is not to be had as things stand.
pub fn disabled(conn: &Conn) -> bool {
    conn.lies(Twist::LoginDisabled)
        || (!conn.encrypted() && conn.scenario.login_disabled)
        || (conn.scenario.transport == Transport::Starttls
            && !conn.encrypted()
            && !conn.scenario.auth_before_tls)
        || (conn.encrypted() && conn.lies(Twist::NoAuthAfterTls))
}

pub fn starttls(conn: &mut Conn, state: &mut State, tag: &str, args: &[Arg]) -> Step<Answer> {
    let offered = conn.scenario.transport == Transport::Starttls && !conn.lies(Twist::NoStarttls);
    if !offered || !args.is_empty() {
        return Ok(Answer::Bad("STARTTLS is not supported"));
    }
    if conn.encrypted() || state.login {
        return Ok(Answer::Bad("STARTTLS is not allowed now"));
    }
    if conn.has_pending() {
        conn.log
            .with(|session| session.spoke_before_go_ahead = true);
        return Ok(Answer::Bad("no pipelining behind STARTTLS"));
    }
    conn.reply(
        Phase::Starttls,
        format!("{tag} OK begin TLS\r\n").as_bytes(),
    )?;
    if refused(conn, Phase::Starttls) {
        return Ok(Answer::Done);
    }
    conn.start_tls()?;
    *state = State {
        fresh_tls: true,
        ..State::default()
    };
    Ok(Answer::Done)
}

fn not_now(conn: &Conn, state: &State) -> Option<Answer> {
    if state.login {
        return Some(Answer::Bad("logged in already"));
    }
    let early = conn.scenario.transport == Transport::Starttls
        && !conn.encrypted()
        && !conn.scenario.auth_before_tls;
    early.then(|| Answer::No("[PRIVACYREQUIRED] STARTTLS first".to_owned()))
}

pub fn login(conn: &mut Conn, state: &mut State, tag: &str, args: &[Arg]) -> Step<Answer> {
    let [user, password] = args else {
        return Ok(Answer::Bad("LOGIN wants a user and a password"));
    };
    let (Some(user), Some(password)) = (user.text(), password.text()) else {
        return Ok(Answer::Bad("LOGIN wants two strings"));
    };
    if let Some(answer) = not_now(conn, state) {
        return Ok(answer);
    }
    if disabled(conn) {
        return Ok(Answer::No("[PRIVACYREQUIRED] LOGIN is disabled".to_owned()));
    }
    let phase = auth::first_answer(conn);
    let user = String::from_utf8_lossy(&user).into_owned();
    let password = String::from_utf8_lossy(&password).into_owned();
    let right = conn.lies(Twist::AnyLogin) || (user == USER && password == PASSWORD);
    state.login = right && !refused(conn, phase) && !conn.lies(Twist::EchoSecret);
    conn.log
        .login("LOGIN command", &user, state.login, conn.encrypted());
    if conn.lies(Twist::AnyLogin) {
        conn.struck();
    }
    if conn.lies(Twist::EchoSecret) {
        conn.struck();
        let text = format!("{tag} NO [AUTHENTICATIONFAILED] no: LOGIN {user} \"{password}\"\r\n");
        conn.say(text.as_bytes())?;
        return Ok(Answer::Done);
    }
    finish(
        conn,
        state,
        phase,
        tag,
        right,
        "[AUTHENTICATIONFAILED] authentication failed",
    )
}

pub fn authenticate(conn: &mut Conn, state: &mut State, tag: &str, args: &[Arg]) -> Step<Answer> {
    let (name, initial) = match args {
        [name] => (name, None),
        [name, initial] => (name, Some(initial)),
        _ => return Ok(Answer::Bad("AUTHENTICATE wants a mechanism")),
    };
    if let Some(answer) = not_now(conn, state) {
        return Ok(answer);
    }
    let mechanism = name.keyword().and_then(|name| Mechanism::by_name(&name));
    let Some(mechanism) = mechanism.filter(|mechanism| conn.mechanisms().contains(mechanism))
    else {
        return Ok(Answer::No("[CANNOT] no such mechanism".to_owned()));
    };
    let initial = match initial {
        None => None,
        Some(_) if hidden(conn, "SASL-IR") => return Ok(Answer::Bad("SASL-IR was not offered")),
        Some(Arg::Atom(atom)) => Some(atom.as_str()),
        Some(_) => return Ok(Answer::Bad("an initial response is an atom")),
    };
    let dialogue = auth::dialogue(conn, mechanism, initial, "+ ")?;
    if dialogue.outcome == Outcome::Answered {
        return Ok(Answer::Done);
    }
    state.login = dialogue.settle(conn, "{tag} OK");
    if let Some(echo) = dialogue.echo(conn) {
        conn.say(format!("{tag} NO [AUTHENTICATIONFAILED] no: {echo}\r\n").as_bytes())?;
        return Ok(Answer::Done);
    }
    match dialogue.outcome {
        Outcome::Malformed => return Ok(Answer::Bad("malformed response")),
        Outcome::NotBase64 => return Ok(Answer::Bad("not base64")),
        Outcome::NoInitialResponse => {
            return Ok(Answer::Bad("this mechanism has no initial response"));
        }
        Outcome::Cancelled => return Ok(Answer::Bad("cancelled")),
        _ => {}
    }
    let right = dialogue.outcome == Outcome::Accepted;
    finish(
        conn,
        state,
        dialogue.phase,
        tag,
        right,
        "[AUTHENTICATIONFAILED] authentication failed",
    )
}

fn finish(
    conn: &mut Conn,
    state: &State,
    phase: Phase,
    tag: &str,
    right: bool,
    no: &str,
) -> Step<Answer> {
    let reply = if right {
        let after = State {
            login: true,
            ..State::default()
        };
        let code = if shows_capabilities(conn) && state.login {
            format!("[CAPABILITY {}] ", capabilities(conn, &after))
        } else {
            String::new()
        };
        format!("{tag} OK {code}logged in\r\n")
    } else {
        format!("{tag} NO {no}\r\n")
    };
    conn.reply(phase, reply.as_bytes())?;
    Ok(Answer::Done)
}
