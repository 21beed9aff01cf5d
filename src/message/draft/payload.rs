//! What a message of the probe holds, so that a server that mangles any of it is seen: bytes beyond
//! ASCII, long lines, lines with dots, an attachment; and the two standard texts that a filter must
//! bite on, GTUBE and EICAR.
//!
//! Both test texts stand here in pieces: a scanner that looks at this program should not find them.

use crate::message::token::Token;

/// Text of other scripts, for payload `utf8`.
pub const SCRIPTS: &str = "Gr\u{fc}\u{df}e \u{2013} \u{41f}\u{440}\u{438}\u{432}\u{435}\u{442} \u{2013} \u{3053}\u{3093}\u{306b}\u{3061}\u{306f} \u{1f4ec}";

/// The longest line that RFC 5322 §2.1.1 allows, without its end.
const LONGEST: usize = 998;

/// Kinds that do no harm; `all` has them together.
const HARMLESS: [&str; 5] = ["8bit", "utf8", "long", "dots", "attachment"];

/// Which kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Payload {
    /// Bytes beyond ASCII in the text.
    pub eight_bit: bool,
    /// Other scripts in the header.
    pub utf8: bool,
    /// Lines of 998 characters.
    pub long: bool,
    /// Lines that begin with dots.
    pub dots: bool,
    /// A file with all 256 bytes.
    pub attachment: bool,
    /// What every spam filter knows.
    pub gtube: bool,
    /// What every virus scanner knows.
    pub eicar: bool,
}

/// A file that goes with the text.
pub struct Attachment {
    /// Its name.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Payload {
    /// Reads kinds with commas between them.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut payload = Self::default();
        for kind in text.split(',') {
            match kind.trim().to_ascii_lowercase().as_str() {
                "plain" => {}
                "all" => {
                    for kind in HARMLESS {
                        payload.add(kind);
                    }
                }
                kind if payload.add(kind) => {}
                other => {
                    return Err(format!(
                        "{other:?} is no payload; use plain, {}, all, gtube or eicar",
                        HARMLESS.join(", ")
                    ));
                }
            }
        }
        if payload.eicar && payload.attachment {
            return Err("eicar is an attachment itself: leave attachment out".to_owned());
        }
        Ok(payload)
    }

    fn add(&mut self, kind: &str) -> bool {
        let place = match kind {
            "8bit" => &mut self.eight_bit,
            "utf8" => &mut self.utf8,
            "long" => &mut self.long,
            "dots" => &mut self.dots,
            "attachment" => &mut self.attachment,
            "gtube" => &mut self.gtube,
            "eicar" => &mut self.eicar,
            _ => return false,
        };
        *place = true;
        true
    }

    /// The text, filled up to so many bytes.
    pub(super) fn text(&self, token: &Token, size: usize) -> Vec<u8> {
        let mut lines = vec![
            "A monitoring check has sent this mail to see whether mail arrives, and removes it when it has.".to_owned(),
            "If it is still here after a day, the check has been removed, and so may this mail be.".to_owned(),
            token.text().to_owned(),
        ];
        if self.gtube {
            lines.push(gtube());
        }
        if self.eight_bit {
            lines.push(SCRIPTS.to_owned());
        }
        if self.dots {
            lines.extend([".", "..", "...", ".dot", "..dot", "dot.", ".\t."].map(str::to_owned));
        }
        if self.long {
            let line: String = ('!'..='~').cycle().take(LONGEST).collect();
            lines.push(line.replace('.', ","));
            lines.push("word ".repeat(199) + "end");
        }
        let mut text = lines.join("\r\n").into_bytes();
        text.extend_from_slice(b"\r\n");
        let mut seed = 1;
        while text.len() < size {
            text.extend((0..72).map(|_| b'a' + (noise(&mut seed) % 26)));
            text.extend_from_slice(b"\r\n");
        }
        text
    }

    /// The file, if one goes with it, of at least so many bytes once it is encoded.
    pub(super) fn attachment(&self, size: usize) -> Option<Attachment> {
        if self.eicar {
            let (name, bytes) = ("eicar.com", eicar().into_bytes());
            return Some(Attachment { name, bytes });
        }
        if !self.attachment {
            return None;
        }
        let mut bytes: Vec<u8> = (0..=255).collect();
        let mut seed = 2;
        let wanted = size / 4 * 3;
        while bytes.len() < wanted {
            bytes.push(noise(&mut seed));
        }
        let name = "mailprobe.bin";
        Some(Attachment { name, bytes })
    }
}

/// The next byte of a steady sequence that no compression shrinks.
fn noise(seed: &mut u32) -> u8 {
    *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    seed.to_be_bytes()[0]
}

/// Generic Test for Unsolicited Bulk Email.
fn gtube() -> String {
    [
        "XJS*C4JDBQADN1.NSBN3*2IDNEN*",
        "GTUBE-STANDARD-ANTI-",
        "UBE-TEST-EMAIL*C.34X",
    ]
    .concat()
}

/// The test file of the European Institute for Computer Antivirus Research.
fn eicar() -> String {
    [
        r"X5O!P%@AP[4\PZX54(P^)7CC)7}$",
        "EICAR-STANDARD-",
        "ANTIVIRUS-TEST-FILE!",
        "$H+H*",
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_name() {
        let all = Payload::parse("all").unwrap();
        assert!(all.eight_bit && all.utf8 && all.long && all.dots && all.attachment);
        assert!(!all.gtube && !all.eicar);
        assert_eq!(Payload::parse("plain").unwrap(), Payload::default());
        assert!(Payload::parse("Dots, long").unwrap().dots);
        assert!(Payload::parse("eicar,attachment").is_err());
        let error = Payload::parse("8-bit").unwrap_err();
        assert!(
            error.contains("8bit") && error.contains("\"8-bit\""),
            "{error}"
        );
    }

    #[test]
    fn the_test_texts_are_the_standard_ones() {
        assert_eq!((gtube().len(), eicar().len()), (68, 68));
        let digest =
            openssl::hash::hash(openssl::hash::MessageDigest::md5(), eicar().as_bytes()).unwrap();
        assert_eq!(
            data_encoding::HEXLOWER.encode(&digest),
            "44d88612fea8a8f36de82e1278abb02f"
        );
    }
}
