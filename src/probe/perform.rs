//! The check itself, in threads of its own: names become targets, targets are probed side by side, and
//! each tells its scene.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::expand::{Expanded, expand};
use super::main::own_fault;
use super::{Check, Job, Plan, Scene, Target, Work, finding};
use crate::report::{Finding, Metric, Report, TargetReport, Unit};
use crate::secret::Redactor;
use crate::session::{Error, Kind};
use crate::time::Clock;
use crate::tls::{self, roots};

/// What is known of each target, in the order of the plan; the watchdog looks at it, too.
#[derive(Clone, Default)]
pub struct Stage(Arc<Mutex<Vec<Slot>>>);

/// One target, or a name that leads to none.
enum Slot {
    Scene(Scene),
    Dead(TargetReport),
}

/// How the waiting for a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The check is over.
    Done,
    /// The deadline passed, and something hangs.
    Late,
    /// This signal came.
    Stopped(&'static str),
    /// The check died: no thread to be had, or a fault of ours.
    Died,
}

impl Stage {
    /// The report of what is known now. Nothing is taken for done that is not.
    pub fn report(&self, plan: &Plan, ending: Ending, clock: Clock) -> Report {
        let slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for work in &plan.work {
            if let Work::Servers { check, .. } = work {
                check.together();
            }
        }
        let mut report = Report {
            service: plan.service.clone(),
            ..Report::default()
        };
        for slot in slots.iter() {
            report.targets.push(match slot {
                Slot::Scene(scene) => {
                    match ending {
                        Ending::Done => {}
                        Ending::Late => scene.expire(),
                        Ending::Stopped(signal) => scene.stop(signal, clock),
                        Ending::Died => scene.died(),
                    }
                    scene.report(clock)
                }
                Slot::Dead(report) => report.clone(),
            });
        }
        if report.targets.is_empty() {
            let named = plan.work.iter().find_map(|work| match work {
                Work::Servers { targets, .. } => targets.mx.first().cloned(),
                Work::Job { name, .. } => Some(name.clone()),
            });
            let name = named.unwrap_or_default();
            let (id, text) = match ending {
                Ending::Late => (
                    finding::TIMEOUT,
                    "the names were not resolved in time".to_owned(),
                ),
                Ending::Stopped(signal) => (
                    finding::INTERRUPTED,
                    format!("{signal} while names were resolved"),
                ),
                Ending::Done | Ending::Died => (finding::INTERNAL_ERROR, own_fault()),
            };
            report.targets.push(dead(plan, name, id, text, clock));
        }
        report
    }

    /// What is being waited for, in a few words.
    pub fn doing(&self, plan: &Plan) -> String {
        let slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let scenes: Vec<&Scene> = slots
            .iter()
            .filter_map(|slot| match slot {
                Slot::Scene(scene) => Some(scene),
                Slot::Dead(_) => None,
            })
            .collect();
        match scenes.as_slice() {
            [] => format!("{}: resolving names", plan.service),
            [scene] => scene.doing(),
            many => {
                let over = many.iter().filter(|scene| scene.is_over()).count();
                format!("{over}/{} targets answered", many.len())
            }
        }
    }

    fn push(&self, slot: Slot) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(slot);
    }
}

/// The report of a name that leads to no target.
fn dead(plan: &Plan, name: String, id: &'static str, text: String, clock: Clock) -> TargetReport {
    let mut report = TargetReport::new(name);
    let mut finding: Finding = plan.judge.finding(id, text);
    if let (finding::TIMEOUT, Some(status)) = (id, plan.timing.status) {
        finding.status = status;
    }
    report.findings.push(finding);
    report.metrics.push(Metric::new(
        "time",
        clock.elapsed().as_secs_f64(),
        Unit::Seconds,
    ));
    report
}

/// What one thread does.
enum Task<'a> {
    Check(&'a dyn Check, Target),
    Job(&'a dyn Job),
}

impl Task<'_> {
    fn run(&self, scene: &Scene) -> Result<(), Error> {
        match self {
            Task::Check(check, target) => check.run(target, scene),
            Task::Job(job) => job.run(scene),
        }
    }
}

/// Does all the work of a plan.
pub fn perform(plan: &Plan, stage: &Stage, redactor: &Redactor, clock: Clock) {
    let judge = Arc::new(plan.judge.clone());
    let scene = |name: &str| {
        let judge = Arc::clone(&judge);
        let at_deadline = plan.timing.status;
        Scene::new(
            name.to_owned(),
            plan.deadline,
            judge,
            at_deadline,
            redactor.clone(),
        )
    };
    let mut tasks = Vec::new();
    for work in &plan.work {
        match work {
            Work::Servers { targets, check } => {
                for expanded in expand(targets, plan.deadline) {
                    match expanded {
                        Expanded::Target(target) => {
                            let scene = scene(&target.name).serving(&target, check.is_about_time());
                            stage.push(Slot::Scene(scene.clone()));
                            tasks.push((Task::Check(check.as_ref(), target), scene));
                        }
                        Expanded::Dead(name, id, text) => {
                            stage.push(Slot::Dead(dead(plan, name, id, text, clock)));
                        }
                    }
                }
            }
            Work::Job { name, job } => {
                let scene = scene(name).labelled(job.label());
                stage.push(Slot::Scene(scene.clone()));
                tasks.push((Task::Job(job.as_ref()), scene));
            }
        }
    }
    match tasks.as_mut_slice() {
        [(task, scene)] => one(plan, task, scene),
        many => thread::scope(|scope| {
            for (task, scene) in many {
                let stands_by = scene.clone();
                let spawned = thread::Builder::new().spawn_scoped(scope, || one(plan, task, scene));
                if let Err(error) = spawned {
                    let text = format!("{}: no thread for this target: {error}", stands_by.name());
                    stands_by.finding(finding::INTERNAL_ERROR, text);
                    stands_by.over();
                }
            }
        }),
    }
}

/// Does one task. A panic is ours, and is UNKNOWN.
fn one(plan: &Plan, task: &Task, scene: &mut Scene) {
    let attempt = |scene: &Scene| catch_unwind(AssertUnwindSafe(|| task.run(scene)));
    let mut outcome = attempt(scene);
    // What comes now is our own business, and no time of the server's.
    scene.journal.done();
    if let Ok(Err(error)) = &outcome {
        let more = missing_roots(plan, error);
        if !more.is_empty() {
            scene.again(more);
            outcome = attempt(scene);
        }
    }
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(error)) => scene.fail(&error),
        Err(_) => {
            let text = format!("{}: {}", scene.name(), own_fault());
            scene.finding(finding::INTERNAL_ERROR, text);
        }
    }
    scene.journal.done();
    scene.over();
}

/// The roots that may have been missing: the bundle's, where it was not read.
fn missing_roots(plan: &Plan, error: &Error) -> Vec<roots::Der> {
    match (&plan.second, &error.kind) {
        (Some(second), Kind::Tls(tls::Error::Verify(failure))) if failure.may_lack_a_root() => {
            second.roots()
        }
        _ => Vec::new(),
    }
}
