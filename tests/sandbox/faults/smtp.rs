//! What an SMTP or LMTP server can say that is wrong, or right and bad news.

use std::time::Duration;

use super::super::sasl::Mechanism;
use super::super::scenario::{Service, Transport};
use super::{ALARM, ANY, Action, CRITICAL, Fault, OK, Phase, Twist, WARNING, per_word};

const BOTH: &[Service] = &[Service::Smtp, Service::Lmtp];
const SMTP: &[Service] = &[Service::Smtp];

/// The replies that come at each step.
const REFUSALS: [(&str, &[u8]); 6] = [
    (
        "421",
        b"421 4.3.2 mail.example.test Service not available, closing channel\r\n",
    ),
    ("450", b"450 4.3.2 try again later\r\n"),
    (
        "454",
        b"454 4.7.0 not available due to a temporary reason\r\n",
    ),
    ("500", b"500 5.5.1 command unrecognised\r\n"),
    (
        "521",
        b"521 5.3.2 mail.example.test does not accept mail\r\n",
    ),
    ("554", b"554 5.7.1 refused\r\n"),
];

/// The verdict on a code at a step.
fn wanted(phase: Phase, code: &str) -> &'static [i32] {
    let temporary = code.starts_with('4');
    match phase {
        Phase::Quit => OK,
        // A dialogue that did what it was for.
        Phase::Rset => ANY,
        Phase::Greeting | Phase::Mail | Phase::Rcpt | Phase::Data | Phase::Body if temporary => {
            WARNING
        }
        // TLS or a login that was asked for and cannot be had.
        Phase::Starttls | Phase::Login => CRITICAL,
        _ if temporary => ALARM,
        _ => CRITICAL,
    }
}

pub fn faults() -> Vec<Fault> {
    let mut all = Vec::new();
    let steps = [
        Phase::Greeting,
        Phase::Capability,
        Phase::Starttls,
        Phase::SecureCapability,
        Phase::Login,
        Phase::Mail,
        Phase::Rcpt,
        Phase::Data,
        Phase::Body,
        Phase::Rset,
        Phase::Quit,
    ];
    for phase in steps {
        for (code, reply) in REFUSALS {
            // 421 means that the server goes.
            let action = if code == "421" {
                Action::ReplyClose(reply)
            } else {
                Action::Reply(reply)
            };
            let made = per_word(BOTH, phase, code, action);
            all.extend(made.into_iter().map(|f| {
                f.wanted(wanted(phase, code))
                    .about("that code at that step")
            }));
        }
    }
    all.extend(greetings());
    all.extend(capabilities());
    all.extend(logins());
    all.extend(envelopes());
    all
}

fn greetings() -> Vec<Fault> {
    let says = |name, text| Fault::new(name, BOTH, Phase::Greeting, Action::Reply(text));
    vec![
        says("greeting-554-then-close", b"")
            .acting(Action::ReplyClose(b"554 5.3.2 no service here\r\n")),
        says(
            "greeting-mixed-codes",
            b"220-mail.example.test ESMTP\r\n554 no service here\r\n",
        )
        .about("220- and 554 in one reply"),
        says(
            "greeting-mixed-success",
            b"220-mail.example.test ESMTP\r\n250 ready\r\n",
        )
        .wanted(ALARM)
        .about("220- and 250 in one reply"),
        says("greeting-four-digits", b"2200 hello\r\n").about("2200 is no reply code"),
        says("greeting-no-code", b"mail.example.test ESMTP\r\n").about("text without a code"),
        says("greeting-other-protocol", b"* OK IMAP4rev1 ready\r\n").about("an IMAP greeting"),
        says(
            "greeting-http",
            b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        )
        .about("a web server"),
        says("greeting-code-only", b"220\r\n")
            .wanted(OK)
            .about("the code and nothing else"),
        says("greeting-250", b"250 hello\r\n")
            .wanted(ALARM)
            .about("250 instead of 220"),
        says(
            "greeting-pipe-perfdata",
            b"220 evil | time=0s;;;0 size=1B 'x'=9\r\n",
        )
        .wanted(OK)
        .about("a greeting that looks like perfdata"),
        says(
            "greeting-escapes",
            b"220 \x1b[2J\x1b]0;owned\x07mail\x08\x7f\x9b31m ready\r\n",
        )
        .wanted(OK)
        .about("terminal escape sequences"),
        says(
            "greeting-latin1",
            b"220 m\xfcller.example.test gr\xfc\xdft\r\n",
        )
        .wanted(OK)
        .about("Latin-1 bytes"),
        says(
            "greeting-utf8",
            "220 müller.example.test grüßt \u{202e}tset\r\n".as_bytes(),
        )
        .wanted(OK)
        .about("UTF-8 with a direction override"),
        says("greeting-nul", b"220 mail\x00 evil\r\n")
            .wanted(ANY)
            .about("a NUL byte"),
        says("greeting-cr-inside", b"220 mail\rSMTP OK - fine\r\n")
            .wanted(ANY)
            .about("a bare CR in the text"),
        says(
            "greeting-macro",
            b"220 $(id) $HOSTADDRESS$ `id` <b>mail</b>\r\n",
        )
        .wanted(OK)
        .about("shell and macro text"),
        says(
            "greeting-multi-line",
            b"220-mail.example.test ESMTP\r\n220-All use is logged.\r\n220 ready\r\n",
        )
        .wanted(OK)
        .about("three lines at once"),
        says("greeting-multi-line-late", b"")
            .acting(Action::BeforeAndDelay(
                b"220-mail.example.test waits\r\n",
                Duration::from_millis(300),
            ))
            .wanted(OK)
            .about("the second line comes 300 ms after the first (postscreen)"),
        says("greeting-no-newline", b"")
            .acting(Action::ReplySilence(b"220 mail.example.test ESMTP")),
        says("greeting-no-newline-close", b"")
            .acting(Action::ReplyClose(b"220 mail.example.test ESMTP")),
        says("greeting-and-more", b"")
            .acting(Action::After(b"250 you did not ask\r\n"))
            .wanted(ANY),
    ]
}

fn capabilities() -> Vec<Fault> {
    let says = |name, text| Fault::new(name, SMTP, Phase::Capability, Action::Reply(text));
    vec![
        Fault::new("ehlo-refused", SMTP, Phase::Capability, Action::Twist(Twist::EhloRefused))
            .over(&[Transport::Plain, Transport::Tls])
            .wanted(ANY)
            .about("EHLO refused, HELO taken"),
        Fault::new("ehlo-refused-starttls", SMTP, Phase::Capability, Action::Twist(Twist::EhloRefused))
            .over(&[Transport::Starttls])
            .wanted(ALARM)
            .about("EHLO refused, HELO taken: STARTTLS cannot be had"),
        Fault::new("starttls-last-line", BOTH, Phase::Capability, Action::Twist(Twist::StarttlsLast))
            .over(&[Transport::Starttls])
            .wanted(OK)
            .about("\"250 STARTTLS\" as the last and only capability"),
        says("ehlo-mixed-codes", b"250-mail.example.test\r\n550-no\r\n250 HELP\r\n").wanted(ALARM),
        says("ehlo-one-line", b"250 mail.example.test\r\n").wanted(ANY).about("EHLO answered without capabilities"),
        says("ehlo-odd-size", b"250-mail.example.test\r\n250-SIZE 99999999999999999999999999\r\n250-SIZE x\r\n250 \r\n")
            .wanted(ANY)
            .about("SIZE beyond all numbers, an empty keyword"),
        says("ehlo-auth-equals", b"250-mail.example.test\r\n250-AUTH=LOGIN PLAIN\r\n250 8BITMIME\r\n")
            .over(&[Transport::Plain, Transport::Tls])
            .wanted(ANY)
            .about("the old spelling AUTH=LOGIN alone"),
    ]
}

fn logins() -> Vec<Fault> {
    let says = |name, text| Fault::new(name, SMTP, Phase::Login, Action::Reply(text));
    let first = |name, text| Fault::new(name, SMTP, Phase::Auth, Action::Reply(text));
    vec![
        says(
            "auth-535",
            b"535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6\r\n",
        )
        .about("login refused"),
        says(
            "auth-534",
            b"534 5.7.9 application-specific password required\r\n",
        )
        .about("another password wanted"),
        says(
            "auth-538",
            b"538 5.7.11 encryption required for requested authentication mechanism\r\n",
        ),
        says(
            "auth-432",
            b"432 4.7.12 a password transition is needed\r\n",
        ),
        says("auth-250", b"250 2.0.0 whatever\r\n")
            .wanted(ALARM)
            .about("250 instead of 235"),
        first("auth-bad-base64", b"334 !!! not base64 !!!\r\n")
            .offering(&[Mechanism::CramMd5])
            .about("a challenge that is not base64"),
        first("auth-odd-challenge", b"334 AAECAwQ=\r\n")
            .offering(&[Mechanism::ScramSha256])
            .about("a challenge that is not SCRAM"),
        first("auth-success-at-once", b"235 2.7.0 fine\r\n")
            .offering(&[Mechanism::ScramSha256])
            .about("success before the server has proved anything"),
    ]
}

fn envelopes() -> Vec<Fault> {
    let says = |name, phase, text| Fault::new(name, BOTH, phase, Action::Reply(text));
    vec![
        says(
            "mail-530",
            Phase::Mail,
            b"530 5.7.0 Must issue a STARTTLS command first\r\n",
        ),
        says("mail-552", Phase::Mail, b"552 5.3.4 message too big\r\n"),
        says(
            "mail-553-starttls",
            Phase::Mail,
            b"553 5.7.1 <probe@example.test>: not owned by user\r\n",
        ),
        says("rcpt-550", Phase::Rcpt, b"550 5.1.1 user unknown\r\n"),
        says(
            "rcpt-451-greylisted",
            Phase::Rcpt,
            b"451 4.7.1 Greylisted, see https://example.test/g\r\n",
        )
        .wanted(WARNING),
        says("rcpt-452", Phase::Rcpt, b"452 4.2.2 mailbox full\r\n").wanted(WARNING),
        says("rcpt-251", Phase::Rcpt, b"251 2.1.5 will forward\r\n").wanted(OK),
        says(
            "rcpt-multi-line",
            Phase::Rcpt,
            b"550-5.7.1 blocked by\r\n550-5.7.1 dnsbl.example.test:\r\n550 5.7.1 see there\r\n",
        ),
        says("mail-unasked-421", Phase::Mail, b"")
            .acting(Action::ReplyClose(b"421 4.4.2 timeout exceeded\r\n"))
            .wanted(ALARM),
    ]
}
