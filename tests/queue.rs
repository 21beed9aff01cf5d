//! Queue listings of every MTA: a model queue rendered and parsed back, cut anywhere, with noise, and real texts.

#[path = "queue/postfix.rs"]
mod postfix;
#[path = "queue/read.rs"]
mod read;
