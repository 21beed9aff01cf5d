//! OCSP responses (RFC 6960), written by hand so that each can be wrong in its own way.

use openssl::hash::MessageDigest;
use openssl::sign::Signer;

use super::der::{oid, sequence, time, tlv};
use super::mint::{DAY, Minted};

/// What the response says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Good,
    /// Since three days, keyCompromise.
    Revoked,
    Unknown,
}

/// A response about `about`.
pub struct Response<'a> {
    pub about: &'a Minted,
    pub issuer: &'a Minted,
    /// Who signs; the issuer or a responder.
    pub signer: &'a Minted,
    /// Is the signer's certificate sent along?
    pub with_signer: bool,
    pub status: Status,
    pub this_update: i64,
    pub next_update: Option<i64>,
    /// One bit of the signature turned.
    pub spoilt: bool,
    /// SHA-256 instead of SHA-1 in the certificate's id.
    pub sha256: bool,
}

impl<'a> Response<'a> {
    /// Good, a day old, six days to go, signed by the issuer.
    pub fn good(about: &'a Minted, issuer: &'a Minted, now: i64) -> Self {
        Response {
            about,
            issuer,
            signer: issuer,
            with_signer: false,
            status: Status::Good,
            this_update: now - DAY,
            next_update: Some(now + 6 * DAY),
            spoilt: false,
            sha256: false,
        }
    }

    pub fn der(&self) -> Vec<u8> {
        let status = match self.status {
            Status::Good => tlv(0x80, &[]),
            Status::Revoked => {
                let reason = tlv(0xa0, &tlv(0x0a, &[1]));
                tlv(0xa1, &[time(self.this_update - 3 * DAY), reason].concat())
            }
            Status::Unknown => tlv(0x82, &[]),
        };
        let mut single = vec![self.id(), status, time(self.this_update)];
        if let Some(next) = self.next_update {
            single.push(tlv(0xa0, &time(next)));
        }
        let responder = tlv(0xa1, &self.signer.x509.subject_name().to_der().unwrap());
        let data = sequence(&[
            responder,
            time(self.this_update),
            sequence(&[sequence(&single)]),
        ]);
        let mut signer = Signer::new(MessageDigest::sha256(), &self.signer.key).unwrap();
        let mut signature = signer.sign_oneshot_to_vec(&data).unwrap();
        if self.spoilt {
            *signature.last_mut().unwrap() ^= 1;
        }
        let mut basic = vec![
            data,
            // ecdsa-with-SHA256
            sequence(&[oid("1.2.840.10045.4.3.2")]),
            tlv(0x03, &[vec![0], signature].concat()),
        ];
        if self.with_signer {
            basic.push(tlv(0xa0, &sequence(&[self.signer.x509.to_der().unwrap()])));
        }
        let bytes = sequence(&[oid("1.3.6.1.5.5.7.48.1.1"), tlv(0x04, &sequence(&basic))]);
        sequence(&[tlv(0x0a, &[0]), tlv(0xa0, &bytes)])
    }

    fn id(&self) -> Vec<u8> {
        let name = self.about.x509.issuer_name().to_der().unwrap();
        let key = key_octets(self.issuer);
        let (algorithm, name, key) = if self.sha256 {
            let hash = |octets: &[u8]| openssl::sha::sha256(octets).to_vec();
            ("2.16.840.1.101.3.4.2.1", hash(&name), hash(&key))
        } else {
            let hash = |octets: &[u8]| openssl::sha::sha1(octets).to_vec();
            ("1.3.14.3.2.26", hash(&name), hash(&key))
        };
        let serial = self.about.x509.serial_number().to_bn().unwrap().to_vec();
        let high = serial.first().is_none_or(|byte| byte & 0x80 != 0);
        let serial = if high {
            [vec![0], serial].concat()
        } else {
            serial
        };
        sequence(&[
            sequence(&[oid(algorithm), tlv(0x05, &[])]),
            tlv(0x04, &name),
            tlv(0x04, &key),
            tlv(0x02, &serial),
        ])
    }
}

/// A refusal: 3 is tryLater.
pub fn refusal(status: u8) -> Vec<u8> {
    sequence(&[tlv(0x0a, &[status])])
}

/// The point of a key on P-256: what stands behind the 26 octets of its algorithm.
fn key_octets(of: &Minted) -> Vec<u8> {
    of.key.public_key_to_der().unwrap()[26..].to_vec()
}
