//! What is in the maildrop: STAT, LIST, UIDL and TOP (RFC 1939 §5 and §7).
//!
//! Commands go out together where the server offers PIPELINING (RFC 2449 §6.6). Lines are read as
//! they come and are not kept: of a unique id only a hash is, so that a maildrop of 200 000 messages
//! fits into a few megabytes.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

use super::{Pop3, quote};
use crate::session::error::{Error, Kind};
use crate::wire::command::Command;
use crate::wire::pop3::listing::{self, Disagreement, Malformed, Stat};
use crate::wire::pop3::{Limits, Reply, Unstuffer, top};

/// TOP commands that go out together: so few bytes that neither side ever waits for the other.
const WINDOW: usize = 64;

/// How many lines more than STAT counts a listing may have before it is taken for endless.
const SLACK: usize = 1000;

/// The same for all sessions of this process, so that a later one can tell what is new.
static HASH: OnceLock<RandomState> = OnceLock::new();

/// Bytes of a line of LIST or UIDL. The longest has a number and 70 characters.
const LINE: usize = 1024;

/// What the server says is there.
#[derive(Debug)]
pub struct Maildrop {
    /// By STAT.
    pub stat: Stat,
    /// By LIST: number and size.
    pub sizes: Vec<(u32, u64)>,
    /// By UIDL, where the server knows it: number and a hash of the unique id.
    pub ids: Option<Vec<(u32, u64)>>,
}

impl Maildrop {
    /// Where the three contradict each other.
    #[must_use]
    pub fn disagreements(&self) -> Vec<Disagreement> {
        listing::compare(self.stat, &self.sizes, self.ids.as_deref())
    }

    /// The numbers of all messages, the newest last: servers number them in the order of arrival.
    #[must_use]
    pub fn numbers(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.sizes.iter().map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

impl Pop3 {
    /// STAT, LIST and UIDL. Phases `stat`, `list`, `uidl`.
    pub fn survey(&mut self) -> Result<Maildrop, Error> {
        const STAT: &str = "send STAT to";
        const LIST: &str = "send LIST to";
        const UIDL: &str = "send UIDL to";
        let journal = self.connection().journal().clone();
        let pipelines = self.pipelines();
        let knows_uidl = self.capabilities().is_none_or(|found| found.uidl());

        journal.enter("stat");
        let at_once: &[&str] = match (pipelines, knows_uidl) {
            (true, true) => &["STAT", "LIST", "UIDL"],
            (true, false) => &["STAT", "LIST"],
            (false, _) => &["STAT"],
        };
        let commands: Vec<Command> = at_once.iter().map(|verb| Command::new(*verb)).collect();
        self.send_all(&commands, STAT)?;
        let answer = self.accepted(STAT)?;
        let stat = listing::stat(&answer.text).map_err(|error| self.malformed(STAT, &error))?;
        let most = usize::try_from(stat.messages)
            .unwrap_or(usize::MAX)
            .saturating_add(SLACK);
        let limits = Limits {
            lines: most.min(Limits::LISTING.lines),
            ..Limits::LISTING
        };
        journal.leave(quote(&answer));

        journal.enter("list");
        if !pipelines {
            self.send(&Command::new("LIST"), LIST)?;
        }
        self.accepted(LIST)?;
        let mut sizes = Vec::new();
        self.each_line(limits, LIST, |line| {
            sizes.push(listing::size(line)?);
            Ok(())
        })?;
        journal.leave(format!("{} messages", sizes.len()));

        let mut ids = None;
        if knows_uidl {
            journal.enter("uidl");
            if !pipelines {
                self.send(&Command::new("UIDL"), UIDL)?;
            }
            ids = self.unique_ids(limits, UIDL)?;
            journal.leave(match &ids {
                Some(ids) => format!("{} unique ids", ids.len()),
                None => "not known".to_owned(),
            });
        }
        Ok(Maildrop { stat, sizes, ids })
    }

    /// TOP of each message, in the order asked for: header, and so many lines of the body. Each is
    /// handed over as it comes. Phase `top`.
    pub fn top(
        &mut self,
        messages: &[u32],
        lines: u32,
        mut take: impl FnMut(u32, Vec<u8>),
    ) -> Result<(), Error> {
        const DOING: &str = "send TOP to";
        if messages.is_empty() {
            return Ok(());
        }
        let journal = self.connection().journal().clone();
        journal.enter("top");
        let window = if self.pipelines() { WINDOW } else { 1 };
        for batch in messages.chunks(window) {
            let commands: Vec<Command> = batch.iter().map(|number| top(*number, lines)).collect();
            self.send_all(&commands, DOING)?;
            for number in batch {
                self.accepted(DOING)?;
                take(*number, self.collect(Limits::MESSAGE, DOING)?);
            }
        }
        journal.leave(format!("{} messages", messages.len()));
        Ok(())
    }

    /// UIDL is optional (RFC 1939 §7): a server that refuses it without a reason does not know it.
    fn unique_ids(
        &mut self,
        limits: Limits,
        doing: &str,
    ) -> Result<Option<Vec<(u32, u64)>>, Error> {
        let answer = self.answer(doing)?;
        if !answer.is_ok() {
            return match answer.code {
                Some(_) => Err(self.refused(doing, &answer)),
                None => Ok(None),
            };
        }
        let hash = HASH.get_or_init(RandomState::new);
        let mut ids = Vec::new();
        self.each_line(limits, doing, |line| {
            let (number, id) = listing::unique_id(line)?;
            ids.push((number, hash.hash_one(id)));
            Ok(())
        })?;
        Ok(Some(ids))
    }

    /// Reads a listing line by line.
    fn each_line(
        &mut self,
        limits: Limits,
        doing: &str,
        mut take: impl FnMut(&[u8]) -> Result<(), Malformed>,
    ) -> Result<(), Error> {
        let mut unstuffer = Unstuffer::new(limits);
        loop {
            let line = self.connection_mut().line(LINE, doing)?;
            match unstuffer.line(&line.text) {
                Ok(None) => return Ok(()),
                Ok(Some(text)) => take(text).map_err(|error| self.malformed(doing, &error))?,
                Err(breach) => {
                    let kind = Kind::Limit(breach.to_string());
                    return Err(self.connection().error(doing, kind));
                }
            }
        }
    }

    fn accepted(&mut self, doing: &str) -> Result<Reply, Error> {
        let reply = self.answer(doing)?;
        if reply.is_ok() {
            Ok(reply)
        } else {
            Err(self.refused(doing, &reply))
        }
    }

    fn malformed(&self, doing: &str, error: &Malformed) -> Error {
        self.no_protocol(doing, error.line.as_bytes())
    }
}
