//! What check_cert can find, beside what every connection can.

use super::authentic;
use crate::probe::finding::{STARTTLS_MISSING, connection, join, kind, rows, worth};
use crate::report::FindingKind;
use crate::report::Status::{Critical, Ok, Unknown, Warning};

pub const EXPIRING: &str = "cert-expiring";
pub const CHAIN_INCOMPLETE: &str = "cert-chain-incomplete";
pub const CHAIN_ORDER: &str = "cert-chain-order";
pub const CHAIN_EXTRA: &str = "cert-extra";
pub const WILDCARD: &str = "cert-wildcard";
pub const NO_ALTERNATIVE_NAME: &str = "no-subject-alt-name";
pub const KEY_WEAK: &str = "key-weak";
pub const KEY_SMALL: &str = "key-small";
pub const SIGNATURE_WEAK: &str = "signature-weak";
pub const LIFETIME: &str = "lifetime-too-long";
pub const TLS_OLD: &str = "tls-old";
pub const TLS_OFFERED_OLD: &str = "tls-offered-old";
pub const CIPHER_WEAK: &str = "cipher-weak";
pub const STAPLE_MISSING: &str = "staple-missing";
pub const STAPLE_INVALID: &str = "staple-invalid";
pub const PIN_MISMATCH: &str = "pin-mismatch";
pub const ISSUER_MISMATCH: &str = "issuer-mismatch";
pub const SUBJECT_MISMATCH: &str = "subject-mismatch";
pub const SAN_MISSING: &str = "san-missing";
pub const EKU_MISSING: &str = "eku-missing";
pub const FILE_NEWER: &str = "file-newer";
pub const FILE_DIFFERS: &str = "file-differs";
pub const FILE_UNREADABLE: &str = "file-unreadable";
pub const CLIENT_CERT: &str = "client-cert-demanded";
pub const RENEWAL_OVERDUE: &str = "renewal-overdue";
pub const NO_CERTIFICATE: &str = "no-certificate";
pub const ODD: &str = "cert-odd";
pub const DIFFERS: &str = "cert-differs";
pub const CHAIN_TOO_LARGE: &str = "chain-too-large";

/// The table.
pub static FINDINGS: [FindingKind; rows(29 + authentic::COUNT)] = join(OWN, authentic::ROWS);

const OWN: [FindingKind; rows(29)] = worth(
    // Without TLS there is nothing to look at.
    STARTTLS_MISSING,
    Critical,
    join(
        // The old check_ssl_cert calls an unresolvable host CRITICAL.
        connection(Critical),
        [
            kind(
                EXPIRING,
                Unknown,
                "no valid path exists in a while (-w and -c say the status)",
            ),
            kind(
                CHAIN_INCOMPLETE,
                Critical,
                "the server does not send an intermediate certificate",
            ),
            kind(CHAIN_ORDER, Ok, "the chain is sent in another order"),
            kind(
                CHAIN_EXTRA,
                Ok,
                "the server sends certificates that nobody needs",
            ),
            kind(WILDCARD, Ok, "the name is covered by a wildcard"),
            kind(
                NO_ALTERNATIVE_NAME,
                Warning,
                "the certificate has no subjectAltName: clients ignore the common name",
            ),
            kind(KEY_WEAK, Critical, "a key in the chain is broken or can be"),
            kind(
                KEY_SMALL,
                Warning,
                "a key in the chain is too small for today",
            ),
            kind(
                SIGNATURE_WEAK,
                Critical,
                "a signature in the chain uses MD5 or SHA-1",
            ),
            kind(
                LIFETIME,
                Warning,
                "the certificate lives longer than public authorities may issue",
            ),
            kind(TLS_OLD, Warning, "TLS older than 1.2 was agreed on"),
            kind(
                TLS_OFFERED_OLD,
                Warning,
                "TLS older than 1.2 is offered, too (--probe-versions)",
            ),
            kind(CIPHER_WEAK, Warning, "the cipher or key exchange is weak"),
            kind(
                STAPLE_MISSING,
                Critical,
                "an OCSP response must be stapled and is not",
            ),
            kind(
                STAPLE_INVALID,
                Warning,
                "the stapled OCSP response is of no use",
            ),
            kind(PIN_MISMATCH, Critical, "no --pin fits"),
            kind(
                ISSUER_MISMATCH,
                Critical,
                "--issuer fits no authority, or --not-issued-by one",
            ),
            kind(
                SUBJECT_MISMATCH,
                Critical,
                "organization, mail address or serial number is not the one asked for",
            ),
            kind(SAN_MISSING, Critical, "the certificate is not for a --san"),
            kind(
                EKU_MISSING,
                Critical,
                "the certificate does not allow what it is used for",
            ),
            kind(
                FILE_NEWER,
                Warning,
                "the file holds a newer certificate than the server serves (--compare-file)",
            ),
            kind(
                FILE_DIFFERS,
                Warning,
                "the file holds another certificate, no newer one",
            ),
            kind(
                FILE_UNREADABLE,
                Unknown,
                "a file cannot be read or holds no certificate",
            ),
            kind(CLIENT_CERT, Ok, "the server demands a client certificate"),
            kind(
                RENEWAL_OVERDUE,
                Ok,
                "less than a third of the lifetime is left",
            ),
            kind(
                ODD,
                Ok,
                "the certificate is against a standard, and some clients mind",
            ),
            kind(
                DIFFERS,
                Warning,
                "addresses of one host serve different certificates (--all-addresses)",
            ),
            kind(NO_CERTIFICATE, Critical, "the server shows no certificate"),
            kind(
                CHAIN_TOO_LARGE,
                Critical,
                "the chain is larger than clients take",
            ),
        ],
    ),
);
