//! check_ssl_cert (Debian's 2.60). A run of it takes seconds, so that a row has several options where they do not meet.

use std::time::Duration;

use crate::frame::{Peer, Row, Set, Stage, Verdict, hold};
use crate::named;
use crate::sandbox::dns::{Dns, Zone};
use crate::sandbox::pki::mint::{Alt, Spec, p256};
use crate::sandbox::pki::{Chain, case};
use crate::server::Server;
use crate::ssl_cert_lines::{CERTIFICATES, REFUSED, SAID, WAYS};

pub static CHECK_SSL_CERT: Peer = Peer {
    name: "check_ssl_cert",
    probe: "check_cert",
    labels: &[],
};

/// What it would do over the network, and what no private authority has.
const CALM: &str = "-H localhost -m localhost -p {port} -r {roots} --ignore-sct --ignore-ocsp";

/// The same where name servers are asked: theirs hears what its `dig` says, ours the sandbox's, signed or not.
const LOOKED_UP: &str =
    "-H {name} -m localhost -p {port} -r {roots} --ignore-sct {resolver} {ad} {to}";
const SIGNED: &str = "-H {name} -m localhost -p {port} -r {roots} --ignore-sct {signed} {ad} {to}";

/// A certificate that has everything which can be asked for.
fn full() -> Chain {
    let now = case("good").now;
    let root = Spec::authority("Drop-in Root CA", now).root(p256());
    let middle = Spec::authority("Drop-in Intermediate CA", now).by(&root);
    let mut spec = Spec {
        organisation: Some("Example Ltd".to_owned()),
        serial: Some(0x1a2b_3c4d),
        ..Spec::server(now)
    };
    spec.names
        .push(Alt::Email("postmaster@example.test".to_owned()));
    let leaf = spec.by(&middle);
    Chain {
        certs: vec![leaf.x509, middle.x509],
        key: leaf.key,
        roots: vec![root.x509],
        ..case("good")
    }
}

/// Stands for nmap, which it asks whether a port is open and what is offered there.
const NMAP: &str = "#!/bin/sh
case $* in
*ssl-enum-ciphers*) printf '| ssl-enum-ciphers:\\n|   TLSv1.2:\\n|     warnings:\\n|       Weak\\n|_  least strength: C\\n' ;;
*) printf '%s/tcp %s\\n' \"$PORT\" \"$STATE\" ;;
esac
";

fn stage(chain: &Chain, protocol: &'static str, starttls: bool) -> Stage {
    let server = Server::start(chain, protocol, starttls, |_| {});
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("roots.pem"), chain.roots_pem()).unwrap();
    std::fs::write(path("chain.pem"), chain.pem()).unwrap();
    std::fs::write(path("more"), "--terse\n").unwrap();
    std::fs::create_dir(path("roots")).unwrap();
    for (name, text) in [
        ("nmap", NMAP),
        ("nothing", "#!/bin/sh\n"),
        ("dig", "#!/bin/sh\necho \"3 1 1 $TLSA\"\n"),
        ("false", "#!/bin/sh\nexit 1\n"),
    ] {
        std::fs::write(path("script"), text).unwrap();
        let status = std::process::Command::new("install")
            .args(["-m755".as_ref(), path("script").as_os_str()])
            .arg(path(name))
            .status();
        assert!(status.unwrap().success());
    }
    let leaf = &chain.certs[0];
    let sha1 = leaf.digest(openssl::hash::MessageDigest::sha1()).unwrap();
    let colons: Vec<String> = sha1.iter().map(|byte| format!("{byte:02X}")).collect();
    let key = leaf.public_key().unwrap().public_key_to_der().unwrap();
    let digest = openssl::sha::sha256(&key);
    let tlsa = format!("_{}._tcp.mail.example.test", server.port);
    let zone = || {
        let zone = Zone::new().a("mail.example.test", [127, 0, 0, 1]);
        zone.tlsa(&tlsa, 3, 1, 1, &digest)
    };
    let forgeable = Dns::start(zone());
    let signed = Dns::start(zone().authenticated());
    let resolver = |dns: &Dns| format!("--resolver={}", dns.address());
    Stage::empty()
        .words("name", "localhost", "mail.example.test")
        .words("resolver", "", resolver(&forgeable))
        .words("signed", "", resolver(&signed))
        .words("ad", "", "--dnssec=ad")
        .words("to", "", "--address=127.0.0.1")
        .keep(forgeable)
        .keep(signed)
        .word("port", server.port)
        .word("fingerprint", colons.join(":"))
        .env("TLSA", data_encoding::HEXUPPER.encode(&digest))
        .word("roots", path("roots.pem").display())
        .word("folder", folder.path().display())
        .word("chain", path("chain.pem").display())
        .env("HOME", folder.path().display())
        .env("PORT", server.port)
        .env("STATE", "open")
        .directory(folder.path().to_owned())
        .patience(Duration::from_secs(120))
        .keep(server)
        .keep(folder)
}

/// Each of the thirty programs `openssl` that a run of theirs starts reads the system's bundle of roots, which takes four
/// fifths of the run. A line that names its roots asks nothing of that bundle.
fn without_a_bundle(line: &str, set: Set) -> Set {
    if !line.contains("-r {roots}") {
        return set;
    }
    set.and(|stage| stage.env_of_theirs("SSL_CERT_FILE", "/dev/null"))
}

fn at(name: &'static str) -> Set {
    Set::new(move || stage(&case(name), "tls", false))
}

fn rows() -> Vec<Row> {
    let lines = [CERTIFICATES, WAYS, SAID, REFUSED].concat();
    let mut rows: Vec<Row> = lines
        .into_iter()
        .map(|(event, chain, line, theirs, other)| {
            let set = match chain {
                "full" => Set::new(|| stage(&full(), "tls", false)),
                chain => at(chain),
            };
            let line = match line.split_once(' ') {
                Some(("RAW", line)) => line.to_owned(),
                Some(("DNS", line)) => format!("{LOOKED_UP} {line}"),
                Some(("SIGNED", line)) => format!("{SIGNED} {line}"),
                _ => format!("{CALM} {line}"),
            };
            let verdict = Verdict::of(theirs, other);
            let set = without_a_bundle(&line, set);
            Row::bare(&CHECK_SSL_CERT, event, set, &line, verdict)
        })
        .collect();
    for (protocol, starttls, name) in [
        ("smtp", true, "smtp"),
        ("imap", true, "imap"),
        ("pop3", true, "pop3"),
        ("sieve", true, "sieve"),
        ("imap", false, "imaps"),
        ("pop3", false, "pop3s"),
        ("smtp", false, "smtps"),
    ] {
        let set = Set::new(move || stage(&full(), protocol, starttls));
        let line = format!("{CALM} -P {name}");
        let set = without_a_bundle(&line, set);
        rows.push(Row::bare(
            &CHECK_SSL_CERT,
            name,
            set,
            &line,
            Verdict::Same(0),
        ));
    }
    rows
}

#[test]
fn every_line_has_the_exit_code_of_old() {
    hold(rows());
}

#[test]
fn no_option_is_forgotten_and_no_difference_untold() {
    named::complete(&CHECK_SSL_CERT, &rows());
}
