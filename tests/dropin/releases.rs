//! What other releases document than the one that Debian 12 has: the monitoring-plugins 2.4 and 3.0, the nagios-plugins 2.5.
//! Ours alone, against the codes of their documentation. Where the two families contradict each other, ours is the
//! monitoring-plugins'; the manuals say so.

use crate::frame::{Peer, Row, Set, Verdict, hold};
use crate::getopt::{self, Opt};
use crate::sandbox::{Certificate, Scenario};
use crate::smtp::CHECK_SMTP;
use crate::tcp::SERVICES;

const MP: &str = "monitoring-plugins 3.0";
const NP: &str = "nagios-plugins 2.5";

fn alone(
    peer: &'static Peer,
    release: &'static str,
    event: &str,
    set: impl Into<Set>,
    line: &str,
    code: i32,
) -> Row {
    Row::at(peer, event, set, line, Verdict::Alone { code, release })
}

fn smtp() -> Vec<Row> {
    let plain = Scenario::smtp;
    let row = |release, event, scenario: Scenario, line, code| {
        alone(&CHECK_SMTP, release, event, scenario, line, code)
    };
    let mut rows: Vec<Row> = Vec::new();
    for line in [
        "-s",
        "-qs",
        "--ssl",
        "--tls",
        "-s -D 14,7",
        "-D 14 -s",
        "-sD14",
    ] {
        rows.push(row(MP, "TLS from the first byte", plain().tls(), line, 0));
    }
    let ends_soon = || plain().tls().certificate(Certificate::EndsSoon);
    rows.push(row(MP, "days too few", ends_soon(), "-s -D 14", 1));
    rows.push(row(
        MP,
        "days too few for both",
        ends_soon(),
        "-s -D 14,7",
        2,
    ));
    rows.push(row(
        MP,
        "no TLS",
        plain().tls().fault_named("tls-alert"),
        "-s",
        2,
    ));
    for line in ["-r", "-qr", "--proxy"] {
        rows.push(row(MP, "PROXY", plain().proxy(), line, 0));
    }
    rows.push(row(
        MP,
        "PROXY before TLS",
        plain().tls().proxy(),
        "-r -s",
        0,
    ));
    rows.push(row(
        MP,
        "PROXY before STARTTLS",
        plain().starttls().proxy(),
        "-rS",
        0,
    ));
    rows.push(row(
        MP,
        "the host's name for TLS",
        plain().starttls(),
        "-S --sni",
        0,
    ));
    let expired = || plain().starttls().certificate(Certificate::Expired);
    let ignored = "-S -D 14 --ignore-certificate-expiration";
    rows.push(row(MP, "expired, and ignored", expired(), ignored, 0));
    rows.push(row(MP, "expired", expired(), "-S -D 14", 2));
    for line in ["--output-format=multi-line", "--output-format multi-line"] {
        rows.push(row(MP, "its output format", plain(), line, 0));
    }
    rows.push(row(
        MP,
        "no output format",
        plain(),
        "--output-format=none",
        3,
    ));
    rows.push(row(
        MP,
        "JSON keeps the code",
        plain(),
        "-e Postfix --output-format mp-test-json",
        1,
    ));
    rows.push(row(MP, "-s and -S", plain(), "-s -S", 3));
    rows.push(row(MP, "login without a name", plain(), "-A LOGIN -P x", 3));
    for (range, code) in [
        ("5", 0),
        (":5", 0),
        ("0:5", 0),
        ("~:5", 0),
        ("10:", 1),
        ("5:10", 1),
        ("@0:5", 1),
        ("@5:10", 0),
        ("2:1", 3),
        ("5abc", 3),
        ("1:12%%", 3),
    ] {
        for (option, code) in [("-w", code), ("-c", if code == 1 { 2 } else { code })] {
            let line = format!("{option} {range}");
            rows.push(alone(&CHECK_SMTP, MP, "range", plain(), &line, code));
        }
    }
    rows.extend(timeouts(&CHECK_SMTP, &|| {
        plain().fault_named("greeting-silence")
    }));
    rows.push(row(
        NP,
        "-e of the banner",
        plain(),
        "-e 'ESMTP sandbox'",
        0,
    ));
    rows.push(row(
        NP,
        "-D and what comes behind it",
        plain().starttls(),
        "-S -D 14 -C NOOP -R ^250",
        0,
    ));
    rows
}

/// `-t N`, `N:STATE`, `:STATE`, the state as a number or a word.
fn timeouts(peer: &'static Peer, silent: &dyn Fn() -> Scenario) -> Vec<Row> {
    [
        ("1", 2),
        ("1:0", 0),
        ("1:1", 1),
        ("1:2", 2),
        ("1:3", 3),
        ("1:ok", 0),
        ("1:WARNING", 1),
        ("1:critical", 2),
        ("1:Unknown", 3),
    ]
    .into_iter()
    .map(|(value, code)| {
        alone(
            peer,
            NP,
            "the deadline's state",
            silent(),
            &format!("-t {value}"),
            code,
        )
    })
    .collect()
}

fn tcp() -> Vec<Row> {
    let mut rows = Vec::new();
    for service in &SERVICES {
        let peer = service.peer;
        for line in [
            "-N localhost",
            "-Nlocalhost",
            "-jN localhost",
            "-jNlocalhost",
            "--sni=localhost",
        ] {
            rows.push(alone(
                peer,
                NP,
                "a name for TLS",
                service.over_tls(),
                line,
                0,
            ));
        }
        for line in ["--output-format=multi-line", "--output-format multi-line"] {
            rows.push(alone(
                peer,
                MP,
                "its output format",
                service.good(),
                line,
                0,
            ));
        }
        let json = "-e nonsense --output-format=mp-test-json";
        rows.push(alone(
            peer,
            MP,
            "JSON keeps the code",
            service.good(),
            json,
            1,
        ));
        rows.extend(timeouts(peer, &|| service.faulty("greeting-silence")));
        rows.push(alone(
            peer,
            NP,
            "the state alone",
            service.good(),
            "-t :1",
            0,
        ));
    }
    rows
}

#[test]
fn other_releases_are_understood() {
    let mut rows = smtp();
    rows.extend(tcp());
    hold(rows);
}

#[test]
fn no_option_of_other_releases_is_forgotten() {
    let option = |short, long: &str, value| Opt {
        short,
        long: Some(long.to_owned()),
        value,
    };
    let later = [
        option(Some('s'), "ssl", false),
        option(None, "tls", false),
        option(Some('r'), "proxy", false),
        option(None, "sni", false),
        option(None, "ignore-certificate-expiration", false),
        option(None, "output-format", true),
    ];
    let forgotten = getopt::missing(&CHECK_SMTP, &later, &smtp());
    assert!(forgotten.is_empty(), "in no row: {forgotten:#?}");
    let later = [
        option(None, "output-format", true),
        Opt {
            short: Some('N'),
            long: None,
            value: true,
        },
    ];
    let forgotten = getopt::missing(SERVICES[0].peer, &later, &tcp());
    assert!(forgotten.is_empty(), "in no row: {forgotten:#?}");
}
