//! Handshakes that are old, weak, broken late or want something of us.

use openssl::dh::Dh;
use openssl::ssl::{SslAcceptorBuilder, SslOptions, SslVerifyMode, SslVersion};

use crate::check::{Files, against, found};
use crate::sandbox::pki::{case, pki};
use crate::server::Server;

fn only(version: SslVersion) -> impl FnOnce(&mut SslAcceptorBuilder) {
    move |builder| {
        builder.clear_options(SslOptions::NO_TLSV1 | SslOptions::NO_TLSV1_1);
        builder.set_min_proto_version(Some(version)).unwrap();
        builder.set_max_proto_version(Some(version)).unwrap();
    }
}

fn demanding(builder: &mut SslAcceptorBuilder) {
    let mode = SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT;
    builder.set_verify_callback(mode, |_, _| true);
}

#[test]
fn a_demand_for_a_client_certificate_hides_nothing() {
    let chain = case("good");
    for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        for (protocol, starttls, name) in [
            ("smtp", true, "smtp"),
            ("imap", false, "imaps"),
            ("tls", false, "tls"),
        ] {
            let server = Server::start(&chain, protocol, starttls, |builder| {
                only(version)(builder);
                demanding(builder);
            });
            let outcome = against(&server, &chain, &["-P", name, "--format", "json"]);
            assert_eq!(outcome.code, Some(0), "{version:?} {name}\n{outcome}");
            assert_eq!(
                found(&outcome, true),
                ["client-cert-demanded=ok"],
                "{version:?} {name}\n{outcome}"
            );
            assert!(outcome.metric("expires").unwrap() > 0.0, "{outcome}");
            let strict = against(
                &server,
                &chain,
                &["-P", name, "--on", "client-cert-demanded=warning"],
            );
            assert_eq!(strict.code, Some(1), "{strict}");
            assert!(
                strict.stdout.contains("demands a client certificate"),
                "{strict}"
            );
        }
    }
}

/// A server that only asks goes on without.
#[test]
fn a_wish_for_a_client_certificate_is_no_demand() {
    let chain = case("good");
    for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        let server = Server::start(&chain, "smtp", true, |builder| {
            only(version)(builder);
            builder.set_verify_callback(SslVerifyMode::PEER, |_, _| true);
        });
        let outcome = against(&server, &chain, &["-P", "smtp", "-v"]);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert!(
            !outcome.stdout.contains("client-cert-demanded"),
            "{outcome}"
        );
        assert!(
            outcome
                .stdout
                .contains("asks for a client certificate and does without"),
            "{outcome}"
        );
        assert_eq!(server.heard.lines.lock().unwrap().clone(), ["QUIT"]);
    }
}

#[test]
fn a_client_certificate_is_shown_when_there_is_one() {
    let chain = case("good");
    let client = pki();
    let path = |name: &str| client.dir().join(name).to_str().unwrap().to_owned();
    let (certificate, key) = (path("client.pem"), path("client.key"));
    for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        let server = Server::start(&chain, "smtp", true, |builder| {
            only(version)(builder);
            demanding(builder);
        });
        for options in [["--client-cert", "--client-key"], ["-C", "-K"]] {
            let outcome = against(
                &server,
                &chain,
                &[
                    "-P",
                    "smtp",
                    options[0],
                    &certificate,
                    options[1],
                    &key,
                    "--format",
                    "json",
                ],
            );
            assert_eq!(found(&outcome, true), Vec::<String>::new(), "{outcome}");
        }
    }
}

#[test]
fn old_versions_are_spoken_and_told() {
    let chain = case("good");
    for (version, name) in [
        (SslVersion::TLS1, "TLSv1.0"),
        (SslVersion::TLS1_1, "TLSv1.1"),
    ] {
        let server = Server::start(&chain, "imap", true, only(version));
        let outcome = against(&server, &chain, &["-P", "imap", "--format", "json"]);
        assert_eq!(found(&outcome, false), ["tls-old=warning"], "{outcome}");
        assert_eq!(outcome.code, Some(1), "{outcome}");
        let line = against(&server, &chain, &["-P", "imap"]).stdout;
        assert!(line.contains(name), "{line}");
    }
}

#[test]
fn what_else_is_offered_is_found_by_further_handshakes_only() {
    let chain = case("good");
    let server = Server::start(&chain, "smtp", true, |builder| {
        builder.clear_options(SslOptions::NO_TLSV1 | SslOptions::NO_TLSV1_1);
    });
    let outcome = against(&server, &chain, &["-P", "smtp", "--format", "json"]);
    assert_eq!(found(&outcome, true), Vec::<String>::new(), "{outcome}");
    assert_eq!(server.connections(), 1);
    let outcome = against(
        &server,
        &chain,
        &["-P", "smtp", "--probe-versions", "--format", "json"],
    );
    assert_eq!(
        found(&outcome, false),
        ["tls-offered-old=warning"],
        "{outcome}"
    );
    assert!(outcome.stdout.contains("TLSv1.0 and TLSv1.1"), "{outcome}");
    // TLS 1.3 is known to be offered.
    assert_eq!(server.connections(), 1 + 1 + 3);
    let modern = Server::start(&chain, "smtp", true, |builder| {
        builder
            .set_min_proto_version(Some(SslVersion::TLS1_2))
            .unwrap();
    });
    let outcome = against(
        &modern,
        &chain,
        &["-P", "smtp", "--probe-versions", "--format", "json"],
    );
    assert_eq!(found(&outcome, false), Vec::<String>::new(), "{outcome}");
}

#[test]
fn versions_can_be_chosen() {
    let chain = case("good");
    let server = Server::start(&chain, "tls", false, |builder| {
        builder.clear_options(SslOptions::NO_TLSV1 | SslOptions::NO_TLSV1_1);
    });
    for (options, name) in [
        (&["--tls-max", "1.2"][..], "TLSv1.2"),
        (&["--tls1_2"], "TLSv1.2"),
        (&["--tls-min", "1.3"], "TLSv1.3"),
        (&["--tls-max", "1.1"], "TLSv1.1"),
    ] {
        let line = against(&server, &chain, options).stdout;
        assert!(line.contains(name), "{options:?}: {line}");
    }
}

#[test]
fn weak_ciphers_and_key_exchanges_are_told() {
    let chain = case("rsa-2048");
    let dh = || {
        // RFC 2409 §6.2: 1024 bits.
        let prime = openssl::bn::BigNum::get_rfc2409_prime_1024().unwrap();
        let generator = openssl::bn::BigNum::from_u32(2).unwrap();
        Dh::from_pqg(prime, None, generator).unwrap()
    };
    let server = Server::start(&chain, "tls", false, |builder| {
        only(SslVersion::TLS1_2)(builder);
        builder.set_tmp_dh(&dh()).unwrap();
        builder
            .set_cipher_list("DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")
            .unwrap();
    });
    let outcome = against(&server, &chain, &["--format", "json"]);
    assert_eq!(found(&outcome, false), ["cipher-weak=warning"], "{outcome}");
    assert!(outcome.stdout.contains("1024 bits"), "{outcome}");
}

#[test]
fn of_two_certificates_one_can_be_chosen() {
    let chain = case("dual-key");
    let server = Server::tls(&chain);
    for (option, bits) in [("--rsa", 2048.0), ("--ecdsa", 256.0)] {
        let outcome = against(&server, &chain, &[option, "--format", "json"]);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert_eq!(outcome.metric("key_bits"), Some(bits), "{outcome}");
    }
}

/// Trust comes from where the options say, and from nowhere else.
#[test]
fn what_is_trusted_is_what_was_said() {
    let chain = case("good");
    let server = Server::tls(&chain);
    let files = Files::new();
    let roots = files.write("roots.pem", &chain.roots_pem());
    let other = files.write("other.pem", &case("unknown-root-sent").pem());
    let folder = files.folder.path().join("dir");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("root.pem"), chain.roots_pem()).unwrap();
    let folder = folder.to_str().unwrap();
    let port = server.port.to_string();
    for (options, code) in [
        (&["--ca-file", &roots][..], 0),
        (&["--ca-dir", folder], 0),
        (&["-r", folder], 0),
        (&["--rootcert-file", &roots], 0),
        (&["--rootcert-dir", folder], 0),
        (&["--ca-only", "--ca-file", &roots], 0),
        (&["--ca-only", "--ca-file", &other], 2),
        (&["-r", &other], 2),
        (&[], 2),
    ] {
        let outcome = crate::sandbox::probe::Run::new("check_cert")
            .args([
                "-H",
                "mail.example.test",
                "--address",
                "127.0.0.1",
                "-p",
                &port,
            ])
            .args(options)
            .run();
        assert_eq!(outcome.code, Some(code), "{options:?}\n{outcome}");
    }
}

/// A server whose second flight never comes.
struct Mute {
    socket: std::net::TcpStream,
    wrote: bool,
    mute: bool,
}

impl std::io::Read for Mute {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.mute |= self.wrote;
        self.socket.read(buffer)
    }
}

impl std::io::Write for Mute {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.mute {
            return Ok(bytes.len());
        }
        self.wrote = true;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.socket.flush()
    }
}

#[test]
fn who_falls_silent_after_the_certificate_is_told_by_that_and_judged() {
    let chain = case("expired");
    let mut builder = chain.acceptor();
    only(SslVersion::TLS1_2)(&mut builder);
    let acceptor = builder.build();
    let server = Server::serve(move |socket, _| {
        let mute = Mute {
            socket,
            wrote: false,
            mute: false,
        };
        if let Ok(mut stream) = acceptor.accept(mute) {
            let _ = std::io::Read::read(&mut stream, &mut [0; 64]);
        }
    });
    let outcome = against(&server, &chain, &["--format", "json", "-t", "2"]);
    assert_eq!(
        found(&outcome, false),
        ["cert-expired=critical", "timeout=critical"],
        "{outcome}"
    );
    assert!(outcome.stdout.contains("no TLS session with"), "{outcome}");
}

#[test]
fn a_key_exchange_without_forward_secrecy_is_weak() {
    let chain = case("rsa-2048");
    let server = Server::start(&chain, "tls", false, |builder| {
        only(SslVersion::TLS1_2)(builder);
        builder
            .set_cipher_list("AES128-GCM-SHA256:@SECLEVEL=0")
            .unwrap();
    });
    let outcome = against(&server, &chain, &["--format", "json"]);
    assert_eq!(found(&outcome, false), ["cipher-weak=warning"], "{outcome}");
    assert!(outcome.stdout.contains("forward secrecy"), "{outcome}");
}
