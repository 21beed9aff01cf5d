//! An envelope without a message: MAIL, RCPT and RSET, so that nothing is ever sent.

use super::Smtp;
use crate::session::error::Error;
use crate::wire::command::Command;
use crate::wire::smtp::mailbox::Path;
use crate::wire::smtp::{Reply, command};

/// Who sends to whom.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The reverse-path.
    pub from: Path,
    /// The forward-paths.
    pub to: Vec<Path>,
}

impl Envelope {
    /// Does any address need SMTPUTF8?
    #[must_use]
    pub fn is_international(&self) -> bool {
        self.from.is_international() || self.to.iter().any(Path::is_international)
    }
}

/// What the server says to an envelope.
#[derive(Debug)]
pub struct Answer {
    /// To MAIL.
    pub mail: Reply,
    /// To each RCPT, in order; fewer when MAIL was refused.
    pub rcpt: Vec<Reply>,
    /// To RSET. What was said before it holds, even when the server goes here.
    pub rset: Result<Reply, Error>,
}

impl Smtp {
    /// Presents the envelope and takes it back. Commands go out together where the server offers
    /// PIPELINING (RFC 2920): a RCPT after a refused MAIL does no harm. Phases `mail`, `rcpt`.
    pub fn envelope(&mut self, envelope: &Envelope) -> Result<Answer, Error> {
        const MAIL: &str = "send MAIL to";
        const RCPT: &str = "send RCPT to";
        const RSET: &str = "send RSET to";
        let journal = self.connection().journal().clone();
        let utf8 = self.capabilities().has("SMTPUTF8") && envelope.is_international();
        let rset = Command::new("RSET");
        let mail = command::mail(&envelope.from, utf8);
        let rcpts: Vec<Command> = envelope.to.iter().map(command::rcpt).collect();
        let pipelining = self.capabilities().has("PIPELINING");

        journal.enter("mail");
        if pipelining {
            let all: Vec<Command> = std::iter::once(mail).chain(rcpts).chain([rset]).collect();
            self.send(&all, MAIL)?;
            let mail = self.reply(MAIL).and_then(|reply| self.stays(MAIL, reply))?;
            journal.leave(mail.quote());
            let rcpt = self.recipients(envelope.to.len(), |smtp, _| smtp.reply(RCPT))?;
            let rset = self.reply(RSET).and_then(|reply| self.stays(RSET, reply));
            return Ok(Answer::of(mail, rcpt, rset));
        }
        let mail = self
            .ask(&mail, MAIL)
            .and_then(|reply| self.stays(MAIL, reply))?;
        journal.leave(mail.quote());
        let wanted = if mail.takes_sender() { rcpts.len() } else { 0 };
        let rcpt = self.recipients(wanted, |smtp, at| match rcpts.get(at) {
            Some(command) => smtp.ask(command, RCPT),
            None => smtp.reply(RCPT),
        })?;
        let rset = self
            .ask(&rset, RSET)
            .and_then(|reply| self.stays(RSET, reply));
        Ok(Answer::of(mail, rcpt, rset))
    }

    /// The answers to RCPT. Phase `rcpt`.
    pub(super) fn recipients(
        &mut self,
        count: usize,
        mut next: impl FnMut(&mut Self, usize) -> Result<Reply, Error>,
    ) -> Result<Vec<Reply>, Error> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let journal = self.connection().journal().clone();
        journal.enter("rcpt");
        let answers = (0..count)
            .map(|at| next(self, at).and_then(|reply| self.stays("send RCPT to", reply)))
            .collect::<Result<Vec<_>, _>>()?;
        journal.leave(
            answers
                .iter()
                .map(Reply::quote)
                .collect::<Vec<_>>()
                .join("; "),
        );
        Ok(answers)
    }
}

impl Answer {
    /// After a refused MAIL the answers to RCPT say nothing about the recipients.
    fn of(mail: Reply, rcpt: Vec<Reply>, rset: Result<Reply, Error>) -> Self {
        let rcpt = if mail.takes_sender() {
            rcpt
        } else {
            Vec::new()
        };
        Self { mail, rcpt, rset }
    }
}
