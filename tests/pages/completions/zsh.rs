//! zsh: `_arguments` reads the line, states behind it offer the words.

use super::values::Word;
use super::{Completed, Value, head};

pub fn script(name: &str, aliases: &[&str], options: &[Completed]) -> String {
    let names: Vec<&str> = std::iter::once(name)
        .chain(aliases.iter().copied())
        .collect();
    let mut out = format!("#compdef {}\n{}", names.join(" "), head(name));
    out.push_str(&format!(
        "_{name}() {{\n    local context state state_descr line\n    typeset -A opt_args\n    local -a rare shown offers\n"
    ));
    let longs: Vec<String> = options
        .iter()
        .filter(|option| !option.rare)
        .flat_map(|option| option.longs.iter().map(|long| format!("--{long}")))
        .collect();
    if options.iter().any(|option| option.rare) {
        out.push_str(&format!("    shown=({})\n    rare=(\n", longs.join(" ")));
        for option in options.iter().filter(|option| option.rare) {
            for spec in specs(option) {
                out.push_str(&format!("        {}\n", quoted(&spec)));
            }
        }
        out.push_str(
            "    )\n    # Known in any case; offered only where nothing else fits.\n    \
             [[ $PREFIX == --?* && -z ${(M)shown:#$PREFIX*} ]] || rare=('!'$^rare)\n",
        );
    }
    out.push_str("    _arguments -s -S : \\\n");
    for option in options.iter().filter(|option| !option.rare) {
        for spec in specs(option) {
            out.push_str(&format!("        {} \\\n", quoted(&spec)));
        }
    }
    out.push_str("        $rare \\\n        '*:HOST:_hosts' && return\n    case $state in\n");
    for option in options {
        out.push_str(&arm(option));
    }
    out.push_str(&format!("    esac\n}}\n\n_{name} \"$@\"\n"));
    out
}

/// What `_arguments` wants to know, for each spelling.
fn specs(option: &Completed) -> Vec<String> {
    let action = match &option.value {
        Value::None => String::new(),
        Value::Text => " ".to_owned(),
        Value::Files => "_files".to_owned(),
        Value::Folders => "_files -/".to_owned(),
        Value::Hosts => "_hosts".to_owned(),
        Value::Words(_) | Value::List(_) | Value::Pairs(..) => format!("->{}", option.key()),
    };
    let spellings = option.spellings();
    let exclusive = if option.repeatable {
        "*".to_owned()
    } else {
        format!("({})", spellings.join(" "))
    };
    let about = escaped(&option.about)
        .replace('[', "\\[")
        .replace(']', "\\]");
    spellings
        .iter()
        .map(|spelling| {
            if option.value == Value::None {
                return format!("{exclusive}{spelling}[{about}]");
            }
            let sign = if spelling.starts_with("--") { '=' } else { '+' };
            let colons = if option.optional { "::" } else { ":" };
            let value = escaped(&option.value_name);
            format!("{exclusive}{spelling}{sign}[{about}]{colons}{value}:{action}")
        })
        .collect()
}

/// What a state offers.
fn arm(option: &Completed) -> String {
    let key = option.key();
    let what = option.value_name.to_lowercase();
    let what = what.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let what = what.split(|c: char| !c.is_ascii_alphanumeric()).next();
    let what = what.unwrap_or("value");
    let describe = |more: &str| format!("_describe -t values {what} offers{more}");
    match &option.value {
        Value::Words(words) => format!(
            "        ({key})\n{}            {}\n            ;;\n",
            offers(words),
            describe("")
        ),
        Value::List(words) => format!(
            "        ({key})\n{}            compset -P '*,'\n            {}\n            ;;\n",
            offers(words),
            describe(" -qS ,")
        ),
        Value::Pairs(words, behind) => {
            let behind = if behind.is_empty() {
                format!("_message {what}")
            } else {
                format!("compadd -- {}", behind.join(" "))
            };
            format!(
                "        ({key})\n            if compset -P 1 '*='; then\n                {behind}\n            else\n{}                {}\n            fi\n            ;;\n",
                offers(words),
                describe(" -qS =")
            )
        }
        _ => String::new(),
    }
}

fn offers(words: &[Word]) -> String {
    let mut out = "            offers=(\n".to_owned();
    for word in words {
        let name = escaped(&word.name);
        let text = if word.about.is_empty() {
            name
        } else {
            format!("{name}:{}", word.about)
        };
        out.push_str(&format!("                {}\n", quoted(&text)));
    }
    out.push_str("            )\n");
    out
}

/// Colons part the pieces of a specification.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(':', "\\:")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
