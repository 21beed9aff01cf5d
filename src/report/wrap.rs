//! Long lines broken at blanks, continued under an indent.

/// `text` in lines of at most `columns` characters, the first indented by `first`, the others by `rest`. Blanks inside a line stay
/// as they are; a word that is longer than a line is broken.
pub(super) fn wrap(text: &str, columns: usize, first: usize, rest: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut indent = first;
    let all: Vec<char> = text.chars().collect();
    let mut left = all.as_slice();
    loop {
        let room = columns.saturating_sub(indent).max(10);
        let line = |chars: &[char]| {
            let text: String = chars.iter().collect();
            format!("{:indent$}{}", "", text.trim_end())
        };
        if left.len() <= room {
            lines.push(line(left));
            return lines;
        }
        let fits = left.get(..=room).unwrap_or(left);
        // A break in the first half would leave more blank than text.
        let at = fits
            .iter()
            .rposition(|c| *c == ' ')
            .filter(|at| *at > room / 2)
            .unwrap_or(room);
        let (head, tail) = left.split_at_checked(at).unwrap_or((left, &[]));
        lines.push(line(head));
        let blanks = tail.iter().take_while(|c| **c == ' ').count();
        left = tail.get(blanks..).unwrap_or_default();
        indent = rest;
        if left.is_empty() {
            return lines;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn breaks_at_blanks_and_inside_long_words() {
        assert_eq!(
            wrap("one two three four", 12, 0, 2),
            ["one two", "  three four"]
        );
        assert_eq!(
            wrap("aaaaaaaaaaaaaaa", 12, 1, 2),
            [" aaaaaaaaaaa", "  aaaa"]
        );
        assert_eq!(wrap("", 12, 4, 2), ["    "]);
    }

    #[test]
    fn a_long_word_takes_no_time_to_speak_of() {
        let clock = crate::time::Clock::start();
        assert_eq!(wrap(&"x".repeat(700_000), 80, 10, 10).len(), 10_000);
        assert!(clock.elapsed().as_secs() < 5, "{:?}", clock.elapsed());
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_nothing_is_lost(text in "[a-z ]{0,200}", columns in 20..80usize) {
            let lines = wrap(&text, columns, 2, 6);
            prop_assert!(lines.iter().all(|line| line.chars().count() <= columns));
            let squeeze = |s: &str| s.replace(' ', "");
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
        }
    }
}
