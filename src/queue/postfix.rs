//! Postfix: `postqueue -j`, `postqueue -p`, and the showq service behind both.

mod json;

pub(super) use json::Json;
