//! `typing.Union` (`int | str`), PEP 604 as 3.14 has it.

use crate::CompareOp;
use crate::handle::{Field, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::PyTypeObject;
use object_macros::{pyclass, pymethods};

#[pyclass(name = "typing.Union", type = _PyUnion_Type, flags(HAVE_GC), weaklist = weakreflist)]
#[repr(C)]
pub struct PyUnion {
    ob_base: PyObject,
    args: Field<PyTuple>,
    parameters: Field<PyTuple>,
    weakreflist: crate::GilCell<*mut PyObject>,
}

impl PyUnion {
    pub fn args(&self) -> Option<Py<PyTuple>> {
        self.args.get()
    }
    fn members(&self) -> PyResult<Py<PyTuple>> {
        match self.args.get() {
            Some(a) => Ok(a),
            None => PyTuple::empty(),
        }
    }
}

/// Whether `|` makes a union of it: classes, `None`, aliases, type variables, unions.
fn is_unionable(obj: &PyObject) -> bool {
    crate::is_none(obj)
        || PyTypeObject::check(obj)
        || crate::genericalias::PyGenericAlias::check(obj)
        || PyUnion::check(obj)
        || obj.ty().full_name() == "typing.TypeAliasType"
}

/// The union of these, flattened and without doubles; a single one stays itself.
pub fn make(items: &[Py]) -> PyResult {
    let mut flat: Vec<Py> = Vec::new();
    for item in items {
        let parts = match item.downcast_exact::<PyUnion>() {
            Some(u) => u.members()?.as_slice().to_vec(),
            None => vec![item.clone()],
        };
        for p in parts {
            let p = if crate::is_none(&p) {
                p.ty().as_object().new_ref()
            } else {
                p
            };
            let mut seen = false;
            for f in &flat {
                if f.equals(&p)? {
                    seen = true;
                    break;
                }
            }
            if !seen {
                flat.push(p);
            }
        }
    }
    if let [one] = flat.as_slice() {
        return Ok(one.clone());
    }
    let parameters = crate::genericalias::collect_parameters(&flat)?;
    Ok(crate::new_object(PyUnion {
        ob_base: PyObject::new_head(&_PyUnion_Type),
        args: Field::new(Some(PyTuple::from_vec(flat)?)),
        parameters: Field::new(Some(parameters)),
        weakreflist: crate::GilCell::new(std::ptr::null_mut()),
    })?
    .into_object())
}

/// `a | b` of types.
pub fn or(a: &PyObject, b: &PyObject) -> PyResult {
    if !is_unionable(a) || !is_unionable(b) {
        return Ok(crate::not_implemented());
    }
    make(&[a.new_ref(), b.new_ref()])
}

#[pymethods]
impl PyUnion {
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let parts: Vec<String> = self
            .members()?
            .as_slice()
            .iter()
            .map(|p| crate::genericalias::type_repr(p))
            .collect::<PyResult<_>>()?;
        Ok(PyStr::new_wtf8_lossy(&parts.join(" | "))?.into_object())
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        // independent of order
        let mut h: u64 = 0x345678;
        let members = self.members()?;
        for m in members.as_slice() {
            let x = m.hash()? as u64;
            h ^= (x ^ 89869747 ^ (x << 16)).wrapping_mul(3644798167);
        }
        Ok(h as isize)
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let (true, Some(o)) = (
            matches!(op, CompareOp::Eq | CompareOp::Ne),
            other.downcast::<PyUnion>(),
        ) else {
            return Ok(crate::not_implemented());
        };
        let (a, b) = (self.members()?, o.members()?);
        let mut same = a.len() == b.len();
        for x in a.as_slice() {
            if !same {
                break;
            }
            let mut found = false;
            for y in b.as_slice() {
                if x.equals(y)? {
                    found = true;
                    break;
                }
            }
            same = found;
        }
        Ok(crate::bool::py_bool(same == (op == CompareOp::Eq)))
    }
    #[slot]
    fn tp_getattro(&self, name: &PyObject) -> PyResult {
        let n = crate::str::attribute_name(name)?;
        if n.eq_str("__module__") {
            return self.as_object().ty().as_object().get_attr(n);
        }
        // SAFETY: the generic look-up.
        unsafe { crate::typeobject::generic_getattr(self.as_object(), name) }
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        or(a, b)
    }
    #[slot]
    fn mp_subscript(&self, item: &PyObject) -> PyResult {
        let args = self.members()?;
        let parameters = match self.parameters.get() {
            Some(p) => p,
            None => PyTuple::empty()?,
        };
        let new = crate::genericalias::substitute(self.as_object(), &args, &parameters, item)?;
        let mut it = new.into_iter();
        let Some(mut result) = it.next() else {
            return crate::error::bad_internal_call();
        };
        for next in it {
            result = crate::number::or(&result, &next)?;
        }
        Ok(result)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        visit.field(&self.args);
        visit.field(&self.parameters);
    }
    #[getter]
    fn __args__(&self) -> Option<Py<PyTuple>> {
        self.args.get()
    }
    #[getter]
    fn __parameters__(&self) -> Option<Py<PyTuple>> {
        self.parameters.get()
    }
    #[getter]
    fn __origin__(&self) -> Py {
        _PyUnion_Type.as_object().new_ref()
    }
    #[getter]
    fn __name__(&self) -> &'static str {
        "Union"
    }
    #[getter]
    fn __qualname__(&self) -> &'static str {
        "Union"
    }
    #[method("($self, object, /)")]
    fn __mro_entries__(&self, _bases: &PyObject) -> PyResult {
        raise!(TypeError, "Cannot subclass {}", self.as_object().repr()?)
    }
    #[method("($self, instance, /)", nosig)]
    fn __instancecheck__(&self, instance: &PyObject) -> PyResult<bool> {
        crate::protocol::is_instance(instance, self.members()?.as_object())
    }
    #[method("($self, subclass, /)", nosig)]
    fn __subclasscheck__(&self, subclass: &PyObject) -> PyResult<bool> {
        crate::protocol::is_subclass(subclass, self.members()?.as_object())
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(_cls: &PyTypeObject, args: &PyObject) -> PyResult {
        let items = match args.downcast::<PyTuple>() {
            Some(t) => t.as_slice().to_vec(),
            None => vec![args.new_ref()],
        };
        if items.is_empty() {
            return raise!(TypeError, "Cannot take a Union of no types.");
        }
        let typing = crate::hooks::import("typing")?;
        let check = typing.get_attr(crate::intern!("_type_check"))?;
        let msg = PyStr::new("Union[arg, ...]: each arg must be a type.")?;
        let items = items
            .iter()
            .map(|i| {
                if is_unionable(i) {
                    Ok(i.clone())
                } else {
                    crate::call::call(&check, &[i, msg.as_object()])
                }
            })
            .collect::<PyResult<Vec<Py>>>()?;
        make(&items)
    }
}
