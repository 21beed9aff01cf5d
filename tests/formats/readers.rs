//! Those who read the formats: each says what it has against a text.

use std::path::{Path, PathBuf};

use crate::fed;

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `promtool check metrics`, as tests/lab/unpack.sh has unpacked it.
pub fn promtool() -> PathBuf {
    project().join("target/lab/root-prometheus/usr/bin/promtool")
}

/// Is it what this reader reads?
pub fn accepts(format: &str, text: &str) -> Result<(), String> {
    match format {
        "nagios" => crate::sandbox::plugin_output::parse(text).map(|_| ()),
        "json" => {
            let report = serde_json::from_str(text).map_err(|error| error.to_string())?;
            crate::sandbox::schema::validate(&report)
        }
        "prometheus" => fed(&promtool(), &["check", "metrics"], text),
        "junit" => {
            let schema = project().join("tests/formats/junit.xsd");
            let schema = schema.to_str().unwrap();
            // xmllint says "- validates" on stderr when all is well: fed() wants silence.
            fed(
                Path::new("sh"),
                &[
                    "-c",
                    "out=$(xmllint --noout --schema \"$0\" - 2>&1) || { echo \"$out\" >&2; exit 1; }",
                    schema,
                ],
                text,
            )
        }
        "checkmk" => {
            if text.is_empty() || !text.ends_with('\n') {
                return Err("no line".to_owned());
            }
            text.lines()
                .try_for_each(|line| local_check(line).map(|_| ()))
        }
        other => Err(format!("nobody reads {other}")),
    }
}

/// A line of a local check, by Checkmk's grammar: `STATUS "NAME" METRICS TEXT`; gives its status.
pub fn local_check(line: &str) -> Result<i32, String> {
    let wrong = |what: &str| Err(format!("{what}: {line}"));
    let Some((status, rest)) = line.split_once(' ') else {
        return wrong("one word");
    };
    let Ok(status @ 0..=3) = status.parse::<i32>() else {
        return wrong("no status");
    };
    let Some((name, rest)) = rest
        .strip_prefix('"')
        .and_then(|rest| rest.split_once("\" "))
    else {
        return wrong("no name in quotes");
    };
    if name.trim() != name || name.is_empty() {
        return wrong("an odd name");
    }
    let Some((data, text)) = rest.split_once(' ') else {
        return wrong("no text");
    };
    if text.trim().is_empty() {
        return wrong("an empty text");
    }
    if data == "-" {
        return Ok(status);
    }
    let mut labels = std::collections::BTreeSet::new();
    for entry in data.split('|') {
        let Some((label, values)) = entry.split_once('=') else {
            return wrong("a metric without a value");
        };
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if label.is_empty() || !label.bytes().all(plain) || !labels.insert(label) {
            return wrong("an odd metric");
        }
        let values: Vec<&str> = values.split(';').collect();
        let number = |text: &str| text.parse::<f64>().is_ok_and(f64::is_finite);
        if values.len() > 5
            || !values.first().is_some_and(|value| number(value))
            || !values.iter().all(|value| value.is_empty() || number(value))
        {
            return wrong("an odd value");
        }
    }
    Ok(status)
}
