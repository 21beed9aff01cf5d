//! Commands of a client: tag, name, arguments, with literals of both kinds (RFC 3501, RFC 7888).

use super::super::conn::{Conn, MAX_LITERAL, Step};

/// Lists in lists, no deeper.
const MAX_DEPTH: usize = 16;

#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    Atom(String),
    /// Quoted or literal.
    Text(Vec<u8>),
    List(Vec<Arg>),
}

impl Arg {
    /// An atom or a string.
    pub fn text(&self) -> Option<Vec<u8>> {
        match self {
            Arg::Atom(atom) => Some(atom.as_bytes().to_vec()),
            Arg::Text(text) => Some(text.clone()),
            Arg::List(_) => None,
        }
    }

    pub fn utf8(&self) -> Option<String> {
        String::from_utf8(self.text()?).ok()
    }

    /// Upper case, for keywords.
    pub fn keyword(&self) -> Option<String> {
        match self {
            Arg::Atom(atom) => Some(atom.to_ascii_uppercase()),
            _ => None,
        }
    }
}

#[derive(Debug)]
pub struct Command {
    pub tag: String,
    /// Upper case; `UID` commands as `UID FETCH`.
    pub name: String,
    /// What follows the name as the client wrote it, up to the first literal.
    pub rest: String,
    pub args: Result<Vec<Arg>, &'static str>,
}

enum Piece {
    Line(Vec<u8>),
    Literal(Vec<u8>),
}

/// Reads one command; asks for its literals.
pub fn read(conn: &mut Conn, literal_plus: bool) -> Step<Command> {
    let mut pieces = Vec::new();
    let mut broken = None;
    loop {
        let mut line = conn.line()?;
        let Some((size, synchronising)) = announced(&line) else {
            pieces.push(Piece::Line(line));
            break;
        };
        if size > MAX_LITERAL {
            broken = Some("literal too big");
            pieces.push(Piece::Line(line));
            break;
        }
        if !synchronising && !literal_plus {
            broken = Some("LITERAL+ was not offered");
        }
        if synchronising {
            conn.say(b"+ ready for the literal\r\n")?;
        }
        let at = line.iter().rposition(|byte| *byte == b'{').unwrap_or(0);
        line.truncate(at);
        pieces.push(Piece::Line(line));
        pieces.push(Piece::Literal(conn.bytes(size)?));
    }
    let first = match pieces.first() {
        Some(Piece::Line(line)) => String::from_utf8_lossy(line).into_owned(),
        _ => String::new(),
    };
    let (tag, rest) = first.split_once(' ').unwrap_or((&first, ""));
    let (mut name, mut rest) = rest
        .split_once(' ')
        .map_or((rest.to_ascii_uppercase(), ""), |(name, rest)| {
            (name.to_ascii_uppercase(), rest)
        });
    if name == "UID" {
        let (second, after) = rest.split_once(' ').unwrap_or((rest, ""));
        name = format!("UID {}", second.to_ascii_uppercase());
        rest = after;
    }
    let skip = first.len() - rest.len();
    let args = match broken {
        Some(reason) => Err(reason),
        None => Parser {
            pieces: &pieces,
            piece: 0,
            at: skip,
        }
        .arguments(),
    };
    Ok(Command {
        tag: tag.to_owned(),
        name,
        rest: rest.to_owned(),
        args,
    })
}

/// `{n}` or `{n+}` at the end of a line.
fn announced(line: &[u8]) -> Option<(usize, bool)> {
    let inside = line.strip_suffix(b"}")?;
    let at = inside.iter().rposition(|byte| *byte == b'{')?;
    let digits = std::str::from_utf8(&inside[at + 1..]).ok()?;
    let (digits, synchronising) = digits
        .strip_suffix('+')
        .map_or((digits, true), |digits| (digits, false));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().unwrap_or(usize::MAX), synchronising))
}

struct Parser<'a> {
    pieces: &'a [Piece],
    piece: usize,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        match self.pieces.get(self.piece)? {
            Piece::Line(line) => line.get(self.at).copied(),
            Piece::Literal(_) => None,
        }
    }

    /// The literal that stands at the end of this line.
    fn literal(&mut self) -> Option<Vec<u8>> {
        if self.peek().is_some() {
            return None;
        }
        let Some(Piece::Literal(bytes)) = self.pieces.get(self.piece + 1) else {
            return None;
        };
        self.piece += 2;
        self.at = 0;
        Some(bytes.clone())
    }

    fn arguments(mut self) -> Result<Vec<Arg>, &'static str> {
        let mut args = Vec::new();
        loop {
            match self.peek() {
                None => match self.literal() {
                    Some(bytes) => args.push(Arg::Text(bytes)),
                    None => return Ok(args),
                },
                Some(_) => args.push(self.argument(0)?),
            }
            match self.peek() {
                None => {}
                Some(b' ') => {
                    self.at += 1;
                    if self.peek().is_none()
                        && !matches!(self.pieces.get(self.piece + 1), Some(Piece::Literal(_)))
                    {
                        return Err("a blank at the end");
                    }
                }
                Some(_) => return Err("no blank between arguments"),
            }
        }
    }

    fn argument(&mut self, depth: usize) -> Result<Arg, &'static str> {
        match self.peek() {
            None => self
                .literal()
                .map(Arg::Text)
                .ok_or("an argument is missing"),
            Some(b'(') => {
                if depth >= MAX_DEPTH {
                    return Err("too many brackets");
                }
                self.at += 1;
                let mut list = Vec::new();
                loop {
                    match self.peek() {
                        Some(b')') => {
                            self.at += 1;
                            return Ok(Arg::List(list));
                        }
                        Some(b' ') if !list.is_empty() => self.at += 1,
                        None if !matches!(
                            self.pieces.get(self.piece + 1),
                            Some(Piece::Literal(_))
                        ) =>
                        {
                            return Err("a bracket stays open");
                        }
                        _ => list.push(self.argument(depth + 1)?),
                    }
                }
            }
            Some(b'"') => self.quoted(),
            Some(b' ') => Err("two blanks"),
            Some(_) => self.atom(),
        }
    }

    fn quoted(&mut self) -> Result<Arg, &'static str> {
        self.at += 1;
        let mut text = Vec::new();
        loop {
            match self.peek().ok_or("a quote stays open")? {
                b'"' => {
                    self.at += 1;
                    return Ok(Arg::Text(text));
                }
                b'\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some(byte @ (b'"' | b'\\')) => text.push(byte),
                        _ => return Err("a backslash before something else"),
                    }
                }
                byte => text.push(byte),
            }
            self.at += 1;
        }
    }

    /// An atom, a sequence set, a flag; `BODY[...]` with all that stands in its brackets.
    fn atom(&mut self) -> Result<Arg, &'static str> {
        let mut text = String::new();
        let mut inside = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'[' => inside = true,
                b']' => inside = false,
                b' ' | b'(' | b')' if !inside => break,
                b'"' | b'{' if !inside => return Err("a quote or brace in an atom"),
                0..=31 | 127.. => return Err("a control or 8-bit byte in an atom"),
                _ => {}
            }
            text.push(char::from(byte));
            self.at += 1;
        }
        if text.is_empty() {
            Err("an empty atom")
        } else {
            Ok(Arg::Atom(text))
        }
    }
}
