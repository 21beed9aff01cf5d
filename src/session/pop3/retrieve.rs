//! RETR, DELE, and a QUIT whose answer counts (RFC 1939 §5 and §6): for messages of the probe's own.

use super::{Pop3, quote};
use crate::session::error::Error;
use crate::wire::command::Command;
use crate::wire::pop3::Limits;

/// A message that the probe has sent itself.
const MESSAGE: Limits = Limits {
    bytes: 80 << 20,
    lines: 2_000_000,
};

impl Pop3 {
    /// A message, whole. Phase `retr`.
    pub fn retrieve(&mut self, message: u32) -> Result<Vec<u8>, Error> {
        const DOING: &str = "send RETR to";
        self.connection().journal().enter("retr");
        let answer = self.ask(&Command::new(format!("RETR {message}")), DOING)?;
        if !answer.is_ok() {
            return Err(self.refused(DOING, &answer));
        }
        let bytes = self.collect(MESSAGE, DOING)?;
        self.connection()
            .journal()
            .leave(format!("{} bytes", bytes.len()));
        Ok(bytes)
    }

    /// Marks a message for removal; the server's words when it refuses. Phase `dele`.
    pub fn delete(&mut self, message: u32) -> Result<Result<(), String>, Error> {
        const DOING: &str = "send DELE to";
        self.connection().journal().enter("dele");
        let answer = self.ask(&Command::new(format!("DELE {message}")), DOING)?;
        self.connection().journal().leave(quote(&answer));
        Ok(if answer.is_ok() {
            Ok(())
        } else {
            Err(quote(&answer))
        })
    }

    /// QUIT that removes what is marked; the server's words when it could not. Phase `update`.
    pub fn update(&mut self) -> Result<Result<(), String>, Error> {
        const DOING: &str = "send QUIT to";
        self.connection().journal().enter("update");
        let answer = self.ask(&Command::new("QUIT"), DOING)?;
        self.connection().journal().leave(quote(&answer));
        self.connection_mut().close();
        Ok(if answer.is_ok() {
            Ok(())
        } else {
            Err(quote(&answer))
        })
    }
}
