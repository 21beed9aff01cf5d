//! `--extra-opts`: options from an ini file, as both read it.

use crate::frame::{Peer, Row, Set, Verdict, hold};
use crate::sandbox::{Sandbox, Scenario};
use crate::smtp::CHECK_SMTP;
use crate::tcp::SERVICES;

/// A server and a file of this text; `{ini}` is its name, `{folder}` where it is.
fn file(scenario: Scenario, text: &'static str) -> Set {
    Set::from(scenario).and(move |stage| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plugins.ini");
        std::fs::write(&path, stage.fill(text)).unwrap();
        stage
            .word("ini", path.display())
            .word("folder", folder.path().display())
            .keep(folder)
    })
}

/// The same, found by an environment variable.
fn found(
    scenario: Scenario,
    text: &'static str,
    variable: &'static str,
    place: &'static str,
) -> Set {
    file(scenario, text).and(move |stage| {
        let place = stage.fill(place);
        stage.env(variable, place)
    })
}

/// A file's text, the line, the exit code, ours where it is another. `NAME` is the name that the plugin is called by.
/// Theirs of 2.3 takes `e=x` for `-e=x` and `flag` without an equals sign for a mistake.
#[rustfmt::skip]
const FILES: [(&str, &str, &str, i32, i32); 33] = [
    ("long names", "[NAME]\nhostname={host}\nport={port}\n", ALONE, 0, 0),
    ("letters", "[NAME]\nH={host}\np={port}\n", ALONE, 3, 0),
    ("a letter", "[NAME]\ne==ready\n", AT, 1, 1),
    ("blanks", "[NAME]\n  hostname =  {host}  \n\tport = {port}\n", ALONE, 0, 0),
    ("a section by name", "[one]\nexpect=nonsense\n[two]\nexpect=ready\n", TWO, 0, 0),
    ("the other section", "[one]\nexpect=ready\n[two]\nexpect=nonsense\n", TWO, 1, 1),
    ("comments", "# one\n\n[NAME]\n# three\nexpect=nonsense\n", AT, 1, 1),
    ("a comment by semicolon", "[NAME]\n; three\nexpect=nonsense\n", AT, 1, 1),
    ("a flag alone", "[NAME]\nuse-ipv4\nexpect=nonsense\n", AT, 3, 1),
    ("a letter alone", "[NAME]\n4\nexpect=nonsense\n", AT, 3, 1),
    ("a flag and nothing", "[NAME]\nuse-ipv4=\nexpect=nonsense\n", AT, 1, 1),
    ("a value of words", "[NAME]\nexpect=sandbox ready\n", AT, 0, 0),
    ("an equals sign in the value", "[NAME]\nexpect=a=b\n", AT, 1, 1),
    ("blanks inside the value", "[NAME]\nexpect = sandbox  ready\n", AT, 1, 1),
    ("the line comes last and wins", "[NAME]\ntimeout=soon\n", LAST, 3, 0),
    ("the line comes last", "[NAME]\nwarning=0.0000001\n", LAST, 0, 0),
    ("the line wins where it stands first", "[NAME]\nwarning=0.0000001\n", FIRST, 0, 0),
    ("the file's when the line is silent", "[NAME]\nwarning=0.0000001\n", AT, 1, 1),
    ("two of them", "[one]\nwarning=0.0000001\n[two]\ncritical=0.0000001\n", BOTH, 2, 2),
    ("a section in two parts", "[NAME]\nwarning=5\n[other]\ncritical=0.0000001\n[NAME]\nwarning=0.0000001\n", AT, 1, 1),
    ("an option that is none", "[NAME]\nnonsense=1\n", AT, 3, 3),
    ("a value that is none", "[NAME]\nport=none\n", ALONE, 3, 3),
    ("no such section", "[other]\nport={port}\n", AT, 3, 3),
    ("an empty section", "[NAME]\n", AT, 3, 0),
    ("no such file", "", "--extra-opts=@{folder}/none.ini", 3, 3),
    ("a folder for a file", "", "--extra-opts=@{folder}", 3, 3),
    ("no end of line at the end", "[NAME]\nexpect=nonsense", AT, 1, 1),
    ("blanks in the heading", "[ NAME ]\nexpect=nonsense\n", AT, 1, 1),
    ("blanks before the heading", "  [NAME]\nexpect=nonsense\n", AT, 1, 1),
    ("options before any heading", "expect=nonsense\n[NAME]\nexpect=ready\n", AT, 3, 0),
    ("quotes belong to the value", "[NAME]\nexpect=\"ready\"\n", AT, 1, 1),
    ("no comment behind a value", "[NAME]\nexpect=ready # so\n", AT, 1, 1),
    ("lines that end in CRLF", "[NAME]\r\nexpect=ready\r\n", AT, 0, 0),
];
const ALONE: &str = "--extra-opts=@{ini}";
const AT: &str = "-H {host} -p {port} --extra-opts=@{ini}";
const TWO: &str = "-H {host} -p {port} --extra-opts=two@{ini}";
const BOTH: &str = "-H {host} -p {port} --extra-opts=one@{ini} --extra-opts=two@{ini}";
const LAST: &str = "-H {host} -p {port} --extra-opts=@{ini} -t 8 -w 5";
const FIRST: &str = "-w 5 -H {host} -p {port} --extra-opts=@{ini}";

const FILE: &str = "MP_CONFIG_FILE";
const FOLDERS: &str = "NAGIOS_CONFIG_PATH";

/// The text with a plugin's own name in it; it lives as long as the test.
fn named(text: &str, peer: &Peer) -> &'static str {
    Box::leak(text.replace("NAME", peer.name).into_boxed_str())
}

fn verdict(theirs: i32, ours: i32) -> Verdict {
    Verdict::of(theirs, (theirs != ours).then_some((ours, "ini")))
}

pub fn rows(peer: &'static Peer, scenario: &dyn Fn() -> Scenario) -> Vec<Row> {
    let mut rows: Vec<Row> = FILES
        .iter()
        .map(|(event, text, line, theirs, ours)| {
            let set = file(scenario(), named(text, peer));
            let event = format!("ini: {event}");
            Row::bare(peer, &event, set, line, verdict(*theirs, *ours))
        })
        .collect();
    let text = "[NAME]\nhostname={host}\nport={port}\n[other]\nhostname={host}\nport={port}\nexpect=nonsense\n";
    let text = named(text, peer);
    // Theirs of 2.3 ends with SIGABRT when it has read MP_CONFIG_FILE.
    for (event, variable, place, line, theirs, ours) in [
        ("the usual section", FILE, "{ini}", "--extra-opts", -6, 0),
        (
            "another section",
            FILE,
            "{ini}",
            "--extra-opts=other",
            -6,
            1,
        ),
        (
            "not the last word",
            FILE,
            "{ini}",
            "--extra-opts -t 8",
            -6,
            0,
        ),
        ("none", FILE, "{folder}/none.ini", "--extra-opts", 3, 3),
        ("a folder", FOLDERS, "{folder}", "--extra-opts", 0, 0),
        (
            "folders",
            FOLDERS,
            "/nonexistent:{folder}",
            "--extra-opts",
            0,
            0,
        ),
    ] {
        let set = found(scenario(), text, variable, place);
        let event = format!("ini by {variable}: {event}");
        rows.push(Row::bare(peer, &event, set, line, verdict(theirs, ours)));
    }
    rows
}

/// The only way in the old plugins by which a password does not stand in the list of processes.
fn passwords() -> Vec<Row> {
    let text = "[login]\nauthtype=LOGIN\nauthuser=probe\nauthpass=s3cret sandbox-Pass\n[wrong]\nauthtype=LOGIN\nauthuser=probe\nauthpass=wrong\n";
    [("login", 0), ("wrong", 2)]
        .into_iter()
        .map(|(section, code)| {
            let line = format!("--extra-opts={section}@{{ini}}");
            let set = file(Scenario::smtp(), text);
            Row::at(
                &CHECK_SMTP,
                "a password in the file",
                set,
                &line,
                Verdict::Same(code),
            )
        })
        .collect()
}

#[test]
fn ini_files_are_read_alike() {
    let mut rows = rows(&CHECK_SMTP, &Scenario::smtp);
    rows.extend(passwords());
    for service in &SERVICES[..3] {
        rows.extend(self::rows(service.peer, &|| service.good()));
    }
    hold(rows);
}

/// Nowhere a file, and none by name: a mistake in both, whatever stands in this machine's /etc.
#[test]
fn a_server_is_not_asked_without_its_file() {
    let server = Sandbox::start(Scenario::smtp());
    let run = crate::sandbox::probe::Run::new("check_smtp")
        .args(["-H", "127.0.0.1", "-p", &server.port().to_string()])
        .arg("--extra-opts=@/nonexistent/x.ini");
    assert_eq!(run.run().code, Some(3));
    assert_eq!(run.run_binary(&CHECK_SMTP.theirs()).code, Some(3));
    assert_eq!(server.connections(), 0);
}
