use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::structure::schema;
use super::{File, Here, docs, ident};
use crate::ir::{self, Enum, Service, Ty, Type, Union};

/// `types.rs`: what operations and errors are made of.
pub fn emit(service: &Service) -> String {
    let mut file = File::new(Here::Types);
    for ty in &service.types {
        match ty {
            Type::Structure(structure) => file.structure(structure),
            Type::Union(union) => file.union(union),
            Type::Enum(enumeration) => file.enumeration(enumeration),
        }
    }
    let uses = Uses::of(service);
    uses.keys.iter().for_each(|name| file.key(name));
    for (error, name) in &uses.boxed {
        file.boxed(if *error { ir::File::Error } else { ir::File::Types }, name);
    }
    file.finish(service)
}

impl File {
    fn union(&mut self, union: &Union) {
        self.import("crate::shape", &["Fill", "See", "Slot", "Union", "Value", "View"]);
        self.import("crate", &["shape"]);
        self.import("crate", &["Result"]);
        self.import("std", &["fmt"]);
        let declaration = self.union_declaration(union);
        for tokens in [declaration, union_access(union), union_value(union)] {
            self.text.item(tokens);
        }
    }

    fn union_declaration(&mut self, union: &Union) -> TokenStream {
        let name = ident(&union.name);
        let about = docs(&union.docs);
        let variants = union.variants.iter().map(|variant| {
            let (docs, name, ty) = (docs(&variant.docs), ident(&variant.name), self.ty(&variant.ty));
            quote!(#docs #name(#ty),)
        });
        let variants: TokenStream = variants.collect();
        quote! {
            #about
            #[non_exhaustive]
            pub enum #name {
                #variants
                /// The name of a variant that the model does not know.
                Unknown(String),
            }
        }
    }

    fn enumeration(&mut self, enumeration: &Enum) {
        self.import("crate::shape", &["Text"]);
        self.import("std", &["fmt"]);
        self.import("std::convert", &["Infallible"]);
        self.import("std::hash", &["Hash", "Hasher"]);
        self.import("std::str", &["FromStr"]);
        for part in [enum_declaration, enum_text, enum_traits] {
            self.text.item(part(enumeration));
        }
    }

    /// What lets an enum be found among the keys of a map by its text.
    fn key(&mut self, name: &str) {
        let name = ident(name);
        self.import("std::borrow", &["Borrow"]);
        self.text.item(quote! {
            impl Borrow<str> for #name {
                #[inline]
                fn borrow(&self) -> &str {
                    self.as_str()
                }
            }
        });
    }

    /// What lets a type stand in a box.
    fn boxed(&mut self, file: ir::File, name: &str) {
        let name = self.path(file, name);
        self.import("crate::shape", &["Fill", "See", "Value"]);
        self.import("crate", &["Result"]);
        self.text.item(quote! {
            impl Value for Box<#name> {
                #[inline]
                fn view(&self, see: See<'_>) {
                    Value::view(&**self, see);
                }
                #[inline]
                fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
                    Value::fill(&mut **self, fill)
                }
            }
        });
    }
}

/// What members make necessary for the types that they name.
#[derive(Default)]
struct Uses<'a> {
    boxed: BTreeSet<(bool, &'a str)>,
    keys: BTreeSet<&'a str>,
}

impl<'a> Uses<'a> {
    fn of(service: &'a Service) -> Self {
        let mut uses = Uses::default();
        let calls = service.operations.iter().flat_map(|operation| [&operation.input, &operation.output]);
        let structures = calls.chain(&service.errors).flat_map(|structure| &structure.members);
        let types = service.types.iter().flat_map(|ty| match ty {
            Type::Structure(structure) => structure.members.as_slice(),
            Type::Union(union) => union.variants.as_slice(),
            Type::Enum(_) => &[],
        });
        structures.chain(types).for_each(|member| uses.add(&member.ty));
        uses
    }

    fn add(&mut self, ty: &'a Ty) {
        match ty {
            Ty::Option(inner) | Ty::List(inner) => self.add(inner),
            Ty::Boxed(inner) => {
                if let Ty::Shape(file, name) = &**inner {
                    self.boxed.insert((*file == ir::File::Error, name));
                }
                self.add(inner);
            }
            Ty::Map(key, value) => {
                if let Ty::Enum(name) = &**key {
                    self.keys.insert(name);
                }
                self.add(value);
            }
            _ => {}
        }
    }
}

fn union_access(union: &Union) -> TokenStream {
    let (name, schema) = (ident(&union.name), schema(&union.schema));
    let variants: Vec<_> = union.variants.iter().map(|variant| ident(&variant.name)).collect();
    let index: Vec<_> = (0..variants.len()).map(proc_macro2::Literal::usize_unsuffixed).collect();
    quote! {
        impl Union for #name {
            #[inline]
            fn schema(&self) -> &'static str {
                #schema
            }
            #[inline]
            fn variant(&self) -> Option<(usize, &dyn Value)> {
                match self {
                    #(Self::#variants(value) => Some((#index, value)),)*
                    Self::Unknown(_) => None,
                }
            }
            #[inline]
            fn unknown(&self) -> Option<&str> {
                match self {
                    Self::Unknown(name) => Some(name),
                    _ => None,
                }
            }
            #[inline]
            fn select(&mut self, index: usize) -> Option<&mut dyn Value> {
                *self = match index {
                    #(#index => Self::#variants(Default::default()),)*
                    _ => return None,
                };
                match self {
                    #(Self::#variants(value) => Some(value),)*
                    Self::Unknown(_) => None,
                }
            }
            #[inline]
            fn select_unknown(&mut self, name: &str) {
                *self = Self::Unknown(name.to_owned());
            }
        }
    }
}

fn union_value(union: &Union) -> TokenStream {
    let name = ident(&union.name);
    quote! {
        impl Value for #name {
            #[inline]
            fn view(&self, see: See<'_>) {
                see(View::Union(self));
            }
            #[inline]
            fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
                fill(Slot::Union(self))
            }
        }
        impl Default for #name {
            #[inline]
            fn default() -> Self {
                Self::Unknown(String::new())
            }
        }
        impl Clone for #name {
            #[inline]
            fn clone(&self) -> Self {
                shape::copied(self)
            }
        }
        impl fmt::Debug for #name {
            #[inline]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                shape::debug(self, f)
            }
        }
    }
}

fn enum_declaration(enumeration: &Enum) -> TokenStream {
    let (about, name) = (docs(&enumeration.docs), ident(&enumeration.name));
    let variants = enumeration.variants.iter().map(|(name, value)| {
        let (name, docs) = (ident(name), docs(&[format!("`{value}`")]));
        quote!(#docs #name,)
    });
    let variants: TokenStream = variants.collect();
    quote! {
        #about
        #[non_exhaustive]
        pub enum #name {
            #variants
            /// A value that the model does not know.
            Unknown(String),
        }
    }
}

fn enum_text(enumeration: &Enum) -> TokenStream {
    let name = ident(&enumeration.name);
    let variants: Vec<_> = enumeration.variants.iter().map(|(name, _)| ident(name)).collect();
    let values: Vec<_> = enumeration.variants.iter().map(|(_, value)| value).collect();
    quote! {
        impl #name {
            /// The value on the wire.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #values,)*
                    Self::Unknown(value) => value,
                }
            }
        }
        impl From<&str> for #name {
            #[inline]
            fn from(value: &str) -> Self {
                match value {
                    #(#values => Self::#variants,)*
                    _ => Self::Unknown(value.to_owned()),
                }
            }
        }
    }
}

fn enum_traits(enumeration: &Enum) -> TokenStream {
    let name = ident(&enumeration.name);
    quote! {
        impl Text for #name {}
        impl Clone for #name {
            #[inline]
            fn clone(&self) -> Self {
                Self::from(self.as_str())
            }
        }
        impl FromStr for #name {
            type Err = Infallible;
            #[inline]
            fn from_str(value: &str) -> std::result::Result<Self, Infallible> {
                Ok(Self::from(value))
            }
        }
        impl Default for #name {
            #[inline]
            fn default() -> Self {
                Self::Unknown(String::new())
            }
        }
        impl AsRef<str> for #name {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
        impl PartialEq for #name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }
        impl Eq for #name {}
        impl Hash for #name {
            #[inline]
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }
        impl fmt::Display for #name {
            #[inline]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl fmt::Debug for #name {
            #[inline]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }
    }
}
