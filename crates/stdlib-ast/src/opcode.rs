//! The module `_opcode`.

use bytecode::{oparg, opcode as op};
use object::{Py, PyLayout, PyList, PyModule, PyObject, PyResult, PyStr, PyTuple, pymodule, raise};

pub struct Opcode;

fn number(n: i32) -> Option<u16> {
    u16::try_from(n).ok().filter(|n| op::name(*n).is_some())
}

fn texts(items: &[&str]) -> PyResult<Py<PyList>> {
    PyList::from_vec(
        items
            .iter()
            .map(|t| Ok(PyStr::new(t)?.into_object()))
            .collect::<PyResult<_>>()?,
    )
}

#[pymodule(name = "_opcode")]
impl Opcode {
    #[function("($module, opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(opcode: i32, oparg: Option<&PyObject>, jump: Option<&PyObject>) -> PyResult<i64> {
        let Some(n) = number(opcode) else {
            return raise!(ValueError, "invalid opcode or oparg");
        };
        let arg = oparg.filter(|a| !object::is_none(a));
        let arg = match arg {
            Some(_) if !op::has_arg(n) => {
                return raise!(
                    ValueError,
                    "stack_effect: opcode does not permit oparg but oparg was specified"
                );
            }
            Some(a) => object::number::index_as_isize(a)? as i64,
            None if op::has_arg(n) => {
                return raise!(
                    ValueError,
                    "stack_effect: opcode requires oparg but oparg was not specified"
                );
            }
            None => 0,
        };
        let effect = match jump.filter(|j| !object::is_none(j)) {
            None => match (op::stack_effect(n, arg, true), op::stack_effect(n, arg, false)) {
                (Some(a), Some(b)) => Some(a.max(b)),
                _ => None,
            },
            Some(j) => {
                let which = if j.is(object::bool::true_ref()) {
                    true
                } else if j.is(object::bool::false_ref()) {
                    false
                } else {
                    return raise!(ValueError, "stack_effect: jump must be False, True or None");
                };
                op::stack_effect(n, arg, which)
            }
        };
        match effect {
            Some(e) => Ok(e),
            None => raise!(ValueError, "invalid opcode or oparg"),
        }
    }
    #[function("($module, /, opcode)")]
    fn is_valid(opcode: i32) -> bool {
        number(opcode).is_some()
    }
    #[function("($module, /, opcode)")]
    fn has_arg(opcode: i32) -> bool {
        number(opcode).is_some_and(op::has_arg)
    }
    #[function("($module, /, opcode)")]
    fn has_const(opcode: i32) -> bool {
        number(opcode).is_some_and(op::has_const)
    }
    #[function("($module, /, opcode)")]
    fn has_name(opcode: i32) -> bool {
        number(opcode).is_some_and(op::has_name)
    }
    #[function("($module, /, opcode)")]
    fn has_jump(opcode: i32) -> bool {
        number(opcode).is_some_and(op::has_jump)
    }
    #[function("($module, /, opcode)")]
    fn has_free(opcode: i32) -> bool {
        number(opcode).is_some_and(op::has_free)
    }
    #[function("($module, /, opcode)")]
    fn has_local(opcode: i32) -> bool {
        number(opcode).is_some_and(op::has_local)
    }
    #[function("($module, /, opcode)")]
    fn has_exc(opcode: i32) -> bool {
        number(opcode).is_some_and(op::has_exc)
    }
    #[function("($module, /)")]
    fn get_specialization_stats() {}
    #[function("($module, /, code, offset)")]
    fn get_executor(_code: &PyObject, _offset: i32) -> PyResult<()> {
        raise!(RuntimeError, "Executors are not available in this build")
    }
    #[function("($module, /)")]
    fn get_nb_ops() -> PyResult<Py<PyList>> {
        let mut out = Vec::new();
        for (name, symbol) in oparg::NB_OPS {
            let pair = vec![PyStr::new(name)?.into_object(), PyStr::new(symbol)?.into_object()];
            out.push(PyTuple::from_vec(pair)?.into_object());
        }
        PyList::from_vec(out)
    }
    #[function("($module, /)")]
    fn get_intrinsic1_descs() -> PyResult<Py<PyList>> {
        texts(&oparg::INTRINSIC_1_DESCS.iter().map(|p| p.0).collect::<Vec<_>>())
    }
    #[function("($module, /)")]
    fn get_intrinsic2_descs() -> PyResult<Py<PyList>> {
        texts(&oparg::INTRINSIC_2_DESCS.iter().map(|p| p.0).collect::<Vec<_>>())
    }
    #[function("($module, /)")]
    fn get_special_method_names() -> PyResult<Py<PyList>> {
        texts(&["__enter__", "__exit__", "__aenter__", "__aexit__"])
    }
    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        m.add("ENABLE_SPECIALIZATION", object::bool::true_ref())?;
        m.add("ENABLE_SPECIALIZATION_FT", object::bool::false_ref())
    }
}

#[allow(unused)]
fn _object(o: &PyObject) -> *mut PyObject {
    o.as_ptr()
}
