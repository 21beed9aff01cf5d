//! Listings as the MTAs other than Postfix print them, and what their commands say when they cannot.

use crate::read::{NOW, given, pieces, read};
use mailprobe::queue::{End, Format, Listing, Mta, Trouble, Verdict};

fn guess(text: &str) -> (Vec<crate::read::Kept>, End) {
    pieces(Listing::guessed(given()), text.as_bytes(), 7)
}

fn total(text: &str) -> (Option<Mta>, u64, Verdict) {
    let (seen, end) = guess(text);
    let sum = seen.iter().map(|entry| entry.count).sum();
    (end.format.map(Format::mta), sum, end.verdict)
}

#[test]
fn exim_of_all_versions() {
    let text = "25m  2.9K 0t5C6f-0000c8-00 <alice@example.org>\n          bob@example.net\n\n\
                 3h   505 1sCwkT-00000000Ajj-3Yfg <> *** frozen ***\n        D carol@example.net\n          dave@example.net\n\n\
                 2d   12M 1sCwkT-0000Ajj-2Y <\"a b\"@example.org> (www-data)\n    *** spool format error: size=0 ***\n\n";
    let (seen, end) = guess(text);
    // An id of no known length: the message is not counted, and that is said.
    assert!(matches!(end.verdict, Verdict::Incomplete(_)), "{end:?}");
    assert_eq!(seen[1].queue, "frozen");
    assert_eq!(seen[1].sender.as_deref(), Some(""));
    assert_eq!(seen[1].arrival, Some(NOW - 3 * 3600));
    assert_eq!(seen[1].recipients.len(), 1);

    let (seen, end) = guess(&text.replace("1sCwkT-0000Ajj-2Y", "1sCwkT-000Ajj-2Y"));
    assert_eq!(end.verdict, Verdict::Complete);
    assert_eq!(seen[2].queue, "corrupt");
    assert_eq!(seen[2].size, Some(12 << 20));
    assert_eq!(seen[2].sender.as_deref(), Some("\"a b\"@example.org"));
}

#[test]
fn sendmail_headings() {
    let one = "xAIK3D9S000453       36 Mon Nov 16 20:03 <alice@example.org>\n                 (Deferred: Connection refused by mx.example.net.)\n\t\t\t\t\t <bob@example.net>\n";
    let columns =
        "-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------\n";
    for (text, wanted) in [
        ("/var/spool/mqueue is empty\n".to_owned(), 0),
        (
            "/var/spool/mqueue is empty\n\t\tTotal requests: 0\n".to_owned(),
            0,
        ),
        (
            format!("\t\t/var/spool/mqueue (1 request)\n{columns}{one}\t\tTotal requests: 1\n"),
            1,
        ),
        (
            format!(
                "\t\t/var/spool/mqueue/q0/df (1 request)\n{columns}{one}/var/spool/mqueue/q1/df is empty\n\t\tTotal Requests: 1\n"
            ),
            1,
        ),
        ("\t\tTotal requests: 7\n".to_owned(), 7),
    ] {
        assert_eq!(
            total(&text),
            (Some(Mta::Sendmail), wanted, Verdict::Complete),
            "{text}"
        );
    }
    for text in [
        // A limit of what is printed, and one that was not printed.
        format!(
            "\t\tMail Queue (5298 requests, only 1 printed)\n{columns}{one}\t\tTotal requests: 5298\n"
        ),
        format!("\t\t/var/spool/mqueue (2 requests)\n{columns}{one}\t\tTotal requests: 2\n"),
        "MSP Queue status...\n/var/spool/mqueue-client is empty\n\t\tTotal requests: 0\n"
            .to_owned(),
        "/var/spool/mqueue/q1 is empty\n".to_owned(),
    ] {
        assert!(matches!(total(&text).2, Verdict::Incomplete(_)), "{text}");
    }
    let gone = format!(
        "\t\t/var/spool/mqueue (3 requests)\n{columns}{one}xAIK3D9S000454 (job completed)\nxAIK3D9S000455 (no control file)\n\t\tTotal requests: 3\n"
    );
    assert_eq!(total(&gone), (Some(Mta::Sendmail), 2, Verdict::Complete));
    let (seen, _) = guess(&gone);
    assert_eq!(
        seen[0].recipients[0].1.as_deref(),
        Some("Deferred: Connection refused by mx.example.net.")
    );
}

#[test]
fn qmail() {
    assert_eq!(
        total("messages in queue: 42\nmessages in queue but not yet preprocessed: 3\n"),
        (Some(Mta::Qmail), 42, Verdict::Complete)
    );
    assert!(matches!(
        total("messages in queue: 42\n").2,
        Verdict::Incomplete(_)
    ));
    let (seen, end) = guess(
        "26 Sep 2026 04:46:54 GMT  #98094  12345  <a@example.org>  bouncing\n  done\tremote\tb@example.net\n\tlocal\tc\n",
    );
    assert_eq!(end.verdict, Verdict::Complete);
    assert_eq!(
        (seen[0].queue.as_str(), seen[0].recipients.len()),
        ("bounce", 1)
    );
}

#[test]
fn courier_and_the_small_ones() {
    assert_eq!(
        total("   0 messages.\n"),
        (Some(Mta::Courier), 0, Verdict::Complete)
    );
    assert_eq!(
        total("messages: 0\n"),
        (Some(Mta::Courier), 0, Verdict::Complete)
    );
    assert_eq!(
        total("2022-08-25 01:30:40 502 bytes from <user@example.com>\n"),
        (Some(Mta::Nullmailer), 1, Verdict::Complete)
    );
    assert_eq!(total("17\n"), (Some(Mta::Exim), 17, Verdict::Complete));
    assert_eq!(
        total("Mail queue is empty\n"),
        (Some(Mta::Postfix), 0, Verdict::Complete)
    );
    assert_eq!(
        total("mailq: Mail queue is empty\n"),
        (Some(Mta::Postfix), 0, Verdict::Complete)
    );
}

#[test]
fn opensmtpd_groups_envelopes() {
    let text = "0123456789abcdef|inet4|mta|auth|a@example.org|b@example.net|b@example.net|1795100000|1795445600|1795100060|3|pending|120|Connection refused\n\
                0123456800000001|local|mta||a@example.org|c@example.net|c@example.net|1795100000|1795445600|0|0|inflight|2|\n\
                0123456800000002|local|bounce|bounce|@|c@example.net|@|1795100000|1795445600|0|0|offline||\n";
    let (seen, end) = guess(text);
    assert_eq!(end.verdict, Verdict::Complete);
    assert_eq!(seen.len(), 2);
    assert_eq!(
        seen[0].recipients,
        [(
            "b@example.net".to_owned(),
            Some("Connection refused".to_owned())
        )]
    );
    assert_eq!(
        (
            seen[1].id.as_str(),
            seen[1].queue.as_str(),
            seen[1].recipients.len()
        ),
        ("01234568", "active", 2)
    );
}

#[test]
fn exchange_queues() {
    let text = r#"[{"Identity":"EX01\\Submission","DeliveryType":"Undefined","Status":"Ready","MessageCount":4,"NextHopDomain":"Submission"},
        {"Identity":"EX01\\Poison","Status":"Ready","MessageCount":"2","NextHopDomain":"Poison Message"},
        {"Identity":"EX01\\Shadow\\12","DeliveryType":"ShadowRedundancy","Status":2,"MessageCount":900,"NextHopDomain":"ex02.example.org"},
        {"Identity":"EX01\\37","DeliveryType":8,"Status":3,"MessageCount":11,"NextHopDomain":"example.net","LastError":"451 4.4.0 DNS query failed"},
        {"Identity":"EX01\\38","DeliveryType":8,"Status":{"value":4,"Value":"Suspended"},"MessageCount":0,"NextHopDomain":"example.com"}]"#;
    let (seen, end) = guess(text);
    assert_eq!(end.verdict, Verdict::Complete);
    let short: Vec<(&str, u64)> = seen
        .iter()
        .map(|entry| (entry.queue.as_str(), entry.count))
        .collect();
    assert_eq!(
        short,
        [
            ("incoming", 4),
            ("corrupt", 2),
            ("shadow", 900),
            ("deferred", 11)
        ]
    );
    assert_eq!(seen[3].recipients[0].0, "@example.net");

    // Nothing at all, as PowerShell says it.
    for empty in ["[]", "null\r\n"] {
        assert_eq!(
            read(Format::ExchangeJson, empty).1.verdict,
            Verdict::Complete
        );
    }
}

#[test]
fn what_is_no_listing() {
    for (text, trouble) in [
        (
            "postqueue: fatal: Queue report unavailable - mail system is down\n",
            Trouble::Down,
        ),
        (
            "(Queue report unavailable - mail system is down)\n",
            Trouble::Down,
        ),
        (
            "postqueue: fatal: User nobody(65534) is not allowed to view the mail queue\n",
            Trouble::Unreadable,
        ),
        (
            "mailq: fatal: open /etc/postfix/main.cf: Permission denied\n",
            Trouble::Unreadable,
        ),
        ("exim: Permission denied\n", Trouble::Unreadable),
        (
            "You are not permitted to see the queue\n",
            Trouble::Unreadable,
        ),
        (
            "can not chdir(/var/spool/mqueue/): Permission denied\n",
            Trouble::Unreadable,
        ),
        (
            "Program mode requires special privileges, e.g., root or TrustedUser.\n",
            Trouble::Unreadable,
        ),
        ("smtpctl: need root privileges\n", Trouble::Unreadable),
        ("Cannot open queue directory.\n", Trouble::Unreadable),
        ("chdir: Permission denied\n", Trouble::Unreadable),
        (
            "qmail-qread: fatal: unable to chdir to /var/qmail: file does not exist\n",
            Trouble::Unreadable,
        ),
        ("bash: mailq: command not found\n", Trouble::Unreadable),
        (
            "Get-Queue : The term 'Get-Queue' is not recognized as the name of a cmdlet\n",
            Trouble::Unreadable,
        ),
    ] {
        let (seen, end) = guess(text);
        assert!(seen.is_empty());
        let right = match trouble {
            Trouble::Down => matches!(end.verdict, Verdict::Down(_)),
            _ => matches!(end.verdict, Verdict::Unreadable(_)),
        };
        assert!(right, "{:?} of {text}", end.verdict);
        for format in Format::ALL {
            let (seen, end) = read(format, text);
            assert!(
                seen.is_empty() && end.verdict != Verdict::Complete,
                "{format:?} of {text}: {end:?}"
            );
        }
    }
    for text in [
        "<html><body>502</body></html>\n",
        "hello world\n",
        "\u{7f}ELF\u{2}\u{1}",
        "{\"a\": 1}\n",
        "\n\n\n-\n",
    ] {
        for format in Format::ALL {
            let (seen, end) = read(format, text);
            assert!(
                seen.is_empty() && !matches!(end.verdict, Verdict::Complete),
                "{format:?} of {text}: {end:?}"
            );
        }
        assert!(
            matches!(guess(text).1.verdict, Verdict::Unknown(_)),
            "{text}: {:?}",
            guess(text).1
        );
    }
    assert!(!matches!(guess("").1.verdict, Verdict::Complete));
}

#[test]
fn a_heading_that_swallows_rows_is_no_empty_queue() {
    let text = "\"Identity\",\"MessageCount\",\"Status\x10\r\n\"EX01\\12\",\"9\",\"Retry\"\r\n";
    let (_, _, verdict) = total(text);
    assert!(matches!(verdict, Verdict::Incomplete(_)), "{verdict:?}");
    let mut listing = Listing::new(Format::ExchangeCsv, given());
    listing.feed(
        b"#TYPE Microsoft.Exchange.Data.QueueViewer.ExtensibleQueueInfo\n",
        &mut |_| {},
    );
    let end = listing.finish(&mut |_| {});
    assert!(matches!(end.verdict, Verdict::Incomplete(_)), "{end:?}");
}

#[test]
fn the_last_line_without_its_end() {
    // The only message of a listing may have had more words, and there may have been more messages.
    for text in [
        "2026-11-15 01:30:40 502 bytes from <user@e",
        "13 Oct 2024 08:14:02 GMT  #1057  2345  <a@example.org>  boun",
        "13 Oct 2024 08:14:02 GMT  #1057  2345  <a@example.org>\n\tremote\tx@exa",
    ] {
        let (_, count, verdict) = total(text);
        assert_eq!(count, 1, "{text}");
        assert!(
            matches!(verdict, Verdict::Incomplete(_)),
            "{verdict:?} {text}"
        );
    }
    // Behind this nothing comes: what a shell has stripped of its last newline is whole.
    for (text, wanted) in [
        ("Mail queue is empty", 0),
        (
            "-Queue ID- --Size-- ----Arrival Time---- -Sender/Recipient-------\n3F2A91B0C*     1234 Mon Nov 16 10:11:12  alice@example.org\n                                         bob@example.net\n\n-- 1 Kbytes in 1 Request.",
            1,
        ),
    ] {
        let (_, count, verdict) = total(text);
        assert_eq!((count, verdict), (wanted, Verdict::Complete), "{text}");
    }
}

#[test]
fn a_line_without_an_end_costs_no_memory() {
    for format in Format::ALL {
        let mut listing = Listing::new(format, given());
        for byte in [b'a', b'"', b'(', b'0'] {
            for _ in 0..64 {
                listing.feed(&[byte; 65_536], &mut |_| {});
            }
        }
        let end = listing.finish(&mut |_| {});
        assert!(
            !matches!(end.verdict, Verdict::Complete),
            "{format:?}: {end:?}"
        );
    }
}
