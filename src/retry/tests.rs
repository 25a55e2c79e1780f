use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::suite::Suite;

/// The errors that the suite's operation models.
fn modeled(code: Option<&str>) -> Option<Modeled> {
    match code? {
        "ModeledThrottlingError" | "ErrorCodeRetryable" => Some(Modeled { retryable: true, throttling: true }),
        "ModeledRetryableError" => Some(Modeled { retryable: true, throttling: false }),
        "NonRetryableError" => Some(Modeled::default()),
        _ => None,
    }
}

fn outcome(answer: &Value) -> Outcome<'_> {
    match answer["exception"].as_str() {
        Some("no_credentials") => Outcome::Failed,
        Some(_) => Outcome::Disconnected,
        None => {
            let code = answer["code"].as_str();
            Outcome::Answer(Answer {
                status: answer["status"].as_u64().unwrap() as u16,
                code,
                modeled: modeled(code),
                retry_after: answer["headers"]["x-amz-retry-after"].as_str(),
            })
        }
    }
}

fn service_id(case: &Value) -> &str {
    match case["service"].as_str() {
        Some("dynamodb") => "DynamoDB",
        Some("dynamodb-streams") => "DynamoDB Streams",
        Some("sts") => "STS",
        other => other.unwrap_or("Test"),
    }
}

fn is_long_poll(case: &Value) -> bool {
    const OPERATIONS: [&str; 6] = [
        "ReceiveMessage",
        "GetActivityTask",
        "PollForActivityTask",
        "PollForDecisionTask",
        "ReceiveQueueRecords",
        "ReceiveDeadLetterQueueRecords",
    ];
    case["operation"].as_str().is_some_and(|name| OPERATIONS.contains(&name))
}

#[test]
fn standard() {
    let Some((mut suite, cases)) = Suite::cases("retry-standard", "retries/standard.json") else { return };
    for case in cases {
        let id = case["id"].as_str().unwrap();
        suite.case(id, || {
            let max_attempts = case["maxAttempts"].as_u64().map(|attempts| attempts as u32);
            let mut policy = Policy::new(service_id(&case), Mode::Standard, max_attempts, Duration::ZERO);
            if let Some(quota) = case["quota"].as_u64() {
                policy.quota = Quota::of(quota as u32);
            }
            assert_eq!(u64::from(policy.max_attempts()), case["maxAttemptsEffective"].as_u64().unwrap(), "{id}");
            let expected = case["expect"]["calls"].as_array().unwrap();
            for (answers, expected) in case["calls"].as_array().unwrap().iter().zip(expected) {
                call(&policy, &case, answers, expected);
            }
            Ok(())
        });
    }
    suite.finish();
}

fn call(policy: &Policy, case: &Value, answers: &Value, expected: &Value) {
    let id = case["id"].as_str().unwrap();
    let jitter = case["random"].as_f64().unwrap_or(1.0);
    let steps = expected["steps"].as_array().unwrap();
    let mut attempts = Attempts::first();
    let mut status = None;
    for (number, (answer, step)) in answers.as_array().unwrap().iter().zip(steps).enumerate() {
        let place = format!("{id}, attempt {}", number + 1);
        assert_eq!(attempts.number() as usize, number + 1, "{place}");
        let verdict = policy.verdict(&mut attempts, &outcome(answer), is_long_poll(case), jitter, Duration::ZERO);
        check(verdict, step, &place);
        assert_eq!(u64::from(*policy.quota.left()), step["quotaAfter"].as_u64().unwrap(), "{place}: quota");
        status = answer["status"].as_u64().map(|status| status as u16);
    }
    policy.finish(&attempts, status);
    assert_eq!(u64::from(*policy.quota.left()), expected["quotaAfterCall"].as_u64().unwrap(), "{id}: quota at the end");
}

fn check(verdict: Verdict, step: &Value, place: &str) {
    let flag = |name: &str| step[name].as_bool().unwrap_or(false);
    match verdict {
        Verdict::Retry(delay) => {
            assert!(flag("retry"), "{place}: retried");
            same(Some(delay), &step["delay"], place);
        }
        Verdict::Stop(stop) => {
            assert!(!flag("retry"), "{place}: not retried");
            assert_eq!(stop.attempts_spent, flag("maxAttemptsReached"), "{place}: attempts spent");
            assert_eq!(stop.quota_spent, flag("retryQuotaReached"), "{place}: quota spent");
            same(stop.wait, &step["sleptWithoutRetry"], place);
        }
    }
}

fn same(ours: Option<Duration>, expected: &Value, place: &str) {
    let (ours, expected) = (ours.map(|delay| delay.as_secs_f64()), expected.as_f64());
    let close = match (ours, expected) {
        (Some(ours), Some(expected)) => (ours - expected).abs() < 1e-6,
        (ours, expected) => ours == expected,
    };
    assert!(close, "{place}: a pause of {ours:?}, not {expected:?}");
}

#[test]
fn conditions() {
    let Some((mut suite, cases)) = Suite::cases("retry-conditions", "retries/conditions.json") else { return };
    for case in cases {
        suite.case(case["id"].as_str().unwrap(), || {
            let [status, code, expected] = case["case"].as_array().unwrap().as_slice() else { panic!("{case}") };
            let code = code.as_str();
            let outcome = match status.as_u64() {
                Some(status) => {
                    Outcome::Answer(Answer { status: status as u16, code, modeled: modeled(code), ..Answer::default() })
                }
                None => Outcome::Disconnected,
            };
            let ours = match case["table"].as_str().unwrap() {
                "transient" => outcome.is_transient(),
                "throttled" => outcome.is_throttling_code(),
                "modeled" => matches!(outcome, Outcome::Answer(answer) if answer.is_retryable_by_model()),
                other => panic!("no test for {other}"),
            };
            assert_eq!(Some(ours), expected.as_bool(), "{}", case["id"]);
            Ok(())
        });
    }
    suite.finish();
}

fn first_verdict(service_id: &str, answer: Answer<'_>) -> Verdict {
    let policy = Policy::new(service_id, Mode::Standard, None, Duration::ZERO);
    policy.verdict(&mut Attempts::first(), &Outcome::Answer(answer), false, 1.0, Duration::ZERO)
}

#[test]
fn a_service_has_an_error_of_its_own() {
    let idp = Answer { status: 400, code: Some("IDPCommunicationError"), ..Answer::default() };
    assert!(matches!(first_verdict("STS", idp), Verdict::Retry(_)));
    assert!(matches!(first_verdict("IAM", idp), Verdict::Stop(_)));
}

#[test]
fn the_service_can_ask_for_patience() {
    let answer = |retry_after| Answer { status: 503, retry_after: Some(retry_after), ..Answer::default() };
    let delay = |retry_after| first_verdict("S3", answer(retry_after));
    assert_eq!(delay("1500"), Verdict::Retry(Duration::from_millis(1500)));
    assert_eq!(delay("60000"), Verdict::Retry(Duration::from_millis(5050)));
    assert_eq!(delay("1.5"), Verdict::Retry(Duration::from_millis(50)));
}

#[test]
fn an_adaptive_client_slows_down_once_it_is_throttled() {
    let at = Duration::from_millis;
    let policy = Policy::new("S3", Mode::Adaptive, None, at(0));
    assert_eq!(policy.hold(at(100)), None);
    let slow_down = Outcome::Answer(Answer { status: 503, code: Some("SlowDown"), ..Answer::default() });
    policy.verdict(&mut Attempts::first(), &slow_down, false, 0.0, at(1000));
    let held = (0..10).filter_map(|_| policy.hold(at(1001))).next().expect("ten requests at once are too many");
    assert!(held > Duration::ZERO && held < Duration::from_secs(3), "{held:?}");
    assert_eq!(Policy::new("S3", Mode::Standard, None, at(0)).hold(at(0)), None);
}

#[test]
fn the_mode_legacy_has_its_own_rules() {
    let policy = Policy::legacy("dynamodb", None);
    assert_eq!((policy.max_attempts(), policy.announced_max(1), policy.announced_max(2)), (10, None, Some(10)));
    assert_eq!(Policy::legacy("s3", Some(2)).max_attempts(), 2);
    let answer = Outcome::Answer(Answer { status: 509, retry_after: Some("60000"), ..Answer::default() });
    let verdict = |policy: &Policy| policy.verdict(&mut Attempts::first(), &answer, false, 0.5, Duration::ZERO);
    assert_eq!(verdict(&policy), Verdict::Retry(Duration::from_millis(50)));
    assert!(matches!(verdict(&Policy::new("DynamoDB", Mode::Standard, None, Duration::ZERO)), Verdict::Stop(_)));
    // No quota holds it back.
    for _ in 0..1000 {
        assert_eq!(verdict(&policy), Verdict::Retry(Duration::from_millis(50)));
    }
}
