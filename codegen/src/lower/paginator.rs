use super::Lowering;
use super::expression;
use crate::ir::{self, Step, Ty};
use crate::model::{Operation, Paginator, Paginators, Shape};

impl<'a> Lowering<'a> {
    /// Gives the operations their pages. What does not fit the shapes is returned.
    pub fn paginators(&self, service: &mut ir::Service, paginators: &Paginators) -> Vec<String> {
        let mut problems = Vec::new();
        let ir::Service { operations, types, .. } = service;
        for operation in operations {
            let Some(paginator) = paginators.pagination.get(&operation.name) else { continue };
            match self.paginator(operation, types, paginator) {
                Ok(pages) => operation.pages = Some(pages),
                Err(problem) => problems.push(format!("{}: {problem}", operation.name)),
            }
        }
        problems
    }

    fn paginator(
        &self,
        operation: &ir::Operation,
        types: &[ir::Type],
        paginator: &Paginator,
    ) -> Result<ir::Pages, String> {
        let model = self.model.operations.get(&operation.name).ok_or("there is no such operation")?;
        let output = model.output.as_ref().map(|output| self.target(output)).ok_or("it has no output")?;
        let mut lines = Vec::new();
        if paginator.input_token.0.is_empty() || paginator.input_token.0.len() != paginator.output_token.0.len() {
            return Err("input_token and output_token are not as many".to_owned());
        }
        for (token, expression) in paginator.input_token.0.iter().zip(&paginator.output_token.0) {
            self.input_member(model, "input_token", token)?;
            lines.push(format!("token {token} {}", self.expression(output.0, "output_token", expression)?));
        }
        if let Some(more) = &paginator.more_results {
            lines.push(format!("more {}", self.expression(output.0, "more_results", more)?));
        }
        if let Some(limit) = &paginator.limit_key {
            self.input_member(model, "limit_key", limit)?;
            lines.push(format!("limit {limit}"));
        }
        for (word, key, paths) in [
            ("result", "result_key", &paginator.result_key),
            ("keep", "non_aggregate_keys", &paginator.non_aggregate_keys),
        ] {
            for path in &paths.0 {
                lines.push(format!("{word} {}", self.expression(output.0, key, path)?));
            }
        }
        let primary = paginator.result_key.0.first().ok_or("result_key is missing")?;
        let items = self.steps(output.1, &operation.output, types, primary);
        let items = items.ok_or_else(|| format!("result_key `{primary}`: it is not a path of members"))?;
        Ok(ir::Pages { lines, items, result: primary.clone() })
    }

    /// The expression, on one line.
    fn expression(&self, shape: &'a str, key: &str, text: &str) -> Result<String, String> {
        let text = text.replace(['\n', '\r'], " ");
        expression::check(self.model, shape, &text).map_err(|problem| format!("{key} `{text}`: {problem}"))?;
        Ok(text)
    }

    fn input_member(&self, operation: &'a Operation, key: &str, name: &str) -> Result<(), String> {
        let input = operation.input.as_ref().map(|input| self.target(input).1);
        match input.and_then(|input| input.members.get(name)) {
            Some(_) => Ok(()),
            None => Err(format!("{key} `{name}`: the input has no such member")),
        }
    }

    /// The way to a member by a dotted path. The members of a structure are in the order of its shape's.
    fn steps(&self, shape: &'a Shape, structure: &ir::Structure, types: &[ir::Type], path: &str) -> Option<Vec<Step>> {
        let (mut shape, mut members) = (shape, structure.members.as_slice());
        let mut steps = Vec::new();
        let mut names = path.split('.').peekable();
        while let Some(name) = names.next() {
            let at = shape.members.iter().position(|(other, _)| other == name)?;
            let member = members.get(at)?;
            steps.push(Step { name: member.name.clone(), ty: member.ty.clone() });
            if names.peek().is_some() {
                shape = self.target(shape.members.get(name)?).1;
                members = members_of(types, &member.ty)?;
            }
        }
        Some(steps)
    }
}

fn members_of<'t>(types: &'t [ir::Type], ty: &Ty) -> Option<&'t [ir::Member]> {
    match ty {
        Ty::Option(inner) | Ty::Boxed(inner) => members_of(types, inner),
        Ty::Shape(ir::File::Types, name) => types.iter().find_map(|ty| match ty {
            ir::Type::Structure(structure) if structure.name == *name => Some(structure.members.as_slice()),
            _ => None,
        }),
        _ => None,
    }
}
