//! fish: a line for each option, a function for each pair.

use super::values::Word;
use super::{Completed, Value, head};

pub fn script(name: &str, aliases: &[&str], options: &[Completed]) -> String {
    let mut out = head(name);
    for option in options {
        if let Value::Pairs(words, behind) = &option.value
            && !option.rare
        {
            out.push_str(&pairs(&function(name, option), words, behind));
        }
        if let Value::List(words) = &option.value
            && !option.rare
        {
            out.push_str(&list(&function(name, option), words));
        }
    }
    out.push_str(&format!(
        "complete -c {name} -f -a '(__fish_print_hostnames)'\n"
    ));
    for option in options {
        out.push_str(&line(name, option));
    }
    for alias in aliases {
        out.push_str(&format!("complete -c {alias} -w {name}\n"));
    }
    out
}

fn function(name: &str, option: &Completed) -> String {
    format!("__{name}_{}", option.key())
}

/// What is being typed, without the option before it.
const TYPED: &str = "    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')\n";

/// Offers words, and behind one of them what follows it.
fn pairs(function: &str, words: &[Word], behind: &[&str]) -> String {
    let mut out = format!("function {function}\n{TYPED}");
    out.push_str("    if string match -q '*=*' -- $typed\n");
    if behind.is_empty() {
        out.push_str("        return\n");
    } else {
        out.push_str(&format!(
            "        set -l word (string split -m1 = -- $typed)[1]\n        printf '%s\\n' $word={{{}}}\n        return\n",
            behind.join(",")
        ));
    }
    out.push_str("    end\n    printf '%s=\\t%s\\n'");
    for word in words {
        out.push_str(&format!(
            " \\\n        {} {}",
            word.name,
            quoted(&word.about)
        ));
    }
    out.push_str("\nend\n");
    out
}

/// Offers words, also behind a comma.
fn list(function: &str, words: &[Word]) -> String {
    let names: Vec<&str> = words.iter().map(|word| word.name.as_str()).collect();
    format!(
        "function {function}\n{TYPED}    set -l before (string match -r '^.*,' -- $typed)\n    \
         printf '%s\\n' \"$before\"{{{}}}\nend\n",
        names.join(",")
    )
}

fn line(name: &str, option: &Completed) -> String {
    let mut out = format!("complete -c {name}");
    if option.rare {
        // Only for who has begun to type it, or one of its kind.
        let Some(long) = option.longs.first() else {
            return String::new();
        };
        let kind = long.split('-').next().unwrap_or(long);
        out.push_str(&format!(
            " -n 'string match -q -- \"* --{kind}*\" (commandline -cp)'"
        ));
    }
    if let Some(short) = option.short {
        out.push_str(&format!(" -s {short}"));
    }
    for long in &option.longs {
        out.push_str(&format!(" -l {long}"));
    }
    out.push_str(&format!(" -d {}", quoted(&option.about)));
    // What may be left out is offered behind `=` only: anything else may follow.
    let takes = if option.optional { " -f" } else { " -x" };
    match &option.value {
        Value::None => {}
        Value::Text => out.push_str(takes),
        Value::Files if option.optional => out.push_str(" -F"),
        Value::Files => out.push_str(" -r -F"),
        Value::Folders => out.push_str(&format!("{takes} -a '(__fish_complete_directories)'")),
        Value::Hosts => out.push_str(&format!("{takes} -a '(__fish_print_hostnames)'")),
        Value::List(_) | Value::Pairs(..) if option.rare => out.push_str(takes),
        Value::List(_) | Value::Pairs(..) => {
            out.push_str(&format!("{takes} -a '({})'", function(name, option)));
        }
        Value::Words(words) => {
            let words: Vec<String> = words
                .iter()
                .map(|word| {
                    let about = word.about.replace('\\', "").replace(['"', '\'', '$'], "");
                    if about.is_empty() {
                        word.name.clone()
                    } else {
                        format!("{}\\t'{about}'", word.name)
                    }
                })
                .collect();
            out.push_str(&format!("{takes} -a \"{}\"", words.join("\n")));
        }
    }
    out.push('\n');
    out
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
