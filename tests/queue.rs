//! Queue listings of every MTA: a model queue rendered and parsed back, cut anywhere, with noise, and real texts.

#[path = "sandbox/calendar.rs"]
mod calendar;
#[path = "queue/model.rs"]
mod model;
#[path = "queue/mtas.rs"]
mod mtas;
#[path = "queue/postfix.rs"]
mod postfix;
#[path = "queue/read.rs"]
mod read;
#[path = "queue/reasons.rs"]
mod reasons;
#[path = "queue/render.rs"]
mod render;
#[path = "queue/summary.rs"]
mod summary;
