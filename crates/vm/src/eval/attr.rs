//! Attributes in the loop: `super().x`, the special methods of `with`.

use crate::frame::InterpreterFrame;
use crate::stackref::StackRef;
use bytecode::oparg as arg;
use object::thread::ThreadState;
use object::typeobject::PyTypeObject;
use object::{Py, PyLayout, PyObject, PyResult, PyStr, raise};

/// `LOAD_SUPER_ATTR`: the attribute, and the receiver if it is an unbound method to be called with it.
pub fn load_super_attr(
    global_super: &PyObject,
    class: &PyObject,
    receiver: &PyObject,
    name: &PyStr,
    oparg: usize,
) -> PyResult<(Py, Option<Py>)> {
    let method = oparg & 1 != 0;
    if global_super.is(<object::typeobject::PySuper as object::PyClass>::type_object())
        && let Some(class) = class.downcast::<PyTypeObject>()
    {
        let (v, unbound) = super_lookup(class, receiver, name, method)?;
        return Ok((v, unbound.then(|| receiver.new_ref())));
    }
    // `super` is something else here: call it as it was written
    let object = if oparg & 2 != 0 {
        object::call::call(global_super, &[class, receiver])?
    } else {
        object::call::call(global_super, &[])?
    };
    Ok((object.get_attr(name)?, None))
}

/// As [`load_super_attr`] with the operands on the stack, telling tools of the call of `super`.
///
/// # Safety
/// `frame` is the running frame, its stack pointer stored.
#[cold]
pub unsafe fn monitored_super_attr(
    ts: &ThreadState,
    frame: *mut InterpreterFrame,
    name: &PyStr,
    oparg: usize,
) -> PyResult<(Py, Option<Py>)> {
    // SAFETY: the caller's promise; the three operands stay on the stack.
    unsafe {
        let sp = (*frame).stackpointer;
        let (global_super, class, receiver) = (*sp.sub(3), *sp.sub(2), *sp.sub(1));
        let first = if oparg & 2 != 0 { class } else { StackRef::NULL };
        crate::monitoring::call_event(ts, frame, global_super, first)?;
        let made = if oparg & 2 != 0 {
            object::call::call(global_super.obj(), &[class.obj(), receiver.obj()])
        } else {
            object::call::call(global_super.obj(), &[])
        };
        let made = crate::monitoring::native_return_event(ts, frame, global_super, first, made)?;
        Ok((made.get_attr(name)?, None))
    }
}

/// `super(class, obj).name`; with `method`, a method comes unbound (and `true`).
pub fn super_lookup(
    class: &PyTypeObject,
    obj: &PyObject,
    name: &PyStr,
    method: bool,
) -> PyResult<(Py, bool)> {
    object::typeobject::super_lookup(class, obj, name, method)
}

/// `LOAD_SPECIAL`: a special method looked up on the type, with the receiver if it came unbound.
pub fn load_special(obj: &PyObject, which: usize) -> PyResult<(Py, Option<Py>)> {
    let name = special_name(which);
    match object::typeobject::lookup_special_method(obj, name)? {
        Some((m, unbound)) => Ok((m, unbound.then(|| obj.new_ref()))),
        None => no_special(obj, which),
    }
}

fn special_name(which: usize) -> &'static PyStr {
    match which as u8 {
        arg::SPECIAL___ENTER__ => object::intern!("__enter__"),
        arg::SPECIAL___EXIT__ => object::intern!("__exit__"),
        arg::SPECIAL___AENTER__ => object::intern!("__aenter__"),
        _ => object::intern!("__aexit__"),
    }
}

#[cold]
fn no_special<T>(obj: &PyObject, which: usize) -> PyResult<T> {
    let is_async = which as u8 >= arg::SPECIAL___AENTER__;
    let has = |name: &PyStr| object::typeobject::lookup(obj.ty(), name).is_some();
    let other = if is_async {
        has(object::intern!("__enter__")) && has(object::intern!("__exit__"))
    } else {
        has(object::intern!("__aenter__")) && has(object::intern!("__aexit__"))
    };
    let (this, that, with) = if is_async {
        ("asynchronous context manager", "context manager", "with")
    } else {
        ("context manager", "asynchronous context manager", "async with")
    };
    let ty = object::class::qualified_name(obj.ty());
    let name = special_name(which);
    if other {
        return raise!(
            TypeError,
            "'{ty}' object does not support the {this} protocol (missed {name} method) but it supports the {that} protocol. Did you mean to use '{with}'?"
        );
    }
    raise!(
        TypeError,
        "'{ty}' object does not support the {this} protocol (missed {name} method)"
    )
}
