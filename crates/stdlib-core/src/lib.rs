//! Native modules of the language's core: `itertools`, `_functools`, `_collections`, `_operator`, `_abc`, `_queue`.
#![allow(improper_ctypes_definitions)]

mod callable;
pub mod itertools;
pub mod operator;

use object::class::{ModuleInit, create_module};

/// The modules of this crate, for the table of built-in modules.
pub fn modules() -> &'static [(&'static str, ModuleInit)] {
    &[
        ("itertools", itertools::create),
        ("_operator", create_module::<operator::Operator>),
    ]
}

/// An instance of a class (or subclass): the named fields are written, all others are zero.
macro_rules! make {
    ($cls:expr, $ty:ident { $($field:ident : $value:expr),* $(,)? }) => {{
        $(let $field = $value;)*
        object::new_instance::<$ty>($cls, |this| {
            // SAFETY: a fresh, zeroed instance; the fields are written before anybody sees it, and zero is a valid
            // value of all others.
            unsafe { $((&raw mut (*this).$field).write($field);)* }
        })
    }};
}
pub(crate) use make;
