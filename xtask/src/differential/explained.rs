//! Differences that are meant, each with its reason.

use crate::Result;

/// The list, and which of its entries came up.
pub struct Explained {
    entries: Vec<Entry>,
}

struct Entry {
    protocols: Vec<String>,
    services: Vec<String>,
    operations: Vec<String>,
    direction: String,
    /// How the place begins; a part of what is different.
    place: String,
    what: String,
    used: u64,
}

/// What a difference is told by.
pub struct Difference<'a> {
    pub protocol: &'a str,
    pub service: &'a str,
    pub operation: &'a str,
    pub direction: &'a str,
    pub place: &'a str,
    pub what: &'a str,
}

impl Explained {
    pub fn read(text: &str) -> Result<Self> {
        let table: toml::Table = text.parse()?;
        let entries = table.get("difference").and_then(toml::Value::as_array);
        let entries = entries.into_iter().flatten().map(Entry::read).collect::<Result<_>>()?;
        Ok(Explained { entries })
    }

    /// Whether an entry explains the difference; counts those that do.
    pub fn explains(&mut self, difference: &Difference<'_>) -> bool {
        match self.entries.iter_mut().find(|entry| entry.is_of(difference)) {
            Some(entry) => {
                entry.used += 1;
                true
            }
            None => false,
        }
    }

    /// The entries that no call needed.
    pub fn unused(&self) -> impl Iterator<Item = String> {
        let of_calls = self.entries.iter().filter(|entry| !entry.place.starts_with("presigned"));
        of_calls.filter(|entry| entry.used == 0).map(Entry::text)
    }
}

impl Entry {
    fn read(value: &toml::Value) -> Result<Self> {
        let text = |name: &str| value.get(name).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        let words = |name: &str| text(name).split_whitespace().map(str::to_owned).collect();
        if text("reason").is_empty() {
            return Err(format!("explained.toml: an entry has no reason: {value:?}").into());
        }
        Ok(Entry {
            protocols: words("protocols"),
            services: words("services"),
            operations: words("operations"),
            direction: text("direction"),
            place: text("place"),
            what: text("what"),
            used: 0,
        })
    }

    fn text(&self) -> String {
        let mut words = [&self.protocols, &self.services, &self.operations].map(|words| words.join(",")).to_vec();
        words.extend([self.direction.clone(), self.place.clone(), format!("{:?}", self.what)]);
        words.retain(|word| !word.is_empty());
        words.join(" ")
    }

    fn is_of(&self, difference: &Difference<'_>) -> bool {
        let among = |words: &[String], word: &str| words.is_empty() || words.iter().any(|each| each == word);
        among(&self.protocols, difference.protocol)
            && among(&self.services, difference.service)
            && among(&self.operations, difference.operation)
            && (self.direction.is_empty() || self.direction == difference.direction)
            && difference.place.starts_with(&self.place)
            && difference.what.contains(&self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_explain_and_are_counted() {
        let text = "[[difference]]\nservices = \"a b\"\nplace = \"header\"\nreason = \"so\"\n\
                    [[difference]]\nwhat = \"never\"\nreason = \"so\"\n";
        let mut explained = Explained::read(text).unwrap();
        let (protocol, operation, direction, place, what) = ("json", "O", "request", "header x", "y");
        let difference = |service| Difference { protocol, service, operation, direction, place, what };
        assert!(explained.explains(&difference("b")) && !explained.explains(&difference("c")));
        assert_eq!(explained.unused().collect::<Vec<_>>(), ["\"never\""]);
        assert!(Explained::read("[[difference]]\nplace = \"header\"\n").is_err());
    }
}
