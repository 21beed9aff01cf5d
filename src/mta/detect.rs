//! Which mail system this host has: what runs, what is installed, whose `sendmail` is `sendmail`.
//!
//! What runs wins over what is installed only. Where several are installed and none, or several, run, the one counts
//! that `/usr/sbin/sendmail` belongs to; after that the order in which the known check_mailq looks.

use std::path::{Path, PathBuf};

use super::locate::find;
use crate::queue::Mta;

/// What was found.
#[derive(Clone, Debug)]
pub struct Detected {
    /// The mail system.
    pub mta: Mta,
    /// Why this one, in words.
    pub why: String,
}

/// The order of the known check_mailq, then what it does not know.
const ORDER: [Mta; 7] = [
    Mta::Qmail,
    Mta::Postfix,
    Mta::Exim,
    Mta::Nullmailer,
    Mta::OpenSmtpd,
    Mta::Courier,
    Mta::Sendmail,
];

/// Looks around. None when no mail system is installed.
#[must_use]
pub fn detect() -> Option<Detected> {
    let installed: Vec<(Mta, PathBuf)> = ORDER
        .into_iter()
        .filter_map(|mta| Some((mta, sign(mta)?)))
        .collect();
    let said = |mta: Mta, path: &Path, why: &str| Detected {
        mta,
        why: format!("{}: {} {why}", mta.name(), path.display()),
    };
    match installed.as_slice() {
        [] => {
            // Installed and not set up: its own words about that are the most useful.
            if let Some(path) = find(&["postqueue"], &[]) {
                return Some(said(
                    Mta::Postfix,
                    &path,
                    "is installed, but has no configuration",
                ));
            }
            // Whatever has a mailq can be asked; what it prints shows whose it is.
            let path = find(&["mailq"], &[])?;
            Some(said(Mta::Sendmail, &path, "is all there is"))
        }
        [(mta, path)] => Some(said(*mta, path, "is installed, and no other mail system")),
        several => {
            let running: Vec<&(Mta, PathBuf)> = several
                .iter()
                .filter(|(mta, _)| runs(*mta) == Some(true))
                .collect();
            if let [(mta, path)] = running.as_slice() {
                return Some(said(
                    *mta,
                    path,
                    "is installed and runs, others are installed only",
                ));
            }
            let owner = sendmail_owner();
            let among = |wanted: Mta| several.iter().find(|(mta, _)| *mta == wanted);
            if let Some((mta, path)) = owner.and_then(among) {
                return Some(said(
                    *mta,
                    path,
                    "is installed, and the sendmail command is its",
                ));
            }
            let (mta, path) = running.first().copied().or(several.first())?;
            Some(said(
                *mta,
                path,
                "is installed, as are others: -M says which is meant",
            ))
        }
    }
}

/// The file by which a mail system shows that it is installed.
fn sign(mta: Mta) -> Option<PathBuf> {
    let exists = |paths: &[&str]| paths.iter().map(PathBuf::from).find(|path| path.exists());
    match mta {
        // Unpacked or removed but not purged is not installed: without a configuration nothing of it works.
        Mta::Postfix => find(&["postqueue"], &[]).filter(|_| super::postfix::configured()),
        Mta::Exim => find(
            &["exim4", "exim"],
            &["/usr/exim/bin", "/usr/local/exim/bin"],
        ),
        Mta::Qmail => find(&["qmail-qstat", "qmail-qread"], &["/var/qmail/bin"]),
        Mta::OpenSmtpd => find(&["smtpctl"], &[]),
        Mta::Nullmailer => find(
            &["nullmailer-send", "nullmailer-queue"],
            &["/usr/lib/nullmailer"],
        ),
        Mta::Courier => exists(&[
            "/usr/lib/courier/courierctl.start",
            "/etc/courier/courierd",
            "/usr/sbin/courierctl.start",
        ]),
        Mta::Sendmail => exists(&[
            "/etc/mail/sendmail.cf",
            "/etc/sendmail.cf",
            "/usr/libexec/sendmail/sendmail",
        ]),
        Mta::Exchange => None,
    }
}

/// Whose is the `sendmail` command, by the file that it leads to?
fn sendmail_owner() -> Option<Mta> {
    let path = ["/usr/sbin/sendmail", "/usr/lib/sendmail"]
        .into_iter()
        .find_map(|path| std::fs::canonicalize(path).ok())?;
    let name = path.to_string_lossy().to_lowercase();
    [
        ("exim", Mta::Exim),
        ("postfix", Mta::Postfix),
        ("smtpctl", Mta::OpenSmtpd),
        ("nullmailer", Mta::Nullmailer),
        ("qmail", Mta::Qmail),
        ("courier", Mta::Courier),
        ("sendmail-mta", Mta::Sendmail),
        ("libexec/sendmail", Mta::Sendmail),
        ("sm.bin", Mta::Sendmail),
    ]
    .into_iter()
    .find_map(|(word, mta)| name.contains(word).then_some(mta))
}

/// Does a daemon of it run here? None where that cannot be seen: no `/proc`, or other users' processes are hidden.
#[must_use]
pub fn runs(mta: Mta) -> Option<bool> {
    let mut everybody = false;
    for entry in std::fs::read_dir("/proc").ok()?.flatten() {
        let name = entry.file_name();
        let Some(number) = name
            .to_str()
            .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        else {
            continue;
        };
        let Ok(line) = std::fs::read(entry.path().join("cmdline")) else {
            continue;
        };
        everybody |= number == "1";
        // What has ended and is not waited for has no command line any more.
        if line.is_empty() {
            continue;
        }
        let comm = std::fs::read(entry.path().join("comm")).unwrap_or_default();
        if is_daemon(mta, comm.trim_ascii(), &line) {
            return Some(true);
        }
    }
    everybody.then_some(false)
}

/// Does its daemon answer at its control socket? None where that cannot be told, or where it has none.
#[must_use]
pub fn answers(mta: Mta) -> Option<bool> {
    if mta != Mta::OpenSmtpd {
        return None;
    }
    match std::os::unix::net::UnixStream::connect("/var/run/smtpd.sock") {
        Ok(_) => Some(true),
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => Some(false),
        // It is removed at a clean end.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some(false),
        Err(_) => None,
    }
}

/// Does this process live, and is it of that name? None where that cannot be seen.
#[must_use]
pub fn lives(number: u32, name: &str) -> Option<bool> {
    let folder = PathBuf::from(format!("/proc/{number}"));
    if !Path::new("/proc/self").exists() {
        return None;
    }
    let comm = std::fs::read_to_string(folder.join("comm")).unwrap_or_default();
    // What has ended and is not waited for has no command line any more.
    let line = std::fs::read(folder.join("cmdline")).unwrap_or_default();
    Some(comm.trim() == name && !line.is_empty())
}

fn is_daemon(mta: Mta, comm: &[u8], line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    let program = line.split(['\0', ' ']).next().unwrap_or_default();
    match mta {
        Mta::Postfix => comm == b"master" && line.contains("postfix"),
        Mta::Exim => matches!(comm, b"exim4" | b"exim"),
        Mta::Sendmail => comm.starts_with(b"sendmail") && !program.contains("postfix"),
        Mta::Qmail => comm == b"qmail-send",
        // Postfix has processes of that name, too: they are told what to serve.
        Mta::OpenSmtpd => comm == b"smtpd" && !line.contains("\0-n\0") && !line.contains("\0-t\0"),
        Mta::Nullmailer => comm == b"nullmailer-send",
        Mta::Courier => comm == b"courierd",
        Mta::Exchange => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn daemons_are_told_apart() {
        assert!(is_daemon(
            Mta::Postfix,
            b"master",
            b"/usr/lib/postfix/sbin/master\0-w\0"
        ));
        assert!(!is_daemon(
            Mta::Postfix,
            b"master",
            b"/usr/lib/cyrus/bin/master\0"
        ));
        assert!(is_daemon(Mta::OpenSmtpd, b"smtpd", b"smtpd: control\0"));
        assert!(!is_daemon(
            Mta::OpenSmtpd,
            b"smtpd",
            b"smtpd\0-n\0smtp\0-t\0inet\0"
        ));
        assert!(is_daemon(
            Mta::Exim,
            b"exim4",
            b"/usr/sbin/exim4\0-bd\0-q30m\0"
        ));
    }
}
