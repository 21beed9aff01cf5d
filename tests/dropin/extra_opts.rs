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

/// What a file may look like: its text, the line, the exit code. `NAME` is the name that the plugin is called by.
const FILES: [(&str, &str, &str, i32); 24] = [
    (
        "long names",
        "[NAME]\nhostname={host}\nport={port}\n",
        "--extra-opts=@{ini}",
        0,
    ),
    (
        "letters",
        "[NAME]\nH={host}\np={port}\n",
        "--extra-opts=@{ini}",
        0,
    ),
    (
        "blanks",
        "[NAME]\n  hostname =  {host}  \n\tport = {port}\n",
        "--extra-opts=@{ini}",
        0,
    ),
    (
        "a section by name",
        "[one]\nexpect=nonsense\n[two]\nexpect=ready\n",
        "-H {host} -p {port} --extra-opts=two@{ini}",
        0,
    ),
    (
        "the other section",
        "[one]\nexpect=nonsense\n[two]\nexpect=ready\n",
        "-H {host} -p {port} --extra-opts=one@{ini}",
        1,
    ),
    (
        "comments",
        "# one\n; two\n\n[NAME]\n# three\ne=nonsense\n",
        "-H {host} -p {port} --extra-opts=@{ini}",
        1,
    ),
    (
        "a flag",
        "[NAME]\ne=nonsense\nuse-ipv4\n4\n",
        "-H {host} -p {port} --extra-opts=@{ini}",
        1,
    ),
    (
        "a value of words",
        "[NAME]\ne=sandbox ready\n",
        "-H {host} -p {port} --extra-opts=@{ini}",
        0,
    ),
    (
        "an equals sign in the value",
        "[NAME]\ne=a=b\n",
        "-H {host} -p {port} --extra-opts=@{ini}",
        1,
    ),
    (
        "the line comes last and wins",
        "[NAME]\nt=soon\nw=0.0000001\n",
        "-H {host} -p {port} --extra-opts=@{ini} -t 8 -w 5",
        3,
    ),
    (
        "the line wins where it stands first",
        "[NAME]\nw=0.0000001\n",
        "-w 5 -H {host} -p {port} --extra-opts=@{ini}",
        0,
    ),
    (
        "the file's when the line is silent",
        "[NAME]\nw=0.0000001\n",
        "-H {host} -p {port} --extra-opts=@{ini}",
        1,
    ),
    (
        "two of them",
        "[one]\nw=0.0000001\n[two]\nc=0.0000001\n",
        "-H {host} -p {port} --extra-opts=one@{ini} --extra-opts=two@{ini}",
        2,
    ),
    (
        "a section in two parts",
        "[NAME]\nw=5\n[other]\nc=0.0000001\n[NAME]\nw=0.0000001\n",
        "-H {host} -p {port} --extra-opts=@{ini}",
        1,
    ),
    (
        "an option that is none",
        "[NAME]\nnonsense=1\n",
        "-H {host} -p {port} --extra-opts=@{ini}",
        3,
    ),
    (
        "a value that is none",
        "[NAME]\nport=none\n",
        "-H {host} --extra-opts=@{ini}",
        3,
    ),
    (
        "no such section",
        "[NAME]\nport={port}\n",
        "-H {host} -p {port} --extra-opts=none@{ini}",
        3,
    ),
    (
        "no such file",
        "",
        "-H {host} -p {port} --extra-opts=@{folder}/none.ini",
        3,
    ),
    (
        "a folder for a file",
        "",
        "-H {host} -p {port} --extra-opts=@{folder}",
        3,
    ),
    (
        "no end of line at the end",
        "[NAME]\ne=nonsense",
        "-H {host} -p {port} --extra-opts=@{ini}",
        1,
    ),
    (
        "blanks in the heading",
        "[ NAME ]\ne=nonsense\n",
        "-H {host} -p {port} --extra-opts=@{ini}",
        1,
    ),
    (
        "lines before any heading",
        "# nothing\n\n[NAME]\ne=nonsense\n",
        "-H {host} -p {port} --extra-opts=@{ini}",
        1,
    ),
    (
        "repeated options",
        "[NAME]\ne=nonsense\ne=ready\n",
        "-H {host} -p {port} --extra-opts=@{ini}",
        0,
    ),
    (
        "quotes belong to the value",
        "[NAME]\ne=\"ready\"\n",
        "-H {host} -p {port} --extra-opts=@{ini}",
        1,
    ),
];

/// The text with a plugin's own name in it; it lives as long as the test.
fn named(text: &str, peer: &Peer) -> &'static str {
    Box::leak(text.replace("NAME", peer.name).into_boxed_str())
}

pub fn rows(peer: &'static Peer, scenario: &dyn Fn() -> Scenario) -> Vec<Row> {
    let mut rows: Vec<Row> = FILES
        .iter()
        .map(|(event, text, line, code)| {
            let set = file(scenario(), named(text, peer));
            Row::bare(
                peer,
                &format!("ini: {event}"),
                set,
                line,
                Verdict::Same(*code),
            )
        })
        .collect();
    let text = named(
        "[NAME]\nH={host}\np={port}\n[other]\nH={host}\np={port}\ne=nonsense\n",
        peer,
    );
    for (event, line, code) in [
        ("the usual section", "--extra-opts", 0),
        ("another section", "--extra-opts=other", 1),
        ("not the last word", "--extra-opts -t 8", 0),
    ] {
        let set = found(scenario(), text, "MP_CONFIG_FILE", "{ini}");
        let event = format!("ini of the environment: {event}");
        rows.push(Row::bare(peer, &event, set, line, Verdict::Same(code)));
    }
    let places = "/nonexistent:{folder}";
    let set = found(scenario(), text, "NAGIOS_CONFIG_PATH", places);
    rows.push(Row::bare(
        peer,
        "ini of the old path",
        set,
        "--extra-opts",
        Verdict::Same(0),
    ));
    let set = found(scenario(), text, "MP_CONFIG_FILE", "{folder}/none.ini");
    rows.push(Row::bare(
        peer,
        "ini of the environment: none",
        set,
        "--extra-opts",
        Verdict::Same(3),
    ));
    rows
}

/// The only way in the old plugins by which a password does not stand in the list of processes.
fn passwords() -> Vec<Row> {
    let text = "[login]\nauthtype=LOGIN\nauthuser=probe\nauthpass=s3cret sandbox-Pass\n[wrong]\nA=LOGIN\nU=probe\nP=wrong\n";
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
