use proc_macro2::TokenStream;
use quote::quote;

use super::{File, Here, docs, ident, inline};
use crate::ir::{Operation, Service};

/// `client.rs`: the client, a method an operation.
pub fn emit(service: &Service) -> String {
    let mut file = File::new(Here::Calls);
    file.import("super", &["SERVICE", "by_name"]);
    file.import("crate", &["Document", "Result", "Session"]);
    file.import("crate", &["call"]);
    file.import("crate::client", &["ClientMeta", "Core", "ServiceClient"]);
    file.import("crate::operation", &["Input", "Service"]);
    file.client(service);
    let methods: TokenStream = service.operations.iter().map(|operation| file.method(operation)).collect();
    file.text.item(quote! {
        impl Client {
            #methods
        }
    });
    file.finish(service)
}

impl File {
    fn client(&mut self, service: &Service) {
        let about =
            docs(&[format!("A client of {}. Cheap to clone; clones share connections and settings.", service.title)]);
        self.text.item(quote! {
            #about
            #[derive(Clone, Debug)]
            pub struct Client {
                core: Core,
            }
            impl Client {
                /// A client with the session's settings.
                ///
                /// # Errors
                /// When the settings are not complete, or contradict one another.
                #[inline]
                pub fn new(session: &Session) -> Result<Self> {
                    Core::new(session, &SERVICE).map(|core| Client { core })
                }
                /// Sends an input and waits for the answer.
                ///
                /// # Errors
                /// As the operation's own method.
                #[inline]
                pub fn send<I: Input<Client = Client>>(&self, input: I) -> Result<I::Output> {
                    call::send(&self.core, &input)
                }
                /// Calls the operation of that name with its members as JSON, and gives the answer's as JSON.
                ///
                /// Names of operations and members are the model's, as in AWS's documentation. Timestamps are RFC 3339
                /// text, blobs base64 text; a streamed body too, which is read whole, and so are events. Members that the
                /// answer does not have are left out; `ResponseMetadata` is botocore's.
                ///
                /// # Errors
                /// When there is no such operation, when members are missing, not known or of another type (all such
                /// problems in one message), and as the operation's own method.
                #[inline]
                pub fn call(&self, operation: &str, parameters: Document) -> Result<Document> {
                    let found = by_name::operation(operation);
                    crate::by_name::call(&self.core, operation, found, by_name::NAMES, &parameters)
                }
                /// Service, region and endpoint.
                #[inline]
                pub fn meta(&self) -> &ClientMeta {
                    self.core.meta()
                }
            }
            impl ServiceClient for Client {
                #[inline]
                fn service() -> &'static Service {
                    &SERVICE
                }
                #[inline]
                fn from_core(core: Core) -> Self {
                    Client { core }
                }
                #[inline]
                fn core(&self) -> &Core {
                    &self.core
                }
            }
        });
    }

    fn method(&mut self, operation: &Operation) -> TokenStream {
        let (method, call, input) = (ident(&operation.method), ident(&operation.call), ident(&operation.input.name));
        self.import("super", &["operation"]);
        let about = docs(&about(operation));
        let deprecated = operation.deprecated.as_ref().map(|note| quote!(#[deprecated(note = #note)]));
        let parameters = match operation.input.arguments {
            Some(_) => self.parameters(&operation.input),
            None => quote!(input: operation::#input),
        };
        let inline = inline(&parameters);
        let names = operation.input.arguments.iter().flatten().map(|&at| ident(&operation.input.members[at].name));
        let input = match &operation.input.arguments {
            Some(arguments) if arguments.is_empty() => quote!(operation::#input::default()),
            Some(_) => quote!(operation::#input::new(#(#names),*)),
            None => quote!(input),
        };
        quote! {
            #about
            #deprecated
            #inline
            pub fn #method(&self, #parameters) -> operation::#call<'_> {
                operation::#call::new(&self.core, #input)
            }
        }
    }
}

/// What the model says of the operation, and after its first sentence the way to its types.
fn about(operation: &Operation) -> Vec<String> {
    let (input, output) = (&operation.input.name, &operation.output.name);
    let mut lines = operation.docs.clone();
    let pages = match &operation.pages {
        Some(_) => ", in pages",
        None => "",
    };
    let types = format!(" Takes [`{input}`](operation::{input}), gives [`{output}`](operation::{output}){pages}.");
    match lines.first_mut() {
        Some(first) => first.push_str(&types),
        None => lines.push(types),
    }
    lines
}
