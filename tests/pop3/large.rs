//! A mailbox with a hundred thousand mails.

use crate::check::{assert_ok, inside};
use crate::sandbox::{Mailbox, Message, Sandbox, Scenario, Store};

#[test]
fn a_hundred_thousand_mails_fit_into_little_memory() {
    let one = Message::new("a@example.org", "one of many", "x");
    let messages = std::iter::repeat_n(one, 100_000);
    let store = Store::new([Mailbox::new("INBOX").messages(messages)]);
    let server = Sandbox::start(Scenario::pop3().store(&store));
    let outcome = inside(&server, &["--match", "subject=one of many", "-t", "20"]);
    assert_ok(&outcome);
    assert_eq!(outcome.metric("messages"), Some(100_000.0));
    assert_eq!(outcome.metric("matches"), Some(50.0));
    assert!(outcome.max_rss_kib < 32 * 1024, "{outcome}");
}
