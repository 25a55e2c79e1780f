//! What was counted, and what must be true of it.

use std::collections::{BTreeMap, HashSet};
use std::fmt::{self, Write};
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use botocore::ErrorKind;

use crate::store::{FAULTS, Store};

/// How a call ended.
pub enum Ending {
    Right { again: bool },
    Failed(ErrorKind),
    Wrong(String),
}

impl Ending {
    pub fn right(attempts: u32) -> Self {
        Ending::Right { again: attempts > 1 }
    }
}

/// What the process holds. Zeros where the system does not say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Process {
    pub files: usize,
    pub threads: usize,
    /// KiB
    pub memory: usize,
}

impl Process {
    pub fn now() -> Self {
        let entries = |path| fs::read_dir(path).map_or(0, |entries| entries.count());
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let memory = memory.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0);
        Process { files: entries("/proc/self/fd"), threads: entries("/proc/self/task"), memory }
    }
}

pub struct Figures {
    calls: usize,
    done: AtomicUsize,
    right: AtomicUsize,
    again: AtomicUsize,
    failed: Mutex<BTreeMap<String, usize>>,
    wrongs: Mutex<Vec<String>>,
    /// KiB at each quarter of the calls.
    quarters: Mutex<Vec<usize>>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    live: BTreeMap<String, Vec<u8>>,
    uncertain: HashSet<String>,
    deleted: Vec<String>,
}

pub struct Claim {
    what: &'static str,
    found: String,
    pub holds: bool,
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| {} | {} | {} |", self.what, self.found, if self.holds { "holds" } else { "FAILS" })
    }
}

impl Figures {
    pub fn new(calls: usize) -> Self {
        Figures {
            calls,
            done: AtomicUsize::new(0),
            right: AtomicUsize::new(0),
            again: AtomicUsize::new(0),
            failed: Mutex::default(),
            wrongs: Mutex::default(),
            quarters: Mutex::default(),
            known: Mutex::default(),
        }
    }

    pub fn count(&self, ending: Ending) {
        match ending {
            Ending::Right { again } => {
                self.right.fetch_add(1, Ordering::Relaxed);
                self.again.fetch_add(usize::from(again), Ordering::Relaxed);
            }
            Ending::Failed(kind) => *self.failed.lock().unwrap().entry(format!("{kind:?}")).or_default() += 1,
            Ending::Wrong(what) => self.wrongs.lock().unwrap().push(what),
        }
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of((self.calls / 4).max(1)) {
            self.quarters.lock().unwrap().push(Process::now().memory);
        }
    }

    /// What a thread knows at its end.
    pub fn keep(&self, live: BTreeMap<String, Vec<u8>>, uncertain: HashSet<String>, deleted: Vec<String>) {
        let mut known = self.known.lock().unwrap();
        known.live.extend(live);
        known.uncertain.extend(uncertain);
        known.deleted.extend(deleted);
    }

    pub fn claims(&self, store: &Store, kept: usize, before: &Process, after: &Process) -> Vec<Claim> {
        let (objects, known) = (store.objects(), self.known.lock().unwrap());
        let mut wrongs = self.wrongs.lock().unwrap().clone();
        wrongs.extend(objects.wrongs.clone());
        let lost = known.live.iter().filter(|(key, bytes)| objects.live.get(*key) != Some(*bytes)).count();
        let risen = known.deleted.iter().filter(|key| objects.live.contains_key(*key)).count();
        let all: HashSet<String> = known.live.keys().chain(&known.uncertain).cloned().collect();
        let claim = |what, found: String, holds| Claim { what, found, holds };
        let quarters = self.quarters.lock().unwrap().clone();
        // The first quarter fills pools and buffers.
        let growth = quarters.last().unwrap_or(&0).saturating_sub(*quarters.first().unwrap_or(&0));
        let failed: usize = self.failed.lock().unwrap().values().sum();
        let faults: usize = store.faults().iter().sum();
        let files = after.files.saturating_sub(before.files + 1);
        let threads = after.threads.saturating_sub(before.threads + 1);
        vec![
            claim("every call ends right or in a clear error", shown(&wrongs), wrongs.is_empty()),
            claim(
                "most faults are healed by another attempt",
                format!("{failed} of {faults} are not"),
                failed * 2 <= faults + 10,
            ),
            claim("no object is lost or changed", format!("{lost} of {}", known.live.len()), lost == 0),
            claim("no object comes back", format!("{risen} of {} deleted", known.deleted.len()), risen == 0),
            claim("no object is there that nobody wrote", objects.beyond(&all).to_string(), objects.beyond(&all) == 0),
            claim("connections are kept for later calls, ten at most", kept.to_string(), kept <= 10),
            claim("none is left when the client is gone", store.open().to_string(), store.open() == 0),
            claim("no file descriptor is left", files.to_string(), files == 0),
            claim("no thread is left", threads.to_string(), threads == 0),
            claim("memory is steady from the first quarter on", format!("{growth} KiB more"), growth < 24 * 1024),
        ]
    }

    pub fn table(&self, threads: usize, faults: usize, time: Duration, store: &Store, claims: &[Claim]) -> String {
        let mut text = String::from("| figure | |\n| --- | ---: |\n");
        let mut line = |what: &str, figure: String| _ = writeln!(text, "| {what} | {figure} |");
        line("calls", format!("{} from {threads} threads", self.done.load(Ordering::Relaxed)));
        line("time", format!("{:.1} s", time.as_secs_f64()));
        line("right", self.right.load(Ordering::Relaxed).to_string());
        line("of these after more than one attempt", self.again.load(Ordering::Relaxed).to_string());
        for (kind, count) in &*self.failed.lock().unwrap() {
            line(&format!("failed, of kind {kind}"), count.to_string());
        }
        line("requests at the store", store.requests().to_string());
        line("connections", store.connections().to_string());
        line("faults", format!("{} ({faults} %)", store.faults().iter().sum::<usize>()));
        for (fault, count) in FAULTS.iter().zip(store.faults()) {
            line(&format!("… {fault}"), count.to_string());
        }
        let quarters: Vec<String> =
            self.quarters.lock().unwrap().iter().map(|kib| format!("{:.1}", *kib as f64 / 1024.0)).collect();
        line("memory at each quarter, store included, MiB", quarters.join(", "));
        text += "\n| claim | found | |\n| --- | --- | --- |\n";
        for claim in claims {
            _ = writeln!(text, "{claim}");
        }
        text
    }
}

/// How many there are, and the first.
fn shown(wrongs: &[String]) -> String {
    match wrongs.first() {
        Some(first) => format!("{} did not: {first}", wrongs.len()),
        None => "all".to_owned(),
    }
}
