//! The mail that must be there, counts and ages.

use crate::check::{assert_finds, assert_ok, assert_says, inside, verbs};
use crate::sandbox::store::now;
use crate::sandbox::{Mailbox, Message, Sandbox, Scenario, Store};

/// A mail with that subject that came so many hours ago; the sender's clock is a day ahead.
fn mail(hours: i64, subject: &str, body: &str) -> Message {
    let (came, written) = (now() - hours * 3600, now() + 86_400);
    Message::raw(format!(
        "Received: from srv.example.org by mail.example.test; {}\nDate: {}\nFrom: Backup <backup@example.org>\n\
         Subject: {subject}\nX-Job: srv3\n\n{body}\n",
        date(came),
        date(written)
    ))
}

/// RFC 5322.
fn date(at: i64) -> String {
    mail_parser::DateTime::from_timestamp(at).to_rfc822()
}

fn server(messages: impl IntoIterator<Item = Message>) -> Sandbox {
    let store = Store::new([Mailbox::new("INBOX").messages(messages)]);
    Sandbox::start(Scenario::pop3().store(&store))
}

fn backups() -> Sandbox {
    server([
        mail(200, "Backup srv3 ok", "0 errors"),
        mail(50, "Backup srv3 FAILED", "3 errors\n.\ndisk full"),
        mail(26, "=?utf-8?q?Backup_srv3_ok_f=C3=BCr_heute?=", "0 errors"),
        mail(2, "something else", "nothing"),
    ])
}

fn about(age: f64, hours: f64) -> bool {
    (age - hours * 3600.0).abs() < 60.0
}

#[test]
fn the_newest_match_decides() {
    let server = backups();
    let outcome = inside(
        &server,
        &[
            "--match",
            "subject=^Backup srv3",
            "--unless",
            "subject=FAILED",
            "-c",
            "newest=27h",
        ],
    );
    assert_ok(&outcome);
    assert_says(&outcome, "newest mail with subject /^Backup srv3/ 26 h ago");
    assert_eq!(outcome.metric("matches"), Some(3.0));
    assert!(about(outcome.metric("newest").unwrap(), 26.0), "{outcome}");
    assert!(about(outcome.metric("oldest").unwrap(), 200.0), "{outcome}");

    let stale = inside(
        &server,
        &[
            "--match",
            "subject=^Backup srv3",
            "-w",
            "newest=12h",
            "-c",
            "newest=25h",
        ],
    );
    assert_finds(&stale, 2, &["threshold"]);
    assert_says(
        &stale,
        "no mail with subject /^Backup srv3/ for 26 h (newest: \"Backup srv3 ok f",
    );
}

#[test]
fn a_match_that_is_bad_news_is_quoted() {
    let server = backups();
    let outcome = inside(
        &server,
        &[
            "--match",
            "subject=Backup srv3 FAIL",
            "--unless",
            "body=^disk",
        ],
    );
    assert_finds(&outcome, 2, &["bad-news"]);
    assert_says(&outcome, "bad news: \"Backup srv3 FAILED\" of ");
    assert_says(&outcome, "text: \"disk full\"");
    assert_finds(
        &inside(
            &server,
            &["--unless", "subject=else", "--on", "bad-news=warning"],
        ),
        1,
        &["bad-news"],
    );
}

#[test]
fn no_match_says_where_was_looked() {
    let server = backups();
    let outcome = inside(&server, &["--match", "subject=Backup srv4"]);
    assert_finds(&outcome, 2, &["no-match"]);
    assert_says(
        &outcome,
        "no mail with subject /Backup srv4/ among the 4 in the mailbox",
    );
    let outcome = inside(&server, &["--match", "subject=Backup", "--newest", "1"]);
    assert_finds(&outcome, 2, &["no-match"]);
    assert_says(&outcome, "among the newest 1 of 4");
    let empty = self::server([]);
    let outcome = inside(&empty, &["-c", "newest=1d"]);
    assert_finds(&outcome, 2, &["no-match"]);
    assert_says(&outcome, "the mailbox is empty");
    assert_ok(&inside(&empty, &["-c", "messages=10"]));
}

#[test]
fn all_fields_must_match() {
    let server = backups();
    let all = |last: &str| {
        inside(
            &server,
            &[
                "--match",
                "from=backup@",
                "--match",
                "header:x-job=srv3",
                "--match",
                last,
            ],
        )
    };
    assert_eq!(all("body=^0 errors$").metric("matches"), Some(2.0));
    assert_finds(&all("to=nobody"), 2, &["no-match"]);
}

#[test]
fn ages_without_a_match_look_at_both_ends() {
    // An old mail that was moved here last.
    let server = server([mail(90, "a", ""), mail(3, "b", ""), mail(400, "c", "")]);
    let outcome = inside(&server, &["-c", "newest=4h", "-w", "oldest=500h"]);
    assert_ok(&outcome);
    assert!(about(outcome.metric("newest").unwrap(), 3.0), "{outcome}");
    assert!(about(outcome.metric("oldest").unwrap(), 400.0), "{outcome}");
    let old = inside(&server, &["-w", "oldest=300h"]);
    assert_finds(&old, 1, &["threshold"]);
    // Nothing is read unless somebody asks.
    let server = self::server([mail(90, "a", "")]);
    let outcome = inside(&server, &["-w", "messages=4"]);
    assert_ok(&outcome);
    assert!(!verbs(&server).contains(&"TOP".to_owned()));
    assert_eq!(outcome.metric("newest"), None);
}

#[test]
fn a_mail_without_a_date_has_no_age() {
    let server = server([Message::new("a@example.org", "undated", "x")]);
    let outcome = inside(&server, &["-c", "newest=1d"]);
    assert_finds(&outcome, 3, &["date-unreadable"]);
    assert_ok(&inside(&server, &["--match", "subject=undated"]));
}

#[test]
fn the_sandbox_has_mails_of_an_age() {
    let server = Sandbox::start(Scenario::pop3());
    let outcome = inside(&server, &["-c", "newest=1m"]);
    assert_finds(&outcome, 2, &["threshold"]);
    assert!(about(outcome.metric("newest").unwrap(), 2.02), "{outcome}");
}

#[test]
fn nothing_is_deleted() {
    let server = backups();
    inside(&server, &["--match", "body=errors"]);
    let verbs = verbs(&server);
    for verb in ["DELE", "RETR"] {
        assert!(!verbs.contains(&verb.to_owned()), "{verbs:?}");
    }
    assert_eq!(server.scenario().store.messages("INBOX").len(), 4);
}

#[test]
fn listings_that_contradict_each_other() {
    for (fault, words) in [
        ("stat-disagrees", "STAT counts 4 messages, LIST 3"),
        ("uidl-disagrees", "message 3 is in LIST but not in UIDL"),
        ("uidl-twice", "messages 1 and 2 have the same unique id"),
    ] {
        let server = Sandbox::start(Scenario::pop3().fault_named(fault));
        let outcome = inside(&server, &[]);
        assert_finds(&outcome, 1, &["listing-inconsistent"]);
        assert_says(&outcome, words);
    }
}

#[test]
fn counts_and_sizes_are_judged() {
    let server = backups();
    let outcome = inside(&server, &["-w", "messages=3", "-c", "size=1"]);
    assert_finds(&outcome, 2, &["threshold", "threshold"]);
    assert_eq!(outcome.metric("messages"), Some(4.0));
}

#[test]
fn matches_without_a_date_are_counted_all_the_same() {
    let undated = || Message::new("a@example.org", "undated", "x");
    let server = server([undated(), undated(), mail(2, "dated", "")]);
    let outcome = inside(&server, &["--match", "subject=UNDATED"]);
    assert_ok(&outcome);
    assert_says(&outcome, "2 matches of mail with subject /UNDATED/");
}
