//! Turns service models into Rust modules.

mod check;
mod emit;
mod format;
mod ir;
mod lower;
mod model;
mod names;
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
    /// The directory of the models, in botocore's layout: `<service>/<version>/service-2.json`.
    pub models: PathBuf,
    /// A second such directory: its services win over those of `models`, and those that only it has are always emitted.
    pub overrides: Option<PathBuf>,
    /// The operations to keep, `ec2=DescribeInstances,RunInstances;s3=GetObject`. A service that is not named keeps all.
    pub operations: Option<String>,
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
        data.push(emit::Files { module: service.module.clone(), files: source.files() });
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
        let file = request.models.join(source);
        let json = fs::read(&file)
            .map_err(|problem| problem.to_string())
            .and_then(|bytes| serde_json::from_slice(&bytes).map_err(|problem| problem.to_string()));
        match json.map_err(|problem| vec![problem]).and_then(|json| compact(&json)) {
            Ok(text) => facts.push((name, text)),
            Err(problems) => problems.iter().for_each(|problem| report.add(&file, problem)),
        }
        read.push(file);
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
        for (name, text) in emit::service(service) {
            fs::write(folder.join(name), text)?;
        }
    }
    fs::write(request.out.join("data.rs"), emit::data(data))?;
    fs::write(request.out.join("clients.rs"), emit::clients(services))?;
    fs::write(request.out.join("services.rs"), emit::services(services))
}
