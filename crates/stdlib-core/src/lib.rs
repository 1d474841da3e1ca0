//! Native modules of the language's core: `itertools`, `_functools`, `_collections`, `_operator`, `_abc`, `_queue`.
#![allow(improper_ctypes_definitions)]

pub mod abc;
pub mod asyncio;
mod atexit;
mod callable;
pub mod cmath;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod functools;
pub mod gc;
pub mod itertools;
mod libm;
pub mod lsprof;
pub mod math;
pub mod operator;
pub mod queue;
pub mod weakref;

use object::class::{ModuleInit, create_module};

/// The modules of this crate, for the table of built-in modules.
pub fn modules() -> &'static [(&'static str, ModuleInit)] {
    &[
        ("itertools", itertools::create),
        ("_codecs", create_module::<codecs::Codecs>),
        ("cmath", create_module::<cmath::Cmath>),
        ("math", create_module::<math::Math>),
        ("_abc", create_module::<abc::Abc>),
        ("_collections", collections::create),
        ("_functools", functools::create),
        ("_operator", operator::create),
        ("_queue", queue::create),
        ("gc", create_module::<gc::Gc>),
        ("_lsprof", create_module::<lsprof::Lsprof>),
        ("_asyncio", create_module::<asyncio::Asyncio>),
        ("atexit", create_module::<atexit::Atexit>),
        ("_contextvars", create_module::<contextvars::Contextvars>),
        ("_weakref", create_module::<weakref::Weakref>),
    ]
}

/// An instance of a class (or subclass): the named fields are written, all others are zero.
macro_rules! make {
    ($cls:expr, $ty:ident { $($field:ident $(: $value:expr)?),* $(,)? }) => {{
        $($(let $field = $value;)?)*
        object::new_instance::<$ty>($cls, |this| {
            // SAFETY: a fresh, zeroed instance; the fields are written before anybody sees it, and zero is a valid
            // value of all others.
            unsafe { $((&raw mut (*this).$field).write($field);)* }
        })
    }};
}
pub(crate) use make;

/// `__dict__` of an instance that has a field for it: made when it is asked for.
fn instance_dict(field: &object::Field) -> object::PyResult {
    if let Some(dict) = field.get() {
        return Ok(dict);
    }
    let dict = object::PyDict::new()?.into_object();
    field.set(Some(dict.clone()));
    Ok(dict)
}

/// Sets `__dict__`.
fn set_instance_dict(field: &object::Field, value: Option<&object::PyObject>) -> object::PyResult<()> {
    use object::{PyClass, raise};
    match value {
        Some(d) if object::PyDict::check(d) => {
            field.set(Some(object::PyLayout::new_ref(d)));
            Ok(())
        }
        Some(other) => raise!(
            TypeError,
            "__dict__ must be set to a dictionary, not a '{}'",
            other.ty().full_name()
        ),
        None => raise!(TypeError, "cannot delete __dict__"),
    }
}
