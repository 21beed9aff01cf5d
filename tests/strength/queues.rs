//! check_mailq against a mail system that says what no mail system says: every fault that strikes whoever listens
//! first, at Postfix's socket and out of a command. None of it is a queue, least of all an empty one.

use std::rc::Rc;
use std::time::Duration;

use crate::bench::{Case, Stage, Wanted, rotated};
use crate::sandbox::faults::{self, Action, Fault, Phase};
use crate::sandbox::probe::Run;
use crate::sandbox::{Listen, Sandbox, Scenario, Service, Transport};

const DEADLINE: Duration = Duration::from_millis(900);

/// Ways to the same server.
const WAYS: [&str; 3] = ["socket", "command", "postfix"];

/// A command that hands on what a port says.
const RELAY: &str = "exec 3<>/dev/tcp/127.0.0.1/$0 && exec cat <&3";

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let speaks_first = |fault: &&Fault| matches!(fault.phase, Phase::Connect | Phase::Greeting);
    let plain = |fault: &&Fault| fault.transports.contains(&Transport::Plain);
    for (at, way) in WAYS.into_iter().enumerate() {
        for (nth, fault) in faults::all().iter().enumerate() {
            if !speaks_first(&fault) || !plain(&fault) {
                continue;
            }
            let service = fault.services[0];
            cases.push(Case {
                probe: "check_mailq",
                leg: "queue",
                fault: fault.name.to_owned(),
                way,
                format: rotated(nth, at, 1),
                wanted: Wanted::not_ok(),
                stage: std::sync::Arc::new(move || stage(service, fault, way)),
            });
        }
    }
    cases
}

fn stage(service: Service, fault: &'static Fault, way: &'static str) -> Stage {
    let mut scenario = Scenario::new(service, Transport::Plain).fault(fault);
    if way == "socket" {
        scenario = scenario.listen(Listen::Unix);
    }
    let server = Rc::new(Sandbox::start(scenario));
    let run = Run::new("check_mailq").args(["-t", &format!("{}ms", DEADLINE.as_millis())]);
    let run = match way {
        "socket" => run.arg("--socket").arg(server.unix_path().unwrap()),
        _ => run
            .args(["--command", "/bin/bash", "--command-arg", "-c"])
            .args(["--command-arg", RELAY])
            .args(["--command-arg", &server.port().to_string()]),
    };
    // A system that is named explains more of its own words.
    let run = if way == "postfix" {
        run.args(["-M", "postfix"])
    } else {
        run
    };
    let asked = Rc::clone(&server);
    let silent = matches!(fault.action, Action::Refused | Action::BlackHole);
    Stage {
        run,
        deadline: DEADLINE,
        struck: Box::new(move || silent || asked.struck()),
        _servers: Box::new(server),
    }
}
