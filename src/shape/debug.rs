use std::fmt;

use super::schema::{Member, Schema};
use super::{Value, View};

/// `Debug` of any shape: name and members as in the model, absent members left out, sensitive ones hidden.
pub(crate) fn debug(value: &dyn Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    show(value, Member::PLAIN, f)
}

fn show(value: &dyn Value, member: Member, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut result = Ok(());
    value.view(&mut |view| result = show_view(view, member, f));
    result
}

fn show_view(view: View<'_>, member: Member, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let secret = member.has("secret") || matches!(view, View::Str(_)) && names_secret(member.name());
    if secret && !matches!(view, View::Absent) {
        return f.write_str("*** hidden ***");
    }
    match view {
        View::Absent => f.write_str("None"),
        View::Bool(value) => fmt::Debug::fmt(&value, f),
        View::Int(value) => fmt::Debug::fmt(&value, f),
        View::Float(value) => fmt::Debug::fmt(&value, f),
        View::Double(value) => fmt::Debug::fmt(&value, f),
        View::Str(value) => fmt::Debug::fmt(value, f),
        View::Blob(value) => write!(f, "Blob({} bytes)", value.len()),
        View::Timestamp(value) => fmt::Debug::fmt(&value, f),
        View::Document(value) => fmt::Debug::fmt(value, f),
        View::Stream(value) => fmt::Debug::fmt(value, f),
        View::Events(_) => f.write_str("EventStream"),
        View::Metadata(value) => fmt::Debug::fmt(value, f),
        View::List(items) => f.debug_list().entries(items.iter().map(|item| Shown(item, member.element()))).finish(),
        View::Map(entries) => {
            f.debug_map().entries(entries.iter().map(|(key, value)| (key, Shown(value, member.value())))).finish()
        }
        View::Structure(schema, values) => {
            let schema = Schema::new(schema);
            let mut out = f.debug_struct(schema.name());
            for (member, value) in schema.members().zip(values) {
                if !absent(*value) {
                    out.field(member.name(), &Shown(*value, member));
                }
            }
            out.finish()
        }
        View::Union(union) => match union.variant() {
            Some((index, value)) => {
                let schema = Schema::new(union.schema());
                let member = schema.members().nth(index).unwrap_or(Member::PLAIN);
                f.debug_struct(schema.name()).field(member.name(), &Shown(value, member)).finish()
            }
            None => write!(f, "Unknown({:?})", union.unknown().unwrap_or_default()),
        },
    }
}

/// Whether a text of that name lets its reader act for somebody: the models do not mark all of them, STS's session tokens
/// not for one.
fn names_secret(name: &str) -> bool {
    const NAMES: [&str; 7] =
        ["SessionToken", "AccessToken", "RefreshToken", "IdToken", "SecretAccessKey", "ClientSecret", "Password"];
    NAMES.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

fn absent(value: &dyn Value) -> bool {
    let mut absent = false;
    value.view(&mut |view| absent = matches!(view, View::Absent));
    absent
}

struct Shown<'a>(&'a dyn Value, Member);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self.0, self.1, f)
    }
}
