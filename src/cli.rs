//! The options that probes share, in groups that answer the reader's questions, and what they mean:
//! each group turns what was typed into something validated, so that later code cannot fail on
//! configuration.

mod argv;
mod classic;
mod expiry;
mod ini;
mod leg;
mod login;
mod mailbox;
mod matching;
mod output;
mod proxy;
mod script;
mod source;
mod target;
mod thresholds;
mod timing;
mod tls;
mod usage;

pub use argv::{Change, Invocation, command};
pub use classic::{Classic, ClassicOptions};
pub use expiry::{Expiry, Remaining};
pub use leg::{Leg, LegPlan};
pub use login::LoginOptions;
pub use mailbox::path;
pub use matching::{Conditions, MatchOptions};
pub use output::{FormatName, Output, OutputOptions};
pub use proxy::ProxyOptions;
pub use script::{ScriptOptions, Step};
pub use source::{Source, words};
pub use target::{Endpoint, Port, Security, TargetOptions, Targets, server};
pub use thresholds::ThresholdOptions;
pub use timing::{Timing, TimingOptions};
pub use tls::{TlsOptions, TlsPlan};
pub use usage::{UsageError, usage_error};
