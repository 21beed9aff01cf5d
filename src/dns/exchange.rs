//! Many questions in flight at once, on one thread, over few sockets.
//!
//! hickory's resolver hides what a blocklist is judged by (response codes, silence, every record) and takes a socket for
//! each question, so the exchange is ours and hickory reads and writes the messages. Retries are ours as well: a question is
//! sent again only when nothing came, or when a server said that it cannot answer; a late answer to an earlier packet counts
//! like one to the last. Names are absolute.
//!
//! Bounded: [`MOST_IN_FLIGHT`] questions, [`MOST_LINES`] sockets for each server, [`MOST_STREAMS`] connections.

mod line;
mod message;
mod stream;

use std::cell::{Cell, RefCell};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use hickory_resolver::proto::rr::RData;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use self::line::{Come, Line, Place, Waiter};
use self::message::{Asked, Said};
use super::{Outcome, Question};
use crate::time::{Clock, Deadline};

/// Questions that wait for an answer at the same time; what is beyond waits for its turn.
const MOST_IN_FLIGHT: usize = 1000;
/// Sockets to one server.
const MOST_LINES: usize = 16;
/// TCP connections at the same time.
const MOST_STREAMS: usize = 16;
/// Between two packets, so that no buffer on the way overflows: 60 a millisecond, which a resolver on this host keeps up with.
const SPACING: Duration = Duration::from_micros(16);
/// So many go out at once when the line was quiet: a socket's buffer of usual size holds them.
const BURST: u32 = 96;
/// The pause before a server that says it cannot answer is asked once more.
const SECOND_THOUGHT: Duration = Duration::from_millis(250);
/// A packet is not taken for lost before this; each time it takes twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(1500);
/// A server that left so many questions without answer and never gave one is asked last.
const DEAF: u32 = 3;

/// How patient the exchange is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For one question, all its packets together.
    pub question: Duration,
    /// How often a question may be sent, the first time counted.
    pub sends: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            question: Duration::from_secs(8),
            sends: 3,
        }
    }
}

/// What was sent so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Questions.
    pub questions: u64,
    /// UDP packets.
    pub packets: u64,
    /// Of these, how many were sent because nothing had come.
    pub again: u64,
    /// Questions that were asked over TCP in the end.
    pub streams: u64,
    /// Questions to which a server said anything.
    pub answered: u64,
}

/// What came of a question.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The records of the wanted type, at least one; or why there are none.
    pub outcome: Result<Vec<RData>, Outcome>,
    /// Who said so.
    pub server: Option<SocketAddr>,
    /// From the first packet on.
    pub took: Duration,
}

/// A name server and what is known of it.
struct Server {
    address: SocketAddr,
    lines: RefCell<Vec<Rc<Line>>>,
    answered: Cell<bool>,
    silent: Cell<u32>,
    plain: Cell<bool>,
    /// Did it ever answer over UDP?
    udp: Cell<bool>,
    /// Did it answer over TCP where it was silent over UDP? Some networks let nothing else through.
    tcp: Cell<bool>,
}

/// The exchange with some name servers. Lives in a `LocalSet`.
pub struct Exchange {
    servers: Vec<Server>,
    patience: Patience,
    deadline: Cell<Deadline>,
    window: Semaphore,
    streams: Semaphore,
    traffic: Cell<Traffic>,
    next: Cell<Duration>,
    dice: RandomState,
    rolls: Cell<u64>,
}

impl Exchange {
    /// Nothing is opened before the first question.
    pub fn new(servers: &[SocketAddr], patience: Patience, deadline: Deadline) -> Self {
        Exchange {
            servers: servers
                .iter()
                .map(|address| Server {
                    address: *address,
                    lines: RefCell::default(),
                    answered: Cell::new(false),
                    silent: Cell::new(0),
                    plain: Cell::new(false),
                    udp: Cell::new(false),
                    tcp: Cell::new(false),
                })
                .collect(),
            patience,
            deadline: Cell::new(deadline),
            window: Semaphore::new(MOST_IN_FLIGHT),
            streams: Semaphore::new(MOST_STREAMS),
            traffic: Cell::default(),
            next: Cell::default(),
            dice: RandomState::new(),
            rolls: Cell::new(0),
        }
    }

    /// What is asked from now on has no longer than this.
    pub fn end_by(&self, deadline: Deadline) {
        self.deadline.set(deadline);
    }

    /// What was sent so far.
    pub fn traffic(&self) -> Traffic {
        self.traffic.get()
    }

    /// Asks one question. Always comes to an end before the deadline.
    pub async fn ask(&self, question: &Question) -> Answer {
        let clock = self.deadline.get().clock();
        let begun = clock.elapsed();
        let Ok(left) = self.deadline.get().remaining() else {
            return self.silence(None, begun, clock);
        };
        match timeout(left, self.turn(question)).await {
            Ok(answer) => answer,
            Err(_) => self.silence(None, begun, clock),
        }
    }

    /// Asks when there is room for one more question.
    async fn turn(&self, question: &Question) -> Answer {
        let clock = self.deadline.get().clock();
        let _room = self.window.acquire().await;
        self.pace(clock).await;
        let begun = clock.elapsed();
        self.count(|traffic| traffic.questions += 1);
        let waiter = Rc::new(Waiter::new(Asked::new(question, || {
            question.may_be_respelled() && self.roll() & 1 == 1
        })));
        let limit = self
            .patience
            .question
            .min(self.deadline.get().remaining().unwrap_or_default());
        match timeout(limit, self.rounds(&waiter, limit)).await {
            Ok((server, outcome)) => Answer {
                outcome,
                server: self.servers.get(server).map(|server| server.address),
                took: clock.elapsed().saturating_sub(begun),
            },
            Err(_) => self.silence(Some(&waiter), begun, clock),
        }
    }

    fn silence(&self, waiter: Option<&Waiter>, begun: Duration, clock: Clock) -> Answer {
        let took = clock.elapsed().saturating_sub(begun);
        let outcome = match waiter.and_then(|waiter| waiter.foreign.get()) {
            Some(why) => Outcome::Malformed(why.to_owned()),
            None => Outcome::Timeout(took),
        };
        Answer {
            outcome: Err(outcome),
            server: self.servers.first().map(|server| server.address),
            took,
        }
    }

    /// Sends and waits, by turns, until something final comes. The places stay taken until then, so that a late answer
    /// still finds its question.
    async fn rounds(
        &self,
        waiter: &Rc<Waiter>,
        limit: Duration,
    ) -> (usize, Result<Vec<RData>, Outcome>) {
        let order = self.order();
        let mut places: Vec<Place> = Vec::new();
        let mut failures: Vec<(usize, Outcome)> = Vec::new();
        // A server that is asked in plainer words, and one that has second thoughts, get one more packet.
        let mut more = self.patience.sends.max(1);
        let mut sent = 0;
        let mut at = 0;
        while sent < more {
            let Some(&number) = order.get(at % order.len().max(1)) else {
                break;
            };
            at += 1;
            if sent > 0 {
                self.count(|traffic| traffic.again += 1);
            }
            sent += 1;
            let over_tcp = self.wants_tcp(number, sent >= more && sent > 1, !failures.is_empty());
            let sending = if over_tcp {
                Err(self.other_way(number, waiter, !failures.is_empty()).await)
            } else {
                self.send(number, waiter).await
            };
            let mut come = match sending {
                Ok(place) => {
                    places.push(place);
                    let last = sent >= more;
                    let wait = if last { limit } else { self.wait(sent, limit) };
                    match timeout(wait, waiter.wait()).await {
                        Ok(come) => come,
                        Err(_) => {
                            self.deaf(number);
                            continue;
                        }
                    }
                }
                Err(come) => come,
            };
            if let (server, Come::Said(_)) = &come
                && let Some(server) = self.servers.get(*server)
            {
                let way = if over_tcp { &server.tcp } else { &server.udp };
                way.set(true);
            }
            if let (server, Come::Said(Said::Longer)) = &come {
                let server = *server;
                come = (server, self.stream(server, waiter).await);
            }
            let (server, come) = come;
            let outcome = match come {
                Come::Said(Said::Answer(outcome)) => {
                    self.heard(server);
                    return (server, outcome);
                }
                Come::Said(Said::Plainer) => {
                    let plain = self.servers.get(server).map(|server| &server.plain);
                    if plain.is_some_and(|plain| !plain.replace(true)) {
                        at = at.saturating_sub(1);
                        more += 1;
                        continue;
                    }
                    Outcome::ResponseCode("FORMERR or NOTIMP".to_owned())
                }
                Come::Said(Said::Failure(outcome)) => {
                    self.heard(server);
                    outcome
                }
                // A stream ends with one of the others.
                Come::Said(Said::Longer | Said::Foreign(_)) => {
                    Outcome::Malformed("no proper answer".to_owned())
                }
                Come::Unreachable(why) => Outcome::Unreachable(why),
            };
            failures.push((server, outcome));
            let failed = failures.len();
            if failed >= order.len().max(2) {
                break;
            }
            if order.len() == 1 {
                sleep(SECOND_THOUGHT.min(limit / 4)).await;
            }
        }
        drop(places);
        // What a server said tells more than that another could not be reached.
        let said = failures
            .iter()
            .position(|(_, outcome)| !matches!(outcome, Outcome::Unreachable(_)))
            .unwrap_or(0);
        if failures.is_empty() {
            // The last packet's patience is the question's own: the caller says so.
            std::future::pending::<()>().await;
        }
        let (server, outcome) = failures.swap_remove(said);
        (server, Err(outcome))
    }

    /// How long the packet of this number is waited for before the next one is sent.
    fn wait(&self, sent: u32, limit: Duration) -> Duration {
        let doublings = sent.saturating_sub(1).min(16);
        let share = limit
            / 2_u32
                .saturating_pow(self.patience.sends.min(16))
                .saturating_sub(1)
                .max(1);
        FIRST_WAIT.min(share).saturating_mul(1 << doublings)
    }

    async fn send(&self, number: usize, waiter: &Rc<Waiter>) -> Result<Place, (usize, Come)> {
        let at = |come| (number, come);
        let gone = |why: &str| at(Come::Unreachable(why.to_owned()));
        let server = self.servers.get(number).ok_or_else(|| gone("no server"))?;
        let line = self
            .line(number, server)
            .await
            .map_err(|error| gone(&error.to_string()))?;
        self.count(|traffic| traffic.packets += 1);
        let roll = || u16::try_from(self.roll() & 0xffff).unwrap_or_default();
        line.send(waiter, !server.plain.get(), roll)
            .await
            .map_err(at)
    }

    /// A line with room; a new one when all are busy, as long as there may be one more.
    async fn line(&self, number: usize, server: &Server) -> std::io::Result<Rc<Line>> {
        let free = || {
            let lines = server.lines.borrow();
            lines.iter().find(|line| line.has_room()).cloned()
        };
        let least = || {
            let lines = server.lines.borrow();
            lines.iter().min_by_key(|line| line.load()).cloned()
        };
        if let Some(line) = free() {
            return Ok(line);
        }
        if server.lines.borrow().len() >= MOST_LINES {
            return least().ok_or_else(|| std::io::Error::other("no socket"));
        }
        match Line::open(number, server.address).await {
            Ok(line) => {
                server.lines.borrow_mut().push(Rc::clone(&line));
                Ok(line)
            }
            // No descriptors left: those we have must do.
            Err(error) => least().ok_or(error),
        }
    }

    async fn stream(&self, server: usize, waiter: &Waiter) -> Come {
        let Some(server) = self.servers.get(server) else {
            return Come::Unreachable("no server".to_owned());
        };
        let _room = self.streams.acquire().await;
        self.count(|traffic| traffic.streams += 1);
        let id = u16::try_from(self.roll() & 0xffff).unwrap_or_default();
        stream::ask(server.address, &waiter.asked, id).await
    }

    /// Is this packet to go over TCP? When nothing ever came over UDP: as soon as TCP was seen to work, and as the last resort.
    fn wants_tcp(&self, number: usize, last: bool, failed: bool) -> bool {
        self.servers.get(number).is_some_and(|server| {
            !server.udp.get() && (server.tcp.get() || last || (failed && self.servers.len() == 1))
        })
    }

    /// Over TCP, while an answer to an earlier packet may still come. A refused connection is worth telling only where UDP
    /// failed as well; behind silence it is silence that counts.
    async fn other_way(&self, number: usize, waiter: &Rc<Waiter>, failed: bool) -> (usize, Come) {
        let stream = async {
            match self.stream(number, waiter).await {
                Come::Unreachable(_) if !failed => std::future::pending().await,
                come => (number, come),
            }
        };
        tokio::select! {
            come = stream => come,
            come = waiter.wait() => come,
        }
    }

    /// The servers in the order in which they are asked: as they were given, the deaf ones last.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.servers.len()).collect();
        order.sort_by_key(|number| {
            self.servers
                .get(*number)
                .is_some_and(|server| !server.answered.get() && server.silent.get() >= DEAF)
        });
        order
    }

    fn heard(&self, number: usize) {
        if let Some(server) = self.servers.get(number) {
            server.answered.set(true);
            self.count(|traffic| traffic.answered += 1);
        }
    }

    fn deaf(&self, number: usize) {
        if let Some(server) = self.servers.get(number) {
            server.silent.set(server.silent.get().saturating_add(1));
        }
    }

    /// Waits until the next packet may go out.
    async fn pace(&self, clock: Clock) {
        let now = clock.elapsed();
        let quiet = now.saturating_sub(SPACING.saturating_mul(BURST));
        let slot = self.next.get().max(quiet);
        self.next.set(slot.saturating_add(SPACING));
        let early = slot.saturating_sub(now);
        if early >= Duration::from_millis(1) {
            sleep(early).await;
        }
    }

    fn count(&self, change: impl FnOnce(&mut Traffic)) {
        let mut traffic = self.traffic.get();
        change(&mut traffic);
        self.traffic.set(traffic);
    }

    /// Numbers that nobody outside can foresee: a keyed hash of a counter, the key from the operating system.
    fn roll(&self) -> u64 {
        let roll = self.rolls.get().wrapping_add(1);
        self.rolls.set(roll);
        self.dice.hash_one(roll)
    }
}
