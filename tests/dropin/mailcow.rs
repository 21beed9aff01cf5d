//! The lines of mailcow's watchdog, against real servers.

use crate::frame::{Peer, Row, Set, Stage, Verdict, hold};
use crate::lab::{self, Server};
use crate::smtp::CHECK_SMTP;
use crate::tcp::{CHECK_IMAP, CHECK_POP, CHECK_SIMAP, CHECK_SPOP, CHECK_SSMTP, CHECK_TCP};

fn at(server: fn() -> &'static Server, port: &'static str) -> Set {
    Set::new(move || {
        let server = server();
        Stage::empty()
            .word("host", "127.0.0.1")
            .word("port", server.port(port))
            .env("SSL_CERT_FILE", server.ca().display())
    })
}

fn row(peer: &'static Peer, server: Set, line: &str, verdict: Verdict) -> Row {
    let line = format!("-4 -H {{host}} -p {{port}} {line}");
    Row::bare(peer, "mailcow", server, &line, verdict)
}

fn postfix() -> Vec<Row> {
    let smtp = || at(lab::postfix, "SMTP");
    let send = |recipient: &str| {
        format!("-f watchdog@invalid -C 'RCPT TO:{recipient}' -C DATA -C . -R 250")
    };
    vec![
        row(
            &CHECK_SMTP,
            smtp(),
            &send("<probe@example.test>"),
            Verdict::Same(0),
        ),
        row(
            &CHECK_SMTP,
            smtp(),
            &send("probe@example.test"),
            Verdict::Same(0),
        ),
        row(
            &CHECK_SMTP,
            smtp(),
            &send("<nobody@example.test>"),
            Verdict::Same(1),
        ),
        row(&CHECK_SMTP, smtp(), "-S", Verdict::Same(0)),
        row(&CHECK_SMTP, smtp(), "-S -D 7", Verdict::Same(0)),
        row(
            &CHECK_SMTP,
            at(lab::postfix, "SUBMISSION"),
            "-S",
            Verdict::Same(0),
        ),
        row(
            &CHECK_SMTP,
            at(lab::postfix, "SUBMISSION"),
            "-S -D 7",
            Verdict::Same(0),
        ),
        row(
            &CHECK_SSMTP,
            at(lab::postfix, "SMTPS"),
            "-e Postfix -D 7",
            Verdict::Same(0),
        ),
        row(
            &CHECK_SSMTP,
            at(lab::postfix, "SMTPS"),
            "-e 'OK '",
            Verdict::Same(1),
        ),
    ]
}

fn dovecot() -> Vec<Row> {
    let lmtp = "-f watchdog@invalid -C 'RCPT TO:<watchdog@invalid>' -L -R \"User doesn't exist\"";
    let known =
        "-f watchdog@invalid -C 'RCPT TO:<probe@example.test>' -L -R \"User doesn't exist\"";
    vec![
        row(
            &CHECK_SMTP,
            at(lab::dovecot, "LMTP"),
            lmtp,
            Verdict::Same(0),
        ),
        row(
            &CHECK_SMTP,
            at(lab::dovecot, "LMTP"),
            known,
            Verdict::Same(1),
        ),
        row(
            &CHECK_IMAP,
            at(lab::dovecot, "IMAPS"),
            "-S -e 'OK '",
            Verdict::Same(0),
        ),
        row(
            &CHECK_IMAP,
            at(lab::dovecot, "IMAP"),
            "-e 'OK '",
            Verdict::Same(0),
        ),
        row(
            &CHECK_IMAP,
            at(lab::dovecot, "IMAPS"),
            "-S -D 7",
            Verdict::Same(0),
        ),
        row(
            &CHECK_SIMAP,
            at(lab::dovecot, "IMAPS"),
            "-D 7",
            Verdict::Same(0),
        ),
        row(
            &CHECK_TCP,
            at(lab::dovecot, "SIEVE"),
            "-e 'Dovecot (Debian) ready'",
            Verdict::Same(0),
        ),
        row(
            &CHECK_TCP,
            at(lab::dovecot, "SIEVE"),
            "-e 'Dovecot ready'",
            Verdict::Same(1),
        ),
        row(
            &CHECK_POP,
            at(lab::dovecot, "POP3"),
            "-e '+OK Dovecot'",
            Verdict::Same(0),
        ),
        row(
            &CHECK_SPOP,
            at(lab::dovecot, "POP3S"),
            "-e 'OK '",
            Verdict::Same(0),
        ),
    ]
}

#[test]
fn lines_of_its_watchdog() {
    let mut rows = postfix();
    rows.extend(dovecot());
    hold(rows);
}
