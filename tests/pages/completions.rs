//! Completions for bash, zsh and fish, made from the option table and from what is known of the values behind it.

#[path = "completions/bash.rs"]
mod bash;
#[path = "completions/fish.rs"]
mod fish;
#[path = "completions/values.rs"]
pub mod values;
#[path = "completions/zsh.rs"]
mod zsh;

use std::path::PathBuf;

use mailprobe::probe::Probe;
use values::Value;

/// Other names of a probe, as `make install` links them.
const ALIASES: &[(&str, &str)] = &[
    ("check_simap", "check_imap"),
    ("check_pop", "check_pop3"),
    ("check_spop", "check_pop3"),
    ("check_rbl", "check_blacklist"),
    ("check_ssl_cert", "check_cert"),
    ("check_ssl_validity", "check_cert"),
];

/// An option as a shell sees it.
pub struct Completed {
    /// `H`.
    pub short: Option<char>,
    /// `hostname`, and its visible other names.
    pub longs: Vec<String>,
    /// One line.
    pub about: String,
    /// What the manual calls its value.
    pub value_name: String,
    pub value: Value,
    /// The value may be left out.
    pub optional: bool,
    pub repeatable: bool,
    /// Not shown in the help: offered only where nothing else fits what is typed.
    pub rare: bool,
}

impl Completed {
    /// `-H`, `--hostname`, `--host`.
    pub fn spellings(&self) -> Vec<String> {
        let short = self.short.map(|letter| format!("-{letter}"));
        let longs = self.longs.iter().map(|long| format!("--{long}"));
        short.into_iter().chain(longs).collect()
    }

    /// A word for this option in a shell's own names.
    pub fn key(&self) -> String {
        self.longs.first().map_or_else(
            || self.short.map_or_else(String::new, String::from),
            |long| long.replace('-', "_"),
        )
    }
}

/// Every option of a probe.
pub fn options(probe: &Probe) -> Vec<Completed> {
    let command = (probe.command)();
    command
        .get_arguments()
        .filter(|argument| !argument.is_positional())
        .map(|argument| {
            let aliases = argument.get_visible_aliases().unwrap_or_default();
            let longs = argument.get_long().into_iter().chain(aliases);
            Completed {
                short: argument.get_short(),
                longs: longs.map(str::to_owned).collect(),
                about: argument
                    .get_help()
                    .map(|help| help.to_string())
                    .unwrap_or_default(),
                value_name: super::value_name(argument).unwrap_or("VALUE").to_owned(),
                value: values::of(probe, argument),
                optional: super::value_is_optional(argument),
                repeatable: matches!(
                    argument.get_action(),
                    clap::ArgAction::Append | clap::ArgAction::Count
                ),
                rare: argument.is_hide_set(),
            }
        })
        .collect()
}

/// The three files of a probe.
pub fn of(probe: &Probe) -> Vec<(PathBuf, String)> {
    let name = probe.name;
    let aliases: Vec<&str> = ALIASES
        .iter()
        .filter(|(_, probe)| *probe == name)
        .map(|(alias, _)| *alias)
        .collect();
    let options = options(probe);
    vec![
        (
            format!("completions/bash/{name}").into(),
            bash::script(name, &aliases, &options),
        ),
        (
            format!("completions/zsh/_{name}").into(),
            zsh::script(name, &aliases, &options),
        ),
        (
            format!("completions/fish/{name}.fish").into(),
            fish::script(name, &aliases, &options),
        ),
    ]
}

/// The first line of a file that is made.
fn head(name: &str) -> String {
    format!("# Completes {name}. Made from the option table by `make pages`: do not edit.\n")
}
