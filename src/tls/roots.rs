//! The roots that are trusted, without reading all of them.
//!
//! On Debian native-tls loads the CA bundle twice for every connector, ten times the cost of the
//! rest of a check. OpenSSL can look up single roots in a directory of hashed links instead. Where
//! such a directory exists the process is prepared so that only it is consulted; where a chain does
//! not verify by it, the bundle is read after all (a root may stand in the bundle only).

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::x509::verify::Roots;

/// Directories that may hold hashed links: Debian, SUSE, Alpine; then Fedora and RHEL.
const HASHED: [&str; 3] = [
    "/etc/ssl/certs",
    "/etc/pki/ca-trust/extracted/pem/directory-hash",
    "/etc/pki/tls/certs",
];

/// Bundles, for the second try.
const BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Where roots come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The caller's `SSL_CERT_FILE` or `SSL_CERT_DIR` decides.
    Environment,
    /// A directory of hashed links.
    Directory(PathBuf),
    /// The system's default, a bundle as a rule.
    Default,
}

/// A certificate as bytes.
pub type Der = Vec<u8>;

/// A second try with the roots that a directory lacks. It carries the function that reads them, so that a probe without
/// TLS, whose plan has none, does not link OpenSSL: loading and relocating it is most of what such a probe would cost.
#[derive(Clone, Debug)]
pub struct Second {
    directory: PathBuf,
    read: fn(&Path) -> Vec<Der>,
}

impl Second {
    /// Reads the bundle.
    #[must_use]
    pub fn roots(&self) -> Vec<Der> {
        (self.read)(&self.directory)
    }
}

impl Source {
    /// Makes sense for a directory only.
    #[must_use]
    pub fn second(&self) -> Option<Second> {
        match self {
            Source::Directory(directory) => Some(Second {
                directory: directory.clone(),
                read: missing,
            }),
            Source::Environment | Source::Default => None,
        }
    }
}

/// Prepares the process. To be called while no other thread looks at the environment (the main one only
/// waits), and only by a check that uses TLS.
#[must_use]
pub fn prepare() -> Source {
    let named = |variable| std::env::var_os(variable).map(PathBuf::from);
    let Some(directory) = usual(named("SSL_CERT_FILE"), named("SSL_CERT_DIR")) else {
        return Source::Environment;
    };
    let Some(directory) = directory.or_else(|| {
        HASHED
            .iter()
            .map(PathBuf::from)
            .find(|path| is_hashed(path))
    }) else {
        return Source::Default;
    };
    set_environment(&directory);
    Source::Directory(directory)
}

/// `None` when the caller's environment names roots of its own. One that only repeats where the
/// system keeps them, as container images do, is as good as none; a directory it names is given back.
fn usual(file: Option<PathBuf>, directory: Option<PathBuf>) -> Option<Option<PathBuf>> {
    let own_file = file.is_some_and(|file| !BUNDLES.iter().any(|known| file == Path::new(known)));
    if own_file {
        return None;
    }
    match directory {
        None => Some(None),
        Some(path) if HASHED.iter().any(|known| path == Path::new(known)) && is_hashed(&path) => {
            Some(Some(path))
        }
        Some(_) => None,
    }
}

/// The bundle that holds what the hashed directory may lack.
fn bundle() -> Option<&'static Path> {
    BUNDLES.iter().map(Path::new).find(|path| path.is_file())
}

/// What the caller's environment or the system's default names, for whoever verifies by OpenSSL itself:
/// `SSL_CERT_FILE` and `SSL_CERT_DIR`, the bundle where neither is set.
#[must_use]
pub fn system(source: &Source, mut roots: Roots) -> Roots {
    if let Source::Directory(directory) = source {
        return roots.directory(directory);
    }
    let named = |variable| std::env::var_os(variable).map(PathBuf::from);
    let (file, directories) = match source {
        Source::Environment => (named("SSL_CERT_FILE"), named("SSL_CERT_DIR")),
        _ => (bundle().map(Path::to_owned), None),
    };
    for directory in directories.iter().flat_map(std::env::split_paths) {
        roots = roots.directory(&directory);
    }
    let text = file.and_then(|file| std::fs::read(file).ok());
    let more = openssl::x509::X509::stack_from_pem(&text.unwrap_or_default());
    roots.bundle(more.unwrap_or_default())
}

/// The roots that the bundle holds and the directory has no link for. Reading the bundle is what a
/// check avoids; after a chain did not verify it is worth it, and where nothing is missing the
/// server need not be asked a second time.
#[must_use]
pub fn missing(directory: &Path) -> Vec<Der> {
    lacking(directory)
        .iter()
        .filter_map(|root| root.to_der().ok())
        .collect()
}

/// The same for whoever verifies by OpenSSL itself.
#[must_use]
pub fn lacking(directory: &Path) -> Vec<openssl::x509::X509> {
    let Some(text) = bundle().and_then(|bundle| std::fs::read(bundle).ok()) else {
        return Vec::new();
    };
    let linked: HashSet<u32> = links(directory)
        .filter_map(|name| u32::from_str_radix(name.to_str()?.get(..8)?, 16).ok())
        .collect();
    let roots = openssl::x509::X509::stack_from_pem(&text).unwrap_or_default();
    roots
        .into_iter()
        .filter(|root| !linked.contains(&root.subject_name_hash()))
        .collect()
}

/// Was this root put there by the administrator and not by the distribution? A private authority is
/// held to no public rules.
#[must_use]
pub fn is_local(directory: &Path, root: &openssl::x509::X509Ref) -> bool {
    const LOCAL: [&str; 3] = [
        "/usr/local/",
        "/etc/pki/ca-trust/source/",
        "/etc/ca-certificates/trust-source/",
    ];
    (0..10).any(|number| {
        let link = directory.join(format!("{:08x}.{number}", root.subject_name_hash()));
        // The link leads over the distribution's own name to where the file was put.
        std::fs::canonicalize(link)
            .is_ok_and(|path| LOCAL.iter().any(|local| path.starts_with(local)))
    })
}

/// Does the directory hold at least one hashed link: eight hexadecimal digits, a dot, a number?
fn is_hashed(directory: &Path) -> bool {
    links(directory).next().is_some()
}

/// The hashed links of a directory.
fn links(directory: &Path) -> impl Iterator<Item = std::ffi::OsString> + use<> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name()).filter(|name| {
        name.to_str()
            .and_then(|name| name.split_once('.'))
            .is_some_and(|(hash, number)| {
                hash.len() == 8
                    && hash.bytes().all(|b| b.is_ascii_hexdigit())
                    && !number.is_empty()
                    && number.bytes().all(|b| b.is_ascii_digit())
            })
    })
}

#[expect(
    unsafe_code,
    reason = "the environment is the only way to tell native-tls where roots are"
)]
fn set_environment(directory: &Path) {
    // SAFETY: called while the plan is made, when there are two threads: this one, and the main thread,
    // which waits on a channel. Nobody reads the environment at the same time.
    unsafe {
        std::env::set_var("SSL_CERT_FILE", "/dev/null");
        std::env::set_var("SSL_CERT_DIR", directory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_that_names_the_systems_own_roots_is_as_good_as_none() {
        let path = |text: &str| Some(PathBuf::from(text));
        assert_eq!(usual(None, None), Some(None));
        assert_eq!(usual(path(BUNDLES[0]), None), Some(None));
        assert_eq!(usual(path("/home/me/ca.pem"), None), None);
        assert_eq!(usual(path("/dev/null"), None), None);
        assert_eq!(usual(None, path("/home/me/certs")), None);
        assert_eq!(usual(path("/home/me/ca.pem"), path(HASHED[0])), None);
    }

    #[test]
    fn a_hashed_directory_is_known_by_its_links() {
        let directory = tempfile::tempdir().unwrap();
        assert!(!is_hashed(directory.path()));
        std::fs::write(directory.path().join("ca-certificates.crt"), "").unwrap();
        std::fs::write(directory.path().join("abc.0"), "").unwrap();
        assert!(!is_hashed(directory.path()));
        std::fs::write(directory.path().join("0a1b2c3d.0"), "").unwrap();
        assert!(is_hashed(directory.path()));
    }
}
