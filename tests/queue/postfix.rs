//! Postfix in its three forms.

use crate::read::read;
use mailprobe::queue::{Format, Verdict};

const THREE: &str = r#"{"queue_name": "deferred", "queue_id": "4cJqKc0Xr5z1B", "arrival_time": 1795100000, "message_size": 3321, "forced_expire": false, "sender": "a@example.org", "recipients": [{"address": "x@example.net", "delay_reason": "connect to mx.example.net[192.0.2.1]:25: Connection timed out"}, {"address": "y@example.net"}]}
{"queue_name": "active", "queue_id": "A1B2C3D4E5", "arrival_time": 1795100001, "message_size": 12, "sender": "MAILER-DAEMON", "recipients": []}
{"queue_name": "hold", "queue_id": "A1B2C3D4E6", "arrival_time": 1795100002, "message_size": 13, "sender": "b\"c@example.org", "recipients": [{"address": "z", "orig_address": "zz", "bounce_reason": "gone"}]}
"#;

#[test]
fn json_of_all_versions() {
    let (seen, end) = read(Format::PostfixJson, THREE);
    assert_eq!(end.verdict, Verdict::Complete);
    assert_eq!(end.messages, 3);
    assert_eq!(seen[0].id, "4cJqKc0Xr5z1B");
    assert_eq!(
        (seen[0].size, seen[0].arrival),
        (Some(3321), Some(1_795_100_000))
    );
    assert_eq!(
        seen[0].recipients[0].1.as_deref(),
        Some("connect to mx.example.net[192.0.2.1]:25: Connection timed out")
    );
    assert_eq!(seen[0].recipients[1], ("y@example.net".to_owned(), None));
    assert_eq!(seen[1].sender.as_deref(), Some(""));
    assert_eq!(seen[1].queue, "active");
    assert_eq!(seen[2].sender.as_deref(), Some("b\"c@example.org"));
    assert_eq!(
        seen[2].recipients,
        [("z".to_owned(), Some("gone".to_owned()))]
    );
}

#[test]
fn json_as_an_array() {
    let array = format!("[{}]", THREE.trim().replace('\n', ",\n"));
    assert_eq!(
        read(Format::PostfixJson, array).0,
        read(Format::PostfixJson, THREE).0
    );
}

#[test]
fn json_cut_off() {
    for end in 1..THREE.len() {
        let (seen, verdict) = read(Format::PostfixJson, &THREE[..end]);
        let whole = THREE[..end].ends_with("]}") || THREE[..end].ends_with('\n');
        assert_eq!(verdict.verdict == Verdict::Complete, whole, "at {end}");
        assert!(!seen.is_empty() || verdict.verdict != Verdict::Complete);
    }
}

#[test]
fn json_with_noise() {
    let noisy =
        format!("postqueue: warning: Mail system is down -- accessing queue directly\n{THREE}");
    let (seen, end) = read(Format::PostfixJson, noisy);
    assert_eq!((seen.len(), &end.verdict), (3, &Verdict::Complete));
    assert_eq!(end.notices.len(), 1);

    let (seen, end) = read(Format::PostfixJson, "Loading...\n");
    assert!(seen.is_empty());
    assert_eq!(end.verdict, Verdict::Unknown("Loading...".to_owned()));

    let (seen, end) = read(
        Format::PostfixJson,
        THREE.replace("\"sender\": \"MAI", "\"sen\nder\": \"MAI"),
    );
    assert_eq!(seen.len(), 2);
    assert!(matches!(end.verdict, Verdict::Incomplete(_)));
}
