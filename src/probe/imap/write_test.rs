//! `--write-test`: a marked message of our own is stored, found, read again, compared and removed.
//! Nothing else in the mailbox is touched: without UIDPLUS an EXPUNGE would remove whatever is marked,
//! and is sent only when nothing else is.

use super::findings::{CONTENT_ALTERED, MAILBOX_MISSING, WRITE_FAILED, WRITE_LEFTOVER};
use crate::probe::Scene;
use crate::session::imap::{Criteria, Imap, Mailbox, Term};
use crate::session::{Error, Kind};
use crate::time::Clock;
use crate::wire::imap::InternalDate;

/// The field that marks our messages.
const FIELD: &str = "X-Mailprobe";

/// Runs the test in a mailbox.
pub fn check(imap: &mut Imap, mailbox: &Mailbox, scene: &Scene) -> Result<(), Error> {
    let name = scene.name();
    let uidplus = imap.offers(|offered| offered.has("UIDPLUS") || offered.has("IMAP4rev2"))?;
    let token = token(imap)?;
    let message = message(&token, Clock::unix_time());
    let told = match imap.append(mailbox, message.clone())? {
        Ok(uid) => uid,
        Err(no) if no.has_code("TRYCREATE") || no.has_code("NONEXISTENT") => {
            let text = format!("{name} has no mailbox \"{mailbox}\": {no}");
            scene.finding(MAILBOX_MISSING, text);
            return Ok(());
        }
        Err(no) => {
            let text = format!("{name} does not store a mail in \"{mailbox}\": {no}");
            scene.finding(WRITE_FAILED, text);
            return Ok(());
        }
    };
    if let Err(no) = imap.select(mailbox)? {
        let text = format!("{name} stored a mail in \"{mailbox}\" and cannot open it: {no}");
        scene.finding(WRITE_FAILED, text);
        return Ok(());
    }
    let Some(uid) = find(imap, &token, told, mailbox, scene)? else {
        return Ok(());
    };
    let intact = read(imap, uid, &message, mailbox, scene)?;
    remove(imap, uid, uidplus, mailbox, scene)?;
    if intact {
        scene.proven(format!(
            "a mail stored in \"{mailbox}\", found, read, removed"
        ));
    }
    Ok(())
}

/// The UID of our message, by searching for it.
fn find(
    imap: &mut Imap,
    token: &str,
    told: Option<u32>,
    mailbox: &Mailbox,
    scene: &Scene,
) -> Result<Option<u32>, Error> {
    let name = scene.name();
    let criteria = Criteria {
        terms: vec![Term::Header(FIELD.to_owned(), token.to_owned())],
        ..Criteria::default()
    };
    let found = imap.search(&criteria, 2)?;
    let why = match &found {
        Ok(found) => match (found.as_slice(), told) {
            ([uid], None) => return Ok(Some(*uid)),
            ([uid], Some(told)) if *uid == told => return Ok(Some(*uid)),
            ([], _) => "its search does not find it".to_owned(),
            (uids, told) => format!(
                "its search finds {}{}",
                uids.iter()
                    .map(|uid| format!("UID {uid}"))
                    .collect::<Vec<_>>()
                    .join(" and "),
                told.map(|uid| format!(" where it said UID {uid}"))
                    .unwrap_or_default()
            ),
        },
        Err(no) => format!("it does not search: {no}"),
    };
    let text = format!("{name} stored a mail in \"{mailbox}\", and {why}");
    scene.finding(WRITE_FAILED, text);
    if told.is_none() {
        let text = format!("{name}: the test mail may still be in \"{mailbox}\"");
        scene.finding(WRITE_LEFTOVER, text);
    }
    Ok(told)
}

/// Reads our message and compares.
fn read(
    imap: &mut Imap,
    uid: u32,
    sent: &[u8],
    mailbox: &Mailbox,
    scene: &Scene,
) -> Result<bool, Error> {
    let name = scene.name();
    let fetched = imap.fetch(true, &uid.to_string(), "UID BODY.PEEK[]", 1)?;
    let why = match &fetched {
        Ok(fetched) => match fetched
            .iter()
            .find(|fetch| fetch.uid == Some(uid))
            .and_then(|fetch| fetch.section("BODY[]"))
        {
            Some(got) if got == sent => return Ok(true),
            Some(got) => {
                let what = if body(got) == body(sent) {
                    "its header is another"
                } else {
                    "its text is another"
                };
                let text = format!(
                    "{name} gives back a mail in \"{mailbox}\" that was not stored so: {what} ({} bytes stored, {} came back)",
                    sent.len(),
                    got.len()
                );
                scene.finding(CONTENT_ALTERED, text);
                return Ok(false);
            }
            None => "does not give it back".to_owned(),
        },
        Err(no) => format!("cannot read it: {no}"),
    };
    let text = format!("{name} stored a mail in \"{mailbox}\" and {why}");
    scene.finding(WRITE_FAILED, text);
    Ok(false)
}

fn remove(
    imap: &mut Imap,
    uid: u32,
    uidplus: bool,
    mailbox: &Mailbox,
    scene: &Scene,
) -> Result<(), Error> {
    let name = scene.name();
    let alone = uidplus || {
        let criteria = Criteria {
            deleted: true,
            ..Criteria::default()
        };
        matches!(imap.search(&criteria, 1)?, Ok(found) if found.is_empty())
    };
    match imap.remove(uid, uidplus, alone)? {
        Ok(()) if alone => {}
        Ok(()) => {
            // Whoever marked the others will expunge ours with them.
            let text = format!(
                "{name}: the test mail in \"{mailbox}\" is marked for removal only, as others are, too"
            );
            scene.finding(WRITE_LEFTOVER, text);
        }
        Err(no) => {
            let text = format!("{name}: the test mail stays in \"{mailbox}\": {no}");
            scene.finding(WRITE_LEFTOVER, text);
        }
    }
    Ok(())
}

/// What nobody else's message has.
fn token(imap: &Imap) -> Result<String, Error> {
    let mut random = [0_u8; 12];
    openssl::rand::rand_bytes(&mut random).map_err(|_| {
        imap.connection().error(
            "make a test mail for",
            Kind::Missing("the TLS library has no random numbers".to_owned()),
        )
    })?;
    Ok(data_encoding::HEXLOWER.encode(&random))
}

/// The message. Its text has bytes beyond ASCII, a line with a dot and a long line, so that a server
/// that mangles any of them is seen.
fn message(token: &str, now: i64) -> Vec<u8> {
    let date = InternalDate { unix: now, zone: 0 }.to_string();
    let date = date.trim_start().replacen('-', " ", 2);
    let long = "0123456789".repeat(40);
    [
        "From: mailprobe <mailprobe@invalid>",
        "To: mailprobe <mailprobe@invalid>",
        &format!("Subject: mailprobe write test {token}"),
        &format!("Date: {date}"),
        &format!("Message-ID: <{token}@mailprobe.invalid>"),
        "Auto-Submitted: auto-generated",
        &format!("{FIELD}: write-test {token}"),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        "A monitoring check stores this mail, finds it, reads it and removes it.",
        "If it is still here, that check has failed, and this mail may be removed.",
        "Gr\u{f6}\u{df}e",
        ".",
        &long,
        "",
    ]
    .join("\r\n")
    .into_bytes()
}

/// What follows the first empty line.
fn body(message: &[u8]) -> &[u8] {
    message
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .and_then(|at| message.get(at + 4..))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    #[test]
    fn the_message_is_one() {
        let bytes = message("cafe", 760_686_745);
        let read = Message::parse(&bytes);
        assert_eq!(read.date(), Some(760_686_745));
        assert_eq!(read.field(FIELD).as_deref(), Some("write-test cafe"));
        assert!(read.text().contains("Gr\u{f6}\u{df}e\n.\n0123"));
        assert!(body(&bytes).starts_with(b"A monitoring check"));
        assert!(
            bytes
                .split(|byte| *byte == b'\n')
                .all(|line| line.len() < 998)
        );
    }
}
