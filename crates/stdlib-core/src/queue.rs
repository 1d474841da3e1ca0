//! `_queue`: `SimpleQueue`, an unbounded queue whose `put` can be called anywhere, even while another `put` or `get`
//! is under way in the same thread.

use crate::make;
use object::{
    GilCell, OrNone, Py, PyClass, PyDict, PyFloat, PyInt, PyLayout, PyObject, PyResult, PyTuple,
    PyTypeObject, Visitor, error, hooks, pyclass, pymethods, pymodule, raise,
};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// `_queue`
pub struct Queue;

#[pymodule(name = "_queue", types(SimpleQueue))]
impl Queue {
    #[exec]
    fn exec(module: &object::PyModule) -> PyResult<()> {
        module.add("Empty", empty_class()?.as_object())
    }
}

/// The exception class `_queue.Empty`, made once and kept for good.
fn empty_class() -> PyResult<&'static PyTypeObject> {
    static CLASS: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);
    if let Some(class) = CLASS.get() {
        return Ok(class);
    }
    let dict = PyDict::new()?;
    dict.set_item(object::intern!("__module__"), object::intern!("_queue"))?;
    let bases = PyTuple::from_refs(&[object::exceptions::Exception::type_object().as_object()])?;
    let class = object::call::call(
        PyTypeObject::type_object().as_object(),
        &[
            object::intern!("Empty").as_object(),
            bases.as_object(),
            dict.as_object(),
        ],
    )?;
    let Ok(class) = class.downcast_into::<PyTypeObject>() else {
        return raise!(SystemError, "type() made no class");
    };
    class.as_object().set_immortal();
    // SAFETY: an immortal object is never freed.
    let class: &'static PyTypeObject = unsafe { &*class.into_ptr() };
    CLASS.set(Some(class));
    Ok(class)
}

fn empty<T>() -> PyResult<T> {
    Err(error::raise_type(empty_class()?))
}

/// How long a wait lasts before signals are looked at.
const WAIT: Duration = Duration::from_millis(50);

/// What sleepers wait for.
#[derive(Default)]
struct Bell {
    rings: Mutex<u64>,
    rung: Condvar,
}

/// `_queue.SimpleQueue`
#[pyclass(name = "_queue.SimpleQueue", flags(BASETYPE, HAVE_GC), weaklist = weakreflist)]
#[repr(C)]
pub struct SimpleQueue {
    ob_base: PyObject,
    items: RefCell<VecDeque<Py>>,
    bell: Box<Bell>,
    weakreflist: GilCell<*mut PyObject>,
}

impl SimpleQueue {
    fn push(&self, item: &PyObject) {
        self.items.borrow_mut().push_back(item.new_ref());
        *self.bell.rings.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.bell.rung.notify_one();
    }

    fn take(&self) -> Option<Py> {
        self.items.borrow_mut().pop_front()
    }

    fn wait_for_item(&self, deadline: Option<Instant>) -> PyResult {
        loop {
            let rings = *self.bell.rings.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(item) = self.take() {
                return Ok(item);
            }
            let wait = match deadline {
                None => WAIT,
                Some(d) => match d.checked_duration_since(Instant::now()) {
                    Some(left) if !left.is_zero() => left.min(WAIT),
                    _ => return empty(),
                },
            };
            hooks::blocking(|| {
                let guard = self.bell.rings.lock().unwrap_or_else(PoisonError::into_inner);
                // a ring since the look at the queue must not be slept through
                let _ = self
                    .bell
                    .rung
                    .wait_timeout_while(guard, wait, |now| *now == rings);
            });
            hooks::check_pending()?;
        }
    }
}

/// The end of a wait of `timeout` seconds.
fn deadline(timeout: &PyObject) -> PyResult<Instant> {
    let seconds = if let Some(f) = timeout.downcast::<PyFloat>() {
        f.value()
    } else if let Some(i) = timeout.downcast::<PyInt>() {
        i.as_f64()?
    } else if timeout.has_index() {
        object::number::index(timeout)?.as_f64()?
    } else {
        return raise!(
            TypeError,
            "'{}' object cannot be interpreted as an integer or float",
            timeout.ty().full_name()
        );
    };
    if seconds.is_nan() {
        return raise!(ValueError, "Invalid value NaN (not a number)");
    }
    // a time is a number of nanoseconds in 64 bits
    if seconds.abs() >= i64::MAX as f64 / 1e9 {
        return raise!(OverflowError, "timestamp out of range for C PyTime_t");
    }
    if seconds < 0.0 {
        return raise!(ValueError, "'timeout' must be a non-negative number");
    }
    match Instant::now().checked_add(Duration::from_secs_f64(seconds)) {
        Some(at) => Ok(at),
        None => raise!(OverflowError, "timeout value is too large"),
    }
}

#[pymethods]
impl SimpleQueue {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<SimpleQueue>> {
        let init = |t: &PyTypeObject| t.tp_init.get().map(|f| f as usize);
        let own = SimpleQueue::type_object();
        if std::ptr::eq(cls, own) || init(cls) == init(own) {
            object::containers::no_keywords("SimpleQueue", kwargs)?;
            if !args.is_empty() {
                return raise!(TypeError, "SimpleQueue() takes no positional arguments");
            }
        }
        make!(
            cls,
            SimpleQueue {
                items: RefCell::new(VecDeque::new()),
                bell: Box::new(Bell::default()),
            }
        )
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        for item in self.items.borrow().iter() {
            visit.object(item);
        }
    }
    #[slot]
    fn tp_clear(&self) {
        let items = self.items.take();
        drop(items);
    }
    #[method("($self, /)")]
    fn empty(&self) -> bool {
        self.items.borrow().is_empty()
    }
    #[method("($self, /, block=True, timeout=None)")]
    fn get(&self, block: Option<bool>, timeout: Option<OrNone<&PyObject>>) -> PyResult {
        if !block.unwrap_or(true) {
            return self.get_nowait();
        }
        let deadline = match timeout.and_then(|t| t.0) {
            Some(t) => Some(deadline(t)?),
            None => None,
        };
        self.wait_for_item(deadline)
    }
    #[method("($self, /)")]
    fn get_nowait(&self) -> PyResult {
        match self.take() {
            Some(item) => Ok(item),
            None => empty(),
        }
    }
    #[method("($self, /, item, block=True, timeout=None)")]
    fn put(&self, item: &PyObject, _block: Option<bool>, _timeout: Option<&PyObject>) {
        self.push(item);
    }
    #[method("($self, /, item)")]
    fn put_nowait(&self, item: &PyObject) {
        self.push(item);
    }
    #[method("($self, /)")]
    fn qsize(&self) -> usize {
        self.items.borrow().len()
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        object::containers::class_getitem(cls, item)
    }
}

/// Makes the module.
pub fn create() -> PyResult {
    object::class::set_type_signature(SimpleQueue::type_object(), c"{}()\n--\n\n");
    object::class::create_module::<Queue>()
}
