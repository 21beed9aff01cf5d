//! How to log in: who, with what, from where the secret comes.

use std::path::PathBuf;

use clap::Args;

use super::source::Source;
use super::usage::UsageError;
use crate::secret::{Redactor, Secret};
use crate::session::login::Login;
use crate::time::Deadline;
use crate::wire::sasl::{Credentials, Mechanism};

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

    /// Fetches the secrets and validates. `host` and `port` are what OAUTHBEARER tells the server.
    /// `named` are mechanisms outside SASL that the probe knows (`APOP`, `USER`); they come back as
    /// `Err`-free `None` in [`Login::mechanism`].
    pub fn plan(
        &self,
        named: &[&str],
        deadline: Deadline,
        redactor: &Redactor,
    ) -> Result<Option<Login>, UsageError> {
        let password = self.password_source();
        let token = self.token_source();
        let given = usize::from(password.is_some()) + usize::from(token.is_some());
        if !self.wanted() {
            return if given == 0 {
                Ok(None)
            } else {
                Err(UsageError("a password or token without --user".to_owned()))
            };
        }
        let fetch = |source: Option<Source>, what: &str| -> Result<Option<Secret>, UsageError> {
            let secret = source
                .map(|source| source.fetch(what, deadline))
                .transpose()?;
            if let Some(secret) = &secret {
                redactor.learn(secret);
            }
            Ok(secret)
        };
        let password = fetch(password, "password")?;
        let token = fetch(token, "token")?;
        let mechanism = match self.auth.as_deref() {
            Some(name) if named.iter().any(|known| known.eq_ignore_ascii_case(name)) => None,
            Some(name) => Some(
                name.parse::<Mechanism>()
                    .map_err(|error| UsageError(format!("--auth: {error}")))?,
            ),
            None => None,
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

    fn password_source(&self) -> Option<Source> {
        let file = self.password_file.clone().map(Source::File);
        let environment = self.password_env.clone().map(Source::Environment);
        let command = self.password_command.clone().map(Source::Command);
        let credential = self.password_credential.clone().map(Source::Credential);
        let given = self
            .password
            .clone()
            .map(|text| Source::Given(Secret::new(text.into_bytes())));
        file.or(environment).or(command).or(credential).or(given)
    }

    fn token_source(&self) -> Option<Source> {
        let file = self.token_file.clone().map(Source::File);
        let environment = self.token_env.clone().map(Source::Environment);
        let command = self.token_command.clone().map(Source::Command);
        file.or(environment)
            .or(command)
            .or(self.token_credential.clone().map(Source::Credential))
    }
}
