use super::{Fill, See, Slot, Value, View};
use crate::error::Result;

/// References to the members of a structure: a tuple, or the only one.
///
/// A list of `&dyn Value` has each reference turned into one where it is written, which costs every build memory by the
/// member; here that is written once for all structures of as many members.
pub trait Members {
    /// Shows a structure with that description and these members.
    fn view(self, schema: &'static str, see: See<'_>);
}

/// As [`Members`], to be written to.
pub trait MembersMut {
    /// Gives the places of a structure with that description and these members.
    fn fill(self, schema: &'static str, fill: Fill<'_>) -> Result<()>;
}

impl<A: Value> Members for &A {
    #[inline]
    fn view(self, schema: &'static str, see: See<'_>) {
        see(View::Structure(schema, &[self]));
    }
}

impl<A: Value> MembersMut for &mut A {
    #[inline]
    fn fill(self, schema: &'static str, fill: Fill<'_>) -> Result<()> {
        fill(Slot::Structure(schema, &mut [self]))
    }
}

macro_rules! members {
    ($($name:ident: $type:ident),*) => {
        impl<$($type: Value),*> Members for ($(&$type,)*) {
            #[inline]
            fn view(self, schema: &'static str, see: See<'_>) {
                let ($($name,)*) = self;
                see(View::Structure(schema, &[$($name),*]));
            }
        }

        impl<$($type: Value),*> MembersMut for ($(&mut $type,)*) {
            #[inline]
            fn fill(self, schema: &'static str, fill: Fill<'_>) -> Result<()> {
                let ($($name,)*) = self;
                fill(Slot::Structure(schema, &mut [$($name),*]))
            }
        }
    };
}

members!();
members!(a: A, b: B);
members!(a: A, b: B, c: C);
members!(a: A, b: B, c: C, d: D);
members!(a: A, b: B, c: C, d: D, e: E);
members!(a: A, b: B, c: C, d: D, e: E, f: F);
members!(a: A, b: B, c: C, d: D, e: E, f: F, g: G);
members!(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H);
members!(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I);
members!(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J);
members!(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J, k: K);
members!(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J, k: K, l: L);
