//! What check_cert can find out about DANE and MTA-STS.

use crate::probe::finding::kind;
use crate::report::FindingKind;
use crate::report::Status::{Critical, Ok, Unknown, Warning};

pub const DANE_MISMATCH: &str = "dane-mismatch";
pub const DANE_MISSING: &str = "dane-missing";
pub const DANE_INSECURE: &str = "dane-insecure";
pub const DANE_INSECURE_MX: &str = "dane-mx-insecure";
pub const DANE_BOGUS: &str = "dane-bogus";
pub const DANE_UNANSWERED: &str = "dane-unanswered";
pub const DANE_UNKNOWN: &str = "dane-unknown";
pub const DANE_UNUSABLE: &str = "dane-unusable";
pub const DANE_ROLLOVER: &str = "dane-rollover";
pub const DANE_NEXT: &str = "dane-next-mismatch";
pub const DNSSEC_MISSING: &str = "dnssec-missing";
pub const TLSA_SIGNATURE: &str = "tlsa-signature-expiring";
pub const STS_MISSING: &str = "mta-sts-missing";
pub const STS_INVALID: &str = "mta-sts-invalid";
pub const STS_UNREACHABLE: &str = "mta-sts-unreachable";
pub const STS_UNCOVERED: &str = "mta-sts-mx-uncovered";
pub const STS_TESTING: &str = "mta-sts-testing";
pub const STS_WEAK: &str = "mta-sts-weak";
pub const STS_REMARK: &str = "mta-sts-remark";
pub const STS_NO_REPORTS: &str = "tls-rpt-missing";

/// How many they are.
pub const COUNT: usize = 20;

/// The rows.
pub const ROWS: [FindingKind; COUNT] = [
    kind(
        DANE_MISMATCH,
        Critical,
        "no TLSA record matches what the server shows: mail servers refuse it",
    ),
    kind(
        DANE_MISSING,
        Critical,
        "there is no DANE that anybody could go by (not with --dane try)",
    ),
    kind(
        DANE_INSECURE,
        Warning,
        "TLSA records stand in a zone that is not signed: nobody uses them",
    ),
    kind(
        DANE_INSECURE_MX,
        Warning,
        "the MX records are not signed: who forges them leads mail past DANE (not with --dane try)",
    ),
    kind(
        DANE_BOGUS,
        Critical,
        "the signatures of the zone are wrong: mail servers put mail off",
    ),
    kind(
        DANE_UNANSWERED,
        Critical,
        "the question for TLSA records fails: mail servers put mail off",
    ),
    kind(
        DANE_UNKNOWN,
        Unknown,
        "it cannot be found out whether DANE holds",
    ),
    kind(
        DANE_UNUSABLE,
        Warning,
        "none of the TLSA records can be used: encrypted, but to whom is unknown",
    ),
    kind(
        DANE_ROLLOVER,
        Ok,
        "advice before the next change of key or certificate",
    ),
    kind(
        DANE_NEXT,
        Warning,
        "the certificate of --next-cert matches no TLSA record",
    ),
    kind(
        DNSSEC_MISSING,
        Critical,
        "the address of the host is not authentic (--require-dnssec)",
    ),
    kind(
        TLSA_SIGNATURE,
        Warning,
        "the signature of the TLSA records ends soon and is not renewed",
    ),
    kind(
        STS_MISSING,
        Critical,
        "the domain of --mta-sts says nothing of a policy",
    ),
    kind(
        STS_INVALID,
        Critical,
        "MTA-STS record or policy is wrong: senders do not use it",
    ),
    kind(
        STS_UNREACHABLE,
        Critical,
        "the MTA-STS policy cannot be fetched by senders",
    ),
    kind(
        STS_UNCOVERED,
        Critical,
        "an MX host is not in the MTA-STS policy: senders do not deliver to it",
    ),
    kind(
        STS_TESTING,
        Warning,
        "the MTA-STS policy is in testing: senders report, and deliver all the same",
    ),
    kind(
        STS_WEAK,
        Warning,
        "the MTA-STS policy protects less than it could: mode none, a short max_age",
    ),
    kind(
        STS_REMARK,
        Ok,
        "something odd about the MTA-STS policy that senders pass over",
    ),
    kind(
        STS_NO_REPORTS,
        Ok,
        "the domain does not ask senders for reports (TLS-RPT)",
    ),
];
