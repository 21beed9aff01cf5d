//! What to look at next: for each finding whose cause has a known place to look at, one line that says where. Read by
//! people who are woken at night; what would be a guess is not here.
//!
//! Probes that know more on the spot (who is told which permission) say so themselves (`Scene::hint`), and are heard
//! first.

use super::finding;
use crate::report::{Finding, Status, Unit};
use crate::session::Record;

/// In whatever phase.
const ANY: &str = "";

/// Finding, phase in which it struck, advice. The first row that fits holds.
const TABLE: &[(&str, &str, &str)] = &[
    (
        finding::HOST_NOT_FOUND,
        ANY,
        "is the name right? getent ahosts NAME shows what this host knows of it",
    ),
    (
        finding::RESOLVER_FAILED,
        ANY,
        "does the name server of /etc/resolv.conf run and answer this host?",
    ),
    (
        finding::MX_MISSING,
        ANY,
        "dig MX DOMAIN shows what the domain publishes",
    ),
    (
        finding::CONNECT_REFUSED,
        ANY,
        "does the daemon run, and listen on this address and port (ss -ltn)? A firewall that rejects looks the same",
    ),
    (
        finding::CONNECT_FAILED,
        ANY,
        "can this host reach the server at all: route, firewall, permissions?",
    ),
    (
        finding::TIMEOUT,
        "dns",
        "the name servers of /etc/resolv.conf do not answer in time; --address IP does without them",
    ),
    (
        finding::TIMEOUT,
        "hosts",
        "the name servers do not answer in time: is the first in /etc/resolv.conf alive?",
    ),
    (
        finding::TIMEOUT,
        "connect",
        "no answer to the connection at all: is the host up, does a firewall drop it?",
    ),
    (
        finding::TIMEOUT,
        "greeting",
        "a port that speaks TLS from the first byte waits for it in silence: try --tls; otherwise the server greets \
         late: on purpose (postscreen, greet pause), for a reverse lookup, or because all its processes are busy",
    ),
    (
        finding::TIMEOUT,
        "tls",
        "does the port speak TLS from the first byte (--tls) or after STARTTLS (--starttls)?",
    ),
    (
        finding::TIMEOUT,
        "auth",
        "the server waits for its user database (LDAP, SQL, PAM): see its log",
    ),
    (
        finding::TIMEOUT,
        "mail",
        "policy services and milters are asked at this point: the server's log says which does not answer",
    ),
    (
        finding::TIMEOUT,
        "rcpt",
        "policy services, milters and recipient lookups are asked at this point: the server's log says which does not answer",
    ),
    (
        finding::TIMEOUT,
        "data",
        "filters read the message before this answer comes: the server's log says which does not end",
    ),
    (
        finding::CONNECTION_CLOSED,
        "greeting",
        "accepted and closed at once: a limit on connections, an access rule, a proxy without a backend, or a PROXY \
         header that is wanted (-r)",
    ),
    (
        finding::CONNECTION_RESET,
        "greeting",
        "accepted and reset at once: a limit on connections, an access rule, a proxy without a backend, or a PROXY \
         header that is wanted (-r)",
    ),
    (
        finding::CONNECTION_RESET,
        "connect",
        "accepted and reset at once: a limit on connections, an access rule, a proxy without a backend, or a PROXY \
         header that is wanted (-r)",
    ),
    (
        finding::PROTOCOL_ERROR,
        "greeting",
        "is this the right port for this protocol?",
    ),
    (
        finding::SERVICE_BUSY,
        ANY,
        "it is overloaded, or limits connections from one address: see its log",
    ),
    (
        finding::SERVICE_REFUSED,
        "greeting",
        "does it refuse this client: by an access rule, a blocklist, for a missing reverse name? Its log says so",
    ),
    (
        finding::STARTTLS_MISSING,
        ANY,
        "has the server TLS set up, and can it read its certificate? A firewall that inspects mail takes STARTTLS out, too",
    ),
    (
        finding::STARTTLS_REFUSED,
        ANY,
        "the server cannot use its certificate or key: its log says why",
    ),
    (
        finding::STARTTLS_INJECTION,
        ANY,
        "somebody in between, or the server itself, mixes plain text into TLS: log in nowhere over it",
    ),
    (
        finding::TLS_FAILED,
        ANY,
        "does the port speak TLS from the first byte (--tls) or after STARTTLS (--starttls)?",
    ),
    (
        finding::CERT_EXPIRED,
        ANY,
        "renew it, and reload the server: until then it serves the old one (check_cert --compare-file tells)",
    ),
    (
        finding::CERT_NOT_YET_VALID,
        ANY,
        "are the clocks right, here and where it was issued?",
    ),
    (
        finding::CERT_SELF_SIGNED,
        ANY,
        "a certificate of one's own is trusted with --ca-file; check_cert shows what is served",
    ),
    (
        finding::CERT_UNTRUSTED,
        ANY,
        "a private authority is trusted with --ca-file; a missing intermediate is the server's fault: it must send its \
         own certificate first, then each intermediate",
    ),
    (
        finding::CERT_NAME_MISMATCH,
        ANY,
        "use the name that clients use, or --tls-name; check_cert -v shows the names that the certificate has",
    ),
    (
        finding::CERT_REVOKED,
        ANY,
        "have it reissued, and ask who revoked it",
    ),
    (
        finding::AUTH_REJECTED,
        ANY,
        "network and server are fine: its log says why it refuses this login",
    ),
    (
        finding::AUTH_UNAVAILABLE,
        ANY,
        "the server's own user database (LDAP, SQL, PAM) does not answer it: see its log",
    ),
    (
        finding::AUTH_MISSING,
        ANY,
        "use --starttls or --tls, or name a mechanism with --auth",
    ),
    (
        finding::LOGIN_ACCEPTED,
        ANY,
        "end this account or its password; the server's log says where it was found",
    ),
    // What one probe finds, or a few.
    ("expect-mismatch", ANY, "-vvv shows what it said"),
    ("response-mismatch", ANY, "-vvv shows what it said"),
    (
        "sender-rejected",
        ANY,
        "may this client send for this domain (SPF, access rules)? -f names another sender",
    ),
    (
        "recipient-deferred",
        ANY,
        "greylisting ends after some minutes for the same client, sender and recipient; its log tells of anything else",
    ),
    (
        "recipient-rejected",
        ANY,
        "is there such a mailbox, and is its domain the server's own? To others it relays after a login only",
    ),
    (
        "recipient-accepted",
        ANY,
        "mail to nobody is accepted and bounced later: the server must know its recipients (relay_recipient_maps, callouts)",
    ),
    (
        "plaintext-auth",
        ANY,
        "Postfix: smtpd_tls_auth_only = yes; Dovecot: auth_allow_cleartext = no (before 2.4 disable_plaintext_auth = yes)",
    ),
    (
        "plaintext-mail",
        ANY,
        "Postfix: smtpd_tls_security_level = encrypt, on ports for clients",
    ),
    ("capability-missing", ANY, "-v shows what it offers"),
    ("mechanism-missing", ANY, "-v shows what it offers"),
    (
        "mailbox-unreadable",
        ANY,
        "has this user the right to read it (ACL)? The server's log says more",
    ),
    (
        "no-match",
        ANY,
        "was it sent at all? If so, a filter may have moved it: --mailbox looks elsewhere",
    ),
    (
        "quota-unknown",
        ANY,
        "the server must offer QUOTA (Dovecot: the plugin imap_quota)",
    ),
    (
        "listing-inconsistent",
        ANY,
        "the mailbox's index is broken: have it made anew (Dovecot: doveadm force-resync)",
    ),
    (
        "cert-expiring",
        ANY,
        "renew it, and reload the server; where it was renewed already, --compare-file tells that it is not served",
    ),
    (
        "cert-chain-incomplete",
        ANY,
        "the server must send its own certificate first, then each intermediate (fullchain.pem, not cert.pem)",
    ),
    (
        "key-weak",
        ANY,
        "have it reissued for a new key: P-256, or RSA of 2048 bits and more",
    ),
    (
        "key-small",
        ANY,
        "have it reissued for a new key: P-256, or RSA of 2048 bits and more",
    ),
    (
        "tls-old",
        ANY,
        "Postfix: smtpd_tls_protocols = >=TLSv1.2; Dovecot: ssl_min_protocol = TLSv1.2",
    ),
    (
        "tls-offered-old",
        ANY,
        "Postfix: smtpd_tls_protocols = >=TLSv1.2; Dovecot: ssl_min_protocol = TLSv1.2",
    ),
    (
        "file-newer",
        ANY,
        "reload the server: it still serves the old certificate",
    ),
    (
        "cert-differs",
        ANY,
        "reload the nodes that serve the older certificate",
    ),
    (
        "mta-missing",
        ANY,
        "-M says which mail system is meant, --command where its program is",
    ),
    ("mta-down", ANY, "start it; its log says why it stopped"),
    (
        "state-unusable",
        ANY,
        "--state-dir names a folder that this user may write to",
    ),
    (
        "in-junk",
        ANY,
        "the filter's log says what weighed; does the sender's domain pass SPF, DKIM and DMARC (--require-auth)?",
    ),
];

/// The advice for a finding that struck in a phase.
#[must_use]
pub fn of(id: &str, phase: &str) -> Option<&'static str> {
    TABLE
        .iter()
        .find(|(row, at, _)| *row == id && (*at == ANY || *at == phase))
        .map(|(_, _, advice)| *advice)
}

/// The advice for a conversation that ended so.
#[must_use]
pub fn after(id: &str, phase: &str, record: &Record) -> Option<&'static str> {
    // A socket that cannot be opened is no matter of routes, and the text says what is wrong.
    let socket = record
        .phases
        .list()
        .first()
        .is_some_and(|phase| phase.name == "connect")
        && record.peer.is_none();
    match id {
        finding::CONNECT_FAILED if socket => None,
        _ => of(id, phase),
    }
}

/// The advice for all that was found: the worst first. Where a time was too long, the phase that took most of it.
#[must_use]
pub fn for_all(findings: &[Finding], record: &Record) -> Option<String> {
    let mut bad: Vec<&Finding> = findings.iter().filter(|f| f.status != Status::Ok).collect();
    bad.sort_by_key(|finding| std::cmp::Reverse(finding.status));
    bad.iter().find_map(|finding| match finding.id {
        finding::THRESHOLD => slowest(&finding.text, record),
        id => of(id, ANY).map(str::to_owned),
    })
}

/// Where most of the time went, if there is such a phase.
fn slowest(text: &str, record: &Record) -> Option<String> {
    if !text.starts_with("time ") {
        return None;
    }
    let phases = record.phases.list();
    let took = |name: &str| record.phases.total(name).unwrap_or_default();
    let (first, last) = (phases.first()?, phases.last()?);
    let end = last.start.saturating_add(last.took.unwrap_or_default());
    let whole = end.saturating_sub(first.start);
    let longest = phases.iter().max_by_key(|phase| took(phase.name))?;
    let share = took(longest.name);
    (share.saturating_mul(2) > whole && phases.len() > 1).then(|| {
        format!(
            "most of the time went into the phase {}: {} of {}",
            longest.name,
            Unit::Seconds.human(share.as_secs_f64()),
            Unit::Seconds.human(whole.as_secs_f64()),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::table::PROBES;

    #[test]
    fn each_row_is_about_a_finding_that_there_is() {
        for (id, phase, advice) in TABLE {
            let known = PROBES
                .iter()
                .any(|probe| probe.findings.iter().any(|kind| kind.id == *id));
            assert!(known, "no probe has {id}");
            assert!(advice.is_ascii() && !advice.ends_with('.'), "{id} {phase}");
            assert_eq!(of(id, phase), Some(*advice), "a row above hides {id}");
        }
    }
}
