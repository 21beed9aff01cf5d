//! Where and when: a number without its machine and the versions says little.

use std::process::Command;

/// Packages whose programs stand on one side or the other.
const PACKAGES: [&str; 9] = [
    "monitoring-plugins-basic",
    "monitoring-plugins-contrib",
    "postfix",
    "dovecot-core",
    "libssl3",
    "openssl",
    "perl-base",
    "libc6",
    "valgrind",
];

pub fn print(runs: usize) {
    println!("# What a check costs\n");
    println!(
        "mailprobe {}, {} build, {}; medians of {runs} runs (fewer where a line says so).",
        env!("CARGO_PKG_VERSION"),
        profile(),
        said("date", &["-u", "+%Y-%m-%d"]),
    );
    println!(
        "{}, {} CPUs ({}), load {} at the start.",
        said("uname", &["-srm"]),
        std::thread::available_parallelism().map_or(1, usize::from),
        cpu(),
        first_words("/proc/loadavg", 3),
    );
    let versions: Vec<String> = PACKAGES.iter().filter_map(|name| version(name)).collect();
    for line in wrapped(&versions.join(", ")) {
        println!("{line}");
    }
}

/// The folder below `target` that the probes are in.
fn profile() -> String {
    let path = crate::probe::built("check_smtp").expect("check_smtp is built");
    let folder = path.parent().and_then(std::path::Path::file_name);
    folder.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn said(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    let text = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&text).trim().to_owned()
}

/// `postfix 3.7.11-0+deb12u1`; none where the package is not installed.
fn version(package: &str) -> Option<String> {
    let version = said("dpkg-query", &["-W", "-f", "${Version}", package]);
    (!version.is_empty()).then(|| format!("{package} {version}"))
}

fn cpu() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| "unknown".to_owned(), |(_, name)| name.trim().to_owned())
}

fn first_words(path: &str, count: usize) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().take(count).collect();
    words.join(" ")
}

/// At most 100 columns.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("a line");
        if line.len() + word.len() + 1 > 100 {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
