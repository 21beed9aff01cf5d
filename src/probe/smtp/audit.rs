//! What a server allows before TLS: nothing secret should be asked for in the clear.

use super::findings::{PLAINTEXT_AUTH, PLAINTEXT_MAIL, SENDER_DEFERRED};
use crate::probe::{Scene, finding};
use crate::session::Error;
use crate::session::smtp::Smtp;
use crate::wire::command::Command;

/// Looks at a connection that is not in TLS yet. Nothing secret is sent.
pub fn plaintext(smtp: &mut Smtp, scene: &Scene, auth: bool, mail: bool) -> Result<(), Error> {
    if smtp.connection().is_tls() {
        scene.detail("TLS from the first byte: there is nothing in the clear to audit");
        return Ok(());
    }
    if auth {
        audit_auth(smtp, scene)?;
    }
    if mail {
        audit_mail(smtp, scene)?;
    }
    Ok(())
}

fn audit_auth(smtp: &mut Smtp, scene: &Scene) -> Result<(), Error> {
    let name = scene.name();
    if !smtp.capabilities().has("STARTTLS") {
        scene.finding(
            finding::STARTTLS_MISSING,
            format!("{name} does not offer STARTTLS"),
        );
    }
    let telling: Vec<String> = smtp
        .capabilities()
        .mechanisms()
        .into_iter()
        .filter(|name| tells_the_password(name))
        .collect();
    if !telling.is_empty() {
        let text = format!(
            "{name} offers AUTH {} before TLS: passwords pass in the clear",
            telling.join(" ")
        );
        scene.finding(PLAINTEXT_AUTH, text);
        return Ok(());
    }
    // What is not offered may be accepted all the same. LOGIN begins without a secret.
    const AUTH: &str = "try AUTH before TLS at";
    let reply = smtp.ask(&Command::new("AUTH LOGIN"), AUTH)?;
    let reply = smtp.stays(AUTH, reply)?;
    if reply.is_transient() {
        let text = format!(
            "{name} cannot say now whether it accepts AUTH before TLS: {}",
            reply.quote()
        );
        scene.finding(finding::AUTH_UNAVAILABLE, text);
    } else if !reply.is_permanent() {
        if reply.is_intermediate() {
            smtp.ask(&Command::new("*"), "cancel AUTH at")?;
        }
        let text = format!(
            "{name} accepts AUTH before TLS although it does not offer it: {}",
            reply.quote()
        );
        scene.finding(PLAINTEXT_AUTH, text);
    } else {
        scene.proven("no clear-text login before TLS");
    }
    Ok(())
}

fn audit_mail(smtp: &mut Smtp, scene: &Scene) -> Result<(), Error> {
    const MAIL: &str = "try MAIL before TLS at";
    const RSET: &str = "send RSET to";
    let reply = smtp.ask(&Command::new("MAIL FROM:<>"), MAIL)?;
    let reply = smtp.stays(MAIL, reply)?;
    if reply.is_transient() {
        let text = format!(
            "{} only defers MAIL before TLS, which it must refuse: {}",
            scene.name(),
            reply.quote()
        );
        scene.finding(SENDER_DEFERRED, text);
    } else if !reply.is_permanent() {
        let answer = smtp.ask(&Command::new("RSET"), RSET)?;
        smtp.stays(RSET, answer)?;
        let text = format!(
            "{} accepts MAIL before TLS: {}",
            scene.name(),
            reply.quote()
        );
        scene.finding(PLAINTEXT_MAIL, text);
    } else {
        scene.proven("no MAIL before TLS");
    }
    Ok(())
}

/// Mechanisms that hand the secret itself to whoever listens.
fn tells_the_password(mechanism: &str) -> bool {
    matches!(mechanism, "PLAIN" | "LOGIN" | "XOAUTH2" | "OAUTHBEARER")
}
