//! Files: judged offline, or compared with what a server shows.

use std::time::Duration;

use crate::check::{Files, against, found};
use crate::sandbox::calm::punctual;
use crate::sandbox::pki::mint::{Spec, p256};
use crate::sandbox::pki::{CASES, case};
use crate::sandbox::probe::{Outcome, Run};
use crate::server::Server;

fn file(files: &Files, bytes: &[u8], more: &[&str]) -> Outcome {
    let path = files.write("file.pem", bytes);
    let roots = files.write("roots.pem", &case("good").roots_pem());
    Run::new("check_cert")
        .args(["--file", &path, "-r", &roots, "--format", "json"])
        .args(more)
        .run()
}

#[test]
fn a_file_is_judged_like_a_server() {
    let files = Files::new();
    for (name, expected) in [
        ("good", &[][..]),
        ("expired", &["cert-expired=critical"]),
        ("ends-soon", &["cert-expiring=critical"]),
        ("self-signed", &["cert-self-signed=critical"]),
        ("missing-intermediate", &["cert-chain-incomplete=critical"]),
        ("rsa-512", &["key-weak=critical"]),
        ("must-staple", &[]),
    ] {
        let outcome = file(&files, &case(name).pem(), &[]);
        assert_eq!(found(&outcome, false), expected, "{name}\n{outcome}");
        assert!(outcome.metric("expires").is_some(), "{outcome}");
    }
    let der = case("good").certs[0].to_der().unwrap();
    let outcome = file(&files, &der, &["--ignore-incomplete-chain", "-A"]);
    assert_eq!(found(&outcome, false), Vec::<String>::new(), "{outcome}");
    let good = case("good").pem();
    let outcome = file(&files, &good, &["--tls-name", "mail.example.test"]);
    assert_eq!(found(&outcome, false), Vec::<String>::new(), "{outcome}");
    let outcome = file(&files, &good, &["--tls-name", "a.example.org"]);
    assert_eq!(
        found(&outcome, false),
        ["cert-name-mismatch=critical"],
        "{outcome}"
    );
}

/// No certificate of the test PKI makes the probe fail, whatever is wrong with it.
#[test]
fn every_case_can_be_read_from_a_file() {
    let files = Files::new();
    for name in CASES {
        let outcome = file(&files, &case(name).pem(), &[]);
        assert!(matches!(outcome.code, Some(0..=2)), "{name}\n{outcome}");
        assert!(
            !outcome.finding_ids().contains(&"internal-error".to_owned()),
            "{name}\n{outcome}"
        );
    }
}

#[test]
fn standard_input_and_addresses_of_files() {
    let chain = case("good");
    let files = Files::new();
    let roots = files.write("roots.pem", &chain.roots_pem());
    let outcome = Run::new("check_cert")
        .args(["-f", "-", "-r", &roots])
        .stdin(chain.pem())
        .run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let path = files.write("chain.pem", &chain.pem());
    let address = format!("file://{path}");
    let outcome = Run::new("check_cert")
        .args(["--file", &address, "-r", &roots])
        .run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let start = format!("CERT OK - {path} valid until ");
    assert!(outcome.stdout.starts_with(&start), "{outcome}");
    let both = Run::new("check_cert")
        .args(["-f", &path, "-f", &path, "-r", &roots])
        .run();
    assert!(
        both.stdout.starts_with("CERT OK - 2 targets ok: "),
        "{both}"
    );
    let twice = Run::new("check_cert").args(["-f", "-", "-f", "-"]).run();
    assert_eq!(twice.code, Some(3), "{twice}");
}

#[test]
fn what_is_no_certificate_is_told() {
    let files = Files::new();
    let key = case("good").key.private_key_to_pem_pkcs8().unwrap();
    let large = b"x".repeat(11 << 20);
    for bytes in [
        &b""[..],
        b"no certificate\n",
        &key,
        &large,
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let outcome = file(&files, bytes, &[]);
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert_eq!(
            found(&outcome, false),
            ["file-unreadable=unknown"],
            "{outcome}"
        );
        assert!(outcome.took() < Duration::from_secs(2), "{outcome}");
        let secret = String::from_utf8_lossy(&key);
        let secret = secret.lines().nth(1).unwrap();
        assert!(!outcome.stdout.contains(secret), "{outcome}");
    }
    let missing = Run::new("check_cert").args(["-f", "/no/such/file"]).run();
    assert_eq!(missing.code, Some(3), "{missing}");
    assert!(
        missing.stdout.contains("/no/such/file: No such file"),
        "{missing}"
    );
    let folder = Run::new("check_cert").args(["-f", "/"]).run();
    assert_eq!(folder.code, Some(3), "{folder}");
}

#[test]
fn ten_megabytes_of_certificates_are_read_in_time() {
    let files = Files::new();
    let one = case("good").certs[0].to_pem().unwrap();
    let many = one.repeat((10 << 20) / one.len());
    let outcome = punctual(Duration::from_millis(5250), || {
        file(&files, &many, &["-t", "5"])
    });
    assert_eq!(outcome.code, Some(3), "{outcome}");
}

#[test]
fn a_bundle_of_authorities_is_one() {
    let files = Files::new();
    let mut bundle = case("good").roots_pem();
    bundle.extend(case("two-roots").roots_pem());
    let outcome = file(&files, &bundle, &[]);
    assert_eq!(found(&outcome, true), Vec::<String>::new(), "{outcome}");
    bundle.extend(case("expired-root").roots_pem());
    let outcome = file(&files, &bundle, &[]);
    assert_eq!(found(&outcome, true), ["cert-extra=ok"], "{outcome}");
    let outcome = file(&files, &bundle, &["-w", "11y"]);
    assert_eq!(
        found(&outcome, false),
        ["cert-expiring=warning"],
        "{outcome}"
    );
}

#[test]
fn a_forgotten_reload_is_found() {
    let files = Files::new();
    let (old, new) = (case("ends-soon"), case("good"));
    let compare = |served: &str, held: &[u8]| {
        let chain = case(served);
        let server = Server::tls(&chain);
        let path = files.write("held.pem", held);
        against(
            &server,
            &chain,
            &["--compare-file", &path, "--format", "json"],
        )
    };
    let outcome = compare("good", &new.pem());
    assert_eq!(found(&outcome, true), Vec::<String>::new(), "{outcome}");
    let outcome = compare("ends-soon", &new.pem());
    assert_eq!(
        found(&outcome, false),
        ["cert-expiring=critical", "file-newer=warning"],
        "{outcome}"
    );
    assert!(outcome.stdout.contains("reload the server"), "{outcome}");
    let outcome = compare("good", &old.pem());
    assert_eq!(
        found(&outcome, false),
        ["file-differs=warning"],
        "{outcome}"
    );
    let outcome = compare("good", b"none");
    assert_eq!(
        found(&outcome, false),
        ["file-unreadable=unknown"],
        "{outcome}"
    );
    let alone = Run::new("check_cert")
        .args(["-f", "/x", "--compare-file", "/y"])
        .run();
    assert_eq!(alone.code, Some(3), "{alone}");
}

/// `openssl req -x509` calls every certificate an authority: a server's is known by its names.
#[test]
fn a_server_that_calls_itself_an_authority_is_a_server() {
    let files = Files::new();
    let now = case("good").now;
    let root = Spec::authority("Some Root", now).root(p256());
    let middle = Spec::authority("Some Issuer", now).by(&root);
    let mut leaf = Spec::server(now).for_names(&["mail.example.test"]);
    // CA:TRUE, and nothing about the use of the key.
    leaf.bare = true;
    leaf.extra = vec![("2.5.29.19", true, vec![0x30, 3, 1, 1, 0xff])];
    let leaf = leaf.by(&middle).x509;
    let pem = |all: &[&openssl::x509::X509]| {
        let all = all.iter().flat_map(|one| one.to_pem().unwrap());
        all.collect::<Vec<u8>>()
    };
    let roots = files.write("roots.pem", &pem(&[&root.x509]));
    let run = |bytes: &[u8], more: &[&str]| {
        let path = files.write("chain.pem", bytes);
        let args = ["-f", &path, "-r", &roots, "--format", "json"];
        Run::new("check_cert").args(args).args(more).run()
    };
    for all in [[&leaf, &middle.x509], [&middle.x509, &leaf]] {
        let good = run(&pem(&all), &["--tls-name", "mail.example.test"]);
        assert_eq!(found(&good, false), Vec::<String>::new(), "{good}");
        assert!(good.stdout.contains("chain of 3 verified"), "{good}");
        assert!(run(&pem(&all), &[]).stdout.contains("chain of 3 verified"));
        let other = run(&pem(&all), &["--tls-name", "www.example.org"]);
        assert_eq!(
            found(&other, false),
            ["cert-name-mismatch=critical"],
            "{other}"
        );
    }
    // An authority alone is no server's certificate that fails.
    let alone = run(&pem(&[&middle.x509]), &[]);
    assert_eq!(found(&alone, false), Vec::<String>::new(), "{alone}");
    assert!(alone.stdout.contains("holds the authority"), "{alone}");
}

#[test]
fn files_are_named_as_people_name_them() {
    let files = Files::new();
    let roots = files.write("roots.pem", &case("good").roots_pem());
    let path = files.write("the chain.pem", &case("good").pem());
    for uri in [
        format!("file://localhost{}", path.replace(' ', "%20")),
        format!("file://{}", path.replace(' ', "%20")),
        path.clone(),
    ] {
        let outcome = Run::new("check_cert")
            .args(["-f", &uri, "-r", &roots])
            .run();
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert!(outcome.stdout.contains("the chain.pem valid"), "{outcome}");
    }
    let nothing = Run::new("check_cert").args(["-f", "-"]).run();
    assert!(
        nothing.stdout.contains("standard input: the file is empty"),
        "{nothing}"
    );
}

#[test]
fn a_moment_is_written_in_many_ways() {
    let files = Files::new();
    let good = case("good").pem();
    for at in [
        "2200-12-24",
        "2200-12-24 18:00",
        "2200-12-24T18:00Z",
        "@7289060400",
    ] {
        let outcome = file(&files, &good, &["--at", at]);
        assert!(
            found(&outcome, false).contains(&"cert-expired=critical".to_owned()),
            "{at}: {outcome}"
        );
    }
    for at in [
        "@-1",
        "@99999999999999999",
        "+99999999999999d",
        "1900-01-01",
        "",
    ] {
        let outcome = file(&files, &good, &["--at", at]);
        assert_eq!(outcome.code, Some(3), "{at}: {outcome}");
        assert!(outcome.stdout.contains("--at"), "{at}: {outcome}");
    }
}

#[test]
fn a_name_that_is_asked_for_must_be_one_that_clients_look_at() {
    let files = Files::new();
    let pem = case("cn-only").pem();
    let host = ["--tls-name", "mail.example.test"];
    let outcome = file(&files, &pem, &host);
    assert_eq!(
        found(&outcome, false),
        ["no-subject-alt-name=warning"],
        "{outcome}"
    );
    let outcome = file(&files, &pem, &["--san", "mail.example.test"]);
    assert_eq!(
        found(&outcome, false),
        ["no-subject-alt-name=warning", "san-missing=critical"],
        "{outcome}"
    );
    let both = [host[0], host[1], "--san", "mail.example.test"];
    let outcome = file(&files, &pem, &both);
    assert_eq!(
        found(&outcome, false),
        ["cert-name-mismatch=critical"],
        "{outcome}"
    );
}
