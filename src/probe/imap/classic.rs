//! The dialogue of the old check_tcp: text to send, text to look for in what comes back. Nothing here
//! knows IMAP.

use std::sync::mpsc;
use std::time::Duration;

use super::findings::EXPECT_MISMATCH;
use crate::cli::Classic;
use crate::probe::Scene;
use crate::session::{Connection, Error, Kind};
use crate::wire::command::Command;

/// How long more is awaited that could hold the text of `-e`; the old check_tcp waits as long.
const PAUSE: Duration = Duration::from_secs(2);
/// More than this is not kept.
const HEARD: usize = 1 << 20;
/// What is said at the end when `-q` says nothing.
const LOGOUT: &[u8] = b"a1 LOGOUT\r\n";

/// Sends the text of `-s` and looks for that of `-e`; a greeting when there is none.
pub fn follow(
    connection: &mut Connection,
    classic: &Classic,
    text: &[u8],
    scene: &Scene,
) -> Result<(), Error> {
    const DOING: &str = "send the text of -s to";
    scene.journal.enter("command");
    let shown = String::from_utf8_lossy(text).trim_end().to_owned();
    connection.send(&Command::raw(text.to_vec(), shown), DOING)?;
    pause(connection, classic, scene)?;
    let deadline = scene.deadline;
    let most = HEARD.min(classic.most);
    let met = |heard: &[u8]| {
        if classic.expect.is_empty() {
            heard.starts_with(b"* OK")
        } else {
            classic.met(heard)
        }
    };
    let mut heard = Vec::new();
    let mut buffer = [0; 4096];
    while !met(&heard) && heard.len() < most {
        connection.set_deadline(deadline.within(PAUSE));
        let chunk = connection.chunk(&mut buffer, DOING);
        connection.set_deadline(deadline);
        match chunk {
            Ok(bytes) => heard.extend_from_slice(bytes),
            Err(error) => {
                let over = deadline.remaining().is_err();
                if over || heard.is_empty() {
                    return Err(error);
                }
                break;
            }
        }
    }
    for line in heard.split(|byte| *byte == b'\n').take(20) {
        scene.journal.received(line.trim_ascii_end());
    }
    scene.journal.leave("");
    if met(&heard) {
        scene.proven("answers as expected");
    } else {
        let heard = String::from_utf8_lossy(&heard);
        mismatch("the answer to -s", &heard, classic, scene);
    }
    quit(connection, classic.quit.as_deref().unwrap_or(LOGOUT));
    Ok(())
}

/// The pause of `-d`.
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
    let shown = String::from_utf8_lossy(words).trim_end().to_owned();
    let _ = connection.send(
        &Command::raw(words.to_vec(), shown),
        "send the text of -q to",
    );
    connection.close();
}

/// What was expected did not come.
pub fn mismatch(what: &str, heard: &str, classic: &Classic, scene: &Scene) {
    let wanted = if classic.expect.is_empty() {
        "\"* OK\"".to_owned()
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
