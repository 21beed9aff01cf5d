//! One listing, from its first byte to its last.

use super::courier::Courier;
use super::decode::Decoder;
use super::exchange::{ExchangeCsv, ExchangeJson};
use super::exim::{Exim, EximCount};
use super::json::Documents;
use super::lines::{LineParser, Lines};
use super::nullmailer::Nullmailer;
use super::opensmtpd::OpenSmtpd;
use super::qmail::{QmailRead, QmailStat};
use super::sendmail::Sendmail;
use super::trouble::{Notice, Trouble};
use super::{Entry, Format, Mta, Zone, guess, postfix};

/// How many notices are kept, and how much of each.
const NOTICES: usize = 8;
const QUOTE: usize = 200;

/// What a listing does not tell: the time, and the zone of its dates.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Now, seconds since 1970: the year of dates without one, the base of ages.
    pub now: i64,
    /// The zone of dates without one.
    pub zone: Zone,
}

/// Whether a listing was whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All of it was understood, and its own total, if there is one, agrees.
    Complete,
    /// The entries are true, but there are more: cut off, damaged, or fewer than the listing itself says.
    Incomplete(String),
    /// No listing at all, as far as we know: the text is quoted.
    Unknown(String),
    /// The MTA's command says why it could not look.
    Unreadable(String),
    /// The MTA's command says that the mail system is down, and lists nothing.
    Down(String),
}

/// What is known at the end of a listing.
#[derive(Clone, Debug)]
pub struct End {
    /// As told, or as guessed; none when no guess was possible.
    pub format: Option<Format>,
    /// Bytes taken. None at all means an empty queue for some formats, see [`Format::silent_when_empty`].
    pub bytes: u64,
    /// Messages handed out.
    pub messages: u64,
    /// The number that the listing itself tells.
    pub said: Option<u64>,
    /// Whether it was whole.
    pub verdict: Verdict,
    /// Lines beside the listing, the first few.
    pub notices: Vec<Notice>,
}

/// What takes the bytes of one form of listing.
pub(super) trait Parser {
    /// Takes the next piece, of any size.
    fn feed(&mut self, bytes: &[u8], out: &mut Out<'_>);
    /// There is no more.
    fn finish(&mut self, out: &mut Out<'_>);
}

/// What a parser has found out so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    entries: u64,
    messages: u64,
    said: Option<u64>,
    proven: bool,
    damage: Option<String>,
    stray: Option<String>,
    strays: u64,
    failure: Option<Notice>,
    notices: Vec<Notice>,
}

/// Where a parser puts what it finds.
pub(super) struct Out<'o> {
    each: &'o mut dyn FnMut(&Entry),
    tally: &'o mut Tally,
}

impl Out<'_> {
    /// A whole entry.
    pub(super) fn entry(&mut self, entry: &Entry) {
        self.tally.proven = true;
        self.tally.entries += 1;
        self.tally.messages = self.tally.messages.saturating_add(entry.count());
        (self.each)(entry);
    }

    /// Something stood there that only this form of listing has: a heading, "is empty".
    pub(super) fn proven(&mut self) {
        self.tally.proven = true;
    }

    /// The listing says how many messages it holds; several totals add up.
    pub(super) fn said(&mut self, messages: u64) {
        self.tally.proven = true;
        let before = self.tally.said.unwrap_or(0);
        self.tally.said = Some(before.saturating_add(messages));
    }

    /// Part of the listing is missing or cannot be read. The first one is told.
    pub(super) fn damage(&mut self, what: impl Into<String>) {
        self.tally.damage.get_or_insert_with(|| what.into());
    }

    /// The last line had no end: it may have been longer.
    pub(super) fn unended(&mut self) {
        if self.tally.proven {
            self.damage("it ends in the middle of a line");
        }
    }

    /// One of the messages that the listing spoke of is gone already.
    pub(super) fn gone(&mut self) {
        if let Some(said) = &mut self.tally.said {
            *said = said.saturating_sub(1);
        }
    }

    /// A line that is no part of the listing.
    pub(super) fn stray(&mut self, line: &[u8]) {
        let line = line.trim_ascii();
        if line.is_empty() {
            return;
        }
        let Some(trouble) = Trouble::of(line) else {
            self.tally.strays += 1;
            self.tally.stray.get_or_insert_with(|| quote(line));
            return;
        };
        let notice = Notice {
            trouble,
            text: quote(line),
        };
        if trouble != Trouble::Noise && self.tally.failure.is_none() {
            self.tally.failure = Some(notice.clone());
        }
        if self.tally.notices.len() < NOTICES {
            self.tally.notices.push(notice);
        }
    }

    /// How many messages there were.
    pub(super) fn messages(&self) -> u64 {
        self.tally.messages
    }

    /// How many entries there were.
    pub(super) fn entries(&self) -> u64 {
        self.tally.entries
    }
}

/// A line as it can be shown: cut; cleaned by whoever prints it.
pub(super) fn quote(line: &[u8]) -> String {
    let cut = line.get(..QUOTE).unwrap_or(line);
    let mut text = String::from_utf8_lossy(cut).into_owned();
    if cut.len() < line.len() {
        text.push_str(" ...");
    }
    text
}

/// Takes the bytes of a listing and hands out its entries.
pub struct Listing {
    given: Given,
    format: Option<Format>,
    parser: Option<Box<dyn Parser>>,
    decoder: Decoder,
    /// The first bytes of a listing whose form is not known yet.
    head: Vec<u8>,
    tally: Tally,
    bytes: u64,
    last: u8,
}

impl Listing {
    /// A listing of a known form.
    #[must_use]
    pub fn new(format: Format, given: Given) -> Self {
        Self {
            parser: Some(parser(format, &given)),
            decoder: Decoder::new(format.mta() == Mta::Exchange),
            format: Some(format),
            ..Self::guessed(given)
        }
    }

    /// A listing whose form shows in its first lines.
    #[must_use]
    pub fn guessed(given: Given) -> Self {
        Self {
            given,
            format: None,
            parser: None,
            decoder: Decoder::new(true),
            head: Vec::new(),
            tally: Tally::default(),
            bytes: 0,
            last: b'\n',
        }
    }

    /// Its form, when it is known already.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// Takes the next piece, of any size, and hands out the entries that end in it.
    pub fn feed(&mut self, bytes: &[u8], each: &mut dyn FnMut(&Entry)) {
        let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(len);
        self.last = bytes.last().copied().unwrap_or(self.last);
        let decoded = self.decoder.take(bytes);
        self.pass(&decoded, each);
    }

    fn pass(&mut self, bytes: &[u8], each: &mut dyn FnMut(&Entry)) {
        if self.parser.is_some() {
            self.give(bytes, each);
            return;
        }
        let room = guess::ENOUGH
            .saturating_sub(self.head.len())
            .min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        self.head.extend_from_slice(first);
        if self.head.len() >= guess::ENOUGH {
            self.guess(each);
            self.give(rest, each);
        }
    }

    /// Looks at what came first; the guess must not depend on the pieces it came in.
    fn guess(&mut self, each: &mut dyn FnMut(&Entry)) {
        let head = std::mem::take(&mut self.head);
        self.format = guess::format(&head);
        match self.format {
            Some(format) => {
                self.parser = Some(parser(format, &self.given));
                self.give(&head, each);
            }
            None => {
                self.parser = Some(Box::new(Lines::new(Unknown)));
                self.give(&head, each);
            }
        }
    }

    fn give(&mut self, bytes: &[u8], each: &mut dyn FnMut(&Entry)) {
        if let Some(parser) = &mut self.parser {
            let tally = &mut self.tally;
            parser.feed(bytes, &mut Out { each, tally });
        }
    }

    /// There is no more: hands out what was left, and says whether the listing was whole.
    pub fn finish(mut self, each: &mut dyn FnMut(&Entry)) -> End {
        let rest = self.decoder.rest();
        self.pass(&rest, each);
        if self.parser.is_none() {
            self.guess(each);
        }
        if let Some(parser) = &mut self.parser {
            let tally = &mut self.tally;
            parser.finish(&mut Out { each, tally });
        }
        let verdict = self.verdict();
        End {
            format: self.format,
            bytes: self.bytes,
            messages: self.tally.messages,
            said: self.tally.said,
            verdict,
            notices: self.tally.notices,
        }
    }

    fn verdict(&self) -> Verdict {
        let tally = &self.tally;
        if let Some(failure) = &tally.failure
            && (failure.trouble == Trouble::Unreadable || !tally.proven)
        {
            let text = failure.text.clone();
            return match failure.trouble {
                // Some of it was read before the reader gave up.
                _ if tally.entries > 0 => Verdict::Incomplete(text),
                Trouble::Down => Verdict::Down(text),
                Trouble::Unreadable | Trouble::Noise => Verdict::Unreadable(text),
            };
        }
        if !tally.proven {
            if let Some(stray) = &tally.stray {
                return Verdict::Unknown(stray.clone());
            }
            if let Some(damage) = &tally.damage {
                return Verdict::Incomplete(damage.clone());
            }
            return match self.format {
                // Blanks alone may be the beginning of something.
                Some(format) if format.silent_when_empty() && self.last == b'\n' => {
                    Verdict::Complete
                }
                _ => Verdict::Incomplete("nothing came".to_owned()),
            };
        }
        if let Some(damage) = &tally.damage {
            return Verdict::Incomplete(damage.clone());
        }
        match (tally.said, &tally.stray) {
            (Some(said), _) if said > tally.messages => Verdict::Incomplete(format!(
                "the listing speaks of {said} messages and shows {}",
                tally.messages
            )),
            // Its own total agrees: what else stood there was not about messages.
            (Some(_), _) | (None, None) => Verdict::Complete,
            (None, Some(stray)) => Verdict::Incomplete(format!(
                "{} lines were not understood, the first: {stray}",
                tally.strays
            )),
        }
    }
}

/// A text of no known form: its first line is quoted, unless it is one of those that tell a trouble.
struct Unknown;

impl LineParser for Unknown {
    fn line(&mut self, line: &[u8], out: &mut Out<'_>) {
        out.stray(line);
    }

    fn finish(&mut self, _out: &mut Out<'_>) {}
}

fn parser(format: Format, given: &Given) -> Box<dyn Parser> {
    match format {
        Format::PostfixJson => Box::<Documents<postfix::Json>>::default(),
        Format::PostfixText => Box::new(Lines::new(postfix::Text::new(given.clone()))),
        Format::PostfixShowq => Box::new(postfix::Showq::new(given.clone())),
        Format::Exim => Box::new(Lines::new(Exim::new(given))),
        Format::EximCount => Box::new(Lines::new(EximCount)),
        Format::Sendmail => Box::new(Lines::new(Sendmail::new(given.clone()))),
        Format::QmailStat => Box::new(Lines::new(QmailStat::default())),
        Format::QmailRead => Box::new(Lines::new(QmailRead::default())),
        Format::OpenSmtpd => Box::new(Lines::new(OpenSmtpd::default())),
        Format::Nullmailer => Box::new(Lines::new(Nullmailer::new(given.clone()))),
        Format::Courier => Box::new(Lines::new(Courier::new(given.clone()))),
        Format::ExchangeJson => Box::new(Documents::of(ExchangeJson::new(given.clone()))),
        Format::ExchangeCsv => Box::new(ExchangeCsv::new(given.clone())),
    }
}
