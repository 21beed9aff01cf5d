//! What programs say beside a listing, or instead of one.

use crate::mta::Ended;
use crate::probe::Scene;
use crate::queue::{Trouble, Verdict};

/// Of a text that somebody else wrote, so much is quoted.
const QUOTE: usize = 120;

/// The first line on standard error, for quoting.
pub fn said(complaints: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(complaints);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(cut(line))
}

/// What a program says without its own name before it.
pub fn bare<'t>(name: &str, text: &'t str) -> &'t str {
    text.trim()
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix(": "))
        .unwrap_or(text)
}

pub fn cut(text: &str) -> String {
    crate::report::sanitize::cut(text.trim().to_owned(), QUOTE)
}

/// What standard error says that explains a failure.
pub fn worst(complaints: &[u8]) -> Option<(Trouble, String)> {
    let known = complaints.split(|&byte| byte == b'\n').filter_map(|line| {
        let trouble = Trouble::of(line)?;
        (trouble != Trouble::Noise).then(|| (trouble, cut(&String::from_utf8_lossy(line))))
    });
    // "The mail system is down" explains why the queue could not be read, too.
    let all: Vec<(Trouble, String)> = known.collect();
    all.iter()
        .find(|(trouble, _)| *trouble == Trouble::Down)
        .or(all.first())
        .cloned()
}

/// The same for what stands where the listing should.
pub fn spoken(verdict: &Verdict) -> Option<(Trouble, String)> {
    match verdict {
        Verdict::Unreadable(text) => Some((Trouble::Unreadable, text.clone())),
        Verdict::Down(text) => Some((Trouble::Down, text.clone())),
        _ => None,
    }
}

pub fn stray(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Unknown(text) => Some(cut(text)),
        _ => None,
    }
}

/// What a program says beside its listing goes into the transcript.
pub fn heard(complaints: &[u8], scene: &Scene) {
    for line in complaints.split(|&byte| byte == b'\n').take(20) {
        if !line.is_empty() {
            scene
                .journal
                .note(&format!("stderr: {}", String::from_utf8_lossy(line)));
        }
    }
}

pub fn how(ended: Ended) -> String {
    match ended {
        Ended::Code(code) => exit_code(code),
        Ended::Signal(signal) => format!("signal {signal}"),
        Ended::Late => "not done in time".to_owned(),
        Ended::Stopped => "stopped".to_owned(),
    }
}

/// An exit code; those of sysexits.h by their meaning.
pub fn exit_code(code: i32) -> String {
    let meaning = match code {
        64 => "wrong call",
        66 => "cannot open its input",
        67 => "no such user",
        69 => "service unavailable",
        70 => "internal error",
        71 => "operating system error",
        72 => "a system file is missing",
        73 => "cannot create a file",
        74 => "input or output error",
        75 => "temporary failure",
        76 => "protocol error",
        77 => "permission denied",
        78 => "configuration error",
        126 => "cannot be executed",
        127 => "command not found",
        _ => return format!("exit code {code}"),
    };
    format!("exit code {code} ({meaning})")
}
