//! The mail system of this host: which one it is, where its programs, spools and sockets are, and how they are asked.
//!
//! Nothing here judges: a run says how it ended, a scan what it could not read. Nothing here writes either.

mod child;
mod detect;
mod folder;
mod input;
mod locate;
mod postfix;
mod programs;
mod showq;
pub mod spool;
mod user;

pub use child::{Ended, Program, Ran, pause};
pub use detect::{Detected, answers, detect, lives, runs};
pub use input::{Input, Read};
pub use locate::{find, sudo};
pub use postfix::{Instance, instances, named};
pub use programs::{Asked, programs};
pub use showq::{Said, ask};
pub use user::{identity, user_name};
