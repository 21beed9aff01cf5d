//! Running a probe, and the strict reader of its output.

use std::path::Path;
use std::time::Duration;

use crate::sandbox::plugin_output::parse;
use crate::sandbox::probe::Run;

fn shell(script: &str) -> Run {
    Run::new("sh").args(["-c", script])
}

const SH: &str = "/bin/sh";

#[test]
fn exit_codes_signals_and_output() {
    let outcome = shell("echo out; echo err >&2; exit 2").run_binary(Path::new(SH));
    assert_eq!(
        (outcome.code, outcome.signal, outcome.killed),
        (Some(2), None, false)
    );
    assert_eq!(
        (outcome.stdout.as_str(), outcome.stderr.as_str()),
        ("out\n", "err\n")
    );
    let outcome = shell("kill -9 $$").run_binary(Path::new(SH));
    assert_eq!((outcome.code, outcome.signal), (None, Some(9)));
}

#[test]
fn environment_and_input_are_what_was_given() {
    let run = shell("cat; echo $A ${HOME-none}")
        .env("A", "b")
        .stdin("in ");
    assert_eq!(run.run_binary(Path::new(SH)).stdout, "in b none\n");
}

#[test]
fn patience_ends_for_children_too() {
    let outcome = shell("sleep 60 & sleep 60")
        .kill_after(Duration::from_millis(100))
        .run_binary(Path::new(SH));
    assert!(outcome.killed && outcome.signal == Some(9));
    assert!(outcome.took() < Duration::from_secs(5));
}

#[test]
fn memory_is_the_childs_own() {
    let ballast: Vec<u8> = (0..64 << 20).map(|n| (n % 251) as u8).collect();
    let outcome =
        shell("for i in 1 2 3 4 5 6 7 8 9; do :; done; exec sleep 0.05").run_binary(Path::new(SH));
    assert!(ballast.contains(&7));
    assert!(
        outcome.max_rss_kib > 100 && outcome.max_rss_kib < 16 * 1024,
        "{} KiB",
        outcome.max_rss_kib
    );
}

#[test]
fn long_output_does_not_block_the_child() {
    let outcome = shell("head -c 20000000 /dev/zero").run_binary(Path::new(SH));
    assert_eq!(outcome.code, Some(0));
    assert_eq!(outcome.raw.len(), 8 << 20);
}

#[test]
fn output_is_read_strictly() {
    let line = parse("SMTP OK - fine | time=0.041s;1;5;0 'a b'=3;@1:2;~:5;;9\nmore\n").unwrap();
    assert_eq!(
        (
            line.service.as_str(),
            line.status.as_str(),
            line.text.as_str()
        ),
        ("SMTP", "OK", "fine")
    );
    assert_eq!(line.labels(), ["time", "a b"]);
    let time = line.perf("time").unwrap();
    assert_eq!(
        (
            time.value,
            time.unit.as_str(),
            time.warn.as_deref(),
            time.min
        ),
        (0.041, "s", Some("1"), Some(0.0))
    );
    assert_eq!(line.perf("a b").unwrap().max, Some(9.0));
    assert!(
        parse("POP3 UNKNOWN - no perfdata\n")
            .unwrap()
            .perfdata
            .is_empty()
    );
    for bad in [
        "",
        "SMTP OK - fine",
        "SMTP FINE - x\n",
        "smtp OK - x\n",
        "SMTP OK fine\n",
        "SMTP OK - x | time=1 | y=2\n",
        "SMTP OK - x | time=1e3s\n",
        "SMTP OK - x | time=U\n",
        "SMTP OK - x | time=NaN\n",
        "SMTP OK - x | time=1,5s\n",
        "SMTP OK - x | time=1parsec\n",
        "SMTP OK - x | time=1s;2;3;4;5;6\n",
        "SMTP OK - x | time=1s;b\n",
        "SMTP OK - x | time=1s  y=2\n",
        "SMTP OK - x | a b=1\n",
        "SMTP OK - x | time=1 time=2\n",
        "SMTP OK - x|time=1\n",
        "SMTP OK - gr\u{fc}\u{df}e\n",
        "SMTP OK - \u{1b}[31mred\n",
        "SMTP OK - x\nmore | y=1\n",
    ] {
        assert!(parse(bad).is_err(), "{bad:?}");
    }
}
