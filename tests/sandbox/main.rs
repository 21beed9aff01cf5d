//! The sandbox as a program: `demo` shows what the probes say about good and bad servers, `serve` runs one server
//! to try a probe on by hand, `faults` lists what can be wrong with it.

mod demo;
#[path = "mod.rs"]
mod sandbox;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

/// Scripted mail servers that misbehave on demand
#[derive(Parser)]
#[command(name = "sandbox", disable_help_subcommand = true)]
struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Run every built probe against good and bad servers
    Demo {
        /// Only scenes of this probe
        probe: Option<String>,
    },
    /// Run one server until Ctrl-C and show what its clients say
    Serve(serve::ServeOptions),
    /// List the faults
    Faults {
        /// Only faults of this service
        service: Option<ServiceName>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum ServiceName {
    Smtp,
    Lmtp,
    Imap,
    Pop3,
}

impl From<ServiceName> for sandbox::Service {
    fn from(name: ServiceName) -> sandbox::Service {
        match name {
            ServiceName::Smtp => sandbox::Service::Smtp,
            ServiceName::Lmtp => sandbox::Service::Lmtp,
            ServiceName::Imap => sandbox::Service::Imap,
            ServiceName::Pop3 => sandbox::Service::Pop3,
        }
    }
}

fn main() -> ExitCode {
    match Options::parse().what {
        What::Demo { probe } => demo::run(probe.as_deref()),
        What::Serve(options) => serve::run(&options),
        What::Faults { service } => {
            list(service.map(Into::into));
            ExitCode::SUCCESS
        }
    }
}

/// Name, where it occurs, what it does; fits 80 columns.
fn list(service: Option<sandbox::Service>) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    for fault in sandbox::faults::all() {
        if service.is_some_and(|service| !fault.services.contains(&service)) {
            continue;
        }
        let services: Vec<_> = fault
            .services
            .iter()
            .map(|service| service.name())
            .collect();
        let transports: Vec<_> = fault
            .transports
            .iter()
            .map(|transport| transport.name())
            .collect();
        let transports = match transports.len() {
            3 => String::new(),
            _ => format!(" over {}", transports.join(", ")),
        };
        let about: String = fault.about.chars().take(70).collect();
        let text = format!(
            "{} ({}{transports})\n    {about}",
            fault.name,
            services.join(", ")
        );
        // A reader that has seen enough (`| head`) is no error.
        if writeln!(out, "{text}").is_err() {
            return;
        }
    }
}
