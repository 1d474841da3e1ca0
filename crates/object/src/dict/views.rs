//! `dict_keys`, `dict_values`, `dict_items`: views with the operators of sets.

use super::*;
use crate::containers::guarded_repr;
use crate::gc::Visitor;
use crate::handle::Field;
use crate::{CompareOp, PySet, PyTuple, iter as iteration};
use object_macros::{pyclass, pymethods};

/// `dict_keys`
#[pyclass(name = "dict_keys", type = PyDictKeys_Type, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyDictKeys {
    pub(crate) ob_base: PyObject,
    dv_dict: Field<PyDict>,
}

/// `dict_values`
#[pyclass(name = "dict_values", type = PyDictValues_Type, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyDictValuesView {
    pub(crate) ob_base: PyObject,
    dv_dict: Field<PyDict>,
}

/// `dict_items`
#[pyclass(name = "dict_items", type = PyDictItems_Type, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyDictItems {
    pub(crate) ob_base: PyObject,
    dv_dict: Field<PyDict>,
}

pub(crate) fn ready_types() -> PyResult<()> {
    use crate::class::ready;
    ready::<PyDictKeys>()?;
    ready::<PyDictValuesView>()?;
    ready::<PyDictItems>()?;
    ready::<PyDictKeyIter>()?;
    ready::<PyDictValueIter>()?;
    ready::<PyDictItemIter>()?;
    ready::<PyDictRevKeyIter>()?;
    ready::<PyDictRevValueIter>()?;
    ready::<PyDictRevItemIter>()
}

/// A keys or items view.
fn is_set_view(obj: &PyObject) -> bool {
    PyDictKeys::check(obj) || PyDictItems::check(obj)
}

/// Anything that set comparison takes: sets, keys and items views.
fn is_set_like(obj: &PyObject) -> bool {
    is_set_view(obj) || crate::set::is_any_set(obj)
}

/// Whether each item of `a` is in `b`.
fn all_in(a: &PyObject, b: &PyObject) -> PyResult<bool> {
    let iter = iteration::get_iter(a)?;
    while let Some(item) = iteration::next(&iter)? {
        if !b.contains(&item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(a: &PyObject, b: &PyObject, op: CompareOp) -> PyResult {
    if !is_set_like(b) {
        return Ok(crate::not_implemented());
    }
    let (n, m) = (a.length()?, b.length()?);
    let holds = match op {
        CompareOp::Eq => n == m && all_in(a, b)?,
        CompareOp::Ne => !(n == m && all_in(a, b)?),
        CompareOp::Lt => n < m && all_in(a, b)?,
        CompareOp::Le => n <= m && all_in(a, b)?,
        CompareOp::Gt => n > m && all_in(b, a)?,
        CompareOp::Ge => n >= m && all_in(b, a)?,
    };
    Ok(crate::bool::py_bool(holds))
}

/// A new set of what a view has.
fn to_set(view: &PyObject) -> PyResult<Py<PySet>> {
    PySet::from_iterable(view)
}

fn subtract(a: &PyObject, b: &PyObject) -> PyResult {
    let result = to_set(a)?;
    result.difference_update(b)?;
    Ok(result.into_object())
}

fn unite(a: &PyObject, b: &PyObject) -> PyResult {
    let result = to_set(a)?;
    result.update(b)?;
    Ok(result.into_object())
}

fn symmetric_difference(a: &PyObject, b: &PyObject) -> PyResult {
    let result = to_set(a)?;
    result.symmetric_difference_update(b)?;
    Ok(result.into_object())
}

fn intersect(a: &PyObject, b: &PyObject) -> PyResult {
    // either operand may be the view; membership is asked of the longer one where both are views
    let (mut view, mut other) = if is_set_view(a) { (a, b) } else { (b, a) };
    let exact_view_or_set = is_set_view(other) || PySet::check_exact(other) || PyDict::check_exact(other);
    if exact_view_or_set && is_set_view(other) && other.length()? > view.length()? {
        std::mem::swap(&mut view, &mut other);
    }
    // a set is the quicker to ask, and its order is the one that shows
    if PySet::check_exact(other)
        && view.length()? <= other.length()?
        && let Some(set) = other.downcast::<PySet>()
    {
        return set.intersection(view);
    }
    let result = PySet::new()?;
    let iter = iteration::get_iter(other)?;
    while let Some(item) = iteration::next(&iter)? {
        if view.contains(&item)? {
            result.add(&item)?;
        }
    }
    Ok(result.into_object())
}

fn is_disjoint(view: &PyObject, other: &PyObject) -> PyResult<bool> {
    if view.is(other) {
        return Ok(view.length()? == 0);
    }
    let (mut asked, mut walked) = (view, other);
    if is_set_like(other) && other.length()? > view.length()? {
        std::mem::swap(&mut asked, &mut walked);
    }
    let iter = iteration::get_iter(walked)?;
    while let Some(item) = iteration::next(&iter)? {
        if asked.contains(&item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

macro_rules! view_common {
    ($name:ident) => {
        impl $name {
            pub fn of(dict: &PyDict) -> PyResult<Py<$name>> {
                crate::alloc::new_object($name::with_type($name::type_object(), dict))
            }
            /// The view as an instance of this type or a static one derived from it, still to be put on the heap.
            pub fn with_type(ty: &'static crate::PyTypeObject, dict: &PyDict) -> $name {
                $name {
                    ob_base: PyObject::new_head(ty),
                    dv_dict: Field::from_ref(dict),
                }
            }
            /// The dict that is seen.
            pub fn dict(&self) -> Option<Py<PyDict>> {
                self.dv_dict.get()
            }
            fn text(&self) -> PyResult<Py<PyStr>> {
                guarded_repr(self.as_object(), "...", |out| {
                    let list = crate::PyList::from_vec(crate::iter::collect(self.as_object())?)?;
                    out.push_ascii(self.as_object().ty().name());
                    out.push_ascii("(");
                    out.push_repr(list.as_object())?;
                    out.push_ascii(")");
                    Ok(())
                })
            }
            fn mapping_proxy(&self) -> PyResult {
                match self.dv_dict.get() {
                    Some(d) => crate::typeobject::mapping_proxy(d.as_object()),
                    None => Ok(crate::none()),
                }
            }
        }
    };
}
view_common!(PyDictKeys);
view_common!(PyDictValuesView);
view_common!(PyDictItems);

#[pymethods]
impl PyDictKeys {
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        self.text()
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        match self.dv_dict.get() {
            Some(d) => PyDictKeyIter::of(&d),
            None => Ok(crate::none()),
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.dv_dict);
    }
    #[slot]
    fn sq_length(&self) -> PyResult<usize> {
        Ok(self.dv_dict.get().map_or(0, |d| d.len()))
    }
    #[method("($self, /)")]
    fn __reversed__(&self) -> PyResult {
        match self.dv_dict.get() {
            Some(d) => PyDictRevKeyIter::of(&d),
            None => Ok(crate::none()),
        }
    }
    #[getter]
    fn mapping(&self) -> PyResult {
        self.mapping_proxy()
    }
    #[slot]
    fn sq_contains(&self, key: &PyObject) -> PyResult<bool> {
        match self.dv_dict.get() {
            Some(d) => d.contains(key),
            None => Ok(false),
        }
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        compare(self.as_object(), other, op)
    }
    #[slot]
    fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult {
        subtract(a, b)
    }
    #[slot]
    fn nb_and(a: &PyObject, b: &PyObject) -> PyResult {
        intersect(a, b)
    }
    #[slot]
    fn nb_xor(a: &PyObject, b: &PyObject) -> PyResult {
        symmetric_difference(a, b)
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        unite(a, b)
    }
    #[method("($self, object, /)")]
    fn isdisjoint(&self, object: &PyObject) -> PyResult<bool> {
        is_disjoint(self.as_object(), object)
    }
}

#[pymethods]
impl PyDictValuesView {
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        self.text()
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        match self.dv_dict.get() {
            Some(d) => PyDictValueIter::of(&d),
            None => Ok(crate::none()),
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.dv_dict);
    }
    #[slot]
    fn sq_length(&self) -> PyResult<usize> {
        Ok(self.dv_dict.get().map_or(0, |d| d.len()))
    }
    #[method("($self, /)")]
    fn __reversed__(&self) -> PyResult {
        match self.dv_dict.get() {
            Some(d) => PyDictRevValueIter::of(&d),
            None => Ok(crate::none()),
        }
    }
    #[getter]
    fn mapping(&self) -> PyResult {
        self.mapping_proxy()
    }
}

#[pymethods]
impl PyDictItems {
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        self.text()
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        match self.dv_dict.get() {
            Some(d) => PyDictItemIter::of(&d),
            None => Ok(crate::none()),
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.dv_dict);
    }
    #[slot]
    fn sq_length(&self) -> PyResult<usize> {
        Ok(self.dv_dict.get().map_or(0, |d| d.len()))
    }
    #[method("($self, /)")]
    fn __reversed__(&self) -> PyResult {
        match self.dv_dict.get() {
            Some(d) => PyDictRevItemIter::of(&d),
            None => Ok(crate::none()),
        }
    }
    #[getter]
    fn mapping(&self) -> PyResult {
        self.mapping_proxy()
    }
    #[slot]
    fn sq_contains(&self, item: &PyObject) -> PyResult<bool> {
        let (Some(dict), Some(pair)) = (self.dv_dict.get(), item.downcast::<PyTuple>()) else {
            return Ok(false);
        };
        let [key, value] = pair.as_slice() else {
            return Ok(false);
        };
        match dict.get_item(key)? {
            Some(found) => found.equals(value),
            None => Ok(false),
        }
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        compare(self.as_object(), other, op)
    }
    #[slot]
    fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult {
        subtract(a, b)
    }
    #[slot]
    fn nb_and(a: &PyObject, b: &PyObject) -> PyResult {
        intersect(a, b)
    }
    #[slot]
    fn nb_xor(a: &PyObject, b: &PyObject) -> PyResult {
        symmetric_difference(a, b)
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        unite(a, b)
    }
    #[method("($self, object, /)")]
    fn isdisjoint(&self, object: &PyObject) -> PyResult<bool> {
        is_disjoint(self.as_object(), object)
    }
}
