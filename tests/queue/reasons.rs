//! Reasons of real servers, and their classes.

use mailprobe::queue::Class;
use mailprobe::queue::Class::{
    Auth, Dns, Greylisted, Local, Lost, MailboxFull, Other, Policy, RateLimited, Refused, TimedOut,
    Tls, Unavailable, Unreachable, UserUnknown,
};

const REASONS: &[(&str, Class)] = &[
    // Postfix's own.
    (
        "connect to mx.example.net[192.0.2.1]:25: Connection timed out",
        TimedOut,
    ),
    (
        "connect to mx.example.net[192.0.2.1]:25: Connection refused",
        Refused,
    ),
    (
        "connect to mx.example.net[2001:db8::1]:25: Network is unreachable",
        Unreachable,
    ),
    (
        "connect to mx.example.net[192.0.2.1]:25: No route to host",
        Unreachable,
    ),
    (
        "conversation with mx.example.net[192.0.2.1] timed out while receiving the initial server greeting",
        TimedOut,
    ),
    (
        "conversation with mx.example.net[192.0.2.1] timed out while sending RCPT TO",
        TimedOut,
    ),
    (
        "lost connection with mx.example.net[192.0.2.1] while receiving the initial server greeting",
        Lost,
    ),
    (
        "lost connection with mx.example.net[192.0.2.1] while sending end of data -- message may be sent more than once",
        Lost,
    ),
    (
        "Host or domain name not found. Name service error for name=example.net type=MX: Host not found, try again",
        Dns,
    ),
    (
        "Host or domain name not found. Name service error for name=mx.example.net type=A: Host not found",
        Dns,
    ),
    (
        "unable to look up host mx.example.net: Temporary failure in name resolution",
        Dns,
    ),
    ("mail transport unavailable", Local),
    ("unknown mail transport error", Local),
    (
        "temporary failure. Command output: local: fatal: cannot update mailbox /var/mail/alice for user alice. error writing message: Disk quota exceeded",
        MailboxFull,
    ),
    ("Server certificate not trusted", Tls),
    ("Cannot start TLS: handshake failure", Tls),
    (
        "TLS is required, but was not offered by host mx.example.net[192.0.2.1]",
        Tls,
    ),
    ("TLSA lookup error for mx.example.net:25", Tls),
    (
        "SASL authentication failed; server mx.example.net[192.0.2.1] said: 535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6",
        Auth,
    ),
    (
        "SASL authentication failed; cannot authenticate to server mx.example.net[192.0.2.1]: no mechanism available",
        Auth,
    ),
    ("mail for example.net loops back to myself", Local),
    ("bounce or trace service failure", Local),
    (
        "host mx.example.net[192.0.2.1] refused to talk to me: 554 5.7.1 Service unavailable; Client host [198.51.100.1] blocked using zen.spamhaus.org",
        Policy,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 450 4.2.0 <bob@example.net>: Recipient address rejected: Greylisted, see http://postgrey.example.org/help/example.net.html (in reply to RCPT TO command)",
        Greylisted,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 450 4.7.1 <bob@example.net>: Recipient address rejected: Greylisting in effect, please come back later (in reply to RCPT TO command)",
        Greylisted,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 451 4.7.1 Greylisting in action, please try again in 300 seconds (in reply to end of DATA command)",
        Greylisted,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 451 Resources temporarily unavailable. Please try again later [#4.16.5].",
        Unavailable,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 450 4.1.1 <bob@example.net>: Recipient address rejected: User unknown in local recipient table (in reply to RCPT TO command)",
        UserUnknown,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 550 5.1.1 <bob@example.net>: Recipient address rejected: User unknown in virtual mailbox table",
        UserUnknown,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 452 4.2.2 <bob@example.net>: user is over quota (in reply to RCPT TO command)",
        MailboxFull,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 452 4.3.1 Insufficient system storage (in reply to MAIL FROM command)",
        Unavailable,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 450 4.7.25 Client host rejected: cannot find your hostname, [198.51.100.1]",
        Policy,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 554 5.7.1 <bob@example.net>: Relay access denied (in reply to RCPT TO command)",
        Auth,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 450 4.1.8 <a@example.org>: Sender address rejected: Domain not found",
        Dns,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 421 4.7.0 mx.example.net Error: too many errors",
        RateLimited,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 421 4.4.2 mx.example.net Error: timeout exceeded (in reply to end of DATA command)",
        TimedOut,
    ),
    (
        "host mx.example.net[192.0.2.1] refused to talk to me: 421 Too many concurrent SMTP connections; please try again later.",
        RateLimited,
    ),
    (
        "host mx.example.net[192.0.2.1] refused to talk to me: 421 mx.example.net Service not available, closing transmission channel",
        Unavailable,
    ),
    (
        "host mx.example.net[192.0.2.1] said: 552 5.3.4 Message size exceeds fixed limit (in reply to MAIL FROM command)",
        Policy,
    ),
    (
        "host mx.example.net[private/dovecot-lmtp] said: 452 4.2.2 <bob@example.net> Quota exceeded (mailbox for user is full)",
        MailboxFull,
    ),
    (
        "connect to mx.example.net[private/dovecot-lmtp]: No such file or directory",
        Local,
    ),
    // Exim.
    (
        "H=mx.example.net [192.0.2.1]: Connection timed out",
        TimedOut,
    ),
    ("Connection refused", Refused),
    ("host lookup did not complete", Dns),
    ("Unrouteable address", UserUnknown),
    ("all relevant MX records point to non-existent hosts", Dns),
    ("SMTP timeout after initial connection", TimedOut),
    (
        "SMTP error from remote mail server after RCPT TO:<bob@example.net>: 451 4.7.1 Temporarily rejected. Try again later.",
        Policy,
    ),
    (
        "Remote host mx.example.net closed connection in response to initial connection",
        Lost,
    ),
    (
        "TLS session: (gnutls_handshake): A TLS fatal alert has been received.",
        Tls,
    ),
    (
        "a TLS session is required, but the server did not offer TLS support",
        Tls,
    ),
    // Sendmail.
    (
        "Deferred: Connection timed out with mx.example.net.",
        TimedOut,
    ),
    ("Deferred: Connection refused by mx.example.net.", Refused),
    (
        "Deferred: Name server: mx.example.net.: host name lookup failure",
        Dns,
    ),
    ("host map: lookup (example.net): deferred", Dns),
    ("Deferred: Connection reset by mx.example.net.", Lost),
    ("Deferred: No route to host", Unreachable),
    (
        "Deferred: 450 4.2.0 <bob@example.net>: Greylisted for 300 seconds",
        Greylisted,
    ),
    ("Deferred: 403 4.7.0 TLS handshake failed.", Tls),
    ("reply: read error from mx.example.net.", Lost),
    ("Deferred: Network is unreachable", Unreachable),
    // Google.
    (
        "host gmail-smtp-in.l.google.com[192.0.2.2] said: 452-4.2.2 The recipient's inbox is out of storage space and inactive. 452 4.2.2 Please direct the recipient to https://support.google.com/mail/?p=OverQuotaTemp",
        MailboxFull,
    ),
    (
        "host gmail-smtp-in.l.google.com[192.0.2.2] said: 421-4.7.28 [198.51.100.1] Our system has detected an unusual rate of unsolicited mail originating from your IP address.",
        RateLimited,
    ),
    (
        "host gmail-smtp-in.l.google.com[192.0.2.2] said: 421-4.7.0 [198.51.100.1 15] Our system has detected that this message is suspicious due to the very low reputation of the sending IP address.",
        Policy,
    ),
    (
        "host gmail-smtp-in.l.google.com[192.0.2.2] said: 550-5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.",
        Policy,
    ),
    (
        "host gmail-smtp-in.l.google.com[192.0.2.2] said: 450-4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.",
        RateLimited,
    ),
    (
        "host gmail-smtp-in.l.google.com[192.0.2.2] said: 450-4.2.1 The user you are trying to contact is receiving mail too quickly.",
        RateLimited,
    ),
    (
        "host gmail-smtp-in.l.google.com[192.0.2.2] said: 550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address",
        UserUnknown,
    ),
    (
        "host gmail-smtp-in.l.google.com[192.0.2.2] said: 421-4.7.29 Your email has been rate limited because this message wasn't sent over a TLS connection.",
        Tls,
    ),
    (
        "host gmail-smtp-in.l.google.com[192.0.2.2] said: 550-5.7.25 [198.51.100.1] The IP address sending this message does not have a PTR record setup",
        Policy,
    ),
    // Microsoft.
    (
        "host example-net.mail.protection.outlook.com[192.0.2.3] said: 451 4.7.500 Server busy. Please try again later from [198.51.100.1]. (S77719) (in reply to RCPT TO command)",
        Unavailable,
    ),
    (
        "host outlook-com.olc.protection.outlook.com[192.0.2.3] said: 421 4.7.650 The mail server [198.51.100.1] has been temporarily rate limited due to IP reputation.",
        RateLimited,
    ),
    (
        "host outlook-com.olc.protection.outlook.com[192.0.2.3] said: 550 5.7.1 Unfortunately, messages from [198.51.100.1] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).",
        Policy,
    ),
    (
        "host outlook-com.olc.protection.outlook.com[192.0.2.3] said: 550 5.7.606 Access denied, banned sending IP [198.51.100.1]",
        Policy,
    ),
    (
        "host outlook-com.olc.protection.outlook.com[192.0.2.3] said: 550 5.5.0 Requested action not taken: mailbox unavailable",
        Unavailable,
    ),
    (
        "host outlook-com.olc.protection.outlook.com[192.0.2.3] said: 550 5.7.515 Access denied, sending domain example.org doesn't meet the required authentication level.",
        Policy,
    ),
    (
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        Dns,
    ),
    (
        "451 4.4.0 Primary target IP address responded with: \"421 4.4.2 Connection dropped due to SocketError.\"",
        Lost,
    ),
    (
        "[{LED=451 4.4.395 Target host responded with error. -> 421 4.4.1 Connection timed out};{MSG=};{FQDN=mx.example.net};{IP=192.0.2.1};{LRT=11/20/2026 12:00:00 PM}]",
        TimedOut,
    ),
    (
        "451 4.4.0 DNS query failed. The error was: SMTPSEND.DNS.NonExistentDomain; nonexistent domain",
        Dns,
    ),
    (
        "432 4.3.2 STOREDRV.Storage; mailbox server is too busy",
        Unavailable,
    ),
    ("432 4.2.0 STOREDRV.Deliver; mailbox full", MailboxFull),
    ("400 4.4.7 Message delayed", TimedOut),
    (
        "451 4.7.323 tlsa-invalid: The domain failed DANE validation.",
        Tls,
    ),
    (
        "421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel",
        RateLimited,
    ),
    // Yahoo, and others.
    (
        "host mta5.am0.yahoodns.net[192.0.2.4] refused to talk to me: 421 4.7.0 [TSS04] Messages from 198.51.100.1 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes",
        Policy,
    ),
    (
        "host mta5.am0.yahoodns.net[192.0.2.4] said: 554 delivery error: dd This user doesn't have a yahoo.com account (bob@example.net) [0]",
        UserUnknown,
    ),
    (
        "host mx.mail.example.net[192.0.2.5] said: 550 spam message rejected. Please visit https://example.net/notspam/ or report details",
        Policy,
    ),
    (
        "host mx00.example.net[192.0.2.5] refused to talk to me: 554-example.net (mxgmx001) Nemesis ESMTP Service not available 554-No SMTP service 554 Bad DNS PTR resource record.",
        Policy,
    ),
    (
        "host mx.example.net[192.0.2.5] said: 450 Requested mail action not taken: mailbox unavailable",
        Unavailable,
    ),
    (
        "host mx.example.net[192.0.2.5] said: 550 5.2.1 The email account that you tried to reach is disabled.",
        UserUnknown,
    ),
    (
        "host mx.example.net[192.0.2.5] said: 421 4.7.1 Too many messages from 198.51.100.1, slow down",
        RateLimited,
    ),
    (
        "host mx.example.net[192.0.2.5] said: 451 4.3.0 Temporary lookup failure",
        Local,
    ),
    (
        "host mx.example.net[192.0.2.5] said: 554 Your message was rejected by DMARC policy",
        Policy,
    ),
    (
        "host mx.example.net[192.0.2.5] said: 450 4.4.1 retry later",
        TimedOut,
    ),
    ("host mx.example.net[192.0.2.5] said: 471 kaputt", Other),
    ("version 4.7.8.1 of something", Other),
    ("", Other),
];

#[test]
fn real_texts() {
    let wrong: Vec<String> = REASONS
        .iter()
        .filter(|(text, class)| Class::of(text.as_bytes()) != *class)
        .map(|(text, class)| format!("{:?}, not {class:?}: {text}", Class::of(text.as_bytes())))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_are_known_back() {
    for class in Class::ALL {
        assert_eq!(Class::named(class.name()), Some(class));
    }
    assert_eq!(Class::named("POLICY"), Some(Policy));
    assert_eq!(Class::named("nothing"), None);
}
