//! The queue of a real Postfix, empty and full, beside the known check_mailq; the floor is its listing itself.

use std::path::{Path, PathBuf};

use crate::Server;
use crate::cost::{Distance, Program, Row};
use crate::inside::inside;
use crate::probe::Run;

const LIMITS: [&str; 6] = ["-w", "900000", "-c", "990000", "-t", "100"];

/// Ours beside theirs; then, for the longest, the ways in which ours can look without a listing.
pub fn rows(runs: usize, each: &mut dyn FnMut(Row)) {
    for (messages, runs) in [(0, runs.min(20)), (1_000, runs.min(20)), (100_000, 3)] {
        let text = messages.to_string();
        let server = Server::start("postfix_full", &[], &[("MESSAGES", &text)])
            .unwrap_or_else(|error| panic!("{error}"));
        let mounts: PathBuf =
            format!("/proc/{}/ns/mnt", inside("postfix_full", server.dir())).into();
        let ours = |options: &'static [&'static str]| {
            let mounts = mounts.clone();
            Program::ours("check_mailq", move |run, _| {
                run.args(["-M", "postfix"])
                    .args(LIMITS)
                    .args(options)
                    .mounts(&mounts)
            })
        };
        // A package that does not go with the others: unpacked.
        let peer = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("target/lab/root-plugins/usr/lib/nagios/plugins/check_mailq");
        let theirs = {
            let mounts = mounts.clone();
            Program::new(peer, move |_| {
                Run::new("check_mailq")
                    .args(["-M", "postfix"])
                    .args(LIMITS)
                    .mounts(&mounts)
            })
        };
        let listing = {
            let mounts = mounts.clone();
            Program::new("/bin/sh", move |_| {
                Run::new("sh")
                    .args(["-c", "exec postqueue -j >/dev/null"])
                    .mounts(&mounts)
            })
        };
        let name = match messages {
            0 => "mailq, empty".to_owned(),
            messages => format!("mailq, {messages}"),
        };
        let row = |name: &str, ours| Row::new(name, &[], runs, ours).distance(Distance::None);
        each(row(&name, ours(&[])).beside(theirs).floor(listing));
        if messages == 100_000 {
            each(row("  by the socket", ours(&["--socket"])));
            each(row("  by the spool", ours(&["--spool"])));
            each(row("  by its names", ours(&["--spool", "--count-only"])));
        }
    }
}
