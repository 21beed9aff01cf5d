//! The table holds.
