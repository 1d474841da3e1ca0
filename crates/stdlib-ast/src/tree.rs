//! Syntax tree objects: the front end's tree as instances of the classes of the module `_ast`, for
//! `compile(…, PyCF_ONLY_AST)`, and back, for `compile()` of a tree.

use crate::{from_objects, to_objects};
use interp::compile::{self, Request};
use object::{Py, PyClass, PyObject, PyResult};

/// Sets the hooks by which `compile()` makes and takes syntax tree objects.
pub fn install() {
    interp::AST_PARSE.set(Some(parse));
    interp::AST_COMPILE.set(Some(compile_object));
}

/// Parses text to a tree object.
fn parse(source: &str, request: &Request<'_>) -> PyResult {
    let mut module = compile::parse_text(source, request)?;
    if request.flags & compile::PYCF_OPTIMIZED_AST == compile::PYCF_OPTIMIZED_AST {
        compile::optimize_tree(&mut module, request)?;
    }
    to_objects::module(&module)
}

/// Compiles a tree object; `None` if `source` is no tree object.
fn compile_object(source: &PyObject, request: &Request<'_>) -> PyResult<Option<Py>> {
    // Text is by far the most common; the module of the classes need not be imported for it.
    if object::PyStr::check(source) || object::PyBytes::check(source) {
        return Ok(None);
    }
    let Some(tree) = from_objects::module(source, request.mode)? else {
        return Ok(None);
    };
    if request.flags & compile::PYCF_ONLY_AST != 0 {
        let mut tree = tree;
        if request.flags & compile::PYCF_OPTIMIZED_AST == compile::PYCF_OPTIMIZED_AST {
            compile::optimize_tree(&mut tree, request)?;
            return to_objects::module(&tree).map(Some);
        }
        return Ok(Some(object::PyLayout::new_ref(source)));
    }
    compile::compile_tree(&tree, request).map(|code| Some(code.into_object()))
}
