use proc_macro2::TokenStream;
use quote::quote;

use super::structure::schema;
use super::{File, Here, docs, ident};
use crate::ir::{Service, Structure};

/// `error.rs`: the errors that the service's model describes.
pub fn emit(service: &Service) -> String {
    let mut file = File::new(Here::Error);
    for error in &service.errors {
        match error.plain_error() {
            Some(plain) => file.plain_error(error, plain),
            None => file.structure(error),
        }
    }
    file.names(service);
    file.import("crate::shape", &["Modeled"]);
    let arms = service.error_codes.iter().filter(|(codes, _)| !codes.is_empty()).map(|(codes, at)| {
        let name = ident(&service.errors[*at].name);
        let first = &codes[0];
        let more = &codes[1..];
        quote!(#first #(| #more)* => Some(Box::new(#name::default())),)
    });
    let arms: TokenStream = arms.collect();
    let body = match arms.is_empty() {
        true => quote!(None),
        false => quote!(match code { #arms _ => None, }),
    };
    let code = if arms.is_empty() { ident("_code") } else { ident("code") };
    file.text.item(quote! {
        /// A zero value of the error with that code or shape name.
        #[inline]
        pub(crate) fn modeled(#code: &str) -> Option<Box<dyn Modeled>> {
            #body
        }
    });
    file.finish(service)
}

impl File {
    /// A name for one of the runtime's types, which `names` distinguishes from the others.
    fn plain_error(&mut self, error: &Structure, plain: &'static str) {
        let (name, about, schema) = (ident(&error.name), docs(&error.docs), schema(&error.schema));
        self.import("crate::shape", &["Named", plain]);
        let plain = ident(plain);
        self.text.item(quote! {
            #about
            pub type #name = #plain<names::#name>;
        });
        self.text.item(quote! {
            impl Named for names::#name {
                const SCHEMA: &'static str = #schema;
            }
        });
    }

    /// The types that distinguish errors, in a module of their own, where they can have the errors' names.
    fn names(&mut self, service: &Service) {
        let plain = service.errors.iter().filter(|error| error.plain_error().is_some());
        let names: Vec<_> = plain.map(|error| ident(&error.name)).collect();
        if !names.is_empty() {
            self.text.item(quote! {
                mod names {
                    #(pub enum #names {})*
                }
            });
        }
    }
}
