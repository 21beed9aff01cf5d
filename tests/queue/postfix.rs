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

const TEXT: &str = "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------
A1B2C3D4E5*    1234 Fri Nov 20 10:00:00  alice@example.org
                                         bob@example.net

A1B2C3D4E6!#    999 Fri Dec 20 10:00:00  MAILER-DAEMON
(host mx.example.net[192.0.2.1] said: 450 4.2.0 a reason that fills the line
    and was wrapped on its way (in reply to RCPT TO command))
                                         carol@example.net
                                                        (reason unavailable)
                                         \"d e\"@example.net

A1B2C3D4E7       10 Mo Nov 16 10:00:00  x@example.org
                                         y@example.net

-- 2 Kbytes in 3 Requests.
";

#[test]
fn text_with_marks_reasons_and_other_languages() {
    let (seen, end) = read(Format::PostfixText, TEXT);
    assert_eq!((end.verdict, end.said), (Verdict::Complete, Some(3)));
    assert_eq!(
        (seen[0].queue.as_str(), seen[0].arrival),
        ("active", Some(1_795_168_800))
    );
    // December of the year in which the 20th was a Friday: 2024.
    assert_eq!(
        (seen[1].queue.as_str(), seen[1].arrival),
        ("hold", Some(1_734_688_800))
    );
    assert_eq!(
        seen[1].recipients[0].1.as_deref(),
        Some(
            "host mx.example.net[192.0.2.1] said: 450 4.2.0 a reason that fills the line and was wrapped on its way (in reply to RCPT TO command)"
        )
    );
    assert_eq!(
        seen[1].recipients[1],
        ("\"d e\"@example.net".to_owned(), None)
    );
    assert_eq!(seen[2].arrival, Some(1_794_823_200));

    // One message less than the last line says, a last line less, lines ended by CR LF, two listings in one.
    let cut = TEXT.replace("3 Requests", "4 Requests");
    assert!(matches!(
        read(Format::PostfixText, cut).1.verdict,
        Verdict::Incomplete(_)
    ));
    let cut = TEXT.replace("-- 2 Kbytes in 3 Requests.\n", "");
    assert!(matches!(
        read(Format::PostfixText, cut).1.verdict,
        Verdict::Incomplete(_)
    ));
    assert_eq!(
        read(Format::PostfixText, TEXT.replace('\n', "\r\n")).0,
        seen
    );
    let (both, end) = read(
        Format::PostfixText,
        format!("{TEXT}{TEXT}Mail queue is empty\n"),
    );
    assert_eq!((both.len(), end.verdict), (6, Verdict::Complete));
}

#[test]
fn showq_of_old_versions_is_text() {
    assert_eq!(
        read(Format::PostfixShowq, TEXT).0,
        read(Format::PostfixText, TEXT).0
    );
    assert_eq!(
        read(Format::PostfixShowq, "\0").1.verdict,
        Verdict::Complete
    );
    assert_ne!(read(Format::PostfixShowq, "").1.verdict, Verdict::Complete);
    // An entry whose first attribute is damaged is no empty queue.
    for damaged in [
        "qQeue_name\0active\0queue_id\0ABCD\0\0\0",
        "protocol\0showq_protocol\0?queue_name\0active\0queue_id\0ABCD\0\0\0",
    ] {
        let verdict = read(Format::PostfixShowq, damaged).1.verdict;
        assert_ne!(verdict, Verdict::Complete);
    }
    assert_ne!(
        read(Format::PostfixShowq, "protocol\0showq_protocol\0\0")
            .1
            .verdict,
        Verdict::Complete
    );
}
