//! One question as bytes, and what the bytes that come back say about it (RFC 1035 §4, EDNS0 of RFC 6891).
//!
//! Refused: answers under another id, to another question, of another class, no answers at all; aliases that lead in a
//! circle; records of other names than the one asked for and those it is an alias of.

use hickory_resolver::proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RData};

use super::super::answer::{MOST_RECORDS, of_code};
use super::super::{Outcome, Question};

/// What fits into one packet everywhere (RFC 9715 §3).
const PAYLOAD: u16 = 1232;
/// Longer chains of aliases are loops.
const MOST_ALIASES: usize = 16;

/// What a packet says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// The DNS has spoken: records, or that there are none.
    Answer(Result<Vec<RData>, Outcome>),
    /// This server cannot or will not say; another one might.
    Failure(Outcome),
    /// The server does not understand EDNS0.
    Plainer,
    /// It was too long for UDP, or comes in another spelling than it was asked in: to be asked over TCP.
    Longer,
    /// Nothing that answers this question; why.
    Foreign(&'static str),
}

/// A question as it is sent.
#[derive(Debug, Clone)]
pub struct Asked {
    query: Query,
}

impl Asked {
    /// `spelling` decides which letters are capitals: an answer has them like the question, which nobody can know who
    /// has not seen it (draft-vixie-dnsext-dns0x20).
    pub fn new(question: &Question, mut spelling: impl FnMut() -> bool) -> Self {
        let plain = question.name().to_ascii();
        let spelled: String = plain
            .chars()
            .map(|c| {
                if c.is_ascii_alphabetic() && spelling() {
                    c.to_ascii_uppercase()
                } else {
                    c
                }
            })
            .collect();
        let name = Name::from_ascii(&spelled).unwrap_or_else(|_| question.name().clone());
        Asked {
            query: Query::query(name, question.kind().record_type()),
        }
    }

    /// The packet.
    pub fn packet(&self, id: u16, extended: bool) -> Result<Vec<u8>, Outcome> {
        let mut message = Message::new(id, MessageType::Query, OpCode::Query);
        message.metadata.recursion_desired = true;
        message.add_query(self.query.clone());
        if extended {
            let mut edns = Edns::new();
            edns.set_max_payload(PAYLOAD);
            message.set_edns(edns);
        }
        message
            .to_vec()
            .map_err(|error| Outcome::BadName(error.to_string()))
    }

    /// Reads what came under `id`. Over TCP nothing is too long, and the spelling does not matter.
    pub fn read(&self, id: u16, bytes: &[u8], over_tcp: bool) -> Said {
        let Ok(message) = Message::from_vec(bytes) else {
            return Said::Foreign("it is no DNS message");
        };
        let head = &message.metadata;
        if head.id != id {
            return Said::Foreign("it has another id");
        }
        if head.message_type != MessageType::Response || head.op_code != OpCode::Query {
            return Said::Foreign("it is no response");
        }
        let code = head.response_code;
        match message.queries.as_slice() {
            [query] => {
                let same = query.name() == self.query.name()
                    && query.query_type() == self.query.query_type()
                    && query.query_class() == self.query.query_class();
                if !same {
                    return Said::Foreign("it answers another question");
                }
                if !over_tcp && !query.name().eq_case(self.query.name()) {
                    return Said::Longer;
                }
            }
            // Who refuses to look at a question may leave it out.
            [] if !matches!(code, ResponseCode::NoError | ResponseCode::NXDomain) => {}
            _ => return Said::Foreign("it does not say what it answers"),
        }
        match code {
            ResponseCode::NoError if head.truncation && !over_tcp => Said::Longer,
            ResponseCode::NoError | ResponseCode::NXDomain => self.records(&message),
            ResponseCode::FormErr | ResponseCode::NotImp => Said::Plainer,
            code => Said::Failure(of_code(code)),
        }
    }

    /// The records of the wanted type, at the name or at the end of its aliases.
    fn records(&self, message: &Message) -> Said {
        let mut name = self.query.name();
        let wanted = self.query.query_type();
        for _ in 0..=MOST_ALIASES {
            let own = || message.answers.iter().filter(|one| one.name == *name);
            let found: Vec<RData> = own()
                .filter(|record| record.record_type() == wanted)
                .take(MOST_RECORDS)
                .map(|record| record.data.clone())
                .collect();
            if !found.is_empty() {
                return Said::Answer(Ok(found));
            }
            let alias = own().find_map(|record| match &record.data {
                RData::CNAME(target) => Some(&target.0),
                _ => None,
            });
            match alias {
                Some(target) => name = target,
                None => {
                    return Said::Answer(Err(match message.metadata.response_code {
                        ResponseCode::NXDomain => Outcome::NxDomain,
                        _ => Outcome::NoData,
                    }));
                }
            }
        }
        Said::Failure(Outcome::Malformed(
            "its aliases lead in a circle".to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use hickory_resolver::proto::rr::rdata::{A, CNAME};
    use hickory_resolver::proto::rr::{Record, RecordType};
    use proptest::prelude::*;

    use super::*;
    use crate::dns::Kind;

    fn asked(name: &str) -> Asked {
        let mut flip = false;
        Asked::new(&Question::new(name, Kind::A).unwrap(), || {
            flip = !flip;
            flip
        })
    }

    /// A response to `asked`, changed.
    fn response(asked: &Asked, change: impl FnOnce(&mut Message)) -> Vec<u8> {
        let mut message = Message::new(7, MessageType::Response, OpCode::Query);
        message.add_query(asked.query.clone());
        change(&mut message);
        message.to_vec().unwrap()
    }

    fn name(text: &str) -> Name {
        Name::from_ascii(text).unwrap()
    }

    fn a(owner: &str, last: u8) -> Record {
        Record::from_rdata(name(owner), 60, RData::A(A::new(127, 0, 0, last)))
    }

    #[test]
    fn letters_are_respelled_and_must_come_back_so() {
        let asked = asked("2.0.0.127.bl.example");
        assert_eq!(asked.query.name().to_ascii(), "2.0.0.127.Bl.ExAmPlE.");
        let listed = |message: &mut Message| {
            message.add_answer(a("2.0.0.127.bl.example.", 2));
        };
        let bytes = response(&asked, listed);
        assert!(matches!(asked.read(7, &bytes, false), Said::Answer(Ok(_))));
        let small = response(&asked, |message| {
            message.queries = vec![Query::query(name("2.0.0.127.bl.example."), RecordType::A)];
            listed(message);
        });
        assert_eq!(asked.read(7, &small, false), Said::Longer);
        assert!(matches!(asked.read(7, &small, true), Said::Answer(Ok(_))));
    }

    #[test]
    fn what_answers_nothing_is_foreign() {
        let asked = asked("bl.example");
        let foreign = |bytes: &[u8]| matches!(asked.read(7, bytes, false), Said::Foreign(_));
        assert!(foreign(&response(&asked, |message| message.metadata.id = 8)));
        assert!(foreign(&response(&asked, |message| message
            .metadata
            .message_type =
            MessageType::Query)));
        assert!(foreign(&response(&asked, |message| message
            .queries
            .clear())));
        assert!(foreign(&response(&asked, |message| {
            message.queries = vec![Query::query(name("other.example."), RecordType::A)];
        })));
        assert!(foreign(&response(&asked, |message| {
            message.queries = vec![Query::query(asked.query.name().clone(), RecordType::TXT)];
        })));
        assert!(foreign(b"") && foreign(&[0; 11]) && foreign(&[0xff; 64]));
        let refused = response(&asked, |message| {
            message.queries.clear();
            message.metadata.response_code = ResponseCode::Refused;
        });
        assert_eq!(
            asked.read(7, &refused, false),
            Said::Failure(Outcome::Refused)
        );
    }

    #[test]
    fn aliases_are_followed_and_strangers_are_not() {
        let asked = asked("bl.example");
        let alias = |from: &str, to: &str| {
            Record::from_rdata(name(from), 60, RData::CNAME(CNAME(name(to))))
        };
        let read = |records: &[Record]| {
            let bytes = response(&asked, |message| {
                message.add_answers(records.iter().cloned());
            });
            asked.read(7, &bytes, false)
        };
        assert!(matches!(
            read(&[alias("bl.example.", "x.example."), a("x.example.", 2)]),
            Said::Answer(Ok(found)) if found.len() == 1
        ));
        assert_eq!(
            read(&[a("stranger.example.", 2)]),
            Said::Answer(Err(Outcome::NoData))
        );
        assert!(matches!(
            read(&[
                alias("bl.example.", "x.example."),
                alias("x.example.", "bl.example.")
            ]),
            Said::Failure(Outcome::Malformed(_))
        ));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = asked("bl.example").read(7, &bytes, false);
        }

        #[test]
        fn no_damage_makes_it_panic(at in 0_usize..80, with in any::<u8>(), cut in 0_usize..80) {
            let asked = asked("2.0.0.127.bl.example");
            let mut bytes = response(&asked, |message| {
                message.add_answer(a("2.0.0.127.bl.example.", 2));
            });
            if let Some(byte) = bytes.get_mut(at) {
                *byte = with;
            }
            bytes.truncate(bytes.len().saturating_sub(cut));
            let _ = asked.read(7, &bytes, true);
        }
    }
}
