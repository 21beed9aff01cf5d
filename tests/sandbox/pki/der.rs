//! DER written by hand, for what no library lets one make: broken names, odd extensions, OCSP responses.

use super::super::calendar::civil;

/// Tag, length, value.
pub fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = value.len();
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let octets = length.to_be_bytes();
        let octets = &octets[octets.iter().take_while(|byte| **byte == 0).count()..];
        out.push(0x80 | octets.len() as u8);
        out.extend(octets);
    }
    out.extend(value);
    out
}

/// A SEQUENCE of what is given.
pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// An OBJECT IDENTIFIER by its dotted name.
pub fn oid(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u64> = dotted.split('.').map(|arc| arc.parse().unwrap()).collect();
    let mut out = Vec::new();
    let first = arcs[0] * 40 + arcs[1];
    for arc in std::iter::once(&first).chain(&arcs[2..]) {
        let mut digits = vec![(arc & 0x7f) as u8];
        let mut rest = arc >> 7;
        while rest > 0 {
            digits.push((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        out.extend(digits.iter().rev());
    }
    tlv(0x06, &out)
}

/// A `GeneralizedTime`.
pub fn time(unix: i64) -> Vec<u8> {
    let (year, month, day, hour, minute, second, _) = civil(unix);
    let month = month + 1;
    let text = format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z");
    tlv(0x18, text.as_bytes())
}
