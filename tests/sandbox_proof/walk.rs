//! A client that walks through every phase of a dialogue, and stops at the first answer that is not the good one.

use data_encoding::BASE64;

use crate::client::{Client, Failure, Met};
use crate::sandbox::{Mechanism, Service, Transport};
use crate::scram::Responder;

/// Walks to the end; an answer that is no success is `Other(answer)`.
pub fn walk(
    client: &mut Client,
    service: Service,
    transport: Transport,
    mechanism: Mechanism,
) -> Met {
    if transport == Transport::Tls {
        client.start_tls()?;
    }
    match service {
        Service::Smtp | Service::Lmtp => smtp(client, service, transport, mechanism),
        Service::Imap => imap(client, transport, mechanism),
        Service::Pop3 => pop3(client, transport, mechanism),
    }
}

fn good(reply: &str, start: &str) -> Met {
    if reply.starts_with(start) {
        Ok(())
    } else {
        Err(Failure::Other(reply.to_owned()))
    }
}

/// The challenges of a login until the answer that is none.
fn challenges(
    client: &mut Client,
    responder: &mut Responder,
    mut reply: String,
    prompt: &str,
    read: impl Fn(&mut Client) -> Met<String>,
) -> Met<String> {
    let mut rounds = 0;
    while let Some(challenge) = reply.strip_prefix(prompt) {
        let Ok(challenge) = BASE64.decode(challenge.trim_end().as_bytes()) else {
            return Err(Failure::Other(reply));
        };
        rounds += 1;
        if rounds > 10 {
            return Err(Failure::TooMuch);
        }
        let answer = responder.answer(&challenge);
        client.say(&if answer == b"*" {
            "*".to_owned()
        } else {
            BASE64.encode(&answer)
        })?;
        reply = read(client)?;
    }
    Ok(reply)
}

fn smtp(client: &mut Client, service: Service, transport: Transport, mechanism: Mechanism) -> Met {
    let hello = if service == Service::Lmtp {
        "LHLO c"
    } else {
        "EHLO c"
    };
    good(&client.reply()?, "220")?;
    good(&client.ask(hello)?, "250")?;
    if transport == Transport::Starttls {
        good(&client.ask("STARTTLS")?, "220")?;
        client.start_tls()?;
        good(&client.ask(hello)?, "250")?;
    }
    if service == Service::Smtp {
        let mut responder = Responder::new(mechanism);
        let initial = responder
            .initial()
            .map_or(String::new(), |initial| format!(" {initial}"));
        let reply = client.ask(&format!("AUTH {}{initial}", mechanism.name()))?;
        good(
            &challenges(client, &mut responder, reply, "334 ", Client::reply)?,
            "235",
        )?;
    }
    good(&client.ask("MAIL FROM:<>")?, "250")?;
    good(&client.ask("RCPT TO:<probe@example.test>")?, "250")?;
    good(&client.ask("DATA")?, "354")?;
    good(&client.ask("Subject: x\r\n\r\nx\r\n.")?, "250")?;
    good(&client.ask("RSET")?, "250")?;
    good(&client.ask("QUIT")?, "221")
}

fn imap(client: &mut Client, transport: Transport, mechanism: Mechanism) -> Met {
    let ok = |client: &mut Client, command: &str| -> Met {
        let reply = client.tag("t1", command)?;
        let last = reply.lines().last().unwrap_or_default().to_owned();
        good(&last, "t1 OK ")
    };
    good(&client.line()?, "* OK ")?;
    ok(client, "CAPABILITY")?;
    if transport == Transport::Starttls {
        ok(client, "STARTTLS")?;
        client.start_tls()?;
        ok(client, "CAPABILITY")?;
    }
    let mut responder = Responder::new(mechanism);
    let initial = responder
        .initial()
        .map_or(String::new(), |initial| format!(" {initial}"));
    let reply = client.tag("t1", &format!("AUTHENTICATE {}{initial}", mechanism.name()))?;
    let reply = challenges(client, &mut responder, reply, "+ ", |client| {
        client.tagged("t1")
    })?;
    good(reply.lines().last().unwrap_or_default(), "t1 OK ")?;
    for command in [
        "LIST \"\" \"*\"",
        "STATUS INBOX (MESSAGES UNSEEN)",
        "EXAMINE INBOX",
        "UID SEARCH SUBJECT hello",
        "UID FETCH 1:* (FLAGS BODY.PEEK[])",
        "APPEND INBOX {3+}\r\nx\r\n",
        "GETQUOTAROOT INBOX",
    ] {
        ok(client, command)?;
    }
    good(&client.tag("t1", "LOGOUT")?, "* BYE ")
}

fn pop3(client: &mut Client, transport: Transport, mechanism: Mechanism) -> Met {
    let ask = |client: &mut Client, command: &str| -> Met<String> {
        client.say(command)?;
        client.line()
    };
    let multi = |client: &mut Client, command: &str| -> Met<String> {
        client.say(command)?;
        client.multi()
    };
    good(&client.line()?, "+OK")?;
    good(&multi(client, "CAPA")?, "+OK")?;
    if transport == Transport::Starttls {
        good(&ask(client, "STLS")?, "+OK")?;
        client.start_tls()?;
        good(&multi(client, "CAPA")?, "+OK")?;
    }
    let mut responder = Responder::new(mechanism);
    let initial = responder
        .initial()
        .map_or(String::new(), |initial| format!(" {initial}"));
    let reply = ask(client, &format!("AUTH {}{initial}", mechanism.name()))?;
    good(
        &challenges(client, &mut responder, reply, "+ ", Client::line)?,
        "+OK ",
    )?;
    good(&ask(client, "STAT")?, "+OK ")?;
    for command in ["LIST", "UIDL", "TOP 1 5"] {
        good(&multi(client, command)?, "+OK")?;
    }
    good(&ask(client, "QUIT")?, "+OK ")
}
