//! --audit-plaintext: no password in the clear.

use crate::check::{assert_finds, assert_ok, assert_says, check, inside};
use crate::sandbox::{Mechanism, Sandbox, Scenario};

#[test]
fn a_server_that_waits_for_tls_passes() {
    let server = Sandbox::start(Scenario::pop3().starttls());
    let outcome = check(&server, &["--audit-plaintext"]);
    assert_ok(&outcome);
    assert_says(&outcome, "no password before TLS");
    let outcome = inside(&server, &["--audit-plaintext", "--starttls"]);
    assert_ok(&outcome);
}

#[test]
fn user_and_plain_before_tls_are_found() {
    let server = Sandbox::start(Scenario::pop3().starttls().auth_before_tls());
    let outcome = check(&server, &["--audit-plaintext"]);
    assert_finds(&outcome, 2, &["plaintext-auth"]);
    assert_says(&outcome, "offers USER, SASL PLAIN, SASL LOGIN");
    let server = Sandbox::start(Scenario::pop3());
    let outcome = check(&server, &["--audit-plaintext"]);
    assert_finds(&outcome, 2, &["plaintext-auth", "starttls-missing"]);
}

#[test]
fn what_is_accepted_without_an_offer_is_found_too() {
    let server = Sandbox::start(
        Scenario::pop3()
            .starttls()
            .auth_before_tls()
            .mechanisms(&[Mechanism::CramMd5])
            .without("USER"),
    );
    let outcome = check(&server, &["--audit-plaintext"]);
    assert_finds(&outcome, 2, &["plaintext-auth"]);
    assert_says(
        &outcome,
        "accepts USER before TLS although it does not offer it",
    );
}

#[test]
fn in_tls_from_the_first_byte_there_is_nothing_to_audit() {
    let server = Sandbox::start(Scenario::pop3().tls());
    assert_ok(&check(&server, &["--tls", "--audit-plaintext"]));
}
