//! Certificates out of files, as people have them.

use mailprobe::x509::Certificate;
use mailprobe::x509::file::{FileError, LARGEST_FILE, MOST, as_chain, parse};

use crate::sandbox::pki::case;
use crate::sandbox::pki::der::{oid, sequence, tlv};
use crate::sent;

fn names(all: &[Certificate]) -> Vec<String> {
    all.iter().map(Certificate::name).collect()
}

const CHAIN: [&str; 2] = ["mail.example.test", "Case Intermediate CA"];

#[test]
fn pem_as_people_write_it() {
    let chain = case("good");
    let pem = String::from_utf8(chain.pem()).unwrap();
    let key = String::from_utf8(chain.key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    let trusted = pem.replace(" CERTIFICATE", " TRUSTED CERTIFICATE");
    let body = |text: &str| {
        text.lines()
            .map(|line| format!("   {line}  \n"))
            .collect::<String>()
    };
    let one_line = {
        let first = pem.split("-----").nth(2).unwrap().replace('\n', "");
        format!("-----BEGIN CERTIFICATE-----\n{first}\n-----END CERTIFICATE-----")
    };
    for (what, text) in [
        ("plain", pem.clone()),
        (
            "text between",
            format!(
                "subject=/CN=x\n{}\nsome words: more\n",
                pem.replace("-----BEGIN", "\nissuer: y\n-----BEGIN")
            ),
        ),
        ("CRLF", pem.replace('\n', "\r\n")),
        ("CR", pem.replace('\n', "\r")),
        ("indented", body(&pem)),
        ("byte order mark", format!("\u{feff}{pem}")),
        ("trusted", trusted),
        ("key before", format!("{key}{pem}")),
        (
            "key between",
            pem.replacen(
                "-----END CERTIFICATE-----\n",
                &format!("-----END CERTIFICATE-----\n{key}"),
                1,
            ),
        ),
        (
            "begins like DER",
            format!("0 s:CN=mail.example.test\n{pem}"),
        ),
        ("old name", pem.replace(" CERTIFICATE", " X509 CERTIFICATE")),
    ] {
        assert_eq!(names(&parse(text.as_bytes()).unwrap()), CHAIN, "{what}");
    }
    let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{pem}")
            .encode_utf16()
            .flat_map(order)
            .collect()
    };
    assert_eq!(names(&parse(&utf16(u16::to_le_bytes)).unwrap()), CHAIN);
    assert_eq!(names(&parse(&utf16(u16::to_be_bytes)).unwrap()), CHAIN);
    assert_eq!(names(&parse(one_line.as_bytes()).unwrap()), CHAIN[..1]);
}

/// What `openssl x509 -trustout` writes: a certificate with what it is trusted for behind it.
#[test]
fn a_trusted_certificate_with_its_settings() {
    let chain = case("good");
    let der = chain.certs[0].to_der().unwrap();
    let settings = sequence(&[sequence(&[oid("1.3.6.1.5.5.7.3.1")])]);
    let body = data_encoding::BASE64.encode(&[der.clone(), settings].concat());
    let pem =
        format!("-----BEGIN TRUSTED CERTIFICATE-----\n{body}\n-----END TRUSTED CERTIFICATE-----\n");
    let all = parse(pem.as_bytes()).unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].der(), der);
}

#[test]
fn der_alone_in_a_row_and_in_pkcs7() {
    let chain = case("good");
    let ders: Vec<Vec<u8>> = chain
        .certs
        .iter()
        .map(|one| one.to_der().unwrap())
        .collect();
    assert_eq!(names(&parse(&ders[0]).unwrap()), CHAIN[..1]);
    assert_eq!(names(&parse(&ders.concat()).unwrap()), CHAIN);
    assert_eq!(
        names(&parse(data_encoding::BASE64.encode(&ders[0]).as_bytes()).unwrap()),
        CHAIN[..1]
    );

    // SignedData without a signature, as authorities hand out chains (p7b).
    let data = sequence(&[
        tlv(0x02, &[1]),
        tlv(0x31, &[]),
        sequence(&[oid("1.2.840.113549.1.7.1")]),
        tlv(0xa0, &ders.concat()),
        tlv(0x31, &[]),
    ]);
    let message = sequence(&[oid("1.2.840.113549.1.7.2"), tlv(0xa0, &data)]);
    assert_eq!(names(&parse(&message).unwrap()), CHAIN);
    let body = data_encoding::BASE64.encode(&message);
    let pem = format!("-----BEGIN PKCS7-----\n{body}\n-----END PKCS7-----\n");
    assert_eq!(names(&parse(pem.as_bytes()).unwrap()), CHAIN);
}

#[test]
fn what_gives_no_certificate_says_why() {
    let chain = case("good");
    let pem = chain.certs[0].to_pem().unwrap();
    let text = String::from_utf8(pem.clone()).unwrap();
    let key = chain.key.private_key_to_pem_pkcs8().unwrap();
    let pkcs12 = {
        let mut builder = openssl::pkcs12::Pkcs12::builder();
        builder.pkey(&chain.key).cert(&chain.certs[0]);
        builder.build2("").unwrap().to_der().unwrap()
    };
    let broken = |why: &str| FileError::Certificate {
        number: 1,
        why: why.to_owned(),
    };
    let rows: Vec<(&str, Vec<u8>, FileError)> = vec![
        ("empty", b"".to_vec(), FileError::Empty),
        ("blank", b" \r\n\n".to_vec(), FileError::Empty),
        (
            "words",
            b"this is no certificate\n".to_vec(),
            FileError::NoCertificate,
        ),
        ("binary", vec![0xff; 1000], FileError::NoCertificate),
        ("key", key, FileError::KeyOnly),
        (
            "key in DER",
            chain.key.private_key_to_der().unwrap(),
            FileError::KeyOnly,
        ),
        (
            "request",
            b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"
                .to_vec(),
            FileError::RequestOnly,
        ),
        ("PKCS #12", pkcs12, FileError::Pkcs12),
        (
            "keystore",
            [&[0xfe, 0xed, 0xfe, 0xed][..], &[0; 50]].concat(),
            FileError::Keystore,
        ),
        (
            "cut",
            pem[..pem.len() / 2].to_vec(),
            broken("it has no end"),
        ),
        (
            "not base64",
            text.replace('M', "!").into_bytes(),
            broken("it is not base64"),
        ),
        (
            "bad DER",
            text.replacen("MII", "MIA", 1).into_bytes(),
            broken("no X.509 certificate"),
        ),
        (
            "cut DER",
            chain.certs[0].to_der().unwrap()[..300].to_vec(),
            FileError::NoCertificate,
        ),
        ("large", vec![b'\n'; LARGEST_FILE + 1], FileError::TooLarge),
        (
            "many",
            text.repeat(MOST + 1).into_bytes(),
            FileError::TooMany,
        ),
    ];
    for (what, bytes, error) in rows {
        assert_eq!(parse(&bytes).err(), Some(error), "{what}");
    }
    // One bad block among good ones: told by its number.
    let bad = format!("{text}{}", text.replacen("MII", "MIA", 1));
    let error = parse(bad.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "certificate 2: no X.509 certificate");
}

#[test]
fn a_large_file_is_read_in_time() {
    // Ten megabytes that begin blocks and end none, or are nothing but dashes.
    for piece in [
        "-----BEGIN CERTIFICATE-----\n",
        "-----",
        "-----BEGIN X-----",
        "A\n",
        "-----BEGIN PRIVATE KEY-----:",
    ] {
        let text = piece.repeat(LARGEST_FILE / piece.len());
        assert!(parse(text.as_bytes()).is_err());
    }
    let text = String::from_utf8(case("good").certs[0].to_pem().unwrap()).unwrap();
    assert_eq!(parse(text.repeat(MOST).as_bytes()).unwrap().len(), MOST);
}

#[test]
fn a_file_in_any_order_is_a_chain() {
    let chain = sent(&case("misordered"));
    let wanted = names(&chain);
    assert_eq!(names(&as_chain(chain.clone())), wanted);
    let mut turned = chain.clone();
    turned.rotate_left(1);
    assert_eq!(names(&as_chain(turned)), wanted);
    // Authorities only: nothing to choose.
    assert_eq!(names(&as_chain(chain[1..].to_vec())), wanted[1..]);
}
