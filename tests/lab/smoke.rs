//! The lab itself stands: each server speaks on each of its ports as its script promises. No probe is involved.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use openssl::ssl::{SslConnector, SslFiletype, SslMethod};

use crate::lab::{self, Server};

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// A line dialogue: what is sent, and lines up to the one that ends the answer.
pub(super) struct Dialogue {
    reader: BufReader<Box<dyn Stream>>,
}

fn connect(host: &str, port: u16) -> TcpStream {
    let stream = TcpStream::connect((host, port)).expect("a listening port");
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a timeout");
    stream
}

impl Dialogue {
    pub(super) fn with(server: &Server, port: &str) -> Dialogue {
        Dialogue::at("127.0.0.1", server.port(port))
    }

    pub(super) fn at(host: &str, port: u16) -> Dialogue {
        Dialogue {
            reader: BufReader::new(Box::new(connect(host, port))),
        }
    }

    /// Verified implicit TLS, with or without the client certificate of the lab.
    pub(super) fn tls(server: &Server, host: &str, port: &str, certificate: bool) -> Dialogue {
        let mut connector = SslConnector::builder(SslMethod::tls_client()).expect("OpenSSL");
        connector.set_ca_file(server.ca()).expect("an authority");
        if certificate {
            let at = |name: &str| server.dir().join("pki").join(name);
            connector
                .set_certificate_chain_file(at("client.pem"))
                .expect("a certificate");
            connector
                .set_private_key_file(at("client.key"), SslFiletype::PEM)
                .expect("a key");
        }
        let stream = connector
            .build()
            .connect(host, connect(host, server.port(port)));
        Dialogue {
            reader: BufReader::new(Box::new(stream.expect("a handshake"))),
        }
    }

    pub(super) fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("a line");
        line
    }

    /// Lines up to the first that starts with `end`.
    pub(super) fn until(&mut self, end: &str) -> String {
        let mut lines = String::new();
        loop {
            let line = self.line();
            assert_ne!(line, "", "closed after: {lines}");
            lines.push_str(&line);
            if line.starts_with(end) {
                return lines;
            }
        }
    }

    pub(super) fn send(&mut self, command: &str) {
        self.reader
            .get_mut()
            .write_all(format!("{command}\r\n").as_bytes())
            .expect("a command sent");
    }

    /// The last line of an SMTP reply.
    pub(super) fn smtp(&mut self, command: &str) -> String {
        if !command.is_empty() {
            self.send(command);
        }
        loop {
            let line = self.line();
            if line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    }
}

#[test]
fn dovecot_logs_in_and_has_its_mailboxes() {
    let mut imap = Dialogue::with(lab::dovecot(), "IMAP");
    let greeting = imap.line();
    for capability in [
        "SASL-IR",
        "STARTTLS",
        "AUTH=SCRAM-SHA-256",
        "AUTH=XOAUTH2",
        "AUTH=OAUTHBEARER",
    ] {
        assert!(greeting.contains(capability), "{greeting}");
    }
    imap.send(&format!("a LOGIN {} \"{}\"", lab::ADDRESS, lab::PASSWORD));
    assert!(imap.until("a ").contains("a OK"));
    imap.send("b LIST \"\" *");
    let list = imap.until("b ");
    for mailbox in ["INBOX", "Reports", "Gr&APYA3w-e", "\\Junk", "Archive"] {
        assert!(list.contains(mailbox), "{list}");
    }
    imap.send("c EXAMINE INBOX");
    assert!(imap.until("c ").contains("* 5 EXISTS"));
    imap.send("d GETQUOTAROOT INBOX");
    assert!(imap.until("d ").contains("(STORAGE "));
    imap.send("e LOGOUT");
    assert!(imap.until("e ").contains("* BYE"));
}

#[test]
fn dovecot_takes_good_tokens_only() {
    for (token, status) in [
        (lab::token(), "a OK"),
        (lab::expired_token(), "a NO"),
        ("x".into(), "a NO"),
    ] {
        let mut imap = Dialogue::with(lab::dovecot(), "IMAP");
        imap.line();
        let initial = format!("user={}\x01auth=Bearer {token}\x01\x01", lab::ADDRESS);
        imap.send(&format!(
            "a AUTHENTICATE XOAUTH2 {}",
            BASE64.encode(initial.as_bytes())
        ));
        let mut answer = imap.line();
        if answer.starts_with('+') {
            imap.send("");
            answer = imap.until("a ");
        }
        assert!(
            answer.contains(status),
            "{answer}\n{}",
            lab::dovecot().log()
        );
    }
}

#[test]
fn dovecot_refuses_clear_text_where_it_is_strict() {
    let mut imap = Dialogue::at(lab::STRICT_HOST, lab::dovecot().port("IMAP_STRICT"));
    assert!(imap.line().contains("LOGINDISABLED"));
    let mut pop3 = Dialogue::at(lab::STRICT_HOST, lab::dovecot().port("POP3_STRICT"));
    pop3.line();
    pop3.send(&format!("USER {}", lab::USER));
    assert!(pop3.line().starts_with("-ERR"));
}

#[test]
fn dovecot_reads_the_proxy_header() {
    let mut imap = Dialogue::with(lab::dovecot(), "IMAP_PROXY");
    imap.send("PROXY TCP4 192.0.2.7 192.0.2.1 4711 143");
    assert!(imap.line().starts_with("* OK"));
}

#[test]
fn dovecot_has_pop3_and_lmtp() {
    let mut pop3 = Dialogue::with(lab::dovecot(), "POP3");
    let greeting = pop3.line();
    assert!(
        greeting.starts_with("+OK") && greeting.contains('<'),
        "{greeting}"
    );
    pop3.send(&format!("USER {}", lab::USER));
    pop3.line();
    pop3.send(&format!("PASS {}", lab::PASSWORD));
    assert!(pop3.line().starts_with("+OK"));
    pop3.send("STAT");
    assert!(pop3.line().starts_with("+OK 5 "));

    let mut lmtp = Dialogue::with(lab::dovecot(), "LMTP");
    assert!(lmtp.smtp("").starts_with("220 "));
    assert!(lmtp.smtp("LHLO test.example.org").starts_with("250 "));
    assert!(lmtp.smtp("MAIL FROM:<a@example.org>").starts_with("250 "));
    assert!(
        lmtp.smtp("RCPT TO:<inbox@example.test>")
            .starts_with("250 ")
    );
    assert!(
        lmtp.smtp("RCPT TO:<nobody@example.test>")
            .starts_with("550 ")
    );
    for socket in ["auth", "lmtp", "imap.sock"] {
        assert!(lab::dovecot().dir().join(socket).exists(), "{socket}");
    }
}

#[test]
fn dovecot_has_accounts_that_fail() {
    let login = |user: &str| {
        let mut imap = Dialogue::with(lab::dovecot(), "IMAP");
        imap.line();
        imap.send(&format!("a LOGIN {user} \"{}\"", lab::PASSWORD));
        let answer = imap.until("a ");
        (imap, answer)
    };
    for (user, expected) in [
        ("closed", "a NO [CONTACTADMIN] closed_for_the_lab"),
        ("offline", "a NO [UNAVAILABLE]"),
        ("nobody", "a NO [AUTHENTICATIONFAILED]"),
    ] {
        let (_, answer) = login(user);
        assert!(
            answer.contains(expected),
            "{answer}\n{}",
            lab::dovecot().log()
        );
    }
    let (mut imap, answer) = login("broken");
    assert!(
        answer.contains("a OK Logged in, but initialization failed."),
        "{answer}"
    );
    assert!(imap.until("*").starts_with("* BYE"));
}

#[test]
fn dovecot_knows_the_client_by_its_certificate() {
    let dovecot = lab::dovecot();
    let mut imap = Dialogue::tls(dovecot, lab::CERT_HOST, "IMAPS_CERT", true);
    let greeting = imap.line();
    assert!(greeting.contains("AUTH=EXTERNAL"), "{greeting}");
    imap.send("a AUTHENTICATE EXTERNAL =");
    let answer = imap.until("a ");
    assert!(answer.contains("a OK"), "{answer}\n{}", dovecot.log());

    let mut pop3 = Dialogue::tls(dovecot, lab::CERT_HOST, "POP3S_CERT", false);
    pop3.line();
    pop3.send("AUTH EXTERNAL =");
    let answer = pop3.line();
    assert!(answer.starts_with("-ERR"), "{answer}");
}

#[test]
fn every_tls_port_shows_a_certificate_that_verifies() {
    let (dovecot, postfix) = (lab::dovecot(), lab::postfix());
    assert!(
        Dialogue::tls(dovecot, "localhost", "IMAPS", false)
            .line()
            .starts_with("* OK")
    );
    assert!(
        Dialogue::tls(dovecot, "127.0.0.1", "POP3S", false)
            .line()
            .starts_with("+OK")
    );
    assert!(
        Dialogue::tls(postfix, "localhost", "SMTPS", false)
            .line()
            .starts_with("220 ")
    );
    assert!(
        Dialogue::tls(postfix, "127.0.0.1", "SMTPS_CERT", true)
            .line()
            .starts_with("220 ")
    );
    let mut refused = Dialogue::tls(postfix, "127.0.0.1", "SMTPS_CERT", false);
    let greeting = refused.line();
    assert!(greeting.starts_with("421 4.7.1"), "{greeting}");
}

#[test]
fn postfix_knows_its_recipients() {
    let mut smtp = Dialogue::with(lab::postfix(), "SMTP");
    assert!(smtp.smtp("").starts_with("220 mail.example.test"));
    assert!(smtp.smtp("EHLO test.example.org").starts_with("250 "));
    assert!(smtp.smtp("MAIL FROM:<a@example.org>").starts_with("250 "));
    for (recipient, code) in [
        ("probe@example.test", "250 "),
        ("nobody@example.test", "550 5.1.1"),
        ("greylisted@example.test", "450 4.2.0"),
        ("a@example.net", "554 5.7.1"),
    ] {
        let reply = smtp.smtp(&format!("RCPT TO:<{recipient}>"));
        assert!(reply.starts_with(code), "{recipient}: {reply}");
    }
    smtp.smtp("RSET");
    assert!(
        smtp.smtp("MAIL FROM:<refused@example.org>")
            .starts_with("250 ")
    );
    assert!(
        smtp.smtp("RCPT TO:<probe@example.test>")
            .starts_with("554 ")
    );
}

#[test]
fn postfix_delivers_to_dovecot() {
    let mut smtp = Dialogue::with(lab::postfix(), "SMTP");
    smtp.smtp("");
    smtp.smtp("EHLO test.example.org");
    smtp.smtp("MAIL FROM:<a@example.org>");
    smtp.smtp("RCPT TO:<inbox@example.test>");
    assert!(smtp.smtp("DATA").starts_with("354 "));
    assert!(
        smtp.smtp("Subject: smoke\r\n\r\nover the lab\r\n.")
            .starts_with("250 ")
    );

    let mut imap = Dialogue::with(lab::dovecot(), "IMAP");
    imap.line();
    imap.send(&format!("a LOGIN inbox \"{}\"", lab::PASSWORD));
    imap.until("a ");
    imap.send("b SELECT INBOX");
    let selected = imap.until("b ");
    if selected.contains("* 0 EXISTS") {
        imap.send("c IDLE");
        imap.until("* 1 EXISTS");
    }
}

#[test]
fn postfix_logs_in_by_dovecot() {
    // In the clear, since this dialogue knows no TLS: SUBMISSION differs in that alone.
    let plain = BASE64.encode(format!("\0{}\0{}", lab::USER, lab::PASSWORD).as_bytes());
    let mut open = Dialogue::with(lab::postfix(), "OPEN");
    open.smtp("");
    open.send("EHLO test.example.org");
    let capabilities = open.until("250 ");
    for mechanism in [
        "PLAIN",
        "LOGIN",
        "CRAM-MD5",
        "SCRAM-SHA-1",
        "SCRAM-SHA-256",
        "XOAUTH2",
    ] {
        assert!(capabilities.contains(mechanism), "{capabilities}");
    }
    let reply = open.smtp(&format!("AUTH PLAIN {plain}"));
    assert!(
        reply.starts_with("235 "),
        "{reply}\n{}",
        lab::postfix().log()
    );
    open.smtp("MAIL FROM:<a@example.org>");
    assert!(open.smtp("RCPT TO:<a@example.net>").starts_with("250 "));

    let mut submission = Dialogue::with(lab::postfix(), "SUBMISSION");
    submission.smtp("");
    submission.send("EHLO test.example.org");
    let capabilities = submission.until("250 ");
    assert!(
        capabilities.contains("STARTTLS") && !capabilities.contains("AUTH"),
        "{capabilities}"
    );
    assert!(
        submission
            .smtp("MAIL FROM:<a@example.org>")
            .starts_with("530 ")
    );
}

#[test]
fn postscreen_takes_its_time() {
    let mut smtp = Dialogue::with(lab::postfix(), "POSTSCREEN");
    assert_eq!(smtp.line(), "220-one moment\r\n");
    let began = Instant::now();
    assert!(smtp.line().starts_with("220 mail.example.test"));
    assert!(began.elapsed() > Duration::from_millis(1500));
}

#[test]
fn postfix_reads_the_proxy_header() {
    for (client, code) in [("192.0.2.7", "250 "), ("192.0.2.99", "554 ")] {
        let mut smtp = Dialogue::with(lab::postfix(), "PROXY");
        smtp.send(&format!("PROXY TCP4 {client} 192.0.2.1 4711 25"));
        assert!(smtp.smtp("").starts_with("220 "));
        smtp.smtp("EHLO test.example.org");
        smtp.smtp("MAIL FROM:<a@example.org>");
        let reply = smtp.smtp("RCPT TO:<probe@example.test>");
        assert!(reply.starts_with(code), "{reply}");
    }
}
