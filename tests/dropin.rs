//! In the place of the old plugins: the same command lines have the same exit codes, theirs and ours side by side against the
//! same servers. Deliberate differences are rows, too, and stand in the manuals.

// Raw sockets and a stopwatch are for tests to use.
#![allow(clippy::disallowed_methods)]

#[path = "dropin/extra_opts.rs"]
mod extra_opts;
#[path = "dropin/frame.rs"]
mod frame;
#[path = "dropin/getopt.rs"]
mod getopt;
#[path = "dropin/lab.rs"]
mod lab;
#[path = "dropin/mailcow.rs"]
mod mailcow;
#[path = "dropin/manual.rs"]
mod manual;
#[path = "dropin/perfdata.rs"]
mod perfdata;
#[path = "dropin/releases.rs"]
mod releases;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "dropin/smtp.rs"]
mod smtp;
#[path = "dropin/smtp_events.rs"]
mod smtp_events;
#[path = "dropin/smtp_order.rs"]
mod smtp_order;
#[path = "dropin/spellings.rs"]
mod spellings;
#[path = "dropin/tcp.rs"]
mod tcp;
#[path = "dropin/tcp_events.rs"]
mod tcp_events;
#[path = "dropin/tcp_mistakes.rs"]
mod tcp_mistakes;
