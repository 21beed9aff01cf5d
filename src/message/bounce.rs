//! Bounces: what a message that came back says about why (RFC 3464; QSBMF of qmail; what Exim and others write
//! in plain text), and how it is told from an answer of a person or a vacation program (RFC 3834).

use std::fmt;

use super::Message;

/// Bytes of a bounce that are looked at.
const LOOKED_AT: usize = 128 * 1024;
/// Characters of a text that are kept.
const TEXT: usize = 200;

/// What a bounce says of the first recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounce {
    /// `failed`, `delayed`, `relayed`, `delivered`, `expanded`.
    pub action: Option<String>,
    /// `5.1.1`
    pub status: Option<String>,
    /// What the far server said: `550 5.1.1 user unknown`.
    pub diagnostic: Option<String>,
    /// Who reports: `mx.example.net`.
    pub reporter: Option<String>,
}

impl Bounce {
    /// Reads a message; `None` when it is no bounce.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..LOOKED_AT).unwrap_or(bytes);
        let message = Message::parse(bytes);
        let kind = message.field("Content-Type").unwrap_or_default();
        let kind = kind.to_ascii_lowercase();
        let from = message.from().unwrap_or_default().to_ascii_lowercase();
        let report =
            kind.contains("multipart/report") && !kind.contains("disposition-notification");
        let daemon = [
            "mailer-daemon",
            "postmaster@",
            "mail delivery",
            "microsoftexchange",
        ]
        .iter()
        .any(|who| from.contains(who));
        let returned = message.field("X-Failed-Recipients").is_some()
            || message
                .field("Return-Path")
                .is_some_and(|path| path.trim() == "<>");
        if !report && !(daemon && (returned || is_bounce_text(bytes))) {
            return None;
        }
        let mut found = Self::default();
        // What was sent may hold such words, too: it stands behind them.
        let text = String::from_utf8_lossy(bytes);
        let body = text.find("\r\n\r\n").or(text.find("\n\n")).unwrap_or(0);
        let lines: Vec<&str> = text.get(body..).unwrap_or_default().lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            let mut value = value.trim().to_owned();
            for more in lines.iter().skip(at + 1).take(5) {
                if !more.starts_with([' ', '\t']) || more.trim().is_empty() {
                    break;
                }
                value.push(' ');
                value.push_str(more.trim());
            }
            let bare = value
                .split_once(';')
                .map_or(value.as_str(), |(_, rest)| rest)
                .trim();
            let place = match name.to_ascii_lowercase().as_str() {
                "action" => &mut found.action,
                "status" => &mut found.status,
                "diagnostic-code" => &mut found.diagnostic,
                "reporting-mta" => &mut found.reporter,
                _ => continue,
            };
            if place.is_none() && !bare.is_empty() {
                *place = Some(cut(bare));
            }
        }
        found.action = found.action.map(|action| {
            let word = action.split([' ', '(']).next().unwrap_or_default();
            word.to_ascii_lowercase()
        });
        found.status = found
            .status
            .as_deref()
            .and_then(status)
            .or_else(|| found.diagnostic.as_deref().and_then(status))
            .or_else(|| lines.iter().find_map(|line| status(line)));
        Some(found)
    }

    /// Will the message not arrive any more? A delay may end well.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self.action.as_deref() {
            Some("failed") => true,
            Some(_) => false,
            None => !self
                .status
                .as_deref()
                .is_some_and(|status| status.starts_with('4') || status.starts_with('2')),
        }
    }

    /// Does it say that it is for ever (5.x.x)?
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.status
            .as_deref()
            .is_some_and(|status| status.starts_with("5."))
    }
}

impl fmt::Display for Bounce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<&str> = Vec::new();
        words.extend(self.action.as_deref());
        words.extend(self.status.as_deref());
        let mut text = words.join(" ");
        if text.is_empty() {
            text.push_str("without a status");
        }
        if let Some(diagnostic) = &self.diagnostic {
            text.push_str(&format!(" ({diagnostic})"));
        }
        if let Some(reporter) = &self.reporter {
            text.push_str(&format!(" by {reporter}"));
        }
        f.write_str(&text)
    }
}

/// Is it an answer to a message: of a person, or of a program that answers for one?
#[must_use]
pub fn is_answer(bytes: &[u8]) -> bool {
    let message = Message::parse(bytes);
    let submitted = message.field("Auto-Submitted").unwrap_or_default();
    submitted
        .trim()
        .to_ascii_lowercase()
        .starts_with("auto-replied")
        || message.field("In-Reply-To").is_some()
        || message.field("References").is_some()
        || message.field("X-Autoreply").is_some()
        || message.field("X-Autorespond").is_some()
}

/// Words of bounces that are no reports.
fn is_bounce_text(bytes: &[u8]) -> bool {
    let text = Message::parse(bytes).text().to_ascii_lowercase();
    [
        "this is the qmail-send program",
        "could not be delivered",
        "delivery has failed",
        "undeliverable",
        "delivery failure",
    ]
    .iter()
    .any(|words| text.contains(words))
}

/// The first enhanced status code in a text (RFC 3463 §2).
fn status(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .find(|word| {
            let mut parts = word.split('.');
            let class = matches!(parts.next(), Some("2" | "4" | "5"));
            let rest: Vec<&str> = parts.collect();
            class && rest.len() == 2 && rest.iter().all(|part| (1..=3).contains(&part.len()))
        })
        .map(str::to_owned)
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const POSTFIX: &str = "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.net (Mail Delivery System)\r\n\
        Auto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n\
        \tboundary=\"b\"\r\n\r\n--b\r\n\r\n<nobody@example.net>: host x said: 550 5.1.1 no\r\n\r\n\
        --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n\
        Final-Recipient: rfc822; nobody@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n\
        Diagnostic-Code: smtp; 550 5.1.1 <nobody@example.net>:\r\n    user unknown\r\n\r\n--b--\r\n";

    #[test]
    fn what_postfix_sends() {
        let bounce = Bounce::read(POSTFIX.as_bytes()).unwrap();
        assert_eq!(
            bounce.to_string(),
            "failed 5.1.1 (550 5.1.1 <nobody@example.net>: user unknown) by mx.example.net"
        );
        assert!(bounce.is_final() && bounce.is_permanent());
        let delayed = POSTFIX
            .replace("failed", "delayed")
            .replace("5.1.1", "4.4.1");
        let delayed = Bounce::read(delayed.as_bytes()).unwrap();
        assert!(!delayed.is_final() && !delayed.is_permanent());
    }

    #[test]
    fn what_others_send() {
        let qmail = "From: MAILER-DAEMON@a.example.org\r\n\r\nHi. This is the qmail-send program at a.example.org.\r\n\
            <nobody@b.example.org>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n--- Below this line\r\n";
        let bounce = Bounce::read(qmail.as_bytes()).unwrap();
        assert_eq!(bounce.status.as_deref(), Some("5.1.1"));
        assert!(bounce.is_final());
        let exim = "Return-Path: <>\r\nX-Failed-Recipients: nobody@b.example.org\r\n\
            From: Mail Delivery System <Mailer-Daemon@a.example.org>\r\n\r\nA message that you sent could not be\r\n\
            delivered.\r\n    550 Unrouteable address\r\n";
        let bounce = Bounce::read(exim.as_bytes()).unwrap();
        assert!(bounce.is_final() && !bounce.is_permanent());
    }

    #[test]
    fn what_is_none() {
        for text in [
            "From: a@example.org\r\n\r\nStatus: 5.1.1\r\nAction: failed\r\n",
            "From: a@example.org\r\nContent-Type: multipart/report; report-type=disposition-notification\r\n\r\n",
            "",
        ] {
            assert_eq!(Bounce::read(text.as_bytes()), None, "{text}");
        }
        assert!(is_answer(
            b"Auto-Submitted: auto-replied (vacation)\r\n\r\n"
        ));
        assert!(is_answer(b"In-Reply-To: <x>\r\n\r\n"));
        assert!(!is_answer(b"Auto-Submitted: auto-generated\r\n\r\n"));
    }

    proptest! {
        #[test]
        fn no_message_panics(head in "\\PC{0,40}", body in "(Action|Status|Diagnostic-Code|:| |;|\r\n|\\PC){0,60}") {
            let text = format!("{head}\r\nContent-Type: multipart/report\r\n\r\n{body}");
            let _ = Bounce::read(text.as_bytes()).map(|bounce| bounce.to_string());
        }
    }
}
