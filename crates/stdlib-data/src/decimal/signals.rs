//! Conditions as Python sees them: the exception classes, signal dicts, and the raising of trapped conditions.

use super::state;
use ::decimal::Status;
use object::{
    CompareOp, Py, PyClass, PyDict, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple, PyTypeObject,
    new_instance, not_implemented, pyclass, pymethods, raise,
};
use std::cell::Cell;
use std::rc::{Rc, Weak};

/// The signals in the order in which contexts show them, with their conditions.
pub const SIGNALS: [(&str, Status); 9] = [
    ("InvalidOperation", Status::ANY_INVALID),
    ("FloatOperation", Status::FLOAT_OPERATION),
    ("DivisionByZero", Status::DIVISION_BY_ZERO),
    ("Overflow", Status::OVERFLOW),
    ("Underflow", Status::UNDERFLOW),
    ("Subnormal", Status::SUBNORMAL),
    ("Inexact", Status::INEXACT),
    ("Rounded", Status::ROUNDED),
    ("Clamped", Status::CLAMPED),
];

/// The conditions that `InvalidOperation` is made of.
pub const CONDITIONS: [(&str, Status); 5] = [
    ("InvalidOperation", Status::INVALID_OPERATION),
    ("ConversionSyntax", Status::CONVERSION_SYNTAX),
    ("DivisionImpossible", Status::DIVISION_IMPOSSIBLE),
    ("DivisionUndefined", Status::DIVISION_UNDEFINED),
    ("InvalidContext", Status::INVALID_CONTEXT),
];

/// Raises the exception of trapped conditions: its argument is the list of their classes.
#[cold]
pub fn raise_conditions<T>(trapped: Status) -> PyResult<T> {
    let state = state()?;
    let mut classes = Vec::new();
    for ((_, condition), class) in CONDITIONS.iter().zip(&state.conditions) {
        if trapped.has(*condition) {
            classes.push(class.clone());
        }
    }
    for ((_, condition), class) in SIGNALS.iter().zip(&state.signals).skip(1) {
        if trapped.has(*condition) {
            classes.push(class.clone());
        }
    }
    let first = SIGNALS
        .iter()
        .position(|(_, condition)| trapped.has(*condition))
        .unwrap_or(0);
    let list = PyList::from_vec(classes)?;
    let exception = object::call::call(&state.signals[first], &[list.as_object()])?;
    Err(object::error::raise_object(exception))
}

/// The order in which the repr of a context names signals.
const SHOWN: [usize; 9] = [8, 0, 2, 6, 1, 3, 7, 5, 4];

/// The names of the signals that are set, as contexts show them.
pub fn names(flags: u32) -> String {
    let shown = SHOWN.iter().map(|at| SIGNALS[*at]);
    let set: Vec<&str> = shown
        .filter(|(_, condition)| Status(flags).has(*condition))
        .map(|(name, _)| name)
        .collect();
    format!("[{}]", set.join(", "))
}

/// The classes of the signals that are set.
pub fn class_list(flags: u32) -> PyResult<Py<PyList>> {
    let state = state()?;
    let set = SIGNALS.iter().zip(&state.signals);
    PyList::from_vec(
        set.filter(|((_, condition), _)| Status(flags).has(*condition))
            .map(|(_, class)| class.clone())
            .collect(),
    )
}

/// The signal of a class.
fn signal_of(class: &PyObject) -> PyResult<Status> {
    let state = state()?;
    match state.signals.iter().position(|signal| signal.is(class)) {
        Some(at) => Ok(SIGNALS[at].1),
        None => raise!(
            KeyError,
            "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, \
             Underflow, Subnormal, Inexact, Rounded,\n   Clamped]"
        ),
    }
}

/// The flags that a list of signals, a dict or a signal dict stands for.
pub fn flags_argument(obj: &PyObject) -> PyResult<u32> {
    if let Some(list) = obj.downcast::<PyList>() {
        let mut flags = 0;
        for signal in list.to_vec() {
            flags |= signal_of(&signal)?.0;
        }
        return Ok(flags);
    }
    dict_argument(obj)
}

/// The flags that a dict or a signal dict stands for.
pub fn dict_argument(obj: &PyObject) -> PyResult<u32> {
    if let Some(signals) = obj.downcast::<SignalDict>() {
        return Ok(signals.flags()?.get());
    }
    let Some(dict) = obj.downcast::<PyDict>() else {
        return raise!(TypeError, "argument must be a signal dict");
    };
    if dict.len() != SIGNALS.len() {
        return raise!(KeyError, "invalid signal dict");
    }
    let mut flags = 0;
    for (signal, value) in dict.items_vec() {
        let condition = signal_of(&signal)?;
        if value.is_true()? {
            flags |= condition.0;
        }
    }
    Ok(flags)
}

/// `decimal.SignalDictMixin`: a view of a context's flags or traps, for as long as the context lives.
#[pyclass(name = "decimal.SignalDictMixin", flags(BASETYPE))]
#[repr(C)]
pub struct SignalDict {
    ob_base: PyObject,
    flags: std::cell::RefCell<Option<Weak<Cell<u32>>>>,
}

impl SignalDict {
    /// A signal dict of the final class (`SignalDict`) over these flags.
    pub fn of(flags: &Rc<Cell<u32>>) -> PyResult {
        let made = object::call::call(&state()?.signal_dict, &[])?;
        if let Some(dict) = made.downcast::<SignalDict>() {
            dict.flags.replace(Some(Rc::downgrade(flags)));
        }
        Ok(made)
    }

    fn flags(&self) -> PyResult<Rc<Cell<u32>>> {
        match self.flags.borrow().as_ref().and_then(Weak::upgrade) {
            Some(flags) => Ok(flags),
            None => raise!(ValueError, "invalid signal dict"),
        }
    }
}

#[pymethods]
impl SignalDict {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py> {
        new_instance(cls, |this: *mut SignalDict| {
            // SAFETY: fresh memory of the type's size, whose field is written before it is read.
            unsafe { (&raw mut (*this).flags).write(std::cell::RefCell::new(None)) };
        })
        .map(Py::into_object)
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let flags = self.flags()?.get();
        let state = state()?;
        let mut parts = Vec::new();
        for ((_, condition), class) in SIGNALS.iter().zip(&state.signals) {
            let value = if Status(flags).has(*condition) {
                "True"
            } else {
                "False"
            };
            parts.push(format!("{}:{value}", &*class.repr()?));
        }
        PyStr::new(&format!("{{{}}}", parts.join(", ")))
    }

    #[slot]
    fn tp_iter(&self) -> PyResult<Py> {
        self.flags()?;
        let keys = PyTuple::from_vec(state()?.signals.to_vec())?;
        object::iter::get_iter(keys.as_object())
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult<Py> {
        let own = self.flags()?.get();
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(not_implemented());
        }
        let others = if SignalDict::check(other) || PyDict::check(other) {
            dict_argument(other)?
        } else {
            return Ok(not_implemented());
        };
        Ok(object::bool::py_bool((own == others) == (op == CompareOp::Eq)))
    }

    #[slot]
    fn mp_length(&self) -> PyResult<usize> {
        self.flags()?;
        Ok(SIGNALS.len())
    }

    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult<Py> {
        let flags = self.flags()?.get();
        Ok(object::bool::py_bool(Status(flags).has(signal_of(key)?)))
    }

    #[slot]
    fn mp_ass_subscript(&self, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        let flags = self.flags()?;
        let Some(value) = value else {
            return raise!(ValueError, "signal keys cannot be deleted");
        };
        let condition = signal_of(key)?;
        let set = value.is_true()?;
        flags.set(if set {
            flags.get() | condition.0
        } else {
            flags.get() & !condition.0
        });
        Ok(())
    }

    #[method("($self, /)")]
    fn copy(&self) -> PyResult<Py<PyDict>> {
        let flags = self.flags()?.get();
        let dict = PyDict::new()?;
        for ((_, condition), class) in SIGNALS.iter().zip(&state()?.signals) {
            dict.set_item(&**class, &*object::bool::py_bool(Status(flags).has(*condition)))?;
        }
        Ok(dict)
    }
}
