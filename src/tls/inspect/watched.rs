//! Looks at what we write during a handshake: whoever is asked for a certificate shows one, if only an
//! empty one, and the library does not tell that it was asked.
//!
//! Before TLS 1.3 the client's Certificate message goes in clear (RFC 5246 §7.4.6). In TLS 1.3 it is
//! encrypted, but each message has a record of its own: without a certificate the client's last flight
//! is one record, Finished, and with one there are two or three (RFC 8446 §4.4).

use std::io::{self, Read, Write};

/// A handshake writes no more than this, a client certificate with its chain included.
const MOST: usize = 256 * 1024;

const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;
const CERTIFICATE: u8 = 11;

/// A stream whose written bytes are kept for a while.
#[derive(Debug)]
pub struct Watched<S> {
    stream: S,
    written: Option<Vec<u8>>,
}

impl<S> Watched<S> {
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            written: Some(Vec::new()),
        }
    }

    pub fn get_ref(&self) -> &S {
        &self.stream
    }

    pub fn get_mut(&mut self) -> &mut S {
        &mut self.stream
    }

    /// Keeps nothing any more.
    pub fn rest(&mut self) {
        self.written = None;
    }

    /// Was a client certificate shown, an empty one included?
    pub fn showed_certificate(&self) -> bool {
        self.written.as_deref().is_some_and(showed_certificate)
    }
}

/// Walks the records (RFC 8446 §5.1): type, version, length, content.
fn showed_certificate(mut bytes: &[u8]) -> bool {
    let mut encrypted = 0;
    while let [kind, _, _, high, low, rest @ ..] = bytes {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        match (*kind, rest.first()) {
            (HANDSHAKE, Some(&CERTIFICATE)) => return true,
            (APPLICATION_DATA, _) => encrypted += 1,
            _ => {}
        }
        bytes = rest.get(length..).unwrap_or_default();
    }
    encrypted > 1
}

impl<S: Read> Read for Watched<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.read(buffer)
    }
}

impl<S: Write> Write for Watched<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.stream.write(bytes)?;
        if let Some(written) = &mut self.written
            && written.len() < MOST
        {
            written.extend_from_slice(bytes.get(..count).unwrap_or_default());
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_walked_not_searched() {
        let hello = [22, 3, 1, 0, 4, 1, 0, 0, 0];
        let ccs = [20, 3, 3, 0, 1, 1];
        let certificate = [22, 3, 3, 0, 4, 11, 0, 0, 0];
        let finished = [22, 3, 3, 0, 4, 0x9b, 11, 0, 0];
        let sealed = [23, 3, 3, 0, 2, 11, 11];
        assert!(!showed_certificate(&[&hello[..], &ccs, &finished].concat()));
        assert!(showed_certificate(
            &[&hello[..], &certificate, &ccs, &finished].concat()
        ));
        assert!(!showed_certificate(&[&hello[..], &ccs, &sealed].concat()));
        assert!(showed_certificate(
            &[&hello[..], &ccs, &sealed, &sealed].concat()
        ));
        assert!(!showed_certificate(&[22, 3, 3, 255, 255, 1]));
        assert!(!showed_certificate(&[]));
    }
}
