//! How each chain is made.

use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::PKey;

use super::super::der::{sequence, tlv};
use super::super::mint::{
    Alt, Asn, CA_ISSUERS, CLIENT_AUTH, DAY, NAME_CONSTRAINTS, OCSP, OCSP_SIGNING, SERVER_AUTH,
    Spec, TIMESTAMPS, TLS_FEATURE, curve, p256, rsa,
};
use super::super::ocsp::{Response, Status, refusal};
use super::{Chain, House, house};

pub(super) fn make(name: &str) -> Chain {
    let House { now, root, middle } = house();
    let now = *now;
    let server = Spec::server(now);
    // Most cases: one thing is odd about the leaf.
    let leaf = |spec: &Spec| Chain::new(&spec.by(middle), &[middle]);
    let authority = |name: &str| Spec::authority(name, now);
    match name {
        "good" => leaf(&server),
        "no-intermediate-needed" => Chain::new(&server.by(root), &[]),
        "ends-soon" => leaf(&server.lasting(now - 85 * DAY, now + 5 * DAY + DAY / 2)),
        "expired" => leaf(&server.lasting(now - 93 * DAY, now - 3 * DAY)),
        "not-yet-valid" => leaf(&server.lasting(now + 2 * DAY, now + 80 * DAY)),
        "short-lived" => leaf(&server.lasting(now - 2 * DAY, now + 4 * DAY + DAY / 2)),
        "long-lived" => leaf(&server.lasting(now - 100 * DAY, now + 3550 * DAY)),
        "wrong-name" => leaf(&server.for_names(&["www.example.org"])),
        "many-wrong-names" => {
            let names: Vec<String> = (0..9).map(|n| format!("mx{n}.example.org")).collect();
            leaf(&server.for_names(&names.iter().map(String::as_str).collect::<Vec<_>>()))
        }
        "ip" => leaf(&server).asked_as("127.0.0.1"),
        "ip-only" => {
            let spec = Spec {
                common_name: Some("Example Mail".to_owned()),
                names: vec![Alt::ip("192.0.2.7"), Alt::ip("2001:db8::7")],
                ..server
            };
            leaf(&spec).asked_as("2001:db8::7")
        }
        "idn" => {
            leaf(&server.for_names(&["xn--bcher-kva.example.test"])).asked_as("bücher.example.test")
        }
        "cn-only" => leaf(&Spec {
            names: vec![],
            ..server
        }),
        "nameless" => leaf(&Spec {
            names: vec![],
            common_name: None,
            ..server
        }),
        "wildcard" => leaf(&server.for_names(&["*.example.test"])),
        "wildcard-too-wide" => leaf(&server.for_names(&["*.test"])).asked_as("example.test"),
        "self-signed" => Chain::new(&server.root(p256()), &[]),
        "self-signed-pinned" => {
            let own = server.root(p256());
            Chain::new(&own, &[]).trusting(&[&own])
        }
        "unknown-ca" => Chain::new(
            &server.by(&authority("Somebody's Root CA").root(p256())),
            &[],
        ),
        "unknown-root-sent" => {
            let foreign = authority("Somebody's Root CA").root(p256());
            Chain::new(&server.by(&foreign), &[&foreign])
        }
        // The right names under the wrong key, without identifiers: only the signature tells.
        "forged-ca" => {
            let bare = Spec {
                identifiers: false,
                ..authority("Case Forged CA")
            };
            let (real, forged) = (bare.root(p256()), bare.root(p256()));
            let spec = Spec {
                identifiers: false,
                ..server
            };
            Chain::new(&spec.by(&forged), &[]).trusting(&[&real])
        }
        "missing-intermediate" => {
            let access = vec![
                (
                    CA_ISSUERS,
                    "http://ca.example.test/intermediate.der".to_owned(),
                ),
                (OCSP, "http://ocsp.example.test/".to_owned()),
            ];
            Chain::new(&Spec { access, ..server }.by(middle), &[])
        }
        "misordered" => {
            let second = authority("Case Second Intermediate CA").by(middle);
            Chain::new(&server.by(&second), &[middle, &second])
        }
        "duplicate" => {
            let leaf = server.by(middle);
            Chain::new(&leaf, &[middle, &leaf, middle])
        }
        "extra" => Chain::new(
            &server.by(middle),
            &[middle, &authority("Case Unrelated CA").by(root)],
        ),
        "root-sent" => Chain::new(&server.by(middle), &[middle, root]),
        // The trusted root's key, also certified by an older root, and that certificate is over.
        "expired-cross-sign" => {
            let old = authority("Case Old Root CA")
                .lasting(now - 5000 * DAY, now - 50 * DAY)
                .root(p256());
            let cross = authority("Case Root CA")
                .lasting(now - 2000 * DAY, now - 50 * DAY)
                .with(root.key.clone(), &old);
            Chain::new(&server.by(middle), &[middle, &cross])
        }
        // The intermediate certified by two roots, once no more; the expired one stands first.
        "expired-cross-sign-beside" => {
            let second = authority("Case Second Root CA").root(p256());
            let over = authority("Case Intermediate CA")
                .lasting(now - 800 * DAY, now - 9 * DAY)
                .with(middle.key.clone(), &second);
            Chain::new(&server.by(middle), &[&over, middle]).trusting(&[root, &second])
        }
        // The first path ends in ten days, the second one lasts longer than the leaf.
        "two-paths" => {
            let second = authority("Case Second Root CA").root(p256());
            let ending = authority("Case Intermediate CA")
                .lasting(now - 800 * DAY, now + 10 * DAY)
                .with(middle.key.clone(), &second);
            Chain::new(&server.by(middle), &[&ending, middle]).trusting(&[root, &second])
        }
        "expired-intermediate" => {
            let over =
                authority("Case Expired Intermediate CA").lasting(now - 800 * DAY, now - 9 * DAY);
            let over = over.by(root);
            Chain::new(&server.by(&over), &[&over])
        }
        "ending-intermediate" => {
            let ending =
                authority("Case Ending Intermediate CA").lasting(now - 800 * DAY, now + 10 * DAY);
            let ending = ending.by(root);
            Chain::new(&server.by(&ending), &[&ending])
        }
        "expired-root" => {
            let over = authority("Case Expired Root CA")
                .lasting(now - 4000 * DAY, now - 20 * DAY)
                .root(p256());
            Chain::new(&server.by(&over), &[]).trusting(&[&over])
        }
        "expired-twice" => {
            let over =
                authority("Case Expired Intermediate CA").lasting(now - 800 * DAY, now - 9 * DAY);
            let over = over.by(root);
            Chain::new(
                &server.lasting(now - 93 * DAY, now - 3 * DAY).by(&over),
                &[&over],
            )
        }
        "not-a-ca" => {
            let plain = server
                .clone()
                .for_names(&["intermediate.example.test"])
                .by(root);
            Chain::new(&server.by(&plain), &[&plain])
        }
        "path-too-long" => {
            let last = Spec {
                authority: Some(Some(0)),
                ..authority("Case Last CA")
            }
            .by(root);
            let below = authority("Case Forbidden CA").by(&last);
            Chain::new(&server.by(&below), &[&below, &last])
        }
        "client-only" => leaf(&Spec {
            usages: vec![CLIENT_AUTH],
            ..server
        }),
        "critical-extension" => {
            let extra = vec![("1.3.6.1.4.1.55555.1", true, tlv(0x05, &[]))];
            leaf(&Spec { extra, ..server })
        }
        "name-constraints-kept" | "name-constraints-broken" => {
            let subtree = if name == "name-constraints-kept" {
                "example.test"
            } else {
                "example.org"
            };
            // permittedSubtrees, one dNSName.
            let permitted = tlv(0xa0, &sequence(&[tlv(0x82, subtree.as_bytes())]));
            let extra = vec![(NAME_CONSTRAINTS, true, tlv(0x30, &permitted))];
            let held = Spec {
                extra,
                ..authority("Case Constrained CA")
            }
            .by(root);
            Chain::new(
                &server.for_names(&["mail.example.test"]).by(&held),
                &[&held],
            )
        }
        // Two roots of one name, as after a renewal with a new key.
        "two-roots" => {
            let spec = Spec {
                identifiers: false,
                ..authority("Case Twin Root CA")
            };
            let (old, new) = (spec.root(p256()), spec.root(p256()));
            let spec = Spec {
                identifiers: false,
                ..server
            };
            Chain::new(&spec.by(&new), &[]).trusting(&[&new, &old])
        }
        "rsa-512" | "rsa-1024" | "rsa-2048" => {
            let bits = name.trim_start_matches("rsa-").parse().unwrap();
            Chain::new(&server.with(rsa(bits), middle), &[middle])
        }
        "p-192" => Chain::new(
            &server.with(curve(Nid::X9_62_PRIME192V1), middle),
            &[middle],
        ),
        "p-224" => Chain::new(&server.with(curve(Nid::SECP224R1), middle), &[middle]),
        "ed25519" => Chain::new(
            &server.with(PKey::generate_ed25519().unwrap(), middle),
            &[middle],
        ),
        // There is no ECDSA with MD5.
        "md5" => {
            let signer = authority("Case RSA CA").with(rsa(1024), root);
            let digest = MessageDigest::md5();
            Chain::new(&Spec { digest, ..server }.by(&signer), &[&signer])
        }
        "sha1" => leaf(&Spec {
            digest: MessageDigest::sha1(),
            ..server
        }),
        "sha1-intermediate" => {
            let signer = Spec {
                digest: MessageDigest::sha1(),
                ..authority("Case SHA-1 CA")
            }
            .by(root);
            Chain::new(&server.by(&signer), &[&signer])
        }
        "dual-key" => {
            let other = server.with(rsa(2048), middle);
            let mut chain = leaf(&server);
            chain.other = Some((vec![other.x509, middle.x509.clone()], other.key));
            chain
        }
        "must-staple" => leaf(&must_staple(server)),
        "must-staple-stapled" => {
            let leaf = must_staple(server).by(middle);
            let response = Response::good(&leaf, middle, now).der();
            Chain::new(&leaf, &[middle]).stapled(response)
        }
        _ if name.starts_with("staple") => staple(name),
        "negative-serial" => leaf(&Spec {
            serial: Some(-1234),
            ..server
        }),
        "many-names" => {
            let mut spec = server;
            spec.names
                .extend((0..1500).map(|n| Alt::Dns(format!("name-{n}.example.test"))));
            leaf(&spec)
        }
        "mail-names" => {
            let mut spec = server;
            spec.names
                .push(Alt::Email("postmaster@example.test".to_owned()));
            spec.names
                .push(Alt::SmtpUtf8("postmästare@example.test".to_owned()));
            spec.names
                .push(Alt::Raw(0x86, b"https://example.test/".to_vec()));
            // registeredID, and an address of five octets.
            spec.names.push(Alt::Raw(0x88, vec![0x2a, 3]));
            spec.names.push(Alt::Raw(0x87, vec![1, 2, 3, 4, 5]));
            leaf(&spec)
        }
        "hostile-name" => {
            let name = "evil|x=1;2\nSMTP OK - $USER1$ \u{1b}[31m\u{202e}";
            let names = vec![Alt::Dns(format!("{name}.example.test"))];
            leaf(&Spec {
                common_name: Some("evil|x=1\nSMTP OK\u{1b}[31m\u{202e}".to_owned()),
                names,
                ..server
            })
        }
        "nul-name" => leaf(
            &server
                .for_names(&["mail.example.test"])
                .naming("mail.example.test\0.example.org"),
        ),
        "year-9999" => leaf(&Spec {
            to: Asn::Text("99991231235959Z"),
            ..server
        }),
        "before-1970" => leaf(&Spec {
            from: Asn::Text("500101000000Z"),
            ..server
        }),
        "timestamps" => {
            let one = [&[0_u8, 47][..], &[7; 47]].concat();
            let list = [&[0_u8, 98][..], &one, &one].concat();
            let extra = vec![(TIMESTAMPS, false, tlv(0x04, &list))];
            leaf(&Spec { extra, ..server })
        }
        "long-chain" => {
            let mut chain = vec![authority("Case Link 0").by(root)];
            for number in 1..200 {
                let next = authority(&format!("Case Link {number}")).by(chain.last().unwrap());
                chain.push(next);
            }
            chain.reverse();
            let leaf = server.by(&chain[0]);
            Chain::new(&leaf, &chain.iter().collect::<Vec<_>>())
        }
        unknown => panic!("no case {unknown}"),
    }
}

impl Spec {
    /// This DNS name and no other.
    fn naming(mut self, name: &str) -> Spec {
        self.names = vec![Alt::dns(name)];
        self
    }
}

fn must_staple(mut spec: Spec) -> Spec {
    spec.extra
        .push((TLS_FEATURE, false, sequence(&[tlv(0x02, &[5])])));
    spec
}

fn staple(name: &str) -> Chain {
    let House { now, root, middle } = house();
    let now = *now;
    let server = Spec::server(now);
    let leaf = server.by(middle);
    let good = Response::good(&leaf, middle, now);
    let responder = |usages| {
        let spec = Spec {
            usages,
            names: vec![],
            ..Spec::server(now)
        };
        Spec {
            common_name: Some("Case Responder".to_owned()),
            ..spec
        }
    };
    let response = match name {
        "staple" => good.der(),
        "staple-sha256" => Response {
            sha256: true,
            ..good
        }
        .der(),
        "staple-delegated" => {
            let signer = responder(vec![OCSP_SIGNING]).by(middle);
            Response {
                signer: &signer,
                with_signer: true,
                ..good
            }
            .der()
        }
        // A certificate of the same issuer, but for servers.
        "staple-delegated-wrong" => {
            let signer = responder(vec![SERVER_AUTH]).by(middle);
            Response {
                signer: &signer,
                with_signer: true,
                ..good
            }
            .der()
        }
        "staple-revoked" => Response {
            status: Status::Revoked,
            ..good
        }
        .der(),
        "staple-unknown" => Response {
            status: Status::Unknown,
            ..good
        }
        .der(),
        "staple-expired" => {
            let (this_update, next_update) = (now - 9 * DAY, Some(now - 2 * DAY));
            Response {
                this_update,
                next_update,
                ..good
            }
            .der()
        }
        "staple-early" => Response {
            this_update: now + DAY,
            ..good
        }
        .der(),
        "staple-spoilt" => Response {
            spoilt: true,
            ..good
        }
        .der(),
        "staple-other-certificate" => {
            let other = server.by(middle);
            Response {
                about: &other,
                ..good
            }
            .der()
        }
        "staple-foreign-signer" => Response {
            signer: root,
            with_signer: true,
            ..good
        }
        .der(),
        "staple-refused" => refusal(3),
        "staple-garbage" => b"\x30\x03no".to_vec(),
        unknown => panic!("no case {unknown}"),
    };
    Chain::new(&leaf, &[middle]).stapled(response)
}
