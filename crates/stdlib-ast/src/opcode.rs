//! `_opcode`: what `opcode` and `dis` ask about instructions, from the opcode table.

use bytecode::{oparg, opcode};
use object::{IntoPy, Py, PyLayout, PyList, PyObject, PyResult, PyTuple, is_none, number, pymodule, raise};

/// `_opcode`
pub struct Opcode;

/// The opcode of that number, if there is one.
fn known(number: i32) -> Option<u16> {
    u16::try_from(number)
        .ok()
        .filter(|op| opcode::name(*op).is_some())
}

fn strings<'a>(names: impl Iterator<Item = &'a str>) -> PyResult<Py<PyList>> {
    PyList::from_vec(names.map(|name| name.into_py()).collect::<PyResult<_>>()?)
}

#[pymodule(name = "_opcode")]
impl Opcode {
    #[function("($module, opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(opcode: i32, oparg: Option<&PyObject>, jump: Option<&PyObject>) -> PyResult<i64> {
        let oparg = match oparg.filter(|arg| !is_none(arg)) {
            Some(arg) => number::index_as_isize(arg)? as i64,
            None => 0,
        };
        let effect = |op: u16, jump: bool| opcode::stack_effect(op, oparg, jump);
        let (yes, no) = (object::bool::py_bool(true), object::bool::py_bool(false));
        let found = match (known(opcode), jump.filter(|jump| !is_none(jump))) {
            (_, Some(jump)) if !jump.is(yes.get()) && !jump.is(no.get()) => {
                return raise!(ValueError, "stack_effect: jump must be False, True or None");
            }
            (Some(op), Some(jump)) => effect(op, jump.is(yes.get())),
            (Some(op), None) => effect(op, true).max(effect(op, false)),
            (None, _) => None,
        };
        match found {
            Some(effect) => Ok(effect),
            None => raise!(ValueError, "invalid opcode or oparg"),
        }
    }
    #[function("($module, /, opcode)")]
    fn is_valid(opcode: i32) -> bool {
        known(opcode).is_some()
    }
    #[function("($module, /, opcode)")]
    fn has_arg(opcode: i32) -> bool {
        known(opcode).is_some_and(opcode::has_arg)
    }
    #[function("($module, /, opcode)")]
    fn has_const(opcode: i32) -> bool {
        known(opcode).is_some_and(opcode::has_const)
    }
    #[function("($module, /, opcode)")]
    fn has_name(opcode: i32) -> bool {
        known(opcode).is_some_and(opcode::has_name)
    }
    #[function("($module, /, opcode)")]
    fn has_jump(opcode: i32) -> bool {
        known(opcode).is_some_and(opcode::has_jump)
    }
    #[function("($module, /, opcode)")]
    fn has_free(opcode: i32) -> bool {
        known(opcode).is_some_and(opcode::has_free)
    }
    #[function("($module, /, opcode)")]
    fn has_local(opcode: i32) -> bool {
        known(opcode).is_some_and(opcode::has_local)
    }
    #[function("($module, /, opcode)")]
    fn has_exc(opcode: i32) -> bool {
        known(opcode).is_some_and(opcode::has_exc)
    }
    #[function("($module, /)")]
    fn get_specialization_stats() -> PyResult {
        Ok(object::none())
    }
    #[function("($module, /)")]
    fn get_nb_ops() -> PyResult<Py<PyList>> {
        let pair = |(name, symbol): &(&str, &str)| -> PyResult {
            Ok(PyTuple::pair(name.into_py()?, symbol.into_py()?)?.into_object())
        };
        PyList::from_vec(oparg::NB_OPS.iter().map(pair).collect::<PyResult<_>>()?)
    }
    #[function("($module, /)")]
    fn get_intrinsic1_descs() -> PyResult<Py<PyList>> {
        strings(oparg::INTRINSIC_1_DESCS.iter().map(|(name, _)| *name))
    }
    #[function("($module, /)")]
    fn get_intrinsic2_descs() -> PyResult<Py<PyList>> {
        strings(oparg::INTRINSIC_2_DESCS.iter().map(|(name, _)| *name))
    }
    #[function("($module, /)")]
    fn get_special_method_names() -> PyResult<Py<PyList>> {
        strings(oparg::SPECIAL_METHODS.iter().map(|(_, method)| *method))
    }
    #[function("($module, /, code, offset)")]
    fn get_executor(code: &PyObject, _offset: i32) -> PyResult {
        if code.downcast::<vm::code::PyCode>().is_none() {
            let kind = code.ty().name();
            return raise!(TypeError, "expected a code object, not '{kind}'");
        }
        raise!(ValueError, "no executor at given byte offset")
    }
    #[exec]
    fn exec(module: &object::PyModule) -> PyResult<()> {
        module.add("ENABLE_SPECIALIZATION", object::bool::py_bool(true).get())?;
        module.add("ENABLE_SPECIALIZATION_FT", object::bool::py_bool(false).get())
    }
}
