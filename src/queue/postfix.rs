//! Postfix: `postqueue -j`, `postqueue -p`, and the showq service behind both.

mod json;
mod showq;
mod text;

pub(super) use json::Json;
pub(super) use showq::Showq;
pub(super) use text::Text;
