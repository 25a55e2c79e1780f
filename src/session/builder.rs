//! What a session is made of.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use super::{Inner, MfaPrompt, Session, State};
use crate::Map;
use crate::clock::{Clock, Corrected, Skew, SystemClock};
use crate::components::Registry;
use crate::configuration::{Config, ConfigValue, Environment, SessionVariable};
use crate::credentials::{Cache, ProvideCredentials, SsoTokens};
use crate::hooks::Emitter;
use crate::http::{Transport, Verify};

/// A session to be.
#[derive(Default)]
pub struct SessionBuilder {
    environment: Environment,
    variables: Map<String, ConfigValue>,
    own_variables: Map<String, SessionVariable>,
    config: Option<Config>,
    credentials: Option<Arc<dyn ProvideCredentials>>,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    mfa_prompt: Option<Arc<MfaPrompt>>,
    events: Option<Emitter>,
    no_builtin_handlers: bool,
    credential_cache_dir: Option<PathBuf>,
    verify: Option<Verify>,
}

impl SessionBuilder {
    /// Chooses the profile. Keys of the environment are then passed over.
    pub fn profile(self, name: impl Into<String>) -> Self {
        self.variable("profile", name.into())
    }

    /// Sets the region of clients that do not say.
    pub fn region(self, name: impl Into<String>) -> Self {
        self.variable("region", name.into())
    }

    /// Sets a session variable, by the names of [`Session::get_config_variable`].
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<ConfigValue>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Adds a setting of one's own, or puts it in the place of one of that name.
    pub fn session_variable(mut self, name: impl Into<String>, variable: SessionVariable) -> Self {
        self.own_variables.insert(name.into(), variable);
        self
    }

    /// Sets the environment that is read instead of the process's.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Sets the variables that are read instead of the process's environment.
    pub fn env_vars(self, variables: HashMap<String, String>) -> Self {
        self.environment(variables.into_iter().collect())
    }

    /// Sets the directory that `~` stands for.
    pub fn home_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.environment = self.environment.with_home(path);
        self
    }

    /// Sets the credentials: keys, or a provider of one's own.
    pub fn credentials(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(Arc::new(provider));
        self
    }

    /// Sets the options that every client starts from.
    pub fn config(mut self, config: Config) -> Self {
        self.config = Some(config);
        self
    }

    /// Sets what sends the requests, of clients and of providers of credentials.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets how servers prove who they are, to clients that do not say and to providers of credentials. Default: the
    /// authorities in the file that `AWS_CA_BUNDLE`, `ca_bundle` of the profile or `REQUESTS_CA_BUNDLE` names, else Mozilla's.
    pub fn verify(mut self, verify: impl Into<Verify>) -> Self {
        self.verify = Some(verify.into());
        self
    }

    /// Sets the clock, for signatures, the ends of credentials, and waiting.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Sets what asks the user for a code of a multi-factor device, by its serial number, for profiles with `mfa_serial`.
    /// Default: asked at the terminal.
    pub fn mfa_prompt(mut self, prompt: impl Fn(&str) -> io::Result<String> + Send + Sync + 'static) -> Self {
        self.mfa_prompt = Some(Arc::new(prompt));
        self
    }

    /// Sets the emitter of events, with what is registered there. Default: one without handlers.
    pub fn event_hooks(mut self, events: Emitter) -> Self {
        self.events = Some(events);
        self
    }

    /// Sets whether calls do what botocore's own handlers do. Default: on.
    ///
    /// Without them inputs, requests and answers are what the models and protocols make of them: no checks of buckets'
    /// names, no digests of keys for server-side encryption, no special cases of single services, no idempotency tokens, no
    /// headers that tell of retries and traces. Signing, checksums, retries and redirects to the region of a bucket stay.
    pub fn include_builtin_handlers(mut self, on: bool) -> Self {
        self.no_builtin_handlers = !on;
        self
    }

    /// Sets the directory in which credentials of roles (assumed ones, and those of IAM Identity Center) are kept between
    /// runs, in files for their owner only. `~/.aws/cli/cache` is the AWS CLI's: names and form are the same, so that one
    /// finds what the other has left, and a code of a multi-factor device serves both. Default: none, they are kept in
    /// memory only. Source: botocore's `JSONFileCache`.
    pub fn credential_cache_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.credential_cache_dir = Some(path.into());
        self
    }

    /// The session. Nothing is read yet, so nothing can fail yet.
    pub fn build(self) -> Session {
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock));
        let skew = Arc::<Skew>::default();
        let corrected = Arc::new(Corrected::new(clock.clone(), skew.clone()));
        let credentials = self.credentials.map(|provider| Arc::new(Cache::new(provider, corrected.clone())));
        let state = State { variables: self.variables, client_config: self.config, ..State::default() };
        let tokens = SsoTokens::new(corrected);
        let expand = |path: PathBuf| match path.to_str() {
            Some(text) => self.environment.expand(text),
            None => path,
        };
        let credential_cache_dir = self.credential_cache_dir.map(expand);
        let inner = Inner {
            environment: self.environment,
            clock,
            skew,
            events: self.events.unwrap_or_default(),
            builtin_handlers: !self.no_builtin_handlers,
            components: Registry::default(),
            transport: self.transport,
            state: RwLock::new(state),
            profiles: OnceLock::new(),
            instance_region: OnceLock::new(),
            client_region: OnceLock::new(),
            loader: OnceLock::new(),
            own_variables: self.own_variables,
            scoped: RwLock::default(),
            mfa_prompt: self.mfa_prompt,
            tokens,
            credential_cache_dir,
            verify: self.verify,
            transports: Mutex::default(),
            rules: Mutex::default(),
            partitions: OnceLock::new(),
        };
        Session { inner: Arc::new(inner), credentials: Arc::new(Mutex::new(credentials)) }
    }
}
