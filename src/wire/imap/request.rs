//! Commands of the client: a tag, a name, arguments (RFC 3501 §6), and what a literal does to them.
//!
//! A request is sent as one or more [`Command`]s. Before each but the first the server must have said
//! `+`; with LITERAL+ (RFC 7888), or LITERAL- and a short one, all goes as one.

use zeroize::Zeroizing;

use super::astring::{Argument, Unsendable};
use super::capability::Capabilities;
use super::utf7;
use crate::secret::Secret;
use crate::wire::command::Command;
use crate::wire::sasl;

/// RFC 7888 §5: what LITERAL- lets go without waiting.
const MINUS_LIMIT: usize = 4096;

/// Whether literals must wait for the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Literals {
    /// All of them.
    #[default]
    Synchronizing,
    /// None (LITERAL+).
    Plus,
    /// Those over 4096 bytes (LITERAL-; part of IMAP4rev2).
    Minus,
}

impl Literals {
    /// What these capabilities allow.
    #[must_use]
    pub fn of(capabilities: &Capabilities) -> Self {
        if capabilities.has("LITERAL+") {
            Self::Plus
        } else if capabilities.has("LITERAL-") || capabilities.has("IMAP4rev2") {
            Self::Minus
        } else {
            Self::Synchronizing
        }
    }

    fn waits(self, length: usize) -> bool {
        match self {
            Self::Synchronizing => true,
            Self::Plus => false,
            Self::Minus => length > MINUS_LIMIT,
        }
    }
}

/// Tags: `a1`, `a2`, and so on.
#[derive(Debug, Default)]
pub struct Tags(u32);

impl Tags {
    /// One that was not used before.
    pub fn fresh(&mut self) -> String {
        self.0 = self.0.wrapping_add(1);
        format!("a{}", self.0)
    }
}

enum Piece {
    Plain(String),
    Argument {
        argument: Argument,
        shown: Option<&'static str>,
    },
}

/// A command being put together.
pub struct Request {
    pieces: Vec<Piece>,
    utf8: bool,
}

impl Request {
    /// `tag NAME`. Line breaks in either would be a second command and become blanks.
    #[must_use]
    pub fn new(tag: &str, name: &str) -> Self {
        Self {
            pieces: vec![Piece::Plain(one_line(&format!("{tag} {name}")))],
            utf8: false,
        }
    }

    /// UTF8=ACCEPT is enabled: strings and mailbox names of other scripts go as they are.
    #[must_use]
    pub fn utf8(mut self) -> Self {
        self.utf8 = true;
        self
    }

    /// A part of the command that is written out already: `(MESSAGES UNSEEN)`, `1:*`.
    #[must_use]
    pub fn raw(mut self, text: &str) -> Self {
        self.pieces.push(Piece::Plain(one_line(text)));
        self
    }

    /// A string in whatever form it needs.
    pub fn astring(mut self, bytes: &[u8]) -> Result<Self, Unsendable> {
        let argument = Argument::astring(bytes, self.utf8)?;
        self.pieces.push(Piece::Argument {
            argument,
            shown: None,
        });
        Ok(self)
    }

    /// A string that is never an atom (ID and its like).
    pub fn string(mut self, bytes: &[u8]) -> Result<Self, Unsendable> {
        let argument = Argument::string(bytes, self.utf8)?;
        self.pieces.push(Piece::Argument {
            argument,
            shown: None,
        });
        Ok(self)
    }

    /// A mailbox by its real name: in modified UTF-7, unless UTF8=ACCEPT is enabled.
    pub fn mailbox(self, name: &str) -> Result<Self, Unsendable> {
        if self.utf8 {
            self.astring(name.as_bytes())
        } else {
            let written = utf7::encode(name);
            self.astring(written.as_bytes())
        }
    }

    /// A string that is never shown.
    pub fn secret(mut self, secret: &Secret) -> Result<Self, Unsendable> {
        let argument = Argument::astring(secret.expose(), self.utf8)?;
        self.pieces.push(Piece::Argument {
            argument,
            shown: Some("****"),
        });
        Ok(self)
    }

    /// A SASL initial response (RFC 4959), never shown.
    #[must_use]
    pub fn initial_response(mut self, response: &[u8]) -> Self {
        let argument = Argument::Atom(sasl::encode_initial(response));
        self.pieces.push(Piece::Argument {
            argument,
            shown: Some("****"),
        });
        self
    }

    /// The message of APPEND, shown by its length.
    #[must_use]
    pub fn message(mut self, bytes: Vec<u8>) -> Self {
        let argument = Argument::literal(bytes);
        self.pieces.push(Piece::Argument {
            argument,
            shown: None,
        });
        self
    }

    /// What to send. All but the first wait for a `+`.
    #[must_use]
    pub fn commands(&self, literals: Literals) -> Vec<Command> {
        let mut out = Vec::new();
        let mut wire = Zeroizing::new(Vec::with_capacity(self.size()));
        let mut shown = String::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            if index > 0 {
                wire.push(b' ');
                shown.push(' ');
            }
            match piece {
                Piece::Plain(text) => {
                    wire.extend_from_slice(text.as_bytes());
                    shown.push_str(text);
                }
                Piece::Argument {
                    argument: Argument::Atom(bytes) | Argument::Quoted(bytes),
                    shown: mask,
                } => {
                    wire.extend_from_slice(bytes);
                    match mask {
                        Some(mask) => shown.push_str(mask),
                        None => shown.push_str(&String::from_utf8_lossy(bytes)),
                    }
                }
                Piece::Argument {
                    argument: Argument::Literal(bytes),
                    shown: mask,
                } => {
                    let waits = literals.waits(bytes.len());
                    let plus = if waits { "" } else { "+" };
                    wire.extend_from_slice(format!("{{{}{plus}}}", bytes.len()).as_bytes());
                    if waits {
                        let rest = Zeroizing::new(Vec::with_capacity(self.size()));
                        let line = std::mem::replace(&mut wire, rest);
                        // The length of a secret is not shown.
                        let announced = match mask {
                            Some(_) => "{...}".to_owned(),
                            None => format!("{{{}}}", bytes.len()),
                        };
                        out.push(Command::masked(
                            line,
                            std::mem::take(&mut shown) + &announced,
                        ));
                    } else {
                        wire.extend_from_slice(b"\r\n");
                    }
                    wire.extend_from_slice(bytes);
                    match mask {
                        Some(mask) => shown.push_str(mask),
                        None => shown.push_str(&format!("<{} bytes>", bytes.len())),
                    }
                }
            }
        }
        out.push(Command::masked(wire, shown));
        out
    }

    /// More than all pieces together, so that no buffer grows and leaves a secret behind.
    fn size(&self) -> usize {
        let sizes = self.pieces.iter().map(|piece| match piece {
            Piece::Plain(text) => text.len() + 1,
            Piece::Argument { argument, .. } => match argument {
                Argument::Atom(bytes) | Argument::Quoted(bytes) | Argument::Literal(bytes) => {
                    bytes.len() + 32
                }
            },
        });
        sizes.sum()
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n', '\0'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.as_bytes().to_vec())
    }

    fn sent(commands: &[Command]) -> Vec<(&[u8], &str)> {
        commands
            .iter()
            .map(|command| (command.wire(), command.shown()))
            .collect()
    }

    #[test]
    fn one_line_where_no_literal_is_needed() {
        let request = Request::new("a1", "LOGIN")
            .astring(b"probe")
            .unwrap()
            .secret(&secret("two words"))
            .unwrap();
        assert_eq!(
            sent(&request.commands(Literals::Synchronizing)),
            [(
                &b"a1 LOGIN probe \"two words\"\r\n"[..],
                "a1 LOGIN probe ****"
            )]
        );
        let request = Request::new("a2", "STATUS")
            .mailbox("Entwürfe")
            .unwrap()
            .raw("(MESSAGES)");
        assert_eq!(
            sent(&request.commands(Literals::Plus)),
            [(
                &b"a2 STATUS Entw&APw-rfe (MESSAGES)\r\n"[..],
                "a2 STATUS Entw&APw-rfe (MESSAGES)"
            )]
        );
        let request = Request::new("a3", "EXAMINE")
            .utf8()
            .mailbox("Entwürfe")
            .unwrap();
        assert_eq!(
            request.commands(Literals::Plus)[0].wire(),
            "a3 EXAMINE \"Entwürfe\"\r\n".as_bytes()
        );
        let request = Request::new("a4", "AUTHENTICATE PLAIN").initial_response(b"\0u\0p");
        assert_eq!(
            sent(&request.commands(Literals::Plus)),
            [(
                &b"a4 AUTHENTICATE PLAIN AHUAcA==\r\n"[..],
                "a4 AUTHENTICATE PLAIN ****"
            )]
        );
    }

    #[test]
    fn a_literal_waits_unless_the_server_lets_it_go() {
        let request = || {
            Request::new("a1", "LOGIN")
                .astring("jürgen".as_bytes())
                .unwrap()
                .secret(&secret("pässe"))
                .unwrap()
        };
        assert_eq!(
            sent(&request().commands(Literals::Synchronizing)),
            [
                (&b"a1 LOGIN {7}\r\n"[..], "a1 LOGIN {7}"),
                ("jürgen {6}\r\n".as_bytes(), "<7 bytes> {...}"),
                ("pässe\r\n".as_bytes(), "****"),
            ]
        );
        for literals in [Literals::Plus, Literals::Minus] {
            assert_eq!(
                sent(&request().commands(literals)),
                [(
                    "a1 LOGIN {7+}\r\njürgen {6+}\r\npässe\r\n".as_bytes(),
                    "a1 LOGIN <7 bytes> ****"
                )]
            );
        }
    }

    #[test]
    fn literal_minus_lets_only_short_ones_go() {
        let append = |size| Request::new("a1", "APPEND INBOX").message(vec![b'x'; size]);
        assert_eq!(append(4096).commands(Literals::Minus).len(), 1);
        assert_eq!(append(4097).commands(Literals::Minus).len(), 2);
        assert_eq!(append(4097).commands(Literals::Plus).len(), 1);
        for (offer, want) in [
            ("IMAP4rev1", Literals::Synchronizing),
            ("IMAP4rev1 LITERAL+", Literals::Plus),
            ("IMAP4rev1 literal-", Literals::Minus),
            ("IMAP4rev2", Literals::Minus),
        ] {
            assert_eq!(Literals::of(&Capabilities::parse(offer.as_bytes())), want);
        }
    }

    #[test]
    fn a_line_break_is_no_second_command() {
        let request = Request::new("a1", "NOOP\r\na2 DELETE x").raw("y\nz");
        assert_eq!(
            request.commands(Literals::Plus)[0].wire(),
            b"a1 NOOP  a2 DELETE x y z\r\n"
        );
        assert!(Request::new("a1", "LOGIN").astring(b"a\0").is_err());
    }

    #[test]
    fn tags_are_fresh() {
        let mut tags = Tags::default();
        assert_eq!((tags.fresh().as_str(), tags.fresh().as_str()), ("a1", "a2"));
    }
}
