//! What a process settles once, and what makes clients.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use crate::Map;
use crate::client::{Core, ServiceClient};
use crate::clock::{Clock, SystemClock};
use crate::configuration::{
    ClientOptions, Config, ConfigSource, ConfigValue, Environment, Profiles, Properties, lookup,
};
use crate::credentials::{self, Cache, Credentials, ProvideCredentials, SsoTokens};
use crate::endpoint::{PARTITIONS, Partitions, REGIONS, RuleSet};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{HttpTransport, Proxies, Transport, TransportOptions, Verify};
use crate::operation::Service;

/// Settings, profiles and credentials of a process, from which clients are made. Cheap to clone; clones share everything.
///
/// Nothing is read before it is needed, and the files of `~/.aws` are read once.
///
/// ```
/// use botocore::{Environment, Session};
///
/// let environment = Environment::empty().with("AWS_DEFAULT_REGION", "eu-west-1");
/// let session = Session::builder().environment(environment).build();
/// assert_eq!(session.region()?.as_deref(), Some("eu-west-1"));
/// # Ok::<(), botocore::Error>(())
/// ```
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
    /// Beside the rest, because providers hold the rest: no ring of owners.
    credentials: Arc<Mutex<Option<Arc<Cache>>>>,
}

struct Inner {
    environment: Environment,
    clock: Arc<dyn Clock>,
    transport: Option<Arc<dyn Transport>>,
    transports: Mutex<Vec<(TransportOptions, Arc<dyn Transport>)>>,
    rules: Mutex<Vec<(&'static str, Arc<RuleSet>)>>,
    partitions: OnceLock<Result<Arc<Partitions>>>,
    state: RwLock<State>,
    profiles: OnceLock<Result<Arc<Profiles>>>,
    instance_region: OnceLock<Option<String>>,
    client_region: OnceLock<String>,
    mfa_prompt: Option<Arc<MfaPrompt>>,
    tokens: SsoTokens,
}

/// Gives a code of the multi-factor device of that serial number.
type MfaPrompt = dyn Fn(&str) -> io::Result<String> + Send + Sync;

#[derive(Default)]
struct State {
    variables: Map<String, ConfigValue>,
    client_config: Option<Config>,
    user_agent: UserAgent,
}

struct UserAgent {
    name: String,
    version: String,
    extra: String,
}

impl Default for UserAgent {
    fn default() -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        UserAgent { name: "botocore-rs".to_owned(), version, extra: String::new() }
    }
}

impl Session {
    /// The session of the process's environment and the user's files.
    pub fn new() -> Self {
        Session::builder().build()
    }

    /// A session with settings of one's own.
    pub fn builder() -> SessionBuilder {
        SessionBuilder::default()
    }

    /// The names of the profiles in the config file, then those that only the credentials file has.
    ///
    /// # Errors
    /// When a file is malformed.
    pub fn available_profiles(&self) -> Result<Vec<String>> {
        Ok(self.profiles()?.profiles.keys().cloned().collect())
    }

    /// The name of the profile that was chosen: in code, by `AWS_DEFAULT_PROFILE` or by `AWS_PROFILE`. `None` means the
    /// profile `default`, which need not exist.
    pub fn profile(&self) -> Option<String> {
        let value = self.get_config_variable("profile").ok()??;
        value.as_str().map(str::to_owned)
    }

    /// The region that was set, if any.
    ///
    /// # Errors
    /// As for [`get_config_variable`](Self::get_config_variable).
    pub fn region(&self) -> Result<Option<String>> {
        Ok(self.get_config_variable("region")?.and_then(|value| value.as_str().map(str::to_owned)))
    }

    /// The names of the partitions, the groups of regions: `aws`, `aws-cn` …
    pub fn get_available_partitions(&self) -> Vec<&'static str> {
        REGIONS.available_partitions()
    }

    /// The partition that has the region, or would have it by its name.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], when no partition has it.
    pub fn get_partition_for_region(&self, region: &str) -> Result<&'static str> {
        REGIONS.partition_for_region(region)
    }

    /// The regions of a partition in which the client's service is, in alphabetical order; with `allow_non_regional` also
    /// its endpoints that are no regions, `aws-global`. Empty when the lists do not name the service or the partition:
    /// they are botocore's, which leave out services that are in nearly every region.
    ///
    /// ```
    /// # #[cfg(feature = "s3")] {
    /// # use botocore::{Session, s3};
    /// let regions = Session::new().get_available_regions::<s3::Client>("aws", false);
    /// assert!(regions.contains(&"eu-west-1"));
    /// # }
    /// ```
    pub fn get_available_regions<C: ServiceClient>(
        &self,
        partition: &str,
        allow_non_regional: bool,
    ) -> Vec<&'static str> {
        REGIONS.available_regions(C::service().endpoint_prefix, partition, allow_non_regional)
    }

    /// The value of a setting by its name: session variable, environment, profile, default. `s3` and `proxies_config` are
    /// maps. `None` when nothing says, or when there is no setting of that name.
    ///
    /// # Errors
    /// When a file is malformed, the chosen profile is not there, or the text is not of the setting's type.
    pub fn get_config_variable(&self, name: &str) -> Result<Option<ConfigValue>> {
        lookup::by_name(self, name, &lookup::EVERYWHERE)
    }

    /// As [`get_config_variable`](Self::get_config_variable), from these places only, in the order given.
    ///
    /// # Errors
    /// As there.
    pub fn get_config_variable_from(&self, name: &str, sources: &[ConfigSource]) -> Result<Option<ConfigValue>> {
        lookup::by_name(self, name, sources)
    }

    /// Sets a session variable, which wins over environment and profile, for clients that are made from now on.
    pub fn set_config_variable(&self, name: impl Into<String>, value: impl Into<ConfigValue>) {
        self.write().variables.insert(name.into(), value.into());
    }

    /// The session variables: what was set in code.
    pub fn instance_variables(&self) -> Map<String, ConfigValue> {
        self.read().variables.clone()
    }

    /// The properties of the profile, of both files. Empty when none was chosen and there is no default one.
    ///
    /// # Errors
    /// When a file is malformed, or the chosen profile is not there: then it names the files and the profiles they hold.
    pub fn get_scoped_config(&self) -> Result<Map<String, ConfigValue>> {
        Ok(self.scoped_properties()?.map(|properties| values(&properties)).unwrap_or_default())
    }

    /// All that the files say: `profiles`, `sso_sessions`, `services`, and sections of other names.
    ///
    /// # Errors
    /// When a file is malformed.
    pub fn full_config(&self) -> Result<Map<String, ConfigValue>> {
        let profiles = self.profiles()?;
        let sections = |sections: &Map<String, Properties>| -> Map<String, ConfigValue> {
            sections.iter().map(|(name, properties)| (name.clone(), values(properties))).collect()
        };
        let mut config = sections(&profiles.others);
        config.insert("profiles".to_owned(), sections(&profiles.profiles).into());
        config.insert("sso_sessions".to_owned(), sections(&profiles.sso_sessions).into());
        config.insert("services".to_owned(), sections(&profiles.services).into());
        Ok(config)
    }

    /// The options that every client starts from.
    pub fn get_default_client_config(&self) -> Option<Config> {
        self.read().client_config.clone()
    }

    /// Sets the options that every client from now on starts from.
    pub fn set_default_client_config(&self, config: impl Into<Option<Config>>) {
        self.write().client_config = config.into();
    }

    /// The present credentials, looked for at the first time and refreshed when they are about to end. `None` when no
    /// provider has any.
    ///
    /// # Errors
    /// When a provider that should have them fails, or has half of a pair.
    pub fn get_credentials(&self) -> Result<Option<Credentials>> {
        self.credentials_cache().find()
    }

    /// The token for services that take bearer tokens: `AWS_BEARER_TOKEN_<SIGNING_NAME>` where a signing name is given
    /// and it is set, else that of the profile's `sso_session`, renewed when it is about to end. `None` when there is none.
    ///
    /// # Errors
    /// When the profile names an `sso_session` and nobody is logged in.
    pub fn get_auth_token(&self, signing_name: Option<&str>) -> Result<Option<String>> {
        if let Some(token) = signing_name.and_then(|name| self.bearer_token_of_environment(name)) {
            return Ok(Some(token));
        }
        self.inner.tokens.of_profile(self, &self.profile_name())
    }

    /// The environment's token for a service.
    pub(crate) fn bearer_token_of_environment(&self, signing_name: &str) -> Option<String> {
        let name = signing_name.replace(['-', ' '], "_").to_ascii_uppercase();
        self.inner.environment.filled(&format!("AWS_BEARER_TOKEN_{name}"))
    }

    /// Sets the credentials of all clients that are made from now on: keys, or a provider of one's own.
    pub fn set_credentials(&self, provider: impl ProvideCredentials + 'static) {
        *self.cache() = Some(Arc::new(Cache::new(Arc::new(provider), self.inner.clock.clone())));
    }

    /// The beginning of the `User-Agent` header: name, version, platform, `AWS_EXECUTION_ENV`, and what was added.
    pub fn user_agent(&self) -> String {
        let state = self.read();
        let UserAgent { name, version, extra } = &state.user_agent;
        let mut text = format!("{name}/{version} {}/{}", std::env::consts::OS, std::env::consts::ARCH);
        if let Some(environment) = self.inner.environment.filled("AWS_EXECUTION_ENV") {
            text += &format!(" exec-env/{environment}");
        }
        if !extra.is_empty() {
            text += &format!(" {extra}");
        }
        text
    }

    /// Sets the program's name and version, which the `User-Agent` header begins with.
    pub fn set_user_agent(&self, name: impl Into<String>, version: impl Into<String>) {
        let agent = &mut self.write().user_agent;
        (agent.name, agent.version) = (name.into(), version.into());
    }

    /// Sets what is added to the `User-Agent` header.
    pub fn set_user_agent_extra(&self, extra: impl Into<String>) {
        self.write().user_agent.extra = extra.into();
    }

    /// Begins a client: `session.create_client::<s3::Client>().region_name("eu-west-1").build()?`.
    pub fn create_client<C: ServiceClient>(&self) -> ClientBuilder<'_, C> {
        ClientBuilder { session: self, options: ClientOptions::default(), keys: Keys::default(), client: PhantomData }
    }

    /// Name, version and what was added.
    pub(crate) fn user_agent_parts(&self) -> (String, String, String) {
        let UserAgent { name, version, extra } = &self.read().user_agent;
        (name.clone(), version.clone(), extra.clone())
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.inner.environment
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    /// The transport that was given, for clients and providers.
    pub(crate) fn transport(&self) -> Option<&Arc<dyn Transport>> {
        self.inner.transport.as_ref()
    }

    /// The transport of all clients that make connections in this way: they share its idle connections.
    pub(crate) fn shared_transport(&self, options: TransportOptions) -> Arc<dyn Transport> {
        let mut transports = self.inner.transports.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((_, transport)) = transports.iter().find(|(other, _)| *other == options) {
            return transport.clone();
        }
        let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(options.clone()));
        transports.push((options, transport.clone()));
        transport
    }

    /// The rules of a service, parsed once.
    pub(crate) fn rules(&self, service: &'static Service) -> Result<Arc<RuleSet>> {
        let mut rules = self.inner.rules.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((_, found)) = rules.iter().find(|(name, _)| *name == service.name) {
            return Ok(found.clone());
        }
        let parsed = Arc::new(RuleSet::parse(service.endpoint_rules)?);
        rules.push((service.name, parsed.clone()));
        Ok(parsed)
    }

    /// The partitions, parsed once.
    pub(crate) fn partitions(&self) -> Result<Arc<Partitions>> {
        self.inner.partitions.get_or_init(|| Partitions::parse(PARTITIONS).map(Arc::new)).clone()
    }

    pub(crate) fn instance_variable(&self, name: &str) -> Option<ConfigValue> {
        self.read().variables.get(name).cloned()
    }

    /// The profile's name, whether chosen or not.
    pub(crate) fn profile_name(&self) -> String {
        self.profile().unwrap_or_else(|| "default".to_owned())
    }

    pub(crate) fn profiles(&self) -> Result<Arc<Profiles>> {
        let read = || -> Result<Arc<Profiles>> {
            let path = |name: &str| -> Result<PathBuf> {
                let value = self.get_config_variable(name)?;
                Ok(self.inner.environment.expand(value.as_ref().and_then(ConfigValue::as_str).unwrap_or_default()))
            };
            Profiles::read(path("config_file")?, path("credentials_file")?).map(Arc::new)
        };
        self.inner.profiles.get_or_init(read).clone()
    }

    /// The profile's properties; `None` when none was chosen and there is no default one.
    pub(crate) fn scoped_properties(&self) -> Result<Option<Properties>> {
        let profiles = self.profiles()?;
        match self.profile() {
            Some(name) => profiles.profile(&name).cloned().map(Some),
            None => Ok(profiles.profiles.get("default").cloned()),
        }
    }

    pub(crate) fn credentials_cache(&self) -> Arc<Cache> {
        let make = || {
            Arc::new(Cache::new(Arc::new(credentials::chain(&self.without_credentials())), self.inner.clock.clone()))
        };
        self.cache().get_or_insert_with(make).clone()
    }

    /// The environment's proxies.
    pub(crate) fn proxies(&self) -> Proxies {
        Proxies::from_environment(|name| self.inner.environment.get(name))
    }

    /// How servers prove who they are, where a client does not say.
    pub(crate) fn verify(&self) -> Result<Verify> {
        let environment = &self.inner.environment;
        let bundle = self.get_config_variable("ca_bundle")?.and_then(|value| value.as_str().map(str::to_owned));
        Ok(match bundle.or_else(|| environment.filled("REQUESTS_CA_BUNDLE")) {
            Some(path) => Verify::CaFile(environment.expand(&path)),
            None => Verify::On,
        })
    }

    /// Remembers the region of the first client: roles are assumed there.
    pub(crate) fn note_client_region(&self, region: &str) {
        self.inner.client_region.get_or_init(|| region.to_owned());
    }

    pub(crate) fn client_region(&self) -> Option<String> {
        self.inner.client_region.get().cloned()
    }

    /// A code of the multi-factor device of that serial number.
    pub(crate) fn ask_for_code(&self, serial: &str) -> Result<String> {
        let failed = |cause| {
            let message = format!("The code of the multi-factor device {serial} could not be had");
            Error::new(ErrorKind::Credentials, message).with_source(cause)
        };
        let code = match &self.inner.mfa_prompt {
            Some(prompt) => prompt(serial),
            None => ask_at_terminal(serial),
        };
        Ok(code.map_err(failed)?.trim().to_owned())
    }

    /// The transport to metadata services, which are beside the program: no proxy, and little patience.
    pub(crate) fn metadata_transport(&self, timeout: Duration) -> Arc<dyn Transport> {
        match &self.inner.transport {
            Some(transport) => transport.clone(),
            None => self.shared_transport(TransportOptions {
                connect_timeout: timeout,
                read_timeout: timeout,
                ..TransportOptions::default()
            }),
        }
    }

    /// The region of the instance this runs on, asked for once.
    pub(crate) fn instance_region(&self) -> Option<String> {
        self.inner.instance_region.get_or_init(|| credentials::instance_region(self)).clone()
    }

    fn without_credentials(&self) -> Session {
        Session { inner: self.inner.clone(), credentials: Arc::default() }
    }

    fn cache(&self) -> MutexGuard<'_, Option<Arc<Cache>>> {
        self.credentials.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.inner.state.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.inner.state.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn ask_at_terminal(serial: &str) -> io::Result<String> {
    eprint!("Enter MFA code for {serial}: ");
    let mut code = String::new();
    io::stdin().read_line(&mut code)?;
    Ok(code)
}

fn values(properties: &Properties) -> Map<String, ConfigValue> {
    properties.iter().map(|(name, text)| (name.clone(), ConfigValue::of_property(text))).collect()
}

impl Default for Session {
    fn default() -> Self {
        Session::new()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("profile", &self.profile()).finish_non_exhaustive()
    }
}

/// A session to be.
#[derive(Default)]
pub struct SessionBuilder {
    environment: Environment,
    variables: Map<String, ConfigValue>,
    config: Option<Config>,
    credentials: Option<Arc<dyn ProvideCredentials>>,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    mfa_prompt: Option<Arc<MfaPrompt>>,
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

    /// The session. Nothing is read yet, so nothing can fail yet.
    pub fn build(self) -> Session {
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock));
        let credentials = self.credentials.map(|provider| Arc::new(Cache::new(provider, clock.clone())));
        let state = State { variables: self.variables, client_config: self.config, ..State::default() };
        let inner = Inner {
            environment: self.environment,
            clock,
            transport: self.transport,
            state: RwLock::new(state),
            profiles: OnceLock::new(),
            instance_region: OnceLock::new(),
            client_region: OnceLock::new(),
            mfa_prompt: self.mfa_prompt,
            tokens: SsoTokens::default(),
            transports: Mutex::default(),
            rules: Mutex::default(),
            partitions: OnceLock::new(),
        };
        Session { inner: Arc::new(inner), credentials: Arc::new(Mutex::new(credentials)) }
    }
}

/// A client to be. What is not said comes from the session.
pub struct ClientBuilder<'s, C> {
    session: &'s Session,
    options: ClientOptions,
    keys: Keys,
    client: PhantomData<fn() -> C>,
}

#[derive(Default)]
struct Keys {
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    session_token: Option<String>,
    account_id: Option<String>,
}

impl<C: ServiceClient> ClientBuilder<'_, C> {
    /// Sets the region.
    pub fn region_name(mut self, region: impl Into<String>) -> Self {
        self.options.region = Some(region.into());
        self
    }

    /// Sets the endpoint, `http://localhost:4566`; its scheme wins over [`use_ssl`](Self::use_ssl).
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.options.endpoint_url = Some(url.into());
        self
    }

    /// Sets options, which are put over the session's default ones.
    pub fn config(mut self, config: Config) -> Self {
        self.options.config = Some(config);
        self
    }

    /// Sets the keys.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.options.credentials = Some(credentials);
        self
    }

    /// Sets the access key's id; the secret must be set too.
    pub fn access_key_id(mut self, id: impl Into<String>) -> Self {
        self.keys.access_key_id = Some(id.into());
        self
    }

    /// Sets the secret; the access key's id must be set too.
    pub fn secret_access_key(mut self, secret: impl Into<String>) -> Self {
        self.keys.secret_access_key = Some(secret.into());
        self
    }

    /// Sets the token of temporary keys.
    pub fn session_token(mut self, token: impl Into<String>) -> Self {
        self.keys.session_token = Some(token.into());
        self
    }

    /// Sets the account that the keys belong to.
    pub fn account_id(mut self, id: impl Into<String>) -> Self {
        self.keys.account_id = Some(id.into());
        self
    }

    /// Sets whether to use TLS. Default: on.
    pub fn use_ssl(mut self, on: bool) -> Self {
        self.options.use_ssl = Some(on);
        self
    }

    /// Sets whether, or by which file of certificates, the server is checked. Default: on.
    pub fn verify(mut self, verify: impl Into<Verify>) -> Self {
        self.options.verify = Some(verify.into());
        self
    }

    /// The client.
    ///
    /// # Errors
    /// When a file is malformed, the profile is not there, a setting is not valid, or only one of two keys is set. Missing
    /// credentials are an error of the first call that needs them.
    pub fn build(mut self) -> Result<C> {
        if let Some(credentials) = self.keys.credentials()? {
            self.options.credentials = Some(credentials);
        }
        Ok(C::from_core(Core::with(self.session, C::service(), self.options)?))
    }
}

impl Keys {
    fn credentials(self) -> Result<Option<Credentials>> {
        let missing = |what| {
            Error::new(
                ErrorKind::Credentials,
                format!("The keys given to the client are not complete: {what} is missing."),
            )
        };
        match (self.access_key_id, self.secret_access_key) {
            (Some(id), Some(secret)) => {
                let credentials = Credentials::new(id, secret, self.session_token);
                Ok(Some(match self.account_id {
                    Some(account) => credentials.with_account_id(account),
                    None => credentials,
                }))
            }
            (None, None) => Ok(None),
            (Some(_), None) => Err(missing("secret_access_key")),
            (None, Some(_)) => Err(missing("access_key_id")),
        }
    }
}
