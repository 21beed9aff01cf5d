//! check_mailq against real queues: what it counts is what the mail systems' own tools count.

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use super::frame::Server;
use super::inside::inside;
use crate::probe::{Outcome, Run, built};

/// Its queue is changed by nobody, but the servers are many: one at a time.
static ONE: Mutex<()> = Mutex::new(());

struct Place {
    server: Server,
    pid: String,
}

impl Place {
    fn start(name: &'static str, ports: &[&'static str], environment: &[(&str, &str)]) -> Place {
        let check = built("check_mailq").expect("check_mailq is built");
        let check = check.to_string_lossy().into_owned();
        let environment: Vec<(&str, &str)> = environment
            .iter()
            .copied()
            .chain([("CHECK", check.as_str())])
            .collect();
        let server =
            Server::start(name, ports, &environment).unwrap_or_else(|error| panic!("{error}"));
        let pid = inside(name, server.dir()).to_string();
        Place { server, pid }
    }

    fn enter(&self, words: &[&str]) -> Run {
        Run::new("inside")
            .args(["-t", &self.pid, "-m", "-p", "-r", "-w", "--"])
            .args(words)
    }

    fn run(&self, words: &[&str]) -> Outcome {
        self.enter(words).run_binary(Path::new("/usr/bin/nsenter"))
    }

    /// The check as root, in the server's view of the machine.
    fn check(&self, options: &[&str]) -> Outcome {
        let check = self.server.dir().join("check");
        // Where a script has laid the lab over a folder, the path is the same.
        let check = check.to_string_lossy().into_owned();
        self.run(&[&[check.as_str()], options].concat())
    }

    /// The check as a user who is nobody.
    fn check_as_nobody(&self, options: &[&str]) -> Outcome {
        let check = self
            .server
            .dir()
            .join("check")
            .to_string_lossy()
            .into_owned();
        let words = [
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            &check,
        ];
        self.run(&[&words[..], options].concat())
    }

    /// Stops the daemon and waits until it is gone.
    fn stop(&self) {
        fs::write(self.server.dir().join("stop"), "").unwrap();
        let stopped = self.server.dir().join("stopped");
        for _ in 0..400 {
            if stopped.exists() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("not stopped\n{}", self.server.log());
    }
}

fn numbers(outcome: &Outcome, wanted: &[(&str, f64)]) {
    let line = outcome.plugin();
    for (label, value) in wanted {
        assert_eq!(
            line.perf(label).map(|perf| perf.value),
            Some(*value),
            "{label}\n{outcome}"
        );
    }
}

fn ids(outcome: &Outcome) -> Vec<String> {
    outcome.finding_ids()
}

/// The same listing, taken by the MTA's command, read from a file.
fn captured(place: &Place, command: &[&str], options: &[&str], wanted: &[(&str, f64)]) {
    let listing = place.run(command);
    assert_eq!(listing.code, Some(0), "{listing}");
    let file = place.server.dir().join("captured");
    fs::write(&file, &listing.raw).unwrap();
    let outcome = Run::new("check_mailq")
        .arg("--input")
        .arg(&file)
        .args(options)
        .run();
    numbers(&outcome, wanted);
}

fn alone() -> std::sync::MutexGuard<'static, ()> {
    ONE.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[test]
fn postfix_with_two_instances() {
    let _alone = alone();
    let place = Place::start("postfix_queue", &["SILENT"], &[]);
    let all = [
        ("total", 9.0),
        ("active", 1.0),
        ("deferred", 7.0),
        ("hold", 1.0),
        ("recipients", 9.0),
    ];
    for options in [&[][..], &["--spool"], &["--socket"]] {
        let outcome = place.check(options);
        numbers(&outcome, &all);
    }
    for options in [&[][..], &["--spool"]] {
        let outcome = place.check(&[options, &["--format", "json"]].concat());
        assert_eq!(outcome.code, Some(1), "{outcome}");
        assert!(
            ids(&outcome).contains(&"corrupt-messages".to_owned()),
            "{outcome}"
        );
    }
    numbers(&place.check(&["--instance", "out"]), &[("total", 2.0)]);
    numbers(&place.check(&["--reason", "policy"]), &[("total", 2.0)]);
    numbers(&place.check(&["--reason", "refused"]), &[("total", 6.0)]);
    assert_eq!(place.check(&["-w", "9", "-c", "10"]).code, Some(1));
    let detail = place.check(&["-v"]);
    assert!(
        detail.stdout.contains("first: 7 messages") && detail.stdout.contains("out: 2 messages"),
        "{detail}"
    );

    // Everybody may ask, nobody may look into the spool.
    numbers(&place.check_as_nobody(&[]), &all);
    let outcome = place.check_as_nobody(&["--spool", "--format", "json"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(
        ids(&outcome).contains(&"queue-unreadable".to_owned()),
        "{outcome}"
    );
    let main = place.server.dir().join("etc/main.cf");
    let settings = fs::read_to_string(&main).unwrap();
    fs::write(
        &main,
        format!("{settings}\nauthorized_mailq_users = root\n"),
    )
    .unwrap();
    let outcome = place.check_as_nobody(&["--instance", "first"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(
        outcome.stdout.contains("authorized_mailq_users"),
        "{outcome}"
    );
    fs::write(&main, settings).unwrap();

    let first = [("total", 7.0), ("active", 1.0), ("hold", 1.0)];
    captured(&place, &["postqueue", "-j"], &[], &first);
    captured(&place, &["postqueue", "-p"], &[], &first);

    place.stop();
    for options in [&["--instance", "first"][..], &["--spool"], &["--socket"]] {
        let outcome = place.check(&[options, &["--format", "json"]].concat());
        assert_eq!(outcome.code, Some(2), "{outcome}");
        assert!(ids(&outcome).contains(&"mta-down".to_owned()), "{outcome}");
    }
    // Root sees the queue of a system that is down.
    numbers(
        &place.check(&["--instance", "first", "-w", "total=100"]),
        &[("total", 7.0)],
    );
    let outcome = place.check_as_nobody(&["--instance", "first", "--format", "json"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(ids(&outcome).contains(&"mta-down".to_owned()), "{outcome}");
}

#[test]
fn exim_with_frozen_messages() {
    let _alone = alone();
    for split in ["true", "false"] {
        let place = Place::start("exim_queue", &[], &[("SPLIT", split)]);
        let all = [
            ("total", 4.0),
            ("frozen", 1.0),
            ("recipients", 4.0),
            ("size", 1252.0),
        ];
        numbers(&place.check(&[]), &all);
        numbers(&place.check(&["--spool", "-M", "exim"]), &all);
        let outcome = place.check(&["--format", "json"]);
        assert_eq!(outcome.code, Some(1), "{outcome}");
        assert!(
            ids(&outcome).contains(&"daemon-missing".to_owned()),
            "{outcome}"
        );
        let forgiven = ["--queue", "frozen", "-c", "2"];
        assert_eq!(place.check(&forgiven).code, Some(0));
        assert_eq!(place.run(&["exim4", "-bpc"]).stdout.trim(), "4");
        numbers(
            &place.check(&["--domain", "waits.example"]),
            &[("total", 3.0)],
        );
        numbers(
            &place.check(&["--spool", "-M", "exim", "--domain", "waits.example"]),
            &[("total", 3.0)],
        );
        captured(&place, &["exim4", "-bp"], &[], &all[..3]);
        captured(
            &place,
            &["exim4", "-bpc"],
            &["-M", "exim"],
            &[("total", 4.0)],
        );
        let outcome = place.check_as_nobody(&["-M", "exim", "-v"]);
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(
            outcome.stdout.contains("queue_list_requires_admin"),
            "{outcome}"
        );
    }
}

#[test]
fn sendmail_with_groups_and_its_submission_queue() {
    let _alone = alone();
    let place = Place::start("sendmail_queue", &[], &[]);
    numbers(
        &place.check(&["-M", "sendmail"]),
        &[("total", 4.0), ("recipients", 4.0)],
    );
    numbers(
        &place.check(&["-M", "sendmail", "--reason", "refused"]),
        &[("total", 3.0)],
    );
    numbers(
        &place.check(&["--spool", "-M", "sendmail"]),
        &[("total", 4.0), ("recipients", 4.0)],
    );
    captured(&place, &["mailq"], &[], &[("total", 3.0)]);
    captured(&place, &["mailq", "-Ac"], &[], &[("total", 1.0)]);
    let outcome = place.check_as_nobody(&["-M", "sendmail"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(outcome.stdout.contains("restrictmailq"), "{outcome}");
}

#[test]
fn nullmailer_with_a_failed_message() {
    let _alone = alone();
    let place = Place::start("nullmailer_queue", &[], &[]);
    numbers(
        &place.check(&["-M", "nullmailer"]),
        &[("total", 2.0), ("sender_domain_max", 2.0)],
    );
    let spool = place.check(&["--spool", "-M", "nullmailer"]);
    numbers(&spool, &[("failed", 1.0), ("recipients", 3.0)]);
    // Nobody sends it, and its listing does not tell.
    for options in [&["-M", "nullmailer"][..], &["--spool", "-M", "nullmailer"]] {
        let outcome = place.check(&[options, &["--format", "json"]].concat());
        assert_eq!(outcome.code, Some(2), "{outcome}");
        assert!(ids(&outcome).contains(&"mta-down".to_owned()), "{outcome}");
    }
    let directory = ["--spool", "/var/spool/nullmailer", "-M", "nullmailer"];
    let outcome = place.check(&directory);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    captured(&place, &["mailq"], &[], &[("total", 2.0)]);
    let outcome = place.check_as_nobody(&["--spool", "-M", "nullmailer"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
}

#[test]
fn opensmtpd_with_envelopes() {
    let _alone = alone();
    let place = Place::start("opensmtpd_queue", &["SMTP"], &[]);
    let all = [("total", 2.0), ("recipients", 3.0)];
    numbers(&place.check(&[]), &all);
    numbers(&place.check(&["--spool", "-M", "opensmtpd"]), &all);
    captured(&place, &["smtpctl", "show", "queue"], &[], &all);
    let outcome = place.check_as_nobody(&["-M", "opensmtpd"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(outcome.stdout.contains("root"), "{outcome}");
    place.stop();
    let outcome = place.check(&["-M", "opensmtpd", "--format", "json"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert_eq!(ids(&outcome)[0], "mta-down", "{outcome}");
    numbers(&place.check(&["-M", "opensmtpd"]), &all);
}

#[test]
fn the_peer_beside_real_postfix() {
    let _alone = alone();
    let place = Place::start("postfix_queue", &["SILENT"], &[]);
    let peer = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/lab/root-plugins/usr/lib/nagios/plugins/check_mailq");
    let peer = peer.to_string_lossy().into_owned();
    for (options, code) in [
        (["-M", "postfix", "-w", "7", "-c", "8"], 1),
        (["-M", "postfix", "-w", "6", "-c", "7"], 2),
        (["-M", "postfix", "-w", "8", "-c", "9"], 0),
    ] {
        let theirs = place.run(&[&[peer.as_str()], &options[..]].concat());
        assert_eq!(theirs.code, Some(code), "{theirs}");
        // Damaged messages it does not see; other instances it has to be told of.
        let ours = place.check(
            &[
                &options[..],
                &["--instance", "first", "--on", "corrupt-messages=ok"],
            ]
            .concat(),
        );
        assert_eq!(ours.code, Some(code), "{ours}");
    }
    let old = place.check(&["-M", "postfix", "-w", "50", "-c", "100"]);
    assert!(old.stdout.contains("| unsent=9;50;100;0 "), "{old}");
}
