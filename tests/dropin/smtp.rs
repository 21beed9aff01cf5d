//! check_smtp of the monitoring-plugins: its options, and what becomes of each event.

use crate::frame::{Peer, Row, Set, Verdict, hold, rows};
use crate::getopt;
use crate::sandbox::{PASSWORD, Scenario};
use crate::spellings::{self, Case};
use crate::{extra_opts, smtp_events, smtp_order};

pub static CHECK_SMTP: Peer = Peer {
    name: "check_smtp",
    probe: "check_smtp",
    labels: &["time"],
};

/// Every option of the table, with a value that is met.
fn cases() -> Vec<Case> {
    let plain = || Set::from(Scenario::smtp());
    let starttls = || Set::from(Scenario::smtp().starttls());
    let case = |short, long, value, set, rest| Case {
        short: Some(short),
        long: Some(long),
        value,
        set,
        rest,
        code: 0,
    };
    let v6 = Set::from(Scenario::smtp().listen(crate::sandbox::Listen::V6));
    let lmtp = Set::from(Scenario::lmtp());
    let user = "-A LOGIN -P 's3cret sandbox-Pass'";
    let password = "-A LOGIN -U probe";
    let mut cases = vec![
        case('H', "hostname", Some("{host}"), plain(), ""),
        case('p', "port", Some("{port}"), plain(), ""),
        case('4', "use-ipv4", None, plain(), ""),
        case('6', "use-ipv6", None, v6, ""),
        case('e', "expect", Some("220 "), plain(), ""),
        case('C', "command", Some("NOOP"), plain(), "-R ^250"),
        case('R', "response", Some("^250"), plain(), "-C NOOP"),
        case('f', "from", Some("probe@example.test"), plain(), ""),
        case('F', "fqdn", Some("monitor.example.org"), plain(), ""),
        case('D', "certificate", Some("14,7"), starttls(), "-S"),
        case('S', "starttls", None, starttls(), ""),
        case(
            'A',
            "authtype",
            Some("LOGIN"),
            plain(),
            "-U probe -P 's3cret sandbox-Pass'",
        ),
        case('U', "authuser", Some("probe"), plain(), user),
        case('P', "authpass", Some(PASSWORD), plain(), password),
        case('L', "lmtp", None, lmtp, ""),
        case('q', "ignore-quit-failure", None, plain(), ""),
        case('w', "warning", Some("5"), plain(), ""),
        case('c', "critical", Some("9.5"), plain(), ""),
        case('t', "timeout", Some("8"), plain(), ""),
        case('v', "verbose", None, plain(), ""),
    ];
    for (short, long) in [('h', "help"), ('V', "version")] {
        let mut case = case(short, long, None, plain(), "");
        case.code = 3;
        cases.push(case);
    }
    cases
}

/// The same in every spelling, and the long ones cut short.
fn spelled() -> Vec<Row> {
    let cases = cases();
    let mut rows: Vec<Row> = cases
        .iter()
        .flat_map(|case| case.rows(&CHECK_SMTP, 'q'))
        .collect();
    let mut names: Vec<&str> = cases.iter().filter_map(|case| case.long).collect();
    // What begins like this one is not alone since 3.0.
    names.push("ignore-certificate-expiration");
    for (cut, name) in spellings::cut(&names) {
        let Some(case) = cases.iter().find(|case| case.long == Some(&name)) else {
            continue;
        };
        let value = case.value.map(|value| format!(" '{value}'"));
        let line = format!("{} --{cut}{}", case.rest, value.unwrap_or_default());
        let verdict = Verdict::Same(case.code);
        rows.push(Row::at(
            &CHECK_SMTP,
            "cut short",
            case.set.clone(),
            &line,
            verdict,
        ));
    }
    rows
}

/// Values that are none, and words in places where they are not expected.
fn mistakes() -> Vec<Row> {
    let plain = Scenario::smtp;
    let mut rows = rows! { &CHECK_SMTP;
        "an option that is none", plain(), "--nonsense" => 3;
        "a short one", plain(), "-Z" => 3;
        "no value", plain(), "-e" => 3;
        "a flag with a value", plain(), "--starttls=yes" => 3;
        "port of letters", plain(), "-p smtp" => 3;
        "port 0", plain(), "-p 0" => 3;
        "negative port", plain(), "-p -25" => 3;
        "timeout of letters", plain(), "-t soon" => 3;
        "negative timeout", plain(), "-t -1" => 3;
        "warning of letters", plain(), "-w soon" => 3;
        "negative warning", plain(), "-w -1" => 3;
        "critical of letters", plain(), "-c soon" => 3;
        "days of letters", plain(), "-D soon" => 3;
        "critical days of letters", plain(), "-D 14,soon" => 3;
        "host of two words", plain(), "-H 'two words'" => 3;
        "no such host", plain(), "-H no-such-host.invalid" => 3;
        "old spellings", plain(), "-wt 5 -ct 9 -to 8" => 0;
        "no limit", plain(), "-t 0" => 0;
        "-6, then -4", plain(), "-6 -4" => 0;
        "-4, then -6", plain(), "-4 -6" => 3;
        "-4 by name", plain(), "-4 -H localhost" => 0;
        "an address cut short", plain(), "-H 127.1" => 0;
        "wordy", plain(), "-v -v -v" => 0;
        "a number with a point last", plain(), "-w 5." => 0;
        "a number with a point first", plain(), "-c .5" => 0;
        "a number with an exponent", plain(), "-c 5e0" => 0 / 3 "ranges";
        "a number with a sign", plain(), "-c +5" => 0;
        "a number with a zero first", plain(), "-c 05 -t 010 -D 014" => 1;
        "a port with a zero first", plain(), "-p 0{port}" => 0;
        "a fraction of a second to wait", plain(), "-t 1.5" => 3 / 0 "timeout";
        "options twice: the last counts", plain(), "-e Postfix -e 220 -t 1 -t 8" => 0;
    };
    for (event, line, code) in [
        ("nothing at all", "", 3),
        ("host without its option, last", "-p {port} {host}", 0),
        (
            "host without its option, behind --",
            "-p {port} -- {host}",
            0,
        ),
        ("no host", "-p {port}", 0),
    ] {
        rows.push(Row::bare(
            &CHECK_SMTP,
            event,
            plain(),
            line,
            Verdict::Same(code),
        ));
    }
    rows
}

pub fn rows() -> Vec<Row> {
    let mut rows = spelled();
    rows.extend(mistakes());
    rows.extend(smtp_events::rows());
    rows.extend(smtp_order::rows());
    rows.extend(extra_opts::rows(&CHECK_SMTP, &Scenario::smtp));
    rows
}

#[test]
fn every_option_in_every_spelling() {
    hold(spelled());
}

#[test]
fn mistakes_are_mistakes_for_both() {
    hold(mistakes());
}

#[test]
fn no_option_is_forgotten() {
    let forgotten = getopt::forgotten(&CHECK_SMTP, &rows());
    assert!(forgotten.is_empty(), "in no row: {forgotten:#?}");
}
