//! The nearest spelling among known names, for answers to a mistyped one.

/// `known`, the names most like `given` first; names equally far keep their order.
#[must_use]
pub fn nearest_first<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let given = given.to_ascii_lowercase();
    let mut names: Vec<(usize, &str)> = known
        .into_iter()
        .map(|name| (distance(&given, name), name))
        .collect();
    names.sort_by_key(|(far, _)| *far);
    names.into_iter().map(|(_, name)| name).collect()
}

/// Edits from one to the other (Levenshtein). Only the first 64 characters count.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().take(64).enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        for ((b, pair), left) in other.iter().zip(row.windows(2)).zip(0..) {
            let (diagonal, above) = match pair {
                [d, u] => (*d, *u),
                _ => continue,
            };
            let before: usize = next.get::<usize>(left).copied().unwrap_or(usize::MAX - 1);
            let replace = diagonal + usize::from(a != *b);
            next.push(replace.min(above + 1).min(before + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_comes_first() {
        let known = ["auth-rejected", "starttls-missing", "starttls-refused"];
        assert_eq!(
            nearest_first("startls-mising", known).first(),
            Some(&"starttls-missing")
        );
        assert_eq!(
            nearest_first("AUTH-rejectd", known).first(),
            Some(&"auth-rejected")
        );
    }

    #[test]
    fn distances_are_edits() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
