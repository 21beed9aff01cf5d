//! The servers that are unpacked rather than installed stand as well.

use super::smoke::Dialogue;
use crate::lab;

#[test]
fn exim_speaks() {
    let exim = lab::exim();
    assert!(Dialogue::with(exim, "SMTP").line().starts_with("220 "));
    assert!(
        Dialogue::tls(exim, "localhost", "SMTPS", false)
            .line()
            .starts_with("220 ")
    );
}

#[test]
fn opensmtpd_speaks() {
    assert!(
        Dialogue::with(lab::opensmtpd(), "SMTP")
            .line()
            .starts_with("220 ")
    );
}

#[test]
fn courier_speaks() {
    let courier = lab::courier();
    assert!(Dialogue::with(courier, "IMAP").line().starts_with("* OK"));
    assert!(Dialogue::with(courier, "POP3").line().starts_with("+OK"));
    assert!(
        Dialogue::tls(courier, "localhost", "IMAPS", false)
            .line()
            .starts_with("* OK")
    );
    assert!(
        Dialogue::tls(courier, "localhost", "POP3S", false)
            .line()
            .starts_with("+OK")
    );
}

#[test]
fn cyrus_speaks() {
    let cyrus = lab::cyrus();
    assert!(Dialogue::with(cyrus, "IMAP").line().starts_with("* OK"));
    assert!(Dialogue::with(cyrus, "POP3").line().starts_with("+OK"));
    assert!(Dialogue::with(cyrus, "LMTP").line().starts_with("220 "));
    assert!(
        Dialogue::tls(cyrus, "localhost", "IMAPS", false)
            .line()
            .starts_with("* OK")
    );
    assert!(
        Dialogue::tls(cyrus, "localhost", "POP3S", false)
            .line()
            .starts_with("+OK")
    );
}
