use std::process::ExitCode;

fn main() -> ExitCode {
    let program = std::env::args_os().next().unwrap_or_default();
    mailprobe::probe::main(mailprobe::probe::smtp::called(&program))
}
