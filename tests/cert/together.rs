//! Several addresses behind one name: which of them has been forgotten?

use crate::check::Files;
use crate::namespace::run_probe_with;
use crate::sandbox::pki::{Chain, case};
use crate::sandbox::probe::Outcome;
use crate::server::Server;

/// A server for each chain, at 127.0.0.1 and on, on one port; all behind the name of the first chain.
fn run(chains: &[Chain], options: &[&str]) -> Outcome {
    let files = Files::new();
    let first = Server::tls(&chains[0]);
    let port = first.port.to_string();
    let mut hosts = format!("127.0.0.1 localhost {}\n", chains[0].host);
    let mut roots = chains[0].roots_pem();
    let mut others = Vec::new();
    for (number, chain) in chains.iter().enumerate().skip(1) {
        let address = format!("127.0.0.{}", number + 1);
        others.push(Server::tls_at(&format!("{address}:{port}"), chain));
        hosts += &format!("{address} {}\n", chains[0].host);
        roots.extend(chain.roots_pem());
    }
    let roots = files.write("roots.pem", &roots);
    files.write("hosts", hosts.as_bytes());
    let mut args = vec!["-H", &chains[0].host, "-p", &port, "-r", &roots];
    args.extend(options);
    run_probe_with(
        "check_cert",
        &[(&files.folder.path().join("hosts"), "/etc/hosts")],
        &args,
        &[],
    )
}

const EACH: [&str; 3] = ["--all-addresses", "--format", "json"];

fn texts(outcome: &Outcome) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for target in outcome.json()["targets"].as_array().unwrap() {
        for finding in target["findings"].as_array().unwrap() {
            if finding["id"] == "cert-differs" {
                let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
                all.push((text(&target["address"]), text(&finding["text"])));
            }
        }
    }
    all
}

#[test]
fn who_serves_the_old_certificate_is_told() {
    let old = || case("ends-soon");
    let new = || case("good");
    assert_eq!(old().host, new().host);
    let outcome = run(&[new(), old(), new(), old()], &EACH);
    let told = texts(&outcome);
    assert_eq!(told.len(), 2, "{outcome}");
    for ((address, text), expected) in told.iter().zip(["127.0.0.2", "127.0.0.4"]) {
        assert_eq!(address, expected, "{outcome}");
        assert!(
            text.starts_with("2 of 4 addresses of ") && text.contains("serve an older certificate"),
            "{text}"
        );
        assert!(text.contains(": 127.0.0.2, 127.0.0.4 (until "), "{text}");
    }
    // Where both are good, it is what the line is about, and it is said once.
    let fine = ["--all-addresses", "-w", "0", "-c", "0"];
    let outcome = run(&[new(), old(), old()], &fine);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    let line = outcome.stdout.lines().next().unwrap();
    assert_eq!(line.matches("2 of 3 addresses").count(), 1, "{outcome}");
}

#[test]
fn the_same_certificate_everywhere_is_nothing_to_tell() {
    let outcome = run(&[case("good"), case("good")], &EACH);
    assert_eq!(texts(&outcome), [], "{outcome}");
    assert_eq!(outcome.code, Some(0), "{outcome}");
    // Without --all-addresses one of them is looked at, and no more is known.
    let outcome = run(&[case("good"), case("ends-soon")], &["--format", "json"]);
    assert_eq!(texts(&outcome), [], "{outcome}");
}
