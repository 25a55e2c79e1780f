//! A call, from typed input to typed output: the steps in their order, and nothing that a single step could own.

mod attempt;
#[cfg(all(test, costs, feature = "s3"))]
mod costs;
mod discovery;
mod events;
mod express;
mod presigned;
mod redirect;
mod skew;

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

pub(crate) use presigned::{presign_request, sign_post};

use crate::client::Core;
use crate::clock::Clock as _;
use crate::components::{EndpointRequest, ResolvedEndpoint};
use crate::configuration::ChecksumMode;
use crate::credentials::Credentials;
use crate::endpoint::{self, AuthScheme, Endpoint, Param, RuleSet, Scheme, Signature, Signer, is_s3};
use crate::error::{Error, ErrorKind, Result};
use crate::hooks::Context;
use crate::http::{Headers, Request, ResponseMetadata};
use crate::operation::{Input, Operation, Protocol, has_word, word};
use crate::shape::schema::Schema;
use crate::shape::{Typed, Value, View};
use crate::signing::{self, PathStyle, Payload, PayloadChoice, TokenName};
use crate::user_agent::{self, Feature};
use crate::{checksum, compression, customize, history, protocol, recursion};

/// Sends `input` and waits for the answer.
#[inline]
pub(crate) fn send<I: Input>(core: &Core, input: &I) -> Result<I::Output> {
    let mut output = I::Output::default();
    run(core, I::OPERATION, input, &mut output)?;
    Ok(output)
}

/// The URL that does what `send` would do, for whoever has it, for so long.
#[inline]
pub(crate) fn presign<I: Input>(core: &Core, input: &I, expires: Duration) -> Result<String> {
    presigned(core, I::OPERATION, input, None, expires)
}

pub(crate) fn run(core: &Core, operation: &'static Operation, input: &dyn Typed, output: &mut dyn Typed) -> Result<()> {
    run_within(core, operation, input, output, None)
}

/// A call that another waits for, which has a limit of its own.
fn run_within(
    core: &Core,
    operation: &'static Operation,
    input: &dyn Typed,
    output: &mut dyn Typed,
    limit: Option<Limit>,
) -> Result<()> {
    let _noted = user_agent::scope();
    let call = Call::new(core, operation);
    let call = Call { limit: limit.or(call.limit), ..call };
    call.run(input, output).map_err(|error| error.in_operation(core.service().name, operation.name))
}

pub(crate) fn presigned(
    core: &Core,
    operation: &'static Operation,
    input: &dyn Typed,
    method: Option<&'static str>,
    expires: Duration,
) -> Result<String> {
    let _noted = user_agent::scope();
    let call = Call::new(core, operation);
    call.presigned(input, method, expires).map_err(|error| error.in_operation(core.service().name, operation.name))
}

struct Call<'a> {
    core: &'a Core,
    operation: &'static Operation,
    /// Whether what botocore does in handlers of its own is done.
    builtin: bool,
    context: RefCell<Context>,
    /// The directory bucket whose session signs.
    bucket: OnceCell<String>,
    /// What S3's Version 2 signs in place of the path.
    resource: OnceCell<String>,
    /// Whether S3's host without a region is wanted.
    global_host: Cell<bool>,
    /// When it must be over.
    limit: Option<Limit>,
}

/// The end of the time that a call may take.
#[derive(Clone, Copy)]
struct Limit {
    end: Instant,
    allowed: Duration,
}

/// A request that lacks only what each attempt adds.
struct Prepared {
    request: Request,
    scheme: Scheme,
    payload: Payload,
    /// Whether checksums of the answer are compared.
    checked: bool,
}

/// Seconds that a presigned URL lasts at most: AWS refuses those that are to last longer.
const LONGEST: u64 = 7 * 24 * 3600;

impl<'a> Call<'a> {
    fn new(core: &'a Core, operation: &'static Operation) -> Self {
        let builtin = core.session().has_builtin_handlers();
        let (bucket, resource, global_host) = (OnceCell::new(), OnceCell::new(), Cell::new(false));
        let limit = core.call_timeout().and_then(|allowed| {
            let end = Instant::now().checked_add(allowed)?;
            Some(Limit { end, allowed })
        });
        Call { core, operation, builtin, context: RefCell::default(), bucket, resource, global_host, limit }
    }
}

impl Call<'_> {
    fn run(&self, input: &dyn Typed, output: &mut dyn Typed) -> Result<()> {
        history::record("API_CALL", &|| {
            json!({
                "service": self.core.service().name,
                "operation": self.operation.name,
                "params": history::members(input),
            })
        });
        let changed = self.input_of_hooks(input)?;
        let input = changed.as_deref().unwrap_or(input);
        let (mut request, scheme) = self.begin(input)?;
        if let Some(answer) = self.before_call(&mut request, input, output)? {
            return self.after_call(answer.and_then(|()| answered(output)), output);
        }
        let mut prepared = self.prepare(request, scheme, input)?;
        match self.exchange(input, &mut prepared, output) {
            Err(error) if error.kind() != ErrorKind::Service => Err(self.after_call_error(error)),
            result => self.after_call(result, output),
        }
    }

    /// Gives the status.
    fn exchange(&self, input: &dyn Typed, prepared: &mut Prepared, output: &mut dyn Typed) -> Result<u16> {
        let (facts, attempts, course) = self.attempts(input, prepared, output)?;
        if self.builtin {
            customize::output(self.core.service(), self.operation, input, output)
                .map_err(|error| error.after_attempts(attempts))?;
        }
        let status = facts.status;
        let metadata = ResponseMetadata::new(status, facts.headers, facts.request_id, facts.host_id, attempts);
        protocol::set_metadata(output, metadata.with_course(course))?;
        Ok(status)
    }

    fn presigned(&self, input: &dyn Typed, method: Option<&'static str>, expires: Duration) -> Result<String> {
        if !(1..=LONGEST).contains(&expires.as_secs()) || expires > Duration::from_secs(LONGEST) {
            let message =
                format!("A presigned URL lasts from 1 second to 7 days ({LONGEST} s), not {} s", expires.as_secs_f64());
            return Err(Error::new(ErrorKind::Sign, message));
        }
        let changed = self.input_of_hooks(input)?;
        let input = changed.as_deref().unwrap_or(input);
        self.global_host.set(self.presigns_globally());
        let (mut request, scheme) = self.request(input)?;
        if self.builtin {
            customize::request(self.core.service(), self.operation, &mut request)?;
            customize::presign(self.core.service(), self.operation, &mut request);
        }
        request.method = method.unwrap_or(request.method);
        let scheme = self.choose_signer(&scheme)?.unwrap_or(scheme);
        self.before_sign(&mut request, &scheme)?;
        match &scheme {
            Scheme::Unsigned => {}
            Scheme::Signature(signature) => {
                let credentials = self.credentials()?;
                let payload = if is_s3(self.core.service()) { Payload::Unsigned } else { Payload::Body };
                let params = self.signing(&credentials, signature, payload);
                match signature.asymmetric {
                    true => signing::presign_v4a(&mut request, &params, expires)?,
                    false => signing::presign(&mut request, &params, expires)?,
                }
            }
            Scheme::Session(signature) => {
                let credentials = self.session_credentials()?;
                let params = self.signing_in_session(&credentials, signature, Payload::Unsigned);
                signing::presign(&mut request, &params, expires)?;
            }
            Scheme::S3Version2 => {
                let (credentials, time) = (self.credentials()?, self.core.time().now());
                signing::presign_s3_v2(&mut request, &credentials, self.resource(), time, expires);
            }
            Scheme::Version2 => return Err(Error::new(ErrorKind::Sign, "Signature Version 2 has no presigned URLs")),
            Scheme::Bearer => return Err(Error::new(ErrorKind::Sign, "A bearer token cannot be put into a URL")),
        }
        Ok(request.url())
    }

    /// The request of the input at its endpoint, with the body as it is.
    fn request(&self, input: &dyn Typed) -> Result<(Request, Scheme)> {
        let (service, settings) = (self.core.service(), self.core.settings());
        if self.builtin {
            customize::input(service, self.operation, input)?;
        }
        self.core.discovery().check(self.operation)?;
        let endpoint = self.endpoint(input)?;
        let mut token = || if self.builtin { uuid() } else { String::new() };
        let mut request = protocol::serialize(service, self.operation, input, &mut token)?;
        if service.protocol == Protocol::RpcV2Cbor {
            user_agent::register(Feature::ProtocolRpcV2Cbor);
        }
        let prefix = match settings.inject_host_prefix {
            true => protocol::host_prefix(self.operation, input)?,
            false => None,
        };
        let scheme = self.scheme(&endpoint)?;
        self.note_bucket(&scheme, input);
        self.note_resource(&scheme, input, &request.path);
        join(&mut request, &endpoint, prefix.as_deref())?;
        // The older signature is of `/bucket/`: servers that look at the path alone are to see that there, too.
        if scheme == Scheme::S3Version2 && self.resource().ends_with('/') && !request.path.ends_with('/') {
            request.path.push('/');
        }
        Ok((request, scheme))
    }

    fn scheme(&self, endpoint: &Endpoint) -> Result<Scheme> {
        let service = self.core.service();
        let has_token = self.core.session().bearer_token_of_environment(service.signing_name).is_some();
        let signer = Signer { settings: self.core.settings(), region: self.core.signing_region(), has_token };
        Scheme::choose(service, self.operation, endpoint, &signer)
    }

    fn endpoint(&self, input: &dyn Typed) -> Result<Arc<Endpoint>> {
        let settings = self.core.settings();
        let account_id = || -> Result<Option<String>> {
            match &settings.credentials {
                Some(credentials) => Ok(credentials.get(self.end())?.account_id().map(str::to_owned)),
                None => Ok(None),
            }
        };
        let context: Vec<(&str, Param<'_>)> = settings.client_context();
        let mut built_ins = self.core.built_ins(&account_id, &context);
        if let Some(region) = self.core.region_of(|| customize::movable(self.core.service(), input)) {
            user_agent::register(Feature::S3RegionRedirect);
            built_ins.region = Some(region.into());
        }
        if self.builtin {
            let global_host = self.global_host.get();
            customize::built_ins(self.core.service(), self.operation, input, global_host, &mut built_ins)?;
        }
        let built_ins = self.before_endpoint_resolution(input, built_ins)?;
        if let Some(endpoint) = self.resolved(input, built_ins.region.as_deref())? {
            return Ok(Arc::new(endpoint));
        }
        let rules = self.core.rules();
        let parameters = endpoint::parameters(rules, self.operation, input, &built_ins)?.read_by(rules);
        if built_ins.region.is_none() && built_ins.endpoint.is_none() && wants_region(rules) {
            settings.require_region()?;
        }
        if let Some(endpoint) = self.core.endpoints().get(&parameters) {
            return Ok(endpoint);
        }
        let endpoint = rules.resolve(&parameters, self.core.partitions())?;
        let tls = settings.use_ssl || settings.endpoint_url.is_some();
        let endpoint = if tls { endpoint } else { endpoint.without_tls() };
        Ok(self.core.endpoints().keep(parameters, endpoint))
    }

    /// What the component that stands in place of the rules says.
    fn resolved(&self, input: &dyn Typed, region: Option<&str>) -> Result<Option<Endpoint>> {
        let Some(resolver) = self.core.resolver() else { return Ok(None) };
        let asked = EndpointRequest { service: self.core.service(), operation: self.operation, region, input };
        Ok(resolver.resolve(&asked)?.map(|resolved| {
            let ResolvedEndpoint { url, headers, signing_name, signing_region } = resolved;
            let scheme = (signing_name.is_some() || signing_region.is_some()).then_some(AuthScheme {
                name: "sigv4",
                signing_name,
                signing_region,
                signing_region_set: Vec::new(),
                disable_double_encoding: false,
            });
            let headers = headers.into_iter().map(|(name, value)| (name, vec![value])).collect();
            Endpoint { url, headers, auth_schemes: scheme.into_iter().collect(), properties: Vec::new() }
        }))
    }

    /// The request as `before-call` sees it.
    fn begin(&self, input: &dyn Typed) -> Result<(Request, Scheme)> {
        let (mut request, scheme) = self.request(input)?;
        self.discover(&mut request)?;
        self.set_limits(&mut request);
        request.headers.set("User-Agent", &*self.core.user_agent());
        if self.builtin {
            request.headers.set("amz-sdk-invocation-id", uuid());
            recursion::hand_on_trace(self.core.session().environment(), &mut request.headers);
            customize::request(self.core.service(), self.operation, &mut request)?;
            customize::sent(self.core.service(), self.operation, &mut request)?;
            self.add_copy_url(&mut request, &scheme)?;
        }
        Ok((request, scheme))
    }

    fn set_limits(&self, request: &mut Request) {
        request.read_timeout = self.core.read_timeout();
        request.deadline = self.end();
    }

    /// When it must be over.
    fn end(&self) -> Option<Instant> {
        self.limit.map(|limit| limit.end)
    }

    fn prepare(&self, mut request: Request, scheme: Scheme, input: &dyn Typed) -> Result<Prepared> {
        let (service, settings) = (self.core.service(), self.core.settings());
        let traits = self.operation.traits;
        let checked = self.ask_for_checksums(input, &mut request);
        let streaming = streams(input);
        self.compress(&mut request, streaming)?;
        // The older signature knows no sums behind the body.
        let plan = self.checksum_plan(&mut request, input, streaming && scheme != Scheme::S3Version2)?;
        let place = plan.map(|plan| plan.place);
        let mut payload = Payload::choose(PayloadChoice {
            hash: request.headers.get("X-Amz-Content-SHA256"),
            tls: request.origin.starts_with("https:"),
            s3: is_s3(service),
            unsigned_operation: has_word(traits, "unsigned-payload")
                || word(traits, "authtype=") == Some("v4-unsigned-body"),
            payload_signing_enabled: settings.s3.payload_signing_enabled,
            streaming,
            checksum_header: place == Some(checksum::Place::Header) || request.headers.get("Content-MD5").is_some(),
            checksum_trailer: place == Some(checksum::Place::Trailer),
        });
        if let Some(plan) = plan {
            // Handlers may still change the body; then its hash is taken when it is signed.
            let hash =
                payload == Payload::Body && self.quiet() && matches!(scheme, Scheme::Signature(_) | Scheme::Session(_));
            if let Some(hash) = checksum::add(&mut request, plan, hash)? {
                payload = Payload::of_hash(&hash);
            }
        }
        if payload == Payload::UnsignedTrailer {
            request.headers.set("X-Amz-Content-SHA256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        }
        Ok(Prepared { request, scheme, payload, checked })
    }

    /// Asks for checksums in the answer, unless the caller chose. Source: botocore's
    /// `_handle_request_validation_mode_member`.
    fn ask_for_checksums(&self, input: &dyn Value, request: &mut Request) -> bool {
        let Some(name) = word(self.operation.traits, "checksum-mode=") else { return false };
        match member_text(input, name) {
            (_, Some(_)) => true,
            (Some(header), None)
                if self.core.settings().response_checksum_validation == ChecksumMode::WhenSupported =>
            {
                request.headers.set(header, "ENABLED");
                true
            }
            _ => false,
        }
    }

    fn compress(&self, request: &mut Request, streaming: bool) -> Result<()> {
        let Some(encodings) = word(self.operation.traits, "compress=") else { return Ok(()) };
        let settings = self.core.settings();
        let choice = compression::Choice {
            encodings,
            disabled: settings.disable_request_compression,
            min_size: settings.request_min_compression_size_bytes.into(),
            streaming,
            requires_length: has_word(self.operation.traits, "requires-length"),
        };
        compression::compress(request, &choice).map(drop)
    }

    fn checksum_plan(
        &self,
        request: &mut Request,
        input: &dyn Value,
        streaming: bool,
    ) -> Result<Option<checksum::Plan>> {
        let traits = self.operation.traits;
        let member = word(traits, "checksum-algorithm=");
        let (header, value) = match member {
            Some(name) => member_text(input, name),
            None => (None, None),
        };
        let choice = checksum::Choice {
            supported: member.is_some(),
            required: has_word(traits, "checksum-required") || has_word(traits, "md5-required"),
            algorithm: value.as_deref(),
            algorithm_header: header,
            streaming,
            calculation: self.core.settings().checksum_calculation(),
            old: is_s3(self.core.service()) && self.core.settings().endpoint_url.is_some(),
        };
        checksum::plan(request, &choice)
    }

    fn signing<'a>(
        &'a self,
        credentials: &'a Credentials,
        signature: &'a Signature,
        payload: Payload,
    ) -> signing::Params<'a> {
        signing::Params {
            credentials,
            region: &signature.region,
            service: &signature.name,
            time: self.core.time().now(),
            payload,
            path: PathStyle { normalize: !is_s3(self.core.service()), double_encode: signature.double_encode },
            payload_header: is_s3(self.core.service()),
            token: TokenName::Security,
            keys: self.core.keys(),
        }
    }

    /// Keeps the bucket whose session is to sign.
    fn note_bucket(&self, scheme: &Scheme, input: &dyn Value) {
        if let (Scheme::Session(_), Some(bucket)) = (scheme, customize::movable(self.core.service(), input)) {
            let _ = self.bucket.set(bucket);
        }
    }

    /// Keeps what S3's Version 2 is to sign: the path with the bucket, wherever that goes.
    fn note_resource(&self, scheme: &Scheme, input: &dyn Value, path: &str) {
        // A handler may choose it, too.
        if *scheme == Scheme::S3Version2 || !self.quiet() {
            let bucket = customize::movable(self.core.service(), input).filter(|bucket| !bucket.starts_with("arn:"));
            let path = if path.is_empty() { "/" } else { path };
            let _ = self.resource.set(bucket.map_or_else(|| path.to_owned(), |bucket| format!("/{bucket}{path}")));
        }
    }

    fn resource(&self) -> &str {
        self.resource.get().map_or("/", String::as_str)
    }

    fn signing_in_session<'a>(
        &'a self,
        credentials: &'a Credentials,
        signature: &'a Signature,
        payload: Payload,
    ) -> signing::Params<'a> {
        signing::Params { token: TokenName::S3Session, ..self.signing(credentials, signature, payload) }
    }

    fn credentials(&self) -> Result<Credentials> {
        match &self.core.settings().credentials {
            Some(credentials) => credentials.get(self.end()),
            None => Err(Error::new(
                ErrorKind::Credentials,
                "Requests of this client are not signed, so it has no credentials",
            )),
        }
    }
}

/// What a handler answered has the status 200, unless it has one already. Gives the status.
fn answered(output: &mut dyn Typed) -> Result<u16> {
    match protocol::status(output) {
        0 => {
            protocol::set_metadata(output, ResponseMetadata::new(200, Headers::default(), None, None, 0))?;
            Ok(200)
        }
        status => Ok(status),
    }
}

fn wants_region(rules: &RuleSet) -> bool {
    rules.parameters().iter().any(|parameter| parameter.built_in == Some("AWS::Region"))
}

/// A random UUID, version 4.
pub(crate) fn uuid() -> String {
    #[cfg(all(test, conformance))]
    return crate::conformance::UUID.get().to_owned();
    #[cfg(not(all(test, conformance)))]
    random_uuid()
}

#[cfg(not(all(test, conformance)))]
fn random_uuid() -> String {
    let bits = fastrand::u128(..);
    let (high, low) = ((bits >> 64) as u64, bits as u64);
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

/// Whether a member is a stream of bytes or events.
fn streams(value: &dyn Value) -> bool {
    let mut found = false;
    value.view(&mut |view| {
        if let View::Structure(_, members) = view {
            for member in members {
                member.view(&mut |view| found |= matches!(view, View::Stream(_) | View::Events(_)));
            }
        }
    });
    found
}

/// The wire name and the text of a member.
fn member_text(input: &dyn Value, name: &str) -> (Option<&'static str>, Option<String>) {
    let (mut wire, mut text) = (None, None);
    input.view(&mut |view| {
        if let View::Structure(schema, members) = view
            && let Some((index, member)) = Schema::new(schema).member(name)
        {
            wire = Some(member.wire());
            members[index].view(&mut |view| {
                if let View::Str(value) = view {
                    text = Some(value.to_owned());
                }
            });
        }
    });
    (wire, text)
}

/// Puts a request at its endpoint. Source: botocore's `prepare_request_dict`.
fn join(request: &mut Request, endpoint: &Endpoint, prefix: Option<&str>) -> Result<()> {
    let broken =
        || Error::new(ErrorKind::Endpoint, format!("The endpoint {} is not a URL with scheme and host", endpoint.url));
    let (scheme, rest) = endpoint.url.split_once("://").ok_or_else(broken)?;
    let (authority, base) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if authority.is_empty() || !matches!(scheme, "http" | "https") {
        return Err(broken());
    }
    request.origin = format!("{scheme}://{}{authority}", prefix.unwrap_or_default());
    match request.path.as_str() {
        _ if base.is_empty() => {}
        "" | "/" => request.path = base.to_owned(),
        _ => request.path.insert_str(0, base.trim_end_matches('/')),
    }
    for (name, values) in &endpoint.headers {
        if let Some(value) = values.first() {
            request.headers.set(name.clone(), value.clone());
        }
    }
    Ok(())
}
