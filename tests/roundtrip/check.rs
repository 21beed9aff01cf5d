//! One run of check_roundtrip between two sandboxes, and what of it is API.

use std::time::Duration;

use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::{Mailbox, Message, PASSWORD, Sandbox, Scenario, Store, Transport, USER};

/// Both ends.
pub struct Path {
    pub smtp: Sandbox,
    pub inbox: Sandbox,
    pub store: Store,
}

/// An account with mail of other people, and a mailbox for junk.
pub fn account() -> Store {
    Store::new([
        Mailbox::new("INBOX")
            .uid_next(101)
            .message(Message::new("a@example.org", "hello", "one"))
            .message(Message::new("b@example.org", "again", "two").flag("\\Deleted")),
        Mailbox::new("Junk & Co").special_use("\\Junk"),
    ])
    .dated()
}

impl Path {
    /// These two, on one store.
    pub fn new(smtp: Scenario, inbox: Scenario) -> Path {
        let store = account();
        Path {
            smtp: Sandbox::start(smtp.store(&store)),
            inbox: Sandbox::start(inbox.store(&store)),
            store,
        }
    }

    pub fn imap() -> Path {
        Path::new(Scenario::smtp(), Scenario::imap())
    }

    pub fn pop3() -> Path {
        Path::new(Scenario::smtp(), Scenario::pop3())
    }

    /// A run from one end to the other.
    pub fn run(&self) -> Run {
        let mut run = Run::new("check_roundtrip")
            .args(["--from", "probe@example.org", "--to", "probe@example.test"])
            .args(["-t", "8", "--format", "json", "-vvv"])
            .env("PASSWORD", PASSWORD)
            .kill_after(Duration::from_secs(30));
        for (prefix, server) in [("smtp", &self.smtp), (receiver(&self.inbox), &self.inbox)] {
            let option = |name: &str| format!("--{prefix}-{name}");
            run = match server.unix_path() {
                Some(path) => run.arg(option("host")).arg(path),
                None => run
                    .args([option("host"), "localhost".to_owned()])
                    .args([option("address"), server.host()])
                    .args([option("port"), server.port().to_string()]),
            };
            run = match server.scenario().transport {
                Transport::Plain => run,
                Transport::Starttls => run.arg(option("starttls")),
                Transport::Tls => run.arg(option("tls")),
            };
            run = run.arg(option("ca-file")).arg(server.ca_file());
            if prefix != "smtp" {
                run = run
                    .args([option("user"), USER.to_owned()])
                    .args([option("password-env"), "PASSWORD".to_owned()]);
            }
        }
        run
    }

    /// The same with these options.
    pub fn check(&self, options: &[&str]) -> Outcome {
        self.run().args(options).run()
    }

    /// What of the probe's is in the store, and that nothing else was touched.
    #[track_caller]
    pub fn left(&self) -> usize {
        let inbox = self.store.messages("INBOX");
        let others: Vec<_> = inbox.iter().take(2).collect();
        assert_eq!(others.len(), 2, "a message of somebody else is gone");
        for (message, deleted) in others.iter().zip([false, true]) {
            assert!(!message.has("\\Seen"), "marked as read");
            assert_eq!(message.has("\\Deleted"), deleted);
        }
        let junk = self.store.messages("Junk & Co");
        inbox.len() - 2 + junk.len()
    }
}

fn receiver(server: &Sandbox) -> &'static str {
    server.scenario().service.name()
}

/// Whether this is among the findings, whatever its status.
#[track_caller]
pub fn assert_notes(outcome: &Outcome, id: &str) {
    assert!(
        outcome.finding_ids().iter().any(|one| one == id),
        "no {id}\n{outcome}"
    );
}
