//! check_smtp.

use crate::frame::{Peer, Row, Set, Stage, Verdict, hold};
use crate::sandbox::{Sandbox, Scenario};

pub static CHECK_SMTP: Peer = Peer {
    name: "check_smtp",
    probe: "check_smtp",
    labels: &["time"],
};

fn server(scenario: Scenario) -> Set {
    std::sync::Arc::new(move || {
        let server = Sandbox::start(scenario.clone());
        Stage::empty()
            .word("host", server.host())
            .word("port", server.port())
            .env("SSL_CERT_FILE", server.ca_file().display())
            .keep(server)
    })
}

#[test]
fn first() {
    let row = |event: &str, line: &str, verdict| Row {
        peer: &CHECK_SMTP,
        event: event.to_owned(),
        set: server(Scenario::smtp().starttls()),
        line: format!("-H {{host}} -p {{port}} {line}"),
        verdict,
        also: None,
    };
    hold(vec![
        row("healthy", "", Verdict::Same(0)),
        row("healthy", "-S -D 14,7", Verdict::Same(0)),
    ]);
}
