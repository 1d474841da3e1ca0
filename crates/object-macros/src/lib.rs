//! `#[pyclass]`, `#[pymethods]` and `#[pymodule]`: from Rust types and `impl` blocks to type objects, slots,
//! method tables, argument parsing and text signatures. What they mean is described in the crate `object`
//! (module `class`).

mod class;
mod methods;
mod signature;

use proc_macro::TokenStream;

/// Makes a `repr(C)` struct the layout of a static Python type.
#[proc_macro_attribute]
pub fn pyclass(attr: TokenStream, item: TokenStream) -> TokenStream {
    class::expand(attr.into(), item.into())
        .unwrap_or_else(|e| e.to_compile_error())
        .into()
}

/// Makes an `impl` block the slots and methods of a Python type.
#[proc_macro_attribute]
pub fn pymethods(attr: TokenStream, item: TokenStream) -> TokenStream {
    methods::expand(attr.into(), item.into(), false)
        .unwrap_or_else(|e| e.to_compile_error())
        .into()
}

/// Makes an `impl` block of a unit struct the functions of a native module.
#[proc_macro_attribute]
pub fn pymodule(attr: TokenStream, item: TokenStream) -> TokenStream {
    methods::expand(attr.into(), item.into(), true)
        .unwrap_or_else(|e| e.to_compile_error())
        .into()
}
