//! What a POP3 server can say that is wrong, or right and bad news.

use super::super::sasl::Mechanism;
use super::super::scenario::{Service, Transport};
use super::{ALARM, ANY, Action, CRITICAL, Fault, OK, Phase, Twist, per_word};

const POP3: &[Service] = &[Service::Pop3];

pub fn faults() -> Vec<Fault> {
    let mut all = Vec::new();
    let steps = [
        Phase::Capability,
        Phase::Starttls,
        Phase::SecureCapability,
        Phase::Login,
        Phase::Stat,
        Phase::List,
        Phase::Uidl,
        Phase::Top,
        Phase::Quit,
    ];
    for phase in steps {
        let refusals: [(&str, Action); 4] = [
            ("err", Action::Reply(b"-ERR not now\r\n")),
            (
                "sys-temp",
                Action::Reply(b"-ERR [SYS/TEMP] try again later\r\n"),
            ),
            (
                "sys-perm",
                Action::Reply(b"-ERR [SYS/PERM] the administrator has to act\r\n"),
            ),
            ("nonsense", Action::Reply(b"+OKAY\r\n")),
        ];
        for (suffix, action) in refusals {
            all.extend(
                per_word(POP3, phase, suffix, action)
                    .into_iter()
                    .map(|f| match phase {
                        Phase::Quit => f.wanted(OK),
                        // Servers without CAPA and without TOP are old, not broken.
                        Phase::Capability | Phase::SecureCapability | Phase::Top | Phase::Uidl => {
                            f.wanted(ANY)
                        }
                        Phase::Login | Phase::Stat | Phase::List if suffix == "sys-temp" => {
                            f.wanted(ALARM)
                        }
                        _ => f.wanted(CRITICAL),
                    }),
            );
        }
    }
    all.extend(greetings());
    all.extend(logins());
    all.extend(mailboxes());
    all
}

fn greetings() -> Vec<Fault> {
    let says = |name, text| Fault::new(name, POP3, Phase::Greeting, Action::Reply(text));
    vec![
        says("greeting-err", b"").acting(Action::ReplyClose(b"-ERR no service here\r\n")),
        says("greeting-sys-temp", b"")
            .acting(Action::ReplyClose(
                b"-ERR [SYS/TEMP] too many connections\r\n",
            ))
            .wanted(ALARM),
        says("greeting-sys-perm", b"").acting(Action::ReplyClose(b"-ERR [SYS/PERM] disabled\r\n")),
        says("greeting-pop3-okay", b"+OKAY ready\r\n").about("+OKAY is no status"),
        says("greeting-pop3-lower-case", b"+ok ready\r\n").wanted(ANY),
        says("greeting-pop3-code-only", b"+OK\r\n").wanted(OK),
        says("greeting-pop3-imap", b"* OK IMAP4rev1 ready\r\n").about("an IMAP server"),
        says(
            "greeting-pop3-http",
            b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        )
        .about("a web server"),
        says(
            "greeting-pop3-bad-stamp",
            b"+OK ready <not@a stamp <<@> @>\r\n",
        )
        .wanted(ANY)
        .about("odd APOP time stamps"),
        says(
            "greeting-pop3-pipe-perfdata",
            b"+OK evil | time=0s;;;0 size=1B 'x'=9\r\n",
        )
        .wanted(OK)
        .about("a greeting that looks like perfdata"),
        says(
            "greeting-pop3-escapes",
            b"+OK \x1b[2J\x1b]0;owned\x07mail\x08\x7f\x9b31m ready\r\n",
        )
        .wanted(OK)
        .about("terminal escape sequences"),
        says("greeting-pop3-latin1", b"+OK m\xfcller gr\xfc\xdft\r\n")
            .wanted(OK)
            .about("Latin-1 bytes"),
        says("greeting-pop3-nul", b"+OK mail\x00 evil\r\n")
            .wanted(ANY)
            .about("a NUL byte"),
        says("greeting-pop3-no-newline", b"").acting(Action::ReplySilence(b"+OK ready")),
        says("greeting-pop3-no-newline-close", b"").acting(Action::ReplyClose(b"+OK ready")),
    ]
}

fn logins() -> Vec<Fault> {
    let says = |name, text| Fault::new(name, POP3, Phase::Login, Action::Reply(text));
    vec![
        says("auth-err-auth", b"-ERR [AUTH] invalid credentials\r\n"),
        says(
            "auth-err-in-use",
            b"-ERR [IN-USE] mailbox is locked by another session\r\n",
        )
        .wanted(ALARM),
        says(
            "auth-err-login-delay",
            b"-ERR [LOGIN-DELAY] 10 minutes between logins\r\n",
        )
        .wanted(ALARM),
        says("auth-err-quota", b"-ERR [SYS/PERM] mailbox is corrupt\r\n"),
        says("auth-ok-unsolicited", b"")
            .named("auth-ok-unsolicited-pop3")
            .acting(Action::After(b"+OK one more\r\n"))
            .wanted(ANY)
            .about("a second +OK in the segment of the login's"),
        Fault::new(
            "auth-bad-base64-pop3",
            POP3,
            Phase::Auth,
            Action::Reply(b"+ !!! not base64 !!!\r\n"),
        )
        .offering(&[Mechanism::CramMd5])
        .about("a challenge that is not base64"),
        Fault::new(
            "pop3-login-disabled",
            POP3,
            Phase::Capability,
            Action::Twist(Twist::LoginDisabled),
        )
        .offering(&[Mechanism::External])
        .about("neither USER nor a mechanism is offered"),
    ]
}

fn mailboxes() -> Vec<Fault> {
    let says = |name, phase, text| Fault::new(name, POP3, phase, Action::Reply(text));
    let lies = |name, phase, twist| Fault::new(name, POP3, phase, Action::Twist(twist)).wanted(ANY);
    vec![
        says("stat-words", Phase::Stat, b"+OK many big\r\n"),
        says("stat-negative", Phase::Stat, b"+OK -3 -5\r\n"),
        says(
            "stat-overflow",
            Phase::Stat,
            b"+OK 99999999999999999999 99999999999999999999\r\n",
        ),
        says("stat-short", Phase::Stat, b"+OK 3\r\n"),
        says("stat-in-use", Phase::Stat, b"-ERR [IN-USE] locked\r\n").wanted(ALARM),
        lies("stat-disagrees", Phase::Stat, Twist::StatDisagrees)
            .about("STAT counts one message more than LIST"),
        lies("uidl-disagrees", Phase::Uidl, Twist::UidlDisagrees)
            .about("UIDL has one message less than LIST"),
        lies("uidl-twice", Phase::Uidl, Twist::UidlTwice)
            .about("the same unique id for all messages"),
        lies("top-no-dot-stuffing", Phase::Top, Twist::NoDotStuffing)
            .about("a line with a lone dot in the message"),
        says(
            "list-words",
            Phase::List,
            b"+OK\r\none big\r\n-1 -1\r\n.\r\n",
        )
        .wanted(ANY)
        .named("list-words-pop3"),
        says(
            "uidl-odd",
            Phase::Uidl,
            b"+OK\r\n1\r\n0 x\r\n2 \x01\x02\r\n3 a b c\r\n.\r\n",
        )
        .wanted(ANY),
        says("top-no-header", Phase::Top, b"+OK\r\n.\r\n")
            .wanted(ANY)
            .about("an empty message"),
        says("capa-empty", Phase::Capability, b"+OK\r\n.\r\n")
            .over(&[Transport::Plain, Transport::Tls])
            .wanted(ANY)
            .about("no capability at all"),
    ]
}
