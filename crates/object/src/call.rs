//! Calling (`PyObject_Call`, vectorcall).

use crate::args::PY_VECTORCALL_ARGUMENTS_OFFSET;
use crate::dict::PyDict;
use crate::handle::{PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::{flags, vectorcallfunc};

/// `PyVectorcall_Function`
#[inline(always)]
pub fn vectorcall_function(callable: &PyObject) -> Option<vectorcallfunc> {
    let ty = callable.ty();
    if !ty.has(flags::HAVE_VECTORCALL) {
        return None;
    }
    let offset = ty.tp_vectorcall_offset.get();
    // SAFETY: the flag says that a vectorcall pointer (or null) stands at the offset.
    unsafe { *((callable as *const PyObject as *const u8).offset(offset) as *const Option<vectorcallfunc>) }
}

/// `PyObject_Vectorcall`: positional arguments, then the values of `kwnames`.
///
/// # Safety
/// `args` has `nargs` (without the offset flag) live objects and then one for each of `kwnames`; with the flag, the
/// word before them may be overwritten for the time of the call.
#[inline]
pub unsafe fn vectorcall(
    callable: &PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: Option<&PyTuple>,
) -> PyResult {
    match vectorcall_function(callable) {
        // SAFETY: the caller's promise.
        Some(f) => check_result(callable, unsafe { f(callable, args, nargsf, kwnames) }),
        None => {
            // SAFETY: as above.
            let all = unsafe { crate::FuncArgs::from_raw(args, crate::args::nargs(nargsf), kwnames) };
            make_tp_call(callable, &all)
        }
    }
}

/// Calls with positional arguments and keywords.
pub fn call_args(callable: &PyObject, all: &crate::FuncArgs<'_>) -> PyResult {
    if vectorcall_function(callable).is_some() {
        let mut buf: smallbuf::Buf = smallbuf::Buf::new(all.pos, all.kwvalues);
        // SAFETY: the buffer has a spare word in front.
        return unsafe {
            vectorcall(
                callable,
                buf.args(),
                all.pos.len() | PY_VECTORCALL_ARGUMENTS_OFFSET,
                all.kwnames,
            )
        };
    }
    make_tp_call(callable, all)
}

/// `PyObject_CallFunctionObjArgs`
#[inline]
pub fn call(callable: &PyObject, args: &[&PyObject]) -> PyResult {
    if vectorcall_function(callable).is_some() {
        let mut buf = smallbuf::Buf::new(args, &[]);
        // SAFETY: the buffer has a spare word in front.
        return unsafe {
            vectorcall(
                callable,
                buf.args(),
                args.len() | PY_VECTORCALL_ARGUMENTS_OFFSET,
                None,
            )
        };
    }
    make_tp_call(callable, &crate::FuncArgs::positional(args))
}

/// Calls with one more positional argument in front.
pub fn call_prepended(callable: &PyObject, first: &PyObject, all: &crate::FuncArgs<'_>) -> PyResult {
    if vectorcall_function(callable).is_some() {
        let mut buf = smallbuf::Buf::prepended(first, all.pos, all.kwvalues);
        // SAFETY: the buffer has a spare word in front.
        return unsafe {
            vectorcall(
                callable,
                buf.args(),
                (all.pos.len() + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET,
                all.kwnames,
            )
        };
    }
    let pos: Vec<&PyObject> = std::iter::once(first).chain(all.pos.iter().copied()).collect();
    make_tp_call(callable, &crate::FuncArgs { pos: &pos, ..*all })
}

/// As [`call_prepended`], for arguments as `tp_call` has them.
pub fn call_prepended_tuple_dict(
    callable: &PyObject,
    first: &PyObject,
    args: &PyTuple,
    kwargs: Option<&PyDict>,
) -> PyResult {
    let mut holder = Vec::new();
    let all = crate::FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
    call_prepended(callable, first, &all)
}

/// Calls with one keyword besides positional arguments, `(name, value)` pairs.
pub fn call_kw(callable: &PyObject, args: &[&PyObject], kw: &[(&PyStr, &PyObject)]) -> PyResult {
    if kw.is_empty() {
        return call(callable, args);
    }
    let names = PyTuple::from_vec(kw.iter().map(|(n, _)| n.as_object().new_ref()).collect())?;
    let values: Vec<&PyObject> = kw.iter().map(|(_, v)| *v).collect();
    call_args(
        callable,
        &crate::FuncArgs {
            pos: args,
            kwvalues: &values,
            kwnames: Some(&names),
        },
    )
}

#[cold]
fn not_callable(callable: &PyObject) -> PyResult {
    raise!(
        TypeError,
        "'{}' object is not callable",
        callable.ty().full_name()
    )
}

fn make_tp_call(callable: &PyObject, all: &crate::FuncArgs<'_>) -> PyResult {
    let Some(f) = callable.ty().tp_call.get() else {
        return not_callable(callable);
    };
    let args = all.to_tuple()?;
    let kwargs = if all.kwvalues.is_empty() {
        None
    } else {
        Some(all.keywords().to_dict()?)
    };
    crate::thread::check_recursion(" while calling a Python object")?;
    // SAFETY: `tp_call` with a tuple and a dict or nothing.
    check_result(callable, unsafe {
        f(callable, args.as_object(), kwargs.as_ref().map(|k| k.as_object()))
    })
}

/// `PyObject_Call(callable, args, kwargs)`
pub fn call_tuple_dict(callable: &PyObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
    if vectorcall_function(callable).is_some() {
        let mut holder = Vec::new();
        let all = crate::FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        return call_args(callable, &all);
    }
    let Some(f) = callable.ty().tp_call.get() else {
        return not_callable(callable);
    };
    crate::thread::check_recursion(" while calling a Python object")?;
    // SAFETY: `tp_call` with a tuple and a dict or nothing.
    check_result(callable, unsafe {
        f(callable, args.as_object(), kwargs.map(|k| k.as_object()))
    })
}

/// `PyVectorcall_Call`: the `tp_call` of types that have vectorcall.
///
/// # Safety
/// As `tp_call`.
pub unsafe extern "C" fn vectorcall_call(
    callable: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    // SAFETY: a slot called with a tuple and a dict or nothing.
    let (args, kwargs) = unsafe {
        (
            args.downcast_unchecked::<PyTuple>(),
            kwargs.map(|k| k.downcast_unchecked::<PyDict>()),
        )
    };
    call_vectorcall(callable, args, kwargs)
}

/// Calls what stands at the type's vectorcall offset, though a subclass may have a `__call__` of its own.
pub fn call_vectorcall(callable: &PyObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
    let offset = callable.ty().tp_vectorcall_offset.get();
    let f = if offset > 0 {
        // SAFETY: a vectorcall pointer (or null) stands at the offset of a type that has one.
        unsafe {
            *((callable as *const PyObject as *const u8).offset(offset) as *const Option<vectorcallfunc>)
        }
    } else {
        None
    };
    let Some(f) = f else {
        return raise!(
            TypeError,
            "'{}' object does not support vectorcall",
            callable.ty().full_name()
        );
    };
    let mut holder = Vec::new();
    let all = crate::FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
    let mut buf: smallbuf::Buf = smallbuf::Buf::new(all.pos, all.kwvalues);
    // SAFETY: the buffer has a spare word in front.
    check_result(callable, unsafe {
        f(
            callable,
            buf.args(),
            all.pos.len() | PY_VECTORCALL_ARGUMENTS_OFFSET,
            all.kwnames,
        )
    })
}

/// `PyObject_CallMethod`: without making the bound method where the attribute is a method descriptor.
pub fn call_method(obj: &PyObject, name: &PyStr, args: &[&PyObject]) -> PyResult {
    let (callable, unbound) = crate::typeobject::get_method(obj, name)?;
    if unbound {
        let mut all = Vec::with_capacity(args.len() + 1);
        all.push(obj);
        all.extend_from_slice(args);
        call(&callable, &all)
    } else {
        call(&callable, args)
    }
}

/// A result without, or an error with, an exception set is a broken callable (`_Py_CheckFunctionResult`).
#[inline(always)]
pub fn check_result(callable: &PyObject, result: PyResult) -> PyResult {
    if cfg!(debug_assertions) {
        match &result {
            Ok(_) if crate::error::occurred() => {
                return raise!(
                    SystemError,
                    "{} returned a result with an exception set",
                    callable.ty().full_name()
                );
            }
            Err(_) if !crate::error::occurred() => {
                return raise!(
                    SystemError,
                    "{} returned NULL without setting an exception",
                    callable.ty().full_name()
                );
            }
            _ => {}
        }
    }
    result
}

mod smallbuf {
    //! Arguments in one block with a spare word in front.
    use crate::refcount::PyObject;

    pub struct Buf {
        small: [*mut PyObject; 9],
        big: Vec<*mut PyObject>,
    }

    impl Buf {
        #[inline]
        pub fn new(pos: &[&PyObject], kw: &[&PyObject]) -> Buf {
            Buf::collect(pos.len() + kw.len(), pos.iter().chain(kw).copied())
        }
        /// With one more argument in front.
        #[inline]
        pub fn prepended(first: &PyObject, pos: &[&PyObject], kw: &[&PyObject]) -> Buf {
            let all = std::iter::once(first).chain(pos.iter().chain(kw).copied());
            Buf::collect(1 + pos.len() + kw.len(), all)
        }
        #[inline(always)]
        fn collect<'a>(n: usize, all: impl Iterator<Item = &'a PyObject>) -> Buf {
            let mut b = Buf {
                small: [std::ptr::null_mut(); 9],
                big: Vec::new(),
            };
            let all = all.map(|o| o as *const PyObject as *mut PyObject);
            if n <= 8 {
                for (place, arg) in b.small[1..].iter_mut().zip(all) {
                    *place = arg;
                }
            } else {
                b.big.reserve_exact(n + 1);
                b.big.push(std::ptr::null_mut());
                b.big.extend(all);
            }
            b
        }
        /// The first argument; the word before it is spare.
        #[inline]
        pub fn args(&mut self) -> *const *mut PyObject {
            if self.big.is_empty() {
                self.small[1..].as_mut_ptr()
            } else {
                self.big[1..].as_mut_ptr()
            }
        }
    }
}
