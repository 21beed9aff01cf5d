//! imap-codec as oracle: where it accepts what a server says, our values agree with its.

use imap_codec::ResponseCodec;
use imap_codec::decode::Decoder;
use imap_codec::imap_types::core::{AString, NString};
use imap_codec::imap_types::fetch::MessageDataItem;
use imap_codec::imap_types::mailbox::Mailbox;
use imap_codec::imap_types::response::{self as theirs, CommandContinuationRequest, StatusBody};
use imap_codec::imap_types::status::StatusDataItem;
use proptest::prelude::*;

use super::data::{Data, Fetch, MailboxName};
use super::frame::Framer;
use super::response::{Condition, Response};

/// What servers say: Dovecot, Cyrus, Courier, Gmail, Exchange, and the examples of RFC 3501 and 2087.
const LINES: [&str; 46] = [
    "* OK Dovecot ready.",
    "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ STARTTLS LOGINDISABLED] Dovecot ready.",
    "* OK The Microsoft Exchange IMAP4 service is ready.",
    "* OK Gimap ready for requests from 192.0.2.7 a1mb",
    "* BYE Logging out",
    "* BYE [UNAVAILABLE] try later",
    "* NO Disk is 98% full, please delete unnecessary data",
    "* BAD Empty command line",
    "* OK [UNSEEN 12] Message 12 is first unseen",
    "* OK [UIDVALIDITY 3857529045] UIDs valid",
    "* OK [UIDNEXT 4392] Predicted next UID",
    "* OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] Limited",
    "a1 OK LOGIN completed",
    "a1 OK [READ-ONLY] EXAMINE completed.",
    "a1 NO [AUTHENTICATIONFAILED] Authentication failed.",
    "a1 BAD Error in IMAP command received by server.",
    "a002 OK [ALERT] System shutdown in 10 minutes",
    "a1 NO [TRYCREATE] Mailbox does not exist",
    "* CAPABILITY IMAP4rev1 STARTTLS AUTH=GSSAPI XPIG-LATIN",
    "* CAPABILITY IMAP4rev1 LITERAL- AUTH=PLAIN AUTH=SCRAM-SHA-256 QUOTA QUOTA=RES-STORAGE",
    "* LIST (\\Noselect) \"/\" ~/Mail/foo",
    "* LIST (\\HasNoChildren \\Junk) \".\" \"INBOX.Spam mail\"",
    "* LIST () NIL INBOX",
    "* LIST () \"\\\\\" {4}\r\na\"b ",
    "* LSUB () \".\" #news.comp.mail.misc",
    "* LIST () \"/\" \"Entw&APw-rfe\"",
    "* LIST () \"/\" \"a \\\"quoted\\\" \\\\name\"",
    "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)",
    "* STATUS \"two words\" (MESSAGES 17 RECENT 2 UNSEEN 3 UIDVALIDITY 7)",
    "* STATUS inbox ()",
    "* SEARCH 2 3 6",
    "* SEARCH",
    "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded)",
    "* 23 EXISTS",
    "* 0 RECENT",
    "* 44 EXPUNGE",
    "* 23 FETCH (FLAGS (\\Seen) RFC822.SIZE 44827)",
    "* 12 FETCH (UID 4827313 FLAGS (\\Seen \\Recent $x) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")",
    "* 12 FETCH (BODY[HEADER.FIELDS (DATE FROM)] {14}\r\nFrom: a@b\r\n\r\n\n UID 7)",
    "* 2 FETCH (BODY[TEXT]<0> \"a\\\"b\" BODY[1.2.MIME] NIL BODY[] {0}\r\n)",
    "* 2 FETCH (BODYSTRUCTURE (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 2279 48) UID 3)",
    "* 12 FETCH (INTERNALDATE \" 1-Feb-2024 00:00:00 +0530\" RFC822.HEADER {4}\r\nA: b RFC822.TEXT NIL)",
    "* QUOTA \"\" (STORAGE 10 512 MESSAGE 5 100)",
    "* QUOTAROOT INBOX \"\" \"User quota\"",
    "+ idling",
    "+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2U+",
];

fn ours(stream: &[u8]) -> Response {
    let mut framer = Framer::default();
    framer.push(stream);
    let message = framer.next_message().unwrap().unwrap();
    assert!(framer.is_empty(), "{}", stream.escape_ascii());
    Response::parse(&message)
}

fn check_condition(ours: &Condition, theirs: &StatusBody<'_>) {
    assert_eq!(
        ours.status.name(),
        format!("{:?}", theirs.kind).to_uppercase()
    );
    check_text(ours, theirs.code.is_some(), theirs.text.as_ref());
}

fn check_text(ours: &Condition, has_code: bool, text: &str) {
    // Where the oracle has no text it makes one up; where it knows no code it takes it for text.
    if ours.text.is_empty() || (ours.code.is_some() && !has_code) {
        return;
    }
    assert_eq!(ours.code.is_some(), has_code);
    assert_eq!(ours.text, text.as_bytes());
}

fn check_name(ours: &MailboxName, theirs: &Mailbox<'_>) {
    match theirs {
        Mailbox::Inbox => assert!(ours.is_inbox()),
        Mailbox::Other(name) => assert_eq!(ours.0, name.as_ref()),
    }
}

fn check_fetch(ours: &Fetch, items: &[MessageDataItem<'_>]) {
    let section = |name: &str, theirs: &NString<'_>| {
        let theirs = theirs.clone().into_option();
        assert_eq!(ours.section(name), theirs.as_deref(), "{name}");
    };
    let bodies: Vec<_> = items
        .iter()
        .filter_map(|item| match item {
            MessageDataItem::BodyExt { data, .. } => data.clone().into_option(),
            _ => None,
        })
        .collect();
    let found: Vec<_> = ours
        .sections
        .iter()
        .filter(|(name, _)| name.to_uppercase().starts_with("BODY["))
        .map(|(_, bytes)| bytes.as_slice())
        .collect();
    assert!(found.iter().copied().eq(bodies.iter().map(AsRef::as_ref)));
    for item in items {
        match item {
            MessageDataItem::Uid(uid) => assert_eq!(ours.uid, Some(uid.get())),
            MessageDataItem::Rfc822Size(size) => assert_eq!(ours.size, Some(u64::from(*size))),
            MessageDataItem::Flags(flags) => {
                assert_eq!(ours.flags.as_ref().unwrap().iter().count(), flags.len());
            }
            MessageDataItem::InternalDate(date) => {
                let (ours, theirs) = (ours.internal_date.unwrap(), date.as_ref());
                assert_eq!(ours.unix, theirs.timestamp());
                assert_eq!(ours.zone * 60, theirs.offset().local_minus_utc());
            }
            MessageDataItem::Rfc822(text) => section("RFC822", text),
            MessageDataItem::Rfc822Header(text) => section("RFC822.HEADER", text),
            MessageDataItem::Rfc822Text(text) => section("RFC822.TEXT", text),
            _ => {}
        }
    }
}

fn check_data(ours: &Data, theirs: &theirs::Data<'_>) {
    match (ours, theirs) {
        (Data::Capability(ours), theirs::Data::Capability(theirs)) => {
            let theirs: Vec<_> = theirs.as_ref().iter().map(ToString::to_string).collect();
            // The oracle drops one byte of any kind between `QUOTA=` and `RES-`.
            let comparable = |name: &String| !name.starts_with("QUOTA=");
            let ours = ours.names().map(str::to_uppercase).filter(comparable);
            let theirs = theirs
                .iter()
                .map(|name| name.to_uppercase())
                .filter(comparable);
            let (ours, theirs): (Vec<_>, Vec<_>) = (ours.collect(), theirs.collect());
            assert_eq!(ours, theirs);
        }
        (
            Data::List(ours),
            theirs::Data::List {
                items,
                delimiter,
                mailbox,
            }
            | theirs::Data::Lsub {
                items,
                delimiter,
                mailbox,
            },
        ) => {
            assert_eq!(ours.flags.iter().count(), items.len());
            assert_eq!(
                ours.delimiter,
                delimiter.as_ref().map(|delimiter| delimiter.inner())
            );
            check_name(&ours.name, mailbox);
        }
        (Data::Status(ours), theirs::Data::Status { mailbox, items }) => {
            check_name(&ours.mailbox, mailbox);
            for item in items.iter() {
                let (name, value) = match item {
                    StatusDataItem::Messages(value) => ("MESSAGES", u64::from(*value)),
                    StatusDataItem::Recent(value) => ("RECENT", u64::from(*value)),
                    StatusDataItem::UidNext(value) => ("UIDNEXT", u64::from(value.get())),
                    StatusDataItem::UidValidity(value) => ("UIDVALIDITY", u64::from(value.get())),
                    StatusDataItem::Unseen(value) => ("UNSEEN", u64::from(*value)),
                    StatusDataItem::Deleted(value) => ("DELETED", u64::from(*value)),
                    StatusDataItem::DeletedStorage(value) => ("DELETED-STORAGE", *value),
                };
                let all = ours.items.iter().filter(|(known, _)| known == name);
                assert!(all.map(|(_, value)| *value).any(|ours| ours == value));
            }
        }
        (Data::Search(ours), theirs::Data::Search(theirs)) => {
            assert!(
                ours.iter()
                    .copied()
                    .eq(theirs.iter().map(|number| number.get()))
            );
        }
        (Data::Flags(ours), theirs::Data::Flags(theirs)) => {
            assert_eq!(ours.iter().count(), theirs.len())
        }
        (Data::Exists(ours), theirs::Data::Exists(theirs)) => assert_eq!(ours, theirs),
        (Data::Recent(ours), theirs::Data::Recent(theirs)) => assert_eq!(ours, theirs),
        (Data::Expunge(ours), theirs::Data::Expunge(theirs)) => assert_eq!(*ours, theirs.get()),
        (Data::Fetch(ours), theirs::Data::Fetch { seq, items }) => {
            assert_eq!(ours.seq, seq.get());
            check_fetch(ours, items.as_ref());
        }
        (Data::Enabled(ours), theirs::Data::Enabled { capabilities }) => {
            assert_eq!(ours.names().count(), capabilities.len());
        }
        (Data::Quota(ours), theirs::Data::Quota { root, quotas }) => {
            assert_eq!(ours.root.as_bytes(), root.as_ref());
            let ours = ours
                .resources
                .iter()
                .map(|resource| (resource.usage, resource.limit));
            assert!(
                ours.eq(quotas
                    .as_ref()
                    .iter()
                    .map(|quota| (quota.usage, quota.limit)))
            );
        }
        (Data::QuotaRoot(ours), theirs::Data::QuotaRoot { mailbox, roots }) => {
            check_name(&ours.mailbox, mailbox);
            assert!(
                ours.roots
                    .iter()
                    .map(String::as_bytes)
                    .eq(roots.iter().map(AString::as_ref))
            );
        }
        // Kinds that we do not tell apart.
        (Data::Other(_), theirs::Data::Sort(_) | theirs::Data::Thread(_)) => {}
        _ => panic!("{ours:?} but {theirs:?}"),
    }
}

/// Compares; false where the oracle does not accept the line, so that there is nothing to compare.
fn agree(text: &[u8]) -> bool {
    let stream = [text, b"\r\n"].concat();
    let Ok((rest, response)) = ResponseCodec::default().decode(&stream) else {
        return false;
    };
    if !rest.is_empty() {
        return false;
    }
    match (ours(&stream), &response) {
        (Response::Continue { .. }, theirs::Response::CommandContinuationRequest(request)) => {
            assert!(matches!(
                request,
                CommandContinuationRequest::Basic(_) | CommandContinuationRequest::Base64(_)
            ));
        }
        (Response::Untagged(ours), theirs::Response::Status(theirs::Status::Untagged(theirs))) => {
            check_condition(&ours, theirs);
        }
        (Response::Untagged(ours), theirs::Response::Status(theirs::Status::Bye(theirs))) => {
            assert_eq!(ours.status.name(), "BYE");
            check_text(&ours, theirs.code.is_some(), theirs.text.as_ref());
        }
        (
            Response::Tagged { tag, condition },
            theirs::Response::Status(theirs::Status::Tagged(theirs)),
        ) => {
            assert_eq!(tag, theirs.tag.as_ref());
            check_condition(&condition, &theirs.body);
        }
        (Response::Data(ours), theirs::Response::Data(theirs)) => check_data(&ours, theirs),
        (ours, theirs) => panic!("{ours:?} but {theirs:?}"),
    }
    true
}

#[test]
fn real_lines_mean_the_same() {
    let refused: Vec<_> = LINES
        .iter()
        .filter(|line| !agree(line.as_bytes()))
        .collect();
    assert_eq!(refused, [] as [&&str; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn changed_lines_mean_the_same(
        line in prop::sample::select(LINES.to_vec()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b" ()\"\\[]{}1aNIL*+.-\r\n".to_vec()), 0..3), 1..4),
    ) {
        let mut bytes = line.as_bytes().to_vec();
        for (index, byte, how) in changes {
            let at = index.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
            if bytes.is_empty() {
                bytes.push(byte);
            }
        }
        agree(&bytes);
    }
}
