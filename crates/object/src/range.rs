//! `range` (`rangeobject.h`) of ints of any size, and its two iterators: of machine integers and of big ones.

use crate::containers::{no_keywords, subscript_big};

use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
use crate::{CompareOp, IntoPy, PyDict, PyTuple, iter, number, raise};
use dashu_int::IBig;
use object_macros::{pyclass, pymethods};

/// `rangeobject`
#[pyclass(name = "range", type = PyRange_Type, flags(SEQUENCE))]
#[repr(C)]
pub struct PyRange {
    pub(crate) ob_base: PyObject,
    start: Py<PyInt>,
    stop: Py<PyInt>,
    step: Py<PyInt>,
    length: Py<PyInt>,
}
const _: () = assert!(size_of::<PyRange>() == 48);

/// Number of items from `start` to `stop` by `step`, which is not zero.
fn compute_length(start: &PyInt, stop: &PyInt, step: &PyInt) -> PyResult<Py<PyInt>> {
    if start.is_compact() && stop.is_compact() && step.is_compact() {
        let (a, b, s) = (start.compact_value(), stop.compact_value(), step.compact_value());
        let (low, high, s) = if s > 0 { (a, b, s) } else { (b, a, -s) };
        return PyInt::from_i64(match high - low {
            ..=0 => 0,
            n if s == 1 => n,
            n => (n - 1) / s + 1,
        });
    }
    if let (Some(a), Some(b), Some(s)) = (start.to_i64(), stop.to_i64(), step.to_i64()) {
        let (a, b, s) = (a as i128, b as i128, s as i128);
        let (low, high, s) = if s > 0 { (a, b, s) } else { (b, a, -s) };
        return PyInt::from_i128(if low >= high { 0 } else { (high - low - 1) / s + 1 });
    }
    let (a, b, s) = (start.to_big(), stop.to_big(), step.to_big());
    let (low, high, s) = if s > IBig::ZERO { (a, b, s) } else { (b, a, -s) };
    if low >= high {
        return PyInt::from_i64(0);
    }
    PyInt::from_big(&((high - low - IBig::ONE) / s + IBig::ONE))
}

/// `start + i * step`
fn item_at(start: &PyInt, step: &PyInt, i: &IBig) -> PyResult<Py<PyInt>> {
    PyInt::from_big(&(start.to_big() + step.to_big() * i))
}

/// A plain int, or a bool: what is found by arithmetic.
fn plain_int(obj: &PyObject) -> Option<&PyInt> {
    if PyInt::check_exact(obj) || crate::bool::PyBool::check_exact(obj) {
        // SAFETY: just checked; bools are ints.
        Some(unsafe { obj.downcast_unchecked::<PyInt>() })
    } else {
        None
    }
}

impl PyRange {
    fn from_parts(start: Py<PyInt>, stop: Py<PyInt>, step: Py<PyInt>) -> PyResult<Py<PyRange>> {
        let length = compute_length(&start, &stop, &step)?;
        crate::alloc::new_object(PyRange {
            ob_base: PyObject::new_head(PyRange::type_object()),
            start,
            stop,
            step,
            length,
        })
    }

    fn from_args(args: &[&PyObject]) -> PyResult<Py<PyRange>> {
        crate::args::check_positional("range", args.len(), 1, 3)?;
        let (start, stop, step) = match args {
            [stop] => (
                PyInt::from_i64(0)?,
                number::index_exact(stop)?,
                PyInt::from_i64(1)?,
            ),
            [start, stop, rest @ ..] => {
                let start = number::index_exact(start)?;
                let stop = number::index_exact(stop)?;
                let step = match rest {
                    [] => PyInt::from_i64(1)?,
                    [step, ..] => {
                        let step = number::index_exact(step)?;
                        if step.is_zero() {
                            return raise!(ValueError, "range() arg 3 must not be zero");
                        }
                        step
                    }
                };
                (start, stop, step)
            }
            [] => return crate::error::missing_argument(),
        };
        PyRange::from_parts(start, stop, step)
    }

    pub fn start(&self) -> &PyInt {
        &self.start
    }
    pub fn stop(&self) -> &PyInt {
        &self.stop
    }
    pub fn step(&self) -> &PyInt {
        &self.step
    }
    pub fn length(&self) -> &PyInt {
        &self.length
    }

    /// Start, step and length, if all values of the range (and the end it does not reach) are machine integers.
    pub fn as_machine(&self) -> Option<(i64, i64, i64)> {
        let (start, stop, step) = (self.start.to_i64()?, self.stop.to_i64()?, self.step.to_i64()?);
        let length = self.length.to_i64()?;
        // beyond the last item there is one more step to be computed
        stop.checked_add(step)?;
        start.checked_add(length.checked_mul(step)?)?;
        Some((start, step, length))
    }

    fn has(&self, value: &PyInt) -> bool {
        if let (Some(v), Some(a), Some(b), Some(s)) = (
            value.to_i64(),
            self.start.to_i64(),
            self.stop.to_i64(),
            self.step.to_i64(),
        ) {
            let inside = if s > 0 { a <= v && v < b } else { b < v && v <= a };
            return inside && (v as i128 - a as i128) % s as i128 == 0;
        }
        let (v, a, b, s) = (
            value.to_big(),
            self.start.to_big(),
            self.stop.to_big(),
            self.step.to_big(),
        );
        let inside = if s > IBig::ZERO {
            a <= v && v < b
        } else {
            b < v && v <= a
        };
        inside && (v - a) % s == IBig::ZERO
    }

    fn item(&self, index: &PyInt) -> PyResult {
        if let (Some(mut i), Some(n)) = (index.to_i64(), self.length.to_i64()) {
            if i < 0 {
                i += n;
            }
            if i < 0 || i >= n {
                return raise!(IndexError, "range object index out of range");
            }
            if let (Some(a), Some(s)) = (self.start.to_i64(), self.step.to_i64()) {
                return PyInt::from_i128(a as i128 + i as i128 * s as i128).map(Py::into_object);
            }
        }
        let (mut i, n) = (index.to_big(), self.length.to_big());
        if i < IBig::ZERO {
            i += &n;
        }
        if i < IBig::ZERO || i >= n {
            return raise!(IndexError, "range object index out of range");
        }
        item_at(&self.start, &self.step, &i).map(Py::into_object)
    }

    fn equal(&self, other: &PyRange) -> bool {
        let same = |a: &PyInt, b: &PyInt| crate::int::ops::compare(a, b).is_eq();
        if !same(&self.length, &other.length) {
            return false;
        }
        if self.length.is_zero() {
            return true;
        }
        if !same(&self.start, &other.start) {
            return false;
        }
        self.length.to_i64() == Some(1) || same(&self.step, &other.step)
    }
}

#[pymethods(members(start, stop, step))]
impl PyRange {
    #[slot]
    fn tp_new(_cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<PyRange>> {
        no_keywords("range", kwargs)?;
        PyRange::from_args(crate::args::py_slice(args.as_slice()))
    }
    #[slot]
    fn tp_vectorcall(_cls: &PyTypeObject, args: crate::FuncArgs<'_>) -> PyResult<Py<PyRange>> {
        args.no_keywords("range")?;
        PyRange::from_args(args.pos)
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let (start, stop) = (self.start.as_object().repr()?, self.stop.as_object().repr()?);
        let (start, stop) = (start.get(), stop.get());
        if self.step.to_i64() == Some(1) {
            return PyStr::new(&format!("range({start}, {stop})"));
        }
        let step = self.step.as_object().repr()?;
        PyStr::new(&format!("range({start}, {stop}, {})", step.get()))
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        let n = self.length.to_i64();
        let start = if n == Some(0) {
            crate::none()
        } else {
            self.start.clone().into_object()
        };
        let step = if matches!(n, Some(0 | 1)) {
            crate::none()
        } else {
            self.step.clone().into_object()
        };
        PyTuple::from_array([self.length.clone().into_object(), start, step])?
            .as_object()
            .hash()
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        match (other.downcast::<PyRange>(), op) {
            (Some(other), CompareOp::Eq) => Ok(crate::bool::py_bool(self.equal(other))),
            (Some(other), CompareOp::Ne) => Ok(crate::bool::py_bool(!self.equal(other))),
            _ => Ok(crate::not_implemented()),
        }
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        match self.as_machine() {
            Some((start, step, len)) => Ok(PyRangeIter::of(start, step, len)?.into_object()),
            None => PyLongRangeIter::of(self.start.clone(), self.step.clone(), self.length.clone()),
        }
    }
    #[slot]
    fn nb_bool(&self) -> PyResult<bool> {
        Ok(!self.length.is_zero())
    }
    #[slot]
    fn sq_length(&self) -> PyResult<usize> {
        match self.length.to_i64() {
            Some(n) => Ok(n as usize),
            None => raise!(OverflowError, "Python int too large to convert to C ssize_t"),
        }
    }
    #[slot]
    fn sq_item(&self, i: isize) -> PyResult {
        let n = self.length.to_i64().unwrap_or(i64::MAX);
        // the length has been added to negative indices already
        if i < 0 || i as i64 >= n {
            return raise!(IndexError, "range object index out of range");
        }
        self.item(&*PyInt::from_i64(i as i64)?)
    }
    #[slot]
    fn sq_contains(&self, value: &PyObject) -> PyResult<bool> {
        if let Some(v) = plain_int(value) {
            return Ok(self.has(v));
        }
        let iter = iter::get_iter(self.as_object())?;
        while let Some(x) = iter::next(&iter)? {
            if x.equals(value)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult {
        match subscript_big(key, "range")? {
            Ok(index) => self.item(&index),
            Err(slice) => {
                let (start, stop, step) = slice.big_indices(&self.length.to_big())?;
                let new_step = PyInt::from_big(&(self.step.to_big() * &step))?;
                let new_start = item_at(&self.start, &self.step, &start)?;
                let new_stop = item_at(&self.start, &self.step, &stop)?;
                Ok(PyRange::from_parts(new_start, new_stop, new_step)?.into_object())
            }
        }
    }

    #[method("($self, /)")]
    fn __reversed__(&self) -> PyResult {
        if let Some((start, step, len)) = self.as_machine()
            && let Some(step_back) = step.checked_neg()
            && start.checked_sub(step).is_some()
        {
            return Ok(PyRangeIter::of(start + (len - 1) * step, step_back, len)?.into_object());
        }
        let last = item_at(&self.start, &self.step, &(self.length.to_big() - IBig::ONE))?;
        let step = PyInt::from_big(&-self.step.to_big())?;
        PyLongRangeIter::of(last, step, self.length.clone())
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let args = PyTuple::from_array([
            self.start.clone().into_object(),
            self.stop.clone().into_object(),
            self.step.clone().into_object(),
        ])?;
        (crate::class::type_ref(self.as_object().ty()), args).into_py()
    }
    #[method("($self, object, /)")]
    fn count(&self, object: &PyObject) -> PyResult<usize> {
        if let Some(v) = plain_int(object) {
            return Ok(self.has(v) as usize);
        }
        let mut n = 0;
        let iter = iter::get_iter(self.as_object())?;
        while let Some(x) = iter::next(&iter)? {
            n += x.equals(object)? as usize;
        }
        Ok(n)
    }
    #[method("($self, object, /)")]
    fn index(&self, object: &PyObject) -> PyResult {
        if let Some(v) = plain_int(object) {
            if !self.has(v) {
                return raise!(ValueError, "range.index(x): x not in range");
            }
            let at = (v.to_big() - self.start.to_big()) / self.step.to_big();
            return PyInt::from_big(&at).map(Py::into_object);
        }
        let mut i = 0i64;
        let iter = iter::get_iter(self.as_object())?;
        while let Some(x) = iter::next(&iter)? {
            if x.equals(object)? {
                return PyInt::from_i64(i).map(Py::into_object);
            }
            i += 1;
        }
        raise!(ValueError, "sequence.index(x): x not in sequence")
    }
}

/// `range_iterator`
#[pyclass(name = "range_iterator", type = PyRangeIter_Type, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyRangeIter {
    pub(crate) ob_base: PyObject,
    start: GilCell<i64>,
    step: i64,
    len: GilCell<i64>,
}

impl PyRangeIter {
    pub fn of(start: i64, step: i64, len: i64) -> PyResult<Py<PyRangeIter>> {
        crate::alloc::new_object(PyRangeIter {
            ob_base: PyObject::new_head(PyRangeIter::type_object()),
            start: GilCell::new(start),
            step,
            len: GilCell::new(len),
        })
    }

    /// The next value: the evaluation loop's fast path.
    #[inline(always)]
    pub fn next_value(&self) -> Option<i64> {
        let left = self.len.get();
        if left <= 0 {
            return None;
        }
        let value = self.start.get();
        self.start.set(value.wrapping_add(self.step));
        self.len.set(left - 1);
        Some(value)
    }

    fn rest(&self) -> PyResult<Py<PyRange>> {
        let (start, step, len) = (
            self.start.get() as i128,
            self.step as i128,
            self.len.get() as i128,
        );
        PyRange::from_parts(
            PyInt::from_i128(start)?,
            PyInt::from_i128(start + len * step)?,
            PyInt::from_i128(step)?,
        )
    }
}

#[pymethods]
impl PyRangeIter {
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        match self.next_value() {
            Some(v) => Ok(Some(PyInt::from_i64(v)?.into_object())),
            None => Ok(None),
        }
    }
    #[method("($self, /)")]
    fn __length_hint__(&self) -> i64 {
        self.len.get()
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let args = PyTuple::from_vec(vec![self.rest()?.into_object()])?;
        (crate::containers::builtin("iter")?, args, crate::none()).into_py()
    }
    #[method("($self, object, /)")]
    fn __setstate__(&self, state: i64) {
        let i = state.clamp(0, self.len.get());
        self.start
            .set(self.start.get().wrapping_add(i.wrapping_mul(self.step)));
        self.len.set(self.len.get() - i);
    }
}

/// `longrange_iterator`
#[pyclass(name = "longrange_iterator", type = PyLongRangeIter_Type, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyLongRangeIter {
    pub(crate) ob_base: PyObject,
    start: Field<PyInt>,
    step: Field<PyInt>,
    len: Field<PyInt>,
}

impl PyLongRangeIter {
    fn of(start: Py<PyInt>, step: Py<PyInt>, len: Py<PyInt>) -> PyResult {
        let it = crate::alloc::new_object(PyLongRangeIter {
            ob_base: PyObject::new_head(PyLongRangeIter::type_object()),
            start: Field::new(Some(start)),
            step: Field::new(Some(step)),
            len: Field::new(Some(len)),
        })?;
        Ok(it.into_object())
    }

    fn big(field: &Field<PyInt>) -> IBig {
        field.get().map_or(IBig::ZERO, |v| v.to_big())
    }

    fn advance(&self, by: &IBig) -> PyResult<()> {
        let start = Self::big(&self.start) + Self::big(&self.step) * by;
        let len = Self::big(&self.len) - by;
        self.start.set(Some(PyInt::from_big(&start)?));
        self.len.set(Some(PyInt::from_big(&len)?));
        Ok(())
    }
}

#[pymethods]
impl PyLongRangeIter {
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        if self.len.get().is_none_or(|n| n.is_zero()) {
            return Ok(None);
        }
        let value = self.start.get();
        self.advance(&IBig::ONE)?;
        Ok(value.map(Py::into_object))
    }
    #[method("($self, /)")]
    fn __length_hint__(&self) -> Option<Py<PyInt>> {
        self.len.get()
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let (start, step, len) = (
            Self::big(&self.start),
            Self::big(&self.step),
            Self::big(&self.len),
        );
        let range = PyRange::from_parts(
            PyInt::from_big(&start)?,
            PyInt::from_big(&(start + len * &step))?,
            PyInt::from_big(&step)?,
        )?;
        let args = PyTuple::from_vec(vec![range.into_object()])?;
        (crate::containers::builtin("iter")?, args, crate::none()).into_py()
    }
    #[method("($self, object, /)")]
    fn __setstate__(&self, state: &PyObject) -> PyResult<()> {
        let Some(state) = state.downcast::<PyInt>() else {
            return raise!(TypeError, "state must be an int, not {}", state.ty().full_name());
        };
        let i = state.to_big().clamp(IBig::ZERO, Self::big(&self.len));
        self.advance(&i)
    }
}

pub(crate) fn ready_types() -> PyResult<()> {
    use crate::class::ready;
    ready::<PyRange>()?;
    ready::<PyRangeIter>()?;
    ready::<PyLongRangeIter>()
}
