use crate::ir::{self, Operation, Ty};

/// Operations that show their service best, where the choice by name and arguments would be another.
const BEST: [(&str, &str); 5] = [
    ("cloudformation", "ListStacks"),
    ("ec2", "DescribeInstances"),
    ("iam", "ListUsers"),
    ("lambda", "ListFunctions"),
    ("ssm", "DescribeParameters"),
];

/// The example in a service's documentation: the operation that asks for least, and reads rather than writes.
pub fn of(service: &ir::Service) -> Vec<String> {
    let candidates = service.operations.iter().filter(|operation| operation.deprecated.is_none());
    let best = candidates.filter_map(|operation| Some((arguments(operation)?, operation))).min_by_key(
        |(arguments, operation)| {
            let is_best = BEST.contains(&(service.name.as_str(), operation.name.as_str()));
            (!is_best, arguments.len(), rank(&operation.name), operation.name.len())
        },
    );
    let mut lines = vec![
        String::new(),
        "```no_run".to_owned(),
        format!("use botocore::{{Session, {}}};", service.module),
        String::new(),
        format!("let client = {}::Client::new(&Session::new())?;", service.module),
    ];
    match best {
        Some((arguments, operation)) if operation.pages.is_some() => {
            lines.push(format!("for item in client.{}({arguments}).items() {{", operation.method));
            lines.push("    println!(\"{:?}\", item?);".to_owned());
            lines.push("}".to_owned());
        }
        Some((arguments, operation)) => {
            lines.push(format!("let output = client.{}({arguments}).send()?;", operation.method));
            lines.push("println!(\"{output:?}\");".to_owned());
        }
        None => {}
    }
    lines.extend(["# Ok::<(), botocore::Error>(())".to_owned(), "```".to_owned()]);
    lines
}

/// What stands between the parentheses: `None` when a caller would have to make more than texts.
fn arguments(operation: &Operation) -> Option<String> {
    let members = operation.input.arguments.as_ref()?.iter().map(|at| &operation.input.members[*at]);
    let texts = members.map(|member| match &member.ty {
        Ty::String => Some(format!("\"{}\"", member.name.trim_start_matches("r#").replace('_', "-"))),
        _ => None,
    });
    Some(texts.collect::<Option<Vec<_>>>()?.join(", "))
}

/// Names that begin so read and do not write.
fn rank(name: &str) -> usize {
    const READING: [&str; 5] = ["List", "Describe", "Get", "Search", "Query"];
    READING.iter().position(|prefix| name.starts_with(prefix)).unwrap_or(READING.len())
}
