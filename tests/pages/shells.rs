//! Each shell loads its completions and offers what there is.

use std::process::Command;

use mailprobe::probe::table::PROBES;

fn said(shell: &str, arguments: &[&str], script: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let said = Command::new(shell)
        .args(arguments)
        .arg(script)
        .env("HOME", home.path())
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_DATA_HOME")
        .env_remove("ZDOTDIR")
        .env("TERM", "dumb")
        .output()
        .unwrap_or_else(|error| panic!("{shell}: {error}: is it installed?"));
    let complaints = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{shell}: {complaints}\n{script}");
    assert_eq!(complaints, "", "{shell}\n{script}");
    String::from_utf8(said.stdout).unwrap()
}

/// What is offered for `-`, for `--format`, and for a finding.
fn offers(offer: impl Fn(&str, &[&str]) -> String) {
    for probe in PROBES {
        let options = offer(probe.name, &["--"]);
        for option in ["--format", "--on", "--timeout", "--output-file"] {
            assert!(
                options.contains(option),
                "{} {option}: {options}",
                probe.name
            );
        }
        let formats = offer(probe.name, &["--format", ""]);
        for format in ["nagios", "json", "prometheus", "checkmk", "junit"] {
            assert!(
                formats.contains(format),
                "{} {format}: {formats}",
                probe.name
            );
        }
        let findings = offer(probe.name, &["--on", "internal"]);
        assert!(
            findings.contains("internal-error=ok"),
            "{}: {findings}",
            probe.name
        );
        let metric = probe.metrics[0].label;
        let metrics = offer(probe.name, &["-w", metric]);
        assert!(metrics.contains(metric), "{}: {metrics}", probe.name);
    }
}

#[test]
fn bash_completes() {
    offers(|name, words| {
        let file = super::root().join(format!("completions/bash/{name}"));
        let all: Vec<String> = std::iter::once(name)
            .chain(words.iter().copied())
            .map(|word| format!("'{word}'"))
            .collect();
        let previous = &all[all.len() - 2];
        said(
            "bash",
            &["--norc", "-c"],
            &format!(
                "source {}; COMP_WORDS=({}); COMP_CWORD={}; _{name} {name} {} {previous}; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
                file.display(),
                all.join(" "),
                all.len() - 1,
                all[all.len() - 1],
            ),
        )
    });
}

#[test]
fn fish_completes() {
    offers(|name, words| {
        let file = super::root().join(format!("completions/fish/{name}.fish"));
        said(
            "fish",
            &["--no-config", "-c"],
            &format!(
                "source {}; complete -C '{name} {}'",
                file.display(),
                words.join(" ")
            ),
        )
    });
}

/// zsh's completion lives in its line editor: the file is loaded as it would be there, and the table behind it is read.
#[test]
fn zsh_loads_and_knows_the_same() {
    let folder = super::root().join("completions/zsh");
    offers(|name, words| {
        let loaded = said(
            "zsh",
            &["-f", "-c"],
            &format!(
                "fpath=({} $fpath); autoload -U compinit; compinit -u -D; print -r -- ${{_comps[{name}]}}; \
                 autoload +X _{name}; print -r -- ${{functions[_{name}]}}",
                folder.display()
            ),
        );
        assert!(loaded.starts_with(&format!("_{name}\n")), "{loaded}");
        assert!(!words.is_empty());
        loaded
    });
}
