//! `_tracemalloc`: which Python lines asked for the memory in use, over [`object::tracemalloc`].

use object::tracemalloc::{self as tm, Place};
use object::{IntoPy, Py, PyList, PyObject, PyResult, PyTuple, pymodule, raise};
use vm::code::PyCode;

pub struct Tracemalloc;

/// `((filename, line), ...)`, the innermost frame first; `("<unknown>", 0)` where no frame was running.
fn frames(places: &[Place]) -> PyResult {
    let mut out = Vec::with_capacity(places.len().max(1));
    for &(code, unit) in places {
        // SAFETY: the tracing keeps its code objects alive, and nothing is cleared before this returns.
        let code = unsafe { &*(code as *const PyCode) };
        let line = code.addr_to_line(unit as isize * 2).unwrap_or(0);
        out.push((object::PyLayout::new_ref(code.filename()), line).into_py()?);
    }
    if out.is_empty() {
        out.push(("<unknown>", 0).into_py()?);
    }
    Ok(PyTuple::from_vec(out)?.into_object())
}

#[pymodule(name = "_tracemalloc")]
impl Tracemalloc {
    #[function("($module, /)")]
    fn is_tracing() -> bool {
        tm::is_on()
    }
    #[function("($module, /)")]
    fn clear_traces() {
        if tm::is_on() {
            tm::clear();
        }
    }
    #[function("($module, /)")]
    fn _get_traces() -> PyResult<Py<PyList>> {
        if !tm::is_on() {
            return PyList::new();
        }
        // the list's own memory is not part of it
        tm::paused(|| {
            let (blocks, tracebacks) = tm::snapshot();
            let mut made = Vec::with_capacity(tracebacks.len());
            for (places, total) in &tracebacks {
                made.push((frames(places)?, (*total).clamp(1, 0xffff)));
            }
            let mut out = Vec::with_capacity(blocks.len());
            for (size, number) in blocks {
                let Some((traceback, total)) = made.get(number as usize) else {
                    continue;
                };
                let row = vec![0.into_py()?, size.into_py()?, traceback.clone(), total.into_py()?];
                out.push(PyTuple::from_vec(row)?.into_object());
            }
            PyList::from_vec(out)
        })
    }
    #[function("($module, obj, /)")]
    fn _get_object_traceback(obj: &PyObject) -> PyResult<Option<Py>> {
        if !tm::is_on() {
            return Ok(None);
        }
        tm::paused(|| match tm::of_object(obj) {
            Some(places) => frames(&places).map(Some),
            None => Ok(None),
        })
    }
    #[function("($module, nframe=1, /)")]
    fn start(nframe: Option<i32>) -> PyResult<()> {
        match nframe.unwrap_or(1) {
            n @ 1..=0xffff => {
                if !tm::is_on() {
                    tm::start(n as usize);
                }
                Ok(())
            }
            _ => raise!(ValueError, "the number of frames must be in range [1; 65535]"),
        }
    }
    #[function("($module, /)")]
    fn stop() {
        tm::stop();
    }
    #[function("($module, /)")]
    fn get_traceback_limit() -> usize {
        tm::limit()
    }
    #[function("($module, /)")]
    fn get_tracemalloc_memory() -> usize {
        tm::own_memory()
    }
    #[function("($module, /)")]
    fn get_traced_memory() -> (usize, usize) {
        if tm::is_on() { tm::memory() } else { (0, 0) }
    }
    #[function("($module, /)")]
    fn reset_peak() {
        if tm::is_on() {
            tm::reset_peak();
        }
    }
}
