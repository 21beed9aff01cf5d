//! What each MTA is asked with, the best form of listing first.

use std::ffi::OsString;

use super::child::Program;
use super::locate::find;
use crate::queue::{Format, Mta};

/// A program, and the form of what it prints.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What is run.
    pub program: Program,
    /// What it prints; none where that shows only then (`mailq` may be anybody's).
    pub format: Option<Format>,
    /// What to ask with instead when this one is refused as a wrong call, as by an older version.
    pub instead: Option<Box<Asked>>,
    /// What it is about where an MTA has more than one queue: `the MSP`.
    pub label: &'static str,
}

impl Asked {
    fn new(program: Program, format: Option<Format>) -> Self {
        Self {
            program,
            format,
            instead: None,
            label: "",
        }
    }

    /// A program that somebody named: what it prints shows whose it is.
    #[must_use]
    pub fn given(program: Program, configs: &[OsString]) -> Self {
        Self::new(configured(program, "-C", configs.first()), None)
    }

    fn or(mut self, instead: Option<Self>) -> Self {
        self.instead = instead.map(Box::new);
        self
    }

    /// The same, run by sudo.
    #[must_use]
    pub fn by(mut self, sudo: &std::path::Path) -> Self {
        let mut arguments: Vec<OsString> = vec!["-n".into(), self.program.path.into_os_string()];
        arguments.append(&mut self.program.arguments);
        self.program = Program {
            path: sudo.to_owned(),
            arguments,
        };
        self.instead = self.instead.map(|instead| Box::new(instead.by(sudo)));
        self
    }
}

/// What lists the queue of this MTA; none when it is not installed. `config` is the directory of a Postfix instance or
/// the configuration of an Exim.
#[must_use]
pub fn programs(mta: Mta, config: Option<&OsString>) -> Vec<Asked> {
    match mta {
        Mta::Postfix => postfix(config),
        Mta::Exim => exim(config),
        Mta::Sendmail => sendmail(config),
        Mta::Qmail => qmail(),
        Mta::OpenSmtpd => find(&["smtpctl"], &[])
            .map(|path| Program::new(path).arg("show").arg("queue"))
            .map(|program| Asked::new(program, Some(Format::OpenSmtpd)))
            .into_iter()
            .collect(),
        Mta::Nullmailer => mailq(Some(Format::Nullmailer)).into_iter().collect(),
        Mta::Courier => find(
            &["mailq"],
            &["/usr/lib/courier/bin", "/usr/local/courier/bin"],
        )
        .map(|path| Asked::new(Program::new(path), Some(Format::Courier)))
        .into_iter()
        .collect(),
        Mta::Exchange => exchange().into_iter().collect(),
    }
}

/// The command that every MTA has by this name.
fn mailq(format: Option<Format>) -> Option<Asked> {
    find(&["mailq"], &["/usr/lib/sendmail", "/usr/lib/nullmailer"])
        .map(|path| Asked::new(Program::new(path), format))
}

fn configured(program: Program, option: &str, config: Option<&OsString>) -> Program {
    match config {
        Some(config) => program.arg(option).arg(config.clone()),
        None => program,
    }
}

fn postfix(config: Option<&OsString>) -> Vec<Asked> {
    let Some(path) = find(
        &["postqueue"],
        &["/usr/lib/postfix/sbin", "/opt/postfix/usr/sbin"],
    ) else {
        let listed = mailq(None).map(|mut asked| {
            asked.program = configured(asked.program, "-C", config);
            asked
        });
        return listed.into_iter().collect();
    };
    let ask = |form: &str, format| {
        let program = configured(Program::new(path.clone()), "-c", config).arg(form);
        Asked::new(program, Some(format))
    };
    // -j is known since 3.1.
    vec![ask("-j", Format::PostfixJson).or(Some(ask("-p", Format::PostfixText)))]
}

fn exim(config: Option<&OsString>) -> Vec<Asked> {
    let more = ["/usr/exim/bin", "/usr/local/exim/bin", "/opt/exim/bin"];
    let Some(path) = find(&["exim4", "exim"], &more) else {
        return mailq(None).into_iter().collect();
    };
    let program = configured(Program::new(path), "-C", config).arg("-bp");
    vec![Asked::new(program, Some(Format::Exim))]
}

fn sendmail(config: Option<&OsString>) -> Vec<Asked> {
    // The peer calls mailq, whoever it belongs to: what it prints shows whose it is.
    let Some(mut asked) = mailq(None) else {
        return Vec::new();
    };
    asked.program = configured(asked.program, "-C", config);
    let mut all = vec![asked.clone()];
    // The queue of what was submitted on this host has a command of its own.
    if config.is_none() && std::fs::metadata("/etc/mail/submit.cf").is_ok() {
        asked.program = asked.program.arg("-Ac");
        asked.label = "the MSP";
        all.push(asked);
    }
    all
}

fn qmail() -> Vec<Asked> {
    let more = ["/var/qmail/bin", "/usr/lib/qmail/bin"];
    let stat = find(&["qmail-qstat"], &more)
        .map(|path| Asked::new(Program::new(path), Some(Format::QmailStat)));
    let Some(read) = find(&["qmail-qread"], &more) else {
        return stat.into_iter().collect();
    };
    // qmail-qread knows each message, and must run as root; qmail-qstat only counts.
    vec![Asked::new(Program::new(read), Some(Format::QmailRead)).or(stat)]
}

fn exchange() -> Option<Asked> {
    const SCRIPT: &str = "$ErrorActionPreference = 'Stop'; \
        if (-not (Get-Command Get-Queue -ErrorAction SilentlyContinue)) \
        { Add-PSSnapin Microsoft.Exchange.Management.PowerShell.SnapIn }; \
        ConvertTo-Json -Compress -InputObject @(Get-Queue | Select-Object Identity,DeliveryType,Status,\
        MessageCount,NextHopDomain,LastError)";
    let path = find(
        &["powershell.exe", "pwsh", "pwsh.exe"],
        &["/opt/microsoft/powershell/7"],
    )?;
    let program = Program::new(path)
        .arg("-NoProfile")
        .arg("-NonInteractive")
        .arg("-Command")
        .arg(SCRIPT);
    Some(Asked::new(program, Some(Format::ExchangeJson)))
}
