//! What check_blacklist can find.

use crate::probe::finding::{
    HOST_NOT_FOUND, INTERNAL_ERROR, MX_MISSING, RESOLVER_FAILED, THRESHOLD, TIMEOUT, kind,
};
use crate::report::FindingKind;
use crate::report::Status::{Critical, Ok, Unknown, Warning};

pub const LISTED: &str = "listed";
pub const LISTED_MINOR: &str = "listed-minor";
pub const LISTED_NOTE: &str = "listed-note";
pub const ALLOWLIST_MISSING: &str = "allowlist-missing";
pub const ZONES_UNKNOWN: &str = "zones-unknown";
pub const QUERY_REFUSED: &str = "query-refused";
pub const ZONE_UNREACHABLE: &str = "zone-unreachable";
pub const ZONE_DEAD: &str = "zone-dead";
pub const ZONE_LISTS_EVERYTHING: &str = "zone-lists-everything";
pub const ZONE_BOGUS: &str = "zone-bogus";
pub const SPF_MISSING: &str = "spf-missing";
pub const SPF_INVALID: &str = "spf-invalid";
pub const PARTLY_ASKED: &str = "partly-asked";

pub const NOT_PUBLIC: &str = "not-public";
pub const CACHE_UNUSABLE: &str = "cache-unusable";

/// Findings about a zone that gave no verdict.
pub const WITHOUT_VERDICT: [&str; 5] = [
    QUERY_REFUSED,
    ZONE_UNREACHABLE,
    ZONE_DEAD,
    ZONE_LISTS_EVERYTHING,
    ZONE_BOGUS,
];

/// The table.
pub static FINDINGS: [FindingKind; 21] = [
    kind(
        LISTED,
        Critical,
        "a zone lists what was asked about (OK by default when -w/-c judge listed or weight)",
    ),
    kind(
        LISTED_MINOR,
        Warning,
        "the same, for what few refuse mail for: bad company, suspicion, backscatter",
    ),
    kind(
        LISTED_NOTE,
        Ok,
        "the same, for what nobody should refuse mail for; not counted",
    ),
    kind(
        ALLOWLIST_MISSING,
        Critical,
        "an allowlist of --require-allowlist does not hold what was asked about",
    ),
    kind(
        ZONES_UNKNOWN,
        Unknown,
        "no zone gave a verdict, or fewer than half of them",
    ),
    kind(
        QUERY_REFUSED,
        Unknown,
        "a zone says that it will not answer us: public resolver, too many queries, no key",
    ),
    kind(
        ZONE_UNREACHABLE,
        Ok,
        "a zone cannot be asked: SERVFAIL, REFUSED, silence, an empty answer (judge with -c unknown=N)",
    ),
    kind(
        ZONE_DEAD,
        Unknown,
        "the test entry of a zone is not listed: it is dead, or was never a blocklist",
    ),
    kind(
        ZONE_LISTS_EVERYTHING,
        Unknown,
        "a zone lists what no zone may list: it lists the world",
    ),
    kind(
        ZONE_BOGUS,
        Unknown,
        "a zone answers with addresses outside 127.0.0.0/8: parked or hijacked",
    ),
    kind(HOST_NOT_FOUND, Unknown, "a host name has no address"),
    kind(
        RESOLVER_FAILED,
        Unknown,
        "the name server does not say what is to be asked about",
    ),
    kind(MX_MISSING, Unknown, "the domain of --mx takes no mail"),
    kind(
        SPF_MISSING,
        Unknown,
        "the domain of --spf has no SPF record, or it names no address",
    ),
    kind(SPF_INVALID, Warning, "the SPF record is broken (RFC 7208)"),
    kind(
        PARTLY_ASKED,
        Ok,
        "not every address that was meant is asked about",
    ),
    kind(
        NOT_PUBLIC,
        Unknown,
        "no address that was asked about is public: no list of the world's can know it",
    ),
    kind(
        CACHE_UNUSABLE,
        Warning,
        "the file of --self-test-cache cannot be read or written; every zone is tested",
    ),
    kind(
        TIMEOUT,
        Critical,
        "the deadline passed (its status is set by -t, too)",
    ),
    kind(INTERNAL_ERROR, Unknown, "a fault of the probe itself"),
    kind(
        THRESHOLD,
        Unknown,
        "a metric is outside its range (the range says the status)",
    ),
];
