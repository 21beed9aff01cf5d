//! Places as URLs: `smtp://user@host:587?starttls`, `imaps://user@host/Mailbox`, `lmtp:/run/lmtp`,
//! `maildir:/path`, `sendmail:`. A URL is another way to write the options of a leg, which it becomes.
//!
//! Refused: a password in a URL, which everybody could see in the process list.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::cli::{self, UsageError};

/// What is spoken at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Smtp,
    Lmtp,
    Imap,
    Pop3,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A server: the options that the URL stands for, and the mailbox that it names.
    Server {
        kind: Kind,
        words: Vec<String>,
        mailbox: Option<String>,
    },
    /// A Maildir.
    Maildir(PathBuf),
    /// A program that takes a message like sendmail does; the system's own when none is named.
    Sendmail(Vec<OsString>),
}

/// Where the sendmail of the system is.
const SENDMAIL: [&str; 3] = [
    "/usr/sbin/sendmail",
    "/usr/lib/sendmail",
    "/usr/bin/sendmail",
];

impl Place {
    /// Reads a URL; `option` is where it was given.
    pub fn parse(option: &str, text: &str) -> Result<Self, UsageError> {
        // Never the text itself: it may hold a password after all.
        let wrong = |why: &str| UsageError(format!("{option}: {why}"));
        let Some((scheme, rest)) = text.split_once(':') else {
            return Err(wrong(
                "give a URL such as smtp://host, imaps://user@host or maildir:/path",
            ));
        };
        let (kind, tls) = match scheme.to_ascii_lowercase().as_str() {
            "smtp" => (Kind::Smtp, None),
            "smtps" | "submissions" => (Kind::Smtp, Some("tls")),
            "submission" => (Kind::Smtp, Some("starttls")),
            "lmtp" => (Kind::Lmtp, None),
            "imap" => (Kind::Imap, None),
            "imaps" => (Kind::Imap, Some("tls")),
            "pop3" | "pop" => (Kind::Pop3, None),
            "pop3s" | "pops" => (Kind::Pop3, Some("tls")),
            "maildir" => {
                let path = percent(rest.strip_prefix("//").unwrap_or(rest));
                if path.is_empty() {
                    return Err(wrong("which Maildir? give maildir:/path"));
                }
                return Ok(Self::Maildir(PathBuf::from(path)));
            }
            "sendmail" => {
                let mut words =
                    cli::words(rest).map_err(|why| wrong(&format!("the command {why}")))?;
                if words.is_empty() {
                    let known = SENDMAIL.iter().find(|path| PathBuf::from(path).exists());
                    let known = known.ok_or_else(|| {
                        wrong("there is no sendmail on this system: give sendmail:/path")
                    })?;
                    words.push(OsString::from(known));
                }
                return Ok(Self::Sendmail(words));
            }
            _ => {
                return Err(wrong(
                    "a URL begins with smtp, smtps, submission, lmtp, sendmail, imap, imaps, pop3, pop3s or maildir",
                ));
            }
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut words = Vec::new();
        let mut starttls = tls.map(str::to_owned);
        for word in query.split('&').filter(|word| !word.is_empty()) {
            match word {
                "starttls" | "tls" | "plain" => starttls = Some(word.to_owned()),
                "stls" => starttls = Some("starttls".to_owned()),
                _ => return Err(wrong("behind the ? stands starttls, tls or plain")),
            }
        }
        // A unix socket: lmtp:/run/dovecot/lmtp
        if let Some(path) = rest.strip_prefix("unix:").or(Some(rest)).filter(|rest| {
            rest.starts_with('/') && (!rest.starts_with("//") || rest.starts_with("///"))
        }) {
            let path = percent(path.strip_prefix("//").unwrap_or(path));
            words.push(format!("--hostname={path}"));
            match starttls.as_deref() {
                Some("plain") | None => {}
                Some(transport) => words.push(format!("--{transport}")),
            }
            let mailbox = None;
            return Ok(Self::Server {
                kind,
                words,
                mailbox,
            });
        }
        let Some(rest) = rest.strip_prefix("//") else {
            return Err(wrong("behind the scheme stands //host"));
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        if let Some(user) = user {
            if user.contains(':') {
                return Err(wrong(
                    "a password in a URL would be seen by everybody: give it by --*-password-file and its like",
                ));
            }
            words.push(format!("--user={}", percent(user)));
        }
        let (host, port) = split_port(host);
        if host.is_empty() {
            return Err(wrong("which host?"));
        }
        words.push(format!("--hostname={}", percent(host)));
        match (port, starttls.as_deref()) {
            (Some(port), Some(transport)) => words.push(format!("--port={port}:{transport}")),
            (Some(port), None) => words.push(format!("--port={port}")),
            (None, Some("starttls")) if scheme.eq_ignore_ascii_case("submission") => {
                words.push("--port=587:starttls".to_owned());
            }
            (None, Some("plain") | None) => {}
            (None, Some(transport)) => words.push(format!("--{transport}")),
        }
        if !path.is_empty() && kind != Kind::Imap {
            return Err(wrong("behind the host stands no path here"));
        }
        Ok(Self::Server {
            kind,
            words,
            mailbox: (!path.is_empty()).then(|| percent(path)),
        })
    }
}

/// Host and port; an IPv6 address stands in brackets.
fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            (host, (!port.is_empty()).then_some(port))
        }
        _ => (text, None),
    }
}

/// `%40` is an at sign (RFC 3986 §2.1); what is no escape stays.
fn percent(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let escaped = match (byte, after) {
            (b'%', [high, low, ..]) => data_encoding::HEXLOWER_PERMISSIVE
                .decode(&[*high, *low])
                .ok(),
            _ => None,
        };
        match escaped {
            Some(decoded) => {
                out.extend(decoded);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                out.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> (Kind, Vec<String>, Option<String>) {
        match Place::parse("--send", text).unwrap() {
            Place::Server {
                kind,
                words,
                mailbox,
            } => (kind, words, mailbox),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn urls_are_options() {
        let rows: [(&str, Kind, &[&str], Option<&str>); 9] = [
            (
                "smtp://mail.example.org",
                Kind::Smtp,
                &["--hostname=mail.example.org"],
                None,
            ),
            (
                "smtp://me%40example.org@mail.example.org:587?starttls",
                Kind::Smtp,
                &[
                    "--user=me@example.org",
                    "--hostname=mail.example.org",
                    "--port=587:starttls",
                ],
                None,
            ),
            (
                "submission://me@example.org@mail.example.org",
                Kind::Smtp,
                &[
                    "--user=me@example.org",
                    "--hostname=mail.example.org",
                    "--port=587:starttls",
                ],
                None,
            ),
            ("smtps://h", Kind::Smtp, &["--hostname=h", "--tls"], None),
            (
                "lmtp:/run/lmtp",
                Kind::Lmtp,
                &["--hostname=/run/lmtp"],
                None,
            ),
            (
                "lmtp:///run/lmtp",
                Kind::Lmtp,
                &["--hostname=/run/lmtp"],
                None,
            ),
            (
                "imaps://u@[2001:db8::1]:9993/Pr%C3%BCfung",
                Kind::Imap,
                &["--user=u", "--hostname=[2001:db8::1]", "--port=9993:tls"],
                Some("Pr\u{fc}fung"),
            ),
            (
                "pop3://u@h:110?plain",
                Kind::Pop3,
                &["--user=u", "--hostname=h", "--port=110:plain"],
                None,
            ),
            (
                "imap://u@2001:db8::1",
                Kind::Imap,
                &["--user=u", "--hostname=2001:db8::1"],
                None,
            ),
        ];
        for (url, kind, wanted, mailbox) in rows {
            let found = words(url);
            assert_eq!(found.0, kind, "{url}");
            assert_eq!(found.1, wanted, "{url}");
            assert_eq!(found.2.as_deref(), mailbox, "{url}");
        }
        assert_eq!(
            Place::parse("--receive", "maildir:/var/mail/x").unwrap(),
            Place::Maildir("/var/mail/x".into())
        );
        assert_eq!(
            Place::parse("--send", "sendmail:/bin/msmtp -a 'x y'").unwrap(),
            Place::Sendmail(["/bin/msmtp", "-a", "x y"].map(OsString::from).to_vec())
        );
    }

    #[test]
    fn mistakes_are_told_without_the_secret() {
        for url in [
            "mail.example.org",
            "http://h",
            "smtp:h",
            "smtp://",
            "smtp://u:hunter2@h",
            "smtp://h?ssl=1",
            "smtp://h/x",
            "maildir:",
            "sendmail:'open",
        ] {
            let error = Place::parse("--send", url).unwrap_err().to_string();
            assert!(
                error.starts_with("--send: ") && !error.contains("hunter2"),
                "{error}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_url_panics(text in "(smtp|imap|lmtp|maildir|sendmail)?:?[\\PC%:/@?]{0,40}") {
            let _ = Place::parse("--send", &text);
        }
    }
}
