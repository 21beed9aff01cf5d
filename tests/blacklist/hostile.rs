//! Name servers that break the rules: bounded, never a panic, never OK, and over at the deadline.

use std::time::Duration;

use crate::sandbox::calm::punctual;
use crate::sandbox::dns::{Behaviour, Dns, Zone};
use crate::sandbox::probe::Outcome;
use crate::{IP, json, listing, metric, run};

/// How much later than its deadline a check may end.
const LATE: Duration = Duration::from_millis(250);

#[test]
fn what_is_no_answer_is_no_verdict() {
    let behaviours = [
        Behaviour::WrongId,
        Behaviour::WrongQuestion,
        Behaviour::Garbage,
        Behaviour::Short,
        Behaviour::Echo,
        Behaviour::Loop,
        Behaviour::Circle,
        Behaviour::Half,
        Behaviour::OtherOwner,
        Behaviour::Drip,
        Behaviour::TruncatedShort,
        Behaviour::TruncatedNoTcp,
        Behaviour::Silence,
    ];
    let look = |behaviour| {
        let zone = listing(Zone::new(), "bl.test", [127, 0, 0, 2]).behave("*.bl.test", behaviour);
        let dns = Dns::start(zone);
        json(&dns, &["-H", IP, "-s", "bl.test", "-t", "1"])
    };
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let runs = behaviours.map(|behaviour| scope.spawn(move || look(behaviour)));
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let limit = Duration::from_secs(1) + LATE;
    for (behaviour, mut outcome) in behaviours.into_iter().zip(outcomes) {
        if outcome.took() > limit {
            // So many at once are slow; alone it must be in time.
            outcome = punctual(limit, || look(behaviour));
        }
        assert_eq!(outcome.code, Some(3), "{behaviour:?}: {outcome}");
        assert_eq!(
            outcome.finding_ids(),
            ["zones-unknown", "zone-unreachable"],
            "{behaviour:?}: {outcome}"
        );
        assert_eq!(metric(&outcome, "unknown"), 1.0);
    }
}

#[test]
fn hostile_answers_do_not_spoil_the_others() {
    let zone = listing(Zone::new(), "good.test", [127, 0, 0, 2])
        .behave("*.junk.test", Behaviour::Garbage)
        .behave("*.drip.test", Behaviour::Drip);
    let dns = Dns::start(zone);
    let zones = ["-s", "junk.test", "-s", "good.test", "-s", "drip.test"];
    let outcome = punctual(Duration::from_secs(1) + LATE, || {
        json(&dns, &[&["-H", IP, "-t", "1"][..], &zones].concat())
    });
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert_eq!(metric(&outcome, "listed"), 1.0, "{outcome}");
    assert_eq!(metric(&outcome, "unknown"), 2.0, "{outcome}");
}

#[test]
fn a_deadline_holds_whatever_is_asked() {
    let dns = Dns::start(Zone::new().behave("*.test", Behaviour::Silence));
    for options in [
        &["-H", IP, "-s", "a.test"][..],
        &["-H", "mail.host.test", "-s", "a.test"],
        &["--mx", "domain.test", "-s", "a.test"],
        &["--spf", "domain.test", "-s", "a.test"],
    ] {
        let outcome = punctual(Duration::from_millis(700) + LATE, || {
            run(&dns, &[options, &["-t", "700ms"]].concat())
        });
        assert_eq!(outcome.code, Some(3), "{outcome}");
    }
}

/// One question, which may take two seconds and takes less.
fn soon(dns: &Dns, options: &[&str]) -> Outcome {
    let question = ["-H", IP, "-s", "bl.test", "--query-timeout", "2s"];
    let options = [&question[..], options].concat();
    punctual(Duration::from_millis(1900), || json(dns, &options))
}

#[test]
fn a_late_answer_to_the_first_packet_counts() {
    // Later than the second packet goes out, so that it is sent, and answered, twice.
    let zone = listing(Zone::new(), "bl.test", [127, 0, 0, 2])
        .behave("*.bl.test", Behaviour::Late(Duration::from_millis(400)));
    let dns = Dns::start(zone);
    let outcome = soon(&dns, &["-t", "10", "-v"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
}

#[test]
fn the_next_server_is_asked_when_one_is_silent_or_cannot_answer() {
    let good = Dns::start(listing(Zone::new(), "bl.test", [127, 0, 0, 2]));
    for behaviour in [Behaviour::Silence, Behaviour::ServFail, Behaviour::Refused] {
        let bad = Dns::start(Zone::new().behave("*.test", behaviour));
        let outcome = json(
            &bad,
            &[
                "-n",
                &good.address().to_string(),
                "-H",
                IP,
                "-s",
                "bl.test",
                "-t",
                "3",
            ],
        );
        assert_eq!(outcome.code, Some(2), "{behaviour:?}: {outcome}");
    }
    // Nobody listens at port 1.
    let outcome = json(&good, &["-n", "127.0.0.1:1", "-H", IP, "-s", "bl.test"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    let outcome = sandbox_without_server(&["-n", "127.0.0.1:1", "-n", &good.address().to_string()]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
}

fn sandbox_without_server(options: &[&str]) -> crate::sandbox::probe::Outcome {
    crate::sandbox::probe::Run::new("check_blacklist")
        .args(options)
        .args(["-H", IP, "-s", "bl.test"])
        .run()
}

#[test]
fn where_nothing_comes_over_udp_tcp_is_tried() {
    let zone =
        listing(Zone::new(), "bl.test", [127, 0, 0, 2]).behave("*.bl.test", Behaviour::TcpOnly);
    let dns = Dns::start(zone);
    // Two packets that nobody answers come first, and no more.
    let outcome = soon(&dns, &["-t", "6"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert_eq!(metric(&outcome, "listed"), 1.0, "{outcome}");
}
