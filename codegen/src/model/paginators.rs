use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Ordered;

/// `paginators-1.json`. Keys that are not here would be without effect, so they are refused.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Paginators {
    #[serde(rename = "version")]
    _version: IgnoredAny,
    pub pagination: Ordered<Paginator>,
}

/// How an operation's answers come in pages.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Paginator {
    pub input_token: Texts,
    /// Of old files: what the Python client once called the input token.
    #[serde(rename = "py_input_token")]
    _py_input_token: IgnoredAny,
    pub output_token: Texts,
    pub result_key: Texts,
    pub more_results: Option<String>,
    pub limit_key: Option<String>,
    pub non_aggregate_keys: Texts,
}

/// One text or several.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "OneOrMore")]
pub struct Texts(pub Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl From<OneOrMore> for Texts {
    fn from(texts: OneOrMore) -> Self {
        match texts {
            OneOrMore::One(text) => Texts(vec![text]),
            OneOrMore::More(texts) => Texts(texts),
        }
    }
}

/// `paginators-1.sdk-extras.json`: what is laid over the paginators.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PaginatorExtras {
    #[serde(rename = "version")]
    _version: IgnoredAny,
    pub merge: Paginators,
}

impl Paginators {
    /// Lays `extras` over these: a key replaces the key of the same name.
    pub fn merge(&mut self, extras: PaginatorExtras) {
        for (name, extra) in extras.merge.pagination {
            let Some(paginator) = self.pagination.get_mut(&name) else {
                self.pagination.insert(name, extra);
                continue;
            };
            let replace = |old: &mut Texts, new: Texts| {
                if !new.0.is_empty() {
                    *old = new;
                }
            };
            replace(&mut paginator.input_token, extra.input_token);
            replace(&mut paginator.output_token, extra.output_token);
            replace(&mut paginator.result_key, extra.result_key);
            replace(&mut paginator.non_aggregate_keys, extra.non_aggregate_keys);
            paginator.more_results = extra.more_results.or(paginator.more_results.take());
            paginator.limit_key = extra.limit_key.or(paginator.limit_key.take());
        }
    }
}
