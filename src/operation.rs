//! What generated code tells the runtime about a service and its operations.

use crate::shape::{Modeled, Typed};

/// A service, as its model describes it.
pub struct Service {
    /// The name of botocore's directory and of the cargo feature: `s3`.
    pub name: &'static str,
    /// `serviceId` of the model: `DynamoDB Streams`.
    pub id: &'static str,
    pub endpoint_prefix: &'static str,
    /// The name in signatures' scopes.
    pub signing_name: &'static str,
    pub api_version: &'static str,
    /// The protocol to speak: the first of the model's that is supported.
    pub protocol: Protocol,
    /// `signatureVersion` of the model: `v4`, `s3`, `bearer` …
    pub signature_version: &'static str,
    /// The service's auth schemes, best first, separated by spaces: `aws.auth#sigv4 smithy.api#httpBearerAuth`. May be empty.
    pub auth: &'static str,
    /// Facts of one protocol or service, as words: `json=1.1`, `target=DynamoDB_20120810`, `ns=URI` (XML namespace), `query-compatible`,
    /// `global=ENDPOINT`, `checksum=md5`, `discovery=required` or `discovery=optional` (the service tells its endpoints) …
    pub traits: &'static str,
    /// The endpoint rules in their compact form.
    pub endpoint_rules: &'static str,
    /// A zero value of the modelled error with that code or shape name.
    pub error: fn(&str) -> Option<Box<dyn Modeled>>,
}

/// An operation, as its model describes it.
pub struct Operation {
    /// The model's name: `GetObject`.
    pub name: &'static str,
    /// `GET`
    pub method: &'static str,
    /// The path with its labels and constant query: `/{Bucket}/{Key+}?x-id=GetObject`.
    pub uri: &'static str,
    /// What only some operations have, as words:
    ///
    /// | word | meaning |
    /// | --- | --- |
    /// | `auth=SCHEME[,SCHEME]` | auth schemes of this operation, best first; `auth=none` (`smithy.api#noAuth`): not signed |
    /// | `authtype=TYPE` | the model's `authtype`: `none`, `v4`, `v4-unsigned-body` |
    /// | `unsigned-payload` | the payload is not signed over TLS |
    /// | `events` | the answer is an event stream |
    /// | `host=PREFIX` | host prefix, with labels: `{AccountId}.` |
    /// | `wrapper=NAME` | the element around a query answer's members (`resultWrapper`) |
    /// | `checksum-required` | a request must carry a checksum |
    /// | `checksum-algorithm=MEMBER` | the input member (model name) that chooses the request's algorithm |
    /// | `checksum-mode=MEMBER` | the input member that asks for response checksums |
    /// | `checksum-responses=A,B` | algorithms an answer may carry |
    /// | `md5-required` | the older `httpChecksumRequired` |
    /// | `compress=gzip` | request compression |
    /// | `static=PARAM:JSON` | a static context parameter (value as JSON, without spaces) |
    /// | `operation-context=PARAM:EXPRESSION` | a context parameter by JMESPath |
    /// | `discovery=required`, `discovery=optional`, `discovery-operation` | endpoint discovery |
    /// | `requires-length` | the streamed body is sent with its length, not in chunks of unknown number |
    /// | `long-poll` | waits on the server's side |
    pub traits: &'static str,
}

/// The input of an operation, as generated code emits it.
pub trait Input: Typed {
    /// The client whose operation this is.
    type Client;
    /// What the operation answers.
    type Output: Typed + Default;

    /// The operation's facts.
    const OPERATION: &'static Operation;
}

/// The protocols of AWS services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// AWS JSON 1.0 and 1.1: `json=` of the service's traits.
    Json,
    RestJson,
    RestXml,
    Query,
    Ec2,
    /// Smithy RPC v2 CBOR
    RpcV2Cbor,
}

/// What follows `key` (which ends in `=`) in the word of `traits` that begins with it.
#[inline]
pub(crate) fn word(traits: &'static str, key: &str) -> Option<&'static str> {
    traits.split(' ').find_map(|word| word.strip_prefix(key))
}

/// Whether `traits` has that word.
#[inline]
pub(crate) fn has_word(traits: &str, word: &str) -> bool {
    traits.split(' ').any(|other| other == word)
}
