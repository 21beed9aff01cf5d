//! check_smtp, check_imap and check_pop3 against their servers: what each fault means to them is said beside their own
//! tests.

use std::time::Duration;

use crate::bench::{Breadth, Case, Stage, WAYS, Wanted, rotated, scenario, transport, ways};
use crate::sandbox::faults::{self, Fault, Phase};
use crate::sandbox::matrix::{self, Expected};
use crate::sandbox::probe::Run;
use crate::sandbox::{PASSWORD, Sandbox, Service};

const DEADLINE: Duration = Duration::from_millis(900);

struct Subject {
    probe: &'static str,
    service: Service,
    args: fn(&matrix::Case) -> Vec<&'static str>,
    expected: fn(&matrix::Case) -> Expected,
}

const SUBJECTS: [Subject; 4] = [
    Subject {
        probe: "check_smtp",
        service: Service::Smtp,
        args: crate::smtp::smtp_args,
        expected: crate::smtp::expected,
    },
    Subject {
        probe: "check_smtp",
        service: Service::Lmtp,
        args: crate::smtp::lmtp_args,
        expected: crate::smtp::expected,
    },
    Subject {
        probe: "check_imap",
        service: Service::Imap,
        args: crate::imap::args,
        expected: crate::imap::expected,
    },
    Subject {
        probe: "check_pop3",
        service: Service::Pop3,
        args: crate::pop3::args,
        expected: crate::pop3::expected,
    },
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (number, subject) in SUBJECTS.iter().enumerate() {
        for (at, way) in WAYS.into_iter().enumerate() {
            let transport = transport(way);
            for (nth, fault) in faults::all().iter().enumerate() {
                if !ways(fault, nth, Breadth::All).contains(&way)
                    || !fault.services.contains(&subject.service)
                    || !fault.transports.contains(&transport)
                {
                    continue;
                }
                let expected = (subject.expected)(&matrix::Case { fault, transport });
                cases.push(Case {
                    probe: subject.probe,
                    leg: subject.service.name(),
                    fault: fault.name.to_owned(),
                    way,
                    format: rotated(nth, at, number),
                    wanted: wanted(fault, way, expected),
                    stage: std::sync::Arc::new(move || stage(subject, fault, way)),
                });
            }
        }
    }
    cases
}

fn wanted(fault: &Fault, way: &str, expected: Expected) -> Wanted {
    // A socket's file that nobody takes connections at is not told from one that answers nothing.
    let mut ids = expected.ids;
    if way == "unix" && fault.phase == Phase::Connect {
        ids.extend(["connect-failed", "timeout"]);
    }
    Wanted {
        codes: expected.codes,
        ids: Some(ids),
    }
}

fn stage(subject: &Subject, fault: &'static Fault, way: &'static str) -> Stage {
    let server = Sandbox::start(scenario(subject.service, way).fault(fault));
    let transport = transport(way);
    let run = reach(Run::new(subject.probe), &server, way)
        .args(["-t", &format!("{}ms", DEADLINE.as_millis())])
        .args((subject.args)(&matrix::Case { fault, transport }))
        .env("SECRET", PASSWORD);
    let server = std::rc::Rc::new(server);
    let asked = std::rc::Rc::clone(&server);
    Stage {
        run,
        deadline: DEADLINE,
        struck: Box::new(move || asked.struck()),
        _servers: Box::new(server),
    }
}

/// The options that lead to a server.
pub fn reach(run: Run, server: &Sandbox, way: &str) -> Run {
    let run = match server.unix_path() {
        Some(path) => run.arg("-H").arg(path),
        None => run
            .args(["-H", "localhost", "--address", "127.0.0.1"])
            .args(["-p", &server.port().to_string()]),
    };
    let run = run.arg("--ca-file").arg(server.ca_file());
    match way {
        "starttls" => run.arg("--starttls"),
        "tls" => run.arg("--tls"),
        _ => run,
    }
}
