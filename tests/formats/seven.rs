//! Every probe in every format: the scenes of the demo, read by those who read the format.

use std::collections::BTreeSet;

use mailprobe::probe::table::PROBES;

use crate::closed_port;
use crate::demo::{Staged, scenes};
use crate::readers::{accepts, local_check};
use crate::sandbox::probe::{Outcome, Run};

const FORMATS: [&str; 5] = ["nagios", "json", "prometheus", "checkmk", "junit"];

/// Plays a scene and holds its output against its reader.
fn read(scene: &Staged, format: &str, more: &[&str]) -> Outcome {
    let options = [&["--format", format][..], more].concat();
    let outcome = scene.play(&options).unwrap();
    if let Err(complaint) = accepts(format, &outcome.stdout) {
        panic!("{}: {complaint}\n{outcome}", scene.title);
    }
    assert_eq!(outcome.stderr, "", "{outcome}");
    outcome
}

/// The worst status that a text in this format tells, as an exit code.
fn verdict(format: &str, text: &str) -> i32 {
    match format {
        "nagios" => {
            let words = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];
            let word = text.split(' ').nth(1).unwrap();
            i32::try_from(words.iter().position(|known| *known == word).unwrap()).unwrap()
        }
        "json" => {
            let report: serde_json::Value = serde_json::from_str(text).unwrap();
            i32::try_from(report["exit_code"].as_i64().unwrap()).unwrap()
        }
        "prometheus" => worst(
            text.lines()
                .filter(|line| line.starts_with("mailprobe_status{"))
                .map(|line| line.rsplit(' ').next().unwrap().parse().unwrap()),
        ),
        "checkmk" => worst(text.lines().map(|line| local_check(line).unwrap())),
        // WARNING and CRITICAL are failures both.
        "junit" => {
            if text.contains("<failure ") {
                2
            } else if text.contains("<error ") {
                3
            } else {
                0
            }
        }
        other => panic!("{other}"),
    }
}

/// The worst of some, in the order OK, UNKNOWN, WARNING, CRITICAL.
fn worst(codes: impl Iterator<Item = i32>) -> i32 {
    codes
        .max_by_key(|code| [0, 3, 1, 2].iter().position(|known| known == code))
        .expect("a verdict")
}

#[test]
fn every_scene_is_told_in_every_format() {
    let mut seen = BTreeSet::new();
    for scene in scenes() {
        let plain = scene.play(&[]).unwrap();
        seen.insert((scene.probe, plain.code));
        for format in FORMATS {
            let outcome = read(&scene, format, &["-vv"]);
            assert_eq!(outcome.code, plain.code, "{outcome}");
            let told = verdict(format, &outcome.stdout);
            let told = match (format, plain.code) {
                ("junit", Some(1)) if told == 2 => 1,
                _ => told,
            };
            assert_eq!(Some(told), plain.code, "{format}: {outcome}");
        }
    }
    for probe in PROBES {
        let codes = seen.iter().filter(|(name, _)| *name == probe.name);
        let codes: BTreeSet<bool> = codes.map(|(_, code)| *code == Some(0)).collect();
        assert_eq!(codes.len(), 2, "{}: a good and a bad scene", probe.name);
    }
}

#[test]
fn quiet_is_silent_when_all_is_well_and_exit_zero_is_zero() {
    for scene in scenes() {
        let plain = scene.play(&[]).unwrap();
        let quiet = scene.play(&["--quiet"]).unwrap();
        assert_eq!(quiet.code, plain.code, "{quiet}");
        assert_eq!(quiet.stdout.is_empty(), plain.code == Some(0), "{quiet}");
        let zero = read(&scene, "json", &["--exit-zero"]);
        assert_eq!(zero.code, Some(0), "{zero}");
        assert_eq!(Some(verdict("json", &zero.stdout)), plain.code, "{zero}");
    }
}

/// A second target that nobody serves, beside each of the demo's servers.
#[test]
fn several_targets_are_told_in_every_format() {
    let closed = closed_port().to_string();
    let mut probes = BTreeSet::new();
    for scene in scenes() {
        let serves = matches!(
            scene.probe,
            "check_smtp" | "check_imap" | "check_pop3" | "check_cert"
        );
        if !serves || !probes.insert(scene.probe) {
            continue;
        }
        for format in FORMATS {
            let outcome = read(&scene, format, &["-p", &closed]);
            assert_eq!(outcome.code, Some(2), "{outcome}");
            assert_eq!(verdict(format, &outcome.stdout), 2, "{outcome}");
            let told = outcome.stdout.contains(&format!("localhost:{closed}"));
            assert!(told, "{outcome}");
            let targets = match format {
                "prometheus" => outcome.stdout.matches("mailprobe_status{").count(),
                "checkmk" => outcome.stdout.lines().count(),
                "junit" => outcome.stdout.matches("<testcase ").count(),
                _ => 2,
            };
            assert_eq!(targets, 2, "{outcome}");
        }
    }
    assert_eq!(probes.len(), 4, "{probes:?}");
}

/// Whoever reads a format reads of a mistake in it, too.
#[test]
fn a_mistake_is_told_in_every_format() {
    for probe in PROBES {
        for format in FORMATS {
            for wrong in [&["--no-such-option"][..], &["--on", "no-such-finding=ok"]] {
                let base: &[&str] = match probe.name {
                    "check_mailq" => &["--input", "/dev/null"],
                    "check_roundtrip" => &[
                        "--from=a@example.org",
                        "--to=b@example.org",
                        "--send=smtp://127.0.0.1:1",
                        "--receive=maildir:/nonexistent",
                    ],
                    _ => &["-H", "127.0.0.1"],
                };
                let outcome = Run::new(probe.name)
                    .args(base)
                    .args(["--format", format])
                    .args(wrong)
                    .run();
                assert_eq!(outcome.code, Some(3), "{outcome}");
                if let Err(complaint) = accepts(format, &outcome.stdout) {
                    panic!("{complaint}\n{outcome}");
                }
                assert_eq!(verdict(format, &outcome.stdout), 3, "{outcome}");
                // Numbers have no words; the finding's name is there.
                let words = match format {
                    "prometheus" => "usage-error",
                    _ => "no-such-",
                };
                assert!(outcome.stdout.contains(words), "{outcome}");
            }
        }
    }
}
