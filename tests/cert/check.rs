//! How the tests of this file call the probe.

use tempfile::TempDir;

use crate::sandbox::pki::{Chain, case};
use crate::sandbox::probe::{Outcome, Run};
use crate::server::Server;

/// A chain's roots in a file, for `-r`.
pub struct Files {
    pub folder: TempDir,
}

impl Files {
    pub fn new() -> Files {
        Files {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// A run against a server with a chain of that PKI, trusting its roots.
pub fn against(server: &Server, chain: &Chain, more: &[&str]) -> Outcome {
    let files = Files::new();
    let roots = files.write("roots.pem", &chain.roots_pem());
    let port = server.port.to_string();
    let usual = ["-H", &chain.host, "--address", "127.0.0.1", "-r", &roots];
    let run = Run::new("check_cert").args(usual);
    let run = if more.contains(&"-p") {
        run
    } else {
        run.args(["-p", &port])
    };
    run.args(more).run()
}

/// The same against implicit TLS.
pub fn case_run(name: &str, more: &[&str]) -> Outcome {
    let chain = case(name);
    let server = Server::tls(&chain);
    against(&server, &chain, more)
}

/// `id=STATUS` of all findings that are not OK; with `and_ok` of the others, too.
pub fn found(outcome: &Outcome, and_ok: bool) -> Vec<String> {
    let mut found: Vec<String> = outcome
        .findings()
        .into_iter()
        .filter(|(_, status)| and_ok || !status.eq_ignore_ascii_case("ok"))
        .map(|(id, status)| format!("{id}={}", status.to_lowercase()))
        .collect();
    found.sort();
    found.dedup();
    found
}
