use super::super::date::InternalDate;
use super::super::response::{Response, tests::parse};
use super::*;

fn data(line: &str) -> Data {
    match parse(format!("{line}\r\n").as_bytes()) {
        Response::Data(data) => data,
        other => panic!("{other:?}"),
    }
}

fn name(text: &str) -> MailboxName {
    MailboxName(text.as_bytes().to_vec())
}

#[test]
fn counts() {
    assert_eq!(data("* 23 EXISTS"), Data::Exists(23));
    assert_eq!(data("* 5 recent"), Data::Recent(5));
    assert_eq!(data("* 44 EXPUNGE"), Data::Expunge(44));
    assert_eq!(data("* 0 EXISTS"), Data::Exists(0));
}

#[test]
fn capabilities_and_flags() {
    let Data::Capability(capabilities) = data("* CAPABILITY IMAP4rev1 AUTH=PLAIN") else {
        panic!();
    };
    assert_eq!(capabilities.sasl(), ["PLAIN"]);
    let Data::Enabled(enabled) = data("* ENABLED UTF8=ACCEPT") else {
        panic!();
    };
    assert!(enabled.utf8());
    let Data::Flags(flags) = data("* FLAGS (\\Answered \\Seen $Junk [x])") else {
        panic!();
    };
    assert!(flags.seen() && flags.has("$junk") && flags.has("[X]"));
}

#[test]
fn status_of_a_mailbox() {
    for line in [
        "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)",
        "* STATUS \"blurdybloop\" (MESSAGES 231 MAILBOXID (F1) APPENDLIMIT NIL UIDNEXT 44292)",
        "* STATUS {11}\r\nblurdybloop (MESSAGES 231 UIDNEXT 44292) ",
    ] {
        let Data::Status(status) = data(line) else {
            panic!("{line}");
        };
        assert_eq!(status.mailbox, name("blurdybloop"));
        assert_eq!(status.get("messages"), Some(231));
        assert_eq!(status.get("UIDNEXT"), Some(44292));
        assert_eq!(status.get("UNSEEN"), None);
    }
}

#[test]
fn searches() {
    assert_eq!(data("* SEARCH 2 84 882"), Data::Search(vec![2, 84, 882]));
    for line in ["* SEARCH", "* SEARCH "] {
        assert_eq!(data(line), Data::Search(vec![]));
    }
    assert_eq!(
        data("* SEARCH 2 5 (MODSEQ 917162500)"),
        Data::Search(vec![2, 5])
    );
    assert!(matches!(data("* SEARCH 2 x"), Data::Other(_)));

    let Data::Esearch(found) =
        data("* ESEARCH (TAG \"A283\") UID MIN 2 COUNT 3 MODSEQ 9 ALL 2,10:15,9:8")
    else {
        panic!();
    };
    assert_eq!((found.tag.as_deref(), found.uid), (Some("A283"), true));
    assert_eq!(
        (found.min, found.max, found.count),
        (Some(2), None, Some(3))
    );
    assert_eq!(
        found.numbers(100).collect::<Vec<_>>(),
        [2, 10, 11, 12, 13, 14, 15, 8, 9]
    );
    assert_eq!(found.numbers(2).collect::<Vec<_>>(), [2, 10]);
    let Data::Esearch(found) = data("* ESEARCH (TAG \"a1\") ALL 1:4294967295") else {
        panic!();
    };
    assert_eq!(found.numbers(usize::MAX).take(2).count(), 2);
    assert_eq!(data("* ESEARCH"), Data::Esearch(Esearch::default()));
}

#[test]
fn a_message() {
    let line = "* 12 FETCH (FLAGS (\\Seen) UID 4827313 X-GM-MSGID 12 INTERNALDATE \" 7-Feb-1994 21:52:25 -0800\" \
                RFC822.SIZE 4286 BODY (\"TEXT\" \"PLAIN\" NIL) BODY[HEADER.FIELDS (\"SUBJECT\" FROM)]<0> {13}\r\n\
                Subject: hi\r\n BODY[TEXT] NIL EMAILID (M1) BODY[1] \"a\\\"b\")";
    let Data::Fetch(fetch) = data(line) else {
        panic!();
    };
    assert_eq!(
        (fetch.seq, fetch.uid, fetch.size),
        (12, Some(4_827_313), Some(4286))
    );
    assert!(fetch.flags.as_ref().is_some_and(Flags::seen));
    let date = InternalDate {
        unix: 760_686_745,
        zone: -480,
    };
    assert_eq!(fetch.internal_date, Some(date));
    assert_eq!(
        fetch.section("body[header.fields (subject from)]"),
        Some(&b"Subject: hi\r\n"[..])
    );
    assert_eq!(fetch.section("BODY[1]"), Some(&b"a\"b"[..]));
    assert_eq!(fetch.section("BODY[TEXT]"), None);
    assert_eq!(fetch.section("BODY[]"), None);
    let Data::Fetch(fetch) = data("* 1 FETCH ()") else {
        panic!();
    };
    assert_eq!(
        fetch,
        Fetch {
            seq: 1,
            ..Fetch::default()
        }
    );
}

#[test]
fn mailboxes() {
    let table = [
        (
            "* LIST (\\Noselect \\HasChildren) \"/\" ~/Mail/foo",
            Some('/'),
            "~/Mail/foo",
        ),
        ("* LIST () NIL INBOX", None, "INBOX"),
        ("* LSUB () \"\\\\\" \"a b\"", Some('\\'), "a b"),
        ("* XLIST () \".\" {3}\r\nx\"y", Some('.'), "x\"y"),
        (
            "* LIST (\\Junk) \"/\" [Gmail]/Spam",
            Some('/'),
            "[Gmail]/Spam",
        ),
        (
            "* LIST () \"/\" \"Entw&APw-rfe\" (\"CHILDINFO\" (\"SUBSCRIBED\"))",
            Some('/'),
            "Entw&APw-rfe",
        ),
        ("* LIST () \"/\" NIL", Some('/'), "NIL"),
    ];
    for (line, delimiter, written) in table {
        let Data::List(list) = data(line) else {
            panic!("{line}");
        };
        assert_eq!(
            (list.delimiter, &list.name),
            (delimiter, &name(written)),
            "{line}"
        );
    }
    assert_eq!(name("Entw&APw-rfe").decoded(), "Entwürfe");
    assert_eq!(name("R&D").utf8(), "R&D");
    assert!(name("inbox").is_inbox());
}

#[test]
fn quotas_and_namespaces_and_ids() {
    let Data::Quota(quota) = data("* QUOTA \"\" (STORAGE 10 512 MESSAGE 5 100)") else {
        panic!();
    };
    assert_eq!(quota.root, "");
    assert_eq!(
        quota
            .resource("storage")
            .map(|found| (found.usage, found.limit)),
        Some((10, 512))
    );
    assert_eq!(quota.resource("MAILBOX"), None);
    assert!(matches!(data("* QUOTA x ()"), Data::Quota(_)));
    assert!(matches!(data("* QUOTA x (STORAGE a b)"), Data::Other(_)));
    assert_eq!(
        data("* QUOTAROOT INBOX \"\" \"User quota\""),
        Data::QuotaRoot(QuotaRoot {
            mailbox: name("INBOX"),
            roots: vec![String::new(), "User quota".to_owned()]
        })
    );
    assert!(matches!(data("* QUOTAROOT comp"), Data::QuotaRoot(root) if root.roots.is_empty()));
    let Data::Namespace(spaces) =
        data("* NAMESPACE ((\"\" \"/\")(\"#mh/\" \"/\" \"X\" (\"Y\"))) NIL ((\"Public/\" NIL))")
    else {
        panic!();
    };
    assert_eq!(spaces.personal.len(), 2);
    assert!(spaces.others.is_empty());
    assert_eq!(spaces.shared[0].prefix, name("Public/"));
    assert_eq!(spaces.shared[0].delimiter, None);
    let Data::Id(pairs) = data("* ID (\"name\" \"Dovecot\" \"version\" NIL)") else {
        panic!();
    };
    assert_eq!(pairs[0], ("name".to_owned(), Some("Dovecot".to_owned())));
    assert_eq!(pairs[1], ("version".to_owned(), None));
    assert_eq!(data("* ID NIL"), Data::Id(vec![]));
}

#[test]
fn the_rest_is_kept_as_it_came() {
    for line in [
        "* VANISHED (EARLIER) 300:310",
        "* 4294967296 EXISTS",
        "* 3 FETCH",
        "* 3 FETCH (UID 3",
        "* STATUS INBOX",
        "* LIST ()",
        "* (",
        "* 12",
        "* THREAD (2)(3 6 (4 23)(44 7 96))",
        "* METADATA {1}\r\nx",
    ] {
        assert_eq!(data(line), Data::Other(line.as_bytes().to_vec()), "{line}");
    }
}
