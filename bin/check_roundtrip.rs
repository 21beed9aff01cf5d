use std::process::ExitCode;

use mailprobe::probe::{self, roundtrip};

fn main() -> ExitCode {
    probe::main(&roundtrip::PROBE, &[])
}
