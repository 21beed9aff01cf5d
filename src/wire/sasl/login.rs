//! LOGIN (draft-murchison-sasl-login): the server asks for the name, then for the password.
//!
//! What the prompts say is not looked at: `Username:`, `User Name` with a NUL (Microsoft Exchange) and local languages
//! are all seen, and the draft says that clients ignore them. Refuses NUL, and a third prompt.

use super::{Bytes, Credentials, Dialogue, Error};

pub(super) struct Login {
    user: String,
    password: Bytes,
    step: Step,
}

#[derive(PartialEq, Eq)]
enum Step {
    User,
    Password,
    Done,
}

impl Login {
    pub(super) fn new(credentials: &Credentials) -> Result<Self, Error> {
        let password = credentials.password()?;
        if password.contains(&0) {
            return Err(Error::Unsendable("password"));
        }
        if credentials.user.contains('\0') {
            return Err(Error::Unsendable("user name"));
        }
        Ok(Self {
            user: credentials.user.clone(),
            password: Bytes::new(password.to_vec()),
            step: Step::User,
        })
    }
}

impl Dialogue for Login {
    fn respond(&mut self, _prompt: &[u8]) -> Result<Bytes, Error> {
        match self.step {
            Step::User => {
                self.step = Step::Password;
                Ok(Bytes::new(self.user.clone().into_bytes()))
            }
            Step::Password => {
                self.step = Step::Done;
                Ok(std::mem::take(&mut self.password))
            }
            Step::Done => Err(Error::UnexpectedChallenge),
        }
    }

    fn finish(&mut self, _success_data: Option<&[u8]>) -> Result<(), Error> {
        match self.step {
            Step::Done => Ok(()),
            Step::User | Step::Password => Err(Error::SuccessTooEarly),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::credentials;
    use super::super::{Exchange, Mechanism};
    use super::*;

    /// `User Name\0`, `Password\0`: Microsoft Exchange 2003 to 2019.
    #[test]
    fn prompts_are_not_looked_at() {
        for prompts in [
            ["Username:", "Password:"],
            ["User Name\0", "Password\0"],
            ["", ""],
        ] {
            let mut exchange =
                Exchange::new(Mechanism::Login, &credentials("probe", "hush"), None).unwrap();
            assert!(exchange.initial().is_none());
            assert_eq!(
                exchange.respond(prompts[0].as_bytes()).unwrap().as_slice(),
                b"probe"
            );
            assert_eq!(exchange.finish(None), Err(Error::SuccessTooEarly));
            assert_eq!(
                exchange.respond(prompts[1].as_bytes()).unwrap().as_slice(),
                b"hush"
            );
            assert_eq!(exchange.finish(None), Ok(()));
            assert_eq!(exchange.respond(b"again?"), Err(Error::UnexpectedChallenge));
        }
    }
}
