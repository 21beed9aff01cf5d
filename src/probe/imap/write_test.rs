//! stub
use crate::probe::Scene;
use crate::session::Error;
use crate::session::imap::Imap;

pub fn check(_imap: &mut Imap, _name: &str, _scene: &Scene) -> Result<(), Error> {
    Ok(())
}
