//! What the examples of the manuals are run against. The sandbox's servers are those of example.test, on ports of the
//! kernel's choice; the manuals say example.org, and the ports that are known.

use std::any::Any;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use mailprobe::dns::zones::{Entry, Found, Table};

use crate::sandbox::dns::{Dns, Zone};
use crate::sandbox::pki::{Certificate, pki};
use crate::sandbox::store::now;
use crate::sandbox::{Delivery, Mailbox, Message, PASSWORD, Sandbox, Scenario, Store};
use crate::simulated;

/// What stands in for the manual's world in one example.
pub struct Set {
    /// Words of the manual, and what is given in their place.
    give: Vec<(String, String)>,
    /// Options that the example does not show.
    pub more: Vec<String>,
    /// Parts of the output, and what the manual says in their place.
    back: Vec<(String, String)>,
    /// Where files of the example are.
    pub folder: tempfile::TempDir,
    /// Servers that run until the example is over.
    held: Vec<Box<dyn Any>>,
}

impl Set {
    fn new() -> Set {
        Set {
            give: Vec::new(),
            more: Vec::new(),
            back: Vec::new(),
            folder: tempfile::tempdir().unwrap(),
            held: Vec::new(),
        }
    }

    /// What is given for a word of the manual.
    pub fn given(&self, word: &str) -> String {
        let fits = self.give.iter().find(|(manual, _)| manual == word);
        match fits {
            Some((_, given)) => given.clone(),
            None => word.replace("example.org", "example.test"),
        }
    }

    /// An output in the manual's names.
    pub fn shown(&self, output: &str) -> String {
        let mut text = output.to_owned();
        for (is, manual) in &self.back {
            text = text.replace(is.as_str(), manual);
        }
        text.replace("example.test", "example.org")
            .replace("127.0.0.1", "192.0.2.25")
    }

    fn give(mut self, word: &str, given: impl Into<String>) -> Set {
        self.give.push((word.to_owned(), given.into()));
        self
    }

    fn more(mut self, options: &[&str]) -> Set {
        self.more
            .extend(options.iter().map(|&option| option.to_owned()));
        self
    }

    fn back(mut self, is: impl Into<String>, manual: &str) -> Set {
        self.back.push((is.into(), manual.to_owned()));
        self
    }

    /// A file of the example.
    fn file(self, name: &str, content: impl AsRef<[u8]>) -> Set {
        std::fs::write(self.folder.path().join(name), content).unwrap();
        self
    }

    fn trusting(self) -> Set {
        let ca = pki().ca_file();
        self.more(&["--ca-file", ca.to_str().unwrap()])
    }

    /// A server; its port.
    fn start(mut self, scenario: Scenario, port: u16) -> (Set, u16) {
        let sandbox = Sandbox::start(scenario);
        let real = sandbox.port();
        self.held.push(Box::new(sandbox));
        (self.back(format!(":{real}"), &format!(":{port}")), real)
    }

    /// The server that the example is about, with its known port. `word` is what the manual says of the port, if it does.
    fn server(self, scenario: Scenario, port: u16, word: &str, security: &str) -> Set {
        let (set, real) = self.start(scenario, port);
        let given = format!("{real}{security}");
        let set = set.trusting().more(&["--address", "127.0.0.1"]);
        if word.is_empty() {
            set.more(&["-p", &given])
        } else {
            set.give(word, given)
        }
    }

    /// A name server; `option` asks it.
    fn dns(mut self, zone: Zone) -> (Set, String) {
        let dns = Dns::start(zone);
        let address = dns.address().to_string();
        self.held.push(Box::new(dns));
        (self, address)
    }

    fn password(self, file: &str, password: &str) -> Set {
        let path: PathBuf = self.folder.path().join("password");
        let path = path.to_str().unwrap().to_owned();
        self.file("password", format!("{password}\n"))
            .give(file, path)
    }
}

/// What the example of this number in the manual of a probe is run against.
pub fn stage(probe: &str, number: usize) -> Set {
    let set = Set::new();
    match (probe, number) {
        ("check_smtp", 0) => set.server(slow(Scenario::smtp().starttls()), 25, "", ""),
        ("check_smtp", 1) => set
            .server(Scenario::smtp().starttls(), 587, "587", "")
            .password("/etc/nagios/probe.pw", "wrong"),
        ("check_smtp", 2) => {
            let (set, real) = set.start(Scenario::smtp(), 25);
            let zone = Zone::new()
                .mx("example.test", 10, "mx1.example.test")
                .a("mx1.example.test", [127, 0, 0, 1]);
            let (set, dns) = set.dns(zone);
            set.more(&["-p", &real.to_string(), "--resolver", &dns])
        }
        ("check_smtp", 3) => set.server(Scenario::smtp(), 25, "", ""),
        ("check_smtp", 4) => set
            .server(slow(Scenario::smtp().starttls()), 587, "587", "")
            .password("/etc/nagios/probe.pw", PASSWORD),
        ("check_imap", 0) => set.server(slow(Scenario::imap()), 143, "", ""),
        ("check_imap", 1) => {
            let full = Store::default().quota(9_542_042, 10_485_760);
            set.server(Scenario::imap().tls().store(&full), 993, "993", ":tls")
                .password("/etc/nagios/probe.pw", PASSWORD)
        }
        ("check_imap", 2) => set
            .server(Scenario::imap().tls().store(&reports()), 993, "993", ":tls")
            .give("ops", "probe")
            .password("/etc/nagios/ops.pw", PASSWORD),
        ("check_pop3", 0) => set.server(slow(Scenario::pop3()), 110, "", ""),
        ("check_pop3", 1) => {
            let locked = Scenario::pop3().tls().fault_named("auth-err-in-use");
            set.server(locked, 995, "995", ":tls")
                .password("/etc/nagios/probe.pw", PASSWORD)
        }
        ("check_cert", number) => certificates(set, number),
        ("check_mailq", number) => queues(set, number),
        ("check_blacklist", number) => lists(set, number),
        ("check_roundtrip", number) => paths(set, number),
        _ => panic!("{probe}: its example {number} has no stage"),
    }
}

/// A server that is not on the same machine.
fn slow(scenario: Scenario) -> Scenario {
    scenario.latency(Duration::from_millis(4))
}

/// Two MX hosts, both this machine.
fn domain() -> Zone {
    Zone::new()
        .mx("example.test", 10, "mx1.example.test")
        .mx("example.test", 20, "mx2.example.test")
        .a("mx1.example.test", [127, 0, 0, 1])
        .a("mx2.example.test", [127, 0, 0, 1])
}

/// A mailbox whose newest report is of the night before the last.
fn reports() -> Store {
    let report = |hours: u64| {
        let age = Duration::from_secs(hours * 3600 + 600);
        Message::new("backup@example.test", "Backup srv3 ok", "see above").age(age)
    };
    let mailbox = Mailbox::new("Reports");
    Store::new([
        Mailbox::new("INBOX"),
        mailbox.message(report(55)).message(report(31)),
    ])
}

/// The certificate of a case, as a file holds it.
fn pem(which: Certificate) -> Vec<u8> {
    pki().leaf(which).certificate.to_pem().unwrap()
}

fn certificates(set: Set, number: usize) -> Set {
    match number {
        0 => {
            let (set, smtp) = set.start(Scenario::smtp().starttls(), 25);
            let (set, submissions) = set.start(Scenario::smtp().tls(), 465);
            let (set, submission) = set.start(Scenario::smtp().starttls(), 587);
            let soon = Scenario::imap().tls().certificate(Certificate::EndsSoon);
            let (set, imaps) = set.start(soon, 993);
            let ports = format!("{smtp}:smtp,{submissions}:smtps,{submission}:smtp,{imaps}:imaps");
            set.trusting()
                .more(&["--address", "127.0.0.1"])
                .give("25,465,587,993", ports)
        }
        1 => {
            let (set, real) = set.start(Scenario::smtp().starttls(), 25);
            let key = &pki().leaf(Certificate::Good).key;
            let key = key.public_key_to_der().unwrap();
            let digest = openssl::sha::sha256(&key);
            let zone = domain()
                .tlsa(&format!("_{real}._tcp.mx1.example.test"), 3, 1, 1, &digest)
                .tlsa(&format!("_{real}._tcp.mx2.example.test"), 3, 1, 1, &[7; 32])
                .authenticated();
            let (set, dns) = set.dns(zone);
            let port = format!("{real}:smtp");
            set.trusting()
                .more(&["-p", &port, "--resolver", &dns, "--dnssec", "ad"])
        }
        2 => {
            let old = Scenario::imap().tls().certificate(Certificate::EndsSoon);
            set.file("mail.pem", pem(Certificate::Good))
                .give("/etc/ssl/mail.pem", "mail.pem")
                .server(old, 993, "993", ":imaps")
                .back("mail.pem", "/etc/ssl/mail.pem")
        }
        3 => set.file("new.pem", pem(Certificate::Good)).trusting(),
        _ => panic!("check_cert: its example {number} has no stage"),
    }
}

fn queues(set: Set, number: usize) -> Set {
    let entry = |number: i64, domain: &str, reason: &str| {
        format!(
            "{{\"queue_name\": \"deferred\", \"queue_id\": \"4Xy{number:04}\", \"arrival_time\": {}, \"message_size\": 2048, \
             \"sender\": \"news@example.org\", \"recipients\": [{{\"address\": \"r{number}@{domain}\", \
             \"delay_reason\": \"{reason}\"}}]}}\n",
            now() - 60 - number * 57
        )
    };
    let limited = "host mx.example.net[192.0.2.25] said: 421 4.7.28 rate limited (in reply to MAIL FROM command)";
    let refused =
        "host mx.example.com[192.0.2.26] said: 554 5.7.1 your address is on our blocklist";
    let many = |count: i64| {
        (0..count)
            .map(|number| entry(number, "example.net", limited))
            .collect::<String>()
    };
    let listing = ["-M", "postfix", "--input", "listing"];
    match number {
        0 => set.file("listing", many(212)).more(&listing),
        1 => set
            .file("listing", many(3) + &entry(9, "example.com", refused))
            .more(&listing),
        2 => {
            let spool = set.folder.path().to_str().unwrap().to_owned();
            for folder in [
                "active", "incoming", "maildrop", "hold", "deferred", "corrupt", "bounce",
            ] {
                std::fs::create_dir(set.folder.path().join(folder)).unwrap();
            }
            set.file("corrupt/D1B2C3D4E5", "garbage")
                .give("--spool", format!("--spool={spool}"))
                .back(spool, "/var/spool/postfix")
                .more(&["-M", "postfix"])
        }
        _ => panic!("check_mailq: its example {number} has no stage"),
    }
}

fn lists(set: Set, number: usize) -> Set {
    let table = Table::shipped();
    let mut zone = simulated::every(&table);
    // 192.0.2.7 is a machine that somebody has taken over.
    let listed = [
        ("zen.spamhaus.org", [127, 0, 0, 4]),
        ("psbl.surriel.com", [127, 0, 0, 2]),
    ];
    let mut asked = BTreeSet::new();
    for (name, answer) in listed {
        assert!(matches!(table.find(name), Found::Zone(_)), "{name}");
        zone = zone.a(&Entry::v4([192, 0, 2, 7]).under(name), answer);
        asked.insert(name);
    }
    let zone = zone
        .mx("example.test", 10, "mail.example.test")
        .a("mail.example.test", [192, 0, 2, 7])
        .a("example.test", [192, 0, 2, 7])
        .txt("example.test", "v=spf1 mx ip4:192.0.2.8 -all");
    let (set, dns) = set.dns(zone);
    match number {
        1 => set.give("192.0.2.53", dns),
        _ => set.more(&["-n", &dns]),
    }
}

fn paths(set: Set, number: usize) -> Set {
    let store = Store::new([
        Mailbox::new("INBOX"),
        Mailbox::new("Junk").special_use("\\Junk"),
    ])
    .dated();
    let how = match number {
        0 => Delivery::ThreeHops(0),
        _ => Delivery::Lost,
    };
    let (set, smtp) = set.start(Scenario::smtp().delivery(how).store(&store), 25);
    let (set, imap) = set.start(Scenario::imap().tls().store(&store), 993);
    let ca = pki().ca_file();
    let set = set
        .give(
            "smtp://mail.example.org",
            format!("smtp://localhost:{smtp}"),
        )
        .give(
            "imaps://echo@imap.example.net",
            format!("imaps://probe@localhost:{imap}"),
        )
        .give("echo@example.net", "echo@example.test")
        .password("/etc/nagios/echo.pw", PASSWORD)
        .more(&["--imap-ca-file", ca.to_str().unwrap()])
        .back("echo@example.test", "echo@example.net")
        .back("by localhost", "by mail.example.org")
        .back("at localhost", "at imap.example.net")
        .back("queue of localhost", "queue of mail.example.org")
        .back("localhost:25", "mail.example.org:25")
        .back("localhost:993", "imap.example.net:993")
        .back("login as \"probe\"", "login as \"echo\"")
        .back("imap.example.test", "imap.example.net");
    match number {
        0 => set,
        // Nobody waits three quarters of a minute for a test.
        _ => set.more(&["-t", "1s"]).back("within 1 s", "within 45 s"),
    }
}
