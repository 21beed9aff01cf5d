//! check_roundtrip with a fault on its way out or on its way in.

use std::rc::Rc;
use std::time::Duration;

use crate::bench::{Breadth, Case, Stage, WAYS, Wanted, rotated, scenario, transport, ways};
use crate::check::Path;
use crate::sandbox::faults::{self, Action, Fault, Phase, Twist};
use crate::sandbox::{Scenario, Service};

/// Two servers, and a message in between.
const DEADLINE: Duration = Duration::from_millis(1300);

/// The leg, and the service that has the fault.
const LEGS: [(&str, Service); 3] = [
    ("smtp leg", Service::Smtp),
    ("imap leg", Service::Imap),
    ("pop3 leg", Service::Pop3),
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (number, (leg, service)) in LEGS.into_iter().enumerate() {
        for (at, way) in WAYS.into_iter().enumerate() {
            for (nth, fault) in faults::all().iter().enumerate() {
                if !ways(fault, nth, Breadth::One).contains(&way)
                    || !fault.services.contains(&service)
                    || !fault.transports.contains(&transport(way))
                    || !met(service, fault)
                {
                    continue;
                }
                cases.push(Case {
                    probe: "check_roundtrip",
                    leg,
                    fault: fault.name.to_owned(),
                    way,
                    format: rotated(nth, at, number + 4),
                    wanted: wanted(service, fault),
                    stage: std::sync::Arc::new(move || stage(service, fault, way)),
                });
            }
        }
    }
    cases
}

/// Steps that a round trip never takes.
fn met(service: Service, fault: &Fault) -> bool {
    let none: &[Phase] = match service {
        Service::Imap => &[Phase::Status, Phase::Append, Phase::Quota],
        Service::Smtp => &[Phase::Rset],
        _ => &[],
    };
    !none.contains(&fault.phase)
}

fn stage(service: Service, fault: &'static Fault, way: &'static str) -> Stage {
    let faulty = scenario(service, way).fault(fault);
    let path = Rc::new(match service {
        Service::Smtp => Path::new(faulty, Scenario::imap()),
        _ => Path::new(Scenario::smtp(), faulty),
    });
    let asked = Rc::clone(&path);
    let send = service == Service::Smtp;
    let mut run = path
        .run()
        .args(["-t", &format!("{}ms", DEADLINE.as_millis())]);
    if send {
        let user = ["--smtp-user", "probe", "--smtp-password-env", "PASSWORD"];
        run = run.args(user);
    }
    // The greeting's timestamp would be preferred to LOGIN.
    if service == Service::Pop3 && fault.action == Action::Twist(Twist::EndlessAuth) {
        run = run.args(["--pop3-auth", "LOGIN"]);
    }
    Stage {
        run,
        deadline: DEADLINE,
        struck: Box::new(move || {
            if send {
                asked.smtp.struck()
            } else {
                asked.inbox.struck()
            }
        }),
        _servers: Box::new(path),
    }
}

/// What the table says; a mailbox that cannot be searched may still be read.
fn wanted(service: Service, fault: &Fault) -> Wanted {
    // POP3 removes at QUIT: without its answer nobody knows whether the message is gone.
    if service == Service::Pop3 && fault.phase == Phase::Quit {
        return Wanted::codes(&[0, 1]);
    }
    if fault.harmless() {
        return Wanted::codes(&[0]);
    }
    if fault.wanted.contains(&0) {
        return Wanted::anything();
    }
    match (fault.phase, fault.action) {
        (Phase::Search | Phase::List | Phase::Capability | Phase::Top | Phase::Uidl, _)
        | (_, Action::BigReply(_)) => Wanted::anything(),
        _ => Wanted::not_ok(),
    }
}
