//! What a zone can answer, a row each: status, findings, numbers.

use std::time::Duration;

use crate::sandbox::dns::{Behaviour, Data, Dns, Zone};
use crate::{IP, REVERSED, json, listing, metric, proper, run};

struct Case {
    name: &'static str,
    zone: Zone,
    code: i32,
    findings: &'static [&'static str],
    listed: f64,
    unknown: f64,
}

/// Everything below the zone behaves so.
fn all(behaviour: Behaviour) -> Zone {
    Zone::new().behave("*.bl.test", behaviour)
}

/// A good zone that behaves so when it is asked about the address.
fn here(behaviour: Behaviour) -> Zone {
    proper(Zone::new(), "bl.test").behave(&format!("{REVERSED}.bl.test"), behaviour)
}

fn code(code: [u8; 4]) -> Zone {
    listing(Zone::new(), "bl.test", code)
}

const LISTED: &[&str] = &["listed"];
const UNREACHABLE: &[&str] = &["zones-unknown", "zone-unreachable"];
const REFUSED: &[&str] = &["zones-unknown", "query-refused"];
const DEAD: &[&str] = &["zones-unknown", "zone-dead"];
const EVERYTHING: &[&str] = &["zones-unknown", "zone-lists-everything"];
const BOGUS: &[&str] = &["zones-unknown", "zone-bogus"];

fn cases() -> Vec<Case> {
    let row = |name, zone, code, findings, listed, unknown| Case {
        name,
        zone,
        code,
        findings,
        listed,
        unknown,
    };
    let own = format!("{REVERSED}.bl.test");
    let sixty = (0..60).fold(proper(Zone::new(), "bl.test"), |zone, last| {
        zone.a(&own, [127, 0, 1, last])
    });
    vec![
        row("clean", proper(Zone::new(), "bl.test"), 0, &[], 0.0, 0.0),
        row("listed", code([127, 0, 0, 2]), 2, LISTED, 1.0, 0.0),
        row("another code", code([127, 0, 0, 42]), 2, LISTED, 1.0, 0.0),
        row("sixty records", sixty, 2, LISTED, 1.0, 0.0),
        row(
            "an alias of a listing",
            proper(Zone::new(), "bl.test")
                .cname(&own, "generic.bl.test")
                .a("generic.bl.test", [127, 0, 0, 3]),
            2,
            LISTED,
            1.0,
            0.0,
        ),
        row(
            "a listing among others",
            code([192, 0, 2, 1]).a(&own, [127, 0, 0, 2]),
            2,
            LISTED,
            1.0,
            0.0,
        ),
        row(
            "truncated, whole over TCP",
            code([127, 0, 0, 2]).behave(&own, Behaviour::Truncated),
            2,
            LISTED,
            1.0,
            0.0,
        ),
        row(
            "small letters, as from old forwarders",
            code([127, 0, 0, 2]).behave("*.bl.test", Behaviour::SmallLetters),
            2,
            LISTED,
            1.0,
            0.0,
        ),
        row("no zone at all", Zone::new(), 3, DEAD, 0.0, 1.0),
        row(
            "no test entry, but a listing",
            Zone::new().a(&own, [127, 0, 0, 2]),
            3,
            DEAD,
            0.0,
            1.0,
        ),
        row(
            "lists the world",
            Zone::new().a("*.bl.test", [127, 0, 0, 2]),
            3,
            EVERYTHING,
            0.0,
            1.0,
        ),
        row(
            "parked",
            Zone::new().a("*.bl.test", [192, 0, 2, 80]),
            3,
            BOGUS,
            0.0,
            1.0,
        ),
        row("outside 127/8", code([192, 0, 2, 80]), 3, BOGUS, 0.0, 1.0),
        row("128.0.0.2", code([128, 0, 0, 2]), 3, BOGUS, 0.0, 1.0),
        row("127.0.0.1", code([127, 0, 0, 1]), 3, REFUSED, 0.0, 1.0),
        row(
            "a public resolver",
            code([127, 255, 255, 254]),
            3,
            REFUSED,
            0.0,
            1.0,
        ),
        row(
            "everybody refused",
            Zone::new().a("*.bl.test", [127, 255, 255, 254]),
            3,
            REFUSED,
            0.0,
            1.0,
        ),
        row(
            "too many queries",
            code([127, 255, 255, 255]),
            3,
            REFUSED,
            0.0,
            1.0,
        ),
        row(
            "a misspelt zone",
            Zone::new().a("*.bl.test", [127, 255, 255, 252]),
            3,
            REFUSED,
            0.0,
            1.0,
        ),
        row(
            "127.0.0.1 for all",
            Zone::new().a("*.bl.test", [127, 0, 0, 1]),
            3,
            REFUSED,
            0.0,
            1.0,
        ),
        row(
            "SERVFAIL",
            all(Behaviour::ServFail),
            3,
            UNREACHABLE,
            0.0,
            1.0,
        ),
        row("REFUSED", all(Behaviour::Refused), 3, UNREACHABLE, 0.0, 1.0),
        row("NOTIMP", all(Behaviour::NotImp), 3, UNREACHABLE, 0.0, 1.0),
        row("FORMERR", all(Behaviour::FormErr), 3, UNREACHABLE, 0.0, 1.0),
        row("empty", all(Behaviour::NoData), 3, UNREACHABLE, 0.0, 1.0),
        row("silence", all(Behaviour::Silence), 3, UNREACHABLE, 0.0, 1.0),
        row(
            "truncated, and no TCP",
            all(Behaviour::TruncatedNoTcp),
            3,
            UNREACHABLE,
            0.0,
            1.0,
        ),
        row(
            "SERVFAIL for the address",
            here(Behaviour::ServFail),
            3,
            UNREACHABLE,
            0.0,
            1.0,
        ),
        row(
            "empty for the address",
            here(Behaviour::NoData),
            3,
            UNREACHABLE,
            0.0,
            1.0,
        ),
        row(
            "an alias of nothing that is there",
            proper(Zone::new(), "bl.test")
                .cname(&own, "gone.bl.test")
                .txt("gone.bl.test", "text only"),
            3,
            UNREACHABLE,
            0.0,
            1.0,
        ),
        row(
            "a test entry that is not answered, and a listing",
            code([127, 0, 0, 2]).behave("2.0.0.127.bl.test", Behaviour::ServFail),
            2,
            LISTED,
            1.0,
            0.0,
        ),
        row(
            "a test entry that is not answered, and no listing",
            Zone::new().behave("2.0.0.127.bl.test", Behaviour::ServFail),
            3,
            UNREACHABLE,
            0.0,
            1.0,
        ),
        row(
            "slow",
            code([127, 0, 0, 2]).behave(&own, Behaviour::Late(Duration::from_millis(300))),
            2,
            LISTED,
            1.0,
            0.0,
        ),
    ]
}

#[test]
fn every_answer_is_worth_what_it_is_worth() {
    let mut wrong = Vec::new();
    let cases = cases();
    std::thread::scope(|scope| {
        let runs: Vec<_> = cases
            .iter()
            .map(|case| {
                scope.spawn(|| {
                    let dns = Dns::start(case.zone.clone());
                    json(&dns, &["-H", IP, "-s", "bl.test", "-t", "2"])
                })
            })
            .collect();
        for (case, run) in cases.iter().zip(runs) {
            let outcome = run.join().unwrap();
            let seen = (
                outcome.code,
                outcome.finding_ids(),
                metric(&outcome, "listed"),
                metric(&outcome, "unknown"),
            );
            let wanted = (
                Some(case.code),
                case.findings.iter().map(ToString::to_string).collect(),
                case.listed,
                case.unknown,
            );
            if seen != wanted {
                wrong.push(format!("{}: {seen:?}\n{outcome}", case.name));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_first_line_names_the_gravest_listing() {
    let zone = listing(Zone::new(), "zen.spamhaus.org", [127, 0, 0, 4]).txt(
        &format!("{REVERSED}.zen.spamhaus.org"),
        "https://check.example/?ip=192.0.2.7",
    );
    let zone = listing(zone, "bl.spamcop.net", [127, 0, 0, 2]);
    let zone = listing(zone, "dnsbl-3.uceprotect.net", [127, 0, 0, 2]);
    let dns = Dns::start(proper(zone, "psbl.surriel.com"));
    let options = [
        "-H",
        IP,
        "-s",
        "dnsbl-3.uceprotect.net",
        "-s",
        "bl.spamcop.net",
        "-s",
        "zen.spamhaus.org",
        "-s",
        "psbl.surriel.com",
    ];
    let outcome = run(&dns, &[&options[..], &["-v"]].concat());
    assert_eq!(outcome.code, Some(2), "{outcome}");
    let line = outcome.stdout.lines().next().unwrap();
    assert!(
        line.starts_with(
            "BLACKLIST CRITICAL - 192.0.2.7 is listed by zen.spamhaus.org (XBL: exploited host) and 2 more of 4 zones; remove at https://"
        ),
        "{outcome}"
    );
    assert!(line.contains("| listed=3;;;0 weight="), "{outcome}");
    assert!(
        outcome
            .stdout
            .contains("https://check.example/?ip=192.0.2.7"),
        "{outcome}"
    );
    // The neighbourhood alone is no reason to get up at night.
    let outcome = run(&dns, &["-H", IP, "-s", "dnsbl-3.uceprotect.net"]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
}

#[test]
fn reasons_are_fetched_for_listings_only() {
    let zone = listing(Zone::new(), "a.test", [127, 0, 0, 2])
        .txt(&format!("{REVERSED}.a.test"), "sends | spam\u{7}");
    let dns = Dns::start(proper(zone, "b.test"));
    let outcome = json(&dns, &["-H", IP, "-s", "a.test", "-s", "b.test"]);
    let texts: Vec<_> = dns
        .asked()
        .into_iter()
        .filter(|asked| asked.kind == 16)
        .collect();
    assert_eq!(texts.len(), 1, "{texts:?}");
    let finding = outcome.json()["findings"][0]["text"].to_string();
    assert!(
        finding.contains("sends") && !finding.contains('\u{7}'),
        "{outcome}"
    );
    // Each question once: two addresses' tests and one address, in two zones, and the reason.
    assert_eq!(dns.asked().len(), 7, "{:?}", dns.asked());
}

#[test]
fn a_few_zones_without_verdict_are_said_and_many_are_unknown() {
    let zone =
        proper(proper(Zone::new(), "a.test"), "b.test").behave("*.c.test", Behaviour::ServFail);
    let dns = Dns::start(zone);
    let two = ["-H", IP, "-s", "a.test", "-s", "b.test", "-s", "c.test"];
    let outcome = run(&dns, &two);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(
        outcome.stdout.starts_with(
            "BLACKLIST OK - 192.0.2.7 is not listed by 2 of 3 zones (c.test cannot be asked: SERVFAIL)"
        ),
        "{outcome}"
    );
    let outcome = run(&dns, &[&two[..], &["-w", "unknown=0"]].concat());
    assert_eq!(outcome.code, Some(1), "{outcome}");
    let outcome = run(&dns, &[&two[..], &["-c", "unknown=0"]].concat());
    assert_eq!(outcome.code, Some(2), "{outcome}");
    let outcome = run(
        &dns,
        &["-H", IP, "-s", "a.test", "-s", "c.test", "-s", "d.test"],
    );
    assert_eq!(outcome.code, Some(3), "{outcome}");
    // Not even -w takes the doubt away when nothing is known.
    let outcome = run(&dns, &["-H", IP, "-s", "c.test", "-w", "unknown=5"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
}

#[test]
fn refusals_are_said_in_words_with_advice() {
    let mut zone = Zone::new();
    let mut options = vec!["-H".to_owned(), IP.to_owned()];
    for number in 0..5 {
        let name = format!("z{number}.test");
        zone = if number < 4 {
            zone.a(&format!("*.{name}"), [127, 255, 255, 254])
        } else {
            proper(zone, &name)
        };
        options.extend(["-s".to_owned(), name]);
    }
    let dns = Dns::start(zone);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let outcome = run(&dns, &[&options[..], &["-v"]].concat());
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(
        outcome.stdout.starts_with(
            "BLACKLIST UNKNOWN - 4 of 5 zones refuse this resolver (public resolver?): use -n with one of your own"
        ),
        "{outcome}"
    );
    assert!(
        outcome.stdout.contains("next: lists refuse resolvers"),
        "{outcome}"
    );
}

#[test]
fn numbers_judge_when_they_are_given() {
    let zone = listing(Zone::new(), "a.test", [127, 0, 0, 2]);
    let dns = Dns::start(listing(zone, "b.test", [127, 0, 0, 2]));
    let codes = |options: &[&str]| {
        run(
            &dns,
            &[&["-H", IP, "-s", "a.test", "-s", "b.test"], options].concat(),
        )
        .code
    };
    assert_eq!(codes(&[]), Some(2));
    assert_eq!(codes(&["-w", "0", "-c", "2"]), Some(1));
    assert_eq!(codes(&["-w", "2", "-c", "5"]), Some(0));
    assert_eq!(codes(&["-c", "1"]), Some(2));
    assert_eq!(codes(&["-w", "weight=100"]), Some(0));
    assert_eq!(codes(&["-w", "2", "--on", "listed=critical"]), Some(2));
    assert_eq!(codes(&["--on", "listed=warning"]), Some(1));
}

#[test]
fn allowlists_count_apart_and_can_be_required() {
    let zone = listing(Zone::new(), "list.dnswl.org", [127, 0, 5, 2]);
    let zone = proper(listing(zone, "ok.test", [127, 0, 0, 2]), "bl.test");
    let dns = Dns::start(proper(zone, "empty.test"));
    let outcome = json(&dns, &["-H", IP, "-s", "list.dnswl.org", "-s", "bl.test"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(metric(&outcome, "allowlisted"), 1.0, "{outcome}");
    assert_eq!(metric(&outcome, "listed"), 0.0, "{outcome}");
    let required = |zone: &str| {
        json(
            &dns,
            &["-H", IP, "-s", "bl.test", "--require-allowlist", zone],
        )
    };
    assert_eq!(required("ok.test").code, Some(0));
    let outcome = required("empty.test");
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert_eq!(outcome.finding_ids(), ["allowlist-missing"]);
    let outcome = required("dead.test");
    assert_eq!(outcome.code, Some(3), "{outcome}");
    let outcome = run(
        &dns,
        &[
            "-H",
            IP,
            "-s",
            "ok.test",
            "-s",
            "empty.test",
            "--whitelistings",
        ],
    );
    assert_eq!(outcome.code, Some(0), "{outcome}");
}

#[test]
fn ipv6_and_domains_have_test_entries_of_their_own() {
    let nibbles = |address: &str| {
        let bits: u128 = address.parse::<std::net::Ipv6Addr>().unwrap().to_bits();
        let digits: Vec<String> = (0..32)
            .map(|n| format!("{:x}", (bits >> (4 * n)) & 15))
            .collect();
        digits.join(".")
    };
    let zone = Zone::new()
        .a(
            &format!("{}.bl.test", nibbles("::ffff:127.0.0.2")),
            [127, 0, 0, 2],
        )
        .a(
            &format!("{}.bl.test", nibbles("2001:db8::7")),
            [127, 0, 0, 3],
        )
        .a("test.rhs.test", [127, 0, 0, 2])
        .a("bad.example.org.rhs.test", [127, 0, 0, 2]);
    let dns = Dns::start(proper(zone, "v4.test"));
    let look = |options: &[&str]| {
        let outcome = json(&dns, options);
        (
            outcome.code,
            outcome.finding_ids(),
            metric(&outcome, "zones"),
        )
    };
    let ids = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        look(&["-H", "2001:db8::7", "-s", "bl.test"]),
        (Some(2), ids(&["listed"]), 1.0)
    );
    assert_eq!(
        look(&["-H", "2001:db8::8", "-s", "bl.test"]),
        (Some(0), ids(&[]), 1.0)
    );
    assert_eq!(
        look(&["--domain", "bad.example.org", "-s", "rhs.test"]),
        (Some(2), ids(&["listed"]), 1.0)
    );
    assert_eq!(
        look(&["--helo", "good.example.org", "-s", "rhs.test"]),
        (Some(0), ids(&[]), 1.0)
    );
    // A zone of which nothing is known is asked about what its test entries say that it lists.
    assert_eq!(
        look(&[
            "-H",
            "2001:db8::7",
            "-H",
            IP,
            "-s",
            "bl.test",
            "-s",
            "v4.test"
        ]),
        (Some(2), ids(&["listed"]), 2.0)
    );
    assert_eq!(
        look(&["-H", "2001:db8::8", "-s", "v4.test"]),
        (Some(3), ids(&["zones-unknown"]), 0.0)
    );
}

#[test]
fn without_self_test_answers_are_taken_as_they_are() {
    let dns = Dns::start(Zone::new().record(
        &format!("{REVERSED}.own.test"),
        Data::A([127, 0, 0, 2].into()),
    ));
    let outcome = json(&dns, &["-H", IP, "-s", "own.test", "--no-self-test"]);
    assert_eq!((outcome.code, dns.asked().len()), (Some(2), 2), "{outcome}");
    let outcome = json(
        &dns,
        &["-H", "192.0.2.8", "-s", "own.test", "--no-self-test"],
    );
    assert_eq!(outcome.code, Some(0), "{outcome}");
}

#[test]
fn the_first_line_says_nothing_twice() {
    let dns = Dns::start(Zone::new());
    for more in [&[][..], &["-w", "unknown=0"], &["-c", "unknown=0"]] {
        let outcome = run(&dns, &[&["-H", IP, "-s", "nope.test"][..], more].concat());
        let line = outcome.stdout.lines().next().unwrap();
        let line = line.split(" | ").next().unwrap();
        assert_eq!(line.matches("no verdict").count(), 1, "{line}");
        assert_eq!(line.matches("nope.test").count(), 1, "{line}");
    }
}

#[test]
fn zones_that_all_seem_dead_show_a_resolver_that_lies() {
    let dns = Dns::start(Zone::new());
    let outcome = run(&dns, &["-H", IP, "-v"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    let line = outcome.stdout.lines().next().unwrap();
    assert!(line.contains("this resolver"), "{line}");
    assert!(!outcome.stdout.contains("--exclude"), "{outcome}");
}

#[test]
fn words_do_not_turn_with_the_order_of_records() {
    let own = format!("{REVERSED}.bl.test");
    let codes = [[127, 0, 0, 4], [127, 0, 0, 2], [127, 0, 0, 9]];
    let lines: Vec<String> = [[0, 1, 2], [2, 0, 1], [1, 2, 0]]
        .iter()
        .map(|order| {
            let zone = order
                .iter()
                .fold(proper(Zone::new(), "bl.test"), |zone, at| {
                    zone.a(&own, codes[*at]).txt(&own, &format!("reason {at}"))
                });
            let outcome = run(&Dns::start(zone), &["-H", IP, "-s", "bl.test"]);
            outcome.stdout.split(" | ").next().unwrap().to_owned()
        })
        .collect();
    assert!(
        lines[0].contains("127.0.0.2, 127.0.0.4, 127.0.0.9"),
        "{lines:?}"
    );
    assert_eq!(lines[0], lines[1]);
    assert_eq!(lines[0], lines[2]);
}
