//! The output of a plugin, read strictly by the monitoring plugins' development guidelines and by this suite's own
//! rules: one line of printable ASCII, one `|`, perfdata that every core takes.

/// First line of a plugin.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub service: String,
    pub status: String,
    pub text: String,
    pub perfdata: Vec<Perf>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Perf {
    pub label: String,
    pub value: f64,
    pub unit: String,
    pub warn: Option<String>,
    pub crit: Option<String>,
    pub min: Option<f64>,
    pub max: Option<f64>,
}

impl Line {
    /// The exit code that belongs to the status word.
    pub fn code(&self) -> i32 {
        match self.status.as_str() {
            "OK" => 0,
            "WARNING" => 1,
            "CRITICAL" => 2,
            _ => 3,
        }
    }

    pub fn perf(&self, label: &str) -> Option<&Perf> {
        self.perfdata.iter().find(|perf| perf.label == label)
    }

    pub fn labels(&self) -> Vec<&str> {
        self.perfdata
            .iter()
            .map(|perf| perf.label.as_str())
            .collect()
    }
}

/// Reads the whole output; what follows the first line must be free of perfdata.
pub fn parse(output: &str) -> Result<Line, String> {
    let rest = output
        .strip_suffix('\n')
        .ok_or("the output does not end in a newline")?;
    let (first, more) = rest.split_once('\n').unwrap_or((rest, ""));
    if more.contains('|') {
        return Err("a | after the first line".to_owned());
    }
    if let Some(odd) = more
        .chars()
        .find(|c| c.is_control() && *c != '\n' && *c != '\t')
    {
        return Err(format!("{odd:?} after the first line"));
    }
    if let Some(odd) = first.chars().find(|c| !(' '..='~').contains(c)) {
        return Err(format!("{odd:?} in the first line: {first:?}"));
    }
    let (text, perfdata) = match first.split_once('|') {
        Some((text, perfdata)) => (
            text.strip_suffix(' ').ok_or("no blank before the |")?,
            perfdata,
        ),
        None => (first, ""),
    };
    if perfdata.contains('|') {
        return Err("more than one |".to_owned());
    }
    let (head, text) = text
        .split_once(" - ")
        .ok_or_else(|| format!("no ' - ' in {text:?}"))?;
    let (service, status) = head
        .rsplit_once(' ')
        .ok_or_else(|| format!("no status in {head:?}"))?;
    if !matches!(status, "OK" | "WARNING" | "CRITICAL" | "UNKNOWN") {
        return Err(format!("{status:?} is no status"));
    }
    if service.is_empty()
        || !service
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    {
        return Err(format!("{service:?} is no service"));
    }
    if text.is_empty() || text.trim() != text {
        return Err(format!("text {text:?}"));
    }
    let perfdata = perf_list(perfdata)?;
    Ok(Line {
        service: service.to_owned(),
        status: status.to_owned(),
        text: text.to_owned(),
        perfdata,
    })
}

fn perf_list(mut rest: &str) -> Result<Vec<Perf>, String> {
    let mut list: Vec<Perf> = Vec::new();
    while !rest.is_empty() {
        // Icinga makes a second blank part of the label.
        rest = rest
            .strip_prefix(' ')
            .ok_or_else(|| format!("no blank before {rest:?}"))?;
        let (label, after) = if let Some(quoted) = rest.strip_prefix('\'') {
            quoted
                .split_once("'=")
                .ok_or_else(|| format!("open quote in {rest:?}"))?
        } else {
            rest.split_once('=')
                .ok_or_else(|| format!("no = in {rest:?}"))?
        };
        let quoted = rest.starts_with('\'');
        if label.is_empty() || label.contains(['\'', '=']) || (!quoted && label.contains(' ')) {
            return Err(format!("label {label:?}"));
        }
        let end = after.find(' ').unwrap_or(after.len());
        let perf = perf_value(label, &after[..end])?;
        if list.iter().any(|other| other.label == perf.label) {
            return Err(format!("label {label:?} twice"));
        }
        list.push(perf);
        rest = &after[end..];
    }
    Ok(list)
}

fn perf_value(label: &str, text: &str) -> Result<Perf, String> {
    let mut fields = text.split(';');
    let value = fields.next().unwrap_or_default();
    let digits = value
        .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))
        .unwrap_or(value.len());
    let (number_text, unit) = value.split_at(digits);
    if !matches!(
        unit,
        "" | "s" | "us" | "ms" | "%" | "B" | "KB" | "MB" | "TB" | "c"
    ) {
        return Err(format!("unit {unit:?} of {label:?}"));
    }
    let value = number(number_text).ok_or_else(|| format!("value {number_text:?} of {label:?}"))?;
    let mut range = |what: &str| -> Result<Option<String>, String> {
        match fields.next().filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) if is_range(text) => Ok(Some(text.to_owned())),
            Some(text) => Err(format!("{what} {text:?} of {label:?}")),
        }
    };
    let (warn, crit) = (range("warning")?, range("critical")?);
    let mut bound = |what: &str| -> Result<Option<f64>, String> {
        match fields.next().filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => number(text)
                .map(Some)
                .ok_or_else(|| format!("{what} {text:?} of {label:?}")),
        }
    };
    let (min, max) = (bound("minimum")?, bound("maximum")?);
    if fields.next().is_some() {
        return Err(format!("more than five fields in {text:?}"));
    }
    Ok(Perf {
        label: label.to_owned(),
        value,
        unit: unit.to_owned(),
        warn,
        crit,
        min,
        max,
    })
}

/// Plain decimals: no exponent, no sign but a leading minus, digits on both sides of a point.
fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits(whole) && all_digits(fraction) {
        text.parse().ok()
    } else {
        None
    }
}

fn is_range(text: &str) -> bool {
    let text = text.strip_prefix('@').unwrap_or(text);
    match text.split_once(':') {
        None => number(text).is_some(),
        Some((start, end)) => {
            (start == "~" || start.is_empty() || number(start).is_some())
                && (end.is_empty() || number(end).is_some())
        }
    }
}
