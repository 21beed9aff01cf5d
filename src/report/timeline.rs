//! The phases of a session as bars on one scale.

use std::time::Duration;

use super::long::{Paint, clean};
use super::sanitize::cut;
use super::wrap::wrap;
use super::{PhaseRow, Style, Unit};

const INDENT: usize = 4;
/// Less than this beside the bar, and the note goes below it.
const NOTE: usize = 20;

/// One line per phase, and more where a note needs them.
pub(super) fn lines(phases: &[PhaseRow], style: Style) -> Vec<String> {
    let paint = Paint(style.color);
    // What came before the first phase was nobody's time but ours.
    let origin = phases.iter().map(|phase| phase.start).min();
    let origin = origin.unwrap_or_default();
    let phases: Vec<PhaseRow> = phases
        .iter()
        .map(|phase| PhaseRow {
            start: phase.start.saturating_sub(origin),
            ..phase.clone()
        })
        .collect();
    let end = phases
        .iter()
        .map(|phase| phase.start.saturating_add(phase.duration))
        .max()
        .unwrap_or_default();
    let names: Vec<String> = phases
        .iter()
        .map(|phase| cut(clean(style, &phase.name), 16))
        .collect();
    let times: Vec<String> = phases
        .iter()
        .map(|phase| Unit::Seconds.human(phase.duration.as_secs_f64()))
        .collect();
    let widest = |texts: &[String], least: usize| {
        let longest = texts.iter().map(|text| text.chars().count()).max();
        longest.unwrap_or(0).max(least)
    };
    let (name_width, time_width) = (widest(&names, 8), widest(&times, 7));
    let columns = style.columns();
    let area = (columns / 4).clamp(10, 30);
    let before_note = INDENT + name_width + 1 + time_width + 2 + area + 1;

    let mut lines = Vec::new();
    for ((phase, name), time) in phases.iter().zip(&names).zip(&times) {
        let bar = if style.color {
            blocks(phase, end, area)
        } else {
            hashes(phase, end, area)
        };
        let mut line = format!(
            "{:INDENT$}{name:name_width$} {time:>time_width$}  {}",
            "",
            paint.bar(&bar)
        );
        let note = clean(style, &phase.note);
        if note.is_empty() {
            lines.push(line);
        } else if columns < before_note + NOTE {
            lines.push(line);
            lines.extend(wrap(&note, columns, INDENT + 2, INDENT + 2));
        } else {
            let mut wrapped = wrap(&note, columns, before_note, before_note).into_iter();
            let gap = (area + 1).saturating_sub(bar.chars().count());
            line.push_str(&" ".repeat(gap));
            line.push_str(wrapped.next().unwrap_or_default().trim_start());
            lines.push(line);
            lines.extend(wrapped);
        }
    }
    lines
}

/// Where a phase begins and how long it is, in cells of a row of `cells`.
fn place(phase: &PhaseRow, end: Duration, cells: usize) -> (usize, usize) {
    let end = end.as_secs_f64();
    if end <= 0.0 {
        return (0, 0);
    }
    // Shares of a row of at most thirty cells: nothing is lost in these casts.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss
    )]
    let cell =
        |time: Duration| ((time.as_secs_f64() / end * cells as f64).round() as usize).min(cells);
    let start = cell(phase.start);
    let stop = cell(phase.start.saturating_add(phase.duration));
    (start, stop.saturating_sub(start))
}

/// `▕███▏`
fn blocks(phase: &PhaseRow, end: Duration, area: usize) -> String {
    let (start, length) = place(phase, end, area.saturating_sub(2));
    format!("{:start$}▕{}▏", "", "█".repeat(length))
}

/// `###`
fn hashes(phase: &PhaseRow, end: Duration, area: usize) -> String {
    let (start, length) = place(phase, end, area);
    // What begins at the very end still gets its mark.
    let start = start.min(area.saturating_sub(1));
    format!("{:start$}{}", "", "#".repeat(length.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(name: &str, start: u64, duration: u64, note: &str) -> PhaseRow {
        PhaseRow {
            name: name.into(),
            start: Duration::from_millis(start),
            duration: Duration::from_millis(duration),
            note: note.into(),
        }
    }

    fn session() -> Vec<PhaseRow> {
        vec![
            phase("dns", 0, 1, ""),
            phase("connect", 1, 9, ""),
            phase("greeting", 10, 10, "220 mail.example.org ESMTP"),
        ]
    }

    #[test]
    fn a_pipe_gets_hashes() {
        assert_eq!(
            lines(&session(), Style::default()),
            [
                "    dns         1 ms  #",
                "    connect     9 ms   #########",
                "    greeting   10 ms            ########## 220 mail.example.org ESMTP",
            ]
        );
    }

    #[test]
    fn the_first_phase_begins_at_the_left() {
        let mut late = session();
        for phase in &mut late {
            phase.start += Duration::from_millis(300);
        }
        assert_eq!(
            lines(&late, Style::default()),
            lines(&session(), Style::default())
        );
    }

    #[test]
    fn a_terminal_gets_blocks() {
        let style = Style {
            color: true,
            ..Style::default()
        };
        let text = lines(&session(), style).join("\n");
        assert!(text.contains("▕████████▏"), "{text}");
    }

    #[test]
    fn odd_times_draw_something() {
        let odd = [
            phase("zero", 0, 0, "x"),
            PhaseRow {
                start: Duration::MAX,
                duration: Duration::MAX,
                ..phase("endless", 0, 0, "y")
            },
        ];
        assert_eq!(lines(&odd, Style::default()).len(), 2);
        assert_eq!(lines(&[phase("zero", 0, 0, "")], Style::default()).len(), 1);
        assert!(lines(&[], Style::default()).is_empty());
    }
}
