//! What is asked about: hosts, MX hosts, SPF senders, nets, domains.

use crate::sandbox::dns::{Behaviour, Dns, Zone};
use crate::{json, metric, proper, run};

fn dns() -> Zone {
    let zone = proper(Zone::new(), "bl.test")
        .a("mail.example.test", [192, 0, 2, 7])
        .a("mail.example.test", [192, 0, 2, 8])
        .aaaa("mail.example.test", "2001:db8::7".parse().unwrap())
        .mx("example.test", 10, "mail.example.test")
        .mx("example.test", 20, "backup.example.test")
        .a("backup.example.test", [192, 0, 2, 9])
        .null_mx("null.example.test")
        .a("alone.example.test", [192, 0, 2, 10]);
    // Test entries for IPv6, and two listings.
    let tail = "f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0";
    zone.a(&format!("2.0.0.0.0.0.f.7.{tail}.bl.test"), [127, 0, 0, 2])
        .a("8.2.0.192.bl.test", [127, 0, 0, 2])
        .a("9.2.0.192.bl.test", [127, 0, 0, 2])
}

#[test]
fn every_address_of_a_host_is_asked_about() {
    let dns = Dns::start(dns());
    let outcome = json(&dns, &["-H", "mail.example.test", "-s", "bl.test"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert_eq!(metric(&outcome, "listed"), 1.0, "{outcome}");
    assert!(
        outcome
            .stdout
            .contains("mail.example.test [192.0.2.8] is listed by bl.test"),
        "{outcome}"
    );
    let asked = dns.asked();
    for name in [
        "7.2.0.192.bl.test",
        "8.2.0.192.bl.test",
        "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.test",
    ] {
        assert!(
            asked.iter().any(|one| one.name.eq_ignore_ascii_case(name)),
            "{name}"
        );
    }
    let outcome = json(&dns, &["-6", "-H", "mail.example.test", "-s", "bl.test"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
}

#[test]
fn every_mx_host_is_asked_about() {
    let dns = Dns::start(dns());
    let outcome = json(&dns, &["--mx", "example.test", "-s", "bl.test"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert_eq!(metric(&outcome, "listed"), 2.0, "{outcome}");
    let outcome = json(&dns, &["--mx", "null.example.test", "-s", "bl.test"]);
    assert_eq!(
        (outcome.code, outcome.finding_ids()),
        (Some(3), vec!["mx-missing".to_owned()]),
        "{outcome}"
    );
    // Without MX the domain itself takes mail (RFC 5321).
    let outcome = json(&dns, &["--mx", "alone.example.test", "-s", "bl.test"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
}

#[test]
fn what_does_not_resolve_is_unknown() {
    let dns = Dns::start(dns().behave("broken.example.test", Behaviour::ServFail));
    for (option, name, id) in [
        ("-H", "none.example.test", "host-not-found"),
        ("-H", "broken.example.test", "resolver-failed"),
        ("--mx", "none.example.test", "mx-missing"),
        ("--mx", "broken.example.test", "resolver-failed"),
        ("--spf", "none.example.test", "spf-missing"),
        ("--spf", "example.test", "spf-missing"),
        ("--spf", "broken.example.test", "resolver-failed"),
    ] {
        let outcome = json(&dns, &[option, name, "-s", "bl.test"]);
        assert_eq!(
            (outcome.code, outcome.finding_ids()),
            (Some(3), vec![id.to_owned()]),
            "{outcome}"
        );
        assert!(
            outcome.json()["text"].to_string().contains(name),
            "{outcome}"
        );
    }
    // What was found is asked about all the same.
    let outcome = json(
        &dns,
        &[
            "-H",
            "none.example.test",
            "-H",
            "192.0.2.8",
            "-s",
            "bl.test",
        ],
    );
    assert_eq!(outcome.code, Some(2), "{outcome}");
}

#[test]
fn the_senders_of_an_spf_record() {
    let zone = dns()
        .txt("spf.test", "some other text")
        .txt("spf.test", "v=spf1 a:backup.example.test ip4:192.0.2.200 ?ip4:192.0.2.8 include:_net.spf.test ip6:2001:db8::8 -all")
        .txt("_net.spf.test", "v=spf1 ip4:198.51.100.0/30 ip4:203.0.113.0/24 mx:example.test ~all");
    let dns = Dns::start(zone);
    let outcome = json(&dns, &["--spf", "spf.test", "-s", "bl.test"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    // backup and mail by their names; .8 comes by the MX, not by "?".
    assert_eq!(metric(&outcome, "listed"), 2.0, "{outcome}");
    let ids = outcome.finding_ids();
    assert!(ids.contains(&"partly-asked".to_owned()), "{outcome}");
    assert!(outcome.stdout.contains("203.0.113.0/24"), "{outcome}");
    let asked: Vec<String> = dns
        .asked()
        .iter()
        .map(|one| one.name.to_ascii_lowercase())
        .collect();
    let sampled = asked
        .iter()
        .filter(|one| one.ends_with(".113.0.203.bl.test"))
        .count();
    assert_eq!(sampled, 16);
    assert_eq!(
        asked
            .iter()
            .filter(|one| one.ends_with(".100.51.198.bl.test"))
            .count(),
        4
    );
}

#[test]
fn broken_spf_records_are_bounded_and_said() {
    let mut zone = dns()
        .txt("two.test", "v=spf1 -all")
        .txt("two.test", "v=spf1 a -all")
        .txt("typo.test", "v=spf1 ip4:192.0.2.8 ipv4:192.0.2.9 -all")
        .txt("self.test", "v=spf1 ip4:192.0.2.10 include:self.test -all")
        .txt("gone.test", "v=spf1 ip4:192.0.2.10 include:none.test -all");
    for number in 0..12 {
        let record = format!(
            "v=spf1 ip4:192.0.2.{} include:deep{}.test -all",
            50 + number,
            number + 1
        );
        zone = zone.txt(&format!("deep{number}.test"), &record);
    }
    let dns = Dns::start(zone);
    for name in [
        "two.test",
        "typo.test",
        "self.test",
        "gone.test",
        "deep0.test",
    ] {
        let outcome = json(&dns, &["--spf", name, "-s", "bl.test"]);
        assert!(
            outcome.finding_ids().contains(&"spf-invalid".to_owned()),
            "{name}: {outcome}"
        );
        assert_ne!(outcome.code, Some(0), "{name}: {outcome}");
    }
    assert!(dns.asked().len() < 120);
}

#[test]
fn a_small_net_is_asked_about_whole() {
    let dns = Dns::start(dns());
    let outcome = json(&dns, &["-H", "192.0.2.0/28", "-s", "bl.test"]);
    assert_eq!(metric(&outcome, "listed"), 2.0, "{outcome}");
    let outcome = run(&dns, &["-H", "192.0.0.0/16", "-s", "bl.test"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(
        outcome.stdout.contains("more than 256 addresses"),
        "{outcome}"
    );
}

#[test]
fn clothes_are_taken_off_and_what_nobody_can_list_is_said() {
    let dns = Dns::start(dns());
    let outcome = json(&dns, &["-H", "::ffff:192.0.2.8", "-s", "bl.test"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert_eq!(metric(&outcome, "listed"), 1.0, "{outcome}");
    for address in [
        "10.0.0.1",
        "127.0.0.1",
        "100.64.0.1",
        "169.254.1.1",
        "224.0.0.1",
        "0.0.0.0",
        "fd00::1",
        "fe80::1",
        "::1",
    ] {
        let outcome = json(&dns, &["-H", address, "-s", "bl.test"]);
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(
            outcome.finding_ids().contains(&"not-public".to_owned()),
            "{outcome}"
        );
        let allowed = json(
            &dns,
            &[
                "-H",
                address,
                "-s",
                "bl.test",
                "-4",
                "--on",
                "not-public=ok",
            ],
        );
        assert!(
            allowed.finding_ids().contains(&"not-public".to_owned()),
            "{allowed}"
        );
    }
    let both = json(
        &dns,
        &["-H", "10.0.0.1", "-H", "192.0.2.99", "-s", "bl.test"],
    );
    assert_eq!(both.code, Some(0), "{both}");
    assert_eq!(both.finding_ids(), ["partly-asked"], "{both}");
}

#[test]
fn the_domain_above_the_name_of_an_ehlo_is_asked_about() {
    let zone = Zone::new()
        .a("test.dom.test", [127, 0, 0, 2])
        .a("example.org.dom.test", [127, 0, 0, 2])
        .a("2.0.0.127.bl.test", [127, 0, 0, 2])
        .a("7.2.0.192.bl.test", [127, 0, 0, 2]);
    let dns = Dns::start(zone);
    let outcome = json(&dns, &["--helo", "mx.example.org", "-s", "dom.test"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(
        outcome.stdout.contains("example.org is listed"),
        "{outcome}"
    );
    let outcome = json(&dns, &["-U", "mx.example.org", "-s", "dom.test"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let outcome = json(&dns, &["--helo", "[192.0.2.7]", "-s", "bl.test"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    for wrong in ["localhost", "[2001:db8::7]", "192.0.2.7"] {
        let outcome = run(&dns, &["--helo", wrong, "-s", "dom.test"]);
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(outcome.stdout.contains("--helo"), "{outcome}");
    }
}

#[test]
fn an_spf_record_that_names_ghosts_is_broken_and_asked_about_all_the_same() {
    let ghosts = |count: usize| {
        let terms: String = (0..count).map(|n| format!("a:g{n}.test ")).collect();
        format!("v=spf1 {terms}ip4:192.0.2.8 -all")
    };
    let zone = dns()
        .txt("two.ghosts.test", &ghosts(2))
        .txt("three.ghosts.test", &ghosts(3));
    let dns = Dns::start(zone);
    for (name, broken) in [("two.ghosts.test", false), ("three.ghosts.test", true)] {
        let outcome = json(&dns, &["--spf", name, "-s", "bl.test"]);
        assert_eq!(metric(&outcome, "listed"), 1.0, "{outcome}");
        let said = outcome.finding_ids().contains(&"spf-invalid".to_owned());
        assert_eq!(said, broken, "{outcome}");
    }
}
