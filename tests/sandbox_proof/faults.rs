//! The table of faults, and each of them met by a raw client over each of its transports.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::client::{Client, Failure, Met};
use crate::sandbox::faults::{Action, Fault, Phase, all, by_name, for_service};
use crate::sandbox::{Listen, Mechanism, Sandbox, Scenario, Service, TlsPolicy, Transport};
use crate::walk::walk;

/// A client waits so long for each read where nothing is to come.
const SHORT: Duration = Duration::from_millis(400);
const LONG: Duration = Duration::from_secs(20);

#[test]
fn names_are_unique_kebab_case_and_explained() {
    let mut seen = BTreeSet::new();
    let twice: Vec<&str> = all()
        .iter()
        .map(|fault| fault.name)
        .filter(|name| !seen.insert(*name))
        .collect();
    assert!(twice.is_empty(), "twice: {twice:?}");
    for fault in all() {
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(
            fault.name.chars().all(kebab) && !fault.name.contains("--"),
            "{}",
            fault.name
        );
        assert!(!fault.about.is_empty(), "{} has no explanation", fault.name);
        assert!(
            !fault.services.is_empty() && !fault.transports.is_empty(),
            "{}",
            fault.name
        );
        assert!(
            !fault.wanted.is_empty() && fault.wanted.iter().all(|code| (0..=2).contains(code)),
            "{}",
            fault.name
        );
        assert!(std::ptr::eq(by_name(fault.name).unwrap(), fault));
        for service in &fault.services {
            assert!(
                fault.phase.word(*service).is_some(),
                "{} has no phase {:?}",
                fault.name,
                fault.phase
            );
        }
    }
    assert!(by_name("no-such-fault").is_none());
}

/// What the suite promises to have, by name.
#[test]
fn the_promised_faults_are_there() {
    for name in [
        "refused",
        "black-hole",
        "greeting-silence",
        "greeting-drip",
        "greeting-garbage",
        "greeting-zeros",
        "greeting-endless-line",
        "ehlo-endless-reply",
        "ehlo-big-reply",
        "greeting-half-close",
        "tls-stall",
        "tls-garbage",
        "starttls-not-offered",
        "starttls-454",
        "starttls-no",
        "stls-err",
        "starttls-inject-smtp",
        "starttls-inject-imap",
        "stls-inject",
        "capabilities-shrink-after-tls",
        "cert-expired",
        "cert-not-yet-valid",
        "cert-self-signed",
        "cert-wrong-name",
        "cert-unknown-ca",
        "auth-endless",
        "auth-bad-base64",
        "auth-wrong-server-signature",
        "auth-bye",
        "fetch-literal-4g",
        "untagged-flood",
        "quit-silence",
        "logout-silence",
        "greeting-mixed-codes",
        "lf-only",
        "greeting-latin1",
        "greeting-multi-line-late",
        "greeting-pipe-perfdata",
        "greeting-escapes",
        "auth-echoes-secret",
        "greeting-preauth",
        "greeting-bye",
        "greeting-alert",
        "auth-no-unavailable",
        "auth-err-in-use",
        "auth-err-login-delay",
        "stat-disagrees",
        "uidl-disagrees",
        "ehlo-refused",
        "ehlo-421",
        "starttls-lower-case",
        "starttls-last-line",
        "auth-ok-unsolicited",
    ] {
        assert!(by_name(name).is_some(), "{name}");
    }
    for step in [
        "greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "quit",
    ] {
        for code in ["421", "450", "454", "500", "521", "554"] {
            assert!(
                by_name(&format!("{step}-{code}")).is_some(),
                "{step}-{code}"
            );
        }
    }
    for word in [
        "greeting",
        "ehlo",
        "lhlo",
        "capability",
        "capa",
        "starttls",
        "stls",
        "tls",
        "auth",
        "mail",
        "rcpt",
        "data",
        "list",
        "status",
        "select",
        "search",
        "fetch",
        "append",
        "stat",
        "uidl",
        "top",
        "quit",
        "logout",
    ] {
        for end in ["close", "reset", "silence"] {
            assert!(by_name(&format!("{word}-{end}")).is_some(), "{word}-{end}");
        }
    }
}

struct Meeting {
    met: Met,
    seen: Vec<u8>,
    struck: bool,
    took: Duration,
}

fn meet(fault: &'static Fault, service: Service, transport: Transport) -> Meeting {
    let waits = matches!(
        fault.action,
        Action::Silence
            | Action::Reply(_)
            | Action::ReplySilence(_)
            | Action::Drip(_)
            | Action::BlackHole
    );
    let first = meet_within(fault, service, transport, if waits { SHORT } else { LONG });
    // On a busy machine a short patience may end before the fault has been met.
    if waits && judge(fault, &first).is_err() {
        return meet_within(fault, service, transport, LONG / 4);
    }
    first
}

fn meet_within(
    fault: &'static Fault,
    service: Service,
    transport: Transport,
    patience: Duration,
) -> Meeting {
    let sandbox = Sandbox::start(Scenario::new(service, transport).fault(fault));
    let started = Instant::now();
    let mechanism = fault.offer.first().copied().unwrap_or(Mechanism::Plain);
    let (met, seen) = match Client::connect(&sandbox, patience) {
        Err(failure) => (Err(failure), Vec::new()),
        Ok(mut client) => {
            if let Action::BigReply(size) = fault.action {
                client.max_bytes = 2 * size;
            }
            let met = walk(&mut client, service, transport, mechanism);
            (met, client.buffer)
        }
    };
    let took = started.elapsed();
    Meeting {
        met,
        seen,
        struck: sandbox.struck(),
        took,
    }
}

fn contains(seen: &[u8], text: &[u8]) -> bool {
    // What stands before and behind the tag; a walk reads line by line, so that the first line is enough.
    let text = text.strip_prefix(b"{tag}").unwrap_or(text);
    let text = text.split(|byte| *byte == b'{').next().unwrap_or_default();
    let text = &text[..text.len().min(40)];
    text.is_empty() || seen.windows(text.len()).any(|window| window == text)
}

fn judge(fault: &Fault, meeting: &Meeting) -> Result<(), String> {
    let met = &meeting.met;
    let expect = |good: bool, wanted: &str| {
        if good {
            Ok(())
        } else {
            Err(format!("wanted {wanted}, met {met:?}"))
        }
    };
    if !meeting.struck {
        return Err(format!("the fault was not met: {met:?}"));
    }
    let handshake = matches!(met, Err(Failure::Handshake(_)));
    let in_tls = fault.phase == Phase::Tls;
    match fault.action {
        Action::Refused => expect(*met == Err(Failure::Refused), "refused"),
        Action::BlackHole => expect(*met == Err(Failure::Unreachable), "no connection"),
        Action::Close | Action::Cut | Action::HalfClose => expect(
            *met == Err(Failure::Eof) || (in_tls && handshake),
            "end of file",
        ),
        Action::Reset => expect(
            *met == Err(Failure::Reset) || (in_tls && handshake),
            "reset",
        ),
        Action::Silence | Action::ReplySilence(_) | Action::Drip(_) => {
            expect(
                *met == Err(Failure::Timeout) || (in_tls && handshake),
                "silence",
            )?;
            expect(meeting.took >= SHORT, "a wait")
        }
        Action::Zeros | Action::EndlessLine | Action::EndlessReply | Action::ReplyEndless(_) => {
            expect(
                *met == Err(Failure::TooMuch) || (in_tls && handshake),
                "an endless stream",
            )
        }
        Action::BigReply(size) => expect(
            met.is_ok() && meeting.seen.len() > size,
            "ten megabytes and a good end",
        ),
        Action::Garbage => expect(met.is_err(), "something that fails"),
        Action::Reply(text) => expect(contains(&meeting.seen, text), "the reply"),
        Action::ReplyClose(text) => expect(
            (contains(&meeting.seen, text) && met.is_err()) || (in_tls && handshake),
            "the reply and the end",
        ),
        Action::Before(text) | Action::BeforeAndDelay(text, _) => {
            expect(contains(&meeting.seen, text), "the text")
        }
        Action::After(text) if fault.phase == Phase::Starttls => {
            // It lies in the buffer that a good client looks at before the handshake.
            expect(contains(&meeting.seen, text), "the injected text")
        }
        Action::After(text) => expect(contains(&meeting.seen, text), "the text"),
        Action::Crumbs => expect(met.is_ok(), "a good end"),
        Action::Delay(time) => expect(met.is_ok() && meeting.took >= time, "a good end, late"),
        Action::Certificate(_) => expect(met.is_ok(), "a session, as this client does not verify"),
        Action::Tls(TlsPolicy::ClientRequired | TlsPolicy::Old) => {
            expect(met.is_err(), "a handshake that fails")
        }
        Action::Tls(_) | Action::Twist(_) => Ok(()),
    }
}

fn heavy(action: Action) -> bool {
    matches!(
        action,
        Action::Zeros
            | Action::EndlessLine
            | Action::EndlessReply
            | Action::ReplyEndless(_)
            | Action::BigReply(_)
    )
}

/// Each fault, over each transport that it has, on each of its services.
#[test]
fn each_fault_does_what_it_says() {
    let mut jobs = Vec::new();
    for service in Service::ALL {
        for transport in Transport::ALL {
            jobs.extend(
                for_service(service, transport)
                    .into_iter()
                    .map(|fault| (fault, service, transport)),
            );
        }
    }
    let total = jobs.len();
    let wrong = Mutex::new(Vec::new());
    // The heavy ones a few at a time; then those that wait for silence, many at once.
    let (heavy, light): (Vec<_>, Vec<_>) = jobs
        .into_iter()
        .partition(|(fault, ..)| heavy(fault.action));
    for (jobs, threads) in [(Mutex::new(heavy), 2), (Mutex::new(light), 32)] {
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let job = jobs.lock().unwrap().pop();
                        let Some((fault, service, transport)) = job else {
                            return;
                        };
                        let meeting = meet(fault, service, transport);
                        if let Err(reason) = judge(fault, &meeting) {
                            let reason = reason.chars().take(200).collect::<String>();
                            let reason = format!(
                                "{} {} {}: {reason}",
                                service.name(),
                                transport.name(),
                                fault.name
                            );
                            wrong.lock().unwrap().push(reason);
                        }
                    }
                });
            }
        });
    }
    let wrong = wrong.into_inner().unwrap();
    assert!(
        wrong.is_empty(),
        "{} of {total}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The proof itself: a judge that never says no would prove nothing.
#[test]
fn the_judge_can_say_no() {
    let fault = by_name("greeting-reset").unwrap();
    let calm = Meeting {
        met: Ok(()),
        seen: Vec::new(),
        struck: true,
        took: LONG,
    };
    assert!(judge(fault, &calm).is_err());
    let unmet = Meeting {
        met: Err(Failure::Reset),
        seen: Vec::new(),
        struck: false,
        took: LONG,
    };
    assert!(judge(fault, &unmet).is_err());
}

/// Without a fault every walk comes to its end, with every mechanism.
#[test]
fn good_servers_let_everybody_through() {
    for service in [Service::Smtp, Service::Imap, Service::Pop3] {
        for transport in Transport::ALL {
            let sandbox = Sandbox::start(Scenario::new(service, transport));
            for mechanism in Mechanism::ALL {
                if mechanism.binds_channel() || mechanism == Mechanism::External {
                    continue;
                }
                let mut client = Client::connect(&sandbox, LONG).unwrap();
                let met = walk(&mut client, service, transport, mechanism);
                assert_eq!(
                    met,
                    Ok(()),
                    "{} {} {}",
                    service.name(),
                    transport.name(),
                    mechanism.name()
                );
            }
        }
    }
}

#[test]
fn refused_and_black_hole_on_a_unix_socket() {
    let start = |name| Sandbox::start(Scenario::lmtp().listen(Listen::Unix).fault_named(name));
    let refused = start("refused");
    assert_eq!(
        Client::connect(&refused, SHORT).unwrap_err(),
        Failure::Refused
    );
    let hole = start("black-hole");
    let path = hole.unix_path().unwrap();
    let (sender, receiver) = std::sync::mpsc::channel();
    let waiting = std::thread::spawn(move || {
        let met = std::os::unix::net::UnixStream::connect(path).map(drop);
        sender.send(()).unwrap();
        met
    });
    assert!(
        receiver.recv_timeout(SHORT).is_err(),
        "the connection has come about"
    );
    drop(hole);
    assert!(waiting.join().unwrap().is_err());
}

#[test]
fn one_that_is_in_no_table() {
    let fault = Fault::custom(
        Service::Smtp,
        Phase::Greeting,
        Action::Reply(b"220 odd one\r\n"),
    );
    let sandbox = Sandbox::start(Scenario::smtp().listen(Listen::V6).fault(fault));
    assert_eq!(sandbox.host(), "::1");
    let mut client = Client::connect(&sandbox, LONG).unwrap();
    assert_eq!(client.line().unwrap(), "220 odd one\r\n");
}

#[test]
fn early_talkers_are_noted() {
    for (patient, early) in [(true, false), (false, true)] {
        let sandbox = Sandbox::start(Scenario::smtp().fault_named("greeting-multi-line-late"));
        let mut client = Client::connect(&sandbox, LONG).unwrap();
        if patient {
            client.reply().unwrap();
        } else {
            client.line().unwrap();
        }
        client.say("EHLO c").unwrap();
        client.reply().unwrap();
        drop(client);
        assert_eq!(sandbox.session().spoke_before_greeting, early);
    }
}
