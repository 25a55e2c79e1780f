use std::fmt;

/// The proxies for each scheme, and the hosts that are reached without. Source: botocore's `utils.get_environ_proxies`
/// over Python's `urllib.request`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// The proxy of `http` URLs: `http://user:password@host:port`; without a scheme, `http` is meant.
    pub http: Option<String>,
    /// The proxy of `https` URLs.
    pub https: Option<String>,
    /// Names of hosts and domains, separated by commas, that are reached without a proxy; `*` for all.
    pub no_proxy: Option<String>,
}

impl Proxies {
    /// The environment's proxies: `https_proxy`, `http_proxy` and `no_proxy` in lower case, else in upper case.
    /// An empty lower-case variable switches the upper-case one off. A CGI program (`REQUEST_METHOD` is set) has no
    /// `http` proxy, as its caller could set that variable by a header.
    pub(crate) fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let find = |lower: &str, upper: &str| match lookup(lower) {
            Some(value) => Some(value).filter(|value| !value.is_empty()),
            None => lookup(upper).filter(|value| !value.is_empty()),
        };
        let http = match lookup("REQUEST_METHOD") {
            Some(_) => lookup("http_proxy").filter(|value| !value.is_empty()),
            None => find("http_proxy", "HTTP_PROXY"),
        };
        Proxies { http, https: find("https_proxy", "HTTPS_PROXY"), no_proxy: find("no_proxy", "NO_PROXY") }
    }

    /// The proxy to use for a host, as a URL with a scheme.
    pub(crate) fn for_host(&self, scheme: &str, authority: &str) -> Option<String> {
        let proxy = if scheme == "https" { &self.https } else { &self.http };
        let proxy = proxy.as_deref().filter(|proxy| !proxy.is_empty())?;
        match self.bypasses(authority) {
            true => None,
            false => Some(with_scheme(proxy)),
        }
    }

    fn bypasses(&self, authority: &str) -> bool {
        let Some(names) = &self.no_proxy else { return false };
        let authority = authority.to_ascii_lowercase();
        let host = without_port(&authority);
        names.trim() == "*"
            || names
                .split(',')
                .map(|name| name.trim().trim_start_matches('.').to_ascii_lowercase())
                .filter(|name| !name.is_empty())
                .any(|name| is_within(host, &name) || is_within(&authority, &name))
    }
}

fn with_scheme(proxy: &str) -> String {
    if proxy.contains("://") { proxy.to_owned() } else { format!("http://{}", proxy.trim_start_matches('/')) }
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Without user names and passwords.
impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxies")
            .field("http", &self.http.as_deref().map(without_user))
            .field("https", &self.https.as_deref().map(without_user))
            .field("no_proxy", &self.no_proxy)
            .finish()
    }
}

/// A proxy's URL without its user name and password.
pub(super) fn without_user(proxy: &str) -> String {
    let (scheme, rest) = proxy.split_once("://").unwrap_or(("http", proxy));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    format!("{scheme}://{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Proxies {
        Proxies::from_environment(|name| {
            variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn lower_case_wins_and_may_switch_off() {
        let proxies = environment(&[("HTTPS_PROXY", "http://upper"), ("https_proxy", "http://lower")]);
        assert_eq!(proxies.for_host("https", "a.example").as_deref(), Some("http://lower"));
        let proxies = environment(&[("HTTPS_PROXY", "http://upper"), ("https_proxy", "")]);
        assert_eq!(proxies.for_host("https", "a.example"), None);
        let proxies = environment(&[("HTTPS_PROXY", "http://upper")]);
        assert_eq!(proxies.for_host("https", "a.example").as_deref(), Some("http://upper"));
        assert_eq!(proxies.for_host("http", "a.example"), None);
    }

    #[test]
    fn a_cgi_program_takes_no_proxy_from_a_header() {
        let proxies = environment(&[("HTTP_PROXY", "http://evil"), ("REQUEST_METHOD", "GET")]);
        assert_eq!(proxies.http, None);
    }

    #[test]
    fn a_proxy_without_a_scheme_is_http() {
        for (given, expected) in
            [("proxy:3128", "http://proxy:3128"), ("//proxy", "http://proxy"), ("https://proxy", "https://proxy")]
        {
            let proxies = Proxies { http: Some(given.to_owned()), ..Proxies::default() };
            assert_eq!(proxies.for_host("http", "a.example").as_deref(), Some(expected), "{given}");
        }
    }

    #[test]
    fn no_proxy_names_hosts_domains_and_ports() {
        let bypasses =
            |names: &str, host: &str| Proxies { no_proxy: Some(names.to_owned()), ..Proxies::default() }.bypasses(host);
        assert!(bypasses("*", "a.example"));
        assert!(bypasses("b.example, a.example", "A.example"));
        assert!(bypasses(".example", "a.example:443"));
        assert!(bypasses("example", "a.example"));
        assert!(bypasses("a.example:8080", "a.example:8080"));
        assert!(!bypasses("a.example:8080", "a.example"));
        assert!(!bypasses("ample", "a.example"));
        assert!(bypasses("169.254.169.254", "169.254.169.254"));
        assert!(!bypasses("", "a.example"));
        // As Python has it: no patterns, no networks, and addresses of version 6 in brackets only.
        assert!(!bypasses("*.example", "a.example") && !bypasses("*, b.example", "a.example"));
        assert!(!bypasses("127.0.0.0/8", "127.0.0.1"));
        assert!(bypasses("[::1]", "[::1]:80") && !bypasses("::1", "[::1]:80"));
    }

    #[test]
    fn passwords_stay_hidden() {
        let proxies = Proxies { https: Some("http://me:secret@proxy:1".to_owned()), ..Proxies::default() };
        assert!(!format!("{proxies:?}").contains("secret"));
    }
}
