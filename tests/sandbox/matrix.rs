//! Every fault of a service over every transport against one probe: exit code, finding, one line, perfdata, time,
//! memory, secrets. What is expected is the test's to say; that all of it is asked of every fault is said here.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use super::calm::{TRIES, rest};
use super::faults::{self, Fault};
use super::probe::{Outcome, Run};
use super::{PASSWORD, Sandbox, Scenario, Service, TOKEN, Transport};

/// No probe outlives its deadline by more than this.
const GRACE: Duration = Duration::from_millis(250);
/// Nor does it take more memory than this, whatever a server sends.
const MEMORY_KIB: u64 = 32 * 1024;
/// Silent servers cost the whole deadline, so runs wait side by side.
const SIDE_BY_SIDE: usize = 6;

/// A fault over a transport.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub fault: &'static Fault,
    pub transport: Transport,
}

/// What a probe must say about it.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The exit codes that are right.
    pub codes: Vec<i32>,
    /// One of these must be among the findings; empty: nothing but OK findings.
    pub ids: Vec<&'static str>,
}

impl Expected {
    pub fn new(codes: &[i32], ids: &[&'static str]) -> Expected {
        Expected {
            codes: codes.to_vec(),
            ids: ids.to_vec(),
        }
    }

    pub fn ok() -> Expected {
        Expected::new(&[0], &[])
    }

    pub fn critical(ids: &[&'static str]) -> Expected {
        Expected::new(&[2], ids)
    }

    pub fn warning(ids: &[&'static str]) -> Expected {
        Expected::new(&[1], ids)
    }
}

/// One probe against one service.
pub struct Matrix {
    pub probe: &'static str,
    pub service: Service,
    /// The deadline of each run.
    pub deadline: Duration,
    /// The first label of the perfdata, there in every state.
    pub main_metric: &'static str,
    /// The arguments beside host, port, transport and deadline.
    pub args: fn(&Case) -> Vec<&'static str>,
    pub expected: fn(&Case) -> Expected,
}

impl Matrix {
    /// Runs all of it and panics with every row that is wrong.
    pub fn run(&self) {
        let mut cases = VecDeque::new();
        for transport in Transport::ALL {
            for fault in faults::for_service(self.service, transport) {
                cases.push_back(Case { fault, transport });
            }
        }
        let total = cases.len();
        assert!(total > 100, "the sandbox has lost its faults");
        let (cases, wrong) = (Mutex::new(cases), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for _ in 0..SIDE_BY_SIDE {
                scope.spawn(|| {
                    while let Some(case) = { cases.lock().unwrap().pop_front() } {
                        if let Err(reason) = self.judge(&case) {
                            wrong.lock().unwrap().push((case, reason));
                        }
                    }
                });
            }
        });
        // Six runs at once on a loaded machine may starve a probe of its deadline. What is wrong alone is wrong.
        let wrong: Vec<String> = wrong
            .into_inner()
            .unwrap()
            .into_iter()
            .filter_map(|(case, _)| self.alone(&case).err().map(|reason| (case, reason)))
            .map(|(case, reason)| {
                format!(
                    "{} over {}: {}",
                    case.fault.name,
                    case.transport.name(),
                    reason.text()
                )
            })
            .collect();
        assert!(
            wrong.is_empty(),
            "{} of {total} rows are wrong:\n\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    }

    /// What is late is late again, unless it was the machine that stood still.
    fn alone(&self, case: &Case) -> Result<(), Wrong> {
        for _ in 1..TRIES {
            rest();
            match self.judge(case) {
                Err(Wrong::Late(_)) => {}
                judged => return judged,
            }
        }
        self.judge(case)
    }

    fn judge(&self, case: &Case) -> Result<(), Wrong> {
        let scenario = Scenario::new(self.service, case.transport).fault(case.fault);
        let server = Sandbox::start(scenario);
        let expected = (self.expected)(case);
        let nagios = self.start(&server, case, &["-vvv"]);
        self.common(&nagios, &expected)?;
        let line = super::plugin_output::parse(&nagios.stdout)
            .map_err(|reason| Wrong::Content(format!("{reason}\n{nagios}")))?;
        let first = line.perfdata.first().map(|perf| perf.label.as_str());
        check(first == Some(self.main_metric), &nagios, || {
            format!("perfdata starts with {first:?}")
        })?;
        check(Some(line.code()) == nagios.code, &nagios, || {
            "status word and exit code differ".to_owned()
        })?;
        let json = self.start(&server, case, &["--format", "json", "-vvv"]);
        self.common(&json, &expected)?;
        let alarms: Vec<(String, String)> = json
            .findings()
            .into_iter()
            .filter(|(_, status)| status != "OK")
            .collect();
        let fits = if expected.ids.is_empty() {
            alarms.is_empty()
        } else {
            alarms
                .iter()
                .any(|(id, _)| expected.ids.contains(&id.as_str()))
        };
        check(fits, &json, || {
            format!("found {alarms:?}, expected one of {:?}", expected.ids)
        })
    }

    fn start(&self, server: &Sandbox, case: &Case, more: &[&str]) -> Outcome {
        let milliseconds = format!("{}ms", self.deadline.as_millis());
        let port = server.port().to_string();
        let ca = server.ca_file();
        let mut run = Run::new(self.probe)
            .args(["-H", "localhost", "--address", "127.0.0.1"])
            .args(["-p", &port, "-t", &milliseconds])
            .arg("--ca-file")
            .arg(&ca)
            .kill_after(self.deadline + Duration::from_secs(5));
        run = match case.transport {
            Transport::Plain => run,
            Transport::Starttls => run.arg("--starttls"),
            Transport::Tls => run.arg("--tls"),
        };
        run.args((self.args)(case))
            .env("SECRET", PASSWORD)
            .args(more)
            .run()
    }

    /// What holds in every format.
    fn common(&self, outcome: &Outcome, expected: &Expected) -> Result<(), Wrong> {
        let code = outcome.code.unwrap_or(-1);
        check(expected.codes.contains(&code), outcome, || {
            format!("exit code {code}, expected one of {:?}", expected.codes)
        })?;
        check(outcome.stderr.is_empty(), outcome, || {
            "something on stderr".to_owned()
        })?;
        check(outcome.max_rss_kib < MEMORY_KIB, outcome, || {
            format!("{} KiB of memory", outcome.max_rss_kib)
        })?;
        for secret in [PASSWORD, TOKEN] {
            check(!outcome.reveals(secret), outcome, || {
                "a secret in the output".to_owned()
            })?;
        }
        if outcome.took() > self.deadline + GRACE {
            return Err(Wrong::Late(format!(
                "{:?} for a deadline of {:?}\n{outcome}",
                outcome.took(),
                self.deadline
            )));
        }
        Ok(())
    }
}

enum Wrong {
    Late(String),
    Content(String),
}

impl Wrong {
    fn text(self) -> String {
        match self {
            Wrong::Late(text) | Wrong::Content(text) => text,
        }
    }
}

fn check(right: bool, outcome: &Outcome, reason: impl FnOnce() -> String) -> Result<(), Wrong> {
    if right {
        Ok(())
    } else {
        Err(Wrong::Content(format!("{}\n{outcome}", reason())))
    }
}
