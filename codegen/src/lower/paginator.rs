use super::Lowering;
use super::expression;
use crate::ir::{self, Step, Ty};
use crate::model::{Operation, Paginator, Paginators, Shape};

impl<'a> Lowering<'a> {
    /// Gives the operations their pages. What does not fit the shapes is returned.
    ///
    /// Here and in the mirror of the file, which refuses keys that it does not know, is what botocore's
    /// `test_paginator_config` asks of every file, but for one question: whether each member of the output stands under
    /// some key. Typed pages keep all members, so one that a service adds is no mistake here.
    pub fn paginators(&self, service: &mut ir::Service, paginators: &Paginators) -> Vec<String> {
        let mut problems = Vec::new();
        for (name, _) in paginators.pagination.iter().filter(|(name, _)| self.model.operations.get(name).is_none()) {
            problems.push(format!("{name}: there is no such operation"));
        }
        let ir::Service { operations, types, .. } = service;
        for operation in operations {
            let Some(paginator) = paginators.pagination.get(&operation.name) else { continue };
            match self.paginator(operation, types, paginator) {
                Ok(pages) => operation.pages = Some(pages),
                Err(found) => problems.extend(found.iter().map(|problem| format!("{}: {problem}", operation.name))),
            }
        }
        problems
    }

    fn paginator(
        &self,
        operation: &ir::Operation,
        types: &[ir::Type],
        paginator: &Paginator,
    ) -> Result<ir::Pages, Vec<String>> {
        let model = self.model.operations.get(&operation.name);
        let Some((model, output)) = model.and_then(|model| Some((model, self.target(model.output.as_ref()?)))) else {
            return Err(vec!["it has no output".to_owned()]);
        };
        let (mut lines, mut problems) = (Vec::new(), Vec::new());
        let mut line = |word: &str, text: Result<String, String>| match text {
            Ok(text) => lines.push(format!("{word}{text}")),
            Err(problem) => problems.push(problem),
        };
        if paginator.input_token.0.is_empty() || paginator.input_token.0.len() != paginator.output_token.0.len() {
            line("", Err("input_token and output_token are not as many".to_owned()));
        }
        for (token, expression) in paginator.input_token.0.iter().zip(&paginator.output_token.0) {
            let expression = self.expression(output.0, "output_token", expression);
            line(
                "token ",
                self.input_member(model, "input_token", token).and_then(|()| Ok(format!("{token} {}", expression?))),
            );
        }
        if let Some(more) = &paginator.more_results {
            line("more ", self.expression(output.0, "more_results", more));
        }
        if let Some(limit) = &paginator.limit_key {
            line("limit ", self.input_member(model, "limit_key", limit).map(|()| limit.clone()));
        }
        for (word, key, paths) in [
            ("result ", "result_key", &paginator.result_key),
            ("keep ", "non_aggregate_keys", &paginator.non_aggregate_keys),
        ] {
            paths.0.iter().for_each(|path| line(word, self.expression(output.0, key, path)));
        }
        let Some(primary) = paginator.result_key.0.first() else {
            problems.push("result_key is missing".to_owned());
            return Err(problems);
        };
        match self.steps(output.1, &operation.output, types, primary) {
            Some(items) if problems.is_empty() => Ok(ir::Pages { lines, items, result: primary.clone() }),
            items => {
                // An expression that names no member was complained of above.
                if items.is_none() && problems.is_empty() {
                    problems.push(format!("result_key `{primary}`: it is not a path of members"));
                }
                Err(problems)
            }
        }
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
