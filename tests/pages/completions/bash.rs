//! bash. `=` and `:` break words there, so that what is typed is read from the line itself, and what readline has
//! already is cut from what is offered.

use super::{Completed, Value, head};

/// What does not depend on the probe.
const BODY: &str = r#"    esac
    if [[ $kind == optional-* ]]; then
        kind=${kind#optional-}
        [[ $value != -* ]] || kind=none
    fi
    COMPREPLY=()
    case $kind in
        words)
            COMPREPLY=($(compgen -W "$offers" -- "$value"))
            ;;
        list)
            local begun=${value%"${value##*,}"}
            COMPREPLY=($(compgen -P "$begun" -W "$offers" -- "${value##*,}"))
            ;;
        pairs)
            if [[ $value == *=* ]]; then
                COMPREPLY=($(compgen -P "${value%%=*}=" -W "$behind" -- "${value#*=}"))
            else
                COMPREPLY=($(compgen -S = -W "$offers" -- "$value"))
                compopt -o nospace 2>/dev/null
            fi
            ;;
        files | folders)
            local IFS=$'\n' how=-f
            [[ $kind == files ]] || how=-d
            COMPREPLY=($(compgen $how -- "$value"))
            compopt -o filenames 2>/dev/null
            return
            ;;
        hosts)
            COMPREPLY=($(compgen -A hostname -- "$value"))
            ;;
        none)
            if [[ $cur == -* ]]; then
                COMPREPLY=($(compgen -W "$options" -- "$cur"))
                [[ ${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -W "$rare" -- "$cur"))
            else
                COMPREPLY=($(compgen -A hostname -- "$cur"))
            fi
            return
            ;;
    esac
    # What stands before the last of these is there already.
    local stem=$value breaks=${COMP_WORDBREAKS//[^=:]/}
    while [[ -n $stem && $breaks != *"${stem: -1}"* ]]; do
        stem=${stem%?}
    done
    COMPREPLY=("${COMPREPLY[@]#"$stem"}")
    if [[ $cur == --*=* && $breaks != *=* ]]; then
        COMPREPLY=("${COMPREPLY[@]/#/$option=}")
    fi
}
"#;

pub fn script(name: &str, aliases: &[&str], options: &[Completed]) -> String {
    let spelled = |rare: bool| -> String {
        let all = options.iter().filter(|option| option.rare == rare);
        let all = all.flat_map(Completed::spellings);
        all.filter(|spelling| spelling.starts_with("--"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut out = head(name);
    out.push_str(&format!(
        r#"_{name}() {{
    local line=${{COMP_LINE:0:COMP_POINT}} option='' value='' kind=none offers='' behind='' typed
    local options='{}'
    local rare='{}'
    local cur=${{line##*[[:blank:]]}}
    read -ra typed <<<"$line"
    if [[ $cur == --*=* ]]; then
        option=${{cur%%=*}} value=${{cur#*=}}
    else
        local at=$((${{#typed[@]}} - 1))
        [[ -z $cur ]] || at=$((at - 1))
        [[ $at -lt 1 || ${{typed[at]}} == *=* ]] || option=${{typed[at]}}
        value=$cur
    fi
    case $option in
"#,
        spelled(false),
        spelled(true),
    ));
    for option in options {
        let (kind, offers, behind) = match &option.value {
            Value::None => continue,
            Value::Text => ("text", &[][..], &[][..]),
            Value::Files => ("files", &[][..], &[][..]),
            Value::Folders => ("folders", &[][..], &[][..]),
            Value::Hosts => ("hosts", &[][..], &[][..]),
            Value::Words(words) => ("words", &words[..], &[][..]),
            Value::List(words) => ("list", &words[..], &[][..]),
            Value::Pairs(words, behind) => ("pairs", &words[..], *behind),
        };
        let kind = if option.optional {
            format!("optional-{kind}")
        } else {
            kind.to_owned()
        };
        let mut arm = format!("        {}) kind={kind}", option.spellings().join(" | "));
        if !offers.is_empty() {
            let names: Vec<&str> = offers.iter().map(|word| word.name.as_str()).collect();
            arm.push_str(&format!(" offers='{}'", names.join(" ")));
        }
        if !behind.is_empty() {
            arm.push_str(&format!(" behind='{}'", behind.join(" ")));
        }
        arm.push_str(" ;;\n");
        out.push_str(&arm);
    }
    out.push_str(BODY);
    out.push_str(&format!("complete -F _{name} {name}"));
    for alias in aliases {
        out.push_str(&format!(" {alias}"));
    }
    out.push('\n');
    out
}
