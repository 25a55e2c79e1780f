use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, ident};
use crate::format::Text;
use crate::ir::Service;

/// `clients.rs`: the services for those who have only a name. Inline, as all that it refers to.
pub fn emit(services: &[Service]) -> String {
    let mut text = Text::default();
    let names = services.iter().map(|service| &service.name);
    let (names, count) = (quote!(#(#names),*), services.len());
    let about = docs(&["The names of the services.".to_owned()]);
    text.item(quote! {
        #about
        static NAMES: [&str; #count] = [#names];
    });
    let arms: TokenStream = services
        .iter()
        .map(|service| {
            let (name, module) = (&service.name, ident(&service.module));
            quote!(#name => (&crate::#module::SERVICE, crate::#module::by_name::operation, crate::#module::by_name::NAMES),)
        })
        .collect();
    let about = docs(&["The service of that name: its facts, its operations, and their names.".to_owned()]);
    text.item(quote! {
        #about
        #[inline]
        fn service(name: &str) -> Option<Found> {
            Some(match name {
                #arms
                _ => return None,
            })
        }
    });
    text.finish()
}
