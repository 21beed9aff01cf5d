//! Runs cases side by side, each in folders of its own, and asks of all of them what must hold whatever a server does.

use std::any::Any;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::printed::{self, Format};
use crate::sandbox::calm::rest;
use crate::sandbox::faults::{Action, Fault, Phase};
use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::{Listen, PASSWORD, Scenario, Service, TOKEN, Transport};

/// How a server is reached.
pub const WAYS: [&str; 4] = ["plain", "starttls", "tls", "unix"];
/// Silent servers cost the whole deadline, so runs wait side by side.
const SIDE_BY_SIDE: usize = 12;
/// What a check may take: 8 MB is the aim of a release build; a debug build that links the same libraries takes
/// nearly twice that before it has read a byte.
pub const MEMORY_KIB: u64 = 24 * 1024;

/// What must come out.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub codes: Vec<i32>,
    /// One of these is among the findings that are not OK; `None`: not asked.
    pub ids: Option<Vec<&'static str>>,
}

impl Wanted {
    pub fn codes(codes: &[i32]) -> Wanted {
        let codes = codes.to_vec();
        Wanted { codes, ids: None }
    }

    /// Whatever it is, it is not well.
    pub fn not_ok() -> Wanted {
        Wanted::codes(&[1, 2, 3])
    }

    pub fn anything() -> Wanted {
        Wanted::codes(&[0, 1, 2, 3])
    }
}

/// What a case runs against; servers live as long as it.
pub struct Stage {
    pub run: Run,
    pub deadline: Duration,
    /// Whether the fault was met, where the server can tell.
    pub struck: Box<dyn Fn() -> bool>,
    pub _servers: Box<dyn Any>,
}

/// One run.
#[derive(Clone)]
pub struct Case {
    pub probe: &'static str,
    /// The row of the table that it is counted in.
    pub leg: &'static str,
    pub fault: String,
    pub way: &'static str,
    pub format: Format,
    pub wanted: Wanted,
    pub stage: Arc<dyn Fn() -> Stage + Send + Sync>,
}

impl Case {
    pub fn name(&self) -> String {
        format!(
            "{} ({}): {} over {}, as {:?}",
            self.probe, self.leg, self.fault, self.way, self.format
        )
    }
}

/// What came of a case.
pub struct Row {
    pub probe: &'static str,
    pub leg: &'static str,
    pub way: &'static str,
    pub format: Format,
    pub code: Option<i32>,
    pub struck: bool,
    pub late: Duration,
    pub memory: u64,
    pub cpu: Duration,
    pub wrong: Option<String>,
}

/// The format for this case, so that neighbours differ and every pair comes about.
pub fn rotated(fault: usize, way: usize, leg: usize) -> Format {
    Format::ALL[(fault + way + leg) % Format::ALL.len()]
}

/// The ways in which a fault is met. What is about connection and TLS is met in all of them; the others differ only in
/// being read through TLS or not (that each probe meets them over each transport is its own test's to say). Floods cost
/// both ends a second of work each. What is not met in all ways takes turns.
pub fn ways(fault: &Fault, nth: usize, breadth: Breadth) -> Vec<&'static str> {
    let open = |way: &&str| fault.transports.contains(&transport(way));
    let all: Vec<&str> = WAYS.into_iter().filter(open).collect();
    let turn = |of: Vec<&'static str>| of.get(nth % of.len().max(1)).copied();
    let flood = matches!(fault.action, Action::EndlessReply | Action::BigReply(_));
    if flood || (breadth == Breadth::One && all.len() > 2) {
        return turn(all).into_iter().collect();
    }
    if matches!(
        fault.phase,
        Phase::Connect | Phase::Starttls | Phase::Tls | Phase::SecureCapability
    ) {
        return all;
    }
    let parted = |clear: bool| {
        let of = all
            .iter()
            .filter(|way| (transport(way) == Transport::Plain) == clear);
        turn(of.copied().collect())
    };
    [true, false].into_iter().filter_map(parted).collect()
}

/// How many ways are gone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Breadth {
    /// All that make a difference.
    All,
    /// One: other probes go the others.
    One,
}

/// A server with this fault, reached in this way.
pub fn scenario(service: Service, way: &str) -> Scenario {
    let transport = transport(way);
    let scenario = Scenario::new(service, transport);
    if way == "unix" {
        scenario.listen(Listen::Unix)
    } else {
        scenario
    }
}

/// What is spoken on a unix socket is not encrypted.
pub fn transport(way: &str) -> Transport {
    match way {
        "starttls" => Transport::Starttls,
        "tls" => Transport::Tls,
        _ => Transport::Plain,
    }
}

/// The folders in which everything happens.
pub struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Bench {
        let folder = tempfile::Builder::new().prefix("strength-").tempdir();
        Bench {
            folder: folder.unwrap(),
        }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// All of them; what was wrong beside others is tried again alone, because a loaded machine starves a probe of its
    /// deadline. What is wrong alone is wrong.
    pub fn run(&self, cases: Vec<Case>) -> Vec<Row> {
        let queue: Mutex<VecDeque<Case>> = Mutex::new(cases.into());
        let (rows, again) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for worker in 0..SIDE_BY_SIDE {
                let (queue, rows, again) = (&queue, &rows, &again);
                scope.spawn(move || {
                    let place = Place::new(self.folder(), worker);
                    while let Some(case) = { queue.lock().unwrap().pop_front() } {
                        let row = place.judge(&case);
                        if row.wrong.is_none() {
                            rows.lock().unwrap().push(row);
                        } else {
                            again.lock().unwrap().push(case);
                        }
                    }
                });
            }
        });
        let place = Place::new(self.folder(), SIDE_BY_SIDE);
        let mut rows = rows.into_inner().unwrap();
        let again = again.into_inner().unwrap();
        // So many are no accident, and need no proof.
        let tries = if again.len() > 100 { 1 } else { 3 };
        for case in again {
            println!("alone: {}", case.name());
            let mut row = place.judge(&case);
            for _ in 1..tries {
                if row.wrong.is_some() {
                    rest();
                    row = place.judge(&case);
                }
            }
            rows.push(row);
        }
        rows
    }

    /// No process that one of the runs started is there any more.
    pub fn nothing_is_left(&self) {
        let mark = self.folder().to_str().unwrap().to_owned();
        let mut left = Vec::new();
        // A killed process takes a moment to go.
        for _ in 0..100 {
            left = processes(&mark);
            if left.is_empty() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("still there: {left:?}");
    }
}

/// Processes that have this in their command line or work in such a folder.
fn processes(mark: &str) -> Vec<String> {
    let own = std::process::id().to_string();
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|entry| entry.file_name().to_str() != Some(own.as_str()))
        .filter_map(|entry| {
            let line = std::fs::read(entry.path().join("cmdline")).ok()?;
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            let cwd = std::fs::read_link(entry.path().join("cwd")).unwrap_or_default();
            (line.contains(mark) || cwd.starts_with(mark)).then_some(line)
        })
        .collect()
}

/// Where one worker's probes run: an empty folder to work in, an empty one for what is temporary.
struct Place {
    work: PathBuf,
    temporary: PathBuf,
    xml: PathBuf,
}

impl Place {
    fn new(folder: &Path, worker: usize) -> Place {
        let folders = ["work", "tmp"].map(|name| folder.join(format!("{name}-{worker}")));
        for folder in &folders {
            std::fs::create_dir_all(folder).unwrap();
        }
        let [work, temporary] = folders;
        Place {
            work,
            temporary,
            xml: folder.join(format!("xml-{worker}")),
        }
    }

    fn judge(&self, case: &Case) -> Row {
        let stage = (case.stage)();
        let outcome = stage
            .run
            .clone()
            .args(["--format", case.format.name(), "-vvv"])
            .env("TMPDIR", &self.temporary)
            .current_dir(&self.work)
            .kill_after(stage.deadline + Duration::from_secs(8))
            .run();
        let wrong = self
            .wrong(case, &stage, &outcome)
            .err()
            .map(|reason| format!("{}: {reason}\n{outcome}", case.name()));
        Row {
            probe: case.probe,
            leg: case.leg,
            way: case.way,
            format: case.format,
            code: outcome.code,
            struck: (stage.struck)(),
            late: outcome.took().saturating_sub(stage.deadline),
            memory: outcome.max_rss_kib,
            cpu: outcome.cpu,
            wrong,
        }
    }

    fn wrong(&self, case: &Case, stage: &Stage, outcome: &Outcome) -> Result<(), String> {
        let code = outcome.code.ok_or("no exit code")?;
        let holds = |right: bool, words: &dyn Fn() -> String| {
            if right { Ok(()) } else { Err(words()) }
        };
        let codes = &case.wanted.codes;
        holds(codes.contains(&code), &|| {
            format!("exit code {code}, expected one of {codes:?}")
        })?;
        holds(outcome.stderr.is_empty(), &|| "words on stderr".to_owned())?;
        let found = printed::read(case.format, outcome, code, &self.xml)?;
        if let Some(ids) = &case.wanted.ids {
            let fits = if ids.is_empty() {
                found.is_empty()
            } else {
                found.iter().any(|id| ids.contains(&id.as_str()))
            };
            holds(fits, &|| {
                format!("found {found:?}, expected one of {ids:?}")
            })?;
        }
        for secret in [PASSWORD, TOKEN] {
            holds(!outcome.reveals(secret), &|| "a secret shows".to_owned())?;
        }
        holds(outcome.max_rss_kib < MEMORY_KIB, &|| {
            format!("{} KiB of memory", outcome.max_rss_kib)
        })?;
        for folder in [&self.work, &self.temporary] {
            let left: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().collect();
            for entry in &left {
                let _ = std::fs::remove_file(entry.path());
            }
            holds(left.is_empty(), &|| format!("left behind: {left:?}"))?;
        }
        holds(outcome.took() <= stage.deadline + crate::GRACE, &|| {
            format!(
                "{:?} for a deadline of {:?}",
                outcome.took(),
                stage.deadline
            )
        })
    }
}
