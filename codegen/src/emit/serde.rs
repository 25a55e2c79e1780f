use quote::quote;

use super::{File, Here, ident};
use crate::ir::{self, Service, Type};

/// `serde.rs`: serde's traits for every type, which hand themselves to the runtime's driver.
pub fn emit(service: &Service) -> String {
    let mut file = File::new(Here::Calls);
    file.import("crate::shape::serde", &["Read", "Written", "read", "write"]);
    file.import("serde_core::de", &["Deserialize", "Deserializer"]);
    file.import("serde_core::ser", &["Serialize", "Serializer"]);
    for ty in &service.types {
        let (Type::Structure(ir::Structure { name, .. })
        | Type::Union(ir::Union { name, .. })
        | Type::Enum(ir::Enum { name, .. })) = ty;
        let path = file.path(ir::File::Types, name);
        file.traits(&path);
    }
    for error in service.errors.iter().filter(|error| error.plain_error().is_none()) {
        let path = file.path(ir::File::Error, &error.name);
        file.traits(&path);
    }
    for operation in &service.operations {
        file.import("super", &["operation"]);
        let output = Some(&operation.output).filter(|output| !output.is_empty_output());
        for structure in [&operation.input].into_iter().chain(output) {
            let name = ident(&structure.name);
            file.traits(&quote!(operation::#name));
        }
    }
    file.finish(service)
}

impl File {
    fn traits(&mut self, path: &proc_macro2::TokenStream) {
        self.text.item(quote! {
            impl Serialize for #path {
                fn serialize<S: Serializer>(&self, serializer: S) -> Written<S> {
                    write(self, serializer)
                }
            }
            impl<'de> Deserialize<'de> for #path {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Read<'de, Self, D> {
                    read(deserializer)
                }
            }
        });
    }
}
