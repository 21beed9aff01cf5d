//! What a server allows before TLS: no password should be asked for in the clear.

use super::findings::PLAINTEXT_AUTH;
use crate::probe::{Scene, finding};
use crate::session::Error;
use crate::session::pop3::Pop3;
use crate::wire::command::Command;
use crate::wire::pop3::Status;

/// Looks at a connection that is not in TLS yet. Nothing secret is sent: the user is nobody's.
pub fn plaintext(pop3: &mut Pop3, scene: &Scene) -> Result<(), Error> {
    let name = scene.name();
    if pop3.connection().is_tls() {
        scene.detail("TLS from the first byte: there is nothing in the clear to audit");
        return Ok(());
    }
    if !pop3.capabilities().is_some_and(|found| found.stls()) {
        scene.finding(
            finding::STARTTLS_MISSING,
            format!("{name} does not offer STLS"),
        );
    }
    let mut telling: Vec<String> = pop3
        .mechanisms()
        .into_iter()
        .filter(|name| tells_the_password(name))
        .map(|name| format!("SASL {name}"))
        .collect();
    if pop3.capabilities().is_some_and(|found| found.user()) {
        telling.insert(0, "USER".to_owned());
    }
    if !telling.is_empty() {
        let text = format!(
            "{name} offers {} before TLS: passwords pass in the clear",
            telling.join(", ")
        );
        scene.finding(PLAINTEXT_AUTH, text);
        return Ok(());
    }
    // What is not offered may be accepted all the same.
    let doing = "try a login before TLS at";
    let reply = pop3.ask(&Command::new("USER mailprobe"), doing)?;
    let accepted = if reply.is_ok() {
        Some(("USER", reply))
    } else {
        let reply = pop3.ask_any(&Command::new("AUTH PLAIN"), doing)?;
        let wants = reply.status == Status::Continue;
        if wants {
            pop3.ask(&Command::new("*"), doing)?;
        }
        wants.then_some(("AUTH PLAIN", reply))
    };
    match accepted {
        Some((verb, reply)) => {
            let text = format!(
                "{name} accepts {verb} before TLS although it does not offer it: {}",
                String::from_utf8_lossy(&reply.line)
            );
            scene.finding(PLAINTEXT_AUTH, text);
        }
        None => scene.proven("no password before TLS"),
    }
    Ok(())
}

/// Mechanisms that hand the secret itself to whoever listens.
fn tells_the_password(mechanism: &str) -> bool {
    matches!(
        mechanism.to_ascii_uppercase().as_str(),
        "PLAIN" | "LOGIN" | "XOAUTH2" | "OAUTHBEARER"
    )
}
