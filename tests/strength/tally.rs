//! What was run and what came out, as a table.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::bench::Row;
use crate::printed::Format;

#[derive(Default)]
struct Line {
    runs: usize,
    met: usize,
    codes: [usize; 4],
    wrong: usize,
    late: Duration,
    cpu: Duration,
    memory: u64,
}

impl Line {
    fn count(&mut self, row: &Row) {
        self.runs += 1;
        self.met += usize::from(row.struck);
        self.wrong += usize::from(row.wrong.is_some());
        if let Some(count) = row.code.and_then(|code| self.codes.get_mut(code as usize)) {
            *count += 1;
        }
        self.late = self.late.max(row.late);
        self.cpu += row.cpu;
        self.memory = self.memory.max(row.memory);
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [ok, warning, critical, unknown] = self.codes;
        write!(
            f,
            "{:>5} {:>5} {ok:>5} {warning:>5} {critical:>5} {unknown:>5} {:>5} {:>8} {:>6} {:>6}",
            self.runs,
            self.met,
            self.wrong,
            format!("{} ms", self.late.as_millis()),
            format!("{} ms", self.cpu.as_millis() / self.runs.max(1) as u128),
            self.memory,
        )
    }
}

/// The table.
pub struct Tally(BTreeMap<(&'static str, String), Line>);

impl Tally {
    pub fn of(rows: &[Row]) -> Tally {
        let mut lines: BTreeMap<(&str, String), Line> = BTreeMap::new();
        for row in rows {
            let format = row.format;
            for key in [
                (row.probe, format!("{} {}", row.leg, row.way)),
                ("all", String::new()),
                ("formats", Format::name(format).to_owned()),
            ] {
                lines.entry(key).or_default().count(row);
            }
        }
        Tally(lines)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:16} {:18}  runs   met    OK  WARN  CRIT UNKN  wrong  at most    CPU    KiB",
            "probe", "against, over"
        )?;
        for ((probe, leg), line) in &self.0 {
            writeln!(f, "{probe:16} {leg:18} {line}")?;
        }
        write!(
            f,
            "(met: the fault was struck; at most: beyond the deadline; CPU: of a run; KiB: peak memory)"
        )
    }
}
