//! Graphs and their lines: the numbers of `-w` and `-c` stand in perfdata where they did, and more runs have perfdata.

use crate::frame::{Peer, Row, Set, Verdict, hold};
use crate::sandbox::plugin_output;
use crate::sandbox::probe::Outcome;
use crate::sandbox::{Sandbox, Scenario};
use crate::smtp::CHECK_SMTP;
use crate::tcp::SERVICES;

/// `time=0.01s;5.000000;9.000000;...` of theirs, `time=0.01s;5;9;0` of ours.
fn same_limits(theirs: &Outcome, ours: &Outcome) -> Result<(), String> {
    let (_, perfdata) = theirs.stdout.split_once("|time=").ok_or("no time there")?;
    let mut limits = perfdata
        .trim_end()
        .split(';')
        .skip(1)
        .map(|text| text.parse::<f64>().ok());
    let there = (limits.next().flatten(), limits.next().flatten());
    let line = plugin_output::parse(&ours.stdout)?;
    let time = line.perf("time").ok_or("no time here")?;
    let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<f64>().ok());
    let here = (number(&time.warn), number(&time.crit));
    if there == here && time.min == Some(0.0) {
        Ok(())
    } else {
        Err(format!("limits {there:?} there, {here:?} here"))
    }
}

/// A row where theirs says none and ours does.
pub fn ours_alone(
    peer: &'static Peer,
    event: &str,
    set: impl Into<Set>,
    line: &str,
    code: i32,
) -> Row {
    let reason = "perfdata";
    let verdict = Verdict::Shown { code, reason };
    Row::at(peer, event, set, line, verdict).also(|theirs, ours| {
        let there = theirs.stdout.contains("|time=");
        let here = ours.plugin().perf("time").is_some();
        match (there, here) {
            (false, true) => Ok(()),
            _ => Err(format!("perfdata there: {there}, here: {here}")),
        }
    })
}

#[test]
fn limits_stand_where_they_did() {
    let mut rows = Vec::new();
    let mut add = |peer, scenario: &dyn Fn() -> Scenario| {
        for (line, code) in [
            ("", 0),
            ("-w 5", 0),
            ("-c 9.5", 0),
            ("-w 5 -c 9.5", 0),
            ("-w 0.000001 -c 9.5", 1),
            ("-w 0.000001 -c 0.000002", 2),
        ] {
            let row = Row::at(peer, "limits", scenario(), line, Verdict::Same(code));
            rows.push(row.also(same_limits));
        }
    };
    add(&CHECK_SMTP, &Scenario::smtp);
    for service in &SERVICES {
        add(service.peer, &|| service.good());
    }
    hold(rows);
}

/// The first words are those that people's filters know.
#[test]
fn the_line_begins_as_theirs_does() {
    let mut all = vec![(&CHECK_SMTP, Scenario::smtp())];
    all.extend(
        SERVICES
            .iter()
            .map(|service| (service.peer, service.good())),
    );
    let rows = all.into_iter().map(|(peer, scenario)| {
        Row::at(peer, "first words", scenario, "", Verdict::Same(0)).also(|theirs, ours| {
            let start = |outcome: &Outcome| outcome.stdout.split(" - ").next().map(str::to_owned);
            match (start(theirs), start(ours)) {
                (Some(theirs), Some(ours)) if theirs == ours => Ok(()),
                other => Err(format!("{other:?}")),
            }
        })
    });
    hold(rows.collect());
}

/// The ports that nobody names are theirs.
#[test]
fn ports_that_nobody_named() {
    use crate::sandbox::probe::{Run, built};
    let folder = tempfile::tempdir().unwrap();
    for (name, probe, options, port) in [
        ("check_smtp", "check_smtp", &[][..], 25),
        ("check_smtp", "check_smtp", &["-S"], 25),
        ("check_smtp", "check_smtp", &["-s"], 465),
        ("check_smtp", "check_smtp", &["-D", "14"], 25),
        ("check_smtp", "check_smtp", &["-D", "14", "-s"], 465),
        ("check_smtp", "check_smtp", &["-L"], 25),
        ("check_ssmtp", "check_smtp", &[], 465),
        ("check_ssmtp", "check_smtp", &["-D", "14"], 465),
        ("check_imap", "check_imap", &[], 143),
        ("check_simap", "check_imap", &[], 993),
        ("check_pop", "check_pop3", &[], 110),
        ("check_spop", "check_pop3", &[], 995),
    ] {
        let link = folder.path().join(name);
        if !link.exists() {
            std::os::unix::fs::symlink(built(probe).unwrap(), &link).unwrap();
        }
        // An address of loopback on which a mail server of this machine does not listen as a rule; what counts is the
        // target's name.
        let outcome = Run::new(name)
            .args(["-H", "127.0.0.77", "-t", "2", "--format", "json"])
            .args(options)
            .run_binary(&link);
        let target = format!("127.0.0.77:{port}");
        assert_eq!(
            outcome.json()["targets"][0]["target"],
            target.as_str(),
            "{outcome}"
        );
    }
}

/// A port that says its transport is believed, whatever the name of the binary says.
#[test]
fn a_port_may_say_that_it_is_plain() {
    use crate::sandbox::probe::{Run, built};
    let folder = tempfile::tempdir().unwrap();
    for (name, probe, scenario) in [
        ("check_ssmtp", "check_smtp", Scenario::smtp()),
        ("check_simap", "check_imap", Scenario::imap()),
        ("check_spop", "check_pop3", Scenario::pop3()),
    ] {
        let link = folder.path().join(name);
        std::os::unix::fs::symlink(built(probe).unwrap(), &link).unwrap();
        let server = Sandbox::start(scenario);
        let port = format!("{}:plain", server.port());
        let outcome = Run::new(name)
            .args(["-H", "127.0.0.1", "-p", &port])
            .run_binary(&link);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert!(server.session().tls.is_none());
    }
}
