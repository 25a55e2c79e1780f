use proc_macro2::TokenStream;
use quote::quote;

use super::structure::schema;
use super::{File, Here, docs, ident};
use crate::ir::{Operation, Pages, Service, Step, Ty};

/// `paginator.rs`: answers that come in pages; nothing when there are none.
pub fn emit(service: &Service) -> Option<String> {
    let mut file = File::new(Here::Calls);
    let paged: Vec<_> =
        service.operations.iter().filter_map(|operation| Some((operation, operation.pages.as_ref()?))).collect();
    file.import("super", &["operation"]);
    file.import("crate::paginate", &["Paged"]);
    for (operation, pages) in &paged {
        file.pages(operation, pages);
    }
    (!paged.is_empty()).then(|| file.finish(service))
}

impl File {
    fn pages(&mut self, operation: &Operation, pages: &Pages) {
        let (input, output) = (ident(&operation.input.name), ident(&operation.output.name));
        let description = schema(&pages.lines);
        let item = self.item_type(&pages.items);
        let taken = self.taken(&pages.items);
        let about = docs(&[format!("The items are `{}`.", pages.result)]);
        self.text.item(quote! {
            impl Paged for operation::#input {
                #about
                type Item = #item;
                const PAGINATOR: &'static str = #description;
                #[inline]
                fn items(page: &mut operation::#output) -> Vec<Self::Item> {
                    #taken
                }
            }
        });
    }

    fn item_type(&mut self, steps: &[Step]) -> TokenStream {
        match steps.last().map(|step| inner(&step.ty)) {
            Some(Ty::List(element)) => self.ty(element),
            Some(Ty::Map(key, value)) => {
                let (key, value) = (self.ty(key), self.ty(value));
                quote!((#key, #value))
            }
            Some(ty) => self.ty(ty),
            None => quote!(()),
        }
    }

    /// Takes the items out of the page.
    fn taken(&mut self, steps: &[Step]) -> TokenStream {
        let Some((last, path)) = steps.split_last() else { return quote!(Vec::new()) };
        let (name, optional) = (ident(&last.name), matches!(last.ty, Ty::Option(_)));
        if path.is_empty() && !optional {
            self.import("std", &["mem"]);
            let taken = quote!(mem::take(&mut page.#name));
            return match last.ty {
                Ty::List(_) => taken,
                Ty::Map(..) => quote!(#taken.into_iter().collect()),
                _ => quote!(vec![#taken]),
            };
        }
        let taken = match path.split_first() {
            None => quote!(page.#name.take()),
            Some((first, more)) => {
                let mut at = step(&quote!(page), first);
                for next in more {
                    let step = step(&quote!(at), next);
                    at = quote!(#at.and_then(|at| #step));
                }
                if optional {
                    quote!(#at.and_then(|at| at.#name.take()))
                } else {
                    self.import("std", &["mem"]);
                    quote!(#at.map(|at| mem::take(&mut at.#name)))
                }
            }
        };
        match inner(&last.ty) {
            Ty::List(_) => quote!(#taken.unwrap_or_default()),
            Ty::Map(..) => quote!(#taken.unwrap_or_default().into_iter().collect()),
            _ => quote!(#taken.into_iter().collect()),
        }
    }
}

/// The member, if it is there.
fn step(at: &TokenStream, step: &Step) -> TokenStream {
    let name = ident(&step.name);
    match step.ty {
        Ty::Option(_) => quote!(#at.#name.as_mut()),
        _ => quote!(Some(&mut #at.#name)),
    }
}

fn inner(ty: &Ty) -> &Ty {
    match ty {
        Ty::Option(inner) => inner,
        ty => ty,
    }
}
