use proc_macro2::TokenStream;
use quote::quote;

use super::{File, Here, docs, ident};
use crate::ir::{Operation, Service, Ty};

/// `by_name.rs`: the operations for those who have only a name. Inline, and used by nothing but `Client::call`: in a
/// program that does not call by name, nothing of it is left.
pub fn emit(service: &Service) -> String {
    let mut file = File::new(Here::Calls);
    file.import("crate::by_name", &["ByName"]);
    let names: Vec<_> = service.operations.iter().map(|operation| operation.name.as_str()).collect();
    let (names, about) = (names.join(" "), docs(&["The names of the operations, in the model's order.".to_owned()]));
    file.text.item(quote! {
        #about
        pub(crate) const NAMES: &str = #names;
    });
    let arms: TokenStream = service.operations.iter().map(|operation| file.arm(operation)).collect();
    let about = docs(&["The operation of that name, with zero values of its input and output.".to_owned()]);
    file.text.item(quote! {
        #about
        #[inline]
        pub(crate) fn operation(name: &str) -> Option<ByName> {
            Some(match name {
                #arms
                _ => return None,
            })
        }
    });
    file.finish(service)
}

impl File {
    fn arm(&mut self, operation: &Operation) -> TokenStream {
        self.import("super", &["operation"]);
        let (name, input) = (&operation.name, ident(&operation.input.name));
        let events = operation.output.members.iter().find_map(|member| match &member.ty {
            Ty::Events(file, name) => Some(self.path(*file, name)),
            _ => None,
        });
        let events = events.map(|event| quote!(.with_events::<#event>()));
        quote!(#name => ByName::of::<operation::#input>()#events,)
    }
}
