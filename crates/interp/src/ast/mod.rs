//! Syntax tree objects: the front end's tree as instances of the classes of the module `_ast`, for
//! `compile(…, PyCF_ONLY_AST)`.

mod to_objects;

use crate::compile::{self, Request};
use object::PyResult;

/// Sets the hook by which `compile()` makes syntax tree objects.
pub fn install() {
    crate::AST_PARSE.set(Some(parse));
}

/// Parses text to a tree object.
fn parse(source: &str, request: &Request<'_>) -> PyResult {
    let mut parsed = compile::parse_text(source, request)?;
    if request.flags & compile::PYCF_OPTIMIZED_AST == compile::PYCF_OPTIMIZED_AST {
        compile::optimize_tree(&mut parsed.module, request)?;
    }
    let object = to_objects::module(&parsed.module)?;
    compile::issue(&parsed.warnings, request.filename, source)?;
    Ok(object)
}
