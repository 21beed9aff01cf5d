//! What servers make of a password that they were sent, and that none of it shows.

use std::fs;

use data_encoding::{BASE64, BASE64URL, HEXUPPER};

use crate::sandbox::{Mechanism, Sandbox, Scenario, Service, Transport};
use crate::scripted::{self, run};

const PASSWORD: &str = "hunter2Secret!";

type Start = fn(Vec<u8>) -> u16;

const SERVERS: [(&str, &str, Start); 3] = [
    ("check_smtp", "535 ", |answer| {
        scripted::smtp(move |_| answer.clone())
    }),
    ("check_pop3", "-ERR ", |answer| {
        scripted::pop3(move |_| answer.clone())
    }),
    ("check_imap", "TAG NO ", |answer| {
        scripted::imap(move |_| answer.clone())
    }),
];

/// Logs in at a server that gives this answer; none of `traces` may show in either format.
fn assert_hidden(probe: &str, port: u16, password: &[u8], traces: &[&str]) {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), password).unwrap();
    let path = file.path().to_str().unwrap();
    for format in ["nagios", "json"] {
        let login = ["--user", "u", "--password-file", path];
        let outcome = run(
            probe,
            port,
            &[&login[..], &["-vvv", "--format", format]].concat(),
        );
        assert_eq!(outcome.code, Some(2), "{outcome}");
        for trace in traces {
            assert!(
                !outcome.stdout.contains(trace),
                "{trace:?} shows\n{outcome}"
            );
        }
        assert!(outcome.stdout.contains("****"), "{outcome}");
    }
}

#[test]
fn no_form_of_it_shows() {
    let utf16: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let sent = BASE64.encode(format!("\0u\0{PASSWORD}").as_bytes());
    let hex = HEXUPPER.encode(PASSWORD.as_bytes());
    let url = BASE64URL.encode("pä??>>ss~~".as_bytes());
    let forms: [(&[u8], &[u8], &[&str]); 11] = [
        (
            PASSWORD.as_bytes(),
            b"a%26hunter2Secret%21",
            &["hunter2Secret"],
        ),
        (PASSWORD.as_bytes(), &utf16, &["h u n t", "hunter2", "h?u"]),
        (PASSWORD.as_bytes(), b"HUNTER2SECRET!", &["HUNTER2"]),
        (PASSWORD.as_bytes(), hex.as_bytes(), &["68756E746572"]),
        (
            PASSWORD.as_bytes(),
            b"hunter2\0Secret!",
            &["hunter2 Secret", "hunter2Secret"],
        ),
        (
            PASSWORD.as_bytes(),
            "hunter2\u{200b}Secret!".as_bytes(),
            &["hunter2Secret"],
        ),
        (
            PASSWORD.as_bytes(),
            &sent.as_bytes()[..sent.len() - 5],
            &["aHVudGVyMlNl", "dW50ZXIyU2Vj", "h1bnRlcjJTZWN"],
        ),
        (
            "pä??>>ss~~".as_bytes(),
            url.as_bytes(),
            &["cMOkPz8-PnNzfn4"],
        ),
        (
            "pä\"wörd".as_bytes(),
            b"p\\u00e4\\\"w\\u00f6rd",
            &["w\\u00f6rd", "00f6rd"],
        ),
        (
            b"p\xe4ssw\xf6rdlong",
            b"p\xe4ssw\xf6rdlong",
            &["rdlong", "ssw"],
        ),
        (b"a<b&cdefg", b"a&lt;b&amp;cdefg", &["cdefg"]),
    ];
    for (probe, start, server) in SERVERS {
        for (password, form, traces) in forms {
            let answer = [start.as_bytes(), b"bad ", form, b"\r\n"].concat();
            assert_hidden(probe, server(answer), password, traces);
        }
    }
}

#[test]
fn no_cut_leaves_a_part_of_it() {
    for (probe, start, server) in SERVERS {
        for before in [70, 390, 490] {
            let padding = "y".repeat(before - start.len());
            // An answer, and something that is no answer at all.
            for start in [start, "z"] {
                let answer = format!("{start}{padding}{PASSWORD}\r\n");
                assert_hidden(
                    probe,
                    server(answer.into_bytes()),
                    PASSWORD.as_bytes(),
                    &["hunter", "yhun", "yh"],
                );
            }
        }
    }
}

#[test]
fn nor_do_two_lines_show_its_halves() {
    let plain = scripted::smtp(|_| b"535-bad hunter2S\r\n535 ecret!\r\n".to_vec());
    assert_hidden(
        "check_smtp",
        plain,
        PASSWORD.as_bytes(),
        &["hunter2S", "ecret!"],
    );
    let encoded = scripted::smtp(|line| {
        let sent = line.rsplit(' ').next().unwrap_or_default();
        let (head, tail) = sent.split_at(9);
        format!("535-bad {head}\r\n535 {tail}\r\n").into_bytes()
    });
    let sent = BASE64.encode(format!("\0u\0{PASSWORD}").as_bytes());
    assert_hidden(
        "check_smtp",
        encoded,
        PASSWORD.as_bytes(),
        &[&sent[..9], &sent[9..]],
    );
}

#[test]
fn a_transcript_of_scram_is_nothing_to_try_passwords_on() {
    for (probe, service) in crate::PROBES {
        for mechanism in [Mechanism::ScramSha1, Mechanism::ScramSha256] {
            let mut scenario = Scenario::new(service, Transport::Tls);
            scenario.mechanisms = vec![mechanism];
            let server = Sandbox::start(scenario);
            for (password, code) in [(crate::PASSWORD, 0), ("wrong-Pass", 2)] {
                let outcome = crate::run(probe, &server, &["--password-env", "PW", "-vvv"])
                    .env("PW", password)
                    .run();
                assert_eq!(outcome.code, Some(code), "{outcome}");
                let mark = match service {
                    Service::Smtp | Service::Lmtp => "< 334 ",
                    Service::Pop3 | Service::Imap => "< + ",
                };
                let said: Vec<&str> = outcome
                    .stdout
                    .lines()
                    .filter_map(|line| Some(line.split_once(mark)?.1))
                    .filter(|said| !said.is_empty())
                    .collect();
                assert!(!said.is_empty(), "{outcome}");
                for said in said {
                    // What is an error is to be read.
                    let error = said.starts_with("ZT");
                    assert!(said == "****" || error, "{said:?}\n{outcome}");
                }
            }
        }
    }
}

#[test]
fn the_name_in_external_is_no_secret() {
    let port = scripted::smtp(|_| b"535 no certificate of monitoring\r\n".to_vec());
    let outcome = run(
        "check_smtp",
        port,
        &["-A", "EXTERNAL", "-U", "monitoring", "-vvv"],
    );
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(
        outcome
            .stdout
            .contains("login of \"monitoring\": 535 no certificate of monitoring"),
        "{outcome}"
    );
}
