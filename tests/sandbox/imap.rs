//! A good IMAP4rev1 server (RFC 3501) with LITERAL+, SASL-IR, ID, ENABLE, IDLE, NAMESPACE, QUOTA, UIDPLUS,
//! UNSELECT, STATUS=SIZE, SPECIAL-USE, WITHIN and UTF8=ACCEPT; strict about states and syntax.

mod command;
mod date;
mod fetch;
mod login;
mod mailboxes;
mod messages;
mod names;
mod search;

use super::HOST;
use super::conn::{Conn, Step};
use super::faults::{Action, Phase, Twist};
use super::log::End;
use super::scenario::Transport;
use command::{Arg, Command};

/// What one session knows.
#[derive(Debug, Default)]
struct State {
    login: bool,
    /// Name of the selected mailbox, and whether by EXAMINE.
    selected: Option<(String, bool)>,
    /// EXISTS as the client last heard it.
    announced: usize,
    utf8: bool,
    /// BAD answers so far.
    errors: usize,
    /// The next CAPABILITY is the first after STARTTLS.
    fresh_tls: bool,
}

/// After so many the server says BYE.
const MAX_ERRORS: usize = 20;

/// How a command went.
enum Answer {
    /// Untagged lines, response code and text.
    Ok(Vec<u8>, String),
    No(String),
    Bad(&'static str),
    /// All has been said.
    Done,
}

pub fn serve(conn: &mut Conn) -> Step {
    let mut state = State::default();
    let code = if shows_capabilities(conn) {
        format!("[CAPABILITY {}] ", capabilities(conn, &state))
    } else {
        String::new()
    };
    conn.tag = "*".to_owned();
    conn.reply(
        Phase::Greeting,
        format!("* OK {code}{HOST} sandbox ready\r\n").as_bytes(),
    )?;
    if conn
        .replaced(Phase::Greeting)
        .is_some_and(|text| text.starts_with(b"* PREAUTH"))
    {
        state.login = true;
    }
    loop {
        let command = command::read(conn, !hidden(conn, "LITERAL+"))?;
        conn.tag.clone_from(&command.tag);
        if command.tag.is_empty()
            || !command
                .tag
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        {
            conn.say(b"* BAD no tag\r\n")?;
            continue;
        }
        let phase = phase(&command.name);
        let answer = run(conn, &mut state, &command)?;
        if let Answer::Done = answer {
            continue;
        }
        let mut reply = Vec::new();
        if state.selected.is_some() {
            reply.extend(mailboxes::news(conn, &mut state));
        }
        let tag = &command.tag;
        match answer {
            Answer::Done => continue,
            Answer::Ok(untagged, text) => {
                reply.extend(untagged);
                reply.extend(format!("{tag} OK {text}\r\n").bytes());
            }
            Answer::No(text) => reply.extend(format!("{tag} NO {text}\r\n").bytes()),
            Answer::Bad(text) => {
                state.errors += 1;
                if state.errors > MAX_ERRORS {
                    conn.say(b"* BYE too many errors\r\n")?;
                    conn.log.with(|session| session.end = End::Server);
                    return conn.close();
                }
                reply.extend(format!("{tag} BAD {text}\r\n").bytes());
                conn.say(&reply)?;
                continue;
            }
        }
        match phase {
            Some(phase) => conn.reply(phase, &reply)?,
            None => conn.say(&reply)?,
        }
    }
}

/// Whether greeting and login carry the capabilities: not where the fault lies in the command.
fn shows_capabilities(conn: &Conn) -> bool {
    let struck = |phase| {
        conn.scenario
            .fault
            .is_some_and(|fault| fault.phase == phase)
    };
    conn.scenario.capability_greeting && !struck(Phase::Capability)
}

fn hidden(conn: &Conn, capability: &str) -> bool {
    conn.scenario.without.contains(&capability)
}

/// Which phase a command belongs to.
fn phase(name: &str) -> Option<Phase> {
    Some(match name {
        "CAPABILITY" => Phase::Capability,
        "LIST" => Phase::List,
        "STATUS" => Phase::Status,
        "SELECT" | "EXAMINE" => Phase::Select,
        "SEARCH" | "UID SEARCH" => Phase::Search,
        "FETCH" | "UID FETCH" => Phase::Fetch,
        "APPEND" => Phase::Append,
        "STORE" | "UID STORE" => Phase::Store,
        "GETQUOTA" | "GETQUOTAROOT" => Phase::Quota,
        _ => return None,
    })
}

fn capabilities(conn: &Conn, state: &State) -> String {
    let scenario = &conn.scenario;
    let mut words: Vec<String> = ["IMAP4rev1", "LITERAL+", "ID", "ENABLE", "IDLE", "NAMESPACE"]
        .map(str::to_owned)
        .to_vec();
    if state.login {
        let more = [
            "QUOTA",
            "UIDPLUS",
            "UNSELECT",
            "STATUS=SIZE",
            "SPECIAL-USE",
            "WITHIN",
            "UTF8=ACCEPT",
            "CHILDREN",
        ];
        words.extend(more.map(str::to_owned));
    } else {
        words.push("SASL-IR".to_owned());
        let offer_tls = scenario.transport == Transport::Starttls
            && (!conn.encrypted() || conn.lies(Twist::StarttlsAfterTls))
            && !conn.lies(Twist::NoStarttls);
        if offer_tls {
            words.push("STARTTLS".to_owned());
        }
        if login::disabled(conn) {
            words.push("LOGINDISABLED".to_owned());
        }
        words.extend(
            conn.mechanisms()
                .iter()
                .map(|mechanism| format!("AUTH={}", mechanism.name())),
        );
    }
    words.retain(|word| !scenario.without.iter().any(|gone| word == gone));
    words.extend(scenario.extra.iter().map(|word| (*word).to_owned()));
    conn.struck_by(&[
        Twist::NoStarttls,
        Twist::LowerCase,
        Twist::NoAuthAfterTls,
        Twist::StarttlsAfterTls,
        Twist::LoginDisabled,
    ]);
    let line = words.join(" ");
    if conn.lies(Twist::LowerCase) {
        line.to_ascii_lowercase()
    } else {
        line
    }
}

fn run(conn: &mut Conn, state: &mut State, command: &Command) -> Step<Answer> {
    let args = match &command.args {
        Ok(args) => args,
        Err(reason) => return Ok(Answer::Bad(reason)),
    };
    let name = command.name.as_str();
    match name {
        "CAPABILITY" => return capability(conn, state, args),
        "NOOP" | "CHECK" => return Ok(Answer::Ok(Vec::new(), format!("{name} done"))),
        "LOGOUT" => return logout(conn, &command.tag),
        "ID" => {
            let mine = "* ID (\"name\" \"sandbox\" \"version\" \"1\")\r\n";
            return Ok(Answer::Ok(mine.as_bytes().to_vec(), "ID done".to_owned()));
        }
        "STARTTLS" => return login::starttls(conn, state, &command.tag, args),
        "LOGIN" => return login::login(conn, state, &command.tag, args),
        "AUTHENTICATE" => return login::authenticate(conn, state, &command.tag, args),
        _ => {}
    }
    if !state.login {
        return Ok(Answer::Bad("log in first, or no such command"));
    }
    match name {
        "ENABLE" => {
            let utf8 = args
                .iter()
                .any(|arg| arg.keyword().as_deref() == Some("UTF8=ACCEPT"));
            state.utf8 |= utf8 && !hidden(conn, "UTF8=ACCEPT");
            let enabled = if state.utf8 {
                "* ENABLED UTF8=ACCEPT\r\n"
            } else {
                "* ENABLED\r\n"
            };
            return Ok(Answer::Ok(
                enabled.as_bytes().to_vec(),
                "ENABLE done".to_owned(),
            ));
        }
        "NAMESPACE" => {
            let spaces = b"* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n".to_vec();
            return Ok(Answer::Ok(spaces, "NAMESPACE done".to_owned()));
        }
        "LIST" | "LSUB" => return Ok(mailboxes::list(conn, state, name, args)),
        "STATUS" => return Ok(mailboxes::status(conn, state, args)),
        "SELECT" | "EXAMINE" => return Ok(mailboxes::select(conn, state, name == "EXAMINE", args)),
        "CREATE" | "DELETE" => return Ok(mailboxes::create_or_delete(conn, state, name, args)),
        "APPEND" => return Ok(mailboxes::append(conn, state, args)),
        "GETQUOTAROOT" | "GETQUOTA" => return Ok(mailboxes::quota(conn, state, name, args)),
        "IDLE" => return mailboxes::idle(conn, state, &command.tag),
        _ => {}
    }
    let Some((mailbox, read_only)) = state.selected.clone() else {
        return Ok(Answer::Bad("select a mailbox first, or no such command"));
    };
    let uid = name.starts_with("UID ");
    Ok(match name.trim_start_matches("UID ") {
        "SEARCH" => messages::search(conn, &mailbox, uid, args),
        "FETCH" => messages::fetch(conn, &mailbox, read_only, uid, args),
        "STORE" => messages::store(conn, &mailbox, read_only, uid, args),
        "EXPUNGE" => messages::expunge(conn, state, &mailbox, read_only, uid, args),
        "CLOSE" | "UNSELECT" if !uid => {
            if name == "CLOSE" && !read_only {
                conn.scenario.store.with(&mailbox, |mailbox| {
                    mailbox.messages.retain(|m| !m.has("\\Deleted"))
                });
            }
            state.selected = None;
            Answer::Ok(Vec::new(), format!("{name} done"))
        }
        _ => Answer::Bad("no such command"),
    })
}

fn capability(conn: &mut Conn, state: &mut State, args: &[Arg]) -> Step<Answer> {
    if !args.is_empty() {
        return Ok(Answer::Bad("CAPABILITY has no arguments"));
    }
    let line = format!("* CAPABILITY {}\r\n", capabilities(conn, state));
    if std::mem::take(&mut state.fresh_tls) {
        let reply = format!("{line}{} OK CAPABILITY done\r\n", conn.tag);
        conn.reply(Phase::SecureCapability, reply.as_bytes())?;
        return Ok(Answer::Done);
    }
    Ok(Answer::Ok(line.into_bytes(), "CAPABILITY done".to_owned()))
}

fn logout(conn: &mut Conn, tag: &str) -> Step<Answer> {
    let reply = format!("* BYE {HOST} closing\r\n{tag} OK LOGOUT done\r\n");
    conn.reply(Phase::Quit, reply.as_bytes())?;
    conn.farewell()
}

/// True where a reply of the fault's own leaves the command undone.
fn refused(conn: &Conn, phase: Phase) -> bool {
    match conn
        .scenario
        .fault
        .filter(|fault| fault.phase == phase)
        .map(|fault| fault.action)
    {
        Some(Action::Reply(text) | Action::ReplyClose(text)) => !text
            .windows(9)
            .any(|window| window.eq_ignore_ascii_case(b"{tag} OK ")),
        _ => false,
    }
}
