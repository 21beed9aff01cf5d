//! DER (X.690 §8, §10) read element by element, without recursion and without copying.
//!
//! OpenSSL decides whether a chain holds; this reader serves the fields that its crate does not show (raw public key,
//! TLS feature, SCTs, other names, negative serials). It refuses indefinite lengths and lengths beyond what is there;
//! lengths and integers that are longer than need be are read. Depth is the caller's: nothing here goes down by itself.

/// Universal tags, with the constructed bit where DER has it.
pub(super) mod tag {
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BIT_STRING: u8 = 0x03;
    pub const OCTET_STRING: u8 = 0x04;
    pub const OID: u8 = 0x06;
    pub const ENUMERATED: u8 = 0x0a;
    pub const UTF8: u8 = 0x0c;
    pub const T61: u8 = 0x14;
    pub const UTC_TIME: u8 = 0x17;
    pub const GENERALIZED_TIME: u8 = 0x18;
    pub const UNIVERSAL: u8 = 0x1c;
    pub const BMP: u8 = 0x1e;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;

    /// A context tag `[number]` of a primitive.
    pub const fn context(number: u8) -> u8 {
        0x80 | number
    }

    /// A context tag `[number]` of something constructed.
    pub const fn explicit(number: u8) -> u8 {
        0xa0 | number
    }
}

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    pub tag: u8,
    /// What is inside.
    pub value: &'a [u8],
    /// Tag, length and value.
    pub whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// Goes inside.
    pub fn inside(&self) -> Reader<'a> {
        Reader { rest: self.value }
    }

    pub fn is(self, tag: u8) -> Option<Self> {
        (self.tag == tag).then_some(self)
    }
}

/// A row of elements.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next element if it has this tag; otherwise nothing is consumed.
    pub fn tagged(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.rest.first() != Some(&tag) {
            return None;
        }
        self.next()
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Element<'a>;

    /// `None` at the end, and for good at the first thing that is no DER.
    fn next(&mut self) -> Option<Element<'a>> {
        let read = split(self.rest);
        match read {
            Some((element, rest)) => {
                self.rest = rest;
                Some(element)
            }
            None => {
                self.rest = &[];
                None
            }
        }
    }
}

fn split(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&tag, mut rest) = bytes.split_first()?;
    // Tag numbers beyond 30 stand in no structure that is read here; they are stepped over.
    if tag & 0x1f == 0x1f {
        loop {
            let (&byte, tail) = rest.split_first()?;
            rest = tail;
            if byte & 0x80 == 0 {
                break;
            }
        }
    }
    let (&first, mut rest) = rest.split_first()?;
    let length = if first < 0x80 {
        usize::from(first)
    } else {
        let octets = rest.get(..usize::from(first & 0x7f))?;
        rest = rest.get(octets.len()..)?;
        // 0x80 is an indefinite length; eight octets are more than any memory.
        if octets.is_empty() || octets.len() > 8 {
            return None;
        }
        let length = octets
            .iter()
            .fold(0_u64, |sum, octet| (sum << 8) | u64::from(*octet));
        usize::try_from(length).ok()?
    };
    let value = rest.get(..length)?;
    let rest = rest.get(length..)?;
    let whole = bytes.get(..bytes.len() - rest.len())?;
    Some((Element { tag, value, whole }, rest))
}

/// `2.5.29.17`. Arcs beyond 64 bits make it `None`.
pub(super) fn oid(value: &[u8]) -> Option<String> {
    let mut arcs = Vec::new();
    let mut arc = 0_u64;
    let mut open = false;
    for byte in value {
        arc = arc.checked_mul(128)? | u64::from(byte & 0x7f);
        open = byte & 0x80 != 0;
        if !open {
            if arcs.is_empty() {
                let root = (arc / 40).min(2);
                arcs.push(root);
                arcs.push(arc - root * 40);
            } else {
                arcs.push(arc);
            }
            arc = 0;
        }
    }
    if open || arcs.is_empty() || arcs.len() > 64 {
        return None;
    }
    let arcs: Vec<String> = arcs.iter().map(u64::to_string).collect();
    Some(arcs.join("."))
}

/// Two's complement to sign and magnitude, leading zeros off.
pub(super) fn integer(value: &[u8]) -> (bool, Vec<u8>) {
    let negative = value.first().is_some_and(|byte| byte & 0x80 != 0);
    let mut magnitude = value.to_vec();
    if negative {
        let mut carry = true;
        for byte in magnitude.iter_mut().rev() {
            let (sum, over) = (!*byte).overflowing_add(u8::from(carry));
            *byte = sum;
            carry = over;
        }
    }
    let zeros = magnitude.iter().take_while(|byte| **byte == 0).count();
    magnitude.drain(..zeros);
    (negative, magnitude)
}

/// A small number that is not negative.
pub(super) fn small(value: &[u8]) -> Option<u32> {
    let (negative, magnitude) = integer(value);
    if negative || magnitude.len() > 4 {
        return None;
    }
    Some(
        magnitude
            .iter()
            .fold(0, |sum, byte| (sum << 8) | u32::from(*byte)),
    )
}

/// How many bits a number has.
pub(super) fn bits(value: &[u8]) -> u32 {
    let (_, magnitude) = integer(value);
    let Some(first) = magnitude.first() else {
        return 0;
    };
    u32::try_from(magnitude.len()).map_or(u32::MAX, |len| {
        len.saturating_mul(8).saturating_sub(first.leading_zeros())
    })
}

/// The octets of a bit string that has whole octets.
pub(super) fn bit_string(value: &[u8]) -> Option<&[u8]> {
    let (unused, octets) = value.split_first()?;
    (*unused == 0).then_some(octets)
}

/// The characters of a string of this tag, however badly it was encoded.
pub(super) fn text(tag: u8, value: &[u8]) -> String {
    match tag {
        tag::BMP => {
            let units: Vec<u16> = value
                .chunks(2)
                .map(|pair| pair.iter().fold(0, |sum, b| (sum << 8) | u16::from(*b)))
                .collect();
            String::from_utf16_lossy(&units)
        }
        tag::UNIVERSAL => value
            .chunks(4)
            .map(|four| {
                let code = four.iter().fold(0_u32, |sum, b| (sum << 8) | u32::from(*b));
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            })
            .collect(),
        tag::T61 => value.iter().map(|byte| char::from(*byte)).collect(),
        // Everything else is UTF-8 or a part of it; what is not is Latin-1 as a rule.
        _ => crate::report::sanitize::decode(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_in_a_row() {
        let mut row = Reader::new(&[0x02, 1, 5, 0x30, 0x81, 2, 0x05, 0, 0x04, 3, 1]);
        assert_eq!(row.next().unwrap().value, [5]);
        let inner = row.tagged(tag::SEQUENCE).unwrap();
        assert_eq!(inner.whole.len(), 5);
        assert_eq!(inner.inside().next().unwrap().tag, 5);
        // Three octets are promised, one is there.
        assert!(row.next().is_none());
        assert!(row.is_empty());
        assert!(Reader::new(&[0x30, 0x80, 0, 0]).next().is_none());
        assert!(
            Reader::new(&[0x30, 0x88, 255, 255, 255, 255, 255, 255, 255, 255])
                .next()
                .is_none()
        );
        assert!(Reader::new(&[0x1f, 0x81]).next().is_none());
    }

    #[test]
    fn oids_and_integers() {
        assert_eq!(oid(&[0x55, 0x1d, 0x11]).as_deref(), Some("2.5.29.17"));
        assert_eq!(
            oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]).as_deref(),
            Some("1.2.840.113549")
        );
        assert_eq!(oid(&[0x88, 0x37]).as_deref(), Some("2.999"));
        assert_eq!(oid(&[]), None);
        assert_eq!(oid(&[0x86]), None);
        assert_eq!(oid(&[0xff; 40]), None);
        assert_eq!(integer(&[0xff]), (true, vec![1]));
        assert_eq!(integer(&[0x80, 0]), (true, vec![0x80, 0]));
        assert_eq!(integer(&[0, 0x80]), (false, vec![0x80]));
        assert_eq!(integer(&[]), (false, vec![]));
        assert_eq!(small(&[1, 0, 1]), Some(65537));
        assert_eq!(bits(&[0, 0x80, 0]), 16);
        assert_eq!(bits(&[0]), 0);
    }

    #[test]
    fn strings_of_every_tag() {
        assert_eq!(text(tag::BMP, &[0, 0x41, 0x20, 0xac]), "A€");
        assert_eq!(text(tag::UNIVERSAL, &[0, 0, 0, 0x41]), "A");
        assert_eq!(text(tag::T61, &[0xe4]), "ä");
        assert_eq!(text(tag::UTF8, "ä".as_bytes()), "ä");
    }
}
