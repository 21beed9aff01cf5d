//! The sandbox as a program. Cargo builds the example with a run of all tests; a run of this file alone may come
//! without it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::sandbox::Service;
use crate::sandbox::faults::for_service;
use crate::sandbox::probe::{Outcome, Run, built};

fn example(args: &[&str]) -> Option<Outcome> {
    let path: PathBuf = built("examples/sandbox")?;
    let outcome = Run::new("sandbox")
        .args(args)
        .kill_after(Duration::from_secs(120))
        .run_binary(&path);
    assert!(outcome.stderr.is_empty(), "{outcome}");
    Some(outcome)
}

#[test]
fn the_demo_shows_every_probe_and_fits_a_terminal() {
    let Some(outcome) = example(&["demo"]) else {
        return;
    };
    assert_eq!(outcome.code, Some(0), "{outcome}");
    for line in outcome.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    for probe in mailprobe::probe::table::PROBES {
        let probe = probe.name;
        assert!(outcome.stdout.contains(&format!("$ {probe} -")), "{probe}");
    }
    // OK, WARNING and CRITICAL are all there; a probe that gives up on a scene is not.
    for end in ["[exit 0]", "[exit 1]", "[exit 2]"] {
        assert!(outcome.stdout.contains(end), "{end}");
    }
    assert!(
        !outcome.stdout.contains("[exit 3]") && !outcome.stdout.contains("[signal"),
        "{outcome}"
    );
}

#[test]
fn the_list_names_every_fault() {
    let Some(outcome) = example(&["faults", "imap"]) else {
        return;
    };
    let imap = |fault: &crate::sandbox::faults::Fault| fault.services.contains(&Service::Imap);
    let wanted = crate::sandbox::faults::all()
        .iter()
        .filter(|fault| imap(fault))
        .count();
    let listed = outcome
        .stdout
        .lines()
        .filter(|line| !line.starts_with(' '))
        .count();
    assert_eq!(listed, wanted);
    assert!(wanted >= for_service(Service::Imap, crate::sandbox::Transport::Starttls).len());
    assert!(
        outcome
            .stdout
            .lines()
            .all(|line| line.chars().count() <= 80)
    );
}

#[test]
fn serving_says_how_to_get_in() {
    let Some(path) = built("examples/sandbox") else {
        return;
    };
    let mut command = Command::new(&path);
    let mut child = command
        .args(["serve", "pop3", "--starttls"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = String::new();
    while !said.contains("Ctrl-C ends it.") {
        said.push_str(&lines.next().expect("more to say").unwrap());
        said.push('\n');
    }
    // SAFETY: a signal to our own child, which has not been waited for.
    unsafe { libc::kill(child.id().cast_signed(), libc::SIGINT) };
    assert_eq!(child.wait().unwrap().code(), Some(0));
    for text in [
        "pop3 (starttls) on 127.0.0.1:",
        "user probe, password ",
        "check_pop3 -H 127.0.0.1 -p ",
    ] {
        assert!(said.contains(text), "{text}: {said}");
    }
    let refused = Run::new("sandbox")
        .args(["serve", "imap", "--fault", "nonsense"])
        .run_binary(&path);
    assert_eq!(refused.code, Some(2));
}
