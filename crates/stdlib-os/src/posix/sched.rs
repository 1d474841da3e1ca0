//! `posix`: scheduling of processes.

use crate::os::{check, class_of, outcome};
use object::{
    FuncArgs, GilCell, Py, PyClass, PyDict, PyFloat, PyInt, PyLayout, PyObject, PyResult, PySet, PyTuple,
    PyTypeObject, number, pymethods, pymodule, raise, structseq,
};

static PARAM: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);

/// `sched_param(sched_priority)`: unlike other struct sequences it is made from its fields.
unsafe extern "C" fn param_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
    const SPEC: object::args::ArgSpec = object::args::ArgSpec {
        fname: "sched_param",
        names: &["sched_priority"],
        required: &[true],
        pos_only: 0,
        pos: 1,
        min_pos: 1,
        varargs: false,
        varkw: false,
    };
    let mut holder = Vec::new();
    let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
    let mut place = [None];
    SPEC.parse(&all, &mut place)?;
    match place[0] {
        Some(priority) => structseq::new_instance(cls, vec![priority.new_ref()]),
        None => object::error::missing_argument(),
    }
}

/// What `sched_param` has of its own; its instances are tuples.
#[repr(transparent)]
struct ParamMethods(PyTuple);
// SAFETY: a tuple comes first.
unsafe impl PyLayout for ParamMethods {}

#[pymethods(part = methods)]
impl ParamMethods {
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<(Py, Py)> {
        let class = self.as_object().ty().as_object().new_ref();
        Ok((
            class,
            PyTuple::from_vec(self.0.as_slice().to_vec())?.into_object(),
        ))
    }
}

pub fn param_class() -> PyResult<&'static PyTypeObject> {
    class_of(&PARAM, || {
        let class = structseq::new_class(
            "posix.sched_param",
            "Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter.",
            &["sched_priority"],
            1,
        )?;
        class.tp_new.set(Some(param_new));
        if let Some(dict) = class.tp_dict.get() {
            dict.pop_item(object::intern!("__reduce__").as_object())?;
            let own = ParamMethods::__PART_methods.methods;
            object::typeobject::add_methods(&class, &dict, own)?;
            object::typeobject::modified(&class);
        }
        Ok(class)
    })
}

/// The system's form of a `sched_param`.
pub fn param(obj: &PyObject) -> PyResult<libc::sched_param> {
    if !std::ptr::eq(obj.ty(), param_class()?) {
        return raise!(TypeError, "must have a sched_param object");
    }
    let priority = obj.downcast::<PyTuple>().and_then(|t| t.get(0));
    let Some(priority) = priority else {
        return object::error::bad_internal_call();
    };
    match number::index(priority)?.to_i64().map(i32::try_from) {
        Some(Ok(sched_priority)) => Ok(libc::sched_param { sched_priority }),
        Some(Err(_)) => raise!(OverflowError, "sched_priority out of range"),
        None => raise!(OverflowError, "Python int too large to convert to C long"),
    }
}

/// A set of processors of any size, as the kernel takes it.
struct Processors(Vec<u64>);

impl Processors {
    fn bytes(&self) -> usize {
        self.0.len() * 8
    }
    fn as_ptr(&self) -> *const libc::cpu_set_t {
        self.0.as_ptr().cast()
    }
}

fn processors(mask: &PyObject) -> PyResult<Processors> {
    let mut bits: Vec<u64> = vec![0; 16];
    let iter = object::iter::get_iter(mask)?;
    while let Some(item) = object::iter::next(&iter)? {
        let Some(n) = item.downcast::<PyInt>() else {
            return raise!(
                TypeError,
                "expected an iterator of ints, but iterator yielded {}",
                item.ty().as_object().repr()?
            );
        };
        let n = match n.to_i64() {
            Some(n) if n < 0 => return raise!(ValueError, "negative CPU number"),
            Some(n) if n < i64::from(i32::MAX) => n as usize,
            Some(_) => return raise!(OverflowError, "CPU number too large"),
            None if n.is_negative() => return raise!(ValueError, "negative CPU number"),
            None => return raise!(OverflowError, "Python int too large to convert to C long"),
        };
        let word = n / 64;
        if word >= bits.len() {
            if bits.try_reserve(word + 1 - bits.len()).is_err() {
                return object::error::no_memory();
            }
            bits.resize(word + 1, 0);
        }
        bits[word] |= 1 << (n % 64);
    }
    Ok(Processors(bits))
}

/// `sched_getaffinity`, `sched_setscheduler`, …
pub struct Scheduling;

#[pymodule(name = "posix")]
impl Scheduling {
    #[function("($module, /, policy)")]
    fn sched_get_priority_max(policy: i32) -> PyResult<i32> {
        // SAFETY: a number.
        check(outcome(unsafe { libc::sched_get_priority_max(policy) }))
    }
    #[function("($module, /, policy)")]
    fn sched_get_priority_min(policy: i32) -> PyResult<i32> {
        // SAFETY: a number.
        check(outcome(unsafe { libc::sched_get_priority_min(policy) }))
    }
    #[function("($module, pid, /)")]
    fn sched_getscheduler(pid: i32) -> PyResult<i32> {
        // SAFETY: a number.
        check(outcome(unsafe { libc::sched_getscheduler(pid) }))
    }
    #[function("($module, pid, policy, param, /)")]
    fn sched_setscheduler(pid: i32, policy: i32, param: &PyObject) -> PyResult<()> {
        let p = self::param(param)?;
        // SAFETY: numbers and a filled-in parameter.
        check(outcome(unsafe { libc::sched_setscheduler(pid, policy, &p) })).map(drop)
    }
    #[function("($module, pid, /)")]
    fn sched_getparam(pid: i32) -> PyResult {
        let mut p = libc::sched_param { sched_priority: 0 };
        // SAFETY: a place for the answer.
        check(outcome(unsafe { libc::sched_getparam(pid, &mut p) }))?;
        let priority = PyInt::from_i64(p.sched_priority.into())?.into_object();
        structseq::new_instance(param_class()?, vec![priority])
    }
    #[function("($module, pid, param, /)")]
    fn sched_setparam(pid: i32, param: &PyObject) -> PyResult<()> {
        let p = self::param(param)?;
        // SAFETY: a number and a filled-in parameter.
        check(outcome(unsafe { libc::sched_setparam(pid, &p) })).map(drop)
    }
    #[function("($module, pid, /)")]
    fn sched_rr_get_interval(pid: i32) -> PyResult<Py<PyFloat>> {
        let mut t = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: a place for the answer.
        check(outcome(unsafe { libc::sched_rr_get_interval(pid, &mut t) }))?;
        PyFloat::new(t.tv_sec as f64 + 1e-9 * t.tv_nsec as f64)
    }
    #[function("($module, /)")]
    fn sched_yield() -> PyResult<()> {
        check(object::hooks::blocking(|| {
            // SAFETY: no arguments.
            outcome(unsafe { libc::sched_yield() })
        }))
        .map(drop)
    }
    #[function("($module, pid, mask, /)")]
    fn sched_setaffinity(pid: i32, mask: &PyObject) -> PyResult<()> {
        let set = processors(mask)?;
        // SAFETY: a set with its size.
        check(outcome(unsafe {
            libc::sched_setaffinity(pid, set.bytes(), set.as_ptr())
        }))
        .map(drop)
    }
    #[function("($module, pid, /)")]
    fn sched_getaffinity(pid: i32) -> PyResult {
        let mut words = 16usize;
        let set = loop {
            let mut set = Processors(vec![0; words]);
            // SAFETY: a set with its size.
            let status =
                outcome(unsafe { libc::sched_getaffinity(pid, set.bytes(), set.0.as_mut_ptr().cast()) });
            match status {
                Ok(_) => break set,
                // the kernel knows more processors than there is room for
                Err(libc::EINVAL) if words < 1 << 20 => words *= 2,
                Err(e) => return object::error::raise_errno(e, None),
            }
        };
        let result = object::call::call(PySet::type_object().as_object(), &[])?;
        for (at, word) in set.0.iter().enumerate() {
            for bit in (0..64).filter(|b| word >> b & 1 != 0) {
                let n = PyInt::from_usize(at * 64 + bit)?;
                result.call_method(object::intern!("add"), &[n.as_object()])?;
            }
        }
        Ok(result)
    }
}
