//! What `--self-test-cache` keeps: which zones proved that they live, for which sort of subjects, through which name servers.
//! Text, a line each; locked while it is brought up to date, replaced as a whole.
//!
//! It spares questions and is never believed against a subject: a zone that lists something proves itself anew. Zones that
//! failed are not kept, nor those that are asked under a key. Links, and files of other users, are refused.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::dns::blocklist::{Place, ZoneReport};
use crate::dns::zones::Sort;
use crate::probe::kept;
use crate::time::{Clock, Deadline};

/// A proof is this old at most, in seconds.
const KEPT: i64 = 3600;
/// A file of ours is shorter: 20 000 zones, three sorts, a long name each.
const LIMIT: u64 = 16 << 20;
/// Another run holds the lock no longer.
const PATIENCE: Duration = Duration::from_millis(200);

/// What a proof is of: the name servers, the sort, the zone.
type Key = (String, &'static str, String);

/// The proofs of a file.
#[derive(Debug, Default)]
pub struct Cache {
    proofs: BTreeMap<Key, i64>,
}

impl Cache {
    /// What was proven lately; nothing when there is no file yet.
    ///
    /// # Errors
    /// When the file is not ours, or cannot be read.
    pub fn read(path: &Path) -> io::Result<Self> {
        let file = match kept::ours(path, false) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error),
        };
        let mut text = Vec::new();
        file.take(LIMIT).read_to_end(&mut text)?;
        let now = Clock::unix_time();
        let proofs = String::from_utf8_lossy(&text)
            .lines()
            .filter_map(proof)
            .filter(|(_, at)| (now.saturating_sub(KEPT)..=now).contains(at))
            .collect();
        Ok(Cache { proofs })
    }

    /// The zones, by number, that need not be tested for a sort now.
    #[must_use]
    pub fn spared(&self, places: &[Place], servers: &[SocketAddr]) -> HashSet<(usize, Sort)> {
        let servers = written(servers);
        let mut spared = HashSet::new();
        for (number, place) in places.iter().enumerate().filter(|(_, one)| is_kept(one)) {
            for sort in [Sort::V4, Sort::V6, Sort::Domain] {
                let key = (servers.clone(), sort.name(), place.shown.clone());
                if self.proofs.contains_key(&key) {
                    spared.insert((number, sort));
                }
            }
        }
        spared
    }
}

/// Puts down what was proven now; what other runs put down in the meantime stays.
///
/// # Errors
/// When the file is not ours, cannot be written, or another run holds it.
pub fn keep(
    path: &Path,
    places: &[Place],
    reports: &[ZoneReport],
    servers: &[SocketAddr],
    deadline: Deadline,
) -> io::Result<()> {
    let _lock = kept::hold(&beside(path, ".lock"), deadline.within(PATIENCE))?;
    let mut cache = Cache::read(path)?;
    let (servers, now) = (written(servers), Clock::unix_time());
    for (place, report) in places.iter().zip(reports).filter(|(one, _)| is_kept(one)) {
        for sort in &report.proven {
            let key = (servers.clone(), sort.name(), place.shown.clone());
            cache.proofs.insert(key, now);
        }
        for sort in &report.failed {
            let key = (servers.clone(), sort.name(), place.shown.clone());
            cache.proofs.remove(&key);
        }
    }
    let mut text = String::new();
    for ((servers, sort, zone), at) in &cache.proofs {
        text.push_str(&format!("1 {at} {servers} {sort} {zone}\n"));
    }
    kept::replace(path, text.as_bytes(), kept::OURS_ALONE)
}

/// A zone under a key is another one with another key, and keys are not written down.
fn is_kept(place: &Place) -> bool {
    place.domain == place.shown
}

fn written(servers: &[SocketAddr]) -> String {
    let texts: Vec<String> = servers.iter().map(ToString::to_string).collect();
    texts.join(",")
}

/// One line; what is none of ours, or of another version, counts as none.
fn proof(line: &str) -> Option<(Key, i64)> {
    let words: Vec<&str> = line.split(' ').collect();
    let ["1", at, servers, sort, zone] = words.as_slice() else {
        return None;
    };
    let sort = [Sort::V4, Sort::V6, Sort::Domain]
        .map(Sort::name)
        .into_iter()
        .find(|name| name == sort)?;
    let key = ((*servers).to_owned(), sort, (*zone).to_owned());
    Some((key, at.parse().ok()?))
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().as_bytes().to_vec();
    name.extend_from_slice(end.as_bytes());
    PathBuf::from(std::ffi::OsStr::from_bytes(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(shown: &str, domain: &str) -> Place {
        Place {
            zone: crate::dns::zones::Zone::unknown(shown).unwrap(),
            domain: domain.to_owned(),
            shown: shown.to_owned(),
            known: false,
        }
    }

    fn report(proven: &[Sort], failed: &[Sort]) -> ZoneReport {
        ZoneReport {
            verdicts: Vec::new(),
            took: Duration::ZERO,
            proven: proven.to_vec(),
            failed: failed.to_vec(),
        }
    }

    #[test]
    fn what_was_proven_is_spared_for_the_same_servers_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache");
        let places = [place("a.test", "a.test"), place("b.test", "key.b.test")];
        let servers: [SocketAddr; 1] = ["192.0.2.53:53".parse().unwrap()];
        let soon = || Clock::start().deadline(Duration::from_secs(5));
        let put = |proven: &[Sort], failed: &[Sort]| {
            let reports = [report(proven, failed), report(proven, failed)];
            keep(&path, &places, &reports, &servers, soon()).unwrap();
        };
        let spared = |servers: &[SocketAddr]| {
            let all = Cache::read(&path).unwrap().spared(&places, servers);
            let mut all: Vec<_> = all.iter().map(|(at, sort)| (*at, sort.name())).collect();
            all.sort_unstable();
            all
        };
        put(&[Sort::V4], &[]);
        put(&[Sort::Domain], &[]);
        assert_eq!(spared(&servers), [(0, "domain"), (0, "v4")]);
        assert_eq!(spared(&["192.0.2.54:53".parse().unwrap()]), []);
        assert!(!std::fs::read_to_string(&path).unwrap().contains("key"));
        put(&[], &[Sort::V4]);
        assert_eq!(spared(&servers), [(0, "domain")]);
        let old = std::fs::read_to_string(&path).unwrap();
        let then = old.split(' ').nth(1).unwrap();
        for at in [Clock::unix_time() - KEPT - 5, Clock::unix_time() + 60] {
            std::fs::write(&path, old.replace(then, &at.to_string())).unwrap();
            assert_eq!(spared(&servers), [], "{at}");
        }
    }

    #[test]
    fn garbage_counts_as_none_and_links_are_refused() {
        for line in [
            "",
            "x",
            "2 1 s v4 z",
            "1 x s v4 z",
            "1 1 s v9 z",
            "1 1 s v4",
            "1 1 s v4 z z",
        ] {
            assert_eq!(proof(line), None, "{line}");
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache");
        std::fs::write(&path, [0xff, 0, b'\n', 1]).unwrap();
        assert!(Cache::read(&path).unwrap().proofs.is_empty());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(Cache::read(&link).is_err());
        let soon = Clock::start().deadline(Duration::from_secs(5));
        assert!(keep(&link, &[], &[], &[], soon).is_err());
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
