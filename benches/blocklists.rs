//! Blocklists by a name server that is late, beside check_rbl.

use std::sync::LazyLock;
use std::time::Duration;

use crate::cost::{Distance, Program, Row};
use crate::late::LateServer;

/// What the name server is late by, both ways together.
const LATE: Duration = Duration::from_millis(50);
const ZONES: usize = 30;
const ADDRESS: &str = "192.0.2.1";

/// check_rbl asks port 53 only, which root may have.
static SERVER: LazyLock<LateServer> = LazyLock::new(|| {
    LateServer::start("127.0.0.77:53", LATE)
        .unwrap_or_else(|error| panic!("127.0.0.77:53: {error}"))
});

fn zones(count: usize) -> Vec<String> {
    let names = (0..count).map(|number| format!("z{number}.bl.test"));
    names.flat_map(|name| ["-s".to_owned(), name]).collect()
}

pub fn rows(runs: usize, each: &mut dyn FnMut(Row)) {
    let server = &*SERVER;
    let ours = |count: usize, more: &'static [&'static str]| {
        Program::ours("check_blacklist", move |run, _| {
            run.args(["-n", &server.address().to_string(), "-H", ADDRESS])
                .args(["-t", "20"])
                .args(zones(count))
                .args(more)
        })
    };
    let theirs = |count: usize| {
        Program::peer("check_rbl", move |run, _| {
            run.args(["-H", ADDRESS, "-t", "20", "-n"])
                .arg(server.address().ip().to_string())
                .args(zones(count))
        })
    };
    let row = |name: String, ours| {
        Row::new(name, &[], runs.min(15), ours).distance(Distance::Asked(server))
    };
    each(row("1 zone".to_owned(), ours(1, &["--no-self-test"])).beside(theirs(1)));
    each(row(format!("{ZONES} zones"), ours(ZONES, &["--no-self-test"])).beside(theirs(ZONES)));
    each(row(format!("{ZONES} zones, self-test"), ours(ZONES, &[])));
}
