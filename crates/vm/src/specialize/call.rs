//! `CALL` and `CALL_KW`. Cache: counter, function (or type) version (2).

use super::{fail, set, write32};
use crate::code::{Parts, PyCode};
use crate::frame::InterpreterFrame;
use crate::function::PyFunction;
use crate::stackref::StackRef;
use bytecode::opcode as op;
use object::cfunction::{PyCFunctionObject, PyMethod};
use object::descr::PyMethodDescr;
use object::typeobject::{PyTypeObject, flags, meth};
use object::{GilCell, Py, PyBytes, PyClass, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple};

/// The flavour of a native function.
const FLAVOUR: i32 = meth::VARARGS | meth::FASTCALL | meth::NOARGS | meth::O | meth::KEYWORDS | meth::METHOD;

static LEN: GilCell<*mut PyObject> = GilCell::new(std::ptr::null_mut());
static ISINSTANCE: GilCell<*mut PyObject> = GilCell::new(std::ptr::null_mut());
static LIST_APPEND: GilCell<*mut PyObject> = GilCell::new(std::ptr::null_mut());

/// Is it the builtin `len` (found when a call was specialized)?
#[inline(always)]
pub fn is_builtin_len(p: *mut PyObject) -> bool {
    p == LEN.get()
}
#[inline(always)]
pub fn is_builtin_isinstance(p: *mut PyObject) -> bool {
    p == ISINSTANCE.get()
}
#[inline(always)]
pub fn is_list_append(p: *mut PyObject) -> bool {
    p == LIST_APPEND.get()
}

/// Finds the objects that calls are compared with, once. They are kept for ever.
fn find_known() {
    if !LEN.get().is_null() {
        return;
    }
    let find = |name: &str| -> Option<Py> {
        let b = crate::runtime::builtins().ok()?;
        let name = object::intern::intern_str(name).ok()?;
        b.get_str(&name).ok()?
    };
    if let Some(f) = find("isinstance").filter(|f| PyCFunctionObject::check_exact(f)) {
        ISINSTANCE.set(f.into_ptr());
    }
    if let Some(f) = object::typeobject::lookup(PyList::type_object(), object::intern!("append")) {
        LIST_APPEND.set(f.into_ptr());
    }
    if let Some(f) = find("len").filter(|f| PyCFunctionObject::check_exact(f)) {
        LEN.set(f.into_ptr());
    }
    object::error::clear();
}

/// `CALL`
///
/// # Safety
/// The frame is the running one, `instr` its instruction.
#[cold]
pub unsafe fn call(
    _frame: *mut InterpreterFrame,
    instr: *mut u16,
    callable: &PyObject,
    self_or_null: StackRef,
    nargs: usize,
) {
    // SAFETY: the caller's promise.
    unsafe {
        find_known();
        let total = nargs + !self_or_null.is_null() as usize;
        let form = if let Some(f) = callable.downcast_exact::<PyFunction>() {
            function(instr, f, total, op::CALL_PY_EXACT_ARGS, op::CALL_PY_GENERAL)
        } else if let Some(m) = callable.downcast_exact::<PyMethod>() {
            match m.func().downcast_exact::<PyFunction>() {
                Some(f) if self_or_null.is_null() => function(
                    instr,
                    f,
                    nargs + 1,
                    op::CALL_BOUND_METHOD_EXACT_ARGS,
                    op::CALL_BOUND_METHOD_GENERAL,
                ),
                _ => None,
            }
        } else if let Some(class) = callable.downcast::<PyTypeObject>() {
            class_call(instr, class, self_or_null, nargs).or(Some(op::CALL_NON_PY_GENERAL))
        } else if let Some(f) = callable.downcast_exact::<PyCFunctionObject>() {
            builtin(f, callable, total, self_or_null)
        } else if let Some(d) = callable.downcast_exact::<PyMethodDescr>() {
            method_descriptor(instr, d, callable, total, nargs, self_or_null)
        } else {
            Some(op::CALL_NON_PY_GENERAL)
        };
        match form {
            Some(f) => set(instr, f),
            None => fail(instr),
        }
    }
}

unsafe fn function(instr: *mut u16, f: &PyFunction, total: usize, exact: u8, general: u8) -> Option<u8> {
    let version = f.version();
    if version == 0 || !f.is_plain() {
        return None;
    }
    // SAFETY: the cache has room.
    unsafe { write32(instr.add(2), version) };
    if super::attr::simple(f, total as i32) {
        Some(exact)
    } else {
        Some(general)
    }
}

unsafe fn class_call(
    instr: *mut u16,
    class: &PyTypeObject,
    self_or_null: StackRef,
    nargs: usize,
) -> Option<u8> {
    if !self_or_null.is_null() {
        return None;
    }
    if class.has(flags::IMMUTABLETYPE) {
        if nargs == 1 {
            if std::ptr::eq(class, PyTypeObject::type_object()) {
                return Some(op::CALL_TYPE_1);
            }
            if std::ptr::eq(class, PyStr::type_object()) {
                return Some(op::CALL_STR_1);
            }
            if std::ptr::eq(class, PyTuple::type_object()) {
                return Some(op::CALL_TUPLE_1);
            }
        }
        return class
            .tp_vectorcall
            .get()
            .is_some()
            .then_some(op::CALL_BUILTIN_CLASS);
    }
    // a Python class with a simple `__init__` and `object`'s `__new__`
    if !std::ptr::eq(class.as_object().ty(), PyTypeObject::type_object())
        || !object::typeobject::makes_plain_objects(class)
    {
        return None;
    }
    let heap = class.heap()?;
    let init = object::typeobject::lookup(class, object::intern!("__init__"))?;
    let f = init.downcast_exact::<PyFunction>()?;
    if !super::attr::simple(f, nargs as i32 + 1) || !f.is_plain() || f.version() == 0 {
        return None;
    }
    let version = object::typeobject::version_tag(class);
    if version == 0 {
        return None;
    }
    heap._spec_cache.init.set(init.as_ptr());
    // SAFETY: the cache has room.
    unsafe { write32(instr.add(2), version) };
    Some(op::CALL_ALLOC_AND_ENTER_INIT)
}

fn builtin(f: &PyCFunctionObject, callable: &PyObject, total: usize, self_or_null: StackRef) -> Option<u8> {
    match f.def().ml_flags & FLAVOUR {
        meth::O if total == 1 => {
            if is_builtin_len(callable.as_ptr()) && self_or_null.is_null() {
                return Some(op::CALL_LEN);
            }
            Some(op::CALL_BUILTIN_O)
        }
        meth::FASTCALL => {
            if is_builtin_isinstance(callable.as_ptr()) && total == 2 {
                return Some(op::CALL_ISINSTANCE);
            }
            Some(op::CALL_BUILTIN_FAST)
        }
        v if v == meth::FASTCALL | meth::KEYWORDS => Some(op::CALL_BUILTIN_FAST_WITH_KEYWORDS),
        _ => Some(op::CALL_NON_PY_GENERAL),
    }
}

unsafe fn method_descriptor(
    instr: *mut u16,
    d: &PyMethodDescr,
    callable: &PyObject,
    total: usize,
    nargs: usize,
    self_or_null: StackRef,
) -> Option<u8> {
    match d.def().ml_flags & FLAVOUR {
        meth::NOARGS if total == 1 => Some(op::CALL_METHOD_DESCRIPTOR_NOARGS),
        meth::O if total == 2 => {
            // SAFETY: the next instruction stands behind the caches; the receiver is alive.
            let append = unsafe {
                is_list_append(callable.as_ptr())
                    && nargs == 1
                    && *instr.add(4) as u8 == op::POP_TOP
                    && self_or_null.opt().is_some_and(PyList::check_exact)
            };
            Some(if append {
                op::CALL_LIST_APPEND
            } else {
                op::CALL_METHOD_DESCRIPTOR_O
            })
        }
        meth::FASTCALL if total >= 1 => Some(op::CALL_METHOD_DESCRIPTOR_FAST),
        v if v == meth::FASTCALL | meth::KEYWORDS && total >= 1 => {
            Some(op::CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS)
        }
        _ => Some(op::CALL_NON_PY_GENERAL),
    }
}

/// `CALL_KW`
///
/// # Safety
/// `instr` is the instruction.
#[cold]
pub unsafe fn call_kw(instr: *mut u16, callable: &PyObject, self_or_null: StackRef, _nargs: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let with_version = |f: &PyFunction, form: u8| {
            let version = f.version();
            if version == 0 || !f.is_plain() {
                return None;
            }
            write32(instr.add(2), version);
            Some(form)
        };
        let form = if let Some(f) = callable.downcast_exact::<PyFunction>() {
            with_version(f, op::CALL_KW_PY)
        } else if let Some(m) = callable.downcast_exact::<PyMethod>() {
            match m.func().downcast_exact::<PyFunction>() {
                Some(f) if self_or_null.is_null() => with_version(f, op::CALL_KW_BOUND_METHOD),
                _ => None,
            }
        } else {
            Some(op::CALL_KW_NON_PY)
        };
        match form {
            Some(f) => set(instr, f),
            None => fail(instr),
        }
    }
}

/// The code of the frame below an `__init__` that the loop calls itself: checks the result, gives the object back.
pub fn init_cleanup() -> PyResult<&'static PyCode> {
    static CODE: GilCell<Option<&'static PyCode>> = GilCell::new(None);
    if let Some(c) = CODE.get() {
        return Ok(c);
    }
    let empty = PyTuple::empty()?;
    let name = object::intern::intern_str("__init__")?;
    let code = PyCode::new(Parts {
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 2,
        flags: 0,
        code: vec![op::EXIT_INIT_CHECK, 0, op::RETURN_VALUE, 0],
        consts: empty.clone(),
        names: empty.clone(),
        localsplusnames: empty,
        localspluskinds: Vec::new(),
        filename: object::intern::intern_str("<init>")?,
        name: name.clone(),
        qualname: name,
        firstlineno: 1,
        linetable: PyBytes::new(&[])?,
        exceptiontable: PyBytes::new(&[])?,
    })?;
    // SAFETY: kept for ever.
    let code: &'static PyCode = unsafe { &*code.into_ptr() };
    CODE.set(Some(code));
    Ok(code)
}
