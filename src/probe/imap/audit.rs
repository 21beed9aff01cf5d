//! What a server allows before TLS: nothing secret should be asked for in the clear (RFC 8314 §4,
//! RFC 9051 §11.1: LOGINDISABLED where TLS is not active).

use super::findings::PLAINTEXT_AUTH;
use crate::probe::{Scene, finding};
use crate::session::Error;
use crate::session::imap::Imap;

/// Looks at a connection that is not in TLS yet. Nothing secret is sent.
pub fn plaintext(imap: &mut Imap, scene: &Scene) -> Result<(), Error> {
    if imap.connection().is_tls() {
        scene.detail("TLS from the first byte: there is nothing in the clear to audit");
        return Ok(());
    }
    let name = scene.name();
    if imap.is_preauth() {
        // The finding for that is made where the greeting is judged.
        return Ok(());
    }
    let offered = imap.all_capabilities()?;
    if !offered.starttls() {
        let text = format!("{name} does not offer STARTTLS");
        scene.finding(finding::STARTTLS_MISSING, text);
    }
    let mut telling: Vec<String> = offered
        .sasl()
        .into_iter()
        .map(str::to_ascii_uppercase)
        .filter(|name| tells_the_password(name))
        .map(|name| format!("AUTH={name}"))
        .collect();
    if !offered.login_disabled() {
        telling.insert(0, "the LOGIN command".to_owned());
    }
    if !telling.is_empty() {
        let text = format!(
            "{name} allows {} before TLS: passwords pass in the clear",
            telling.join(", ")
        );
        scene.finding(PLAINTEXT_AUTH, text);
        return Ok(());
    }
    // What is not offered may be accepted all the same. PLAIN begins without a secret.
    match imap.begins_plain()? {
        Some(words) => {
            let text = format!(
                "{name} accepts AUTHENTICATE PLAIN before TLS although it does not offer it: {words}"
            );
            scene.finding(PLAINTEXT_AUTH, text);
        }
        None => scene.proven("no login before TLS"),
    }
    Ok(())
}

/// Mechanisms that hand the secret itself to whoever listens.
fn tells_the_password(mechanism: &str) -> bool {
    matches!(mechanism, "PLAIN" | "LOGIN" | "XOAUTH2" | "OAUTHBEARER")
}
