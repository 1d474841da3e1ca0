//! The module `gc`.

use object::gc::{self, STATE};
use object::{
    Args, Py, PyDict, PyInt, PyLayout, PyList, PyModule, PyObject, PyResult, PyStr, intern, pymodule, raise,
};

pub struct Gc;

/// Runs `gc.callbacks`.
fn notify(phase: &str, generation: usize, collected: usize, uncollectable: usize) {
    let Some(list) = STATE.callbacks.get() else { return };
    if list.is_empty() {
        return;
    }
    let run = || -> PyResult<()> {
        let info = PyDict::new()?;
        let int = |n: usize| PyInt::from_i64(n as i64);
        info.set_item(intern!("generation"), &*int(generation)?)?;
        info.set_item(intern!("collected"), &*int(collected)?)?;
        info.set_item(intern!("uncollectable"), &*int(uncollectable)?)?;
        let phase = PyStr::new(phase)?;
        for f in list.to_vec() {
            if object::call::call(&f, &[phase.as_object(), info.as_object()]).is_err() {
                object::error::write_unraisable_while("while calling GC callback", &f);
            }
        }
        Ok(())
    };
    if run().is_err() {
        object::error::clear();
    }
}

fn generation(arg: Option<&PyObject>) -> PyResult<Option<usize>> {
    match arg.filter(|a| !object::is_none(a)) {
        None => Ok(None),
        Some(a) => {
            let n = object::number::index_as_isize(a)?;
            if n >= 3 {
                return raise!(
                    ValueError,
                    "generation parameter must be less than the number of available generations (3)"
                );
            }
            if n < 0 {
                return raise!(ValueError, "generation parameter cannot be negative");
            }
            Ok(Some(n as usize))
        }
    }
}

#[pymodule(name = "gc")]
impl Gc {
    #[function("($module, /)")]
    fn enable() {
        STATE.enabled.set(true);
    }
    #[function("($module, /)")]
    fn disable() {
        STATE.enabled.set(false);
    }
    #[function("($module, /)")]
    fn isenabled() -> bool {
        STATE.enabled.get()
    }
    #[function("($module, /, generation=2)")]
    fn collect(g: Option<i32>) -> PyResult<usize> {
        let g = g.unwrap_or(2);
        if !(0..3).contains(&g) {
            return raise!(ValueError, "invalid generation");
        }
        let (a, b) = gc::collect(g as usize);
        Ok(a + b)
    }
    #[function("($module, flags, /)")]
    fn set_debug(flags: i32) {
        STATE.debug.set(flags);
    }
    #[function("($module, /)")]
    fn get_debug() -> i32 {
        STATE.debug.get()
    }
    #[function("($module, /, *thresholds)", nosig)]
    fn set_threshold(thresholds: Args<'_>) -> PyResult<()> {
        if thresholds.is_empty() || thresholds.len() > 3 {
            return raise!(TypeError, "gc.set_threshold requires 1 to 3 arguments");
        }
        let number = |i: usize| thresholds.get(i).map(|v| object::number::as_c_int(v)).transpose();
        let (a, b, c) = (number(0)?.unwrap_or_default(), number(1)?, number(2)?);
        STATE.thresholds[0].set(a);
        if let Some(b) = b {
            STATE.thresholds[1].set(b);
        }
        if let Some(c) = c {
            STATE.thresholds[2].set(c);
        }
        Ok(())
    }
    #[function("($module, /)")]
    fn get_threshold() -> (i32, i32, i32) {
        let t = &STATE.thresholds;
        (t[0].get(), t[1].get(), t[2].get())
    }
    #[function("($module, /)")]
    fn get_count() -> (i32, i32, i32) {
        let t = &STATE.counts;
        (t[0].get(), t[1].get(), t[2].get())
    }
    #[function("($module, /, *objs)")]
    fn get_referrers(objs: Args<'_>) -> PyResult<Py<PyList>> {
        if object::hooks::is_audited() {
            let told = object::PyTuple::from_vec(objs.iter().map(|o| o.new_ref()).collect())?;
            object::audit!("gc.get_referrers", told.clone())?;
        }
        PyList::from_vec(gc::referrers(objs))
    }
    #[function("($module, /, *objs)")]
    fn get_referents(objs: Args<'_>) -> PyResult<Py<PyList>> {
        if object::hooks::is_audited() {
            let told = object::PyTuple::from_vec(objs.iter().map(|o| o.new_ref()).collect())?;
            object::audit!("gc.get_referents", told.clone())?;
        }
        PyList::from_vec(objs.iter().flat_map(|o| gc::referents(o)).collect())
    }
    #[function("($module, /, generation=None)")]
    fn get_objects(g: Option<&PyObject>) -> PyResult<Py<PyList>> {
        let g = generation(g)?;
        object::audit!("gc.get_objects", g.map_or(-1, |g| g as i64))?;
        PyList::from_vec(gc::objects(g))
    }
    #[function("($module, /)")]
    fn get_stats() -> PyResult<Py<PyList>> {
        let mut out = Vec::new();
        for s in &STATE.stats {
            let (a, b, c) = s.get();
            let d = PyDict::new()?;
            d.set_item(intern!("collections"), &*PyInt::from_i64(a as i64)?)?;
            d.set_item(intern!("collected"), &*PyInt::from_i64(b as i64)?)?;
            d.set_item(intern!("uncollectable"), &*PyInt::from_i64(c as i64)?)?;
            out.push(d.into_object());
        }
        PyList::from_vec(out)
    }
    #[function("($module, obj, /)")]
    fn is_tracked(obj: &PyObject) -> bool {
        gc::is_tracked(obj)
    }
    #[function("($module, obj, /)")]
    fn is_finalized(obj: &PyObject) -> bool {
        gc::is_finalized(obj)
    }
    #[function("($module, /)")]
    fn freeze() {
        gc::freeze();
    }
    #[function("($module, /)")]
    fn unfreeze() {
        gc::unfreeze();
    }
    #[function("($module, /)")]
    fn get_freeze_count() -> usize {
        gc::freeze_count()
    }
    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        let list = |f: &object::Field<PyList>| -> PyResult<Py<PyList>> {
            match f.get() {
                Some(l) => Ok(l),
                None => {
                    let l = PyList::new()?;
                    f.set(Some(l.clone()));
                    Ok(l)
                }
            }
        };
        m.add("garbage", list(&STATE.garbage)?.as_object())?;
        m.add("callbacks", list(&STATE.callbacks)?.as_object())?;
        STATE.notify.set(Some(notify));
        m.add_value("DEBUG_STATS", 1i64)?;
        m.add_value("DEBUG_COLLECTABLE", 2i64)?;
        m.add_value("DEBUG_UNCOLLECTABLE", 4i64)?;
        m.add_value("DEBUG_SAVEALL", 32i64)?;
        m.add_value("DEBUG_LEAK", 38i64)
    }
}
