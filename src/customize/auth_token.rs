use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::call;
use crate::client::{Core, ServiceClient};
use crate::error::Result;
use crate::http::Request;

const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What a database takes for a password, made of AWS credentials.
///
/// Any client gives credentials, region and clock; nothing is sent. A token opens connections for 15 minutes unless
/// [`expires_in`](Self::expires_in) says otherwise; connections stay open longer. Source:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html>, botocore's
/// `generate_db_auth_token` and `generate_db_connect_auth_token`.
///
/// ```
/// # #[cfg(feature = "sts")] {
/// use botocore::{AuthToken, Credentials, Session, sts};
///
/// let session = Session::new();
/// let client: sts::Client = session
///     .create_client()
///     .region_name("eu-west-1")
///     .credentials(Credentials::new("AKIDEXAMPLE", "secret", None))
///     .build()?;
/// let password = AuthToken::rds(&client, "db.example.com", 5432, "me").generate()?;
/// assert!(password.starts_with("db.example.com:5432/?Action=connect&DBUser=me&"));
/// # }
/// # Ok::<(), botocore::Error>(())
/// ```
pub struct AuthToken<'a> {
    core: &'a Core,
    host: String,
    query: String,
    signing_name: &'static str,
    region: Option<String>,
    expires: Duration,
}

impl<'a> AuthToken<'a> {
    /// For a user of an RDS or Aurora database.
    pub fn rds(client: &'a impl ServiceClient, hostname: &str, port: u16, username: &str) -> Self {
        AuthToken::of_rds(client.core(), hostname, port, username)
    }

    /// For a role's connection to an Aurora DSQL cluster.
    pub fn dsql(client: &'a impl ServiceClient, hostname: &str) -> Self {
        AuthToken::of_dsql(client.core(), hostname, "DbConnect")
    }

    /// For the role `admin` of an Aurora DSQL cluster.
    pub fn dsql_admin(client: &'a impl ServiceClient, hostname: &str) -> Self {
        AuthToken::of_dsql(client.core(), hostname, "DbConnectAdmin")
    }

    pub(crate) fn of_rds(core: &'a Core, hostname: &str, port: u16, username: &str) -> Self {
        let query = format!("Action=connect&DBUser={}", utf8_percent_encode(username, KEPT));
        AuthToken::of(core, format!("{hostname}:{port}"), query, "rds-db")
    }

    pub(crate) fn of_dsql(core: &'a Core, hostname: &str, action: &str) -> Self {
        AuthToken::of(core, hostname.to_owned(), format!("Action={action}"), "dsql")
    }

    fn of(core: &'a Core, host: String, query: String, signing_name: &'static str) -> Self {
        AuthToken { core, host, query, signing_name, region: None, expires: Duration::from_secs(900) }
    }

    /// Sets the database's region. Default: the client's.
    pub fn region_name(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets how long the token opens connections. Default: 15 minutes, of which RDS makes no more.
    pub fn expires_in(mut self, expires: Duration) -> Self {
        self.expires = expires;
        self
    }

    /// The token.
    ///
    /// # Errors
    /// When there are no credentials, or no region.
    pub fn generate(self) -> Result<String> {
        let mut request = Request {
            method: "GET",
            origin: format!("https://{}", self.host),
            path: "/".to_owned(),
            query: self.query,
            ..Request::default()
        };
        call::presign_request(self.core, &mut request, self.signing_name, self.region.as_deref(), self.expires)?;
        let url = request.url();
        Ok(url.strip_prefix("https://").unwrap_or(&url).to_owned())
    }
}
