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

/// What an ini file has to say.
#[derive(Clone, Debug)]
pub struct Extra {
    /// Its options, as arguments.
    pub options: Vec<OsString>,
    /// Where they stand, in words.
    pub place: String,
}

/// A line that is no option.
#[derive(Debug, PartialEq, Eq)]
struct NoOption {
    line: usize,
}

/// The options that `[section][@file]` names.
pub fn options(locator: &str, probe: &str) -> Result<Extra, UsageError> {
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
    let file = path.display();
    match section_of(&text, section) {
        Ok(Some(options)) => Ok(Extra {
            options,
            place: format!("section [{section}] of {file}"),
        }),
        Ok(None) => Err(UsageError(format!(
            "--extra-opts: {file} has no section [{section}]"
        ))),
        // What stands in the line may be a password.
        Err(NoOption { line }) => Err(UsageError(format!(
            "--extra-opts: line {line} of {file} is no option (NAME = VALUE, or NAME alone)"
        ))),
    }
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
fn section_of(text: &str, wanted: &str) -> Result<Option<Vec<OsString>>, NoOption> {
    let mut found = None;
    let mut inside = false;
    for (number, line) in text.lines().map(str::trim).enumerate() {
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
            add(options, line).ok_or(NoOption { line: number + 1 })?;
        }
    }
    Ok(found)
}

fn add(options: &mut Vec<OsString>, line: &str) -> Option<()> {
    let (key, value) = match line.split_once('=') {
        Some((key, value)) => (key.trim(), Some(value.trim())),
        None => (line, None),
    };
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if key.is_empty() || !key.chars().all(named) {
        return None;
    }
    let dashes = if key.len() == 1 { "-" } else { "--" };
    // One word each, so that the value of what takes none is a mistake and not a host.
    options.push(match value {
        None => format!("{dashes}{key}").into(),
        Some(value) => format!("{dashes}{key}={value}").into(),
    });
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_one_section() {
        let text = "; mail\n[check_imap]\nhostname = a\n[ check_smtp ]\nH=b\n authpass = p=q \nstarttls\n# x\nS\n[x]\nk=v\n\
                    [check_smtp]\nport=26\n";
        let options = section_of(text, "check_smtp").unwrap().unwrap();
        assert_eq!(
            options,
            ["-H=b", "--authpass=p=q", "--starttls", "-S", "--port=26"]
        );
        assert_eq!(section_of(text, "check_pop"), Ok(None));
    }

    #[test]
    fn a_line_that_is_no_option_is_named_by_its_number_only() {
        for line in [
            "password hunter2",
            "password: hunter2",
            "authpass : hunter2",
            "P hunter2 = x",
            "hunter2!",
            "= hunter2",
        ] {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), format!("[x]\n\nuser=a\n{line}\n")).unwrap();
            let error = options(&format!("x@{}", file.path().display()), "check_smtp");
            let error = error.unwrap_err().to_string();
            let start = format!("--extra-opts: line 4 of {} ", file.path().display());
            assert!(
                error.starts_with(&start) && !error.contains("hunter2"),
                "{error}"
            );
            // Other sections are none of our business.
            assert_eq!(
                section_of(&format!("[x]\n{line}\n[y]\n"), "y"),
                Ok(Some(vec![]))
            );
        }
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
