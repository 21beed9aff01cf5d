//! What is known again: messages of ours by their token, mailboxes for junk by their name.

use crate::message::Message;
use crate::message::draft::FIELD;
use crate::message::token::{Token, Tokens};

/// What junk mailboxes are called where the server does not say which they are: Dovecot and Cyrus, Exchange,
/// Gmail, others; with and without the prefix of a Maildir++.
const JUNK: [&str; 22] = [
    "junk",
    "spam",
    "junk e-mail",
    "junk email",
    "junk mail",
    "junk-e-mail",
    "bulk mail",
    "bulk",
    "[gmail]/spam",
    "[google mail]/spam",
    "spamverdacht",
    "unerw\u{fc}nscht",
    "courrier ind\u{e9}sirable",
    "pourriel",
    "correo no deseado",
    "posta indesiderata",
    "ongewenste e-mail",
    "lixo eletr\u{f4}nico",
    "lixo eletr\u{f3}nico",
    "wiadomo\u{15b}ci-\u{15b}mieci",
    "\u{441}\u{43f}\u{430}\u{43c}",
    "\u{8ff7}\u{60d1}\u{30e1}\u{30fc}\u{30eb}",
];

/// The token in a header or a part of it.
pub(super) fn header_token(bytes: &[u8], tokens: &Tokens) -> Option<Token> {
    let message = Message::parse(bytes);
    let field = message.field(FIELD).and_then(|text| first(tokens, &text));
    field.or_else(|| {
        message
            .field("Message-ID")
            .and_then(|text| first(tokens, &text))
    })
}

/// The token in a message that is not ours, or not as it was: in its text, or in what a bounce gives back.
pub(super) fn quoted(bytes: &[u8], tokens: &Tokens) -> Option<Token> {
    let text = Message::parse(bytes).text();
    first(tokens, &text).or_else(|| first(tokens, &String::from_utf8_lossy(bytes)))
}

fn first(tokens: &Tokens, text: &str) -> Option<Token> {
    tokens.find(text).into_iter().next()
}

/// Is it a name for junk? The last level counts, and the whole name.
pub(super) fn is_junk(name: &str, delimiter: Option<char>) -> bool {
    let name = name.to_lowercase();
    let last = match delimiter {
        Some(delimiter) => name.rsplit(delimiter).next().unwrap_or(&name),
        None => &name,
    };
    JUNK.contains(&name.as_str()) || JUNK.contains(&last)
}
