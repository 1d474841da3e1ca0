//! `super`.

use super::*;
use crate::handle::PyClass;
use crate::raise;
use object_macros::{pyclass, pymethods};

#[pyclass(name = "super", type = PySuper_Type, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct PySuper {
    ob_base: PyObject,
    class: Field<PyTypeObject>,
    obj: Field,
    obj_type: Field<PyTypeObject>,
}

/// The class whose MRO is searched: `obj`'s, or `obj` itself if it is a subclass of `class`.
fn check(class: &PyTypeObject, obj: &PyObject) -> PyResult<Py<PyTypeObject>> {
    if let Some(c) = obj.downcast::<PyTypeObject>()
        && c.is_subtype(class)
    {
        return Ok(c.new_ref());
    }
    if obj.ty().is_subtype(class) {
        return Ok(obj.ty().new_ref());
    }
    if let Some(c) = obj.get_attr_opt(crate::intern!("__class__"))?
        && let Some(c) = c.downcast::<PyTypeObject>()
        && !c.is(obj.ty())
        && c.is_subtype(class)
    {
        return Ok(c.new_ref());
    }
    let (kind, name) = match obj.downcast::<PyTypeObject>() {
        Some(c) => ("type", c.full_name().to_string()),
        None => ("instance of", obj.ty().full_name().to_string()),
    };
    raise!(
        TypeError,
        "super(type, obj): obj ({kind} {name}) is not an instance or subtype of type ({}).",
        class.full_name()
    )
}

/// Looks `name` up behind `class` in the MRO of `start`; binds it to `obj`. `None`: not found.
pub fn lookup_after(
    class: &PyTypeObject,
    start: &PyTypeObject,
    obj: &PyObject,
    name: &PyStr,
) -> PyResult<Option<Py>> {
    match find_after(class, start, name)? {
        None => Ok(None),
        Some(v) => match v.ty().tp_descr_get.get() {
            Some(f) => {
                let instance = if obj.is(start) { None } else { Some(obj) };
                // SAFETY: a slot called with an object of its type; a class bound to itself gets no instance.
                Ok(Some(unsafe { f(&v, instance, Some(start.as_object()))? }))
            }
            None => Ok(Some(v)),
        },
    }
}

/// As [`lookup_after`], unbound.
pub fn find_after(class: &PyTypeObject, start: &PyTypeObject, name: &PyStr) -> PyResult<Option<Py>> {
    let Some(mro) = start.tp_mro.get() else {
        return Ok(None);
    };
    let mut rest = mro.as_slice().iter();
    if !rest.any(|c| c.is(class)) {
        return Ok(None);
    }
    for c in rest {
        if let Some(d) = c.downcast::<PyTypeObject>().and_then(|c| c.tp_dict.get())
            && let Some(v) = d.get_str(name)?
        {
            return Ok(Some(v));
        }
    }
    Ok(None)
}

/// `super(class, obj).name`, for the evaluation loop: (attribute, whether it is an unbound method for `obj`).
pub fn super_lookup(
    class: &PyTypeObject,
    obj: &PyObject,
    name: &PyStr,
    method: bool,
) -> PyResult<(Py, bool)> {
    let start = check(class, obj)?;
    if method
        && !obj.is(&*start)
        && let Some(v) = find_after(class, &start, name)?
        && v.ty().has(flags::METHOD_DESCRIPTOR)
    {
        return Ok((v, true));
    }
    if !name.eq_str("__class__")
        && let Some(v) = lookup_after(class, &start, obj, name)?
    {
        return Ok((v, false));
    }
    let s = crate::new_object(PySuper {
        ob_base: PyObject::new_head(&PySuper_Type),
        class: Field::from_ref(class),
        obj: Field::from_ref(obj),
        obj_type: Field::new(Some(start)),
    })?;
    // SAFETY: the generic look-up of the object's own attributes.
    Ok((
        unsafe { generic_getattr(s.as_object(), name.as_object())? },
        false,
    ))
}

#[pymethods]
impl PySuper {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kw: Option<&PyDict>) -> PyResult<Py<PySuper>> {
        crate::new_instance(cls, |_: *mut PySuper| {})
    }
    #[init("(type=None, obj=None, /)", nosig)]
    fn tp_init(&self, class: Option<&PyObject>, obj: Option<&PyObject>) -> PyResult<()> {
        let (class, obj) = match class {
            Some(c) => {
                let Some(c) = c.downcast::<PyTypeObject>() else {
                    return raise!(TypeError, "super() argument 1 must be a type, not {}", shown(c));
                };
                (
                    c.new_ref(),
                    obj.filter(|o| !crate::is_none(o)).map(|o| o.new_ref()),
                )
            }
            None => {
                let Some(f) = crate::hooks::SUPER_ARGS.get() else {
                    return raise!(RuntimeError, "super(): no current frame");
                };
                let (class, obj) = f()?;
                let Ok(class) = class.downcast_into::<PyTypeObject>() else {
                    return raise!(RuntimeError, "super(): __class__ is not a type (?)");
                };
                (class, Some(obj))
            }
        };
        let start = match &obj {
            Some(o) => Some(check(&class, o)?),
            None => None,
        };
        self.class.set(Some(class));
        self.obj.set(obj);
        self.obj_type.set(start);
        Ok(())
    }
    #[slot]
    fn tp_getattro(&self, name: &PyObject) -> PyResult {
        let name = crate::str::attribute_name(name)?;
        if let (Some(class), Some(obj), Some(start)) = (self.class.get(), self.obj.get(), self.obj_type.get())
            && !name.eq_str("__class__")
            && let Some(v) = lookup_after(&class, &start, &obj, name)?
        {
            return Ok(v);
        }
        // SAFETY: the generic look-up of the object's own attributes.
        unsafe { generic_getattr(self.as_object(), name.as_object()) }
    }
    #[slot]
    fn tp_descr_get(&self, obj: Option<&PyObject>, _ty: Option<&PyObject>) -> PyResult {
        let this = self.as_object();
        let (Some(obj), Some(class)) = (obj.filter(|o| !crate::is_none(o)), self.class.get()) else {
            return Ok(this.new_ref());
        };
        if self.obj.is_some() {
            return Ok(this.new_ref());
        }
        if !PySuper::check_exact(this) {
            return crate::call::call(this.ty().as_object(), &[class.as_object(), obj]);
        }
        let start = check(&class, obj)?;
        Ok(crate::new_object(PySuper {
            ob_base: PyObject::new_head(&PySuper_Type),
            class: Field::new(Some(class)),
            obj: Field::from_ref(obj),
            obj_type: Field::new(Some(start)),
        })?
        .into_object())
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        let class = self.class.get();
        let class = class.as_ref().map_or("NULL", |c| c.name());
        Ok(match self.obj_type.get() {
            Some(t) => format!("<super: <class '{class}'>, <{} object>>", t.name()),
            None => format!("<super: <class '{class}'>, NULL>"),
        })
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        visit.field(&self.class);
        visit.field(&self.obj);
        visit.field(&self.obj_type);
    }
    #[getter]
    fn __thisclass__(&self) -> Option<Py<PyTypeObject>> {
        self.class.get()
    }
    #[getter]
    fn __self__(&self) -> Option<Py> {
        self.obj.get()
    }
    #[getter]
    fn __self_class__(&self) -> Option<Py<PyTypeObject>> {
        self.obj_type.get()
    }
}

fn shown(obj: &PyObject) -> &str {
    if crate::is_none(obj) {
        "None"
    } else {
        obj.ty().full_name()
    }
}
