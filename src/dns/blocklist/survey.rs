//! All questions about all subjects to all zones, and their test entries in the same breath.
//!
//! Questions are made as they are asked, so that five thousand zones cost no more memory than a hundred.

use std::collections::{HashMap, HashSet};
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use hickory_resolver::proto::rr::RData;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::super::exchange::{Answer, Exchange};
use super::super::zones::{Entry, Sort, Zone};
use super::super::{Error, Kind, Outcome, Question};
use super::judge::{self, Health, brief};
use super::{Subject, Unknown, Verdict, Watch, ZoneReport};
use crate::time::Deadline;

/// Tasks at the same time; the exchange lets fewer out.
const MOST_TASKS: usize = 1200;
/// Listings whose reasons are asked for.
const MOST_REASONS: usize = 64;
/// What it takes to report on one subject in one zone; kept free before the deadline.
const REPORTING: Duration = Duration::from_micros(20);
/// What it takes to collect the last answers.
const COLLECTING: Duration = Duration::from_millis(20);
/// Bytes of a reason that are kept.
const MOST_REASON: usize = 400;

/// A zone to ask.
#[derive(Debug, Clone)]
pub struct Place {
    /// What is known of it.
    pub zone: Zone,
    /// Where it is asked, with the key of a paid zone.
    pub domain: String,
    /// How messages show that; without the key.
    pub shown: String,
    /// Is it in the table? Of others nobody knows what they are lists of, but their test entries.
    pub known: bool,
}

/// A survey.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The zones.
    pub places: Vec<Place>,
    /// What they are asked about.
    pub subjects: Vec<Subject>,
    /// Are the test entries asked?
    pub self_test: bool,
    /// Zones, by number, and sorts whose test entries need not be asked unless something of that sort is listed.
    pub spared: HashSet<(usize, Sort)>,
    /// Do listings of a zone without test entries count?
    pub lenient: bool,
}

/// What a question is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Purpose {
    /// An entry of this sort that is always listed.
    Always(Sort),
    /// One that never is.
    Never(Sort),
    /// The subject of this number.
    Subject(usize),
}

type Addresses = Result<Vec<Ipv4Addr>, Outcome>;

/// What has come of a zone's questions.
#[derive(Default)]
struct Heard {
    open: usize,
    answers: HashMap<Purpose, Addresses>,
    reasons: HashMap<usize, String>,
    took: Duration,
    /// Sorts whose spared test is made up for.
    proving: HashSet<Sort>,
}

/// The sorts of subjects that are asked about, of the three.
fn sorts(subjects: &[Subject]) -> Vec<Sort> {
    [Sort::V4, Sort::V6, Sort::Domain]
        .into_iter()
        .filter(|sort| subjects.iter().any(|subject| subject.entry.sort() == *sort))
        .collect()
}

/// All questions to a zone.
fn questions(
    survey: &Survey,
    number: usize,
    place: &Place,
    sorts: &[Sort],
) -> Vec<(Purpose, Entry)> {
    let mut asked = Vec::new();
    let taken: Vec<Sort> = sorts
        .iter()
        .copied()
        .filter(|sort| place.zone.takes(*sort))
        .collect();
    if taken.is_empty() {
        return asked;
    }
    if survey.self_test {
        let mut tested = taken.clone();
        // A zone of which nothing is known may live, and know IPv4 only.
        if !place.known && !tested.contains(&Sort::V4) {
            tested.push(Sort::V4);
        }
        tested.retain(|sort| !survey.spared.contains(&(number, *sort)));
        for sort in tested {
            asked.extend(tests(place, sort));
        }
    }
    for (number, subject) in survey.subjects.iter().enumerate() {
        if taken.contains(&subject.entry.sort()) {
            asked.push((Purpose::Subject(number), subject.entry.clone()));
        }
    }
    asked
}

/// The test entries of a sort.
fn tests(place: &Place, sort: Sort) -> impl Iterator<Item = (Purpose, Entry)> + use<> {
    let always = place.zone.always(sort).next().cloned();
    let never = place.zone.never(sort).next().cloned();
    always
        .map(|entry| (Purpose::Always(sort), entry))
        .into_iter()
        .chain(never.map(|entry| (Purpose::Never(sort), entry)))
}

/// A question in a zone; what holds a key is shown without.
fn question(place: &Place, entry: &Entry, kind: Kind) -> Result<Question, Error> {
    let question = Question::new(&entry.under(&place.domain), kind);
    if place.domain == place.shown {
        return question;
    }
    let shown = entry.under(&place.shown);
    match question {
        Ok(question) => Ok(question.shown_as(shown)),
        Err(error) => Err(Error {
            question: format!("{kind} of {shown}"),
            ..error
        }),
    }
}

/// Asks everything. What is not answered at the deadline never will be.
pub async fn run(
    exchange: &Rc<Exchange>,
    survey: &Survey,
    watch: &dyn Watch,
    deadline: Deadline,
) -> Vec<ZoneReport> {
    let mut heard: Vec<Heard> = Vec::new();
    heard.resize_with(survey.places.len(), Heard::default);
    let most = survey.places.len().saturating_mul(survey.subjects.len());
    let reserve = REPORTING.saturating_mul(u32::try_from(most).unwrap_or(u32::MAX));
    let left = deadline.remaining().unwrap_or_default();
    let left = left.saturating_sub(reserve.min(left / 4));
    // Questions end by themselves, with the reason; what cannot even be collected is cut off a moment later.
    let collecting = COLLECTING.saturating_add(reserve).min(left / 8);
    exchange.end_by(deadline.within(left.saturating_sub(collecting)));
    let _ = timeout(left, converse(exchange, survey, watch, &mut heard)).await;
    survey
        .places
        .iter()
        .zip(heard)
        .enumerate()
        .map(|(number, (place, heard))| report(survey, number, place, heard))
        .collect()
}

async fn converse(
    exchange: &Rc<Exchange>,
    survey: &Survey,
    watch: &dyn Watch,
    heard: &mut [Heard],
) {
    let sorts = sorts(&survey.subjects);
    let mut tasks: JoinSet<Done> = JoinSet::new();
    let mut reasons = 0;
    let (mut over, all) = (0, survey.places.len());
    for (number, place) in survey.places.iter().enumerate() {
        let asked = questions(survey, number, place, &sorts);
        if let Some(own) = heard.get_mut(number) {
            own.open = asked.len();
        }
        if asked.is_empty() {
            over += 1;
        }
        for (purpose, entry) in asked {
            while tasks.len() >= MOST_TASKS {
                let done = tasks.join_next().await;
                let step = hear(survey, watch, heard, done);
                over += step.zones;
                reasons = again(exchange, survey, &mut tasks, step, reasons, watch);
                watch.progress(over, all);
            }
            spawn(exchange, &mut tasks, place, number, purpose, &entry, watch);
        }
    }
    loop {
        watch.progress(over, all);
        let Some(done) = tasks.join_next().await else {
            break;
        };
        let step = hear(survey, watch, heard, Some(done));
        over += step.zones;
        reasons = again(exchange, survey, &mut tasks, step, reasons, watch);
    }
}

/// What a task comes back with.
struct Done {
    zone: usize,
    purpose: Purpose,
    /// The question for the reason, not for the listing?
    reason: bool,
    /// When somebody listens.
    question: Option<String>,
    answer: Answer,
}

/// What hearing an answer leads to.
#[derive(Default)]
struct Step {
    /// Zones that have said all they will.
    zones: usize,
    /// A listing whose reason is to be asked for.
    reason: Option<(usize, usize)>,
    /// A zone that lists something of a sort for which its test was spared.
    prove: Option<(usize, Sort)>,
}

fn spawn(
    exchange: &Rc<Exchange>,
    tasks: &mut JoinSet<Done>,
    place: &Place,
    zone: usize,
    purpose: Purpose,
    entry: &Entry,
    watch: &dyn Watch,
) {
    let question = question(place, entry, Kind::A);
    let told = watch.listens();
    if let (Ok(question), true) = (&question, told) {
        watch.asked(&question.to_string());
    }
    let exchange = Rc::clone(exchange);
    tasks.spawn_local(async move {
        let mut done = ask(&exchange, &question, zone, purpose, false).await;
        done.question = told.then(|| name(&question));
        done
    });
}

async fn ask(
    exchange: &Exchange,
    question: &Result<Question, Error>,
    zone: usize,
    purpose: Purpose,
    reason: bool,
) -> Done {
    let answer = match question {
        Ok(question) => exchange.ask(question).await,
        Err(error) => Answer {
            outcome: Err(error.outcome.clone()),
            server: None,
            took: Duration::ZERO,
        },
    };
    Done {
        zone,
        purpose,
        reason,
        question: None,
        answer,
    }
}

fn name(question: &Result<Question, Error>) -> String {
    match question {
        Ok(question) => question.to_string(),
        Err(error) => error.question.clone(),
    }
}

/// Asks for the reason of a listing, as long as there are not too many; and for the test entries that were spared.
fn again(
    exchange: &Rc<Exchange>,
    survey: &Survey,
    tasks: &mut JoinSet<Done>,
    step: Step,
    reasons: usize,
    watch: &dyn Watch,
) -> usize {
    if let Some((zone, sort)) = step.prove
        && let Some(place) = survey.places.get(zone)
    {
        for (purpose, entry) in tests(place, sort) {
            spawn(exchange, tasks, place, zone, purpose, &entry, watch);
        }
    }
    let Some((zone, subject)) = step.reason.filter(|_| reasons < MOST_REASONS) else {
        return reasons;
    };
    let (Some(place), Some(about)) = (survey.places.get(zone), survey.subjects.get(subject)) else {
        return reasons;
    };
    let question = question(place, &about.entry, Kind::Txt);
    let exchange = Rc::clone(exchange);
    let purpose = Purpose::Subject(subject);
    tasks.spawn_local(async move {
        let mut done = ask(&exchange, &question, zone, purpose, true).await;
        done.question = Some(name(&question));
        done
    });
    reasons + 1
}

fn hear(
    survey: &Survey,
    watch: &dyn Watch,
    heard: &mut [Heard],
    done: Option<Result<Done, tokio::task::JoinError>>,
) -> Step {
    let Some(Ok(done)) = done else {
        return Step::default();
    };
    let (Some(place), Some(own)) = (survey.places.get(done.zone), heard.get_mut(done.zone)) else {
        return Step::default();
    };
    own.took = own.took.max(done.answer.took);
    if done.reason {
        if let (Purpose::Subject(subject), Ok(records)) = (done.purpose, &done.answer.outcome) {
            let reason = texts(records);
            if let Some(question) = &done.question {
                watch.answered(question, &format!("\"{reason}\""));
            }
            own.reasons.insert(subject, reason);
        }
        return Step::default();
    }
    own.open = own.open.saturating_sub(1);
    let addresses: Addresses = done.answer.outcome.map(|records| {
        records
            .iter()
            .filter_map(|data| match data {
                RData::A(a) => Some(a.0),
                _ => None,
            })
            .collect()
    });
    if let Some(question) = &done.question {
        watch.answered(question, &shown(&addresses));
    }
    let listed = matches!(
        judge::answer(&place.zone, &addresses),
        Verdict::Listed(_) | Verdict::Allowed(_)
    );
    own.answers.insert(done.purpose, addresses);
    let prove = match done.purpose {
        Purpose::Subject(subject) if listed => survey
            .subjects
            .get(subject)
            .map(|subject| (done.zone, subject.entry.sort()))
            .filter(|(zone, sort)| {
                survey.spared.contains(&(*zone, *sort)) && own.proving.insert(*sort)
            }),
        _ => None,
    };
    if let Some((_, sort)) = prove {
        own.open += tests(place, sort).count();
    }
    Step {
        prove,
        zones: usize::from(own.open == 0),
        reason: match done.purpose {
            Purpose::Subject(subject) if listed => Some((done.zone, subject)),
            _ => None,
        },
    }
}

fn shown(addresses: &Addresses) -> String {
    match addresses {
        Ok(addresses) => {
            let all: Vec<String> = addresses.iter().take(8).map(ToString::to_string).collect();
            let more = addresses.len().saturating_sub(8);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            format!("{}{more}", all.join(" "))
        }
        Err(outcome) => brief(outcome),
    }
}

/// The texts of a reason as one; several records are several reasons, in an order that does not change from run to run.
fn texts(records: &[RData]) -> String {
    let mut texts: Vec<String> = records
        .iter()
        .filter_map(|data| match data {
            RData::TXT(txt) => {
                let parts = txt.txt_data.iter().flat_map(|part| part.iter().copied());
                let bytes: Vec<u8> = parts.take(MOST_REASON + 1).collect();
                Some(String::from_utf8_lossy(&bytes).into_owned())
            }
            _ => None,
        })
        .collect();
    texts.sort_unstable();
    texts.dedup();
    let mut all = texts.join("; ");
    if all.len() > MOST_REASON {
        all.truncate(all.floor_char_boundary(MOST_REASON));
        all.push_str("...");
    }
    all
}

/// From all that was heard of a zone to its verdicts.
fn report(survey: &Survey, number: usize, place: &Place, heard: Heard) -> ZoneReport {
    let health = |sort: Sort| {
        if !survey.self_test {
            return Health::Untested;
        }
        let get = |purpose| heard.answers.get(&purpose);
        if survey.spared.contains(&(number, sort)) && !heard.proving.contains(&sort) {
            return Health::Proven;
        }
        judge::health(
            &place.zone,
            get(Purpose::Always(sort)),
            get(Purpose::Never(sort)),
        )
    };
    let lives = [Sort::V4, Sort::V6, Sort::Domain]
        .into_iter()
        .any(|sort| health(sort) == Health::Proven);
    let settled = |sort: Sort| match health(sort) {
        Health::Sick(Unknown::Dead) if lives && !place.known => Health::Sick(Unknown::Unsuited),
        other => other,
    };
    let healths: HashMap<Sort, Health> = [Sort::V4, Sort::V6, Sort::Domain]
        .into_iter()
        .map(|sort| (sort, settled(sort)))
        .collect();
    let (mut proven, mut failed) = (Vec::new(), Vec::new());
    for sort in [Sort::V4, Sort::V6, Sort::Domain] {
        let heard = |purpose| heard.answers.get(&purpose);
        let (always, never) = (heard(Purpose::Always(sort)), heard(Purpose::Never(sort)));
        // What must not be listed has to have been denied, not just left open.
        let denied = place.zone.never(sort).next().is_none()
            || matches!(
                never,
                Some(Ok(_) | Err(Outcome::NxDomain | Outcome::NoData))
            );
        if always.is_some() && denied && health(sort) == Health::Proven {
            proven.push(sort);
        } else if survey.self_test && (always.is_some() || never.is_some()) {
            failed.push(sort);
        }
    }
    let mut verdicts = Vec::new();
    for (number, subject) in survey.subjects.iter().enumerate() {
        let sort = subject.entry.sort();
        if !place.zone.takes(sort) {
            continue;
        }
        let mut verdict = match heard.answers.get(&Purpose::Subject(number)) {
            // A domain that has listed ones below it exists, and is not listed itself.
            Some(Err(Outcome::NoData))
                if sort == Sort::Domain && healths.get(&sort) == Some(&Health::Proven) =>
            {
                Verdict::Clean
            }
            Some(addresses) => judge::answer(&place.zone, addresses),
            None => Verdict::Unknown(Unknown::Unreachable("no answer in time".to_owned())),
        };
        if let Verdict::Listed(listing) | Verdict::Allowed(listing) = &mut verdict {
            listing.reason = heard
                .reasons
                .get(&number)
                .filter(|text| !text.is_empty())
                .cloned();
        }
        let untested = Health::Untested;
        let health = healths.get(&sort).unwrap_or(&untested);
        verdicts.push((number, judge::settle(verdict, health, survey.lenient)));
    }
    ZoneReport {
        verdicts,
        took: heard.took,
        proven,
        failed,
    }
}
