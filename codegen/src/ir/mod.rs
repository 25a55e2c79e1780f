//! What is emitted, decided: names are Rust's, types are Rust's, descriptions are written out.

/// A service module.
pub struct Service {
    /// `s3`: botocore's directory and the cargo feature.
    pub name: String,
    /// The Rust module.
    pub module: String,
    pub title: String,
    pub docs: Vec<String>,
    pub id: String,
    pub endpoint_prefix: String,
    pub signing_name: String,
    pub api_version: String,
    /// The variant of the runtime's `Protocol`.
    pub protocol: &'static str,
    pub signature_version: String,
    pub auth: String,
    pub traits: String,
    pub endpoint_rules: String,
    pub operations: Vec<Operation>,
    pub types: Vec<Type>,
    pub errors: Vec<Structure>,
    /// Error codes and the indices of their structures in `errors`.
    pub error_codes: Vec<(Vec<String>, usize)>,
    /// Operations of the model that are not emitted.
    pub left_out: Vec<String>,
    /// Whether there is a type `AttributeValue`, for which the runtime has more than the model.
    pub attribute_values: bool,
    /// Whether there are the operations that move files in parts, for which the runtime has more than the model.
    pub transfers: bool,
    /// Whether there are the keys of assumed roles, which the runtime makes credentials of.
    pub role_keys: bool,
}

pub struct Operation {
    /// The model's name, `GetObject`.
    pub name: String,
    /// The type of the call.
    pub call: String,
    /// The client's method.
    pub method: String,
    pub http_method: String,
    pub uri: String,
    pub traits: String,
    pub docs: Vec<String>,
    pub deprecated: Option<String>,
    pub input: Structure,
    pub output: Structure,
    /// Names of the setters, in the order of the input's members.
    pub setters: Vec<String>,
    pub pages: Option<Pages>,
    pub waiters: Vec<Waiter>,
}

/// How an operation's answers come in pages.
pub struct Pages {
    /// The description that the runtime reads.
    pub lines: Vec<String>,
    /// What the pages are pages of, as the model says it.
    pub result: String,
    /// The way to it.
    pub items: Vec<Step>,
}

/// A member on the way to another.
pub struct Step {
    pub name: String,
    pub ty: Ty,
}

/// Something that can be waited for.
pub struct Waiter {
    /// The model's name.
    pub name: String,
    pub method: String,
    /// The description that the runtime reads.
    pub lines: Vec<String>,
    /// Seconds.
    pub delay: u64,
    pub max_attempts: u32,
}

pub enum Type {
    Structure(Structure),
    Union(Union),
    Enum(Enum),
}

pub struct Structure {
    pub name: String,
    /// The description's lines.
    pub schema: Vec<String>,
    pub docs: Vec<String>,
    pub members: Vec<Member>,
    /// Indices of the members that `new` takes; `None` when there are too many to read, or nobody makes one.
    pub arguments: Option<Vec<usize>>,
    pub clone: bool,
    pub non_exhaustive: bool,
}

impl Structure {
    /// Whether this is an output without members of the model, for all of which the runtime has one type.
    pub fn is_empty_output(&self) -> bool {
        let [head, metadata] = self.schema.as_slice() else { return false };
        !head.contains(' ') && metadata == "ResponseMetadata at=metadata"
    }

    /// Of an error: the runtime's type that is enough for it.
    pub fn plain_error(&self) -> Option<&'static str> {
        let message = Ty::Option(Box::new(Ty::String));
        match self.members.as_slice() {
            [] => Some("BareError"),
            [member] if member.name == "message" && member.ty == message && member.json.is_none() => {
                Some("ErrorMessage")
            }
            _ => None,
        }
    }
}

pub struct Member {
    pub name: String,
    pub docs: Vec<String>,
    pub ty: Ty,
    /// The name of the method that gives the member, a text, as JSON.
    pub json: Option<String>,
}

pub struct Union {
    pub name: String,
    pub schema: Vec<String>,
    pub docs: Vec<String>,
    pub variants: Vec<Member>,
}

pub struct Enum {
    pub name: String,
    pub docs: Vec<String>,
    /// Rust name and value.
    pub variants: Vec<(String, String)>,
}

/// The file that a type stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    Types,
    Error,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    Bool,
    I32,
    I64,
    F32,
    F64,
    String,
    Blob,
    Body,
    Timestamp,
    Document,
    ResponseMetadata,
    Enum(String),
    /// A structure or union.
    Shape(File, String),
    Events(File, String),
    Option(Box<Ty>),
    Boxed(Box<Ty>),
    List(Box<Ty>),
    /// Key and value.
    Map(Box<Ty>, Box<Ty>),
}
