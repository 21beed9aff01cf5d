//! Keys of paid blocklists, and what else check_blacklist is told in confidence: from every source, in every format, in what a
//! zone says back, in mistakes.

use std::fs;

use crate::hidden;
use crate::sandbox::dns::{Behaviour, Dns, Zone};
use crate::sandbox::probe::{Outcome, Run};

const KEY: &str = "zq7paidkey0123456789abcd";
const ZONE: &str = "zen.dq.spamhaus.net";

fn look(dns: &Dns, options: &[&str]) -> Run {
    Run::new("check_blacklist")
        .args([
            "-n",
            &dns.address().to_string(),
            "-H",
            "192.0.2.7",
            "-t",
            "2",
        ])
        .args(options)
}

/// The key in no spelling; where it is asked, a name is shown without it.
fn hides(outcome: &Outcome) {
    hidden(outcome, KEY);
    let text = outcome.stdout.to_ascii_lowercase();
    assert!(!text.contains(KEY), "{outcome}");
    assert!(!text.contains("paidkey"), "{outcome}");
}

#[test]
fn every_source_of_a_key_works_and_none_shows() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dqs");
    fs::write(&file, format!("{KEY}\n")).unwrap();
    let witness = folder.path().join("command-lines");
    let script = crate::spying_script(folder.path(), &file, &witness);
    let from = |source: &str| format!("spamhaus={source}");
    let sources = [
        from(&format!("@{}", file.display())),
        from("env:DQS"),
        from(&format!("command:{script}")),
        from("credential:dqs"),
    ];
    let own = format!("7.2.0.192.{KEY}.{ZONE}");
    let quoted: String = KEY.chars().map(|c| format!("{c}\u{200b}")).collect();
    let zone = Zone::new()
        .a(&format!("2.0.0.127.{KEY}.{ZONE}"), [127, 0, 0, 2])
        .a(&own, [127, 0, 0, 4])
        .txt(&own, &format!("key {KEY} or {} used", KEY.to_uppercase()))
        .txt(&own, &format!("split {quoted}"));
    let dns = Dns::start(zone);
    for source in &sources {
        for format in ["nagios", "json", "prometheus", "checkmk", "junit"] {
            let outcome = look(
                &dns,
                &["-s", ZONE, "--key", source, "-vvv", "--format", format],
            )
            .env("DQS", KEY)
            .env("CREDENTIALS_DIRECTORY", folder.path())
            .run();
            if matches!(format, "nagios" | "json") {
                assert_eq!(outcome.code, Some(2), "{source} {outcome}");
                assert!(outcome.stdout.contains(ZONE), "{outcome}");
            }
            hides(&outcome);
        }
    }
    let seen = fs::read_to_string(&witness).unwrap();
    assert!(
        seen.contains("check_blacklist") && !seen.contains(KEY),
        "{seen:?}"
    );
    let kept = folder.path().join("kept");
    let outcome = look(
        &dns,
        &["-s", ZONE, "--key", "spamhaus=env:DQS", "--perfdata-zones"],
    )
    .arg("--self-test-cache")
    .arg(&kept)
    .env("DQS", KEY)
    .run();
    assert_eq!(outcome.code, Some(2), "{outcome}");
    hides(&outcome);
    assert!(!fs::read_to_string(&kept).unwrap().contains(KEY));
}

#[test]
fn a_key_in_an_ini_file_does_not_show() {
    let folder = tempfile::tempdir().unwrap();
    let ini = folder.path().join("plugins.ini");
    fs::write(&ini, format!("[check_blacklist]\nserver={KEY}.{ZONE}\n")).unwrap();
    let extra = format!("--extra-opts=@{}", ini.display());
    for behaviour in [Behaviour::Refused, Behaviour::Garbage, Behaviour::NoData] {
        let dns = Dns::start(Zone::new().behave("*.net", behaviour));
        for more in [&[][..], &["-vvv"], &["--format", "json", "-vvv"]] {
            let outcome = look(&dns, &[&extra, "-t", "1"]).args(more).run();
            assert_eq!(outcome.code, Some(3), "{outcome}");
            assert!(outcome.stdout.contains("UNKNOWN"), "{outcome}");
            hides(&outcome);
        }
        assert!(dns.asked().iter().all(|one| one.name.contains(KEY)));
    }
}

#[test]
fn a_key_does_not_show_in_mistakes() {
    let dns = Dns::start(Zone::new());
    let named = format!("{KEY}.{ZONE}");
    for mistake in [
        &["--no-such-option"][..],
        &["-w", "2:1"],
        &["-t", "never"],
        &["--zones", "/nonexistent"],
        &["--exclude", "a b"],
        &["--group", "none"],
        &["-n", "nowhere"],
    ] {
        let outcome = look(&dns, &["-s", &named, "--key", "spamhaus=env:DQS"])
            .args(mistake)
            .env("DQS", KEY)
            .run();
        assert_eq!(outcome.code, Some(3), "{outcome}");
        hides(&outcome);
    }
    for source in [
        "@/nonexistent",
        "env:ABSENT",
        "command:false",
        "credential:absent",
    ] {
        let key = format!("spamhaus={source}");
        let outcome = look(&dns, &["-s", ZONE, "--key", &key]).run();
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(outcome.stdout.contains("key"), "{outcome}");
    }
    assert!(dns.asked().is_empty());
}
