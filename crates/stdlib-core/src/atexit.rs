//! The module `atexit`.

use object::{FuncArgs, GilCell, Py, PyDict, PyLayout, PyObject, PyResult, PyTuple, error, pymodule, raise};

type Entry = (Py, Py<PyTuple>, Option<Py<PyDict>>);
/// In order of registration. Taken out before anything in it is used.
static CALLBACKS: GilCell<Vec<Option<Entry>>> = GilCell::new(Vec::new());

pub struct Atexit;

#[pymodule(name = "atexit")]
impl Atexit {
    #[function("($module, func, /, *args, **kwargs)", raw)]
    fn register(all: FuncArgs<'_>) -> PyResult {
        let Some(f) = all.pos.first() else {
            return raise!(TypeError, "register() takes at least 1 argument (0 given)");
        };
        if !f.is_callable() {
            return raise!(TypeError, "the first argument must be callable");
        }
        let kwargs = if all.kwvalues.is_empty() {
            None
        } else {
            Some(all.keywords().to_dict()?)
        };
        let entry = (f.new_ref(), PyTuple::from_refs(&all.pos[1..])?, kwargs);
        let mut list = CALLBACKS.replace(Vec::new());
        list.push(Some(entry));
        CALLBACKS.set(list);
        Ok(f.new_ref())
    }
    #[function("($module, func, /)")]
    fn unregister(func: &PyObject) -> PyResult<()> {
        let list = CALLBACKS.replace(Vec::new());
        let mut kept = Vec::new();
        let mut result = Ok(());
        for e in list {
            let same = match &e {
                Some((f, _, _)) if result.is_ok() => f.equals(func),
                _ => Ok(false),
            };
            match same {
                Ok(true) => {}
                Ok(false) => kept.push(e),
                Err(r) => {
                    result = Err(r);
                    kept.push(e);
                }
            }
        }
        kept.append(&mut CALLBACKS.replace(Vec::new()));
        CALLBACKS.set(kept);
        result
    }
    #[function("($module, /)")]
    fn _clear() {
        drop(CALLBACKS.replace(Vec::new()));
    }
    #[function("($module, /)")]
    fn _ncallbacks() -> usize {
        let list = CALLBACKS.replace(Vec::new());
        let n = list.len();
        CALLBACKS.set(list);
        n
    }
    #[function("($module, /)")]
    fn _run_exitfuncs() {
        loop {
            let mut list = CALLBACKS.replace(Vec::new());
            let last = list.pop();
            CALLBACKS.set(list);
            match last {
                None => return,
                Some(None) => {}
                Some(Some((f, args, kwargs))) => {
                    if object::call::call_tuple_dict(&f, &args, kwargs.as_deref()).is_err() {
                        error::write_unraisable_while("in atexit callback", &f);
                    }
                }
            }
        }
    }
}
