//! The known check_mailq's own thresholds. Beside it they are run in tests/dropin/mailq.rs.

use crate::fake::{Fake, mailq, messages, metric, postfix};

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
