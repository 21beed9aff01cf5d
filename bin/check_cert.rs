use std::process::ExitCode;

fn main() -> ExitCode {
    mailprobe::probe::main(&mailprobe::probe::cert::PROBE)
}
