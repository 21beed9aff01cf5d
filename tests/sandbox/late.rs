//! A name server that answers every question a fixed time later, and counts what that distance costs who asks.
//!
//! 127.0.0.2, the entry that a blocklist must have, is listed in every zone; nothing else is.

use std::collections::VecDeque;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Lives as long as the process: its threads wait for questions.
#[derive(Debug)]
pub struct LateServer {
    address: SocketAddr,
    line: Arc<Line>,
}

#[derive(Debug, Default)]
struct Line {
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<(Instant, SocketAddr, Vec<u8>)>,
    questions: usize,
    rounds: u64,
    /// Something was answered since the last round began.
    answered: bool,
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LateServer {
    /// At this address; port 0 lets the kernel choose.
    pub fn start(address: &str, late: Duration) -> std::io::Result<LateServer> {
        let socket = UdpSocket::bind(address)?;
        let address = socket.local_addr()?;
        let sender = socket.try_clone()?;
        let line: Arc<Line> = Arc::default();
        let listening = Arc::clone(&line);
        std::thread::spawn(move || {
            let mut buffer = [0; 1500];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer) {
                let Some(answer) = answer(&buffer[..length]) else {
                    continue;
                };
                let mut state = listening.state();
                state.questions += 1;
                // A question behind an answer: it may have waited for it. The first question of all begins the first round.
                if state.rounds == 0 || std::mem::take(&mut state.answered) {
                    state.rounds += 1;
                }
                state
                    .waiting
                    .push_back((Instant::now() + late, peer, answer));
                listening.news.notify_one();
            }
        });
        let sending = Arc::clone(&line);
        std::thread::spawn(move || {
            loop {
                let mut state = sending.state();
                let Some((when, _, _)) = state.waiting.front() else {
                    drop(sending.news.wait(state));
                    continue;
                };
                let left = when.saturating_duration_since(Instant::now());
                if !left.is_zero() {
                    drop(sending.news.wait_timeout(state, left));
                    continue;
                }
                if let Some((_, peer, answer)) = state.waiting.pop_front() {
                    state.answered = true;
                    drop(state);
                    let _ = sender.send_to(&answer, peer);
                }
            }
        });
        Ok(LateServer { address, line })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Questions, and the rounds in which they came, since this was asked last. Answers are late by the same time, so
    /// a question that follows an answer was asked by somebody who waited.
    pub fn asked(&self) -> (usize, u64) {
        let mut state = self.line.state();
        state.answered = false;
        (
            std::mem::take(&mut state.questions),
            std::mem::take(&mut state.rounds),
        )
    }
}

/// The head and the question come back; behind them 127.0.0.2 where the question is for 127.0.0.2's own entry.
fn answer(query: &[u8]) -> Option<Vec<u8>> {
    let mut end = 12;
    while query.get(end).is_some_and(|&length| length > 0) {
        end += 1 + usize::from(query[end]);
    }
    end += 5;
    let mut answer = query.get(..end)?.to_vec();
    let listed = query[12..].starts_with(b"\x012\x010\x010\x03127");
    answer[2] = 0x84;
    answer[3] = if listed { 0x80 } else { 0x83 };
    answer[6..12].copy_from_slice(&[0, u8::from(listed), 0, 0, 0, 0]);
    if listed {
        answer.extend(b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x02");
    }
    Some(answer)
}
