use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, header, ident};
use crate::format::Text;
use crate::ir::Service;

/// `mod.rs`: what the service is. `parts` are the modules that not all services have.
pub fn emit(service: &Service, parts: &[&str]) -> String {
    let mut text = Text::default();
    let about =
        service.docs.iter().map(|line| if line.is_empty() { "//!\n".to_owned() } else { format!("//! {line}\n") });
    let protocol = ident(service.protocol);
    let parts: TokenStream = parts
        .iter()
        .map(|part| {
            let part = ident(part);
            quote!(
                mod #part;
            )
        })
        .collect();
    text.item(quote! {
        pub(crate) mod by_name;
        mod client;
        mod endpoint;
        #[doc = "The errors that the service's model describes."]
        pub mod error;
        #[doc = "Calls of the operations, their inputs and outputs."]
        pub mod operation;
        #[doc = "What inputs, outputs and errors are made of."]
        pub mod types;
        #parts
    });
    text.item(quote! {
        pub use client::Client;
    });
    if service.attribute_values {
        let module = ident(&service.module);
        text.item(quote! {
            pub use crate::attributes::#module::*;
        });
    }
    if service.transfers {
        text.item(quote! {
            #[cfg(feature = "s3-transfer")]
            pub use crate::customize::s3_transfer as transfer;
        });
    }
    text.item(quote! {
        use crate::operation::{Protocol, Service};
    });
    let Service { name, id, endpoint_prefix, signing_name, api_version, signature_version, auth, traits, .. } = service;
    text.item(quote! {
        pub(crate) const SERVICE: Service = Service {
            name: #name,
            id: #id,
            endpoint_prefix: #endpoint_prefix,
            signing_name: #signing_name,
            api_version: #api_version,
            protocol: Protocol::#protocol,
            signature_version: #signature_version,
            auth: #auth,
            traits: #traits,
            endpoint_rules: endpoint::ENDPOINT_RULES,
            error: error::modeled,
        };
    });
    let mut out = header(service);
    out.extend(about);
    out.push('\n');
    out.push_str(&text.finish());
    out
}

/// `endpoint.rs`: the endpoint rules.
pub fn endpoint(service: &Service) -> String {
    let mut text = Text::default();
    let about = docs(&["The endpoint rules, in the form that the runtime interprets.".to_owned()]);
    let rules = &service.endpoint_rules;
    text.item(quote! {
        #about
        pub(crate) const ENDPOINT_RULES: &str = #rules;
    });
    header(service) + &text.finish()
}
