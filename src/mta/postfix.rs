//! Postfix's instances, as its configuration tells them: no command is needed to read a file that everybody may read.
//!
//! `main.cf` (postconf(5)): `name = value`, lines that begin with white space go on with the one before, `#` begins a
//! line that does not count.

use std::path::{Path, PathBuf};

/// Where the first instance has its configuration.
const PLACES: [&str; 3] = [
    "/etc/postfix",
    "/usr/local/etc/postfix",
    "/opt/local/etc/postfix",
];
/// A configuration is not longer than this.
const LIMIT: usize = 4 << 20;

/// One instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// `postfix-out`; `-` where it has no name, as postmulti writes it.
    pub name: String,
    /// Its configuration directory; none is the compiled-in default.
    pub config: Option<PathBuf>,
    /// Its spool.
    pub queue: PathBuf,
    /// Does `postmulti -p start` start it? The first instance always is.
    pub enabled: bool,
}

/// Is there a configuration?
pub(super) fn configured() -> bool {
    PLACES
        .iter()
        .any(|path| Path::new(path).join("main.cf").is_file())
}

/// All instances of this host, the first one first.
#[must_use]
pub fn instances() -> Vec<Instance> {
    let Some(first) = PLACES
        .iter()
        .map(Path::new)
        .find(|path| path.join("main.cf").is_file())
    else {
        return vec![Instance {
            name: "-".to_owned(),
            config: None,
            queue: PathBuf::from("/var/spool/postfix"),
            enabled: true,
        }];
    };
    let settings = read(first);
    let mut all = vec![Instance {
        // The default needs no permission to be named.
        config: None,
        enabled: true,
        ..instance(first, &settings)
    }];
    let others = value(&settings, "multi_instance_directories").unwrap_or_default();
    for directory in others
        .split([',', ' ', '\t', '\n'])
        .filter(|word| !word.is_empty())
    {
        let path = Path::new(directory);
        if path != first {
            all.push(named(path));
        }
    }
    all
}

/// The instance with this configuration directory.
#[must_use]
pub fn named(config: &Path) -> Instance {
    instance(config, &read(config))
}

fn instance(config: &Path, settings: &[(String, String)]) -> Instance {
    let queue = value(settings, "queue_directory").unwrap_or("/var/spool/postfix");
    Instance {
        name: value(settings, "multi_instance_name")
            .filter(|name| !name.is_empty())
            .map_or_else(
                || {
                    config
                        .file_name()
                        .map_or("-".to_owned(), |name| name.to_string_lossy().into_owned())
                },
                str::to_owned,
            ),
        config: Some(config.to_owned()),
        queue: PathBuf::from(queue),
        enabled: value(settings, "multi_instance_enable") == Some("yes"),
    }
}

fn read(config: &Path) -> Vec<(String, String)> {
    let bytes = std::fs::read(config.join("main.cf")).unwrap_or_default();
    let text = String::from_utf8_lossy(bytes.get(..LIMIT).unwrap_or(&bytes)).into_owned();
    settings(&text)
}

fn settings(text: &str) -> Vec<(String, String)> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with('#') || line.trim().is_empty() {
            continue;
        }
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => lines.push(line.trim().to_owned()),
        }
    }
    lines
        .iter()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// The last one said counts.
fn value<'s>(settings: &'s [(String, String)], name: &str) -> Option<&'s str> {
    settings
        .iter()
        .rev()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_go_on_belong_together() {
        let text = "# x = y\nmulti_instance_directories = /etc/postfix-a,\n  # more\n\t/etc/postfix-b\nqueue_directory=/q\n";
        let settings = settings(text);
        assert_eq!(
            value(&settings, "multi_instance_directories"),
            Some("/etc/postfix-a, /etc/postfix-b")
        );
        assert_eq!(value(&settings, "queue_directory"), Some("/q"));
        assert_eq!(value(&settings, "x"), None);
    }
}
