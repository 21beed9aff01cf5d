//! `--extra-opts=[section][@file]`: options from an ini file, as the monitoring-plugins read them.
//!
//! A key is the long or the one-letter name of an option; a flag stands alone. The section is the
//! name of the probe unless one is given; a section that stands twice is read twice.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::usage::UsageError;

/// An ini file larger than this is none.
const LIMIT: u64 = 1024 * 1024;

/// Where the file is looked for; the last seven are names of old.
const PLACES: [&str; 11] = [
    "/usr/local/etc/monitoring-plugins/monitoring-plugins.ini",
    "/usr/local/etc/monitoring-plugins.ini",
    "/etc/monitoring-plugins/monitoring-plugins.ini",
    "/etc/monitoring-plugins.ini",
    "/etc/nagios/plugins.ini",
    "/usr/local/nagios/etc/plugins.ini",
    "/usr/local/etc/nagios/plugins.ini",
    "/etc/opt/nagios/plugins.ini",
    "/etc/nagios-plugins.ini",
    "/usr/local/etc/nagios-plugins.ini",
    "/etc/opt/nagios-plugins.ini",
];

/// The options that `[section][@file]` names, as arguments.
pub fn options(locator: &str, probe: &str) -> Result<Vec<OsString>, UsageError> {
    let (section, file) = match locator.split_once('@') {
        Some((section, file)) => (section, Some(file)),
        None => (locator, None),
    };
    let section = if section.is_empty() { probe } else { section };
    let path = match file.filter(|file| !file.is_empty()) {
        Some(file) => PathBuf::from(file),
        None => find().ok_or_else(|| {
            UsageError(
                "--extra-opts: no ini file found (looked in MP_CONFIG_FILE and the usual places)"
                    .to_owned(),
            )
        })?,
    };
    let text = read(&path)?;
    section_of(&text, section).ok_or_else(|| {
        UsageError(format!(
            "--extra-opts: {} has no section [{section}]",
            path.display()
        ))
    })
}

fn find() -> Option<PathBuf> {
    if let Some(file) = std::env::var_os("MP_CONFIG_FILE") {
        return Some(PathBuf::from(file));
    }
    let old = std::env::var_os("NAGIOS_CONFIG_PATH");
    let folders = old
        .iter()
        .flat_map(std::env::split_paths)
        .collect::<Vec<_>>();
    folders
        .iter()
        .flat_map(|folder| ["plugins.ini", "nagios-plugins.ini"].map(|name| folder.join(name)))
        .chain(PLACES.iter().map(PathBuf::from))
        .find(|path| path.is_file())
}

fn read(path: &Path) -> Result<String, UsageError> {
    let wrap = |error: std::io::Error| {
        UsageError(format!("--extra-opts: read {}: {error}", path.display()))
    };
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(LIMIT)
            .read_to_string(&mut text)
            .map_err(wrap)?;
    } else {
        std::fs::File::open(path)
            .map_err(wrap)?
            .take(LIMIT)
            .read_to_string(&mut text)
            .map_err(wrap)?;
    }
    Ok(text)
}

/// The options of a section; `None` when it does not exist.
fn section_of(text: &str, wanted: &str) -> Option<Vec<OsString>> {
    let mut found = None;
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.split(']').next())
        {
            inside = name.trim() == wanted;
            if inside {
                found.get_or_insert_with(Vec::new);
            }
            continue;
        }
        if let Some(options) = found.as_mut().filter(|_| inside) {
            add(options, line);
        }
    }
    found
}

fn add(options: &mut Vec<OsString>, line: &str) {
    let (key, value) = match line.split_once('=') {
        Some((key, value)) => (key.trim(), Some(value.trim())),
        None => (line, None),
    };
    let short = key.chars().count() == 1;
    match (short, value) {
        (true, None) => options.push(format!("-{key}").into()),
        (false, None) => options.push(format!("--{key}").into()),
        (true, Some(value)) => options.extend([format!("-{key}").into(), value.into()]),
        (false, Some(value)) => options.push(format!("--{key}={value}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_one_section() {
        let text = "; mail\n[check_imap]\nhostname = a\n[ check_smtp ]\nH=b\n authpass = p=q \nstarttls\n# x\nS\n[x]\nk=v\n\
                    [check_smtp]\nport=26\n";
        let options = section_of(text, "check_smtp").unwrap();
        assert_eq!(
            options,
            ["-H", "b", "--authpass=p=q", "--starttls", "-S", "--port=26"]
        );
        assert!(section_of(text, "check_pop").is_none());
    }

    #[test]
    fn a_missing_file_or_section_is_named() {
        let error = options("x@/nonexistent/file.ini", "check_smtp").unwrap_err();
        assert!(
            error.to_string().contains("/nonexistent/file.ini"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,300}") {
            let _ = section_of(&text, "check_smtp");
        }
    }
}
