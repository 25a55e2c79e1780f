use proc_macro2::TokenStream;
use quote::quote;

use super::operation::given;
use super::{File, docs, ident, inline};
use crate::ir::{Structure, Ty};

/// The most members for which the runtime's `Members` is there.
const MOST_IN_TUPLE: usize = 12;

impl File {
    /// A structure, its description and what the runtime and the user need of it.
    pub fn structure(&mut self, structure: &Structure) {
        let declaration = self.declaration(structure);
        self.text.item(declaration);
        if let Some(new) = self.constructor(structure) {
            self.text.item(new);
        }
        if let Some(json) = self.json(structure) {
            self.text.item(json);
        }
        for part in [Self::value, Self::default] {
            let tokens = part(self, structure);
            self.text.item(tokens);
        }
        let name = ident(&structure.name);
        self.import("crate", &["shape"]);
        if structure.clone {
            self.text.item(quote! {
                impl Clone for #name {
                    #[inline]
                    fn clone(&self) -> Self {
                        shape::copied(self)
                    }
                }
            });
        }
        self.import("std", &["fmt"]);
        self.text.item(quote! {
            impl fmt::Debug for #name {
                #[inline]
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    shape::debug(self, f)
                }
            }
        });
    }

    fn declaration(&mut self, structure: &Structure) -> TokenStream {
        let name = ident(&structure.name);
        let about = docs(&structure.docs);
        let open = structure.non_exhaustive.then(|| quote!(#[non_exhaustive]));
        let members = structure.members.iter().map(|member| {
            let (docs, name, ty) = (docs(&member.docs), ident(&member.name), self.ty(&member.ty));
            quote!(#docs pub #name: #ty,)
        });
        let members: TokenStream = members.collect();
        quote! {
            #about
            #open
            pub struct #name {
                #members
            }
        }
    }

    fn constructor(&mut self, structure: &Structure) -> Option<TokenStream> {
        let arguments = structure.arguments.as_ref().filter(|arguments| !arguments.is_empty())?;
        let members = &structure.members;
        let name = ident(&structure.name);
        let parameters = self.parameters(structure);
        let inline = inline(&parameters);
        let given = arguments.iter().map(|&at| {
            let name = ident(&members[at].name);
            let given = given(&members[at].ty, &name);
            if name == given.to_string() { quote!(#name,) } else { quote!(#name: #given,) }
        });
        let given: TokenStream = given.collect();
        let rest = (arguments.len() < members.len()).then(|| quote!(..Self::default()));
        Some(quote! {
            impl #name {
                /// The required members, and nothing else.
                #inline
                pub fn new(#parameters) -> Self {
                    Self { #given #rest }
                }
            }
        })
    }

    /// The members that hold JSON, as what they say.
    fn json(&mut self, structure: &Structure) -> Option<TokenStream> {
        let members = structure.members.iter().filter_map(|member| Some((member, member.json.as_ref()?)));
        let methods: Vec<_> = members
            .map(|(member, method)| {
                let about =
                    docs(&[format!("[`Self::{}`] as JSON; `None` when it is absent, or no JSON.", member.name)]);
                let (method, name, document) = (ident(method), ident(&member.name), self.own("Document"));
                let text = match member.ty {
                    Ty::Option(_) => quote!(self.#name.as_deref()?),
                    _ => quote!(self.#name),
                };
                quote! {
                    #about
                    #[inline]
                    pub fn #method(&self) -> Option<#document> {
                        #text.parse().ok()
                    }
                }
            })
            .collect();
        let name = ident(&structure.name);
        (!methods.is_empty()).then(|| quote!(impl #name { #(#methods)* }))
    }

    /// The required members as parameters.
    pub fn parameters(&mut self, structure: &Structure) -> TokenStream {
        let arguments = structure.arguments.iter().flatten().map(|&at| &structure.members[at]);
        let parameters = arguments.map(|member| {
            let (name, ty) = (ident(&member.name), self.argument(&member.ty));
            quote!(#name: #ty)
        });
        let parameters: Vec<_> = parameters.collect();
        quote!(#(#parameters),*)
    }

    /// The members in both forms. The description stands in both: a constant for it would cost every build some 10 kB of
    /// memory.
    fn value(&mut self, structure: &Structure) -> TokenStream {
        let (name, schema) = (ident(&structure.name), schema(&structure.schema));
        let shared: Vec<_> = structure.members.iter().map(|member| place(member, quote!(&))).collect();
        let mutable: Vec<_> = structure.members.iter().map(|member| place(member, quote!(&mut))).collect();
        self.import("crate::shape", &["Fill", "See", "Value"]);
        self.import("crate", &["Result"]);
        let (shared, mutable) = match shared.len() {
            1 => (quote!(#(#shared)*), quote!(#(#mutable)*)),
            0..=MOST_IN_TUPLE => (quote!((#(#shared),*)), quote!((#(#mutable),*))),
            _ => (quote!(&[#(#shared),*]), quote!(&mut [#(#mutable),*])),
        };
        let (view, fill) = match structure.members.len() {
            0..=MOST_IN_TUPLE => {
                self.import("crate::shape", &["Members", "MembersMut"]);
                (quote!(Members::view(#shared, #schema, see)), quote!(MembersMut::fill(#mutable, #schema, fill)))
            }
            _ => {
                self.import("crate::shape", &["Slot", "View"]);
                (quote!(see(View::Structure(#schema, #shared))), quote!(fill(Slot::Structure(#schema, #mutable))))
            }
        };
        quote! {
            impl Value for #name {
                #[inline]
                fn view(&self, see: See<'_>) {
                    #view;
                }
                #[inline]
                fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
                    #fill
                }
            }
        }
    }

    fn default(&mut self, structure: &Structure) -> TokenStream {
        let name = ident(&structure.name);
        let zeros = structure.members.iter().map(|member| {
            let (name, zero) = (ident(&member.name), self.zero(&member.ty));
            quote!(#name: #zero,)
        });
        let zeros: TokenStream = zeros.collect();
        quote! {
            impl Default for #name {
                #[inline]
                fn default() -> Self {
                    Self { #zeros }
                }
            }
        }
    }
}

/// A member's place; a stream of events is filled before its events have a type.
fn place(member: &crate::ir::Member, reference: TokenStream) -> TokenStream {
    let name = ident(&member.name);
    match member.ty {
        Ty::Events(..) => quote!(#reference self.#name.raw),
        _ => quote!(#reference self.#name),
    }
}

/// A description: each line ended by a line feed.
pub fn schema(lines: &[String]) -> String {
    let mut text = lines.join("\n");
    text.push('\n');
    text
}
