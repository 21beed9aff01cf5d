//! Conversations with one mail server, a certificate, and a message on its way through two.

use std::path::PathBuf;

use super::cost::{Program, Row};
use super::floor;
use super::lab::{self, PASSWORD, USER};
use crate::Server;
use crate::probe::Run;

/// Hands each row on.
pub fn rows(runs: usize, each: &mut dyn FnMut(Row)) {
    smtp(runs, each);
    imap(runs, each);
    pop3(runs, each);
    certificate(runs, each);
    roundtrip(runs, each);
}

/// A check of ours of `localhost` by the lab's authority.
fn ours(probe: &'static str, server: &Server, options: &[&str]) -> Program {
    let (ca, options) = (server.ca(), owned(options));
    Program::ours(probe, move |run, ports| {
        run.args(["-H", "localhost", "--address", "127.0.0.1", "-t", "20"])
            .args(["-p", &ports[0].to_string(), "--ca-file"])
            .arg(&ca)
            .args(&options)
            .env("SECRET", PASSWORD)
    })
}

fn peer(name: &'static str, options: &[&str]) -> Program {
    let options = owned(options);
    Program::peer(name, move |run, ports| {
        run.args(["-H", "127.0.0.1", "-p", &ports[0].to_string()])
            .args(&options)
    })
}

fn smallest(server: &Server, steps: &[&str]) -> Program {
    let (ca, steps) = (server.ca(), owned(steps));
    let words: Vec<&str> = steps.iter().map(String::as_str).collect();
    let (path, _) = floor::dialogue(&words, 0, &ca);
    Program::new(path, move |ports: &[u16]| -> Run {
        let words: Vec<&str> = steps.iter().map(String::as_str).collect();
        floor::dialogue(&words, ports[0], &ca).1
    })
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

const LOGIN: [&str; 4] = ["--user", USER, "--password-env", "SECRET"];

fn with<'a>(first: &[&'a str], second: &[&'a str]) -> Vec<&'a str> {
    [first, second].concat()
}

fn smtp(runs: usize, each: &mut dyn FnMut(Row)) {
    let postfix = lab::postfix();
    let row = |name: &str, port: &str, ours| Row::new(name, &[postfix.port(port)], runs, ours);
    let hello = ["<220 ", ">EHLO localhost", "<250 "];
    let leave = [">QUIT", "<221 "];
    let starttls = with(
        &hello,
        &[">STARTTLS", "<220 ", "!", ">EHLO localhost", "<250 "],
    );
    let plain = data_encoding::BASE64.encode(format!("\0{USER}\0{PASSWORD}").as_bytes());
    let login = format!(">AUTH PLAIN {plain}");
    each(
        row("SMTP", "SMTP", ours("check_smtp", postfix, &[]))
            .beside(peer("check_smtp", &[]))
            .floor(smallest(postfix, &with(&hello, &leave))),
    );
    each(
        row(
            "SMTP STARTTLS",
            "SMTP",
            ours("check_smtp", postfix, &["-S"]),
        )
        .beside(peer("check_smtp", &["-S"]))
        .floor(smallest(postfix, &with(&starttls, &leave))),
    );
    let mechanism = with(&["-S", "-A", "LOGIN"], &LOGIN);
    let theirs = ["-S", "-A", "LOGIN", "-U", USER, "-P", PASSWORD];
    let authenticated = with(&starttls, &[&login, "<235 "]);
    each(
        row(
            "SMTP STARTTLS AUTH",
            "SUBMISSION",
            ours("check_smtp", postfix, &mechanism),
        )
        .beside(peer("check_smtp", &theirs))
        .floor(smallest(postfix, &with(&authenticated, &leave))),
    );
    // The known one only reads the greeting.
    each(
        row(
            "SMTPS (theirs: greeting)",
            "SMTPS",
            ours("check_smtp", postfix, &["--tls"]),
        )
        .beside(peer("check_ssmtp", &[]))
        .floor(smallest(postfix, &with(&with(&["!"], &hello), &leave))),
    );
}

fn imap(runs: usize, each: &mut dyn FnMut(Row)) {
    let dovecot = lab::dovecot();
    let row = |name: &str, port: &str, ours| Row::new(name, &[dovecot.port(port)], runs, ours);
    let leave = [">z LOGOUT", "<z "];
    each(
        row("IMAP", "IMAP", ours("check_imap", dovecot, &[]))
            .beside(peer("check_imap", &[]))
            .floor(smallest(dovecot, &with(&["<* OK"], &leave))),
    );
    each(
        row("IMAPS", "IMAPS", ours("check_imap", dovecot, &["--tls"]))
            .beside(peer("check_simap", &[])),
    );
    let login = format!(">a LOGIN {USER} \"{PASSWORD}\"");
    let options = with(&["--tls", "--auth", "PLAIN", "--mailbox", "INBOX"], &LOGIN);
    let status = [">b STATUS INBOX (MESSAGES UNSEEN)", "<b "];
    let dialogue = with(&["!", "<* OK", &login, "<a "], &with(&status, &leave));
    let ca = dovecot.ca().to_string_lossy().into_owned();
    let search = [
        "--ssl-ca-file",
        &ca,
        "--ssl",
        "-U",
        USER,
        "-P",
        PASSWORD,
        "-s",
        "ALL",
        "--nodelete",
    ];
    each(
        row(
            "IMAPS login, messages",
            "IMAPS",
            ours("check_imap", dovecot, &options),
        )
        .beside(peer("check_imap_receive", &search))
        .floor(smallest(dovecot, &dialogue)),
    );
}

fn pop3(runs: usize, each: &mut dyn FnMut(Row)) {
    let dovecot = lab::dovecot();
    let row = |name: &str, port: &str, ours| Row::new(name, &[dovecot.port(port)], runs, ours);
    let leave = [">QUIT", "<+OK"];
    each(
        row("POP3", "POP3", ours("check_pop3", dovecot, &[]))
            .beside(peer("check_pop", &[]))
            .floor(smallest(dovecot, &with(&["<+OK"], &leave))),
    );
    each(
        row("POP3S", "POP3S", ours("check_pop3", dovecot, &["--tls"]))
            .beside(peer("check_spop", &[])),
    );
    let (user, pass) = (format!(">USER {USER}"), format!(">PASS {PASSWORD}"));
    let login = ["!", "<+OK", &user, "<+OK", &pass, "<+OK", ">STAT", "<+OK"];
    let options = with(&["--tls", "--auth", "PLAIN"], &LOGIN);
    each(
        row(
            "POP3S login, messages",
            "POP3S",
            ours("check_pop3", dovecot, &options),
        )
        .floor(smallest(dovecot, &with(&login, &leave))),
    );
}

/// The C plugin knows the days only; check_ssl_cert is a shell script that looks at as much as ours.
fn certificate(runs: usize, each: &mut dyn FnMut(Row)) {
    let postfix = lab::postfix();
    let options = ["-P", "smtp", "--starttls"];
    let row = |name: &str, runs| {
        let ours = ours("check_cert", postfix, &options);
        Row::new(name, &[postfix.port("SMTP")], runs, ours)
    };
    each(row("cert./check_smtp -D", runs).beside(peer("check_smtp", &["-S", "-D", "14,7"])));
    let ca = postfix.ca();
    let theirs = Program::peer("check_ssl_cert", move |run, ports| {
        run.args(["--ignore-sct", "--ignore-ocsp", "-H", "localhost", "-p"])
            .arg(ports[0].to_string())
            .args(["-P", "smtp", "-m", "localhost", "-r"])
            .arg(&ca)
    });
    each(row("cert./check_ssl_cert", runs.min(5)).beside(theirs.whatever_it_says()));
}

/// Postfix to Dovecot; in plain text over IMAP, as theirs has no STARTTLS there.
fn roundtrip(runs: usize, each: &mut dyn FnMut(Row)) {
    let (postfix, dovecot) = (lab::postfix(), lab::dovecot());
    let servers = [postfix.port("SMTP"), dovecot.port("IMAP")];
    let ours = Program::ours("check_roundtrip", |run, ports| {
        run.args(["-f", lab::ADDRESS, "--to", "inbox@example.test", "-t", "30"])
            .args(["--send", &format!("smtp://127.0.0.1:{}?plain", ports[0])])
            .arg("--receive")
            .arg(format!("imap://inbox@127.0.0.1:{}?plain", ports[1]))
            .args(["--imap-password-env", "SECRET"])
            .env("SECRET", PASSWORD)
    });
    let folder = PathBuf::from(crate::PEERS);
    let theirs = Program::peer("check_email_delivery", move |run, ports| {
        let plugins = folder.display();
        let send = format!(
            "{plugins}/check_smtp_send -H 127.0.0.1 -p {} --mailfrom {} --mailto inbox@example.test \
             --header 'Subject: bench %TOKEN1%'",
            ports[0],
            lab::ADDRESS
        );
        let receive = format!(
            "{plugins}/check_imap_receive -H 127.0.0.1 -p {} -U inbox -P '{PASSWORD}' -s SUBJECT \
             -s 'bench %TOKEN1%'",
            ports[1]
        );
        run.args(["-p", &send, "-p", &receive, "--wait", "1"])
    });
    each(Row::new("round trip", &servers, runs.min(7), ours).beside(theirs));
}
