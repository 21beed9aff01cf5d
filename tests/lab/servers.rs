//! The lab: real mail servers on loopback, for the tests of this binary.
//!
//! Each server is started by the first test that asks for it and shared by all tests of the process; how one is run is told in
//! `frame`, what it offers in its own script beside this file (`dovecot.sh`, `postfix.sh` ...). Tests share mailboxes too: a test
//! that counts on the content of one uses an account that nobody delivers to.
#![allow(dead_code)] // not every test binary asks for every server

use std::sync::LazyLock;

pub use super::Server;

/// The account of the tests, known to every server with and without its domain.
pub const USER: &str = "probe";
/// The same account where a full address is wanted.
pub const ADDRESS: &str = "probe@example.test";
/// Its password: with a space, since not every client quotes.
pub const PASSWORD: &str = "s3cret lab-Pass";
/// Where Dovecot listens for clients that it takes for remote ones, and so refuses clear-text logins from (ports `*_STRICT`).
pub const STRICT_HOST: &str = "127.0.0.2";
/// Where Dovecot asks for a client certificate, and takes the login's name from it (ports `*_CERT`).
pub const CERT_HOST: &str = "127.0.0.3";

type Shared = LazyLock<Result<Server, String>>;

// Held as results, so that each test that wants a server says why there is none.
static DOVECOT: Shared = LazyLock::new(|| {
    let ports = [
        "IMAP",
        "IMAPS",
        "POP3",
        "POP3S",
        "LMTP",
        "IMAP_STRICT",
        "POP3_STRICT",
        "IMAPS_CERT",
        "POP3S_CERT",
        "IMAP_PROXY",
        "SIEVE",
    ];
    Server::start("dovecot", &ports, &[])
});

static POSTFIX: Shared = LazyLock::new(|| {
    let dovecot = DOVECOT.as_ref().map_err(String::clone)?;
    let auth = dovecot.dir().join("auth");
    let lmtp = dovecot.port("LMTP").to_string();
    Server::start(
        "postfix",
        &[
            "SMTP",
            "SUBMISSION",
            "SMTPS",
            "SMTPS_CERT",
            "POSTSCREEN",
            "PROXY",
            "OPEN",
        ],
        &[
            ("DOVECOT_AUTH", &auth.to_string_lossy()),
            ("DOVECOT_LMTP", &lmtp),
        ],
    )
});

// These are unpacked, not installed: each finds its own tree where its script lays it over the system's, for itself alone.
static EXIM: Shared = LazyLock::new(|| Server::start("exim", &["SMTP", "SMTPS"], &[]));
static OPENSMTPD: Shared = LazyLock::new(|| Server::start("opensmtpd", &["SMTP"], &[]));
static COURIER: Shared =
    LazyLock::new(|| Server::start("courier", &["IMAP", "IMAPS", "POP3", "POP3S"], &[]));
static CYRUS: Shared =
    LazyLock::new(|| Server::start("cyrus", &["IMAP", "IMAPS", "POP3", "POP3S", "LMTP"], &[]));

/// Dovecot: IMAP, POP3 and LMTP, every mechanism it has.
pub fn dovecot() -> &'static Server {
    shared(&DOVECOT)
}

/// Postfix, whose logins and mailboxes are Dovecot's.
pub fn postfix() -> &'static Server {
    shared(&POSTFIX)
}

/// Exim 4.
pub fn exim() -> &'static Server {
    shared(&EXIM)
}

/// OpenSMTPD.
pub fn opensmtpd() -> &'static Server {
    shared(&OPENSMTPD)
}

/// Courier: IMAP and POP3.
pub fn courier() -> &'static Server {
    shared(&COURIER)
}

/// Cyrus: IMAP, POP3 and LMTP.
pub fn cyrus() -> &'static Server {
    shared(&CYRUS)
}

fn shared(server: &'static Shared) -> &'static Server {
    server.as_ref().unwrap_or_else(|error| panic!("{error}"))
}
