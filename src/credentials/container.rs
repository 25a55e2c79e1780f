use std::net::IpAddr;
use std::time::Duration;

use super::answer::{self, Names, failed};
use super::exchange::{self, Answer};
use super::{Credentials, ProvideCredentials};
use crate::Session;
use crate::configuration::Environment;
use crate::error::Result;
use crate::http::Request;

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TIMEOUT: Duration = Duration::from_secs(2);
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);
const SOURCE: &str = "the container's metadata";
/// The hosts that may be asked without TLS, beside loopback ones: those of ECS and EKS.
const HOSTS: [&str; 4] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost"];

/// The role of an ECS task or an EKS pod. Source: botocore's `ContainerProvider`.
#[derive(Debug)]
pub(crate) struct Container {
    session: Session,
}

impl Container {
    pub(crate) fn new(session: Session) -> Self {
        Container { session }
    }
}

impl ProvideCredentials for Container {
    fn name(&self) -> &str {
        super::chain::CONTAINER
    }

    fn provide(&self) -> Result<Option<Credentials>> {
        let environment = self.session.environment();
        let Some(url) = url(environment)? else { return Ok(None) };
        let answer = self.ask(&url)?;
        let names = Names { token: "Token", temporary: true };
        let credentials = answer::credentials(&answer::json(&answer.text, SOURCE)?, &names, SOURCE)?;
        Ok(Some(credentials.with_features(&["z"])))
    }

    fn why_none(&self) -> String {
        format!("neither {RELATIVE} nor {FULL} is set")
    }
}

impl Container {
    fn ask(&self, url: &str) -> Result<Answer> {
        let transport = self.session.metadata_transport(TIMEOUT);
        let mut attempt = 1;
        loop {
            let problem = match exchange::send(&*transport, self.request(url)?, "") {
                Ok(answer)
                    if answer.status == 200 && serde_json::from_str::<serde_json::Value>(&answer.text).is_ok() =>
                {
                    return Ok(answer);
                }
                Ok(answer) if answer.status == 200 => failed(SOURCE, "its answer is not JSON"),
                Ok(answer) => failed(SOURCE, &format!("{url} answered with HTTP {}", answer.status)),
                Err(error) => failed(SOURCE, &format!("{url} could not be asked")).with_source(error),
            };
            if attempt == ATTEMPTS {
                return Err(problem);
            }
            log::debug!("{problem}");
            attempt += 1;
            self.session.clock().sleep(PAUSE);
        }
    }

    fn request(&self, url: &str) -> Result<Request> {
        let mut request = exchange::request("GET", url)?;
        request.headers.set("Accept", "application/json");
        if let Some(token) = token(self.session.environment())? {
            request.headers.set("Authorization", token);
        }
        Ok(request)
    }
}

/// Where to ask; `None` where there is no container.
pub(crate) fn url(environment: &Environment) -> Result<Option<String>> {
    if let Some(path) = environment.filled(RELATIVE) {
        if !path.starts_with('/') {
            return Err(failed(SOURCE, &format!("the value {path:?} of {RELATIVE} does not begin with a slash")));
        }
        return Ok(Some(format!("http://{}{path}", HOSTS[0])));
    }
    let Some(url) = environment.filled(FULL) else { return Ok(None) };
    let request = exchange::request("GET", &url)?;
    let host = exchange::host(&request.origin);
    let loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if request.origin.starts_with("https:") || loopback || HOSTS.contains(&host) {
        return Ok(Some(url));
    }
    let hosts = HOSTS.join(", ");
    Err(failed(
        SOURCE,
        &format!("{FULL} names the host {host}; without TLS, only loopback addresses and {hosts} are asked"),
    ))
}

/// What proves to the container's agent who asks; the file is read anew each time.
fn token(environment: &Environment) -> Result<Option<String>> {
    let token =
        match environment.filled("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            Some(path) => Some(std::fs::read_to_string(&path).map_err(|cause| {
                failed(SOURCE, &format!("the token file {path} could not be read")).with_source(cause)
            })?),
            None => environment.filled("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
        };
    match token {
        Some(token) if token.contains(['\r', '\n']) => {
            Err(failed(SOURCE, "the authorization token has a line break, which no header can have"))
        }
        token => Ok(token),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Suite;

    #[test]
    fn url_vectors() {
        let Some((mut suite, vectors)) = Suite::read("ecs", "credentials/ecs-tests.json") else { return };
        for case in vectors["tests"].as_array().expect("a list of tests") {
            suite.case(case["docs"].as_str().unwrap_or_default(), || {
                let variables = case["env"].as_object().expect("variables").iter();
                let environment =
                    variables.map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())).collect();
                match (url(&environment), case["result"]["Ok"].as_str()) {
                    (Ok(url), Some(expected)) => assert_eq!(url.as_deref(), Some(expected), "{}", case["docs"]),
                    (Err(_), None) => {}
                    (got, _) => panic!("{}: {got:?}", case["docs"]),
                }
                Ok(())
            });
        }
        suite.finish();
    }

    #[test]
    fn only_the_containers_own_hosts_are_asked_without_tls() {
        let url = |value: &str| url(&Environment::empty().with(FULL, value));
        for good in [
            "http://127.0.0.1:1/c",
            "http://[::1]/c",
            "http://localhost/c",
            "http://169.254.170.23/c",
            "https://a.example/c",
        ] {
            assert!(url(good).is_ok(), "{good}");
        }
        for bad in
            ["http://a.example/c", "http://localhost.example/c", "http://169.254.170.2@evil/", "ftp://localhost/c"]
        {
            assert!(url(bad).is_err(), "{bad}");
        }
        assert!(super::url(&Environment::empty().with(RELATIVE, ".evil.example/c")).is_err());
    }
}
