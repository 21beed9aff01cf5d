//! What becomes of the message on its way, and what is said about it.

use std::time::Duration;

use crate::check::{Path, assert_notes};
use crate::sandbox::calm::punctual;
use crate::sandbox::dkim::Signing;
use crate::sandbox::dns::{Behaviour, Dns, Zone};
use crate::sandbox::verdict::{assert_finds, assert_ok, assert_says};
use crate::sandbox::{Delivery, Scenario};

fn delivered(delivery: Delivery) -> Path {
    Path::new(Scenario::smtp().delivery(delivery), Scenario::imap())
}

fn by_pop3(delivery: Delivery) -> Path {
    Path::new(Scenario::smtp().delivery(delivery), Scenario::pop3())
}

#[test]
fn duplicates_are_counted_and_all_removed() {
    for path in [
        delivered(Delivery::Duplicate),
        by_pop3(Delivery::Duplicate),
        delivered(Delivery::DuplicateInJunk),
    ] {
        let outcome = path.check(&[]);
        assert_finds(&outcome, 1, &["duplicates"]);
        assert_eq!(outcome.metric("duplicates"), Some(1.0), "{outcome}");
        assert_eq!(path.left(), 0, "{outcome}");
    }
}

#[test]
fn other_mail_before_and_behind_is_left_alone() {
    for path in [delivered(Delivery::Reordered), by_pop3(Delivery::Reordered)] {
        assert_ok(&path.check(&[]));
        assert_eq!(path.left(), 2);
    }
}

#[test]
fn known_again_whatever_became_of_the_subject() {
    for path in [
        delivered(Delivery::SubjectTagged),
        delivered(Delivery::SubjectReplaced),
        by_pop3(Delivery::SubjectReplaced),
    ] {
        let outcome = path.check(&[]);
        assert_ok(&outcome);
        assert_notes(&outcome, "subject-rewritten");
        assert_eq!(path.left(), 0);
    }
}

#[test]
fn known_again_without_its_header() {
    for path in [
        delivered(Delivery::HeaderStripped),
        delivered(Delivery::IdsStripped),
        by_pop3(Delivery::HeaderStripped),
        by_pop3(Delivery::IdsStripped),
    ] {
        assert_ok(&path.check(&[]));
        assert_eq!(path.left(), 0);
        let outcome = path.check(&["--payload", "utf8"]);
        assert_finds(&outcome, 1, &["header-stripped"]);
        assert_eq!(path.left(), 0);
    }
}

#[test]
fn what_was_altered_is_said() {
    for (delivery, words) in [
        (Delivery::Footer, "was appended"),
        (Delivery::BodyAltered, "line 1 was"),
        (Delivery::BodyCut, "the end is missing"),
    ] {
        for path in [delivered(delivery), by_pop3(delivery)] {
            let outcome = path.check(&[]);
            assert_finds(&outcome, 2, &["content-altered"]);
            assert_says(&outcome, words);
            assert_eq!(path.left(), 0, "{outcome}");
        }
    }
    // Another encoding is none of these.
    for payload in ["plain", "8bit,dots,long"] {
        assert_ok(&delivered(Delivery::Base64).check(&["--payload", payload]));
    }
}

#[test]
fn junk_is_found_and_judged() {
    for (inbox, junk) in [
        (Scenario::imap(), None),
        (Scenario::imap().without("IDLE"), None),
        (Scenario::imap(), Some("Junk & Co")),
    ] {
        let path = Path::new(Scenario::smtp().delivery(Delivery::Junk), inbox);
        let mut options = vec!["-t", "12"];
        options.extend(junk.iter().flat_map(|name| ["--junk-mailbox", name]));
        let outcome = path.check(&options);
        assert_finds(&outcome, 1, &["in-junk"]);
        assert_says(&outcome, "Junk & Co");
        assert_eq!(path.left(), 0);
    }
    let path = delivered(Delivery::Junk);
    let outcome = path.check(&["--expect", "junk", "--payload", "gtube"]);
    assert_ok(&outcome);
    let outcome = delivered(Delivery::Good).check(&["--expect", "junk", "--payload", "gtube"]);
    assert_finds(&outcome, 2, &["not-filtered"]);
}

#[test]
fn what_must_be_rejected() {
    let rejects = Scenario::smtp().fault_named("message-554");
    let path = Path::new(rejects, Scenario::imap());
    let outcome = path.check(&["--expect", "reject", "--payload", "eicar"]);
    assert_ok(&outcome);
    assert_says(&outcome, "rejected the message as it must");
    // Refused for another reason is not rejected by the filter.
    let path = Path::new(Scenario::smtp().fault_named("rcpt-554"), Scenario::imap());
    let outcome = path.check(&["--expect", "reject"]);
    assert_finds(&outcome, 2, &["recipient-rejected"]);
    let path = delivered(Delivery::Good);
    let outcome = path.check(&["--expect", "reject"]);
    assert_finds(&outcome, 2, &["not-rejected"]);
    assert_eq!(path.left(), 0);
    let outcome = delivered(Delivery::Lost).check(&["--expect", "reject", "-t", "2"]);
    assert_finds(&outcome, 2, &["not-rejected"]);
}

#[test]
fn a_wrong_clock_makes_no_negative_times() {
    for (seconds, words) in [(-300, "slow"), (300, "fast")] {
        let outcome = delivered(Delivery::Clock(seconds)).check(&[]);
        assert_ok(&outcome);
        assert_notes(&outcome, "clock-skew");
        assert!(outcome.stdout.contains(words), "{outcome}");
        let skew = outcome.metric("clock_skew").unwrap();
        assert!((290.0..=301.0).contains(&skew), "{outcome}");
        assert!(outcome.metric("hop_max").unwrap() < 5.0, "{outcome}");
        assert!(outcome.metric("transit").unwrap() < 5.0, "{outcome}");
    }
}

#[test]
fn the_way_is_told_hop_by_hop() {
    let path = delivered(Delivery::ThreeHops(0));
    let outcome = path.check(&[]);
    assert_ok(&outcome);
    assert_says(&outcome, "over 3 hops");
    assert_eq!(outcome.metric("hops"), Some(3.0));
    let table: Vec<String> = outcome.json()["details"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|line| line.as_str().unwrap().to_owned())
        .collect();
    let text = if table.is_empty() {
        outcome.stdout.clone()
    } else {
        table.join("\n")
    };
    for host in ["mail.example.test", "mx2.example.test", "imap.example.test"] {
        assert!(text.contains(host), "{host}\n{outcome}");
    }
    let outcome = path.check(&["--require-tls-hops"]);
    assert_finds(&outcome, 2, &["hop-not-encrypted"]);
    assert_says(&outcome, "mail.example.test to mx2.example.test (ESMTP)");
    let path = Path::new(Scenario::smtp().starttls(), Scenario::imap());
    let outcome = path.check(&["--require-tls-hops"]);
    assert_ok(&outcome);
    assert_says(&outcome, "every hop between hosts encrypted");
}

#[test]
fn only_the_trusted_server_is_believed() {
    let topped = "Authentication-Results: evil.example; spf=pass; dkim=pass; dmarc=pass\r\n\
                  Authentication-Results: mx.example.test; spf=pass; dkim=fail; dmarc=none";
    let path = delivered(Delivery::Topped(topped));
    let ask = |methods: &str, server: &str| {
        path.check(&["--require-auth", methods, "--authserv-id", server])
    };
    let outcome = ask("spf", "MX.example.test");
    assert_ok(&outcome);
    assert_says(&outcome, "SPF pass");
    let outcome = ask("spf,dkim,dmarc,arc", "mx.example.test");
    assert_finds(&outcome, 2, &["auth-failed"]);
    assert_says(&outcome, "DKIM fail, DMARC none, ARC not told");
    assert_finds(&ask("spf", "other.example"), 2, &["auth-failed"]);
}

#[test]
fn what_the_filter_thinks() {
    let path = delivered(Delivery::Topped("X-Spam-Status: No, score=-1.5 required=5"));
    let outcome = path.check(&["-w", "spam_score=~:3"]);
    assert_ok(&outcome);
    assert_eq!(outcome.metric("spam_score"), Some(-1.5));
}

#[test]
fn a_message_that_is_lost() {
    for path in [
        delivered(Delivery::Lost),
        by_pop3(Delivery::Lost),
        Path::new(
            Scenario::smtp().delivery(Delivery::Lost),
            Scenario::imap().without("IDLE"),
        ),
        delivered(Delivery::Forged),
        delivered(Delivery::AnsweredOnly),
    ] {
        let outcome = punctual(Duration::from_millis(2250), || path.check(&["-t", "2"]));
        assert_finds(&outcome, 2, &["not-arrived"]);
        assert_says(&outcome, "accepted as 4XyZ1k by localhost after ");
        assert_says(&outcome, "not seen at localhost within 2 s");
        assert!(outcome.metric("send").is_some(), "{outcome}");
        assert!(outcome.metric("transit").is_none(), "{outcome}");
    }
}

#[test]
fn an_answer_is_not_the_message() {
    let path = delivered(Delivery::Answered);
    assert_ok(&path.check(&[]));
    assert_eq!(path.left(), 1, "the answer is not ours to remove");
}

#[test]
fn what_comes_late_within_the_deadline_is_waited_for() {
    for inbox in [
        Scenario::imap(),
        Scenario::imap().without("IDLE"),
        Scenario::pop3(),
    ] {
        let slow = Delivery::Slow(Duration::from_millis(700));
        let path = Path::new(Scenario::smtp().delivery(slow), inbox);
        let outcome = path.check(&["-c", "0.2"]);
        assert_finds(&outcome, 2, &["threshold"]);
        assert_says(&outcome, "took too long");
        assert!(outcome.metric("transit").unwrap() >= 0.69, "{outcome}");
        assert_eq!(path.left(), 0);
    }
}

#[test]
fn by_idle_it_is_seen_at_once() {
    let slow = Delivery::Slow(Duration::from_millis(300));
    let path = delivered(slow);
    let outcome = path.check(&[]);
    let transit = outcome.metric("transit").unwrap();
    assert!((0.29..0.6).contains(&transit), "{outcome}");
}

#[test]
fn a_bounce_in_its_place_is_told_at_once() {
    let outcome = delivered(Delivery::Bounce("5.1.1")).check(&[]);
    assert_finds(&outcome, 2, &["not-arrived"]);
    assert_says(&outcome, "came back after");
    assert_says(&outcome, "5.1.1");
    assert!(outcome.took() < Duration::from_secs(4), "{outcome}");
    // A delay may end well.
    let outcome = delivered(Delivery::Bounce("4.4.1")).check(&["-t", "2"]);
    assert_says(&outcome, "not seen at");
}

#[test]
fn a_bounce_that_is_wanted() {
    let run = |path: &Path, options: &[&str]| {
        let url = format!("imap://probe@127.0.0.1:{}", path.inbox.port());
        crate::sandbox::probe::Run::new("check_roundtrip")
            .args([
                "-f",
                "probe@example.org",
                "--to",
                "probe@example.test",
                "-t",
                "3",
            ])
            .args(["--format", "json", "-vvv"])
            .args(["--send", &format!("smtp://127.0.0.1:{}", path.smtp.port())])
            .args(["--bounce-to", &url, "--bounce-password-env", "PASSWORD"])
            .args(options)
            .env("PASSWORD", crate::sandbox::PASSWORD)
            .run()
    };
    let path = delivered(Delivery::Bounce("5.1.1"));
    let outcome = run(&path, &[]);
    assert_ok(&outcome);
    assert_says(&outcome, "came back in");
    assert_says(&outcome, "failed 5.1.1");
    assert!(outcome.metric("bounce").is_some(), "{outcome}");
    assert_eq!(path.left(), 0);
    assert_finds(
        &run(&delivered(Delivery::Lost), &[]),
        2,
        &["bounce-missing"],
    );
    assert_finds(
        &run(&delivered(Delivery::Good), &[]),
        2,
        &["bounce-missing"],
    );
}

#[test]
fn a_signature_that_must_be_there() {
    let outcome = delivered(Delivery::Good).check(&["--verify-dkim"]);
    assert_finds(&outcome, 2, &["dkim-invalid"]);
    assert_says(&outcome, "bears no DKIM signature");
    let topped = "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1; h=From; bh=AAAA; b=AAAA";
    let outcome = delivered(Delivery::Topped(topped)).check(&["--verify-dkim"]);
    assert_finds(&outcome, 2, &["dkim-invalid"]);
    assert_says(&outcome, "example.org (s1): the body was altered");
}

#[test]
fn a_signature_is_verified_by_the_key_in_the_dns() {
    for by in [Signing::Rsa, Signing::Ed25519] {
        let dns = Dns::start(Zone::new().txt(&by.name(), &by.record()));
        let server = dns.address().to_string();
        let options = ["--verify-dkim", "--resolver", &server, "--payload", "all"];
        for path in [
            delivered(Delivery::Signed(by)),
            by_pop3(Delivery::Signed(by)),
        ] {
            let outcome = path.check(&options);
            assert_ok(&outcome);
            assert_says(&outcome, "DKIM signature of example.org verified");
            assert_eq!(path.left(), 0);
        }
        let options = ["--verify-dkim", "--resolver", &server];
        let outcome = delivered(Delivery::SignedAndAltered(by)).check(&options);
        assert_finds(&outcome, 2, &["content-altered", "dkim-invalid"]);
        // Another key, none, and a name server that does not say.
        for (zone, code, id) in [
            (
                Zone::new().txt(&by.name(), "v=DKIM1; p="),
                2,
                "dkim-invalid",
            ),
            (Zone::new(), 2, "dkim-invalid"),
            (
                Zone::new().behave(&by.name(), Behaviour::ServFail),
                3,
                "dkim-unclear",
            ),
        ] {
            let dns = Dns::start(zone);
            let server = dns.address().to_string();
            let options = ["--verify-dkim", "--resolver", &server];
            let outcome = delivered(Delivery::Signed(by)).check(&options);
            assert_finds(&outcome, code, &[id]);
        }
    }
}
