//! The PROXY protocol, versions 1 and 2, as a server reads it before anything else. Strict: what is not a whole
//! and right header is an error that says why.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyHeader {
    pub version: u8,
    /// LOCAL (v2) and UNKNOWN (v1) name no addresses.
    pub addresses: Option<(SocketAddr, SocketAddr)>,
    pub raw: Vec<u8>,
}

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// How much of `bytes` is a header: `Ok(None)` wants more.
pub fn parse(bytes: &[u8]) -> Result<Option<ProxyHeader>, String> {
    let shared = bytes.len().min(SIGNATURE.len());
    if bytes[..shared] == SIGNATURE[..shared] {
        // An empty start may become either; one byte of a signature is enough to know.
        if bytes.len() < 16 {
            return Ok(None);
        }
        return version_2(bytes);
    }
    let shared = bytes.len().min(6);
    if bytes[..shared] != b"PROXY "[..shared] {
        return Err("neither signature of the PROXY protocol".to_owned());
    }
    match bytes.windows(2).position(|pair| pair == b"\r\n") {
        Some(end) if end + 2 <= 107 => version_1(&bytes[..end + 2]).map(Some),
        None if bytes.len() < 107 => Ok(None),
        _ => Err("version 1 header longer than 107 bytes".to_owned()),
    }
}

fn version_1(raw: &[u8]) -> Result<ProxyHeader, String> {
    let line =
        std::str::from_utf8(&raw[..raw.len() - 2]).map_err(|_| "version 1 header is not ASCII")?;
    let fields: Vec<&str> = line.split(' ').collect();
    let addresses = match fields[..] {
        ["PROXY", "UNKNOWN", ..] => None,
        [
            "PROXY",
            family @ ("TCP4" | "TCP6"),
            source,
            target,
            source_port,
            target_port,
        ] => {
            let address = |ip: &str, port: &str| -> Result<SocketAddr, String> {
                let ip: IpAddr = ip.parse().map_err(|_| format!("no address: {ip}"))?;
                if ip.is_ipv4() != (family == "TCP4") {
                    return Err(format!("{ip} is not of family {family}"));
                }
                if port.len() > 1 && port.starts_with('0') {
                    return Err(format!("leading zero in port {port}"));
                }
                Ok(SocketAddr::new(
                    ip,
                    port.parse().map_err(|_| format!("no port: {port}"))?,
                ))
            };
            Some((address(source, source_port)?, address(target, target_port)?))
        }
        _ => return Err(format!("not a version 1 header: {line}")),
    };
    Ok(ProxyHeader {
        version: 1,
        addresses,
        raw: raw.to_vec(),
    })
}

fn version_2(bytes: &[u8]) -> Result<Option<ProxyHeader>, String> {
    let length = usize::from(u16::from_be_bytes([bytes[14], bytes[15]]));
    if bytes.len() < 16 + length {
        return Ok(None);
    }
    let block = &bytes[16..16 + length];
    let port = |at: usize| u16::from_be_bytes([block[at], block[at + 1]]);
    let addresses = match (bytes[12], bytes[13]) {
        (0x20, _) => None,
        (0x21, 0x11) if length >= 12 => {
            let ip =
                |at: usize| Ipv4Addr::new(block[at], block[at + 1], block[at + 2], block[at + 3]);
            Some(((ip(0), port(8)).into(), (ip(4), port(10)).into()))
        }
        (0x21, 0x21) if length >= 36 => {
            let ip = |at: usize| {
                let octets: [u8; 16] = block[at..at + 16].try_into().expect("sixteen bytes");
                Ipv6Addr::from(octets)
            };
            Some(((ip(0), port(32)).into(), (ip(16), port(34)).into()))
        }
        // Unspecified, and unix sockets.
        (0x21, 0x00) => None,
        (0x21, 0x31) if length >= 216 => None,
        (command, family) => {
            return Err(format!(
                "version 2: {command:#04x} {family:#04x} with {length} bytes"
            ));
        }
    };
    Ok(Some(ProxyHeader {
        version: 2,
        addresses,
        raw: bytes[..16 + length].to_vec(),
    }))
}
