//! What is typed wrong is one line and exit code 3; nothing is asked then.

use crate::sandbox::dns::{Dns, Zone};
use crate::{IP, json, listing, metric, proper, run};

#[test]
fn mistakes_are_one_line() {
    let dns = Dns::start(Zone::new());
    let ok = ["-s", "bl.test"];
    let rows: [(&[&str], &str); 14] = [
        (&[], "what is to be looked up?"),
        (&["-H", "192.0.2.300"], "is no address"),
        (&["-H", "a b"], "no host name or address"),
        (&["-H", ""], "no host name or address"),
        (&["-H", "192.0.2.0/99"], "prefix"),
        (&["--mx", "a..b"], "no host name"),
        (&["--domain", "192.0.2.1"], "is no domain"),
        (&["-H", IP, "-s", "two words.test"], "two words.test"),
        (&["-H", IP, "-s", ""], "needs a name"),
        (&["-H", IP, "--group", "defualt"], "there are default"),
        (&["-H", IP, "--query-timeout", "soon"], "give a time"),
        (&["-H", IP, "-n", "ns.example.test"], "is no IP"),
        (&["-H", IP, "--exclude", "bl.test"], "no zone left"),
        (&["-H", IP, "--on", "listd=ok"], "did you mean listed?"),
    ];
    for (options, words) in rows {
        let outcome = run(&dns, &[&ok[..], options].concat());
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(outcome.stdout.contains(words), "{words}: {outcome}");
        assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
    }
    assert!(dns.asked().is_empty());
}

#[test]
fn a_mistake_in_a_file_of_zones_is_named_by_its_line() {
    let dns = Dns::start(listing(Zone::new(), "own.test", [127, 0, 0, 9]));
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().display().to_string();
    let look = |text: &str| {
        std::fs::write(file.path(), text).unwrap();
        json(&dns, &["-H", IP, "--zones", &path, "-s", "own.test"])
    };
    let outcome = look("[zones.\"own.test\"]\ntitle = \"Ours\"\nwieght = 3\n");
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(
        outcome.stdout.contains("line 3") && outcome.stdout.contains("weight"),
        "{outcome}"
    );
    let outcome = look("[zones.\"own.test\"]\ntitle = \"Ours\"\nweight = 7\n");
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert_eq!(metric(&outcome, "weight"), 7.0, "{outcome}");
    let outcome = json(&dns, &["-H", IP, "--zones", "/nonexistent/zones.toml"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(
        outcome.stdout.contains("/nonexistent/zones.toml"),
        "{outcome}"
    );
}

#[test]
fn groups_are_asked_whole_but_for_what_is_excluded() {
    let dns = Dns::start(Zone::new());
    let zones = |options: &[&str]| {
        let outcome = json(&dns, &[&["-H", IP, "--no-self-test"], options].concat());
        assert_eq!(outcome.code, Some(0), "{outcome}");
        metric(&outcome, "zones")
    };
    let default = zones(&[]);
    assert!(default >= 3.0);
    assert_eq!(zones(&["--group", "default"]), default);
    assert!(zones(&["--group", "all"]) > zones(&["--group", "strict"]));
    assert_eq!(zones(&["--exclude", "zen.spamhaus.org"]), default - 1.0);
    assert_eq!(
        zones(&["--group", "default", "-s", "own.test"]),
        default + 1.0
    );
    // A zone that is named twice is asked once.
    assert_eq!(zones(&["-s", "own.test", "-s", "OWN.test."]), 1.0);
}

#[test]
fn each_zone_may_have_a_number_and_has_a_line() {
    let zone = proper(listing(Zone::new(), "a.test", [127, 0, 0, 2]), "b.test");
    let dns = Dns::start(zone);
    let options = ["-H", IP, "-s", "a.test", "-s", "b.test", "-s", "c.test"];
    let outcome = json(&dns, &[&options[..], &["--perfdata-zones"]].concat());
    let numbers = ["a.test", "b.test", "c.test"].map(|zone| metric(&outcome, zone));
    assert_eq!(numbers, [1.0, 0.0, -1.0], "{outcome}");
    let outcome = run(&dns, &[&options[..], &["-v"]].concat());
    for line in ["a.test  ", "b.test  ", "c.test  "] {
        assert_eq!(outcome.stdout.matches(line).count(), 1, "{line}: {outcome}");
    }
    let outcome = run(&dns, &[&options[..], &["-vvv"]].concat());
    assert!(
        outcome.stdout.contains("> A of 7.2.0.192.a.test"),
        "{outcome}"
    );
    assert!(
        outcome
            .stdout
            .contains("< A of 7.2.0.192.a.test: 127.0.0.2"),
        "{outcome}"
    );
}
