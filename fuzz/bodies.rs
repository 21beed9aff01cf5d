//! What is fuzzed: each body takes any bytes and must come back, soon, without a panic and without calling anything good.
//! The same bodies run over the saved corpus as an ordinary test (tests/fuzz.rs).

#[path = "session.rs"]
mod dialogue;
#[path = "names.rs"]
mod dns;

pub use dialogue::session;
pub use dns::names;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use mailprobe::cli::{Invocation, TargetOptions, command};
use mailprobe::dns::zones::Table;
use mailprobe::message::{auth_results, bounce, dkim, received};
use mailprobe::net::Host;
use mailprobe::queue::{Entry, Filter, Format, Given, Listing, Summary, Verdict};
use mailprobe::report::{Range, Unit};
use mailprobe::secret::Secret;
use mailprobe::wire::imap::{Framer, Limits, Response};
use mailprobe::wire::line::LineBuffer;
use mailprobe::wire::mta_sts::{Policy, identifier};
use mailprobe::wire::sasl::{self, Mechanism};
use mailprobe::wire::smtp::{Capabilities, ReplyParser};
use mailprobe::wire::{pop3, sieve};
use mailprobe::x509::verify::{Purpose, Roots, verify};
use mailprobe::x509::{Certificate, Leaf, file, names, staple, strength};

const MECHANISMS: [Mechanism; 9] = [
    Mechanism::Plain,
    Mechanism::Login,
    Mechanism::CramMd5,
    Mechanism::Xoauth2,
    Mechanism::Oauthbearer,
    Mechanism::ScramSha1,
    Mechanism::ScramSha1Plus,
    Mechanism::ScramSha256,
    Mechanism::ScramSha256Plus,
];

/// What a target does with some bytes.
type Body = fn(&[u8]);

/// Name and body of each target.
pub const BODIES: [(&str, Body); 13] = [
    ("certificate", certificate),
    ("certificates", certificates),
    ("queue", queue),
    ("message", message),
    ("smtp", smtp),
    ("imap", imap),
    ("pop3", pop3),
    ("policy", policy),
    ("options", options),
    ("session", session),
    ("sasl", sasl),
    ("names", names),
    ("ini", ini),
];

/// One certificate, and everything that is said of it.
pub fn certificate(bytes: &[u8]) {
    let leaf = Leaf::from_der(bytes);
    let Ok(certificate) = Certificate::from_der(bytes) else {
        return;
    };
    assert_eq!(leaf.map(|leaf| leaf.not_after), Some(certificate.not_after));
    if let Ok(host) = Host::parse("mail.example.test")
        && let Err(mismatch) = names::check(&certificate, &host)
    {
        let words = mismatch.words();
        assert!(!words.contains('\n'));
    }
    let at = certificate.not_before;
    let report = verify(&certificate, &[], &Roots::none(), Purpose::Any, at);
    assert!(!report.is_valid(), "nothing is trusted here");
    let _ = strength::weaknesses(&report);
    let staple = staple::check(bytes, &certificate, Some(&certificate), at);
    assert!(!staple.words().is_empty());
}

/// A file of certificates.
pub fn certificates(bytes: &[u8]) {
    if let Ok(all) = file::parse(bytes) {
        assert!(!all.is_empty() && all.len() <= file::MOST);
        let _ = file::as_chain(all);
    }
}

/// A queue's listing, in the form that the first byte chooses and in pieces of the size of the second.
pub fn queue(bytes: &[u8]) {
    let [form, size, text @ ..] = bytes else {
        return;
    };
    const NOW: i64 = 1_795_176_000;
    // In many pieces and in one: the same.
    let read = |piece: usize| {
        let given = Given {
            now: NOW,
            ..Given::default()
        };
        let mut listing = match Format::ALL.get(usize::from(*form)) {
            Some(format) => Listing::new(*format, given),
            None => Listing::guessed(given),
        };
        let mut summary = Summary::default();
        let filter = Filter::default();
        let mut count = 0_u64;
        let mut each = |entry: &Entry| {
            count += 1;
            summary.add(entry, &filter, NOW);
        };
        for chunk in text.chunks(piece) {
            listing.feed(chunk, &mut each);
        }
        let end = listing.finish(&mut each);
        (count, end.verdict == Verdict::Complete)
    };
    let whole = read(text.len().max(1));
    let pieces = read(usize::from(*size).max(1));
    assert_eq!(pieces, whole, "what is read depends on how it was cut");
}

/// What a mail says of its way, of its authentication and of its fate.
pub fn message(bytes: &[u8]) {
    let hop = received::parse(bytes);
    let _ = hop.name();
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = auth_results::parse(text);
    }
    let _ = bounce::Bounce::read(bytes);
    let _ = bounce::is_answer(bytes);
    let signed = dkim::verify(bytes, 1_795_176_000, &mut |_| {
        Ok(vec![String::from_utf8_lossy(bytes).into_owned()])
    });
    assert!(signed.len() < 100);
}

/// Replies of an SMTP server, and of a ManageSieve server.
pub fn smtp(bytes: &[u8]) {
    let mut lines = LineBuffer::default();
    let mut replies = ReplyParser::default();
    let mut responses = sieve::Collector::default();
    for chunk in bytes.chunks(7) {
        lines.push(chunk);
        while let Ok(Some(line)) = lines.next_line(2048) {
            let _ = responses.push(&line.text, 2);
            match replies.push(line) {
                Ok(Some(reply)) => {
                    let _ = (reply.enhanced(), reply.text(), reply.quote());
                    let offered = Capabilities::read(&reply);
                    let _ = (offered.mechanisms(), offered.size(), offered.words());
                }
                Ok(None) => {}
                Err(_) => return,
            }
        }
    }
}

/// Responses of an IMAP server.
pub fn imap(bytes: &[u8]) {
    let mut framer = Framer::new(Limits::default());
    for chunk in bytes.chunks(5) {
        framer.push(chunk);
        loop {
            match framer.next_message() {
                Ok(Some(message)) => drop(Response::parse(&message)),
                Ok(None) => break,
                Err(_) => return,
            }
        }
    }
}

/// Replies of a POP3 server.
pub fn pop3(bytes: &[u8]) {
    let mut body = pop3::Collector::new(pop3::Limits::CAPABILITIES);
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(reply) = pop3::Reply::parse(line) {
            let _ = reply.is_ok();
        }
        if body.line(line).is_err() {
            return;
        }
    }
    let _ = body.into_bytes();
}

/// Challenges, cut at each 0; the first byte chooses the mechanism, the second whether the end is called a success.
pub fn sasl(bytes: &[u8]) {
    let [choice, end, challenges @ ..] = bytes else {
        return;
    };
    let secret = |text: &str| Some(Secret::new(text.as_bytes().to_vec()));
    let credentials = sasl::Credentials {
        user: "user".to_owned(),
        authzid: (end & 2 == 2).then(|| "other".to_owned()),
        password: secret("pencil"),
        token: secret("token"),
        host: "mx.example.test".to_owned(),
        port: 993,
    };
    let mechanism = MECHANISMS[usize::from(*choice) % MECHANISMS.len()];
    let bound = [7; 32];
    let Ok(mut exchange) = sasl::Exchange::with_nonce(
        mechanism,
        &credentials,
        Some(&bound),
        "rOprNGfwEbeRWgbNEkqO",
    ) else {
        return;
    };
    let _ = exchange.initial();
    for challenge in challenges.split(|byte| *byte == 0) {
        let Ok(challenge) = sasl::decode(challenge) else {
            return;
        };
        if exchange.respond(&challenge).is_err() {
            break;
        }
    }
    let ended = exchange.finish((end & 1 == 1).then_some(challenges));
    // Nobody knows the key by chance: a server that does not prove it is not believed.
    assert!(!mechanism.name().starts_with("SCRAM") || ended.is_err());
    let _ = (exchange.server_error(), exchange.note());
}

/// MTA-STS: record and policy.
pub fn policy(bytes: &[u8]) {
    let _ = identifier(&[bytes.to_vec()]);
    if let Ok(policy) = Policy::parse(bytes) {
        let _ = policy.covers("mx1.example.test");
    }
}

/// What people write: ranges, zone files.
pub fn options(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for unit in [
        Unit::Seconds,
        Unit::Bytes,
        Unit::Percent,
        Unit::Count,
        Unit::Days,
    ] {
        if let Ok(range) = Range::parse(text, unit) {
            assert!(range.alerts(f64::NAN));
            let _ = range.to_string();
        }
    }
    if let Err(error) = Table::shipped().merge(text) {
        assert!(!error.to_string().is_empty());
    }
}

/// A file of options, as `--extra-opts` reads it.
pub fn ini(bytes: &[u8]) {
    static FILE: LazyLock<Mutex<PathBuf>> = LazyLock::new(|| {
        let name = format!("mailprobe-fuzz-{}.ini", std::process::id());
        Mutex::new(std::env::temp_dir().join(name))
    });
    let file = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    std::fs::write(&*file, bytes).expect("a file");
    let locator = format!("--extra-opts=check_smtp@{}", file.display());
    let arguments = ["check_smtp", &locator, "-v"].map(OsString::from);
    let command = command::<TargetOptions>("check_smtp", "", "");
    let called = Invocation::read("check_smtp", arguments.into_iter());
    let _ = std::fs::remove_file(&*file);
    match called {
        Ok(called) => {
            let called = called.fitted(&command);
            let (last, options) = called.arguments.split_last().expect("arguments");
            assert_eq!(last, "-v", "the command line comes last, and wins");
            for option in &options[1..] {
                let option = option.to_str().expect("text");
                assert!(
                    option.starts_with('-') && !option.contains('\n'),
                    "{option}"
                );
            }
            if let Err(error) = command.try_get_matches_from(&called.arguments) {
                assert!(!called.mistake(&error).to_string().contains('\n'));
            }
        }
        Err(error) => assert!(!error.to_string().contains('\n')),
    }
}
