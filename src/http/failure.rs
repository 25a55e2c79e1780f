/// What stopped a request on its way: the retry room decides by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransportFailure {
    /// The host's name has no address.
    Dns,
    /// Refused or unreachable.
    Connect,
    /// No connection in time.
    ConnectTimeout,
    /// The handshake failed, or the server's certificate is not accepted.
    Tls,
    /// The proxy refused, or cannot be reached.
    Proxy,
    /// Connected, but silent for too long.
    ReadTimeout,
    /// Closed before an answer.
    ConnectionClosed,
    /// An answer that is not HTTP.
    Protocol,
    /// The answer's body ended too early.
    Body,
    /// The answer's body does not have the checksum that came with it.
    Damage,
    /// The whole call was to take no longer.
    OutOfTime,
}
