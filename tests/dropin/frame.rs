//! Rows: a command line, what it is run against, and what becomes of it, theirs and ours. [`hold`] runs both with the same
//! words, environment and server, and shows all that is not as its row says in one table.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::sandbox::plugin_output;
use crate::sandbox::probe::{Outcome, Run, built};
use crate::sandbox::{Sandbox, Scenario};

/// Where Debian's packages have the plugins, and where `tests/lab/unpack.sh` puts those of a package that is not installed.
const PLUGINS: [&str; 2] = [
    "/usr/lib/nagios/plugins",
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/target/lab/root-plugins/usr/lib/nagios/plugins"
    ),
];
/// Rows at a time; most of a row is waiting.
const ABREAST: usize = 8;
const PATIENCE: Duration = Duration::from_secs(30);

/// A program whose place ours takes.
#[derive(Debug)]
pub struct Peer {
    /// What both are called as.
    pub name: &'static str,
    /// The binary of ours that does it, and whose manual tells the differences.
    pub probe: &'static str,
    /// Perfdata of theirs that ours has, too, in the same unit, whenever theirs has it.
    pub labels: &'static [&'static str],
}

impl Peer {
    /// Theirs. That it is not installed is a failure, not a reason to look away.
    pub fn theirs(&self) -> PathBuf {
        let paths = PLUGINS.map(|folder| Path::new(folder).join(self.name));
        let missing = "is not installed: tests/lab/install.sh does it";
        let found = paths.into_iter().find(|path| path.is_file());
        found.unwrap_or_else(|| panic!("{} {missing}", self.name))
    }
}

/// What a line is run against. It lives until both have run.
pub struct Stage {
    /// What `{word}` in a line stands for.
    words: BTreeMap<&'static str, String>,
    env: Vec<(&'static str, String)>,
    env_of_theirs: Vec<(&'static str, String)>,
    /// What `{word}` stands for in our line alone; a word that is nothing then is no word.
    ours: BTreeMap<&'static str, String>,
    /// Theirs, where it is not the installed one as it is.
    theirs: Option<PathBuf>,
    directory: Option<PathBuf>,
    patience: Duration,
    /// Servers and files.
    keep: Vec<Box<dyn Any>>,
}

impl Stage {
    /// Nothing at all: for lines that are mistakes.
    pub fn empty() -> Stage {
        Stage {
            words: BTreeMap::new(),
            env: Vec::new(),
            env_of_theirs: Vec::new(),
            ours: BTreeMap::new(),
            theirs: None,
            directory: None,
            patience: PATIENCE,
            keep: Vec::new(),
        }
    }

    pub fn word(mut self, word: &'static str, value: impl ToString) -> Stage {
        self.words.insert(word, value.to_string());
        self
    }

    pub fn env(mut self, name: &'static str, value: impl ToString) -> Stage {
        self.env.push((name, value.to_string()));
        self
    }

    /// For theirs alone.
    pub fn env_of_theirs(mut self, name: &'static str, value: impl ToString) -> Stage {
        self.env_of_theirs.push((name, value.to_string()));
        self
    }

    /// A word that is another one for ours.
    pub fn words(
        mut self,
        word: &'static str,
        theirs: impl ToString,
        ours: impl ToString,
    ) -> Stage {
        self.ours.insert(word, ours.to_string());
        self.word(word, theirs)
    }

    pub fn theirs(mut self, path: PathBuf) -> Stage {
        self.theirs = Some(path);
        self
    }

    pub fn directory(mut self, path: PathBuf) -> Stage {
        self.directory = Some(path);
        self
    }

    pub fn patience(mut self, time: Duration) -> Stage {
        self.patience = time;
        self
    }

    pub fn keep(mut self, what: impl Any) -> Stage {
        self.keep.push(Box::new(what));
        self
    }

    /// `{word}`s filled in.
    pub fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (word, value) in &self.words {
            text = text.replace(&format!("{{{word}}}"), value);
        }
        text
    }

    fn run(&self, row: &Row, path: &Path, ours: bool) -> Outcome {
        let mut run = Run::new(row.peer.name).kill_after(self.patience);
        let of_theirs = self.env_of_theirs.iter().filter(|_| !ours);
        for (name, value) in self.env.iter().chain(of_theirs) {
            run = run.env(name, value);
        }
        if let Some(directory) = &self.directory {
            run = run.current_dir(directory);
        }
        let mut words = row.words();
        if ours {
            for (word, value) in &self.ours {
                let word = format!("{{{word}}}");
                for one in &mut words {
                    *one = one.replace(&word, value);
                }
            }
        }
        let words = words.iter().map(|word| (word.is_empty(), self.fill(word)));
        let said = words.filter(|(empty, word)| *empty || !word.is_empty());
        run.args(said.map(|(_, word)| word)).run_binary(path)
    }
}

/// Sets a stage, anew for each row.
#[derive(Clone)]
pub struct Set(Arc<dyn Fn() -> Stage + Send + Sync>);

impl Set {
    pub fn new(set: impl Fn() -> Stage + Send + Sync + 'static) -> Set {
        Set(Arc::new(set))
    }

    /// The same with more on it.
    pub fn and(self, more: impl Fn(Stage) -> Stage + Send + Sync + 'static) -> Set {
        Set::new(move || more((self.0)()))
    }
}

/// A server of the sandbox, whose certificates both may trust.
impl From<Scenario> for Set {
    fn from(scenario: Scenario) -> Set {
        Set::new(move || {
            let server = Sandbox::start(scenario.clone());
            let stage = Stage::empty()
                .word("host", server.host())
                .env("SSL_CERT_FILE", server.ca_file().display());
            match server.unix_path() {
                Some(_) => stage.keep(server),
                None => stage.word("port", server.port()).keep(server),
            }
        })
    }
}

/// What must become of a row.
#[derive(Clone, Copy, Debug)]
pub enum Verdict {
    /// The same exit code.
    Same(i32),
    /// Not the same, on purpose: the reason stands in the manual under this word.
    Differs {
        theirs: i32,
        ours: i32,
        reason: &'static str,
    },
    /// The same exit code, and a difference all the same, which [`Row::also`] proves.
    Shown { code: i32, reason: &'static str },
    /// Ours alone: the release that is installed is not the one (named here) that documents this.
    Alone { code: i32, release: &'static str },
}

impl Verdict {
    /// What a row of [`rows!`] says behind its arrow.
    pub fn of(theirs: i32, other: Option<(i32, &'static str)>) -> Verdict {
        match other {
            None => Verdict::Same(theirs),
            Some((ours, reason)) => Verdict::Differs {
                theirs,
                ours,
                reason,
            },
        }
    }
}

/// Rows of one peer: event, server, the line behind host and port, the exit code; where ours differs, its own behind a
/// stroke, and why.
macro_rules! rows {
    ($peer:expr; $($event:expr, $server:expr, $line:expr => $code:literal $(/ $ours:literal $reason:literal)?;)*) => {
        vec![$({
            #[allow(unused_mut, unused_assignments)]
            let mut other = None;
            $(other = Some(($ours, $reason));)?
            $crate::frame::Row::at($peer, $event, $server, $line, $crate::frame::Verdict::of($code, other))
        }),*]
    };
}
pub(crate) use rows;

/// More to hold of both outcomes, theirs and ours.
pub type Also = fn(&Outcome, &Outcome) -> Result<(), String>;

#[derive(Clone)]
pub struct Row {
    pub peer: &'static Peer,
    pub event: String,
    pub set: Set,
    /// As in a shell: blanks, quotes; `{word}` is filled in from the stage.
    pub line: String,
    pub verdict: Verdict,
    pub also: Option<Also>,
}

impl Row {
    /// At the stage's `{host}` and `{port}`.
    pub fn at(
        peer: &'static Peer,
        event: &str,
        set: impl Into<Set>,
        line: &str,
        verdict: Verdict,
    ) -> Row {
        Row::bare(
            peer,
            event,
            set,
            &format!("-H {{host}} -p {{port}} {line}"),
            verdict,
        )
    }

    /// The whole line.
    pub fn bare(
        peer: &'static Peer,
        event: &str,
        set: impl Into<Set>,
        line: &str,
        verdict: Verdict,
    ) -> Row {
        Row {
            peer,
            event: event.to_owned(),
            set: set.into(),
            line: line.to_owned(),
            verdict,
            also: None,
        }
    }

    pub fn also(mut self, also: Also) -> Row {
        self.also = Some(also);
        self
    }

    pub fn words(&self) -> Vec<String> {
        words(&self.line)
    }
}

/// A command line's words. Quotes hold a word together; nothing else is special.
pub fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (c, quote) {
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, Some(open)) if c == open => quote = None,
            (' ' | '\n', None) => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    assert!(quote.is_none(), "a quote is open: {line}");
    words.extend(word);
    words
}

/// Runs all rows; panics with a table of those that are not as they say.
pub fn hold(rows: Vec<Row>) {
    assert!(!rows.is_empty());
    let names = Names::of(&rows);
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..ABREAST {
            scope.spawn(|| {
                while let Some((at, row)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    rows.get(at).map(|row| (at, row))
                } {
                    if let Err(report) = held(row, &names) {
                        wrong.lock().unwrap().insert(at, report);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    if wrong.is_empty() {
        return;
    }
    let mut table = format!(
        "{} of {} rows are not as they say\n{:>8} {:>8}  {}\n",
        wrong.len(),
        rows.len(),
        "theirs",
        "ours",
        "event"
    );
    for report in wrong.values() {
        let _ = writeln!(table, "{}", report.short);
    }
    for report in wrong.values() {
        let _ = write!(table, "\n{}", report.long);
    }
    panic!("{table}");
}

struct Report {
    short: String,
    long: String,
}

fn held(row: &Row, names: &Names) -> Result<(), Report> {
    let stage = (row.set.0)();
    let ours = stage.run(row, &names.path(row.peer), true);
    let old = || {
        let path = stage.theirs.clone().unwrap_or_else(|| row.peer.theirs());
        Some(stage.run(row, &path, false))
    };
    let (theirs, wanted) = match row.verdict {
        Verdict::Same(code) | Verdict::Shown { code, .. } => (old(), (code, code)),
        Verdict::Differs { theirs, ours, .. } => (old(), (theirs, ours)),
        Verdict::Alone { code, .. } => (None, (code, code)),
    };
    let mut faults = Vec::new();
    if end(&ours) != Some(wanted.1) {
        faults.push(format!("ours is not {}", wanted.1));
    }
    if let Some(theirs) = &theirs {
        if end(theirs) != Some(wanted.0) {
            faults.push(format!("theirs is not {}", wanted.0));
        }
        // A mistake in the options has no numbers.
        if wanted.1 != 3 {
            faults.extend(labels(row.peer, theirs, &ours).err());
        }
        faults.extend(row.also.and_then(|also| also(theirs, &ours).err()));
    }
    if faults.is_empty() {
        return Ok(());
    }
    let code = |outcome: Option<&Outcome>| {
        let end = outcome.and_then(end);
        // Where nobody else ran: the release that says so.
        let release = match row.verdict {
            Verdict::Alone { release, .. } => release,
            _ => "-",
        };
        end.map_or(release.to_owned(), |end| end.to_string())
    };
    let event = match row.verdict {
        Verdict::Alone { release, .. } => format!("{} ({release})", row.event),
        _ => row.event.clone(),
    };
    let short = format!(
        "{:>8} {:>8}  {} {}: {} ({})",
        code(theirs.as_ref()),
        code(Some(&ours)),
        row.peer.name,
        event,
        faults.join(", "),
        row.line,
    );
    let mut long = format!("{event}: {}\nours {ours}", faults.join(", "));
    if let Some(theirs) = theirs {
        let _ = write!(long, "theirs {theirs}");
    }
    Err(Report { short, long })
}

/// The exit code, or the signal, negative.
fn end(outcome: &Outcome) -> Option<i32> {
    outcome
        .code
        .or_else(|| outcome.signal.map(|signal| -signal))
}

/// Graphs go on: what theirs measures, ours does under the same name and in the same unit.
fn labels(peer: &Peer, theirs: &Outcome, ours: &Outcome) -> Result<(), String> {
    for label in peer.labels {
        let Some(unit) = unit(&theirs.stdout, label) else {
            continue;
        };
        let line = plugin_output::parse(&ours.stdout)?;
        let own = line.perf(label).map(|perf| perf.unit.clone());
        if own.as_deref() != Some(&unit) {
            return Err(format!("{label} in {unit:?} there, in {own:?} here"));
        }
    }
    Ok(())
}

/// The unit behind `label=value` in perfdata of any kind.
fn unit(output: &str, label: &str) -> Option<String> {
    let (_, perfdata) = output.split_once('|')?;
    let values = perfdata.split_whitespace().find_map(|item| {
        let (name, values) = item.split_once('=')?;
        (name.trim_matches('\'') == label).then_some(values)
    })?;
    let value = values.split(';').next()?;
    Some(
        value
            .trim_start_matches(|c: char| c.is_ascii_digit() || ".,-".contains(c))
            .to_owned(),
    )
}

/// Ours, under the names of theirs.
struct Names(tempfile::TempDir);

impl Names {
    fn of(rows: &[Row]) -> Names {
        let folder = tempfile::tempdir().unwrap();
        let peers: BTreeMap<&str, &str> = rows
            .iter()
            .map(|row| (row.peer.name, row.peer.probe))
            .collect();
        for (name, probe) in peers {
            let binary = built(probe).unwrap_or_else(|| panic!("{probe} is not built"));
            symlink(binary, folder.path().join(name)).unwrap();
        }
        Names(folder)
    }

    fn path(&self, peer: &Peer) -> PathBuf {
        self.0.path().join(peer.name)
    }
}
