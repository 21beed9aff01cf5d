use std::process::ExitCode;

use mailprobe::probe::{self, mailq};

fn main() -> ExitCode {
    probe::main(&mailq::PROBE, &[])
}
