use std::process::ExitCode;

use mailprobe::probe::{self, imap, tcp};

fn main() -> ExitCode {
    probe::main(&imap::PROBE, &[&tcp::PROBE])
}
