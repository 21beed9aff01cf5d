//! check_mailq, the real binary, against fake and faulty mail systems.

// A stopwatch is for tests to use.
#![allow(clippy::disallowed_methods)]

#[allow(dead_code)]
#[path = "sandbox/calm.rs"]
mod calm;
#[allow(dead_code)] // the sandbox's tests take more of it
#[path = "sandbox/plugin_output.rs"]
mod plugin_output;
#[allow(dead_code)]
#[path = "sandbox/probe.rs"]
mod probe;
#[allow(dead_code)]
#[path = "sandbox/schema.rs"]
mod schema;

#[path = "mailq/classic.rs"]
mod classic;
#[path = "mailq/fake.rs"]
mod fake;
#[path = "mailq/faults.rs"]
mod faults;
#[path = "mailq/filters.rs"]
mod filters;
#[path = "mailq/inputs.rs"]
mod inputs;
#[path = "mailq/rate.rs"]
mod rate;
#[path = "mailq/spools.rs"]
mod spools;
