//! Growth: how many messages a minute the queue has gained since the last run.

use std::path::Path;

use super::findings::STATE_UNUSABLE;
use super::state::{self, Mark};
use crate::probe::Scene;
use crate::report::{Metric, Unit};
use crate::time::Clock;

/// Two runs closer than this say nothing about a minute.
const LEAST: f64 = 1.0;

/// Measures it, for what `target` says was looked at. A first run has no growth, and that is no alarm.
pub fn measure(folder: Option<&Path>, target: &str, total: u64, scene: &Scene) {
    let now = Mark {
        at: Clock::wall().as_secs_f64(),
        total,
    };
    match state::exchange(folder, target, now, scene.deadline) {
        Ok(None) => scene.detail("growth: this is the first run, the next one knows"),
        Ok(Some(before)) => {
            let seconds = now.at - before.at;
            // A clock that was set back makes no rate.
            if seconds < 0.0 {
                scene.detail("growth: the clock was set back since the last run");
                return;
            }
            #[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 mails")]
            let gained = total as f64 - before.total as f64;
            let growth = (gained * 60.0 / seconds.max(LEAST) * 1000.0).round() / 1000.0;
            let span = Unit::Seconds.human(seconds.round());
            scene.detail(format!(
                "growth: {gained:+} messages in {span}, {growth:+} a minute"
            ));
            let words = format!(
                "the queue grows by {growth} messages a minute: {} to {total} in {span}",
                before.total
            );
            scene.metric(
                Metric::new("growth", growth, Unit::Count)
                    .limits(None, None)
                    .above(words),
            );
        }
        Err(why) => scene.finding(STATE_UNUSABLE, format!("--rate: {why}")),
    }
}
