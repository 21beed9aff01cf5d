//! check_cert --dane and --mta-sts against Postfix, by zones that vouch for it in every way and fail to.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use mailprobe::x509::dane::Tlsa;
use openssl::pkey::PKey;
use openssl::ssl::{SslAcceptor, SslMethod};
use openssl::x509::X509;

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
        Tlsa::wanted(usage, selector, matching, &leaf).unwrap().full()
    };
    let above = |usage, selector, matching| {
        Tlsa::wanted(usage, selector, matching, &root).unwrap().full()
    };
    let none = format!("3 1 1 {}", "4f".repeat(32));
    let next = format!("3 1 1 {}", "91".repeat(32));
    let hosts: Vec<(&str, Vec<String>)> = vec![
        ("own", vec![own(3, 1, 1), next.clone()]),
        ("renewal", vec![own(3, 0, 1)]),
        ("sha512", vec![own(3, 1, 2), next.clone()]),
        ("wrong", vec![none.clone(), next.clone()]),
        ("stale", vec![own(3, 1, 1), format!("3 1 2 {}", "4f".repeat(64))]),
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
        text += &format!("alias IN CNAME own\nout IN CNAME mail.unsigned.test.\n_{port}._tcp.out IN TLSA {}\n", own(3, 1, 1));
        text += "_mta-sts IN TXT \"v=STSv1; \" \"id=20260101T000000;\"\nmta-sts IN A 127.0.0.1\n_smtp._tls IN TXT \"v=TLSRPTv1; rua=mailto:tls@example.test\"\n";
        text
    };
    let mut late = zone("late.test", "signed days=1");
    late += "note IN TXT \"its signatures began a day ago and end in one\"\n";
    let zones = Zones::serve(&[
        ("example.test", zone("example.test", "signed")),
        ("three.test", zone("three.test", "nsec3")),
        ("unsigned.test", zone("unsigned.test", "")),
        ("expired.test", zone("expired.test", "expired")),
        ("tampered.test", zone("tampered.test", "tampered TLSA")),
        ("late.test", late),
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

fn alarms(outcome: &Outcome) -> Vec<(String, String)> {
    outcome
        .findings()
        .into_iter()
        .filter(|(_, status)| status != "OK")
        .collect()
}

#[track_caller]
fn finds(outcome: &Outcome, code: i32, wanted: &[&str]) {
    let found: Vec<String> = alarms(outcome).into_iter().map(|(id, _)| id).collect();
    assert_eq!(found, wanted, "{outcome}");
    assert_eq!(outcome.code, Some(code), "{outcome}");
}

fn metric(outcome: &Outcome, label: &str) -> Option<f64> {
    outcome.json()["metrics"]
        .as_array()?
        .iter()
        .find(|metric| metric["label"] == label)?["value"]
        .as_f64()
}

fn ca(server: &Server) -> String {
    server.ca().display().to_string()
}

#[test]
fn with_the_own_key_published_nothing_else_counts() {
    // Nobody trusts the lab's authority here, and no certificate is for these names.
    for host in ["own.example.test", "own.three.test", "sha512.example.test", "alias.example.test", "out.example.test"] {
        let outcome = at(host, &[]);
        finds(&outcome, 0, &[]);
        let proven = outcome.json()["targets"][0]["proven"].to_string();
        assert!(proven.contains("DANE 3 1") && proven.contains("AD bit from 127.0.0.1"), "{proven}");
    }
    let outcome = at("own.example.test", &[]);
    assert_eq!(metric(&outcome, "tlsa_records"), Some(2.0));
    assert_eq!(metric(&outcome, "tlsa_matching"), Some(1.0));
    assert!(metric(&outcome, "tlsa_signature").unwrap() > 20.0 * 86_400.0);
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
    finds(&at("mail.example.test", &["301", "--on", "cert-untrusted=ok"]), 2, &["dane-missing"]);
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
                &["-H", host, "--address", "127.0.0.1", "--dane", "--trust-anchor", anchor, "--on", "cert-untrusted=ok", "--on", "cert-name-mismatch=ok"],
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
    let args = ["-H", "own.example.test", "--address", "127.0.0.1", "--dane", "--dnssec", "ad", "--on", "cert-untrusted=ok", "--on", "cert-name-mismatch=ok"];
    finds(&run(plain, &args), 3, &["dane-unknown"]);
}

#[test]
fn mail_exchangers_count_by_their_domain() {
    let resolver = scene().zones.validating();
    let args = |domain: &'static str| ["--mx", domain, "--dane", "--policy", "mx"];
    let good = run(resolver, &args("example.test"));
    finds(&good, 0, &[]);
    assert_eq!(good.json()["targets"].as_array().unwrap().len(), 2, "{good}");
    let outcome = run(resolver, &args("unsigned.test"));
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(outcome.to_string().contains("MX of unsigned.test is insecure"), "{outcome}");
}

#[test]
fn tomorrows_certificate_is_held_against_todays_records() {
    let postfix = lab::postfix();
    let same = postfix.dir().join("pki/server.pem");
    let other = postfix.dir().join("pki/client.pem");
    let with = |file: &std::path::Path| at("own.example.test", &["require", "--next-cert", file.to_str().unwrap()]);
    finds(&with(&same), 0, &[]);
    let outcome = with(&other);
    finds(&outcome, 1, &["dane-next-mismatch"]);
    let wanted = Tlsa::wanted(3, 1, 1, &X509::from_pem(&fs::read(&other).unwrap()).unwrap());
    assert!(outcome.to_string().contains(&wanted.unwrap().full()), "{outcome}");
    assert_eq!(scene().leaf.issuer_name().entries().count(), scene().root.subject_name().entries().count());
}

#[test]
fn advice_before_the_next_renewal_is_no_alarm() {
    let outcome = at("renewal.example.test", &[]);
    finds(&outcome, 0, &[]);
    let ids: Vec<String> = outcome.finding_ids();
    assert!(ids.contains(&"dane-rollover".to_owned()), "{outcome}");
}

#[test]
fn a_clients_port_is_judged_by_all_rules() {
    let resolver = scene().zones.validating();
    let port = format!("{}:submission", lab::postfix().port("SMTP"));
    let clients = |host: &str| {
        Run::new("check_cert")
            .args(["-H", host, "--address", "127.0.0.1", "-p", &port, "--dane"])
            .args(["--resolver", &resolver.to_string(), "--format", "json", "-vvv"])
            .run()
    };
    // SMTP with STARTTLS on a port of ours is taken for a mail exchanger's, whatever it is called.
    finds(&clients("own.example.test"), 0, &[]);
}

/// Serves one policy after the other by HTTPS.
fn policy_server(answers: Vec<String>) -> SocketAddr {
    let postfix = lab::postfix();
    let pem = |name: &str| fs::read(postfix.dir().join("pki").join(name)).unwrap();
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    acceptor
        .set_certificate(&X509::from_pem(&pem("server.pem")).unwrap())
        .unwrap();
    acceptor
        .set_private_key(&PKey::private_key_from_pem(&pem("server.key")).unwrap())
        .unwrap();
    let acceptor = acceptor.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for answer in answers {
            let Ok((stream, _)) = listener.accept() else { return };
            let Ok(mut stream) = acceptor.accept::<TcpStream>(stream) else { continue };
            let _ = stream.read(&mut [0; 2048]);
            let _ = stream.write_all(answer.as_bytes());
            let _ = stream.shutdown();
        }
    });
    address
}

#[test]
fn the_certificate_of_the_policys_host_must_be_for_it() {
    let address = policy_server(vec!["HTTP/1.1 200 OK\r\n\r\n".to_owned()]);
    let postfix = lab::postfix();
    let outcome = run(
        scene().zones.validating(),
        &["--mta-sts", "example.test", "--mta-sts-address", &address.to_string(), "--ca-file", &ca(postfix)],
    );
    let ids = outcome.finding_ids();
    assert!(ids.contains(&"mta-sts-unreachable".to_owned()), "{outcome}");
    assert!(outcome.to_string().contains("not for mta-sts.example.test"), "{outcome}");
    // The second exchanger bears no name of the certificate, and DANE does not excuse that here.
    assert!(ids.contains(&"cert-name-mismatch".to_owned()), "{outcome}");
}
