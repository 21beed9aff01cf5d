//! Every place where a server's words get into what we print.

use std::any::Any;
use std::rc::Rc;
use std::time::Duration;

use openssl::x509::X509;

use crate::check::Path;
use crate::sandbox::dns::{Data, Dns, Zone};
use crate::sandbox::faults::{Action, Fault, Phase};
use crate::sandbox::pki::mint::{Alt, Spec, p256};
use crate::sandbox::pki::{Chain, case};
use crate::sandbox::probe::Run;
use crate::sandbox::{
    Delivery, Mailbox, Message, PASSWORD, Sandbox, Scenario, Service, Store, Transport,
};
use crate::server::Server;

/// The run for some words, and what must live until it has ended.
type Stage = fn(&[u8]) -> (Run, Box<dyn Any>);

/// One place: what it is called, whether lines may stand there, and the run in which the words come.
pub struct Place {
    pub name: &'static str,
    pub lines: bool,
    pub stage: Stage,
}

const fn place(name: &'static str, lines: bool, stage: Stage) -> Place {
    Place { name, lines, stage }
}

pub const PLACES: [Place; 15] = [
    place("SMTP greeting", false, |words| {
        smtp(Phase::Greeting, &[b"554 ", words, b"\r\n"])
    }),
    place("SMTP keyword", false, |words| {
        smtp(
            Phase::Capability,
            &[b"250-mail.example.test\r\n250-", words, b"\r\n250 HELP\r\n"],
        )
    }),
    place("SMTP refusal", false, |words| {
        smtp(
            Phase::Rcpt,
            &[b"550-5.1.1 ", words, b"\r\n550 5.1.1 ", words, b"\r\n"],
        )
    }),
    place("IMAP refusal", false, |words| {
        imap(
            Phase::Login,
            &[b"* NO [ALERT] ", words, b"\r\n{tag} NO ", words, b"\r\n"],
            &[],
        )
    }),
    place("IMAP mailbox", false, |words| {
        let size = format!("{{{}}}\r\n", words.len());
        let list = [
            b"* LIST () \"/\" ".as_slice(),
            size.as_bytes(),
            words,
            b"\r\n{tag} OK\r\n",
        ];
        imap(Phase::List, &list, &["--mailbox", "*"])
    }),
    place("IMAP subject", false, subject),
    place("POP3 refusal", false, |words| {
        let text = [b"-ERR ".as_slice(), words, b"\r\n"].concat();
        faulty("check_pop3", Service::Pop3, Phase::Login, text, &LOGIN)
    }),
    place("certificate", true, certificate),
    place("listing's reason", true, reason_of_a_list),
    place("mail exchanger", false, exchanger),
    place("queue's reasons", true, queue),
    place("mail system's complaint", true, complaint),
    place("Received", false, received),
    place("spam filter", false, filtered),
    place("what is no server", true, |words| {
        let text = words.to_vec();
        faulty(
            "check_smtp",
            Service::Smtp,
            Phase::Greeting,
            [&text, &b"\r\n"[..]].concat(),
            &[],
        )
    }),
];

const LOGIN: [&str; 4] = ["--user", "probe", "--password-env", "SECRET"];

fn faulty(
    probe: &str,
    service: Service,
    phase: Phase,
    text: Vec<u8>,
    options: &[&str],
) -> (Run, Box<dyn Any>) {
    let fault = Fault::custom(
        service,
        phase,
        Action::Reply(Box::leak(text.into_boxed_slice())),
    );
    let server = Sandbox::start(Scenario::new(service, Transport::Plain).fault(fault));
    (to(probe, &server, options), Box::new(server))
}

fn to(probe: &str, server: &Sandbox, options: &[&str]) -> Run {
    Run::new(probe)
        .args([
            "-H",
            "127.0.0.1",
            "-p",
            &server.port().to_string(),
            "-t",
            "5",
        ])
        .args(options)
        .env("SECRET", PASSWORD)
}

fn smtp(phase: Phase, text: &[&[u8]]) -> (Run, Box<dyn Any>) {
    let envelope = ["--from", "probe@example.test", "--to", "probe@example.test"];
    faulty("check_smtp", Service::Smtp, phase, text.concat(), &envelope)
}

fn imap(phase: Phase, text: &[&[u8]], options: &[&str]) -> (Run, Box<dyn Any>) {
    let options = [&LOGIN[..], options].concat();
    faulty("check_imap", Service::Imap, phase, text.concat(), &options)
}

fn subject(words: &[u8]) -> (Run, Box<dyn Any>) {
    let text = [
        b"From: ",
        words,
        b" <x@example.org>\r\nSubject: ",
        words,
        b"\r\n\r\nx\r\n",
    ]
    .concat();
    let old = Message::raw(text).age(Duration::from_secs(7200));
    let store = Store::new([Mailbox::new("INBOX").message(old)]);
    let server = Sandbox::start(Scenario::imap().store(&store));
    let options = [&LOGIN[..], &["--match", "subject=.", "-c", "newest=1h"]].concat();
    (to("check_imap", &server, &options), Box::new(server))
}

/// Subject, issuer and names of a certificate that is for somebody else.
fn certificate(words: &[u8]) -> (Run, Box<dyn Any>) {
    let text = String::from_utf8_lossy(words);
    // X.520 allows 64 characters.
    let name: String = text.chars().take(60).collect();
    let now = crate::sandbox::store::now();
    let root = Spec::authority(&name, now).root(p256());
    let leaf = Spec {
        common_name: Some(name.clone()),
        organisation: Some(name),
        names: vec![
            Alt::Raw(0x82, words.to_vec()),
            Alt::Raw(0x81, words.to_vec()),
        ],
        ..Spec::server(now)
    }
    .by(&root);
    let sent: Vec<X509> = vec![leaf.x509.clone(), root.x509.clone()];
    let chain = Chain {
        certs: sent,
        key: leaf.key.clone(),
        ..case("good")
    };
    let server = Server::tls(&chain);
    let run = Run::new("check_cert")
        .args([
            "-H",
            "mail.example.test",
            "--address",
            "127.0.0.1",
            "-P",
            "tls",
        ])
        .args(["-p", &server.port.to_string(), "-t", "5"]);
    (run, Box::new(server))
}

fn blacklist(zone: Zone, options: &[&str]) -> (Run, Box<dyn Any>) {
    let zone = zone
        .a("2.0.0.127.bl.test", [127, 0, 0, 2])
        .a("7.2.0.192.bl.test", [127, 0, 0, 2]);
    let dns = Dns::start(zone);
    let run = Run::new("check_blacklist")
        .args(["-n", &dns.address().to_string(), "-s", "bl.test", "-t", "5"])
        .args(options);
    (run, Box::new(dns))
}

fn reason_of_a_list(words: &[u8]) -> (Run, Box<dyn Any>) {
    let text = String::from_utf8_lossy(words).into_owned();
    let zone = Zone::new().record("7.2.0.192.bl.test", Data::Txt(vec![text]));
    blacklist(zone, &["-H", "192.0.2.7"])
}

/// A name without an address; a label holds 63 bytes.
fn exchanger(words: &[u8]) -> (Run, Box<dyn Any>) {
    let text = String::from_utf8_lossy(words).replace('.', "-");
    let label = text.get(..text.floor_char_boundary(60)).unwrap_or_default();
    let zone = Zone::new().mx("domain.test", 10, &format!("{label}.host.test"));
    blacklist(zone, &["--mx", "domain.test"])
}

fn queue(words: &[u8]) -> (Run, Box<dyn Any>) {
    let text = String::from_utf8_lossy(words);
    let message = serde_json::json!({
        "queue_name": "deferred", "queue_id": "4XyZ1k", "arrival_time": crate::sandbox::store::now() - 600,
        "message_size": 1000, "forced_expire": false, "sender": format!("{text}@example.org"),
        "recipients": [{ "address": format!("x@{text}"), "delay_reason": text }],
    });
    let script = format!("cat <<'END'\n{message}\nEND\n");
    command(&script, &["-M", "postfix", "-c", "0"])
}

fn complaint(words: &[u8]) -> (Run, Box<dyn Any>) {
    let octal: String = words.iter().map(|byte| format!("\\{byte:03o}")).collect();
    command(
        &format!("printf '{octal}' >&2; exit 75"),
        &["-M", "postfix"],
    )
}

fn command(script: &str, options: &[&str]) -> (Run, Box<dyn Any>) {
    let run = Run::new("check_mailq")
        .args([
            "--command",
            "/bin/sh",
            "--command-arg",
            "-c",
            "--command-arg",
            script,
            "-t",
            "5",
        ])
        .args(options);
    (run, Box::new(()))
}

fn topped(fields: String, options: &[&str]) -> (Run, Box<dyn Any>) {
    let path = Path::new(
        Scenario::smtp().delivery(Delivery::Topped(Box::leak(fields.into_boxed_str()))),
        Scenario::imap(),
    );
    let run = path.run().args(options);
    (run, Box::new(Rc::new(path)))
}

fn received(words: &[u8]) -> (Run, Box<dyn Any>) {
    let text = String::from_utf8_lossy(words);
    let date = mail_parser::DateTime::from_timestamp(crate::sandbox::store::now()).to_rfc822();
    let field = format!(
        "Received: from {text} ({text} [192.0.2.9]) by {text} with {text} id {text}; {date}"
    );
    topped(field, &[])
}

fn filtered(words: &[u8]) -> (Run, Box<dyn Any>) {
    let text = String::from_utf8_lossy(words);
    let fields = format!(
        "Authentication-Results: mx.example.test; spf=fail reason=\"{text}\" smtp.mailfrom={text}; dkim=fail ({text})\r\n\
         X-Spam-Status: Yes, score=9 tests={text}\r\nSubject: {text}"
    );
    topped(
        fields,
        &["--require-auth", "spf", "--authserv-id", "mx.example.test"],
    )
}
