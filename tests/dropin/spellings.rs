//! Every option of a peer in every spelling that getopt knows, made from one row each.

use crate::frame::{Peer, Row, Set, Verdict};

/// An option, a value when it takes one, a server, what else must be said, and what comes of it.
pub struct Case {
    pub short: Option<char>,
    pub long: Option<&'static str>,
    pub value: Option<&'static str>,
    pub set: Set,
    pub rest: &'static str,
    pub code: i32,
}

impl Case {
    /// The row in each spelling. `flag` is a short option that may stand before any other and changes nothing.
    pub fn rows(&self, peer: &'static Peer, flag: char) -> Vec<Row> {
        let mut lines = Vec::new();
        let quoted = self.value.map(|value| format!("'{value}'"));
        let value = quoted.as_deref();
        if let Some(short) = self.short {
            match value {
                None => lines.extend([format!("-{short}"), format!("-{flag}{short}")]),
                Some(value) => lines.extend([
                    format!("-{short} {value}"),
                    format!("-{short}{value}"),
                    format!("-{flag}{short} {value}"),
                    format!("-{flag}{short}{value}"),
                ]),
            }
        }
        if let Some(long) = self.long {
            match value {
                None => lines.push(format!("--{long}")),
                Some(value) => {
                    lines.extend([format!("--{long} {value}"), format!("--{long}={value}")]);
                }
            }
        }
        lines
            .iter()
            .map(|line| {
                // The last word counts where an option is given twice.
                let line = format!("-H {{host}} -p {{port}} {} {line}", self.rest);
                let event = format!("spelled {}", line.trim_start_matches("-H {host} -p {port}"));
                Row::bare(
                    peer,
                    &event,
                    self.set.clone(),
                    &line,
                    Verdict::Same(self.code),
                )
            })
            .collect()
    }
}

/// Long options cut short, wherever theirs is the only one that begins so.
pub fn cut(names: &[&str]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for name in names {
        for end in 4..name.len() {
            let start = &name[..end];
            if names
                .iter()
                .filter(|other| other.starts_with(start))
                .count()
                == 1
            {
                all.push((start.to_owned(), (*name).to_owned()));
            }
        }
    }
    all
}
