//! The smallest program for a dialogue (`floor.c`), and the launcher that measures memory (`launch.c`): built when they
//! are needed, by the C compiler that the build needs anyway.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::probe::Run;

/// Both builds of the floor and the launcher.
struct Built {
    folder: PathBuf,
}

static BUILT: LazyLock<Built> = LazyLock::new(|| {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.join("target/bench");
    std::fs::create_dir_all(&folder).expect("target/bench");
    let cc = |source: &str, name: &str, before: &[&str], after: &[&str]| {
        let status = Command::new("cc")
            .args(["-O2", "-Wall", "-Wextra"])
            .args(before)
            .arg("-o")
            .arg(folder.join(name))
            .arg(here.join("benches").join(source))
            .args(after)
            .status()
            .expect("cc");
        assert!(status.success(), "cc {source}");
    };
    cc("floor.c", "floor", &[], &[]);
    cc("floor.c", "floor-tls", &["-DTLS"], &["-lssl", "-lcrypto"]);
    cc("launch.c", "launch", &["-static"], &[]);
    Built { folder }
});

/// A dialogue of the smallest program. One without a handshake has no OpenSSL in it.
pub fn dialogue(steps: &[&str], port: u16, ca: &Path) -> (PathBuf, Run) {
    let name = if steps.contains(&"!") {
        "floor-tls"
    } else {
        "floor"
    };
    let run = Run::new(name).arg(port.to_string()).arg(ca).args(steps);
    (BUILT.folder.join(name), run)
}

/// Peak memory in KiB of this run and its children, and its exit code: not to be told from the runner's own otherwise.
pub fn peak(run: &Run, path: &Path) -> (u64, Option<i32>) {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let at = file.path().to_string_lossy().into_owned();
    let outcome = run
        .under(&[&at], path)
        .run_binary(&BUILT.folder.join("launch"));
    let text = std::fs::read_to_string(file.path()).expect("what the launcher wrote");
    let peak = text.trim().parse();
    (
        peak.unwrap_or_else(|_| panic!("no number\n{outcome}")),
        outcome.code,
    )
}
