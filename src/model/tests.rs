//! Models of directories: botocore's layout, versions, extras, and what is wrong with them.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::{ErrorKind, Session};

/// A directory for one test, emptied.
fn directory(name: &str) -> PathBuf {
    let path = crate::configuration::scratch(&format!("model-{name}"));
    fs::remove_dir_all(&path).unwrap();
    path
}

fn put(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn model(version: &str) -> String {
    format!(
        r#"{{"metadata":{{"apiVersion":"{version}","endpointPrefix":"zoo","serviceId":"The Zoo","protocols":["query","json"],"protocol":"query","awsQueryCompatible":{{}}}},
        "documentation":"<p>Animals.</p>",
        "clientContextParams":{{"Wild":{{"type":"boolean","documentation":"Outside."}}}},
        "operations":{{
          "Watch":{{"name":"Watch2","http":{{"method":"GET","requestUri":"/{{Animal}}"}},"input":{{"shape":"In"}},"output":{{"shape":"Out"}},
            "errors":[{{"shape":"Gone"}},{{"shape":"Closed"}}],"auth":["aws.auth#sigv4"],"idempotent":true,"deprecated":true,"deprecatedMessage":"Look.",
            "staticContextParams":{{"Near":{{"value":true}}}},"operationContextParams":{{"Names":{{"path":"Tags[*].Key"}}}},
            "endpointdiscovery":{{"required":true}},"httpChecksum":{{"requestAlgorithmMember":"A"}},"requestcompression":{{"encodings":["gzip"]}}}},
          "Find":{{"name":"Find","http":{{"method":"POST","requestUri":"/"}},"endpointoperation":true}}
        }},
        "shapes":{{
          "In":{{"type":"structure","required":["Animal"],"members":{{
            "Token":{{"shape":"Text","idempotencyToken":true}},
            "Animal":{{"shape":"Kind","location":"uri","locationName":"animal","documentation":"Which.","contextParam":{{"name":"Pet"}}}},
            "Tags":{{"shape":"Tags"}},"Body":{{"shape":"Bytes","streaming":true}}}},"payload":"Body"}},
          "Out":{{"type":"structure","members":{{"Seen":{{"shape":"Seen"}}}}}},
          "Seen":{{"type":"structure","eventstream":true,"members":{{}}}},
          "Kind":{{"type":"string","enum":["lion","bear"],"min":1,"max":9,"pattern":"[a-z]+"}},
          "Text":{{"type":"string","sensitive":true}},
          "Bytes":{{"type":"blob"}},
          "Tags":{{"type":"map","key":{{"shape":"Text"}},"value":{{"shape":"List"}}}},
          "List":{{"type":"list","member":{{"shape":"Text","locationName":"item"}},"flattened":true}},
          "Gone":{{"type":"structure","members":{{}},"exception":true,"error":{{"code":"AnimalGone"}}}},
          "Closed":{{"type":"structure","members":{{}},"exception":true}}
        }}}}"#
    )
}

#[test]
fn a_model_answers_as_botocores() {
    let zoo = ServiceModel::from_json(&model("2020-01-01"), None).unwrap();
    assert_eq!((zoo.service_name(), zoo.service_id(), zoo.signing_name()), ("zoo", Some("The Zoo"), Some("zoo")));
    assert_eq!(zoo.hyphenized_service_id().as_deref(), Some("the-zoo"));
    assert_eq!((zoo.operation_names(), zoo.resolved_protocol().unwrap()), (vec!["Watch", "Find"], "json"));
    assert_eq!(zoo.shape_names()[..3], ["In", "Out", "Seen"]);
    assert_eq!(zoo.documentation(), "<p>Animals.</p>");
    assert!(zoo.is_query_compatible() && zoo.endpoint_discovery_required());
    assert_eq!(zoo.endpoint_discovery_operation().map(|operation| operation.name()), Some("Find"));
    assert_eq!(zoo.client_context_parameters()[0].name, "Wild");
    assert_eq!(zoo.metadata().get("apiVersion"), Some(&"2020-01-01".into()));
    let names: Vec<_> = zoo.error_shapes().iter().map(|shape| shape.error_code().unwrap()).collect();
    assert_eq!(names, ["AnimalGone", "Closed"]);
    assert_eq!(zoo.shape_for_error_code("AnimalGone").map(|shape| shape.name()), Some("Gone"));
    assert!(zoo.shape_for_error_code("Gone").is_none());
    for error in [zoo.operation_model("Feed").unwrap_err(), zoo.shape_for("Feed").unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Data);
        assert!(error.to_string().contains("Feed"), "{error}");
    }
}

#[test]
fn an_operation_answers_as_botocores() {
    let zoo = ServiceModel::from_json(&model("2020-01-01"), Some("animals")).unwrap();
    assert_eq!(zoo.service_name(), "animals");
    let watch = zoo.operation_model("Watch").unwrap();
    assert_eq!((watch.name(), watch.wire_name(), watch.http_method()), ("Watch", "Watch2", "GET"));
    assert_eq!(
        (watch.request_uri(), watch.deprecated(), watch.deprecated_message()),
        ("/{Animal}", true, Some("Look."))
    );
    assert_eq!(watch.idempotent_members(), ["Token"]);
    assert_eq!((watch.auth(), watch.auth_type()), (vec!["aws.auth#sigv4"], None));
    assert_eq!(watch.static_context_parameters()[0].value, Document::from(true));
    assert_eq!(watch.context_parameters(), [ContextParameter { name: "Pet", member_name: "Animal" }]);
    assert_eq!(watch.operation_context_parameters(), [("Names", "Tags[*].Key")]);
    assert_eq!((watch.endpoint_discovery_required(), watch.request_compression()), (Some(true), vec!["gzip"]));
    assert!(watch.has_event_stream_output() && !watch.has_event_stream_input());
    assert!(watch.has_streaming_input() && !watch.has_streaming_output());
    assert_eq!(watch.error_shapes().len(), 2);
    let find = zoo.operation_model("Find").unwrap();
    assert!(find.input_shape().is_none() && find.is_endpoint_discovery_operation() && !find.deprecated());
}

#[test]
fn what_a_reference_says_wins_over_the_shape() {
    let zoo = ServiceModel::from_json(&model("2020-01-01"), None).unwrap();
    let input = zoo.operation_model("Watch").unwrap().input_shape().unwrap();
    let names: Vec<_> = input.members().into_iter().map(|(name, _)| name).collect();
    assert_eq!((names, input.required_members()), (vec!["Token", "Animal", "Tags", "Body"], vec!["Animal"]));
    let animal = input.member_named("Animal").unwrap();
    assert_eq!((animal.name(), animal.type_name(), animal.documentation()), ("Kind", "string", "Which."));
    assert_eq!((animal.enum_values(), animal.min(), animal.max()), (vec!["lion", "bear"], Some(1.0), Some(9.0)));
    assert_eq!(animal.pattern(), Some("[a-z]+"));
    assert_eq!(animal.serialization().get("name"), Some(&"animal".into()));
    assert_eq!(zoo.shape_for("Kind").unwrap().documentation(), "");
    let token = input.member_named("Token").unwrap();
    assert!(
        token.is_idempotency_token() && token.is_sensitive() && !zoo.shape_for("Text").unwrap().is_idempotency_token()
    );
    let tags = input.member_named("Tags").unwrap();
    assert_eq!(tags.key().map(|key| key.name()), Some("Text"));
    assert_eq!(tags.value().and_then(|list| list.member()).map(|item| item.name()), Some("Text"));
    assert!(tags.member().is_none() && tags.members().is_empty() && tags.member_named("x").is_none());
}

#[test]
fn models_that_are_not_whole_are_refused() {
    let whole = model("2020-01-01");
    for (what, with, told) in [
        (r#"{"shape":"In"}"#, r#"{"shape":"Nowhere"}"#, "Nowhere"),
        (r#""errors":[{"shape":"Gone"}"#, r#""errors":[{"shape":"Lost"}"#, "Lost"),
        (r#"{"type":"blob"}"#, "{}", "Bytes"),
        (r#""member":{"shape":"Text","locationName":"item"},"#, "", "List"),
        (r#"{"shape":"Tags"}"#, "{}", "In"),
    ] {
        assert!(whole.contains(what), "{what}");
        let error = ServiceModel::from_json(&whole.replacen(what, with, 1), None).unwrap_err();
        assert!(error.kind() == ErrorKind::Data && error.to_string().contains(told), "{error}");
    }
    assert!(ServiceModel::from_json("[", None).is_err());
    assert!(ServiceModel::from_json("[]", None).unwrap().operation_names().is_empty());
}

#[test]
fn the_newest_version_is_chosen_and_extras_are_merged() {
    let root = directory("versions");
    for version in ["2019-01-01", "2020-01-01"] {
        put(&root, &format!("zoo/{version}/service-2.json"), &model(version));
    }
    put(
        &root,
        "zoo/2021-01-01/paginators-1.json",
        r#"{"pagination":{"B":{"input_token":"t","output_token":["a","b"],"result_key":"r","limit_key":"l","more_results":"m"},"A":{}}}"#,
    );
    put(
        &root,
        "zoo/2021-01-01/paginators-1.sdk-extras.json",
        r#"{"version":1.0,"merge":{"pagination":{"B":{"non_aggregate_keys":["n"]}}}}"#,
    );
    put(
        &root,
        "zoo/2020-01-01/service-2.sdk-extras.json",
        r#"{"version":1.0,"merge":{"shapes":{"Text":{"type":"timestamp"}}}}"#,
    );
    let loader = Loader::new([root.join("nowhere"), root.clone()]);
    assert_eq!(loader.list_api_versions("zoo", "service-2"), ["2019-01-01", "2020-01-01"]);
    assert_eq!(loader.determine_latest_version("zoo", "paginators-1").unwrap(), "2021-01-01");
    assert!(loader.list_available_services("service-2").contains(&"zoo".to_owned()));
    let newest = loader.service_model("zoo", None).unwrap();
    assert_eq!(
        (newest.api_version(), newest.shape_for("Text").unwrap().type_name()),
        (Some("2020-01-01"), "timestamp")
    );
    let older = loader.service_model("zoo", Some("2019-01-01")).unwrap();
    assert_eq!((older.api_version(), older.shape_for("Text").unwrap().type_name()), (Some("2019-01-01"), "string"));
    let pages = loader.paginator_model("zoo", None).unwrap();
    assert_eq!(pages.operation_names(), ["B", "A"]);
    let page = pages.get_paginator("B").unwrap();
    assert_eq!((page.input_token(), page.output_token(), page.result_key()), (vec!["t"], vec!["a", "b"], vec!["r"]));
    assert_eq!((page.limit_key(), page.more_results(), page.non_aggregate_keys()), (Some("l"), Some("m"), vec!["n"]));
    assert!(pages.get_paginator("C").unwrap_err().to_string().contains("C"));
}

#[test]
fn what_is_not_there_is_named_with_the_places() {
    let root = directory("missing");
    put(&root, "zoo/2020-01-01/service-2.json", &model("2020-01-01"));
    put(&root, "broken/1/service-2.json", "{");
    let loader = Loader::new([root.clone()]);
    let shown = root.display().to_string();
    for (error, told) in [
        (loader.service_model("zoo", Some("1999-01-01")).unwrap_err(), "2020-01-01"),
        (loader.service_model("zo", None).unwrap_err(), "zoo"),
        (loader.waiter_model("zoo", None).unwrap_err(), "waiters-2"),
        (loader.load_data("nothing").unwrap_err(), "nothing"),
        (loader.load_data("../secret").unwrap_err(), "../secret"),
        (loader.load_data("/etc/passwd").unwrap_err(), "/etc/passwd"),
        (loader.service_model("broken", None).unwrap_err(), "service-2.json"),
        (loader.service_model("..", None).unwrap_err(), ".."),
    ] {
        let text = error.to_string();
        assert!(error.kind() == ErrorKind::Data && text.contains(told) && text.contains(&shown), "{text}");
    }
}

#[test]
fn files_are_read_once() {
    let root = directory("once");
    put(&root, "zoo/2020-01-01/service-2.json", &model("2020-01-01"));
    let loader = Loader::new([root.clone()]);
    let first = loader.service_model("zoo", None).unwrap();
    put(&root, "zoo/2020-01-01/service-2.json", &model("changed"));
    assert_eq!(loader.service_model("zoo", None).unwrap().api_version(), first.api_version());
}

#[test]
fn waiters_are_of_version_2_and_whole() {
    let root = directory("waiters");
    let waiters = |version: &str| {
        format!(
            r#"{{"version":{version},"waiters":{{
            "ZooOpen":{{"operation":"Watch","delay":5,"maxAttempts":20,"acceptors":[
              {{"matcher":"pathAll","argument":"A[].B","expected":"open","state":"success"}},
              {{"matcher":"status","expected":404,"state":"retry"}}]}},
            "Bad":{{"operation":"Watch"}}}}}}"#
        )
    };
    put(&root, "zoo/1/waiters-2.json", &waiters("2"));
    put(&root, "old/1/waiters-2.json", &waiters("1"));
    let loader = Loader::new([root]);
    let model = loader.waiter_model("zoo", None).unwrap();
    assert_eq!(model.waiter_names(), ["Bad", "ZooOpen"]);
    let open = model.get_waiter("ZooOpen").unwrap();
    assert_eq!((open.operation, open.delay.as_secs(), open.max_attempts), ("Watch", 5, 20));
    assert_eq!(open.acceptors[0].explanation(), "`A[].B` was \"open\", all of it");
    assert_eq!((open.acceptors[1].expected.as_u64(), open.acceptors[1].argument), (Some(404), None));
    assert!(model.get_waiter("Bad").unwrap_err().to_string().contains("not whole"));
    assert!(model.get_waiter("None").is_err());
    assert!(loader.waiter_model("old", None).unwrap_err().to_string().contains("version 1"));
}

#[test]
fn a_session_looks_where_data_path_and_home_say() {
    let root = directory("session");
    put(&root, "extra/zoo/2020-01-01/service-2.json", &model("2020-01-01"));
    put(&root, "extra/own.json", r#"{"a":1}"#);
    put(&root, "home/.aws/models/zoo/2021-01-01/service-2.json", &model("2021-01-01"));
    put(&root, "home/.aws/models/own.json", r#"{"a":2}"#);
    let environment = crate::Environment::empty().with("X", root.display().to_string()).with_home(root.join("home"));
    let session = Session::builder().environment(environment).variable("data_path", "$X/extra").build();
    assert_eq!(session.data_loader().unwrap().search_paths(), [root.join("extra"), root.join("home/.aws/models")]);
    assert_eq!(session.get_service_model("zoo", None).unwrap().api_version(), Some("2021-01-01"));
    assert_eq!(session.get_service_data("zoo", Some("2020-01-01")).unwrap()["metadata"]["apiVersion"], "2020-01-01");
    assert_eq!(session.get_data("own").unwrap()["a"], 1);
    assert!(session.get_available_services().unwrap().contains(&"zoo".to_owned()));
}

#[test]
fn what_was_compiled_in_needs_no_directory() {
    let session = Session::builder().environment(crate::Environment::empty()).build();
    for (name, member) in [
        ("endpoints", "partitions"),
        ("partitions", "partitions"),
        ("_retry", "retry"),
        ("sdk-default-configuration", "modes"),
    ] {
        assert!(session.get_data(name).unwrap().get(member).is_some(), "{name}");
    }
}

#[cfg(feature = "gzip")]
#[test]
fn packed_files_are_read() {
    let root = directory("packed");
    let text = model("2020-01-01");
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    bytes.extend(miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 6));
    bytes.extend(crc32fast::hash(text.as_bytes()).to_le_bytes());
    bytes.extend((text.len() as u32).to_le_bytes());
    fs::create_dir_all(root.join("zoo/1")).unwrap();
    fs::write(root.join("zoo/1/service-2.json.gz"), bytes).unwrap();
    assert_eq!(Loader::new([root]).service_model("zoo", None).unwrap().api_version(), Some("2020-01-01"));
}
