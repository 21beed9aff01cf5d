//! check_tcp's names: values that are none, hosts in other places, sockets.

use crate::frame::{Row, Set, Stage, Verdict, hold, rows};
use crate::sandbox::{Listen, Sandbox};
use crate::tcp::{SERVICES, Service, all};

pub fn rows(service: &'static Service) -> Vec<Row> {
    let good = || service.good();
    let peer = service.peer;
    let mut rows = rows! { peer;
        "an option that is none", good(), "--nonsense" => 3;
        "a short one", good(), "-Z" => 3;
        "no value", good(), "-e" => 3;
        "a flag with a value", good(), "--all=yes" => 3;
        "port of letters", good(), "-p mail" => 3;
        "port 0", good(), "-p 0" => 3;
        "timeout of letters", good(), "-t soon" => 3;
        "negative timeout", good(), "-t -1" => 3;
        "no timeout", good(), "-t 0" => 3 / 0 "timeout";
        "days of letters", good(), "-D soon" => 3;
        "critical days of letters", good(), "-D 14,soon" => 3;
        "refused is no status", good(), "-r never" => 3;
        "mismatch is no status", good(), "-M never" => 3;
        "bytes of letters", good(), "-m many" => 3;
        "delay of letters", good(), "-d long" => 3;
        "warning of letters", good(), "-w soon" => 1 / 3 "ranges";
        "text behind a number", good(), "-w 5abc" => 0 / 3 "ranges";
        "text behind a critical number", good(), "-c 5abc" => 0 / 3 "ranges";
        "a range", good(), "-w 0:5" => 1 / 0 "ranges";
        "no such host", good(), "-H no-such-host.invalid" => 2;
        "an empty text", good(), "-e ''" => 0 / 3 "expected";
        "-6, then -4", good(), "-6 -4" => 0;
        "-4 by name", good(), "-4 -H localhost" => 0;
        "wordy", good(), "-vvv" => 0;
        "numbers written oddly", good(), "-w 5. -c 05 -t 010 -m 010" => 0;
        "a number with an exponent", good(), "-w 5e0" => 0 / 3 "ranges";
        "a number with a sign", good(), "-w +5" => 0;
        "hexadecimal", good(), "-w 0x5" => 0 / 3 "ranges";
        "a negative number", good(), "-w -1" => 1 / 3 "ranges";
        "old spellings", good(), "-wt 5 -ct 9 -to 8" => 0;
        "options twice: the last counts", good(), "-t 1 -t 8 -M crit -M ok -e nonsense" => 0;
    };
    for (event, line) in [
        ("host first", "{host} -p {port}"),
        ("host last", "-p {port} {host}"),
        ("no host", "-p {port}"),
    ] {
        rows.push(Row::bare(peer, event, good(), line, Verdict::Same(0)));
    }
    if !service.tls {
        rows.extend(rows! { peer; "an address cut short", good(), "-H 127.1" => 0; });
        let socket = || Set::from(service.good().listen(Listen::Unix));
        rows.push(Row::bare(
            peer,
            "a socket",
            socket(),
            "-H {host}",
            Verdict::Same(0),
        ));
        let gone = Set::from(service.faulty("refused").listen(Listen::Unix));
        rows.push(Row::bare(
            peer,
            "a dead socket",
            gone,
            "-H {host}",
            Verdict::Same(2),
        ));
        let none = Set::new(|| Stage::empty().word("host", "/nonexistent/socket"));
        rows.push(Row::bare(
            peer,
            "no socket",
            none,
            "-H {host}",
            Verdict::Same(2),
        ));
    }
    let nothing = Set::new(Stage::empty);
    rows.push(Row::bare(
        peer,
        "nothing at all",
        nothing,
        "",
        Verdict::Same(3),
    ));
    rows
}

#[test]
fn mistakes_are_mistakes_for_both() {
    hold(all().flat_map(rows).collect());
}

/// What the words of a stage are for: the server is really the one that is asked.
#[test]
fn the_server_is_the_one_that_was_asked() {
    let server = Sandbox::start(SERVICES[0].good());
    let port = server.port().to_string();
    let run = crate::sandbox::probe::Run::new("check_imap").args(["-H", "127.0.0.1", "-p", &port]);
    assert_eq!(run.run().code, Some(0));
    assert_eq!(run.run_binary(&SERVICES[0].peer.theirs()).code, Some(0));
    assert_eq!(server.connections(), 2);
}
