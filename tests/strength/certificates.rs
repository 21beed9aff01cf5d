//! check_cert, which is interested in what comes up to the handshake and in nothing after it.

use std::rc::Rc;
use std::time::Duration;

use crate::bench::{Breadth, Case, Stage, WAYS, Wanted, rotated, scenario, transport, ways};
use crate::sandbox::faults::{self, Action, Fault, Phase, Reach, Twist};
use crate::sandbox::pki::TlsPolicy;
use crate::sandbox::probe::Run;
use crate::sandbox::{Sandbox, Service};
use crate::sandbox::{matrix, meaning};
use crate::sessions::reach;

const DEADLINE: Duration = Duration::from_millis(900);

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (number, service) in Service::ALL.into_iter().enumerate() {
        for (at, way) in WAYS.into_iter().enumerate() {
            for (nth, fault) in faults::all().iter().enumerate() {
                if !ways(fault, nth, Breadth::All).contains(&way)
                    || !fault.services.contains(&service)
                    || !fault.transports.contains(&transport(way))
                    || fault.reach() != Reach::Always
                {
                    continue;
                }
                cases.push(Case {
                    probe: "check_cert",
                    leg: service.name(),
                    fault: fault.name.to_owned(),
                    way,
                    format: rotated(nth, at, number + 2),
                    wanted: wanted(fault, way),
                    stage: std::sync::Arc::new(move || stage(service, fault, way)),
                });
            }
        }
    }
    cases
}

fn stage(service: Service, fault: &'static Fault, way: &'static str) -> Stage {
    let server = Rc::new(Sandbox::start(scenario(service, way).fault(fault)));
    let run = reach(Run::new("check_cert"), &server, way)
        .args(["-P", service.name()])
        .args(["-t", &format!("{}ms", DEADLINE.as_millis())]);
    let asked = Rc::clone(&server);
    Stage {
        run,
        deadline: DEADLINE,
        struck: Box::new(move || asked.struck()),
        _servers: Box::new(server),
    }
}

/// The handshake is over before the greeting with TLS from the first byte, and after STARTTLS otherwise.
fn wanted(fault: &Fault, way: &str) -> Wanted {
    let last = if way == "tls" {
        Phase::Connect
    } else {
        Phase::Starttls
    };
    if way == "plain" || way == "unix" {
        // No certificate is to be had.
        return Wanted::not_ok();
    }
    let of_logins =
        !fault.offer.is_empty() || matches!(fault.action, Action::Twist(Twist::LoginDisabled));
    if of_logins || (fault.phase != Phase::Tls && fault.phase > last) {
        return Wanted::codes(&[0]);
    }
    let transport = transport(way);
    match fault.action {
        // It looks at any certificate, and at old versions of TLS; both are trouble.
        Action::Certificate(_) | Action::Tls(TlsPolicy::Old) if !fault.harmless() => {
            Wanted::not_ok()
        }
        // It need not come in to see the certificate.
        Action::Tls(_) => Wanted::anything(),
        _ if fault.wanted.contains(&0) => Wanted::anything(),
        _ => Wanted {
            codes: vec![1, 2],
            ids: meaning::transport_fault(&matrix::Case {
                fault: faults::by_name(fault.name).unwrap(),
                transport,
            })
            .map(|expected| expected.ids),
        },
    }
}
