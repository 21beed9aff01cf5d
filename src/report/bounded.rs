//! A report made ready to be printed: secrets struck out, and all of it bounded, so that a server that talks without end
//! fills neither the memory nor the monitoring system's database.
//!
//! The mask passes over foreign texts only. Service, labels, phases and ids are ours; a password that happens to be one
//! of these words must neither break the format nor be told by what is missing.

use super::sanitize::cut;
use super::{Direction, Finding, Judge, Metric, PhaseRow, Report, TargetReport, TranscriptRow};

/// Characters of a single text.
const TEXT: usize = 2_000;
/// Bytes of a single text that secrets are looked for in.
const SEARCHED: usize = 256 * 1024;
/// Rows of one kind that one target may have, and all targets together.
const ROWS: usize = 300;
const ALL_ROWS: usize = 1_000;
/// The same for rows of the dialogue, and characters of one of them.
const DIALOGUE: usize = 1_001;
const ALL_DIALOGUE: usize = 4_000;
const SAID: usize = 1_000;
/// However many targets there are, each has so many.
const FEWEST: usize = 5;

type Mask<'a> = &'a dyn Fn(&str) -> String;

/// A copy that may be printed.
pub(super) fn bounded(report: &Report, judge: &Judge, mask: Mask) -> Report {
    let share = |all: usize, most: usize| {
        let share = all / report.targets.len().max(1);
        share.clamp(FEWEST, most)
    };
    let rows = share(ALL_ROWS, ROWS);
    let dialogue = share(ALL_DIALOGUE, DIALOGUE);
    Report {
        service: report.service.clone(),
        targets: report
            .targets
            .iter()
            .map(|target| of_target(target, judge, mask, rows, dialogue))
            .collect(),
        notes: texts(&report.notes, rows, mask),
    }
}

fn of_target(
    target: &TargetReport,
    judge: &Judge,
    mask: Mask,
    rows: usize,
    dialogue: usize,
) -> TargetReport {
    let mut findings: Vec<&Finding> = target.findings.iter().collect();
    if findings.len() > rows {
        // The worst of them must not be what is left out.
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.status));
        findings.truncate(rows);
    }
    TargetReport {
        target: text(&target.target, mask),
        label: text(&target.label, mask),
        address: target.address.as_deref().map(|words| text(words, mask)),
        proven: text(&target.proven, mask),
        findings: findings
            .into_iter()
            .map(|finding| Finding {
                text: text(&finding.text, mask),
                ..*finding
            })
            .collect(),
        metrics: target
            .metrics
            .iter()
            .take(ROWS)
            .map(|metric| {
                let ours = judge.knows(&metric.label);
                Metric {
                    label: if ours {
                        metric.label.clone()
                    } else {
                        text(&metric.label, mask)
                    },
                    above: metric.above.as_deref().map(|words| text(words, mask)),
                    judged: metric.judged,
                    ..metric.clone()
                }
            })
            .collect(),
        details: texts(&target.details, rows, mask),
        phases: target
            .phases
            .iter()
            .take(rows)
            .map(|phase| PhaseRow {
                name: phase.name.clone(),
                note: text(&phase.note, mask),
                ..*phase
            })
            .collect(),
        transcript: transcript(&target.transcript, dialogue, mask),
        hint: target.hint.as_deref().map(|words| text(words, mask)),
    }
}

/// Masked first and cut then: half a secret would be known no more.
fn text(words: &str, mask: Mask) -> String {
    let searched = words.floor_char_boundary(SEARCHED);
    cut(mask(words.get(..searched).unwrap_or_default()), TEXT)
}

fn texts(lines: &[String], most: usize, mask: Mask) -> Vec<String> {
    let mut kept: Vec<String> = lines
        .iter()
        .take(most)
        .map(|line| text(line, mask))
        .collect();
    if lines.len() > most {
        kept.push(format!("... {} more lines", lines.len() - most));
    }
    kept
}

/// What the server says is searched as a whole: a secret may be broken over its lines.
fn transcript(rows: &[TranscriptRow], most: usize, mask: Mask) -> Vec<TranscriptRow> {
    let (kept, left_out) = rows.split_at_checked(most).unwrap_or((rows, &[]));
    let heard = |row: &&TranscriptRow| row.direction == Direction::Received;
    let said: Vec<&str> = kept
        .iter()
        .filter(heard)
        .map(|row| row.text.as_str())
        .collect();
    let masked = mask(&said.join("\n"));
    let mut lines = masked.split('\n');
    let whole = masked.matches('\n').count() == said.join("\n").matches('\n').count();
    let mut bounded: Vec<TranscriptRow> = kept
        .iter()
        .map(|row| {
            let words = if row.direction == Direction::Received && whole {
                let breaks = row.text.matches('\n').count();
                let own: Vec<&str> = lines.by_ref().take(breaks + 1).collect();
                cut(own.join("\n"), SAID)
            } else {
                cut(text(&row.text, mask), SAID)
            };
            TranscriptRow {
                text: words,
                ..*row
            }
        })
        .collect();
    if !left_out.is_empty() {
        bounded.push(TranscriptRow {
            text: format!("... {} more", left_out.len()),
            ..TranscriptRow::default()
        });
    }
    bounded
}
