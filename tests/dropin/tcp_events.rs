//! check_tcp's names, event by event.

use std::time::Duration;

use crate::frame::{Row, Set, Stage, Verdict, hold, rows};
use crate::perfdata;
use crate::sandbox::faults::{Action, Fault, Phase};
use crate::sandbox::{Certificate, Scenario, TlsPolicy};
use crate::tcp::{Service, all};

pub fn rows(service: &'static Service) -> Vec<Row> {
    let mut rows = texts(service);
    if service.peer.name == "check_tcp" {
        rows.extend(nameless(service));
        return rows;
    }
    rows.extend(times(service));
    rows.extend(dead(service));
    rows.extend(tls(service));
    rows.extend(own(service));
    rows.extend(shown(service));
    rows
}

/// What is sent and what is expected.
fn texts(service: &Service) -> Vec<Row> {
    let good = || service.good();
    let late = || {
        let wait = Action::Delay(Duration::from_millis(2300));
        let good = service.good();
        let fault = Fault::custom(good.service, Phase::Greeting, wait);
        good.fault(fault)
    };
    let Service {
        peer,
        greeting,
        command,
        answer,
        farewell,
        ..
    } = service;
    let bare = farewell;
    rows! { peer;
        "healthy", good(), "" => 0;
        "greeting expected", good(), &format!("-e '{greeting}'") => 0;
        "text of the greeting", good(), "-e 'sandbox ready'" => 0;
        "no such text", good(), "-e nonsense" => 1;
        "no such text, ok", good(), "-e nonsense -M ok" => 0;
        "no such text, warn", good(), "-e nonsense -M warn" => 1;
        "no such text, crit", good(), "-e nonsense -M crit" => 2;
        "one of two texts", good(), &format!("-e nonsense -e '{greeting}'") => 0;
        "one of two, all wanted", good(), &format!("-A -e nonsense -e '{greeting}'") => 1;
        "two of two", good(), &format!("--all --expect sandbox --expect '{greeting}'") => 0;
        "sent, nothing expected", good(), &format!("-E -s '{command}'") => 0;
        "sent, answered", good(), &format!("-E -s '{command}' -e '{answer}'") => 0;
        "sent, the greeting expected", good(), &format!("-E -s '{command}' -e '{greeting}'") => 0;
        "sent, no such answer", good(), &format!("-E -s '{command}' -e nonsense") => 1;
        "sent, no such answer, crit", good(), &format!("-E -s '{command}' -e nonsense -M crit") => 2;
        "sent, two texts", good(), &format!("-E -s '{command}' -A -e '{answer}' -e sandbox") => 0;
        "sent, a pause", good(), &format!("-E -s '{command}' -e '{answer}' -d 1") => 0;
        "sent, and the server takes its time", late(), &format!("-E -s '{command}' -e '{answer}'") => 0;
        "the pause is no part of the time", good(), &format!("-E -s '{command}' -e '{answer}' -d 1 -w 0.9") => 0;
        "sent without a line end, nothing comes", good(), &format!("-s '{bare}' -e nonsense") => 1;
        "the last line", good(), &format!("-q '{bare}'") => 0;
        "the last line with its end", good(), &format!(r"-E -q '{bare}\r\n'") => 0;
        "few bytes, the text among them", good(), &format!("-m 4 -e '{greeting}'") => 0;
        "many bytes", good(), "-m 1000 -e sandbox" => 0;
        "hidden", good(), "-j -e nonsense -v" => 1;
    }
}

fn times(service: &Service) -> Vec<Row> {
    let peer = service.peer;
    let good = || service.good();
    let late = || service.faulty("greeting-late");
    rows! { peer;
        "too slow for -w", good(), "-w 0.0000001" => 1;
        "too slow for both", good(), "-w 0.0000001 -c 0.0000002" => 2;
        "too slow for -c alone", good(), "-c 0.0000001" => 2;
        "soon enough", good(), "-w 5 -c 8" => 0;
        "late for -w", late(), "-w 0.2 -c 5" => 1;
        "late for -c", late(), "-w 0.1 -c 0.2" => 2;
        "late, and no text", late(), "-w 5 -c 0.2 -e nonsense" => 2;
        "silence", service.faulty("greeting-silence"), "-t 1" => 2;
        "a pause too long", good(), "-d 5 -t 1" => 2;
        "no connection", service.faulty("black-hole"), "-t 1" => 2;
    }
}

fn dead(service: &Service) -> Vec<Row> {
    let peer = service.peer;
    let refused = || service.faulty("refused");
    let (fault, words) = service.refusal;
    rows! { peer;
        "refused", refused(), "" => 2;
        "refused, ok", refused(), "-r ok" => 0;
        "refused, warn", refused(), "-r warn" => 1;
        "refused, crit", refused(), "-r crit" => 2;
        "refused, -M does not matter", refused(), "-M ok -e nonsense" => 2;
        "closed", service.faulty("greeting-close"), "" => 2;
        "reset", service.faulty("greeting-reset"), "" => 2;
        "closed, -M does not matter", service.faulty("greeting-close"), "-M ok" => 2;
        "cut", service.faulty("greeting-cut"), "" => 0 / 2 "dead";
        "garbage", service.faulty("greeting-garbage"), "" => 1 / 2 "dead";
        "it refuses to serve", service.faulty(fault), "" => 1 / 2 "dead";
        "it refuses to serve, as expected", service.faulty(fault), &format!("-e '{words}'") => 0;
        "it refuses to serve, another text expected", service.faulty(fault), "-e sandbox" => 1 / 2 "dead";
        "it refuses to serve, whatever -M says", service.faulty(fault), "-M ok" => 0 / 2 "dead";
        "in crumbs", service.faulty("greeting-crumbs"), "" => 0;
    }
}

fn tls(service: &Service) -> Vec<Row> {
    let peer = service.peer;
    let shows = |certificate| service.over_tls().certificate(certificate);
    let over = |fault: &str| service.over_tls().fault_named(fault);
    rows! { peer;
        "TLS", service.over_tls(), "-S" => 0;
        "days left", service.over_tls(), "-D 14,7" => 0;
        "days left, one number", service.over_tls(), "-D 14" => 0;
        "days left, -S", service.over_tls(), "-S -D 14" => 0;
        "a name for TLS", service.over_tls(), "--sni localhost" => 0;
        "days too few for C", shows(Certificate::EndsSoon), "-D 14,7" => 2;
        "days too few for W", shows(Certificate::EndsSoon), "-D 14,2" => 1;
        "days too few, one number", shows(Certificate::EndsSoon), "-D 14" => 1;
        "days just enough", shows(Certificate::EndsSoon), "-D 3,2" => 0;
        "expired, days", shows(Certificate::Expired), "-D 14" => 2;
        "expired", shows(Certificate::Expired), "-S" => 0 / 2 "certificates";
        "for another name", shows(Certificate::WrongName), "-S" => 0 / 2 "certificates";
        "for another name, days", shows(Certificate::WrongName), "-D 14" => 0 / 2 "certificates";
        "signed by itself", shows(Certificate::SelfSigned), "-S" => 0 / 2 "certificates";
        "signed by nobody known", shows(Certificate::UnknownCa), "-S" => 0 / 2 "certificates";
        "for another name than --sni", service.over_tls(), "--sni www.example.org" => 0 / 2 "certificates";
        "not yet valid", shows(Certificate::NotYetValid), "-D 14" => 0 / 2 "certificates";
        "no TLS", service.plain(), "-S -t 2" => 2;
        "an alert", over("tls-alert"), "-S" => 2;
        "plain text for TLS", over("tls-plain-text"), "-S" => 2;
        "silence in the handshake", over("tls-stall"), "-S -t 1" => 2;
        "old TLS only", service.over_tls().tls_policy(TlsPolicy::Old), "-S" => 2;
        "days are not all that counts", service.over_tls(), "-D 14 -e nonsense" => 1;
        "days, and it refuses to serve", over(service.refusal.0), "-D 14" => 1 / 2 "dead";
    }
}

/// Where no protocol is known, nothing is expected that is not asked for.
fn nameless(service: &Service) -> Vec<Row> {
    let peer = service.peer;
    let closed = || service.faulty("greeting-close");
    let silent = || service.faulty("greeting-silence");
    let (fault, words) = service.refusal;
    let mut rows = rows! { peer;
        "refused", service.faulty("refused"), "" => 2;
        "refused, ok", service.faulty("refused"), "-r ok" => 0;
        "closed, nothing expected", closed(), "" => 0;
        "closed", closed(), "-e ready" => 2;
        "silence, nothing expected", silent(), "" => 0;
        "silence", silent(), "-e ready -t 1" => 2;
        "silence after what was sent", silent(), "-E -s 'x\\r\\n' -t 1" => 0;
        "whatever it says", service.faulty(fault), "" => 0;
        "its words", service.faulty(fault), &format!("-e '{words}'") => 0;
        "other words", service.faulty(fault), "-e ready" => 1;
        "TLS", service.over_tls(), "-S -e ready" => 0;
        "days left", service.over_tls(), "-D 14,7" => 0;
        "days too few", service.over_tls().certificate(Certificate::EndsSoon), "-D 14" => 1;
        "expired", service.over_tls().certificate(Certificate::Expired), "-S" => 0 / 2 "certificates";
        "no TLS", service.plain(), "-S -t 2" => 2;
        "the time", service.faulty("greeting-late"), "-e ready -w 0.2" => 1;
    };
    let nowhere = Set::new(Stage::empty);
    let line = "-H 127.0.0.1";
    let verdict = Verdict::of(2, Some((3, "port")));
    rows.push(Row::bare(peer, "no port", nowhere, line, verdict));
    rows
}

/// What a protocol has for itself.
fn own(service: &Service) -> Vec<Row> {
    let peer = service.peer;
    match service.greeting {
        "* OK" => rows! { peer;
            "PREAUTH", service.faulty("greeting-preauth"), "" => 1;
            "PREAUTH, as expected", service.faulty("greeting-preauth"), "-e PREAUTH" => 0;
            "an alert in the greeting", service.faulty("greeting-alert"), "" => 0 / 1 "alerts";
            "another protocol", service.faulty("greeting-smtp"), "" => 1 / 2 "dead";
        },
        "+OK" => rows! { peer;
            "another protocol", service.faulty("greeting-pop3-imap"), "" => 1 / 2 "dead";
        },
        _ => rows! { peer;
            "421", service.faulty("greeting-421"), "" => 1;
            "a greeting of many lines", service.faulty("greeting-multi-line"), "" => 0;
            "EHLO refused", service.faulty("ehlo-554"), "" => 0 / 2 "dead";
        },
    }
}

/// Perfdata where theirs has none.
fn shown(service: &Service) -> Vec<Row> {
    let row = |event, scenario: Scenario, line, code| {
        perfdata::ours_alone(service.peer, event, scenario, line, code)
    };
    vec![
        row(
            "time without a connection",
            service.faulty("refused"),
            "",
            2,
        ),
        row(
            "time at the deadline",
            service.faulty("greeting-silence"),
            "-t 1",
            2,
        ),
    ]
}

#[test]
fn event_by_event() {
    hold(all().flat_map(rows).collect());
}
