//! check_cert --dane and --mta-sts against Postfix, by zones that vouch for it in every way and fail to.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use mailprobe::x509::dane::Tlsa;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod};
use openssl::x509::X509;

use super::chains;
use super::zones::Zones;
use crate::lab::{self, Server};
use crate::probe::{Outcome, Run};

struct Scene {
    zones: Zones,
    /// The server's certificate, and the authority's.
    leaf: X509,
    root: X509,
}

static SCENE: LazyLock<Result<Scene, String>> = LazyLock::new(|| {
    let postfix = lab::postfix();
    let pem = fs::read(postfix.dir().join("pki/server.pem")).map_err(|error| error.to_string())?;
    let chain = X509::stack_from_pem(&pem).map_err(|error| error.to_string())?;
    let (leaf, root) = (chain[0].clone(), chain[1].clone());
    let port = postfix.port("SMTP");
    let own = |usage, selector, matching| {
        Tlsa::wanted(usage, selector, matching, &leaf)
            .unwrap()
            .full()
    };
    let above = |usage, selector, matching| {
        Tlsa::wanted(usage, selector, matching, &root)
            .unwrap()
            .full()
    };
    let none = format!("3 1 1 {}", "4f".repeat(32));
    let next = format!("3 1 1 {}", "91".repeat(32));
    let hosts: Vec<(&str, Vec<String>)> = vec![
        ("own", vec![own(3, 1, 1), next.clone()]),
        ("renewal", vec![own(3, 0, 1)]),
        ("sha512", vec![own(3, 1, 2), next.clone()]),
        ("wrong", vec![none.clone(), next.clone()]),
        (
            "stale",
            vec![own(3, 1, 1), format!("3 1 2 {}", "4f".repeat(64))],
        ),
        ("pkix", vec![own(1, 1, 1)]),
        ("odd", vec![format!("3 1 9 {}", "00".repeat(8))]),
        ("above", vec![above(2, 1, 1)]),
        ("mail", vec![above(2, 0, 1), own(3, 1, 1)]),
        ("bare", vec![]),
    ];
    let zone = |name: &str, how: &str| {
        let mut text = format!(
            "; lab: {how}\n$ORIGIN {name}.\n$TTL 300\n@ IN SOA ns hostmaster 1 7200 3600 1209600 300\n@ IN NS ns\nns IN A 127.0.0.1\n\
             @ IN MX 10 mail\n@ IN MX 20 own\n"
        );
        for (host, records) in &hosts {
            text += &format!("{host} IN A 127.0.0.1\n");
            for record in records {
                text += &format!("_{port}._tcp.{host} IN TLSA {record}\n");
            }
        }
        let smtps = postfix.port("SMTPS");
        text += &format!(
            "_{smtps}._tcp.mail IN TLSA {}\n_{smtps}._tcp.own IN TLSA {}\n",
            own(1, 1, 1),
            own(3, 1, 1)
        );
        text += &format!(
            "alias IN CNAME own\nout IN CNAME mail.unsigned.test.\n_{port}._tcp.out IN TLSA {}\n",
            own(3, 1, 1)
        );
        text += "hop IN CNAME mail\nmail IN MX 10 above\n";
        text += "_mta-sts IN TXT \"v=STSv1; \" \"id=20260101T000000;\"\nmta-sts IN A 127.0.0.1\n_smtp._tls IN TXT \"v=TLSRPTv1; rua=mailto:tls@example.test\"\n";
        text
    };
    // Its signatures began a day ago.
    let late = zone("late.test", "signed hours=2");
    let sts = |name: &str, more: &str| {
        format!(
            "; lab: signed\n$ORIGIN {name}.\n$TTL 300\n@ IN SOA ns hostmaster 1 7200 3600 1209600 300\n@ IN NS ns\nns IN A 127.0.0.1\n\
             @ IN MX 10 mail.example.test.\n{more}"
        )
    };
    let record = "_mta-sts IN TXT \"v=STSv1; \" \"id=20260101T000000;\"\n";
    let other = "_mta-sts IN TXT \"v=STSv1; id=2\"\n";
    let zones = Zones::serve(&[
        ("example.test", zone("example.test", "signed")),
        ("three.test", zone("three.test", "nsec3")),
        ("unsigned.test", zone("unsigned.test", "")),
        (
            "loose.test",
            "; lab:\n$ORIGIN loose.test.\n$TTL 300\n@ IN SOA ns hostmaster 1 7200 3600 1209600 300\n@ IN NS ns\nns IN A 127.0.0.1\n\
             own IN MX 10 own.example.test.\nwrong IN MX 10 wrong.example.test.\nabove IN MX 10 above.example.test.\n"
                .to_owned(),
        ),
        ("expired.test", zone("expired.test", "expired")),
        ("tampered.test", zone("tampered.test", "tampered TLSA")),
        ("late.test", late),
        ("sts.test", sts("sts.test", record)),
        ("twice.test", sts("twice.test", &format!("{record}{other}"))),
        (
            "nosts.test",
            sts("nosts.test", "_mta-sts IN TXT \"v=spf1 -all\"\n"),
        ),
    ])?;
    Ok(Scene { zones, leaf, root })
});

fn scene() -> &'static Scene {
    SCENE.as_ref().unwrap_or_else(|error| panic!("{error}"))
}

fn run(resolver: SocketAddr, args: &[&str]) -> Outcome {
    Run::new("check_cert")
        .args(["-p", &format!("{}:smtp", lab::postfix().port("SMTP"))])
        .args(["--resolver", &resolver.to_string(), "-t", "20"])
        .args(["--format", "json", "-vvv"])
        .args(args)
        .kill_after(Duration::from_secs(30))
        .run()
}

/// At a host, by the AD bit, with the lab's authority trusted or not.
fn at(host: &str, more: &[&str]) -> Outcome {
    let mut args = vec!["-H", host, "--address", "127.0.0.1", "--dane"];
    args.extend(more);
    run(scene().zones.validating(), &args)
}

#[track_caller]
fn finds(outcome: &Outcome, code: i32, wanted: &[&str]) {
    assert_eq!(outcome.alarms(), wanted, "{outcome}");
    assert_eq!(outcome.code, Some(code), "{outcome}");
}

fn ca(server: &Server) -> String {
    server.ca().display().to_string()
}

#[test]
fn with_the_own_key_published_nothing_else_counts() {
    // Nobody trusts the lab's authority here, and no certificate is for these names.
    for host in [
        "own.example.test",
        "own.three.test",
        "sha512.example.test",
        "alias.example.test",
        "out.example.test",
    ] {
        let outcome = at(host, &[]);
        finds(&outcome, 0, &[]);
        let proven = outcome.json()["targets"][0]["proven"].to_string();
        assert!(
            proven.contains("DANE 3 1") && proven.contains("AD bit from 127.0.0.1"),
            "{proven}"
        );
    }
    let outcome = at("own.example.test", &[]);
    assert_eq!(outcome.metric("tlsa_records"), Some(2.0));
    assert_eq!(outcome.metric("tlsa_matching"), Some(1.0));
    assert!(outcome.metric("tlsa_signature").unwrap() > 20.0 * 86_400.0);
    // What the Web would say is still told.
    assert!(outcome.to_string().contains("RFC 7672"), "{outcome}");
}

#[test]
fn each_way_to_fail_has_its_name() {
    let rows: [(&str, i32, &[&str]); 9] = [
        ("wrong.example.test", 2, &["dane-mismatch"]),
        ("stale.example.test", 2, &["dane-mismatch"]),
        ("above.example.test", 2, &["dane-mismatch"]),
        ("pkix.example.test", 1, &["dane-unusable"]),
        ("odd.example.test", 1, &["dane-unusable"]),
        ("bare.example.test", 2, &["dane-missing"]),
        ("own.unsigned.test", 2, &["dane-missing"]),
        ("own.expired.test", 2, &["dane-bogus"]),
        ("own.tampered.test", 2, &["dane-bogus"]),
    ];
    let quiet = ["--on", "cert-untrusted=ok", "--on", "cert-name-mismatch=ok"];
    for (host, code, ids) in rows {
        let outcome = at(host, &quiet);
        println!("{host}: {}", outcome.json()["text"]);
        finds(&outcome, code, ids);
    }
    // Without being required, what is missing is no fault; what is wrong is.
    let try_it = |host: &str| {
        let mut args = vec!["-H", host, "--address", "127.0.0.1", "--dane", "try"];
        args.extend(quiet);
        run(scene().zones.validating(), &args)
    };
    finds(&try_it("bare.example.test"), 0, &[]);
    finds(&try_it("own.unsigned.test"), 1, &["dane-insecure"]);
    finds(&try_it("own.expired.test"), 2, &["dane-bogus"]);
    finds(&try_it("wrong.example.test"), 2, &["dane-mismatch"]);
}

#[test]
fn an_authority_that_is_published_wants_the_right_name() {
    let outcome = at("mail.example.test", &[]);
    finds(&outcome, 0, &[]);
    let only = at("mail.example.test", &["201"]);
    finds(&only, 0, &[]);
    finds(&at("mail.example.test", &["311"]), 0, &[]);
    finds(
        &at("mail.example.test", &["301", "--on", "cert-untrusted=ok"]),
        2,
        &["dane-missing"],
    );
}

#[test]
fn validated_here_it_is_the_same() {
    let scene = scene();
    let anchor = scene.zones.anchor();
    let anchor = anchor.to_str().unwrap();
    for server in [scene.zones.validating(), scene.zones.plain()] {
        let here = |host: &str| {
            run(
                server,
                &[
                    "-H",
                    host,
                    "--address",
                    "127.0.0.1",
                    "--dane",
                    "--trust-anchor",
                    anchor,
                    "--on",
                    "cert-untrusted=ok",
                    "--on",
                    "cert-name-mismatch=ok",
                ],
            )
        };
        let good = here("own.example.test");
        finds(&good, 0, &[]);
        assert!(good.to_string().contains("validated here"), "{good}");
        finds(&here("wrong.example.test"), 2, &["dane-mismatch"]);
        finds(&here("own.expired.test"), 2, &["dane-bogus"]);
        finds(&here("own.unsigned.test"), 2, &["dane-missing"]);
    }
    // A resolver that does not validate is not believed, in neither direction.
    let plain = scene.zones.plain();
    let args = [
        "-H",
        "own.example.test",
        "--address",
        "127.0.0.1",
        "--dane",
        "--dnssec",
        "ad",
        "--on",
        "cert-untrusted=ok",
        "--on",
        "cert-name-mismatch=ok",
    ];
    finds(&run(plain, &args), 3, &["dane-unknown"]);
}

#[test]
fn mail_exchangers_count_by_their_domain() {
    let resolver = scene().zones.validating();
    let args = |domain: &'static str| ["--mx", domain, "--dane", "--policy", "mx"];
    let good = run(resolver, &args("example.test"));
    finds(&good, 0, &[]);
    assert_eq!(
        good.json()["targets"].as_array().unwrap().len(),
        2,
        "{good}"
    );
    let outcome = run(resolver, &args("unsigned.test"));
    assert_eq!(outcome.code, Some(2), "{outcome}");
    let alarms = outcome.alarms();
    let missing = alarms.iter().filter(|id| *id == "dane-missing");
    assert_eq!(missing.count(), 2, "{outcome}");
}

/// RFC 7672 §2.2.1: TLSA records of a host may be gone by though the MX records that lead there are not signed.
#[test]
fn insecure_mail_exchangers_are_gone_by_and_told() {
    let resolver = scene().zones.validating();
    let quiet = ["--on", "cert-untrusted=ok", "--on", "cert-name-mismatch=ok"];
    let of = |domain: &str, dane: &str| {
        let mut args = vec!["--mx", domain, dane];
        args.extend(quiet);
        run(resolver, &args)
    };
    let good = of("own.loose.test", "--dane");
    finds(&good, 1, &["dane-mx-insecure"]);
    assert_eq!(good.metric("tlsa_matching"), Some(1.0), "{good}");
    finds(&of("own.loose.test", "--dane=try"), 0, &[]);
    let wrong = of("wrong.loose.test", "--dane=try");
    finds(&wrong, 2, &["dane-mismatch"]);
    // The domain is no name for the certificate then, its host is, and that is another.
    finds(&of("above.loose.test", "--dane=try"), 2, &["dane-mismatch"]);
}

/// RFC 7672 §3.2.2: the next hop's name, and what it is an alias of, are names for a certificate below DANE-TA.
#[test]
fn the_next_hop_is_a_name_for_the_certificate() {
    let resolver = scene().zones.validating();
    for domain in ["mail.example.test", "hop.example.test", "HOP.example.test."] {
        let outcome = run(resolver, &["--mx", domain, "--dane"]);
        finds(&outcome, 0, &[]);
        let proven = outcome.json()["targets"][0]["proven"].to_string();
        assert!(proven.contains("DANE 2 1 1"), "{proven}");
    }
    // Reached by its own name it is another's certificate.
    finds(
        &at(
            "above.example.test",
            &["--on", "cert-untrusted=ok", "--on", "cert-name-mismatch=ok"],
        ),
        2,
        &["dane-mismatch"],
    );
}

#[test]
fn tomorrows_certificate_is_held_against_todays_records() {
    let postfix = lab::postfix();
    let same = postfix.dir().join("pki/server.pem");
    let other = postfix.dir().join("pki/client.pem");
    let with = |file: &std::path::Path| {
        at(
            "own.example.test",
            &["require", "--next-cert", file.to_str().unwrap()],
        )
    };
    finds(&with(&same), 0, &[]);
    let outcome = with(&other);
    finds(&outcome, 1, &["dane-next-mismatch"]);
    let wanted = Tlsa::wanted(
        3,
        1,
        1,
        &X509::from_pem(&fs::read(&other).unwrap()).unwrap(),
    );
    assert!(
        outcome.to_string().contains(&wanted.unwrap().full()),
        "{outcome}"
    );
    assert_eq!(
        scene().leaf.issuer_name().entries().count(),
        scene().root.subject_name().entries().count()
    );
}

#[test]
fn a_host_can_be_required_to_be_signed() {
    let signed = |host: &str| {
        let resolver = scene().zones.validating();
        let args = [
            "-H",
            host,
            "--address",
            "127.0.0.1",
            "--require-dnssec",
            "--policy",
            "mx",
            "--on",
            "cert-untrusted=ok",
            "--on",
            "cert-name-mismatch=ok",
        ];
        run(resolver, &args)
    };
    finds(&signed("own.example.test"), 0, &[]);
    finds(&signed("own.unsigned.test"), 2, &["dnssec-missing"]);
    finds(&signed("own.expired.test"), 2, &["dnssec-missing"]);
}

#[test]
fn advice_before_the_next_renewal_is_no_alarm() {
    let outcome = at("renewal.example.test", &[]);
    finds(&outcome, 0, &[]);
    let ids: Vec<String> = outcome.finding_ids();
    assert!(ids.contains(&"dane-rollover".to_owned()), "{outcome}");
}

#[test]
fn on_a_clients_port_the_web_counts_beside_dane() {
    let postfix = lab::postfix();
    let port = format!("{}:smtps", postfix.port("SMTPS"));
    let clients = |host: &str, more: &[&str]| {
        Run::new("check_cert")
            .args(["-H", host, "--address", "127.0.0.1", "-p", &port, "--dane"])
            .args(["--resolver", &scene().zones.validating().to_string()])
            .args(["--format", "json", "-vvv"])
            .args(more)
            .run()
    };
    // The authority is trusted, the name is right: PKIX-EE(1) holds.
    let trusted = ["--ca-file", &ca(postfix)];
    finds(&clients("mail.example.test", &trusted), 0, &[]);
    finds(
        &clients("mail.example.test", &[]),
        2,
        &["dane-mismatch", "cert-untrusted"],
    );
    // DANE-EE(3) matches, and a mail user's client still refuses the certificate.
    finds(
        &clients("own.example.test", &trusted),
        2,
        &["cert-name-mismatch"],
    );
}

#[test]
fn a_signature_that_nobody_renews_is_told_before_it_ends() {
    let outcome = at("own.late.test", &[]);
    finds(&outcome, 1, &["tlsa-signature-expiring"]);
    let left = outcome.metric("tlsa_signature").unwrap();
    assert!((3600.0..=7200.0).contains(&left), "{left}");
    let strict = ["require", "-c", "tlsa_signature=86400:"];
    assert_eq!(at("own.late.test", &strict).code, Some(2));
}

/// Postfix's own client, which delivers or does not.
#[test]
fn postfix_delivers_where_we_say_that_it_can() {
    let postfix = lab::postfix();
    let folder = tempfile::tempdir().unwrap();
    let resolv = folder.path().join("resolv.conf");
    fs::write(&resolv, scene().zones.resolv_conf()).unwrap();
    let configuration =
        "compatibility_level = 3.6\nmyhostname = client.example.test\ninet_protocols = ipv4\n";
    fs::write(folder.path().join("main.cf"), configuration).unwrap();
    let finger = |host: &str| {
        let target = format!("[{host}]:{}", postfix.port("SMTP"));
        let output = std::process::Command::new("unshare")
            .args(["--mount", "sh", "-c"])
            .arg("mount --bind \"$0\" /etc/resolv.conf && exec posttls-finger -c -l dane-only -L summary \"$1\"")
            .arg(&resolv)
            .arg(&target)
            .env("MAIL_CONFIG", folder.path())
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&text).into_owned()
    };
    let mut wrong = Vec::new();
    let mut verified = 0;
    for host in [
        "own.example.test",
        "own.three.test",
        "own.late.test",
        "renewal.example.test",
        "sha512.example.test",
        "mail.example.test",
        "alias.example.test",
        "wrong.example.test",
        "stale.example.test",
        "pkix.example.test",
        "odd.example.test",
        "above.example.test",
        "bare.example.test",
        "own.unsigned.test",
        "own.expired.test",
        "own.tampered.test",
    ] {
        let ours = at(host, &[]).json()["targets"][0]["proven"]
            .to_string()
            .contains("DANE ");
        let said = finger(host);
        let theirs = said.contains("Verified TLS connection");
        verified += usize::from(theirs);
        if ours != theirs {
            wrong.push(format!("{host}: ours {ours}, Postfix: {said}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(verified, 7);
}

/// Serves one answer by HTTPS.
fn policy_server(certificate: &X509, key: &PKey<Private>, answer: String) -> SocketAddr {
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    acceptor.set_certificate(certificate).unwrap();
    acceptor.set_private_key(key).unwrap();
    let acceptor = acceptor.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let Ok((stream, _)) = listener.accept() else {
            return;
        };
        let Ok(mut stream) = acceptor.accept::<TcpStream>(stream) else {
            return;
        };
        let _ = stream.read(&mut [0; 2048]);
        let _ = stream.write_all(answer.as_bytes());
        let _ = stream.shutdown();
        // Its end is the client's business: a reset would take the answer with it.
        let _ = stream.get_mut().read(&mut [0; 64]);
    });
    address
}

/// check_cert for a domain whose policy's host answers this, with a certificate for that host.
fn policy(domain: &str, answer: &str) -> Outcome {
    let authority = chains::authority("Web Root", None);
    let host = chains::server(&format!("mta-sts.{domain}"), Some(&authority), (-1, 90));
    let address = policy_server(&host.certificate, &host.key, answer.to_owned());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web.pem");
    fs::write(&file, authority.certificate.to_pem().unwrap()).unwrap();
    run(
        scene().zones.validating(),
        &[
            "--mta-sts",
            domain,
            "--mta-sts-address",
            &address.to_string(),
            "--ca-file",
            &ca(lab::postfix()),
            "--ca-file",
            file.to_str().unwrap(),
        ],
    )
}

const GOOD: &str = "version: STSv1\r\nmode: enforce\r\nmx: *.example.test\r\nmax_age: 604800\r\n";

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn a_policy_is_fetched_and_every_exchanger_is_held_against_it() {
    let outcome = policy("sts.test", &ok(GOOD));
    finds(&outcome, 0, &[]);
    let proven = outcome.json()["targets"][0]["proven"].to_string();
    assert!(
        proven.contains("MTA-STS of sts.test: enforce, id 20260101T000000, 1 MX covered"),
        "{outcome}"
    );
    assert_eq!(outcome.metric("sts.test::mta_sts_max_age"), Some(604_800.0));
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{GOOD}\r\n0\r\n\r\n",
        GOOD.len()
    );
    finds(&policy("sts.test", &chunked), 0, &[]);
    let until_close = ok(GOOD).replace("Content-Length", "X-Length");
    finds(&policy("sts.test", &until_close), 0, &[]);
}

#[test]
fn each_way_to_break_a_policy_has_its_name() {
    let rows: [(String, i32, &str); 12] = [
        (
            ok(&GOOD.replace("enforce", "testing")),
            1,
            "mta-sts-testing",
        ),
        (ok(&GOOD.replace("enforce", "none")), 1, "mta-sts-weak"),
        (ok(&GOOD.replace("604800", "3600")), 1, "mta-sts-weak"),
        (
            ok(GOOD).replace("text/plain", "text/html"),
            1,
            "mta-sts-weak",
        ),
        (
            ok(&GOOD.replace("*.example.test", "mx.example.test")),
            2,
            "mta-sts-mx-uncovered",
        ),
        (ok(&GOOD.replace("STSv1", "STSv2")), 2, "mta-sts-invalid"),
        (ok("<html>moved</html>"), 2, "mta-sts-invalid"),
        (
            "HTTP/1.1 301 Moved\r\nLocation: https://www.example.test/\r\n\r\n".to_owned(),
            2,
            "mta-sts-unreachable",
        ),
        (
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
            2,
            "mta-sts-unreachable",
        ),
        (ok(&"x: y\r\n".repeat(12_000)), 2, "mta-sts-unreachable"),
        (
            ok(GOOD).replace("Content-Length: ", "Content-Length: 9"),
            2,
            "mta-sts-unreachable",
        ),
        (
            "220 mail.example.test ESMTP\r\n".to_owned(),
            2,
            "mta-sts-unreachable",
        ),
    ];
    for (answer, code, id) in rows {
        let outcome = policy("sts.test", &answer);
        println!("{id}: {}", outcome.json()["text"]);
        finds(&outcome, code, &[id]);
    }
    finds(&policy("twice.test", &ok(GOOD)), 2, &["mta-sts-invalid"]);
    finds(&policy("nosts.test", &ok(GOOD)), 2, &["mta-sts-missing"]);
}

#[test]
fn the_certificate_of_the_policys_host_must_be_for_it() {
    let postfix = lab::postfix();
    let key = fs::read(postfix.dir().join("pki/server.key")).unwrap();
    let key = PKey::private_key_from_pem(&key).unwrap();
    let address = policy_server(&scene().leaf, &key, ok(GOOD));
    let outcome = run(
        scene().zones.validating(),
        &[
            "--mta-sts",
            "example.test",
            "--mta-sts-address",
            &address.to_string(),
            "--ca-file",
            &ca(postfix),
        ],
    );
    let ids = outcome.finding_ids();
    assert!(ids.contains(&"mta-sts-unreachable".to_owned()), "{outcome}");
    assert!(
        outcome.to_string().contains("not for mta-sts.example.test"),
        "{outcome}"
    );
    // The second exchanger bears no name of the certificate, and DANE does not excuse that here.
    assert!(ids.contains(&"cert-name-mismatch".to_owned()), "{outcome}");
}
