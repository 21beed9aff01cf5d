//! The lab: real mail servers on loopback, for the tests of this binary.
//!
//! Each server is started by the first test that asks for it and shared by all tests of the process; how one is run is told in
//! `frame`, what it offers in its own script beside this file (`dovecot.sh`, `postfix.sh`). Tests share mailboxes too: a test that
//! counts on the content of one uses an account that nobody delivers to.
#![allow(dead_code)] // not every test binary asks for every server

pub mod frame;
mod pki;
mod ports;
mod token;

use std::sync::LazyLock;

pub use frame::Server;
pub use token::{expired as expired_token, token};

/// The account of the tests, known to every server with and without its domain.
pub const USER: &str = "probe";
/// The same account where a full address is wanted.
pub const ADDRESS: &str = "probe@example.test";
/// Its password: with a space, since not every client quotes.
pub const PASSWORD: &str = "s3cret lab-Pass";
/// Where Dovecot listens for clients that it takes for remote ones, and so refuses clear-text logins from (ports `*_STRICT`).
pub const STRICT_HOST: &str = "127.0.0.2";

type Shared = LazyLock<Result<Server, String>>;

fn shared(server: &'static Shared) -> &'static Server {
    match &**server {
        Ok(server) => server,
        Err(error) => panic!("{error}"),
    }
}

/// Dovecot: IMAP, POP3 and LMTP, every mechanism it has.
pub fn dovecot() -> &'static Server {
    static DOVECOT: Shared = LazyLock::new(|| {
        let ports = [
            "IMAP",
            "IMAPS",
            "POP3",
            "POP3S",
            "LMTP",
            "IMAP_STRICT",
            "POP3_STRICT",
            "IMAP_PROXY",
        ];
        Server::start("dovecot", &ports, &[])
    });
    shared(&DOVECOT)
}

/// Postfix, whose logins and mailboxes are Dovecot's.
pub fn postfix() -> &'static Server {
    static POSTFIX: Shared = LazyLock::new(|| {
        let dovecot = dovecot();
        let ports = ["SMTP", "SUBMISSION", "SMTPS", "POSTSCREEN", "PROXY", "OPEN"];
        let auth = dovecot.dir().join("auth");
        Server::start(
            "postfix",
            &ports,
            &[
                ("DOVECOT_AUTH", &auth.to_string_lossy()),
                ("DOVECOT_LMTP", &dovecot.port("LMTP").to_string()),
            ],
        )
    });
    shared(&POSTFIX)
}
