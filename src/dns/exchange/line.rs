//! A UDP socket that is connected to one name server, and the questions that wait on it, each under an id of its own.
//!
//! The kernel drops packets from anybody else. What is no answer to a waiting question is counted by the question and
//! otherwise ignored: the true answer may still come.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;

use tokio::net::UdpSocket;
use tokio::sync::Notify;

use super::message::{Asked, Said};

/// Longer packets do not come, whatever we said of their length.
const LONGEST: usize = 4096;
/// Answers that wait for us to read them must fit into the socket's buffer.
pub const MOST_WAITING: usize = 128;

/// What came of sending a question.
#[derive(Debug, Clone)]
pub enum Come {
    /// This was said.
    Said(Said),
    /// Nobody is there.
    Unreachable(String),
}

/// A question that waits for its answer, from whichever server it was sent to.
#[derive(Debug)]
pub struct Waiter {
    /// The question.
    pub asked: Asked,
    come: RefCell<Option<(usize, Come)>>,
    bell: Notify,
    /// What came instead of an answer.
    pub foreign: Cell<Option<&'static str>>,
}

impl Waiter {
    pub fn new(asked: Asked) -> Self {
        Waiter {
            asked,
            come: RefCell::new(None),
            bell: Notify::new(),
            foreign: Cell::new(None),
        }
    }

    /// The number of the server, and what came from it.
    pub async fn wait(&self) -> (usize, Come) {
        loop {
            if let Some(come) = self.come.borrow_mut().take() {
                return come;
            }
            self.bell.notified().await;
        }
    }

    fn ring(&self, server: usize, come: Come) {
        *self.come.borrow_mut() = Some((server, come));
        self.bell.notify_one();
    }
}

/// One socket.
pub struct Line {
    socket: UdpSocket,
    server: usize,
    waiting: RefCell<HashMap<u16, Rc<Waiter>>>,
}

/// A place on a line; it is given back when dropped.
pub struct Place {
    line: Rc<Line>,
    id: u16,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.line.waiting.borrow_mut().remove(&self.id);
    }
}

impl Line {
    /// Opens a socket to `address`, which is the server of this number. Must be called where tasks can be spawned.
    pub async fn open(server: usize, address: SocketAddr) -> std::io::Result<Rc<Self>> {
        let own: IpAddr = match address {
            SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let socket = UdpSocket::bind((own, 0)).await?;
        socket.connect(address).await?;
        let line = Rc::new(Line {
            socket,
            server,
            waiting: RefCell::default(),
        });
        tokio::task::spawn_local(listen(Rc::clone(&line)));
        Ok(line)
    }

    /// Is there room for one more question?
    pub fn has_room(&self) -> bool {
        self.waiting.borrow().len() < MOST_WAITING
    }

    /// How many questions wait here.
    pub fn load(&self) -> usize {
        self.waiting.borrow().len()
    }

    /// Sends a question under an id that `roll` gives.
    pub async fn send(
        self: &Rc<Self>,
        waiter: &Rc<Waiter>,
        extended: bool,
        mut roll: impl FnMut() -> u16,
    ) -> Result<Place, Come> {
        let mut id = roll();
        // Few of 65 536 ids are taken, so a free one is found soon.
        while self.waiting.borrow().contains_key(&id) {
            id = roll();
        }
        let packet = match waiter.asked.packet(id, extended) {
            Ok(packet) => packet,
            Err(outcome) => return Err(Come::Said(Said::Answer(Err(outcome)))),
        };
        self.waiting.borrow_mut().insert(id, Rc::clone(waiter));
        let place = Place {
            line: Rc::clone(self),
            id,
        };
        match self.socket.send(&packet).await {
            Ok(_) => Ok(place),
            Err(error) => Err(Come::Unreachable(error.kind().to_string())),
        }
    }

    fn hear(&self, bytes: &[u8]) {
        let Some(id) = bytes.first_chunk::<2>().map(|two| u16::from_be_bytes(*two)) else {
            return;
        };
        let Some(waiter) = self.waiting.borrow().get(&id).cloned() else {
            return;
        };
        match waiter.asked.read(id, bytes, false) {
            Said::Foreign(why) => waiter.foreign.set(Some(why)),
            said => waiter.ring(self.server, Come::Said(said)),
        }
    }

    /// The kernel was told that nobody is there.
    fn fail(&self, why: &str) {
        for waiter in self.waiting.borrow().values() {
            waiter.ring(self.server, Come::Unreachable(why.to_owned()));
        }
    }
}

/// Reads a line as long as the exchange lasts.
async fn listen(line: Rc<Line>) {
    let mut buffer = vec![0; LONGEST];
    loop {
        match line.socket.recv(&mut buffer).await {
            Ok(size) => line.hear(buffer.get(..size).unwrap_or_default()),
            Err(error) => {
                line.fail(&error.kind().to_string());
                tokio::task::yield_now().await;
            }
        }
    }
}
