//! check_blacklist against real name servers: each odd blocklist is told from the proper ones.
use super::blocklists::*;

#[test]
fn starts() {
    let lists = blocklists();
    let port = lists.zones.plain().port();
    let val = lists.zones.validating().port();
    for (zone, who) in [
        ("proper", LISTED),
        ("bits", LISTED),
        ("alias", LISTED),
        ("dead", LISTED),
        ("world", CLEAN),
        ("refused", LISTED),
        ("silent", LISTED),
        ("large", LISTED),
        ("sixty", LISTED),
        ("slow", LISTED),
        ("expired", LISTED),
        ("empty", LISTED),
        ("mixed", LISTED),
    ] {
        let r: Vec<&str> = who.split('.').rev().collect();
        let name = format!("{}.{zone}.test", r.join("."));
        for p in [port, val] {
            let out = std::process::Command::new("dig")
                .args([
                    "@127.0.0.1",
                    "-p",
                    &p.to_string(),
                    "+tries=1",
                    "+time=2",
                    "+noall",
                    "+comments",
                    "+answer",
                    &name,
                ])
                .output()
                .unwrap();
            let t = String::from_utf8_lossy(&out.stdout).into_owned();
            println!(
                "{name} {p}: {}",
                t.lines()
                    .filter(|l| l.contains("status")
                        || l.contains("flags:") && l.contains("tc")
                        || l.contains("IN")
                        || l.contains("timed")
                        || l.contains("TCP"))
                    .take(4)
                    .collect::<Vec<_>>()
                    .join(" // ")
            );
        }
    }
}
