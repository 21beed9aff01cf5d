//! The table holds: every row is well-formed, and its parts agree with each other.

use std::collections::HashSet;

use super::*;

fn zones() -> Vec<Zone> {
    Table::shipped().zones().cloned().collect()
}

#[test]
fn names_are_proper_and_stand_once() {
    let mut seen = HashSet::new();
    for zone in zones() {
        assert_eq!(
            table::proper(&zone.name).as_deref(),
            Ok(zone.name.as_ref()),
            "{}",
            zone.name
        );
        assert!(seen.insert(zone.name.to_string()), "{} twice", zone.name);
        assert!(!zone.title.is_empty(), "{}", zone.name);
        assert_eq!(
            zone.key.is_some(),
            zone.name.starts_with("{key}."),
            "{}",
            zone.name
        );
    }
    assert!(seen.len() >= 70, "{}", seen.len());
}

#[test]
fn every_zone_is_asked_about_something_and_its_entries_are_of_that_sort() {
    for zone in zones() {
        assert!(zone.v4 || zone.v6 || zone.domains, "{}", zone.name);
        for entry in zone.listed.iter().chain(zone.unlisted.iter()) {
            assert!(zone.takes(entry.sort()), "{}: {entry}", zone.name);
        }
        for entry in zone.listed.iter() {
            assert!(!zone.unlisted.contains(entry), "{}: {entry}", zone.name);
        }
    }
}

#[test]
fn every_code_means_what_its_row_says() {
    for zone in zones() {
        for code in zone.codes.iter() {
            let example = code.answers.example();
            assert_eq!(example.octets()[0], 127, "{}: {}", zone.name, code.answers);
            let Reading::Means(rows) = zone.read(example) else {
                panic!("{}: {} means nothing", zone.name, code.answers);
            };
            assert!(rows.contains(&code), "{}: {}", zone.name, code.answers);
            assert!(!code.words.is_empty(), "{}", zone.name);
            assert!(zone.weight_of(code) <= 10, "{}", zone.name);
            // In an allowlist nothing is a listing, and elsewhere something is.
            if zone.allow {
                assert!(!code.category.is_listing(), "{}: {}", zone.name, code.words);
            }
        }
        let some = zone.codes.iter().any(|code| code.category.is_listing());
        assert!(zone.allow || zone.codes.is_empty() || some, "{}", zone.name);
        assert_eq!(zone.allow, !zone.category.is_listing(), "{}", zone.name);
        assert!(!zone.allow || zone.weight == 0, "{}", zone.name);
        assert!(zone.weight <= 10, "{}", zone.name);
        for refusal in zone.refusals.iter().chain(&COMMON_REFUSALS) {
            assert_eq!(refusal.answers.example().octets()[0], 127, "{}", zone.name);
        }
        for refusal in zone.refusals.iter() {
            let example = refusal.answers.example();
            assert_eq!(
                zone.read(example),
                Reading::Refused(refusal),
                "{}",
                zone.name
            );
        }
    }
}

#[test]
fn ranges_of_one_zone_do_not_overlap() {
    for zone in zones() {
        for (place, code) in zone.codes.iter().enumerate() {
            for other in zone.codes.iter().skip(place + 1) {
                if matches!(code.answers, Match::Bits(_)) {
                    continue;
                }
                assert!(
                    !code.answers.takes(other.answers.example())
                        && !other.answers.takes(code.answers.example()),
                    "{}: {} and {}",
                    zone.name,
                    code.answers,
                    other.answers
                );
            }
        }
    }
}

#[test]
fn words_fit_into_a_line() {
    for zone in zones() {
        let texts = zone
            .codes
            .iter()
            .map(|code| &code.words)
            .chain(zone.refusals.iter().map(|refusal| &refusal.words))
            .chain([&zone.title, &zone.note, &zone.lookup]);
        for text in texts {
            assert!(text.is_ascii(), "{}: {text}", zone.name);
            assert!(!text.contains(['|', '\n', '\r']), "{}: {text}", zone.name);
            assert!(text.len() <= 120, "{}: {text}", zone.name);
            assert_eq!(text.trim(), text, "{}", zone.name);
        }
        assert!(zone.title.len() <= 30, "{}", zone.title);
    }
}

#[test]
fn lookups_are_urls_of_what_is_listed() {
    for zone in zones() {
        if zone.lookup.is_empty() {
            continue;
        }
        assert!(zone.lookup.starts_with("https://"), "{}", zone.name);
        let left = zone.lookup.replace("{ip}", "").replace("{domain}", "");
        assert!(!left.contains(['{', '}', ' ']), "{}", zone.lookup);
        if zone.domains && !zone.v4 {
            continue;
        }
        assert!(!zone.lookup.contains("{domain}"), "{}", zone.lookup);
    }
    let Found::Zone(zen) = find("zen.spamhaus.org") else {
        panic!()
    };
    assert_eq!(
        zen.lookup_url(&Entry::v4([192, 0, 2, 7])).as_deref(),
        Some("https://check.spamhaus.org/results?query=192.0.2.7")
    );
    assert_eq!(
        zen.lookup_url(&"2001:db8::1".parse::<std::net::IpAddr>().unwrap().into())
            .as_deref(),
        Some("https://check.spamhaus.org/results?query=2001:db8::1")
    );
}

fn find(name: &str) -> Found<'static> {
    static TABLE: std::sync::OnceLock<Table> = std::sync::OnceLock::new();
    TABLE.get_or_init(Table::shipped).find(name)
}

#[test]
fn groups_contain_each_other_and_are_not_empty() {
    let table = Table::shipped();
    let [default, strict, all] = ["default", "strict", "all"].map(|name| {
        let zones = table.group(name).unwrap();
        zones
            .iter()
            .map(|zone| zone.name.to_string())
            .collect::<HashSet<_>>()
    });
    assert!(default.len() >= 10 && default.len() < strict.len() && strict.len() < all.len());
    assert!(default.is_subset(&strict) && strict.is_subset(&all));
    assert_eq!(table.group("some"), None);
    // Each group has zones for every sort, without any key.
    for name in ["default", "strict", "all"] {
        let zones = table.select(name, |_| false).unwrap();
        for sort in [Sort::V4, Sort::V6, Sort::Domain] {
            assert!(
                zones.iter().any(|zone| zone.takes(sort) && !zone.allow),
                "{name}"
            );
        }
    }
}

#[test]
fn a_key_puts_the_paid_zone_in_the_place_of_the_free_one() {
    let table = Table::shipped();
    let names = |has_key: bool| -> HashSet<String> {
        let zones = table.select("default", |owner| has_key && owner == "spamhaus");
        zones
            .unwrap()
            .iter()
            .map(|zone| zone.name.to_string())
            .collect()
    };
    let (without, with) = (names(false), names(true));
    assert!(without.contains("zen.spamhaus.org") && !without.contains("{key}.zen.dq.spamhaus.net"));
    assert!(!with.contains("zen.spamhaus.org") && with.contains("{key}.zen.dq.spamhaus.net"));
    assert!(!with.contains("{key}.combined.mail.abusix.zone"));
    for zone in table.zones() {
        if let Some(other) = &zone.instead_of {
            assert!(matches!(table.find(other), Found::Zone(_)), "{}", zone.name);
        }
    }
}

#[test]
fn zones_are_found_by_their_name_and_dead_ones_by_any_below() {
    assert!(matches!(find("ZEN.Spamhaus.org."), Found::Zone(zone) if zone.title == "Spamhaus ZEN"));
    assert!(
        matches!(find("0123456789abcdef.zen.dq.spamhaus.net"), Found::Zone(zone) if zone.key.is_some())
    );
    assert!(matches!(find("zen.dq.spamhaus.net"), Found::Zone(zone) if zone.key.is_some()));
    assert!(matches!(find("all.spamrats.com"), Found::Zone(zone) if zone.key.is_none()));
    assert!(matches!(find("dul.dnsbl.sorbs.net"), Found::Dead(dead) if dead.name == "sorbs.net"));
    assert!(matches!(find("sorbs.net"), Found::Dead(_)));
    assert_eq!(find("notsorbs.net"), Found::Unknown);
    assert_eq!(find("bl.example.org"), Found::Unknown);
}

#[test]
fn the_dead_stand_once_and_are_not_alive() {
    let mut seen = HashSet::new();
    for dead in Table::dead() {
        assert!(seen.insert(dead.name), "{} twice", dead.name);
        assert!(dead.note.is_ascii() && dead.note.len() <= 120 && !dead.note.is_empty());
    }
    for zone in zones() {
        for dead in Table::dead() {
            let below = zone.name == dead.name || zone.name.ends_with(&format!(".{}", dead.name));
            assert!(!below, "{} is dead", zone.name);
        }
    }
}

#[test]
fn answers_are_read_as_each_zone_means_them() {
    let read = |zone: &str, answer: [u8; 4]| -> String {
        let Found::Zone(zone) = find(zone) else {
            panic!("{zone}")
        };
        match zone.read(answer.into()) {
            Reading::Means(codes) => {
                let words: Vec<_> = codes.iter().map(|code| code.words.as_ref()).collect();
                words.join(" + ")
            }
            Reading::Refused(refusal) => format!("refused: {}", refusal.words),
            Reading::Unexplained(answer) => format!("unexplained: {answer}"),
            Reading::Outside(answer) => format!("outside: {answer}"),
        }
    };
    for (zone, answer, expected) in [
        ("zen.spamhaus.org", [127, 0, 0, 4], "XBL: exploited host"),
        ("zen.spamhaus.org", [127, 0, 0, 7], "XBL: exploited host"),
        ("zen.spamhaus.org", [127, 0, 0, 8], "unexplained: 127.0.0.8"),
        (
            "zen.spamhaus.org",
            [127, 255, 255, 254],
            "refused: asked through a public or open resolver",
        ),
        (
            "zen.spamhaus.org",
            [127, 255, 255, 252],
            "refused: the zone's name is misspelt, says its server",
        ),
        (
            "zen.spamhaus.org",
            [127, 255, 255, 255],
            "refused: too many queries",
        ),
        (
            "zen.spamhaus.org",
            [127, 255, 255, 3],
            "refused: an error code of its server",
        ),
        ("zen.spamhaus.org", [192, 0, 2, 1], "outside: 192.0.2.1"),
        (
            "zen.spamhaus.org",
            [127, 0, 0, 1],
            "refused: 127.0.0.1 is no listing code",
        ),
        (
            "dbl.spamhaus.org",
            [127, 0, 1, 255],
            "refused: it was asked about an address and knows domains only",
        ),
        (
            "multi.uribl.com",
            [127, 0, 0, 1],
            "refused: asked through a public resolver, or too much",
        ),
        (
            "multi.uribl.com",
            [127, 0, 0, 6],
            "black: spam domain + grey: bulk mail, not only spam",
        ),
        (
            "multi.surbl.org",
            [127, 0, 0, 24],
            "PH: phishing + MW: malware",
        ),
        // An error code is no bits.
        (
            "multi.surbl.org",
            [127, 255, 255, 254],
            "refused: asked through a public or open resolver",
        ),
        ("list.dnswl.org", [127, 0, 10, 3], "high trust"),
        ("list.dnswl.org", [127, 0, 5, 0], "known, no trust"),
        (
            "list.dnswl.org",
            [127, 0, 0, 255],
            "refused: asked through a public resolver, or too much",
        ),
        ("rep.mailspike.net", [127, 0, 0, 18], "good reputation"),
        // What is a refusal elsewhere means something here.
        ("rbl.efnetrbl.org", [127, 0, 0, 1], "open proxy"),
        (
            "hostkarma.junkemailfilter.com",
            [127, 0, 0, 1],
            "white: sends no spam",
        ),
    ] {
        assert_eq!(read(zone, answer), expected, "{zone} {answer:?}");
    }
}

#[test]
fn a_zone_that_nobody_knows_is_asked_as_rfc_5782_says() {
    let zone = Zone::unknown("BL.Example.ORG.").unwrap();
    assert_eq!(zone.name, "bl.example.org");
    for sort in [Sort::V4, Sort::V6, Sort::Domain] {
        assert!(zone.takes(sort));
        assert_eq!(zone.always(sort).count(), 1);
        assert_eq!(zone.never(sort).count(), 1);
    }
    for bad in [
        "",
        ".",
        "a b",
        "a..b",
        "bl.example.org/x",
        "a\nb",
        "{x}.example.org",
        &"a.".repeat(150),
    ] {
        assert!(Zone::unknown(bad).is_err(), "{bad:?}");
    }
}
