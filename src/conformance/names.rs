//! What the emitted services are called.

use serde_json::Value as Json;

use super::SERVICES;
use super::compare::equal;
use crate::suite::Suite;

fn check(case: &Json) -> Result<(), String> {
    let name = case["client_name"].as_str().unwrap_or_default();
    let emitted = SERVICES.iter().find(|emitted| emitted.name == name).ok_or("the service was not emitted")?;
    match case["table"].as_str().unwrap_or_default() {
        "service-id" => {
            let id = emitted.service.id.replace(' ', "-").to_lowercase();
            equal("service id", case["service_id"].as_str().unwrap_or_default(), &id)
        }
        "endpoint-prefix" => {
            let expected = case["endpoint_prefix"].as_str().unwrap_or_default();
            equal("endpoint prefix", expected, emitted.service.endpoint_prefix)
        }
        table => Err(format!("there is no test of the table {table}")),
    }
}

#[test]
fn of_services() {
    let Some((mut suite, cases)) = Suite::cases("service-names", "service-names.json") else { return };
    for case in &cases {
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        let id = match text("table") {
            "service-id" => format!("{} (id {} {})", text("id"), text("client_name"), text("service_id")),
            _ => format!("{} (prefix {} {})", text("id"), text("client_name"), text("endpoint_prefix")),
        };
        suite.case(&id, || check(case));
    }
    suite.finish();
}
