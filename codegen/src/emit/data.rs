use std::path::PathBuf;

use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, ident};
use crate::format::Text;

/// The files of a service's model, by the paths that botocore's loader gives them: `s3/2006-03-01/service-2`.
pub struct Files {
    pub module: String,
    pub files: Vec<(String, PathBuf)>,
}

/// `data.rs`: the models themselves, for the programs that ask for them.
pub fn emit(services: &[Files]) -> String {
    let mut text = Text::default();
    let name = |files: &Files| ident(&files.module.trim_start_matches("r#").to_ascii_uppercase());
    for service in services {
        let (name, count) = (name(service), service.files.len());
        let rows: TokenStream = service
            .files
            .iter()
            .map(|(name, path)| {
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string();
                quote!((#name, include_str!(#path)),)
            })
            .collect();
        text.item(quote! {
            static #name: [(&str, &str); #count] = [#rows];
        });
    }
    let (names, count) = (services.iter().map(name), services.len());
    let about = docs(&["The files of each service's model.".to_owned()]);
    text.item(quote! {
        #about
        static SERVICES: [&[(&str, &str)]; #count] = [#(&#names),*];
    });
    text.finish()
}
