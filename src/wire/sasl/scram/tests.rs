use super::super::tests::credentials;
use super::super::{Exchange, Mechanism};
use super::*;

struct Vector {
    mechanism: Mechanism,
    nonce: &'static str,
    client_first: &'static str,
    server_first: &'static str,
    client_final: &'static str,
    server_final: &'static str,
}

/// RFC 5802 §5 and RFC 7677 §3; the password of both is "pencil".
const VECTORS: [Vector; 2] = [
    Vector {
        mechanism: Mechanism::ScramSha1,
        nonce: "fyko+d2lbbFgONRv9qkxdawL",
        client_first: "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
        server_first: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
        client_final: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
        server_final: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    },
    Vector {
        mechanism: Mechanism::ScramSha256,
        nonce: "rOprNGfwEbeRWgbNEkqO",
        client_first: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
        server_first: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        client_final: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                       p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        server_final: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    },
];

fn started(vector: &Vector) -> Exchange {
    let given = credentials("user", "pencil");
    let mut exchange = Exchange::with_nonce(vector.mechanism, &given, None, vector.nonce).unwrap();
    assert_eq!(
        exchange.initial().unwrap().as_slice(),
        vector.client_first.as_bytes()
    );
    exchange
}

fn answered(vector: &Vector) -> Exchange {
    let mut exchange = started(vector);
    let answer = exchange.respond(vector.server_first.as_bytes()).unwrap();
    assert_eq!(answer.as_slice(), vector.client_final.as_bytes());
    exchange
}

#[test]
fn rfc_5802_section_5_and_rfc_7677_section_3() {
    for vector in &VECTORS {
        let mut exchange = answered(vector);
        assert_eq!(exchange.finish(None), Err(Error::ServerNotVerified));
        assert_eq!(
            exchange
                .respond(vector.server_final.as_bytes())
                .unwrap()
                .as_slice(),
            b""
        );
        assert_eq!(exchange.finish(None), Ok(()));
        assert_eq!(exchange.note(), None);
        assert_eq!(exchange.respond(b""), Err(Error::UnexpectedChallenge));
    }
}

#[test]
fn the_last_message_may_come_with_the_success() {
    for vector in &VECTORS {
        assert_eq!(
            answered(vector).finish(Some(vector.server_final.as_bytes())),
            Ok(())
        );
    }
}

#[test]
fn a_wrong_or_missing_server_signature_is_not_believed() {
    for vector in &VECTORS {
        for (message, want) in [
            (
                "v=rmF9pqV8S7suAoZWja4dJRkFsKA=",
                Error::ServerSignatureWrong,
            ),
            ("v=", Error::ServerSignatureWrong),
            ("v=***", Error::Malformed("no server signature")),
            ("", Error::Malformed("no server signature")),
            ("welcome", Error::Malformed("no server signature")),
        ] {
            let mut exchange = answered(vector);
            assert_eq!(exchange.respond(message.as_bytes()), Err(want), "{message}");
            assert_eq!(
                exchange.finish(None),
                Err(Error::ServerNotVerified),
                "{message}"
            );
        }
        assert_eq!(started(vector).finish(None), Err(Error::SuccessTooEarly));
    }
}

#[test]
fn hostile_first_messages() {
    let table = [
        ("r=other,s=QSXCR+Q6sek8bf92,i=4096", Error::NonceMismatch),
        (
            "r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4096",
            Error::NonceMismatch,
        ),
        (
            "m=x,r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=4096",
            Error::Malformed("it demands an unknown extension"),
        ),
        (
            "r=fyko+d2lbbFgONRv9qkxdawLx,s=,i=4096",
            Error::Malformed("the salt is empty or too long"),
        ),
        (
            "r=fyko+d2lbbFgONRv9qkxdawLx,s=%%,i=4096",
            Error::Malformed("the salt is not valid base64"),
        ),
        (
            "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=0",
            Error::Malformed("the iteration count is zero"),
        ),
        (
            "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=-1",
            Error::Malformed("the iteration count is not a number"),
        ),
        (
            "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=+1",
            Error::Malformed("the iteration count is not a number"),
        ),
        (
            "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=2147483647",
            Error::TooManyIterations(2_147_483_647),
        ),
        (
            "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=99999999999999999999999",
            Error::TooManyIterations(u64::MAX),
        ),
        (
            "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC",
            Error::Malformed("no iteration count"),
        ),
        ("r=fyko+d2lbbFgONRv9qkxdawLx", Error::Malformed("no salt")),
        ("", Error::Malformed("no nonce")),
    ];
    for (message, want) in table {
        assert_eq!(
            started(&VECTORS[0]).respond(message.as_bytes()),
            Err(want),
            "{message}"
        );
    }
    let got = started(&VECTORS[0]).respond(b"r=\xff");
    assert_eq!(got, Err(Error::Malformed("not UTF-8")));
}

#[test]
fn a_low_count_is_a_note() {
    let mut exchange = started(&VECTORS[0]);
    exchange
        .respond(b"r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=1000,x=extension")
        .unwrap();
    assert!(exchange.note().unwrap().contains("only 1000 iterations"));
}

/// Dovecot and Cyrus answer a wrong proof by `e=invalid-proof`, then by the protocol's refusal.
#[test]
fn the_server_error_is_kept() {
    let mut exchange = answered(&VECTORS[1]);
    assert_eq!(
        exchange.respond(b"e=invalid-proof").unwrap().as_slice(),
        b""
    );
    assert_eq!(exchange.server_error().as_deref(), Some("invalid-proof"));
    assert_eq!(
        exchange.finish(None),
        Err(Error::SuccessAfterError("invalid-proof".to_owned()))
    );
    let mut exchange = started(&VECTORS[1]);
    assert_eq!(
        exchange.respond(b"e=unknown-user,x=y").unwrap().as_slice(),
        b""
    );
    assert_eq!(exchange.server_error().as_deref(), Some("unknown-user"));
}

#[test]
fn the_gs2_header_says_what_we_know_of_the_channel() {
    let mut given = credentials("a=b,c", "p");
    given.authzid = Some("boss".to_owned());
    for (mechanism, binding, first, channel) in [
        (
            Mechanism::ScramSha256,
            None,
            "n,a=boss,n=a=3Db=2Cc,r=N",
            "n,a=boss,",
        ),
        (
            Mechanism::ScramSha256,
            Some(b"CB"),
            "y,a=boss,n=a=3Db=2Cc,r=N",
            "y,a=boss,",
        ),
        (
            Mechanism::ScramSha1Plus,
            Some(b"CB"),
            "p=tls-server-end-point,a=boss,n=a=3Db=2Cc,r=N",
            "p=tls-server-end-point,a=boss,CB",
        ),
    ] {
        let binding = binding.map(|bytes: &[u8; 2]| bytes.as_slice());
        let mut exchange = Exchange::with_nonce(mechanism, &given, binding, "N").unwrap();
        assert_eq!(exchange.initial().unwrap().as_slice(), first.as_bytes());
        let answer = exchange.respond(b"r=Nx,s=QSXC,i=4096").unwrap();
        let want = format!("c={},r=Nx,p=", BASE64.encode(channel.as_bytes()));
        assert!(answer.starts_with(want.as_bytes()));
    }
    let missing = Exchange::new(Mechanism::ScramSha256Plus, &given, None).map(|_| ());
    assert_eq!(missing, Err(Error::Missing("channel binding")));
}
