//! A command line in words, by the rules of the system's shell.

/// The words of a line. `None` when a quotation mark is not closed, or nothing follows an escape.
pub(crate) fn words(line: &str, windows: bool) -> Option<Vec<String>> {
    if windows { of_windows(line) } else { of_posix(line) }
}

/// Source: the POSIX mode of Python's `shlex.split`.
fn of_posix(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut signs = line.chars();
    while let Some(sign) = signs.next() {
        match sign {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(signs.next()?),
            '\'' | '"' => quoted(&mut signs, sign, word.get_or_insert_default())?,
            _ => word.get_or_insert_default().push(sign),
        }
    }
    words.extend(word);
    Some(words)
}

fn quoted(signs: &mut std::str::Chars<'_>, mark: char, word: &mut String) -> Option<()> {
    loop {
        match signs.next()? {
            sign if sign == mark => return Some(()),
            '\\' if mark == '"' => {
                let escaped = signs.next()?;
                if escaped != '"' && escaped != '\\' {
                    word.push('\\');
                }
                word.push(escaped);
            }
            sign => word.push(sign),
        }
    }
}

/// Source: Microsoft's rules of parsing command lines, without their variables. Backslashes are plain but before a
/// quotation mark.
fn of_windows(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let (mut backslashes, mut in_quotes) = (0, false);
    for sign in line.chars() {
        if sign == '\\' {
            backslashes += 1;
            continue;
        }
        let before_mark = sign == '"';
        let plain = if before_mark { backslashes / 2 } else { backslashes };
        let escaped = before_mark && backslashes % 2 == 1;
        if plain > 0 {
            word.get_or_insert_default().push_str(&"\\".repeat(plain));
        }
        backslashes = 0;
        match sign {
            '"' if !escaped => {
                in_quotes = !in_quotes;
                word.get_or_insert_default();
            }
            ' ' | '\t' if !in_quotes => words.extend(word.take()),
            _ => word.get_or_insert_default().push(sign),
        }
    }
    if in_quotes {
        return None;
    }
    if backslashes > 0 {
        word.get_or_insert_default().push_str(&"\\".repeat(backslashes));
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Suite;

    #[test]
    fn split_vectors() {
        let Some((mut suite, cases)) = Suite::cases("command-split", "credentials/command-split.json") else { return };
        for case in cases {
            suite.case(case["id"].as_str().unwrap_or_default(), || {
                let line = case["input_string"].as_str().expect("a line");
                let expected: Option<Vec<String>> =
                    serde_json::from_value(case["expected_output"].clone()).ok().flatten();
                assert_eq!(words(line, case["table"] == "windows"), expected, "{}", case["id"]);
                Ok(())
            });
        }
        suite.finish();
    }

    #[test]
    fn what_is_not_closed_is_refused() {
        for line in ["a \"b", "a 'b", "a \\"] {
            assert_eq!(words(line, false), None, "{line}");
        }
        assert_eq!(words("a \"b", true), None);
        assert_eq!(words("'a b' \"c\\d\\\"e\"", false), Some(vec!["a b".to_owned(), "c\\d\"e".to_owned()]));
    }
}
