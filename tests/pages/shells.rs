//! Each shell loads its completions and offers what there is: bash by its function, fish by `complete -C`, zsh in its
//! line editor, at a terminal that zsh's own zpty makes.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use mailprobe::probe::table::PROBES;

use super::completions::values::Value;
use super::completions::{self, Completed};

/// A run of a shell in a folder of its own, which holds `ca.pem` and the folder `certs`.
fn said(program: &str, arguments: &[&str], folder: &Path) -> String {
    let said = Command::new("timeout")
        .args(["120", program])
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_DATA_HOME")
        .env_remove("ZDOTDIR")
        .env("TERM", "dumb")
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}: is it installed?"));
    let complaints = String::from_utf8_lossy(&said.stderr);
    assert!(
        said.status.success() && complaints.is_empty(),
        "{program} {arguments:?}: {:?} {complaints}",
        said.status
    );
    String::from_utf8(said.stdout).unwrap()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ca.pem"), "").unwrap();
    std::fs::create_dir(folder.path().join("certs")).unwrap();
    folder
}

/// What a shell offers for each of some lines: its answers end with `END`.
type Offers = fn(probe: &str, lines: &Path, folder: &Path) -> String;

fn bash(probe: &str, lines: &Path, folder: &Path) -> String {
    let file = super::root().join(format!("completions/bash/{probe}"));
    let script = format!(
        "source '{}'\nwhile IFS= read -r COMP_LINE; do\n  COMP_POINT=${{#COMP_LINE}} COMPREPLY=()\n  _{probe}\n  \
         printf '%s\\n' \"${{COMPREPLY[@]}}\" END\ndone <'{}'\n",
        file.display(),
        lines.display()
    );
    said("bash", &["--norc", "-c", &script], folder)
}

fn fish(probe: &str, lines: &Path, folder: &Path) -> String {
    let file = super::root().join(format!("completions/fish/{probe}.fish"));
    let script = format!(
        "source '{}'\nwhile read -l line\n  complete -C \"$line\"\n  echo END\nend <'{}'\n",
        file.display(),
        lines.display()
    );
    said("fish", &["--no-config", "-c", &script], folder)
}

/// What the zsh at the terminal does: the line editor completes as ever, and everything that is added is written down.
const ZSH_WITHIN: &str = r#"
PS1= fpath=(FOLDER $fpath)
autoload -U compinit; compinit -u -D
compadd() {
    if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
        local -a __hits
        builtin compadd -A __hits "$@"
        local __at=${@[(I)-*S]} __behind=
        (( __at )) && __behind=${@[__at + 1]}
        (( $#__hits )) && print -rl -- ${^__hits}$__behind >&9
    fi
    builtin compadd "$@"
}
capture() { _main_complete; compstate[list]= compstate[insert]=; print -r -- END >&9 }
zle -C capture list-choices capture
bindkey '^I' capture
exec 9>offers
print -r -- READY >&9
"#;

const ZSH_DRIVER: &str = r#"
zmodload zsh/zpty
mkfifo offers
zpty line zsh -f -i
zpty -w line 'source ./within'
exec 8<offers
read -r ready <&8
while IFS= read -r typed; do
    while zpty -rt line echoed; do :; done
    zpty -w -n line $'\x15'"$typed"$'\t'
    while read -r offer <&8; do
        print -r -- $offer
        [[ $offer != END ]] || break
    done
done <LINES
zpty -d line
rm offers
"#;

fn zsh(_probe: &str, lines: &Path, folder: &Path) -> String {
    let functions = super::root().join("completions/zsh");
    let within = ZSH_WITHIN.replace("FOLDER", &functions.display().to_string());
    std::fs::write(folder.join("within"), within).unwrap();
    let driver = ZSH_DRIVER.replace("LINES", &lines.display().to_string());
    said("zsh", &["-f", "-c", &driver], folder)
}

/// A line, what must be offered for it, and whether that is all.
struct Case {
    line: String,
    wanted: Vec<String>,
    exactly: bool,
}

fn case(line: String, wanted: Vec<String>, exactly: bool) -> Case {
    Case {
        line,
        wanted,
        exactly,
    }
}

/// Everything that is known of a probe's options, as lines to be completed.
fn cases(name: &str, options: &[Completed]) -> Vec<Case> {
    let longs = |rare: bool| {
        let all = options.iter().filter(move |option| option.rare == rare);
        all.flat_map(|option| option.longs.iter().map(|long| format!("--{long}")))
    };
    let mut all = vec![
        case(format!("{name} --"), longs(false).collect(), true),
        case(format!("{name} --format=js"), vec!["json".to_owned()], true),
        case(
            format!("{name} --verbose --on internal"),
            vec!["internal-error=".to_owned()],
            true,
        ),
        case(
            format!("{name} --on internal-error="),
            ["ok", "warning", "critical", "unknown"]
                .map(str::to_owned)
                .to_vec(),
            true,
        ),
        case(
            format!("{name} -t 5 --on=internal-error=cr"),
            vec!["critical".to_owned()],
            true,
        ),
        case(format!("{name} --time"), vec!["--timeout".to_owned()], true),
    ];
    // What the help does not show is there for who knows it.
    if let Some(rare) = longs(true).next() {
        let known: Vec<String> = longs(true).filter(|long| long.starts_with(&rare)).collect();
        if !longs(false).any(|long| long.starts_with(&rare)) {
            all.push(case(format!("{name} {rare}"), known, true));
        }
    }
    for option in options.iter().filter(|option| !option.rare) {
        for spelling in option.spellings() {
            // A value that may be left out is joined to its option.
            let line = match (option.optional, spelling.starts_with("--")) {
                (true, false) => continue,
                (true, true) => format!("{name} {spelling}="),
                (false, _) => format!("{name} {spelling} "),
            };
            let (begun, wanted, exactly) = match &option.value {
                Value::None | Value::Text | Value::Hosts => continue,
                Value::Files => ("c", vec!["ca.pem".to_owned()], false),
                Value::Folders => ("c", vec!["certs".to_owned()], true),
                Value::Words(words) => (
                    "",
                    words.iter().map(|word| word.name.clone()).collect(),
                    true,
                ),
                Value::List(words) => (
                    "x,",
                    words.iter().map(|word| word.name.clone()).collect(),
                    true,
                ),
                Value::Pairs(words, _) => {
                    let both = words.iter().map(|word| format!("{}=", word.name));
                    ("", both.collect(), true)
                }
            };
            all.push(case(format!("{line}{begun}"), wanted, exactly));
        }
    }
    all
}

/// What a shell offers, without what it says of it and what stands in the line already.
fn plain(offered: &str, line: &str) -> String {
    let offered = offered.split('\t').next().unwrap_or_default();
    // A folder may go on, a list, too.
    let offered = offered.trim_end_matches(['/', ',']);
    let typed = line.rsplit(' ').next().unwrap_or_default();
    // fish offers an option whose value may be left out with and without its `=`.
    if offered.starts_with("--") && !typed.contains('=') {
        return offered.trim_end_matches('=').to_owned();
    }
    (1..=typed.len())
        .rev()
        .filter_map(|length| typed.get(..length))
        .filter(|stem| stem.ends_with(['=', ',']))
        .find_map(|stem| offered.strip_prefix(stem))
        .or_else(|| {
            let value = typed.split_once('=').map(|(_, value)| value)?;
            offered.strip_prefix(value.get(..=value.rfind('=')?)?)
        })
        .unwrap_or(offered)
        .to_owned()
}

fn offers_all(offers: Offers) {
    for probe in PROBES {
        let folder = folder();
        let cases = cases(probe.name, &completions::options(probe));
        let lines: String = cases.iter().map(|case| case.line.clone() + "\n").collect();
        let file = folder.path().join("lines");
        std::fs::write(&file, lines).unwrap();
        let said = offers(probe.name, &file, folder.path());
        let answers: Vec<&str> = said.split_terminator("END\n").collect();
        assert_eq!(answers.len(), cases.len(), "{said}");
        for (case, answer) in cases.iter().zip(answers) {
            let offered: BTreeSet<String> = answer
                .lines()
                .filter(|line| !line.is_empty())
                .map(|line| plain(line, &case.line))
                .collect();
            let wanted: BTreeSet<String> = case.wanted.iter().cloned().collect();
            let right = if case.exactly {
                offered == wanted
            } else {
                offered.is_superset(&wanted)
            };
            assert!(
                right,
                "{:?}\noffers {offered:?}\nwanted {wanted:?}\n{answer}",
                case.line
            );
        }
    }
}

#[test]
fn bash_completes() {
    offers_all(bash);
}

#[test]
fn fish_completes() {
    offers_all(fish);
}

#[test]
fn zsh_completes() {
    offers_all(zsh);
}

/// A line that is typed at a terminal with tabs in it, and what the command then gets.
const TYPED: &str = r#"
zmodload zsh/zpty
mkfifo got
zpty line SHELL
zpty -w line 'source ./within'
exec 8<got
read -r ready <&8
while zpty -rt line echoed; do :; done
zpty -w -n line $'check_smtp --on cert-exp\tcr\t--format=js\t--ca-file c\t-p 46\t\n'
read -r words <&8
print -r -- $words
zpty -d line
rm got
"#;

fn types(shell: &str, within: &str) {
    let folder = folder();
    std::fs::remove_dir(folder.path().join("certs")).unwrap();
    let within = format!(
        "PS1=\n{within}\nexec 9>got\ncheck_smtp() {{ printf '%s\\n' \"$*\" >&9; }}\necho ready >&9\n"
    );
    std::fs::write(folder.path().join("within"), within).unwrap();
    let driver = TYPED.replace("SHELL", shell);
    assert_eq!(
        said("zsh", &["-f", "-c", &driver], folder.path()),
        "--on cert-expired=critical --format=json --ca-file ca.pem -p 465:tls\n",
        "{shell}"
    );
}

#[test]
fn tabs_complete_a_line_in_bash() {
    let file = super::root().join("completions/bash/check_smtp");
    types(
        "bash --norc --noprofile -i",
        &format!(
            "bind 'set enable-bracketed-paste off'\nsource '{}'",
            file.display()
        ),
    );
}

#[test]
fn tabs_complete_a_line_in_zsh() {
    let folder = super::root().join("completions/zsh");
    types(
        "zsh -f -i",
        &format!(
            "fpath=('{}' $fpath); autoload -U compinit; compinit -u -D",
            folder.display()
        ),
    );
}

/// A probe as cargo has built it, beside this test.
fn built(name: &str) -> std::path::PathBuf {
    let here = std::env::current_exe().unwrap();
    let mut places = here.ancestors().skip(1).map(|place| place.join(name));
    places
        .find(|path| path.is_file())
        .expect("the probe is built")
}

/// A word that is offered is a word that is understood: nothing is said against it.
#[test]
fn what_is_offered_is_accepted() {
    for probe in PROBES {
        let base: &[&str] = match probe.name {
            "check_mailq" => &["--input", "/dev/null"],
            "check_blacklist" => &["-H", "192.0.2.1", "-n", "127.0.0.1:1"],
            "check_roundtrip" => &[
                "--from=a@example.org",
                "--to=b@example.org",
                "--send=smtp://127.0.0.1:1",
                "--receive=maildir:/nonexistent",
            ],
            _ => &["-H", "127.0.0.1", "-p", "1"],
        };
        for option in completions::options(probe) {
            let (Value::Words(words) | Value::List(words)) = &option.value else {
                continue;
            };
            let Some(long) = option.longs.first().filter(|_| !option.rare) else {
                continue;
            };
            // The table's own zones, whose number is their only trouble.
            if matches!(long.as_str(), "server" | "exclude" | "require-allowlist") {
                continue;
            }
            for word in words {
                let given = format!("--{long}={}", word.name);
                let said = Command::new(built(probe.name))
                    .args(base)
                    .args(["-t", "1s", &given])
                    .output()
                    .unwrap_or_else(|error| panic!("{}: {error}", probe.name));
                let text = String::from_utf8_lossy(&said.stdout);
                let quoted = [format!("{:?}", word.name), format!("'{}'", word.name)];
                assert!(
                    said.status.code() != Some(3) || !quoted.iter().any(|word| text.contains(word)),
                    "{} {given}: {text}",
                    probe.name
                );
            }
        }
    }
}
