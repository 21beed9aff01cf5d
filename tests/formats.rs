//! The formats that other programs read, as those programs read them, and the options about where output goes.

// A test that waits for a port needs a clock of its own.
#![allow(clippy::disallowed_methods)]

#[path = "sandbox/demo.rs"]
#[allow(dead_code, reason = "its scenes are played here, not shown")]
mod demo;
#[path = "formats/readers.rs"]
mod readers;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "formats/seven.rs"]
mod seven;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use sandbox::probe::{Outcome, Run};
use sandbox::{Sandbox, Scenario};

/// What a hostile server greets with: markup, quotes, escapes and control characters of every format.
const HOSTILE: &str = "220 a\"b'c\\d\\ne <f> & ]]> {g=\"h\"} 1\u{7}\u{1b}[31m | i=1 \u{fffe}\r\n";

fn smtp(port: u16, options: &[&str]) -> Outcome {
    Run::new("check_smtp")
        .args(["-H", "127.0.0.1", "-p", &port.to_string(), "-t", "5"])
        .args(options)
        .kill_after(Duration::from_secs(30))
        .run()
}

/// A port that nobody listens at.
fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A server that greets like this and says 250 to everything.
fn greets(listener: std::net::TcpListener, greeting: &'static str) {
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = stream.write_all(greeting.as_bytes());
            let mut buffer = [0; 512];
            while let Ok(1..) = std::io::Read::read(&mut stream, &mut buffer) {
                let _ = stream.write_all(b"250 ok\r\n");
            }
        }
    });
}

/// The same on a port of the kernel's choice.
fn greeting(greeting: &'static str) -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    greets(listener, greeting);
    port
}

/// Runs a program of the readers' own over a text; gives what it complains about.
fn fed(program: &Path, arguments: &[&str], text: &str) -> Result<(), String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}: is it installed?", program.display()));
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let said = child.wait_with_output().unwrap();
    if said.status.success() && said.stderr.is_empty() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&said.stderr).into_owned())
}

/// The same as a refusal.
const REFUSAL: &str = "554 a\"b'c\\d\\ne <f> & ]]> {g=\"h\"} 1\u{7}\u{1b}[31m | i=1 \u{fffe}\r\n";

/// One server that serves, one that is full of markup, one that is not there; each alone and all together.
fn outcomes(format: &str) -> Vec<(Outcome, i32)> {
    let good = Sandbox::start(Scenario::smtp());
    let hostile = greeting(HOSTILE);
    let refused = greeting(REFUSAL);
    let closed = closed_port();
    let options = ["--format", format, "-w", "time=4", "-c", "time=5"];
    let mut all = Vec::new();
    for (port, code) in [(good.port(), 0), (hostile, 0), (refused, 2), (closed, 2)] {
        for verbose in [&[][..], &["-vvv"]] {
            all.push((smtp(port, &[&options[..], verbose].concat()), code));
        }
    }
    let ports = format!("{},{},{closed}", good.port(), hostile);
    let many = [&options[..], &["-p", &ports, "-vv"]].concat();
    all.push((smtp(refused, &many), 2));
    all
}

#[test]
fn prometheus_takes_the_exposition() {
    let promtool =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("target/lab/root-prometheus/usr/bin/promtool");
    for (outcome, code) in outcomes("prometheus") {
        assert_eq!(outcome.code, Some(code), "{outcome}");
        if let Err(complaint) = fed(&promtool, &["check", "metrics"], &outcome.stdout) {
            panic!("{complaint}\n{outcome}");
        }
        let verdicts = outcome
            .stdout
            .lines()
            .filter(|line| line.starts_with("mailprobe_status{service=\"smtp\",target=\""))
            .map(|line| line.rsplit(' ').next().unwrap().parse::<i32>().unwrap());
        assert_eq!(verdicts.max(), Some(code), "{outcome}");
    }
}

#[test]
fn prometheus_has_each_metric_of_each_target() {
    let server = Sandbox::start(Scenario::smtp());
    let closed = closed_port();
    let second = closed.to_string();
    let text = smtp(server.port(), &["--format", "prometheus", "-p", &second]).stdout;
    let series = |start: &str, target: u16| {
        let whole = format!("{start}target=\"127.0.0.1:{target}\"");
        text.lines().filter(|line| line.starts_with(&whole)).count()
    };
    assert_eq!(series("mailprobe_smtp_time_seconds{", server.port()), 1);
    assert_eq!(series("mailprobe_smtp_greeting_seconds{", server.port()), 1);
    assert_eq!(series("mailprobe_smtp_greeting_seconds{", closed), 0);
    assert!(
        text.contains(&format!(
            "mailprobe_finding{{service=\"smtp\",target=\"127.0.0.1:{closed}\",id=\"connect-refused\",status=\"CRITICAL\"}} 1\n"
        )),
        "{text}"
    );
}

#[test]
fn junit_is_xml_with_a_case_for_each_target() {
    for (outcome, code) in outcomes("junit") {
        assert_eq!(outcome.code, Some(code), "{outcome}");
        if let Err(complaint) = fed(
            Path::new("xmllint"),
            &["--noout", "--nonet", "-"],
            &outcome.stdout,
        ) {
            panic!("{complaint}\n{outcome}");
        }
        let failures = outcome.stdout.matches("<failure type=\"").count();
        assert_eq!(failures > 0, code > 0, "{outcome}");
        let cases = outcome.stdout.matches("<testcase ").count();
        let tests = format!("tests=\"{cases}\" failures=\"{failures}\" errors=\"0\"");
        assert!(outcome.stdout.contains(&tests), "{outcome}");
    }
}

#[test]
fn checkmk_gets_one_line_for_each_target() {
    for (outcome, code) in outcomes("checkmk") {
        assert_eq!(outcome.code, Some(code), "{outcome}");
        let mut worst = 0;
        for line in outcome.stdout.lines() {
            let (status, rest) = line.split_once(" \"").expect(line);
            let (name, rest) = rest.split_once("\" ").expect(line);
            let (data, text) = rest.split_once(' ').expect(line);
            assert!(name.starts_with("SMTP 127.0.0.1:"), "{line}");
            assert!(!text.is_empty(), "{line}");
            worst = worst.max(status.parse::<i32>().expect(line));
            let mut entries = data.split('|');
            let first = entries.next().expect(line);
            assert!(first.starts_with("time=0"), "{line}");
            assert!(first.contains(";4;5;0"), "levels are plain: {line}");
            for entry in std::iter::once(first).chain(entries) {
                let (label, values) = entry.split_once('=').expect(line);
                assert!(
                    label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'_'),
                    "{line}"
                );
                for value in values.split(';') {
                    assert!(value.is_empty() || value.parse::<f64>().is_ok(), "{line}");
                }
            }
        }
        assert_eq!(worst, code, "{outcome}");
    }
}

#[test]
fn a_quiet_check_speaks_only_of_trouble() {
    let server = Sandbox::start(Scenario::smtp());
    let fine = smtp(server.port(), &["--quiet", "-v"]);
    assert_eq!((fine.stdout.as_str(), fine.code), ("", Some(0)), "{fine}");
    let warned = smtp(server.port(), &["--quiet", "-w", "time=0"]);
    assert_eq!(warned.code, Some(1), "{warned}");
    assert!(warned.stdout.starts_with("SMTP WARNING - "), "{warned}");
    let down = smtp(closed_port(), &["--quiet", "--exit-zero"]);
    assert_eq!(down.code, Some(0), "{down}");
    assert!(down.stdout.starts_with("SMTP CRITICAL - "), "{down}");
}

#[test]
fn an_output_file_is_whole_or_absent() {
    let server = Sandbox::start(Scenario::smtp());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smtp.prom");
    let file = path.to_str().unwrap();
    std::fs::write(&path, "old").unwrap();
    for (port, code, verdict) in [(server.port(), 0, "} 0\n"), (closed_port(), 2, "} 2\n")] {
        let run = smtp(port, &["--format", "prometheus", "--output-file", file]);
        assert_eq!((run.stdout.as_str(), run.code), ("", Some(code)), "{run}");
        let text = std::fs::read_to_string(&path).unwrap();
        let first = text.lines().nth(2).unwrap().to_owned() + "\n";
        assert!(first.ends_with(verdict), "{text}");
    }
    let names = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 1, "nothing is left beside the file");
    for place in [
        "/proc/self/none/smtp.prom",
        "/",
        folder.path().to_str().unwrap(),
    ] {
        let run = smtp(server.port(), &["--output-file", place]);
        assert_eq!(run.code, Some(3), "{run}");
        assert!(run.stdout.starts_with("SMTP UNKNOWN - write "), "{run}");
        assert_eq!(run.stdout.lines().count(), 1, "{run}");
    }
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(
        left, 1,
        "a file that could not be put in its place is removed"
    );
}

#[test]
fn a_check_waits_until_the_server_is_up() {
    let port = closed_port();
    let patient = std::thread::spawn(move || smtp(port, &["--retry-for", "20s"]));
    std::thread::sleep(Duration::from_millis(300));
    // The first attempt has found nobody, or will find this one at once: either way the answer is OK.
    let listener = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    greets(listener, "220 mail.example.org ESMTP\r\n");
    let outcome = patient.join().unwrap();
    assert_eq!(outcome.code, Some(0), "{outcome}");
}

#[test]
fn patience_ends() {
    let outcome = smtp(closed_port(), &["--retry-for", "1500ms"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(outcome.wall >= Duration::from_millis(1400), "{outcome}");
    assert!(outcome.took() < Duration::from_secs(4), "{outcome}");
    // A mistake does not get better by waiting.
    let wrong = smtp(1, &["--retry-for", "20s", "--no-such-option"]);
    assert_eq!(wrong.code, Some(3), "{wrong}");
    assert!(wrong.took() < Duration::from_secs(2), "{wrong}");
    let wrong = smtp(1, &["--retry-for", "soon"]);
    assert_eq!(wrong.code, Some(3), "{wrong}");
}

/// The node exporter reads its folder whenever it is scraped: it must never see half a file, or none.
#[test]
fn a_textfile_collector_sees_whole_files_only() {
    let server = Sandbox::start(Scenario::smtp());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mail.prom");
    let write = |port: u16| {
        let options = ["--format", "prometheus", "--output-file"];
        smtp(port, &[&options[..], &[path.to_str().unwrap()]].concat())
    };
    write(server.port());
    let done = std::sync::atomic::AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = std::collections::BTreeSet::new();
            let mut reads = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) || reads == 0 {
                // As the collector does: the files that end like this, whatever else is there.
                let files = std::fs::read_dir(folder.path()).unwrap();
                let mut files = files.map(|file| file.unwrap().path());
                let file = files.find(|file| {
                    let name = file.file_name().unwrap().to_str().unwrap();
                    name.ends_with(".prom")
                });
                let text = std::fs::read_to_string(file.expect("a file")).unwrap();
                assert!(text.starts_with("# HELP mailprobe_status "), "{text:?}");
                assert!(text.ends_with('\n'), "{text:?}");
                let verdict = text.lines().nth(2).unwrap().rsplit(' ').next().unwrap();
                let last = text.lines().last().unwrap().split('{').next().unwrap();
                seen.insert((verdict.to_owned(), last.to_owned()));
                reads += 1;
            }
            seen
        });
        for _ in 0..8 {
            write(closed_port());
            write(server.port());
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        reader.join().unwrap()
    });
    // Nothing between a file of a good run and one of a bad run was ever seen.
    for (verdict, last) in &seen {
        let whole = match verdict.as_str() {
            "0" => "mailprobe_smtp_size_limit_bytes",
            _ => "mailprobe_smtp_dns_seconds",
        };
        assert_eq!(last, whole, "{seen:?}");
    }
}
