//! What each format's readers take, read strictly, and the ids of the findings that are not OK, which every format
//! shows at `-vvv`.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::sandbox::plugin_output;
use crate::sandbox::probe::Outcome;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    Nagios,
    Json,
    Prometheus,
    Checkmk,
    Junit,
}

impl Format {
    pub const ALL: [Format; 5] = [
        Format::Nagios,
        Format::Json,
        Format::Prometheus,
        Format::Checkmk,
        Format::Junit,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Format::Nagios => "nagios",
            Format::Json => "json",
            Format::Prometheus => "prometheus",
            Format::Checkmk => "checkmk",
            Format::Junit => "junit",
        }
    }
}

const STATUSES: [&str; 4] = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];

/// Reads what was printed; the ids of what is not OK. XML is kept in a file, to be read by others later.
pub fn read(
    format: Format,
    outcome: &Outcome,
    code: i32,
    xml: &Path,
) -> Result<Vec<String>, String> {
    let text = std::str::from_utf8(&outcome.raw).map_err(|error| error.to_string())?;
    harmless(text)?;
    let (told, ids) = match format {
        Format::Nagios => nagios(text)?,
        Format::Json => json(outcome)?,
        Format::Prometheus => prometheus(text)?,
        Format::Checkmk => checkmk(text)?,
        Format::Junit => junit(text, xml)?,
    };
    if told != code {
        return Err(format!("it says {told}, and the exit code is {code}"));
    }
    Ok(ids)
}

/// No format lets through what moves a cursor, hides, or turns text around.
pub fn harmless(text: &str) -> Result<(), String> {
    let odd = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(*c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
    };
    match text.chars().find(odd) {
        Some(c) => Err(format!("{c:?} is printed")),
        None => Ok(()),
    }
}

fn nagios(text: &str) -> Result<(i32, Vec<String>), String> {
    let line = plugin_output::parse(text)?;
    if line.perfdata.iter().any(|entry| !entry.value.is_finite()) {
        return Err("perfdata that is no number".to_owned());
    }
    for_the_web_and_the_shell(text)?;
    Ok((line.code(), listed(text.lines().skip(1))))
}

/// No macro, no command, no tag: a `<` that a browser would take for one begins an address and nothing else.
fn for_the_web_and_the_shell(text: &str) -> Result<(), String> {
    if text.contains(['$', '`']) {
        return Err("a macro or a command".to_owned());
    }
    for (at, _) in text.match_indices('<') {
        let behind = &text[at + 1..];
        let tag = behind.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        let inner = behind.split('>').next().unwrap_or_default();
        let attributes = |c: char| c.is_whitespace() || "\"'=/<".contains(c);
        if tag && (!inner.contains('@') || inner.contains(attributes)) {
            return Err(format!("a tag: <{inner}>"));
        }
    }
    Ok(())
}

/// What readers of a format count: labels and their units, series, services, cases.
pub fn labels(format: Format, text: &str) -> Vec<String> {
    match format {
        Format::Nagios => {
            let line = plugin_output::parse(text).ok();
            let perfdata = line.map(|line| line.perfdata).unwrap_or_default();
            perfdata
                .into_iter()
                .map(|entry| format!("{} {}", entry.label, entry.unit))
                .collect()
        }
        Format::Json => {
            let report: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
            let metrics = report["metrics"].as_array().cloned().unwrap_or_default();
            metrics
                .iter()
                .map(|metric| metric["label"].to_string())
                .collect()
        }
        Format::Prometheus => {
            let names = text.lines().filter(|line| !line.starts_with('#'));
            names
                .map(|line| line.split('{').next().unwrap_or_default().to_owned())
                .collect()
        }
        Format::Checkmk => text
            .lines()
            .flat_map(|line| {
                line.split(' ')
                    .filter(|word| word.contains(";") || word.contains("="))
            })
            .take(1)
            .flat_map(|data| data.split('|'))
            .map(|entry| entry.split('=').next().unwrap_or_default().to_owned())
            .collect(),
        Format::Junit => {
            vec![format!("{} cases", text.matches("<testcase ").count())]
        }
    }
}

/// `    CRITICAL  id: text`, in the long output.
fn listed<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    lines
        .filter_map(|line| {
            let (status, rest) = line.strip_prefix("    ")?.split_once("  ")?;
            let (id, _) = rest.trim_start().split_once(':')?;
            let kebab = id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            (STATUSES[1..].contains(&status) && kebab).then(|| id.to_owned())
        })
        .collect()
}

fn json(outcome: &Outcome) -> Result<(i32, Vec<String>), String> {
    if outcome.stdout.lines().count() != 1 {
        return Err("more than one line".to_owned());
    }
    let report: serde_json::Value =
        serde_json::from_str(&outcome.stdout).map_err(|error| error.to_string())?;
    crate::sandbox::schema::validate(&report)?;
    let ids = report["findings"].as_array().ok_or("no findings")?;
    let ids = ids
        .iter()
        .filter(|finding| finding["status"] != "OK")
        .filter_map(|finding| finding["id"].as_str().map(str::to_owned))
        .collect();
    let code = report["exit_code"].as_i64().ok_or("no exit code")?;
    Ok((i32::try_from(code).map_err(|error| error.to_string())?, ids))
}

/// Name, labels with their values unescaped, value.
type Sample<'l> = (&'l str, Vec<(String, String)>, f64);

/// A sample of the text exposition.
pub fn sample(line: &str) -> Result<Sample<'_>, String> {
    let wrong = || format!("no sample: {line:?}");
    let (name, rest) = line.split_once('{').ok_or_else(wrong)?;
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err(wrong());
    }
    let mut labels = Vec::new();
    let mut chars = rest.chars();
    loop {
        let label: String = chars.by_ref().take_while(|c| *c != '=').collect();
        let plain = label.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if label.is_empty() || !plain || chars.next() != Some('"') {
            return Err(wrong());
        }
        let mut value = String::new();
        loop {
            match chars.next().ok_or_else(wrong)? {
                '"' => break,
                '\\' => match chars.next().ok_or_else(wrong)? {
                    'n' => value.push('\n'),
                    c @ ('\\' | '"') => value.push(c),
                    _ => return Err(wrong()),
                },
                c => value.push(c),
            }
        }
        labels.push((label, value));
        match chars.next() {
            Some(',') => {}
            Some('}') => break,
            _ => return Err(wrong()),
        }
    }
    let value = chars.as_str().strip_prefix(' ').ok_or_else(wrong)?;
    Ok((name, labels, value.parse().map_err(|_| wrong())?))
}

fn prometheus(text: &str) -> Result<(i32, Vec<String>), String> {
    let (mut code, mut ids, mut family) = (-1, Vec::new(), String::new());
    let mut series = std::collections::BTreeSet::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            family = help.split(' ').next().unwrap_or_default().to_owned();
            continue;
        }
        if let Some(kind) = line.strip_prefix("# TYPE ") {
            if kind != format!("{family} gauge") {
                return Err(format!("type without its help: {line:?}"));
            }
            continue;
        }
        let (name, labels, value) = sample(line)?;
        if name != family {
            return Err(format!("{name} in the family {family}"));
        }
        if !series.insert(line.rsplit_once(' ').map(|(series, _)| series.to_owned())) {
            return Err(format!("twice: {line:?}"));
        }
        let label = |wanted: &str| {
            let found = labels.iter().find(|(label, _)| label == wanted);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        match name {
            // Worst in the order OK, UNKNOWN, WARNING, CRITICAL.
            "mailprobe_status" => code = worse(code, value as i32),
            "mailprobe_finding" => ids.push(label("id")),
            _ => {}
        }
    }
    Ok((code, ids))
}

fn worse(one: i32, other: i32) -> i32 {
    let rank = |code: i32| [-1, 0, 3, 1, 2].iter().position(|known| *known == code);
    if rank(one) > rank(other) { one } else { other }
}

fn checkmk(text: &str) -> Result<(i32, Vec<String>), String> {
    let (mut code, mut ids) = (-1, Vec::new());
    for line in text.lines() {
        let wrong = || format!("no local check: {line:?}");
        let (status, rest) = line.split_once(" \"").ok_or_else(wrong)?;
        let (name, rest) = rest.split_once("\" ").ok_or_else(wrong)?;
        let (data, said) = rest.split_once(' ').ok_or_else(wrong)?;
        if name.is_empty() || said.is_empty() {
            return Err(wrong());
        }
        for entry in data.split('|').filter(|data| *data != "-") {
            let (label, values) = entry.split_once('=').ok_or_else(wrong)?;
            let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
            let number = |value: &str| value.is_empty() || value.parse::<f64>().is_ok();
            if !label.bytes().all(plain) || !values.split(';').all(number) {
                return Err(wrong());
            }
        }
        for_the_web_and_the_shell(name)?;
        for line in said.split("\\n") {
            for_the_web_and_the_shell(line)?;
            if ["(!)", "(!!)", "(?)", "(.)"]
                .iter()
                .any(|mark| line.contains(mark))
                || line.contains('\\')
            {
                return Err(format!("a state or an escape in {line:?}"));
            }
        }
        code = worse(code, status.parse().map_err(|_| wrong())?);
        ids.extend(listed(said.split("\\n").skip(1)));
    }
    Ok((code, ids))
}

fn junit(text: &str, xml: &Path) -> Result<(i32, Vec<String>), String> {
    let (mut code, mut ids) = (0, Vec::new());
    for element in ["failure", "error"] {
        for part in text.split(&format!("<{element} type=\"")).skip(1) {
            let (_, rest) = part.split_once("\">").ok_or("an element without an end")?;
            let (inner, _) = rest.split_once("</").ok_or("an element without an end")?;
            for line in inner.lines() {
                let (status, rest) = line.split_once(' ').ok_or(line)?;
                let (id, _) = rest.split_once(": ").ok_or(line)?;
                let status = STATUSES.iter().position(|known| *known == status);
                let status = status.ok_or(line)?;
                code = worse(code, i32::try_from(status).unwrap_or(-1));
                ids.push(id.to_owned());
            }
        }
    }
    // Documents one after another, apart by what no text here holds; read by xmllint at the end.
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(xml)
        .map_err(|error| error.to_string())?;
    file.write_all(text.as_bytes())
        .map_err(|error| error.to_string())?;
    file.write_all(&[0]).map_err(|error| error.to_string())?;
    Ok((code, ids))
}

/// xmllint reads every document that was kept.
pub fn well_formed_xml(folder: &Path) {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if !entry.file_name().to_string_lossy().starts_with("xml-") {
            continue;
        }
        let all = std::fs::read(entry.path()).unwrap();
        for document in all.split(|byte| *byte == 0).filter(|text| !text.is_empty()) {
            let path = folder.join(format!("{}.xml", files.len()));
            std::fs::write(&path, document).unwrap();
            files.push(path);
        }
    }
    assert!(!files.is_empty(), "no XML was printed");
    for some in files.chunks(200) {
        let said = Command::new("xmllint")
            .args(["--noout", "--nonet"])
            .args(some)
            .output()
            .expect("xmllint is installed by the tests' set-up");
        assert!(
            said.status.success() && said.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&said.stderr)
        );
    }
}
