//! From the arguments of the process to clap: old spellings, `--extra-opts`, and errors in one line.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Args, Command};

use super::ini;
use super::usage::{UsageError, usage_error};

/// How the binary was called.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The name it was called by, without folder and suffix: `check_simap`.
    pub name: String,
    /// The arguments, with those of the ini file put before them.
    pub arguments: Vec<OsString>,
    /// Was anything given at all?
    pub bare: bool,
    /// What ini files had to say.
    extra: Vec<ini::Extra>,
}

impl Invocation {
    /// Reads the arguments of the process. `fallback` is the probe's own name.
    pub fn read(
        fallback: &str,
        arguments: impl Iterator<Item = OsString>,
    ) -> Result<Self, UsageError> {
        let mut arguments = arguments;
        let program = arguments.next().unwrap_or_default();
        let name = Path::new(&program)
            .file_stem()
            .and_then(OsStr::to_str)
            .unwrap_or(fallback)
            .to_owned();
        let mut given: Vec<OsString> = arguments.map(modern).collect();
        let bare = given.is_empty();
        let mut extra = Vec::new();
        while let Some(at) = given.iter().position(|one| is_extra_opts(one)) {
            let option = given.remove(at);
            let mut value = option
                .to_str()
                .and_then(|text| text.split_once('='))
                .map(|(_, value)| value.to_owned());
            // getopt's optional argument stands behind "=" only; a word that names a file or a
            // section is accepted all the same when it cannot be anything else.
            if value.is_none()
                && let Some(next) = given.get(at).and_then(|next| next.to_str())
                && next.contains('@')
                && !next.starts_with('-')
            {
                value = Some(next.to_owned());
                given.remove(at);
            }
            extra.push(ini::options(value.as_deref().unwrap_or(""), &name)?);
        }
        let mut all = vec![program];
        all.extend(extra.iter().flat_map(|extra| extra.options.clone()));
        all.extend(given);
        Ok(Self {
            name,
            arguments: all,
            bare,
            extra,
        })
    }

    /// The old plugins write a flag in an ini file as `name=`, with nothing behind it. Which options are flags the
    /// command knows.
    #[must_use]
    pub fn fitted(mut self, command: &Command) -> Self {
        let from_files = self.extra.iter().map(|extra| extra.options.len()).sum();
        for word in self.arguments.iter_mut().skip(1).take(from_files) {
            if let Some(bare) = word.to_str().and_then(|text| text.strip_suffix('='))
                && is_flag(command, bare)
            {
                *word = bare.into();
            }
        }
        self
    }

    /// clap's report of a mistake in one line, with the ini file where the mistake may stand there.
    #[must_use]
    pub fn mistake(&self, error: &clap::Error) -> UsageError {
        let UsageError(text) = usage_error(error);
        let wrong = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(argument)) => argument.split([' ', '=']).next(),
            _ => None,
        };
        let is_wrong = |option: &OsString| {
            let name = option.to_str().and_then(|text| text.split('=').next());
            name.is_some() && name == wrong
        };
        let place = self
            .extra
            .iter()
            .find(|extra| extra.options.iter().any(is_wrong))
            .map(|extra| format!("in {}: ", extra.place))
            .unwrap_or_default();
        UsageError(format!("{place}{text}"))
    }
}

/// Does this word name an option that takes no value? Long names may be cut short.
fn is_flag(command: &Command, word: &str) -> bool {
    let named = |argument: &&Arg, fits: &dyn Fn(&str) -> bool| {
        let aliases = argument.get_all_aliases().unwrap_or_default();
        argument.get_long().into_iter().chain(aliases).any(fits)
    };
    let found = match word.strip_prefix("--") {
        Some(long) => command
            .get_arguments()
            .find(|argument| named(argument, &|name| name == long))
            .or_else(|| {
                let mut found = command
                    .get_arguments()
                    .filter(|argument| named(argument, &|name| name.starts_with(long)));
                found.next().filter(|_| found.next().is_none())
            }),
        None => command.get_arguments().find(|argument| {
            argument
                .get_short()
                .is_some_and(|c| word == format!("-{c}"))
        }),
    };
    found.is_some_and(|argument| !argument.get_action().takes_values())
}

fn is_extra_opts(argument: &OsStr) -> bool {
    argument
        .to_str()
        .is_some_and(|text| text == "--extra-opts" || text.starts_with("--extra-opts="))
}

/// Spellings of the 1990s that the peers still take.
fn modern(argument: OsString) -> OsString {
    match argument.to_str() {
        Some("-to") => "-t".into(),
        Some("-wt") => "-w".into(),
        Some("-ct") => "-c".into(),
        Some("-?") => "-h".into(),
        _ => argument,
    }
}

/// The command of a probe with the options `O`.
#[must_use]
pub fn command<O: Args>(
    name: &'static str,
    about: &'static str,
    examples: &'static str,
) -> Command {
    O::augment_args(
        Command::new(name)
            .disable_version_flag(true)
            .disable_help_flag(true),
    )
    .version(env!("CARGO_PKG_VERSION"))
    .about(about)
    .after_help(concat!(
        "Durations: 500ms, 2s, 1h30m; a bare number is seconds. Sizes: 10M.\n",
        "Ranges: 10, 10:, ~:10, 5:9, @5:9; both ends are inside.\n",
        "Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (also --help and mistakes).",
    ))
    .override_usage(format!("{name} -H HOST [OPTIONS]\n\nExamples:\n{examples}"))
    .help_template(
        "{name} {version} (mailprobe)\n{about}\n\nUsage: {usage}\n\n{all-args}{after-help}\n",
    )
    .args_override_self(true)
    .infer_long_args(true)
    .term_width(80)
}

/// Changes to an option that all probes share, for one probe.
pub trait Change {
    /// The same command with this option changed. clap's own `mut_arg` also moves it behind all others.
    #[must_use]
    fn change(self, id: &str, change: impl FnOnce(Arg) -> Arg) -> Self;
}

impl Change for Command {
    fn change(self, id: &str, change: impl FnOnce(Arg) -> Arg) -> Self {
        let mut change = Some(change);
        let changed = self.mut_args(|argument| {
            if argument.get_id() != id {
                return argument;
            }
            match change.take() {
                Some(change) => change(argument),
                None => argument,
            }
        });
        debug_assert!(change.is_none(), "there is no option {id}");
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Invocation {
        Invocation::read("check_smtp", arguments.iter().map(OsString::from)).unwrap()
    }

    #[test]
    fn old_spellings_are_understood() {
        let called = read(&[
            "/usr/lib/nagios/plugins/check_simap",
            "-wt",
            "1",
            "-ct",
            "2",
            "-to",
            "3",
        ]);
        assert_eq!(called.name, "check_simap");
        assert_eq!(called.arguments[1..], ["-w", "1", "-c", "2", "-t", "3"]);
        assert!(read(&["check_smtp"]).bare);
    }

    #[test]
    fn options_of_the_ini_file_come_first() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "[check_smtp]\nhostname=mail.example.org\nS\n").unwrap();
        let option = format!("--extra-opts=@{}", file.path().display());
        let called = read(&["check_smtp", "-p", "26", &option]);
        assert_eq!(
            called.arguments[1..],
            ["--hostname=mail.example.org", "-S", "-p", "26"]
        );
    }

    #[test]
    fn a_flag_of_an_ini_file_may_end_in_an_equals_sign() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = "[check_smtp]\nstarttls=\nS=\nstartt=\nfrom=\nf=\nnone=\nS\n";
        std::fs::write(file.path(), text).unwrap();
        let option = format!("--extra-opts=@{}", file.path().display());
        let flag = Arg::new("starttls").long("starttls").short('S');
        let value = Arg::new("from").long("from").short('f');
        let command = Command::new("check_smtp")
            .arg(flag.action(clap::ArgAction::SetTrue))
            .arg(value);
        let called = read(&["check_smtp", &option, "--starttls="]).fitted(&command);
        // What stands in the command line is left alone: it is a mistake for both.
        assert_eq!(
            called.arguments,
            [
                "check_smtp",
                "--starttls",
                "-S",
                "--startt",
                "--from=",
                "-f=",
                "--none=",
                "-S",
                "--starttls="
            ]
        );
    }

    #[test]
    fn a_mistake_in_an_ini_file_is_looked_for_there() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "[a]\npasword=hunter2\n[b]\nport=none\n").unwrap();
        let command = || {
            let port = clap::Arg::new("port").long("port");
            Command::new("check_smtp").arg(port.value_parser(clap::value_parser!(u16)))
        };
        for (section, words) in [("a", "--pasword"), ("b", "--port")] {
            let option = format!("--extra-opts={section}@{}", file.path().display());
            let called = read(&["check_smtp", &option]);
            let error = command().try_get_matches_from(&called.arguments);
            let text = called.mistake(&error.unwrap_err()).to_string();
            let place = format!("in section [{section}] of {}: ", file.path().display());
            assert!(text.starts_with(&place) && text.contains(words), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
        let called = read(&["check_smtp", "--other"]);
        let error = command().try_get_matches_from(&called.arguments);
        let text = called.mistake(&error.unwrap_err()).to_string();
        assert!(text.starts_with("unexpected argument '--other'"), "{text}");
    }
}
