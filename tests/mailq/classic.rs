//! The known check_mailq's own command lines: same exit codes, same first number.
//!
//! Where a copy of it is at hand (Debian's monitoring-plugins-standard, unpacked), both are run side by side.

use std::path::{Path, PathBuf};

use crate::fake::{Fake, mailq, messages, metric, now, place};
use crate::probe::Run;

/// Where `tests/lab/unpack.sh` puts the peer.
fn peer() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/lab/root-plugins/usr/lib/nagios/plugins")
}

/// Postfix's `mailq` with so many messages.
fn postfix(count: u64) -> String {
    if count == 0 {
        return "Mail queue is empty\n".to_owned();
    }
    let mut text =
        "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n".to_owned();
    for id in 0..count {
        text.push_str(&format!(
            "{:<11} {:>7} Sat Nov 21 12:00:00  a@example.org\n{:>79}\n{:>41}b@example.net\n\n",
            format!("{:X}", 0xA000_0000_u64 + id),
            1000,
            "(connect to mx.example.net[192.0.2.1]:25: Connection timed out)",
            ""
        ));
    }
    text.push_str(&format!("-- {count} Kbytes in {count} Requests.\n"));
    text
}

fn exim(count: u64) -> String {
    (0..count)
        .map(|id| {
            format!(" 2h  1.2K 1tYKLM-0000{id:02}-3B <a@example.org>\n          b@example.net\n\n")
        })
        .collect()
}

fn sendmail(count: u64) -> String {
    if count == 0 {
        return "/var/spool/mqueue is empty\n\t\tTotal requests: 0\n".to_owned();
    }
    let mut text = format!(
        "\t\t/var/spool/mqueue ({count} request{})\n-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------\n",
        if count == 1 { "" } else { "s" }
    );
    for id in 0..count {
        text.push_str(&format!(
            "4ALB0{id:03}012345     1000 Sat Nov 21 12:00 <a@example.org>\n                 (Deferred: Connection refused by mx.example.net.)\n\t\t\t\t\t <b@example.net>\n"
        ));
    }
    text.push_str(&format!("\t\tTotal requests: {count}\n"));
    text
}

fn nullmailer(count: u64) -> String {
    (0..count)
        .map(|id| format!("2026-11-21 12:00:{id:02} 502 bytes from <a@example.org>\n"))
        .collect()
}

#[test]
fn bare_numbers_alarm_from_there_on() {
    for (count, code) in [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (9, 2)] {
        let fake = Fake::printing(&postfix(count));
        let outcome = fake
            .check()
            .args(["-M", "postfix", "-w", "2", "-c", "4"])
            .run();
        assert_eq!(outcome.code, Some(code), "{outcome}");
        let total = outcome.plugin();
        let total = total.perf("total").unwrap();
        assert_eq!(
            (total.warn.as_deref(), total.crit.as_deref()),
            (Some("2"), Some("4")),
            "{outcome}"
        );
    }
    // A range is one as everywhere.
    let fake = Fake::printing(&postfix(2));
    assert_eq!(fake.check().args(["-w", "total=2"]).run().code, Some(0));
    assert_eq!(fake.check().args(["-w", ":2"]).run().code, Some(0));
    assert_eq!(fake.check().args(["-w", "~:1"]).run().code, Some(1));
    // The known one: an empty queue is fine even from 0 on.
    let fake = Fake::printing(&postfix(0));
    assert_eq!(
        fake.check().args(["-w", "0", "-c", "1"]).run().code,
        Some(0)
    );
}

#[test]
fn warning_must_be_below_critical() {
    for options in [
        ["-w", "5", "-c", "5"],
        ["-w", "6", "-c", "5"],
        ["-W", "2", "-C", "1"],
    ] {
        let outcome = mailq().args(options).run();
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(outcome.stdout.contains("must be less than"), "{outcome}");
    }
    let outcome = mailq().args(["-M", "mercury"]).run();
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(
        outcome.stdout.contains("is not supported") && outcome.stdout.contains("nullmailer"),
        "{outcome}"
    );
}

#[test]
fn its_command_lines_get_its_name_of_the_number() {
    let old = |more: &[&str]| {
        let run = mailq()
            .args(["-w", "50", "-c", "100", "-M", "postfix"])
            .args(more);
        run.run().stdout
    };
    // Whether or not there is a queue here: the label shows in JSON's thresholds and in perfdata where it was read.
    let fake = Fake::printing(&messages(1));
    let named = fake.check().args(["-w", "50", "-c", "100"]).run();
    assert_eq!(metric(&named, "total"), Some(1.0), "{named}");
    let text = old(&[]);
    assert!(!text.contains("total="), "{text}");
}

#[test]
fn domains_have_thresholds_of_their_own() {
    let fake = Fake::printing(&messages(3));
    let code = |options: &[&str]| fake.check().args(options).run().code;
    assert_eq!(code(&["-W", "4", "-C", "5"]), Some(0));
    assert_eq!(code(&["-W", "3", "-C", "5"]), Some(1));
    assert_eq!(code(&["-W", "2", "-C", "3"]), Some(2));
}

/// The peer's `mailq` is a path in its library: a copy of that library names ours.
fn side_by_side(
    mta: &str,
    listing: &str,
    exit: u8,
    options: &[&str],
) -> (Option<i32>, Option<i32>) {
    let fake = Fake::new(&format!(
        "cat <<'END_OF_LISTING'\n{listing}END_OF_LISTING\nexit {exit}"
    ));
    let library = std::fs::read_to_string(peer().join("utils.pm")).unwrap_or_else(|error| {
        panic!(
            "{}: {error} (tests/lab/install.sh unpacks it)",
            peer().display()
        )
    });
    let library = library.replace(
        "\"/usr/bin/mailq\"",
        &format!("\"{}\"", fake.path().display()),
    );
    std::fs::write(fake.dir().join("utils.pm"), library).unwrap();
    let (from, to) = (peer().join("check_mailq"), fake.dir().join("check_mailq"));
    place(&from, &to, 0o755);
    let theirs = Run::new("peer")
        .args(["-M", mta])
        .args(options)
        .run_binary(&fake.dir().join("check_mailq"));
    let ours = fake.check().args(["-M", mta]).args(options).run();
    assert!(
        ours.code.is_some() && theirs.code.is_some(),
        "{ours}{theirs}"
    );
    (ours.code, theirs.code)
}

#[test]
fn same_exit_codes_as_the_known_one() {
    type Form = (&'static str, fn(u64) -> String);
    let forms: [Form; 4] = [
        ("postfix", postfix),
        ("exim", exim),
        ("sendmail", sendmail),
        ("nullmailer", nullmailer),
    ];
    for (mta, listing) in forms {
        for count in [0, 1, 4, 5, 6, 9, 10, 11] {
            for options in [
                ["-w", "5", "-c", "10"],
                ["-w", "1", "-c", "2"],
                ["-w", "20", "-c", "30"],
            ] {
                let (ours, theirs) = side_by_side(mta, &listing(count), 0, &options);
                assert_eq!(ours, theirs, "{mta} with {count} messages and {options:?}");
            }
        }
        // Its nullmailer ignores how mailq ended: a failed look is an empty queue there, and not here.
        let failed = side_by_side(mta, &listing(1), 75, &["-w", "5", "-c", "10"]);
        let theirs = if mta == "nullmailer" { 0 } else { 2 };
        assert_eq!(failed, (Some(2), Some(theirs)), "{mta}");
    }
}

#[test]
fn where_we_differ_on_purpose() {
    let options = ["-w", "5", "-c", "10"];
    // Exim since 4.97 has longer ids, which it does not see.
    let new =
        " 2h  1.2K 1sCwkT-00000000Ajj-3Yfg <a@example.org>\n          b@example.net\n\n".repeat(20);
    assert_eq!(side_by_side("exim", &new, 0, &options), (Some(2), Some(0)));
    // A heading without a path, which it takes for an empty queue.
    let mut old = sendmail(20).replace("/var/spool/mqueue", "Mail Queue");
    old.truncate(old.find("\t\tTotal").unwrap());
    assert_eq!(
        side_by_side("sendmail", &old, 0, &options),
        (Some(2), Some(0))
    );
    // Text that is no listing.
    assert_eq!(
        side_by_side("sendmail", "out of order\n", 0, &options),
        (Some(3), Some(0))
    );
    assert_eq!(
        side_by_side("exim", "out of order\n", 0, &options),
        (Some(3), Some(0))
    );
    // An empty queue is fine for all.
    assert_eq!(
        side_by_side("exim", "", 0, &["-w", "0", "-c", "1"]),
        (Some(0), Some(1))
    );
    let _ = now();
}
