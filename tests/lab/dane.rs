//! DANE against zones that are signed, unsigned and broken for real: NSD, Unbound, Postfix.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use mailprobe::dns::{Basis, Published, SecureResolver, Security, Trust};
use mailprobe::time::{Clock, Deadline};

use super::zones::Zones;

/// A zone with the same names in each way of being signed.
pub fn zone(how: &str, name: &str, tlsa: &str) -> String {
    format!(
        "; lab: {how}\n$ORIGIN {name}.\n$TTL 300\n@ IN SOA ns hostmaster 1 7200 3600 1209600 300\n@ IN NS ns\nns IN A 127.0.0.1\n\
         @ IN MX 10 mail\nmail IN A 127.0.0.1\n_25._tcp.mail IN TLSA {tlsa}\nbare IN A 127.0.0.1\nalias IN CNAME mail\n\
         six IN AAAA ::1\n_25._tcp.six IN TLSA {tlsa}\nout IN CNAME mail.unsigned.test.\n_25._tcp.out IN TLSA {tlsa}\n\
         *.wild IN A 127.0.0.1\n_25._tcp.shared IN TLSA {tlsa}\nshared IN A 127.0.0.1\n_25._tcp.via IN CNAME _25._tcp.shared\nvia IN A 127.0.0.1\n"
    )
}

const RECORD: &str = "3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static ZONES: LazyLock<Result<Zones, String>> = LazyLock::new(|| {
    Zones::serve(&[
        ("signed.test", zone("signed", "signed.test", RECORD)),
        ("three.test", zone("nsec3", "three.test", RECORD)),
        ("short.test", zone("signed days=2", "short.test", RECORD)),
        ("expired.test", zone("expired", "expired.test", RECORD)),
        (
            "tampered.test",
            zone("tampered TLSA", "tampered.test", RECORD),
        ),
        ("foreign.test", zone("foreign", "foreign.test", RECORD)),
        ("island.test", zone("island", "island.test", RECORD)),
        ("unsigned.test", zone("", "unsigned.test", RECORD)),
    ])
});

fn zones() -> &'static Zones {
    ZONES.as_ref().unwrap_or_else(|error| panic!("{error}"))
}

fn deadline() -> Deadline {
    Clock::start().deadline(Duration::from_secs(10))
}

/// In a few words.
fn seen(resolver: &SecureResolver, host: &str) -> String {
    match resolver.published(host, 25, deadline()) {
        Ok(Published::Records { base, records, .. }) => {
            format!("{} at {base}", records.len())
        }
        Ok(Published::Absent(_)) => "absent".to_owned(),
        Ok(Published::Insecure { records, .. }) => format!("insecure {}", records.len()),
        Ok(Published::Bogus(..)) => "bogus".to_owned(),
        Ok(Published::Indeterminate(..)) => "indeterminate".to_owned(),
        Err(error) => format!("error {error}"),
    }
}

/// Each way to know, and what it should be.
fn resolvers(zones: &Zones) -> [(&'static str, SecureResolver); 3] {
    let anchor = zones.anchor();
    let here =
        |server| SecureResolver::new(&[server], Trust::Validate, Some(Path::new(&anchor))).unwrap();
    [
        (
            "AD bit",
            SecureResolver::new(&[zones.validating()], Trust::AdBit, None).unwrap(),
        ),
        ("here, behind one that validates", here(zones.validating())),
        ("here", here(zones.plain())),
    ]
}

#[test]
fn each_kind_of_zone_is_what_it_is_on_either_word() {
    let zones = zones();
    let rows = [
        ("mail.signed.test", "1 at mail.signed.test"),
        ("mail.three.test", "1 at mail.three.test"),
        ("alias.signed.test", "1 at mail.signed.test"),
        ("six.signed.test", "1 at six.signed.test"),
        ("via.signed.test", "1 at via.signed.test"),
        // An alias into a zone that is not signed: its own name counts (RFC 7672 §2.1.3).
        ("out.signed.test", "1 at out.signed.test"),
        ("bare.signed.test", "absent"),
        ("bare.three.test", "absent"),
        ("nobody.signed.test", "absent"),
        ("nobody.three.test", "absent"),
        ("a.wild.three.test", "absent"),
        ("mail.unsigned.test", "insecure 1"),
        ("bare.unsigned.test", "insecure 0"),
        ("nobody.unsigned.test", "insecure 0"),
        ("mail.island.test", "insecure 1"),
        ("mail.expired.test", "bogus"),
        ("nobody.expired.test", "bogus"),
        ("mail.foreign.test", "bogus"),
        ("mail.tampered.test", "bogus"),
        ("bare.tampered.test", "absent"),
    ];
    let mut wrong = Vec::new();
    for (word, resolver) in resolvers(zones) {
        for (host, wanted) in rows {
            let seen = seen(&resolver, host);
            if seen != wanted {
                wrong.push(format!("{word}: {host}: {seen}, not {wanted}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// As systemd-resolved is delivered: on this host, and no AD bit for anything.
#[test]
fn where_the_resolver_of_this_host_does_not_validate_we_do() {
    let zones = zones();
    let resolver = SecureResolver::new(&[zones.plain()], Trust::Auto, None).unwrap();
    for host in ["mail.signed.test", "mail.unsigned.test"] {
        let answer = resolver
            .ask(host, mailprobe::dns::Kind::A, deadline())
            .unwrap();
        assert_eq!(answer.basis, Basis::Validated(zones.plain()));
        // The lab's root is not the world's.
        assert!(
            matches!(answer.security, Security::Bogus(_)),
            "{}",
            answer.security
        );
    }
    let resolver = SecureResolver::new(&[zones.validating()], Trust::Auto, None).unwrap();
    let answer = resolver
        .ask("mail.unsigned.test", mailprobe::dns::Kind::A, deadline())
        .unwrap();
    assert_eq!(answer.basis, Basis::Resolver(zones.validating()));
    assert_eq!(answer.security, Security::Insecure);
}

/// hickory 0.26.3 takes an address by a wildcard for bogus where the wildcard's own NSEC proves that no closer name exists.
#[test]
fn where_our_validation_and_a_resolvers_differ_nothing_is_claimed() {
    let zones = zones();
    let host = "a.wild.signed.test";
    let [(_, by_ad), (_, behind), _] = resolvers(zones);
    assert_eq!(seen(&by_ad, host), "absent");
    assert_eq!(seen(&behind, host), "indeterminate");
}

#[test]
fn a_resolver_that_does_not_validate_is_not_believed_either_way() {
    let zones = zones();
    let resolver = SecureResolver::new(&[zones.plain()], Trust::AdBit, None).unwrap();
    for host in [
        "mail.signed.test",
        "mail.unsigned.test",
        "mail.expired.test",
    ] {
        assert_eq!(seen(&resolver, host), "indeterminate", "{host}");
    }
}

#[test]
fn the_end_of_the_signature_is_known() {
    let zones = zones();
    for (word, resolver) in resolvers(zones) {
        let Ok(Published::Records { answer, .. }) =
            resolver.published("mail.short.test", 25, deadline())
        else {
            panic!("{word}: no records")
        };
        let left = answer.signed_until.unwrap() - Clock::unix_time();
        assert!((86_400..=2 * 86_400).contains(&left), "{word}: {left}");
        assert_eq!(answer.security, Security::Secure);
        assert!(answer.ttl.as_secs() == 300, "{word}");
    }
}

#[test]
fn a_name_server_that_does_not_answer_is_no_missing_record() {
    let nobody = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let server = nobody.local_addr().unwrap();
    for trust in [Trust::AdBit, Trust::Validate] {
        let resolver = SecureResolver::new(&[server], trust, None).unwrap();
        let soon = Clock::start().deadline(Duration::from_millis(300));
        assert!(resolver.published("mail.signed.test", 25, soon).is_err());
    }
}
