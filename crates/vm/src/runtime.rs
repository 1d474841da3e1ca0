//! What the interpreter as a whole has: the builtins namespace and the import function. Set up at start-up.

use object::{Field, Py, PyClass, PyDict, PyLayout, PyResult};

static BUILTINS: Field<PyDict> = Field::empty();

/// The namespace of `builtins`, for code whose globals name none. An empty one until start-up has set it.
pub fn set_builtins(dict: Py<PyDict>) {
    BUILTINS.set(Some(dict));
}

pub fn builtins() -> PyResult<Py<PyDict>> {
    if let Some(b) = BUILTINS.get() {
        return Ok(b);
    }
    let dict = PyDict::new()?;
    BUILTINS.set(Some(dict.clone()));
    Ok(dict)
}

/// The running frame's builtins, or the interpreter's.
pub fn current_builtins() -> Py {
    let frame = crate::frame::current();
    // SAFETY: the running frame and its namespaces are alive.
    if let Some(b) = unsafe { frame.as_ref().and_then(|f| f.builtins.as_ref()) } {
        return b.new_ref();
    }
    match builtins() {
        Ok(b) => b.into_object(),
        Err(_) => {
            object::error::clear();
            object::none()
        }
    }
}

fn current_globals() -> Option<Py> {
    let frame = crate::frame::current();
    // SAFETY: the running frame and its namespaces are alive.
    unsafe {
        frame
            .as_ref()
            .and_then(|f| f.globals.as_ref())
            .map(|g| g.new_ref())
    }
}

/// The class cell's content and the first argument of the running frame, for `super()`.
fn super_args() -> PyResult<(Py, Py)> {
    use crate::cell::PyCell;
    use crate::frame::InterpreterFrame;
    use bytecode::code::kinds;
    use object::raise;
    let frame = crate::frame::current();
    if frame.is_null() {
        return raise!(RuntimeError, "super(): no current frame");
    }
    // SAFETY: the running frame.
    unsafe {
        let code = InterpreterFrame::code(frame);
        if code.co_argcount.get() == 0 {
            return raise!(RuntimeError, "super(): no arguments");
        }
        let locals = InterpreterFrame::locals_ptr(frame);
        let first = (*locals).opt().map(|o| o.new_ref());
        let first = match first {
            // a first argument that inner functions share stands in a cell
            Some(o) if code.local_kinds()[0] & kinds::CO_FAST_CELL != 0 => match o.downcast_exact::<PyCell>()
            {
                Some(c) => c.ob_ref.get(),
                None => Some(o),
            },
            other => other,
        };
        let Some(first) = first else {
            return raise!(RuntimeError, "super(): arg[0] deleted");
        };
        let n = code.co_nlocalsplus.get() as usize;
        for i in n - code.co_nfreevars.get() as usize..n {
            if !code.local_name(i).is_some_and(|s| s.eq_str("__class__")) {
                continue;
            }
            let cell = (*locals.add(i)).opt().and_then(|o| o.downcast_exact::<PyCell>());
            let Some(cell) = cell else {
                return raise!(RuntimeError, "super(): bad __class__ cell");
            };
            return match cell.ob_ref.get() {
                None => raise!(RuntimeError, "super(): empty __class__ cell"),
                Some(c) if object::PyTypeObject::check(&c) => Ok((c, first)),
                Some(c) => raise!(
                    RuntimeError,
                    "super(): __class__ is not a type ({})",
                    c.ty().full_name()
                ),
            };
        }
        raise!(RuntimeError, "super(): __class__ cell not found")
    }
}

/// The frames that ask for memory, the innermost first; the number of all of them.
fn traced_frames(limit: usize, out: &mut Vec<object::tracemalloc::Place>) -> usize {
    use crate::frame::InterpreterFrame;
    let mut total = 0usize;
    let mut frame = crate::frame::current();
    // SAFETY: linked frames are alive, and `first_complete` takes null.
    unsafe {
        while !frame.is_null() {
            if out.len() < limit {
                let code = InterpreterFrame::code(frame) as *const crate::code::PyCode as usize;
                out.push((code, InterpreterFrame::lasti(frame).max(0) as u32));
            }
            total += 1;
            frame = InterpreterFrame::first_complete((*frame).previous);
        }
    }
    total
}

/// Gives the object model what it needs of running code.
pub fn install_hooks() {
    object::hooks::CURRENT_GLOBALS.set(Some(current_globals));
    object::hooks::SUPER_ARGS.set(Some(super_args));
    object::tracemalloc::FRAMES.set(Some(traced_frames));
    object::hooks::PENDING.set(Some(|| crate::pending::handle(object::thread::tstate())));
}
