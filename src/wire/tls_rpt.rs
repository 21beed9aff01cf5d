//! Where senders report about TLS (RFC 8460 §3): `v=TLSRPTv1; rua=mailto:tls@example.org` at `_smtp._tls.DOMAIN`.

/// Why senders report to nobody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsRptError {
    /// None of the texts there says `v=TLSRPTv1`.
    #[error("no record begins with v=TLSRPTv1;")]
    None,
    /// Senders take none of several.
    #[error("{0} records begin with v=TLSRPTv1;, so that senders use none")]
    Several(usize),
    /// There is no address in it that can be reported to.
    #[error("the record names no mailto: or https: address to report to")]
    NoAddress,
}

/// The addresses in the TXT records at `_smtp._tls.DOMAIN`, each record's strings joined; at most 16.
///
/// # Errors
/// When senders find none there.
pub fn report_addresses(records: &[Vec<u8>]) -> Result<Vec<String>, TlsRptError> {
    let ours: Vec<&[u8]> = records
        .iter()
        .filter_map(|text| {
            text.strip_prefix(b"v=TLSRPTv1")?
                .trim_ascii_start()
                .strip_prefix(b";")
        })
        .collect();
    let fields = match ours.as_slice() {
        [] => return Err(TlsRptError::None),
        [one] => *one,
        several => return Err(TlsRptError::Several(several.len())),
    };
    let addresses: Vec<String> = fields
        .split(|&byte| byte == b';')
        .filter_map(|field| field.trim_ascii().strip_prefix(b"rua="))
        .flat_map(|list| list.split(|&byte| byte == b','))
        .map(|address| String::from_utf8_lossy(address.trim_ascii()).into_owned())
        .filter(|address| address.starts_with("mailto:") || address.starts_with("https:"))
        .take(16)
        .collect();
    if addresses.is_empty() {
        return Err(TlsRptError::NoAddress);
    }
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_the_one_record() {
        let ask = |texts: &[&str]| {
            let records: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
            report_addresses(&records)
        };
        assert_eq!(
            ask(&[
                "x",
                "v=TLSRPTv1; rua=mailto:a@example.org, https://example.org/r"
            ])
            .unwrap(),
            ["mailto:a@example.org", "https://example.org/r"]
        );
        assert_eq!(ask(&["v=spf1 -all"]), Err(TlsRptError::None));
        assert_eq!(ask(&["v=TLSRPTv1;rua=ftp:x"]), Err(TlsRptError::NoAddress));
        let one = "v=TLSRPTv1; rua=mailto:a@example.org";
        assert_eq!(ask(&[one, one]), Err(TlsRptError::Several(2)));
    }
}
