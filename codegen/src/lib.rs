//! Turns service models into Rust modules.
//!
//! What is wrong with a model is found when it is read, not when the program runs. botocore keeps such questions in its
//! functional tests; here is where each of them is asked, beside what `lower` would stumble over:
//!
//! | botocore's lint | question | asked in |
//! | --- | --- | --- |
//! | `test_paginator_config` | only known keys | `model/paginators.rs` |
//! | | the operation exists | `lower/paginator.rs` |
//! | | it has an output | `lower/paginator.rs` |
//! | | `result_key` is there, and a path of members | `lower/paginator.rs` |
//! | | input tokens and `limit_key` are members of the input | `lower/paginator.rs` |
//! | | output tokens, `more_results`, result and non-aggregate keys are found in the output, by member and by JMESPath | `lower/paginator.rs`, `lower/expression.rs` |
//! | | as many output tokens as input tokens | `lower/paginator.rs` |
//! | | all members of the output stand under some key | not asked: typed pages keep all members |
//! | `test_waiter_config` | version 2 | `lower/waiter.rs` |
//! | | only known keys, and the required ones | `model/waiters.rs` |
//! | | the operation exists, and has an output where a path is looked at | `lower/waiter.rs` |
//! | | delay and attempts are positive | `lower/waiter.rs` |
//! | | known states and matchers; `status` expects an integer, `error` a text or truth value | `lower/waiter.rs` |
//! | | a path compiles and fits the output; for `pathAll` and `pathAny` it finds a list | `lower/waiter.rs`, `lower/expression.rs` |
//! | ours | what a path finds can be what is expected | `lower/waiter.rs` |
//! | | some acceptor means success; no two waiters share a method | `lower/waiter.rs` |
//! | ours | shapes, members, paths, requirements | `check.rs` |
//!
//! `tests/rejects` has a case for each.

mod check;
mod emit;
mod format;
mod gzip;
mod ir;
mod lower;
mod model;
mod names;
mod place;
mod read;
mod report;
mod select;

use std::fs;
use std::path::PathBuf;

pub use lower::{endpoint_rules, partitions, regions};
pub use report::Report;

/// What is wanted.
#[derive(Debug, Default)]
pub struct Request {
    /// Names of botocore's directories: `s3`.
    pub services: Vec<String>,
    /// The directory of the models, in botocore's layout: `<service>/<version>/service-2.json`, of which the newest
    /// version counts.
    pub models: PathBuf,
    /// A second such directory, whose files may also be packed (`service-2.json.gz`): its services win over those of
    /// `models`, and those that only it has are always emitted. What it lacks of a version is taken from `models`. Its
    /// `partitions.json` and `endpoints.json` stand in place of those of `models`.
    pub overrides: Option<PathBuf>,
    /// The operations to keep, `ec2=DescribeInstances,RunInstances;s3=GetObject`. A service that is not named keeps all.
    pub operations: Option<String>,
    /// Whether types are to have serde's traits.
    pub serde: bool,
    /// Where the files go.
    pub out: PathBuf,
}

/// What was done.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The files and directories that the result depends on.
    pub read: Vec<PathBuf>,
    /// Services and operations that cannot be emitted: they send a stream of events.
    pub left_out: Vec<(String, String)>,
    /// Modules with a type `AttributeValue`, for which the runtime has more than the model.
    pub attribute_values: Vec<String>,
    /// Whether the operations that move files to S3 and back are there.
    pub transfers: bool,
    /// Whether STS's type of the keys of assumed roles is there.
    pub role_keys: bool,
}

/// Reads the models of the wanted services, checks them, and writes `services.rs` and a folder a service.
///
/// # Errors
/// Everything that is wrong with the request and the models, in one report.
pub fn generate(request: &Request) -> Result<Outcome, Report> {
    let mut report = Report::default();
    let mut outcome = Outcome::default();
    let mut sources = read::services(request, &mut outcome.read, &mut report);
    let selection = select::operations(request.operations.as_deref(), &sources, &mut report);
    let (mut services, mut data) = (Vec::new(), Vec::new());
    sources.iter_mut().for_each(|source| lower::amend(&source.name, &mut source.model));
    for source in &sources {
        check::service(source, &mut report);
        let rules = match &source.endpoint_rules {
            Some((file, rules)) => lower::endpoint_rules::compact(rules)
                .map_err(|problems| problems.iter().for_each(|problem| report.add(file, problem))),
            None => Ok(String::new()),
        };
        let (Some(protocol), Ok(endpoint_rules), true) = (lower::Protocol::of(&source.model), rules, report.is_empty())
        else {
            continue;
        };
        let keep = selection.get(&source.name);
        let lowered = lower::Source {
            name: &source.name,
            model: &source.model,
            protocol,
            keep,
            endpoint_rules,
            paginators: source.paginators.as_ref(),
            waiters: source.waiters.as_ref(),
        };
        let service = lower::lower(lowered, &mut report);
        outcome.left_out.extend(service.left_out.iter().map(|operation| (service.name.clone(), operation.clone())));
        outcome.transfers |= service.transfers;
        outcome.role_keys |= service.role_keys;
        outcome.attribute_values.extend(service.attribute_values.then(|| service.module.clone()));
        data.push(emit::Files { module: service.module.clone(), files: source.named_files() });
        services.push(service);
    }
    let facts = facts(request, &mut outcome.read, &mut report);
    report.into_result()?;
    write(request, &services, &data, &facts).map_err(|problem| Report::one(&request.out, &problem.to_string()))?;
    Ok(outcome)
}

/// Facts of no single service, in the compact forms that the runtime reads: file names and texts.
fn facts(request: &Request, read: &mut Vec<PathBuf>, report: &mut Report) -> Vec<(&'static str, String)> {
    type Compact = fn(&serde_json::Value) -> Result<String, Vec<String>>;
    let sources: [(&str, &str, Compact); 2] = [
        ("partitions.json", "partitions.txt", partitions::compact_partitions),
        ("endpoints.json", "regions.txt", regions::compact_regions),
    ];
    let mut facts = Vec::new();
    for (source, name, compact) in sources {
        let own = request.overrides.as_ref().and_then(|overrides| read::present(overrides, source));
        let file = own.unwrap_or_else(|| request.models.join(source));
        let Some(json) = read::json(&file, read, report) else { continue };
        match compact(&json) {
            Ok(text) => facts.push((name, text)),
            Err(problems) => problems.iter().for_each(|problem| report.add(&file, problem)),
        }
    }
    facts
}

fn write(
    request: &Request,
    services: &[ir::Service],
    data: &[emit::Files],
    facts: &[(&str, String)],
) -> std::io::Result<()> {
    for (name, text) in facts {
        fs::write(request.out.join(name), text)?;
    }
    for service in services {
        let folder = request.out.join(service.module.trim_start_matches("r#"));
        fs::create_dir_all(&folder)?;
        for (name, text) in emit::service(service, request.serde) {
            fs::write(folder.join(name), text)?;
        }
    }
    let data: Vec<_> = data.iter().map(|files| unpacked(request, files)).collect::<std::io::Result<_>>()?;
    fs::write(request.out.join("data.rs"), emit::data(&data))?;
    fs::write(request.out.join("clients.rs"), emit::clients(services))?;
    fs::write(request.out.join("services.rs"), emit::services(services))
}

/// The same files, packed ones unpacked into the service's folder.
fn unpacked(request: &Request, service: &emit::Files) -> std::io::Result<emit::Files> {
    let folder = request.out.join(service.module.trim_start_matches("r#"));
    let file = |(name, path): &(String, PathBuf)| {
        if path.extension().is_none_or(|extension| extension != "gz") {
            return Ok((name.clone(), path.clone()));
        }
        let plain = folder.join(name.rsplit('/').next().unwrap_or(name)).with_extension("json");
        fs::write(&plain, gzip::unpack(&fs::read(path)?).map_err(std::io::Error::other)?)?;
        Ok((name.clone(), plain))
    };
    let files = service.files.iter().map(file).collect::<std::io::Result<_>>()?;
    Ok(emit::Files { module: service.module.clone(), files })
}
