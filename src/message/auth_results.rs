//! Authentication-Results (RFC 8601): what a server that is trusted found out about the sender.
//!
//! Only fields of a server that the caller names count: anybody can write one. Of several by the same server
//! the topmost counts for each method: servers put theirs on top, and a forged one stands below it. Of several
//! DKIM results in one field the best counts, as one signature that verifies is enough.

use super::Message;

/// Fields that are looked at.
const FIELDS: usize = 50;
/// Results of one field.
const RESULTS: usize = 100;
/// Bytes of a field.
const LENGTH: usize = 16 * 1024;

/// One result: `dkim=pass`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// `spf`, `dkim`, `dmarc`, in lower case.
    pub method: String,
    /// `pass`, `fail`, `none`, in lower case.
    pub result: String,
}

/// One field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Who says so.
    pub server: String,
    /// What.
    pub results: Vec<Found>,
}

/// All fields of a message, topmost first.
#[must_use]
pub fn fields(message: &Message<'_>) -> Vec<Field> {
    message
        .raw("Authentication-Results")
        .take(FIELDS)
        .filter_map(|field| parse(&String::from_utf8_lossy(field.value())))
        .collect()
}

/// What trusted servers say of a method; `None` where they say nothing.
#[must_use]
pub fn verdict<'a>(fields: &'a [Field], trusted: &[String], method: &str) -> Option<&'a str> {
    let by_trusted = |field: &&Field| {
        trusted
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&field.server))
    };
    fields.iter().filter(by_trusted).find_map(|field| {
        let mut of_method = field
            .results
            .iter()
            .filter(|found| found.method == method)
            .map(|found| found.result.as_str());
        let first = of_method.next()?;
        let passes = std::iter::once(first)
            .chain(of_method)
            .find(|result| *result == "pass");
        Some(passes.unwrap_or(first))
    })
}

/// Reads one field; `None` where it names no server.
#[must_use]
pub fn parse(value: &str) -> Option<Field> {
    let value = value
        .get(..value.floor_char_boundary(LENGTH))
        .unwrap_or_default();
    let mut parts = statements(value).into_iter();
    let mut head = parts.next()?.into_iter();
    // A version may follow (RFC 8601 §2.2).
    let server = head.next()?;
    if server.contains('=') {
        return None;
    }
    let mut results = Vec::new();
    for words in parts.take(RESULTS) {
        // `dkim=pass`, `dkim = pass`, `dkim/1=pass`
        let joined = words.join(" ").replace(" =", "=").replace("= ", "=");
        let Some((method, result)) = joined
            .split(' ')
            .next()
            .and_then(|word| word.split_once('='))
        else {
            continue;
        };
        let method = method.split('/').next().unwrap_or_default();
        if method.is_empty() || result.is_empty() {
            continue;
        }
        results.push(Found {
            method: method.to_ascii_lowercase(),
            result: result.to_ascii_lowercase(),
        });
    }
    Some(Field { server, results })
}

/// The words of each statement, without comments; what is quoted is one word.
fn statements(value: &str) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let mut word = String::new();
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut characters = value.chars();
    let take = |word: &mut String, all: &mut Vec<Vec<String>>| {
        if !word.is_empty() {
            let word = std::mem::take(word);
            if let Some(last) = all.last_mut() {
                last.push(word);
            }
        }
    };
    while let Some(c) = characters.next() {
        match c {
            '\\' if quoted || depth > 0 => {
                let next = characters.next().unwrap_or(' ');
                if depth == 0 {
                    word.push(next);
                }
            }
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            ';' if !quoted => {
                take(&mut word, &mut all);
                all.push(Vec::new());
            }
            c if c.is_ascii_whitespace() && !quoted => take(&mut word, &mut all),
            c => word.push(c),
        }
    }
    take(&mut word, &mut all);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &str) -> Vec<(String, String)> {
        let field = parse(text).unwrap();
        field
            .results
            .into_iter()
            .map(|found| (found.method, found.result))
            .collect()
    }

    fn pairs(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
        wanted
            .iter()
            .map(|(method, result)| ((*method).to_owned(), (*result).to_owned()))
            .collect()
    }

    #[test]
    fn the_forms_of_the_standard_and_of_the_field() {
        let rows: [(&str, &[(&str, &str)]); 8] = [
            ("example.org 1; none", &[]),
            (
                "example.com;\r\n\tspf=pass smtp.mailfrom=example.net",
                &[("spf", "pass")],
            ),
            (
                "example.com; auth=pass (cram-md5) smtp.auth=a@example.com; spf=fail smtp.mailfrom=x",
                &[("auth", "pass"), ("spf", "fail")],
            ),
            // Gmail
            (
                "mx.google.com;\r\n dkim=pass header.i=@example.org header.s=s1 header.b=abc;\r\n spf=pass (google.com: domain of a@example.org designates 192.0.2.7 as permitted sender; really) smtp.mailfrom=a@example.org;\r\n dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.org",
                &[("dkim", "pass"), ("spf", "pass"), ("dmarc", "pass")],
            ),
            // Exchange names no server: the first statement is a result.
            (
                "mx.example.net; dkim=fail reason=\"signature; wrong\" header.d=example.org",
                &[("dkim", "fail")],
            ),
            (
                "mx.example.net; DKIM = Pass (ok) ; arc/1=none",
                &[("dkim", "pass"), ("arc", "none")],
            ),
            ("mx.example.net; =pass; dkim=; x", &[]),
            ("\"mx.example.net\"; dkim=pass", &[("dkim", "pass")]),
        ];
        for (text, wanted) in rows {
            assert_eq!(all(text), pairs(wanted), "{text}");
        }
        assert_eq!(parse("spf=pass smtp.mailfrom=x; dkim=none"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn only_a_trusted_server_counts_and_the_topmost_field() {
        let mail = "Authentication-Results: mx.example.net; dkim=fail\r\nAuthentication-Results: other.example; spf=pass\r\n\
            Authentication-Results: MX.example.net; dkim=pass; spf=softfail\r\n\r\n";
        let found = fields(&Message::parse(mail.as_bytes()));
        let trusted = ["mx.example.net".to_owned()];
        assert_eq!(verdict(&found, &trusted, "dkim"), Some("fail"));
        assert_eq!(verdict(&found, &trusted, "spf"), Some("softfail"));
        assert_eq!(verdict(&found, &trusted, "dmarc"), None);
        let two = parse("mx.example.net; dkim=neutral header.d=a; dkim=pass header.d=b").unwrap();
        assert_eq!(verdict(&[two], &trusted, "dkim"), Some("pass"));
    }

    proptest! {
        #[test]
        fn no_field_panics(text in "(mx|;|=|pass|dkim|\\(|\\)|\"|\\\\| |\\PC){0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn a_comment_is_no_result(inside in "[a-z=; ]{0,30}") {
            prop_assert_eq!(all(&format!("mx; spf=fail ({inside}) x.y=z")), pairs(&[("spf", "fail")]));
        }
    }
}
