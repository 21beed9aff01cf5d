//! Spools, made by hand by the formats of their MTAs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::fake::{mailq, metric, now};
use crate::probe::Outcome;

fn put(root: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn check(root: &Path, options: &[&str]) -> Outcome {
    mailq().arg("--spool").arg(root).args(options).run()
}

fn numbers(outcome: &Outcome, wanted: &[(&str, f64)]) {
    for (label, value) in wanted {
        assert_eq!(metric(outcome, label), Some(*value), "{label}\n{outcome}");
    }
}

/// A queue file's first records.
fn record(file: &mut Vec<u8>, kind: u8, data: &str) {
    file.push(kind);
    file.push(u8::try_from(data.len()).unwrap());
    file.extend_from_slice(data.as_bytes());
}

fn postfix_file(age: i64, size: u64, from: &str, to: &[&str]) -> Vec<u8> {
    let mut file = Vec::new();
    record(
        &mut file,
        b'C',
        &format!(
            "{size:15} {:15} {:15} {:15} {:15} {:15}",
            200,
            to.len(),
            0,
            size,
            0
        ),
    );
    record(&mut file, b'T', &format!("{} 123456", now() - age));
    record(&mut file, b'A', "log_ident=x");
    record(&mut file, b'S', from);
    for to in to {
        record(&mut file, b'R', to);
    }
    record(&mut file, b'M', "");
    file
}

fn postfix(root: &Path) {
    for folder in [
        "active", "incoming", "maildrop", "hold", "deferred", "corrupt", "bounce",
    ] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    put(
        root,
        "deferred/A/A1B2C3D4E5",
        postfix_file(
            7200,
            1500,
            "a@example.org",
            &["x@example.net", "y@example.net"],
        ),
    );
    put(
        root,
        "deferred/B/BBB2C3D4E5",
        postfix_file(3600, 500, "", &["z@example.com"]),
    );
    put(
        root,
        "active/C1B2C3D4E5",
        postfix_file(5, 1000, "a@example.org", &["x@example.net"]),
    );
    put(root, "corrupt/D1B2C3D4E5", "garbage");
    put(root, "bounce/A/A1B2C3D4E5", "log");
    // No messages.
    put(root, "deferred/A/.hidden", "x");
    put(root, "deferred/core", "x");
}

#[test]
fn postfix_is_counted_without_a_command() {
    let spool = tempfile::tempdir().unwrap();
    postfix(spool.path());
    let outcome = check(spool.path(), &[]);
    numbers(
        &outcome,
        &[
            ("total", 3.0),
            ("deferred", 2.0),
            ("active", 1.0),
            ("hold", 0.0),
            ("corrupt", 1.0),
            ("bounce", 1.0),
            ("size", 3000.0),
            ("recipients", 4.0),
        ],
    );
    let oldest = metric(&outcome, "oldest").unwrap();
    assert!((7200.0..7300.0).contains(&oldest), "{outcome}");
    assert_eq!(outcome.code, Some(1), "damaged messages warn\n{outcome}");
    numbers(
        &check(spool.path(), &["--domain", "example.net"]),
        &[("total", 2.0)],
    );
    let quick = check(spool.path(), &["--count-only"]);
    numbers(
        &quick,
        &[("total", 3.0), ("deferred", 2.0), ("corrupt", 1.0)],
    );
    assert_eq!(metric(&quick, "oldest"), None, "{quick}");
    let unknown = check(
        spool.path(),
        &[
            "--count-only",
            "-c",
            "oldest=1h",
            "--on",
            "corrupt-messages=ok",
        ],
    );
    assert_eq!(unknown.code, Some(3), "{unknown}");
    let reason = check(spool.path(), &["--reason", "policy"]);
    assert_eq!(reason.code, Some(3), "{reason}");
}

#[test]
fn a_folder_that_is_no_spool_is_not_empty() {
    let folder = tempfile::tempdir().unwrap();
    for options in [
        &[][..],
        &["-M", "postfix"],
        &["-M", "exim"],
        &["-M", "qmail"],
        &["-M", "nullmailer"],
        &["-M", "opensmtpd"],
    ] {
        let outcome = check(folder.path(), options);
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert_eq!(metric(&outcome, "total"), None, "{outcome}");
    }
    assert_eq!(
        check(Path::new("/nonexistent"), &["-M", "postfix"]).code,
        Some(3)
    );
}

#[test]
fn what_may_not_be_read_is_not_empty() {
    let spool = tempfile::tempdir().unwrap();
    postfix(spool.path());
    fs::remove_file(spool.path().join("corrupt/D1B2C3D4E5")).unwrap();
    fs::set_permissions(spool.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(
        spool.path().join("deferred"),
        fs::Permissions::from_mode(0o700),
    )
    .unwrap();
    let probe = spool.path().join("check");
    fs::copy(crate::probe::built("check_mailq").unwrap(), &probe).unwrap();
    let outcome = crate::probe::Run::new("as nobody")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(&probe)
        .arg("--spool")
        .arg(spool.path())
        .args(["-w", "50", "-c", "100"])
        .run_binary(Path::new("/usr/bin/setpriv"));
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(
        outcome.stdout.contains("deferred: permission denied"),
        "{outcome}"
    );
}

#[test]
fn exim_split_and_not() {
    for (at, id) in [
        ("input", "1tYKLM-0003Ab-0a"),
        ("input/M", "1tYKLM-000000003Ab-0abc"),
    ] {
        let spool = tempfile::tempdir().unwrap();
        let came = now() - 4000;
        let head = |id: &str, sender: &str, more: &str| {
            format!(
                "{id}-H\nroot 0 0\n<{sender}>\n{came} 0\n-received_time_usec .1\n{more}-local\nYN done@example.com\nNN also@example.com\n3\ndone@example.com\nx@example.net\ny@example.net\n\n022P Received: from test\n\n011  Subject: x\n"
            )
        };
        put(
            spool.path(),
            &format!("{at}/{id}-H"),
            head(id, "a@example.org", ""),
        );
        put(
            spool.path(),
            &format!("{at}/{id}-D"),
            format!("{id}-D\n{}", "x".repeat(500)),
        );
        let other = id.replacen("1tYKLM", "1tYKLN", 1);
        put(
            spool.path(),
            &format!("{at}/{other}-H"),
            head(&other, "", "-frozen 1700000000\n"),
        );
        put(
            spool.path(),
            &format!("{at}/{other}-D"),
            format!("{other}-D\n"),
        );
        let outcome = check(spool.path(), &["-M", "exim"]);
        numbers(
            &outcome,
            &[
                ("total", 2.0),
                ("frozen", 1.0),
                ("recipients", 4.0),
                ("domain_max", 4.0),
            ],
        );
        assert!(
            (4000.0..4100.0).contains(&metric(&outcome, "oldest").unwrap()),
            "{outcome}"
        );
    }
}

#[test]
fn sendmail_with_groups() {
    let spool = tempfile::tempdir().unwrap();
    let root = spool.path().join("mqueue");
    let control = format!(
        "V8\nT{}\nK0\nN3\nMDeferred: Connection refused by mx.example.net.\nS<a@example.org>\nrRFC822; b@example.net\nRPFD:<b@example.net>\nH?P?Return-Path: <>\n.\n",
        now() - 900
    );
    put(&root, "q1/qf/qf4ALB0001012345", &control);
    put(&root, "q1/df/df4ALB0001012345", "x".repeat(300));
    put(&root, "qf4ALB0002012345", &control);
    put(&root, "df4ALB0002012345", "x".repeat(200));
    put(&root, "hf4ALB0003012345", &control);
    put(&root, "tf4ALB0004012345", &control);
    let outcome = check(&root, &[]);
    numbers(
        &outcome,
        &[
            ("total", 3.0),
            ("hold", 1.0),
            ("size", 500.0),
            ("recipients", 3.0),
        ],
    );
    numbers(&check(&root, &["--reason", "refused"]), &[("total", 3.0)]);
}

#[test]
fn qmail_nullmailer_opensmtpd() {
    let spool = tempfile::tempdir().unwrap();
    let root = spool.path().join("qmail");
    for id in ["1057", "1080"] {
        put(&root, &format!("mess/1/{id}"), "x".repeat(100));
        put(&root, &format!("info/1/{id}"), b"Fa@example.org\0");
        put(
            &root,
            &format!("remote/1/{id}"),
            b"Tb@example.net\0Dc@example.com\0",
        );
    }
    fs::create_dir_all(root.join("todo")).unwrap();
    put(&root, "mess/2/1090", "x");
    put(&root, "todo/1090", "x");
    numbers(
        &check(&root, &[]),
        &[
            ("total", 3.0),
            ("incoming", 1.0),
            ("recipients", 2.0),
            ("size", 201.0),
        ],
    );

    let root = spool.path().join("nullmailer");
    put(
        &root,
        "queue/1700000000.123",
        "a@example.org\nb@example.net\n\nSubject: x\n",
    );
    put(
        &root,
        "failed/1700000001.124",
        "a@example.org\nb@example.net\n\nSubject: x\n",
    );
    let outcome = check(&root, &[]);
    numbers(&outcome, &[("failed", 1.0), ("recipients", 2.0)]);
    assert_eq!(outcome.code, Some(1), "{outcome}");

    let root = spool.path().join("smtpd");
    let envelope = format!(
        "version: 2\ntype: mda\nsender: a@example.org\ndest: b@example.net\nctime: {}\nerrorline: 421 4.7.0 Greylisted\n",
        now() - 60
    );
    for (id, envelopes) in [("1a2b3c4d", 2), ("ffffffff", 1)] {
        put(
            &root,
            &format!("queue/{}/{id}/message", &id[..2]),
            "x".repeat(50),
        );
        for one in 0..envelopes {
            put(
                &root,
                &format!("queue/{}/{id}/{id}0000000{one}", &id[..2]),
                &envelope,
            );
        }
    }
    fs::create_dir_all(root.join("offline")).unwrap();
    numbers(
        &check(&root, &[]),
        &[("total", 2.0), ("recipients", 3.0), ("size", 100.0)],
    );
}

/// What has to be read, the numbers of it are missing: they are not 0.
fn counted(root: &Path, mta: &str, wanted: &[(&str, f64)]) {
    let outcome = check(root, &["-M", mta, "--count-only"]);
    numbers(&outcome, wanted);
    for label in ["size", "oldest", "recipients", "frozen"] {
        assert_eq!(metric(&outcome, label), None, "{label}\n{outcome}");
    }
}

#[test]
fn names_alone_are_counted_for_each_mta() {
    let spool = tempfile::tempdir().unwrap();
    let root = spool.path().join("exim");
    // Damaged inside: who reads it would stumble.
    put(&root, "input/1tYKLM-0003Ab-0a-H", "");
    put(&root, "input/1tYKLM-0003Ab-0a-D", "");
    put(&root, "input/M/1tYKLN-000000003Ab-0abc-H", "");
    counted(&root, "exim", &[("total", 2.0)]);
    let root = spool.path().join("mqueue");
    for name in ["qf4ALB0001012345", "hf4ALB0003012345", "df4ALB0001012345"] {
        put(&root, name, "x");
    }
    counted(&root, "sendmail", &[("total", 2.0), ("hold", 1.0)]);
    let root = spool.path().join("qmail");
    for name in ["mess/1/1057", "mess/2/1090", "todo/1090"] {
        put(&root, name, "x");
    }
    counted(&root, "qmail", &[("total", 2.0), ("incoming", 1.0)]);
    let root = spool.path().join("nullmailer");
    put(&root, "queue/1700000000.123", "");
    put(&root, "failed/1700000001.124", "");
    counted(&root, "nullmailer", &[("total", 2.0), ("failed", 1.0)]);
    let root = spool.path().join("smtpd");
    put(&root, "queue/1a/1a2b3c4d/message", "x");
    put(&root, "offline/1700000000.x", "x");
    counted(&root, "opensmtpd", &[("total", 2.0), ("maildrop", 1.0)]);
}
