//! `_lsprof`: the profiler behind `cProfile`. It is a tool of `sys.monitoring` (the one with the profilers' number) that
//! adds up, for every function, its calls and the time spent in them, and the same for every pair of caller and callee.

use crate::make;
use object::cfunction::PyCFunctionObject;
use object::descr::PyMethodDescr;
use object::{
    Field, GilCell, IntoPy, Py, PyClass, PyFloat, PyInt, PyLayout, PyList, PyModule, PyObject, PyResult,
    PyStr, PyTuple, PyTypeObject, Visitor, error, intern, pyclass, pymethods, pymodule, raise,
};
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Instant;

/// `_lsprof`
pub struct Lsprof;

/// `sys.monitoring.PROFILER_ID`
const TOOL: i64 = 2;

static ENTRY: Field = Field::empty();
static SUBENTRY: Field = Field::empty();

#[pymodule(name = "_lsprof", types(Profiler))]
impl Lsprof {
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        let fields = [
            "code",
            "callcount",
            "reccallcount",
            "totaltime",
            "inlinetime",
            "calls",
        ];
        let entry = object::structseq::make_class("_lsprof.profiler_entry", "", &fields)?;
        let subentry = object::structseq::make_class("_lsprof.profiler_subentry", "", &fields[..5])?;
        module.add("profiler_entry", &entry)?;
        module.add("profiler_subentry", &subentry)?;
        module.add("__doc__", &PyStr::new("Fast profiler")?.into_object())?;
        ENTRY.set(Some(entry));
        SUBENTRY.set(Some(subentry));
        Ok(())
    }
}

/// Calls and times, in ticks of the timer.
#[derive(Default, Clone)]
struct Sums {
    total: i64,
    inline: i64,
    calls: i64,
    recursive: i64,
    depth: i64,
}

impl Sums {
    fn leave(&mut self, total: i64, inline: i64) {
        self.depth -= 1;
        if self.depth == 0 {
            self.total = self.total.wrapping_add(total);
        } else {
            self.recursive += 1;
        }
        self.inline = self.inline.wrapping_add(inline);
        self.calls += 1;
    }
}

/// A function.
struct Entry {
    /// A code object, or a text for a native function.
    code: Py,
    sums: Sums,
    /// By the callee's index.
    callees: Vec<(usize, Sums)>,
}

impl Entry {
    fn callee(&mut self, index: usize) -> &mut Sums {
        let at = match self.callees.iter().position(|(i, _)| *i == index) {
            Some(at) => at,
            None => {
                self.callees.push((index, Sums::default()));
                self.callees.len() - 1
            }
        };
        &mut self.callees[at].1
    }
}

/// A call under way.
struct Call {
    began: i64,
    inner: i64,
    entry: usize,
}

#[derive(Default)]
struct State {
    by_key: HashMap<usize, usize>,
    entries: Vec<Entry>,
    stack: Vec<Call>,
}

/// `_lsprof.Profiler`
#[pyclass(name = "_lsprof.Profiler", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct Profiler {
    ob_base: PyObject,
    state: RefCell<State>,
    timer: Field,
    unit: GilCell<f64>,
    enabled: GilCell<bool>,
    subcalls: GilCell<bool>,
    builtins: GilCell<bool>,
    in_timer: GilCell<bool>,
    born: GilCell<Option<Instant>>,
}

/// Ticks of a second for timers that give seconds.
const PRECISION: f64 = 4294967296.0;

const CALLBACKS: [(&str, &str); 9] = [
    ("PY_START", "_pystart_callback"),
    ("PY_RESUME", "_pystart_callback"),
    ("PY_THROW", "_pythrow_callback"),
    ("PY_RETURN", "_pyreturn_callback"),
    ("PY_YIELD", "_pyreturn_callback"),
    ("PY_UNWIND", "_pyreturn_callback"),
    ("CALL", "_ccall_callback"),
    ("C_RETURN", "_creturn_callback"),
    ("C_RAISE", "_creturn_callback"),
];

fn monitoring() -> PyResult {
    object::hooks::import("sys")?.get_attr(intern!("monitoring"))
}

fn tool_number() -> PyResult {
    Ok(PyInt::from_i64(TOOL)?.into_object())
}

/// What a native function is called in the results.
fn describe(f: &PyCFunctionObject) -> PyResult {
    let name = f.as_object().get_attr(intern!("__name__"))?.str()?.to_string();
    let module = match f.as_object().get_attr_opt(intern!("__module__"))? {
        Some(m) if PyStr::check(&m) => Some(m.str()?.to_string()),
        _ => None,
    };
    let text = match f.receiver() {
        None => match module {
            Some(m) if m != "builtins" => format!("<{m}.{name}>"),
            _ => format!("<{name}>"),
        },
        Some(receiver) => {
            // as the class has it
            let class = receiver.ty();
            let found = object::typeobject::lookup(class, &*object::intern::intern_str(&name)?);
            if let Some(found) = found {
                match found.repr() {
                    Ok(r) => return Ok(r.into_object()),
                    Err(_) => error::clear(),
                }
            }
            match module {
                Some(m) => format!("<built-in method {m}.{name}>"),
                None => format!("<built-in method {name}>"),
            }
        }
    };
    Ok(PyStr::new(&text)?.into_object())
}

/// The native function that a call of `callable` with first argument `arg` runs, if it is one.
fn native(callable: &PyObject, arg: &PyObject) -> PyResult<Option<Py>> {
    if PyCFunctionObject::check(callable) {
        return Ok(Some(callable.new_ref()));
    }
    if !PyMethodDescr::check_exact(callable) || arg.is(monitoring()?.get_attr(intern!("MISSING"))?.get()) {
        return Ok(None);
    }
    let Some(get) = callable.ty().tp_descr_get.get() else {
        return Ok(None);
    };
    // SAFETY: a slot called with an object of its type.
    let bound = unsafe { get(callable, Some(arg), Some(arg.ty().as_object())) }?;
    Ok(Some(bound).filter(|b| PyCFunctionObject::check(b)))
}

impl Profiler {
    /// The timer's count now; an error in it counts as zero.
    fn now(&self) -> i64 {
        let Some(timer) = self.timer.get() else {
            let born = match self.born.get() {
                Some(b) => b,
                None => {
                    let b = Instant::now();
                    self.born.set(Some(b));
                    b
                }
            };
            return i64::try_from(born.elapsed().as_nanos()).unwrap_or(i64::MAX);
        };
        let saved = error::take();
        self.in_timer.set(true);
        let result = object::call::call(&timer, &[]).and_then(|t| {
            if self.unit.get() > 0.0 {
                object::number::index_as_isize(&t).map(|n| n as i64)
            } else {
                let seconds = object::float::as_f64(&t)?;
                Ok((seconds * PRECISION) as i64)
            }
        });
        self.in_timer.set(false);
        let ticks = result.unwrap_or_else(|_| {
            let shown = match timer.repr() {
                Ok(r) => r.to_string(),
                Err(_) => {
                    error::clear();
                    String::new()
                }
            };
            error::write_unraisable(
                None,
                Some(&format!("Exception ignored while calling _lsprof timer {shown}")),
            );
            0
        });
        if let Some(e) = saved {
            let _ = error::restore(e);
        }
        ticks
    }

    /// Seconds of a tick.
    fn factor(&self) -> f64 {
        if self.timer.is_none() {
            1e-9
        } else if self.unit.get() > 0.0 {
            self.unit.get()
        } else {
            1.0 / PRECISION
        }
    }

    fn enter(&self, key: usize, code: impl FnOnce() -> PyResult) -> PyResult<()> {
        let known = self.state.borrow().by_key.get(&key).copied();
        let index = match known {
            Some(i) => i,
            None => {
                let code = code()?;
                let mut s = self.state.borrow_mut();
                let index = s.entries.len();
                s.entries.push(Entry {
                    code,
                    sums: Sums::default(),
                    callees: Vec::new(),
                });
                s.by_key.insert(key, index);
                index
            }
        };
        {
            let mut s = self.state.borrow_mut();
            if self.subcalls.get()
                && let Some(caller) = s.stack.last().map(|c| c.entry)
            {
                s.entries[caller].callee(index).depth += 1;
            }
            s.entries[index].sums.depth += 1;
            s.stack.push(Call {
                began: 0,
                inner: 0,
                entry: index,
            });
        }
        let now = self.now();
        if let Some(call) = self.state.borrow_mut().stack.last_mut() {
            call.began = now;
        }
        Ok(())
    }

    /// The innermost call ends; it is taken for one of `key`'s.
    fn leave(&self, key: Option<usize>) {
        if self.state.borrow().stack.is_empty() {
            return;
        }
        let now = self.now();
        let mut s = self.state.borrow_mut();
        let s = &mut *s;
        let Some(call) = s.stack.pop() else { return };
        let index = match key {
            Some(k) => match s.by_key.get(&k) {
                Some(i) => *i,
                None => return,
            },
            None => call.entry,
        };
        let total = now.wrapping_sub(call.began);
        let inline = total.wrapping_sub(call.inner);
        s.entries[index].sums.leave(total, inline);
        if let Some(outer) = s.stack.last_mut() {
            outer.inner = outer.inner.wrapping_add(total);
            let caller = outer.entry;
            if self.subcalls.get() {
                s.entries[caller].callee(index).leave(total, inline);
            }
        }
    }

    fn not_in_timer(&self, what: &str) -> PyResult<()> {
        if self.in_timer.get() {
            return raise!(RuntimeError, "cannot {what} profiler in external timer");
        }
        Ok(())
    }

    fn drop_all(&self) {
        // what goes may run code: the state is empty before
        let old = std::mem::take(&mut *self.state.borrow_mut());
        drop(old);
    }
}

#[pymethods]
impl Profiler {
    #[slot]
    fn tp_new(
        cls: &PyTypeObject,
        _args: &PyTuple,
        _kwargs: Option<&object::PyDict>,
    ) -> PyResult<Py<Profiler>> {
        let state = RefCell::new(State::default());
        make!(cls, Profiler { state })
    }

    #[init("(timer=None, timeunit=0.0, subcalls=True, builtins=True)")]
    fn init(
        &self,
        timer: Option<&PyObject>,
        timeunit: Option<f64>,
        subcalls: Option<bool>,
        builtins: Option<bool>,
    ) -> PyResult<()> {
        self.timer
            .set(timer.filter(|t| !object::is_none(t)).map(|t| t.new_ref()));
        self.unit.set(timeunit.unwrap_or(0.0));
        self.subcalls.set(subcalls.unwrap_or(true));
        self.builtins.set(builtins.unwrap_or(true));
        Ok(())
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.timer);
    }
    #[slot]
    fn tp_clear(&self) {
        self.timer.set(None);
    }

    /// Start collecting profiling information.
    ///
    ///   subcalls
    ///     If True, also records for each function
    ///     statistics separated according to its current caller.
    ///   builtins
    ///     If True, records the time spent in
    ///     built-in functions separately from their caller.
    #[method("($self, /, subcalls=True, builtins=True)")]
    fn enable(&self, subcalls: Option<bool>, builtins: Option<bool>) -> PyResult<()> {
        self.subcalls.set(subcalls.unwrap_or(true));
        self.builtins.set(builtins.unwrap_or(true));
        let tools = monitoring()?;
        let tool = tool_number()?;
        tools.call_method(intern!("use_tool_id"), &[&tool, intern!("cProfile").as_object()])?;
        let events = tools.get_attr(intern!("events"))?;
        let mut all = 0;
        for (event, callback) in CALLBACKS {
            let event = events.get_attr_str(event)?;
            let callback = self.as_object().get_attr_str(callback)?;
            tools.call_method(intern!("register_callback"), &[&tool, &event, &callback])?;
            all |= object::number::index_as_isize(&event)? as i64;
        }
        tools.call_method(
            intern!("set_events"),
            &[&tool, &PyInt::from_i64(all)?.into_object()],
        )?;
        self.enabled.set(true);
        Ok(())
    }

    /// Stop collecting profiling information.
    #[method("($self, /)")]
    fn disable(&self) -> PyResult<()> {
        self.not_in_timer("disable")?;
        if !self.enabled.replace(false) {
            return Ok(());
        }
        let tools = monitoring()?;
        let tool = tool_number()?;
        tools.call_method(intern!("free_tool_id"), &[&tool])?;
        while !self.state.borrow().stack.is_empty() {
            self.leave(None);
        }
        Ok(())
    }

    /// Clear all profiling information collected so far.
    #[method("($self, /)")]
    fn clear(&self) -> PyResult<()> {
        self.not_in_timer("clear")?;
        self.drop_all();
        Ok(())
    }

    /// list of profiler_entry objects.
    ///
    /// getstats() -> list of profiler_entry objects
    ///
    /// Return all information collected by the profiler.
    /// Each profiler_entry is a tuple-like object with the
    /// following attributes:
    ///
    /// ```text
    ///     code          code object
    ///     callcount     how many times this was called
    ///     reccallcount  how many times called recursively
    ///     totaltime     total time in this entry
    ///     inlinetime    inline time in this entry (not in subcalls)
    ///     calls         details of the calls
    /// ```
    ///
    /// The calls attribute is either None or a list of
    /// profiler_subentry objects:
    ///
    /// ```text
    ///     code          called code object
    ///     callcount     how many times this is called
    ///     reccallcount  how many times this is called recursively
    ///     totaltime     total time spent in this call
    ///     inlinetime    inline time (not in further subcalls)
    /// ```
    #[method("($self, /)")]
    fn getstats(&self) -> PyResult<Py<PyList>> {
        let factor = self.factor();
        // taken out first: making objects may run code
        type Row = (Py, Sums, Vec<(Py, Sums)>);
        let rows: Vec<Row> = {
            let s = self.state.borrow();
            let used = s.entries.iter().filter(|e| e.sums.calls != 0);
            used.map(|e| {
                let callees = e.callees.iter().filter(|(_, c)| c.calls != 0);
                let callees = callees.map(|(i, c)| (s.entries[*i].code.clone(), c.clone()));
                (e.code.clone(), e.sums.clone(), callees.collect())
            })
            .collect()
        };
        let make = |class: &Field, code: Py, s: &Sums, calls: Option<Py>| -> PyResult {
            let mut values = vec![
                code,
                s.calls.into_py()?,
                s.recursive.into_py()?,
                PyFloat::new(factor * s.total as f64)?.into_object(),
                PyFloat::new(factor * s.inline as f64)?.into_object(),
            ];
            values.extend(calls);
            let values = PyTuple::from_vec(values)?;
            match class.get() {
                Some(class) => object::call::call(&class, &[values.as_object()]),
                None => raise!(SystemError, "the module _lsprof is not there"),
            }
        };
        let mut out = Vec::new();
        for (code, sums, callees) in rows {
            let calls = if callees.is_empty() {
                object::none()
            } else {
                let mut list = Vec::new();
                for (code, sums) in callees {
                    list.push(make(&SUBENTRY, code, &sums, None)?);
                }
                PyList::from_vec(list)?.into_object()
            };
            out.push(make(&ENTRY, code, &sums, Some(calls))?);
        }
        PyList::from_vec(out)
    }

    #[method("($self, code, instruction_offset, /)")]
    fn _pystart_callback(&self, code: &PyObject, _offset: &PyObject) -> PyResult<()> {
        self.enter(code.as_ptr() as usize, || Ok(code.new_ref()))
    }
    #[method("($self, code, instruction_offset, exception, /)")]
    fn _pythrow_callback(&self, code: &PyObject, _offset: &PyObject, _exception: &PyObject) -> PyResult<()> {
        self.enter(code.as_ptr() as usize, || Ok(code.new_ref()))
    }
    #[method("($self, code, instruction_offset, retval, /)")]
    fn _pyreturn_callback(&self, code: &PyObject, _offset: &PyObject, _retval: &PyObject) {
        self.leave(Some(code.as_ptr() as usize));
    }
    #[method("($self, code, instruction_offset, callable, self_arg, /)")]
    fn _ccall_callback(
        &self,
        _code: &PyObject,
        _offset: &PyObject,
        callable: &PyObject,
        arg: &PyObject,
    ) -> PyResult<()> {
        if !self.builtins.get() {
            return Ok(());
        }
        let Some(f) = native(callable, arg)? else {
            return Ok(());
        };
        match f.downcast::<PyCFunctionObject>() {
            Some(f) => self.enter(std::ptr::from_ref(f.def()) as usize, || describe(f)),
            None => Ok(()),
        }
    }
    #[method("($self, code, instruction_offset, callable, self_arg, /)")]
    fn _creturn_callback(
        &self,
        _code: &PyObject,
        _offset: &PyObject,
        callable: &PyObject,
        arg: &PyObject,
    ) -> PyResult<()> {
        if !self.builtins.get() {
            return Ok(());
        }
        if let Some(f) = native(callable, arg)?
            && let Some(f) = f.downcast::<PyCFunctionObject>()
        {
            self.leave(Some(std::ptr::from_ref(f.def()) as usize));
        }
        Ok(())
    }
}
