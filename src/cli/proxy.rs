//! The PROXY protocol: what a load balancer would say before the dialogue.

use std::net::{IpAddr, SocketAddr};

use clap::Args;

use super::usage::UsageError;
use crate::net::proxy::Version;
use crate::session::Proxy;

/// The options.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "How to connect")]
pub struct ProxyOptions {
    /// Send a PROXY protocol header first
    #[arg(short = 'r', long)]
    pub proxy: bool,
    /// Its version: 1 or 2
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=2))]
    pub proxy_version: Option<u8>,
    /// The client it names [default: our own address]
    #[arg(long, value_name = "IP:PORT")]
    pub proxy_source: Option<String>,
    /// The server it names [default: the address connected to]
    #[arg(long, value_name = "IP:PORT")]
    pub proxy_destination: Option<String>,
}

impl ProxyOptions {
    /// Validates; `None` when no header is wanted.
    pub fn plan(&self) -> Result<Option<Proxy>, UsageError> {
        let wanted = self.proxy
            || self.proxy_version.is_some()
            || self.proxy_source.is_some()
            || self.proxy_destination.is_some();
        if !wanted {
            return Ok(None);
        }
        let version = if self.proxy_version == Some(2) {
            Version::V2
        } else {
            Version::V1
        };
        let source = address("--proxy-source", self.proxy_source.as_deref())?;
        let destination = address("--proxy-destination", self.proxy_destination.as_deref())?;
        Ok(Some(Proxy {
            version,
            source,
            destination,
        }))
    }
}

/// An address with a port; without one, port 0.
fn address(option: &str, text: Option<&str>) -> Result<Option<SocketAddr>, UsageError> {
    let Some(text) = text else { return Ok(None) };
    let bare = text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 0));
    text.parse::<SocketAddr>().or(bare).map(Some).map_err(|_| {
        UsageError(format!(
            "{option}: {text:?} is no IP:PORT (an IPv6 address stands in brackets)"
        ))
    })
}
