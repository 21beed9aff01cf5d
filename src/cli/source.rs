//! Where a secret comes from. Nothing of it is ever in a child's arguments or in our output.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::usage::UsageError;
use crate::child::{self, Place};
use crate::secret::Secret;
use crate::time::Deadline;

/// A secret is not longer than this (tokens of large providers have 4 KiB).
const LIMIT: u64 = 64 * 1024;

/// How long a command may stay on after it has printed its line.
const LINGER: Duration = Duration::from_millis(500);

/// A place that holds a secret.
pub enum Source {
    /// Given as it is.
    Given(Secret),
    /// The first line of a file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// The first line that a command prints.
    Command(String),
    /// A systemd credential.
    Credential(String),
}

impl Source {
    /// Fetches the secret; `what` is the option's stem: `password`.
    pub fn fetch(self, what: &str, deadline: Deadline) -> Result<Secret, UsageError> {
        match self {
            Self::Given(secret) => Ok(secret),
            Self::File(path) => {
                let shown = path.display().to_string();
                read(&path).map_err(|why| UsageError(format!("--{what}-file {shown}: {why}")))
            }
            Self::Environment(name) => {
                let value = std::env::var_os(&name).ok_or_else(|| {
                    UsageError(format!("--{what}-env {name}: no such environment variable"))
                })?;
                Ok(Secret::new(value.into_encoded_bytes()))
            }
            Self::Command(line) => run(&line, deadline)
                .map_err(|why| UsageError(format!("--{what}-command {}: {why}", program(&line)))),
            Self::Credential(name) => {
                let wrong = |why: String| UsageError(format!("--{what}-credential {name}: {why}"));
                let folder = std::env::var_os("CREDENTIALS_DIRECTORY")
                    .ok_or_else(|| wrong("not started by systemd with credentials".to_owned()))?;
                if name.contains('/') || name.starts_with('.') {
                    return Err(wrong("is no name of a credential".to_owned()));
                }
                read(&PathBuf::from(folder).join(&name)).map_err(wrong)
            }
        }
    }
}

fn read(path: &std::path::Path) -> Result<Secret, String> {
    let mut bytes = Zeroizing::new(Vec::new());
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    file.take(LIMIT)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    first_line(&bytes)
}

fn first_line(bytes: &[u8]) -> Result<Secret, String> {
    let line = bytes
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.is_empty() {
        Err("holds nothing".to_owned())
    } else {
        Ok(Secret::new(line.to_vec()))
    }
}

/// Runs a command without a shell and reads its first line; it is killed at the deadline.
fn run(line: &str, deadline: Deadline) -> Result<Secret, String> {
    let words = words(line)?;
    let (program, arguments) = words.split_first().ok_or("names no program")?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(child::no_input().map_err(|error| error.to_string())?)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let (mut child, listed) =
        child::spawn_at_terminal(&mut command).map_err(|error| error.to_string())?;
    let output = child.stdout.take().ok_or("has no output")?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut line = Zeroizing::new(Vec::new());
        let read = output.by_ref().take(LIMIT).read_until(b'\n', &mut line);
        let _ = sender.send(read.map(|_| line));
        // Whatever follows is let through, so that the command is not killed by a broken pipe.
        let _ = std::io::copy(&mut output, &mut std::io::sink());
    });
    let left = deadline.remaining().map_err(|error| error.to_string())?;
    let Ok(read) = receiver.recv_timeout(left) else {
        listed.kill();
        drop(listed);
        let _ = child.wait();
        return Err("did not finish in time".to_owned());
    };
    let line = read.map_err(|error| error.to_string())?;
    match settle(&mut child, listed, deadline) {
        Some(status) if !status.success() => Err(format!("failed ({status})")),
        _ => first_line(&line).map_err(|_| "printed nothing".to_owned()),
    }
}

/// How a command ended. One that stays on after it has printed its line is not waited for.
fn settle(child: &mut Child, listed: Place, deadline: Deadline) -> Option<ExitStatus> {
    let patience = deadline.within(LINGER);
    // Nobody sends anything here: it is the pause between two looks.
    let (_sender, pause) = mpsc::channel::<()>();
    while patience.remaining().is_ok() {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        let _ = pause.recv_timeout(Duration::from_millis(2));
    }
    let _ = child.kill();
    drop(listed);
    let _ = child.wait();
    None
}

/// Only the program is named in messages: arguments may be private.
fn program(line: &str) -> String {
    words(line)
        .ok()
        .and_then(|words| words.into_iter().next())
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Splits a command into words; quotes hold a word together, a backslash takes the next character
/// as it is. There is no shell behind it: no variables, no pipes.
pub fn words(line: &str) -> Result<Vec<OsString>, String> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => {
                let next = characters.next().ok_or("ends with a backslash")?;
                word.get_or_insert_default().push(next);
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("has an open quote".to_owned());
    }
    words.extend(word);
    Ok(words.into_iter().map(OsString::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Clock;

    fn deadline(milliseconds: u64) -> Deadline {
        Clock::start().deadline(Duration::from_millis(milliseconds))
    }

    #[test]
    fn the_first_line_of_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "correct horse \r\nnotes\n").unwrap();
        let secret = Source::File(file.path().to_owned())
            .fetch("password", deadline(1000))
            .unwrap();
        assert_eq!(secret.expose(), b"correct horse ");
        std::fs::write(file.path(), "\n").unwrap();
        assert!(
            Source::File(file.path().to_owned())
                .fetch("password", deadline(1000))
                .is_err()
        );
    }

    #[test]
    fn a_command_without_a_shell() {
        let fetch =
            |line: &str, ms| Source::Command(line.to_owned()).fetch("password", deadline(ms));
        assert_eq!(
            fetch("printf 'a  b\\n$HOME'", 5000).unwrap().expose(),
            b"a  b"
        );
        assert!(fetch("false", 5000).is_err());
        assert!(fetch("/nonexistent", 5000).is_err());
        assert!(fetch("printf 'open", 5000).is_err());
        assert!(fetch("sh -c 'exec >&-; tail -f /dev/null'", 5000).is_err());
        let stays = fetch("sh -c 'echo secret; exec tail -f /dev/null'", 5000);
        assert_eq!(stays.unwrap().expose(), b"secret");
        let error = fetch("tail -f /dev/null", 50).err().unwrap();
        assert!(error.to_string().contains("in time"), "{error}");
    }

    #[test]
    fn messages_name_the_program_only() {
        let error = Source::Command("false --key private".to_owned())
            .fetch("token", deadline(5000))
            .err()
            .unwrap();
        assert!(
            error.to_string().contains("--token-command false")
                && !error.to_string().contains("private")
        );
    }
}
