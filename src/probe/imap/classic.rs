//! The dialogue of the old check_tcp in its IMAP dress.

use crate::cli::Classic;
use crate::probe::{Scene, classic};
use crate::session::{Connection, Error};

pub use crate::probe::classic::{pause, quit};

/// What a greeting begins with.
const GREETING: &str = "* OK";
/// What is said at the end when `-q` says nothing.
const LOGOUT: &[u8] = b"a1 LOGOUT\r\n";

/// Sends the text of `-s` and looks for that of `-e`; a greeting when there is none.
pub fn follow(
    connection: &mut Connection,
    options: &Classic,
    text: &[u8],
    scene: &Scene,
) -> Result<(), Error> {
    classic::follow(connection, options, text, GREETING, Vec::new(), scene)?;
    quit(connection, options.quit.as_deref().unwrap_or(LOGOUT));
    Ok(())
}

/// What was expected did not come.
pub fn mismatch(what: &str, heard: &str, options: &Classic, scene: &Scene) {
    classic::mismatch(what, heard, GREETING, options, scene);
}
