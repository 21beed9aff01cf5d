//! check_mailq of the monitoring-plugins (2.3.3, unpacked: its package would bring a dozen others), with the listing of each
//! mail system. Its `mailq` is a path in its library: a copy of that library names ours.

use crate::fake::{Fake, place, postfix};
use crate::frame::{Peer, Row, Set, Stage, Verdict, hold};
use crate::named;

pub static CHECK_MAILQ: Peer = Peer {
    name: "check_mailq",
    probe: "check_mailq",
    labels: &[],
};

fn exim(count: u64) -> String {
    (0..count)
        .map(|id| {
            format!(" 2h  1.2K 1tYKLM-0000{id:02}-3B <a@example.org>\n          b@example.net\n\n")
        })
        .collect()
}

fn sendmail(count: u64) -> String {
    if count == 0 {
        return "/var/spool/mqueue is empty\n\t\tTotal requests: 0\n".to_owned();
    }
    let mut text = format!(
        "\t\t/var/spool/mqueue ({count} request{})\n-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------\n",
        if count == 1 { "" } else { "s" }
    );
    for id in 0..count {
        text.push_str(&format!(
            "4ALB0{id:03}012345     1000 Sat Nov 21 12:00 <a@example.org>\n                 (Deferred: Connection refused by mx.example.net.)\n\t\t\t\t\t <b@example.net>\n"
        ));
    }
    text.push_str(&format!("\t\tTotal requests: {count}\n"));
    text
}

fn nullmailer(count: u64) -> String {
    (0..count)
        .map(|id| format!("2026-11-21 12:00:{id:02} 502 bytes from <a@example.org>\n"))
        .collect()
}

/// What qmail-qstat prints.
fn qmail(count: u64) -> String {
    format!("messages in queue: {count}\nmessages in queue but not yet preprocessed: 0\n")
}

/// A mail system whose program prints this and ends so. `sudo` runs what it is told to.
fn system(listing: &str, exit: u8) -> Stage {
    said(&format!(
        "cat <<'END_OF_LISTING'\n{listing}END_OF_LISTING\nexit {exit}"
    ))
}

fn said(script: &str) -> Stage {
    let fake = Fake::new(script);
    let path = fake.path().display().to_string();
    let sudo = fake.dir().join("sudo");
    let script = fake.dir().join("script");
    std::fs::write(
        &script,
        "#!/bin/sh\n[ \"$1\" != -n ] || shift\nexec \"$@\"\n",
    )
    .unwrap();
    place(&script, &sudo, 0o755);
    let theirs = CHECK_MAILQ.theirs();
    let library = std::fs::read_to_string(theirs.with_file_name("utils.pm")).unwrap();
    let library = library
        .replace("\"/usr/bin/mailq\"", &format!("\"{path}\""))
        .replace("\"/usr/bin/sudo\"", &format!("\"{}\"", sudo.display()));
    // What it calls qmail-qstat is the same program, where it knows one.
    let library = format!("{library}\n$PATH_TO_QMAIL_QSTAT = '{path}' if $ENV{{QMAIL}};\n1;\n");
    std::fs::write(fake.dir().join("utils.pm"), library).unwrap();
    let copy = fake.dir().join("check_mailq");
    place(&theirs, &copy, 0o755);
    Stage::empty()
        .words("command", "", format!("--command={path}"))
        // Ours looks there for what the system does not have.
        .env("PATH", format!("/usr/bin:/bin:{}", fake.dir().display()))
        .theirs(copy)
        .keep(fake)
}

fn row(event: &str, set: Set, line: &str, verdict: Verdict) -> Row {
    Row::bare(
        &CHECK_MAILQ,
        event,
        set,
        &format!("{line} {{command}}"),
        verdict,
    )
}

/// The codes of `-w`, `-c`: from there on.
fn code(count: u64, warning: u64, critical: u64) -> i32 {
    match count {
        0 => 0,
        count if count >= critical => 2,
        count if count >= warning => 1,
        _ => 0,
    }
}

fn counts() -> Vec<Row> {
    type Form = (&'static str, fn(u64) -> String);
    let forms: [Form; 5] = [
        ("postfix", postfix),
        ("exim", exim),
        ("sendmail", sendmail),
        ("nullmailer", nullmailer),
        ("qmail", qmail),
    ];
    let mut rows = Vec::new();
    for (mta, listing) in forms {
        let set = |count, exit| {
            Set::new(move || {
                let stage = system(&listing(count), exit);
                if mta == "qmail" {
                    stage.env("QMAIL", "1")
                } else {
                    stage
                }
            })
        };
        for count in [0, 1, 4, 5, 6, 9, 10, 11] {
            for (warning, critical) in [(5, 10), (1, 2), (20, 30)] {
                rows.push(row(
                    &format!("{mta} with {count} messages"),
                    set(count, 0),
                    &format!("-M {mta} -w {warning} -c {critical}"),
                    Verdict::Same(code(count, warning, critical)),
                ));
            }
        }
        let verdict = match mta {
            "nullmailer" => Verdict::of(0, Some((2, "nullmailer"))),
            _ => Verdict::Same(2),
        };
        let line = format!("-M {mta} -w 5 -c 10");
        rows.push(row("its program fails", set(1, 75), &line, verdict));
    }
    rows
}

fn spellings() -> Vec<Row> {
    let six = || Set::new(|| system(&postfix(6), 0));
    [
        ("--warning 5 --critical 10 --mailserver postfix", 1),
        ("--warning=5 --critical=10 --mailserver=postfix", 1),
        ("-w5 -c10 -Mpostfix", 1),
        ("-v -M postfix -w 5 -c 6", 2),
        ("-M postfix -w 7 -c 8 --verbose", 0),
        ("-M postfix -w 7 -c 8 -t 5 -s", 0),
        ("-M postfix -w 7 -c 8 --timeout 5 --sudo", 0),
        ("-M postfix -w 7 -c 8 -d /etc/postfix-out", 0),
        ("-M postfix -w 7 -c 8 --configdir /etc/postfix-out", 0),
        ("-M postfix -w 7 -c 8 -W 20 -C 30", 0),
        (
            "-M postfix -w 7 -c 8 --warning-domain 20 --critical-domain 30",
            0,
        ),
        ("-M postfix -w 8 -c 8", 3),
        ("-M postfix -w 9 -c 8", 3),
        ("-M postfix -w 7 -c 8 -W 3 -C 3", 3),
        ("-M mercury -w 7 -c 8", 3),
        ("-M postfix -w x -c 8", 3),
        ("-h", 3),
        ("--help", 3),
        ("-V", 3),
        ("--version", 3),
    ]
    .into_iter()
    .map(|(line, code)| row("spelled", six(), line, Verdict::Same(code)))
    .collect()
}

fn differences() -> Vec<Row> {
    let set = |listing: String| Set::new(move || system(&listing, 0));
    let alarm = "-w 5 -c 10";
    let new =
        " 2h  1.2K 1sCwkT-00000000Ajj-3Yfg <a@example.org>\n          b@example.net\n\n".repeat(20);
    let mut old = sendmail(20).replace("/var/spool/mqueue", "Mail Queue");
    old.truncate(old.find("\t\tTotal").unwrap());
    let text = || set("out of order\n".to_owned());
    let many = |mta: &str, more: &str| format!("-M {mta} {alarm} {more}");
    let on = |theirs, ours, reason| Verdict::of(theirs, Some((ours, reason)));
    vec![
        row(
            "ids since 4.97",
            set(new),
            &many("exim", ""),
            on(0, 2, "new-forms"),
        ),
        row(
            "a heading without a path",
            set(old),
            &many("sendmail", ""),
            on(0, 2, "new-forms"),
        ),
        row(
            "no listing",
            text(),
            &many("sendmail", ""),
            on(0, 3, "no-listing"),
        ),
        row(
            "no listing",
            text(),
            &many("exim", ""),
            on(0, 3, "no-listing"),
        ),
        row("no listing", text(), &many("postfix", ""), Verdict::Same(3)),
        row(
            "nothing waits",
            set(String::new()),
            "-M exim -w 0 -c 1",
            on(1, 0, "empty"),
        ),
        row(
            "no end",
            Set::new(|| said("exec sleep 4")),
            &many("postfix", "-t 1"),
            on(1, 2, "timeout"),
        ),
        row(
            "one domain",
            set(postfix(6)),
            "-M postfix -w 50 -c 100 -W 3 -C 5",
            on(0, 2, "domains"),
        ),
        row(
            "one domain, sendmail",
            set(sendmail(6)),
            "-M sendmail -w 50 -c 100 -W 3 -C 5",
            Verdict::Same(2),
        ),
        row(
            "one domain, sendmail, warning",
            set(sendmail(4)),
            "-M sendmail -w 50 -c 100 -W 3 -C 5",
            Verdict::Same(1),
        ),
        row(
            "no thresholds",
            set(postfix(6)),
            "-M postfix",
            on(3, 0, "thresholds"),
        ),
        row(
            "half of them",
            set(postfix(6)),
            "-M postfix -w 7",
            on(3, 0, "thresholds"),
        ),
    ]
}

fn rows() -> Vec<Row> {
    [counts(), spellings(), differences()].concat()
}

#[test]
fn every_line_has_the_exit_code_of_old() {
    hold(rows());
}

#[test]
fn no_option_is_forgotten_and_no_difference_untold() {
    named::complete(&CHECK_MAILQ, &rows());
}
