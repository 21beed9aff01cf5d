//! `check_cert`: what a mail port really serves, and until when it works.
//!
//! Called as `check_ssl_cert` or `check_ssl_validity` it is the old plugin of that name (`old`).

mod authentic;
mod bundle;
mod classic;
mod dane;
mod demands;
mod elements;
mod file;
mod findings;
mod handshake;
mod judge;
mod mta_sts;
mod old;
mod options;
mod pins;
mod plan;
mod reach;
mod run;
mod service;
mod staple;
mod strength;
mod subject;
mod together;
mod values;
mod versions;

use self::findings::FINDINGS;
use super::Probe;
use crate::report::{MetricKind, Unit, metric};

/// The probe.
pub static PROBE: Probe = named("check_cert", "CERT", options::command);
/// In the place of the old plugins, with their letters.
pub static SSL_CERT: Probe = named("check_ssl_cert", "SSL_CERT", old::ssl_cert);
/// Likewise.
pub static SSL_VALIDITY: Probe = named("check_ssl_validity", "SSL_VALIDITY", old::ssl_validity);

const fn named(name: &'static str, service: &'static str, command: fn() -> clap::Command) -> Probe {
    Probe {
        name,
        service,
        about: "Checks the certificates of mail ports: chain, names, end, strength.",
        examples: concat!(
            "  check_cert -H mail.example.org -p 25,465,587,993\n",
            "  check_cert --mx example.org --policy mx --all-addresses\n",
            "  check_cert -H mail.example.org -P imaps -w 28d,25% -c 14d,10%\n",
            "  check_cert --file /etc/ssl/mail.pem --tls-name mail.example.org\n",
            "  check_cert -H mail.example.org -p 993 --compare-file /etc/ssl/mail.pem",
        ),
        findings: &FINDINGS,
        metrics: &METRICS,
        command,
        plan: plan::plan,
    }
}

static METRICS: [MetricKind; 24] = [
    metric(
        "expires",
        Unit::Seconds,
        "until no valid path to a root exists any more",
    ),
    metric("time", Unit::Seconds, "until the handshake is done"),
    metric("dns", Unit::Seconds, "resolving the host"),
    metric("connect", Unit::Seconds, "the TCP connection"),
    metric("greeting", Unit::Seconds, "waiting for the greeting"),
    metric("ehlo", Unit::Seconds, "EHLO or LHLO"),
    metric("capability", Unit::Seconds, "CAPABILITY"),
    metric("capa", Unit::Seconds, "CAPA"),
    metric("starttls", Unit::Seconds, "the answer to STARTTLS"),
    metric("tls", Unit::Seconds, "the TLS handshake"),
    metric(
        "lifetime_left",
        Unit::Percent,
        "the same as a share of the lifetime of what ends it",
    ),
    metric(
        "leaf_expires",
        Unit::Seconds,
        "until the server's own certificate ends",
    ),
    metric("chain_length", Unit::Count, "certificates that are sent"),
    metric("key_bits", Unit::Count, "bits of the server's key"),
    metric("cipher_bits", Unit::Count, "bits of the cipher's key"),
    metric(
        "ocsp_next_update",
        Unit::Seconds,
        "until the stapled OCSP response ends",
    ),
    metric(
        "lifetime",
        Unit::Seconds,
        "the lifetime of the server's certificate",
    ),
    metric(
        "tlsa",
        Unit::Seconds,
        "asking for TLSA records and their proof",
    ),
    metric("get", Unit::Seconds, "fetching the MTA-STS policy"),
    metric("tlsa_records", Unit::Count, "TLSA records of the port"),
    metric(
        "tlsa_matching",
        Unit::Count,
        "those that vouch for the server",
    ),
    metric("tlsa_ttl", Unit::Seconds, "how long they may be kept"),
    metric(
        "tlsa_signature",
        Unit::Seconds,
        "until their signature ends",
    ),
    metric(
        "mta_sts_max_age",
        Unit::Seconds,
        "how long senders remember the MTA-STS policy",
    ),
];
