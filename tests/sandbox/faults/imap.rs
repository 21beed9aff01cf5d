//! What an IMAP server can say that is wrong, or right and bad news.

use std::time::Duration;

use super::super::sasl::Mechanism;
use super::super::scenario::{Service, Transport};
use super::{ALARM, ANY, Action, CRITICAL, Fault, OK, Phase, Twist, WARNING, per_word};

const IMAP: &[Service] = &[Service::Imap];
const IN_CLEAR: &[Transport] = &[Transport::Plain, Transport::Tls];

pub fn faults() -> Vec<Fault> {
    let mut all = Vec::new();
    let steps = [
        Phase::Capability,
        Phase::Starttls,
        Phase::SecureCapability,
        Phase::Login,
        Phase::List,
        Phase::Status,
        Phase::Select,
        Phase::Search,
        Phase::Fetch,
        Phase::Append,
        Phase::Quota,
    ];
    for phase in steps {
        let refusals: [(&str, Action); 4] = [
            ("no", Action::Reply(b"{tag} NO not now\r\n")),
            ("bad", Action::Reply(b"{tag} BAD what is that\r\n")),
            ("bye", Action::ReplyClose(b"* BYE shutting down\r\n")),
            (
                "wrong-tag",
                Action::ReplySilence(b"x{tag} OK for somebody else\r\n"),
            ),
        ];
        for (suffix, action) in refusals {
            all.extend(
                per_word(IMAP, phase, suffix, action)
                    .into_iter()
                    .map(|f| match phase {
                        // What a check can do without.
                        Phase::Capability | Phase::SecureCapability | Phase::Quota
                            if suffix != "bye" =>
                        {
                            f.wanted(ANY)
                        }
                        _ => f.wanted(CRITICAL),
                    }),
            );
        }
    }
    all.extend(greetings());
    all.extend(logins());
    all.extend(mailboxes());
    all.extend(ends());
    all
}

fn greetings() -> Vec<Fault> {
    let says = |name, text| Fault::new(name, IMAP, Phase::Greeting, Action::Reply(text));
    let closes = |name, text| Fault::new(name, IMAP, Phase::Greeting, Action::ReplyClose(text));
    vec![
        closes("greeting-bye", b"* BYE too many connections\r\n"),
        closes(
            "greeting-bye-unavailable",
            b"* BYE [UNAVAILABLE] the user database is down\r\n",
        ),
        closes(
            "greeting-bye-alert",
            b"* BYE [ALERT] closed for maintenance until 06:00\r\n",
        ),
        says(
            "greeting-preauth",
            b"* PREAUTH mail.example.test ready, you are probe\r\n",
        )
        .over(IN_CLEAR)
        .wanted(ANY)
        .about("PREAUTH: no login needed"),
        says(
            "greeting-preauth-starttls",
            b"* PREAUTH mail.example.test ready\r\n",
        )
        .over(&[Transport::Starttls])
        .about("PREAUTH, which keeps STARTTLS out (CVE-2020-12398 and its like)"),
        says(
            "greeting-alert",
            b"* OK [ALERT] maintenance tonight at 22:00\r\n",
        )
        .wanted(ANY)
        .about("[ALERT] to be shown"),
        says("greeting-ok-in-lower-case", b"* ok ready\r\n").wanted(OK),
        says("greeting-okay", b"* OKAY ready\r\n").about("OKAY is no status"),
        says("greeting-no", b"* NO not today\r\n"),
        says("greeting-tagged", b"a1 OK ready\r\n"),
        says("greeting-imap-code-only", b"* OK\r\n").wanted(ANY),
        says(
            "greeting-open-code",
            b"* OK [CAPABILITY IMAP4rev1 STARTTLS\r\n",
        )
        .wanted(ANY)
        .about("a code without its end"),
        says("greeting-smtp", b"220 mail.example.test ESMTP\r\n").about("an SMTP server"),
        says(
            "greeting-imap-http",
            b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        )
        .about("a web server"),
        says(
            "greeting-imap-pipe-perfdata",
            b"* OK evil | time=0s;;;0 size=1B 'x'=9\r\n",
        )
        .wanted(OK)
        .about("a greeting that looks like perfdata"),
        says(
            "greeting-imap-escapes",
            b"* OK \x1b[2J\x1b]0;owned\x07mail\x08\x7f\x9b31m ready\r\n",
        )
        .wanted(OK)
        .about("terminal escape sequences"),
        says("greeting-imap-latin1", b"* OK m\xfcller gr\xfc\xdft\r\n")
            .wanted(OK)
            .about("Latin-1 bytes"),
        says("greeting-imap-nul", b"* OK mail\x00 evil\r\n")
            .wanted(ANY)
            .about("a NUL byte"),
        says("greeting-imap-no-newline", b"").acting(Action::ReplySilence(b"* OK ready")),
        says("greeting-imap-no-newline-close", b"").acting(Action::ReplyClose(b"* OK ready")),
        says("greeting-imap-preceded", b"")
            .acting(Action::BeforeAndDelay(
                b"* OK one moment\r\n",
                Duration::from_millis(100),
            ))
            .wanted(ANY)
            .about("two greetings"),
        closes("greeting-imap-literal", b"* OK {4294967296}\r\nready\r\n")
            .wanted(ANY)
            .about("a literal in the greeting"),
    ]
}

fn logins() -> Vec<Fault> {
    let says = |name, text| Fault::new(name, IMAP, Phase::Login, Action::Reply(text));
    vec![
        says(
            "auth-no-authenticationfailed",
            b"{tag} NO [AUTHENTICATIONFAILED] invalid credentials\r\n",
        ),
        says(
            "auth-no-unavailable",
            b"{tag} NO [UNAVAILABLE] the user database is down\r\n",
        )
        .wanted(ALARM),
        says(
            "auth-no-contactadmin",
            b"{tag} NO [CONTACTADMIN] account locked\r\n",
        ),
        says(
            "auth-no-expired",
            b"{tag} NO [EXPIRED] password expired\r\n",
        ),
        says(
            "auth-no-privacyrequired",
            b"{tag} NO [PRIVACYREQUIRED] TLS first\r\n",
        ),
        says(
            "auth-no-limit",
            b"{tag} NO [LIMIT] too many connections of this user\r\n",
        )
        .wanted(ALARM),
        says("auth-no-inuse", b"{tag} NO [INUSE] mailbox is locked\r\n").wanted(ALARM),
        says(
            "auth-no-alert",
            b"{tag} NO [ALERT] Application-specific password required\r\n",
        ),
        says(
            "auth-ok-alert",
            b"{tag} OK [ALERT] your password ends in 3 days\r\n",
        )
        .wanted(ANY),
        says("auth-ok-unsolicited", b"")
            .acting(Action::After(b"* 3 EXISTS\r\n* OK [ALERT] quota low\r\n"))
            .wanted(ANY)
            .about("unsolicited data in the segment of the login's OK"),
        says("auth-bye-then-ok", b"").acting(Action::ReplyClose(
            b"* BYE [UNAVAILABLE] gone\r\n{tag} OK logged in\r\n",
        )),
        Fault::new(
            "logindisabled",
            IMAP,
            Phase::Capability,
            Action::Twist(Twist::LoginDisabled),
        )
        .about("LOGINDISABLED even after TLS, and no mechanism")
        .offering(&[Mechanism::External]),
        Fault::new(
            "auth-bad-base64-imap",
            IMAP,
            Phase::Auth,
            Action::Reply(b"+ !!! not base64 !!!\r\n"),
        )
        .offering(&[Mechanism::CramMd5])
        .about("a challenge that is not base64"),
        Fault::new(
            "auth-unasked-continuation",
            IMAP,
            Phase::Auth,
            Action::Before(b"+ \r\n+ \r\n"),
        )
        .offering(&[Mechanism::CramMd5])
        .about("continuation requests out of the blue"),
    ]
}

fn mailboxes() -> Vec<Fault> {
    let says = |name, phase, text| Fault::new(name, IMAP, phase, Action::Reply(text));
    let huge: &[u8] = b"* 1 FETCH (UID 1 BODY[] {4294967295}\r\n";
    let beyond: &[u8] = b"* 1 FETCH (UID 1 BODY[] {99999999999999999999999}\r\n";
    let deep: &'static [u8] = Box::leak(
        [b"* 1 FETCH ".as_slice(), &[b'('; 100_000], b"\r\n"]
            .concat()
            .into_boxed_slice(),
    );
    vec![
        says(
            "select-nonexistent",
            Phase::Select,
            b"{tag} NO [NONEXISTENT] no such mailbox\r\n",
        ),
        says(
            "select-noperm",
            Phase::Select,
            b"{tag} NO [NOPERM] permission denied\r\n",
        ),
        says(
            "select-serverbug",
            Phase::Select,
            b"{tag} NO [SERVERBUG] internal error\r\n",
        ),
        says(
            "select-inuse",
            Phase::Select,
            b"{tag} NO [INUSE] locked\r\n",
        )
        .wanted(ALARM),
        says(
            "select-corruption",
            Phase::Select,
            b"{tag} NO [CORRUPTION] index is broken\r\n",
        ),
        says(
            "select-odd-numbers",
            Phase::Select,
            b"* 99999999999999999999 EXISTS\r\n* -1 RECENT\r\n{tag} OK done\r\n",
        )
        .wanted(ANY),
        says(
            "select-without-exists",
            Phase::Select,
            b"{tag} OK [READ-WRITE] done\r\n",
        )
        .wanted(ANY),
        says(
            "status-odd-numbers",
            Phase::Status,
            b"* STATUS INBOX (MESSAGES x UNSEEN 4294967296)\r\n{tag} OK done\r\n",
        )
        .wanted(ALARM),
        says("status-nothing", Phase::Status, b"{tag} OK done\r\n").wanted(ALARM),
        says(
            "list-literal",
            Phase::List,
            b"* LIST (\\HasNoChildren) NIL {5}\r\nINBOX\r\n{tag} OK done\r\n",
        )
        .wanted(ANY)
        .about("a name as a literal, no delimiter"),
        says(
            "list-bad-utf7",
            Phase::List,
            b"* LIST () \"/\" \"&AAA\"\r\n* LIST () \"/\" \"&!!-\"\r\n{tag} OK done\r\n",
        )
        .wanted(ANY)
        .about("names that are not modified UTF-7"),
        says(
            "list-open-quote",
            Phase::List,
            b"* LIST () \"/\" \"INBOX\r\n{tag} OK done\r\n",
        )
        .wanted(ANY),
        says("search-empty", Phase::Search, b"{tag} OK done\r\n")
            .wanted(ANY)
            .about("OK without a SEARCH line"),
        says(
            "search-zero",
            Phase::Search,
            b"* SEARCH 0 4294967296 x\r\n{tag} OK done\r\n",
        )
        .wanted(ANY),
        Fault::new(
            "search-lies",
            IMAP,
            Phase::Search,
            Action::Twist(Twist::SearchLies),
        )
        .wanted(ANY)
        .about("SEARCH names messages that do not match"),
        says("fetch-nothing", Phase::Fetch, b"{tag} OK done\r\n")
            .wanted(ANY)
            .about("messages have gone meanwhile"),
        says(
            "fetch-nil",
            Phase::Fetch,
            b"* 1 FETCH (UID 1 BODY[] NIL INTERNALDATE NIL)\r\n{tag} OK done\r\n",
        )
        .wanted(ANY),
        says("fetch-literal-4g", Phase::Fetch, b"")
            .acting(Action::ReplyEndless(huge))
            .about("a literal of 4 GB, and it comes"),
        says("fetch-literal-4g-silence", Phase::Fetch, b"")
            .acting(Action::ReplySilence(huge))
            .about("a literal of 4 GB, announced"),
        says("fetch-literal-beyond", Phase::Fetch, b"")
            .acting(Action::ReplySilence(beyond))
            .about("a literal beyond 64 bits"),
        says("fetch-deep", Phase::Fetch, b"")
            .acting(Action::Reply(deep))
            .about("100 000 open brackets"),
        says(
            "fetch-bad-date",
            Phase::Fetch,
            b"* 1 FETCH (UID 1 INTERNALDATE \"99-Foo-0000 99:99:99 +9999\")\r\n{tag} OK done\r\n",
        )
        .wanted(ANY),
        says(
            "fetch-expunged",
            Phase::Fetch,
            b"* 1 EXPUNGE\r\n{tag} NO [EXPUNGEISSUED] some messages have gone\r\n",
        )
        .wanted(ANY),
        says("fetch-unasked", Phase::Fetch, b"")
            .acting(Action::Before(
                b"* 7 FETCH (FLAGS (\\Seen))\r\n* 9 EXISTS\r\n* OK [X-NEW \"]\"] hm\r\n",
            ))
            .wanted(ANY)
            .about("unsolicited lines before the answer"),
        says(
            "append-overquota",
            Phase::Append,
            b"{tag} NO [OVERQUOTA] quota exceeded\r\n",
        ),
        says(
            "append-trycreate",
            Phase::Append,
            b"{tag} NO [TRYCREATE] no such mailbox\r\n",
        ),
        says(
            "quota-full",
            Phase::Quota,
            b"* QUOTAROOT INBOX q\r\n* QUOTA q (STORAGE 10240 10240)\r\n{tag} OK done\r\n",
        )
        .wanted(ANY),
        says(
            "quota-zero",
            Phase::Quota,
            b"* QUOTAROOT INBOX q\r\n* QUOTA q (STORAGE 5 0)\r\n{tag} OK done\r\n",
        )
        .wanted(ANY),
    ]
}

fn ends() -> Vec<Fault> {
    let says = |name, text| Fault::new(name, IMAP, Phase::Quit, Action::Reply(text));
    vec![
        says("logout-no", b"{tag} NO stay\r\n"),
        says("logout-bad", b"{tag} BAD stay\r\n"),
        says("logout-without-bye", b"{tag} OK bye\r\n"),
        says("logout-bye-only", b"").acting(Action::ReplyClose(b"* BYE\r\n")),
        says("logout-flood", b"")
            .about("untagged lines without end")
            .acting(Action::EndlessReply)
            .wanted(OK),
        Fault::new("untagged-flood", IMAP, Phase::Login, Action::EndlessReply)
            .about("untagged lines without end at the login"),
        Fault::new(
            "capability-huge",
            IMAP,
            Phase::Capability,
            Action::Reply(huge_capability()),
        )
        .wanted(ANY)
        .about("a capability line of 200 kB"),
        Fault::new(
            "capability-untagged-only",
            IMAP,
            Phase::Capability,
            Action::ReplySilence(b"* CAPABILITY IMAP4rev1\r\n"),
        ),
        Fault::new(
            "capability-none",
            IMAP,
            Phase::Capability,
            Action::Reply(b"{tag} OK done\r\n"),
        )
        .wanted(ANY),
        Fault::new(
            "select-warning",
            IMAP,
            Phase::Select,
            Action::Before(b"* NO [ALERT] the disk is full\r\n"),
        )
        .wanted(&[0, 1, 2])
        .about("an untagged NO with [ALERT] before the answer"),
    ]
    .into_iter()
    .inspect(|fault| debug_assert!(fault.wanted != WARNING))
    .collect()
}

fn huge_capability() -> &'static [u8] {
    let words: String = (0..10_000).map(|n| format!(" X-CAPABILITY-{n}")).collect();
    Box::leak(
        format!("* CAPABILITY IMAP4rev1{words}\r\n{{tag}} OK done\r\n")
            .into_bytes()
            .into_boxed_slice(),
    )
}
