//! The PROXY protocol, versions 1 and 2 (HAProxy's specification, section 2): what a load balancer
//! says about the client, before anything else on the connection.

use std::net::{IpAddr, SocketAddr};

/// The twelve bytes that open a version 2 header.
const SIGNATURE: [u8; 12] = [
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
];

/// Which version of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// A line of text.
    V1,
    /// Binary.
    V2,
}

/// The header for a connection from `source` to `destination`; `None` where the addresses are not
/// known (a unix socket): `UNKNOWN` in version 1, `LOCAL` in version 2.
#[must_use]
pub fn header(version: Version, addresses: Option<(SocketAddr, SocketAddr)>) -> Vec<u8> {
    let addresses = addresses.map(|(source, destination)| same_family(source, destination));
    match version {
        Version::V1 => text(addresses),
        Version::V2 => binary(addresses),
    }
}

fn text(addresses: Option<(SocketAddr, SocketAddr)>) -> Vec<u8> {
    let Some((from, to)) = addresses else {
        return b"PROXY UNKNOWN\r\n".to_vec();
    };
    let family = if from.is_ipv4() { "TCP4" } else { "TCP6" };
    format!(
        "PROXY {family} {} {} {} {}\r\n",
        from.ip(),
        to.ip(),
        from.port(),
        to.port()
    )
    .into_bytes()
}

fn binary(addresses: Option<(SocketAddr, SocketAddr)>) -> Vec<u8> {
    let mut header = SIGNATURE.to_vec();
    let Some((from, to)) = addresses else {
        // Version 2, LOCAL; unspecified family; no address block.
        header.extend_from_slice(&[0x20, 0x00, 0x00, 0x00]);
        return header;
    };
    let mut block = Vec::new();
    for socket in [from, to] {
        match socket.ip() {
            IpAddr::V4(address) => block.extend_from_slice(&address.octets()),
            IpAddr::V6(address) => block.extend_from_slice(&address.octets()),
        }
    }
    block.extend_from_slice(&from.port().to_be_bytes());
    block.extend_from_slice(&to.port().to_be_bytes());
    // Version 2, PROXY; TCP over IPv4 or IPv6.
    header.extend_from_slice(&[0x21, if from.is_ipv4() { 0x11 } else { 0x21 }]);
    header.extend_from_slice(&u16::try_from(block.len()).unwrap_or(0).to_be_bytes());
    header.extend_from_slice(&block);
    header
}

/// Both addresses in one family: IPv4 is written as IPv6 when the other one is IPv6.
fn same_family(source: SocketAddr, destination: SocketAddr) -> (SocketAddr, SocketAddr) {
    let widen = |socket: SocketAddr| match socket.ip() {
        IpAddr::V4(address) => SocketAddr::new(address.to_ipv6_mapped().into(), socket.port()),
        IpAddr::V6(_) => socket,
    };
    if source.is_ipv4() == destination.is_ipv4() {
        (source, destination)
    } else {
        (widen(source), widen(destination))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(from: &str, to: &str) -> Option<(SocketAddr, SocketAddr)> {
        Some((from.parse().unwrap(), to.parse().unwrap()))
    }

    #[test]
    fn version_1() {
        let v4 = header(Version::V1, pair("192.0.2.1:40000", "192.0.2.2:25"));
        assert_eq!(v4, b"PROXY TCP4 192.0.2.1 192.0.2.2 40000 25\r\n");
        let v6 = header(Version::V1, pair("[2001:db8::1]:1", "[2001:db8::2]:25"));
        assert_eq!(v6, b"PROXY TCP6 2001:db8::1 2001:db8::2 1 25\r\n");
        assert_eq!(header(Version::V1, None), b"PROXY UNKNOWN\r\n");
    }

    #[test]
    fn version_2() {
        let v4 = header(Version::V2, pair("192.0.2.1:258", "192.0.2.2:25"));
        assert_eq!(&v4[..12], SIGNATURE);
        assert_eq!(
            &v4[12..],
            [0x21, 0x11, 0, 12, 192, 0, 2, 1, 192, 0, 2, 2, 1, 2, 0, 25]
        );
        let v6 = header(Version::V2, pair("[::1]:1", "[::2]:2"));
        assert_eq!((&v6[12..16], v6.len()), (&[0x21, 0x21, 0, 36][..], 52));
        assert_eq!(&header(Version::V2, None)[12..], [0x20, 0, 0, 0]);
    }

    #[test]
    fn families_do_not_mix() {
        let mixed = header(Version::V1, pair("192.0.2.1:1", "[2001:db8::2]:25"));
        assert!(mixed.starts_with(b"PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2"));
    }
}
