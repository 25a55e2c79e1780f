//! What a process settles once, and what makes clients.

mod any_client;
mod builder;
mod client;
mod components;
mod data;
mod events;
mod logging;

use std::collections::HashMap;
use std::fmt;
use std::io;
#[cfg(unix)]
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

pub use self::any_client::AnyClient;
pub use self::builder::SessionBuilder;
pub use self::client::ClientBuilder;
use crate::client::ServiceClient;
use crate::clock::{Clock, Skew};
use crate::components::Registry;
use crate::configuration::{
    Config, ConfigSource, ConfigValue, Environment, Profiles, Properties, SessionVariable, lookup,
};
use crate::credentials::{self, Cache, CredentialChain, Credentials, ProvideCredentials, SsoAuthorization, SsoTokens};
use crate::endpoint::{PARTITIONS, Partitions, REGIONS, RuleSet};
use crate::error::{Error, ErrorKind, Result};
use crate::hooks::Emitter;
use crate::http::{HttpTransport, Proxies, Transport, TransportOptions, Verify};
use crate::model::Loader;
use crate::operation::Service;
use crate::user_agent;
use crate::{Map, Timestamp};

/// A session: the process's, or one that reads these variables instead of the process's environment. Source: botocore's
/// `get_session`.
///
/// ```
/// let session = botocore::get_session(None);
/// session.set_config_variable("region", "eu-west-1");
/// assert_eq!(session.region()?.as_deref(), Some("eu-west-1"));
///
/// let variables = [("AWS_DEFAULT_REGION".to_owned(), "eu-north-1".to_owned())].into();
/// let other = botocore::get_session(Some(variables));
/// assert_eq!(other.region()?.as_deref(), Some("eu-north-1"));
/// # Ok::<(), botocore::Error>(())
/// ```
pub fn get_session(env_vars: Option<HashMap<String, String>>) -> Session {
    let builder = Session::builder();
    match env_vars {
        Some(variables) => builder.env_vars(variables),
        None => builder,
    }
    .build()
}

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
#[doc = include_str!("session/table.md")]
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
    /// Beside the rest, because providers hold the rest: no ring of owners.
    credentials: Arc<Mutex<Option<Arc<Cache>>>>,
}

struct Inner {
    environment: Environment,
    clock: Arc<dyn Clock>,
    skew: Arc<Skew>,
    events: Emitter,
    builtin_handlers: bool,
    components: Registry,
    transport: Option<Arc<dyn Transport>>,
    transports: Mutex<Vec<(TransportOptions, Arc<dyn Transport>)>>,
    rules: Mutex<Vec<(&'static str, Arc<RuleSet>)>>,
    partitions: OnceLock<Result<Arc<Partitions>>>,
    state: RwLock<State>,
    profiles: OnceLock<Result<Arc<Profiles>>>,
    instance_region: OnceLock<Option<String>>,
    client_region: OnceLock<String>,
    loader: OnceLock<Result<Arc<Loader>>>,
    own_variables: Map<String, SessionVariable>,
    scoped: RwLock<Option<Scoped>>,
    mfa_prompt: Option<Arc<MfaPrompt>>,
    tokens: SsoTokens,
    credential_cache_dir: Option<PathBuf>,
    verify: Option<Verify>,
}

/// Gives a code of the multi-factor device of that serial number.
type MfaPrompt = dyn Fn(&str) -> io::Result<String> + Send + Sync;

/// The profile that was chosen last, and what it says.
struct Scoped {
    name: Option<String>,
    properties: Option<Arc<Properties>>,
}

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
        UserAgent { name: user_agent::NAME.to_owned(), version: user_agent::VERSION.to_owned(), extra: String::new() }
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

    /// Chooses the profile, for all that is asked and made from now on. Credentials that were found before stay.
    pub fn set_profile(&self, name: impl Into<String>) {
        self.set_config_variable("profile", name.into());
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
        self.auth_token_before(signing_name, None)
    }

    /// The same, for a call that must end then.
    pub(crate) fn auth_token_before(&self, signing_name: Option<&str>, end: Option<Instant>) -> Result<Option<String>> {
        if let Some(token) = signing_name.and_then(|name| self.bearer_token_of_environment(name)) {
            return Ok(Some(token));
        }
        self.inner.tokens.of_profile(self, &self.profile_name(), end)
    }

    /// The environment's token for a service.
    pub(crate) fn bearer_token_of_environment(&self, signing_name: &str) -> Option<String> {
        let name = signing_name.replace(['-', ' '], "_").to_ascii_uppercase();
        self.inner.environment.filled(&format!("AWS_BEARER_TOKEN_{name}"))
    }

    /// Sets the credentials of all clients that are made from now on: keys, or a provider of one's own.
    pub fn set_credentials(&self, provider: impl ProvideCredentials + 'static) {
        *self.cache() = Some(Arc::new(Cache::new(Arc::new(provider), self.clock())));
    }

    /// The providers that are asked for credentials where none are set, in botocore's order: to be changed, and then set
    /// with [`set_credentials`](Self::set_credentials).
    pub fn credential_chain(&self) -> CredentialChain {
        CredentialChain::of_session(&self.without_credentials())
    }

    /// Logs in to IAM Identity Center, as `aws sso login` does: by a code that the user enters, or confirms, on a page that
    /// `show` tells of. Gives the end of the login.
    ///
    /// It is the login of the profile's `sso_session`, or of the `sso_start_url` and `sso_region` of an old profile. The
    /// token goes to `~/.aws/sso/cache`, where this crate, botocore and the AWS CLI find it. This waits until the user has
    /// answered; `show` is not called when the service asks nothing of the user, and an error of `show` ends it. The
    /// browser's way without a code (PKCE) is the AWS CLI's only.
    ///
    /// ```no_run
    /// # use botocore::Session;
    /// let session = Session::builder().profile("work").build();
    /// session.sso_login(|authorization| {
    ///     println!("Open {} and enter {}", authorization.verification_uri, authorization.user_code);
    ///     Ok(())
    /// })?;
    /// # Ok::<(), botocore::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the profile lacks something, when the user refuses or the code's time ends, and as a call's.
    pub fn sso_login(&self, show: impl FnOnce(&SsoAuthorization) -> Result<()>) -> Result<Timestamp> {
        let end = credentials::sso_login(self, show)?;
        self.inner.tokens.forgive();
        if let Some(cache) = &*self.cache() {
            cache.forgive();
        }
        Ok(end)
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
        ClientBuilder::new(self, C::service(), C::from_core)
    }

    /// Name, version and what was added.
    pub(crate) fn user_agent_parts(&self) -> (String, String, String) {
        let UserAgent { name, version, extra } = &self.read().user_agent;
        (name.clone(), version.clone(), extra.clone())
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.inner.environment
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

    /// The partitions, read once: those of a `partitions.json` among one's own models, else those that are compiled in.
    pub(crate) fn partitions(&self) -> Result<Arc<Partitions>> {
        let read = || match self.data_loader()?.own_data("partitions")? {
            Some(own) => Partitions::of_json(&own).map(Arc::new),
            None => Partitions::parse(PARTITIONS).map(Arc::new),
        };
        self.inner.partitions.get_or_init(read).clone()
    }

    /// The setting that the program itself added under that name.
    pub(crate) fn own_variable(&self, name: &str) -> Option<&SessionVariable> {
        self.inner.own_variables.get(name)
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
    pub(crate) fn scoped_properties(&self) -> Result<Option<Arc<Properties>>> {
        let name = self.profile();
        if let Some(scoped) = &*self.inner.scoped.read().unwrap_or_else(|poisoned| poisoned.into_inner())
            && scoped.name == name
        {
            return Ok(scoped.properties.clone());
        }
        let profiles = self.profiles()?;
        let properties = match &name {
            Some(name) => Some(profiles.profile(name)?),
            None => profiles.profiles.get("default"),
        };
        let properties = properties.cloned().map(Arc::new);
        let scoped = Scoped { name, properties: properties.clone() };
        *self.inner.scoped.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(scoped);
        Ok(properties)
    }

    pub(crate) fn credentials_cache(&self) -> Arc<Cache> {
        let make = || Arc::new(Cache::new(self.provider(), self.clock()));
        self.cache().get_or_insert_with(make).clone()
    }

    /// The environment's proxies.
    pub(crate) fn proxies(&self) -> Proxies {
        Proxies::from_environment(|name| self.inner.environment.get(name))
    }

    /// How servers prove who they are, where a client does not say.
    pub(crate) fn verify(&self) -> Result<Verify> {
        if let Some(verify) = &self.inner.verify {
            return Ok(verify.clone());
        }
        let environment = &self.inner.environment;
        let bundle = self.get_config_variable("ca_bundle")?.and_then(|value| value.as_str().map(str::to_owned));
        Ok(match bundle.or_else(|| environment.filled("REQUESTS_CA_BUNDLE")) {
            Some(path) if path.trim().is_empty() => {
                let message = "The file of authorities (AWS_CA_BUNDLE, ca_bundle in the profile or REQUESTS_CA_BUNDLE) is set \
                               to nothing: name a file, or leave it out";
                return Err(Error::new(ErrorKind::Config, message));
            }
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

    /// Where credentials of roles are kept between runs.
    pub(crate) fn credential_cache_dir(&self) -> Option<&Path> {
        self.inner.credential_cache_dir.as_deref()
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
        let code = code.map_err(failed)?.trim().to_owned();
        match code.is_empty() {
            true => Err(failed(io::Error::new(io::ErrorKind::UnexpectedEof, "none was given"))),
            false => Ok(code),
        }
    }

    /// The transport to metadata services, which are beside the program: no proxy, and little patience.
    pub(crate) fn metadata_transport(&self, timeout: Duration) -> Arc<dyn Transport> {
        match self.transport() {
            Some(transport) => transport,
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

/// Asks at the terminal itself where there is one: input and output may be files.
fn ask_at_terminal(serial: &str) -> io::Result<String> {
    let question = format!("Enter MFA code for {serial}: ");
    let mut code = String::new();
    #[cfg(unix)]
    if let Ok(terminal) = std::fs::File::options().read(true).write(true).open("/dev/tty") {
        (&terminal).write_all(question.as_bytes())?;
        io::BufReader::new(&terminal).read_line(&mut code)?;
        return Ok(code);
    }
    eprint!("{question}");
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
