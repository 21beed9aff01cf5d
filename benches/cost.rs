//! The one table: CPU, wall time, memory, round trips and child processes; ours and theirs in turn, and the floor.

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::floor;
use crate::late::LateServer;
use crate::probe::{Outcome, Run, built};
use crate::relay::Relay;
use crate::sandbox::children::children_of;

/// One way, while round trips are counted: so far that nobody is taken to have waited who has not. Ours give the answer
/// to QUIT less than that.
const DELAY: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(120);

/// A run, made for servers at these ports.
pub type Made = Box<dyn Fn(&[u16]) -> Run>;

/// Rows of one kind. A big queue stands only while it is looked at.
pub type Group = fn(usize, &mut dyn FnMut(Row));

/// A program of a row. It is told the ports of the servers, which are relays' while round trips are counted.
pub struct Program {
    pub path: PathBuf,
    pub run: Made,
    /// The worst exit code that is still a measurement.
    worst: i32,
}

impl Program {
    pub fn new(path: impl Into<PathBuf>, run: impl Fn(&[u16]) -> Run + 'static) -> Program {
        Program {
            path: path.into(),
            run: Box::new(run),
            worst: 0,
        }
    }

    /// One whose verdict does not matter here.
    pub fn whatever_it_says(mut self) -> Program {
        self.worst = 2;
        self
    }

    /// One of ours.
    pub fn ours(probe: &'static str, run: impl Fn(Run, &[u16]) -> Run + 'static) -> Program {
        let path = built(probe).unwrap_or_else(|| panic!("{probe} is not built"));
        Program::new(path, move |ports| run(Run::new(probe), ports))
    }

    /// One of the known plugins.
    pub fn peer(name: &'static str, run: impl Fn(Run, &[u16]) -> Run + 'static) -> Program {
        let path = std::path::Path::new(crate::PEERS).join(name);
        Program::new(path, move |ports| run(Run::new(name), ports))
    }
}

/// How the price of distance is counted.
pub enum Distance {
    /// By relays before the servers.
    Relayed,
    /// By the name server.
    Asked(&'static LateServer),
    /// There is none.
    None,
}

/// A line of the table, and perhaps another with the floor.
pub struct Row {
    pub name: String,
    pub servers: Vec<u16>,
    pub ours: Program,
    pub theirs: Option<Program>,
    pub floor: Option<Program>,
    pub distance: Distance,
    pub runs: usize,
}

impl Row {
    pub fn new(name: impl Into<String>, servers: &[u16], runs: usize, ours: Program) -> Row {
        Row {
            name: name.into(),
            servers: servers.to_vec(),
            ours,
            theirs: None,
            floor: None,
            distance: Distance::Relayed,
            runs,
        }
    }

    pub fn beside(mut self, theirs: Program) -> Row {
        self.theirs = Some(theirs);
        self
    }

    pub fn floor(mut self, floor: Program) -> Row {
        self.floor = Some(floor);
        self
    }

    pub fn distance(mut self, distance: Distance) -> Row {
        self.distance = distance;
        self
    }
}

/// What one program took.
#[derive(Default)]
struct Cost {
    cpu: f64,
    wall: f64,
    mib: f64,
    trips: Option<u64>,
    children: usize,
}

const COLUMNS: [(&str, usize); 8] = [
    ("check", 25),
    ("CPU ms", 11),
    ("×", 4),
    ("wall ms", 11),
    ("×", 4),
    ("peak MiB", 9),
    ("trips", 6),
    ("procs", 5),
];

pub fn print(runs: usize, groups: &[Group]) {
    println!(
        "\nOurs/theirs; × is ours ÷ theirs, and in a line of the floor ours ÷ floor. CPU and memory include\n\
         children. Trips: round trips, TCP's and TLS's included. Procs: processes started beside the own one.\n\
         Ours verify certificates and theirs do not; the floor is the smallest program with the same lines\n\
         in C (`floor.c`; it verifies), or the listing itself.\n"
    );
    let head = COLUMNS.map(|(name, width)| format!("{name:<width$}"));
    println!("|{}|", head.join("|"));
    let rule = COLUMNS.map(|(_, width)| "-".repeat(width));
    println!("|{}|", rule.join("|"));
    let mut notes = Vec::new();
    for rows in groups {
        rows(runs, &mut |row| measure(&row, &mut notes));
    }
    for note in notes {
        println!("\n{note}");
    }
}

fn measure(row: &Row, notes: &mut Vec<String>) {
    let programs: Vec<(&str, &Program)> = [
        Some(("ours", &row.ours)),
        row.theirs.as_ref().map(|program| ("theirs", program)),
        row.floor.as_ref().map(|program| ("the floor", program)),
    ]
    .into_iter()
    .flatten()
    .collect();
    // Unmeasured runs before the others, and those for the peak of memory, which hardly varies: few where one takes long.
    let (warm, peaks) = if row.runs < 10 { (1, 1) } else { (2, 3) };
    let mut samples = vec![Vec::new(); programs.len()];
    let mut codes = vec![None; programs.len()];
    for turn in 0..warm + row.runs {
        for (at, (_, program)) in programs.iter().enumerate() {
            let outcome = patient(program, &row.servers).run_binary(&program.path);
            fine(&row.name, program, &outcome);
            codes[at] = outcome.code;
            if turn >= warm {
                samples[at].push([millis(outcome.cpu), millis(outcome.wall)]);
            }
        }
    }
    let costs: Vec<Cost> = programs
        .iter()
        .zip(&samples)
        .map(|((_, program), samples)| {
            let run = patient(program, &row.servers);
            Cost {
                cpu: median(samples.iter().map(|sample| sample[0])),
                wall: median(samples.iter().map(|sample| sample[1])),
                mib: peak(&run, program, peaks),
                trips: trips(row, program),
                children: children_of(run.command(&program.path), PATIENCE).processes,
            }
        })
        .collect();
    for ((who, program), code) in programs.iter().zip(&codes) {
        if *code != Some(0) {
            let name = program.path.file_name().unwrap_or_default();
            let mut note = format!("{}, {who} ({}): exit ", row.name, name.to_string_lossy());
            let _ = write!(note, "{}", code.map_or(-1, |code| code));
            notes.push(note);
        }
    }
    let theirs = row.theirs.as_ref().map(|_| &costs[1]);
    line(&row.name, &costs[0], theirs, false);
    if row.floor.is_some() {
        line("  floor", &costs[0], costs.last(), true);
    }
}

/// A line of ours and theirs; or of the floor alone, with ours beside it as a ratio.
fn line(name: &str, ours: &Cost, other: Option<&Cost>, alone: bool) {
    let pair = |of: &dyn Fn(&Cost) -> String| match other {
        Some(other) if alone => of(other),
        Some(other) => format!("{}/{}", of(ours), of(other)),
        None => of(ours),
    };
    let ratio = |of: &dyn Fn(&Cost) -> f64| {
        other.map_or_else(String::new, |other| match of(ours) / of(other) {
            ratio if ratio < 10.0 => format!("{ratio:.2}"),
            ratio => format!("{ratio:.1}"),
        })
    };
    let trips = |cost: &Cost| {
        cost.trips
            .map_or_else(|| "-".to_owned(), |trips| trips.to_string())
    };
    let cells = [
        name.to_owned(),
        pair(&|cost| short(cost.cpu)),
        ratio(&|cost| cost.cpu),
        pair(&|cost| short(cost.wall)),
        ratio(&|cost| cost.wall),
        pair(&|cost| short(cost.mib)),
        pair(&|cost| trips(cost)),
        pair(&|cost| cost.children.to_string()),
    ];
    let mut text = String::from("|");
    for (cell, (_, width)) in cells.iter().zip(COLUMNS) {
        let _ = write!(text, "{cell:<width$}|");
    }
    println!("{text}");
}

fn patient(program: &Program, ports: &[u16]) -> Run {
    (program.run)(ports).kill_after(PATIENCE)
}

fn peak(run: &Run, program: &Program, times: usize) -> f64 {
    let peaks = (0..times).map(|_| {
        let (kib, _) = floor::peak(run, &program.path);
        #[expect(clippy::cast_precision_loss, reason = "memory in KiB fits")]
        let mib = kib as f64 / 1024.0;
        mib
    });
    median(peaks.collect::<Vec<_>>().into_iter())
}

/// Of all connections together.
fn trips(row: &Row, program: &Program) -> Option<u64> {
    match row.distance {
        Distance::None => None,
        Distance::Asked(server) => {
            server.asked();
            patient(program, &row.servers).run_binary(&program.path);
            Some(server.asked().1)
        }
        Distance::Relayed => {
            let relays: Vec<Relay> = row
                .servers
                .iter()
                .map(|&port| Relay::start(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), DELAY))
                .collect();
            let ports: Vec<u16> = relays.iter().map(Relay::port).collect();
            let outcome = patient(program, &ports).run_binary(&program.path);
            fine(&row.name, program, &outcome);
            let traffic = relays.iter().flat_map(Relay::traffic);
            Some(traffic.map(|connection| connection.round_trips()).sum())
        }
    }
}

/// A check that does not work is no measurement.
fn fine(row: &str, program: &Program, outcome: &Outcome) {
    assert!(
        outcome.code.is_some_and(|code| code <= program.worst),
        "{row}:\n{outcome}"
    );
}

/// Three digits.
fn short(value: f64) -> String {
    match value {
        value if value < 100.0 => format!("{value:.1}"),
        value => format!("{value:.0}"),
    }
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
