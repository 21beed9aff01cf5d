//! A path from a server's certificate up to one published authority and no other, by OpenSSL.
//!
//! Neither the system's roots nor the authority's own issuer count here. The dates of all certificates of the path must hold,
//! the server's must be for servers, and it must bear one of the names.

use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Public};
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::{X509CheckFlags, X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509PurposeId, X509Ref, X509StoreContext, X509VerifyResult};

use super::Shown;

/// The end of the path.
pub(super) enum Anchor<'a> {
    Certificate(&'a X509),
    /// A key alone, as `2 1 0` has it: whatever it signed is an end of the path.
    Key(&'a PKey<Public>),
}

const NO_PATH: &str = "no path leads from the server's certificate to this authority";

/// Does this say that the authority has nothing to do with the server?
pub(super) fn is_no_path(why: &str) -> bool {
    why == NO_PATH
}

pub(super) fn anchored(
    leaf: &X509,
    sent: &[X509],
    anchor: &Anchor,
    shown: &Shown,
) -> Result<(), String> {
    let all = || std::iter::once(leaf).chain(sent);
    match anchor {
        Anchor::Certificate(certificate) => verified(leaf, sent, certificate, shown),
        Anchor::Key(key) => {
            let mut failure = NO_PATH.to_owned();
            let signed: Vec<&X509> = all().filter(|it| it.verify(key).unwrap_or(false)).collect();
            // Each certificate that this key did not sign has left its error.
            let _ = ErrorStack::get();
            for signed in signed {
                match verified(leaf, sent, signed, shown) {
                    Ok(()) => return Ok(()),
                    Err(why) => failure = why,
                }
            }
            Err(failure)
        }
    }
}

fn verified(leaf: &X509, sent: &[X509], anchor: &X509Ref, shown: &Shown) -> Result<(), String> {
    run(leaf, sent, anchor, shown.now, None)?;
    let mut failure = "there is no name to look for".to_owned();
    for name in shown.names {
        match run(leaf, sent, anchor, shown.now, Some(name)) {
            Ok(()) => return Ok(()),
            Err(_) => {
                let names: Vec<&str> = shown.names.iter().map(String::as_str).collect();
                failure = format!("the certificate is not for {}", names.join(" or "));
            }
        }
    }
    Err(failure)
}

/// One question, behind which no error stays in the thread's queue, where the next TLS read would find it.
fn run(
    leaf: &X509,
    sent: &[X509],
    anchor: &X509Ref,
    now: i64,
    name: Option<&str>,
) -> Result<(), String> {
    let answer = ask(leaf, sent, anchor, now, name);
    let _ = ErrorStack::get();
    answer
}

fn ask(
    leaf: &X509,
    sent: &[X509],
    anchor: &X509Ref,
    now: i64,
    name: Option<&str>,
) -> Result<(), String> {
    let ours = |error: ErrorStack| format!("it cannot be verified: {error}");
    let mut param = X509VerifyParam::new().map_err(ours)?;
    param
        .set_flags(X509VerifyFlags::PARTIAL_CHAIN | X509VerifyFlags::TRUSTED_FIRST)
        .map_err(ours)?;
    param.set_time(now);
    param.set_purpose(X509PurposeId::SSL_SERVER).map_err(ours)?;
    if let Some(name) = name {
        match name.parse() {
            Ok(address) => param.set_ip(address).map_err(ours)?,
            Err(_) => {
                param.set_hostflags(X509CheckFlags::NO_PARTIAL_WILDCARDS);
                param.set_host(name).map_err(ours)?;
            }
        }
    }
    let mut store = X509StoreBuilder::new().map_err(ours)?;
    store.add_cert(anchor.to_owned()).map_err(ours)?;
    store.set_param(&param).map_err(ours)?;
    let store = store.build();
    let mut others = Stack::new().map_err(ours)?;
    for certificate in sent {
        others.push(certificate.clone()).map_err(ours)?;
    }
    let mut context = X509StoreContext::new().map_err(ours)?;
    let result = context
        .init(&store, leaf, &others, |context| {
            Ok(if context.verify_cert()? {
                X509VerifyResult::OK
            } else {
                context.error()
            })
        })
        .map_err(ours)?;
    match result {
        X509VerifyResult::OK => Ok(()),
        // Unable to get issuer, self-signed in chain, unable to get local issuer, unable to verify the first.
        other if matches!(other.as_raw(), 2 | 18 | 19 | 20 | 21) => Err(NO_PATH.to_owned()),
        other => Err(format!(
            "the path to it does not verify: {}",
            other.error_string()
        )),
    }
}
