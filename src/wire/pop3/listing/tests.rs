use super::*;
use proptest::prelude::*;

fn ids(list: &[(u32, &str)]) -> Vec<(u32, String)> {
    list.iter()
        .map(|(number, id)| (*number, (*id).to_owned()))
        .collect()
}

#[test]
fn rfc_1939_sections_5_and_7() {
    let got = stat(b"2 320").unwrap();
    assert_eq!((got.messages, got.octets), (2, 320));
    assert_eq!(sizes(b"1 120\r\n2 200\r\n").unwrap(), [(1, 120), (2, 200)]);
    assert_eq!(
        unique_ids(b"1 whqtswO00WBw418f9t5JxYwZ\r\n2 QhdPYR:00WBw1Ph7x7\r\n").unwrap(),
        ids(&[(1, "whqtswO00WBw418f9t5JxYwZ"), (2, "QhdPYR:00WBw1Ph7x7")])
    );
    assert_eq!(sizes(b"").unwrap(), []);
}

#[test]
fn what_follows_is_ignored() {
    assert!(stat(b"2 320 messages octets").is_ok());
    assert!(sizes(b"1 120 extra\r\n").is_ok());
}

#[test]
fn nonsense_is_refused() {
    for text in ["", "2", "two 320", "2 -1", "2 +1", "99999999999999999999 1"] {
        assert!(stat(text.as_bytes()).is_err(), "{text}");
    }
    for text in ["0 1", "1", "1 x", "4294967296 1", "x"] {
        assert!(sizes(text.as_bytes()).is_err(), "{text}");
    }
    for text in ["1", "1 a b", "1 \u{e4}", "1 \u{7f}"] {
        assert!(unique_ids(text.as_bytes()).is_err(), "{text}");
    }
    let long = "x".repeat(70);
    assert!(unique_ids(format!("1 {long}").as_bytes()).is_ok());
    assert!(unique_ids(format!("1 {long}x").as_bytes()).is_err());
}

#[test]
fn what_agrees_and_what_does_not() {
    let two = Stat {
        messages: 2,
        octets: 320,
    };
    let list = [(1, 120), (2, 200)];
    assert_eq!(compare(two, &list, Some(&ids(&[(1, "a"), (2, "b")]))), []);
    assert_eq!(compare::<u32>(two, &list, None), []);
    assert_eq!(
        compare::<u32>(two, &[(1, 120)], None),
        [Disagreement::Count { stat: 2, list: 1 }]
    );
    assert_eq!(
        compare::<u32>(two, &[(1, 120), (2, 201)], None),
        [Disagreement::Octets {
            stat: 320,
            list: 321
        }]
    );
    assert_eq!(
        compare::<u32>(two, &[(1, 120), (1, 200)], None),
        [Disagreement::Repeated {
            listing: "LIST",
            number: 1
        }]
    );
    assert_eq!(
        compare(two, &list, Some(&ids(&[(1, "a"), (3, "a")]))),
        [
            Disagreement::OneSided {
                number: 2,
                present: "LIST",
                absent: "UIDL"
            },
            Disagreement::OneSided {
                number: 3,
                present: "UIDL",
                absent: "LIST"
            },
            Disagreement::SharedId {
                first: 1,
                second: 3
            }
        ]
    );
    let huge = [(1, u64::MAX), (2, 1)];
    assert_eq!(compare::<u32>(two, &huge, None).len(), 1);
}

proptest! {
    #[test]
    fn no_listing_panics(lines in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = stat(&lines);
        let sizes = sizes(&lines).unwrap_or_default();
        let ids = unique_ids(&lines).unwrap_or_default();
        let _ = compare(Stat { messages: 0, octets: 0 }, &sizes, Some(&ids));
    }
}
