//! The way to TLS: the dialogue that a port wants before it, and a polite end behind it.

use std::time::Duration;

use super::service::Protocol;
use crate::cli::Security;
use crate::probe::{Scene, Target, finding};
use crate::session::imap::Imap;
use crate::session::pop3::Pop3;
use crate::session::sieve::Sieve;
use crate::session::smtp::Smtp;
use crate::session::{Connection, Error};

/// How long a greeting behind TLS is awaited: nobody asks for it, but speaking before it would stand
/// in the server's log.
const COURTESY: Duration = Duration::from_millis(250);

/// How long a server that asked for a client certificate is heard: TLS 1.3 complains after the
/// handshake (RFC 8446 §4.4.2.4).
const COMPLAINT: Duration = Duration::from_millis(250);

/// A server that was talked to.
pub struct Reached {
    dialogue: Dialogue,
    /// Has it greeted?
    greeted: bool,
}

enum Dialogue {
    Smtp(Box<Smtp>),
    Imap(Box<Imap>),
    Pop3(Box<Pop3>),
    Sieve(Box<Sieve>),
    None(Box<Connection>),
}

impl Reached {
    /// Begins a dialogue.
    pub fn new(connection: Connection, protocol: Protocol) -> Self {
        let dialogue = match protocol {
            Protocol::Smtp => Dialogue::Smtp(Box::new(Smtp::new(connection, false, None))),
            Protocol::Lmtp => Dialogue::Smtp(Box::new(Smtp::new(connection, true, None))),
            Protocol::Imap => Dialogue::Imap(Box::new(Imap::new(connection))),
            Protocol::Pop3 => Dialogue::Pop3(Box::new(Pop3::new(connection))),
            Protocol::Sieve => Dialogue::Sieve(Box::new(Sieve::new(connection))),
            Protocol::Tls => Dialogue::None(Box::new(connection)),
        };
        Self {
            dialogue,
            greeted: false,
        }
    }

    /// Gets to TLS and shakes hands. Tells whether TLS was to be had at all.
    pub fn secure(&mut self, target: &Target, scene: &Scene) -> Result<bool, Error> {
        if target.security == Security::Tls {
            return self.connection_mut().secure(&[]).map(|()| true);
        }
        self.greet()?;
        let missing = |word: &str| {
            let text = format!("{} does not offer {word}", target.name);
            scene.finding(finding::STARTTLS_MISSING, text);
            Ok(false)
        };
        match &mut self.dialogue {
            Dialogue::Smtp(smtp) => {
                smtp.hello()?;
                if !smtp.capabilities().has("STARTTLS") {
                    return missing("STARTTLS");
                }
                smtp.secure()?;
            }
            Dialogue::Imap(imap) => {
                // RFC 3501 §6.2.1: in the authenticated state it is not allowed any more.
                if imap.is_preauth() || !imap.offers(|offered| offered.has("STARTTLS"))? {
                    return missing("STARTTLS");
                }
                imap.starttls()?;
            }
            Dialogue::Pop3(pop3) => {
                pop3.capa()?;
                if !pop3.capabilities().is_some_and(|offered| offered.stls()) {
                    return missing("STLS");
                }
                pop3.stls()?;
            }
            Dialogue::Sieve(sieve) => {
                if !sieve.offers_starttls() {
                    return missing("STARTTLS");
                }
                sieve.starttls()?;
            }
            Dialogue::None(connection) => connection.secure(&[])?,
        }
        Ok(true)
    }

    /// Ends it as a client would. What comes back is no matter any more, but a complaint about the
    /// missing client certificate is heard.
    pub fn leave(&mut self) {
        let asked = self
            .connection()
            .inspection()
            .is_some_and(|seen| seen.asks_for_certificate);
        let connection = self.connection_mut();
        connection.journal().done();
        let deadline = connection.deadline();
        if !self.greeted && !matches!(self.dialogue, Dialogue::None(_)) {
            self.connection_mut()
                .set_deadline(deadline.within(COURTESY));
            if self.greet().is_err() {
                self.connection_mut().close();
                return;
            }
            self.connection_mut().set_deadline(deadline);
        } else if asked {
            // The complaint may come before the answer to our farewell, or instead of it.
            self.connection_mut()
                .set_deadline(deadline.within(COMPLAINT));
            let _ = self.connection_mut().hear_complaint();
            self.connection_mut().set_deadline(deadline);
        }
        match &mut self.dialogue {
            Dialogue::Smtp(smtp) => drop(smtp.quit()),
            Dialogue::Imap(imap) => drop(imap.logout()),
            Dialogue::Pop3(pop3) => pop3.quit(None),
            Dialogue::Sieve(sieve) => sieve.logout(),
            Dialogue::None(connection) => connection.close(),
        }
    }

    /// The connection below.
    pub fn connection(&self) -> &Connection {
        match &self.dialogue {
            Dialogue::Smtp(smtp) => smtp.connection(),
            Dialogue::Imap(imap) => imap.connection(),
            Dialogue::Pop3(pop3) => pop3.connection(),
            Dialogue::Sieve(sieve) => sieve.connection(),
            Dialogue::None(connection) => connection,
        }
    }

    fn connection_mut(&mut self) -> &mut Connection {
        match &mut self.dialogue {
            Dialogue::Smtp(smtp) => smtp.connection_mut(),
            Dialogue::Imap(imap) => imap.connection_mut(),
            Dialogue::Pop3(pop3) => pop3.connection_mut(),
            Dialogue::Sieve(sieve) => sieve.connection_mut(),
            Dialogue::None(connection) => connection,
        }
    }

    fn greet(&mut self) -> Result<(), Error> {
        match &mut self.dialogue {
            Dialogue::Smtp(smtp) => drop(smtp.greet()?),
            Dialogue::Imap(imap) => drop(imap.greet()?),
            Dialogue::Pop3(pop3) => pop3.greet()?,
            Dialogue::Sieve(sieve) => sieve.greet()?,
            Dialogue::None(_) => {}
        }
        self.greeted = true;
        Ok(())
    }
}
