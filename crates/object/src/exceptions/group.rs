//! `BaseExceptionGroup` and `ExceptionGroup` (PEP 654).

use super::*;
use crate::handle::{Field, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::PyTypeObject;
use crate::{PyDict, PyList};
use object_macros::{pyclass, pymethods};

/// `PyBaseExceptionGroupObject`
#[pyclass(name = "BaseExceptionGroup", type = _PyExc_BaseExceptionGroup, base = BaseException,
          flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
#[repr(C)]
pub struct BaseExceptionGroup {
    pub base: BaseException,
    pub msg: Field,
    pub excs: Field<PyTuple>,
    /// What a sequence that is neither list nor tuple showed when it was given.
    shown: Field<PyStr>,
}

/// `ExceptionGroup`: a `BaseExceptionGroup` and an `Exception`.
#[pyclass(name = "ExceptionGroup", base = BaseExceptionGroup, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
#[repr(transparent)]
pub struct ExceptionGroup {
    pub base: BaseExceptionGroup,
}
#[pymethods]
impl ExceptionGroup {}

pub(super) fn ready_exception_group(all: &mut Vec<&'static PyTypeObject>) -> PyResult<()> {
    let ty = ExceptionGroup::type_object();
    let bases = PyTuple::from_refs(&[
        BaseExceptionGroup::type_object().as_object(),
        Exception::type_object().as_object(),
    ])?;
    ty.tp_bases.set(Some(bases));
    crate::class::ready::<ExceptionGroup>()?;
    all.push(ty);
    Ok(())
}

/// How leaves are chosen.
enum Matcher<'a> {
    Types(&'a PyObject),
    Predicate(&'a PyObject),
    /// Leaves by identity, for `except*`.
    Leaves(&'a [Py]),
}

impl Matcher<'_> {
    fn matches(&self, exc: &PyObject) -> PyResult<bool> {
        match self {
            Matcher::Types(t) => Ok(crate::error::given_matches(exc, t)),
            Matcher::Predicate(p) => crate::call::call(p, &[exc])?.is_true(),
            Matcher::Leaves(l) => Ok(l.iter().any(|e| e.is(exc))),
        }
    }
}

fn matcher(cond: &PyObject) -> PyResult<Matcher<'_>> {
    if crate::error::is_exception_class(cond) {
        return Ok(Matcher::Types(cond));
    }
    if let Some(t) = cond.downcast::<PyTuple>()
        && t.as_slice().iter().all(|c| crate::error::is_exception_class(c))
    {
        return Ok(Matcher::Types(cond));
    }
    if cond.is_callable() && !PyTypeObject::check(cond) {
        return Ok(Matcher::Predicate(cond));
    }
    raise!(
        TypeError,
        "expected an exception type, a tuple of exception types, or a callable (other than a class)"
    )
}

impl BaseExceptionGroup {
    pub fn exceptions(&self) -> PyResult<Py<PyTuple>> {
        match self.excs.get() {
            Some(e) => Ok(e),
            None => PyTuple::empty(),
        }
    }
    /// A group of the same kind with other leaves, and this one's traceback, context, cause and notes.
    fn subset(&self, excs: Vec<Py>) -> PyResult<Option<Py>> {
        if excs.is_empty() {
            return Ok(None);
        }
        let list = PyList::from_vec(excs)?;
        let eg = self
            .as_object()
            .call_method(crate::intern!("derive"), &[list.as_object()])?;
        if !BaseExceptionGroup::check(&eg) {
            return raise!(TypeError, "derive must return an instance of BaseExceptionGroup");
        }
        set_traceback(&eg, self.base.traceback.get());
        set_context(&eg, self.base.context.get());
        if let Some(b) = as_base(&eg) {
            b.cause.set(self.base.cause.get());
            b.suppress_context.set(self.base.suppress_context.get());
        }
        if let Some(notes) = self.as_object().get_attr_opt(crate::intern!("__notes__"))?
            && let Some(notes) = notes.downcast::<PyList>()
        {
            let copy = PyList::from_vec(notes.to_vec())?;
            eg.set_attr(crate::intern!("__notes__"), Some(copy.as_object()))?;
        }
        Ok(Some(eg))
    }
    fn split_by(&self, m: &Matcher<'_>, want_rest: bool) -> PyResult<(Option<Py>, Option<Py>)> {
        crate::thread::check_recursion(" in exceptiongroup_split_recursive")?;
        let this = self.as_object();
        if !matches!(m, Matcher::Leaves(_)) && m.matches(this)? {
            return Ok((Some(this.new_ref()), None));
        }
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for e in self.exceptions()?.as_slice() {
            if let Some(g) = e.downcast::<BaseExceptionGroup>() {
                let (a, b) = g.split_by(m, want_rest)?;
                yes.extend(a);
                no.extend(b);
            } else if m.matches(e)? {
                yes.push(e.clone());
            } else {
                no.push(e.clone());
            }
        }
        let yes = self.subset(yes)?;
        let no = if want_rest { self.subset(no)? } else { None };
        Ok((yes, no))
    }
    /// The part of the group that has these leaves (by identity).
    pub fn project(&self, leaves: &[Py]) -> PyResult<Option<Py>> {
        Ok(self.split_by(&Matcher::Leaves(leaves), false)?.0)
    }
    /// `split` by classes, for `except*`.
    pub fn split_types(&self, types: &PyObject) -> PyResult<(Option<Py>, Option<Py>)> {
        self.split_by(&Matcher::Types(types), true)
    }
    /// All leaves, depth first.
    pub fn leaves(&self, out: &mut Vec<Py>) -> PyResult<()> {
        for e in self.exceptions()?.as_slice() {
            match e.downcast::<BaseExceptionGroup>() {
                Some(g) => g.leaves(out)?,
                None => out.push(e.clone()),
            }
        }
        Ok(())
    }
}

#[pymethods]
impl BaseExceptionGroup {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            return raise!(TypeError, "{}.__new__() takes no keyword arguments", cls.name());
        }
        if args.len() != 2 {
            return raise!(
                TypeError,
                "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
                args.len()
            );
        }
        let (msg, excs) = (&args.as_slice()[0], &args.as_slice()[1]);
        if !PyStr::check(msg) {
            return raise!(
                TypeError,
                "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
                msg.ty().full_name()
            );
        }
        let is_sequence =
            excs.ty().as_sequence().is_some_and(|s| s.sq_item.get().is_some()) && !PyDict::check(excs);
        if !is_sequence {
            return raise!(TypeError, "second argument (exceptions) must be a sequence");
        }
        let items = crate::iter::collect(excs)?;
        if items.is_empty() {
            return raise!(
                ValueError,
                "second argument (exceptions) must be a non-empty sequence"
            );
        }
        let mut nested_base = false;
        for (i, e) in items.iter().enumerate() {
            if !crate::error::is_exception(e) {
                return raise!(
                    ValueError,
                    "Item {i} of second argument (exceptions) is not an exception"
                );
            }
            nested_base |= !Exception::check(e);
        }
        let mut class = cls;
        if std::ptr::eq(cls, BaseExceptionGroup::type_object()) {
            if !nested_base {
                class = ExceptionGroup::type_object();
            }
        } else if std::ptr::eq(cls, ExceptionGroup::type_object()) {
            if nested_base {
                return raise!(TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
            }
        } else if nested_base && cls.is_subtype(Exception::type_object()) {
            return raise!(TypeError, "Cannot nest BaseExceptions in '{}'", cls.name());
        }
        let g = crate::new_instance(class, |_: *mut BaseExceptionGroup| {})?;
        g.base.args.set(Some(args.new_ref()));
        g.msg.set(Some(msg.clone()));
        g.excs.set(Some(PyTuple::from_vec(items)?));
        if !PyTuple::check(excs) && !PyList::check(excs) {
            g.shown.set(Some(excs.repr()?));
        }
        Ok(g.into_object())
    }
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            return raise!(
                TypeError,
                "{}() takes no keyword arguments",
                self.as_object().ty().full_name()
            );
        }
        self.base.args.set(Some(args.new_ref()));
        Ok(())
    }
    #[slot]
    fn tp_str(&self) -> PyResult {
        let n = self.exceptions()?.len();
        let msg = self.msg.get().unwrap_or_else(crate::none).str()?;
        let plural = if n > 1 { "s" } else { "" };
        Ok(PyStr::new_wtf8_lossy(&format!("{msg} ({n} sub-exception{plural})"))?.into_object())
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let name = self.as_object().ty().name().to_string();
        let msg = self.msg.get().unwrap_or_else(crate::none).repr()?;
        let excs = self.exceptions()?;
        let given_list = self.base.args()?.get().get(1).is_some_and(PyList::check);
        let list = match self.shown.get() {
            Some(text) => text,
            None if given_list => PyList::from_vec(excs.as_slice().to_vec())?.as_object().repr()?,
            None => excs.as_object().repr()?,
        };
        Ok(PyStr::new_wtf8_lossy(&format!("{name}({msg}, {list})"))?.into_object())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.base.visit(visit);
        visit.field(&self.msg);
        visit.field(&self.excs);
        visit.field(&self.shown);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.clear_fields();
        self.msg.set(None);
        self.excs.set(None);
    }
    #[getter]
    fn message(&self) -> Option<Py> {
        self.msg.get()
    }
    #[getter(name = "exceptions")]
    fn get_exceptions(&self) -> PyResult<Py<PyTuple>> {
        self.exceptions()
    }
    #[method("($self, excs, /)")]
    fn derive(&self, excs: &PyObject) -> PyResult {
        let msg = self.msg.get().unwrap_or_else(crate::none);
        crate::call::call(BaseExceptionGroup::type_object().as_object(), &[&msg, excs])
    }
    #[method("($self, matcher_value, /)")]
    fn split(&self, condition: &PyObject) -> PyResult {
        let (a, b) = self.split_by(&matcher(condition)?, true)?;
        crate::IntoPy::into_py((a, b))
    }
    #[method("($self, matcher_value, /)")]
    fn subgroup(&self, condition: &PyObject) -> PyResult<Option<Py>> {
        Ok(self.split_by(&matcher(condition)?, false)?.0)
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, object: &PyObject) -> PyResult {
        crate::typeobject::generic_alias(cls.as_object(), object)
    }
}
