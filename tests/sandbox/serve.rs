//! `sandbox serve`: one server, until Ctrl-C.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use crate::ServiceName;
use crate::sandbox::pki::pki;
use crate::sandbox::{
    Listen, PASSWORD, Sandbox, Scenario, Service, TOKEN, Transport, USER, faults,
};

#[derive(Args)]
pub struct ServeOptions {
    service: ServiceName,
    /// What is wrong with it; `sandbox faults` lists them
    #[arg(long, value_name = "NAME")]
    fault: Option<String>,
    /// TLS from the first byte
    #[arg(long, conflicts_with = "starttls")]
    tls: bool,
    /// STARTTLS (STLS) is offered
    #[arg(long)]
    starttls: bool,
    /// Listen on this port of loopback [default: any]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Listen on ::1
    #[arg(short = '6', long)]
    ipv6: bool,
    /// Expect a PROXY header
    #[arg(long)]
    proxy: bool,
    /// Wait so long before each reply
    #[arg(
        long,
        value_name = "MILLISECONDS",
        default_value_t = 0,
        hide_default_value = true
    )]
    latency: u64,
}

pub fn run(options: &ServeOptions) -> ExitCode {
    let service: Service = options.service.into();
    let transport = match (options.tls, options.starttls) {
        (true, _) => Transport::Tls,
        (_, true) => Transport::Starttls,
        _ => Transport::Plain,
    };
    let mut scenario = Scenario::new(service, transport)
        .port(options.port)
        .latency(Duration::from_millis(options.latency))
        .listen(if options.ipv6 { Listen::V6 } else { Listen::V4 });
    if options.proxy {
        scenario = scenario.proxy();
    }
    if let Some(name) = &options.fault {
        let Some(fault) = faults::by_name(name) else {
            return refuse(&format!("no fault is called {name}; see: sandbox faults"));
        };
        if !fault.services.contains(&service) || !fault.transports.contains(&transport) {
            return refuse(&format!(
                "{name} is no fault of {} over {}",
                service.name(),
                transport.name()
            ));
        }
        println!("fault {name}: {}", fault.about);
        scenario = scenario.fault(fault);
    }
    let signals = block_signals();
    let sandbox = match Sandbox::try_start(scenario) {
        Ok(sandbox) => sandbox,
        Err(error) => return refuse(&format!("cannot listen: {error}")),
    };
    introduce(&sandbox, service, transport);
    watch(&sandbox, &signals);
    ExitCode::SUCCESS
}

fn refuse(reason: &str) -> ExitCode {
    eprintln!("sandbox: {reason}");
    ExitCode::from(2)
}

fn introduce(sandbox: &Sandbox, service: Service, transport: Transport) {
    println!(
        "{} ({}) on {}",
        service.name(),
        transport.name(),
        sandbox.address()
    );
    println!("user {USER}, password \"{PASSWORD}\", token {TOKEN}");
    let (probe, lmtp) = match service {
        Service::Smtp => ("check_smtp", ""),
        Service::Lmtp => ("check_smtp", " -L"),
        Service::Imap => ("check_imap", ""),
        Service::Pop3 => ("check_pop3", ""),
    };
    let how = match transport {
        Transport::Plain => String::new(),
        Transport::Starttls => format!(" --starttls --ca-file {}", pki().ca_file().display()),
        Transport::Tls => format!(" --tls --ca-file {}", pki().ca_file().display()),
    };
    println!(
        "try:  target/debug/{probe} -H {} -p {}{lmtp}{how}",
        sandbox.host(),
        sandbox.port()
    );
    println!("Ctrl-C ends it.");
}

/// SIGINT and SIGTERM wait to be asked for, so that the end cleans up. Before any thread starts.
fn block_signals() -> libc::sigset_t {
    // SAFETY: sigset_t is plain data that sigemptyset initialises.
    unsafe {
        let mut set = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, libc::SIGINT);
        libc::sigaddset(&raw mut set, libc::SIGTERM);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut());
        set
    }
}

/// Shows what clients say until a signal comes.
fn watch(sandbox: &Sandbox, signals: &libc::sigset_t) {
    let mut shown: Vec<usize> = Vec::new();
    loop {
        let tick = libc::timespec {
            tv_sec: 0,
            tv_nsec: 200_000_000,
        };
        // SAFETY: both structs live through the call.
        if unsafe { libc::sigtimedwait(signals, std::ptr::null_mut(), &raw const tick) } > 0 {
            return;
        }
        for (number, session) in sandbox.log().sessions().iter().enumerate() {
            if shown.len() <= number {
                shown.push(0);
            }
            for line in &session.lines[shown[number]..] {
                let lock = if line.encrypted { '+' } else { ' ' };
                println!("{:3}{lock}> {}", number + 1, line.text().escape_debug());
            }
            shown[number] = session.lines.len();
        }
    }
}
