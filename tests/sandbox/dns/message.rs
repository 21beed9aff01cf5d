//! DNS messages, written by hand: what is asked, and the bytes that answer it.

use super::{Data, Zone, plain};

/// Most names of a CNAME chain.
const MAX_CHAIN: usize = 16;
const OPT: u16 = 41;

/// The question of a query and what of the query matters.
#[derive(Clone, Debug)]
pub struct Question {
    pub id: u16,
    /// As it came, without the last dot.
    pub name: String,
    pub kind: u16,
    pub class: u16,
    pub recursion: bool,
    /// The size of EDNS0, and whether DO was set.
    pub edns: Option<(u16, bool)>,
    pub wants_ad: bool,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn u8(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes([self.u8()?, self.u8()?]))
    }

    /// A name without compression, as questions have it.
    fn name(&mut self) -> Option<String> {
        let mut labels = Vec::new();
        let mut total = 0;
        loop {
            let size = usize::from(self.u8()?);
            if size == 0 {
                return Some(labels.join("."));
            }
            total += size + 1;
            if size > 63 || total > 254 {
                return None;
            }
            let label = self.bytes.get(self.at..self.at + size)?;
            self.at += size;
            labels.push(String::from_utf8_lossy(label).into_owned());
        }
    }
}

/// None for what is no query with one question.
pub fn parse(bytes: &[u8]) -> Option<Question> {
    let mut reader = Reader { bytes, at: 0 };
    let id = reader.u16()?;
    let flags = reader.u16()?;
    let (questions, answers, authority, additional) =
        (reader.u16()?, reader.u16()?, reader.u16()?, reader.u16()?);
    if flags & 0xf800 != 0 || questions != 1 || answers != 0 || authority != 0 {
        return None;
    }
    let name = reader.name()?;
    let (kind, class) = (reader.u16()?, reader.u16()?);
    let mut edns = None;
    for _ in 0..additional {
        let owner = reader.name()?;
        let kind = reader.u16()?;
        let size = reader.u16()?;
        let (_extended, _version, low) = (reader.u8()?, reader.u8()?, reader.u16()?);
        let data = usize::from(reader.u16()?);
        reader.at += data;
        if owner.is_empty() && kind == OPT {
            edns = Some((size.max(512), low & 0x8000 != 0));
        }
    }
    let (recursion, wants_ad) = (flags & 0x0100 != 0, flags & 0x0020 != 0);
    Some(Question {
        id,
        name,
        kind,
        class,
        recursion,
        edns,
        wants_ad,
    })
}

fn put_name(out: &mut Vec<u8>, name: &str) {
    for label in name
        .trim_end_matches('.')
        .split('.')
        .filter(|label| !label.is_empty())
    {
        out.push(u8::try_from(label.len()).expect("a label of at most 63 bytes"));
        out.extend_from_slice(label.as_bytes());
    }
    out.push(0);
}

fn kind_of(data: &Data) -> u16 {
    match data {
        Data::A(_) => 1,
        Data::Cname(_) => 5,
        Data::Ptr(_) => 12,
        Data::Mx(..) => 15,
        Data::Txt(_) => 16,
        Data::Aaaa(_) => 28,
        Data::Tlsa(..) => 52,
    }
}

fn put_record(out: &mut Vec<u8>, owner: &str, ttl: u32, data: &Data) {
    put_name(out, owner);
    out.extend(kind_of(data).to_be_bytes());
    out.extend(1_u16.to_be_bytes());
    out.extend(ttl.to_be_bytes());
    let mut body = Vec::new();
    match data {
        Data::A(address) => body.extend(address.octets()),
        Data::Aaaa(address) => body.extend(address.octets()),
        Data::Cname(name) | Data::Ptr(name) => put_name(&mut body, name),
        Data::Mx(preference, host) => {
            body.extend(preference.to_be_bytes());
            put_name(&mut body, host);
        }
        Data::Txt(strings) => {
            for text in strings {
                let text = &text.as_bytes()[..text.len().min(255)];
                body.push(u8::try_from(text.len()).unwrap_or(255));
                body.extend_from_slice(text);
            }
        }
        Data::Tlsa(usage, selector, matching, bytes) => {
            body.extend([*usage, *selector, *matching]);
            body.extend_from_slice(bytes);
        }
    }
    out.extend(
        u16::try_from(body.len())
            .expect("record data of at most 65535 bytes")
            .to_be_bytes(),
    );
    out.extend(body);
}

/// What stands in a response beside the question.
struct Parts {
    code: u8,
    truncated: bool,
    authenticated: bool,
    answers: Vec<u8>,
    answer_count: u16,
    /// Who is in charge of the name, so that a denial can be cached.
    authority: Option<String>,
}

impl Parts {
    fn new(code: u8) -> Parts {
        let (truncated, authenticated) = (false, false);
        Parts {
            code,
            truncated,
            authenticated,
            answers: Vec::new(),
            answer_count: 0,
            authority: None,
        }
    }
}

fn build(question: &Question, parts: &Parts) -> Vec<u8> {
    let mut flags = 0x8080 | u16::from(parts.code);
    if question.recursion {
        flags |= 0x0100;
    }
    if parts.truncated {
        flags |= 0x0200;
    }
    if parts.authenticated && (question.wants_ad || question.edns.is_some_and(|(_, dnssec)| dnssec))
    {
        flags |= 0x0020;
    }
    let mut out = Vec::new();
    out.extend(question.id.to_be_bytes());
    out.extend(flags.to_be_bytes());
    out.extend(1_u16.to_be_bytes());
    out.extend(parts.answer_count.to_be_bytes());
    out.extend(u16::from(parts.authority.is_some()).to_be_bytes());
    out.extend(u16::from(question.edns.is_some()).to_be_bytes());
    put_name(&mut out, &question.name);
    out.extend(question.kind.to_be_bytes());
    out.extend(question.class.to_be_bytes());
    out.extend_from_slice(&parts.answers);
    if let Some(zone) = &parts.authority {
        put_name(&mut out, zone);
        // SOA, IN, one minute.
        out.extend([0, 6, 0, 1, 0, 0, 0, 60]);
        let mut body = Vec::new();
        put_name(&mut body, "ns.example.test");
        put_name(&mut body, "hostmaster.example.test");
        for number in [1_u32, 3600, 600, 86_400, 60] {
            body.extend(number.to_be_bytes());
        }
        out.extend(u16::try_from(body.len()).unwrap_or(0).to_be_bytes());
        out.extend(body);
    }
    if let Some((_, dnssec)) = question.edns {
        out.push(0);
        out.extend(OPT.to_be_bytes());
        out.extend(1232_u16.to_be_bytes());
        out.extend([0, 0, if dnssec { 0x80 } else { 0 }, 0, 0, 0]);
    }
    out
}

/// The last two labels: near enough to a zone.
fn zone_of(name: &str) -> String {
    let labels: Vec<&str> = name.split('.').collect();
    labels[labels.len().saturating_sub(2)..].join(".")
}

/// What the records say; truncated where UDP has no room.
pub fn answer(zone: &Zone, question: &Question, over_tcp: bool) -> Vec<u8> {
    let parts = found(zone, question);
    let bytes = build(question, &parts);
    let room = question
        .edns
        .map_or(512, |(size, _)| usize::from(size).min(1232));
    if !over_tcp && bytes.len() > room {
        truncated(question)
    } else {
        bytes
    }
}

fn found(zone: &Zone, question: &Question) -> Parts {
    let mut parts = Parts {
        authenticated: zone.authenticated,
        ..Parts::new(0)
    };
    let mut name = question.name.clone();
    for _ in 0..MAX_CHAIN {
        let Some(records) = zone.lookup(&name) else {
            parts.code = 3;
            parts.authority = Some(zone_of(&name));
            return parts;
        };
        let wanted: Vec<_> = records
            .iter()
            .filter(|(_, _, data)| question.kind == 255 || kind_of(data) == question.kind)
            .collect();
        if !wanted.is_empty() {
            for (_, ttl, data) in wanted {
                put_record(&mut parts.answers, &name, *ttl, data);
                parts.answer_count += 1;
            }
            return parts;
        }
        let alias = records.iter().find_map(|(_, ttl, data)| match data {
            Data::Cname(target) => Some((*ttl, target.clone())),
            _ => None,
        });
        let Some((ttl, target)) = alias else {
            parts.authority = Some(zone_of(&name));
            return parts;
        };
        put_record(&mut parts.answers, &name, ttl, &Data::Cname(target.clone()));
        parts.answer_count += 1;
        name = plain(&target);
    }
    // A chain that never ends is the server's failure.
    parts.code = 2;
    parts
}

/// No answer, and a code.
pub fn empty(question: &Question, code: u8) -> Vec<u8> {
    let authority = matches!(code, 0 | 3).then(|| zone_of(&question.name));
    build(
        question,
        &Parts {
            authority,
            ..Parts::new(code)
        },
    )
}

pub fn truncated(question: &Question) -> Vec<u8> {
    build(
        question,
        &Parts {
            truncated: true,
            ..Parts::new(0)
        },
    )
}

/// An answer to `real` under the question `other`.
pub fn forged(zone: &Zone, other: &Question, real: &Question) -> Vec<u8> {
    build(other, &found(zone, real))
}

/// One answer whose name points at itself.
pub fn looping(question: &Question) -> Vec<u8> {
    let mut parts = Parts {
        answer_count: 1,
        ..Parts::new(0)
    };
    let mut start = Vec::new();
    put_name(&mut start, &question.name);
    let here = u16::try_from(12 + start.len() + 4).unwrap_or(12);
    parts.answers.extend((0xc000 | here).to_be_bytes());
    parts
        .answers
        .extend([0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 2]);
    build(question, &parts)
}

/// Two aliases that name each other.
pub fn circling(question: &Question) -> Vec<u8> {
    let mut parts = Parts {
        answer_count: 2,
        ..Parts::new(0)
    };
    let other = format!("again.{}", question.name);
    let alias = |name: &str| Data::Cname(name.to_owned());
    put_record(&mut parts.answers, &question.name, 60, &alias(&other));
    put_record(&mut parts.answers, &other, 60, &alias(&question.name));
    build(question, &parts)
}

/// A listing, but of a name that was not asked for.
pub fn of_another(question: &Question) -> Vec<u8> {
    let mut parts = Parts {
        answer_count: 1,
        ..Parts::new(0)
    };
    let data = Data::A([127, 0, 0, 2].into());
    put_record(&mut parts.answers, "victim.example.test", 60, &data);
    build(question, &parts)
}
