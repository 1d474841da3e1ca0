//! `cpython/funcobject.h`, `cpython/cellobject.h`, `cpython/code.h`, `cpython/genobject.h`.

use crate::util::{bytes, decode_utf8, expect, lend};
use object::{Py, PyLayout, PyObject, PyResult, PyStr, PyTuple, intern};
use std::ffi::{c_char, c_int};
use vm::cell::PyCell;
use vm::code::PyCode;
use vm::function::PyFunction;

/// An attribute that the function itself keeps: borrowed, `None` as NULL.
fn kept(f: &PyObject, name: &PyStr) -> PyResult<*mut PyObject> {
    let v = expect::<PyFunction>(f)?.as_object().get_attr(name)?;
    Ok(if object::is_none(&v) {
        std::ptr::null_mut()
    } else {
        lend(Some(v))
    })
}

fn set(f: &PyObject, name: &PyStr, value: Option<&PyObject>) -> PyResult<()> {
    expect::<PyFunction>(f)?
        .as_object()
        .set_attr(name, Some(value.unwrap_or(object::singletons::none_ref())))
}

capi! {
    fn PyFunction_New(code: &PyObject, globals: &PyObject) -> PyResult<Py<PyFunction>> {
        PyFunction::new(expect::<PyCode>(code)?, globals)
    }
    fn PyFunction_NewWithQualName(code: &PyObject, globals: &PyObject, qualname: Option<&PyObject>) -> PyResult<Py<PyFunction>> {
        let f = PyFunction::new(expect::<PyCode>(code)?, globals)?;
        if let Some(q) = qualname {
            f.as_object().set_attr(intern!("__qualname__"), Some(q))?;
        }
        Ok(f)
    }
    fn PyFunction_GetCode(f: &PyObject) -> PyResult<*mut PyObject> {
        kept(f, intern!("__code__"))
    }
    fn PyFunction_GetGlobals(f: &PyObject) -> PyResult<*mut PyObject> {
        kept(f, intern!("__globals__"))
    }
    fn PyFunction_GetModule(f: &PyObject) -> PyResult<*mut PyObject> {
        kept(f, intern!("__module__"))
    }
    fn PyFunction_GetDefaults(f: &PyObject) -> PyResult<*mut PyObject> {
        kept(f, intern!("__defaults__"))
    }
    fn PyFunction_SetDefaults(f: &PyObject, v: Option<&PyObject>) -> PyResult<()> {
        set(f, intern!("__defaults__"), v)
    }
    fn PyFunction_GetKwDefaults(f: &PyObject) -> PyResult<*mut PyObject> {
        kept(f, intern!("__kwdefaults__"))
    }
    fn PyFunction_SetKwDefaults(f: &PyObject, v: Option<&PyObject>) -> PyResult<()> {
        set(f, intern!("__kwdefaults__"), v)
    }
    fn PyFunction_GetClosure(f: &PyObject) -> PyResult<*mut PyObject> {
        kept(f, intern!("__closure__"))
    }
    fn PyFunction_GetAnnotations(f: &PyObject) -> PyResult<*mut PyObject> {
        kept(f, intern!("__annotations__"))
    }
    fn PyFunction_SetAnnotations(f: &PyObject, v: Option<&PyObject>) -> PyResult<()> {
        set(f, intern!("__annotations__"), v)
    }
    fn PyCell_New(v: Option<&PyObject>) -> PyResult<Py<PyCell>> {
        PyCell::new(v.map(|v| v.new_ref()))
    }
    fn PyCell_Get(c: &PyObject) -> PyResult<Option<Py>> {
        Ok(expect::<PyCell>(c)?.ob_ref.get())
    }
    fn PyCell_Set(c: &PyObject, v: Option<&PyObject>) -> PyResult<()> {
        expect::<PyCell>(c)?.ob_ref.set(v.map(|v| v.new_ref()));
        Ok(())
    }
    fn PyCode_GetCode(c: &PyCode) -> PyResult {
        c.as_object().get_attr(intern!("co_code"))
    }
    fn PyCode_GetVarnames(c: &PyCode) -> PyResult<Py<PyTuple>> {
        c.varnames()
    }
    fn PyCode_GetCellvars(c: &PyCode) -> PyResult<Py<PyTuple>> {
        c.cellvars()
    }
    fn PyCode_GetFreevars(c: &PyCode) -> PyResult<Py<PyTuple>> {
        c.freevars()
    }
    fn PyCode_Addr2Line(c: &PyCode, offset: c_int) -> c_int {
        if offset < 0 {
            return c.co_firstlineno.get();
        }
        c.addr_to_line(offset as isize).unwrap_or(-1)
    }
    /// A code object without a body, for tracebacks of C code: it raises when it is run.
    fn PyCode_NewEmpty(filename: *const c_char, name: *const c_char, line: c_int) -> PyResult {
        let (filename, name) = (decode_utf8(bytes(filename))?, decode_utf8(bytes(name))?);
        empty_code(&filename, &name, line)
    }
    /// A code object from its parts, as `types.CodeType` makes it.
    fn PyUnstable_Code_NewWithPosOnlyArgs(argcount: c_int, posonly: c_int, kwonly: c_int, nlocals: c_int, stacksize: c_int, flags: c_int,
        code: &PyObject, consts: &PyObject, names: &PyObject, varnames: &PyObject, freevars: &PyObject, cellvars: &PyObject,
        filename: &PyObject, name: &PyObject, qualname: &PyObject, line: c_int, linetable: &PyObject, exceptions: &PyObject) -> PyResult
    {
        new_code([argcount, posonly, kwonly, nlocals, stacksize, flags], [code, consts, names, varnames, filename, name, qualname],
            line, [linetable, exceptions, freevars, cellvars])
    }
    fn PyUnstable_Code_New(argcount: c_int, kwonly: c_int, nlocals: c_int, stacksize: c_int, flags: c_int, code: &PyObject,
        consts: &PyObject, names: &PyObject, varnames: &PyObject, freevars: &PyObject, cellvars: &PyObject, filename: &PyObject,
        name: &PyObject, qualname: &PyObject, line: c_int, linetable: &PyObject, exceptions: &PyObject) -> PyResult
    {
        new_code([argcount, 0, kwonly, nlocals, stacksize, flags], [code, consts, names, varnames, filename, name, qualname],
            line, [linetable, exceptions, freevars, cellvars])
    }
    /// A frame that does not run, at its code's first line: for tracebacks of native code.
    fn PyFrame_New(_state: *const PyObject, code: &PyCode, globals: &PyObject, _locals: *const PyObject) -> PyResult<Py<vm::frameobject::PyFrame>> {
        let f = PyFunction::new(code, globals)?;
        vm::frameobject::PyFrame::detached(&f)
    }
    /// `tracemalloc` is not there: -2 says that it does not trace.
    fn PyTraceMalloc_Track(_domain: u32, _address: usize, _size: usize) -> c_int {
        -2
    }
    fn PyTraceMalloc_Untrack(_domain: u32, _address: usize) -> c_int {
        -2
    }
    fn PyGen_GetCode(g: &PyObject) -> PyResult {
        g.get_attr(intern!("gi_code"))
    }
}

/// A location table that gives all code units the first line, without columns.
fn one_line(mut units: usize) -> Vec<u8> {
    const NO_COLUMNS: u8 = 13;
    let mut out = Vec::new();
    while units > 0 {
        let n = units.min(8);
        out.extend_from_slice(&[0x80 | NO_COLUMNS << 3 | (n as u8 - 1), 0]);
        units -= n;
    }
    out
}

/// The code of a statement that raises, with name and place replaced.
fn empty_code(filename: &PyStr, name: &PyStr, line: c_int) -> PyResult {
    let request = interp::compile::Request {
        filename,
        mode: syntax::Mode::Exec,
        flags: 0,
        optimize: 0,
        feature_version: 14,
    };
    let code = interp::compile::compile_text("raise AssertionError", &request)?;
    let n = object::PyInt::from_i64(line as i64)?;
    let table = object::PyBytes::new(&one_line(code.unit_count()))?;
    let replace = code.as_object().get_attr(intern!("replace"))?;
    object::call::call_kw(
        &replace,
        &[],
        &[
            (intern!("co_name"), name.as_object()),
            (intern!("co_qualname"), name.as_object()),
            (intern!("co_firstlineno"), n.as_object()),
            (intern!("co_linetable"), table.as_object()),
        ],
    )
}

/// `types.CodeType(…)`
fn new_code(numbers: [c_int; 6], objects: [&PyObject; 7], line: c_int, tables: [&PyObject; 4]) -> PyResult {
    let number = |n: c_int| Ok(object::PyInt::from_i64(n as i64)?.into_object());
    let mut args: Vec<Py> = numbers.into_iter().map(number).collect::<PyResult<_>>()?;
    args.extend(objects.iter().map(|o| o.new_ref()));
    args.push(number(line)?);
    args.extend(tables.iter().map(|o| o.new_ref()));
    let class = <PyCode as object::PyClass>::type_object().as_object();
    object::call::call(class, object::args::py_slice(&args))
}
