//! The dialogue with times from the start of the session.

use super::long::{Paint, clean};
use super::wrap::wrap;
use super::{Direction, Style, TranscriptRow, Unit};

/// More lines than anybody reads; a server that talks on does not fill the monitoring system's database.
pub(super) const MOST_LINES: usize = 1000;
/// Before the text: time, mark and blanks.
const MARGIN: usize = 4 + 8 + 2 + 2;

/// The single lines of a transcript, at most [`MOST_LINES`], and how many were left out.
pub(super) fn single_lines(rows: &[TranscriptRow]) -> (Vec<(&TranscriptRow, &str)>, usize) {
    let mut all = rows.iter().flat_map(|row| {
        let text = row.text.trim_end_matches(['\r', '\n']);
        text.split('\n').map(move |line| (row, line))
    });
    let kept: Vec<_> = all.by_ref().take(MOST_LINES).collect();
    (kept, all.count())
}

/// One line per line that was said.
pub(super) fn lines(rows: &[TranscriptRow], style: Style) -> Vec<String> {
    let paint = Paint(style.color);
    let columns = style.columns();
    let (kept, left_out) = single_lines(rows);
    let mut lines = Vec::with_capacity(kept.len());
    for (row, text) in kept {
        let time = Unit::Seconds.human(row.at.as_secs_f64());
        let mark = row.direction.mark();
        let mut wrapped = wrap(&clean(style, text), columns, MARGIN, MARGIN + 2).into_iter();
        let first = wrapped.next().unwrap_or_default();
        let first = first.get(MARGIN..).unwrap_or_default();
        let first = match row.direction {
            Direction::Note => paint.dim(first),
            Direction::Sent | Direction::Received => first.to_owned(),
        };
        lines.push(format!(
            "    {}  {} {first}",
            paint.dim(&format!("{time:>8}")),
            paint.bar(&mark.to_string())
        ));
        lines.extend(wrapped);
    }
    if left_out > 0 {
        lines.push(format!("    ({left_out} more lines)"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn each_line_has_its_time_and_its_speaker() {
        let rows = [
            TranscriptRow {
                at: Duration::from_millis(14),
                direction: Direction::Sent,
                text: "EHLO monitor.example.org\r\n".into(),
            },
            TranscriptRow {
                at: Duration::from_millis(17),
                direction: Direction::Received,
                text: "250-mail.example.org\r\n250 SIZE | $\r\n".into(),
            },
        ];
        assert_eq!(
            lines(&rows, Style::default()),
            [
                "       14 ms  > EHLO monitor.example.org",
                "       17 ms  < 250-mail.example.org",
                "       17 ms  < 250 SIZE / ?",
            ]
        );
    }

    #[test]
    fn endless_dialogues_are_bounded() {
        let rows = [TranscriptRow {
            text: "x\n".repeat(MOST_LINES + 5),
            ..TranscriptRow::default()
        }];
        let lines = lines(&rows, Style::default());
        assert_eq!(lines.len(), MOST_LINES + 1);
        assert_eq!(lines.last().map(String::as_str), Some("    (5 more lines)"));
    }
}
