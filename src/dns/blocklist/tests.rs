//! Verdicts from answers, without any network.

use std::net::Ipv4Addr;

use super::super::zones::{Category, Code, Table, Zone};
use super::judge::{Health, answer, health, settle};
use super::*;

fn zone() -> Zone {
    Zone::unknown("bl.example.test").unwrap()
}

fn found(answers: &[[u8; 4]]) -> Result<Vec<Ipv4Addr>, Outcome> {
    Ok(answers
        .iter()
        .map(|octets| Ipv4Addr::from(*octets))
        .collect())
}

fn is_listed(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Listed(_))
}

#[test]
fn only_the_loopback_net_lists() {
    let zone = zone();
    assert!(is_listed(&answer(&zone, &found(&[[127, 0, 0, 2]]))));
    assert!(is_listed(&answer(&zone, &found(&[[127, 9, 9, 9]]))));
    assert!(is_listed(&answer(
        &zone,
        &found(&[[10, 0, 0, 1], [127, 0, 0, 2]])
    )));
    for (answers, wanted) in [
        (&[[10, 0, 0, 1]][..], "Bogus"),
        (&[[127, 0, 0, 1]], "Refused"),
        (&[[127, 255, 255, 254]], "Refused"),
        (&[[127, 255, 255, 7], [10, 0, 0, 1]], "Refused"),
        (&[], "Unreachable"),
    ] {
        let verdict = answer(&zone, &found(answers));
        assert!(
            format!("{verdict:?}").contains(wanted),
            "{answers:?}: {verdict:?}"
        );
    }
    assert_eq!(answer(&zone, &Err(Outcome::NxDomain)), Verdict::Clean);
}

#[test]
fn an_error_code_is_no_bit_mask() {
    let mut zone = zone();
    zone.codes = vec![
        Code::bits(64, Category::Spam, "spam"),
        Code::bits(2, Category::Phishing, "phish"),
    ]
    .into();
    let Verdict::Listed(listing) = answer(&zone, &found(&[[127, 0, 0, 66]])) else {
        panic!("not listed");
    };
    assert_eq!(listing.words, ["phish", "spam"]);
    assert_eq!(listing.category, Category::Phishing);
    let verdict = answer(&zone, &found(&[[127, 255, 255, 254]]));
    assert!(
        matches!(verdict, Verdict::Unknown(Unknown::Refused(_))),
        "{verdict:?}"
    );
}

#[test]
fn the_gravest_meaning_leads() {
    let table = Table::shipped();
    let zen = table
        .zones()
        .find(|zone| zone.name == "zen.spamhaus.org")
        .unwrap();
    let Verdict::Listed(listing) = answer(zen, &found(&[[127, 0, 0, 10], [127, 0, 0, 4]])) else {
        panic!("not listed");
    };
    assert_eq!(listing.category, Category::Exploited);
    assert!(listing.words[0].starts_with("XBL"), "{listing:?}");
    assert_eq!(listing.answers.len(), 2);
}

#[test]
fn test_entries_prove_or_disprove() {
    let zone = zone();
    let (yes, no) = (found(&[[127, 0, 0, 2]]), Err(Outcome::NxDomain));
    let silence = Err(Outcome::ServFail);
    assert_eq!(health(&zone, Some(&yes), Some(&no)), Health::Proven);
    assert_eq!(health(&zone, Some(&yes), Some(&silence)), Health::Proven);
    assert_eq!(health(&zone, Some(&yes), None), Health::Proven);
    assert_eq!(health(&zone, None, None), Health::Untested);
    assert_eq!(
        health(&zone, Some(&no), Some(&no)),
        Health::Sick(Unknown::Dead)
    );
    assert_eq!(
        health(&zone, Some(&yes), Some(&yes)),
        Health::Sick(Unknown::ListsEverything)
    );
    assert_eq!(
        health(&zone, None, Some(&yes)),
        Health::Sick(Unknown::ListsEverything)
    );
    let sick = health(&zone, Some(&silence), Some(&no));
    assert!(matches!(sick, Health::Sick(Unknown::Unreachable(_))));
}

#[test]
fn a_sick_zone_gives_no_verdict_and_an_unproven_one_still_lists() {
    let zone = zone();
    let listed = || answer(&zone, &found(&[[127, 0, 0, 2]]));
    let unknown = |verdict| matches!(verdict, Verdict::Unknown(_));
    let sick = Health::Sick;
    for health in [
        sick(Unknown::Dead),
        sick(Unknown::ListsEverything),
        sick(Unknown::Bogus([10, 0, 0, 1].into())),
    ] {
        assert!(unknown(settle(listed(), &health, false)), "{health:?}");
        assert!(
            unknown(settle(Verdict::Clean, &health, false)),
            "{health:?}"
        );
    }
    let silent = sick(Unknown::Unreachable("SERVFAIL".into()));
    assert!(is_listed(&settle(listed(), &silent, false)));
    assert!(unknown(settle(Verdict::Clean, &silent, false)));
    // The old check_rbl asks for no test entries, but a list of the world is none for it either.
    assert!(is_listed(&settle(listed(), &sick(Unknown::Dead), true)));
    assert_eq!(settle(Verdict::Clean, &silent, true), Verdict::Clean);
    assert!(unknown(settle(
        listed(),
        &sick(Unknown::ListsEverything),
        true
    )));
}
