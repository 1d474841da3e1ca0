//! Native modules of the front end: `_ast`, `_opcode`, `_symtable` and `_tokenize`.
#![allow(improper_ctypes_definitions)]

mod asdl;
mod from_objects;
mod node;
mod opcode;
mod symtable;
mod to_objects;
mod tokenize;
mod tree;

use interp::compile;
use object::class::{ModuleInit, create_module};
use object::{PyModule, PyResult, pymodule};

/// The modules of this crate by name. `compile()` learns of syntax trees by the way.
pub fn modules() -> &'static [(&'static str, ModuleInit)] {
    tree::install();
    &[
        ("_ast", create_module::<Ast>),
        ("_opcode", create_module::<opcode::Opcode>),
        ("_symtable", create_module::<symtable::Symtable>),
        ("_tokenize", create_module::<tokenize::Tokenize>),
    ]
}

/// `_ast`
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
