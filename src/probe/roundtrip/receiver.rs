//! Where messages arrive, decided; becomes an inbox in each run.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::inbox::{ImapInbox, Inbox, MaildirInbox, Pop3Inbox};
use super::line::Line;
use crate::message::token::Tokens;
use crate::probe::Scene;

/// See above. `label` is what stands before its phases and metrics.
pub enum Receiver {
    Imap {
        label: &'static str,
        line: Arc<Line>,
        mailbox: Option<String>,
    },
    Pop3 {
        label: &'static str,
        line: Arc<Line>,
    },
    Maildir {
        label: &'static str,
        path: PathBuf,
    },
}

impl Receiver {
    /// An inbox whose part is told to the scene. `mailbox` is where no URL names one.
    pub fn inbox(
        &self,
        scene: &Scene,
        tokens: &Arc<Tokens>,
        mailbox: Option<&str>,
        junk: Option<Vec<String>>,
        interval: Option<Duration>,
    ) -> Box<dyn Inbox> {
        let tokens = Arc::clone(tokens);
        match self {
            Self::Imap {
                label,
                line,
                mailbox: own,
            } => Box::new(ImapInbox::new(
                Arc::clone(line),
                scene.part(label, line.target.name.clone()),
                tokens,
                own.as_deref().or(mailbox).unwrap_or("INBOX"),
                junk,
                interval.unwrap_or(Duration::from_secs(2)),
            )),
            Self::Pop3 { label, line } => Box::new(Pop3Inbox::new(
                Arc::clone(line),
                scene.part(label, line.target.name.clone()),
                tokens,
                interval.unwrap_or(Duration::from_secs(5)),
            )),
            Self::Maildir { label, path } => Box::new(MaildirInbox::new(
                path.clone(),
                scene.part(label, path.display().to_string()),
                tokens,
                junk,
                interval.unwrap_or(Duration::from_millis(500)),
            )),
        }
    }
}
