//! check_roundtrip has a secret for each of its ends, and a key: from every source, in every format, none shows.

use std::fs;

use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::{Delivery, Mailbox, PASSWORD, Sandbox, Scenario, Store, USER};
use crate::{WRONG, hidden, spying_script};

const KEY: &str = "one long key of the tokens";

/// Servers on one store, and what all runs have in common.
struct Ends {
    smtp: Sandbox,
    imap: Sandbox,
    pop3: Sandbox,
}

impl Ends {
    fn new(how: Delivery) -> Ends {
        let store = Store::new([Mailbox::new("INBOX"), Mailbox::new("Archive")]).dated();
        let smtp = Scenario::smtp().tls().require_auth().delivery(how);
        Ends {
            smtp: Sandbox::start(smtp.store(&store)),
            imap: Sandbox::start(Scenario::imap().tls().store(&store)),
            pop3: Sandbox::start(Scenario::pop3().tls().store(&store)),
        }
    }

    fn run(&self, legs: &[(&str, &Sandbox, &str)]) -> Run {
        let mut run = Run::new("check_roundtrip")
            .args(["-f", "probe@example.org", "--to", "probe@example.test"])
            .args(["-t", "8", "-vvv"])
            .env("SECRET", PASSWORD)
            .env("WRONG", WRONG)
            .env("KEY", KEY);
        for (leg, server, url) in legs {
            run = run
                .arg(format!("--{url}"))
                .arg(format!(
                    "{}://{USER}@localhost:{}{}",
                    scheme(leg, server),
                    server.port(),
                    if *leg == "archive" { "/Archive" } else { "" }
                ))
                .args([format!("--{leg}-address"), "127.0.0.1".to_owned()])
                .arg(format!("--{leg}-ca-file"))
                .arg(server.ca_file());
        }
        run
    }
}

fn scheme(leg: &str, server: &Sandbox) -> String {
    match leg {
        "smtp" => "smtps".to_owned(),
        _ => format!("{}s", server.scenario().service.name()),
    }
}

fn each_format(run: &Run) -> Vec<Outcome> {
    ["nagios", "json", "junit", "checkmk", "prometheus"]
        .iter()
        .map(|format| run.clone().args(["--format", format]).run())
        .collect()
}

#[test]
fn every_source_of_every_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    fs::write(folder.path().join("key"), format!("{KEY}\n")).unwrap();
    let witness = folder.path().join("command-lines");
    let script = spying_script(folder.path(), &file, &witness);
    let file = file.to_str().unwrap();
    let key_file = folder.path().join("key").display().to_string();
    let ends = Ends::new(Delivery::Archived("Archive"));
    let sources: [(&str, &str); 5] = [
        ("password-file", file),
        ("password-env", "SECRET"),
        ("password-command", &script),
        ("password-credential", "password"),
        ("password", PASSWORD),
    ];
    let keys: [&[&str]; 5] = [
        &["--key-file", &key_file],
        &["--key-env", "KEY"],
        &["--key-credential", "key"],
        &["--key-command", "printenv KEY"],
        &[],
    ];
    let smtp = ("smtp", &ends.smtp, "send");
    for (at, (source, value)) in sources.iter().enumerate() {
        for legs in [
            vec![
                smtp,
                ("imap", &ends.imap, "receive"),
                ("archive", &ends.imap, "archive"),
            ],
            vec![smtp, ("pop3", &ends.pop3, "receive")],
        ] {
            let mut run = ends.run(&legs).env("CREDENTIALS_DIRECTORY", folder.path());
            for (leg, _, _) in &legs {
                run = run.args([format!("--{leg}-{source}"), (*value).to_owned()]);
            }
            for outcome in each_format(&run.args(keys[at])) {
                assert_eq!(outcome.code, Some(0), "{outcome}");
                hidden(&outcome, PASSWORD);
                hidden(&outcome, KEY);
            }
        }
    }
    let seen = fs::read_to_string(&witness).unwrap();
    assert!(seen.contains("check_roundtrip"), "{seen:?}");
    assert!(!seen.contains(PASSWORD) && !seen.contains(KEY), "{seen:?}");
}

#[test]
fn an_ini_file_with_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let ini = folder.path().join("plugins.ini");
    let text = format!(
        "[check_roundtrip]\nsmtp-password={PASSWORD}\nimap-password={PASSWORD}\nkey-env=KEY\n"
    );
    fs::write(&ini, text).unwrap();
    let ends = Ends::new(Delivery::Good);
    let legs = [
        ("smtp", &ends.smtp, "send"),
        ("imap", &ends.imap, "receive"),
    ];
    let run = ends
        .run(&legs)
        .arg(format!("--extra-opts=@{}", ini.display()));
    for outcome in each_format(&run) {
        assert_eq!(outcome.code, Some(0), "{outcome}");
        hidden(&outcome, PASSWORD);
        hidden(&outcome, KEY);
    }
}

#[test]
fn a_wrong_one_does_not_show_either() {
    let ends = Ends::new(Delivery::Good);
    let bounces = ("bounce", &ends.imap, "bounce-to");
    for legs in [
        vec![
            ("smtp", &ends.smtp, "send"),
            ("imap", &ends.imap, "receive"),
        ],
        vec![
            ("smtp", &ends.smtp, "send"),
            ("pop3", &ends.pop3, "receive"),
        ],
        vec![("smtp", &ends.smtp, "send"), bounces],
    ] {
        let mut run = ends.run(&legs);
        for (leg, _, _) in &legs {
            run = run.args([format!("--{leg}-password-env"), "WRONG".to_owned()]);
        }
        for outcome in each_format(&run) {
            assert_eq!(outcome.code, Some(2), "{outcome}");
            hidden(&outcome, WRONG);
        }
    }
}

#[test]
fn mistakes_in_the_options_do_not_show_them() {
    let secret = "s3cret-on-the-command-line";
    for mistake in [
        &["--no-such-option"][..],
        &["-w", "2:1"],
        &["--payload", "nonsense"],
        &["--imap-port", "none"],
        &["--imap-auth", "NONSENSE"],
        &["--key-file", "/nonexistent"],
        &["--archive", "imap://u:s3cret-on-the-command-line@localhost"],
        &[
            "--bounce-to",
            "imap://u:s3cret-on-the-command-line@localhost",
        ],
        &["--pop3-password", secret],
    ] {
        let outcome = Run::new("check_roundtrip")
            .args(["-f", "a@example.org", "--to", "b@example.org"])
            .args(["--smtp-host", "localhost", "--smtp-user", "u"])
            .args(["--smtp-password", secret, "--imap-host", "localhost"])
            .args(["--imap-user", "u", "--imap-password", secret])
            .args(mistake)
            .run();
        assert_eq!(outcome.code, Some(3), "{outcome}");
        hidden(&outcome, secret);
    }
}
