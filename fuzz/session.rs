//! Whole sessions with a server that says any bytes, over a unix socket: dialing, lines, replies, capabilities, logins with
//! their challenges, listings, the farewell.
//!
//! The bytes behind the first are cut at each 0. The first piece is the greeting, each other the answer to whatever comes
//! next; `{t}` in it stands for the tag of an IMAP command. Then the server is gone.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use mailprobe::secret::{Redactor, Secret};
use mailprobe::session::imap::{Criteria, Imap, Mailbox};
use mailprobe::session::login::Login;
use mailprobe::session::pop3::{Method, Pop3};
use mailprobe::session::smtp::Smtp;
use mailprobe::session::{Connection, Dial, Error, Journal};
use mailprobe::time::Clock;
use mailprobe::wire::sasl::Credentials;

/// A server that waits for more than it gets ends after this.
const PATIENCE: Duration = Duration::from_millis(20);
/// And a session after this, in any case.
const LIMIT: Duration = Duration::from_millis(500);
/// What takes longer has no end; a machine that stands still for a moment may be late.
const HANGS: Duration = Duration::from_secs(8);

struct Server {
    path: PathBuf,
    words: Sender<Vec<u8>>,
}

static SERVER: LazyLock<Mutex<Server>> = LazyLock::new(|| {
    let path = std::env::temp_dir().join(format!("mailprobe-fuzz-{}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).expect("a socket");
    let (words, come) = channel();
    std::thread::spawn(move || answer(&listener, &come));
    Mutex::new(Server { path, words })
});

fn answer(listener: &UnixListener, come: &Receiver<Vec<u8>>) {
    while let Ok(words) = come.recv() {
        if let Ok((stream, _)) = listener.accept() {
            let _ = talk(stream, &words);
        }
    }
}

fn talk(mut stream: UnixStream, words: &[u8]) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut heard = [0; 4096];
    for (number, piece) in words.split(|byte| *byte == 0).enumerate() {
        let mut tag: &[u8] = b"*";
        if number > 0 {
            let count = match stream.read(&mut heard) {
                Ok(0) | Err(_) => return Ok(()),
                Ok(count) => count,
            };
            tag = heard[..count]
                .split(|byte| *byte == b' ')
                .next()
                .unwrap_or(tag);
        }
        stream.write_all(&with_tag(piece, tag))?;
    }
    Ok(())
}

fn with_tag(piece: &[u8], tag: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(piece.len());
    let mut rest = piece;
    while let Some((first, behind)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(b"{t}") {
            whole.extend_from_slice(tag);
            rest = behind;
        } else {
            whole.push(*first);
            rest = behind;
        }
    }
    whole
}

/// One session, of the protocol that the first byte chooses.
pub fn session(bytes: &[u8]) {
    let Some((choice, words)) = bytes.split_first() else {
        return;
    };
    let server = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    server.words.send(words.to_vec()).expect("a server");
    let clock = Clock::start();
    let journal = Journal::new(clock, Redactor::default());
    let dial = Dial::Unix(server.path.clone());
    let connection = Connection::open(&dial, None, clock.deadline(LIMIT), &journal);
    let connection = connection.expect("a connection");
    let ended = match choice % 4 {
        0 => smtp(connection, false),
        1 => smtp(connection, true),
        2 => imap(connection),
        _ => pop3(connection),
    };
    if let Err(error) = ended {
        assert!(!error.to_string().is_empty());
    }
    let took = clock.elapsed();
    assert!(took < HANGS, "a session of {took:?}");
}

fn login() -> Login {
    let secret = |text: &str| Some(Secret::new(text.as_bytes().to_vec()));
    Login {
        credentials: Credentials {
            user: "probe".to_owned(),
            authzid: None,
            password: secret("s3cr3t"),
            token: secret("t0k3n"),
            host: "mx.example.test".to_owned(),
            port: 25,
        },
        mechanism: None,
        insecure: true,
    }
}

fn smtp(connection: Connection, lmtp: bool) -> Result<(), Error> {
    let mut smtp = Smtp::new(connection, lmtp, Some("probe.example.test".to_owned()));
    smtp.greet()?;
    smtp.hello()?;
    smtp.login(&login(), false)?;
    smtp.quit()
}

fn imap(connection: Connection) -> Result<(), Error> {
    let mut imap = Imap::new(connection);
    imap.greet()?;
    imap.login(&login(), false, false)?;
    let inbox = Mailbox::named("INBOX");
    let _ = imap.list(&Mailbox::named("*"), 100)?;
    let _ = imap.status(std::slice::from_ref(&inbox), "MESSAGES UNSEEN")?;
    let _ = imap.quota(&inbox)?;
    let _ = imap.examine(&inbox)?;
    let _ = imap.search(&Criteria::default(), 100)?;
    let _ = imap.fetch(true, "1:*", "(INTERNALDATE)", 100)?;
    imap.logout()
}

fn pop3(connection: Connection) -> Result<(), Error> {
    let mut pop3 = Pop3::new(connection);
    pop3.greet()?;
    pop3.capa()?;
    pop3.login(&login(), Method::Strongest, false)?;
    let maildrop = pop3.survey()?;
    let numbers = maildrop.numbers();
    pop3.top(numbers.get(..3).unwrap_or(&numbers), 5, |_, _| {})?;
    pop3.quit(None);
    Ok(())
}
