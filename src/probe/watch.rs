//! Runs a plan under its deadline. The check runs in threads of its own and the main thread waits:
//! whatever hangs (the C library's resolver, a file system, a child), the report gathered so far is
//! printed in time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use super::expand::{Expanded, expand};
use super::main::own_fault;
use super::{Plan, Scene, Target, finding, progress};
use crate::report::{Report, TargetReport};
use crate::secret::Redactor;
use crate::session::{Error, Kind};
use crate::time::Clock;
use crate::tls::{self, roots};

/// A check notices its deadline by itself; only one that hangs is left behind this much later.
const GRACE: Duration = Duration::from_millis(100);

type Stage = Arc<Mutex<Vec<Slot>>>;

/// One line of the report, in the order of the plan.
enum Slot {
    Scene(Scene),
    Dead(TargetReport),
}

/// Runs the plan and reports; never later than the deadline and a moment.
pub fn run(plan: Plan, clock: Clock, redactor: &Redactor) -> (Report, Arc<Plan>) {
    let plan = Arc::new(plan);
    let stage: Stage = Arc::default();
    let (sender, receiver) = mpsc::channel();
    let spawned = {
        let (plan, stage, redactor) = (Arc::clone(&plan), Arc::clone(&stage), redactor.clone());
        std::thread::Builder::new().spawn(move || {
            perform(&plan, &stage, &redactor);
            let _ = sender.send(());
        })
    };
    let outcome = match spawned {
        Ok(_) => {
            let left = plan
                .deadline
                .remaining()
                .unwrap_or_default()
                .saturating_add(GRACE);
            progress::wait(&receiver, left, clock, || doing(&plan, &stage))
        }
        Err(_) => Err(mpsc::RecvTimeoutError::Disconnected),
    };
    let slots = stage.lock().unwrap_or_else(PoisonError::into_inner);
    let mut report = Report {
        service: plan.service.clone(),
        ..Report::default()
    };
    for slot in slots.iter() {
        report.targets.push(match slot {
            Slot::Scene(scene) => {
                if outcome == Err(mpsc::RecvTimeoutError::Timeout) {
                    scene.expire();
                }
                scene.report(clock)
            }
            Slot::Dead(report) => report.clone(),
        });
    }
    if report.targets.is_empty() {
        report.targets.push(nothing(
            &plan,
            outcome == Err(mpsc::RecvTimeoutError::Timeout),
        ));
    }
    (report, Arc::clone(&plan))
}

/// What is being waited for, in a few words.
fn doing(plan: &Plan, stage: &Stage) -> String {
    let slots = stage.lock().unwrap_or_else(PoisonError::into_inner);
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

/// Nothing was even begun: the names took all the time, or we failed ourselves.
fn nothing(plan: &Plan, timeout: bool) -> TargetReport {
    let mut report = TargetReport::new(plan.targets.mx.first().cloned().unwrap_or_default());
    let mut finding = if timeout {
        plan.judge.finding(
            finding::TIMEOUT,
            "the names of the targets were not resolved in time",
        )
    } else {
        plan.judge
            .finding(finding::INTERNAL_ERROR, "the check could not be started")
    };
    if let (true, Some(status)) = (timeout, plan.timing.status) {
        finding.status = status;
    }
    report.findings.push(finding);
    report
}

fn perform(plan: &Arc<Plan>, stage: &Stage, redactor: &Redactor) {
    let judge = Arc::new(plan.judge.clone());
    let mut work = Vec::new();
    for expanded in expand(plan) {
        let slot = match expanded {
            Expanded::Target(target) => {
                let scene = Scene::new(
                    &target,
                    plan.deadline,
                    Arc::clone(&judge),
                    plan.timing.status,
                    redactor.clone(),
                );
                work.push((target, scene.clone()));
                Slot::Scene(scene)
            }
            Expanded::Dead(name, id, text) => {
                let mut report = TargetReport::new(name);
                report.findings.push(judge.finding(id, text));
                Slot::Dead(report)
            }
        };
        stage
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(slot);
    }
    match work.as_mut_slice() {
        [(target, scene)] => one(plan, target, scene),
        many => std::thread::scope(|scope| {
            for (target, scene) in many {
                scope.spawn(|| one(plan, target, scene));
            }
        }),
    }
}

/// Probes one target. A panic is ours, and is UNKNOWN.
fn one(plan: &Plan, target: &Target, scene: &mut Scene) {
    let attempt = |scene: &Scene| catch_unwind(AssertUnwindSafe(|| plan.check.run(target, scene)));
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
            let text = format!("{}: {}", target.name, own_fault());
            scene.finding(finding::INTERNAL_ERROR, text);
        }
    }
    scene.journal.done();
    scene.over();
}

/// The roots that may have been missing: the bundle's, where it was not read.
fn missing_roots(plan: &Plan, error: &Error) -> Vec<native_tls::Certificate> {
    match (&plan.roots, &error.kind) {
        (roots::Source::Directory(directory), Kind::Tls(tls::Error::Verify(failure)))
            if failure.may_lack_a_root() =>
        {
            roots::missing(directory)
        }
        _ => Vec::new(),
    }
}
