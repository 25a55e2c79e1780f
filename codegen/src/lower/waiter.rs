use serde_json::Value;

use super::{Lowering, expression};
use crate::ir;
use crate::model::{Acceptor, Waiter, Waiters};
use crate::names;

impl<'a> Lowering<'a> {
    /// Gives the operations their waiters. What does not fit the shapes is returned.
    pub fn waiters(&self, service: &mut ir::Service, waiters: &Waiters) -> Vec<String> {
        let mut problems = Vec::new();
        for (name, waiter) in waiters.waiters.iter() {
            let operation = service.operations.iter_mut().find(|operation| operation.name == waiter.operation);
            match operation {
                Some(operation) => match self.waiter(name, waiter) {
                    Ok(waiter) => operation.waiters.push(waiter),
                    Err(problem) => problems.push(format!("{name}: {problem}")),
                },
                None if self.model.operations.get(&waiter.operation).is_none() => {
                    problems.push(format!("{name}: there is no operation {}", waiter.operation));
                }
                None => {}
            }
        }
        problems
    }

    fn waiter(&self, name: &str, waiter: &Waiter) -> Result<ir::Waiter, String> {
        let mut lines = vec![format!("delay {}", waiter.delay), format!("attempts {}", waiter.max_attempts)];
        for acceptor in &waiter.acceptors {
            lines.push(self.acceptor(waiter, acceptor)?);
        }
        Ok(ir::Waiter {
            name: name.to_owned(),
            method: format!("wait_until_{}", names::snake(name)),
            lines,
            delay: waiter.delay,
            max_attempts: waiter.max_attempts,
        })
    }

    fn acceptor(&self, waiter: &Waiter, acceptor: &Acceptor) -> Result<String, String> {
        let Acceptor { state, matcher, expected, argument } = acceptor;
        if !["success", "failure", "retry"].contains(&state.as_str()) {
            return Err(format!("there is no state {state:?}"));
        }
        let fits = match matcher.as_str() {
            "path" | "pathAll" | "pathAny" => true,
            "status" => expected.is_u64(),
            "error" => matches!(expected, Value::String(_) | Value::Bool(_)),
            _ => return Err(format!("there is no matcher {matcher:?}")),
        };
        if !fits {
            return Err(format!("the matcher {matcher} does not expect {expected}"));
        }
        match argument {
            Some(argument) if matcher.starts_with("path") => {
                let argument = argument.replace(['\n', '\r'], " ");
                let output =
                    self.model.operations.get(&waiter.operation).and_then(|operation| operation.output.as_ref());
                let output = output.ok_or_else(|| format!("{} has no output", waiter.operation))?;
                expression::check(self.model, self.target(output).0, &argument)
                    .map_err(|problem| format!("argument `{argument}`: {problem}"))?;
                Ok(format!("{state} {matcher} {expected} {argument}"))
            }
            None if matcher.starts_with("path") => Err(format!("the matcher {matcher} has no argument")),
            _ => Ok(format!("{state} {matcher} {expected}")),
        }
    }
}
