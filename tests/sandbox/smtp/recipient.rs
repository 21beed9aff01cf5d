//! Which recipients the server takes, by their address alone.

use super::super::scenario::Relaying;
use super::super::{HOST, USER};

/// The verdict on a recipient.
pub fn judge(recipient: &str, trusted: bool, relaying: Relaying) -> (bool, &'static [u8]) {
    const TAKEN: &[u8] = b"250 2.1.5 ok\r\n";
    let denied: (bool, &[u8]) = (false, b"554 5.7.1 relay access denied\r\n");
    let here = |domain: &str| {
        let domain = domain.to_ascii_lowercase();
        domain == "example.test" || domain == HOST || domain == "[127.0.0.1]"
    };
    if recipient.eq_ignore_ascii_case("postmaster") {
        return (true, TAKEN);
    }
    if let Some(rest) = recipient.strip_prefix('@') {
        let Some((_, inner)) = rest.split_once(':') else {
            return (false, b"501 5.1.3 bad route\r\n");
        };
        if relaying == Relaying::SourceRoute {
            return (true, TAKEN);
        }
        // The route is ignored, as RFC 5321 has it.
        return judge(inner, trusted, relaying);
    }
    let Some((local, domain)) = recipient.rsplit_once('@') else {
        let bang = recipient.contains('!');
        return if bang && relaying == Relaying::Bang {
            (true, TAKEN)
        } else if bang {
            denied
        } else {
            (false, b"504 5.5.2 need a fully-qualified address\r\n")
        };
    };
    if !here(domain) {
        return if trusted || relaying == Relaying::Any {
            (true, TAKEN)
        } else {
            denied
        };
    }
    let unquoted = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let hidden_target = unquoted.unwrap_or(local);
    if hidden_target.contains(['%', '@', '!']) {
        let open = match relaying {
            Relaying::Percent => hidden_target.contains('%'),
            Relaying::Quoted => unquoted.is_some_and(|local| local.contains('@')),
            Relaying::Bang => hidden_target.contains('!'),
            _ => false,
        };
        return if open { (true, TAKEN) } else { denied };
    }
    let mailbox = hidden_target.to_ascii_lowercase();
    match mailbox.split('+').next().unwrap_or_default() {
        USER | "postmaster" | "echo" => (true, TAKEN),
        name if name.starts_with("ok-") => (true, TAKEN),
        "grey" => (false, b"450 4.7.1 greylisted, try again later\r\n"),
        "full" => (false, b"452 4.2.2 mailbox full\r\n"),
        _ => (false, b"550 5.1.1 user unknown\r\n"),
    }
}
