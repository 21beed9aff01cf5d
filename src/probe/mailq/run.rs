//! The check itself: look, then tell.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::findings::{DAEMON_MISSING, MTA_DOWN, MTA_MISSING};
use super::growth;
use super::hints::proper;
use super::read::{self, Place, Source};
use super::seen::Seen;
use super::tell::{self, Top};
use crate::mta::spool::{self, Depth};
use crate::mta::{self, Asked, Input, Instance, Program};
use crate::probe::{Job, Scene};
use crate::queue::{Filter, Format, Mta, Queue, Tables};
use crate::session::Error;
use crate::time::Clock;

/// What is checked, decided.
pub struct MailqJob {
    /// What the first metric is called.
    pub total: &'static str,
    pub filter: Filter,
    pub filter_words: String,
    pub source: Source,
    pub mta: Option<Mta>,
    pub top: Top,
    /// Tables that somebody looks at.
    pub tables: Tables,
    /// How much of a spool is read.
    pub depth: Depth,
    /// `--rate`, and `--state-dir` if it was given.
    pub state_dir: Option<Option<PathBuf>>,
}

impl Job for MailqJob {
    fn run(&self, scene: &Scene) -> Result<(), Error> {
        let now = Clock::unix_time();
        let mut seen = Seen::new(&self.filter, self.tables, now);
        let looked = match &self.source {
            Source::Command {
                given,
                sudo,
                instances,
                configs,
            } => self.commands(
                given.as_ref(),
                sudo.as_deref(),
                instances,
                configs,
                &mut seen,
                scene,
            ),
            Source::Spool(path) => self.spool(path.as_deref(), &mut seen, scene),
            Source::Socket(path) => Some(socket(path.as_deref(), &mut seen, scene)),
            Source::Input(input) => Some(self.input(input, &mut seen, scene)),
        };
        let Some(looked) = looked else {
            return Ok(());
        };
        tell::tell(self, &looked, &seen, now, scene);
        if let (Some(folder), false) = (&self.state_dir, seen.partial) {
            let target = format!("{} {}", looked.identity, self.filter_words);
            growth::measure(
                folder.as_deref(),
                target.trim(),
                seen.summary.total(),
                scene,
            );
        }
        Ok(())
    }
}

/// What was looked at.
pub struct Looked {
    /// Whose queue; none where that did not show.
    pub mta: Option<Mta>,
    /// The same for the state of `--rate`.
    pub identity: String,
    /// How many queues.
    pub places: usize,
}

impl MailqJob {
    /// The MTA that was asked for, or the one that is here.
    fn detected(&self, scene: &Scene) -> Option<Mta> {
        if let Some(mta) = self.mta {
            scene.detail(format!("{} is asked for (-M)", proper(mta)));
            return Some(mta);
        }
        match mta::detect() {
            Some(found) => {
                scene.detail(format!("found {}", found.why));
                Some(found.mta)
            }
            None => {
                scene.finding(
                    MTA_MISSING,
                    "no mail system was found on this host: no postqueue, exim, smtpctl, qmail-qstat, mailq",
                );
                scene.hint("-M says which it is, --command where its program is");
                None
            }
        }
    }

    fn commands(
        &self,
        given: Option<&Program>,
        sudo: Option<&Path>,
        instances: &[String],
        configs: &[OsString],
        seen: &mut Seen,
        scene: &Scene,
    ) -> Option<Looked> {
        if let Some(program) = given {
            let mut asked = Asked::given(program.clone(), configs);
            if let Some(sudo) = sudo {
                asked = asked.by(sudo);
            }
            let place = Place {
                mta: self.mta,
                label: "",
                config: None,
            };
            read::command(&asked, &place, seen, scene);
            return Some(Looked {
                mta: self.mta,
                identity: format!("command {}", program.shown()),
                places: 1,
            });
        }
        let mta = self.detected(scene)?;
        let by = |asked: Asked| match sudo {
            Some(sudo) => asked.by(sudo),
            None => asked,
        };
        let mut places = 0;
        let mut identity = mta.name().to_owned();
        if mta == Mta::Postfix {
            let chosen = chosen(instances, configs, scene)?;
            let several = chosen.len() > 1;
            for instance in &chosen {
                let config = instance
                    .config
                    .as_ref()
                    .map(|path| path.as_os_str().to_owned());
                let label = if several { instance.name.as_str() } else { "" };
                let place = Place {
                    mta: Some(mta),
                    label,
                    config: instance.config.as_deref(),
                };
                identity.push_str(&format!(" {}", instance.queue.display()));
                let before = seen.passed;
                for asked in mta::programs(mta, config.as_ref()) {
                    read::command(&by(asked), &place, seen, scene);
                    places += 1;
                }
                if several {
                    let off = if instance.enabled {
                        ""
                    } else {
                        ", not enabled"
                    };
                    scene.detail(format!(
                        "{}: {} messages{off}",
                        instance.name,
                        seen.passed - before
                    ));
                }
                // Who may look there learns of damaged messages as well, which no listing shows.
                if let Some(count) = spool::count(&instance.queue.join("corrupt"), scene.deadline) {
                    seen.beside(Queue::Corrupt, count);
                }
            }
        } else {
            for asked in mta::programs(mta, configs.first()) {
                let place = Place {
                    mta: Some(mta),
                    label: asked.label,
                    config: None,
                };
                let before = seen.passed;
                let label = asked.label;
                read::command(&by(asked), &place, seen, scene);
                places += 1;
                if !label.is_empty() {
                    scene.detail(format!("{label}: {} messages", seen.passed - before));
                }
            }
        }
        if places == 0 {
            scene.finding(
                MTA_MISSING,
                format!("{} has no program here that lists its queue", proper(mta)),
            );
            scene.hint("--command says where it is");
            return None;
        }
        service(mta, seen, scene);
        Some(Looked {
            mta: Some(mta),
            identity,
            places,
        })
    }

    fn spool(&self, path: Option<&Path>, seen: &mut Seen, scene: &Scene) -> Option<Looked> {
        let mta = match (self.mta, path) {
            (Some(mta), _) => mta,
            (None, Some(path)) => {
                match spool::whose(path) {
                    Some(mta) => mta,
                    None => match Path::new(path).try_exists() {
                        Ok(true) => {
                            scene.finding(
                            MTA_MISSING,
                            format!("{} looks like no spool that is known here; -M says whose it is", path.display()),
                        );
                            return None;
                        }
                        _ => {
                            scene.finding(MTA_MISSING, format!("there is no {}", path.display()));
                            return None;
                        }
                    },
                }
            }
            (None, None) => self.detected(scene)?,
        };
        let postfix;
        let places: Vec<(String, PathBuf)> = match path {
            Some(path) => vec![(String::new(), path.to_owned())],
            None if mta == Mta::Postfix => {
                postfix = mta::instances();
                let several = postfix.len() > 1;
                postfix
                    .iter()
                    .map(|instance| {
                        let label = if several {
                            instance.name.clone()
                        } else {
                            String::new()
                        };
                        (label, instance.queue.clone())
                    })
                    .collect()
            }
            None => match spool::usual(mta) {
                Some(path) => std::iter::once(PathBuf::from(path))
                    .chain(spool::beside(mta))
                    .map(|path| (String::new(), path))
                    .collect(),
                None => {
                    scene.finding(
                        MTA_MISSING,
                        format!(
                            "the spool of {} is not known here: give --spool DIR",
                            proper(mta)
                        ),
                    );
                    return None;
                }
            },
        };
        let mut identity = format!("spool {}", mta.name());
        for (label, path) in &places {
            identity.push_str(&format!(" {}", path.display()));
            let place = Place {
                mta: Some(mta),
                label,
                config: None,
            };
            let before = seen.passed;
            read::scan(mta, path, self.depth, &place, seen, scene);
            if mta == Mta::Postfix {
                master(path, scene);
            }
            scene.detail(format!(
                "{}: {} messages",
                path.display(),
                seen.passed - before
            ));
        }
        // A spool that is named may be a copy, or another host's.
        if path.is_none() && mta != Mta::Postfix {
            service(mta, seen, scene);
        }
        Some(Looked {
            mta: Some(mta),
            identity,
            places: places.len(),
        })
    }

    fn input(&self, input: &Input, seen: &mut Seen, scene: &Scene) -> Looked {
        let place = Place {
            mta: self.mta,
            label: "",
            config: None,
        };
        // Which of an MTA's forms it is shows in it.
        read::input(input, None::<Format>, &place, seen, scene);
        Looked {
            mta: self.mta,
            identity: format!("input {}", input.shown()),
            places: 1,
        }
    }
}

fn socket(path: Option<&Path>, seen: &mut Seen, scene: &Scene) -> Looked {
    let paths = match path {
        // A spool will do, too.
        Some(path) if path.is_dir() => vec![path.join("public/showq")],
        Some(path) => vec![path.to_owned()],
        None => mta::instances()
            .iter()
            .map(|instance| instance.queue.join("public/showq"))
            .collect(),
    };
    let mut identity = "socket".to_owned();
    for path in &paths {
        identity.push_str(&format!(" {}", path.display()));
        let place = Place {
            mta: Some(Mta::Postfix),
            label: "",
            config: None,
        };
        read::socket(path, &place, seen, scene);
    }
    Looked {
        mta: Some(Mta::Postfix),
        identity,
        places: paths.len(),
    }
}

/// The instances that are meant; a name that is none's is a finding.
fn chosen(names: &[String], configs: &[OsString], scene: &Scene) -> Option<Vec<Instance>> {
    if names.is_empty() && configs.is_empty() {
        return Some(mta::instances());
    }
    let mut all: Vec<Instance> = configs
        .iter()
        .map(|config| mta::named(Path::new(config)))
        .collect();
    let known = if names.is_empty() {
        Vec::new()
    } else {
        mta::instances()
    };
    for name in names {
        let found = known.iter().find(|instance| {
            instance.name == *name || instance.config.as_deref() == Some(Path::new(name))
        });
        match found {
            Some(instance) => all.push(instance.clone()),
            None if name.starts_with('/') => all.push(mta::named(Path::new(name))),
            None => {
                let known: Vec<&str> = known
                    .iter()
                    .map(|instance| instance.name.as_str())
                    .collect();
                scene.finding(
                    MTA_MISSING,
                    format!(
                        "there is no Postfix instance {name:?}; there are {}",
                        known.join(", ")
                    ),
                );
                return None;
            }
        }
    }
    Some(all)
}

/// Looks whether somebody delivers what was listed.
fn service(mta: Mta, seen: &Seen, scene: &Scene) {
    if seen.partial {
        return;
    }
    let name = proper(mta);
    if mta::answers(mta) == Some(false) {
        let text = format!("{name} is not running: nobody listens at its control socket");
        scene.finding(MTA_DOWN, text);
        return;
    }
    if mta::runs(mta) != Some(false) {
        return;
    }
    let text = format!("no daemon of {name} is seen on this host");
    if matches!(mta, Mta::Qmail | Mta::Nullmailer | Mta::Courier) {
        // Nothing else delivers, and nothing complains either: their listings look as ever.
        scene.finding(MTA_DOWN, format!("{name} is not running: {text}"));
        return;
    }
    // Exim and Sendmail may do without one: mail is tried when it comes, and cron runs the queue. Where mail waits,
    // nobody but cron will ever try it again; what is frozen is not tried anyway.
    let frozen = seen.count(Queue::Frozen).unwrap_or(0);
    match seen.summary.total().saturating_sub(frozen) {
        0 => scene.detail(format!("{text}: fine where cron runs the queue")),
        1 => scene.finding(DAEMON_MISSING, format!("1 message waits, and {text}")),
        many => scene.finding(DAEMON_MISSING, format!("{many} messages wait, and {text}")),
    }
}

/// Looks whether Postfix's master still lives, by the number that it has written into its spool.
fn master(spool: &Path, scene: &Scene) {
    let path = spool.join("pid/master.pid");
    let Ok(text) = std::fs::read_to_string(&path) else {
        return;
    };
    let Ok(number) = text.trim().parse::<u32>() else {
        return;
    };
    if mta::lives(number, "master") != Some(false) {
        return;
    }
    scene.finding(
        MTA_DOWN,
        format!(
            "Postfix is not running: its process {number} of {} is gone",
            path.display()
        ),
    );
}
