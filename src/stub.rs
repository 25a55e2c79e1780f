//! A double of a service for tests of the code that calls it: answers in a queue, and what calls must ask for.
//!
//! ```
//! # #[cfg(feature = "s3")] {
//! use botocore::s3::error::NoSuchKey;
//! use botocore::s3::operation::{GetObjectInput, GetObjectOutput, ListObjectsV2Input};
//! use botocore::stub::{ANY, Expected, Refusal, Stubber};
//! use botocore::{Environment, Session, s3};
//! use serde_json::json;
//!
//! // No keys are needed, and no network.
//! let session = Session::builder().environment(Environment::empty()).region("eu-west-1").build();
//! let s3 = s3::Client::new(&session)?;
//! let stubber = Stubber::new(&s3);
//!
//! let mut output = GetObjectOutput::default();
//! output.body = "hello".into();
//! stubber.add_response(Expected::input(GetObjectInput::new("bucket", "key")), output);
//! let expected = Expected::<ListObjectsV2Input>::params(json!({ "Bucket": "bucket", "Prefix": ANY }));
//! stubber.add_json(expected, &json!({ "Contents": [{ "Key": "logs/1", "Size": 7 }] }))?;
//! stubber.add_client_error(Expected::<GetObjectInput>::any(), Refusal::new("NoSuchKey").status(404));
//!
//! stubber.activate()?;
//! assert_eq!(s3.get_object("bucket", "key").send()?.body.read_to_string()?, "hello");
//! assert_eq!(s3.list_objects_v2("bucket").prefix("logs/").send()?.contents[0].key, "logs/1");
//! assert!(s3.get_object("bucket", "other").send().unwrap_err().is::<NoSuchKey>());
//! stubber.assert_no_pending_responses();
//! # }
//! # Ok::<(), botocore::Error>(())
//! ```
//!
//! Parameters are compared as JSON in the form of `Client::call`, so that all values have an equality: timestamps by their
//! text, blobs and streamed bodies by their base64 text. Source: botocore's `stub.Stubber`.
//!
//! Other doubles: [`Replay`](crate::Replay) answers HTTP, so that signing, parsing and retries run too;
//! [`hooks::BeforeCall`](crate::hooks::BeforeCall) answers by a function of one's own.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Map, Value as Json};

use crate::client::ServiceClient;
use crate::error::{Answer, Error, ErrorKind, Result};
use crate::hooks::{BeforeCall, BeforeEndpointResolution, Emitter, Handler};
use crate::http::{Headers, ResponseMetadata};
use crate::operation::Input;
use crate::shape::schema::Schema;
use crate::shape::{Document, Modeled, Value, View, json};

/// Stands for any value in [`Expected::params`], at any depth.
pub const ANY: &str = "\0botocore.stub.ANY";

/// Answers the calls of a client from a queue. Clones share the queue.
///
/// While it is [active](Self::activate), each call of the client and its clones takes the next response; it fails with
/// [`ErrorKind::Hook`] when that is for another operation or expects other parameters, and when there is none. Nothing is
/// sent or signed, and nothing is retried. Presigning goes on as before.
pub struct Stubber<C> {
    events: Emitter,
    queue: Arc<Queue>,
    /// The handlers, while it is active.
    handlers: Arc<Mutex<Option<(Handler, Handler)>>>,
    client: PhantomData<fn(&C)>,
}

#[derive(Default)]
struct Queue(Mutex<VecDeque<Stub>>);

struct Stub {
    operation: &'static str,
    expected: Option<Map<String, Json>>,
    answer: Box<Answering>,
}

/// What a response does with the call that takes it.
type Answering = dyn FnOnce(&mut BeforeCall<'_>) -> Result<()> + Send;

/// What a call of the operation with the input `I` must ask for.
pub struct Expected<I> {
    params: Option<Map<String, Json>>,
    input: PhantomData<fn(&I)>,
}

impl<I: Input> Expected<I> {
    /// Whatever is asked for.
    pub fn any() -> Self {
        Expected { params: None, input: PhantomData }
    }

    /// Exactly this input: no more members, and no fewer.
    pub fn input(input: I) -> Self {
        Expected { params: json::write(&input).map(object), input: PhantomData }
    }

    /// Exactly these members, as JSON by their names in the model, with [`ANY`] where the value does not matter.
    pub fn params(params: Document) -> Self {
        Expected { params: Some(object(params)), input: PhantomData }
    }
}

fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(members) => members,
        _ => Map::new(),
    }
}

/// An error of the service.
pub struct Refusal {
    code: String,
    message: String,
    status: u16,
    request_id: Option<String>,
    members: Members,
}

/// The members of a modelled error.
enum Members {
    None,
    Typed(Arc<dyn Modeled>),
    Json(Document),
}

impl Refusal {
    /// The error of that code, `NoSuchKey`. A code that the model knows is an error of that type. Default: HTTP 400, no
    /// message.
    pub fn new(code: impl Into<String>) -> Self {
        Refusal { code: code.into(), message: String::new(), status: 400, request_id: None, members: Members::None }
    }

    /// Sets the message.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Sets the HTTP status.
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Sets the id of the request.
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// Sets the modelled error itself, with its members.
    pub fn modeled<T: Modeled>(mut self, error: T) -> Self {
        self.members = Members::Typed(Arc::new(error));
        self
    }

    /// Sets members of the modelled error, as JSON by their names in the model.
    pub fn modeled_fields(mut self, members: Document) -> Self {
        self.members = Members::Json(members);
        self
    }

    fn into_error(self, known: fn(&str) -> Option<Box<dyn Modeled>>) -> Result<Error> {
        let modeled = match self.members {
            Members::Typed(error) => Some(error),
            Members::None => known(&self.code).map(Into::into),
            Members::Json(members) => {
                let Some(mut error) = known(&self.code) else {
                    let message = format!("The model has no error {}, which could have members", self.code);
                    return Err(Error::new(ErrorKind::Serialize, message));
                };
                json::read(&mut *error, &members, false)?;
                Some(error.into())
            }
        };
        let metadata = ResponseMetadata::new(self.status, Headers::default(), self.request_id, None, 0);
        let throttling = self.status == 429 || self.code.contains("Throttl");
        let (code, message) = (self.code, self.message);
        Ok(Error::service(Answer { code, message, fault: None, metadata, throttling, modeled }))
    }
}

impl<C: ServiceClient> Stubber<C> {
    /// A double of the client's service, not active yet.
    pub fn new(client: &C) -> Self {
        let events = client.meta().events().clone();
        Stubber { events, queue: Arc::default(), handlers: Arc::default(), client: PhantomData }
    }

    /// Adds an output to the queue.
    pub fn add_response<I>(&self, expected: Expected<I>, output: I::Output)
    where
        I: Input<Client = C>,
        I::Output: Send,
    {
        self.add(expected, move |event| event.answer(output));
    }

    /// Adds an output to the queue, as JSON by the names of the model.
    ///
    /// # Errors
    /// [`ErrorKind::Serialize`], when the model has no such members, or has them otherwise.
    pub fn add_json<I>(&self, expected: Expected<I>, output: &Document) -> Result<()>
    where
        I: Input<Client = C>,
        I::Output: Send,
    {
        let mut read = I::Output::default();
        json::read(&mut read, output, false)
            .map_err(|error| error.in_operation(C::service().name, I::OPERATION.name))?;
        self.add_response(expected, read);
        Ok(())
    }

    /// Adds an error of the service to the queue.
    ///
    /// # Errors
    /// [`ErrorKind::Serialize`], when the model does not have the error's members so.
    pub fn add_client_error<I: Input<Client = C>>(&self, expected: Expected<I>, refusal: Refusal) -> Result<()> {
        let error = refusal.into_error(C::service().error)?;
        self.add(expected, move |event| {
            event.answer = Some(Err(error));
            Ok(())
        });
        Ok(())
    }

    fn add<I: Input>(
        &self,
        expected: Expected<I>,
        answer: impl FnOnce(&mut BeforeCall<'_>) -> Result<()> + Send + 'static,
    ) {
        let stub = Stub { operation: I::OPERATION.name, expected: expected.params, answer: Box::new(answer) };
        lock(&self.queue.0).push_back(stub);
    }

    /// Answers the client's calls from now on.
    ///
    /// # Errors
    /// [`ErrorKind::Hook`], when the client's events take no handlers.
    pub fn activate(&self) -> Result<()> {
        let mut handlers = lock(&self.handlers);
        if handlers.is_some() {
            return Ok(());
        }
        let queue = self.queue.clone();
        let answer = Handler::new(move |event: &mut BeforeCall<'_>| Ok(queue.answer(event)?));
        // Credentials would be asked for the account, and tests have none.
        let account = Handler::new(|event: &mut BeforeEndpointResolution<'_>| {
            Ok(event.set_built_in("AWS::Auth::AccountIdEndpointMode", "disabled")?)
        });
        self.events.register_first(BEFORE_CALL, answer.clone())?;
        self.events.register_last(BEFORE_ENDPOINT, account.clone())?;
        *handlers = Some((answer, account));
        Ok(())
    }

    /// Lets the client's calls go to the service again. What is in the queue stays.
    pub fn deactivate(&self) {
        if let Some((answer, account)) = lock(&self.handlers).take() {
            self.events.unregister(BEFORE_CALL, &answer);
            self.events.unregister(BEFORE_ENDPOINT, &account);
        }
    }

    /// The operations of the responses that no call has taken, in their order.
    pub fn pending(&self) -> Vec<&'static str> {
        lock(&self.queue.0).iter().map(|stub| stub.operation).collect()
    }

    /// Asserts that all expected calls were made.
    ///
    /// # Panics
    /// When there are responses in the queue.
    #[track_caller]
    pub fn assert_no_pending_responses(&self) {
        let pending = self.pending();
        assert!(
            pending.is_empty(),
            "{} responses of the stubber were not asked for: {}",
            pending.len(),
            pending.join(", ")
        );
    }
}

const BEFORE_CALL: &str = "before-call";
const BEFORE_ENDPOINT: &str = "before-endpoint-resolution";

impl Queue {
    /// Answers a call with the next response, when that is for it.
    fn answer(&self, event: &mut BeforeCall<'_>) -> Result<()> {
        let problem = |text: String| Err(Error::new(ErrorKind::Hook, text));
        let mut queue = lock(&self.0);
        let called = event.operation_name();
        let Some(next) = queue.front() else {
            return problem(format!(
                "The stubber has no response for {called}: it was not stubbed, or called once more than that"
            ));
        };
        if next.operation != called {
            return problem(format!("The stubber's next response is for {}, and {called} was called", next.operation));
        }
        if let Some(expected) = &next.expected {
            let mut received = json::write(event.input).map(object).unwrap_or_default();
            if let Some(name) = streamed(event.input) {
                // It is in the request already.
                received.insert(name.to_owned(), json::write(&event.request.body).unwrap_or_default());
            }
            let differences = differences(expected, &received);
            if !differences.is_empty() {
                let differences = differences.join("; ");
                return problem(format!("The parameters are not those that the stubber expects: {differences}"));
            }
        }
        match queue.pop_front() {
            Some(stub) => (stub.answer)(event),
            None => Ok(()),
        }
    }
}

/// The member that is the body of the request as it comes.
fn streamed(input: &dyn Value) -> Option<&'static str> {
    let mut name = None;
    input.view(&mut |view| {
        if let View::Structure(schema, members) = view {
            let described = Schema::new(schema).members();
            name = described.zip(members).find(|(_, value)| json::streams(**value)).map(|(member, _)| member.name());
        }
    });
    name
}

/// What is other than expected, a member each.
fn differences(expected: &Map<String, Json>, received: &Map<String, Json>) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, wanted) in expected {
        match received.get(name) {
            Some(value) if is_as(wanted, value) => {}
            // A list without elements is not sent.
            None if is_empty(wanted) => {}
            Some(value) if !is_empty(value) => differences.push(format!("{name} is {value}, not {wanted}")),
            _ => differences.push(format!("{name} is missing, which should be {}", shown(wanted))),
        }
    }
    for (name, value) in received.iter().filter(|(name, _)| !expected.contains_key(*name)) {
        if !is_empty(value) {
            differences.push(format!("{name} is {value}, and was not expected"));
        }
    }
    differences
}

fn is_as(wanted: &Json, value: &Json) -> bool {
    match (wanted, value) {
        (wanted, _) if is_any(wanted) => true,
        (Json::Number(wanted), Json::Number(value)) => wanted == value || wanted.as_f64() == value.as_f64(),
        (Json::Array(wanted), Json::Array(values)) => {
            wanted.len() == values.len() && wanted.iter().zip(values).all(|(wanted, value)| is_as(wanted, value))
        }
        (Json::Object(wanted), Json::Object(values)) => differences(wanted, values).is_empty(),
        (wanted, value) => wanted == value,
    }
}

fn is_any(json: &Json) -> bool {
    json.as_str() == Some(ANY)
}

fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Array(elements) => elements.is_empty(),
        Json::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn shown(wanted: &Json) -> String {
    if is_any(wanted) { "there".to_owned() } else { wanted.to_string() }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl<C> Clone for Stubber<C> {
    fn clone(&self) -> Self {
        let Stubber { events, queue, handlers, .. } = self;
        Stubber { events: events.clone(), queue: queue.clone(), handlers: handlers.clone(), client: PhantomData }
    }
}

impl<C> fmt::Debug for Stubber<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stubber({} responses)", lock(&self.queue.0).len())
    }
}
