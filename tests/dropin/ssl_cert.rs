//! check_ssl_cert (Debian's 2.60). A run of it takes seconds, so that a row has several options where they do not meet.

use std::time::Duration;

use crate::frame::{Peer, Row, Set, Stage, Verdict, hold};
use crate::sandbox::dns::{Dns, Zone};
use crate::sandbox::pki::mint::{Alt, Spec, p256};
use crate::sandbox::pki::{Chain, case};
use crate::server::Server;
use crate::{manual, named};

pub static CHECK_SSL_CERT: Peer = Peer {
    name: "check_ssl_cert",
    probe: "check_cert",
    labels: &[],
};

/// What it would do over the network, and what no private authority has.
const CALM: &str = "-H localhost -m localhost -p {port} -r {roots} --ignore-sct --ignore-ocsp";

/// The same where name servers are asked: theirs hears what its `dig` says, ours the sandbox's, signed or not.
const LOOKED_UP: &str = "-H {name} -m localhost -p {port} -r {roots} --ignore-sct {resolver} {ad}";
const SIGNED: &str = "-H {name} -m localhost -p {port} -r {roots} --ignore-sct {signed} {ad}";

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

fn at(name: &'static str) -> Set {
    Set::new(move || stage(&case(name), "tls", false))
}

/// Event, chain, what is said beside [`CALM`], theirs; and ours with the reason, where it is another.
type Line = (
    &'static str,
    &'static str,
    &'static str,
    i32,
    Option<(i32, &'static str)>,
);

const CERTIFICATES: &[Line] = &[
    (
        "long names",
        "full",
        "--warning 20 --critical 15 --org Example --email postmaster --issuer 'Drop-in Intermediate CA' --not-issued-by Nobody --not-valid-longer-than 70",
        0,
        None,
    ),
    (
        "a name that is there",
        "full",
        "RAW -N --host-cn -H localhost -p {port} -r {roots} --ignore-sct --match mail.example.test -n localhost --cn localhost",
        0,
        None,
    ),
    ("for clients only", "client-only", "", 2, None),
    (
        "nobody's, and no matter",
        "unknown-ca",
        "-A --noauth --ignore-incomplete-chain",
        0,
        None,
    ),
    (
        "self-signed, and fine",
        "self-signed",
        "-s --selfsigned",
        0,
        None,
    ),
    ("good", "full", "-t 110", 0, None),
    (
        "all is as asked",
        "full",
        "-w 20 -c 15 --serial 1A2B3C4D -o Example -e post -i 'Drop-in.*' --require-purpose 'Digital Signature'",
        0,
        None,
    ),
    ("another serial number", "full", "--serial 2B3C", 2, None),
    ("an organization in the middle", "full", "-o Ltd", 2, None),
    ("another mail address", "full", "-e nobody", 2, None),
    ("a part of the issuer", "full", "-i Drop-in", 2, None),
    (
        "the issuer that is not wanted",
        "full",
        "--not-issued-by 'Drop-in Intermediate CA'",
        2,
        None,
    ),
    (
        "valid for too long",
        "full",
        "--not-valid-longer-than 30 ",
        2,
        None,
    ),
    (
        "not for this",
        "full",
        "--require-purpose 'Key Agreement'",
        2,
        None,
    ),
    (
        "key usage is critical",
        "full",
        "--require-purpose-critical",
        2,
        Some((0, "purpose-critical")),
    ),
    (
        "the fingerprint",
        "full",
        "--fingerprint {fingerprint}",
        2,
        Some((0, "fingerprint")),
    ),
    (
        "another fingerprint",
        "full",
        "--fingerprint AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD",
        2,
        None,
    ),
    ("a name that is not", "full", "-m nope.example.org", 2, None),
    ("warning", "full", "-w 70 -c 10", 1, None),
    ("critical", "full", "-w 80 -c 70", 2, None),
    ("broken days", "full", "-w 63.9 -c 0.5", 1, None),
    ("days of old", "full", "--days 70 --precision 2", 1, None),
    (
        "lives for too long",
        "full",
        "--maximum-validity 30",
        2,
        None,
    ),
    ("lives for so long", "full", "--maximum-validity", 0, None),
    (
        "lives for as long as it likes",
        "long-lived",
        "--ignore-maximum-validity",
        0,
        None,
    ),
    (
        "no stapled response",
        "full",
        "--require-ocsp-stapling --ocsp-warning 1 --ocsp-critical 1",
        2,
        None,
    ),
    (
        "the first one only",
        "ending-intermediate",
        "--first-element-only",
        0,
        None,
    ),
    ("so many", "ending-intermediate", "--element 1", 0, None),
    (
        "without the second",
        "ending-intermediate",
        "--skip-element 2",
        0,
        None,
    ),
    ("the intermediate ends", "ending-intermediate", "", 2, None),
    (
        "over, and not looked at",
        "expired-intermediate",
        "--skip-element 2",
        0,
        Some((2, "over")),
    ),
    ("nobody's", "unknown-ca", "", 2, None),
    ("expired", "expired", "", 2, None),
    (
        "expired, and no matter",
        "expired",
        "--ignore-exp --ignore-sig-alg",
        0,
        None,
    ),
    ("self-signed", "self-signed", "", 2, None),
    ("ends soon", "ends-soon", "", 2, None),
    (
        "no alternative name",
        "cn-only",
        "-m mail.example.test --ignore-host-cn",
        2,
        None,
    ),
    (
        "no alternative name is fine",
        "nameless",
        "--allow-empty-san",
        2,
        None,
    ),
    (
        "an alternative name",
        "full",
        "--require-san --altnames --check-chain",
        0,
        None,
    ),
    ("the root is sent", "root-sent", "--check-chain", 2, None),
    (
        "staple demanded by the certificate",
        "must-staple",
        "",
        0,
        Some((2, "broken")),
    ),
    (
        "an expired one that nobody needs",
        "expired-cross-sign",
        "",
        2,
        Some((0, "path")),
    ),
    (
        "without timestamps",
        "full",
        "RAW -H localhost -m localhost -p {port} -r {roots}",
        2,
        Some((0, "nobody-else")),
    ),
    (
        "localhost is a name",
        "full",
        "RAW -H localhost -p {port} -r {roots} --ignore-sct",
        3,
        Some((0, "names")),
    ),
    (
        "an address is a name",
        "wrong-name",
        "RAW -H 127.0.0.1 -p {port} -r {roots} --ignore-sct",
        0,
        Some((2, "names")),
    ),
];

const WAYS: &[Line] = &[
    (
        "a TLSA record",
        "full",
        "SIGNED --dane 311 --dig-bin {folder}/dig",
        0,
        None,
    ),
    (
        "no TLSA record of this kind",
        "full",
        "SIGNED --dane 302 --dig-bin {folder}/dig",
        2,
        None,
    ),
    (
        "a TLSA record that anybody may have forged",
        "full",
        "DNS --dane --dig-bin {folder}/dig",
        0,
        Some((2, "dane")),
    ),
    (
        "address and family",
        "full",
        "--resolve 127.0.0.1 --sni mail.example.test -4 --inetproto 4 --timeout 60",
        0,
        None,
    ),
    (
        "no 1.2",
        "full",
        "--no-tls1_2 --no_tls1_2",
        2,
        Some((0, "versions")),
    ),
    (
        "DNSSEC is missing",
        "full",
        "DNS --require-dnssec --dig-bin {folder}/nothing",
        2,
        None,
    ),
    (
        "other roots",
        "full",
        "RAW -H localhost -m localhost -p {port} --rootcert {roots} --rootcert-file {roots} --ignore-sct --ignore-ocsp --ignore-ocsp-errors --ignore-ocsp-timeout --ignore-tls-renegotiation --ocsp",
        0,
        None,
    ),
    (
        "an empty directory of roots",
        "full",
        "RAW -H localhost -m localhost -p {port} --rootcert-dir {folder}/roots --ignore-sct",
        2,
        Some((3, "mistakes")),
    ),
    (
        "no roots",
        "full",
        "RAW -H localhost -m localhost -p {port} --ignore-sct",
        2,
        None,
    ),
    (
        "roots that are not there",
        "full",
        "RAW -H localhost -m localhost -p {port} -r /nonexistent",
        2,
        Some((3, "mistakes")),
    ),
    ("the wrong family", "full", "-6", 2, None),
    (
        "long host and port",
        "full",
        "RAW --host localhost --port {port} -m localhost -r {roots} --ignore-sct --protocol https",
        0,
        None,
    ),
    (
        "a URL",
        "full",
        "RAW -H https://localhost/mail -p {port} -m localhost -r {roots} --ignore-sct",
        0,
        None,
    ),
    (
        "versions",
        "full",
        "--no-tls1 --no-tls1_1 --no_tls1 --no_tls1_1 --security-level 1 --ecdsa",
        0,
        None,
    ),
    ("no 1.3", "full", "--no-tls1_3 --no_tls1_3", 0, None),
    ("1.2", "full", "--tls1_2", 0, None),
    ("1.3", "full", "--tls1_3", 0, None),
    ("two versions at once", "full", "--tls1_1 --tls1_2", 3, None),
    (
        "two versions at once, older",
        "full",
        "--tls1 --tls1_2",
        3,
        None,
    ),
    ("no key of that kind", "full", "--rsa", 2, None),
    ("both kinds", "full", "--rsa --ecdsa", 3, None),
    (
        "a client's certificate",
        "full",
        "-C {chain} -K {chain}",
        2,
        Some((3, "mistakes")),
    ),
    (
        "a client's certificate, long",
        "full",
        "--clientcert /nonexistent --clientkey /nonexistent",
        2,
        Some((3, "mistakes")),
    ),
    (
        "a client's certificate is demanded",
        "full",
        "--require-client-cert",
        2,
        Some((3, "refused")),
    ),
    (
        "nobody listens, and no matter",
        "full",
        "RAW -H localhost -m localhost -p 1 --nmap-bin {folder}/nothing --ignore-connection-problems",
        0,
        None,
    ),
    (
        "nobody listens, and a warning",
        "full",
        "RAW -H localhost -m localhost -p 1 --nmap-bin {folder}/nothing --ignore-connection-problems 1",
        1,
        None,
    ),
    (
        "nobody listens",
        "full",
        "RAW -H localhost -m localhost -p 1",
        2,
        None,
    ),
    (
        "no old versions",
        "full",
        "--require-no-tls1 --require-no-tls1_1 --nmap-bin {folder}/nmap",
        0,
        None,
    ),
];

const SAID: &[Line] = &[
    ("nothing to print", "full", "-q --quiet", 0, None),
    (
        "a file",
        "full",
        "RAW -f {chain} --file {chain} -r {roots} --ignore-sct",
        0,
        None,
    ),
    (
        "what a web server is asked",
        "full",
        "-u /mail --url /mail --user-agent me --curl-user-agent me --custom-http-header 'A: b' --http-use-get --ignore-http-headers --ignore-ssl-labs-cache --xmpphost example.test --require-security-headers-path /",
        0,
        None,
    ),
    // Its help names it, and it does not know it.
    (
        "an option of the help alone",
        "full",
        "--http-headers-path /",
        3,
        None,
    ),
    (
        "other ways to count days",
        "full",
        "--force-dconv-date --force-perl-date -P nonsense --nonsense",
        3,
        None,
    ),
    (
        "its tools",
        "full",
        "--curl-bin /usr/bin/curl --date /usr/bin/date --dig-bin /usr/bin/dig --file-bin /usr/bin/file --grep-bin /usr/bin/grep --openssl /usr/bin/openssl --python-bin /usr/bin/python3 --nmap-bin {folder}/nmap --temp {folder} --issuer-cert-cache {folder} --init-host-cache",
        0,
        None,
    ),
    (
        "its path",
        "full",
        "--path /usr/sbin:/usr/bin:/sbin:/bin --terse --no-perf --no-proxy --no-proxy-curl --no-proxy-s_client",
        0,
        None,
    ),
    (
        "what it prints",
        "full",
        "-v --verbose --info --long-output serial,subject -d --debug --debug-time --debug-file {folder}/debug --debug-cert --debug-headers",
        0,
        None,
    ),
    ("metrics", "full", "--prometheus", 0, None),
    (
        "a template",
        "full",
        "--format '%SHORTNAME% OK %CN%'",
        0,
        None,
    ),
    (
        "an attribute that is none",
        "full",
        "--long-output nonsense",
        3,
        None,
    ),
    (
        "no such file",
        "full",
        "RAW -f /nonexistent",
        2,
        Some((3, "mistakes")),
    ),
    ("help", "full", "RAW -h", 3, None),
    ("help, long", "full", "RAW --help", 3, None),
    ("help, in question", "full", "RAW -?", 3, None),
    ("version", "full", "RAW -V", 3, None),
    ("version, long", "full", "RAW --version", 3, None),
    ("no host", "full", "RAW -p {port}", 3, None),
    ("no option", "full", "nonsense", 3, None),
    ("no option either", "full", "--nonsense", 3, None),
    ("no value", "full", "--sni", 3, None),
    ("warning below critical", "full", "-w 5 -c 15", 3, None),
    ("no days", "full", "-w x", 3, None),
    ("no security level", "full", "--security-level 9", 3, None),
    (
        "no protocol",
        "full",
        "RAW -H localhost -P nonsense",
        3,
        None,
    ),
    (
        "maximum validity or not",
        "full",
        "--maximum-validity --ignore-maximum-validity",
        3,
        None,
    ),
];

/// What would look at something that is not looked at here.
const REFUSED: &[Line] = &[
    (
        "headers of no web server",
        "full",
        "-P smtps --check-http-headers --require-http-header A --require-no-http-header B --require-security-header C --require-security-headers --require-hsts --require-x-frame-options",
        3,
        None,
    ),
    (
        "headers of a web server",
        "full",
        "--require-hsts",
        2,
        Some((3, "refused")),
    ),
    (
        "ciphers",
        "full",
        "--check-ciphers A --check-ciphers-warnings --nmap-bin {folder}/nmap",
        2,
        Some((3, "refused")),
    ),
    (
        "all",
        "full",
        "-P smtps --all-local",
        0,
        Some((3, "refused")),
    ),
    (
        "all, and SSL Labs",
        "full",
        "-P smtps --all --curl-bin {folder}/false",
        2,
        Some((3, "refused")),
    ),
    (
        "SSL Labs",
        "full",
        "-L A --check-ssl-labs A --check-ssl-labs-warn A --curl-bin {folder}/false",
        2,
        Some((3, "refused")),
    ),
    (
        "revocation lists",
        "full",
        "--crl --rootcert-file {roots}",
        0,
        Some((3, "refused")),
    ),
    (
        "a passphrase",
        "full",
        "--clientpass secret",
        0,
        Some((3, "refused")),
    ),
    (
        "a file of options",
        "full",
        "--configuration {folder}/more",
        0,
        Some((3, "refused")),
    ),
    (
        "its template",
        "full",
        "RAW --default-format",
        0,
        Some((3, "refused")),
    ),
    ("datagrams", "full", "--dtls1 --dtls --dtls1_2", 3, None),
    ("SSL", "full", "--ssl3 --ssl2", 3, None),
    ("SSL of old", "full", "-S 1", 3, None),
    ("SSL of old, long", "full", "--ssl 1", 3, None),
    ("without SSL", "full", "--no-ssl3 --no_ssl3", 0, None),
    (
        "without SSL 2",
        "full",
        "--no-ssl2 --no_ssl2",
        3,
        Some((0, "ssl2")),
    ),
    (
        "SSL is offered",
        "full",
        "--require-no-ssl2 --require-no-ssl3 --nmap-bin {folder}/nmap",
        0,
        Some((3, "refused")),
    ),
    (
        "a key store",
        "full",
        "--jks-alias mail --password pass:secret",
        0,
        Some((3, "refused")),
    ),
    (
        "common names only",
        "full",
        "--ignore-altnames -m mail.example.test",
        2,
        Some((3, "refused")),
    ),
    (
        "a proxy",
        "full",
        "--proxy http://127.0.0.1:1",
        2,
        Some((3, "refused")),
    ),
    (
        "another protocol",
        "full",
        "-P ldap",
        2,
        Some((3, "protocols")),
    ),
];

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
    let rows = rows();
    let forgotten = named::forgotten(named::named(&CHECK_SSL_CERT), &rows);
    assert!(forgotten.is_empty(), "no row has {forgotten:?}");
    manual::agrees("check_cert", &rows);
}
