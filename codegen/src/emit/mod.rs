//! Decided form to Rust: one file here for each file that is emitted. No choices.

mod by_name;
mod client;
mod clients;
mod data;
mod error;
mod module;
mod operation;
mod paginator;
mod serde;
mod structure;
mod types;
mod waiter;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;

pub use clients::emit as clients;
pub use data::{Files, emit as data};

use crate::format::Text;
use crate::ir::{self, Ty};

/// The emitted files of a service: names and texts. With `serde`, the types have its traits.
pub fn service(service: &ir::Service, serde: bool) -> Vec<(&'static str, String)> {
    let mut parts = Vec::new();
    parts.extend(paginator::emit(service).map(|text| ("paginator", "paginator.rs", text)));
    parts.extend(serde.then(|| ("serde", "serde.rs", serde::emit(service))));
    parts.extend(waiter::emit(service).map(|text| ("waiter", "waiter.rs", text)));
    let names: Vec<&str> = parts.iter().map(|(name, ..)| *name).collect();
    let mut files = vec![
        ("mod.rs", module::emit(service, &names)),
        ("by_name.rs", by_name::emit(service)),
        ("client.rs", client::emit(service)),
        ("operation.rs", operation::emit(service)),
        ("types.rs", types::emit(service)),
        ("error.rs", error::emit(service)),
        ("endpoint.rs", module::endpoint(service)),
    ];
    files.extend(parts.into_iter().map(|(_, file, text)| (file, text)));
    files
}

/// `services.rs`: the list of modules.
pub fn services(services: &[ir::Service]) -> String {
    let mut text = Text::default();
    for service in services {
        let (name, docs) = (ident(&service.module), docs(&[format!("{}.", service.title)]));
        text.item(quote! {
            #docs
            #[allow(
                deprecated,
                clippy::enum_variant_names,
                clippy::large_enum_variant,
                clippy::module_inception,
                clippy::new_without_default,
                clippy::should_implement_trait,
                clippy::upper_case_acronyms,
                clippy::wrong_self_convention
            )]
            pub mod #name;
        });
    }
    text.finish()
}

/// The file in which a type is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Here {
    Types,
    Error,
    /// `client.rs`, `operation.rs` and what stands beside them
    Calls,
}

/// A file on its way, and what it has to import.
struct File {
    here: Here,
    text: Text,
    /// Paths from `use` on, each with the names taken from it.
    uses: BTreeMap<&'static str, BTreeSet<&'static str>>,
}

impl File {
    fn new(here: Here) -> Self {
        File { here, text: Text::default(), uses: BTreeMap::new() }
    }

    fn import(&mut self, path: &'static str, names: &[&'static str]) {
        self.uses.entry(path).or_default().extend(names);
    }

    fn finish(self, service: &ir::Service) -> String {
        let mut out = header(service);
        for (path, names) in &self.uses {
            imports(&mut out, path, names);
        }
        out.push('\n');
        out.push_str(&self.text.finish());
        out
    }

    /// The type of a member.
    fn ty(&mut self, ty: &Ty) -> TokenStream {
        match ty {
            Ty::Bool => quote!(bool),
            Ty::I32 => quote!(i32),
            Ty::I64 => quote!(i64),
            Ty::F32 => quote!(f32),
            Ty::F64 => quote!(f64),
            Ty::String => quote!(String),
            Ty::Enum(name) => self.path(ir::File::Types, name),
            Ty::Shape(file, name) => self.path(*file, name),
            Ty::Blob => self.own("Blob"),
            Ty::Body => self.own("Body"),
            Ty::Timestamp => self.own("Timestamp"),
            Ty::Document => self.own("Document"),
            Ty::ResponseMetadata => self.own("ResponseMetadata"),
            Ty::Events(file, name) => {
                let (stream, event) = (self.own("EventStream"), self.path(*file, name));
                quote!(#stream<#event>)
            }
            Ty::Option(inner) => {
                let inner = self.ty(inner);
                quote!(Option<#inner>)
            }
            Ty::Boxed(inner) => {
                let inner = self.ty(inner);
                quote!(Box<#inner>)
            }
            Ty::List(element) => {
                let element = self.ty(element);
                quote!(Vec<#element>)
            }
            Ty::Map(key, value) => {
                let (map, key, value) = (self.own("Map"), self.ty(key), self.ty(value));
                quote!(#map<#key, #value>)
            }
        }
    }

    /// The zero value of a type.
    fn zero(&mut self, ty: &Ty) -> TokenStream {
        match ty {
            Ty::Option(_) => quote!(None),
            Ty::Bool => quote!(false),
            Ty::I32 | Ty::I64 => quote!(0),
            Ty::F32 | Ty::F64 => quote!(0.0),
            Ty::String => quote!(String::new()),
            Ty::List(_) => quote!(Vec::new()),
            Ty::Map(..) => quote!(Map::new()),
            Ty::Boxed(_) => quote!(Box::default()),
            Ty::Events(..) => quote!(EventStream::default()),
            Ty::Enum(_) | Ty::Shape(..) | Ty::Blob | Ty::Body | Ty::Timestamp | Ty::Document | Ty::ResponseMetadata => {
                let ty = self.ty(ty);
                quote!(#ty::default())
            }
        }
    }

    /// A type of the crate itself.
    fn own(&mut self, name: &'static str) -> TokenStream {
        self.import("crate", &[name]);
        let name = ident(name);
        quote!(#name)
    }

    /// A type of the service.
    fn path(&mut self, file: ir::File, name: &str) -> TokenStream {
        let name = ident(name);
        match (file, self.here) {
            (ir::File::Types, Here::Types) | (ir::File::Error, Here::Error) => quote!(#name),
            (ir::File::Types, _) => {
                self.import("super", &["types"]);
                quote!(types::#name)
            }
            (ir::File::Error, _) => {
                self.import("super", &["error"]);
                quote!(error::#name)
            }
        }
    }
}

fn imports(out: &mut String, path: &str, names: &BTreeSet<&str>) {
    let names: Vec<&str> = names.iter().copied().collect();
    let line = match names.as_slice() {
        [name] => format!("use {path}::{name};\n"),
        _ => format!("use {path}::{{{}}};\n", names.join(", ")),
    };
    out.push_str(&line);
}

/// The first line of every file.
fn header(service: &ir::Service) -> String {
    format!("// Generated by botocore-codegen from the model of {} {}.\n\n", service.name, service.api_version)
}

fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

fn docs(lines: &[String]) -> TokenStream {
    let text = lines.join("\n");
    quote!(#[doc = #text])
}

/// What makes a function's code be made where it is called. A function with parameters of any type is so anyway, and an
/// attribute takes 1.4 kB of every build.
fn inline(parameters: &TokenStream) -> Option<TokenStream> {
    let generic =
        parameters.clone().into_iter().any(|token| matches!(&token, TokenTree::Ident(word) if word == "impl"));
    (!generic).then(|| quote!(#[inline]))
}
