//! The exception classes (`cpython/pyerrors.h`).

mod base;
mod fields;
mod group;
mod oserror;
mod unicode;

pub use base::*;
pub use fields::*;
pub use group::{_PyExc_BaseExceptionGroup, BaseExceptionGroup, ExceptionGroup};
pub use oserror::*;
pub use unicode::*;

/// Readies all exception classes and returns them in the order of the hierarchy, for `builtins`.
pub fn ready_types() -> crate::PyResult<Vec<&'static crate::PyTypeObject>> {
    let mut all = Vec::new();
    base::ready_types(&mut all)?;
    Ok(all)
}
