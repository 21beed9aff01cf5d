//! stub
use super::mailboxes::Asked;
use crate::cli::Conditions;
use crate::probe::Scene;
use crate::session::Error;
use crate::session::imap::Imap;

pub fn check(
    _imap: &mut Imap,
    _names: &[String],
    _conditions: &Conditions,
    _asked: &Asked,
    _scene: &Scene,
) -> Result<(), Error> {
    Ok(())
}
