//! Completions: clap's own, with the values that we know beside it: findings, metrics, mechanisms.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap_complete::{Shell, generate};
use mailprobe::probe::Probe;
use mailprobe::wire::sasl::Mechanism;

/// Other names of a probe, as `make install` links them.
const ALIASES: &[(&str, &str)] = &[
    ("check_simap", "check_imap"),
    ("check_pop", "check_pop3"),
    ("check_spop", "check_pop3"),
    ("check_rbl", "check_blacklist"),
    ("check_ssl_cert", "check_cert"),
    ("check_ssl_validity", "check_cert"),
];

/// The three files of a probe.
pub fn of(probe: &Probe) -> Vec<(PathBuf, String)> {
    let name = probe.name;
    let aliases: Vec<&str> = ALIASES
        .iter()
        .filter(|(_, probe)| *probe == name)
        .map(|(alias, _)| *alias)
        .collect();
    let made = |shell: Shell| {
        let mut text = Vec::new();
        generate(shell, &mut command(probe), name, &mut text);
        String::from_utf8(text).expect("completions are text")
    };
    let mut bash = made(Shell::Bash);
    let mut zsh = made(Shell::Zsh);
    let mut fish = made(Shell::Fish);
    for alias in &aliases {
        bash.push_str(&format!(
            "complete -F _{name} -o bashdefault -o default {alias}\n"
        ));
        fish.push_str(&format!("complete -c {alias} -w {name}\n"));
    }
    if !aliases.is_empty() {
        zsh = zsh.replacen(
            &format!("#compdef {name}"),
            &format!("#compdef {name} {}", aliases.join(" ")),
            1,
        );
    }
    vec![
        (format!("completions/bash/{name}").into(), bash),
        (format!("completions/zsh/_{name}").into(), zsh),
        (format!("completions/fish/{name}.fish").into(), fish),
    ]
}

/// The probe's command, with values for what takes any text.
fn command(probe: &Probe) -> clap::Command {
    let on: Vec<String> = probe
        .findings
        .iter()
        .flat_map(|kind| {
            ["ok", "warning", "critical", "unknown"].map(|status| format!("{}={status}", kind.id))
        })
        .collect();
    let metrics: Vec<String> = probe
        .metrics
        .iter()
        .map(|kind| format!("{}=", kind.label))
        .collect();
    let mechanisms: Vec<String> = Mechanism::ALL
        .iter()
        .map(|mechanism| mechanism.to_string())
        .collect();
    let mut command = (probe.command)();
    for (option, values) in [
        ("on", on),
        ("warning", metrics.clone()),
        ("critical", metrics),
        ("auth", mechanisms),
    ] {
        let known = command
            .get_arguments()
            .any(|argument| argument.get_id() == option);
        if known {
            command = command.mut_arg(option, |argument| {
                // clap wants words that live for ever; so do these, of a process that ends soon.
                let values = values
                    .into_iter()
                    .map(|word| &*Box::leak(word.into_boxed_str()));
                argument.value_parser(PossibleValuesParser::new(values))
            });
        }
    }
    command
}
