//! The lab itself stands: each server speaks on each of its ports as its script promises. No probe is involved.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use data_encoding::BASE64;

use crate::lab::{self, Server};

/// A line dialogue in the plain: what is sent, and lines up to the one that ends the answer.
struct Dialogue {
    reader: BufReader<TcpStream>,
}

impl Dialogue {
    fn with(server: &Server, port: &str) -> Dialogue {
        Dialogue::at("127.0.0.1", server.port(port))
    }

    fn at(host: &str, port: u16) -> Dialogue {
        let stream = TcpStream::connect((host, port)).expect("a listening port");
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("a timeout");
        Dialogue {
            reader: BufReader::new(stream),
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("a line");
        line
    }

    /// Lines up to the first that starts with `end`.
    fn until(&mut self, end: &str) -> String {
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

    fn send(&mut self, command: &str) {
        self.reader
            .get_mut()
            .write_all(format!("{command}\r\n").as_bytes())
            .expect("a command sent");
    }

    /// The last line of an SMTP reply.
    fn smtp(&mut self, command: &str) -> String {
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
