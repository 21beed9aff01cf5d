//! A probe that sees other system files than this machine's: bind mounts in a mount namespace of its own.

use std::path::{Path, PathBuf};

use crate::sandbox::probe::{Outcome, Run, built};

/// Each pair is laid over the second path, for this run alone.
pub fn run_with(over: &[(&Path, &str)], options: &[&str], environment: &[(&str, &str)]) -> Outcome {
    run_probe_with("check_smtp", over, options, environment)
}

/// The same for any probe.
pub fn run_probe_with(
    name: &str,
    over: &[(&Path, &str)],
    options: &[&str],
    environment: &[(&str, &str)],
) -> Outcome {
    // SAFETY: a plain system call.
    let root = unsafe { libc::getuid() } == 0;
    let mut script = String::new();
    for (at, _) in over.iter().enumerate() {
        script.push_str(&format!(
            "mount --bind \"$FROM{at}\" \"$TO{at}\" || exit 99\n"
        ));
    }
    script.push_str("exec \"$0\" \"$@\"");
    let mut run = Run::new(name).arg("--mount");
    if !root {
        run = run.arg("--map-root-user");
    }
    run = run
        .args(["--", "sh", "-c", &script])
        .arg(probe(name))
        .args(options);
    for (at, (from, to)) in over.iter().enumerate() {
        run = run
            .env(format!("FROM{at}"), from)
            .env(format!("TO{at}"), to);
    }
    for (name, value) in environment {
        run = run.env(name, value);
    }
    let outcome = run.run_binary(Path::new("/usr/bin/unshare"));
    assert!(
        outcome.code != Some(99) && !outcome.stdout.is_empty(),
        "this test needs a mount namespace (root, or user namespaces allowed)\n{outcome}"
    );
    outcome
}

fn probe(name: &str) -> PathBuf {
    built(name).unwrap_or_else(|| panic!("{name} is not built"))
}
