use proptest::prelude::*;

use super::*;

fn id(texts: &[&str]) -> Result<String, RecordError> {
    let records: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    identifier(&records)
}

#[test]
fn a_record_is_one_and_has_an_identifier() {
    assert_eq!(
        id(&["v=STSv1; id=20260101T000000Z;"]).unwrap(),
        "20260101T000000Z"
    );
    assert_eq!(id(&["v=STSv1 ;id=a"]).unwrap(), "a");
    assert_eq!(
        id(&["v=spf1 -all", "v=STSv1;id=a;x=y", "v=STSv2; id=b"]).unwrap(),
        "a"
    );
    assert_eq!(id(&["v=STSv1; id=a; id=b"]).unwrap(), "a");
    assert_eq!(id(&[]), Err(RecordError::None));
    for none in [
        "v=stsv1; id=a",
        "v=STSv10; id=a",
        " v=STSv1; id=a",
        "v=STSv1",
    ] {
        assert_eq!(id(&[none]), Err(RecordError::None), "{none}");
    }
    assert_eq!(
        id(&["v=STSv1; id=a", "v=STSv1; id=a"]),
        Err(RecordError::Several(2))
    );
    assert_eq!(id(&["v=STSv1;"]), Err(RecordError::NoIdentifier));
    assert_eq!(id(&["v=STSv1; ID=a"]), Err(RecordError::NoIdentifier));
    for bad in ["", "a-b", "a b", &"a".repeat(33), "ä"] {
        let text = format!("v=STSv1; id={bad}");
        assert!(
            matches!(id(&[&text]), Err(RecordError::Identifier(_))),
            "{bad}"
        );
    }
    assert!(matches!(
        id(&["v=STSv1; id=a; nonsense"]),
        Err(RecordError::Field(_))
    ));
}

const GOOD: &str = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.org\r\nmx: *.example.net\r\nmax_age: 604800\r\n";

#[test]
fn a_policy_is_read_with_either_line_end() {
    let policy = Policy::parse(GOOD.as_bytes()).unwrap();
    assert_eq!(policy.mode, Mode::Enforce);
    assert_eq!(policy.max_age, 604_800);
    assert_eq!(policy.mx, ["mail.example.org", "*.example.net"]);
    assert!(policy.remarks.is_empty());
    let unix = GOOD.replace("\r\n", "\n");
    assert_eq!(Policy::parse(unix.as_bytes()).unwrap(), policy);
    let bare = unix.trim_end();
    assert_eq!(Policy::parse(bare.as_bytes()).unwrap(), policy);
    let tight = unix.replace(": ", ":").replace("enforce", "enforce \t");
    assert_eq!(Policy::parse(tight.as_bytes()).unwrap(), policy);
}

#[test]
fn one_label_stands_for_the_star() {
    let policy = Policy::parse(GOOD.as_bytes()).unwrap();
    for host in ["mail.example.org", "MAIL.example.org.", "a.example.net"] {
        assert!(policy.covers(host), "{host}");
    }
    for host in [
        "example.org",
        "x.mail.example.org",
        "example.net",
        "a.b.example.net",
        ".example.net",
        "",
    ] {
        assert!(!policy.covers(host), "{host}");
    }
}

#[test]
fn what_senders_refuse_is_refused_in_words() {
    let rows = [
        ("", "it has no version"),
        ("mode: none\nmax_age: 1\n", "it has no version"),
        (
            "version: STSv2\nmode: none\nmax_age: 1\n",
            "its version is \"STSv2\", not STSv1",
        ),
        ("version: STSv1\nmax_age: 1\n", "it has no mode"),
        ("version: STSv1\nMode: none\nmax_age: 1\n", "it has no mode"),
        (
            "version: STSv1\nmode: Enforce\nmax_age: 1\nmx: a.b\n",
            "its mode is \"Enforce\", not enforce, testing or none",
        ),
        (
            "version: STSv1\nmode: enforce\nmx: a.b\n",
            "it has no max_age",
        ),
        (
            "version: STSv1\nmode: enforce\nmax_age: 1\n",
            "it has no mx",
        ),
        (
            "version: STSv1\nmode: enforce\nnmx: a.b\nmax_age: 1\n",
            "it has no mx",
        ),
        (
            "version: STSv1\nmode: none\nmax_age: 31557601\n",
            "its max_age \"31557601\" is not a number of seconds up to 31557600",
        ),
        (
            "version: STSv1\nmode: none\nmax_age: -1\n",
            "its max_age \"-1\" is not a number of seconds up to 31557600",
        ),
        (
            "version: STSv1\nmode: none\nmax_age: +1\n",
            "its max_age \"+1\" is not a number of seconds up to 31557600",
        ),
        (
            "version: STSv1\nnonsense\n",
            "line 2 (\"nonsense\") is no field",
        ),
        ("<html>", "line 1 (\"<html>\") is no field"),
    ];
    for (text, words) in rows {
        assert_eq!(
            Policy::parse(text.as_bytes()).unwrap_err().to_string(),
            words,
            "{text:?}"
        );
    }
    assert_eq!(Policy::parse(b"\xff"), Err(PolicyError::NotText));
    let none = Policy::parse(b"version: STSv1\nmode: none\nmax_age: 86400").unwrap();
    assert_eq!((none.mode, none.mx.len()), (Mode::None, 0));
}

#[test]
fn what_senders_pass_over_is_said() {
    let text = "version: STSv1\nmode: testing\nmode: enforce\nmax_age: 1\nmx: 192.0.2.1\nmx: a.*.b\n\nnmx: x\nmax_age: 2";
    let policy = Policy::parse(text.as_bytes()).unwrap();
    assert_eq!((policy.mode, policy.max_age), (Mode::Testing, 1));
    let said: Vec<String> = policy.remarks.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "mode for the second time, the first counts",
            "mx \"192.0.2.1\" matches no host name",
            "mx \"a.*.b\" matches no host name",
            "a blank line",
            "unknown field \"nmx\"",
            "max_age for the second time, the first counts",
        ]
    );
}

proptest! {
    #[test]
    fn nothing_that_comes_makes_it_fall(bytes: Vec<u8>) {
        let _ = Policy::parse(&bytes);
        let _ = identifier(&[bytes]);
    }

    #[test]
    fn a_policy_that_was_read_is_within_bounds(
        lines in proptest::collection::vec("(version: STSv1|mode: (enforce|testing|none)|max_age: [0-9]{1,11}|mx: [*.a-c]{1,6}|.{0,12})", 0..12),
    ) {
        if let Ok(policy) = Policy::parse(lines.join("\n").as_bytes()) {
            prop_assert!(policy.max_age <= LONGEST_AGE);
            prop_assert!(policy.mode == Mode::None || !policy.mx.is_empty());
            prop_assert!(policy.remarks.len() <= 16);
        }
    }

    #[test]
    fn a_star_never_covers_more_or_less_than_one_label(labels in proptest::collection::vec("[a-z]{1,5}", 1..5)) {
        let policy = Policy::parse(b"version: STSv1\nmode: enforce\nmax_age: 1\nmx: *.example.org").unwrap();
        let host = format!("{}.example.org", labels.join("."));
        prop_assert_eq!(policy.covers(&host), labels.len() == 1);
    }
}
