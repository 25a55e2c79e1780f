//! Services of the REST protocols, and two of JSON: Glacier, API Gateway, CloudSearch, Machine Learning, Route 53, IAM
//! Identity Center, EventBridge.

use botocore::events::types::PutEventsRequestEntry;
use botocore::{Replay, apigateway, cloudsearchdomain, events, glacier, machinelearning, route53, sso_oidc};

use crate::{answer, at, check, client};

#[test]
fn glacier_has_a_version_an_account_and_hashes() {
    let headers = [("Location", "/1/vaults/v/archives/a"), ("x-amz-archive-id", "a"), ("x-amz-sha256-tree-hash", "t")];
    let replay = Replay::new().answer(201, headers, "");
    let output = client::<glacier::Client>(&replay)
        .upload_archive("v")
        .archive_description("d")
        .body("hello world")
        .send()
        .unwrap();
    assert_eq!((output.archive_id.as_deref(), output.checksum.as_deref()), (Some("a"), Some("t")));
    check(
        &replay,
        "POST https://glacier.eu-west-1.amazonaws.com/-/vaults/v/archives
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/glacier/aws4_request, \
         SignedHeaders=host;x-amz-archive-description;x-amz-content-sha256;x-amz-date;x-amz-glacier-version;\
         x-amz-sha256-tree-hash
         x-amz-archive-description: d
         x-amz-content-sha256: b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9
         x-amz-date: 20231114T221320Z
         x-amz-glacier-version: 2012-06-01
         x-amz-sha256-tree-hash: b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9
         hello world",
    );

    let replay = answer("{}");
    client::<glacier::Client>(&replay).list_vaults().send().unwrap();
    check(
        &replay,
        "GET https://glacier.eu-west-1.amazonaws.com/-/vaults
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/glacier/aws4_request, \
         SignedHeaders=host;x-amz-date;x-amz-glacier-version
         x-amz-date: 20231114T221320Z
         x-amz-glacier-version: 2012-06-01",
    );
}

#[test]
fn api_gateway_is_asked_for_json() {
    let replay = answer("{\"item\":[{\"id\":\"i\"}]}");
    let output = client::<apigateway::Client>(&replay).get_rest_apis().limit(2).send().unwrap();
    assert_eq!(output.items[0].id.as_deref(), Some("i"));
    check(
        &replay,
        "GET https://apigateway.eu-west-1.amazonaws.com/restapis?limit=2
         accept: application/json
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/apigateway/aws4_request, \
         SignedHeaders=accept;host;x-amz-date
         x-amz-date: 20231114T221320Z",
    );
}

#[test]
fn searches_are_posted() {
    let replay = answer("{\"status\":{\"rid\":\"r\"}}");
    at::<cloudsearchdomain::Client>(&replay, "https://search-x.eu-west-1.cloudsearch.amazonaws.com")
        .search("a b&c")
        .size(3)
        .facet("{}")
        .r#return("_all_fields")
        .send()
        .unwrap();
    let request = &replay.requests()[0];
    // The members' order is the model's here, and the caller's in Python.
    let mut sent: Vec<String> = request.text().split('&').map(str::to_owned).collect();
    sent.sort();
    assert_eq!(sent, ["facet=%7B%7D", "format=sdk", "pretty=true", "q=a%20b%26c", "return=_all_fields", "size=3"]);
    assert_eq!((request.method, request.path.as_str(), request.query.as_str()), ("POST", "/2013-01-01/search", ""));
    assert_eq!(request.headers.get("Content-Type"), Some("application/x-www-form-urlencoded"));
    assert!(request.headers.get("Authorization").unwrap().contains("/eu-west-1/cloudsearch/aws4_request"));
}

#[test]
fn predictions_are_asked_for_at_their_endpoint() {
    let replay = answer("{}");
    client::<machinelearning::Client>(&replay)
        .predict("m", [("a", "b")], "https://realtime.machinelearning.eu-west-1.amazonaws.com")
        .send()
        .unwrap();
    check(
        &replay,
        "POST https://realtime.machinelearning.eu-west-1.amazonaws.com/
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/machinelearning/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date;x-amz-target
         content-type: application/x-amz-json-1.1
         x-amz-date: 20231114T221320Z
         x-amz-target: AmazonML_20141212.Predict
         {\"MLModelId\":\"m\",\"PredictEndpoint\":\"https://realtime.machinelearning.eu-west-1.amazonaws.com\",\
         \"Record\":{\"a\":\"b\"}}",
    );
}

#[test]
fn ids_of_route_53_come_as_answers_have_them() {
    let replay = Replay::new()
        .answer(200, [], "<GetHostedZoneResponse/>")
        .answer(200, [], "<GetChangeResponse/>")
        .answer(200, [], "<ListResourceRecordSetsResponse/>");
    let client: route53::Client = client(&replay);
    client.get_hosted_zone("/hostedzone/Z1").send().unwrap();
    client.get_change("/change/C1").send().unwrap();
    client.list_resource_record_sets("hostedzone/Z1").start_record_name("a/b").send().unwrap();
    let urls: Vec<String> = replay
        .requests()
        .iter()
        .map(|request| format!("{}{}?{}", request.origin, request.path, request.query))
        .collect();
    assert_eq!(
        urls,
        [
            "https://route53.amazonaws.com/2013-04-01/hostedzone/Z1?",
            "https://route53.amazonaws.com/2013-04-01/change/C1?",
            "https://route53.amazonaws.com/2013-04-01/hostedzone/Z1/rrset?name=a%2Fb",
        ]
    );

    let replay = answer("<CreateHostedZoneResponse/>");
    crate::client::<route53::Client>(&replay)
        .create_hosted_zone("n", "c")
        .delegation_set_id("/delegationset/N1")
        .send()
        .unwrap();
    check(
        &replay,
        "POST https://route53.amazonaws.com/2013-04-01/hostedzone
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/us-east-1/route53/aws4_request, \
         SignedHeaders=host;x-amz-date
         x-amz-date: 20231114T221320Z
         <CreateHostedZoneRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Name>n</Name>\
         <CallerReference>c</CallerReference><DelegationSetId>N1</DelegationSetId></CreateHostedZoneRequest>",
    );
}

#[test]
fn a_refusal_by_oauth_has_its_description() {
    let refusal = "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid grant provided\"}";
    let replay = Replay::new().answer(400, [], refusal);
    let error = client::<sso_oidc::Client>(&replay).create_token("c", "s", "g").send().unwrap_err();
    assert!(error.to_string().contains("Invalid grant provided"), "{error}");
    check(
        &replay,
        "POST https://oidc.eu-west-1.amazonaws.com/token
         content-type: application/json
         {\"clientId\":\"c\",\"clientSecret\":\"s\",\"grantType\":\"g\"}",
    );
}

#[test]
fn global_endpoints_of_events_are_signed_for_all_regions() {
    let replay = answer("{}");
    client::<events::Client>(&replay)
        .put_events([PutEventsRequestEntry::default()])
        .endpoint_id("abc.456")
        .send()
        .unwrap();
    let request = &replay.requests()[0];
    assert_eq!(request.origin, "https://abc.456.endpoint.events.amazonaws.com");
    assert_eq!(request.headers.get("X-Amz-Region-Set"), Some("*"));
    let authorization = request.headers.get("Authorization").unwrap();
    let begin = "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20231114/events/aws4_request, ";
    assert!(authorization.starts_with(begin), "{authorization}");
}
