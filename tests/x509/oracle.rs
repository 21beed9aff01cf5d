//! The same question to `openssl verify`: every chain of the PKI, and chains and moments by chance.

use std::process::Command;
use std::sync::OnceLock;

use mailprobe::net::Host;
use mailprobe::x509::verify::{PathReport, Purpose, Roots, verify};
use mailprobe::x509::{Certificate, DAY, names};
use openssl::x509::X509;
use proptest::prelude::*;

use crate::sandbox::pki::mint::{Minted, Spec, p256};
use crate::sandbox::pki::{CASES, case};
use crate::{judge, read};

/// What `openssl verify` says: (code, depth) of every error; empty when the chain is valid.
fn openssl_verify(certs: &[X509], roots: &[X509], at: i64, more: &[&str]) -> Vec<(i32, usize)> {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, certs: &[X509]| {
        let path = directory.path().join(name);
        let pem: Vec<u8> = certs.iter().flat_map(|one| one.to_pem().unwrap()).collect();
        std::fs::write(&path, pem).unwrap();
        path
    };
    let mut command = Command::new("openssl");
    command.args(["verify", "-no-CApath", "-no-CAstore", "-attime"]);
    command.arg(at.to_string()).args(more);
    if roots.is_empty() {
        command.arg("-no-CAfile");
    } else {
        command.arg("-CAfile").arg(file("roots", roots));
    }
    if certs.len() > 1 {
        command.arg("-untrusted").arg(file("rest", &certs[1..]));
    }
    let output = command.arg(file("leaf", &certs[..1])).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    let errors: Vec<_> = text.lines().filter_map(error).collect();
    assert_eq!(output.status.success(), errors.is_empty(), "{text}");
    errors
}

/// `error 20 at 0 depth lookup: unable to get local issuer certificate`
fn error(line: &str) -> Option<(i32, usize)> {
    let mut words = line.strip_prefix("error ")?.split(' ');
    let code = words.next()?.parse().ok()?;
    let depth = words.nth(1)?.parse().ok()?;
    Some((code, depth))
}

/// Ours are at least theirs: `openssl verify` goes on after some errors only.
fn agree(report: &PathReport, theirs: &[(i32, usize)], what: &str) {
    let ours: Vec<_> = report
        .errors
        .iter()
        .map(|error| (error.code, error.depth))
        .collect();
    assert_eq!(
        ours.is_empty(),
        theirs.is_empty(),
        "{what}: {ours:?} and {theirs:?}"
    );
    for theirs in theirs {
        // Who is no authority is none for servers either: told once.
        let told = matches!(theirs, (26 | 32, depth) if ours.contains(&(79, *depth)));
        assert!(
            told || ours.contains(theirs),
            "{what}: {ours:?} lack {theirs:?}"
        );
    }
}

#[test]
fn every_chain_at_several_moments() {
    let purpose = ["-purpose", "sslserver"];
    // OpenSSL builds paths of a hundred, as the library does; the tool's limit on what it reads is its own.
    for name in CASES.iter().filter(|name| **name != "long-chain") {
        let chain = case(name);
        for days in [-1000, -10, 0, 70, 4000] {
            let at = chain.now + days * DAY;
            let theirs = openssl_verify(&chain.certs, &chain.roots, at, &purpose);
            agree(&judge(&chain, at), &theirs, &format!("{name} in {days} d"));
        }
    }
}

/// Roots, intermediates and leaves of different ends, some certified twice.
struct Pool {
    now: i64,
    roots: Vec<X509>,
    middles: Vec<X509>,
    leaves: Vec<X509>,
}

fn pool() -> &'static Pool {
    static POOL: OnceLock<Pool> = OnceLock::new();
    POOL.get_or_init(|| {
        let now = 1_800_000_000;
        let lasting = |name: &str, from: i64, to: i64| {
            Spec::authority(name, now).lasting(now + from * DAY, now + to * DAY)
        };
        let first = lasting("First Root", -100, 100).root(p256());
        let second = lasting("Second Root", -50, 300).root(p256());
        let twin = lasting("First Root", -10, 50).root(p256());
        let cross = lasting("First Root", -20, 40).with(first.key.clone(), &second);
        let upper = lasting("Upper CA", -90, 90).by(&first);
        let upper_again = lasting("Upper CA", -5, 150).with(upper.key.clone(), &second);
        let lower = lasting("Lower CA", -80, 80).by(&upper);
        let lower_again = lasting("Lower CA", -30, 30).with(lower.key.clone(), &first);
        // A loop: each signs the other.
        let loop_spec = lasting("Loop One", -100, 100);
        let (one_key, two_key) = (p256(), p256());
        let two = Minted {
            x509: lasting("Loop Two", -100, 100).root(two_key.clone()).x509,
            key: two_key,
        };
        let one = loop_spec.with(one_key, &two);
        let two_by_one = lasting("Loop Two", -100, 100).with(two.key.clone(), &one);
        let leaf = |issuer: &Minted, from: i64, to: i64| {
            let spec = Spec::server(now).lasting(now + from * DAY, now + to * DAY);
            spec.by(issuer).x509
        };
        let leaves = vec![
            leaf(&lower, -20, 20),
            leaf(&lower, -70, 200),
            leaf(&upper, -15, 60),
            leaf(&first, -40, 120),
            leaf(&twin, -9, 55),
            leaf(&one, -20, 20),
            Spec::server(now).root(p256()).x509,
        ];
        let middles = [
            &cross,
            &upper,
            &upper_again,
            &lower,
            &lower_again,
            &one,
            &two_by_one,
            &twin,
        ];
        Pool {
            now,
            roots: [&first, &second, &twin, &upper]
                .map(|one| one.x509.clone())
                .to_vec(),
            middles: middles.map(|one| one.x509.clone()).to_vec(),
            leaves,
        }
    })
}

fn chain() -> impl Strategy<Value = (Vec<X509>, Vec<X509>, i64)> {
    let pool = pool();
    let middles = prop::collection::vec(0..pool.middles.len(), 0..8);
    let every: Vec<usize> = (0..pool.roots.len()).collect();
    let roots = prop::sample::subsequence(every.clone(), 0..=every.len());
    let day = prop_oneof![4 => -20..60_i64, 1 => -110..320_i64];
    (0..pool.leaves.len(), middles, roots, day, -1..=1_i64).prop_map(
        |(leaf, middles, roots, day, second)| {
            let pool = self::pool();
            let mut certs = vec![pool.leaves[leaf].clone()];
            certs.extend(middles.iter().map(|index| pool.middles[*index].clone()));
            let roots = roots
                .iter()
                .map(|index| pool.roots[*index].clone())
                .collect();
            (certs, roots, pool.now + day * DAY + second)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chains_and_moments_by_chance((certs, roots, at) in chain()) {
        let sent: Vec<Certificate> = certs.iter().map(read).collect();
        let trusted = Roots::none().bundle(roots.iter().cloned());
        let ask = |at| verify(&sent[0], &sent[1..], &trusted, Purpose::Server, at);
        let report = ask(at);
        let theirs = openssl_verify(&certs, &roots, at, &["-purpose", "sslserver"]);
        agree(&report, &theirs, &format!("{report:#?}"));
        let end = report.expiry.at;
        if report.is_valid() {
            // Until the end there is a path at every turn, and then there is none.
            prop_assert!(end > at);
            let turns = sent.iter().chain(report.path.iter().map(|link| &link.certificate));
            for turn in turns.map(|one| one.not_after).filter(|turn| (at..end).contains(turn)) {
                prop_assert!(ask(turn).is_valid());
                prop_assert!(ask(turn - 1).is_valid());
            }
            prop_assert!(ask(end - 1).is_valid());
            prop_assert!(!ask(end).is_valid());
            let theirs = openssl_verify(&certs, &roots, end - 1, &[]);
            prop_assert!(theirs.is_empty(), "{:?}", theirs);
            prop_assert!(!openssl_verify(&certs, &roots, end, &[]).is_empty());
        } else if report.expiry.proven && report.expiry.starts.is_none() {
            prop_assert!(end <= at);
            prop_assert!(ask(end - 1).is_valid());
        } else if let Some(start) = report.expiry.starts {
            prop_assert!(at < start && start < end);
            prop_assert!(ask(start).is_valid() && !ask(start - 1).is_valid());
        }
        prop_assert_eq!(&report.expiry.certificate.not_after, &end);
    }
}

/// A certificate with these names and common name.
fn named(dns: &[String], common: Option<&str>) -> X509 {
    let mut spec =
        Spec::server(1_800_000_000).for_names(&dns.iter().map(String::as_str).collect::<Vec<_>>());
    spec.common_name = common.map(str::to_owned);
    static KEY: OnceLock<openssl::pkey::PKey<openssl::pkey::Private>> = OnceLock::new();
    spec.root(KEY.get_or_init(p256).clone()).x509
}

/// X509_check_host, as a verification with that name and the certificate itself as its root.
fn x509_check_host(x509: &X509, host: &Host) -> bool {
    use openssl::x509::store::X509StoreBuilder;
    use openssl::x509::verify::{X509CheckFlags, X509VerifyFlags, X509VerifyParam};
    let mut builder = X509StoreBuilder::new().unwrap();
    builder.add_cert(x509.clone()).unwrap();
    let mut param = X509VerifyParam::new().unwrap();
    param
        .set_flags(X509VerifyFlags::PARTIAL_CHAIN | X509VerifyFlags::NO_CHECK_TIME)
        .unwrap();
    param.set_hostflags(X509CheckFlags::NO_PARTIAL_WILDCARDS | X509CheckFlags::NEVER_CHECK_SUBJECT);
    match host.address() {
        Some(address) => param.set_ip(address).unwrap(),
        None => param.set_host(host.name()).unwrap(),
    }
    builder.set_param(&param).unwrap();
    let mut context = openssl::x509::X509StoreContext::new().unwrap();
    let stack = openssl::stack::Stack::new().unwrap();
    let answer = context.init(&builder.build(), x509, &stack, |context| {
        let valid = context.verify_cert()?;
        Ok((valid, context.error().as_raw()))
    });
    let (valid, code) = answer.unwrap();
    assert!(valid || matches!(code, 62 | 64), "{code}");
    valid
}

/// Few labels, so that names meet.
fn host_like() -> impl Strategy<Value = String> {
    let label = prop_oneof![
        Just("mail"),
        Just("MAIL"),
        Just("a"),
        Just("xn--bcher-kva"),
        Just("x-y"),
        Just("_tcp"),
        Just("1")
    ];
    let top = prop_oneof![
        Just("test"),
        Just("example.test"),
        Just("EXAMPLE.test"),
        Just("a.example.test")
    ];
    (prop::collection::vec(label, 0..3), top).prop_map(|(labels, top)| {
        let mut all: Vec<&str> = labels;
        all.push(top);
        all.join(".")
    })
}

fn presented() -> impl Strategy<Value = String> {
    let star = prop_oneof![
        5 => Just(""), 4 => Just("*."), 1 => Just("m*."), 1 => Just("*l."), 1 => Just("*.*."), 1 => Just("**."),
        1 => Just("mail.*."), 1 => Just("*")
    ];
    let end =
        prop_oneof![9 => Just(""), 1 => Just("."), 1 => Just("\0"), 1 => Just(" "), 1 => Just("é")];
    (star, host_like(), end).prop_map(|(star, name, end)| format!("{star}{name}{end}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn names_by_chance(dns in prop::collection::vec(presented(), 1..4), wanted in host_like()) {
        let x509 = named(&dns, Some("mail.example.test"));
        let host = Host::parse(&wanted).unwrap();
        let ours = names::check(&read(&x509), &host);
        prop_assert_eq!(ours.is_ok(), x509_check_host(&x509, &host), "{:?} for {:?}: {:?}", dns, wanted, ours);
    }
}

#[test]
fn addresses_as_openssl_sees_them() {
    let chain = case("ip-only");
    for text in [
        "192.0.2.7",
        "192.0.2.8",
        "2001:db8::7",
        "2001:db8::8",
        "::ffff:192.0.2.7",
        "mail.example.test",
    ] {
        let host = Host::parse(text).unwrap();
        let ours = names::check(&read(&chain.certs[0]), &host).is_ok();
        assert_eq!(ours, x509_check_host(&chain.certs[0], &host), "{text}");
    }
}
