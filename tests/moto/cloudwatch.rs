use std::time::Duration;

use botocore::cloudwatch::types::{ComparisonOperator, Dimension, MetricDatum, StandardUnit, Statistic};
use botocore::{Result, Timestamp, cloudwatch};

use crate::support::{name, session};

#[test]
fn metrics_and_alarms_over_cbor() -> Result<()> {
    let client = cloudwatch::Client::new(&session())?;
    let namespace = name("namespace");
    let now = Timestamp::now();
    let datum = |value: f64| MetricDatum {
        value: Some(value),
        unit: Some(StandardUnit::Milliseconds),
        timestamp: Some(now),
        dimensions: Some(vec![Dimension::new("host", "größe")]),
        ..MetricDatum::new("latency")
    };
    client.put_metric_data(&*namespace).metric_data([datum(1.5), datum(4.5)]).send()?;

    let listed = client.list_metrics().namespace(&*namespace).send()?;
    assert_eq!(listed.metrics.len(), 1);
    assert_eq!(listed.metrics[0].dimensions.as_ref().map(|dimensions| &*dimensions[0].value), Some("größe"));

    let client_input = cloudwatch::operation::GetMetricStatisticsInput {
        namespace: namespace.clone(),
        metric_name: "latency".into(),
        start_time: now - Duration::from_secs(600),
        end_time: now + Duration::from_secs(600),
        period: 60,
        statistics: Some(vec![Statistic::Sum, Statistic::Maximum]),
        dimensions: Some(vec![Dimension::new("host", "größe")]),
        ..Default::default()
    };
    let statistics = client.send(client_input)?;
    assert_eq!(statistics.datapoints.iter().filter_map(|point| point.sum).sum::<f64>(), 6.0);

    let alarm = name("alarm");
    let input = cloudwatch::operation::PutMetricAlarmInput {
        evaluation_periods: Some(1),
        threshold: Some(2.25),
        comparison_operator: Some(ComparisonOperator::GreaterThanThreshold),
        namespace: Some(namespace.clone()),
        metric_name: Some("latency".into()),
        period: Some(60),
        statistic: Some(Statistic::Average),
        ..cloudwatch::operation::PutMetricAlarmInput::new(&*alarm)
    };
    client.send(input)?;
    let alarms = client.describe_alarms().alarm_names([&*alarm]).send()?;
    assert_eq!(alarms.metric_alarms[0].threshold, Some(2.25));
    client.delete_alarms([&*alarm]).send()?;
    Ok(())
}
