use std::process::ExitCode;

fn main() -> ExitCode {
    mailprobe::probe::main(&mailprobe::probe::pop3::PROBE)
}
