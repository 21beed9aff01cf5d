//! The text of the first line: what is wrong, where, worst first, short enough for an SMS.

use super::sanitize::{ascii, cut};
use super::target::{bare, split_port};
use super::{Finding, Judge, Report, Status, TargetReport};

/// Characters before the bar, the length of an SMS.
const LINE: usize = 160;
/// Below this a second fact is not worth beginning.
const STUMP: usize = 40;

/// The worst of all targets. Without any target nothing was checked: UNKNOWN.
pub(super) fn status(report: &Report) -> Status {
    report
        .targets
        .iter()
        .map(TargetReport::status)
        .max()
        .unwrap_or(Status::Unknown)
}

/// How many targets do not work, or cannot be told to.
pub(super) fn failed(report: &Report) -> usize {
    let bad = |t: &&TargetReport| matches!(t.status(), Status::Critical | Status::Unknown);
    report.targets.iter().filter(bad).count()
}

/// How many targets work with a warning.
pub(super) fn degraded(report: &Report) -> usize {
    let warned = |t: &&TargetReport| t.status() == Status::Warning;
    report.targets.iter().filter(warned).count()
}

/// The first line up to the bar: `SMTP CRITICAL - ` and the text.
pub(super) fn head(report: &Report, judge: &Judge) -> String {
    format!("{}{}", start(report), text(report, judge))
}

/// `SMTP CRITICAL - `
fn start(report: &Report) -> String {
    let service = cut(ascii(&report.service), 40);
    format!("{service} {} - ", status(report))
        .trim_start()
        .to_owned()
}

/// The text alone.
pub(super) fn text(report: &Report, judge: &Judge) -> String {
    let room = LINE.saturating_sub(start(report).len());
    match report.targets.as_slice() {
        [] => {
            let why = report
                .notes
                .first()
                .map(|note| ascii(note))
                .unwrap_or_default();
            let why = if why.is_empty() {
                "nothing was checked".into()
            } else {
                why
            };
            cut(why, room)
        }
        [only] => one(only, judge, room),
        _ => several(report, room),
    }
}

fn one(target: &TargetReport, judge: &Judge, room: usize) -> String {
    let mut troubles = target.troubles();
    if troubles.iter().any(|finding| !finding.told) {
        troubles.retain(|finding| !finding.told);
    }
    if troubles.is_empty() {
        if target.proven.is_empty() && !target.findings.is_empty() {
            let all: Vec<&Finding> = target.findings.iter().collect();
            return fit("", &ignored(words(target, &all)), room);
        }
        let mut facts = vec![proven(target, &target.target)];
        // An OK that holds only because it was asked for says so.
        let mut waived: Vec<&str> = Vec::new();
        for finding in &target.findings {
            if judge.waives(finding.id) && !waived.contains(&finding.id) {
                waived.push(finding.id);
            }
        }
        if !waived.is_empty() {
            facts.push(format!("ignored: {}", waived.join(", ")));
        }
        return fit("", &facts, room);
    }
    fit("", &words(target, &troubles), room)
}

/// The words of findings; the thing is named once, and what follows is about the same.
fn words(target: &TargetReport, findings: &[&Finding]) -> Vec<String> {
    let name = split_port(&target.target).0;
    let mut named = name.is_empty();
    let mut facts = Vec::with_capacity(findings.len());
    for finding in findings {
        named = named || finding.text.contains(bare(name));
        let fact = if std::mem::replace(&mut named, true) {
            ascii(&finding.text)
        } else {
            ascii(&format!("{} {}", target.target, finding.text))
        };
        // A fact and the number that counts it may alarm in the same words.
        if !facts.contains(&fact) {
            facts.push(fact);
        }
    }
    facts
}

/// Nothing was proven, and that is fine with whoever asked.
fn ignored(mut facts: Vec<String>) -> Vec<String> {
    // What makes the line an OK must survive the cut of a long text.
    for fact in &mut facts {
        *fact = format!("{} (ignored)", cut(std::mem::take(fact), LINE / 2 + STUMP));
    }
    facts
}

fn several(report: &Report, room: usize) -> String {
    let total = report.targets.len();
    let labels = report.labels();
    let (failed, degraded) = (failed(report), degraded(report));
    if failed + degraded == 0 {
        let facts: Vec<String> = report
            .targets
            .iter()
            .zip(&labels)
            .map(|(target, label)| proven(target, label))
            .collect();
        return fit(&format!("{total} targets ok: "), &facts, room);
    }
    let mut bad: Vec<(&TargetReport, &String)> = report
        .targets
        .iter()
        .zip(&labels)
        .filter(|(target, _)| target.status() != Status::Ok)
        .collect();
    bad.sort_by_key(|(target, _)| std::cmp::Reverse(target.status()));
    let facts: Vec<String> = bad
        .into_iter()
        .filter_map(|(target, label)| Some(named(target, label, target.troubles().first()?)))
        .collect();
    let lead = match (failed, degraded) {
        (failed, 0) => format!("{failed} of {total} targets failed: "),
        (0, degraded) => format!("{degraded} of {total} targets degraded: "),
        (failed, degraded) => format!("{failed} of {total} targets failed, {degraded} degraded: "),
    };
    fit(&lead, &facts, room)
}

/// A finding's text with the label of its target, said once.
fn named(target: &TargetReport, label: &str, finding: &Finding) -> String {
    let text = &finding.text;
    if label.is_empty() || text.contains(label) {
        ascii(text)
    } else if !target.target.is_empty() && text.contains(&target.target) {
        ascii(&text.replacen(&target.target, label, 1))
    } else {
        ascii(&format!("{label} {text}"))
    }
}

fn proven(target: &TargetReport, label: &str) -> String {
    if let (true, Some(finding)) = (target.proven.is_empty(), target.findings.first()) {
        return format!("{} (ignored)", named(target, label, finding));
    }
    let text = if target.proven.is_empty() {
        format!("{label} ok").trim_start().to_owned()
    } else if label != target.target && !target.target.is_empty() {
        target.proven.replacen(&target.target, label, 1)
    } else {
        target.proven.clone()
    };
    ascii(&text)
}

/// As many facts as fit behind `lead`, the first one cut if it must be, then how many were left out.
fn fit(lead: &str, facts: &[String], room: usize) -> String {
    let mut line = lead.to_owned();
    let all: usize = facts.iter().map(|fact| fact.len() + 2).sum();
    if line.len() + all <= room + 2 {
        line.push_str(&facts.join("; "));
        return line;
    }
    for (done, fact) in facts.iter().enumerate() {
        let after = facts.len() - done - 1;
        let separator = if done == 0 { "" } else { "; " };
        let left = room.saturating_sub(line.len() + separator.len() + more(after).len());
        // The first of several leaves a third to the others.
        let left = if done == 0 && after > 0 {
            left.min(room * 2 / 3)
        } else {
            left
        };
        if done > 0 && fact.len() > left && left < STUMP {
            line.push_str(&more(after + 1));
            break;
        }
        line.push_str(separator);
        line.push_str(&cut(fact.clone(), left));
        if done > 0 && fact.len() > left {
            line.push_str(&more(after));
            break;
        }
    }
    line
}

fn more(count: usize) -> String {
    if count == 0 {
        String::new()
    } else {
        format!(" (+{count} more)")
    }
}
