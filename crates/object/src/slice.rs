//! `slice` (`sliceobject.h`), and the arithmetic of indices.

use crate::containers::guarded_repr;
use crate::gc::Visitor;
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
use crate::{CompareOp, PyDict, PyTuple, raise};
use dashu_int::IBig;
use object_macros::{pyclass, pymethods};

/// `PySliceObject`
#[pyclass(name = "slice", type = PySlice_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct PySlice {
    pub(crate) ob_base: PyObject,
    pub(crate) start: Py,
    pub(crate) stop: Py,
    pub(crate) step: Py,
}
const _: () = assert!(size_of::<PySlice>() == 40);

/// `_PyEval_SliceIndex`: an index clamped to the machine's size; `None` for `None`.
pub fn slice_index(obj: &PyObject) -> PyResult<Option<isize>> {
    if crate::is_none(obj) {
        return Ok(None);
    }
    if !obj.has_index() {
        return raise!(
            TypeError,
            "slice indices must be integers or None or have an __index__ method"
        );
    }
    let i = crate::number::index(obj)?;
    Ok(Some(clamped(&i)))
}

fn clamped(i: &PyInt) -> isize {
    match i.to_i64() {
        Some(v) => v as isize,
        None if i.is_negative() => isize::MIN,
        None => isize::MAX,
    }
}

/// The bounds of `[start:stop]` clipped to a length, where both are plain small ints or `None`: no Python code runs.
#[inline]
pub fn plain_bounds(start: &PyObject, stop: &PyObject, len: usize) -> Option<(usize, usize)> {
    let clip = |bound: &PyObject, default: usize| -> Option<usize> {
        if crate::is_none(bound) {
            return Some(default);
        }
        let i = bound.downcast_exact::<PyInt>().filter(|i| i.is_compact())?;
        let i = i.compact_value() as isize;
        let i = if i < 0 { (i + len as isize).max(0) } else { i };
        Some((i as usize).min(len))
    };
    let (start, stop) = (clip(start, 0)?, clip(stop, len)?);
    Some((start, stop.max(start)))
}

/// `PySlice_AdjustIndices`: clips to a length; gives start, stop and the number of items.
pub fn adjust(len: usize, start: isize, stop: isize, step: isize) -> (isize, isize, usize) {
    let len = len as isize;
    let clip = |i: isize| {
        if i < 0 {
            let i = i.saturating_add(len);
            if i < 0 { if step < 0 { -1 } else { 0 } } else { i }
        } else if i >= len {
            if step < 0 { len - 1 } else { len }
        } else {
            i
        }
    };
    let (start, stop) = (clip(start), clip(stop));
    let n = if step < 0 {
        if stop < start {
            (start - stop - 1) / -step + 1
        } else {
            0
        }
    } else if start < stop {
        (stop - start - 1) / step + 1
    } else {
        0
    };
    (start, stop, n as usize)
}

impl PySlice {
    /// `slice(start, stop, step)`
    pub fn new(start: Py, stop: Py, step: Py) -> PyResult<Py<PySlice>> {
        crate::alloc::new_object(PySlice {
            ob_base: PyObject::new_head(PySlice::type_object()),
            start,
            stop,
            step,
        })
    }
    pub fn start(&self) -> &PyObject {
        &self.start
    }
    pub fn stop(&self) -> &PyObject {
        &self.stop
    }
    pub fn step(&self) -> &PyObject {
        &self.step
    }

    /// `PySlice_Unpack`: start, stop and step as machine integers, clamped.
    pub fn unpacked(&self) -> PyResult<(isize, isize, isize)> {
        let step = match slice_index(&self.step)? {
            None => 1,
            Some(0) => return raise!(ValueError, "slice step cannot be zero"),
            Some(s) => s.max(-isize::MAX),
        };
        let start = match slice_index(&self.start)? {
            Some(s) => s,
            None if step < 0 => isize::MAX,
            None => 0,
        };
        let stop = match slice_index(&self.stop)? {
            Some(s) => s,
            None if step < 0 => isize::MIN,
            None => isize::MAX,
        };
        Ok((start, stop, step))
    }

    /// Start, stop, step and number of items for a sequence of that length. May run Python code first: give the
    /// length of a list *after*, through [`PySlice::unpacked`] and [`adjust`], if it matters.
    pub fn adjusted(&self, len: usize) -> PyResult<(isize, isize, isize, usize)> {
        let (start, stop, step) = self.unpacked()?;
        let (start, stop, n) = adjust(len, start, stop, step);
        Ok((start, stop, step, n))
    }

    /// Start, stop and step for a length of any size (`_PySlice_GetLongIndices`).
    pub fn big_indices(&self, len: &IBig) -> PyResult<(IBig, IBig, IBig)> {
        let part = |obj: &PyObject| -> PyResult<Option<IBig>> {
            if crate::is_none(obj) {
                return Ok(None);
            }
            if !obj.has_index() {
                return raise!(
                    TypeError,
                    "slice indices must be integers or None or have an __index__ method"
                );
            }
            Ok(Some(crate::number::index(obj)?.to_big()))
        };
        let zero = IBig::ZERO;
        let step = match part(&self.step)? {
            None => IBig::ONE,
            Some(s) if s == zero => return raise!(ValueError, "slice step cannot be zero"),
            Some(s) => s,
        };
        let negative = step < zero;
        let (lower, upper) = if negative {
            (IBig::NEG_ONE, len - IBig::ONE)
        } else {
            (zero.clone(), len.clone())
        };
        let clip = |value: Option<IBig>, default: &IBig| match value {
            None => default.clone(),
            Some(v) if v < zero => (v + len).max(lower.clone()),
            Some(v) => v.min(upper.clone()),
        };
        let start = clip(part(&self.start)?, if negative { &upper } else { &lower });
        let stop = clip(part(&self.stop)?, if negative { &lower } else { &upper });
        Ok((start, stop, step))
    }

    fn parts(&self) -> [&PyObject; 3] {
        [&self.start, &self.stop, &self.step]
    }
}

#[pymethods(members(start, stop, step))]
impl PySlice {
    #[slot]
    fn tp_new(_cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<PySlice>> {
        crate::containers::no_keywords("slice", kwargs)?;
        crate::args::check_positional("slice", args.len(), 1, 3)?;
        let arg = |i: usize| args.get(i).map_or_else(crate::none, |o| o.new_ref());
        if args.len() == 1 {
            PySlice::new(crate::none(), arg(0), crate::none())
        } else {
            PySlice::new(arg(0), arg(1), arg(2))
        }
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.object(&self.start);
        visit.object(&self.stop);
        visit.object(&self.step);
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        guarded_repr(self.as_object(), "slice(...)", |out| {
            out.push_ascii("slice(");
            for (i, part) in self.parts().into_iter().enumerate() {
                if i > 0 {
                    out.push_ascii(", ");
                }
                out.push_repr(part)?;
            }
            out.push_ascii(")");
            Ok(())
        })
    }

    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        let mut acc: usize = 2870177450012600261;
        for part in self.parts() {
            acc = acc.wrapping_add((part.hash()? as usize).wrapping_mul(14029467366897019727));
            acc = acc.rotate_left(31).wrapping_mul(11400714785074694791);
        }
        Ok(if acc == usize::MAX {
            1546275796
        } else {
            acc as isize
        })
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<PySlice>() else {
            return Ok(crate::not_implemented());
        };
        if std::ptr::eq(self, other) {
            return Ok(crate::bool::py_bool(matches!(
                op,
                CompareOp::Eq | CompareOp::Le | CompareOp::Ge
            )));
        }
        let (a, b) = (
            PyTuple::from_refs(&self.parts())?,
            PyTuple::from_refs(&other.parts())?,
        );
        a.as_object().rich_compare(b.as_object(), op)
    }

    #[method("($self, object, /)")]
    fn indices(&self, length: &PyObject) -> PyResult<Py<PyTuple>> {
        let length = crate::number::index(length)?;
        if length.is_negative() {
            return raise!(ValueError, "length should not be negative");
        }
        let (start, stop, step) = self.big_indices(&length.to_big())?;
        PyTuple::from_array([
            PyInt::from_big(&start)?.into_object(),
            PyInt::from_big(&stop)?.into_object(),
            PyInt::from_big(&step)?.into_object(),
        ])
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<Py<PyTuple>> {
        let parts = PyTuple::from_refs(&self.parts())?;
        PyTuple::pair(PySlice::type_object().as_object().new_ref(), parts.into_object())
    }
}
