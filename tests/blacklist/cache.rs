//! `--self-test-cache`: spares questions, and is never believed against a subject.

use std::os::unix::fs::{MetadataExt, symlink};

use crate::sandbox::dns::{Dns, Zone};
use crate::{IP, json, listing, metric, proper};

fn asked(dns: &Dns, options: &[&str]) -> (crate::sandbox::probe::Outcome, usize) {
    let before = dns.asked().len();
    let outcome = json(dns, options);
    (outcome, dns.asked().len() - before)
}

#[test]
fn the_second_run_asks_for_the_address_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tests");
    let file = file.to_str().unwrap();
    let dns = Dns::start(proper(proper(Zone::new(), "a.test"), "b.test"));
    let options = ["-H", IP, "-s", "a.test", "-s", "b.test", "-s", "dead.test"];
    let (outcome, all) = asked(&dns, &options);
    assert_eq!(all, 9, "{outcome}");
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
    let options = [&options[..], &["--self-test-cache", file]].concat();
    let (first, all) = asked(&dns, &options);
    assert_eq!(all, 9, "{first}");
    let (second, all) = asked(&dns, &options);
    // The dead one is tested every time.
    assert_eq!(all, 5, "{second}");
    for outcome in [first, second] {
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert_eq!(outcome.finding_ids(), ["zone-dead"], "{outcome}");
        assert_eq!(metric(&outcome, "unknown"), 1.0, "{outcome}");
    }
    assert_eq!(std::fs::metadata(file).unwrap().mode() & 0o777, 0o600);
    let mut left: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort_unstable();
    assert_eq!(left, ["tests", "tests.lock"]);
    // Another name server has proven nothing.
    let other = Dns::start(proper(proper(Zone::new(), "a.test"), "b.test"));
    assert_eq!(asked(&other, &options).1, 9);
}

#[test]
fn a_listing_is_proven_anew() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tests");
    let file = file.to_str().unwrap();
    let dns = Dns::start(listing(Zone::new(), "bl.test", [127, 0, 0, 2]));
    let clean = [
        "-H",
        "192.0.2.99",
        "-s",
        "bl.test",
        "--self-test-cache",
        file,
    ];
    assert_eq!(asked(&dns, &clean).0.code, Some(0));
    assert_eq!(asked(&dns, &clean).1, 1);
    let listed = ["-H", IP, "-s", "bl.test", "--self-test-cache", file];
    let (outcome, all) = asked(&dns, &listed);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    // The address, its reason, and both test entries.
    assert_eq!(all, 4, "{outcome}");
    // What is kept says that the zone is well; by now it lists the world.
    let world = Dns::start(Zone::new().a("*.bl.test", [127, 0, 0, 2]));
    let kept = std::fs::read_to_string(file).unwrap();
    let moved = kept.replace(&dns.address().to_string(), &world.address().to_string());
    assert_ne!(kept, moved);
    std::fs::write(file, moved).unwrap();
    let (outcome, _) = asked(&world, &listed);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert_eq!(
        outcome.finding_ids(),
        ["zones-unknown", "zone-lists-everything"],
        "{outcome}"
    );
}

#[test]
fn a_file_that_is_not_ours_is_left_alone_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let precious = folder.path().join("precious");
    std::fs::write(&precious, "precious").unwrap();
    let link = folder.path().join("link");
    symlink(&precious, &link).unwrap();
    let locked = folder.path().join("locked");
    symlink(&precious, folder.path().join("locked.lock")).unwrap();
    let dns = Dns::start(proper(Zone::new(), "bl.test"));
    for file in [
        &link,
        &locked,
        &folder.path().join("no/such"),
        &folder.path().to_owned(),
    ] {
        let file = file.to_str().unwrap();
        let outcome = json(
            &dns,
            &["-H", IP, "-s", "bl.test", "--self-test-cache", file],
        );
        assert_eq!(outcome.code, Some(1), "{outcome}");
        assert_eq!(outcome.finding_ids(), ["cache-unusable"], "{outcome}");
        assert_eq!(std::fs::read_to_string(&precious).unwrap(), "precious");
    }
}

#[test]
fn many_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tests");
    let zones: Vec<String> = (0..8).map(|number| format!("z{number}.test")).collect();
    let dns = Dns::start(
        zones
            .iter()
            .fold(Zone::new(), |zone, name| proper(zone, name)),
    );
    std::thread::scope(|scope| {
        for zone in &zones {
            let (dns, file) = (&dns, &file);
            scope.spawn(move || {
                let file = file.to_str().unwrap();
                let outcome = json(dns, &["-H", IP, "-s", zone, "--self-test-cache", file]);
                assert_eq!(outcome.code, Some(0), "{outcome}");
            });
        }
    });
    assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 8);
}
