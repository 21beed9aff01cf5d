//! Lines that are no part of a listing: what an MTA's command says when it cannot look.

/// What such a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The queue could not be looked at: nothing is known about it.
    Unreadable,
    /// The MTA is not running; the queue may have been read all the same.
    Down,
    /// A warning that changes nothing.
    Noise,
}

/// A line beside the listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it means.
    pub trouble: Trouble,
    /// The line itself, cut to a length that can be shown.
    pub text: String,
}

use Trouble::{Down, Noise, Unreadable};

/// (words that stand in the line in this order, in lower case; what it means). The first that fits counts.
const KNOWN: &[(&[&str], Trouble)] = &[
    // Postfix: postqueue.c. Root gets the listing all the same.
    (&["mail system is down"], Down),
    (&["showq", "connection refused"], Down),
    (&["showq", "no such file or directory"], Down),
    (&["queue report unavailable"], Unreadable),
    (&["is not allowed to view the mail queue"], Unreadable),
    (&["malformed showq server response"], Unreadable),
    (&["invalid option"], Unreadable),
    (&["usage:"], Unreadable),
    (&["open lock file"], Unreadable),
    (&[": fatal:"], Unreadable),
    (&[": panic:"], Unreadable),
    // Exim: exim.c, readconf.c.
    (&["exim configuration error"], Unreadable),
    (&["exim: ", "require admin"], Unreadable),
    (&["failed to open", "spool"], Unreadable),
    // Sendmail: queue.c, main.c.
    (&["not permitted to see the queue"], Unreadable),
    (&["requires special privileges"], Unreadable),
    (&["can not chdir"], Unreadable),
    (&["cannot chdir"], Unreadable),
    (&["cannot stat"], Unreadable),
    (&["noqueue: syserr"], Unreadable),
    (&["real uid not trusted"], Unreadable),
    // OpenSMTPD: smtpctl.c.
    (&["smtpd doesn't seem to be running"], Down),
    (&["smtpd", "not running"], Down),
    (&["smtpctl: connect", "connection refused"], Down),
    (&["must be setgid"], Unreadable),
    (&["need root privileges"], Unreadable),
    (&["must be root"], Unreadable),
    (&["must be run as root"], Unreadable),
    (&["are you root"], Unreadable),
    // qmail: qmail-qread.c, qmail-qstat.sh.
    (&["unable to chdir"], Unreadable),
    (&["unable to read"], Unreadable),
    (&["unable to open"], Unreadable),
    (&["warning: trouble with #"], Noise),
    // nullmailer: mailq.cc; Courier: mailq.c.
    (&["cannot open"], Unreadable),
    (&["cannot change directory"], Unreadable),
    (&["chdir:"], Unreadable),
    (&["topdirp:"], Unreadable),
    // Exchange: PowerShell's errors, in the languages whose words are known.
    (&["rpc server is unavailable"], Down),
    (&["rpc-server ist nicht verf"], Down),
    (&["transport service", "not running"], Down),
    (&["transport service", "isn't running"], Down),
    (&["unable to connect to the server"], Down),
    (&["is not recognized as"], Unreadable),
    (&["commandnotfoundexception"], Unreadable),
    (&["wurde nicht als name eines cmdlet"], Unreadable),
    (&["n'est pas reconnu comme nom d"], Unreadable),
    (&["access is denied"], Unreadable),
    (&["zugriff verweigert"], Unreadable),
    (&["acc\u{e8}s refus\u{e9}"], Unreadable),
    // The shell, the loader, sudo, the system's errors in the languages whose words are known.
    (&["permission denied"], Unreadable),
    (&["operation not permitted"], Unreadable),
    (&["keine berechtigung"], Unreadable),
    (&["permission non accord"], Unreadable),
    (&["permiso denegado"], Unreadable),
    (&["permesso negato"], Unreadable),
    (&["permissão negada"], Unreadable),
    (&["command not found"], Unreadable),
    (&["no such file or directory"], Unreadable),
    (&["datei oder verzeichnis nicht gefunden"], Unreadable),
    (&["aucun fichier ou dossier"], Unreadable),
    (&["cannot execute"], Unreadable),
    (&["exec format error"], Unreadable),
    (&["error while loading shared libraries"], Unreadable),
    (&["a password is required"], Unreadable),
    (&["is not in the sudoers"], Unreadable),
    (&["may not run sudo"], Unreadable),
    (&["segmentation fault"], Unreadable),
    (&["out of memory"], Unreadable),
    (&["too many open files"], Unreadable),
    // What only wants to be said.
    (&["setlocale"], Noise),
    (&["setting locale failed"], Noise),
    (&["please check that your locale settings"], Noise),
    (&["are supported and installed on your system"], Noise),
    (&["falling back to"], Noise),
    (&["lc_all ="], Noise),
    (&["lc_ctype ="], Noise),
    (&["lang ="], Noise),
    (&["language ="], Noise),
    (&["warning"], Noise),
    (&["warnung"], Noise),
    (&["avertissement"], Noise),
    (&["notice:"], Noise),
];

impl Trouble {
    /// What a line on standard error, or one amidst a listing, means; none when it is not known.
    #[must_use]
    pub fn of(line: &[u8]) -> Option<Self> {
        let line = line.get(..2048).unwrap_or(line);
        let line = String::from_utf8_lossy(line).to_lowercase();
        KNOWN
            .iter()
            .find(|(words, _)| {
                let mut rest = line.as_str();
                words.iter().all(|word| {
                    rest.split_once(word).is_some_and(|(_, behind)| {
                        rest = behind;
                        true
                    })
                })
            })
            .map(|(_, trouble)| *trouble)
    }
}
