//! check_tcp of the monitoring-plugins under its names for mail: check_imap, check_pop, check_simap, check_spop, check_ssmtp.

use crate::frame::{Peer, Row, Set, Verdict, hold};
use crate::sandbox::{Listen, Scenario};
use crate::spellings::{self, Case};
use crate::{extra_opts, getopt, manual, smtp, tcp_events, tcp_mistakes};

macro_rules! peer {
    ($name:ident, $called:literal, $probe:literal) => {
        pub static $name: Peer = Peer {
            name: $called,
            probe: $probe,
            labels: &["time"],
        };
    };
}
peer!(CHECK_IMAP, "check_imap", "check_imap");
peer!(CHECK_SIMAP, "check_simap", "check_imap");
peer!(CHECK_POP, "check_pop", "check_pop3");
peer!(CHECK_SPOP, "check_spop", "check_pop3");
peer!(CHECK_TCP, "check_tcp", "check_imap");
peer!(CHECK_SSMTP, "check_ssmtp", "check_smtp");

/// A name, and what it is for.
pub struct Service {
    pub peer: &'static Peer,
    scenario: fn() -> Scenario,
    /// TLS from the first byte.
    pub tls: bool,
    /// How a good greeting begins.
    pub greeting: &'static str,
    /// A command, and a text of its answer.
    pub command: &'static str,
    pub answer: &'static str,
    /// The last line.
    pub farewell: &'static str,
    /// The fault that is a greeting which refuses, and a text of it.
    pub refusal: (&'static str, &'static str),
}

impl Service {
    pub fn good(&self) -> Scenario {
        let scenario = (self.scenario)();
        if self.tls { scenario.tls() } else { scenario }
    }

    /// The same with TLS, whatever the name says.
    pub fn over_tls(&self) -> Scenario {
        (self.scenario)().tls()
    }

    pub fn plain(&self) -> Scenario {
        (self.scenario)()
    }

    pub fn faulty(&self, fault: &str) -> Scenario {
        self.good().fault_named(fault)
    }
}

const IMAP: Service = Service {
    peer: &CHECK_IMAP,
    scenario: Scenario::imap,
    tls: false,
    greeting: "* OK",
    command: r"a1 CAPABILITY\r\n",
    answer: "IMAP4rev1",
    farewell: "a1 LOGOUT",
    refusal: ("greeting-bye", "too many"),
};
const POP: Service = Service {
    peer: &CHECK_POP,
    scenario: Scenario::pop3,
    tls: false,
    greeting: "+OK",
    command: r"CAPA\r\n",
    answer: "UIDL",
    farewell: "QUIT",
    refusal: ("greeting-err", "no service"),
};

pub static SERVICES: [Service; 5] = [
    IMAP,
    Service {
        peer: &CHECK_SIMAP,
        tls: true,
        ..IMAP
    },
    POP,
    Service {
        peer: &CHECK_SPOP,
        tls: true,
        ..POP
    },
    Service {
        peer: &CHECK_SSMTP,
        scenario: Scenario::smtp,
        tls: true,
        greeting: "220",
        command: r"EHLO monitor.example.org\r\n",
        answer: "250",
        farewell: "QUIT",
        refusal: ("greeting-554", "refused"),
    },
];

/// The plugin's own name, which knows no protocol.
pub static TCP: Service = Service {
    peer: &CHECK_TCP,
    ..IMAP
};

pub fn all() -> impl Iterator<Item = &'static Service> {
    SERVICES.iter().chain([&TCP])
}

/// Every option of the table, with a value that is met.
fn cases(service: &'static Service) -> Vec<Case> {
    let good = || Set::from(service.good());
    let tls = || Set::from(service.over_tls());
    let case = |short, long, value, set, rest| Case {
        short,
        long: Some(long),
        value,
        set,
        rest,
        code: 0,
    };
    let v6 = || Set::from(service.good().listen(Listen::V6));
    let refused = || Set::from(service.faulty("refused"));
    let mut cases = vec![
        case(Some('H'), "hostname", Some("{host}"), good(), ""),
        case(Some('p'), "port", Some("{port}"), good(), ""),
        case(Some('4'), "use-ipv4", None, good(), ""),
        case(Some('6'), "use-ipv6", None, v6(), ""),
        case(Some('E'), "escape", None, good(), ""),
        case(Some('s'), "send", Some(service.command), good(), "-E"),
        case(Some('e'), "expect", Some(service.greeting), good(), ""),
        case(Some('A'), "all", None, good(), "-e sandbox -e ready"),
        case(Some('q'), "quit", Some(service.farewell), good(), ""),
        case(Some('r'), "refuse", Some("ok"), refused(), ""),
        case(Some('M'), "mismatch", Some("ok"), good(), "-e nonsense"),
        case(Some('j'), "jail", None, good(), ""),
        case(Some('m'), "maxbytes", Some("1000"), good(), ""),
        case(Some('d'), "delay", Some("1"), good(), ""),
        case(Some('D'), "certificate", Some("14,7"), tls(), ""),
        case(Some('S'), "ssl", None, tls(), ""),
        case(None, "sni", Some("localhost"), tls(), ""),
        case(Some('w'), "warning", Some("5"), good(), ""),
        case(Some('c'), "critical", Some("9.5"), good(), ""),
        case(Some('t'), "timeout", Some("8"), good(), ""),
        case(Some('v'), "verbose", None, good(), ""),
        // In no help, and without effect in theirs, too.
        case(Some('C'), "critical-codes", Some("1"), good(), ""),
        case(Some('W'), "warning-codes", Some("1"), good(), ""),
    ];
    for (short, long) in [('h', "help"), ('V', "version")] {
        let mut case = case(Some(short), long, None, good(), "");
        case.code = 3;
        cases.push(case);
    }
    cases
}

fn spelled(service: &'static Service) -> Vec<Row> {
    let cases = cases(service);
    let mut rows: Vec<Row> = cases
        .iter()
        .flat_map(|case| case.rows(service.peer, 'j'))
        .collect();
    let names: Vec<&str> = cases.iter().filter_map(|case| case.long).collect();
    for (cut, name) in spellings::cut(&names) {
        // A second for each would be too many.
        if name == "delay" {
            continue;
        }
        let case = cases.iter().find(|case| case.long == Some(&name)).unwrap();
        let value = case.value.map(|value| format!(" '{value}'"));
        let line = format!("{} --{cut}{}", case.rest, value.unwrap_or_default());
        let verdict = Verdict::Same(case.code);
        rows.push(Row::at(
            service.peer,
            "cut short",
            case.set.clone(),
            &line,
            verdict,
        ));
    }
    rows
}

fn rows(service: &'static Service) -> Vec<Row> {
    let mut rows = spelled(service);
    rows.extend(tcp_mistakes::rows(service));
    rows.extend(tcp_events::rows(service));
    rows.extend(extra_opts::rows(service.peer, &|| service.good()));
    rows
}

#[test]
fn every_option_in_every_spelling() {
    hold(all().flat_map(spelled).collect());
}

#[test]
fn no_option_is_forgotten() {
    for service in all() {
        let forgotten = getopt::forgotten(service.peer, &rows(service));
        assert!(
            forgotten.is_empty(),
            "{}: in no row: {forgotten:#?}",
            service.peer.name
        );
    }
}

#[test]
fn the_differences_are_those_of_the_manuals() {
    let mut rows: Vec<Row> = all().flat_map(self::rows).collect();
    rows.extend(smtp::rows());
    for probe in ["check_smtp", "check_imap", "check_pop3"] {
        manual::agrees(probe, &rows);
    }
}
