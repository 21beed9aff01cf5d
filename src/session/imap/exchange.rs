//! Sending commands and hearing answers (RFC 3501 §2.2, §5.5, §7).
//!
//! Bounds for one command: messages and bytes that a server may send before it comes to the end. A
//! greedy or broken server meets them as [`Kind::Limit`], and nothing of what it sent is kept.

use super::{Imap, is_transient};
use crate::session::error::{Error, Kind};
use crate::session::journal::Journal;
use crate::wire::command::Command;
use crate::wire::imap::token::{self, Malformed};
use crate::wire::imap::{
    Capabilities, Condition, Data, Literals, Message, Part, Request, Response, Status,
};

/// Messages of the server within one command. LIST of a large server has some thousands.
const MESSAGES: usize = 20_000;
/// Bytes of the server within one command.
const BYTES: usize = 4 << 20;
/// Untagged messages of one command that the transcript shows.
const SHOWN: usize = 12;
/// Bytes of a text for people, and of the arguments of a response code that is not CAPABILITY.
const TEXT: usize = 500;
/// Alerts and warnings that are kept.
const KEPT: usize = 10;

/// What ends the waiting.
pub(super) enum Event {
    /// `+`: the server waits for us.
    Continue(Vec<u8>),
    /// The command is over.
    Done(Condition),
}

/// How much has come for one command.
#[derive(Default)]
pub(super) struct Budget {
    messages: usize,
    bytes: usize,
}

impl Imap {
    /// Sends a command, its literals as the server asks for them, and hears the answer out. `sink`
    /// gets all data, asked for or not.
    pub(super) fn run(
        &mut self,
        tag: &str,
        request: &Request,
        doing: &str,
        sink: &mut dyn FnMut(Data),
    ) -> Result<Condition, Error> {
        let commands = request.commands(self.literals);
        self.nothing_answered_yet(doing)?;
        let mut budget = Budget::default();
        for (index, command) in commands.iter().enumerate() {
            self.connection.send(command, doing)?;
            let last = index + 1 == commands.len();
            match self.event(tag, doing, &mut budget, sink)? {
                Event::Done(condition) => return Ok(condition),
                Event::Continue(_) if !last => {}
                Event::Continue(text) => return Err(self.uncalled(&text, doing)),
            }
        }
        // There is always a first command, and its answer has ended the loop.
        Err(self.uncalled(b"", doing))
    }

    /// Sends several commands in one write where none of them has to wait for the server, and hears
    /// all answers out; in the order of the commands.
    pub(super) fn run_all(
        &mut self,
        requests: &[(String, Request)],
        doing: &str,
        sink: &mut dyn FnMut(Data),
    ) -> Result<Vec<Condition>, Error> {
        let written: Vec<Vec<Command>> = requests
            .iter()
            .map(|(_, request)| request.commands(self.literals))
            .collect();
        if written.iter().any(|commands| commands.len() > 1) {
            return requests
                .iter()
                .map(|(tag, request)| self.run(tag, request, doing, sink))
                .collect();
        }
        let written: Vec<Command> = written.into_iter().flatten().collect();
        self.nothing_answered_yet(doing)?;
        self.connection.send_all(&written, doing)?;
        let mut budget = Budget::default();
        requests
            .iter()
            .map(
                |(tag, _)| match self.event(tag, doing, &mut budget, sink)? {
                    Event::Done(condition) => Ok(condition),
                    Event::Continue(text) => Err(self.uncalled(&text, doing)),
                },
            )
            .collect()
    }

    /// Untagged data may come at any time (RFC 3501 §5.2). An answer to a command that was not sent yet
    /// is no answer: a server that reads nothing would pass for one that lets us in.
    pub(super) fn nothing_answered_yet(&self, doing: &str) -> Result<(), Error> {
        let answers = |line: &&[u8]| {
            let tag = line.strip_prefix(b"a").unwrap_or_default();
            let digits = tag.iter().take_while(|byte| byte.is_ascii_digit()).count();
            line.starts_with(b"+") || (digits > 0 && tag.get(digits) == Some(&b' '))
        };
        let pending = self.framer.pending();
        match pending.split(|&byte| byte == b'\n').find(answers) {
            None => Ok(()),
            Some(line) => {
                let quote = self.connection.quote(line, 80);
                Err(self.connection.error(doing, Kind::Unasked { quote }))
            }
        }
    }

    /// Hears until the command ends or the server waits for us.
    pub(super) fn event(
        &mut self,
        tag: &str,
        doing: &str,
        budget: &mut Budget,
        sink: &mut dyn FnMut(Data),
    ) -> Result<Event, Error> {
        loop {
            let message = self.message(doing)?;
            self.spend(budget, &message, doing)?;
            match Response::parse(&message) {
                Response::Continue { text } => {
                    self.connection.journal().received(message.first_line());
                    return Ok(Event::Continue(text));
                }
                Response::Tagged {
                    tag: given,
                    condition,
                } => {
                    self.connection.journal().received(message.first_line());
                    if given != tag {
                        return Err(self.astray(&message, doing));
                    }
                    let condition = bounded(condition, self.connection.journal());
                    self.hear(&condition);
                    if condition.has_code("ALERT") && condition.status == Status::Ok {
                        keep(&mut self.alerts, &condition);
                    }
                    return Ok(Event::Done(condition));
                }
                Response::Untagged(condition) => {
                    let condition = bounded(condition, self.connection.journal());
                    self.show(&message, budget);
                    self.hear(&condition);
                    if condition.has_code("ALERT") && condition.status != Status::Bye {
                        keep(&mut self.alerts, &condition);
                        continue;
                    }
                    match condition.status {
                        Status::Bye if !self.leaving => {
                            return Err(self.connection.error(
                                doing,
                                Kind::Refused {
                                    transient: is_transient(&condition),
                                    code: condition.status.name().to_owned(),
                                    quote: condition.to_string(),
                                },
                            ));
                        }
                        Status::Bad if self.proxied => {
                            return Err(self.astray(&message, doing));
                        }
                        Status::No | Status::Bad => keep(&mut self.warnings, &condition),
                        Status::Ok | Status::Bye | Status::Preauth => {}
                    }
                }
                Response::Data(data) => {
                    self.show(&message, budget);
                    if matches!(data, Data::Other(_)) {
                        self.shape(&message, doing)?;
                    }
                    if let Data::Capability(names) = &data {
                        self.learn(names.clone(), true);
                    }
                    self.exists_told |= matches!(data, Data::Exists(_));
                    sink(data);
                }
                Response::Malformed(_) => {
                    self.connection.journal().received(message.first_line());
                    return Err(self.no_imap(&message, doing));
                }
            }
        }
    }

    /// The next message, whole.
    pub(super) fn message(&mut self, doing: &str) -> Result<Message, Error> {
        loop {
            match self.framer.next_message() {
                Ok(Some(message)) => {
                    self.bare_lf |= message.bare_lf;
                    return Ok(message);
                }
                Ok(None) => {}
                Err(breach) => {
                    return Err(self
                        .connection
                        .error(doing, Kind::Limit(breach.to_string())));
                }
            }
            let mut chunk = [0; 16 * 1024];
            match self.connection.chunk(&mut chunk, doing) {
                Ok(bytes) => self.framer.push(bytes),
                Err(error) => {
                    // What came of a line that was never finished belongs into the transcript, too.
                    if !self.framer.pending().is_empty() {
                        self.connection.journal().received(self.framer.pending());
                    }
                    return Err(error);
                }
            }
        }
    }

    /// Takes note of the capabilities in a response code, whatever it came with.
    pub(super) fn hear(&mut self, condition: &Condition) {
        if let Some(code) = &condition.code
            && code.name == "CAPABILITY"
        {
            self.learn(Capabilities::parse(&code.args), false);
        }
    }

    fn learn(&mut self, names: Capabilities, complete: bool) {
        self.literals = Literals::of(&names);
        self.complete = complete;
        self.capabilities = Some(names);
        self.told = true;
    }

    fn spend(&self, budget: &mut Budget, message: &Message, doing: &str) -> Result<(), Error> {
        budget.messages += 1;
        budget.bytes += message
            .parts
            .iter()
            .map(|part| match part {
                Part::Line(bytes) | Part::Literal(bytes) => bytes.len(),
            })
            .sum::<usize>();
        let limit = if budget.messages > MESSAGES {
            format!("more than {MESSAGES} responses to one command")
        } else if budget.bytes > BYTES {
            format!("more than {BYTES} bytes in answer to one command")
        } else {
            return Ok(());
        };
        Err(self.connection.error(doing, Kind::Limit(limit)))
    }

    /// What is not understood is passed over, but not what no server in its senses sends.
    fn shape(&self, message: &Message, doing: &str) -> Result<(), Error> {
        match token::tokens(message, 2) {
            Err(error @ (Malformed::TooDeep | Malformed::TooMany)) => {
                Err(self.connection.error(doing, Kind::Limit(error.to_string())))
            }
            _ => Ok(()),
        }
    }

    fn show(&self, message: &Message, budget: &Budget) {
        if budget.messages < SHOWN {
            self.connection.journal().received(message.first_line());
        } else if budget.messages == SHOWN {
            self.connection.journal().note("more of the same");
        }
    }

    /// An answer to what we did not say; or to the PROXY header, which was none to be answered.
    fn astray(&self, message: &Message, doing: &str) -> Error {
        let line = message.first_line();
        let quote = String::from_utf8_lossy(line.get(..80).unwrap_or(line)).into_owned();
        let kind = if self.proxied {
            Kind::Missing(format!(
                "it does not understand the PROXY header and answers it with \"{quote}\""
            ))
        } else {
            Kind::Unasked { quote }
        };
        self.connection.error(doing, kind)
    }

    pub(super) fn no_imap(&self, message: &Message, doing: &str) -> Error {
        let line = message.first_line();
        let quote = self.connection.quote(line, 80);
        self.connection.error(
            doing,
            Kind::NotProtocol {
                protocol: "IMAP",
                quote,
            },
        )
    }

    fn uncalled(&self, text: &[u8], doing: &str) -> Error {
        self.connection.error(
            doing,
            Kind::NotProtocol {
                protocol: "IMAP",
                quote: format!("+ {}", self.connection.quote(text, 80)),
            },
        )
    }
}

/// Texts are quoted, more than once: what is beyond their bounds is dropped where they come in.
pub(super) fn bounded(mut condition: Condition, journal: &Journal) -> Condition {
    if condition.text.len() > TEXT {
        condition.text = journal.quote(&condition.text, TEXT).into_bytes();
    }
    if let Some(code) = &mut condition.code {
        code.name.truncate(code.name.floor_char_boundary(TEXT));
        if code.name != "CAPABILITY" && code.args.len() > TEXT {
            code.args = journal.quote(&code.args, TEXT).into_bytes();
        }
    }
    condition
}

/// The same for a text.
pub(super) fn cut(text: &mut String) {
    text.truncate(text.floor_char_boundary(TEXT));
}

pub(super) fn keep(list: &mut Vec<String>, condition: &Condition) {
    let text = condition.to_string();
    if list.len() < KEPT && !list.contains(&text) {
        list.push(text);
    }
}
