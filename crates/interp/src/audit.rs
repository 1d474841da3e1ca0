//! Audit hooks (PEP 578): `sys.addaudithook`, `sys.audit`. Native code raises its events with `object::audit!`, which
//! costs a test while there are no hooks.

use object::thread::tstate;
use object::{GilCell, Py, PyLayout, PyObject, PyResult, PyStr, PyTuple, intern};

/// The hooks, in the order added. They are never taken off, and the collector does not see them.
static HOOKS: GilCell<Option<&'static PyTuple>> = GilCell::new(None);

fn event(name: &str, args: &[&PyObject]) -> PyResult<()> {
    let name = PyStr::new(name)?;
    raise_event(name.as_object(), args)
}

/// Calls all hooks with an event's name and its arguments; an exception already set waits meanwhile.
pub fn raise_event(name: &PyObject, args: &[&PyObject]) -> PyResult<()> {
    let Some(hooks) = HOOKS.get() else { return Ok(()) };
    let waiting = object::error::take();
    let args = PyTuple::from_vec(args.iter().map(|a| a.new_ref()).collect())?;
    let ts = tstate();
    for hook in hooks.as_slice() {
        // hooks are not traced, unless they say so
        let traced = match hook.get_attr_opt(intern!("__cantrace__")) {
            Ok(Some(v)) => v.is_true()?,
            Ok(None) => false,
            Err(r) => return Err(r),
        };
        let call = || object::call::call(hook, &[name, args.as_object()]);
        if traced {
            call()?;
        } else {
            ts.tracing.set(ts.tracing.get() + 1);
            let result = call();
            ts.tracing.set(ts.tracing.get() - 1);
            result?;
        }
    }
    if let Some(e) = waiting {
        let _ = object::error::restore(e);
    }
    Ok(())
}

/// `sys.addaudithook(hook)`: the hooks that are there may forbid it, quietly with an `Exception`.
pub fn add(hook: &PyObject) -> PyResult<()> {
    if let Err(r) = object::hooks::audit("sys.addaudithook", &[]) {
        if object::error::matches::<object::exceptions::Exception>() {
            object::error::clear();
            return Ok(());
        }
        return Err(r);
    }
    let mut all: Vec<Py> = HOOKS.get().map_or_else(Vec::new, |h| h.as_slice().to_vec());
    all.push(hook.new_ref());
    let made = PyTuple::from_vec(all)?;
    object::gc::untrack(made.as_object());
    // kept for good: hooks that run now still have the old tuple
    // SAFETY: the reference given up here keeps the tuple alive.
    HOOKS.set(Some(unsafe { &*(made.into_ptr() as *const PyTuple) }));
    object::hooks::AUDIT.set(Some(event));
    Ok(())
}
