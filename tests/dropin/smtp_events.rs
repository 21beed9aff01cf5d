//! check_smtp, event by event. The same exit code where theirs is right or harmless; CRITICAL where it calls a dead or lying
//! server OK, WARNING or UNKNOWN.

use crate::frame::{Row, hold, rows};
use crate::perfdata;
use crate::sandbox::faults::{Action, Fault, Phase};
use crate::sandbox::{Certificate, Scenario, Service, TlsPolicy};
use crate::smtp::CHECK_SMTP;

const LOGIN: &str = "-A LOGIN -U probe -P 's3cret sandbox-Pass'";

pub fn rows() -> Vec<Row> {
    let mut rows = healthy();
    rows.extend(agreed());
    rows.extend(certificates());
    rows.extend(dead());
    rows.extend(shown());
    rows
}

fn plain() -> Scenario {
    Scenario::smtp()
}

fn faulty(name: &str) -> Scenario {
    plain().fault_named(name)
}

fn starttls(name: &str) -> Scenario {
    plain().starttls().fault_named(name)
}

fn shows(certificate: Certificate) -> Scenario {
    plain().starttls().certificate(certificate)
}

fn healthy() -> Vec<Row> {
    rows! { &CHECK_SMTP;
        "healthy", plain(), "" => 0;
        "healthy, STARTTLS", plain().starttls(), "-S" => 0;
        "healthy, login", plain(), LOGIN => 0;
        "healthy, login over TLS", plain().starttls(), &format!("-S {LOGIN}") => 0;
        "healthy, days left", plain().starttls(), "-S -D 14,7" => 0;
        "healthy, days left, one number", plain().starttls(), "-S -D 14" => 0;
        "healthy, days left, -D first", plain().starttls(), "-D 14 -S" => 0;
        "healthy, days left, no -S", plain().starttls(), "-D 14" => 0;
        "healthy, LMTP", Scenario::lmtp(), "-L" => 0;
        "healthy, sender", plain(), "-f probe@example.test" => 0;
        "healthy, sender in brackets", plain(), "-f '<probe@example.test>'" => 0;
        "healthy, sender without a domain", plain(), "-f nagios" => 0;
        "healthy, no sender", plain(), "-f ''" => 0;
        "healthy, sender of nobody", plain(), "-f '<>'" => 0;
        "healthy, class of characters", plain(), "-C NOOP -R '^[[:digit:]]{3} '" => 0;
        "healthy, one of two", plain(), "-C NOOP -R '^(250|251) 2\\.0\\.0'" => 0;
        "healthy, the end of a line", plain(), "-C NOOP -R 'ok$'" => 0;
        "healthy, case counts", plain(), "-C NOOP -R OK" => 1;
        "healthy, command", plain(), "-C NOOP -R ^250" => 0;
        "healthy, commands", plain(), "-C NOOP -C HELP -R ^250 -R ^214" => 0;
        "healthy, more commands than patterns", plain(), "-C NOOP -C HELP -R ^250" => 0;
        "healthy, a refused command unchecked", plain(), "-C 'BOO HOO'" => 0;
        "healthy, text of the greeting", plain(), "-e sandbox" => 0;
        "healthy, text of the EHLO reply", plain().starttls(), "-S -e PIPELINING" => 0;
        "healthy, all at once", plain().starttls(), &format!("-4 -S -D 14,7 -f a@example.test -C NOOP -R 250 -w 5 -c 9 -t 8 -q {LOGIN}") => 0;
        "greeting in crumbs", faulty("greeting-crumbs"), "" => 0;
        "greeting of many lines", faulty("greeting-multi-line"), "" => 0;
        "lines that end in LF", faulty("lf-only"), "" => 0;
        "EHLO refused, HELO not", faulty("ehlo-refused"), "" => 0;
        "STARTTLS last", plain().starttls().fault_named("starttls-last-line"), "-S" => 0;
        "QUIT refused", faulty("quit-554"), "" => 0;
        "closed instead of QUIT's reply", faulty("quit-close"), "" => 0;
    }
}

fn agreed() -> Vec<Row> {
    rows! { &CHECK_SMTP;
        "connection refused", faulty("refused"), "" => 2;
        "no connection", faulty("black-hole"), "-t 1" => 2;
        "silence", faulty("greeting-silence"), "-t 1" => 2;
        "silence after EHLO", faulty("ehlo-silence"), "-t 1" => 2;
        "silence after STARTTLS", starttls("starttls-silence"), "-S -t 1" => 2;
        "silence in the handshake", starttls("tls-stall"), "-S -t 1" => 2;
        "silence after TLS", starttls("ehlo-after-tls-silence"), "-S -t 1" => 2;
        "TLS fails after STARTTLS", starttls("tls-alert"), "-S" => 2;
        "no TLS after STARTTLS", starttls("tls-plain-text"), "-S" => 2;
        "old TLS only", plain().starttls().tls_policy(TlsPolicy::Old), "-S" => 2;
        "STARTTLS not offered", plain(), "-S" => 1;
        "STARTTLS not offered, days", plain(), "-S -D 14" => 1;
        "unexpected greeting", plain(), "-e Postfix" => 1;
        "unexpected greeting, STARTTLS", plain().starttls(), "-S -e Postfix" => 1;
        "reply does not match", plain(), "-C NOOP -R ^251" => 1;
        "second reply does not match", plain(), "-C NOOP -C NOOP -R ^250 -R ^251" => 1;
        "wrong password", plain(), "-A LOGIN -U probe -P wrong" => 2;
        "login refused", faulty("auth-535"), LOGIN => 2;
        "no challenge", faulty("auth-250"), LOGIN => 2;
        "login without a name", plain(), "-A LOGIN -P x" => 2 / 3 "login";
        "login without a password", plain(), "-A LOGIN -U probe" => 2 / 3 "login";
        "plain text behind STARTTLS's go-ahead", starttls("starttls-inject-smtp"), "-S" => 2;
        "too slow for -c", faulty("greeting-late"), "-w 0.1 -c 0.2" => 2;
        "too slow for -w", faulty("greeting-late"), "-w 0.2 -c 5" => 1;
        "too slow for -c alone", faulty("greeting-late"), "-c 0.2" => 2;
        "-w 0 is never kept", plain(), "-w 0" => 1;
        "-s and -S", plain(), "-s -S" => 3;
        "closed at the user's name", plain().fault(Fault::custom(Service::Smtp, Phase::Login, Action::Close)), LOGIN => 2;
        "no text", plain(), "-C 'NOOP' -R ''" => 0;
        "421 for a greeting", faulty("greeting-421"), "" => 1;
        "450 for a greeting", faulty("greeting-450"), "" => 1;
    }
}

fn certificates() -> Vec<Row> {
    rows! { &CHECK_SMTP;
        "days too few for C", shows(Certificate::EndsSoon), "-S -D 14,7" => 2;
        "days too few for W", shows(Certificate::EndsSoon), "-S -D 14,2" => 1;
        "days too few, one number", shows(Certificate::EndsSoon), "-S -D 14" => 1;
        "days just enough", shows(Certificate::EndsSoon), "-S -D 3,2" => 0;
        "expired, days", shows(Certificate::Expired), "-S -D 14,7" => 2;
        "expired, one number of days", shows(Certificate::Expired), "-S -D 14" => 2;
        "expired", shows(Certificate::Expired), "-S" => 0 / 2 "certificates";
        "for another name", shows(Certificate::WrongName), "-S" => 0 / 2 "certificates";
        "signed by itself", shows(Certificate::SelfSigned), "-S -D 14" => 0 / 2 "certificates";
        "signed by nobody known", shows(Certificate::UnknownCa), "-S" => 0 / 2 "certificates";
        "intermediate missing", shows(Certificate::MissingIntermediate), "-S" => 0 / 2 "certificates";
        "not yet valid", shows(Certificate::NotYetValid), "-S -D 14" => 0 / 2 "certificates";
        "days are not all that counts", plain().starttls(), "-S -D 14 -C NOOP -R ^251" => 0 / 1 "days";
        "days, and the password is wrong", plain().starttls(), "-S -D 14 -A LOGIN -U probe -P wrong" => 0 / 2 "days";
    }
}

/// The service is dead or lies.
fn dead() -> Vec<Row> {
    rows! { &CHECK_SMTP;
        "closed instead of a greeting", faulty("greeting-close"), "" => 1 / 2 "dead";
        "reset instead of a greeting", faulty("greeting-reset"), "" => 1 / 2 "dead";
        "554 for a greeting", faulty("greeting-554"), "" => 1 / 2 "dead";
        "554 and gone", faulty("greeting-554-then-close"), "" => 1 / 2 "dead";
        "HTTP for a greeting", faulty("greeting-http"), "" => 1 / 2 "dead";
        "2200 for a greeting", faulty("greeting-four-digits"), "" => 0 / 2 "dead";
        "220 and 554 in one greeting", faulty("greeting-mixed-codes"), "" => 0 / 2 "dead";
        "closed instead of EHLO's reply", faulty("ehlo-close"), "" => 1 / 2 "dead";
        "EHLO and HELO refused", faulty("ehlo-554"), "" => 0 / 2 "dead";
        "421 instead of EHLO's reply", faulty("ehlo-421"), "" => 0 / 1 "dead";
        "STARTTLS refused", starttls("starttls-454"), "-S" => 3 / 2 "dead";
        "closed instead of STARTTLS's reply", starttls("starttls-close"), "-S" => 3 / 2 "dead";
        "EHLO refused after TLS", starttls("ehlo-after-tls-554"), "-S" => 0 / 2 "dead";
        "closed after TLS", starttls("ehlo-after-tls-close"), "-S" => 3 / 2 "dead";
        "closed at AUTH", faulty("auth-close"), LOGIN => 1 / 2 "dead";
        "closed at MAIL", faulty("mail-close"), "-f probe@example.test" => 0 / 2 "dead";
        "closed at a command", plain().fault(Fault::custom(Service::Smtp, Phase::Rset, Action::Close)), "-C RSET -R 250" => 0 / 2 "dead";
        "reset at a command", plain().fault(Fault::custom(Service::Smtp, Phase::Rset, Action::Reset)), "-C RSET" => 3 / 2 "dead";
        "reset at a command, -q", plain().fault(Fault::custom(Service::Smtp, Phase::Rset, Action::Reset)), "-q -C RSET" => 0 / 2 "dead";
        "421 at a command", plain().fault(Fault::custom(Service::Smtp, Phase::Rset, Action::ReplyClose(b"421 4.3.2 going\r\n"))), "-C RSET -C NOOP" => 0 / 1 "dead";
        "sender refused", plain(), "-f rejected@example.org" => 0 / 2 "sender";
        "no mail without TLS", plain().starttls().require_tls(), "-f probe@example.test" => 0 / 2 "sender";
        "QUIT not answered", faulty("quit-silence"), "-t 1" => 2 / 0 "quit";
        "mismatch, then a match", plain(), "-C NOOP -R ^251 -C HELP -R 214" => 0 / 1 "responses";
        "a pattern without a command", plain(), "-R ^250" => 0 / 3 "responses";
        "a pattern that is none", plain(), "-C NOOP -R '('" => 255 / 3 "responses";
        "text of the EHLO reply, where theirs says HELO", plain(), "-e PIPELINING" => 1 / 0 "expected";
        "the end of a line of many", plain(), "-C 'EHLO monitor.example.org' -R '^250.PIPELINING$'" => 1 / 0 "responses";
        "an empty text", plain(), "-e ''" => 0 / 3 "expected";
        "text of the first EHLO reply", plain().starttls(), "-S -e STARTTLS" => 1 / 0 "expected";
        "login by another mechanism", plain(), "-A PLAIN -U probe -P 's3cret sandbox-Pass'" => 2 / 0 "login";
    }
}

/// Perfdata where theirs has none.
fn shown() -> Vec<Row> {
    let row = |event, scenario: Scenario, line, code| {
        perfdata::ours_alone(&CHECK_SMTP, event, scenario, line, code)
    };
    vec![
        row("time with days", plain().starttls(), "-S -D 14", 0),
        row("time at the deadline", faulty("ehlo-silence"), "-t 1", 2),
        row("time without TLS", starttls("tls-alert"), "-S", 2),
    ]
}

#[test]
fn event_by_event() {
    hold(rows());
}
