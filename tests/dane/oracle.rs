//! The same records and chains for OpenSSL's own DANE, by `openssl s_client`: both must come to the same verdict.

use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;

use mailprobe::x509::dane::{Application, Outcome, Shown, Tlsa, judge};
use openssl::ssl::{SslAcceptor, SslMethod};

use super::chains::{HOST, Pair, authority, now, server};

/// Serves a chain to one client.
fn serve(chain: &[&Pair]) -> (u16, thread::JoinHandle<()>) {
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    acceptor.set_certificate(&chain[0].certificate).unwrap();
    acceptor.set_private_key(&chain[0].key).unwrap();
    for above in &chain[1..] {
        acceptor
            .add_extra_chain_cert(above.certificate.clone())
            .unwrap();
    }
    let acceptor = acceptor.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        if let Ok(mut stream) = acceptor.accept(stream) {
            let _ = stream.shutdown();
        }
    });
    (port, thread)
}

/// Does `openssl s_client` hold the server for authentic? `None` when it can use no record.
fn openssl(records: &[Tlsa], chain: &[&Pair]) -> Option<bool> {
    let (port, thread) = serve(chain);
    let mut command = Command::new("openssl");
    command
        .args(["s_client", "-connect", &format!("127.0.0.1:{port}")])
        .args(["-servername", HOST, "-dane_tlsa_domain", HOST])
        .args(["-dane_ee_no_namechecks", "-no-CAfile", "-no-CApath"]);
    for record in records {
        command.args(["-dane_tlsa_rrdata", &record.full()]);
    }
    let output = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let answer = if text.contains("Verification: OK") {
        Some(true)
    } else if text.contains("Verification error") || text.contains("Verify return code:") {
        Some(false)
    } else {
        // It gave up before it connected; let the server go.
        let _ = std::net::TcpStream::connect(("127.0.0.1", port)).map(|mut it| it.write_all(b"x"));
        None
    };
    thread.join().unwrap();
    answer
}

fn ours(records: &[Tlsa], chain: &[&Pair]) -> Option<bool> {
    let chain: Vec<Vec<u8>> = chain.iter().map(|pair| pair.der()).collect();
    let names = [HOST.to_owned()];
    let shown = Shown {
        chain: &chain,
        names: &names,
        now: now(),
        application: Application::Mta,
        pkix: None,
    };
    match judge(records, &shown).outcome {
        Outcome::Authentic => Some(true),
        Outcome::Mismatch => Some(false),
        Outcome::Unusable | Outcome::None => None,
    }
}

#[test]
fn openssl_agrees_on_every_record_and_chain() {
    let root = authority("Root", None);
    let twin = authority("Root", None);
    let middle = authority("Middle", Some(&root));
    let leaf = server(HOST, Some(&middle), (-1, 90));
    let expired = server(HOST, Some(&middle), (-90, -1));
    let foreign = server("other.example.test", Some(&middle), (-1, 90));
    let own = server(HOST, None, (-1, 90));
    let chains: [(&str, Vec<&Pair>); 8] = [
        ("leaf", vec![&leaf]),
        ("leaf middle", vec![&leaf, &middle]),
        ("leaf middle root", vec![&leaf, &middle, &root]),
        ("leaf middle twin", vec![&leaf, &middle, &twin]),
        ("expired middle root", vec![&expired, &middle, &root]),
        ("foreign middle root", vec![&foreign, &middle, &root]),
        ("own", vec![&own]),
        ("leaf root", vec![&leaf, &root]),
    ];
    let of = |usage: u8, selector: u8, matching: u8, pair: &Pair| {
        Tlsa::wanted(usage, selector, matching, &pair.certificate).unwrap()
    };
    let mut sets: Vec<Vec<Tlsa>> = Vec::new();
    for usage in [2, 3] {
        for selector in [0, 1] {
            for matching in [0, 1, 2] {
                for pair in [&leaf, &middle, &root] {
                    sets.push(vec![of(usage, selector, matching, pair)]);
                }
            }
        }
    }
    sets.push(vec![of(2, 0, 1, &twin)]);
    sets.push(vec![of(2, 1, 0, &twin)]);
    sets.push(vec![of(3, 1, 1, &own), of(3, 1, 1, &leaf)]);
    sets.push(vec![of(3, 1, 1, &leaf), of(3, 1, 2, &own)]);
    sets.push(vec![of(3, 1, 2, &leaf), of(3, 1, 1, &own)]);
    sets.push(vec![of(3, 0, 1, &leaf), of(3, 1, 2, &own)]);
    sets.push(vec![of(3, 1, 0, &leaf), of(3, 1, 2, &own)]);
    sets.push(vec![of(2, 1, 1, &middle), of(3, 1, 1, &own)]);
    let mut odd = of(3, 1, 1, &leaf);
    odd.matching = 3;
    sets.push(vec![odd.clone(), of(3, 1, 1, &leaf)]);
    sets.push(vec![odd, of(3, 1, 1, &own)]);
    let mut wrong = Vec::new();
    let mut agreed = [0, 0];
    for (name, chain) in &chains {
        for set in &sets {
            // OpenSSL takes the other root of the same name for the issuer and does not look for a bare key any more.
            if *name == "leaf middle twin" && *set == [of(2, 1, 0, &root)] {
                continue;
            }
            let (ours, theirs) = (ours(set, chain), openssl(set, chain));
            if ours != theirs {
                let set: Vec<String> = set.iter().map(ToString::to_string).collect();
                wrong.push(format!(
                    "{name}: {set:?}: ours {ours:?}, OpenSSL {theirs:?}"
                ));
            } else if let Some(verdict) = ours {
                agreed[usize::from(verdict)] += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(agreed[0] > 50 && agreed[1] > 50, "{agreed:?}");
}
