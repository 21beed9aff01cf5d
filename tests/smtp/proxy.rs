//! The PROXY protocol in front of everything: `-r` and its kin.

use std::net::SocketAddr;

use crate::check::{assert_ok, assert_usage, check};
use crate::sandbox::{Listen, Sandbox, Scenario};

fn server(scenario: Scenario) -> Sandbox {
    Sandbox::start(scenario.proxy())
}

fn socket(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

#[test]
fn both_versions_with_the_real_addresses() {
    for (options, version) in [
        (&["-r"][..], 1),
        (&["--proxy"], 1),
        (&["--proxy-version", "1"], 1),
        (&["--proxy-version", "2"], 2),
        (&["-r", "--proxy-version", "2"], 2),
    ] {
        for listen in [Listen::V4, Listen::V6] {
            let server = server(Scenario::smtp().listen(listen));
            assert_ok(&check(&server, options));
            let header = server.session().proxy.unwrap();
            assert_eq!(header.version, version);
            let (source, destination) = header.addresses.unwrap();
            assert_eq!(destination, server.address());
            assert!(source.ip().is_loopback() && source.port() > 0);
        }
    }
}

#[test]
fn addresses_of_the_callers_choice() {
    for version in ["1", "2"] {
        let run = |options: &[&str]| {
            let server = server(Scenario::smtp());
            assert_ok(&check(
                &server,
                &[&["--proxy-version", version][..], options].concat(),
            ));
            (
                server.session().proxy.unwrap().addresses.unwrap(),
                server.address(),
            )
        };
        let (given, _) = run(&[
            "--proxy-source",
            "192.0.2.1:4711",
            "--proxy-destination",
            "192.0.2.2:25",
        ]);
        assert_eq!(given, (socket("192.0.2.1:4711"), socket("192.0.2.2:25")));
        let (six, _) = run(&[
            "--proxy-source",
            "[2001:db8::1]:1",
            "--proxy-destination",
            "[2001:db8::2]:25",
        ]);
        assert_eq!(six, (socket("[2001:db8::1]:1"), socket("[2001:db8::2]:25")));
        // One of them given, the other the real one; an address without a port has port 0.
        let (half, real) = run(&["--proxy-source", "192.0.2.1"]);
        assert_eq!(half, (socket("192.0.2.1:0"), real));
        // Both must be of one family.
        let (mixed, _) = run(&["--proxy-source", "[2001:db8::1]:9"]);
        assert_eq!(mixed.0, socket("[2001:db8::1]:9"));
        assert!(mixed.1.is_ipv6());
    }
}

#[test]
fn before_implicit_tls_and_before_starttls() {
    for (scenario, option) in [
        (Scenario::smtp().tls(), "-s"),
        (Scenario::smtp().starttls(), "-S"),
    ] {
        let server = server(scenario);
        assert_ok(&check(&server, &[option, "-r"]));
        let session = server.session();
        assert!(session.proxy.is_some() && session.tls.is_some());
    }
}

#[test]
fn a_unix_socket_has_no_addresses() {
    for version in ["1", "2"] {
        let server = server(Scenario::lmtp().listen(Listen::Unix));
        let outcome = check(&server, &["-L", "--proxy-version", version]);
        assert_ok(&outcome);
        assert_eq!(server.session().proxy.unwrap().addresses, None);
    }
}

#[test]
fn what_is_no_header() {
    let server = server(Scenario::smtp());
    for (options, words) in [
        (["--proxy-version", "3"], "--proxy-version"),
        (["--proxy-source", "somewhere"], "--proxy-source"),
        (["--proxy-source", "192.0.2.1:99999"], "--proxy-source"),
        (
            ["--proxy-destination", "2001:db8::1:x"],
            "--proxy-destination",
        ),
    ] {
        assert_usage(&check(&server, &options), words);
    }
    assert_eq!(server.connections(), 0);
}
