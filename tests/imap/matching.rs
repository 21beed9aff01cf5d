//! The mail that must be there.

use std::time::Duration;

use crate::check::{assert_finds, assert_ok, assert_says, commands, inside};
use crate::sandbox::{Mailbox, Message, Sandbox, Scenario, Store};

fn report(subject: &str, body: &str, hours: u64) -> Message {
    Message::new("Büro <job@example.org>", subject, body)
        .age(Duration::from_secs(hours * 3600 + 60))
}

fn reports() -> Store {
    Store::new([
        Mailbox::new("INBOX"),
        Mailbox::new("Reports").uid_next(1000).messages([
            report("Backup srv1 ok", "0 errors", 57),
            report("Backup srv2 FAILED", "3 errors", 20),
            report(
                "=?utf-8?q?Sicherung_f=C3=BCr_Gr=C3=B6=C3=9Fe?=",
                "fertig",
                12,
            ),
            report("Backup srv3 ok", "0 errors", 9),
        ]),
    ])
}

fn look(server: &Sandbox, options: &[&str]) -> crate::sandbox::probe::Outcome {
    inside(
        server,
        &[["--mailbox", "Reports"].as_slice(), options].concat(),
    )
}

#[test]
fn the_newest_match_has_its_age() {
    let server = Sandbox::start(Scenario::imap().store(&reports()));
    let backup = ["--match", "subject=^Backup .* ok"];
    let outcome = look(&server, &[&backup[..], &["-c", "newest=26h"]].concat());
    assert_ok(&outcome);
    assert_eq!((outcome.metric("newest").unwrap() / 3600.0).round(), 9.0);
    // EXAMINE, one search, one helping of headers.
    assert_eq!(
        commands(&server),
        [
            "AUTHENTICATE",
            "EXAMINE",
            "UID SEARCH",
            "UID FETCH",
            "LOGOUT"
        ]
    );
    let search = server
        .lines()
        .into_iter()
        .find(|line| line.contains("SEARCH"))
        .unwrap();
    assert!(
        search.contains("SINCE ") && search.contains("SUBJECT \"Backup\""),
        "{search}"
    );

    let outcome = look(&server, &[&backup[..], &["-c", "newest=8h"]].concat());
    assert_finds(&outcome, 2, &["threshold"]);
    assert_says(
        &outcome,
        "no mail with subject /^Backup .* ok/ in \"Reports\" for 9 h",
    );
    assert_says(&outcome, "(newest: \"Backup srv3 ok\" of ");
    // The last one came before the days that count: it is found to be told.
    let old = ["--match", "subject=srv1 ok", "-c", "newest=2h"];
    let outcome = look(&server, &old);
    assert_says(&outcome, "for 2 d 9 h (newest: \"Backup srv1 ok\" of ");
}

#[test]
fn no_match_at_all() {
    let server = Sandbox::start(Scenario::imap().store(&reports()));
    let outcome = look(&server, &["--match", "subject=Restore"]);
    assert_finds(&outcome, 2, &["no-match"]);
    assert_says(
        &outcome,
        "no mail with subject /Restore/ in \"Reports\" among the 4 there",
    );
    let outcome = inside(&server, &["--match", "subject=Restore", "-c", "newest=26h"]);
    assert_finds(&outcome, 2, &["no-match"]);
    assert_says(&outcome, "in \"INBOX\" among none at all");
    let outcome = look(&server, &["--match", "subject=srv1", "--newest", "2"]);
    // The server's search reaches further than the newest two.
    assert_ok(&outcome);
    let outcome = look(&server, &["--match", "subject=srv[1]", "--newest", "2"]);
    assert_says(&outcome, "in \"Reports\" among the newest 2 of 4");
}

#[test]
fn bad_news_counts_as_long_as_mails_count() {
    let server = Sandbox::start(Scenario::imap().store(&reports()));
    let judge = |more: &[&str]| {
        let args = ["--match", "subject=^Backup", "--unless", "subject=FAILED"];
        look(&server, &[args.as_slice(), more].concat())
    };
    let outcome = judge(&["-c", "newest=26h"]);
    assert_finds(&outcome, 2, &["bad-news"]);
    assert_says(&outcome, "bad news: \"Backup srv2 FAILED\" of ");
    assert_ok(&judge(&["-c", "newest=10h"]));
    // Without a time each of them counts.
    assert_finds(&judge(&[]), 2, &["bad-news"]);
    let outcome = look(
        &server,
        &["--match", "subject=srv2", "--unless", "body=[1-9] errors"],
    );
    assert_finds(&outcome, 2, &["bad-news"]);
    assert_says(&outcome, "3 errors");
    assert_ok(&look(
        &server,
        &["--match", "subject=srv3", "--unless", "body=[1-9] errors"],
    ));
}

#[test]
fn fields_and_bodies_are_decoded() {
    let server = Sandbox::start(Scenario::imap().store(&reports()));
    for (args, matches) in [
        (&["--match", "subject=^Sicherung für Größe$"][..], 1.0),
        (&["--match", "body=^fertig"], 1.0),
        (&["--match", "from=job@example\\.org"], 4.0),
        (&["--match", "to=probe@"], 4.0),
        (&["--match", "header:mime-version=1\\.0"], 4.0),
        (
            &["--match", "subject=srv", "--match", "body=^0 errors"],
            2.0,
        ),
    ] {
        let outcome = look(&server, &[args, &["-w", "matches=1:"]].concat());
        assert_ok(&outcome);
        assert_eq!(outcome.metric("matches"), Some(matches), "{outcome}");
    }
}

#[test]
fn a_server_that_does_not_search_is_read() {
    for fault in ["search-empty", "search-zero", "search-lies"] {
        let scenario = Scenario::imap().store(&reports()).fault_named(fault);
        let server = Sandbox::start(scenario);
        let outcome = look(&server, &["--match", "subject=srv3 ok", "-c", "newest=26h"]);
        assert_ok(&outcome);
    }
    let scenario = Scenario::imap().store(&reports()).fault_named("search-no");
    let server = Sandbox::start(scenario);
    let outcome = look(&server, &["--match", "subject=srv3 ok", "-c", "newest=26h"]);
    assert_finds(&outcome, 1, &["search-refused"]);
}

#[test]
fn upper_and_lower_case_are_the_same_unless_they_are_told_apart() {
    let server = Sandbox::start(Scenario::imap().store(&reports()));
    for (pattern, matches) in [
        ("subject=backup .* OK", 2.0),
        ("subject=(?-i)Backup .* ok", 2.0),
        ("subject=sicherung FÜR gröSSe|sicherung FÜR größe", 1.0),
    ] {
        let outcome = look(&server, &["--match", pattern, "-w", "matches=1:"]);
        assert_ok(&outcome);
        assert_eq!(outcome.metric("matches"), Some(matches), "{outcome}");
    }
    let outcome = look(&server, &["--match", "subject=(?-i)backup"]);
    assert_finds(&outcome, 2, &["no-match"]);
    let bad = ["--match", "subject=srv2", "--unless", "subject=failed"];
    assert_finds(&look(&server, &bad), 2, &["bad-news"]);
}

#[test]
fn what_could_not_be_read_is_not_said_to_lack_the_mail() {
    let scenario = Scenario::imap().store(&reports()).fault_named("fetch-no");
    let server = Sandbox::start(scenario);
    let outcome = look(&server, &["--match", "subject=srv3 ok"]);
    assert_finds(&outcome, 2, &["mailbox-unreadable"]);
    assert_eq!(outcome.metric("matches"), None, "{outcome}");
}

#[test]
fn several_mailboxes_are_one_place() {
    let server = Sandbox::start(Scenario::imap().store(&reports()));
    let args = [
        "--mailbox",
        "*",
        "--match",
        "subject=srv3",
        "-c",
        "newest=26h",
    ];
    assert_ok(&inside(&server, &args));
    let args = ["--mailbox", "*", "--match", "subject=nothing"];
    let outcome = inside(&server, &args);
    assert_says(&outcome, "in 2 mailboxes among the 4 there");
    let args = ["--mailbox", "Nowhere", "--match", "subject=nothing"];
    assert_finds(&inside(&server, &args), 2, &["mailbox-missing"]);
}
