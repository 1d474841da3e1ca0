//! Native modules of the front end: `_ast` and `_opcode`.
#![allow(improper_ctypes_definitions)]

mod asdl;
mod node;
mod opcode;

use interp::compile::{self, Request};
use object::class::{ModuleInit, create_module};
use object::{PyModule, PyObject, PyResult, pymodule, raise};

/// The modules of this crate by name.
pub fn modules() -> &'static [(&'static str, ModuleInit)] {
    interp::AST_COMPILE.set(Some(compile_tree));
    &[
        ("_ast", create_module::<Ast>),
        ("_opcode", create_module::<opcode::Opcode>),
    ]
}

/// Compiling a tree object: by way of its source text, until trees are read back directly.
fn compile_tree(source: &PyObject, r: &Request<'_>) -> PyResult<Option<object::Py>> {
    use object::PyClass;
    if !node::PyAst::check(source) {
        return Ok(None);
    }
    if r.flags & compile::PYCF_ONLY_AST != 0 {
        return Ok(Some(object::PyLayout::new_ref(source)));
    }
    raise!(
        NotImplementedError,
        "compiling syntax tree objects is not there yet"
    )
}

pub struct Ast;

#[pymodule(name = "_ast")]
impl Ast {
    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        node::add_all(m)?;
        m.add_value("PyCF_ALLOW_TOP_LEVEL_AWAIT", compile::PYCF_ALLOW_TOP_LEVEL_AWAIT)?;
        m.add_value("PyCF_ONLY_AST", compile::PYCF_ONLY_AST)?;
        m.add_value("PyCF_TYPE_COMMENTS", compile::PYCF_TYPE_COMMENTS)?;
        m.add_value("PyCF_OPTIMIZED_AST", compile::PYCF_OPTIMIZED_AST)
    }
}
