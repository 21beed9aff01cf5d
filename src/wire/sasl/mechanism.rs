//! Which SASL mechanisms there are, what each reveals, and which to take (RFC 4422 §3, IANA "SASL Mechanisms").
//!
//! Refuses to choose a mechanism for which the needed secret is missing, a `-PLUS` one without a channel binding, and
//! EXTERNAL unless it was asked for. ANONYMOUS, DIGEST-MD5, NTLM and GSSAPI are not spoken.

use std::fmt;
use std::str::FromStr;

/// A mechanism that we speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// RFC 4616.
    Plain,
    /// draft-murchison-sasl-login: never a standard, offered everywhere.
    Login,
    /// RFC 2195.
    CramMd5,
    /// RFC 5802.
    ScramSha1,
    /// RFC 5802, bound to the TLS channel.
    ScramSha1Plus,
    /// RFC 7677.
    ScramSha256,
    /// RFC 7677, bound to the TLS channel.
    ScramSha256Plus,
    /// Google's and Microsoft's bearer token mechanism.
    Xoauth2,
    /// RFC 7628.
    Oauthbearer,
    /// RFC 4422 appendix A: the TLS client certificate is the proof.
    External,
}

/// What the user has given us to log in with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kinds {
    /// A password.
    pub password: bool,
    /// An OAuth 2.0 access token.
    pub token: bool,
    /// The user asked for EXTERNAL.
    pub external: bool,
}

/// A name that is not one of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown authentication mechanism {0:?} (known: {known})", known = known_names())]
pub struct UnknownMechanism(pub String);

impl Mechanism {
    /// All of them, strongest first: proof against a man in the middle, then no secret on the wire, then the rest.
    ///
    /// EXTERNAL and the token mechanisms lead because nobody supplies those by accident.
    pub const ALL: [Self; 10] = [
        Self::External,
        Self::Oauthbearer,
        Self::Xoauth2,
        Self::ScramSha256Plus,
        Self::ScramSha1Plus,
        Self::ScramSha256,
        Self::ScramSha1,
        Self::CramMd5,
        Self::Plain,
        Self::Login,
    ];

    /// The registered name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::CramMd5 => "CRAM-MD5",
            Self::ScramSha1 => "SCRAM-SHA-1",
            Self::ScramSha1Plus => "SCRAM-SHA-1-PLUS",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha256Plus => "SCRAM-SHA-256-PLUS",
            Self::Xoauth2 => "XOAUTH2",
            Self::Oauthbearer => "OAUTHBEARER",
            Self::External => "EXTERNAL",
        }
    }

    /// Does it hand the password or token itself to whoever is at the other end?
    pub fn needs_tls(self) -> bool {
        matches!(
            self,
            Self::Plain | Self::Login | Self::Xoauth2 | Self::Oauthbearer
        )
    }

    /// Does it prove the TLS channel (`-PLUS`)?
    pub fn binds_channel(self) -> bool {
        matches!(self, Self::ScramSha1Plus | Self::ScramSha256Plus)
    }

    /// Can it say whom to act as, when that is not the user whose secret it is?
    pub fn carries_authzid(self) -> bool {
        !matches!(self, Self::Login | Self::CramMd5 | Self::Xoauth2)
    }

    /// Does the client speak first, so that an initial response can be sent along with the command?
    pub fn client_first(self) -> bool {
        !matches!(self, Self::Login | Self::CramMd5)
    }

    /// The strongest mechanism that the server offers and for which we have what it needs.
    pub fn choose<S: AsRef<str>>(
        offered: &[S],
        have: Kinds,
        channel_binding: bool,
    ) -> Option<Self> {
        Self::ALL.into_iter().find(|mechanism| {
            mechanism.usable(have, channel_binding)
                && offered
                    .iter()
                    .any(|name| name.as_ref().eq_ignore_ascii_case(mechanism.name()))
        })
    }

    fn usable(self, have: Kinds, channel_binding: bool) -> bool {
        match self {
            Self::External => have.external,
            Self::Xoauth2 | Self::Oauthbearer => have.token,
            Self::ScramSha1Plus | Self::ScramSha256Plus => have.password && channel_binding,
            Self::Plain | Self::Login | Self::CramMd5 | Self::ScramSha1 | Self::ScramSha256 => {
                have.password
            }
        }
    }
}

fn known_names() -> String {
    Mechanism::ALL.map(Mechanism::name).join(" ")
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Mechanism {
    type Err = UnknownMechanism;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|mechanism| mechanism.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownMechanism(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: Kinds = Kinds {
        password: true,
        token: false,
        external: false,
    };

    #[test]
    fn names_round_trip_in_any_case() {
        for mechanism in Mechanism::ALL {
            assert_eq!(mechanism.name().parse(), Ok(mechanism));
            assert_eq!(mechanism.name().to_lowercase().parse(), Ok(mechanism));
        }
        let error = "NTLM".parse::<Mechanism>().unwrap_err().to_string();
        assert!(error.contains("SCRAM-SHA-256-PLUS"), "{error}");
    }

    #[test]
    fn the_strongest_on_both_sides_wins() {
        let token = Kinds {
            token: true,
            ..Kinds::default()
        };
        let external = Kinds {
            external: true,
            ..PASSWORD
        };
        let table: [(&[&str], Kinds, bool, Option<Mechanism>); 12] = [
            (&["PLAIN", "LOGIN"], PASSWORD, false, Some(Mechanism::Plain)),
            (&["login"], PASSWORD, false, Some(Mechanism::Login)),
            (
                &["PLAIN", "CRAM-MD5"],
                PASSWORD,
                false,
                Some(Mechanism::CramMd5),
            ),
            (
                &["SCRAM-SHA-1", "SCRAM-SHA-256", "CRAM-MD5"],
                PASSWORD,
                false,
                Some(Mechanism::ScramSha256),
            ),
            (
                &["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"],
                PASSWORD,
                true,
                Some(Mechanism::ScramSha256Plus),
            ),
            (
                &["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"],
                PASSWORD,
                false,
                Some(Mechanism::ScramSha256),
            ),
            (&["XOAUTH2"], PASSWORD, true, None),
            (
                &["XOAUTH2", "OAUTHBEARER", "PLAIN"],
                token,
                false,
                Some(Mechanism::Oauthbearer),
            ),
            (&["PLAIN"], token, false, None),
            (
                &["EXTERNAL", "PLAIN"],
                PASSWORD,
                false,
                Some(Mechanism::Plain),
            ),
            (
                &["EXTERNAL", "PLAIN"],
                external,
                false,
                Some(Mechanism::External),
            ),
            (&["GSSAPI", "NTLM"], PASSWORD, true, None),
        ];
        for (offered, have, binding, want) in table {
            assert_eq!(
                Mechanism::choose(offered, have, binding),
                want,
                "{offered:?}"
            );
        }
    }

    #[test]
    fn what_reveals_the_secret_needs_tls() {
        let clear: Vec<_> = Mechanism::ALL
            .into_iter()
            .filter(|mechanism| mechanism.needs_tls())
            .collect();
        assert_eq!(
            clear,
            [
                Mechanism::Oauthbearer,
                Mechanism::Xoauth2,
                Mechanism::Plain,
                Mechanism::Login
            ]
        );
    }
}
