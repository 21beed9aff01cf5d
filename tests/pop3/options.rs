//! Mistakes in the options are told in one line, before anything is connected to.

use crate::check::{LOGIN, assert_usage, pop3};
use crate::sandbox::verdict::assert_help;
use crate::sandbox::{Sandbox, Scenario};

#[test]
fn mistakes_are_named() {
    let server = Sandbox::start(Scenario::pop3());
    for (options, words) in [
        (
            &["-c", "newest=26h"][..],
            "newest is known after a login only",
        ),
        (&["--match", "subject=x"], "--match without --user"),
        (
            &["--user", "probe", "-P", "x", "--match", "subjct=x"],
            "unknown field",
        ),
        (
            &["--user", "probe", "-P", "x", "--match", "subject=("],
            "unclosed group",
        ),
        (
            &["--user", "probe", "-P", "x", "-s", "NOOP"],
            "-s and --user",
        ),
        (&["--user", "probe"], "--user without a password"),
        (&["-M", "maybe"], "-M"),
        (&["-r", "maybe"], "-r"),
        (&["-d", "soon"], "-d"),
        (&["--newest", "0"], "newest"),
        (&["-w", "nosuch=1"], "nosuch"),
        (&["--on", "nosuch=ok"], "nosuch"),
        (&["-S", "--starttls"], "--tls"),
        (&["--mach", "subject=x"], "--match"),
    ] {
        assert_usage(&pop3(&server).args(options).run(), words);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn help_fits_the_screen_and_exits_with_3() {
    let server = Sandbox::start(Scenario::pop3());
    let outcome = pop3(&server).arg("--help").run();
    assert_help(&outcome);
    assert!(!outcome.stdout.contains("check_pop3 ... "), "{outcome}");
    assert!(outcome.stdout.contains("check_spop"), "{outcome}");
    let secret = [LOGIN.as_slice(), &["-V"]].concat();
    assert_eq!(pop3(&server).args(secret).run().code, Some(3));
}
