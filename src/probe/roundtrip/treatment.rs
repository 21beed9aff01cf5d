//! How the message was treated: where it was put, whether it is the one that was sent, what servers wrote
//! into its header.

use std::net::SocketAddr;
use std::time::Duration;

use super::findings::{
    BOUNCE_UNCLEAR, CLOCK_SKEW, CONTENT_ALTERED, DUPLICATES, HEADER_STRIPPED, IN_JUNK, NOT_ARRIVED,
    NOT_FILTERED, NOT_REJECTED, NOTHING_KNOWN, SUBJECT_REWRITTEN,
};
use super::header;
use super::inbox::{Inbox, Mail};
use super::options::RoundtripOptions;
use super::run::{Fate, Roundtrip, Trip};
use super::tidy::{delay, human, is_ahead, messages, told_late};
use super::way::{self, Way};
use crate::cli::{self, UsageError};
use crate::message::Message;
use crate::message::bounce::Bounce;
use crate::message::compare::{Difference, compare};
use crate::message::draft::{DIGEST_FIELD, Written};
use crate::message::trace::Ends;
use crate::probe::Scene;
use crate::report::{Metric, Unit};
use crate::time::Clock;

/// A message grows on its way: by its trace, by another encoding.
const GROWTH: usize = 512 * 1024;

/// Methods of Authentication-Results that can be required (RFC 8601 §6.6).
const METHODS: [&str; 8] = [
    "spf",
    "dkim",
    "dmarc",
    "arc",
    "iprev",
    "auth",
    "sender-id",
    "dkim-adsp",
];

/// What is asked of the way and of the header.
#[derive(Clone, Debug, Default)]
pub struct Demands {
    /// Every hop between two hosts must have had TLS.
    pub tls_hops: bool,
    /// These checks must have passed, in lower case ...
    pub auth: Vec<String>,
    /// ... at these servers.
    pub servers: Vec<String>,
    /// The DKIM signature is verified here, with keys from these name servers (the system's when empty).
    pub dkim: Option<Vec<SocketAddr>>,
}

impl Demands {
    pub fn plan(options: &RoundtripOptions) -> Result<Self, UsageError> {
        let auth: Vec<String> = options
            .require_auth
            .iter()
            .map(|method| method.trim().to_ascii_lowercase())
            .filter(|method| !method.is_empty())
            .collect();
        if let Some(wrong) = auth
            .iter()
            .find(|method| !METHODS.contains(&method.as_str()))
        {
            return Err(UsageError(format!(
                "--require-auth {wrong:?}: give some of {}",
                METHODS.join(",")
            )));
        }
        if !auth.is_empty() && options.authserv_id.is_empty() {
            let why = "--require-auth: whom to believe? give --authserv-id, the name that your server puts into Authentication-Results";
            return Err(UsageError(why.to_owned()));
        }
        let resolvers = options
            .resolver
            .iter()
            .map(|text| cli::server("--resolver", text))
            .collect::<Result<Vec<_>, _>>()?;
        if !resolvers.is_empty() && !options.verify_dkim {
            let why = "--resolver is for --verify-dkim";
            return Err(UsageError(why.to_owned()));
        }
        Ok(Self {
            dkim: options.verify_dkim.then_some(resolvers),
            tls_hops: options.require_tls_hops,
            auth,
            servers: options.authserv_id.clone(),
        })
    }
}

/// The message has arrived. Gives what may be removed.
pub fn arrived(
    trip_of: &Roundtrip,
    trip: &Trip,
    transit: Duration,
    found: Vec<Mail>,
    inbox: &mut dyn Inbox,
    scene: &Scene,
) -> Vec<Mail> {
    let mut copies = found;
    let Some(first) = copies.first().cloned() else {
        return copies;
    };
    let seconds = transit.as_secs_f64();
    scene.journal.enter("fetch");
    let bytes = match inbox.read(&first, trip.written.bytes.len() * 2 + GROWTH) {
        Ok(bytes) => bytes,
        Err(error) => {
            inbox.scene().fail(&error);
            return copies;
        }
    };
    scene.journal.leave(match &bytes {
        Some(bytes) => format!("{} bytes", bytes.len()),
        None => "gone".to_owned(),
    });
    // A copy may come a moment later.
    if let Ok(more) = inbox.look() {
        copies.extend(more.into_iter().filter(|mail| mail.token == trip.token));
    }
    scene.metric(Metric::new("age", seconds, Unit::Seconds));
    doubled(&copies, scene);
    scene.detail(trip_of.accepted(trip));
    placed(trip_of, &first, scene);
    let way = match &bytes {
        Some(bytes) => {
            content(&trip.written, bytes, scene);
            let message = Message::parse(bytes);
            let ends = way::ends(trip, seconds);
            let way = read(trip_of, &message, ends, scene);
            if let Some(resolvers) = &trip_of.demands.dkim {
                header::dkim(bytes, resolvers, scene);
            }
            way
        }
        None => {
            let text = format!("{}: the message arrived and is gone again", inbox.name());
            scene.finding(CONTENT_ALTERED, text);
            Way::default()
        }
    };
    scene.metric(took(trip_of, seconds, &way));
    scene.proven_first(format!(
        "{} in {}{}",
        trip_of.way(),
        Unit::Seconds.human(seconds),
        over(&way)
    ));
    match trip_of.keep.chosen {
        Some(keep) if keep > 0.0 => Vec::new(),
        _ => copies,
    }
}

/// Reads what the header says.
fn read(trip_of: &Roundtrip, message: &Message<'_>, ends: Ends, scene: &Scene) -> Way {
    let way = way::judge(trip_of, message, ends, scene);
    header::authentication(&trip_of.demands, message, scene);
    header::spam(message, scene);
    way
}

/// How long it took; an alarm names the hop that took longest.
fn took(trip_of: &Roundtrip, seconds: f64, way: &Way) -> Metric {
    let slowest = way
        .slowest
        .as_ref()
        .filter(|_| way.hops > 1)
        .map(|words| format!(", longest at {words}"))
        .unwrap_or_default();
    Metric::new("transit", seconds, Unit::Seconds).above(format!(
        "{} took too long: {}{slowest}",
        trip_of.way(),
        Unit::Seconds.human(seconds)
    ))
}

/// ` over 3 hops`
fn over(way: &Way) -> String {
    match way.hops {
        0 => String::new(),
        1 => " over 1 hop".to_owned(),
        count => format!(" over {count} hops"),
    }
}

/// More than once?
fn doubled(copies: &[Mail], scene: &Scene) {
    let more = copies.len().saturating_sub(1);
    #[expect(clippy::cast_precision_loss, reason = "a few messages")]
    scene.metric(Metric::new("duplicates", more as f64, Unit::Count));
    if more > 0 {
        let places: Vec<&str> = copies.iter().map(|mail| mail.place.as_str()).collect();
        let text = format!(
            "the message arrived {} times: {}",
            copies.len(),
            places.join(", ")
        );
        scene.finding(DUPLICATES, text);
    }
}

/// Is it where it belongs?
fn placed(trip_of: &Roundtrip, mail: &Mail, scene: &Scene) {
    let place = &mail.place;
    match (trip_of.fate, mail.junk) {
        (Fate::Deliver, false) => scene.proven(place.clone()),
        (Fate::Deliver, true) => {
            let text = format!("{} was taken for junk: it is in \"{place}\"", trip_of.way());
            scene.finding(IN_JUNK, text);
        }
        (Fate::Junk, true) => scene.proven(format!("in \"{place}\" as it must be")),
        (Fate::Junk, false) => {
            let text = format!(
                "the filter does not bite: the test message is in \"{place}\", not in junk"
            );
            scene.finding(NOT_FILTERED, text);
        }
        (Fate::Reject, _) => {
            let text = format!(
                "the filter does not bite: the test message was accepted by {} and is in \"{place}\"",
                trip_of.sender.name()
            );
            scene.finding(NOT_REJECTED, text);
        }
    }
}

/// Is it what was sent?
fn content(sent: &Written, got: &[u8], scene: &Scene) {
    for difference in compare(sent, got) {
        match difference {
            Difference::Subject(now) => {
                scene.finding(SUBJECT_REWRITTEN, format!("the subject is \"{now}\" now"));
            }
            Difference::Field(words) => {
                scene.finding(HEADER_STRIPPED, format!("a field was changed: {words}"));
            }
            Difference::Content(words) => {
                scene.finding(CONTENT_ALTERED, format!("the message was altered: {words}"));
            }
        }
    }
}

/// A bounce came back.
pub fn bounced(
    trip_of: &Roundtrip,
    trip: &Trip,
    transit: Duration,
    bounce: &Bounce,
    scene: &Scene,
) {
    let seconds = transit.as_secs_f64();
    scene.metric(Metric::new("bounce", seconds, Unit::Seconds));
    let after = Unit::Seconds.human(seconds);
    if !trip_of.bounces {
        let id = match trip_of.fate {
            Fate::Reject => NOT_REJECTED,
            _ => NOT_ARRIVED,
        };
        let text = format!(
            "{}, and came back after {after}: {bounce}",
            trip_of.accepted(trip)
        );
        scene.finding(id, text);
        return;
    }
    scene.metric(Metric::new("transit", seconds, Unit::Seconds));
    if bounce.is_permanent() {
        scene.proven(format!("{} came back in {after}: {bounce}", trip_of.way()));
    } else {
        let text = format!(
            "{} came back after {after}, but says no 5.x.x: {bounce}",
            trip_of.way()
        );
        scene.finding(BOUNCE_UNCLEAR, text);
    }
}

/// What has arrived of earlier runs, and of this one. Gives what may be removed.
pub fn relayed(
    trip_of: &Roundtrip,
    trip: &Trip,
    all: &[Mail],
    inbox: &mut dyn Inbox,
    scene: &Scene,
) -> Vec<Mail> {
    scene.detail(trip_of.accepted(trip));
    if !trip_of.guarded {
        scene.detail("without a key whoever knows the name of this check can make a message that is taken for its own: see --key-file");
    }
    let known = all.iter().filter(|mail| !is_ahead(mail));
    let ahead = all.len() - known.clone().count();
    if ahead > 0 {
        let text = format!(
            "{} bear a time of sending that has not come yet: not counted",
            messages(ahead)
        );
        scene.finding(CLOCK_SKEW, text);
    }
    let Some(newest) = known.clone().max_by_key(|mail| mail.token.sent).cloned() else {
        let text = format!(
            "{}, and no message of an earlier run is at {} ({} searched): a first run, or a broken path",
            trip_of.accepted(trip),
            inbox.name(),
            inbox.places()
        );
        scene.finding(NOTHING_KNOWN, text);
        return Vec::new();
    };
    let age = Clock::unix_time().saturating_sub(newest.token.sent).max(0);
    #[expect(clippy::cast_precision_loss, reason = "seconds")]
    let (age_seconds, transit) = (age as f64, delay(&newest).map(|delay| delay.max(0) as f64));
    let name = trip_of.way();
    scene.metric(
        Metric::new("age", age_seconds, Unit::Seconds).above(format!(
            "{name}: the newest that arrived was sent {} ago",
            human(age)
        )),
    );
    if age_seconds > trip_of.keep.lost_after {
        let text = format!(
            "{name}: nothing arrived that was sent within the last {}",
            human(age)
        );
        scene.finding(NOT_ARRIVED, text);
    } else {
        scene.proven(format!("the newest sent {} ago", human(age)));
    }
    if let Some(bound) = scene.bound("transit") {
        // The newest is judged by itself.
        #[expect(clippy::cast_precision_loss, reason = "seconds")]
        let late: Vec<&Mail> = known
            .filter(|mail| mail.token != newest.token)
            .filter(|mail| delay(mail).is_some_and(|delay| delay as f64 > bound))
            .collect();
        told_late(&late, "before the newest came", scene);
    }
    let copies: Vec<Mail> = all
        .iter()
        .filter(|mail| mail.token == newest.token)
        .cloned()
        .collect();
    doubled(&copies, scene);
    placed(trip_of, &newest, scene);
    let mut way = Way::default();
    scene.journal.enter("fetch");
    match inbox.read(&newest, trip.written.bytes.len() * 2 + GROWTH) {
        Ok(Some(bytes)) => {
            scene.journal.leave(format!("{} bytes", bytes.len()));
            // What another version or other options have sent cannot be compared.
            let sent = trip_of.draft.write(&newest.token, trip.written.eight_bit);
            let message = Message::parse(&bytes);
            if message.field(DIGEST_FIELD).as_deref() == Some(&sent.digest) {
                content(&sent, &bytes, scene);
            } else {
                scene.detail("the newest that arrived was sent with other options: not compared");
            }
            #[expect(clippy::cast_precision_loss, reason = "seconds since 1970")]
            let (start, seen) = (
                newest.token.sent as f64,
                newest.arrived.unwrap_or(newest.token.sent) as f64,
            );
            let ends = Ends {
                start,
                taken: None,
                seen,
            };
            way = read(trip_of, &message, ends, scene);
            if let Some(resolvers) = &trip_of.demands.dkim {
                header::dkim(&bytes, resolvers, scene);
            }
        }
        Ok(None) => {}
        Err(error) => inbox.scene().fail(&error),
    }
    if let Some(transit) = transit {
        scene.metric(took(trip_of, transit, &way));
        scene.proven_first(format!(
            "{} in {}{}",
            trip_of.way(),
            Unit::Seconds.human(transit),
            over(&way)
        ));
    }
    Vec::new()
}
