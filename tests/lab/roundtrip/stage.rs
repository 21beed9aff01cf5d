//! The stage of round trips: Postfix, Exim and OpenSMTPD, all handing to one Dovecot, whose mailboxes belong to one test each.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;

use crate::lab::{self, Server};
use crate::probe::{Outcome, Run};

/// The mailboxes, one for each test.
pub const ACCOUNTS: &[&str] = &[
    "idle", "noidle", "pop3", "payload", "probe", "twohops", "login", "grey", "viagrey", "gtube",
    "eicar", "copied", "archive", "sender", "killed", "lost", "altered", "lmtp", "unread", "two",
    "proxied", "signed", "keyless", "pace", "paced", "popped", "peer",
];
/// What the policy server makes newcomers wait.
pub const GREYLISTED: f64 = 2.0;
/// Messages in the mailbox `crowd`.
pub const CROWD: usize = 20_000;

type Shared = LazyLock<Result<Server, String>>;

/// The key that signs, for example.test.
pub static DKIM: LazyLock<PKey<Private>> = LazyLock::new(|| {
    let key = Rsa::generate(2048).expect("a key");
    PKey::from_rsa(key).expect("a key")
});

static STORE: Shared = LazyLock::new(|| {
    Server::start(
        "mailstore",
        &["IMAP", "IMAPS", "POP3", "POP3S", "LMTP"],
        &[("LAB_ACCOUNTS", &ACCOUNTS.join(" "))],
    )
});

static CROWDED: Shared = LazyLock::new(|| {
    Server::start(
        "mailstore",
        &["IMAP", "IMAPS", "POP3", "POP3S", "LMTP"],
        &[("LAB_ACCOUNTS", "empty"), ("LAB_CROWD", &CROWD.to_string())],
    )
});

static NEXT: Shared = LazyLock::new(|| {
    let lmtp = store()?.port("LMTP").to_string();
    Server::start("exim", &["SMTP", "SMTPS"], &[("LAB_LMTP", &lmtp)])
});

static OPENSMTPD: Shared = LazyLock::new(|| {
    let lmtp = store()?.port("LMTP").to_string();
    Server::start("opensmtpd", &["SMTP"], &[("LAB_LMTP", &lmtp)])
});

static MX: Shared = LazyLock::new(|| {
    let store = store()?;
    let next = NEXT.as_ref().map_err(String::clone)?;
    let key = DKIM
        .private_key_to_pem_pkcs8()
        .map_err(|error| error.to_string())?;
    Server::start(
        "mx",
        &[
            "SMTP",
            "SUBMISSION",
            "GREY",
            "VIAGREY",
            "VIANEXT",
            "FILTER",
            "DKIM",
            "ARCHIVE",
            "LAX",
            "DISCARD",
            "ALTER",
            "PROXY",
            "POLICY",
            "MILTER",
        ],
        &[
            ("LAB_ACCOUNTS", &ACCOUNTS.join(" ")),
            ("LAB_LMTP", &store.port("LMTP").to_string()),
            ("LAB_AUTH", &store.dir().join("auth").to_string_lossy()),
            ("LAB_NEXT", &next.port("SMTP").to_string()),
            ("LAB_GREY", &GREYLISTED.to_string()),
            ("LAB_DKIM", &String::from_utf8_lossy(&key)),
        ],
    )
});

fn store() -> Result<&'static Server, String> {
    STORE.as_ref().map_err(String::clone)
}

/// Dovecot.
pub fn dovecot() -> &'static Server {
    shared(&STORE)
}

/// A Dovecot with the accounts `empty` and `crowd`.
pub fn crowded() -> &'static Server {
    shared(&CROWDED)
}

/// Postfix.
pub fn postfix() -> &'static Server {
    shared(&MX)
}

/// OpenSMTPD, which hands to Dovecot.
pub fn opensmtpd() -> &'static Server {
    shared(&OPENSMTPD)
}

fn shared(server: &'static Shared) -> &'static Server {
    server.as_ref().unwrap_or_else(|error| panic!("{error}"))
}

/// `smtp://127.0.0.1:PORT` of Postfix.
pub fn to(port: &str) -> String {
    format!("smtp://127.0.0.1:{}", postfix().port(port))
}

/// How an account's mailbox is read: over IMAP with IDLE.
pub fn by_imap(account: &str) -> String {
    format!(
        "imap://{account}@127.0.0.1:{}?starttls",
        dovecot().port("IMAP")
    )
}

/// A run from one place to another, told as JSON.
pub fn trip(account: &str, send: &str, receive: &str) -> Run {
    let run = between(account, account, send, "30");
    if receive.starts_with("maildir:") {
        return run.args(["--receive", receive]);
    }
    run.args(into(receive))
}

/// The same from one account to another, within so many seconds, without a place where it arrives.
pub fn between(from: &str, to: &str, send: &str, seconds: &str) -> Run {
    let address = |name: &str| format!("{name}@example.test");
    Run::new("check_roundtrip")
        .args(["-f", &address(from), "--to", &address(to)])
        .args(["-t", seconds, "-v", "--format", "json", "--send", send])
        .env("SECRET", lab::PASSWORD)
        .kill_after(Duration::from_secs(40))
}

/// The options for a place where it arrives.
pub fn into_imap(account: &str) -> Vec<String> {
    into(&by_imap(account))
}

fn into(receive: &str) -> Vec<String> {
    let leg = match receive.starts_with("pop3") {
        true => "pop3",
        false => "imap",
    };
    vec![
        "--receive".to_owned(),
        receive.to_owned(),
        format!("--{leg}-ca-file"),
        dovecot().ca().to_string_lossy().into_owned(),
        format!("--{leg}-password-env"),
        "SECRET".to_owned(),
    ]
}

/// Every message of a mailbox by folder and name: its flags, and what is in it.
pub type Contents = BTreeMap<String, (String, Vec<u8>)>;

/// What is in a Maildir and its folders. Whether a message still lies in `new` is its server's business, and no flag.
pub fn contents(maildir: &Path) -> Contents {
    let mut all = Contents::new();
    for folder in ["", ".Junk"] {
        for part in ["new", "cur"] {
            let Ok(files) = fs::read_dir(maildir.join(folder).join(part)) else {
                continue;
            };
            for file in files {
                let path = file.expect("a file").path();
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let (name, flags) = name.split_once(":2,").unwrap_or((&name, ""));
                // Taken away while we look: then it is not there.
                let Ok(bytes) = fs::read(&path) else { continue };
                all.insert(format!("{folder}/{name}"), (flags.to_owned(), bytes));
            }
        }
    }
    all
}

/// What is in an account's mailboxes.
pub fn mailbox(account: &str) -> Contents {
    contents(&dovecot().dir().join("mail").join(account))
}

/// Those that bear our mark.
pub fn ours(contents: &Contents) -> usize {
    contents
        .values()
        .filter(|(_, bytes)| is_ours(bytes))
        .count()
}

fn is_ours(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes).contains("X-Mailprobe-Token: mp1-")
}

/// A metric of the report.
#[track_caller]
pub fn metric(outcome: &Outcome, label: &str) -> f64 {
    let value = outcome.metric(label);
    value.unwrap_or_else(|| panic!("no {label}\n{outcome}"))
}

/// How many phases have this name.
pub fn phases(outcome: &Outcome, name: &str) -> usize {
    let json = outcome.json();
    let phases = json["targets"][0]["phases"].as_array().cloned();
    let phases = phases.unwrap_or_default();
    phases.iter().filter(|phase| phase["name"] == name).count()
}

/// The whole text of the report.
pub fn text(outcome: &Outcome) -> String {
    outcome.json()["text"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Exactly these findings that are not OK, the exit code of the worst, no secret.
#[track_caller]
pub fn finds(outcome: &Outcome, code: i32, ids: &[&str]) {
    let mut found = outcome.alarms();
    found.sort();
    assert_eq!(found, ids, "\n{outcome}");
    assert_eq!(outcome.code, Some(code), "\n{outcome}");
    assert_eq!(outcome.stderr, "", "\n{outcome}");
    assert!(
        !outcome.reveals(lab::PASSWORD),
        "a secret shows:\n{outcome}"
    );
}

/// A run that went well over so many hops: its times are there, and fit together.
#[track_caller]
pub fn went_well(outcome: &Outcome, hops: f64) {
    finds(outcome, 0, &[]);
    timed(outcome, hops);
}

/// The times of a message that arrived.
#[track_caller]
pub fn timed(outcome: &Outcome, hops: f64) {
    let of = |label| metric(outcome, label);
    let whole = outcome.wall.as_secs_f64();
    assert!(of("send") > 0.0, "{outcome}");
    assert!(of("send") <= of("transit"), "{outcome}");
    assert!(
        of("transit") < of("time") && of("time") <= whole,
        "{outcome}"
    );
    assert!(of("fetch") > 0.0 && of("fetch") < of("time"), "{outcome}");
    assert!(of("open") > 0.0 && of("open") < of("time"), "{outcome}");
    assert_eq!(of("hops"), hops, "{outcome}");
    // Received tells whole seconds.
    assert!(
        (0.0..=of("transit") + 1.0).contains(&of("hop_max")),
        "{outcome}"
    );
    assert_eq!(of("duplicates"), 0.0, "{outcome}");
    assert!(of("clock_skew") < 1.5, "{outcome}");
    assert_eq!(of("age"), of("transit"), "{outcome}");
}

/// What the run does leaves a mailbox as it was: nothing of ours, all of the others', their flags untouched.
#[track_caller]
pub fn leaves_no_trace<T>(account: &str, run: impl FnOnce() -> T) -> T {
    let before = mailbox(account);
    assert!(before.len() >= 6, "{account} holds mail of others");
    let result = run();
    unchanged(account, &before);
    result
}

#[track_caller]
pub fn unchanged(account: &str, before: &Contents) {
    let after = mailbox(account);
    let names = |contents: &Contents| {
        let rows = contents.iter();
        rows.map(|(name, (flags, _))| format!("{name} {flags}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&after), names(before), "{account}");
    assert!(after == *before, "{account}: a message was changed");
}
