//! Everything that may hang (a file of the options, the C library's resolver, a child) runs in a thread,
//! and the main thread waits: at the deadline it prints the report gathered so far.

use std::ffi::OsString;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::deliver::deliver;
use super::main::own_fault;
use super::perform::{Ending, Stage, perform};
use super::prepare::{Prepared, format, patience, prepare};
use super::wake::{Sign, Wake};
use super::{Plan, Probe, finding, progress};
use crate::child;
use crate::report::{self, Status};
use crate::secret::Redactor;
use crate::time::Clock;

/// A check notices its deadline by itself; only one that hangs is left behind this much later. So long a late one's
/// reader is waited for, too.
pub const GRACE: Duration = Duration::from_millis(100);

/// The deadline of a check that says none.
pub const LIMIT: Duration = Duration::from_secs(10);

/// What the worker has come to.
enum Come {
    Said(String, u8),
    Planned(Arc<Plan>),
}

/// The pause before a check is tried anew, for the first time and at most.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What one attempt has come to.
enum Round {
    /// There was nothing to check, or no check to be had; and what is left of the time.
    Said(String, u8, Duration),
    /// A report.
    Checked {
        plan: Arc<Plan>,
        text: String,
        status: Status,
        /// A signal came: whoever sent it does not want another attempt.
        stopped: bool,
    },
}

/// Lets some time pass between two attempts; true when a signal came instead.
fn rest(time: Duration) -> bool {
    Wake::new().is_ok_and(|wake| matches!(wake.wait(time), Sign::Signal(_)))
}

/// Prepares and runs the check; gives what is printed, the exit code and what is left of the time, never later than the
/// deadline and a moment. With `--retry-for`, again while nothing is up.
pub fn run(probe: &'static Probe, clock: Clock) -> (String, u8, Duration) {
    let mut pause = PAUSE;
    let mut round = attempt(probe, clock);
    loop {
        let (plan, text, status, stopped) = match round {
            Round::Said(text, code, left) => return (text, code, left),
            Round::Checked {
                plan,
                text,
                status,
                stopped,
            } => (plan, text, status, stopped),
        };
        let left = plan.output.retry.saturating_sub(clock.elapsed());
        let up = matches!(status, Status::Ok | Status::Warning);
        if up || left.is_zero() || stopped || rest(pause.min(left)) {
            let (text, code) = deliver(probe.service, &plan.output, text, status);
            return (text, code, plan.deadline.remaining().unwrap_or_default());
        }
        // What hung is not left to run beside its successor.
        child::end_all();
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        round = attempt(probe, Clock::start());
    }
}

/// One run of the check.
fn attempt(probe: &'static Probe, clock: Clock) -> Round {
    let redactor = Redactor::default();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let format = format(&arguments);
    let patience = patience(&arguments, LIMIT).saturating_add(GRACE);
    let stage = Stage::default();
    let (come, comes) = mpsc::channel();
    let said = |text, code| Round::Said(text, code, patience.saturating_sub(clock.elapsed()));
    let fault = |text: &str| {
        let (service, id) = (probe.service, finding::INTERNAL_ERROR);
        let text = report::fault(service, id, text, format, &str::to_owned);
        said(text, Status::Unknown.exit_code())
    };
    let wake = match Wake::new() {
        Ok(wake) => wake,
        Err(error) => return fault(&format!("no pipe for the check: {error}")),
    };
    let sender = wake.sender();
    let worker = {
        let (stage, redactor) = (stage.clone(), redactor.clone());
        move || match prepare(probe, arguments, clock, &redactor) {
            Prepared::Said(text, code) => {
                let _ = come.send(Come::Said(text, code));
                sender.done();
            }
            Prepared::Planned(plan) => {
                let plan: Arc<Plan> = Arc::from(plan);
                let _ = come.send(Come::Planned(Arc::clone(&plan)));
                // Whoever waits is woken only if it does not wait as the plan wants it: waking costs more than a greeting.
                let waits_right = plan.deadline.total().saturating_add(GRACE) == patience;
                if !waits_right || progress::is_seen() {
                    sender.planned();
                }
                perform(&plan, &stage, &redactor, clock);
                sender.done();
            }
        }
    };
    if let Err(error) = thread::Builder::new().spawn(worker) {
        return fault(&format!("no thread for the check: {error}"));
    }
    let mut sign = wake.wait(patience.saturating_sub(clock.elapsed()));
    let plan = match comes.try_recv() {
        Ok(Come::Planned(plan)) => plan,
        Ok(Come::Said(text, code)) => return said(text, code),
        Err(_) => {
            return fault(&match sign {
                Sign::Late => {
                    "the options were not read in time: a file or a command among them does not answer".to_owned()
                }
                Sign::Signal(name) => format!("{name} while the options were read"),
                Sign::Planned | Sign::Done | Sign::Gone => own_fault(),
            });
        }
    };
    let ending = loop {
        let left = plan.deadline.remaining().unwrap_or_default();
        sign = match sign {
            Sign::Done => break Ending::Done,
            Sign::Gone => break Ending::Died,
            Sign::Signal(name) => break Ending::Stopped(name),
            // The guess at the deadline was too short.
            Sign::Late if left.is_zero() => break Ending::Late,
            Sign::Late | Sign::Planned => {
                let limit = left.saturating_add(GRACE);
                progress::wait(&wake, limit, clock, || stage.doing(&plan))
            }
        };
    };
    let report = stage.report(&plan, ending, clock);
    let mask = |text: &str| redactor.strike(text);
    let (format, style) = (plan.output.format, plan.output.style);
    let (text, status) = report::render(&report, &plan.judge, format, style, &mask);
    Round::Checked {
        plan,
        text,
        status,
        stopped: matches!(ending, Ending::Stopped(_)),
    }
}
