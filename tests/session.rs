//! The session and the clients it makes: profiles, settings, models, clients by name, what a client tells of itself, and
//! the header that names it.

use std::path::PathBuf;
use std::time::Duration;

use botocore::{
    Config, ConfigSource, ConfigValue, Credentials, Environment, ErrorKind, Replay, Retries, RetryMode, Session,
    SessionVariable, get_session, s3, sts,
};
use serde_json::json;

fn environment() -> Environment {
    Environment::empty().with("AWS_EC2_METADATA_DISABLED", "true")
}

fn session(replay: &Replay) -> Session {
    Session::builder()
        .environment(environment())
        .region("us-west-2")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret", None))
        .transport(replay.clone())
        .build()
}

/// A home directory of a test's own, with these files.
fn home(name: &str, config: &str, credentials: &str) -> PathBuf {
    let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("session-{name}"));
    std::fs::create_dir_all(home.join(".aws")).unwrap();
    std::fs::write(home.join(".aws/config"), config).unwrap();
    std::fs::write(home.join(".aws/credentials"), credentials).unwrap();
    home
}

fn s3(session: &Session) -> s3::Client {
    s3::Client::new(session).unwrap()
}

/// The `m/` component of the last request.
fn features(replay: &Replay) -> Vec<String> {
    let request = replay.requests().pop().expect("a request");
    let header = request.headers.get("User-Agent").expect("the header").to_owned();
    let component = header.split(' ').find_map(|component| component.strip_prefix("m/")).unwrap_or_default();
    component.split(',').map(str::to_owned).collect()
}

/// A cloud of one's own, whose regions botocore's data do not know.
#[test]
fn partitions_of_ones_own_stand_in_place_of_the_compiled_ones() {
    let home = home("partitions", "", "");
    let file = home.join(".aws/models/partitions.json");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let partitions = json!({ "partitions": [{ "id": "mine", "regionRegex": "^mine-\\d+$", "regions": {}, "outputs": {
        "dnsSuffix": "mine.example", "dualStackDnsSuffix": "dual.example", "implicitGlobalRegion": "mine-1",
        "supportsFIPS": false, "supportsDualStack": true } }] });
    let replay = Replay::new();
    let origin = |dual_stack: bool| {
        let client: sts::Client = Session::builder()
            .environment(environment().with_home(&home))
            .credentials(Credentials::new("AKIDEXAMPLE", "secret", None))
            .config(Config::new().use_dualstack_endpoint(dual_stack).retries(Retries::new().max_attempts(1)))
            .region("mine-2")
            .transport(replay.clone())
            .build()
            .create_client()
            .build()?;
        drop(client.get_caller_identity().send());
        botocore::Result::Ok(replay.requests().pop().expect("a request").origin)
    };
    std::fs::write(&file, partitions.to_string()).unwrap();
    assert_eq!(origin(false).unwrap(), "https://sts.mine-2.mine.example");
    assert_eq!(origin(true).unwrap(), "https://sts.mine-2.dual.example");
    std::fs::write(&file, "{}").unwrap();
    let error = origin(false).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Data);
    assert!(error.to_string().contains("partitions.json"), "{error}");
    std::fs::remove_file(&file).unwrap();
    assert_eq!(origin(false).unwrap(), "https://sts.mine-2.amazonaws.com");
}

mod profiles {
    use super::*;

    const CREDENTIALS: &str = "[default]\naws_access_key_id = of-default\naws_secret_access_key = s\n\
        [first]\naws_access_key_id = of-first\naws_secret_access_key = s\n\
        [second]\naws_access_key_id = of-second\naws_secret_access_key = s\n";

    fn id(session: &Session) -> String {
        session.get_credentials().unwrap().expect("credentials").access_key_id().to_owned()
    }

    #[test]
    fn the_variable_with_default_in_its_name_wins() {
        let home = home("profiles", "", CREDENTIALS);
        let of = |variables: &[(&str, &str)]| {
            let environment = variables.iter().fold(environment(), |all, (name, value)| all.with(*name, *value));
            id(&Session::builder().environment(environment.with_home(&home)).build())
        };
        assert_eq!(of(&[]), "of-default");
        assert_eq!(of(&[("AWS_PROFILE", "first")]), "of-first");
        assert_eq!(of(&[("AWS_PROFILE", "first"), ("AWS_DEFAULT_PROFILE", "second")]), "of-second");
    }

    #[test]
    fn keys_of_the_environment_win_unless_code_chose_the_profile() {
        let home = home("keys", "", CREDENTIALS);
        let environment = environment()
            .with("AWS_ACCESS_KEY_ID", "of-environment")
            .with("AWS_SECRET_ACCESS_KEY", "s")
            .with("AWS_PROFILE", "first")
            .with_home(home);
        assert_eq!(id(&Session::builder().environment(environment.clone()).build()), "of-environment");
        assert_eq!(id(&Session::builder().environment(environment.clone()).profile("second").build()), "of-second");
        let later = Session::builder().environment(environment).build();
        later.set_profile("second");
        assert_eq!((later.profile().as_deref(), id(&later).as_str()), (Some("second"), "of-second"));
    }

    #[test]
    fn a_change_of_profile_changes_what_is_read() {
        let home = home("change", "[profile one]\nregion = eu-west-1\n[profile two]\nregion = eu-north-1\n", "");
        let session = Session::builder().environment(environment().with_home(home)).build();
        assert_eq!(session.region().unwrap(), None);
        for (profile, region) in [("one", "eu-west-1"), ("two", "eu-north-1"), ("one", "eu-west-1")] {
            session.set_profile(profile);
            assert_eq!(session.region().unwrap().as_deref(), Some(region));
            assert_eq!(session.get_scoped_config().unwrap().get("region"), Some(&region.into()));
            assert_eq!(s3(&session).meta().region_name(), Some(region));
        }
        session.set_profile("three");
        let error = session.region().unwrap_err().to_string();
        assert!(error.contains("three") && error.contains("one, two"), "{error}");
    }

    #[test]
    fn the_whole_configuration_has_sections() {
        let config = "[profile one]\ns3 =\n  addressing_style = path\n[sso-session s]\nsso_region = x\n[services v]\ns3 =\n  endpoint_url = u\n";
        let session =
            Session::builder().environment(environment().with_home(home("full", config, CREDENTIALS))).build();
        let full = session.full_config().unwrap();
        let section = |name: &str| full.get(name).and_then(ConfigValue::as_map).unwrap();
        let names: Vec<_> = section("profiles").keys().map(String::as_str).collect();
        assert_eq!(names, ["one", "default", "first", "second"]);
        assert_eq!(session.available_profiles().unwrap(), names);
        let one = section("profiles").get("one").and_then(ConfigValue::as_map).unwrap();
        let style = one.get("s3").and_then(ConfigValue::as_map).and_then(|s3| s3.get("addressing_style"));
        assert_eq!(style, Some(&"path".into()));
        assert!(section("sso_sessions").contains_key("s") && section("services").contains_key("v"));
    }
}

mod variables {
    use super::*;

    #[test]
    fn variables_of_ones_own_are_looked_for_everywhere() {
        let home = home("own", "[default]\nown = of-profile\nnest =\n  own = nested\n", "");
        let variable = || SessionVariable::new().property("own").environment("OWN").default("default");
        let build = |environment: Environment| {
            Session::builder().environment(environment).session_variable("own", variable()).build()
        };
        let get = |session: &Session| session.get_config_variable("own").unwrap();
        assert_eq!(get(&build(environment())), Some("default".into()));
        let session = build(environment().with_home(&home));
        assert_eq!(get(&session), Some("of-profile".into()));
        assert_eq!(session.get_config_variable_from("own", &[ConfigSource::Environment]).unwrap(), None);
        let session = build(environment().with_home(&home).with("OWN", "of-environment"));
        assert_eq!(get(&session), Some("of-environment".into()));
        session.set_config_variable("own", "of-code");
        assert_eq!(get(&session), Some("of-code".into()));
        assert_eq!(session.instance_variables().len(), 1);
        let nested = SessionVariable::new().property("nest.own");
        let session =
            Session::builder().environment(environment().with_home(&home)).session_variable("n", nested).build();
        assert_eq!(session.get_config_variable("n").unwrap(), Some("nested".into()));
    }

    #[test]
    fn a_variable_of_ones_own_may_stand_for_a_known_one() {
        let region = SessionVariable::new().environment("MY_REGION");
        let environment = environment().with("MY_REGION", "eu-west-3").with("AWS_DEFAULT_REGION", "eu-west-1");
        let session = Session::builder().environment(environment).session_variable("region", region).build();
        assert_eq!(s3(&session).meta().region_name(), Some("eu-west-3"));
    }

    #[test]
    fn a_conversion_that_fails_names_the_variable() {
        let number = SessionVariable::new()
            .environment("N")
            .convert(|text| text.parse::<i64>().map(Into::into).map_err(|problem| problem.to_string()));
        let session =
            Session::builder().environment(environment().with("N", "x")).session_variable("n", number).build();
        let error = session.get_config_variable("n").unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.to_string().contains("of n is not valid"), "{error}");
    }

    #[test]
    fn sessions_are_made_of_variables() {
        let variables = [("AWS_DEFAULT_REGION".to_owned(), "eu-west-1".to_owned())].into();
        assert_eq!(get_session(Some(variables)).region().unwrap().as_deref(), Some("eu-west-1"));
    }

    #[test]
    fn a_session_is_shared_by_threads_and_clones() {
        fn shared<T: Clone + Send + Sync + 'static>(value: &T) -> T {
            value.clone()
        }
        let session = Session::builder().environment(environment()).build();
        let clone = shared(&session);
        std::thread::spawn(move || clone.set_config_variable("region", "eu-west-1")).join().unwrap();
        assert_eq!(session.region().unwrap().as_deref(), Some("eu-west-1"));
        shared(&s3(&session));
    }
}

mod models {
    use super::*;

    #[test]
    fn the_models_of_compiled_services_are_there() {
        let session = Session::builder().environment(environment()).build();
        let services = session.get_available_services().unwrap();
        assert!(services.contains(&"s3".to_owned()) && services.contains(&"sts".to_owned()), "{services:?}");
        let s3 = session.get_service_model("s3", None).unwrap();
        assert_eq!((s3.service_name(), s3.service_id(), s3.api_version()), ("s3", Some("S3"), Some("2006-03-01")));
        assert_eq!(s3.resolved_protocol().unwrap(), "rest-xml");
        let put = s3.operation_model("PutObject").unwrap();
        let input = put.input_shape().unwrap();
        assert_eq!(input.required_members(), ["Bucket", "Key"]);
        assert!(put.has_streaming_input() && input.payload() == Some("Body"));
        assert!(s3.operation_model("SelectObjectContent").unwrap().has_event_stream_output());
        // Changed by the extras.
        assert_eq!(s3.shape_for("Expires").unwrap().type_name(), "timestamp");
        let pages = session.get_paginator_model("s3", None).unwrap();
        assert_eq!(pages.get_paginator("ListObjectsV2").unwrap().non_aggregate_keys(), ["RequestCharged", "Prefix"]);
        let waiters = session.get_waiter_model("s3", Some("2006-03-01")).unwrap();
        assert_eq!(waiters.waiter_names(), ["BucketExists", "BucketNotExists", "ObjectExists", "ObjectNotExists"]);
        assert_eq!(session.get_service_data("sts", None).unwrap()["metadata"]["serviceId"], "STS");
        assert!(session.get_data("s3/2006-03-01/endpoint-rule-set-1").unwrap().get("rules").is_some());
    }

    #[test]
    fn what_is_not_there_is_told() {
        let session = Session::builder().environment(environment()).build();
        for error in [
            session.get_service_model("no-such-service", None).unwrap_err(),
            session.get_waiter_model("sts", None).unwrap_err(),
            session.get_service_model("s3", Some("1999-01-01")).unwrap_err(),
            session.get_data("no-such-data").unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Data, "{error}");
        }
    }

    #[test]
    fn a_client_of_a_model_calls_what_the_model_has() {
        let client = s3(&session(&Replay::new()));
        let model = client.meta().service_model().unwrap();
        assert_eq!(model.service_name(), "s3");
        let methods = client.meta().method_to_api_mapping().unwrap();
        assert_eq!(methods.get("list_objects_v2").map(String::as_str), Some("ListObjectsV2"));
        assert_eq!(methods.len(), model.operation_names().len());
    }
}

mod clients {
    use super::*;

    #[test]
    fn a_service_that_is_named_is_called_with_json() {
        let body = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>\
            </GetCallerIdentityResult></GetCallerIdentityResponse>";
        let replay = Replay::new().answer(200, [], body);
        let session = session(&replay);
        let client = session.create_client_by_name("sts").unwrap().region_name("eu-west-1").build().unwrap();
        assert_eq!(client.call("GetCallerIdentity", json!({})).unwrap()["Account"], "123456789012");
        assert_eq!(replay.requests()[0].origin, "https://sts.eu-west-1.amazonaws.com");
        assert_eq!(client.meta().service_name(), "sts");
        assert!(client.operation_names().any(|name| name == "AssumeRole"));
        assert!(client.call("GetCallerIdentty", json!({})).unwrap_err().to_string().contains("GetCallerIdentity"));
        let error = session.create_client_by_name("stss").err().unwrap();
        assert!(error.kind() == ErrorKind::Config && error.to_string().contains("sts"), "{error}");
    }

    #[test]
    fn the_api_version_is_that_of_the_compiled_model() {
        let session = session(&Replay::new());
        let build = |version: &str| session.create_client::<s3::Client>().api_version(version).build();
        assert_eq!(build("2006-03-01").unwrap().meta().api_version(), "2006-03-01");
        let error = build("2010-01-01").unwrap_err().to_string();
        assert!(error.contains("2010-01-01") && error.contains("2006-03-01"), "{error}");
        let home = home("versions", "[default]\napi_versions =\n  s3 = 2001-01-01\n", "");
        let session = Session::builder().environment(environment().with_home(home)).region("us-west-2").build();
        assert!(s3::Client::new(&session).unwrap_err().to_string().contains("2001-01-01"));
        assert!(sts::Client::new(&session).is_ok());
    }

    #[test]
    fn a_client_tells_region_endpoint_and_partition() {
        let session = session(&Replay::new());
        let client = |region: &str| session.create_client::<sts::Client>().region_name(region).build().unwrap();
        for (region, partition, url) in [
            ("us-west-2", "aws", "https://sts.us-west-2.amazonaws.com"),
            ("cn-north-1", "aws-cn", "https://sts.cn-north-1.amazonaws.com.cn"),
            ("us-gov-west-1", "aws-us-gov", "https://sts.us-gov-west-1.amazonaws.com"),
            ("some-random-region", "aws", "https://sts.some-random-region.amazonaws.com"),
        ] {
            let client = client(region);
            let meta = client.meta();
            assert_eq!(
                (meta.region_name(), meta.partition(), meta.endpoint_url()),
                (Some(region), partition, Some(url))
            );
        }
        let s3 = |region: &str| session.create_client::<s3::Client>().region_name(region);
        let url = |client: s3::Client| client.meta().endpoint_url().map(str::to_owned);
        assert_eq!(url(s3("eu-west-1").build().unwrap()).as_deref(), Some("https://s3.eu-west-1.amazonaws.com"));
        assert_eq!(url(s3("us-east-1").build().unwrap()).as_deref(), Some("https://s3.amazonaws.com"));
        let plain = s3("eu-west-1").use_ssl(false).build().unwrap();
        assert_eq!(url(plain).as_deref(), Some("http://s3.eu-west-1.amazonaws.com"));
        let own = s3("eu-west-1").endpoint_url("http://localhost:4566").build().unwrap();
        assert_eq!(url(own).as_deref(), Some("http://localhost:4566"));
        let nowhere = Session::builder().environment(environment()).build();
        assert_eq!(sts::Client::new(&nowhere).unwrap().meta().endpoint_url(), Some("https://sts.amazonaws.com"));
        assert!(session.create_client::<sts::Client>().region_name("not/a/region").build().is_err());
    }

    #[test]
    fn a_client_tells_its_settings() {
        let session = Session::builder()
            .environment(environment().with("AWS_MAX_ATTEMPTS", "7").with("AWS_USE_FIPS_ENDPOINT", "true"))
            .region("us-west-2")
            .config(Config::new().connect_timeout(Duration::from_secs(9)).user_agent_extra("more"))
            .build();
        let config = Config::new().retries(Retries::new().mode(RetryMode::Adaptive));
        let config = session.create_client::<s3::Client>().config(config).build().unwrap().meta().config();
        assert_eq!(config.region_name.as_deref(), Some("us-west-2"));
        assert_eq!(
            (config.connect_timeout, config.read_timeout),
            (Some(Duration::from_secs(9)), Some(Duration::from_secs(60)))
        );
        let retries = config.retries.unwrap();
        assert_eq!((retries.mode, retries.total_max_attempts), (Some(RetryMode::Adaptive), Some(7)));
        assert_eq!((config.use_fips_endpoint, config.signature_version.as_deref()), (Some(true), Some("s3v4")));
        assert!(config.user_agent.unwrap().ends_with(" more"));
    }
}

mod user_agent {
    use super::*;

    const LISTING: &str = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";

    #[test]
    fn features_belong_to_their_call_alone() {
        let replay = Replay::new()
            .answer(200, [], LISTING)
            .answer(200, [], LISTING)
            .answer(200, [], "")
            .answer(200, [], "")
            .answer(200, [], LISTING);
        let client = s3(&session(&replay));
        client.list_objects_v2("bucket").send().unwrap();
        let plain = features(&replay);
        assert_eq!(plain, ["E", "Z", "b", "e"]);
        client.list_objects_v2("bucket").items().for_each(drop);
        assert_eq!(features(&replay), ["C", "E", "Z", "b", "e"]);
        client.wait_until_bucket_exists("bucket").wait().unwrap();
        assert_eq!(features(&replay), ["B", "E", "Z", "b", "e"]);
        client.put_object("bucket", "key").body("text").send().unwrap();
        assert_eq!(features(&replay), ["E", "U", "Z", "b", "e"]);
        client.list_objects_v2("bucket").send().unwrap();
        assert_eq!(features(&replay), plain);
    }

    #[test]
    fn the_place_of_the_keys_is_in_the_header() {
        let replay = Replay::new().answer(200, [], LISTING);
        let environment = Environment::empty()
            .with("AWS_EC2_METADATA_DISABLED", "true")
            .with("AWS_ACCESS_KEY_ID", "AKID")
            .with("AWS_SECRET_ACCESS_KEY", "SECRET");
        let session = Session::builder().environment(environment).region("eu-west-1").transport(replay.clone()).build();
        s3(&session).list_objects_v2("bucket").send().unwrap();
        assert_eq!(features(&replay), ["E", "Z", "b", "g"]);
    }

    #[test]
    fn features_do_not_leak_between_threads() {
        let replay = (0..40).fold(Replay::new(), |replay, _| replay.answer(200, [], LISTING));
        let client = s3(&session(&replay));
        std::thread::scope(|scope| {
            for paged in [true, false, true, false] {
                let client = &client;
                scope.spawn(move || {
                    for _ in 0..10 {
                        match paged {
                            true => client.list_objects_v2("paged").items().for_each(drop),
                            false => drop(client.list_objects_v2("plain").send().unwrap()),
                        }
                    }
                });
            }
        });
        let requests = replay.requests();
        assert_eq!(requests.len(), 40);
        for request in requests {
            let paged = request.origin.contains("paged");
            assert_eq!(request.headers.get("User-Agent").unwrap().contains(" m/C,"), paged);
        }
    }

    #[test]
    fn names_extras_and_ids_are_in_the_header() {
        let replay = Replay::new().answer(200, [], LISTING).answer(200, [], LISTING);
        let session = session(&replay);
        session.set_user_agent("my-tool", "1.2");
        session.set_user_agent_extra("extra/1");
        let client = session
            .create_client::<s3::Client>()
            .config(Config::new().user_agent_appid("app id").user_agent_extra("extra/2"))
            .build()
            .unwrap();
        client.list_objects_v2("bucket").send().unwrap();
        let header = replay.requests()[0].headers.get("User-Agent").unwrap().to_owned();
        assert!(header.starts_with("my-tool/1.2 md/botocore-rs#"), "{header}");
        assert!(header.contains(" ua/2.1 os/") && header.contains(" lang/rust "), "{header}");
        assert!(header.ends_with(" cfg/retry-mode#standard app/app-id extra/1 extra/2"), "{header}");
        let own = session.create_client::<s3::Client>().config(Config::new().user_agent("mine/1")).build().unwrap();
        own.list_objects_v2("bucket").send().unwrap();
        assert_eq!(replay.requests()[1].headers.get("User-Agent"), Some("mine/1 extra/1"));
    }
}

mod regions {
    use super::*;

    #[test]
    fn partitions_and_regions_are_known() {
        let session = Session::builder().environment(environment()).build();
        assert!(session.get_available_partitions().starts_with(&["aws", "aws-cn", "aws-us-gov"]));
        assert_eq!(session.get_partition_for_region("eu-west-1").unwrap(), "aws");
        assert_eq!(session.get_partition_for_region("us-gov-new-9").unwrap(), "aws-us-gov");
        assert!(session.get_partition_for_region("nowhere").is_err());
        assert!(session.get_available_regions::<s3::Client>("aws", false).contains(&"eu-west-1"));
        assert!(session.get_available_regions_by_name("s3", "aws-cn", false).unwrap().contains(&"cn-north-1"));
        assert!(session.get_available_regions_by_name("s3", "aws", true).unwrap().contains(&"aws-global"));
        assert!(session.get_available_regions_by_name("no-such-service", "aws", false).unwrap().is_empty());
    }
}
