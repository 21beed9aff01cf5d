//! Writing, for the write test only: APPEND, STORE of `\Deleted`, EXPUNGE (RFC 3501 §6.3.11, §6.4.3,
//! §6.4.6; UIDPLUS, RFC 4315).

use super::Imap;
use super::mailbox::{Mailbox, Said, Selected, said};
use crate::session::error::Error;

impl Imap {
    /// Puts a message into a mailbox; its UID where the server tells it. Phase `append`.
    pub fn append(
        &mut self,
        mailbox: &Mailbox,
        message: Vec<u8>,
    ) -> Result<Said<Option<u32>>, Error> {
        const DOING: &str = "send APPEND to";
        self.connection.journal().enter("append");
        let (tag, request) = self.request("APPEND");
        let request = self
            .sendable(mailbox.write(request), DOING)?
            .raw("(\\Seen)")
            .message(message);
        let condition = self.run(&tag, &request, DOING, &mut |_| {})?;
        self.connection.journal().leave(condition.to_string());
        let uid = condition
            .code
            .as_ref()
            .and_then(crate::wire::imap::Code::append_uid);
        Ok(said(condition, uid))
    }

    /// Opens a mailbox for writing. Phase `examine`.
    pub fn select(&mut self, mailbox: &Mailbox) -> Result<Said<Selected>, Error> {
        self.open("SELECT", mailbox)
    }

    /// Removes one message and no other: by UID where the server can (`uidplus`), else only when
    /// `alone` says that nothing else is marked for removal. Phase `expunge`.
    pub fn remove(&mut self, uid: u32, uidplus: bool, alone: bool) -> Result<Said<()>, Error> {
        self.remove_all(&uid.to_string(), uidplus, alone)
    }

    /// The same for a set of UIDs.
    pub fn remove_all(&mut self, uid: &str, uidplus: bool, alone: bool) -> Result<Said<()>, Error> {
        const STORE: &str = "send STORE to";
        const EXPUNGE: &str = "send EXPUNGE to";
        self.connection.journal().enter("expunge");
        let (tag, request) = self.request("UID STORE");
        let request = request.raw(&format!("{uid} +FLAGS.SILENT (\\Deleted)"));
        let condition = self.run(&tag, &request, STORE, &mut |_| {})?;
        if let Err(no) = said(condition, ()) {
            self.connection.journal().leave(no.to_string());
            return Ok(Err(no));
        }
        if !uidplus && !alone {
            self.connection
                .journal()
                .leave("marked for removal; other messages are, too");
            return Ok(Ok(()));
        }
        // Not together with STORE: a server that refuses to mark a message that is marked already would remove it.
        let (tag, request) = if uidplus {
            let (tag, request) = self.request("UID EXPUNGE");
            (tag, request.raw(uid))
        } else {
            self.request("EXPUNGE")
        };
        let condition = self.run(&tag, &request, EXPUNGE, &mut |_| {})?;
        self.connection.journal().leave(condition.to_string());
        Ok(said(condition, ()))
    }
}
