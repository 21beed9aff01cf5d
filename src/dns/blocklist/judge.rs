//! From answers to verdicts, without any network: what the records of one answer say, what the test entries prove, and what
//! is left of an answer after that.
//!
//! Quirk: a bit-mask list would take 127.255.255.254 for bits; 127.255.255.0/24 is a refusal before it is anything else.

use std::net::Ipv4Addr;

use super::super::Outcome;
use super::super::zones::{COMMON_REFUSALS, Category, Reading, Zone};
use super::{Listing, Unknown, Verdict};

/// More answers than any list gives; what lies behind is not said.
const MOST_SHOWN: usize = 8;

/// What one answer says by itself.
pub fn answer(zone: &Zone, outcome: &Result<Vec<Ipv4Addr>, Outcome>) -> Verdict {
    match outcome {
        Ok(answers) => listed(zone, answers),
        Err(Outcome::NxDomain) => Verdict::Clean,
        Err(outcome) => Verdict::Unknown(Unknown::Unreachable(brief(outcome))),
    }
}

/// What the addresses of an answer say together.
fn listed(zone: &Zone, answers: &[Ipv4Addr]) -> Verdict {
    let mut listing = Listing {
        answers: Vec::new(),
        category: Category::Neutral,
        words: Vec::new(),
        weight: 0,
        reason: None,
    };
    let (mut refused, mut bogus, mut neutral, mut allowed) = (None, None, false, false);
    let mut means: Vec<(Category, String, u8)> = Vec::new();
    // Resolvers turn the order of records around; words must not turn with it.
    let mut answers = answers.to_vec();
    answers.sort_unstable();
    answers.dedup();
    for address in answers {
        if let Some(words) = common_error(address) {
            refused.get_or_insert(words);
            continue;
        }
        match zone.read(address) {
            Reading::Outside(address) => {
                bogus.get_or_insert(address);
            }
            Reading::Refused(refusal) => {
                refused.get_or_insert_with(|| refusal.words.to_string());
            }
            Reading::Unexplained(address) => {
                listing.answers.push(address);
                means.push((zone.category, address.to_string(), zone.weight));
            }
            Reading::Means(codes) => {
                listing.answers.push(address);
                for code in codes {
                    means.push((code.category, code.words.to_string(), zone.weight_of(code)));
                }
            }
        }
    }
    means.sort_by_key(|(category, ..)| std::cmp::Reverse(*category));
    for (category, words, weight) in means {
        match category {
            Category::Neutral => neutral = true,
            Category::Allowed => allowed = true,
            _ => {
                listing.category = listing.category.max(category);
                listing.weight = listing.weight.max(u32::from(weight));
            }
        }
        if listing.words.len() < MOST_SHOWN && !listing.words.contains(&words) {
            listing.words.push(words);
        }
    }
    if listing.category.is_listing() && !zone.allow {
        return Verdict::Listed(listing);
    }
    if allowed || (zone.allow && listing.category.is_listing()) {
        listing.category = Category::Allowed;
        return Verdict::Allowed(listing);
    }
    if let Some(words) = refused {
        return Verdict::Unknown(Unknown::Refused(words));
    }
    match bogus {
        // A code that means neither good nor bad is a proper answer.
        _ if neutral => Verdict::Clean,
        Some(address) => Verdict::Unknown(Unknown::Bogus(address)),
        None => Verdict::Unknown(Unknown::Unreachable("an empty answer".to_owned())),
    }
}

/// The words of an error code that every zone may give.
fn common_error(address: Ipv4Addr) -> Option<String> {
    let [a, b, c, _] = address.octets();
    if [a, b, c] != [127, 255, 255] {
        return None;
    }
    COMMON_REFUSALS
        .iter()
        .find(|refusal| refusal.answers.takes(address))
        .map(|refusal| refusal.words.to_string())
}

/// What is known of a zone, for one sort of subjects, by its test entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It lists what it must, and does not list what it must not.
    Proven,
    /// It has no test entries, or they were not asked.
    Untested,
    /// There is no verdict to be had from it.
    Sick(Unknown),
}

/// What a test entry said. `Some(true)`: listed; `Some(false)`: not.
fn is_listed(verdict: &Verdict, zone: &Zone, outcome: &Result<Vec<Ipv4Addr>, Outcome>) -> bool {
    match verdict {
        Verdict::Listed(_) | Verdict::Allowed(_) => true,
        // A test entry may give a neutral code.
        Verdict::Clean => outcome.is_ok(),
        Verdict::Unknown(_) => {
            // 127.0.0.1 may be the code that a list of one's own gives for its test entry; its row says so.
            matches!(outcome, Ok(answers) if answers.iter().any(|one| matches!(zone.read(*one), Reading::Means(_))))
        }
    }
}

/// Judges the two test entries of a sort; either may be missing.
pub fn health(
    zone: &Zone,
    always: Option<&Result<Vec<Ipv4Addr>, Outcome>>,
    never: Option<&Result<Vec<Ipv4Addr>, Outcome>>,
) -> Health {
    let listed =
        |outcome: &Result<Vec<Ipv4Addr>, Outcome>| is_listed(&answer(zone, outcome), zone, outcome);
    if never.is_some_and(listed) {
        return Health::Sick(Unknown::ListsEverything);
    }
    let Some(outcome) = always else {
        return Health::Untested;
    };
    if listed(outcome) {
        return Health::Proven;
    }
    Health::Sick(match answer(zone, outcome) {
        Verdict::Unknown(unknown) => unknown,
        _ => Unknown::Dead,
    })
}

/// What is left of a verdict when it is known how the zone is. A zone that could not be proven today still lists what it lists;
/// one that is dead, or lists the world, does not. `lenient` takes the listings of a zone without test entries, too.
pub fn settle(verdict: Verdict, health: &Health, lenient: bool) -> Verdict {
    let Health::Sick(sick) = health else {
        return verdict;
    };
    match (sick, verdict) {
        (Unknown::Dead | Unknown::Unreachable(_) | Unknown::Unsuited, verdict) if lenient => {
            verdict
        }
        (
            Unknown::Refused(_) | Unknown::Unreachable(_),
            verdict @ (Verdict::Listed(_) | Verdict::Allowed(_)),
        ) => verdict,
        // It lives by another sort of subjects, and knows this one after all.
        (Unknown::Unsuited, verdict @ (Verdict::Listed(_) | Verdict::Allowed(_))) => verdict,
        // What it said about the subject itself tells more than a test entry that was not answered.
        (Unknown::Refused(_) | Unknown::Unreachable(_), verdict @ Verdict::Unknown(_)) => verdict,
        (sick, _) => Verdict::Unknown(sick.clone()),
    }
}

/// Why there is no answer, in a few words.
pub fn brief(outcome: &Outcome) -> String {
    match outcome {
        Outcome::NxDomain => "NXDOMAIN".to_owned(),
        Outcome::NoData => "an empty answer".to_owned(),
        Outcome::NullMx => "null MX".to_owned(),
        Outcome::ServFail => "SERVFAIL".to_owned(),
        Outcome::Refused => "REFUSED".to_owned(),
        Outcome::ResponseCode(code) => code.clone(),
        Outcome::Timeout(time) => format!(
            "no answer within {}",
            crate::report::Unit::Seconds.human(time.as_secs_f64())
        ),
        Outcome::Unreachable(why) => format!("unreachable: {why}"),
        Outcome::Malformed(why) => format!("no proper answer: {why}"),
        Outcome::BadName(why) => format!("cannot be asked: {why}"),
        Outcome::Setup(why) => why.clone(),
    }
}
