//! What a fault does to a connection, in the place of a good reply.

use std::time::Duration;

use super::super::faults::{Action, Phase};
use super::super::log::End;
use super::super::scenario::Service;
use super::{Conn, Step, Stream, replace};

impl Conn {
    /// Does what a fault says. Public for phases that have no reply of their own.
    pub fn act(&mut self, action: Action, phase: Phase, good: &[u8]) -> Step {
        if !matches!(
            action,
            Action::Twist(_) | Action::Certificate(_) | Action::Tls(_)
        ) {
            self.struck();
        }
        match action {
            Action::Reply(text) => self.send(&self.fill_in(text)),
            Action::ReplyClose(text) => {
                self.send(&self.fill_in(text))?;
                self.close()
            }
            Action::ReplyEndless(text) => {
                self.send(&self.fill_in(text))?;
                self.forever(|_| vec![b'A'; 256])
            }
            Action::ReplySilence(text) => {
                self.send(&self.fill_in(text))?;
                self.listen_only()
            }
            Action::Close => self.close(),
            Action::Reset => {
                self.socket().inspect(|socket| socket.reset_on_close());
                self.stream = Stream::None;
                self.over(End::Fault)
            }
            Action::HalfClose => {
                self.socket().inspect(|socket| socket.half_close());
                self.listen_only()
            }
            Action::Silence => self.listen_only(),
            Action::Drip(pause) => {
                self.pace = Some(pause);
                self.send(good)
            }
            Action::Crumbs => {
                self.crumbs = true;
                self.send(good)
            }
            Action::Cut => {
                self.send(&good[..good.len() / 2])?;
                self.close()
            }
            Action::Garbage => {
                self.send(&garbage(4096))?;
                self.close()
            }
            Action::Zeros => self.forever(|_| vec![0; 256]),
            Action::EndlessLine => {
                self.send(&good[..good.len().min(4)])?;
                self.forever(|_| vec![b'A'; 256])
            }
            Action::EndlessReply => {
                let service = self.service();
                self.send(&self.opening_line(phase))?;
                self.forever(move |n| continuation(service, phase, n))
            }
            Action::BigReply(size) => self.big(phase, size, good),
            Action::Before(text) => self.send(&[&self.fill_in(text), good].concat()),
            Action::After(text) => self.send(&[good, &self.fill_in(text)].concat()),
            Action::Delay(time) => {
                self.pause(time)?;
                self.note_early_talker(phase)?;
                self.send(good)
            }
            Action::BeforeAndDelay(text, time) => {
                self.send(&self.fill_in(text))?;
                self.pause(time)?;
                self.note_early_talker(phase)?;
                self.send(good)
            }
            Action::Refused
            | Action::BlackHole
            | Action::Certificate(_)
            | Action::Tls(_)
            | Action::Twist(_) => self.send(good),
        }
    }

    /// A client that speaks before the greeting is over; real servers punish that.
    fn note_early_talker(&mut self, phase: Phase) -> Step {
        if phase == Phase::Greeting && self.heard_within(Duration::ZERO)? {
            self.log
                .with(|session| session.spoke_before_greeting = true);
        }
        Ok(())
    }

    fn fill_in(&self, text: &[u8]) -> Vec<u8> {
        replace(text, b"{tag}", self.tag.as_bytes())
    }

    fn forever(&mut self, piece: impl Fn(u64) -> Vec<u8>) -> Step {
        let mut n = 0;
        loop {
            let mut block = Vec::with_capacity(20 * 1024);
            while block.len() < 16 * 1024 {
                block.extend(piece(n));
                n += 1;
            }
            self.push(&block)?;
        }
    }

    fn big(&mut self, phase: Phase, size: usize, good: &[u8]) -> Step {
        let service = self.service();
        let first = self.opening_line(phase);
        self.send(&first)?;
        let (mut sent, mut n) = (0, 0);
        while sent < size {
            let mut block = Vec::with_capacity(20 * 1024);
            while block.len() < 16 * 1024 {
                block.extend(continuation(service, phase, n));
                n += 1;
            }
            sent += block.len();
            self.push(&block)?;
        }
        // The good reply would open a second time.
        self.send(if first.is_empty() {
            good
        } else {
            after_first_line(good)
        })
    }

    /// A POP3 multi-line reply begins with its status.
    fn opening_line(&self, phase: Phase) -> Vec<u8> {
        let multi = matches!(
            phase,
            Phase::Capability | Phase::SecureCapability | Phase::List | Phase::Uidl | Phase::Top
        );
        if self.service() == Service::Pop3 && multi {
            b"+OK here it comes\r\n".to_vec()
        } else {
            Vec::new()
        }
    }
}

fn after_first_line(reply: &[u8]) -> &[u8] {
    let end = reply
        .windows(2)
        .position(|pair| pair == b"\r\n")
        .map_or(0, |at| at + 2);
    &reply[end..]
}

/// One more line of a reply that is not over yet.
fn continuation(service: Service, phase: Phase, n: u64) -> Vec<u8> {
    let text = match service {
        Service::Smtp | Service::Lmtp => {
            let code = match phase {
                Phase::Greeting | Phase::Starttls => 220,
                Phase::Auth | Phase::Login => 235,
                _ => 250,
            };
            format!("{code}-X-LINE-{n} and it goes on and on and on and on\r\n")
        }
        Service::Imap => match phase {
            Phase::Capability | Phase::SecureCapability => {
                format!("* CAPABILITY IMAP4rev1 X-{n}\r\n")
            }
            Phase::List => format!("* LIST () \"/\" box{n}\r\n"),
            Phase::Select => format!("* {n} EXISTS\r\n"),
            Phase::Search => format!("* SEARCH {n}\r\n"),
            Phase::Fetch => format!("* {} FETCH (FLAGS (\\Seen))\r\n", n + 1),
            _ => format!("* OK still here, {n} lines so far\r\n"),
        },
        Service::Pop3 => match phase {
            Phase::Capability | Phase::SecureCapability => format!("X-CAPABILITY-{n}\r\n"),
            Phase::List => format!("{} 1000\r\n", n + 1),
            Phase::Uidl => format!("{} uid-{n}\r\n", n + 1),
            Phase::Top => format!("line {n} of a message without end\r\n"),
            _ => format!("+OK still here, {n} lines so far\r\n"),
        },
    };
    text.into_bytes()
}

/// The same noise at each run: no line in it makes sense, all byte values occur.
fn garbage(size: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(size).collect()
}
