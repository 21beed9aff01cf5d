//! A relay that makes loopback as far away as one likes, and counts what a client pays for the distance.
//!
//! What the client sends is seen at once and reaches the server one delay later; what the server sends reaches the
//! client one delay later. A **round trip** is a change of direction as the client meets it: it has sent something
//! and hears something after. The TCP handshake is one more, which the relay counts but cannot delay (the kernel
//! answers it); the connection to the server is made one delay after the client's, as the client's ACK would be.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::socket::{Link, Socket, Stop};

/// Chunks under way in one direction.
const IN_FLIGHT: usize = 1024;

/// One connection.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    pub bytes_to_server: u64,
    pub bytes_to_client: u64,
    /// Reads of the relay: segments, unless two came at once.
    pub segments_to_server: u64,
    pub segments_to_client: u64,
    turns: u64,
    /// The client has closed, or the last thing was its own sending.
    client_closed: bool,
    heard_last: bool,
}

impl Traffic {
    /// The TCP handshake, and each time that the client waited for the server. An answer that comes after the
    /// client has closed was not waited for.
    pub fn round_trips(&self) -> u64 {
        1 + self.turns
    }
}

#[derive(Clone, Copy, Debug)]
enum Way {
    ToServer,
    ToClient,
}

type Shared = Arc<Mutex<Vec<Traffic>>>;

/// Stops when dropped.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    traffic: Shared,
    stop: Arc<Stop>,
    thread: Option<JoinHandle<()>>,
}

fn lock(shared: &Shared) -> MutexGuard<'_, Vec<Traffic>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Relay {
    /// Relays to `target` with that delay in each direction; panics if the machine does not allow it.
    pub fn start(target: SocketAddr, delay: Duration) -> Relay {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("the relay's listener");
        listener
            .set_nonblocking(true)
            .expect("the relay's listener");
        let address = listener.local_addr().expect("the relay's address");
        let stop = Stop::new().expect("the relay's bell");
        let traffic = Shared::default();
        let (own_stop, own_traffic) = (Arc::clone(&stop), Arc::clone(&traffic));
        let thread = std::thread::spawn(move || {
            let mut threads = Vec::new();
            while own_stop
                .wait(listener.as_raw_fd(), libc::POLLIN, None)
                .is_ok()
            {
                let Ok((client, _)) = listener.accept() else {
                    continue;
                };
                let at = {
                    let mut traffic = lock(&own_traffic);
                    traffic.push(Traffic::default());
                    traffic.len() - 1
                };
                let (stop, traffic) = (Arc::clone(&own_stop), Arc::clone(&own_traffic));
                threads.push(std::thread::spawn(move || {
                    // A connection that fails ends; the client sees it.
                    let _ = relay(client, target, delay, &stop, &traffic, at);
                }));
            }
            for thread in threads {
                let _ = thread.join();
            }
        });
        Relay {
            address,
            traffic,
            stop,
            thread: Some(thread),
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// All connections so far.
    pub fn traffic(&self) -> Vec<Traffic> {
        lock(&self.traffic).clone()
    }

    /// Round trips of the only connection; panics if there was none or more than one.
    pub fn round_trips(&self) -> u64 {
        let traffic = self.traffic();
        assert_eq!(traffic.len(), 1, "one connection through the relay");
        traffic[0].round_trips()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stop.ring();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn relay(
    client: TcpStream,
    target: SocketAddr,
    delay: Duration,
    stop: &Arc<Stop>,
    traffic: &Shared,
    at: usize,
) -> io::Result<()> {
    let half = |stream: &TcpStream| Socket::new(Link::Tcp(stream.try_clone()?), Arc::clone(stop));
    stop.sleep(delay)?;
    let server = TcpStream::connect(target)?;
    let (client_in, client_out) = (half(&client)?, half(&client)?);
    let (server_in, server_out) = (half(&server)?, half(&server)?);
    std::thread::scope(|scope| {
        for (from, to, way) in [
            (client_in, server_out, Way::ToServer),
            (server_in, client_out, Way::ToClient),
        ] {
            let (sender, receiver) = sync_channel(IN_FLIGHT);
            scope.spawn(move || take(from, &sender, way, traffic, at));
            scope.spawn(move || give(to, &receiver, delay, stop, way, traffic, at));
        }
    });
    Ok(())
}

/// A chunk and when it came; nothing is the end.
type Chunk = (Instant, Vec<u8>);

fn take(mut from: Socket, sender: &SyncSender<Chunk>, way: Way, traffic: &Shared, at: usize) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let got = from.read(&mut buffer).unwrap_or(0);
        let now = Instant::now();
        if let Way::ToServer = way {
            let entry = &mut lock(traffic)[at];
            entry.bytes_to_server += got as u64;
            entry.segments_to_server += u64::from(got > 0);
            entry.client_closed |= got == 0;
            entry.heard_last &= got == 0;
        }
        if sender.send((now, buffer[..got].to_vec())).is_err() || got == 0 {
            return;
        }
    }
}

fn give(
    mut to: Socket,
    receiver: &Receiver<Chunk>,
    delay: Duration,
    stop: &Stop,
    way: Way,
    traffic: &Shared,
    at: usize,
) {
    while let Ok((came, bytes)) = receiver.recv() {
        let left = (came + delay).saturating_duration_since(Instant::now());
        if stop.sleep(left).is_err() {
            return;
        }
        if bytes.is_empty() {
            to.half_close();
            return;
        }
        if let Way::ToClient = way {
            let entry = &mut lock(traffic)[at];
            entry.bytes_to_client += bytes.len() as u64;
            entry.segments_to_client += 1;
            if !entry.heard_last && !entry.client_closed {
                entry.turns += 1;
            }
            entry.heard_last = true;
        }
        if to.write_all(&bytes).is_err() {
            return;
        }
    }
}
