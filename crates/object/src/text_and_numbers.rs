//! The list of the number and text types, readied at start-up.

use crate::class::ready;
use crate::handle::PyResult;

/// Readies them: a base before what derives from it.
pub fn ready_types() -> PyResult<()> {
    ready::<crate::PyInt>()?;
    ready::<crate::bool::PyBool>()?;
    ready::<crate::PyFloat>()?;
    ready::<crate::PyStr>()?;
    ready::<crate::PyBytes>()?;
    ready::<crate::PyByteArray>()?;
    Ok(())
}
