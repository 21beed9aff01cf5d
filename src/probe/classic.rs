//! The dialogue of the old check_tcp: text to send, text to look for in what comes back. Nothing here
//! knows a protocol.

use std::sync::mpsc;
use std::time::Duration;

use super::{Scene, finding};
use crate::cli::{Classic, ClassicOptions, UsageError};
use crate::report::Judge;
use crate::session::{Connection, Error, Kind};
use crate::wire::command::Command;

/// The finding: greeting, or answer to `-s`, does not hold the text of `-e`.
pub const EXPECT_MISMATCH: &str = "expect-mismatch";

/// How long more is awaited that could hold the text of `-e`; the old check_tcp waits as long.
const PAUSE: Duration = Duration::from_secs(2);
/// More than this is not kept.
const HEARD: usize = 1 << 20;
/// Lines of the answer that go into the transcript.
const SHOWN: usize = 20;

/// Validates the options. The statuses of `-r` and `-M` go into the judge; a later `--on` overrules them.
pub fn plan(options: &ClassicOptions, judge: &mut Judge) -> Result<Classic, UsageError> {
    let unreachable = [finding::CONNECT_REFUSED, finding::CONNECT_FAILED];
    options.plan(judge, &unreachable, EXPECT_MISMATCH)
}

/// Sends the text of `-s` and looks for that of `-e` in what was `heard` before and in the answer.
/// Without `-e`, what was heard has to begin with `greeting`. An empty text is not sent.
pub fn follow(
    connection: &mut Connection,
    classic: &Classic,
    text: &[u8],
    greeting: &str,
    mut heard: Vec<u8>,
    scene: &Scene,
) -> Result<(), Error> {
    let doing = if text.is_empty() {
        "read from"
    } else {
        "send the text of -s to"
    };
    scene.journal.enter("command");
    if !text.is_empty() {
        connection.send(&raw(text), doing)?;
    }
    pause(connection, classic, scene)?;
    let deadline = scene.deadline;
    let most = HEARD.min(classic.most);
    let met = |heard: &[u8]| {
        if classic.expect.is_empty() {
            heard.starts_with(greeting.as_bytes())
        } else {
            classic.met(heard)
        }
    };
    let before = heard.len();
    heard.extend_from_slice(connection.pending());
    let mut buffer = [0; 4096];
    while !met(&heard) && heard.len() < most {
        // Whoever has said nothing yet has all the time there is.
        if !heard.is_empty() {
            connection.set_deadline(deadline.within(PAUSE));
        }
        let chunk = connection.chunk(&mut buffer, doing);
        connection.set_deadline(deadline);
        match chunk {
            Ok(bytes) => heard.extend_from_slice(bytes),
            Err(error) => {
                let silent = heard.len() == before && (before == 0 || !error.is_timeout());
                if silent || deadline.remaining().is_err() {
                    return Err(error);
                }
                break;
            }
        }
    }
    let answer = heard.get(before..).unwrap_or_default();
    for line in answer.split(|byte| *byte == b'\n').take(SHOWN) {
        scene.journal.received(line.trim_ascii_end());
    }
    scene.journal.leave("");
    if met(&heard) {
        scene.proven("answers as expected");
    } else {
        let answer = String::from_utf8_lossy(answer);
        let what = if text.is_empty() {
            "what it says"
        } else {
            "the answer to -s"
        };
        mismatch(what, &answer, greeting, classic, scene);
    }
    Ok(())
}

/// The pause of `-d`, which is not part of the time.
pub fn pause(connection: &Connection, classic: &Classic, scene: &Scene) -> Result<(), Error> {
    if classic.delay.is_zero() {
        return Ok(());
    }
    let left = scene.deadline.remaining().unwrap_or_default();
    // Nobody ever sends anything here.
    let (_sender, receiver) = mpsc::channel::<()>();
    let _ = receiver.recv_timeout(classic.delay.min(left));
    scene.journal.waited(classic.delay.min(left));
    if classic.delay > left {
        return Err(connection.error("wait before reading from", Kind::Timeout));
    }
    Ok(())
}

/// The line of `-q`; nothing is awaited.
pub fn quit(connection: &mut Connection, words: &[u8]) {
    connection.journal().done();
    let _ = connection.send(&raw(words), "send the text of -q to");
    connection.close();
}

/// What was expected did not come; without `-e` that was `greeting`.
pub fn mismatch(what: &str, heard: &str, greeting: &str, classic: &Classic, scene: &Scene) {
    let wanted = if classic.expect.is_empty() {
        format!("\"{greeting}\"")
    } else {
        classic.wanted()
    };
    let heard = if classic.jail {
        String::new()
    } else {
        format!(": \"{}\"", heard.trim_end())
    };
    let text = format!("{}: {what} does not hold {wanted}{heard}", scene.name());
    scene.finding(EXPECT_MISMATCH, text);
}

/// The text of `-s` or `-q` as it goes out.
pub fn raw(text: &[u8]) -> Command {
    let shown = String::from_utf8_lossy(text).trim_end().to_owned();
    Command::raw(text.to_vec(), shown)
}
