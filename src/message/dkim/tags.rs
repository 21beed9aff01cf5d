//! Tag lists: `v=1; a=rsa-sha256; d=example.org` (RFC 6376 §3.2).

use data_encoding::BASE64;

/// Tags of one list.
const MOST: usize = 50;

/// A list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tags(Vec<(String, String)>);

impl Tags {
    /// Reads a list; a tag that stands there twice makes all of it void.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut tags: Vec<(String, String)> = Vec::new();
        for tag in text.split(';').filter(|tag| !tag.trim().is_empty()) {
            let Some((name, value)) = tag.split_once('=') else {
                return Err("its tags are broken".to_owned());
            };
            let name = name.trim().to_owned();
            if tags.iter().any(|(known, _)| *known == name) || tags.len() >= MOST {
                return Err(format!("its tag {name} stands there twice"));
            }
            tags.push((name, value.trim().to_owned()));
        }
        Ok(Self(tags))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// A tag in base64; blanks and folding do not count.
    pub(super) fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        let text: String = self
            .get(name)?
            .chars()
            .filter(|c| !c.is_ascii_whitespace())
            .collect();
        BASE64.decode(text.as_bytes()).ok()
    }
}

/// The field with nothing behind `b=` (§3.7); all else as it is.
pub(super) fn without_signature(rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rest.len());
    // The colon and what stands before the first tag belong to the first piece.
    for (at, tag) in rest.split(|byte| *byte == b';').enumerate() {
        if at > 0 {
            out.push(b';');
        }
        let equals = tag.iter().position(|byte| *byte == b'=');
        let name = equals.and_then(|equals| tag.get(..equals));
        let name = name.map(|name| name.strip_prefix(b":").unwrap_or(name).trim_ascii());
        match (name, equals) {
            (Some(b"b"), Some(equals)) => {
                out.extend_from_slice(tag.get(..=equals).unwrap_or_default());
            }
            _ => out.extend_from_slice(tag),
        }
    }
    out
}
