//! How to log in: who, with what, from where the secret comes.

use std::path::PathBuf;

use clap::Args;

use super::source::Source;
use super::usage::UsageError;
use crate::secret::{Redactor, Secret};
use crate::session::login::Login;
use crate::time::Deadline;
use crate::wire::sasl::{Credentials, Mechanism};

/// An option and the source that it names.
type Given = (&'static str, Source);

/// The options. The short names differ between the probes, as they do between the peers.
#[derive(Args, Clone)]
#[command(next_help_heading = "How to log in")]
pub struct LoginOptions {
    /// Log in as this user
    #[arg(
        long,
        visible_alias = "authuser",
        alias = "username",
        value_name = "NAME"
    )]
    pub user: Option<String>,
    /// The password (everybody can see it in the process list)
    #[arg(
        long,
        visible_alias = "authpass",
        value_name = "TEXT",
        allow_hyphen_values = true
    )]
    pub password: Option<String>,
    /// The password is the first line of this file
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// The password is in this environment variable
    #[arg(long, value_name = "NAME")]
    pub password_env: Option<String>,
    /// The password is the first line that this command prints
    #[arg(long, value_name = "COMMAND")]
    pub password_command: Option<String>,
    /// The password is this systemd credential
    #[arg(long, value_name = "NAME")]
    pub password_credential: Option<String>,
    /// An OAuth 2.0 access token, likewise
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// The token is in this environment variable
    #[arg(long, value_name = "NAME")]
    pub token_env: Option<String>,
    /// The token is the first line that this command prints
    #[arg(long, value_name = "COMMAND")]
    pub token_command: Option<String>,
    /// The token is this systemd credential
    #[arg(long, value_name = "NAME")]
    pub token_credential: Option<String>,
    /// PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 ... [default: the strongest]
    #[arg(
        long,
        visible_alias = "authtype",
        value_name = "MECHANISM",
        ignore_case = true
    )]
    pub auth: Option<String>,
    /// Act as this user, logged in as --user
    #[arg(long, value_name = "NAME")]
    pub authzid: Option<String>,
    /// Send the password even over a connection that is not verified TLS
    #[arg(long)]
    pub insecure_auth: bool,
    /// This login must be refused: OK when it is, CRITICAL when not
    #[arg(long)]
    pub reject_login: bool,
}

impl LoginOptions {
    /// Is a login wanted?
    #[must_use]
    pub fn wanted(&self) -> bool {
        self.user.is_some() || self.auth.is_some()
    }

    /// Fetches the secrets and validates. `named` are mechanisms outside SASL that the probe knows
    /// (`APOP`, `USER`): they leave [`Login::mechanism`] empty.
    pub fn plan(
        &self,
        named: &[&str],
        deadline: Deadline,
        redactor: &Redactor,
    ) -> Result<Option<Login>, UsageError> {
        let password = one_of("password", self.password_sources())?;
        let token = one_of("token", self.token_sources())?;
        if !self.wanted() {
            let idle = [
                (password.is_some() || token.is_some(), "a password or token"),
                (self.reject_login, "--reject-login"),
                (self.authzid.is_some(), "--authzid"),
            ];
            return match idle.iter().find(|(given, _)| *given) {
                Some((_, what)) => Err(UsageError(format!("{what} without --user"))),
                None => Ok(None),
            };
        }
        let fetch = |given: Option<Given>, what: &str| -> Result<Option<Secret>, UsageError> {
            let Some((option, source)) = given else {
                return Ok(None);
            };
            let secret = source.fetch(what, deadline)?;
            if secret.expose().is_empty() {
                return Err(UsageError(format!("{option} holds nothing")));
            }
            redactor.learn(&secret);
            Ok(Some(secret))
        };
        let password = fetch(password, "password")?;
        let token = fetch(token, "token")?;
        let named = self
            .auth
            .as_deref()
            .filter(|name| named.iter().any(|known| known.eq_ignore_ascii_case(name)));
        let mechanism = match (named, self.auth.as_deref()) {
            (None, Some(name)) => Some(
                name.parse::<Mechanism>()
                    .map_err(|error| UsageError(format!("--auth: {error}")))?,
            ),
            _ => None,
        };
        let external = mechanism == Some(Mechanism::External);
        if self.user.is_none() && !external {
            return Err(UsageError("--auth without --user".to_owned()));
        }
        if password.is_none() && token.is_none() && !external {
            return Err(UsageError(
                "--user without a password: give --password-file, --password-env, --password-command or -P".to_owned(),
            ));
        }
        if let Some(name) = self.auth.as_deref() {
            let takes_token =
                matches!(mechanism, Some(Mechanism::Xoauth2 | Mechanism::Oauthbearer));
            if takes_token && token.is_none() {
                return Err(UsageError(format!(
                    "--auth {name} takes a token, not a password: give --token-file, --token-env or --token-command"
                )));
            }
            if !takes_token && !external && password.is_none() {
                return Err(UsageError(format!(
                    "--auth {name} takes a password, not a token: give --password-file, --password-env or --password-command"
                )));
            }
            let other = self.authzid.is_some() && self.authzid != self.user;
            if other && !mechanism.is_some_and(Mechanism::carries_authzid) {
                return Err(UsageError(format!(
                    "--auth {name} cannot say whom to act as (--authzid)"
                )));
            }
        }
        let credentials = Credentials {
            user: self.user.clone().unwrap_or_default(),
            authzid: self.authzid.clone(),
            password,
            token,
            host: String::new(),
            port: 0,
        };
        Ok(Some(Login {
            credentials,
            mechanism,
            insecure: self.insecure_auth,
        }))
    }

    fn password_sources(&self) -> [Option<Given>; 5] {
        let given = |text: &String| Source::Given(Secret::new(text.clone().into_bytes()));
        let file = self.password_file.clone().map(Source::File);
        let environment = self.password_env.clone().map(Source::Environment);
        let command = self.password_command.clone().map(Source::Command);
        let credential = self.password_credential.clone().map(Source::Credential);
        [
            self.password
                .as_ref()
                .map(|text| ("--password", given(text))),
            file.map(|source| ("--password-file", source)),
            environment.map(|source| ("--password-env", source)),
            command.map(|source| ("--password-command", source)),
            credential.map(|source| ("--password-credential", source)),
        ]
    }

    fn token_sources(&self) -> [Option<Given>; 4] {
        let file = self.token_file.clone().map(Source::File);
        let environment = self.token_env.clone().map(Source::Environment);
        let command = self.token_command.clone().map(Source::Command);
        let credential = self.token_credential.clone().map(Source::Credential);
        [
            file.map(|source| ("--token-file", source)),
            environment.map(|source| ("--token-env", source)),
            command.map(|source| ("--token-command", source)),
            credential.map(|source| ("--token-credential", source)),
        ]
    }
}

/// The one source that was given: which of two would count nobody should have to guess.
fn one_of<const N: usize>(
    what: &str,
    sources: [Option<Given>; N],
) -> Result<Option<Given>, UsageError> {
    let mut given = sources.into_iter().flatten();
    match (given.next(), given.next()) {
        (Some((one, _)), Some((other, _))) => Err(UsageError(format!(
            "{one} and {other}: give one source of the {what}"
        ))),
        (first, _) => Ok(first),
    }
}
