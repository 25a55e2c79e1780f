use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::answer::{self, Names, failed};
use super::{Credentials, ProvideCredentials, command};
use crate::Session;
use crate::error::Result;
use crate::user_agent::Features;

/// The command that a profile names as `credential_process`. Source: botocore's `ProcessProvider`.
#[derive(Debug)]
pub(crate) struct Process {
    session: Session,
    profile: String,
    limit: Duration,
}

const SOURCE: &str = "the credential_process";
/// How long a program may take. botocore waits for ever; some programs wait for their user, and none for so long.
const LIMIT: Duration = Duration::from_secs(10 * 60);
/// The most that is taken for an answer, bytes.
const LONGEST: usize = 1 << 20;
/// The most of a program's complaint that an error tells, characters.
const LONGEST_COMPLAINT: usize = 2_000;
/// How often it is looked whether the program has ended, while its pipe is open.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a pipe that stays open after its program is read on.
const GRACE: Duration = Duration::from_millis(300);

impl Process {
    pub(crate) fn new(session: Session, profile: &str) -> Self {
        Process { session, profile: profile.to_owned(), limit: LIMIT }
    }

    /// Ends programs earlier.
    #[cfg(test)]
    pub(super) fn with_limit(self, limit: Duration) -> Self {
        Process { limit, ..self }
    }
}

impl ProvideCredentials for Process {
    fn name(&self) -> &str {
        super::chain::PROCESS
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        let profiles = self.session.profiles()?;
        let Some(profile) = profiles.profiles.get(&self.profile) else { return Ok(None) };
        let Some(line) = profile.get("credential_process") else { return Ok(None) };
        let answer = answer::json(&run(line, &self.profile, self.limit)?, SOURCE)?;
        if answer["Version"].as_i64() != Some(1) {
            let problem = format!("its answer is of Version {}, and only 1 is supported", answer["Version"]);
            return Err(failed(SOURCE, &problem));
        }
        let names = Names { token: "SessionToken", temporary: false };
        let credentials = answer::credentials(&answer, &names, SOURCE)?.with_features(Features::of_codes(&["v", "w"]));
        Ok(Some(match (credentials.account_id(), profile.get("aws_account_id")) {
            (None, Some(account)) => credentials.with_account_id(account.clone()),
            _ => credentials,
        }))
    }

    fn why_none(&self) -> String {
        format!("the profile {} has no credential_process", self.profile)
    }
}

/// What the command writes.
fn run(line: &str, profile: &str, limit: Duration) -> Result<String> {
    let words = command::words(line, cfg!(windows)).filter(|words| !words.is_empty());
    let words = words.ok_or_else(|| {
        failed(SOURCE, &format!("the command of the profile {profile} is empty or has an open quotation mark"))
    })?;
    let program = &words[0];
    let mut command = Command::new(program);
    command.args(&words[1..]).stdin(Stdio::inherit()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|cause| {
        failed(SOURCE, &format!("the program {program} of the profile {profile} could not be started"))
            .with_source(cause)
    })?;
    let (answer, complaint) = (Reader::of(child.stdout.take()), Reader::of(child.stderr.take()));
    let status = watch(&mut child, &answer, limit).map_err(|problem| {
        // It may have ended by now, and then there is nothing to do.
        drop(child.kill());
        drop(child.wait());
        failed(SOURCE, &format!("the program {program} of the profile {profile} {problem}"))
    })?;
    // Children that the program left behind may hold its pipes open: they are not waited for.
    let (answer, complaint) = (answer.text(), complaint.text());
    if !status.success() {
        let complaint: String = complaint.trim().chars().take(LONGEST_COMPLAINT).collect();
        return Err(failed(
            SOURCE,
            &format!("the program {program} of the profile {profile} failed, {status}: {complaint}"),
        ));
    }
    Ok(answer)
}

/// Waits for the end of a program; else says what is wrong with it.
fn watch(child: &mut Child, answer: &Reader, limit: Duration) -> std::result::Result<ExitStatus, String> {
    let start = Instant::now();
    loop {
        if answer.is_too_long() {
            return Err(format!("wrote more than {LONGEST} bytes, which are no credentials"));
        }
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if start.elapsed() >= limit => return Err(format!("did not end within {} s", limit.as_secs())),
            Ok(None) => answer.wait(PAUSE),
            Err(cause) => return Err(format!("could not be waited for: {cause}")),
        }
    }
}

/// What a pipe gives, read by a thread of its own.
struct Reader(Arc<(Mutex<Text>, Condvar)>);

#[derive(Default)]
struct Text {
    bytes: Vec<u8>,
    ended: bool,
}

impl Reader {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let shared = Arc::new((Mutex::<Text>::default(), Condvar::new()));
        let Some(mut pipe) = pipe else { return Reader(shared) };
        let reader = Reader(shared.clone());
        let read = move || {
            let mut buffer = [0; 8192];
            loop {
                let count = match pipe.read(&mut buffer) {
                    Ok(count) => count,
                    Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
                    Err(_) => 0,
                };
                let mut text = shared.0.lock().unwrap_or_else(PoisonError::into_inner);
                // What is too long is read on, so that the program can end, and not kept.
                let room = (LONGEST + 1).saturating_sub(text.bytes.len());
                text.bytes.extend_from_slice(&buffer[..count.min(room)]);
                text.ended = count == 0;
                shared.1.notify_all();
                if text.ended {
                    return;
                }
            }
        };
        if let Err(cause) = thread::Builder::new().name("credential_process".to_owned()).spawn(read) {
            log::warn!("No thread could be started to read what the credential_process writes: {cause}");
        }
        reader
    }

    fn lock(&self) -> MutexGuard<'_, Text> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_too_long(&self) -> bool {
        self.lock().bytes.len() > LONGEST
    }

    /// Waits for something new, that long at most.
    fn wait(&self, longest: Duration) {
        let text = self.lock();
        match text.ended {
            true => {
                drop(text);
                thread::sleep(Duration::from_millis(5));
            }
            false => drop(self.0.1.wait_timeout(text, longest)),
        }
    }

    /// All of it, once the program has ended.
    fn text(&self) -> String {
        let text = self.lock();
        let text = self.0.1.wait_timeout_while(text, GRACE, |text| !text.ended);
        let (text, _) = text.unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&text.bytes).into_owned()
    }
}
