//! A family of blocklists on real name servers: NSD serves them, Unbound stands in front as the resolver under test. Some are proper,
//! each of the others is wrong in one way that the field knows.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, LazyLock, OnceLock};
use std::thread;
use std::time::Duration;

use super::zones::Zones;

/// Listed wherever anything is.
pub const LISTED: &str = "192.0.2.7";
/// Listed wherever anything is.
pub const LISTED_V6: &str = "2001:db8::7";
/// Listed wherever domains are.
pub const LISTED_DOMAIN: &str = "bad.example";
/// Listed nowhere but where everything is.
pub const CLEAN: &str = "192.0.2.9";
/// Listed nowhere but where everything is.
pub const CLEAN_V6: &str = "2001:db8::9";
/// How late each answer of slow.test is.
pub const LATE: Duration = Duration::from_millis(300);

/// The zones, their resolvers, and a slow line.
pub struct Blocklists {
    pub zones: Zones,
    _line: SlowLine,
}

/// Shared by all tests of the process; why there is none, if so.
pub fn blocklists() -> &'static Blocklists {
    static BLOCKLISTS: LazyLock<Result<Blocklists, String>> = LazyLock::new(start);
    match &*BLOCKLISTS {
        Ok(blocklists) => blocklists,
        Err(error) => panic!("{error}"),
    }
}

/// Its rows say what the table cannot know of these zones.
pub const TABLE: &str = r#"
[zones."bits.test"]
about = ["v4"]
weight = 3
codes = [
  { bits = 2, category = "spam", words = "sends spam" },
  { bits = 8, category = "phishing", words = "steals passwords", weight = 9 },
  { bits = 16, category = "malware", words = "spreads malware" },
]
refusals = [{ bits = 1, words = "asked too much" }]
lookup = "https://bits.example/?q={ip}"

[zones."allow.test"]
about = ["v4"]
allow = true
codes = [{ answer = "127.0.1.0-127.0.1.3", category = "allowed", words = "good mail" }]

[zones."domains.test"]
about = ["domain"]
codes = [{ answer = "127.0.1.2", category = "phishing", words = "phishing domain" }]
"#;

/// `NAME TYPE DATA` lines under a zone's SOA and NS.
fn zone(records: &str) -> String {
    format!(
        "$TTL 60\n@ IN SOA ns hostmaster 1 3600 600 86400 60\n@ IN NS ns\nns IN A 127.0.0.1\n{records}"
    )
}

/// The name of an address inside a blocklist.
fn reversed(address: &str) -> String {
    match address.parse::<IpAddr>().expect("an address") {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}")
        }
        IpAddr::V6(address) => {
            let digits = format!("{:032x}", address.to_bits());
            let digits: Vec<String> = digits.chars().rev().map(String::from).collect();
            digits.join(".")
        }
    }
}

/// Records for `entries`, each with the same answer.
fn lists(entries: &[&str], answer: &str) -> String {
    let mut records = String::new();
    for entry in entries {
        let name = if entry.parse::<IpAddr>().is_ok() {
            reversed(entry)
        } else {
            (*entry).to_owned()
        };
        let _ = writeln!(records, "{name} IN A {answer}");
        let _ = writeln!(
            records,
            "{name} IN TXT \"{entry} is listed, see https://lists.example/\""
        );
    }
    records
}

/// Many answers for one entry.
fn many(entry: &str, answers: impl Iterator<Item = Ipv4Addr>) -> String {
    answers.fold(String::new(), |mut records, answer| {
        let _ = writeln!(records, "{} IN A {answer}", reversed(entry));
        records
    })
}

fn start() -> Result<Blocklists, String> {
    let proper = lists(
        &["127.0.0.2", LISTED, "::ffff:127.0.0.2", LISTED_V6],
        "127.0.0.2",
    );
    let last = |octet: u8| Ipv4Addr::new(127, 0, 0, octet);
    let zones: Vec<(&str, String)> = vec![
        ("proper.test", zone(&proper)),
        ("slow.test", zone(&proper)),
        (
            "domains.test",
            zone(&lists(&["test", LISTED_DOMAIN], "127.0.1.2")),
        ),
        (
            "bits.test",
            zone(&(lists(&["127.0.0.2"], "127.0.0.26") + &lists(&[LISTED], "127.0.0.10"))),
        ),
        (
            "allow.test",
            zone(&lists(&["127.0.0.2", LISTED], "127.0.1.3")),
        ),
        // Names that lead to other names, all of them good.
        (
            "alias.test",
            zone(&format!(
                "{} IN CNAME yes\n{} IN CNAME yes\nyes IN A 127.0.0.2\n",
                reversed("127.0.0.2"),
                reversed(LISTED)
            )),
        ),
        // Nothing in it any more.
        ("dead.test", zone("")),
        (
            "world.test",
            zone("* IN A 127.0.0.2\n* IN TXT \"gone for years\"\n"),
        ),
        ("parked.test", zone("* IN A 203.0.113.80\n")),
        (
            "public.test",
            zone("* IN A 127.255.255.254\n* IN TXT \"Error: open resolver\"\n"),
        ),
        ("one.test", zone("* IN A 127.0.0.1\n")),
        // An answer without any address.
        (
            "empty.test",
            zone(&format!(
                "{}{} IN TXT \"no address\"\n{} IN TXT \"no address\"\n",
                lists(&["127.0.0.2"], "127.0.0.2"),
                reversed(LISTED),
                reversed(CLEAN)
            )),
        ),
        (
            "sixty.test",
            zone(&(lists(&["127.0.0.2"], "127.0.0.2") + &many(LISTED, (2..62).map(last)))),
        ),
        // More than a datagram holds.
        (
            "large.test",
            zone(&(lists(&["127.0.0.2"], "127.0.0.2") + &many(LISTED, (2..=250).map(last)))),
        ),
        // A listing and nonsense in one answer.
        (
            "mixed.test",
            zone(&format!(
                "{}{} IN A 203.0.113.80\n",
                lists(&["127.0.0.2", LISTED], "127.0.0.2"),
                reversed(LISTED)
            )),
        ),
        // Its signatures have run out: SERVFAIL from who validates.
        ("expired.test", format!("; lab: expired\n{}", zone(&proper))),
    ];
    let line = SlowLine::start(LATE).map_err(|error| format!("lab: a slow line: {error}"))?;
    let local = format!(
        "    local-zone: \"refused.test.\" refuse\n    local-zone: \"silent.test.\" deny\n\
         forward-zone:\n    name: \"slow.test.\"\n    forward-addr: 127.0.0.1@{}\n",
        line.port
    );
    let zones = Zones::serve_behind(&zones, &local)?;
    let _ = line.to.set(zones.authority());
    Ok(Blocklists { zones, _line: line })
}

/// Hands datagrams on, and their answers back late.
struct SlowLine {
    port: u16,
    to: Arc<OnceLock<SocketAddr>>,
}

impl SlowLine {
    fn start(late: Duration) -> std::io::Result<SlowLine> {
        let front = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?);
        let port = front.local_addr()?.port();
        let to: Arc<OnceLock<SocketAddr>> = Arc::default();
        let server = Arc::clone(&to);
        // Ends with the process, as the name servers behind it do.
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok((size, peer)) = front.recv_from(&mut buffer) {
                let (front, query) = (Arc::clone(&front), buffer[..size].to_vec());
                let Some(server) = server.get().copied() else {
                    continue;
                };
                thread::spawn(move || {
                    let mut answer = [0; 65_535];
                    let back = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
                    back.set_read_timeout(Some(Duration::from_secs(5)))?;
                    back.send_to(&query, server)?;
                    let size = back.recv(&mut answer)?;
                    thread::sleep(late);
                    front.send_to(&answer[..size], peer)
                });
            }
        });
        Ok(SlowLine { port, to })
    }
}
