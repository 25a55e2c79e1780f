use super::*;
use crate::Session;
use crate::configuration::{ClientOptions, Config, Retries, Settings};
use crate::operation::{Protocol, Service};

const SERVICE: Service = Service {
    name: "s3",
    id: "S3",
    endpoint_prefix: "s3",
    signing_name: "s3",
    api_version: "2006-03-01",
    protocol: Protocol::RestXml,
    signature_version: "s3",
    auth: "",
    traits: "",
    endpoint_rules: "",
    error: |_| None,
};

/// The header of a client with that configuration, and what stands in it for the crate and the platform.
fn header(session: &Session, config: Config) -> String {
    let options = ClientOptions { config: Some(config), ..ClientOptions::default() };
    let settings = Settings::resolve(session, &SERVICE, &options).unwrap();
    let header = UserAgent::of_client(session, &settings).of_call(Features::default());
    header.replace(platform(), "PLATFORM").replace(VERSION, "VERSION")
}

fn session(variables: &[(&str, &str)]) -> Session {
    Session::builder().environment(variables.iter().copied().collect()).build()
}

#[test]
fn components_stand_in_botocores_order() {
    let bare = session(&[]);
    assert_eq!(header(&bare, Config::new()), "botocore-rs/VERSION ua/2.1 PLATFORM m/E,Z,b cfg/retry-mode#standard");
    let full = session(&[("AWS_EXECUTION_ENV", "AWS_Lambda_rust"), ("AWS_SDK_UA_APP_ID", "my app/1#2")]);
    full.set_user_agent("my tool", "1/0");
    full.set_user_agent_extra("session extra");
    let config = Config::new().user_agent_extra("client/extra").retries(Retries::new().mode(RetryMode::Adaptive));
    assert_eq!(
        header(&full, config),
        "my-tool/1-0 md/botocore-rs#VERSION ua/2.1 PLATFORM exec-env/AWS_Lambda_rust m/F,Z,b cfg/retry-mode#adaptive \
         app/my-app-1#2 session extra client/extra"
    );
}

#[test]
fn a_header_of_ones_own_stands_alone() {
    let session = session(&[("AWS_SDK_UA_APP_ID", "app")]);
    session.set_user_agent_extra("more");
    assert_eq!(header(&session, Config::new().user_agent("mine/1").user_agent_extra("last")), "mine/1 more last");
}

#[test]
fn settings_are_features_of_the_client() {
    let session = session(&[("AWS_ENDPOINT_URL", "http://localhost:1"), ("AWS_RETRY_MODE", "adaptive")]);
    let config = Config::new()
        .request_checksum_calculation(ChecksumMode::WhenRequired)
        .response_checksum_validation(ChecksumMode::WhenRequired);
    assert!(header(&session, config).contains(" m/F,N,a,c "), "the features");
}

#[test]
fn a_long_application_id_is_kept() {
    let id = "a".repeat(80);
    assert!(header(&session(&[("AWS_SDK_UA_APP_ID", &id)]), Config::new()).ends_with(&format!("app/{id}")));
}

#[test]
fn headers_of_the_same_features_are_made_once() {
    let session = session(&[]);
    let settings = Settings::resolve(&session, &SERVICE, &ClientOptions::default()).unwrap();
    let agent = UserAgent::of_client(&session, &settings);
    let features = Features::default().with(Feature::Paginator);
    let (first, second) = (agent.of_call(features), agent.of_call(features));
    assert!(Arc::ptr_eq(&first, &second) && first.contains(" m/C,E,Z,b "));
}

#[test]
fn components_hold_no_separators() {
    assert_eq!(sanitized("my app/1#2\u{e9}", false), "my-app-1-2-");
    assert_eq!(sanitized("my app/1#2", true), "my-app-1#2");
}
