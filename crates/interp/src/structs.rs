//! Struct sequences: tuples with named fields, as `sys.version_info` is one.

use object::{Py, PyResult};

/// An instance of a struct sequence class made for these names.
pub fn make(name: &str, doc: &str, fields: &[&str], values: Vec<Py>) -> PyResult {
    object::structseq::make_single(name, doc, fields, values)
}
