//! Keys of paid zones: part of the question, never of the output.

use crate::sandbox::dns::{Behaviour, Dns, Zone};
use crate::sandbox::probe::{Outcome, Run};
use crate::{IP, REVERSED, json, proper};

const KEY: &str = "k3ysecret0123456789abcdefgh";

/// The paid form of a zone, as a server has it; its text quotes the key.
fn paid() -> Zone {
    let zone = format!("{KEY}.zen.dq.spamhaus.net");
    let own = format!("{REVERSED}.{zone}");
    proper(Zone::new(), &zone)
        .a(&own, [127, 0, 0, 4])
        .txt(&own, &format!("see https://example.test/?key={KEY}"))
}

fn all_ways(dns: &Dns, options: &[&str], env: Option<&str>) -> Vec<Outcome> {
    [&[][..], &["-vvv"], &["--format", "json", "-vvv"]]
        .iter()
        .map(|more| {
            let mut run = Run::new("check_blacklist")
                .args(["-n", &dns.address().to_string(), "-H", IP, "-t", "2"])
                .args(options)
                .args(*more);
            if let Some(value) = env {
                run = run.env("DQS", value);
            }
            run.run()
        })
        .collect()
}

#[test]
fn a_key_is_used_and_never_shown() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{KEY}\n")).unwrap();
    let from_file = format!("spamhaus=@{}", file.path().display());
    let by_zone = format!("zen.dq.spamhaus.net=@{}", file.path().display());
    let with_key = format!("{KEY}.zen.dq.spamhaus.net");
    let dns = Dns::start(paid());
    for (options, env) in [
        (vec!["-s", "zen.dq.spamhaus.net", "--key", &from_file], None),
        (
            vec!["-s", "{key}.zen.dq.spamhaus.net", "--key", &by_zone],
            None,
        ),
        (vec!["-s", &with_key], None),
        (
            vec!["-s", "zen.dq.spamhaus.net", "--key", "spamhaus=env:DQS"],
            Some(KEY),
        ),
    ] {
        for outcome in all_ways(&dns, &options, env) {
            let text = outcome.stdout.replace(&outcome.command, "");
            assert_eq!(outcome.code, Some(2), "{options:?} {text}");
            assert!(text.contains("zen.dq.spamhaus.net"), "{text}");
            assert!(!text.to_lowercase().contains(KEY), "{text}");
        }
    }
    assert!(dns.asked().iter().all(|one| one.name.contains(KEY)));
}

#[test]
fn a_key_is_not_shown_when_something_fails() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), KEY).unwrap();
    let key = format!("spamhaus=@{}", file.path().display());
    for behaviour in [
        Behaviour::ServFail,
        Behaviour::Silence,
        Behaviour::Garbage,
        Behaviour::TruncatedNoTcp,
    ] {
        let dns = Dns::start(Zone::new().behave("*.net", behaviour));
        for outcome in all_ways(&dns, &["-s", "zen.dq.spamhaus.net", "--key", &key], None) {
            assert_eq!(outcome.code, Some(3), "{outcome}");
            assert!(!outcome.stdout.to_lowercase().contains(KEY), "{outcome}");
        }
    }
}

#[test]
fn mistakes_with_keys_do_not_tell_them() {
    let dns = Dns::start(Zone::new());
    let bad = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(bad.path(), format!("{KEY} with blanks")).unwrap();
    let from_bad = format!("spamhaus=@{}", bad.path().display());
    let given = format!("spamhaus={KEY}");
    for options in [
        &["-s", "zen.dq.spamhaus.net"][..],
        &["-s", "zen.dq.spamhaus.net", "--key", KEY],
        &["-s", "zen.dq.spamhaus.net", "--key", &given],
        &["-s", "zen.dq.spamhaus.net", "--key", &from_bad],
        &["-s", "bl.test", "--key", "spamhaus=env:PATH"],
    ] {
        let outcome = json(&dns, &[&["-H", IP], options].concat());
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(!outcome.stdout.contains(KEY), "{}", outcome.stdout);
        assert!(outcome.stdout.contains("key"), "{outcome}");
    }
    assert!(dns.asked().is_empty());
}

#[test]
fn the_key_of_a_zone_that_may_also_be_asked_without_one() {
    let zone = format!("{KEY}.all.spamrats.com");
    let dns = Dns::start(proper(Zone::new(), &zone));
    for name in ["all.spamrats.com", "{key}.all.spamrats.com"] {
        let options = ["-s", name, "--key", "spamrats=env:DQS"];
        for outcome in all_ways(&dns, &options, Some(KEY)) {
            assert_eq!(outcome.code, Some(0), "{outcome}");
            assert!(!outcome.stdout.to_lowercase().contains(KEY), "{outcome}");
        }
    }
    assert!(
        dns.asked()
            .iter()
            .all(|one| one.name.to_lowercase().contains(KEY))
    );
}
