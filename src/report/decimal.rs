//! Numbers as perfdata wants them: plain decimals with a point, no exponent, no locale.

/// `value` with at most `places` decimals, trailing zeros gone; empty for what is not a number.
pub(super) fn rounded(value: f64, places: usize) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let text = format!("{value:.places$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    if text == "-0" {
        "0".into()
    } else {
        text.into()
    }
}

/// The shortest plain decimal that reads back as `value`.
#[must_use]
pub fn plain(value: f64) -> String {
    // Rust's Display of f64 is the shortest round trip and never uses an exponent.
    let text = value.to_string();
    if text == "-0" { "0".into() } else { text }
}

/// Reads a plain decimal: digits, at most one point, an optional sign. No exponent, no `inf`, no hexadecimal.
pub(super) fn parse(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !plain || !digits.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    // Adding zero turns -0 into 0.
    text.parse::<f64>()
        .ok()
        .filter(|v| v.is_finite())
        .map(|v| v + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_plain() {
        assert_eq!(rounded(0.041_237_4, 6), "0.041237");
        assert_eq!(rounded(10.0, 6), "10");
        assert_eq!(rounded(-0.000_000_1, 6), "0");
        assert_eq!(rounded(100.0, 0), "100");
        assert_eq!(rounded(f64::NAN, 3), "");
        assert_eq!(plain(1e21), "1000000000000000000000");
        assert_eq!(plain(1e-7), "0.0000001");
    }

    #[test]
    fn only_plain_decimals_are_read() {
        assert_eq!(parse("10"), Some(10.0));
        assert_eq!(parse("-.5"), Some(-0.5));
        assert_eq!(parse("5."), Some(5.0));
        for bad in [
            "", ".", "-", "1e3", "0x10", "inf", "NaN", "1,5", "1.2.3", "--1", " 1",
        ] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
        assert_eq!(parse(&"9".repeat(400)), None);
    }
}
