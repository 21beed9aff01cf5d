//! Sending a message: MAIL, RCPT, DATA (RFC 5321 §4.1.1.4, RFC 2033 §4.2 for LMTP, whose server answers
//! for each recipient).

use super::{Envelope, Smtp};
use crate::session::error::Error;
use crate::wire::command::Command;
use crate::wire::smtp::{Reply, command};

/// What the server says to a message.
#[derive(Debug, Default)]
pub struct Delivery {
    /// To MAIL.
    pub mail: Option<Reply>,
    /// To each RCPT, in order; fewer when MAIL was refused.
    pub rcpt: Vec<Reply>,
    /// To DATA, when a recipient was taken.
    pub data: Option<Reply>,
    /// To the message itself: one answer, or one for each recipient taken in LMTP.
    pub message: Vec<Reply>,
}

impl Delivery {
    /// The first answer that says no, and to what.
    #[must_use]
    pub fn refusal(&self) -> Option<(&'static str, &Reply)> {
        let mail = self.mail.iter().filter(|reply| !reply.takes_sender());
        let rcpt = self.rcpt.iter().filter(|reply| !reply.takes_recipient());
        let data = self.data.iter().filter(|reply| reply.code != 354);
        let message = self.message.iter().filter(|reply| reply.code != 250);
        mail.map(|reply| ("mail", reply))
            .chain(rcpt.map(|reply| ("rcpt", reply)))
            .chain(data.map(|reply| ("data", reply)))
            .chain(message.map(|reply| ("message", reply)))
            .next()
    }
}

impl Smtp {
    /// Sends a message with CRLF line ends. Commands go out together where the server offers PIPELINING,
    /// but DATA waits until a recipient was taken. What the server refuses is no error but an answer.
    /// Phases `mail`, `rcpt`, `data`.
    pub fn transmit(
        &mut self,
        envelope: &Envelope,
        eight_bit: bool,
        message: &[u8],
    ) -> Result<Delivery, Error> {
        const MAIL: &str = "send MAIL to";
        const DATA: &str = "send DATA to";
        const MESSAGE: &str = "send the message to";
        let journal = self.connection().journal().clone();
        let mut delivery = Delivery::default();
        let mail = self.mail_command(envelope, eight_bit, message.len());
        let rcpts: Vec<Command> = envelope.to.iter().map(command::rcpt).collect();

        journal.enter("mail");
        let pipelining = self.capabilities().has("PIPELINING");
        let mut first = vec![mail];
        let mut later = rcpts;
        if pipelining {
            first.append(&mut later);
        }
        self.send(&first, MAIL)?;
        let reply = self.reply(MAIL).and_then(|reply| self.stays(MAIL, reply))?;
        journal.leave(reply.quote());
        let taken = reply.takes_sender();
        delivery.mail = Some(reply);
        delivery.rcpt = if pipelining {
            self.recipients(envelope.to.len(), |smtp, _| smtp.reply("send RCPT to"))?
        } else if taken {
            self.recipients(later.len(), |smtp, at| match later.get(at) {
                Some(command) => smtp.ask(command, "send RCPT to"),
                None => smtp.reply("send RCPT to"),
            })?
        } else {
            Vec::new()
        };
        if !taken {
            // They were answered because they had been sent already.
            delivery.rcpt.clear();
            return Ok(delivery);
        }
        let recipients = delivery
            .rcpt
            .iter()
            .filter(|reply| reply.takes_recipient())
            .count();
        if recipients == 0 {
            return Ok(delivery);
        }
        journal.enter("data");
        let reply = self.ask(&Command::new("DATA"), DATA)?;
        let reply = self.stays(DATA, reply)?;
        let go = reply.code == 354;
        delivery.data = Some(reply);
        if !go {
            let said = delivery.data.as_ref().map(Reply::quote);
            journal.leave(said.unwrap_or_default());
            return Ok(delivery);
        }
        let shown = format!("<{} bytes>", message.len());
        self.send(&[Command::raw(stuffed(message), shown)], MESSAGE)?;
        let answers = if self.is_lmtp() { recipients } else { 1 };
        for _ in 0..answers {
            let reply = self.reply(MESSAGE)?;
            delivery.message.push(self.stays(MESSAGE, reply)?);
        }
        let said: Vec<String> = delivery.message.iter().map(Reply::quote).collect();
        journal.leave(said.join("; "));
        Ok(delivery)
    }

    fn mail_command(&self, envelope: &Envelope, eight_bit: bool, size: usize) -> Command {
        let offered = self.capabilities();
        let mut parameters = String::new();
        if offered.has("SIZE") {
            parameters.push_str(&format!(" SIZE={size}"));
        }
        if eight_bit && offered.has("8BITMIME") {
            parameters.push_str(" BODY=8BITMIME");
        }
        if envelope.is_international() && offered.has("SMTPUTF8") {
            parameters.push_str(" SMTPUTF8");
        }
        Command::new(format!("MAIL FROM:{}{parameters}", envelope.from))
    }
}

/// Dots doubled, and the line with the single one at the end (RFC 5321 §4.5.2).
fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 64);
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !out.is_empty() && !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

/// The name under which the server goes on with the message, in its answer; as people look for it in a
/// log. Postfix, Sendmail and Exim, then OpenSMTPD, Gmail, qmail and Exchange.
#[must_use]
pub fn queue_id(reply: &Reply) -> Option<String> {
    let text = reply.lines.last()?;
    let text = String::from_utf8_lossy(text);
    let plain = |word: &str| {
        let word = word.trim_matches(|c: char| "<>[](),;.\"".contains(c));
        let fits = (3..=64).contains(&word.len())
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.=".contains(&byte));
        fits.then(|| word.to_owned())
    };
    let lower = text.to_ascii_lowercase();
    let after = |mark: &str| {
        let at = lower.find(mark)? + mark.len();
        plain(text.get(at..)?.split_ascii_whitespace().next()?)
    };
    if let Some(id) = after("queued as ")
        .or_else(|| after(" id="))
        .or_else(|| after("internalid="))
        .or_else(|| after(" qp "))
    {
        return Some(id);
    }
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let before = |mark: &str| {
        let at = words
            .iter()
            .position(|word| word.eq_ignore_ascii_case(mark))?;
        plain(words.get(at.checked_sub(1)?)?)
    };
    if let Some(id) = before("message").filter(|id| id.bytes().any(|byte| byte.is_ascii_digit())) {
        return Some(id);
    }
    if words.last() == Some(&"gsmtp") {
        return words
            .len()
            .checked_sub(3)
            .and_then(|at| plain(words.get(at)?));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_doubled_and_the_end_is_marked() {
        assert_eq!(stuffed(b"a\r\n.\r\n..b\r\n"), b"a\r\n..\r\n...b\r\n.\r\n");
        assert_eq!(stuffed(b"a"), b"a\r\n.\r\n");
        assert_eq!(stuffed(b""), b".\r\n");
    }

    #[test]
    fn queue_ids_of_the_field() {
        let rows = [
            ("2.0.0 Ok: queued as 4XyZ1k0pQzGm", Some("4XyZ1k0pQzGm")),
            (
                "OK id=1rABcD-000000005Zt-1XyZ",
                Some("1rABcD-000000005Zt-1XyZ"),
            ),
            (
                "2.0.0 3AB1CdEf012345 Message accepted for delivery",
                Some("3AB1CdEf012345"),
            ),
            (
                "2.0.0 7f3a9c51 Message accepted for delivery",
                Some("7f3a9c51"),
            ),
            (
                "2.0.0 OK  1700000000 x12-20020a05si123 - gsmtp",
                Some("x12-20020a05si123"),
            ),
            ("ok 1700000000 qp 12345", Some("12345")),
            (
                "2.6.0 <a@example.org> [InternalId=1234567, Hostname=x] Queued mail for delivery",
                Some("1234567"),
            ),
            ("2.1.5 <probe@example.test> saved", None),
            ("Ok", None),
            ("", None),
        ];
        for (text, wanted) in rows {
            let reply = Reply {
                code: 250,
                lines: vec![text.as_bytes().to_vec()],
                mixed: None,
                bare_lf: false,
            };
            assert_eq!(queue_id(&reply).as_deref(), wanted, "{text}");
        }
    }
}
