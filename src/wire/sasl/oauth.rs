//! Bearer tokens: OAUTHBEARER (RFC 7628) and XOAUTH2 (Google's, Microsoft's protocol pages).
//!
//! Both send one message. On failure the server challenges with a JSON object, which is kept and shown in words, and
//! waits for an answer before it says no: one 0x01 (RFC 7628 §3.2.3), or nothing at all (XOAUTH2). Refuses 0x01 and NUL
//! in what we send, and a second challenge.

use serde_json::Value;

use super::{Bytes, Credentials, Dialogue, Error, prepare};

/// What is shown of a server's error at most.
const SHOWN: usize = 400;

pub(super) struct Bearer {
    message: Bytes,
    dismissal: &'static [u8],
    error: Option<String>,
}

impl Bearer {
    pub(super) fn xoauth2(credentials: &Credentials) -> Result<Self, Error> {
        let head = format!(
            "user={}\x01auth=Bearer ",
            sendable("user name", &credentials.user)?
        );
        Self::new(&head, credentials, b"")
    }

    pub(super) fn oauthbearer(credentials: &Credentials) -> Result<Self, Error> {
        let user = credentials.authzid.as_ref().unwrap_or(&credentials.user);
        let head = format!(
            "n,a={},\x01host={}\x01port={}\x01auth=Bearer ",
            prepare::saslname(sendable("user name", user)?),
            sendable("host name", &credentials.host)?,
            credentials.port
        );
        Self::new(&head, credentials, b"\x01")
    }

    fn new(head: &str, credentials: &Credentials, dismissal: &'static [u8]) -> Result<Self, Error> {
        // RFC 6750 §2.1: a token is visible ASCII. Anything else is a wrong file, and would break the message.
        let token = credentials.token()?.trim_ascii();
        if token.is_empty() || !token.iter().all(u8::is_ascii_graphic) {
            return Err(Error::Unsendable("token"));
        }
        let mut message = Bytes::new(Vec::with_capacity(head.len() + token.len() + 2));
        message.extend_from_slice(head.as_bytes());
        message.extend_from_slice(token);
        message.extend_from_slice(b"\x01\x01");
        Ok(Self {
            message,
            dismissal,
            error: None,
        })
    }
}

fn sendable<'a>(what: &'static str, text: &'a str) -> Result<&'a str, Error> {
    if text.contains(['\0', '\x01']) {
        Err(Error::Unsendable(what))
    } else {
        Ok(text)
    }
}

impl Dialogue for Bearer {
    fn initial(&mut self) -> Bytes {
        std::mem::take(&mut self.message)
    }

    fn respond(&mut self, challenge: &[u8]) -> Result<Bytes, Error> {
        if self.error.is_some() {
            return Err(Error::UnexpectedChallenge);
        }
        self.error = Some(in_words(challenge));
        Ok(Bytes::new(self.dismissal.to_vec()))
    }

    fn finish(&mut self, _success_data: Option<&[u8]>) -> Result<(), Error> {
        Ok(())
    }

    fn server_error(&self) -> Option<String> {
        self.error.clone()
    }
}

/// `{"status":"401","schemes":"bearer","scope":"mail"}` as `status 401, schemes bearer, scope mail`; what is not a JSON
/// object is shown as it came.
fn in_words(challenge: &[u8]) -> String {
    let text = match serde_json::from_slice(challenge) {
        Ok(Value::Object(fields)) if !fields.is_empty() => {
            // What is known first, in the order in which a person wants it.
            let known = ["status", "error", "error_description", "schemes", "scope"];
            let first = known.iter().filter_map(|name| fields.get_key_value(*name));
            let rest = fields
                .iter()
                .filter(|(name, _)| !known.contains(&name.as_str()));
            let mut words = Vec::new();
            for (name, value) in first.chain(rest) {
                match value {
                    Value::String(text) if text.is_empty() => {}
                    Value::String(text) => words.push(format!("{name} {text}")),
                    other => words.push(format!("{name} {other}")),
                }
            }
            words.join(", ")
        }
        _ => String::from_utf8_lossy(challenge).into_owned(),
    };
    let shown: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(SHOWN)
        .collect();
    if shown.trim().is_empty() {
        "an error without a description".to_owned()
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::credentials;
    use super::super::{Exchange, Mechanism, encode};
    use super::*;
    use crate::secret::Secret;

    fn example(host: &str, port: u16, token: &str) -> Credentials {
        let mut given = credentials("user@example.com", "");
        given.host = host.to_owned();
        given.port = port;
        given.token = Some(Secret::new(token.as_bytes().to_vec()));
        given
    }

    const TOKEN: &str = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==";

    #[test]
    fn rfc_7628_section_4_1() {
        let given = example("server.example.com", 143, TOKEN);
        let mut exchange = Exchange::new(Mechanism::Oauthbearer, &given, None).unwrap();
        assert_eq!(
            encode(&exchange.initial().unwrap()).as_slice(),
            b"bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRj\
              Mk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
                .as_slice()
        );
        assert_eq!(exchange.finish(None), Ok(()));
    }

    /// RFC 7628 §4.3: the error, its dismissal by 0x01, and no belief in a success after it.
    #[test]
    fn rfc_7628_section_4_3() {
        let given = example("server.example.com", 143, TOKEN);
        let mut exchange = Exchange::new(Mechanism::Oauthbearer, &given, None).unwrap();
        exchange.initial().unwrap();
        let challenge = super::super::decode(
            b"eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJleGFtcGxlX3Njb3BlIiwib3BlbmlkLWNvbmZpZ3VyYXRpb24iOiJodHRw\
              czovL2V4YW1wbGUuY29tLy53ZWxsLWtub3duL29wZW5pZC1jb25maWd1cmF0aW9uIn0=",
        )
        .unwrap();
        assert_eq!(
            encode(&exchange.respond(&challenge).unwrap()).as_slice(),
            b"AQ=="
        );
        let said = "status invalid_token, scope example_scope, \
                    openid-configuration https://example.com/.well-known/openid-configuration";
        assert_eq!(exchange.server_error().as_deref(), Some(said));
        assert_eq!(exchange.respond(b"{}"), Err(Error::UnexpectedChallenge));
        assert_eq!(
            exchange.finish(None),
            Err(Error::SuccessAfterError(said.to_owned()))
        );
    }

    /// The message of Google's and Microsoft's protocol pages, and the empty answer to their error.
    #[test]
    fn xoauth2() {
        let given = example("smtp.example.com", 587, "ya29.token");
        let mut exchange = Exchange::new(Mechanism::Xoauth2, &given, None).unwrap();
        assert_eq!(
            exchange.initial().unwrap().as_slice(),
            b"user=user@example.com\x01auth=Bearer ya29.token\x01\x01"
        );
        let error = br#"{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}"#;
        assert_eq!(exchange.respond(error).unwrap().as_slice(), b"");
        assert_eq!(
            exchange.server_error().as_deref(),
            Some("status 400, schemes Bearer, scope https://mail.google.com/")
        );
    }

    #[test]
    fn odd_errors_are_shown_bounded_and_on_one_line() {
        for (challenge, want) in [
            (&b""[..], "an error without a description"),
            (b"{}", "{}"),
            (b"token\r\nexpired", "token  expired"),
            (
                br#"{"error":{"code":7},"status":401}"#,
                r#"status 401, error {"code":7}"#,
            ),
            (b"\xff", "\u{fffd}"),
        ] {
            assert_eq!(in_words(challenge), want);
        }
        assert_eq!(in_words(&b"x".repeat(100_000)).len(), SHOWN);
        // Deep nesting is refused by the JSON parser and shown as text.
        assert_eq!(in_words(&b"[".repeat(100_000)).len(), SHOWN);
    }

    #[test]
    fn a_token_with_a_line_end_is_trimmed_and_a_broken_one_refused() {
        let given = example("h", 1, "ya29.token\n");
        let mut exchange = Exchange::new(Mechanism::Xoauth2, &given, None).unwrap();
        assert!(
            exchange
                .initial()
                .unwrap()
                .ends_with(b" ya29.token\x01\x01")
        );
        for token in ["", "two words", "a\x01b"] {
            let given = example("h", 1, token);
            let outcome = Exchange::new(Mechanism::Oauthbearer, &given, None).map(|_| ());
            assert_eq!(outcome, Err(Error::Unsendable("token")));
        }
    }
}
