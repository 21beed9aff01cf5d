//! `sandbox demo`: what each probe says about servers that work and servers that do not. A scene is data; a probe
//! that is not built is left out.

#[path = "demo/others.rs"]
mod others;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use crate::sandbox::pki::{Certificate, pki};
use crate::sandbox::probe::{Outcome, Run, built};
use crate::sandbox::{Mailbox, Message, PASSWORD, Relaying, Sandbox, Scenario, Store};

const WIDTH: usize = 80;

struct Scene {
    probe: &'static str,
    title: &'static str,
    server: fn() -> Scenario,
    args: &'static [&'static str],
}

const LOGIN: &[&str] = &["--user", "probe", "--password-file", "password"];
const CA: &[&str] = &["--ca-file", "ca.pem"];

/// `LOGIN` and `CA` stand for the options of that name.
const SCENES: &[Scene] = &[
    Scene {
        probe: "check_smtp",
        title: "a mail server that works",
        server: Scenario::smtp,
        args: &[],
    },
    Scene {
        probe: "check_smtp",
        title: "submission: STARTTLS verified, a login, an envelope; nothing is sent",
        server: || Scenario::smtp().starttls(),
        args: &[
            "--starttls",
            "CA",
            "LOGIN",
            "--from",
            "probe@example.test",
            "--to",
            "probe@example.test",
            "-w",
            "1",
            "-c",
            "5",
        ],
    },
    Scene {
        probe: "check_smtp",
        title: "the same, looked at closely",
        server: || {
            Scenario::smtp()
                .starttls()
                .latency(Duration::from_millis(4))
        },
        args: &["--starttls", "CA", "LOGIN", "-vv"],
    },
    Scene {
        probe: "check_smtp",
        title: "the password is wrong",
        server: || Scenario::smtp().tls().fault_named("auth-535"),
        args: &["--tls", "CA", "LOGIN"],
    },
    Scene {
        probe: "check_smtp",
        title: "the certificate has expired",
        server: || Scenario::smtp().tls().certificate(Certificate::Expired),
        args: &["--tls", "CA"],
    },
    Scene {
        probe: "check_smtp",
        title: "the certificate is for another name",
        server: || {
            Scenario::smtp()
                .starttls()
                .certificate(Certificate::WrongName)
        },
        args: &["--starttls", "CA"],
    },
    Scene {
        probe: "check_smtp",
        title: "somebody in between slips in plain text behind STARTTLS",
        server: || {
            Scenario::smtp()
                .starttls()
                .fault_named("starttls-inject-smtp")
        },
        args: &["--starttls", "CA"],
    },
    Scene {
        probe: "check_smtp",
        title: "the recipient is greylisted",
        server: Scenario::smtp,
        args: &["--from", "a@example.test", "--to", "grey@example.test"],
    },
    Scene {
        probe: "check_smtp",
        title: "an open relay, by one of the old spellings",
        server: || Scenario::smtp().relaying(Relaying::Percent),
        args: &["--open-relay"],
    },
    Scene {
        probe: "check_smtp",
        title: "busy: 421 instead of a greeting",
        server: || Scenario::smtp().fault_named("greeting-421"),
        args: &[],
    },
    Scene {
        probe: "check_smtp",
        title: "connected, then silence",
        server: || Scenario::smtp().fault_named("greeting-silence"),
        args: &["-t", "1s"],
    },
    Scene {
        probe: "check_smtp",
        title: "a greeting that tries to forge the performance data",
        server: || Scenario::smtp().fault_named("greeting-pipe-perfdata"),
        args: &["-v"],
    },
    Scene {
        probe: "check_imap",
        title: "a mailbox over TLS",
        server: || Scenario::imap().tls(),
        args: &["--tls", "CA", "LOGIN", "--mailbox", "INBOX"],
    },
    Scene {
        probe: "check_imap",
        title: "the mailbox is nearly full",
        server: || {
            let full = Store::default().quota(9_542, 10_240);
            Scenario::imap().tls().store(&full)
        },
        args: &["--tls", "CA", "LOGIN", "--quota", "-w", "quota=80"],
    },
    Scene {
        probe: "check_imap",
        title: "last night's backup report is there",
        server: || Scenario::imap().tls().store(&reports(9, "Backup srv3 ok")),
        args: &[
            "--tls",
            "CA",
            "LOGIN",
            "--mailbox",
            "Reports",
            "--match",
            "subject=Backup .* ok",
            "-c",
            "newest=26h",
        ],
    },
    Scene {
        probe: "check_imap",
        title: "it is not",
        server: || Scenario::imap().tls().store(&reports(31, "Backup srv3 ok")),
        args: &[
            "--tls",
            "CA",
            "LOGIN",
            "--mailbox",
            "Reports",
            "--match",
            "subject=Backup .* ok",
            "-c",
            "newest=26h",
        ],
    },
    Scene {
        probe: "check_imap",
        title: "it is there, and bad news",
        server: || {
            Scenario::imap()
                .tls()
                .store(&reports(2, "Backup srv3 FAILED"))
        },
        args: &[
            "--tls",
            "CA",
            "LOGIN",
            "--mailbox",
            "Reports",
            "--match",
            "subject=Backup",
            "--unless",
            "subject=FAILED",
        ],
    },
    Scene {
        probe: "check_imap",
        title: "store a message, find it, read it again, remove it",
        server: || Scenario::imap().starttls(),
        args: &["--starttls", "CA", "LOGIN", "--write-test"],
    },
    Scene {
        probe: "check_imap",
        title: "the server knows nobody, for now",
        server: || Scenario::imap().tls().fault_named("auth-no-unavailable"),
        args: &["--tls", "CA", "LOGIN"],
    },
    Scene {
        probe: "check_imap",
        title: "a server that cannot prove that it knows the password (SCRAM)",
        server: || {
            Scenario::imap()
                .tls()
                .fault_named("auth-wrong-server-signature")
        },
        args: &["--tls", "CA", "LOGIN"],
    },
    Scene {
        probe: "check_imap",
        title: "IMAP port closed",
        server: || Scenario::imap().fault_named("refused"),
        args: &[],
    },
    Scene {
        probe: "check_pop3",
        title: "a mailbox by POP3, over STLS",
        server: || Scenario::pop3().starttls(),
        args: &["--starttls", "CA", "LOGIN"],
    },
    Scene {
        probe: "check_pop3",
        title: "the mailbox is locked",
        server: || Scenario::pop3().starttls().fault_named("auth-err-in-use"),
        args: &["--starttls", "CA", "LOGIN"],
    },
    Scene {
        probe: "check_pop3",
        title: "the connection is reset in the middle of the handshake",
        server: || Scenario::pop3().tls().fault_named("tls-reset"),
        args: &["--tls", "CA"],
    },
    Scene {
        probe: "check_cert",
        title: "a certificate, behind STARTTLS",
        server: || Scenario::smtp().starttls(),
        args: &["--starttls", "-P", "smtp", "CA"],
    },
    Scene {
        probe: "check_cert",
        title: "it ends soon",
        server: || Scenario::imap().tls().certificate(Certificate::EndsSoon),
        args: &["-P", "imaps", "CA"],
    },
    Scene {
        probe: "check_cert",
        title: "the server forgets the intermediate certificate",
        server: || {
            Scenario::pop3()
                .tls()
                .certificate(Certificate::MissingIntermediate)
        },
        args: &["-P", "pop3s", "CA"],
    },
];

/// A mailbox of nightly reports whose newest is that old.
fn reports(hours: u64, subject: &str) -> Store {
    let report = |hours: u64, subject: &str| {
        let age = Duration::from_secs(hours * 3600 + 600);
        Message::new("backup@example.test", subject, "see above").age(age)
    };
    let mailbox = Mailbox::new("Reports").message(report(hours + 24, "Backup srv3 ok").seen());
    Store::new([
        Mailbox::new("INBOX"),
        mailbox.message(report(hours, subject)),
    ])
}

/// A scene that can be played, with more options than it has, and any number of times.
pub struct Staged {
    pub probe: &'static str,
    pub title: &'static str,
    play: Play,
}

enum Play {
    Server(&'static Scene),
    Other(fn(&Path, &[&str]) -> Outcome),
}

/// All of them.
pub fn scenes() -> Vec<Staged> {
    let servers = SCENES.iter().map(|scene| Staged {
        probe: scene.probe,
        title: scene.title,
        play: Play::Server(scene),
    });
    let others = others::SCENES.iter().map(|scene| Staged {
        probe: scene.probe,
        title: scene.title,
        play: Play::Other(scene.play),
    });
    servers.chain(others).collect()
}

impl Staged {
    pub fn play(&self, more: &[&str]) -> std::io::Result<Outcome> {
        // The scenes share a folder and the files in it.
        static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
        let _alone = ONE
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let dir = pki().dir();
        std::fs::write(dir.join("password"), format!("{PASSWORD}\n"))?;
        let scene = match &self.play {
            Play::Other(play) => return Ok(play(dir, more)),
            Play::Server(scene) => scene,
        };
        let sandbox = Sandbox::start((scene.server)());
        let port = sandbox.port().to_string();
        let mut run = Run::new(scene.probe)
            .args(["-H", "localhost", "-4", "-p", &port])
            .current_dir(dir);
        for arg in scene.args {
            run = match *arg {
                "LOGIN" => run.args(LOGIN),
                "CA" => run.args(CA),
                plain => run.arg(plain),
            };
        }
        Ok(run.args(more).run())
    }
}

pub fn run(only: Option<&str>) -> ExitCode {
    let mut shown = 0;
    for scene in scenes() {
        if only.is_some_and(|only| only != scene.probe) || built(scene.probe).is_none() {
            continue;
        }
        match scene.play(&[]) {
            Ok(outcome) => show(scene.title, &outcome),
            Err(error) => {
                eprintln!("sandbox: {error}");
                return ExitCode::FAILURE;
            }
        }
        shown += 1;
    }
    if shown == 0 {
        eprintln!("sandbox: no probe is built; try: cargo build");
        return ExitCode::FAILURE;
    }
    println!("{shown} scenes. Servers to try by hand: cargo run --example sandbox -- serve --help");
    ExitCode::SUCCESS
}

fn show(title: &str, outcome: &Outcome) {
    println!("# {title}");
    println!("{}", fold(&format!("$ {}", outcome.command), " \\", "    "));
    for line in outcome.stdout.lines().chain(outcome.stderr.lines()) {
        println!("{}", fold(line, "", "    "));
    }
    match (outcome.code, outcome.signal) {
        (Some(code), _) => println!("[exit {code}]\n"),
        (None, signal) => println!("[signal {}]\n", signal.unwrap_or(0)),
    }
}

/// Breaks a line at blanks so that it fits: `end` closes each part but the last, `indent` opens each but the first.
fn fold(line: &str, end: &str, indent: &str) -> String {
    if line.chars().count() <= WIDTH {
        return line.to_owned();
    }
    let mut out = String::new();
    let mut column = 0;
    for (at, word) in line.split(' ').enumerate() {
        let size = word.chars().count();
        if at > 0 && column + 1 + size + end.len() > WIDTH {
            out.push_str(&format!("{end}\n{indent}{word}"));
            column = indent.len() + size;
        } else {
            if at > 0 {
                out.push(' ');
            }
            out.push_str(word);
            column += size + usize::from(at > 0);
        }
    }
    out
}
