//! The SASL dialogue that SMTP, IMAP and POP3 share: challenges in base64 behind a prompt, answers in base64,
//! `*` to cancel. The final answer is each protocol's own.

use data_encoding::BASE64;

use super::conn::{Conn, Step};
use super::faults::{Action, Phase, Twist};
use super::sasl::{self, Exchange, Mechanism};

#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Accepted,
    Rejected,
    Malformed,
    NotBase64,
    Cancelled,
    /// The mechanism has no initial response, and one was sent.
    NoInitialResponse,
    /// The fault has answered already; the command is over.
    Answered,
}

pub struct Dialogue {
    pub outcome: Outcome,
    /// Where the final answer stands: a login in one round has its first answer there.
    pub phase: Phase,
    pub exchange: Exchange,
    /// The client's last response as it came.
    pub last: String,
}

/// `initial` is the initial response as the client wrote it: base64, or `=` for an empty one.
pub fn dialogue(
    conn: &mut Conn,
    mechanism: Mechanism,
    initial: Option<&str>,
    prompt: &str,
) -> Step<Dialogue> {
    let mut exchange = Exchange::new(mechanism, conn.channel(), conn.twist());
    let mut last = initial.unwrap_or_default().to_owned();
    let mut first = true;
    let mut response = match initial.map(decode) {
        None => None,
        Some(_) if !exchange.takes_initial_response() => {
            return Ok(Dialogue {
                outcome: Outcome::NoInitialResponse,
                phase: Phase::Login,
                exchange,
                last,
            });
        }
        Some(Some(bytes)) => Some(bytes),
        Some(None) => {
            return Ok(Dialogue {
                outcome: Outcome::NotBase64,
                phase: Phase::Login,
                exchange,
                last,
            });
        }
    };
    let outcome = loop {
        let step = match response.take() {
            Some(bytes) => exchange.step(&bytes),
            None => sasl::Step::Challenge(exchange.opening()),
        };
        let challenge = match step {
            sasl::Step::Challenge(challenge) => challenge,
            sasl::Step::Accepted => break Outcome::Accepted,
            sasl::Step::Rejected => break Outcome::Rejected,
            sasl::Step::Malformed => break Outcome::Malformed,
        };
        let text = format!("{prompt}{}\r\n", BASE64.encode(&challenge));
        if first {
            conn.reply(Phase::Auth, text.as_bytes())?;
            if conn
                .replaced(Phase::Auth)
                .is_some_and(|text| !text.starts_with(prompt.as_bytes()))
            {
                break Outcome::Answered;
            }
        } else {
            conn.say(text.as_bytes())?;
        }
        first = false;
        if conn.lies(Twist::EndlessAuth) {
            conn.struck();
        }
        last = String::from_utf8_lossy(&conn.line()?).into_owned();
        if last == "*" {
            break Outcome::Cancelled;
        }
        match BASE64.decode(last.as_bytes()) {
            Ok(bytes) => response = Some(bytes),
            Err(_) => break Outcome::NotBase64,
        }
    };
    let twists = [
        Twist::AnyLogin,
        Twist::WrongServerSignature,
        Twist::NoServerSignature,
        Twist::ForeignNonce,
        Twist::HugeIterations,
    ];
    if conn.twist().is_some_and(|twist| twists.contains(&twist)) {
        conn.struck();
    }
    let phase = if first {
        first_answer(conn)
    } else {
        Phase::Login
    };
    Ok(Dialogue {
        outcome,
        phase,
        exchange,
        last,
    })
}

/// The phase of an answer that is the first and the last of a login.
pub fn first_answer(conn: &Conn) -> Phase {
    match conn.scenario.fault {
        Some(fault) if fault.phase == Phase::Auth => Phase::Auth,
        _ => Phase::Login,
    }
}

fn decode(initial: &str) -> Option<Vec<u8>> {
    if initial == "=" {
        Some(Vec::new())
    } else {
        BASE64.decode(initial.as_bytes()).ok()
    }
}

impl Dialogue {
    /// Notes the login in the log and says whether it holds: accepted by the mechanism, and `good` is how the
    /// fault's own answer would have to begin.
    pub fn settle(&self, conn: &Conn, good: &str) -> bool {
        let refused = conn
            .replaced(self.phase)
            .is_some_and(|text| !text.starts_with(good.as_bytes()));
        let accepted =
            self.outcome == Outcome::Accepted && !refused && !conn.lies(Twist::EchoSecret);
        conn.log.login(
            self.exchange.mechanism.name(),
            &self.exchange.user,
            accepted,
            conn.encrypted(),
        );
        accepted
    }

    /// What a careless server repeats in its error text: the response as it came, and decoded.
    pub fn echo(&self, conn: &Conn) -> Option<String> {
        if !conn.lies(Twist::EchoSecret) {
            return None;
        }
        conn.struck();
        let decoded = BASE64.decode(self.last.as_bytes()).unwrap_or_default();
        let printable = |byte: u8| {
            if (b' '..=b'~').contains(&byte) {
                char::from(byte)
            } else {
                ' '
            }
        };
        let decoded: String = decoded.into_iter().map(printable).collect();
        Some(format!(
            "{} {} ({decoded})",
            self.exchange.mechanism.name(),
            self.last
        ))
    }
}

impl Conn {
    /// The text that stands in the place of this phase's reply, where the fault has one.
    pub fn replaced(&self, phase: Phase) -> Option<&'static [u8]> {
        match self
            .scenario
            .fault
            .filter(|fault| fault.phase == phase)?
            .action
        {
            Action::Reply(text) | Action::ReplyClose(text) => Some(text),
            _ => None,
        }
    }
}
