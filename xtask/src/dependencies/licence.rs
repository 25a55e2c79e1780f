//! SPDX licence expressions (SPDX 3.0, annex B), and the `/` that older manifests use for `OR`.

use crate::Result;

/// Whether one may use what stands under these terms with the licences allowed.
pub fn allowed(terms: &str, licences: &[String]) -> Result<bool> {
    let spaced = terms.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, licences };
    match reader.any() {
        Some(verdict) if reader.words.is_empty() => Ok(verdict),
        _ => Err(format!("the licence expression `{terms}` cannot be read.").into()),
    }
}

struct Reader<'a> {
    words: &'a [&'a str],
    licences: &'a [String],
}

impl<'a> Reader<'a> {
    fn any(&mut self) -> Option<bool> {
        let mut verdict = self.all()?;
        while self.take("OR") {
            verdict |= self.all()?;
        }
        Some(verdict)
    }

    fn all(&mut self) -> Option<bool> {
        let mut verdict = self.one()?;
        while self.take("AND") {
            verdict &= self.one()?;
        }
        Some(verdict)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let verdict = self.any()?;
            return self.take(")").then_some(verdict);
        }
        let name = self.next()?;
        // An exception only takes conditions away, so the licence alone decides.
        if self.take("WITH") {
            self.next()?;
        }
        Some(self.licences.iter().any(|licence| licence == name))
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.first() == Some(&word);
        if found {
            self.words = &self.words[1..];
        }
        found
    }

    fn next(&mut self) -> Option<&'a str> {
        let (word, rest) = self.words.split_first()?;
        self.words = rest;
        (!["(", ")", "AND", "OR", "WITH"].contains(word)).then_some(*word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_bind_as_spdx_says() {
        let licences = ["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned);
        for (terms, expected) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("GPL-3.0 AND MIT", false),
            ("MIT/GPL-3.0", true),
            ("GPL-3.0 AND ISC OR MIT", true),
            ("(MIT OR GPL-3.0) AND Unicode-3.0", true),
            ("(MIT OR Apache-2.0) AND GPL-3.0", false),
            ("Apache-2.0 WITH LLVM-exception OR GPL-3.0", true),
        ] {
            assert_eq!(allowed(terms, &licences).unwrap(), expected, "{terms}");
        }
        for terms in ["", "MIT OR", "(MIT", "MIT Apache-2.0", "AND"] {
            assert!(allowed(terms, &licences).is_err(), "{terms}");
        }
    }
}
