//! Certificates in files: judged like a server's, or compared with what a server shows.

use std::io::Read;
use std::path::Path;

use super::bundle;
use super::demands::{Demands, Source};
use super::findings as id;
use super::judge::human;
use crate::net::Host;
use crate::probe::{Job, Scene};
use crate::session::Error;
use crate::tls::inspect::Inspection;
use crate::x509::file::{self, LARGEST_FILE};
use crate::x509::{Certificate, date};

/// A file that is judged.
pub struct FileJob {
    /// A path, or `-` for what comes on standard input.
    pub path: String,
    /// The name the certificate must be for, if one was said.
    pub host: Option<Host>,
    pub demands: std::sync::Arc<Demands>,
}

impl Job for FileJob {
    fn run(&self, scene: &Scene) -> Result<(), Error> {
        let name = shown(&self.path);
        let all = match load(&self.path) {
            Ok(all) => all,
            Err(why) => {
                scene.finding(id::FILE_UNREADABLE, format!("{name}: {why}"));
                return Ok(());
            }
        };
        // Whoever asks for a name means a server's certificate.
        let nameless = self.host.is_none() && self.demands.san.is_empty();
        if nameless && bundle::is_one(&all) {
            bundle::judge(name, &all, &self.demands, scene);
            return Ok(());
        }
        let chain = file::as_chain(all);
        let host = self.host.as_ref();
        self.demands
            .chain(name, &chain, host, &Source::default(), scene);
        Ok(())
    }
}

/// What messages call a file.
pub fn shown(path: &str) -> &str {
    if path == "-" { "standard input" } else { path }
}

/// The path in a `file:` URI (RFC 8089), and any other text as it is.
pub fn path_of(text: &str) -> String {
    let Some(rest) = text.strip_prefix("file://") else {
        return text.to_owned();
    };
    let path = rest
        .strip_prefix("localhost")
        .filter(|path| path.starts_with('/'))
        .unwrap_or(rest);
    let mut octets = Vec::with_capacity(path.len());
    let mut left = path.as_bytes();
    while let Some((&first, rest)) = left.split_first() {
        let escaped = (first == b'%')
            .then(|| rest.split_at_checked(2))
            .flatten()
            .and_then(|(hex, rest)| {
                let octet = data_encoding::HEXUPPER_PERMISSIVE.decode(hex).ok()?;
                Some((*octet.first()?, rest))
            });
        let (octet, rest) = escaped.unwrap_or((first, rest));
        octets.push(octet);
        left = rest;
    }
    String::from_utf8(octets).unwrap_or_else(|_| path.to_owned())
}

/// All certificates of a file.
fn load(path: &str) -> Result<Vec<Certificate>, String> {
    let mut bytes = Vec::new();
    let most = u64::try_from(LARGEST_FILE).unwrap_or(u64::MAX) + 1;
    let read = if path == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    read.map_err(|error| error.to_string())?;
    // A private key may stand beside the certificate.
    let bytes = zeroize::Zeroizing::new(bytes);
    file::parse(&bytes).map_err(|error| error.to_string())
}

/// Is what the server shows what the file holds? A newer one in the file is a reload that was
/// forgotten.
pub fn compare(name: &str, seen: &Inspection, path: &Path, scene: &Scene) {
    let all = match load(&path.to_string_lossy()) {
        Ok(all) => file::as_chain(all),
        Err(why) => {
            scene.finding(id::FILE_UNREADABLE, format!("{}: {why}", path.display()));
            return;
        }
    };
    let served = seen
        .chain
        .first()
        .and_then(|der| Certificate::from_der(der).ok());
    let (Some(served), Some(held)) = (served, all.first()) else {
        return;
    };
    if all.contains(&served) {
        scene.detail(format!("it is the certificate in {}", path.display()));
        return;
    }
    let path = path.display();
    if held.not_before > served.not_before {
        let since = human(held.not_before - served.not_before);
        scene.finding(
            id::FILE_NEWER,
            format!(
                "{name} still serves its old certificate (until {}), {path} has one that is {since} newer (until {}): reload the server",
                date(served.not_after),
                date(held.not_after)
            ),
        );
    } else {
        scene.finding(
            id::FILE_DIFFERS,
            format!("{name} serves another certificate than {path} holds"),
        );
    }
}
