//! Whatever a server says, in whatever place: it is text, in every format. What is printed has the same shape as when
//! the server says nothing remarkable: exit code, findings, labels, cases.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use crate::places::{PLACES, Place};
use crate::printed::{self, Format};
use crate::sandbox::probe::Outcome;
use crate::words::{FORGED, LINES, MARK, PLAIN, WORDS};

/// Exit code, findings that are not OK, and what a reader counts: labels, series, services, cases.
type Shape = (Option<i32>, Vec<String>, Vec<String>);

#[test]
fn no_word_of_a_server_is_more_than_text() {
    let folder = tempfile::tempdir().unwrap();
    let queue = Mutex::new(PLACES.iter().enumerate().collect::<Vec<_>>());
    let wrong = Mutex::new(Vec::new());
    let shown: Mutex<BTreeMap<&str, usize>> = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some((number, place)) = { queue.lock().unwrap().pop() } {
                    let xml = folder.path().join(format!("xml-{number}"));
                    let (found, count) = all_words(place, &xml);
                    wrong.lock().unwrap().extend(found);
                    shown.lock().unwrap().insert(place.name, count);
                }
            });
        }
    });
    for (place, count) in shown.into_inner().unwrap() {
        println!("{place:26} {count:4} runs");
    }
    let wrong: Vec<String> = wrong.into_inner().unwrap();
    assert!(
        wrong.is_empty(),
        "{} are wrong:\n\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    printed::well_formed_xml(folder.path());
}

/// What is wrong at this place, and how many runs were made.
fn all_words(place: &Place, xml: &std::path::Path) -> (Vec<String>, usize) {
    let (mut wrong, mut runs) = (Vec::new(), 0);
    let lines: &[(&str, &[u8])] = if place.lines { &LINES } else { &[] };
    for format in Format::ALL {
        let mut peaceful = None;
        let plain = std::iter::once(&("plain", PLAIN));
        for (name, words) in plain.chain(&WORDS).chain(lines) {
            let (run, servers) = (place.stage)(words);
            let run = run.args(["--format", format.name(), "-vvv"]);
            let outcome = run.kill_after(Duration::from_secs(20)).run();
            drop(servers);
            runs += 1;
            let judged = judge(format, &outcome, xml).and_then(|shape| match &peaceful {
                None => {
                    // Prometheus has numbers and ids only.
                    let shows = outcome.stdout.to_uppercase().contains(MARK)
                        || format == Format::Prometheus;
                    peaceful = Some(shape);
                    shows.then_some(()).ok_or("it is not shown".to_owned())
                }
                Some(before) if *before == shape => Ok(()),
                // A literal must not hold NUL (RFC 9051 §9): the protocol is broken, which is no better.
                Some(_) if place.name == "IMAP mailbox" && *name == "NUL" && shape.0 == Some(2) => {
                    Ok(())
                }
                Some(before) => Err(format!("{shape:?} is not {before:?}")),
            });
            if let Err(reason) = judged {
                wrong.push(format!(
                    "{}, {name}, {format:?}: {reason}\n{outcome}",
                    place.name
                ));
            }
        }
    }
    (wrong, runs)
}

fn judge(format: Format, outcome: &Outcome, xml: &std::path::Path) -> Result<Shape, String> {
    let code = outcome.code.ok_or("no exit code")?;
    if !outcome.stderr.is_empty() {
        return Err("words on stderr".to_owned());
    }
    let mut ids = printed::read(format, outcome, code, xml)?;
    ids.sort();
    ids.dedup();
    let text = outcome.stdout.as_str();
    let lines: Vec<&str> = match format {
        Format::Checkmk => text.split("\\n").collect(),
        _ => text.lines().collect(),
    };
    if lines.iter().any(|line| line.starts_with(FORGED)) {
        return Err("a line of its own".to_owned());
    }
    // Whether the answer to the farewell comes in its moment is the machine's business.
    let mut labels = printed::labels(format, text);
    labels.retain(|label| !["quit", "logout"].iter().any(|end| label.contains(end)));
    Ok((outcome.code, ids, labels))
}
