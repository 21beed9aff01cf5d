//! The record at `_mta-sts.DOMAIN` (RFC 8461 §3.1): `v=STSv1; id=20260101T000000;`.

/// Why there is no usable record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// None of the texts there says `v=STSv1`.
    #[error("no record begins with v=STSv1;")]
    None,
    /// Senders take none of several.
    #[error("{0} records begin with v=STSv1;, so that senders use none")]
    Several(usize),
    /// It has no `id`.
    #[error("the record has no id")]
    NoIdentifier,
    /// The `id` is none: 1 to 32 letters and digits.
    #[error("the record's id \"{0}\" is not 1 to 32 letters and digits")]
    Identifier(String),
    /// A field is none.
    #[error("the record has \"{0}\", which is no field")]
    Field(String),
}

/// The identifier of the policy in the TXT records at `_mta-sts.DOMAIN`, each record's strings joined.
///
/// # Errors
/// When senders find no policy there.
pub fn identifier(records: &[Vec<u8>]) -> Result<String, RecordError> {
    let ours: Vec<&[u8]> = records
        .iter()
        .filter_map(|text| after_version(text))
        .collect();
    let fields = match ours.as_slice() {
        [] => return Err(RecordError::None),
        [one] => *one,
        several => return Err(RecordError::Several(several.len())),
    };
    let mut found = None;
    for field in fields.split(|&byte| byte == b';').map(<[u8]>::trim_ascii) {
        if field.is_empty() {
            continue;
        }
        let shown = || String::from_utf8_lossy(field).chars().take(60).collect();
        let Some(equals) = field.iter().position(|&byte| byte == b'=') else {
            return Err(RecordError::Field(shown()));
        };
        let (name, value) = field.split_at(equals);
        let value = value.get(1..).unwrap_or_default();
        // Of several the first counts (§3.1).
        if name == b"id" && found.is_none() {
            let good =
                (1..=32).contains(&value.len()) && value.iter().all(u8::is_ascii_alphanumeric);
            let text: String = String::from_utf8_lossy(value).chars().take(60).collect();
            if !good {
                return Err(RecordError::Identifier(text));
            }
            found = Some(text);
        }
    }
    found.ok_or(RecordError::NoIdentifier)
}

/// What follows `v=STSv1;`. Other texts at the name are not for senders.
fn after_version(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(b"v=STSv1")?
        .trim_ascii_start()
        .strip_prefix(b";")
}
