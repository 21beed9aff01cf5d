//! Free ports on loopback, chosen by the kernel and kept from others until the server has taken them.

use std::io::{self, Read};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};

/// The addresses at which a server of ours listens, too, with other rules.
const OTHERS: [Ipv4Addr; 2] = [Ipv4Addr::new(127, 0, 0, 2), Ipv4Addr::new(127, 0, 0, 3)];

/// As many ports as asked for, free on 127.0.0.1 to .3 and, where the machine has it, on ::1.
pub fn free(count: usize) -> io::Result<Vec<u16>> {
    let mut held = Vec::new();
    while held.len() < count {
        let four = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = four.local_addr()?.port();
        let others = OTHERS.map(|other| TcpListener::bind((other, port)));
        let others: io::Result<Vec<TcpListener>> = others.into_iter().collect();
        let Ok(mut listeners) = others else { continue };
        listeners.push(four);
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
            Ok(six) => listeners.push(six),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => continue,
            Err(_) => {} // no IPv6 here
        }
        held.push((port, listeners));
    }
    let mut ports = Vec::new();
    for (port, listeners) in held {
        listeners.into_iter().try_for_each(reserve)?;
        ports.push(port);
    }
    Ok(ports)
}

/// Whether ::1 can be listened on.
pub fn has_ipv6() -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

/// Leaves one connection of the listener in TIME_WAIT. For a minute the kernel gives the port to nobody who asks for any port,
/// while a server (they all set SO_REUSEADDR) may still bind it by number: so neither an outgoing connection nor another run of
/// these tests can slip in between.
fn reserve(listener: TcpListener) -> io::Result<()> {
    let mut client = TcpStream::connect(listener.local_addr()?)?;
    let (accepted, _) = listener.accept()?;
    drop(accepted); // the side that closes first is the one that keeps TIME_WAIT
    let read = client.read(&mut [0])?;
    assert_eq!(read, 0);
    Ok(())
}
