//! Logging in: every mechanism, forced and chosen, and what a refusal says. See `secrets` for where passwords come
//! from and where they may go.

use crate::check::{assert_finds, assert_ok, assert_usage, check, proven, smtp, text};
use crate::sandbox::faults::{Action, Fault, Phase};
use crate::sandbox::pki::pki;
use crate::sandbox::{End, Mechanism, Sandbox, Scenario, Service, TOKEN, TlsPolicy};

const PASSWORD: [&str; 4] = ["-U", "probe", "--password-env", "PASSWORD"];
const TOKEN_LOGIN: [&str; 4] = ["-U", "probe", "--token-env", "TOKEN"];

fn offering(mechanisms: &[Mechanism]) -> Sandbox {
    Sandbox::start(Scenario::smtp().tls().mechanisms(mechanisms))
}

fn credentials(mechanism: Mechanism) -> [&'static str; 4] {
    match mechanism {
        Mechanism::Xoauth2 | Mechanism::OauthBearer => TOKEN_LOGIN,
        _ => PASSWORD,
    }
}

/// Those that a secret is told by.
fn secret() -> impl Iterator<Item = Mechanism> {
    let all = Mechanism::ALL.into_iter();
    all.filter(|mechanism| *mechanism != Mechanism::External)
}

#[test]
fn each_mechanism_when_it_is_the_only_one() {
    for mechanism in secret() {
        let server = offering(&[mechanism]);
        let outcome = check(&server, &[&["-s"][..], &credentials(mechanism)].concat());
        assert_ok(&outcome);
        let said = format!("login as \"probe\" by {}", mechanism.name());
        assert!(proven(&outcome).ends_with(&said), "{outcome}");
        assert!(outcome.metric("auth").is_some(), "{outcome}");
        let session = server.session();
        assert_eq!(session.end, End::Polite);
        assert_eq!(session.logins.len(), 1);
        assert!(session.logins[0].accepted && session.logins[0].encrypted);
    }
}

#[test]
fn each_mechanism_by_name_among_all() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    for mechanism in secret() {
        let lower = mechanism.name().to_ascii_lowercase();
        let outcome = check(
            &server,
            &[&["-S", "-A", &lower][..], &credentials(mechanism)].concat(),
        );
        assert_ok(&outcome);
        let sessions = server.sessions();
        let login = &sessions.last().unwrap().logins[0];
        assert_eq!(login.mechanism, mechanism.name());
        assert!(login.accepted);
    }
}

#[test]
fn the_strongest_of_all_is_taken() {
    use Mechanism::{CramMd5, Login, Plain, ScramSha1, ScramSha256, ScramSha256Plus};
    for (offered, taken) in [
        (&Mechanism::ALL[..], ScramSha256Plus),
        (
            &[Plain, Login, CramMd5, ScramSha1, ScramSha256],
            ScramSha256,
        ),
        (&[Login, Plain, CramMd5, ScramSha1], ScramSha1),
        (&[Login, Plain, CramMd5], CramMd5),
        (&[Login, Plain], Plain),
    ] {
        let server = offering(offered);
        assert_ok(&check(&server, &[&["-s"][..], &PASSWORD].concat()));
        assert_eq!(server.session().logins[0].mechanism, taken.name());
    }
    let server = offering(&Mechanism::ALL);
    assert_ok(&check(&server, &[&["-s"][..], &TOKEN_LOGIN].concat()));
    assert_eq!(server.session().logins[0].mechanism, "OAUTHBEARER");
}

#[test]
fn round_trips_are_not_wasted() {
    // PLAIN, the tokens and SCRAM send their first message with the command.
    for (mechanism, lines) in [
        (Mechanism::Plain, 1),
        (Mechanism::Xoauth2, 1),
        (Mechanism::OauthBearer, 1),
        (Mechanism::Login, 3),
        (Mechanism::CramMd5, 2),
        (Mechanism::ScramSha256, 3),
    ] {
        let server = offering(&[mechanism]);
        assert_ok(&check(
            &server,
            &[&["-s"][..], &credentials(mechanism)].concat(),
        ));
        assert_eq!(
            server.lines().len() - 2,
            lines,
            "{}: {:?}",
            mechanism.name(),
            server.lines()
        );
    }
}

#[test]
fn a_wrong_password_is_critical_with_the_servers_words() {
    for mechanism in secret() {
        let server = offering(&[mechanism]);
        let mut options = credentials(mechanism);
        options[3] = "WRONG";
        let outcome = smtp(&server)
            .arg("-s")
            .args(options)
            .env("WRONG", "not-the-Secret-of-1999")
            .run();
        assert_finds(&outcome, 2, &["auth-rejected"]);
        assert!(!outcome.reveals("not-the-Secret-of-1999"), "{outcome}");
        let text = text(&outcome, "auth-rejected");
        assert!(
            text.contains("535 5.7.8") && text.contains("\"probe\""),
            "{text}"
        );
        let session = server.session();
        assert_eq!(session.end, End::Polite, "{}", mechanism.name());
        assert!(!session.logins[0].accepted);
    }
}

#[test]
fn the_json_error_of_a_token_is_shown() {
    for (mechanism, words) in [
        (Mechanism::OauthBearer, "status invalid_token"),
        (Mechanism::Xoauth2, "status 400"),
    ] {
        let server = offering(&[mechanism]);
        let outcome = smtp(&server)
            .args(["-s", "-U", "probe", "--token-env", "WRONG"])
            .env("WRONG", "expired-token-0123456789")
            .run();
        assert_finds(&outcome, 2, &["auth-rejected"]);
        assert!(text(&outcome, "auth-rejected").contains(words), "{outcome}");
        assert!(!outcome.reveals("expired-token-0123456789"), "{outcome}");
    }
}

#[test]
fn oauthbearer_names_host_and_port() {
    let server = offering(&[Mechanism::OauthBearer]);
    assert_ok(&check(&server, &[&["-s"][..], &TOKEN_LOGIN].concat()));
    let line = &server.lines()[1];
    let sent = data_encoding::BASE64
        .decode(line.rsplit(' ').next().unwrap().as_bytes())
        .unwrap();
    let sent = String::from_utf8(sent).unwrap();
    let expected = format!(
        "n,a=probe,\x01host=localhost\x01port={}\x01auth=Bearer {TOKEN}\x01\x01",
        server.port()
    );
    assert_eq!(sent, expected);
}

#[test]
fn the_certificate_logs_in_by_external() {
    let server = Sandbox::start(Scenario::smtp().tls().tls_policy(TlsPolicy::ClientAsked));
    let run = |options: &[&str]| {
        smtp(&server)
            .args(["-s", "-A", "EXTERNAL", "--client-cert"])
            .arg(pki().client_cert())
            .arg("--client-key")
            .arg(pki().client_key())
            .args(options)
            .run()
    };
    assert_ok(&run(&[]));
    assert_ok(&run(&["-U", "probe"]));
    let other = run(&["-U", "somebody"]);
    assert_finds(&other, 2, &["auth-rejected"]);
    let logins: Vec<bool> = server
        .sessions()
        .iter()
        .map(|session| session.logins[0].accepted)
        .collect();
    assert_eq!(logins, [true, true, false]);
    // Without a certificate there is no EXTERNAL to be had.
    let without = check(&server, &["-s", "-A", "EXTERNAL", "-U", "probe"]);
    assert_finds(&without, 2, &["auth-rejected"]);
}

#[test]
fn a_login_that_cannot_be_had_is_critical() {
    let nothing = Sandbox::start(Scenario::smtp().mechanisms(&[]));
    assert_finds(&check(&nothing, &PASSWORD), 2, &["auth-missing"]);
    let tokens = offering(&[Mechanism::Xoauth2, Mechanism::OauthBearer]);
    let outcome = check(&tokens, &[&["-s"][..], &PASSWORD].concat());
    assert_finds(&outcome, 2, &["auth-missing"]);
    assert!(
        text(&outcome, "auth-missing").contains("XOAUTH2"),
        "{outcome}"
    );
    assert!(tokens.session().logins.is_empty());
    // Asked for by name it is tried, offered or not: the server's answer is the better reason.
    let plain = offering(&[Mechanism::Plain]);
    let outcome = check(&plain, &[&["-s", "-A", "LOGIN"][..], &PASSWORD].concat());
    assert_finds(&outcome, 2, &["auth-rejected"]);
    assert!(text(&outcome, "auth-rejected").contains("504"), "{outcome}");
    assert_eq!(plain.sessions()[0].end, End::Polite);
}

#[test]
fn channel_binding_needs_a_channel() {
    let server = Sandbox::start(Scenario::smtp());
    let outcome = check(
        &server,
        &[&["-A", "SCRAM-SHA-256-PLUS"][..], &PASSWORD].concat(),
    );
    assert_finds(&outcome, 2, &["auth-missing"]);
    assert!(server.session().logins.is_empty());
}

#[test]
fn a_temporary_refusal_is_not_the_passwords_fault() {
    for (fault, id) in [
        ("auth-454", "auth-unavailable"),
        ("auth-432", "auth-unavailable"),
        ("auth-421", "auth-unavailable"),
        ("auth-535", "auth-rejected"),
        ("auth-534", "auth-rejected"),
        ("auth-538", "auth-rejected"),
    ] {
        let server = Sandbox::start(Scenario::smtp().tls().fault_named(fault));
        let outcome = check(&server, &[&["-s"][..], &PASSWORD].concat());
        assert_finds(&outcome, 2, &[id]);
        assert!(text(&outcome, id).contains(&fault[5..]), "{outcome}");
    }
}

#[test]
fn a_login_that_must_be_refused() {
    let server = offering(&[Mechanism::Plain]);
    let wrong = |options: &[&str]| {
        smtp(&server)
            .args([
                "-s",
                "-U",
                "probe",
                "--reject-login",
                "--password-env",
                "WRONG",
            ])
            .env("WRONG", "a password of last year")
            .args(options)
            .run()
    };
    let refused = wrong(&[]);
    assert_ok(&refused);
    assert!(
        proven(&refused).contains("refused as it must be"),
        "{refused}"
    );
    // The check goes on without a login.
    assert_ok(&wrong(&[
        "--to",
        "probe@example.test",
        "--reject-to",
        "a@example.net",
    ]));
    let accepted = check(
        &server,
        &[&["-s", "--reject-login"][..], &PASSWORD].concat(),
    );
    assert_finds(&accepted, 2, &["login-accepted"]);
    // A server that cannot tell has refused nothing.
    let busy = Sandbox::start(Scenario::smtp().tls().fault_named("auth-454"));
    let outcome = check(&busy, &[&["-s", "--reject-login"][..], &PASSWORD].concat());
    assert_finds(&outcome, 2, &["auth-unavailable"]);
}

#[test]
fn only_bad_credentials_are_a_refusal() {
    // What the server says of itself has not been proven of the password.
    for (reply, refused) in [
        (&b"535 5.7.8 authentication failed\r\n"[..], true),
        (b"535 Incorrect authentication data\r\n", true),
        (b"525 5.7.13 user account disabled\r\n", true),
        (b"550 5.7.8 no\r\n", true),
        (b"500 5.5.1 command unrecognized\r\n", false),
        (b"501 5.5.2 cannot decode\r\n", false),
        (b"502 5.5.1 not implemented\r\n", false),
        (b"503 5.5.1 not now\r\n", false),
        (b"504 5.5.4 no such mechanism\r\n", false),
        (b"530 5.7.0 must issue STARTTLS first\r\n", false),
        (b"534 5.7.9 mechanism is too weak\r\n", false),
        (b"535 5.7.11 encryption needed\r\n", false),
        (b"538 5.7.11 encryption required\r\n", false),
        (b"550 5.7.30 basic authentication is retired\r\n", false),
        (b"554 5.3.0 user database is broken\r\n", false),
    ] {
        let fault = Fault::custom(Service::Smtp, Phase::Login, Action::Reply(reply));
        let server = Sandbox::start(Scenario::smtp().fault(fault));
        let outcome = check(&server, &[&["--reject-login"][..], &PASSWORD].concat());
        if refused {
            assert_ok(&outcome);
            assert!(proven(&outcome).ends_with("refused as it must be"));
            continue;
        }
        assert_finds(&outcome, 2, &["auth-missing"]);
        assert!(
            text(&outcome, "auth-missing").contains("could not be tried: 5"),
            "{outcome}"
        );
        // A login that must succeed is refused all the same.
        let outcome = check(&server, &PASSWORD);
        assert_finds(&outcome, 2, &["auth-rejected"]);
    }
    // No mechanism that could be tried at all.
    let plain = offering(&[Mechanism::Plain]);
    let outcome = check(
        &plain,
        &[&["-s", "--reject-login", "-A", "LOGIN"][..], &PASSWORD].concat(),
    );
    assert_finds(&outcome, 2, &["auth-missing"]);
}

#[test]
fn success_is_235_and_nothing_else() {
    for (reply, id) in [
        (&b"250 2.0.0 ok\r\n"[..], "protocol-error"),
        (b"200 ok\r\n", "protocol-error"),
        (b"354 go on\r\n", "protocol-error"),
        (b"221 2.0.0 bye\r\n", "auth-unavailable"),
        (b"421 4.3.2 shutting down\r\n", "auth-unavailable"),
    ] {
        for phase in [Phase::Auth, Phase::Login] {
            for more in [&[][..], &["--reject-login"]] {
                let fault = Fault::custom(Service::Smtp, phase, Action::ReplyClose(reply));
                let server = Sandbox::start(
                    Scenario::smtp()
                        .mechanisms(&[Mechanism::Login])
                        .fault(fault),
                );
                let outcome = check(&server, &[more, &PASSWORD].concat());
                assert_finds(&outcome, 2, &[id]);
            }
        }
    }
}

#[test]
fn after_the_login_more_is_allowed() {
    let server = Sandbox::start(Scenario::smtp().tls().require_auth());
    let envelope = ["--from", "probe@example.test", "--to", "a@example.net"];
    let without = check(&server, &[&["-s"][..], &envelope].concat());
    assert_finds(&without, 2, &["sender-rejected"]);
    assert_ok(&check(
        &server,
        &[&["-s"][..], &PASSWORD, &envelope].concat(),
    ));
}

#[test]
fn what_is_missing_for_a_login_is_a_mistake() {
    let server = Sandbox::start(Scenario::smtp());
    for (options, words) in [
        (&["-U", "probe"][..], "--user without a password"),
        (&["-A", "LOGIN"], "--user"),
        (&["-A", "LOGIN", "-P", "x"], "--user"),
        (&["-P", "x"], "without --user"),
        (&["--token-env", "TOKEN"], "without --user"),
        (&["-A", "NTLM", "-U", "a", "-P", "x"], "NTLM"),
        (&["-A", "", "-U", "a", "-P", "x"], "--auth"),
    ] {
        assert_usage(&check(&server, options), words);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn the_old_names_of_the_options() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    let outcome = smtp(&server)
        .args([
            "-S",
            "--authtype",
            "LOGIN",
            "--authuser=probe",
            "--authpass",
        ])
        .arg(crate::sandbox::PASSWORD)
        .run();
    assert_ok(&outcome);
    assert_eq!(server.session().logins[0].mechanism, "LOGIN");
}

#[test]
fn acting_as_somebody_else() {
    use Mechanism::{Login, Plain, ScramSha256};
    let run = |mechanism, authzid: &str| {
        let server = offering(&[mechanism]);
        let outcome = check(
            &server,
            &[&["-s", "--authzid", authzid][..], &PASSWORD].concat(),
        );
        (server, outcome)
    };
    // The sandbox lets an account act as itself and as nobody else.
    assert_ok(&run(Plain, "probe").1);
    assert_finds(&run(Plain, "somebody").1, 2, &["auth-rejected"]);
    let (server, outcome) = run(ScramSha256, "somebody");
    assert_ok(&outcome);
    let first = server.lines()[1].rsplit(' ').next().unwrap().to_owned();
    let first = data_encoding::BASE64.decode(first.as_bytes()).unwrap();
    assert!(String::from_utf8_lossy(&first).contains(",a=somebody,n=probe,"));
    // LOGIN cannot say it: that must not pass for a login as somebody. By name it is a mistake.
    let (server, outcome) = run(Login, "somebody");
    assert_finds(&outcome, 2, &["auth-missing"]);
    assert!(server.session().logins.is_empty(), "{outcome}");
    let by_name = ["-s", "--authzid", "somebody", "-A", "LOGIN"];
    let named = check(&server, &[&by_name[..], &PASSWORD].concat());
    assert_eq!(named.code, Some(3), "{named}");
    // Who acts as himself needs no word for it.
    assert_ok(&run(Login, "probe").1);
}
