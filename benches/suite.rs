//! The probes that are no conversation with one mail server, beside what people use instead: certificates, queues,
//! blocklists.

use std::collections::VecDeque;
use std::fmt::Write;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use super::sandbox::probe::{Outcome, Run, built};
use super::{PEERS, lab, median, millis};

/// What a name server is late by, both ways together.
const LATE: Duration = Duration::from_millis(50);
const ZONES: usize = 100;
const ADDRESSES: [&str; 4] = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"];

/// One line of the table.
struct Row {
    name: String,
    ours: Run,
    theirs: Vec<(&'static str, PathBuf, Run)>,
    runs: usize,
}

/// Runs ours and theirs in turn and prints medians.
fn table(title: &str, rows: Vec<Row>) {
    println!("\n{title}");
    println!(
        "{:<46} {:>9} {:>9} {:>9}",
        "", "CPU ms", "wall ms", "peak MiB"
    );
    for row in rows {
        let mut samples = vec![Vec::new(); row.theirs.len() + 1];
        for _ in 0..row.runs {
            let mut outcomes = vec![row.ours.run()];
            outcomes.extend(row.theirs.iter().map(|(_, path, run)| run.run_binary(path)));
            assert!(matches!(outcomes[0].code, Some(0..=2)), "{}", outcomes[0]);
            for (outcome, kept) in outcomes.iter().zip(&mut samples) {
                if outcome.code != Some(0) {
                    println!(
                        "note: {}",
                        outcome.stdout.lines().next().unwrap_or_default()
                    );
                }
                kept.push(cost(outcome));
            }
        }
        let names = std::iter::once("ours").chain(row.theirs.iter().map(|(name, _, _)| *name));
        for (name, samples) in names.zip(&samples) {
            let shown = format!("{} ({name})", row.name);
            println!(
                "{shown:<46} {:>9.1} {:>9.1} {:>9.1}",
                median(samples, 0),
                median(samples, 1),
                median(samples, 2)
            );
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "memory in KiB fits")]
fn cost(outcome: &Outcome) -> [f64; 3] {
    [
        millis(outcome.cpu),
        millis(outcome.wall),
        outcome.max_rss_kib as f64 / 1024.0,
    ]
}

/// One inspection over STARTTLS, and the time until the first packet.
pub fn certificate(runs: usize) {
    let postfix = lab::postfix();
    let port = postfix.port("SMTP").to_string();
    let row = Row {
        name: "certificate over STARTTLS".to_owned(),
        ours: Run::new("check_cert")
            .args(["-H", "localhost", "--address", "127.0.0.1", "-p", &port])
            .args(["-P", "smtp", "--starttls", "--ca-file"])
            .arg(postfix.ca()),
        theirs: vec![
            (
                "openssl s_client",
                "/usr/bin/openssl".into(),
                Run::new("openssl")
                    .args(["s_client", "-starttls", "smtp", "-connect"])
                    .arg(format!("127.0.0.1:{port}"))
                    .stdin("QUIT\n"),
            ),
            (
                "check_ssl_cert",
                Path::new(PEERS).join("check_ssl_cert"),
                Run::new("check_ssl_cert")
                    .args([
                        "--ignore-sct",
                        "--ignore-ocsp",
                        "-H",
                        "localhost",
                        "-p",
                        &port,
                    ])
                    .args(["-P", "smtp", "-m", "localhost", "-r"])
                    .arg(postfix.ca())
                    .kill_after(Duration::from_secs(60)),
            ),
        ],
        runs: runs.min(20),
    };
    table("certificates", vec![row]);
    let mut first: Vec<f64> = (0..runs).map(|_| millis(first_packet())).collect();
    first.sort_by(f64::total_cmp);
    println!(
        "from start to the first packet: {:.1} ms (median), {:.1} ms (least)",
        first[first.len() / 2],
        first[0]
    );
}

/// From the start of the process to the connection.
fn first_packet() -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("a port").port().to_string();
    let binary = built("check_cert").expect("check_cert is built");
    let start = Instant::now();
    let mut child = std::process::Command::new(binary)
        .args(["-H", "127.0.0.1", "-p", &port, "-P", "tls", "-t", "2"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("check_cert starts");
    let accepted = listener.accept().expect("a connection");
    let time = start.elapsed();
    drop(accepted);
    let _ = child.wait();
    time
}

/// Listings of Postfix's queue, from a program that does nothing but print them.
pub fn queue(runs: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rows = Vec::new();
    for (messages, runs) in [(1_000, runs), (100_000, 7), (1_000_000, 3)] {
        let file = folder.path().join(messages.to_string());
        std::fs::write(&file, listing(messages)).expect("a listing");
        rows.push(Row {
            name: format!("queue of {messages}"),
            ours: Run::new("check_mailq")
                .args(["-M", "postfix", "-t", "120", "-w", "total=9000000"])
                .args(["--command", "/bin/cat", "--command-arg"])
                .arg(&file)
                .kill_after(Duration::from_secs(120)),
            theirs: vec![(
                "cat",
                "/bin/sh".into(),
                Run::new("sh")
                    .args(["-c", "cat \"$0\" >/dev/null"])
                    .arg(&file),
            )],
            runs,
        });
    }
    table("queues (a listing as postqueue -j prints it)", rows);
}

fn listing(messages: usize) -> String {
    const DOMAINS: [&str; 5] = [
        "example.com",
        "example.net",
        "example.org",
        "mail.test",
        "b.test",
    ];
    const REASONS: [&str; 4] = [
        "connect to mx1.example.com[192.0.2.25]:25: Connection timed out",
        "host mx.example.net[198.51.100.7] said: 450 4.2.0 <u@example.net>: Recipient address rejected: Greylisted",
        "host mx.mail.test[203.0.113.9] said: 421-4.7.28 Our system has detected an unusual rate of mail",
        "Host or domain name not found. Name service error for name=b.test type=MX: Host not found, try again",
    ];
    let mut text = String::new();
    for number in 0..messages {
        let domain = DOMAINS[number % DOMAINS.len()];
        let reason = REASONS[number % REASONS.len()];
        let _ = writeln!(
            text,
            "{{\"queue_name\": \"deferred\", \"queue_id\": \"4{number:010X}\", \"arrival_time\": {}, \
             \"message_size\": {}, \"forced_expire\": false, \"sender\": \"u{}@example.org\", \
             \"recipients\": [{{\"address\": \"r{number}@{domain}\", \"delay_reason\": \"{reason}\"}}]}}",
            1_790_000_000 + number,
            900 + number % 9_000,
            number % 50,
        );
    }
    text
}

/// A hundred zones and four addresses, by a name server that is late.
pub fn blocklists(runs: usize) {
    let server = LateServer::start();
    let zones: Vec<String> = (0..ZONES)
        .map(|number| format!("z{number}.bl.test"))
        .collect();
    let mut ours =
        Run::new("check_blacklist").args(["-n", &server.address.to_string(), "-t", "20"]);
    for address in ADDRESSES {
        ours = ours.args(["-H", address]);
    }
    for zone in &zones {
        ours = ours.args(["-s", zone]);
    }
    let single = Run::new("check_blacklist")
        .args(["-n", &server.address.to_string(), "-H", ADDRESSES[0]])
        .args(["-s", &zones[0], "--no-self-test"]);
    server.asked();
    let outcome = ours.run();
    let packets = server.asked();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let mut rows = vec![
        Row {
            name: "one zone, one address".to_owned(),
            ours: single,
            theirs: Vec::new(),
            runs,
        },
        Row {
            name: format!("{ZONES} zones, 4 addresses, self-test"),
            ours,
            theirs: Vec::new(),
            runs,
        },
    ];
    let peer = Path::new(PEERS).join("check_rbl");
    if peer.exists() && server.address.port() == 53 {
        let mut theirs = Run::new("check_rbl").args(["-H", ADDRESSES[0], "-t", "20", "-n"]);
        theirs = theirs.arg(server.address.ip().to_string());
        for zone in &zones {
            theirs = theirs.args(["-s", zone]);
        }
        rows[1]
            .theirs
            .push(("check_rbl, 1 address, no test", peer, theirs));
    }
    table("blocklists, each answer 50 ms late", rows);
    println!("packets for {} questions: {packets}", ZONES * 6);
}

/// Answers every question after the same time: an entry that must be listed is, anything else is not.
struct LateServer {
    address: SocketAddr,
    asked: Arc<Mutex<usize>>,
}

type Queue = Arc<(Mutex<VecDeque<(Instant, SocketAddr, Vec<u8>)>>, Condvar)>;

impl LateServer {
    fn start() -> Self {
        // check_rbl asks port 53 only; root may have it.
        let socket = UdpSocket::bind("127.0.0.77:53")
            .or_else(|_| UdpSocket::bind("127.0.0.1:0"))
            .expect("a port");
        let address = socket.local_addr().expect("a port");
        let sender = socket.try_clone().expect("a socket");
        let asked = Arc::new(Mutex::new(0));
        let queue: Queue = Arc::default();
        let (count, waiting) = (Arc::clone(&asked), Arc::clone(&queue));
        std::thread::spawn(move || {
            let mut buffer = [0; 1500];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer) {
                *count.lock().expect("a count") += 1;
                let answer = answer(&buffer[..length]);
                waiting
                    .0
                    .lock()
                    .expect("a queue")
                    .push_back((Instant::now() + LATE, peer, answer));
                waiting.1.notify_one();
            }
        });
        std::thread::spawn(move || {
            loop {
                let mut all = queue.0.lock().expect("a queue");
                let Some((when, _, _)) = all.front() else {
                    drop(queue.1.wait(all));
                    continue;
                };
                let left = when.saturating_duration_since(Instant::now());
                if !left.is_zero() {
                    drop(queue.1.wait_timeout(all, left));
                    continue;
                }
                if let Some((_, peer, answer)) = all.pop_front() {
                    drop(all);
                    let _ = sender.send_to(&answer, peer);
                }
            }
        });
        LateServer { address, asked }
    }

    /// Packets since the last time this was asked.
    fn asked(&self) -> usize {
        std::mem::take(&mut *self.asked.lock().expect("a count"))
    }
}

/// The head and the question come back; behind them 127.0.0.2 where the question is for 127.0.0.2's own entry.
fn answer(query: &[u8]) -> Vec<u8> {
    let mut end = 12;
    while query.get(end).is_some_and(|&length| length > 0) {
        end += 1 + usize::from(query[end]);
    }
    end += 5;
    let mut answer = query[..end.min(query.len())].to_vec();
    let listed = query[12..].starts_with(b"\x012\x010\x010\x03127");
    answer[2] = 0x84;
    answer[3] = if listed { 0x80 } else { 0x83 };
    answer[6..12].copy_from_slice(&[0, u8::from(listed), 0, 0, 0, 0]);
    if listed {
        answer.extend(b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x02");
    }
    answer
}
