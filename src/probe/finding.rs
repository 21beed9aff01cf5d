//! The findings that every probe with a connection can make: name, default status, meaning.
//!
//! The names are API: they stand in JSON, in `--on` and in the manuals.

use crate::report::FindingKind;
use crate::report::Status::{self, Critical, Ok, Unknown, Warning};

/// A row of a table of findings.
#[must_use]
pub const fn kind(id: &'static str, status: Status, about: &'static str) -> FindingKind {
    FindingKind { id, status, about }
}

pub(super) const HOST_NOT_FOUND: &str = "host-not-found";
pub(super) const RESOLVER_FAILED: &str = "resolver-failed";
pub(super) const MX_MISSING: &str = "mx-missing";
pub(super) const ADDRESS_FALLBACK: &str = "address-fallback";
pub(super) const CONNECT_REFUSED: &str = "connect-refused";
pub(super) const CONNECT_FAILED: &str = "connect-failed";
pub(super) const TIMEOUT: &str = "timeout";
pub(super) const CONNECTION_CLOSED: &str = "connection-closed";
pub(super) const CONNECTION_RESET: &str = "connection-reset";
pub(super) const PROTOCOL_ERROR: &str = "protocol-error";
pub(super) const LIMIT_EXCEEDED: &str = "limit-exceeded";
pub(super) const SERVICE_BUSY: &str = "service-busy";
pub(super) const SERVICE_REFUSED: &str = "service-refused";
pub(super) const STARTTLS_MISSING: &str = "starttls-missing";
pub(super) const STARTTLS_REFUSED: &str = "starttls-refused";
pub(super) const STARTTLS_INJECTION: &str = "starttls-injection";
pub(super) const TLS_FAILED: &str = "tls-failed";
pub(super) const CERT_EXPIRED: &str = "cert-expired";
pub(super) const CERT_NOT_YET_VALID: &str = "cert-not-yet-valid";
pub(super) const CERT_SELF_SIGNED: &str = "cert-self-signed";
pub(super) const CERT_UNTRUSTED: &str = "cert-untrusted";
pub(super) const CERT_NAME_MISMATCH: &str = "cert-name-mismatch";
pub(super) const CERT_REVOKED: &str = "cert-revoked";
pub(super) const CERT_INVALID: &str = "cert-invalid";
pub(super) const CERT_UNREADABLE: &str = "cert-unreadable";
pub(super) const AUTH_REJECTED: &str = "auth-rejected";
pub(super) const AUTH_UNAVAILABLE: &str = "auth-unavailable";
pub(super) const AUTH_MISSING: &str = "auth-missing";
pub(super) const AUTH_BROKEN: &str = "auth-broken";
pub(super) const LOGIN_ACCEPTED: &str = "login-accepted";
pub(super) const INTERNAL_ERROR: &str = "internal-error";
pub(super) const THRESHOLD: &str = crate::report::THRESHOLD;
pub(super) const INTERRUPTED: &str = crate::report::INTERRUPTED;

/// How many rows [`connection`] has.
const ROWS: usize = 32;

/// The rows of every probe that talks to a server. `unresolved` is the status of a name that cannot
/// be resolved: the peers disagree, and each probe keeps its own.
#[must_use]
pub const fn connection(unresolved: Status) -> [FindingKind; ROWS] {
    [
        kind(HOST_NOT_FOUND, unresolved, "the host name has no address"),
        kind(
            RESOLVER_FAILED,
            unresolved,
            "the resolver does not answer, or not usefully",
        ),
        kind(
            MX_MISSING,
            Critical,
            "the domain has no MX host that takes mail",
        ),
        kind(
            ADDRESS_FALLBACK,
            Ok,
            "an address of the host did not answer, the next one did",
        ),
        kind(CONNECT_REFUSED, Critical, "nobody listens at the port"),
        kind(
            CONNECT_FAILED,
            Critical,
            "the connection cannot be made: no route, no such socket, no permission",
        ),
        kind(
            TIMEOUT,
            Critical,
            "the deadline passed (its status is set by -t, too)",
        ),
        kind(
            CONNECTION_CLOSED,
            Critical,
            "the server closed the connection in mid-session",
        ),
        kind(
            CONNECTION_RESET,
            Critical,
            "the server reset the connection",
        ),
        kind(
            PROTOCOL_ERROR,
            Critical,
            "what the server sends is not the protocol",
        ),
        kind(
            LIMIT_EXCEEDED,
            Critical,
            "the server sends an endless line, an endless reply or a huge literal",
        ),
        kind(SERVICE_BUSY, Warning, "the server asks to come back later"),
        kind(SERVICE_REFUSED, Critical, "the server refuses to serve"),
        kind(
            STARTTLS_MISSING,
            Warning,
            "STARTTLS was asked for and is not offered",
        ),
        kind(
            STARTTLS_REFUSED,
            Critical,
            "STARTTLS is offered and refused",
        ),
        kind(
            STARTTLS_INJECTION,
            Critical,
            "plain text came after the go-ahead for TLS",
        ),
        kind(TLS_FAILED, Critical, "the TLS handshake failed"),
        kind(CERT_EXPIRED, Critical, "the certificate has expired"),
        kind(
            CERT_NOT_YET_VALID,
            Critical,
            "the certificate is not valid yet",
        ),
        kind(CERT_SELF_SIGNED, Critical, "the certificate signs itself"),
        kind(
            CERT_UNTRUSTED,
            Critical,
            "no trusted authority has signed the certificate",
        ),
        kind(
            CERT_NAME_MISMATCH,
            Critical,
            "the certificate is for another name",
        ),
        kind(CERT_REVOKED, Critical, "the certificate is revoked"),
        kind(
            CERT_INVALID,
            Critical,
            "the certificate does not verify for another reason",
        ),
        kind(AUTH_REJECTED, Critical, "the server refuses the login"),
        kind(
            AUTH_UNAVAILABLE,
            Critical,
            "the server cannot tell now whether the login is right",
        ),
        kind(
            AUTH_MISSING,
            Critical,
            "the login cannot be tried: no usable mechanism, or no safe channel",
        ),
        kind(
            AUTH_BROKEN,
            Critical,
            "the server breaks the login: bad challenge, wrong signature",
        ),
        kind(
            LOGIN_ACCEPTED,
            Critical,
            "a login that must be refused was accepted",
        ),
        kind(
            CERT_UNREADABLE,
            Warning,
            "the certificate's dates cannot be read",
        ),
        kind(
            INTERNAL_ERROR,
            Unknown,
            "a fault of the probe itself, or no descriptors or memory left for it",
        ),
        kind(
            THRESHOLD,
            Unknown,
            "a metric is outside its range (the range says the status)",
        ),
    ]
}

/// One table out of two.
///
/// # Panics
/// At compile time, when `N` is not the sum of both lengths.
#[must_use]
pub const fn join<const A: usize, const B: usize, const N: usize>(
    first: [FindingKind; A],
    second: [FindingKind; B],
) -> [FindingKind; N] {
    assert!(A + B == N, "the lengths do not add up");
    let mut all = [kind("", Unknown, ""); N];
    let mut at = 0;
    while at < A {
        all[at] = first[at];
        at += 1;
    }
    while at < N {
        all[at] = second[at - A];
        at += 1;
    }
    all
}

/// The same table with another status for one row.
///
/// # Panics
/// At compile time, when there is no such row.
#[must_use]
pub const fn worth<const N: usize>(
    id: &str,
    status: Status,
    mut table: [FindingKind; N],
) -> [FindingKind; N] {
    let mut at = 0;
    while !same(table[at].id, id) {
        at += 1;
    }
    table[at].status = status;
    table
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The length of the table of a probe with `own` findings of its own.
#[must_use]
pub const fn rows(own: usize) -> usize {
    ROWS + own
}
