//! Options about secrets that cannot be meant, and ini files with mistakes in them.

use std::fs;

use crate::sandbox::probe::{Outcome, Run};

const USER: [&str; 2] = ["--user", "probe"];

fn mistake(probe: &str, options: &[&str]) -> Outcome {
    let outcome = Run::new(probe)
        .args(["-H", "192.0.2.1"])
        .args(options)
        .env("EMPTY", "")
        .env("SECRET", "hunter2Secret!")
        .run();
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
    assert!(!outcome.stdout.contains("hunter2"), "{outcome}");
    outcome
}

#[test]
fn what_cannot_be_meant_is_a_mistake() {
    let password = ["--password-env", "SECRET"];
    let token = ["--token-env", "SECRET"];
    let with = |more: &[&'static str]| [&USER[..], more].concat();
    let rows: [(Vec<&str>, &[&str]); 12] = [
        (vec!["--reject-login"], &["--reject-login without --user"]),
        (vec!["--authzid", "a"], &["--authzid without --user"]),
        (
            with(&["--password", "x", "--password-file", "/x"]),
            &["--password and --password-file"],
        ),
        (
            with(&["--token-env", "X", "--token-command", "x"]),
            &["--token-env and --token-command"],
        ),
        (with(&["--password", ""]), &["--password holds nothing"]),
        (
            with(&["--password-env", "EMPTY"]),
            &["--password-env holds nothing"],
        ),
        (
            with(&["--token-env", "EMPTY"]),
            &["--token-env holds nothing"],
        ),
        (
            [&with(&["--auth", "XOAUTH2"])[..], &password].concat(),
            &["XOAUTH2", "takes a token"],
        ),
        (
            [&with(&["--auth", "oauthbearer"])[..], &password].concat(),
            &["oauthbearer", "takes a token"],
        ),
        (
            [&with(&["--auth", "PLAIN"])[..], &token].concat(),
            &["PLAIN", "takes a password"],
        ),
        (
            [&with(&["--auth", "LOGIN", "--authzid", "a"])[..], &password].concat(),
            &["LOGIN", "--authzid"],
        ),
        (
            [
                &with(&["--auth", "CRAM-MD5", "--authzid", "a"])[..],
                &password,
            ]
            .concat(),
            &["CRAM-MD5", "--authzid"],
        ),
    ];
    for (probe, _) in crate::PROBES {
        for (options, words) in &rows {
            let outcome = mistake(probe, options);
            for word in *words {
                assert!(outcome.stdout.contains(word), "{word:?}\n{outcome}");
            }
        }
    }
    for (probe, way) in [
        ("check_pop3", "APOP"),
        ("check_pop3", "USER"),
        ("check_imap", "LOGIN-COMMAND"),
    ] {
        let outcome = mistake(probe, &[&with(&["--auth", way])[..], &token].concat());
        assert!(outcome.stdout.contains("takes a password"), "{outcome}");
    }
}

#[test]
fn a_mistake_in_an_ini_file_is_found_and_not_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plugins.ini");
    let text = "[typo]\npasword=hunter2\n[blank]\npassword hunter2\n[colon]\n\nauthpass: hunter2\n\
                [flag]\nstarttls\nbogus\n";
    fs::write(&file, text).unwrap();
    let file = file.display();
    for (probe, _) in crate::PROBES {
        for (section, place) in [
            ("typo", format!("in section [typo] of {file}: ")),
            ("blank", format!("line 4 of {file} ")),
            ("colon", format!("line 7 of {file} ")),
            ("flag", format!("in section [flag] of {file}: ")),
        ] {
            let outcome = mistake(probe, &[&format!("--extra-opts={section}@{file}")]);
            assert!(outcome.stdout.contains(&place), "{place:?}\n{outcome}");
        }
    }
}
