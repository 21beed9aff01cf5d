//! check_rbl (Debian's 1.7.0), against a name server of the sandbox. The port it can be told by the environment only.

use std::time::Duration;

use crate::frame::{Peer, Row, Set, Stage, Verdict, hold};
use crate::named;
use crate::sandbox::dns::{Behaviour, Dns, Zone};

pub static CHECK_RBL: Peer = Peer {
    name: "check_rbl",
    probe: "check_blacklist",
    labels: &["servers", "time"],
};

/// Lists without test entries, as many of one's own are.
fn zone() -> Zone {
    Zone::new()
        .a("7.2.0.192.a.test", [127, 0, 0, 2])
        .a("7.2.0.192.b.test", [127, 0, 0, 3])
        .a("7.2.0.192.error.test", [127, 255, 255, 254])
        .a("7.2.0.192.parked.test", [198, 51, 100, 1])
        .a("bad.example.test.a.test", [127, 0, 0, 2])
        .a("mail.example.test", [192, 0, 2, 7])
        .a("2.0.0.127.tested.test", [127, 0, 0, 2])
        .behave("*.silent.test", Behaviour::Silence)
        .behave("*.failing.test", Behaviour::ServFail)
}

fn stage() -> Stage {
    let dns = Dns::start(zone());
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = "[rbl]\nserver=a.test\nserver=b.test\n";
    std::fs::write(file.path(), text).unwrap();
    Stage::empty()
        .words("dns", dns.address().ip(), dns.address())
        .word("file", file.path().display())
        .env("RES_OPTIONS", format!("port:{}", dns.port()))
        .env("RES_NAMESERVERS", dns.address().ip())
        .patience(Duration::from_secs(90))
        .keep(dns)
        .keep(file)
}

/// Line, theirs; and ours with the reason, where it is another.
type Line = (&'static str, i32, Option<(i32, &'static str)>);

const LINES: &[Line] = &[
    ("-H 192.0.2.7 -s a.test", 2, None),
    ("-H 192.0.2.8 -s a.test", 0, None),
    ("-H192.0.2.7 -sa.test", 2, None),
    ("--host=192.0.2.7 --server=a.test", 2, None),
    ("-H mail.example.test -s a.test", 2, None),
    ("-H mail.example.test. -s a.test", 2, None),
    (
        "--host 192.0.2.7 --server a.test --nameserver {dns}",
        2,
        None,
    ),
    ("-H 192.0.2.7 -s a.test -w 1 -c 2", 1, None),
    ("-H 192.0.2.7 -s a.test --warning 1 --critical 2", 1, None),
    ("-H 192.0.2.7 -s a.test --warning=1 --critical=2", 1, None),
    ("-H 192.0.2.7 -s a.test -s b.test -w 1 -c 2", 2, None),
    ("-H 192.0.2.7 -s a.test -w 2 -c 3", 0, None),
    ("-H 192.0.2.7 -s a.test -w 2 -c 1", 3, None),
    ("-H 192.0.2.7 -s a.test -w x", 3, None),
    ("-H none.example.test -s a.test", 3, None),
    ("-s a.test", 3, None),
    ("-H 192.0.2.7", 3, None),
    ("-U bad.example.test -s a.test", 2, None),
    ("-U good.example.test -s a.test", 0, None),
    ("--url bad.example.test -H 192.0.2.8 -s a.test", 0, None),
    ("-H 192.0.2.7 -s a.test --whitelistings", 0, None),
    ("-H 192.0.2.8 -s a.test --wl", 2, None),
    ("-H 192.0.2.8 -s a.test --wl -w 1 -c 2", 1, None),
    (
        "-H 192.0.2.8 -s a.test -s silent.test --query-timeout 1",
        0,
        None,
    ),
    ("-H 192.0.2.8 -s a.test -s failing.test", 0, None),
    (
        "-H 192.0.2.7 -s a.test --workers 5 -r 2 --query-timeout=3 -t 20",
        2,
        None,
    ),
    ("-H 192.0.2.7 -s a.test --retry 2 --timeout 20", 2, None),
    ("-H 192.0.2.7 -s a.test -d -v -a 'see the wiki'", 2, None),
    (
        "-H 192.0.2.7 -s a.test -vvv --debug --verbose --append 'see the wiki'",
        2,
        None,
    ),
    ("-H 192.0.2.7 --extra-opts=rbl@{file}", 2, None),
    ("-H 192.0.2.8 --extra-opts=rbl@{file}", 0, None),
    ("-H 192.0.2.7 -s a.test --nonsense", 3, None),
    ("-H 2001:db8::7 -s a.test", 0, None),
    // It lives by its IPv4 entry; the old one would not look.
    ("-H 2001:db8::7 -s tested.test", 0, None),
    ("-U good.example.test -s tested.test", 0, None),
    ("-h", 3, None),
    ("--help", 3, None),
    ("-?", 3, None),
    ("--usage", 3, None),
    ("-V", 3, None),
    ("--version", 3, None),
    (
        "-H 192.0.2.8 -s silent.test --query-timeout 1",
        0,
        Some((3, "silence")),
    ),
    ("-H 192.0.2.8 -s failing.test", 0, Some((3, "silence"))),
    ("-H 192.0.2.7 -s error.test", 2, Some((3, "error-codes"))),
    ("-H 192.0.2.7 -s parked.test", 2, Some((3, "error-codes"))),
    (
        "-H 192.0.2.7 -s a.test -n nonsense",
        2,
        Some((3, "name-server")),
    ),
];

fn rows() -> Vec<Row> {
    LINES
        .iter()
        .map(|(line, theirs, other)| {
            let server = if line.contains("{dns}") || line.contains("-n ") {
                ""
            } else {
                "-n {dns}"
            };
            let line = format!("{server} {line}");
            let verdict = Verdict::of(*theirs, *other);
            Row::bare(&CHECK_RBL, "asked", Set::new(stage), &line, verdict)
        })
        .collect()
}

#[test]
fn every_line_has_the_exit_code_of_old() {
    hold(rows());
}

#[test]
fn no_option_is_forgotten_and_no_difference_untold() {
    named::complete(&CHECK_RBL, &rows());
}
