/// What stopped a request on its way. Retries decide by it, and [`Error::transport_failure`](crate::Error::transport_failure)
/// tells it. In brackets are botocore's exceptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportFailure {
    /// The host's name has no address (`EndpointConnectionError`).
    Dns,
    /// Refused or unreachable (`EndpointConnectionError`).
    Connect,
    /// No connection in time (`ConnectTimeoutError`).
    ConnectTimeout,
    /// The handshake failed, or the server's certificate is not accepted (`SSLError`).
    Tls,
    /// The proxy refused, or cannot be reached (`ProxyConnectionError`).
    Proxy,
    /// Connected, but silent for too long (`ReadTimeoutError`).
    ReadTimeout,
    /// Closed before an answer (`ConnectionClosedError`).
    ConnectionClosed,
    /// An answer that is not HTTP (`HTTPClientError`).
    Protocol,
    /// The answer's body ended too early (`IncompleteReadError`, `ResponseStreamingError`).
    Body,
    /// The answer's body does not have the checksum that came with it: DynamoDB's `x-amz-crc32` (`ChecksumError`).
    Damage,
    /// The whole call was to take no longer: [`Config::call_timeout`](crate::Config::call_timeout).
    OutOfTime,
}
