use proc_macro2::TokenStream;
use quote::quote;

use super::{File, Here, docs, ident, inline};
use crate::ir::{Operation, Service, Ty};

/// `operation.rs`: calls, inputs and outputs.
pub fn emit(service: &Service) -> String {
    let mut file = File::new(Here::Calls);
    if !service.operations.is_empty() {
        file.import("super::client", &["Client"]);
        file.import("crate", &["Result"]);
        file.import("crate", &["call"]);
        file.import("crate::client", &["Core"]);
        file.import("crate::operation", &["Input", "Operation"]);
        file.import("std::time", &["Duration"]);
        file.text.item(call());
        if service.operations.iter().any(|operation| operation.pages.is_some()) {
            file.import("crate::paginate", &["Items", "Paged", "Pages"]);
            file.text.item(pages());
        }
    }
    for operation in &service.operations {
        file.call(operation);
        file.structure(&operation.input);
        file.input(operation);
        file.output(operation);
    }
    file.finish(service)
}

impl File {
    fn call(&mut self, operation: &Operation) {
        let (call, input) = (ident(&operation.call), ident(&operation.input.name));
        let setters: TokenStream = (0..operation.input.members.len()).map(|at| self.setter(operation, at)).collect();
        let (name, method, output) = (&operation.name, &operation.method, &operation.output.name);
        let setters_of = &operation.input.name;
        let about = docs(&[format!(
            "A call of [`{name}`](Client::{method}): setters for the members of [`{setters_of}`]; `send()` gives [`{output}`]."
        )]);
        self.text.item(quote! {
            #about
            pub type #call<'a> = Call<'a, #input>;
        });
        if !setters.is_empty() {
            self.text.item(quote! {
                impl Call<'_, #input> {
                    #setters
                }
            });
        }
    }

    fn setter(&mut self, operation: &Operation, at: usize) -> TokenStream {
        let member = &operation.input.members[at];
        let (setter, name, about) = (ident(&operation.setters[at]), ident(&member.name), docs(&member.docs));
        let (inner, optional) = match &member.ty {
            Ty::Option(inner) => (&**inner, true),
            ty => (ty, false),
        };
        let argument = self.argument(inner);
        let inline = inline(&argument);
        let value = ident("value");
        let given = given(inner, &value);
        let given = if optional { quote!(Some(#given)) } else { given };
        quote! {
            #about
            #inline
            pub fn #setter(mut self, value: #argument) -> Self {
                self.input.#name = #given;
                self
            }
        }
    }

    fn output(&mut self, operation: &Operation) {
        let output = &operation.output;
        if !output.is_empty_output() {
            return self.structure(output);
        }
        let (name, about, empty) = (ident(&output.name), docs(&output.docs), self.own("EmptyOutput"));
        self.text.item(quote! {
            #about
            pub type #name = #empty;
        });
    }

    /// The type of an argument: what can become the member.
    pub fn argument(&mut self, ty: &Ty) -> TokenStream {
        match ty {
            Ty::Option(inner) | Ty::Boxed(inner) => self.argument(inner),
            Ty::List(element) => {
                let element = self.ty(element);
                quote!(impl IntoIterator<Item = impl Into<#element>>)
            }
            Ty::Map(key, value) => {
                let (key, value) = (self.ty(key), self.ty(value));
                quote!(impl IntoIterator<Item = (impl Into<#key>, impl Into<#value>)>)
            }
            ty => {
                let written = self.ty(ty);
                if converts(ty) { quote!(impl Into<#written>) } else { written }
            }
        }
    }

    /// What makes the input an input.
    fn input(&mut self, operation: &Operation) {
        let Operation { name, http_method, uri, traits, .. } = operation;
        let (input, output) = (ident(&operation.input.name), ident(&operation.output.name));
        self.text.item(quote! {
            impl Input for #input {
                type Client = Client;
                type Output = #output;
                const OPERATION: &'static Operation = &Operation {
                    name: #name,
                    method: #http_method,
                    uri: #uri,
                    traits: #traits,
                };
            }
        });
    }
}

/// The type of all calls: one a service, for each type and method is paid for in every build.
fn call() -> TokenStream {
    quote! {
        /// A call of an operation, whose input it holds.
        #[must_use = "a call does nothing until it is sent"]
        pub struct Call<'a, I> {
            pub(super) core: &'a Core,
            pub(super) input: I,
        }
        impl<'a, I: Input> Call<'a, I> {
            #[inline]
            pub(crate) fn new(core: &'a Core, input: I) -> Self {
                Self { core, input }
            }
            /// What is to be sent.
            #[inline]
            pub fn input(&self) -> &I {
                &self.input
            }
            /// Sends the request and waits for the answer.
            ///
            /// # Errors
            /// Everything that can go wrong, and what the service refuses: see [`Error`](crate::Error).
            #[inline]
            pub fn send(self) -> Result<I::Output> {
                call::send(self.core, &self.input)
            }
            /// A URL that makes the call without credentials until `expires` has passed: 1 second to 7 days.
            ///
            /// It is opened with the operation's HTTP method (`X-Amz-SignedHeaders` in it names what else is asked for): whoever
            /// opens it sends the headers of members that are headers, and the body, which is not signed.
            ///
            /// # Errors
            /// When credentials or the endpoint are not found, or the input breaks the model's limits.
            #[inline]
            pub fn presign(&self, expires: Duration) -> Result<String> {
                call::presign(self.core, &self.input, expires)
            }
        }
    }
}

/// The methods of calls whose answers come in pages.
fn pages() -> TokenStream {
    quote! {
        impl<'a, I: Paged> Call<'a, I> {
            /// The answer page by page; each is fetched when it is asked for.
            #[inline]
            pub fn pages(self) -> Pages<'a, I> {
                Pages::of_call(self.core, self.input)
            }
            /// What the pages are lists of, one by one; pages are fetched when they are needed.
            #[inline]
            pub fn items(self) -> Items<'a, I> {
                Items::new(self.pages())
            }
        }
    }
}

/// An argument as the member's value.
pub fn given(ty: &Ty, name: &proc_macro2::Ident) -> TokenStream {
    match ty {
        Ty::Option(inner) => {
            let inner = given(inner, name);
            quote!(Some(#inner))
        }
        Ty::Boxed(inner) => {
            let inner = given(inner, name);
            quote!(Box::new(#inner))
        }
        Ty::List(_) => quote!(#name.into_iter().map(Into::into).collect()),
        Ty::Map(..) => quote!(#name.into_iter().collect()),
        ty if converts(ty) => quote!(#name.into()),
        _ => quote!(#name),
    }
}

/// Whether there is something to convert from.
fn converts(ty: &Ty) -> bool {
    matches!(ty, Ty::String | Ty::Enum(_) | Ty::Blob | Ty::Body | Ty::Timestamp | Ty::Document)
}
