//! Text for man(7): escaped, wrapped, and made from a small markup for the sections that are written by hand.
//!
//! The markup: `# HEADING`, `## Heading`, paragraphs between blank lines, `* ` for list entries, `*italics*`, four blanks for what is
//! shown as it stands, and backquotes for what is typed.

/// Columns of a line in the source; mandoc complains of longer ones.
const COLUMNS: usize = 76;

/// Text that means nothing to roff.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\e"),
            '-' => out.push_str("\\-"),
            '\'' => out.push_str("\\(aq"),
            '"' => out.push_str("\\(dq"),
            '^' => out.push_str("\\(ha"),
            '~' => out.push_str("\\(ti"),
            c => out.push(c),
        }
    }
    out
}

/// The same with `typed` words in bold.
pub fn inline(text: &str) -> String {
    text.split('`')
        .enumerate()
        .map(|(at, part)| {
            if at % 2 == 1 {
                format!("\\fB{}\\fR", escape(part))
            } else {
                leaning(&escape(part))
            }
        })
        .collect()
}

/// `*this*` in italics.
fn leaning(text: &str) -> String {
    let words = regex::Regex::new(r"\*([a-z][a-z\\ -]*[a-z])\*").expect("a pattern");
    words.replace_all(text, "\\fI$1\\fR").into_owned()
}

/// A paragraph's lines, none longer than the reader of the source likes, none that roff takes for a request.
pub fn filled(text: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.len() + 1 + word.len() > COLUMNS {
            push(&mut out, &line);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        push(&mut out, &line);
    }
    out
}

fn push(out: &mut String, line: &str) {
    if line.starts_with(['.', '\'']) {
        out.push_str("\\&");
    }
    out.push_str(line);
    out.push('\n');
}

/// A section's heading.
pub fn heading(text: &str) -> String {
    format!(".SH {text}\n")
}

/// A term and what it means.
pub fn entry(term: &str, about: &str) -> String {
    format!(".TP\n{term}\n{}", filled(about))
}

/// What is written by hand.
pub fn sections(markup: &str) -> String {
    let mut out = String::new();
    let mut fresh = false;
    for block in blocks(markup) {
        match block {
            Block::Heading(text) => {
                out.push_str(&heading(text));
                fresh = true;
                continue;
            }
            Block::Subheading(text) => {
                out.push_str(&format!(".SS {}\n", escape(text)));
                fresh = true;
                continue;
            }
            Block::Paragraph(text) => {
                if !fresh {
                    out.push_str(".PP\n");
                }
                out.push_str(&filled(&inline(&text)));
            }
            Block::Entry(text) => {
                out.push_str(".IP \\(bu 2\n");
                out.push_str(&filled(&inline(&text)));
            }
            Block::Literal(lines) => {
                out.push_str(".PP\n.RS 2\n.nf\n");
                for line in lines {
                    push(&mut out, &escape(line));
                }
                out.push_str(".fi\n.RE\n");
            }
        }
        fresh = false;
    }
    out
}

enum Block<'a> {
    Heading(&'a str),
    Subheading(&'a str),
    Paragraph(String),
    Entry(String),
    Literal(Vec<&'a str>),
}

fn blocks(markup: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for line in markup.lines() {
        if let Some(text) = line.strip_prefix("# ") {
            blocks.push(Block::Heading(text));
            open = false;
        } else if let Some(text) = line.strip_prefix("## ") {
            blocks.push(Block::Subheading(text));
            open = false;
        } else if let Some(text) = line.strip_prefix("    ") {
            match blocks.last_mut() {
                Some(Block::Literal(lines)) => lines.push(text),
                _ => blocks.push(Block::Literal(vec![text])),
            }
            open = false;
        } else if let Some(text) = line.strip_prefix("* ") {
            blocks.push(Block::Entry(text.to_owned()));
            open = true;
        } else if line.trim().is_empty() {
            open = false;
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(text) | Block::Entry(text)) if open => {
                    text.push(' ');
                    text.push_str(line.trim());
                }
                _ => blocks.push(Block::Paragraph(line.to_owned())),
            }
            open = true;
        }
    }
    blocks
}
