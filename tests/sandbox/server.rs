//! A running sandbox: a listener, a thread per connection, an end that leaves nothing behind.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::conn::{Conn, Step};
use super::faults::Action;
use super::log::{Log, Session};
use super::pki::pki;
use super::scenario::{Listen, Scenario, Service, Transport};
use super::socket::{Link, Socket, Stop};

/// More connections at once than a test ever makes.
const MAX_CONNECTIONS: usize = 256;

/// Stops when dropped.
#[derive(Debug)]
pub struct Sandbox {
    scenario: Arc<Scenario>,
    address: Option<SocketAddr>,
    directory: Option<tempfile::TempDir>,
    log: Log,
    stop: Arc<Stop>,
    thread: Option<JoinHandle<()>>,
    /// What keeps a port refused or a black hole black.
    _held: Vec<OwnedFd>,
}

enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Sandbox {
    /// Runs the server; panics if the machine does not allow it.
    pub fn start(scenario: Scenario) -> Sandbox {
        Sandbox::try_start(scenario).expect("the sandbox's listener")
    }

    pub fn try_start(scenario: Scenario) -> io::Result<Sandbox> {
        let stop = Stop::new()?;
        let log = Log::default();
        let scenario = Arc::new(scenario);
        let mut held: Vec<OwnedFd> = Vec::new();
        let (mut directory, mut thread) = (None, None);
        let action = scenario.fault.map(|fault| fault.action);

        let address = if scenario.listen == Listen::Unix {
            let dir = tempfile::Builder::new().prefix("sandbox-").tempdir()?;
            let path = dir.path().join(scenario.service.name());
            let listener = UnixListener::bind(&path)?;
            directory = Some(dir);
            if action == Some(Action::Refused) {
                // The file stays, nobody listens: that is what a dead server leaves behind.
                drop(listener);
            } else if action == Some(Action::BlackHole) {
                shrink_backlog(listener.as_raw_fd());
                // The next one waits in connect().
                held.push(UnixStream::connect(&path)?.into());
                held.push(listener.into());
            } else {
                thread = Some(spawn(Listener::Unix(listener), &scenario, &log, &stop)?);
            }
            None
        } else {
            let ip = if scenario.listen == Listen::V6 {
                Ipv6Addr::LOCALHOST.into()
            } else {
                Ipv4Addr::LOCALHOST.into()
            };
            let listener = TcpListener::bind(SocketAddr::new(ip, scenario.port))?;
            let address = listener.local_addr()?;
            match action {
                Some(Action::Refused) => {
                    // The client's end of a connection holds its port, and nobody listens there.
                    let client = TcpStream::connect(address)?;
                    let refused = client.local_addr()?;
                    held.extend([client.into(), listener.accept()?.0.into()]);
                    Some(refused)
                }
                Some(Action::BlackHole) => {
                    shrink_backlog(listener.as_raw_fd());
                    // A full queue drops what comes next.
                    while let Ok(client) =
                        TcpStream::connect_timeout(&address, Duration::from_millis(150))
                    {
                        held.push(client.into());
                        if held.len() > 64 {
                            return Err(io::Error::other("the listener's queue does not fill"));
                        }
                    }
                    held.push(listener.into());
                    Some(address)
                }
                _ => {
                    thread = Some(spawn(Listener::Tcp(listener), &scenario, &log, &stop)?);
                    Some(address)
                }
            }
        };
        Ok(Sandbox {
            scenario,
            address,
            directory,
            log,
            stop,
            thread,
            _held: held,
        })
    }

    /// TCP port; panics on a unix socket.
    pub fn port(&self) -> u16 {
        self.address().port()
    }

    /// `127.0.0.1` or `::1`; the socket's path on a unix socket.
    pub fn host(&self) -> String {
        match (self.address, self.unix_path()) {
            (Some(address), _) => address.ip().to_string(),
            (None, Some(path)) => path.display().to_string(),
            (None, None) => String::new(),
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address.expect("a sandbox on TCP")
    }

    pub fn unix_path(&self) -> Option<PathBuf> {
        let dir = self.directory.as_ref()?;
        Some(dir.path().join(self.scenario.service.name()))
    }

    /// The CA that signs the good certificate.
    pub fn ca_file(&self) -> PathBuf {
        pki().ca_file()
    }

    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    pub fn connections(&self) -> usize {
        self.log.connections()
    }

    /// All connections so far; waits a moment for those that are just ending.
    pub fn sessions(&self) -> Vec<Session> {
        self.log.idle_within(Duration::from_secs(2));
        self.log.sessions()
    }

    /// The only connection; panics if there was none or more than one.
    pub fn session(&self) -> Session {
        let mut sessions = self.sessions();
        assert_eq!(sessions.len(), 1, "one connection to the sandbox");
        sessions.remove(0)
    }

    /// Every line that a client sent, in order, over all connections.
    pub fn lines(&self) -> Vec<String> {
        let sessions = self.sessions();
        sessions
            .iter()
            .flat_map(|session| session.lines.iter().map(|line| line.text()))
            .collect()
    }

    /// True if some connection met the fault. What has no session (refused, black hole) cannot tell and is true.
    pub fn struck(&self) -> bool {
        let silent = matches!(
            self.scenario.fault.map(|f| f.action),
            Some(Action::Refused | Action::BlackHole)
        );
        silent || self.sessions().iter().any(|session| session.struck)
    }

    pub fn log(&self) -> &Log {
        &self.log
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.ring();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Linux takes a new backlog by listening again; 0 leaves room for one.
fn shrink_backlog(fd: i32) {
    // SAFETY: a listening socket's own descriptor.
    unsafe { libc::listen(fd, 0) };
}

fn spawn(
    listener: Listener,
    scenario: &Arc<Scenario>,
    log: &Log,
    stop: &Arc<Stop>,
) -> io::Result<JoinHandle<()>> {
    match &listener {
        Listener::Tcp(tcp) => tcp.set_nonblocking(true)?,
        Listener::Unix(unix) => unix.set_nonblocking(true)?,
    }
    if scenario.transport != Transport::Plain {
        // The keys are made before the first client waits for them.
        pki();
    }
    let (scenario, log, stop) = (Arc::clone(scenario), log.clone(), Arc::clone(stop));
    std::thread::Builder::new()
        .name(format!("sandbox {}", scenario.service.name()))
        .spawn(move || {
            let fd = match &listener {
                Listener::Tcp(tcp) => tcp.as_raw_fd(),
                Listener::Unix(unix) => unix.as_raw_fd(),
            };
            let mut threads: Vec<JoinHandle<()>> = Vec::new();
            while stop.wait(fd, libc::POLLIN, None).is_ok() {
                let link = match &listener {
                    Listener::Tcp(tcp) => tcp.accept().map(|(stream, _)| Link::Tcp(stream)),
                    Listener::Unix(unix) => unix.accept().map(|(stream, _)| Link::Unix(stream)),
                };
                threads.retain(|thread| !thread.is_finished());
                let Ok(link) = link else { continue };
                if threads.len() >= MAX_CONNECTIONS {
                    continue;
                }
                let session = log.open();
                let Ok(socket) = Socket::new(link, Arc::clone(&stop)) else {
                    continue;
                };
                let mut conn = Conn::new(socket, Arc::clone(&scenario), session);
                let served = std::thread::Builder::new()
                    .stack_size(512 * 1024)
                    .spawn(move || {
                        // Every end of a session is in its log.
                        let _ = serve(&mut conn);
                    });
                threads.extend(served);
            }
            for thread in threads {
                let _ = thread.join();
            }
        })
}

fn serve(conn: &mut Conn) -> Step {
    if conn.scenario.proxy {
        conn.expect_proxy()?;
    }
    if conn.scenario.transport == Transport::Tls {
        conn.start_tls()?;
    }
    match conn.service() {
        Service::Smtp | Service::Lmtp => super::smtp::serve(conn),
        Service::Imap => super::imap::serve(conn),
        Service::Pop3 => super::pop3::serve(conn),
    }
}
