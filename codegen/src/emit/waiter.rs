use proc_macro2::TokenStream;
use quote::quote;

use super::structure::schema;
use super::{File, Here, docs, ident, inline};
use crate::ir::{Operation, Service, Waiter};

/// `waiter.rs`: what can be waited for; nothing when there is nothing.
pub fn emit(service: &Service) -> Option<String> {
    let mut file = File::new(Here::Calls);
    file.import("super", &["operation"]);
    file.import("super::client", &["Client"]);
    file.import("crate::wait", &["Waiter"]);
    let mut methods = TokenStream::new();
    for operation in service.operations.iter().filter(|operation| !operation.waiters.is_empty()) {
        for waiter in &operation.waiters {
            file.waiter(operation, waiter);
            methods.extend(file.client_method(operation, waiter));
        }
    }
    if methods.is_empty() {
        return None;
    }
    file.text.item(quote! {
        impl Client {
            #methods
        }
    });
    Some(file.finish(service))
}

impl File {
    fn waiter(&mut self, operation: &Operation, waiter: &Waiter) {
        let (call, input, method) = (ident(&operation.call), ident(&operation.input.name), ident(&waiter.method));
        let (name, description, about) = (&waiter.name, schema(&waiter.lines), about(waiter));
        self.text.item(quote! {
            impl<'a> operation::#call<'a> {
                #about
                #[inline]
                pub fn #method(self) -> Waiter<'a, operation::#input> {
                    Waiter::of_call(#name, #description, self.core, self.input)
                }
            }
        });
    }

    fn client_method(&mut self, operation: &Operation, waiter: &Waiter) -> TokenStream {
        let (input, method) = (ident(&operation.input.name), ident(&waiter.method));
        let mut lines = lines(waiter);
        if operation.input.arguments.as_ref().is_some_and(|named| named.len() < operation.input.members.len()) {
            let (call, method) = (&operation.method, &waiter.method);
            lines.push(String::new());
            lines.push(format!("With members that are not required, which choose among all there are: `client.{call}(…)`, their setters, then `{method}()`."));
        }
        let (call, about) = (ident(&operation.method), docs(&lines));
        let (parameters, names) = match &operation.input.arguments {
            Some(arguments) => {
                let names = arguments.iter().map(|&at| ident(&operation.input.members[at].name));
                (self.parameters(&operation.input), quote!(#(#names),*))
            }
            None => (quote!(input: operation::#input), quote!(input)),
        };
        let inline = inline(&parameters);
        quote! {
            #about
            #inline
            pub fn #method(&self, #parameters) -> Waiter<'_, operation::#input> {
                self.#call(#names).#method()
            }
        }
    }
}

fn about(waiter: &Waiter) -> TokenStream {
    docs(&lines(waiter))
}

fn lines(waiter: &Waiter) -> Vec<String> {
    let Waiter { name, delay, max_attempts, .. } = waiter;
    vec![format!("Waits for `{name}`: asks every {delay} s, {max_attempts} times at most.")]
}
