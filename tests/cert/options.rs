//! What can be said on the command line, and what cannot be meant.

use crate::sandbox::probe::Run;

fn run(options: &[&str]) -> crate::sandbox::probe::Outcome {
    Run::new("check_cert").args(options).run()
}

#[test]
fn mistakes_are_one_line_and_unknown() {
    for (options, words) in [
        (&[][..], "which host?"),
        (&["-H", "localhost"], "which port?"),
        (&["-H", "a b", "-p", "993"], "no host name"),
        (&["-H", "localhost", "-P", "gopher"], "not known here"),
        (&["-H", "localhost", "-p", "993:plain"], "without TLS"),
        (
            &["-H", "localhost", "-p", "1:starttls"],
            "STARTTLS of which protocol",
        ),
        (
            &["-H", "localhost", "-p", "993", "-w", "101%"],
            "no share of a lifetime",
        ),
        (
            &["-H", "localhost", "-p", "993", "-c", "2419200"],
            "write 2419200s",
        ),
        (&["-H", "localhost", "-p", "993", "-c", "28M"], "ambiguous"),
        (
            &["-H", "localhost", "-p", "993", "-w", "tiem=3"],
            "there is no metric",
        ),
        (
            &["-H", "localhost", "-p", "993", "--on", "cert-expird=ok"],
            "did you mean cert-expired",
        ),
        (
            &["-H", "localhost", "-p", "993", "--issuer", "("],
            "--issuer",
        ),
        (
            &["-H", "localhost", "-p", "993", "--require-eku", "juggling"],
            "--require-eku",
        ),
        (
            &[
                "-H",
                "localhost",
                "-p",
                "993",
                "--tls-min",
                "1.3",
                "--tls-max",
                "1.2",
            ],
            "above",
        ),
        (
            &["-H", "localhost", "-p", "993", "--tls-min", "3"],
            "give 1.0",
        ),
        (
            &["-H", "localhost", "-p", "993", "--starttls", "--tls"],
            "either",
        ),
        (
            &["-H", "localhost", "-p", "993", "--policy", "lax"],
            "only mx",
        ),
        (
            &["-H", "localhost", "-p", "993", "--ca-file", "/no/such"],
            "/no/such",
        ),
        (
            &["-H", "localhost", "-p", "993", "--client-cert", "/x"],
            "read /x",
        ),
        (
            &["-H", "localhost", "-p", "993", "--nonsense"],
            "--nonsense",
        ),
    ] {
        let outcome = run(options);
        assert_eq!(outcome.code, Some(3), "{options:?}\n{outcome}");
        assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
        assert!(outcome.stdout.starts_with("CERT UNKNOWN - "), "{outcome}");
        assert!(outcome.stdout.contains(words), "{options:?}\n{outcome}");
    }
}

#[test]
fn the_help_fits_the_screen() {
    let outcome = run(&["-h"]);
    assert_eq!(outcome.code, Some(3));
    for line in outcome.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    for heading in [
        "What to check",
        "How to connect",
        "When to alarm",
        "What to print",
    ] {
        assert_eq!(
            outcome.stdout.matches(&format!("{heading}:")).count(),
            1,
            "{heading}"
        );
    }
}
