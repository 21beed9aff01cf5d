//! The Debian package, installed into a root that holds what it depends on and nothing else: every probe runs from it.
//! Needs root, as chroot does.

// A test that looks for a free port has a socket of its own.
#![allow(clippy::disallowed_methods)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mailprobe::probe::table::PROBES;

fn run(command: &mut Command) -> Output {
    let said = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let words = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{command:?}: {words}");
    said
}

fn text(command: &mut Command) -> String {
    String::from_utf8(run(command).stdout).unwrap()
}

/// The package of the binaries under test.
fn package(folder: &Path) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let binaries = Path::new(env!("CARGO_BIN_EXE_check_smtp"))
        .parent()
        .unwrap();
    let script = root.join("packaging/deb.sh");
    let mut build = Command::new(script);
    let path = text(build.arg(binaries).arg(folder).env("COMPRESSION", "none"));
    PathBuf::from(path.trim())
}

/// A root with the libraries that the package names, registered as installed so that dpkg looks whether that is enough.
fn root(folder: &Path, package: &Path) -> PathBuf {
    let root = folder.join("root");
    for path in [
        "usr/bin",
        "usr/lib",
        "usr/lib64",
        "var/lib/dpkg/info",
        "var/lib/dpkg/updates",
        "tmp",
    ] {
        fs::create_dir_all(root.join(path)).unwrap();
    }
    for name in ["bin", "lib", "lib64"] {
        std::os::unix::fs::symlink(format!("usr/{name}"), root.join(name)).unwrap();
    }
    let depends = text(
        Command::new("dpkg-deb")
            .arg("-f")
            .arg(package)
            .arg("Depends"),
    );
    let mut status = String::new();
    for name in depends
        .split(',')
        .filter_map(|one| one.split_whitespace().next())
    {
        // What the libraries depend on themselves is configuration and documentation; none of it is needed to run.
        let known = text(Command::new("dpkg-query").args(["-s", name]));
        for line in known.lines().filter(|line| !line.starts_with("Depends:")) {
            status.push_str(line);
            status.push('\n');
        }
        status.push('\n');
        for file in text(Command::new("dpkg-query").args(["-L", name])).lines() {
            let at = Path::new(file);
            let library = at.extension().is_some() && file.contains("/lib");
            if library && at.is_file() {
                let real = fs::canonicalize(at.parent().unwrap())
                    .unwrap()
                    .join(at.file_name().unwrap());
                let copy = root.join(real.strip_prefix("/").unwrap());
                fs::create_dir_all(copy.parent().unwrap()).unwrap();
                fs::copy(at, copy).unwrap();
            }
        }
    }
    fs::write(root.join("var/lib/dpkg/status"), status).unwrap();
    root
}

#[test]
fn every_probe_runs_from_the_package() {
    let folder = tempfile::tempdir().unwrap();
    let deb = package(folder.path());
    let root = root(folder.path(), &deb);
    let dpkg = |arguments: &[&str]| {
        let mut command = Command::new("dpkg");
        command
            .arg(format!("--root={}", root.display()))
            .args(arguments);
        run(&mut command);
    };
    dpkg(&["--install", deb.to_str().unwrap()]);
    for probe in PROBES {
        let said = Command::new("chroot")
            .arg(&root)
            .arg(format!("/usr/bin/{}", probe.name))
            .arg("--version")
            .output()
            .unwrap();
        let version = String::from_utf8_lossy(&said.stdout);
        assert_eq!(said.status.code(), Some(3), "{}: {said:?}", probe.name);
        let expected = format!("{} {}", probe.name, env!("CARGO_PKG_VERSION"));
        assert_eq!(version.trim(), expected, "{said:?}");
        let manual = format!("usr/share/man/man1/{}.1.gz", probe.name);
        assert!(root.join(manual).is_file(), "{} has no manual", probe.name);
    }
    // One of them does its work there, too, where there is no /etc at all.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let said = Command::new("chroot")
        .arg(&root)
        .args([
            "/usr/bin/check_smtp",
            "-H",
            "127.0.0.1",
            "-p",
            &port.to_string(),
        ])
        .output()
        .unwrap();
    let line = String::from_utf8_lossy(&said.stdout);
    assert_eq!(said.status.code(), Some(2), "{said:?}");
    assert!(line.starts_with("SMTP CRITICAL - 127.0.0.1:"), "{line}");
    dpkg(&["--remove", "mailprobe"]);
    assert!(!root.join("usr/lib/mailprobe").exists(), "nothing is left");
}

/// Beside the monitoring-plugins: not one path of theirs is taken.
#[test]
fn the_package_takes_no_path_of_the_old_plugins() {
    let folder = tempfile::tempdir().unwrap();
    let deb = package(folder.path());
    let ours = text(Command::new("dpkg-deb").arg("-c").arg(&deb));
    let theirs = text(Command::new("dpkg-query").args(["-L", "monitoring-plugins-basic"]));
    let theirs: Vec<&str> = theirs
        .lines()
        .filter(|path| Path::new(path).is_file())
        .collect();
    assert!(theirs.contains(&"/usr/lib/nagios/plugins/check_smtp"));
    for line in ours.lines() {
        let path = line
            .split_whitespace()
            .nth(5)
            .unwrap()
            .trim_start_matches('.');
        assert!(!theirs.contains(&path), "{path} belongs to somebody else");
    }
}
