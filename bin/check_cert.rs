use std::process::ExitCode;

use mailprobe::probe::{self, cert};

fn main() -> ExitCode {
    probe::main(&cert::PROBE, &[&cert::SSL_CERT, &cert::SSL_VALIDITY])
}
