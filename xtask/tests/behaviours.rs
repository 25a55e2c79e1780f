//! `docs/behaviours.md` names files, functions and tests: each must be there.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_path_buf()
}

/// Number, state, and the columns of where and by what.
struct Row<'a> {
    number: usize,
    state: &'a str,
    place: &'a str,
    shown: &'a str,
}

fn rows(text: &str) -> Vec<Row<'_>> {
    let cells = text.lines().filter_map(|line| line.strip_prefix('|')?.strip_suffix('|')).map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        cells
    });
    cells
        .filter_map(|cells| {
            let number = cells.first()?.parse().ok()?;
            let [_, _, state, place, shown] = cells[..] else {
                panic!("row {number} has {} columns, not 5", cells.len());
            };
            Some(Row { number, state, place, shown })
        })
        .collect()
}

/// The paths and names of a cell, `src/call.rs` and `src/call.rs::join`; `::name` is of the path before.
fn named(cell: &str) -> Vec<(String, Option<String>)> {
    let (mut found, mut last) = (Vec::new(), String::new());
    for word in cell.split('`').skip(1).step_by(2) {
        let (path, name) = match word.split_once("::") {
            Some((path, name)) => (path, Some(name.to_owned())),
            None => (word, None),
        };
        if path.is_empty() && name.is_some() {
            found.push((last.clone(), name));
        } else if path.contains('/') && !path.contains(' ') {
            last = path.to_owned();
            found.push((last.clone(), name));
        }
    }
    found
}

fn defines(text: &str, name: &str) -> bool {
    let words = text.lines().flat_map(|line| {
        ["fn ", "struct ", "enum ", "const ", "static ", "type "]
            .into_iter()
            .filter_map(move |keyword| line.split_once(keyword))
    });
    words.map(|(_, rest)| rest).any(|rest| {
        let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
        rest.strip_prefix(name).is_some_and(ends)
    })
}

fn is_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let at = lines
        .iter()
        .position(|line| line.split_once("fn ").is_some_and(|(_, rest)| rest.starts_with(&format!("{name}("))));
    let attributes =
        |at: usize| lines[..at].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    at.is_some_and(|at| attributes(at).any(|line| *line == "#[test]"))
}

fn check(row: &Row<'_>, cell: &str, tests: bool, problems: &mut Vec<String>) {
    for (path, name) in named(cell) {
        let whole = root().join(&path);
        if whole.is_dir() {
            continue;
        }
        let Ok(text) = fs::read_to_string(&whole) else {
            problems.push(format!("row {}: there is no {path}", row.number));
            continue;
        };
        let Some(name) = name else { continue };
        if tests && !is_test(&text, &name) {
            problems.push(format!("row {}: {path} has no test {name}", row.number));
        } else if !defines(&text, &name) {
            problems.push(format!("row {}: {path} has no {name}", row.number));
        }
    }
}

#[test]
fn what_is_named_is_there() {
    let text = fs::read_to_string(root().join("docs/behaviours.md")).unwrap();
    let mut problems = Vec::new();
    for row in rows(&text) {
        check(&row, row.place, false, &mut problems);
        check(&row, row.shown, true, &mut problems);
        if matches!(row.state, "there" | "differs") && row.place.is_empty() {
            problems.push(format!("row {}: says not where it is", row.number));
        }
        if row.shown.is_empty() {
            problems.push(format!("row {}: says neither what shows it nor why not", row.number));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn each_row_has_a_state() {
    let text = fs::read_to_string(root().join("docs/behaviours.md")).unwrap();
    let rows = rows(&text);
    let numbers: Vec<usize> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=rows.len()).collect::<Vec<_>>());
    let (_, missing) = text.split_once("## What is missing").expect("a section of what is missing");
    for Row { number, state, .. } in rows {
        assert!(["there", "differs", "missing", "not needed"].contains(&state), "row {number} is {state:?}");
        let listed = missing.contains(&format!("({number})"));
        assert!(state != "missing" || listed, "row {number} is missing, and not in the list of what is");
    }
}

#[test]
fn names_are_found() {
    let cell = "Suite `x-y`; `src/a.rs::one`, `::two`, `src/b/`, `tests/c.rs` (all)";
    let name = |name: &str| Some(name.to_owned());
    let expected = [("src/a.rs", name("one")), ("src/a.rs", name("two")), ("src/b/", None), ("tests/c.rs", None)];
    let expected: Vec<_> = expected.into_iter().map(|(path, name)| (path.to_owned(), name)).collect();
    assert_eq!(named(cell), expected);
    let text =
        "    #[test]\n    // why\n    #[cfg(unix)]\n    fn one() {}\n    fn one_more(x: u8) {}\npub struct Two;\n";
    assert!(is_test(text, "one") && !is_test(text, "one_more") && !is_test(text, "two"));
    assert!(defines(text, "one_more") && defines(text, "Two") && !defines(text, "on"));
}
