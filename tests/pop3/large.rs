//! A mailbox with a hundred thousand mails.

use std::time::Duration;

use crate::check::{assert_ok, inside, metric};
use crate::sandbox::{Mailbox, Message, Sandbox, Scenario, Store};

#[test]
fn a_hundred_thousand_mails_fit_into_little_memory_and_time() {
    let one = Message::new("a@example.org", "one of many", "x");
    let messages = std::iter::repeat_n(one, 100_000);
    let store = Store::new([Mailbox::new("INBOX").messages(messages)]);
    let server = Sandbox::start(Scenario::pop3().store(&store));
    let outcome = inside(&server, &["--match", "subject=one of many"]);
    assert_ok(&outcome);
    assert_eq!(metric(&outcome, "messages"), Some(100_000.0));
    assert_eq!(metric(&outcome, "matches"), Some(50.0));
    assert!(outcome.max_rss_kib < 32 * 1024, "{outcome}");
    assert!(outcome.wall < Duration::from_secs(5), "{outcome}");
}
