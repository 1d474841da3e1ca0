//! Arguments to parameters: the part of a call that fills a new frame's first variables, with CPython's errors.

use crate::code::PyCode;
use crate::function::PyFunction;
use crate::stackref::StackRef;
use bytecode::code::{flags as co, kinds};
use object::{Py, PyDict, PyLayout, PyObject, PyResult, PyStr, PyTuple, Raised, raise};

/// Binds `args` (`argcount` positional ones, then the values of `kwnames`) to the parameters of `func`, at `locals`.
/// The arguments are taken over, whatever comes of it; after an error `locals` holds nothing.
///
/// # Safety
/// `locals` has room for the code's variables, and is uninitialized; `args` has that many references, given up by
/// the caller.
#[inline(never)]
pub unsafe fn bind(
    func: &PyFunction,
    locals: *mut StackRef,
    args: *const StackRef,
    argcount: usize,
    kwnames: Option<&PyTuple>,
) -> PyResult<()> {
    // SAFETY: the caller's promise; the code is kept alive while keyword names are compared.
    unsafe {
        let code = func.code().new_ref();
        let n = code.co_nlocalsplus.get() as usize;
        for i in 0..n {
            *locals.add(i) = StackRef::NULL;
        }
        let kwcount = kwnames.map_or(0, |t| t.len());
        let mut taken = Taken {
            args,
            next: 0,
            end: argcount + kwcount,
        };
        let result = bind_into(func, &code, locals, &mut taken, argcount, kwnames);
        // what was not bound
        while taken.next < taken.end {
            (*args.add(taken.next)).close();
            taken.next += 1;
        }
        if result.is_err() {
            for i in (0..n).rev() {
                let old = std::mem::replace(&mut *locals.add(i), StackRef::NULL);
                old.close();
            }
        }
        result
    }
}

/// The arguments that are still to be taken over, in order.
struct Taken {
    args: *const StackRef,
    next: usize,
    end: usize,
}

impl Taken {
    unsafe fn take(&mut self) -> StackRef {
        // SAFETY: callers count.
        let r = unsafe { *self.args.add(self.next) };
        self.next += 1;
        r
    }
}

unsafe fn bind_into(
    func: &PyFunction,
    code: &PyCode,
    locals: *mut StackRef,
    taken: &mut Taken,
    argcount: usize,
    kwnames: Option<&PyTuple>,
) -> PyResult<()> {
    // SAFETY: indices are below the number of the code's variables, as the code's counts say.
    unsafe {
        let co_argcount = code.co_argcount.get() as usize;
        let kwonly = code.co_kwonlyargcount.get() as usize;
        let total = co_argcount + kwonly;
        let varargs = code.flags() & co::CO_VARARGS != 0;
        let kwdict = if code.flags() & co::CO_VARKEYWORDS != 0 {
            let d = PyDict::new()?;
            *locals.add(total + varargs as usize) = StackRef::new_ref(&*d);
            Some(d)
        } else {
            None
        };
        let n = argcount.min(co_argcount);
        for i in 0..n {
            *locals.add(i) = taken.take();
        }
        if varargs {
            let rest: Vec<Py> = (n..argcount).map(|_| taken.take().steal()).collect();
            *locals.add(total) = StackRef::owned(PyTuple::from_vec(rest)?);
        } else {
            // too many: they go after the keywords have been looked at
            for _ in n..argcount {
                taken.take().close();
            }
        }
        if let Some(kwnames) = kwnames {
            let names = code.local_names().as_slice();
            let posonly = code.co_posonlyargcount.get() as usize;
            for keyword in kwnames.as_slice() {
                if keyword.downcast::<PyStr>().is_none() {
                    return raise!(TypeError, "keywords must be strings");
                }
                let candidates = &names[posonly..total];
                let mut found = candidates.iter().position(|c| c.is(keyword.get()));
                if found.is_none() {
                    for (j, c) in candidates.iter().enumerate() {
                        if c.equals(keyword)? {
                            found = Some(j);
                            break;
                        }
                    }
                }
                match found {
                    Some(j) => {
                        let slot = locals.add(j + posonly);
                        if !(*slot).is_null() {
                            return raise!(
                                TypeError,
                                "{}() got multiple values for argument '{}'",
                                func.qualname().get(),
                                keyword.str()?.get()
                            );
                        }
                        *slot = taken.take();
                    }
                    None => match &kwdict {
                        Some(d) => {
                            let value = taken.take().steal();
                            d.set_item(&**keyword, &*value)?;
                        }
                        None => return unexpected_keyword(func, code, kwnames, keyword),
                    },
                }
            }
        }
        if argcount > co_argcount && !varargs {
            return too_many(func, code, argcount, locals);
        }
        if argcount < co_argcount {
            let defaults = func.func_defaults.get();
            let defaults = defaults.as_ref().map_or(&[][..], |d| d.get().as_slice());
            let first = co_argcount.saturating_sub(defaults.len());
            let missing = (argcount..first).filter(|i| (*locals.add(*i)).is_null()).count();
            if missing > 0 {
                return missing_arguments(func, code, missing, Some(first), locals);
            }
            let skip = defaults.len().saturating_sub(co_argcount);
            for i in n.max(first)..co_argcount {
                let slot = locals.add(i);
                if (*slot).is_null() {
                    *slot = StackRef::new_ref(&*defaults[skip + i - first]);
                }
            }
        }
        if kwonly > 0 {
            let mut missing = 0;
            let kwdefaults = func.func_kwdefaults.get();
            for i in co_argcount..total {
                let slot = locals.add(i);
                if !(*slot).is_null() {
                    continue;
                }
                if let Some(d) = &kwdefaults
                    && let Some(name) = code.local_names().get(i)
                    && let Some(v) = d.get_item(name)?
                {
                    *slot = StackRef::owned(v);
                    continue;
                }
                missing += 1;
            }
            if missing > 0 {
                return missing_arguments(func, code, missing, None, locals);
            }
        }
        Ok(())
    }
}

#[cold]
fn unexpected_keyword(func: &PyFunction, code: &PyCode, kwnames: &PyTuple, keyword: &Py) -> PyResult<()> {
    let name = func.qualname();
    let posonly = code.co_posonlyargcount.get() as usize;
    let names = code.local_names().as_slice();
    let mut wrong = Vec::new();
    for p in &names[..posonly] {
        for k in kwnames.as_slice() {
            if p.equals(k)? {
                wrong.push(p.str()?.to_string());
            }
        }
    }
    if !wrong.is_empty() {
        return raise!(
            TypeError,
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            name.get(),
            wrong.join(", ")
        );
    }
    let total = (code.co_argcount.get() + code.co_kwonlyargcount.get()) as usize;
    let keyword_text = keyword.str()?;
    match object::suggest::suggest(&names[posonly..total], keyword) {
        Some(s) => raise!(
            TypeError,
            "{}() got an unexpected keyword argument '{}'. Did you mean '{}'?",
            name.get(),
            keyword_text.get(),
            s.str()?.get()
        ),
        None => raise!(
            TypeError,
            "{}() got an unexpected keyword argument '{}'",
            name.get(),
            keyword_text.get()
        ),
    }
}

#[cold]
unsafe fn too_many(func: &PyFunction, code: &PyCode, given: usize, locals: *const StackRef) -> PyResult<()> {
    let co_argcount = code.co_argcount.get() as usize;
    let kwonly = code.co_kwonlyargcount.get() as usize;
    // SAFETY: below the number of variables.
    let kwonly_given = (co_argcount..co_argcount + kwonly)
        .filter(|i| unsafe { !(*locals.add(*i)).is_null() })
        .count();
    let defcount = func.func_defaults.get().map_or(0, |d| d.get().len());
    let (takes, plural) = if defcount > 0 {
        (
            format!("from {} to {co_argcount}", co_argcount.saturating_sub(defcount)),
            true,
        )
    } else {
        (co_argcount.to_string(), co_argcount != 1)
    };
    let s = |many: bool| if many { "s" } else { "" };
    let extra = if kwonly_given > 0 {
        format!(
            " positional argument{} (and {kwonly_given} keyword-only argument{})",
            s(given != 1),
            s(kwonly_given != 1)
        )
    } else {
        String::new()
    };
    raise!(
        TypeError,
        "{}() takes {takes} positional argument{} but {given}{extra} {} given",
        func.qualname().get(),
        s(plural),
        if given == 1 && kwonly_given == 0 {
            "was"
        } else {
            "were"
        }
    )
}

#[cold]
unsafe fn missing_arguments(
    func: &PyFunction,
    code: &PyCode,
    missing: usize,
    first_default: Option<usize>,
    locals: *const StackRef,
) -> PyResult<()> {
    let co_argcount = code.co_argcount.get() as usize;
    let (kind, range) = match first_default {
        Some(end) => ("positional", 0..end),
        None => (
            "keyword-only",
            co_argcount..co_argcount + code.co_kwonlyargcount.get() as usize,
        ),
    };
    let mut names = Vec::new();
    for i in range {
        // SAFETY: below the number of variables.
        if unsafe { (*locals.add(i)).is_null() }
            && let Some(n) = code.local_names().get(i)
        {
            names.push(n.repr()?.to_string());
        }
    }
    raise!(
        TypeError,
        "{}() missing {missing} required {kind} argument{}: {}",
        func.qualname().get(),
        if missing == 1 { "" } else { "s" },
        enumerate(&names)
    )
}

/// `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`
fn enumerate(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [a] => a.clone(),
        [a, b] => format!("{a} and {b}"),
        [init @ .., b, c] => {
            let mut out: String = init.iter().map(|n| format!("{n}, ")).collect();
            out.push_str(&format!("{b}, and {c}"));
            out
        }
    }
}

/// A variable that has no value yet: `UnboundLocalError`, or `NameError` for a free one.
#[cold]
#[inline(never)]
pub fn unbound_local(code: &PyCode, i: usize) -> Raised {
    let name = code.local_name(i);
    let kind = code.local_kinds().get(i).copied().unwrap_or(0);
    let free = kind & kinds::CO_FAST_FREE != 0;
    let text = name.map(|n| n.to_string()).unwrap_or_default();
    let r: PyResult<()> = if free {
        raise!(
            NameError,
            "cannot access free variable '{text}' where it is not associated with a value in enclosing scope"
        )
    } else {
        raise!(
            UnboundLocalError,
            "cannot access local variable '{text}' where it is not associated with a value"
        )
    };
    if let (Err(_), Some(name)) = (&r, name)
        && free
    {
        set_name(name.as_object());
    }
    Raised
}

/// `NameError: name 'x' is not defined`, with `name` set.
#[cold]
#[inline(never)]
pub fn name_error(name: &PyObject) -> Raised {
    let text = match name.str() {
        Ok(t) => t,
        Err(r) => return r,
    };
    let _: PyResult<()> = raise!(NameError, "name '{}' is not defined", text.get());
    set_name(name);
    Raised
}

/// Sets `name` of the current `NameError`.
fn set_name(name: &PyObject) {
    let Some(e) = object::error::take() else { return };
    if e.ty()
        .is_subtype(<object::exceptions::NameError as object::PyClass>::type_object())
        && e.set_attr(object::intern!("name"), Some(name)).is_err()
    {
        object::error::clear();
    }
    let _ = object::error::restore(e);
}
