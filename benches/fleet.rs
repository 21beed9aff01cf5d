//! A fleet: thousands of checks by parallel callers, as a scheduler with many hosts makes them; ours and theirs in turn.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::cost::{median, millis};
use crate::lab::{self, PASSWORD, USER};
use crate::probe::{Run, built};
use crate::{PEERS, Server};

const CALLERS: usize = 32;
/// Blocks of each side, in turn.
const BLOCKS: usize = 4;
/// A block that is not done by then is cut off, and said to be.
const LIMIT: Duration = Duration::from_secs(120);

/// What one side did.
#[derive(Default)]
struct Tally {
    checks: usize,
    failed: usize,
    wall: Duration,
    cpu: f64,
    machine: f64,
    times: Vec<f64>,
}

type Check = (std::path::PathBuf, Run);

pub fn print(checks: usize) {
    println!(
        "\n## A fleet\n\n{checks} checks by {CALLERS} callers at once, in {BLOCKS} blocks of each side in turn: SMTP, SMTP STARTTLS,\n\
         SMTP STARTTLS with AUTH, IMAP, IMAPS, POP3 and POP3S alike.\n"
    );
    let sides = [("ours", ours()), ("theirs", theirs())];
    let mut tallies = [Tally::default(), Tally::default()];
    for block in 0..BLOCKS {
        let from = checks * block / BLOCKS;
        let to = checks * (block + 1) / BLOCKS;
        for ((_, side), tally) in sides.iter().zip(&mut tallies) {
            run(side, to - from, tally);
        }
    }
    println!(
        "|{:<8}|{:>7}|{:>9}|{:>7}|{:>12}|{:>14}|{:>9}|{:>9}|",
        "", "checks", "a second", "failed", "CPU s, them", "CPU s, machine", "median ms", "99 % ms"
    );
    println!(
        "|--------|------:|--------:|------:|-----------:|-------------:|--------:|--------:|"
    );
    for ((name, _), tally) in sides.iter().zip(&mut tallies) {
        tally.times.sort_by(f64::total_cmp);
        let late = tally.times.get(tally.times.len() * 99 / 100);
        #[expect(clippy::cast_precision_loss, reason = "thousands")]
        let speed = tally.checks as f64 / tally.wall.as_secs_f64();
        println!(
            "|{name:<8}|{:>7}|{speed:>9.0}|{:>7}|{:>12.1}|{:>14.1}|{:>9.1}|{:>9.1}|",
            tally.checks,
            tally.failed,
            tally.cpu,
            tally.machine,
            median(tally.times.iter().copied()),
            late.copied().unwrap_or(f64::NAN)
        );
        if tally.checks < checks {
            println!("\n{name}: cut off after {} s", LIMIT.as_secs());
        }
    }
}

/// So many checks, each caller taking the next one.
fn run(side: &[Check], checks: usize, tally: &mut Tally) {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let (start, busy) = (Instant::now(), busy());
    std::thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                let mut own = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= checks || start.elapsed() > LIMIT {
                        break;
                    }
                    own.push(one(&side[number % side.len()]));
                }
                done.lock().expect("the others").append(&mut own);
            });
        }
    });
    tally.wall += start.elapsed();
    tally.machine += self::busy() - busy;
    for (fine, cpu, wall) in done.into_inner().expect("all") {
        tally.checks += 1;
        tally.failed += usize::from(!fine);
        tally.cpu += cpu;
        tally.times.push(wall);
    }
}

/// Went it well, its CPU in seconds, its time in milliseconds.
fn one((path, run): &Check) -> (bool, f64, f64) {
    let mut command = run.command(path);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    // wait4 waits for it.
    #[allow(clippy::zombie_processes)]
    let child = command.spawn().expect("the check starts");
    let pid = libc::pid_t::try_from(child.id()).expect("a pid");
    let mut status = 0;
    // SAFETY: an all-zero rusage is a valid one; both live through the call.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::wait4(pid, &raw mut status, 0, &raw mut usage), pid);
        usage
    };
    let wall = millis(start.elapsed());
    let cpu = [usage.ru_utime, usage.ru_stime].map(|time| {
        #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
        let seconds = time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
        seconds
    });
    let fine = ExitStatus::from_raw(status).code() == Some(0);
    (fine, cpu[0] + cpu[1], wall)
}

/// CPU seconds that the whole machine has worked since it started: servers, callers and all.
fn busy() -> f64 {
    let text = std::fs::read_to_string("/proc/stat").expect("/proc/stat");
    let words: Vec<f64> = text
        .lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    // user nice system idle iowait irq softirq, in hundredths of a second.
    let idle: f64 = words.iter().skip(3).take(2).sum();
    (words.iter().take(7).sum::<f64>() - idle) / 100.0
}

fn ours() -> Vec<Check> {
    let check = |probe: &'static str, server: &Server, port: &str, more: &[&str]| {
        let run = Run::new(probe)
            .args(["-H", "localhost", "--address", "127.0.0.1", "-t", "20"])
            .args(["-p", &server.port(port).to_string(), "--ca-file"])
            .arg(server.ca())
            .args(more)
            .env("SECRET", PASSWORD);
        let path = built(probe).unwrap_or_else(|| panic!("{probe} is not built"));
        (path, run)
    };
    let (postfix, dovecot) = (lab::postfix(), lab::dovecot());
    let login = ["-S", "-A", "LOGIN", "-U", USER, "--password-env", "SECRET"];
    vec![
        check("check_smtp", postfix, "SMTP", &[]),
        check("check_smtp", postfix, "SMTP", &["-S"]),
        check("check_smtp", postfix, "SUBMISSION", &login),
        check("check_imap", dovecot, "IMAP", &[]),
        check("check_imap", dovecot, "IMAPS", &["--tls"]),
        check("check_pop3", dovecot, "POP3", &[]),
        check("check_pop3", dovecot, "POP3S", &["--tls"]),
    ]
}

fn theirs() -> Vec<Check> {
    let check = |name: &str, server: &Server, port: &str, more: &[&str]| {
        let run = Run::new(name)
            .args(["-H", "127.0.0.1", "-t", "20"])
            .args(["-p", &server.port(port).to_string()])
            .args(more);
        (std::path::Path::new(PEERS).join(name), run)
    };
    let (postfix, dovecot) = (lab::postfix(), lab::dovecot());
    let login = ["-S", "-A", "LOGIN", "-U", USER, "-P", PASSWORD];
    vec![
        check("check_smtp", postfix, "SMTP", &[]),
        check("check_smtp", postfix, "SMTP", &["-S"]),
        check("check_smtp", postfix, "SUBMISSION", &login),
        check("check_imap", dovecot, "IMAP", &[]),
        check("check_simap", dovecot, "IMAPS", &[]),
        check("check_pop", dovecot, "POP3", &[]),
        check("check_spop", dovecot, "POP3S", &[]),
    ]
}
