//! The list of the number and text types, readied at start-up.

use crate::class::ready;
use crate::handle::{PyClass, PyResult};

/// Readies them: a base before what derives from it.
pub fn ready_types() -> PyResult<()> {
    ready::<crate::PyInt>()?;
    ready::<crate::bool::PyBool>()?;
    ready::<crate::PyFloat>()?;
    crate::class::set_type_signature(crate::PyComplex::type_object(), c"{}(real=0, imag=0)\n--\n\n");
    ready::<crate::PyComplex>()?;
    ready::<crate::PyStr>()?;
    ready::<crate::str::PyStrIterator>()?;
    ready::<crate::str::PyStrAsciiIterator>()?;
    ready::<crate::codecs::charmap::PyEncodingMap>()?;
    ready::<crate::PyBytes>()?;
    ready::<crate::PyByteArray>()?;
    ready::<crate::bytes::PyBytesIterator>()?;
    ready::<crate::memoryview::PyManagedBuffer>()?;
    ready::<crate::PyMemoryView>()?;
    ready::<crate::memoryview::PyMemoryIterator>()?;
    ready::<crate::bytes::PyByteArrayIterator>()?;
    Ok(())
}

/// A function or class of the module `builtins`, as `__reduce__` names it.
pub(crate) fn builtin(name: &str) -> PyResult {
    crate::hooks::import("builtins")?.get_attr_str(name)
}
