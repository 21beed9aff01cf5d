//! Stapled OCSP responses: who said what, and until when it counts; beside `openssl ocsp` on the same response.

use std::process::Command;

use mailprobe::x509::DAY;
use mailprobe::x509::staple::{Verdict, check};

use crate::sandbox::pki::case;
use crate::sandbox::pki::mint::{Spec, rsa};
use crate::{read, sent};

fn judged(name: &str, later: i64) -> Verdict {
    let chain = case(name);
    let sent = sent(&chain);
    check(
        chain.staple.as_deref().unwrap(),
        &sent[0],
        sent.get(1),
        chain.now + later,
    )
    .verdict
}

#[test]
fn each_response_by_its_verdict() {
    let revoked = Verdict::Revoked {
        since: Some(case("staple").now - 4 * DAY),
        reason: Some("keyCompromise"),
    };
    let rows = [
        ("must-staple-stapled", Verdict::Good),
        ("staple", Verdict::Good),
        ("staple-sha256", Verdict::Good),
        ("staple-delegated", Verdict::Good),
        ("staple-delegated-wrong", Verdict::WrongResponder),
        ("staple-foreign-signer", Verdict::WrongResponder),
        ("staple-revoked", revoked.clone()),
        ("staple-unknown", Verdict::Unknown),
        ("staple-expired", Verdict::Stale),
        ("staple-early", Verdict::Early),
        ("staple-spoilt", Verdict::BadSignature),
        ("staple-other-certificate", Verdict::OtherCertificate),
        ("staple-refused", Verdict::Refused("tryLater")),
        ("staple-garbage", Verdict::Malformed),
    ];
    for (name, verdict) in rows {
        assert_eq!(judged(name, 0), verdict, "{name}");
    }
    // Later on.
    assert_eq!(judged("staple", 7 * DAY), Verdict::Stale);
    assert_eq!(judged("staple-revoked", 7 * DAY), revoked);
    assert_eq!(
        judged("staple-delegated", 100 * DAY),
        Verdict::ResponderOver
    );
    assert_eq!(judged("staple", -2 * DAY), Verdict::Early);
    // A clock that is a little behind is no fault of the response.
    assert_eq!(judged("staple", -DAY - 200), Verdict::Good);
}

#[test]
fn words_and_moments() {
    let chain = case("staple");
    let sent = sent(&chain);
    let response = chain.staple.unwrap();
    let staple = check(&response, &sent[0], sent.get(1), chain.now);
    assert!(staple.is_good());
    assert_eq!(staple.this_update, Some(chain.now - DAY));
    assert_eq!(staple.next_update, Some(chain.now + 6 * DAY));
    assert!(
        staple.words().starts_with("says good, until 20"),
        "{}",
        staple.words()
    );
    assert_eq!(
        check(&response, &sent[0], None, chain.now).verdict,
        Verdict::NoIssuer
    );
    // The leaf is not its own issuer.
    let own = check(&response, &sent[0], sent.first(), chain.now);
    assert_eq!(own.verdict, Verdict::OtherCertificate);
}

#[test]
fn openssl_ocsp_says_the_same() {
    for name in [
        "staple",
        "staple-sha256",
        "staple-delegated",
        "staple-delegated-wrong",
        "staple-foreign-signer",
        "staple-spoilt",
        "staple-revoked",
        "staple-unknown",
    ] {
        let chain = case(name);
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = directory.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let mut command = Command::new("openssl");
        let issuer = file("issuer", &chain.certs[1].to_pem().unwrap());
        command.arg("ocsp").arg("-issuer").arg(&issuer);
        if name == "staple-sha256" {
            command.arg("-sha256");
        }
        command
            .arg("-cert")
            .arg(file("leaf", &chain.certs[0].to_pem().unwrap()));
        command
            .arg("-respin")
            .arg(file("response", chain.staple.as_ref().unwrap()));
        command
            .args(["-partial_chain", "-no-CApath", "-no-CAstore", "-CAfile"])
            .arg(&issuer);
        command.arg("-verify_other").arg(&issuer);
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        let theirs = if !text.contains("Response verify OK") {
            "refused"
        } else if text.contains(": good") {
            "good"
        } else if text.contains(": revoked") {
            "revoked"
        } else {
            "unknown"
        };
        let ours = match judged(name, 0) {
            Verdict::Good => "good",
            Verdict::Revoked { .. } => "revoked",
            Verdict::Unknown => "unknown",
            _ => "refused",
        };
        assert_eq!(ours, theirs, "{name}: {text}");
    }
}

/// A responder that is none of ours: `openssl ocsp` with an index, an RSA issuer, the key's hash as its name.
#[test]
fn what_openssl_ocsp_answers() {
    let now = case("staple").now;
    let issuer = Spec::authority("Responding CA", now).root(rsa(2048));
    let leaf = Spec::server(now).by(&issuer);
    let serial = leaf
        .x509
        .serial_number()
        .to_bn()
        .unwrap()
        .to_hex_str()
        .unwrap()
        .to_string();
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        std::fs::write(directory.path().join(name), bytes).unwrap();
    };
    file("ca.pem", &issuer.x509.to_pem().unwrap());
    file("ca.key", &issuer.key.private_key_to_pem_pkcs8().unwrap());
    file("leaf.pem", &leaf.x509.to_pem().unwrap());
    let openssl = |arguments: &str| {
        let mut command = Command::new("openssl");
        command
            .current_dir(directory.path())
            .args(arguments.split(' '));
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{arguments}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    let revoked = Verdict::Revoked {
        since: Some(1_704_067_200),
        reason: Some("superseded"),
    };
    for (row, name, verdict) in [
        ("V\t491231235959Z\t", "-resp_key_id", Verdict::Good),
        ("V\t491231235959Z\t", "-resp_no_certs", Verdict::Good),
        (
            "R\t491231235959Z\t240101000000Z,superseded",
            "-resp_key_id",
            revoked,
        ),
        ("", "-resp_key_id", Verdict::Unknown),
    ] {
        let index = if row.is_empty() {
            String::new()
        } else {
            format!("{row}\t{serial}\tunknown\t/CN=mail.example.test\n")
        };
        file("index.txt", index.as_bytes());
        openssl("ocsp -issuer ca.pem -cert leaf.pem -reqout request");
        openssl(&format!(
            "ocsp -index index.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -reqin request -respout response -ndays 3 {name}"
        ));
        let response = std::fs::read(directory.path().join("response")).unwrap();
        let (leaf, issuer) = (read(&leaf.x509), read(&issuer.x509));
        let staple = check(&response, &leaf, Some(&issuer), now + 60);
        assert_eq!(staple.verdict, verdict, "{row} {name}");
        // "now" was when the PKI was made, the response is of a moment later.
        let next = staple.next_update.unwrap() - now;
        assert!((3 * DAY..3 * DAY + 3600).contains(&next), "{next}");
    }
}
