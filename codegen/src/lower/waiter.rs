use std::collections::BTreeMap;

use serde_json::{Number, Value};

use super::{Lowering, expression};
use crate::ir;
use crate::model::{Acceptor, Waiter, Waiters};
use crate::names;

impl<'a> Lowering<'a> {
    /// Gives the operations their waiters. What does not fit the shapes is returned.
    ///
    /// Here and in the mirror of the file, which refuses keys that it does not know, is what botocore's
    /// `test_waiter_config` asks of every file.
    pub fn waiters(&self, service: &mut ir::Service, waiters: &Waiters) -> Vec<String> {
        let mut problems = Vec::new();
        if waiters.version.as_f64() != Some(2.0) {
            problems.push(format!("version: it is {}, not 2", waiters.version));
        }
        let mut methods = BTreeMap::new();
        for (name, waiter) in waiters.waiters.iter() {
            if self.model.operations.get(&waiter.operation).is_none() {
                problems.push(format!("{name}: operation: there is no operation {}", waiter.operation));
                continue;
            }
            let Some(operation) = service.operations.iter_mut().find(|other| other.name == waiter.operation) else {
                continue;
            };
            match self.waiter(name, waiter) {
                Ok(waiter) => {
                    if let Some(other) = methods.insert(waiter.method.clone(), name) {
                        problems.push(format!("{name}: its method would be that of {other}, {}", waiter.method));
                    }
                    operation.waiters.push(waiter);
                }
                Err(found) => problems.extend(found.iter().map(|problem| format!("{name}: {problem}"))),
            }
        }
        problems
    }

    fn waiter(&self, name: &str, waiter: &Waiter) -> Result<ir::Waiter, Vec<String>> {
        let mut problems = Vec::new();
        let mut positive =
            |key: &str, number: &Number| match number.as_u64().and_then(|number| u32::try_from(number).ok()) {
                Some(number @ 1..) => number,
                _ => {
                    problems.push(format!("{key}: it is {number}, not a whole number above 0"));
                    1
                }
            };
        let (delay, max_attempts) = (positive("delay", &waiter.delay), positive("maxAttempts", &waiter.max_attempts));
        let mut lines = vec![format!("delay {delay}"), format!("attempts {max_attempts}")];
        for (index, acceptor) in waiter.acceptors.iter().enumerate() {
            match self.acceptor(waiter, acceptor) {
                Ok(line) => lines.push(line),
                Err(problem) => problems.push(format!("acceptors[{index}]: {problem}")),
            }
        }
        if waiter.acceptors.iter().all(|acceptor| acceptor.state != "success") {
            problems.push("acceptors: none has the state success".to_owned());
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let method = format!("wait_until_{}", names::snake(name));
        Ok(ir::Waiter { name: name.to_owned(), method, lines, delay: u64::from(delay), max_attempts })
    }

    fn acceptor(&self, waiter: &Waiter, acceptor: &Acceptor) -> Result<String, String> {
        let Acceptor { state, matcher, expected, argument } = acceptor;
        if !["success", "failure", "retry"].contains(&state.as_str()) {
            return Err(format!("state: there is no {state:?}"));
        }
        let fits = match matcher.as_str() {
            "path" | "pathAll" | "pathAny" => expected.is_string() || expected.is_number() || expected.is_boolean(),
            "status" => expected.is_u64(),
            "error" => expected.is_string() || expected.is_boolean(),
            _ => return Err(format!("matcher: there is no {matcher:?}")),
        };
        if !fits {
            return Err(format!("expected: it is {expected}, which the matcher {matcher} cannot find"));
        }
        match argument {
            Some(argument) if matcher.starts_with("path") => {
                let argument = argument.replace(['\n', '\r'], " ");
                self.argument(waiter, acceptor, &argument)
                    .map_err(|problem| format!("argument `{argument}`: {problem}"))?;
                Ok(format!("{state} {matcher} {expected} {argument}"))
            }
            None if matcher.starts_with("path") => Err(format!("argument: the matcher {matcher} has none")),
            _ => Ok(format!("{state} {matcher} {expected}")),
        }
    }

    /// Whether the expression may find what is expected.
    fn argument(&self, waiter: &Waiter, acceptor: &Acceptor, argument: &str) -> Result<(), String> {
        let output = self.model.operations.get(&waiter.operation).and_then(|operation| operation.output.as_ref());
        let output = output.ok_or_else(|| format!("{} has no output", waiter.operation))?;
        let found = expression::check(self.model, self.target(output).0, argument)?;
        let (matcher, kind) = (&acceptor.matcher, found.kind(self.model));
        let kind = match (matcher.as_str(), kind) {
            ("path", kind) => kind,
            (_, Some("list")) => found.element(self.model),
            (_, Some(kind)) => return Err(format!("the matcher {matcher} looks at a list, and this finds a {kind}")),
            (_, None) => None,
        };
        match kind.filter(|kind| !may_be(kind, &acceptor.expected)) {
            Some(kind) => Err(format!("it finds a {kind}, which is never the expected {}", acceptor.expected)),
            None => Ok(()),
        }
    }
}

/// Whether a value of that type can be the expected one. Lists and structures never are: JMESPath's truth asks otherwise.
fn may_be(kind: &str, expected: &Value) -> bool {
    match kind {
        "string" => expected.is_string(),
        "boolean" => expected.is_boolean(),
        "byte" | "short" | "integer" | "long" | "float" | "double" => expected.is_number(),
        _ => false,
    }
}
