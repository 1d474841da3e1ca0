//! `types.GenericAlias` (`list[int]`), PEP 585.

use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::PyTypeObject;
use crate::{CompareOp, PyDict, PyList};
use object_macros::{pyclass, pymethods};

#[pyclass(name = "types.GenericAlias", type = Py_GenericAliasType, flags(BASETYPE, HAVE_GC), weaklist = weakreflist)]
#[repr(C)]
pub struct PyGenericAlias {
    ob_base: PyObject,
    origin: Field,
    args: Field<PyTuple>,
    parameters: Field<PyTuple>,
    weakreflist: GilCell<*mut PyObject>,
    starred: GilCell<bool>,
}

/// `Py_GenericAlias`
pub fn new(origin: &PyObject, args: &PyObject) -> PyResult {
    Ok(make(PyGenericAlias::type_object(), origin, args, false)?.into_object())
}

fn make(
    cls: &PyTypeObject,
    origin: &PyObject,
    args: &PyObject,
    starred: bool,
) -> PyResult<Py<PyGenericAlias>> {
    let args = match args.downcast::<PyTuple>() {
        Some(t) => t.new_ref(),
        None => PyTuple::from_refs(&[args])?,
    };
    let a = crate::new_instance(cls, |_: *mut PyGenericAlias| {})?;
    a.origin.set(Some(origin.new_ref()));
    a.args.set(Some(args));
    a.starred.set(starred);
    Ok(a)
}

/// A type in a signature: `int`, `...`, `module.Class`.
pub fn type_repr(obj: &PyObject) -> PyResult<String> {
    if obj.is(&*crate::ellipsis()) {
        return Ok("...".to_string());
    }
    if std::ptr::eq(obj, crate::singletons::PyNone::type_object().as_object()) {
        return Ok("None".to_string());
    }
    if let Some(l) = obj.downcast_exact::<PyList>() {
        let parts: Vec<String> = l.to_vec().iter().map(|i| type_repr(i)).collect::<PyResult<_>>()?;
        return Ok(format!("[{}]", parts.join(", ")));
    }
    if obj.get_attr_opt(crate::intern!("__origin__"))?.is_some()
        && obj.get_attr_opt(crate::intern!("__args__"))?.is_some()
    {
        return Ok(obj.repr()?.to_string());
    }
    if let (Some(q), Some(m)) = (
        obj.get_attr_opt(crate::intern!("__qualname__"))?,
        obj.get_attr_opt(crate::intern!("__module__"))?,
    ) && !crate::is_none(&m)
    {
        let (q, m) = (q.str()?, m.str()?);
        return Ok(if m.eq_str("builtins") {
            q.to_string()
        } else {
            format!("{m}.{q}")
        });
    }
    Ok(obj.repr()?.to_string())
}

/// The type variables in these arguments, in order, once each.
pub fn collect_parameters(args: &[Py]) -> PyResult<Py<PyTuple>> {
    crate::thread::check_recursion(" in __parameter__ calculation")?;
    let mut out: Vec<Py> = Vec::new();
    let push = |out: &mut Vec<Py>, p: &Py| {
        if !out.iter().any(|o| o.is(p.get())) {
            out.push(p.clone());
        }
    };
    for a in args {
        if PyTypeObject::check(a) {
            continue;
        }
        if a.get_attr_opt(crate::intern!("__typing_subst__"))?.is_some() {
            push(&mut out, a);
        } else if let Some(sub) = a.get_attr_opt(crate::intern!("__parameters__"))? {
            if let Some(t) = sub.downcast::<PyTuple>() {
                for p in t.as_slice() {
                    push(&mut out, p);
                }
            }
        } else if PyTuple::check(a) || PyList::check(a) {
            for p in collect_parameters(&crate::iter::collect(a)?)?.as_slice() {
                push(&mut out, p);
            }
        }
    }
    PyTuple::from_vec(out)
}

/// Arguments with `parameters` replaced by `item` (one, or a tuple).
pub fn substitute(
    alias: &PyObject,
    args: &PyTuple,
    parameters: &PyTuple,
    item: &PyObject,
) -> PyResult<Vec<Py>> {
    let n = parameters.len();
    if n == 0 {
        return raise!(TypeError, "{} is not a generic class", alias.repr()?);
    }
    let mut items: Vec<Py> = match item.downcast::<PyTuple>() {
        Some(t) => t.as_slice().to_vec(),
        None => vec![item.new_ref()],
    };
    items = unpack(items)?;
    for p in parameters.as_slice() {
        if let Some(prepare) = p.get_attr_opt(crate::intern!("__typing_prepare_subst__"))?
            && !crate::is_none(&prepare)
        {
            let t = PyTuple::from_vec(items)?;
            let r = crate::call::call(&prepare, &[alias, t.as_object()])?;
            items = crate::iter::collect(&r)?;
        }
    }
    if items.len() != n {
        let word = if items.len() > n { "many" } else { "few" };
        return raise!(
            TypeError,
            "Too {word} arguments for {}; actual {}, expected {n}",
            alias.repr()?,
            items.len()
        );
    }
    let value_of = |p: &Py| {
        parameters
            .as_slice()
            .iter()
            .position(|q| q.is(p.get()))
            .map(|i| items[i].clone())
    };
    let mut out = Vec::with_capacity(args.len());
    for a in args.as_slice() {
        if PyTypeObject::check(a) {
            out.push(a.clone());
            continue;
        }
        let unpacked = is_unpacked_typevartuple(a)?;
        if let Some(subst) = a.get_attr_opt(crate::intern!("__typing_subst__"))?
            && let Some(v) = value_of(a)
        {
            out.push(crate::call::call(&subst, &[&v])?);
        } else if PyTuple::check(a) || PyList::check(a) {
            let inner = crate::iter::collect(a)?;
            let t = PyTuple::from_vec(inner.clone())?;
            let used = collect_parameters(&inner)?;
            if used.is_empty() {
                out.push(a.clone());
            } else {
                let vals: Vec<Py> = used.as_slice().iter().filter_map(value_of).collect();
                let r = substitute(alias, &t, &used, PyTuple::from_vec(vals)?.as_object())?;
                out.push(if PyTuple::check(a) {
                    PyTuple::from_vec(r)?.into_object()
                } else {
                    PyList::from_vec(r)?.into_object()
                });
            }
        } else if let Some(sub) = a.get_attr_opt(crate::intern!("__parameters__"))?
            && let Some(sub) = sub.downcast::<PyTuple>()
            && !sub.is_empty()
        {
            let mut vals = Vec::new();
            for p in sub.as_slice() {
                let Some(v) = value_of(p) else { continue };
                // the value of a type variable tuple is a tuple, spread
                if p.ty().full_name() == "typing.TypeVarTuple"
                    && let Some(t) = v.downcast::<PyTuple>()
                {
                    vals.extend(t.as_slice().iter().cloned());
                } else {
                    vals.push(v);
                }
            }
            let r = a.get_item(PyTuple::from_vec(vals)?.as_object())?;
            if unpacked && let Some(t) = r.downcast::<PyTuple>() {
                out.extend(t.as_slice().iter().cloned());
            } else {
                out.push(r);
            }
        } else {
            out.push(a.clone());
        }
    }
    Ok(out)
}

fn is_unpacked_typevartuple(obj: &PyObject) -> PyResult<bool> {
    match obj.get_attr_opt(crate::intern!("__typing_is_unpacked_typevartuple__"))? {
        Some(v) => v.is_true(),
        None => Ok(false),
    }
}

/// `*tuple[int, str]` among the items stands for its members.
fn unpack(items: Vec<Py>) -> PyResult<Vec<Py>> {
    let mut out = Vec::with_capacity(items.len());
    for i in items {
        if !PyTypeObject::check(&i)
            && let Some(sub) = i.get_attr_opt(crate::intern!("__typing_unpacked_tuple_args__"))?
            && let Some(t) = sub.downcast::<PyTuple>()
            && !t.as_slice().last().is_some_and(|l| l.is(&*crate::ellipsis()))
        {
            out.extend(t.as_slice().iter().cloned());
        } else {
            out.push(i);
        }
    }
    Ok(out)
}

/// Attributes of the alias itself; all others are the origin's.
const OWN: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];
const BLOCKED: &[&str] = &["__bases__", "__copy__", "__deepcopy__"];

impl PyGenericAlias {
    fn origin(&self) -> Py {
        self.origin.get().unwrap_or_else(crate::none)
    }
    fn members(&self) -> PyResult<Py<PyTuple>> {
        match self.args.get() {
            Some(a) => Ok(a),
            None => PyTuple::empty(),
        }
    }
    fn params(&self) -> PyResult<Py<PyTuple>> {
        if let Some(p) = self.parameters.get() {
            return Ok(p);
        }
        let p = collect_parameters(self.members()?.as_slice())?;
        self.parameters.set(Some(p.clone()));
        Ok(p)
    }
}

#[pymethods(signature = "(origin, args, /)")]
impl PyGenericAlias {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<PyGenericAlias>> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            return raise!(TypeError, "GenericAlias() takes no keyword arguments");
        }
        crate::args::check_positional("GenericAlias", args.len(), 2, 2)?;
        make(cls, &args.as_slice()[0], &args.as_slice()[1], false)
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let args = self.members()?;
        let inner = if args.is_empty() {
            "()".to_string()
        } else {
            args.as_slice()
                .iter()
                .map(|a| type_repr(a))
                .collect::<PyResult<Vec<_>>>()?
                .join(", ")
        };
        let star = if self.starred.get() { "*" } else { "" };
        Ok(PyStr::new_wtf8_lossy(&format!("{star}{}[{inner}]", type_repr(&self.origin())?))?.into_object())
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        Ok(self.origin().hash()? ^ self.members()?.as_object().hash()?)
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let obj = crate::call::call_tuple_dict(&self.origin(), args, kwargs)?;
        let r = obj.set_attr(crate::intern!("__orig_class__"), Some(self.as_object()));
        if r.is_err() {
            if !crate::error::matches::<crate::exceptions::AttributeError>()
                && !crate::error::matches::<crate::exceptions::TypeError>()
            {
                return Err(crate::Raised);
            }
            crate::error::clear();
        }
        Ok(obj)
    }
    #[slot]
    fn tp_getattro(&self, name: &PyObject) -> PyResult {
        let n = crate::str::attribute_name(name)?;
        if !PyTypeObject::check(name) && !OWN.iter().any(|o| n.eq_str(o)) {
            if BLOCKED.iter().any(|o| n.eq_str(o)) {
                // SAFETY: the generic look-up.
                return unsafe { crate::typeobject::generic_getattr(self.as_object(), name) };
            }
            return self.origin().get_attr(n);
        }
        // SAFETY: the generic look-up.
        unsafe { crate::typeobject::generic_getattr(self.as_object(), name) }
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let (true, Some(o)) = (
            matches!(op, CompareOp::Eq | CompareOp::Ne),
            other.downcast::<PyGenericAlias>(),
        ) else {
            return Ok(crate::not_implemented());
        };
        let same = self.starred.get() == o.starred.get()
            && self.origin().equals(&o.origin())?
            && self.members()?.as_object().equals(o.members()?.as_object())?;
        Ok(crate::bool::py_bool(same == (op == CompareOp::Eq)))
    }
    #[slot]
    fn mp_subscript(&self, item: &PyObject) -> PyResult {
        let new = substitute(self.as_object(), &*self.members()?, &*self.params()?, item)?;
        let r = make(
            PyGenericAlias::type_object(),
            &self.origin(),
            PyTuple::from_vec(new)?.as_object(),
            self.starred.get(),
        )?;
        Ok(r.into_object())
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        crate::union::or(a, b)
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        let one = make(
            PyGenericAlias::type_object(),
            &self.origin(),
            self.members()?.as_object(),
            true,
        )?;
        crate::iter::get_iter(PyTuple::from_vec(vec![one.into_object()])?.as_object())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        visit.field(&self.origin);
        visit.field(&self.args);
        visit.field(&self.parameters);
    }
    #[getter]
    fn __origin__(&self) -> Option<Py> {
        self.origin.get()
    }
    #[getter]
    fn __args__(&self) -> Option<Py<PyTuple>> {
        self.args.get()
    }
    #[getter]
    fn __parameters__(&self) -> PyResult<Py<PyTuple>> {
        self.params()
    }
    #[getter]
    fn __unpacked__(&self) -> bool {
        self.starred.get()
    }
    #[getter]
    fn __typing_unpacked_tuple_args__(&self) -> Option<Py<PyTuple>> {
        let tuple = std::ptr::eq(&*self.origin(), PyTuple::type_object().as_object());
        if self.starred.get() && tuple {
            self.args.get()
        } else {
            None
        }
    }
    #[method("($self, object, /)")]
    fn __mro_entries__(&self, _bases: &PyObject) -> PyResult<Py<PyTuple>> {
        PyTuple::from_vec(vec![self.origin()])
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        if self.starred.get() {
            let next = crate::hooks::import("builtins")?.get_attr(crate::intern!("next"))?;
            let plain = make(
                PyGenericAlias::type_object(),
                &self.origin(),
                self.members()?.as_object(),
                false,
            )?;
            let it = crate::iter::get_iter(plain.as_object())?;
            return crate::IntoPy::into_py((next, PyTuple::from_vec(vec![it])?));
        }
        let class = self.as_object().ty().as_object().new_ref();
        crate::IntoPy::into_py((class, (self.origin(), self.members()?)))
    }
    #[method("($self, object, /)")]
    fn __instancecheck__(&self, _instance: &PyObject) -> PyResult {
        raise!(
            TypeError,
            "isinstance() argument 2 cannot be a parameterized generic"
        )
    }
    #[method("($self, object, /)")]
    fn __subclasscheck__(&self, _subclass: &PyObject) -> PyResult {
        raise!(
            TypeError,
            "issubclass() argument 2 cannot be a parameterized generic"
        )
    }
}
