use proc_macro2::TokenStream;
use quote::quote;

use super::{File, Here, ident};
use crate::ir::Service;

/// `error.rs`: the errors that the service's model describes.
pub fn emit(service: &Service) -> String {
    let mut file = File::new(Here::Error);
    for error in &service.errors {
        file.structure(error);
    }
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
