//! Host names become addresses. The system's look-up cannot be stopped, so a call that must end leaves it to a thread.

use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A look-up that has taken that long is no longer joined: what kept it may be over.
const JOINED: Duration = Duration::from_secs(5);

/// `host:port` to addresses.
type Find = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// Why there are no addresses.
#[derive(Debug)]
pub(super) enum Missing {
    /// The look-up failed.
    Failed(io::Error),
    /// It went on when the call's time was over.
    Late,
}

/// Looks names up. Calls that ask for the same name at the same time share one look-up, so that a silent name server does not
/// gather a thread for each of them.
pub(super) struct Names {
    find: Arc<Find>,
    under_way: Mutex<Vec<(Instant, Arc<Lookup>)>>,
}

struct Lookup {
    name: String,
    found: Mutex<Option<io::Result<Vec<SocketAddr>>>>,
    done: Condvar,
}

impl Names {
    /// Those that the system knows.
    pub(super) fn of_system() -> Self {
        Names::new(|name| Ok(name.to_socket_addrs()?.collect()))
    }

    pub(super) fn new(find: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static) -> Self {
        Names { find: Arc::new(find), under_way: Mutex::default() }
    }

    /// The addresses of `host:port`, at least one, if they are there before `end`.
    pub(super) fn find(&self, name: &str, end: Option<Instant>) -> Result<Vec<SocketAddr>, Missing> {
        let found = match (name.parse(), end) {
            (Ok(address), _) => Ok(vec![address]),
            (Err(_), None) => (self.find)(name),
            (Err(_), Some(end)) => self.look_up(name).wait(end).ok_or(Missing::Late)?,
        };
        match found {
            Ok(addresses) if addresses.is_empty() => Err(Missing::Failed(io::Error::other("the name has no address"))),
            found => found.map_err(Missing::Failed),
        }
    }

    /// One that has just begun, or begins now.
    fn look_up(&self, name: &str) -> Arc<Lookup> {
        let mut under_way = lock(&self.under_way);
        under_way.retain(|(since, lookup)| since.elapsed() < JOINED && lock(&lookup.found).is_none());
        if let Some((_, lookup)) = under_way.iter().find(|(_, lookup)| lookup.name == name) {
            return lookup.clone();
        }
        let lookup = Arc::new(Lookup { name: name.to_owned(), found: Mutex::default(), done: Condvar::new() });
        under_way.push((Instant::now(), lookup.clone()));
        drop(under_way);
        let (find, asked) = (self.find.clone(), lookup.clone());
        let thread = thread::Builder::new().name("botocore name".to_owned());
        if let Err(cause) = thread.spawn(move || asked.tell(find(&asked.name))) {
            lookup.tell(Err(cause));
        }
        lookup
    }
}

impl Lookup {
    fn tell(&self, found: io::Result<Vec<SocketAddr>>) {
        *lock(&self.found) = Some(found);
        self.done.notify_all();
    }

    /// What was found; `None` when nothing is known at `end`.
    fn wait(&self, end: Instant) -> Option<io::Result<Vec<SocketAddr>>> {
        let mut found = lock(&self.found);
        loop {
            match &*found {
                Some(Ok(addresses)) => return Some(Ok(addresses.clone())),
                Some(Err(cause)) => return Some(Err(io::Error::new(cause.kind(), cause.to_string()))),
                None => {}
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            found = self.done.wait_timeout(found, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}
