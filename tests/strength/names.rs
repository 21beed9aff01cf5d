//! check_blacklist against name servers that do each thing they can do wrong.

use std::time::Duration;

use crate::bench::{Case, Stage, Wanted, rotated};
use crate::sandbox::dns::{Behaviour, Dns, Zone};
use crate::sandbox::probe::Run;

const DEADLINE: Duration = Duration::from_millis(900);
const IP: &str = "192.0.2.7";

/// What is asked for, and the name at which the server misbehaves.
const SUBJECTS: [(&str, &[&str], &str); 6] = [
    ("address", &["-H", IP], "*.bl.test"),
    ("test entry", &["-H", IP], "2.0.0.127.bl.test"),
    (
        "the other list",
        &["-H", IP, "-s", "good.test"],
        "*.bl.test",
    ),
    ("host", &["-H", "mail.host.test"], "mail.host.test"),
    ("mx", &["--mx", "domain.test"], "domain.test"),
    ("spf", &["--spf", "domain.test"], "domain.test"),
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (number, (leg, options, name)) in SUBJECTS.into_iter().enumerate() {
        for (nth, behaviour) in Behaviour::ALL.into_iter().enumerate() {
            cases.push(Case {
                probe: "check_blacklist",
                leg,
                fault: format!("dns {}", behaviour.name()),
                way: "dns",
                format: rotated(nth, 0, number),
                // The address is on the lists: whatever is believed, it is not well.
                wanted: Wanted::not_ok(),
                stage: std::sync::Arc::new(move || stage(options, name, behaviour)),
            });
        }
    }
    cases
}

fn stage(options: &'static [&'static str], name: &str, behaviour: Behaviour) -> Stage {
    let mut zone = Zone::new()
        .a("mail.host.test", [192, 0, 2, 7])
        .mx("domain.test", 10, "mail.host.test")
        .txt("domain.test", "v=spf1 ip4:192.0.2.7 -all");
    for list in ["bl.test", "good.test"] {
        for entry in ["2.0.0.127", "7.2.0.192"] {
            zone = zone.a(&format!("{entry}.{list}"), [127, 0, 0, 2]);
        }
    }
    let dns = std::rc::Rc::new(Dns::start(zone.behave(name, behaviour)));
    let asked = std::rc::Rc::clone(&dns);
    let below = name.trim_start_matches('*').to_owned();
    Stage {
        run: Run::new("check_blacklist")
            .args(["-n", &dns.address().to_string()])
            .args(options)
            .args(["-s", "bl.test"])
            .args(["-t", &format!("{}ms", DEADLINE.as_millis())]),
        deadline: DEADLINE,
        struck: Box::new(move || {
            let questions = asked.asked();
            questions
                .iter()
                .any(|one| one.name.to_ascii_lowercase().ends_with(&below))
        }),
        _servers: Box::new(dns),
    }
}
