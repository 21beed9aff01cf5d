//! The lines below the first: checks (`-v`), timeline (`-vv`), dialogue (`-vvv`).

use super::sanitize::{ascii, printable};
use super::wrap::wrap;
use super::{Report, Status, Style, TargetReport, timeline, transcript};

/// Of many targets that fail for many reasons, so many are advised about; `-v` has them all.
const ADVICE: usize = 3;

/// Colour, or none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint(pub bool);

impl Paint {
    /// `text` in the colour of `status`.
    pub(super) fn status(self, status: Status, text: &str) -> String {
        let code = match status {
            Status::Ok => "32",
            Status::Unknown => "35",
            Status::Warning => "33",
            Status::Critical => "31",
        };
        self.code(code, text)
    }

    /// `text` for a bar.
    pub(super) fn bar(self, text: &str) -> String {
        self.code("36", text)
    }

    /// `text` that stands back.
    pub(super) fn dim(self, text: &str) -> String {
        self.code("2", text)
    }

    /// `text` that stands out.
    pub(super) fn bold(self, text: &str) -> String {
        self.code("1", text)
    }

    fn code(self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Cleans foreign text for where it is going: a terminal shows any script, a pipe gets ASCII.
pub(super) fn clean(style: Style, text: &str) -> String {
    if style.color {
        printable(text)
    } else {
        ascii(text)
    }
}

/// All lines that `style` asks for.
pub(super) fn lines(report: &Report, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    if style.verbosity == 0 {
        if style.terminal {
            advice(report, style, &mut lines);
        }
        return lines;
    }
    for target in &report.targets {
        of_target(target, style, &mut lines);
    }
    for note in &report.notes {
        lines.extend(wrap(&clean(style, note), style.columns(), 2, 4));
    }
    lines
}

/// What to look at next, for who sees nothing else: each advice once.
fn advice(report: &Report, style: Style, lines: &mut Vec<String>) {
    let mut said = std::collections::BTreeSet::new();
    for target in &report.targets {
        let Some(hint) = target.hint.as_deref() else {
            continue;
        };
        if target.status() != Status::Ok && said.insert(hint) {
            let text = format!("next: {}", clean(style, hint));
            lines.extend(wrap(&text, style.columns(), 2, 4));
        }
        if said.len() == ADVICE {
            break;
        }
    }
}

fn of_target(target: &TargetReport, style: Style, lines: &mut Vec<String>) {
    let paint = Paint(style.color);
    let columns = style.columns();
    let title = clean(style, &target.with_address(" (", ")"));
    if !title.is_empty() {
        for line in wrap(&title, columns, 2, 4) {
            lines.push(paint.bold(&line));
        }
    }
    let mut check = |status: Status, text: &str| {
        let word = format!("{:8}", status.as_str());
        let text = clean(style, text);
        let mut wrapped = wrap(&text, columns, 14, 14).into_iter();
        let first = wrapped.next().unwrap_or_default();
        lines.push(format!(
            "    {}  {}",
            paint.status(status, &word),
            first.trim_start()
        ));
        lines.extend(wrapped);
    };
    let mut findings: Vec<_> = target.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.status));
    for finding in findings {
        check(finding.status, &format!("{}: {}", finding.id, finding.text));
    }
    if target.status() == Status::Ok && !target.proven.is_empty() {
        check(Status::Ok, &target.proven);
    }
    for detail in &target.details {
        lines.extend(wrap(&clean(style, detail), columns, 4, 6));
    }
    if style.verbosity >= 2 {
        lines.extend(timeline::lines(&target.phases, style));
    }
    if style.verbosity >= 3 {
        lines.extend(transcript::lines(&target.transcript, style));
    }
    if let Some(hint) = &target.hint {
        lines.extend(wrap(
            &format!("next: {}", clean(style, hint)),
            columns,
            4,
            6,
        ));
    }
}
