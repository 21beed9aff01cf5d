//! The PROXY header, to servers that understand it and to those that do not.

use crate::check::{LOGIN, assert_finds, assert_ok, assert_says, check, verbs};
use crate::sandbox::{Sandbox, Scenario};

const VERSIONS: [&str; 2] = ["1", "2"];

#[test]
fn a_header_that_is_understood_is_seen_to_be() {
    for version in VERSIONS {
        let server = Sandbox::start(Scenario::pop3().proxy());
        assert_ok(&check(&server, &["--proxy", "--proxy-version", version]));
        assert!(server.session().proxy.is_some());
        assert_eq!(verbs(&server), ["CAPA", "QUIT"]);
        // An old server that knows no CAPA.
        for more in [&[][..], &LOGIN] {
            let server = Sandbox::start(Scenario::pop3().proxy().without("CAPA"));
            let options = [&["--proxy-version", version], more].concat();
            assert_ok(&check(&server, &options));
        }
        // TLS would not stand after a header that is not understood.
        let server = Sandbox::start(Scenario::pop3().proxy().tls());
        assert_ok(&check(&server, &["--tls", "--proxy-version", version]));
        assert_eq!(verbs(&server), ["QUIT"]);
    }
}

#[test]
fn a_header_that_is_not_understood_is_a_protocol_error() {
    for version in VERSIONS {
        for without in [None, Some("CAPA")] {
            for more in [&[][..], &LOGIN, &["--starttls"]] {
                let mut scenario = Scenario::pop3();
                scenario.without = without.into_iter().collect();
                let server = Sandbox::start(scenario);
                let options = [&["--proxy-version", version], more].concat();
                let outcome = check(&server, &options);
                assert_finds(&outcome, 2, &["protocol-error"]);
                assert_says(&outcome, "does not understand the PROXY header");
                assert_says(&outcome, "-ERR");
            }
        }
    }
}
