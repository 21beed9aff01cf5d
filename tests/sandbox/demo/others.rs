//! Scenes that are more than one server: a queue that is read, zones that are asked, a message that goes in and
//! comes out. None of them needs root or a mail system.

use std::path::Path;
use std::time::Duration;

use crate::sandbox::dns::{Dns, Zone};
use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::{Delivery, Mailbox, Sandbox, Scenario, Store};

pub struct Scene {
    pub probe: &'static str,
    pub title: &'static str,
    /// Builds the scene, runs the probe in it. The directory holds `ca.pem` and `password`.
    /// The options come last.
    pub play: fn(&Path, &[&str]) -> Outcome,
}

pub const SCENES: &[Scene] = &[
    Scene {
        probe: "check_mailq",
        title: "a queue that moves, read from a listing",
        play: |dir, more| queue(dir, 3, &["-w", "50", "-c", "500", "-c", "oldest=1d"], more),
    },
    Scene {
        probe: "check_mailq",
        title: "one that does not: how much, since when, for whom and why",
        play: |dir, more| {
            let options = ["-w", "50", "-c", "500", "-c", "oldest=1d", "-v"];
            queue(dir, 212, &options, more)
        },
    },
    Scene {
        probe: "check_blacklist",
        title: "an address that is on no list, of two that live",
        play: |dir, more| lists(dir, "192.0.2.8", &[], more),
    },
    Scene {
        probe: "check_blacklist",
        title: "one that is listed, and a list that answers for everything",
        play: |dir, more| lists(dir, "192.0.2.7", &["-s", "parked.example", "-v"], more),
    },
    Scene {
        probe: "check_roundtrip",
        title: "a message goes in and comes out, by three servers",
        play: |dir, more| {
            path(
                dir,
                Delivery::ThreeHops(0),
                &["-w", "30s", "-c", "2m", "-v"],
                more,
            )
        },
    },
    Scene {
        probe: "check_roundtrip",
        title: "it is taken for junk",
        play: |dir, more| path(dir, Delivery::Junk, &[], more),
    },
    Scene {
        probe: "check_roundtrip",
        title: "a gateway appends its footer",
        play: |dir, more| path(dir, Delivery::Footer, &[], more),
    },
    Scene {
        probe: "check_roundtrip",
        title: "it is accepted, and never seen again",
        play: |dir, more| path(dir, Delivery::Lost, &["-t", "1s"], more),
    },
];

/// A queue of so many messages for one domain that does not want them, as `postqueue -j` lists it.
fn queue(dir: &Path, count: usize, options: &[&str], more: &[&str]) -> Outcome {
    let now = crate::sandbox::store::now();
    let listing: String = (0..count)
        .map(|number| {
            format!(
                "{{\"queue_name\": \"deferred\", \"queue_id\": \"4Xy{number:04}\", \"arrival_time\": {}, \
                 \"message_size\": 2048, \"sender\": \"news@example.org\", \"recipients\": [{{\"address\": \
                 \"r{number}@example.net\", \"delay_reason\": \"host mx.example.net[192.0.2.25] said: 421 4.7.28 \
                 rate limited (in reply to MAIL FROM command)\"}}]}}\n",
                now - i64::try_from(number).unwrap_or(0) * 57
            )
        })
        .collect();
    if let Err(error) = std::fs::write(dir.join("listing"), listing) {
        eprintln!("sandbox: {error}");
    }
    Run::new("check_mailq")
        .args(["-M", "postfix", "--input", "listing"])
        .args(options)
        .args(more)
        .current_dir(dir)
        .run()
}

/// Two lists that live, and one that lists the world.
fn lists(dir: &Path, address: &str, options: &[&str], more: &[&str]) -> Outcome {
    let zone = Zone::new()
        .a("2.0.0.127.bl.example", [127, 0, 0, 2])
        .a("2.0.0.127.other.example", [127, 0, 0, 2])
        .a("7.2.0.192.bl.example", [127, 0, 0, 2])
        .txt("7.2.0.192.bl.example", "see https://bl.example/?192.0.2.7")
        .a("*.parked.example", [127, 0, 0, 2]);
    let dns = Dns::start(zone);
    Run::new("check_blacklist")
        .args(["-H", address, "-s", "bl.example", "-s", "other.example"])
        .args(["-n", &dns.address().to_string()])
        .args(options)
        .args(more)
        .current_dir(dir)
        .run()
}

/// From a server that takes mail to a mailbox.
fn path(dir: &Path, how: Delivery, options: &[&str], more: &[&str]) -> Outcome {
    let store = Store::new([
        Mailbox::new("INBOX"),
        Mailbox::new("Junk").special_use("\\Junk"),
    ])
    .dated();
    let smtp = Scenario::smtp().starttls().delivery(how).store(&store);
    let imap = Scenario::imap().tls().store(&store);
    let (smtp, imap) = (Sandbox::start(smtp), Sandbox::start(imap));
    Run::new("check_roundtrip")
        .args(["-f", "probe@example.org", "--to", "echo@example.test"])
        .arg("--send")
        .arg(format!("smtp://localhost:{}?starttls", smtp.port()))
        .arg("--receive")
        .arg(format!("imaps://probe@localhost:{}", imap.port()))
        .args(["--smtp-ca-file", "ca.pem", "--imap-ca-file", "ca.pem"])
        .args(["--imap-password-file", "password"])
        .args(options)
        .args(more)
        .current_dir(dir)
        .kill_after(Duration::from_secs(30))
        .run()
}
