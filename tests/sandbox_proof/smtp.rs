//! The good SMTP and LMTP server.

use std::time::Duration;

use data_encoding::{BASE64, HEXLOWER};
use openssl::hash::MessageDigest;

use crate::client::{Client, Failure, Met, good_plain, plain};
use crate::sandbox::Mechanism;
use crate::sandbox::sasl::hmac;
use crate::sandbox::{
    Certificate, End, Listen, PASSWORD, Relaying, Sandbox, Scenario, TOKEN, TlsPolicy, USER, pki,
};
use crate::scram::Responder;

const PATIENCE: Duration = Duration::from_secs(5);

pub fn open(sandbox: &Sandbox) -> Client {
    let mut client = Client::connect(sandbox, PATIENCE).unwrap();
    assert!(client.reply().unwrap().starts_with("220 "));
    client
}

fn secure(sandbox: &Sandbox) -> Client {
    let mut client = open(sandbox);
    assert!(
        client
            .ask("EHLO client.example.test")
            .unwrap()
            .contains("STARTTLS")
    );
    assert!(client.ask("STARTTLS").unwrap().starts_with("220 "));
    client.start_tls().unwrap();
    client
}

#[test]
fn a_whole_dialogue() {
    let sandbox = Sandbox::start(Scenario::smtp().starttls());
    let mut client = open(&sandbox);
    let before = client.ask("EHLO client.example.test").unwrap();
    assert!(!before.contains("AUTH"), "no login before TLS: {before}");
    assert!(client.ask("STARTTLS").unwrap().starts_with("220 "));
    client.start_tls().unwrap();
    let after = client.ask("EHLO client.example.test").unwrap();
    assert!(!after.contains("STARTTLS"));
    assert!(
        after.contains("250-AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS")
    );
    assert!(after.contains("250-SIZE 52428800\r\n") && after.contains("250-PIPELINING\r\n"));
    assert!(
        client
            .ask(&format!("AUTH PLAIN {}", good_plain()))
            .unwrap()
            .starts_with("235 ")
    );
    // Pipelined: the answers come in order.
    client.send("MAIL FROM:<a@example.test>\r\nRCPT TO:<probe@example.test>\r\nRCPT TO:<x@example.org>\r\nRSET\r\n").unwrap();
    let codes: Vec<String> = (0..4)
        .map(|_| client.reply().unwrap()[..3].to_owned())
        .collect();
    assert_eq!(codes, ["250", "250", "250", "250"]);
    assert!(client.ask("NOOP").unwrap().starts_with("250 "));
    assert!(client.ask("VRFY probe").unwrap().starts_with("252 "));
    assert!(client.ask("QUIT").unwrap().starts_with("221 "));
    client.close_notify();
    drop(client);
    let session = sandbox.session();
    assert_eq!(session.end, End::Polite);
    assert!(session.close_notify);
    assert!(!session.bare_lf && !session.struck && !session.spoke_before_go_ahead);
    assert_eq!(session.logins.len(), 1);
    assert!(session.logins[0].accepted && session.logins[0].encrypted);
    assert_eq!(session.logins[0].mechanism, "PLAIN");
    assert_eq!(
        session.tls.as_ref().unwrap().server_name.as_deref(),
        Some("mail.example.test")
    );
    assert_eq!(session.lines[0].text(), "EHLO client.example.test");
    assert!(!session.lines[1].encrypted && session.lines[2].encrypted);
}

#[test]
fn recipients_by_address() {
    let sandbox = Sandbox::start(Scenario::smtp());
    let mut client = open(&sandbox);
    client.ask("EHLO c.example.test").unwrap();
    client.ask("MAIL FROM:<> SIZE=1000 BODY=8BITMIME").unwrap();
    for (recipient, code) in [
        ("probe@example.test", "250 2.1.5"),
        ("Postmaster", "250 2.1.5"),
        ("probe+tag@EXAMPLE.test", "250 2.1.5"),
        ("nobody@example.test", "550 5.1.1"),
        ("grey@example.test", "450 4.7.1"),
        ("full@example.test", "452 4.2.2"),
        ("user@example.org", "554 5.7.1"),
        ("user%example.org@example.test", "554 5.7.1"),
        ("\"user@example.org\"@example.test", "554 5.7.1"),
        ("@example.test:user@example.org", "554 5.7.1"),
        ("example.org!user", "554 5.7.1"),
        ("@example.test:probe@example.test", "250 2.1.5"),
    ] {
        let reply = client.ask(&format!("RCPT TO:<{recipient}>")).unwrap();
        assert!(reply.starts_with(code), "{recipient}: {reply}");
    }
    assert!(client.ask("DATA").unwrap().starts_with("354 "));
    assert!(
        client
            .ask("Subject: x\r\n\r\n..dot\r\n.")
            .unwrap()
            .starts_with("250 ")
    );
}

#[test]
fn relays_are_open_in_one_way_each() {
    for (relaying, open_for) in [
        (Relaying::Any, "user@example.org"),
        (Relaying::Percent, "user%example.org@example.test"),
        (Relaying::Bang, "example.org!user"),
        (Relaying::Quoted, "\"user@example.org\"@example.test"),
        (Relaying::SourceRoute, "@example.test:user@example.org"),
    ] {
        let sandbox = Sandbox::start(Scenario::smtp().relaying(relaying));
        let mut client = open(&sandbox);
        client.ask("HELO c").unwrap();
        client.ask("MAIL FROM:<a@example.org>").unwrap();
        assert!(
            client
                .ask(&format!("RCPT TO:<{open_for}>"))
                .unwrap()
                .starts_with("250 "),
            "{relaying:?}"
        );
        if relaying != Relaying::Any {
            assert!(
                client
                    .ask("RCPT TO:<user@example.org>")
                    .unwrap()
                    .starts_with("554 "),
                "{relaying:?}"
            );
        }
    }
}

#[test]
fn rules_of_order_and_syntax() {
    let sandbox = Sandbox::start(Scenario::smtp().starttls().require_tls());
    let mut client = open(&sandbox);
    for (command, code) in [
        ("MAIL FROM:<a@example.test>", "503"),
        ("EHLO", "501"),
        ("LHLO c", "500"),
        ("WHAT", "500"),
        ("HELO c", "250"),
        ("MAIL FROM:<a@example.test>", "530"),
        ("EHLO c", "250"),
        ("AUTH PLAIN", "530"),
        ("AUTH NONSENSE", "530"),
        ("RCPT TO:<probe@example.test>", "503"),
        ("DATA", "503"),
        ("STARTTLS now", "501"),
    ] {
        assert!(client.ask(command).unwrap().starts_with(code), "{command}");
    }
    client.send("STARTTLS\r\nEHLO injected\r\n").unwrap();
    assert!(client.reply().unwrap().starts_with("501 "));
    drop(client);
    assert!(sandbox.session().spoke_before_go_ahead);
}

#[test]
fn every_mechanism() {
    let sandbox = Sandbox::start(Scenario::smtp().starttls());
    let b64 = |text: &str| BASE64.encode(text.as_bytes());
    let unb64 = |reply: &str| BASE64.decode(reply[4..].trim_end().as_bytes()).unwrap();
    let login = |dialogue: &dyn Fn(&mut Client) -> Met<String>| {
        let mut client = secure(&sandbox);
        client.ask("EHLO c").unwrap();
        dialogue(&mut client).unwrap()
    };
    assert!(
        login(&|c| c.ask(&format!("AUTH PLAIN {}", plain("probe", "wrong")))).starts_with("535 ")
    );
    assert!(
        login(&|c| {
            assert_eq!(c.ask("AUTH PLAIN")?, "334 \r\n");
            c.ask(&good_plain())
        })
        .starts_with("235 ")
    );
    assert!(
        login(&|c| {
            assert_eq!(unb64(&c.ask("AUTH LOGIN")?), b"Username:");
            assert_eq!(unb64(&c.ask(&b64(USER))?), b"Password:");
            c.ask(&b64(PASSWORD))
        })
        .starts_with("235 ")
    );
    assert!(
        login(&|c| {
            let challenge = unb64(&c.ask("AUTH CRAM-MD5")?);
            let digest =
                HEXLOWER.encode(&hmac(MessageDigest::md5(), PASSWORD.as_bytes(), &challenge));
            c.ask(&b64(&format!("{USER} {digest}")))
        })
        .starts_with("235 ")
    );
    let bearer = |token: &str| b64(&format!("user={USER}\x01auth=Bearer {token}\x01\x01"));
    assert!(login(&|c| c.ask(&format!("AUTH XOAUTH2 {}", bearer(TOKEN)))).starts_with("235 "));
    assert!(
        login(&|c| {
            let error = unb64(&c.ask(&format!("AUTH XOAUTH2 {}", bearer("stale")))?);
            assert!(
                serde_json::from_slice::<serde_json::Value>(&error).unwrap()["status"].is_string()
            );
            c.ask("")
        })
        .starts_with("535 ")
    );
    let oauth = |token: &str| {
        b64(&format!(
            "n,a={USER},\x01host=h\x01port=25\x01auth=Bearer {token}\x01\x01"
        ))
    };
    assert!(login(&|c| c.ask(&format!("AUTH OAUTHBEARER {}", oauth(TOKEN)))).starts_with("235 "));
    assert!(
        login(&|c| {
            let error = unb64(&c.ask(&format!("AUTH OAUTHBEARER {}", oauth("stale")))?);
            assert!(String::from_utf8(error).unwrap().contains("invalid_token"));
            c.ask("AQ==")
        })
        .starts_with("535 ")
    );
    assert!(login(&|c| c.ask("AUTH EXTERNAL =")).starts_with("504 "));
    assert!(
        login(&|c| {
            c.ask("AUTH LOGIN")?;
            c.ask("*")
        })
        .starts_with("501 ")
    );
}

#[test]
fn scram_with_and_without_the_channel() {
    let sandbox = Sandbox::start(Scenario::smtp().starttls());
    let login = |mut responder: Responder, bind: bool| {
        let mut client = secure(&sandbox);
        client.ask("EHLO c").unwrap();
        if bind {
            responder.binding = client
                .server_certificate()
                .digest(MessageDigest::sha256())
                .unwrap()
                .to_vec();
        }
        let mut reply = client
            .ask(&format!(
                "AUTH {} {}",
                responder.mechanism.name(),
                responder.initial().unwrap()
            ))
            .unwrap();
        while let Some(challenge) = reply.strip_prefix("334 ") {
            let answer = responder.answer(&BASE64.decode(challenge.trim_end().as_bytes()).unwrap());
            reply = client.ask(&BASE64.encode(&answer)).unwrap();
        }
        (reply[..3].to_owned(), responder.proven)
    };
    let says = |code: &str, proven: bool| (code.to_owned(), proven);
    for (mechanism, plus) in [
        (Mechanism::ScramSha1, Mechanism::ScramSha1Plus),
        (Mechanism::ScramSha256, Mechanism::ScramSha256Plus),
    ] {
        assert_eq!(login(Responder::new(mechanism), false), says("235", true));
        let wrong = Responder {
            password: "wrong",
            ..Responder::new(mechanism)
        };
        assert_eq!(login(wrong, false), says("535", false));
        let downgraded = Responder {
            gs2: "y,,",
            ..Responder::new(mechanism)
        };
        assert_eq!(login(downgraded, false), says("501", false));
        let bound = || Responder {
            gs2: "p=tls-server-end-point,,",
            ..Responder::new(plus)
        };
        assert_eq!(login(bound(), true), says("235", true));
        let elsewhere = Responder {
            binding: b"another channel".to_vec(),
            ..bound()
        };
        assert_eq!(login(elsewhere, false), says("535", false));
    }
}

#[test]
fn external_with_a_client_certificate() {
    let sandbox = Sandbox::start(Scenario::smtp().tls().tls_policy(TlsPolicy::ClientAsked));
    let mut client = Client::connect(&sandbox, PATIENCE).unwrap();
    client
        .start_tls_as(|builder| {
            builder
                .set_certificate_file(pki::pki().client_cert(), openssl::ssl::SslFiletype::PEM)
                .unwrap();
            builder
                .set_private_key_file(pki::pki().client_key(), openssl::ssl::SslFiletype::PEM)
                .unwrap();
        })
        .unwrap();
    client.reply().unwrap();
    assert!(client.ask("EHLO c").unwrap().contains(" EXTERNAL"));
    assert!(client.ask("AUTH EXTERNAL =").unwrap().starts_with("235 "));
    drop(client);
    assert_eq!(sandbox.session().logins[0].user, "probe");
}

#[test]
fn lmtp_answers_for_each_recipient() {
    let sandbox = Sandbox::start(Scenario::lmtp().listen(Listen::Unix));
    let mut client = open(&sandbox);
    assert!(client.ask("EHLO c").unwrap().starts_with("500 "));
    assert!(client.ask("LHLO c").unwrap().contains("PIPELINING"));
    client.ask("MAIL FROM:<>").unwrap();
    client.ask("RCPT TO:<probe@example.test>").unwrap();
    client.ask("RCPT TO:<ok-2@example.test>").unwrap();
    client.ask("DATA").unwrap();
    client.say("x\r\n.").unwrap();
    assert!(
        client
            .reply()
            .unwrap()
            .contains("<probe@example.test> saved")
    );
    assert!(
        client
            .reply()
            .unwrap()
            .contains("<ok-2@example.test> saved")
    );
}

#[test]
fn proxy_headers_are_read_and_kept() {
    let sandbox = Sandbox::start(Scenario::smtp().proxy());
    let mut client = Client::connect(&sandbox, PATIENCE).unwrap();
    client
        .send("PROXY TCP4 192.0.2.1 192.0.2.2 1234 25\r\n")
        .unwrap();
    assert!(client.reply().unwrap().starts_with("220 "));
    drop(client);
    let mut client = Client::connect(&sandbox, PATIENCE).unwrap();
    let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x21\x00\x24".to_vec();
    header.extend([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    header.extend([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    header.extend([0x04, 0xd2, 0x00, 0x19]);
    client.send(&header[..9]).unwrap();
    client.send(&header[9..]).unwrap();
    assert!(client.reply().unwrap().starts_with("220 "));
    drop(client);
    let mut client = Client::connect(&sandbox, PATIENCE).unwrap();
    client.say("EHLO me").unwrap();
    assert!(matches!(client.reply(), Err(Failure::Eof | Failure::Reset)));
    drop(client);
    let sessions = sandbox.sessions();
    let address = |session: usize| {
        sessions[session]
            .proxy
            .as_ref()
            .unwrap()
            .addresses
            .unwrap()
            .0
            .to_string()
    };
    assert_eq!(address(0), "192.0.2.1:1234");
    assert_eq!(address(1), "[2001:db8::1]:1234");
    assert!(matches!(&sessions[2].end, End::Broken(reason) if reason.starts_with("PROXY")));
}

#[test]
fn certificates_are_what_they_are_called() {
    for (certificate, verdict) in [
        (Certificate::Good, 0),
        (Certificate::EndsSoon, 0),
        (Certificate::Intermediate, 0),
        (Certificate::WrongName, 0),
        (Certificate::Expired, 10),
        (Certificate::NotYetValid, 9),
        (Certificate::SelfSigned, 18),
        (Certificate::UnknownCa, 7),
        (Certificate::MissingIntermediate, 20),
    ] {
        let sandbox = Sandbox::start(Scenario::smtp().tls().certificate(certificate));
        let mut client = Client::connect(&sandbox, PATIENCE).unwrap();
        let seen = std::sync::Arc::new(std::sync::Mutex::new(0));
        let witness = std::sync::Arc::clone(&seen);
        client
            .start_tls_as(move |builder| {
                builder.set_ca_file(pki::pki().ca_file()).unwrap();
                builder.set_verify_callback(
                    openssl::ssl::SslVerifyMode::PEER,
                    move |good, context| {
                        let mut seen = witness.lock().unwrap();
                        // The name is judged apart; the first other error is the one.
                        if !good && context.error().as_raw() != 62 && *seen == 0 {
                            *seen = context.error().as_raw();
                        }
                        true
                    },
                );
            })
            .unwrap();
        let names = client.server_certificate().subject_alt_names().unwrap();
        assert_eq!(
            names.iter().any(|name| name.dnsname() == Some("localhost")),
            certificate != Certificate::WrongName
        );
        assert_eq!(*seen.lock().unwrap(), verdict, "{certificate:?}");
    }
}

#[test]
fn it_ends_with_clients_still_connected() {
    let sandbox = Sandbox::start(Scenario::smtp());
    let mut client = open(&sandbox);
    drop(sandbox);
    assert!(client.reply().is_err());
}
