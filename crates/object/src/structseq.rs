//! Struct sequences (`structseq.h`): tuples whose items have names too, some of them beyond the tuple's length.

use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::{PyObject, PyVarObject};
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::{PyMemberDef, PyTypeObject, flags, member, visitproc};
use crate::{PyDict, PyInt};
use std::ffi::{CString, c_int, c_void};

/// Takes away the constructor: the only instance is the one that there is.
pub fn disallow_instantiation(class: &PyTypeObject) -> PyResult<()> {
    if let Some(dict) = class.tp_dict.get() {
        dict.del_item(crate::intern!("__new__").as_object())?;
    }
    class
        .tp_flags
        .set(class.tp_flags.get() | flags::DISALLOW_INSTANTIATION);
    class.tp_new.set(None);
    crate::typeobject::modified(class);
    Ok(())
}

/// A class: all fields, of which the first `n_sequence` are the tuple's items. A field named "" is unnamed.
pub fn new_class(name: &str, doc: &str, fields: &[&str], n_sequence: usize) -> PyResult<Py<PyTypeObject>> {
    let (module, short) = name.rsplit_once('.').unwrap_or(("", name));
    let ns = PyDict::new()?;
    let set_int = |k: &str, n: usize| ns.set_item(&*PyStr::new(k)?, &*PyInt::from_i64(n as i64)?);
    set_int("n_fields", fields.len())?;
    set_int("n_sequence_fields", n_sequence)?;
    set_int("n_unnamed_fields", fields.iter().filter(|f| f.is_empty()).count())?;
    let slots = crate::intern!("__slots__");
    ns.set_item(slots, &*PyTuple::empty()?)?;
    // a class that names no module is one of `builtins`, not of the module that happens to run
    let module = if module.is_empty() { "builtins" } else { module };
    ns.set_item(crate::intern!("__module__"), &*PyStr::new(module)?)?;
    let text = if doc.is_empty() {
        crate::doc::marker().new_ref()
    } else {
        PyStr::new(doc)?.into_object()
    };
    ns.set_item(crate::intern!("__doc__"), &*text)?;
    let named: Vec<Py> = fields[..n_sequence]
        .iter()
        .filter(|f| !f.is_empty())
        .map(|f| Ok(crate::intern::intern_str(f)?.into_object()))
        .collect::<PyResult<_>>()?;
    ns.set_item(crate::intern!("__match_args__"), &*PyTuple::from_vec(named)?)?;
    let bases = PyTuple::from_refs(&[PyTuple::type_object().as_object()])?;
    let class = crate::call::call(
        PyTypeObject::type_object().as_object(),
        &[PyStr::new(short)?.as_object(), bases.as_object(), ns.as_object()],
    )?;
    let Ok(class) = class.downcast_into::<PyTypeObject>() else {
        return crate::error::bad_internal_call();
    };
    let Some(dict) = class.tp_dict.get() else {
        return crate::error::bad_internal_call();
    };
    dict.del_item(slots.as_object())?;
    let first = std::mem::offset_of!(PyTuple, ob_item);
    for (i, f) in fields.iter().enumerate() {
        if f.is_empty() {
            continue;
        }
        let cname = CString::new(*f).unwrap_or_default();
        // classes of this kind live for ever
        let def: &'static PyMemberDef = Box::leak(Box::new(PyMemberDef::new(
            Box::leak(cname.into_boxed_c_str()),
            member::T_OBJECT,
            first + i * size_of::<Py>(),
            member::READONLY,
        )));
        let n = crate::intern::intern_str(f)?;
        dict.set_item(&*n, &*crate::descr::new_member_descriptor(&class, def, &n)?)?;
    }
    let cname = CString::new(name).unwrap_or_default();
    class.tp_name.set(Box::leak(cname.into_boxed_c_str()).as_ptr());
    crate::typeobject::add_methods(&class, &dict, METHODS)?;
    class.tp_new.set(Some(structseq_new));
    class.tp_repr.set(Some(structseq_repr));
    class.tp_dealloc.set(Some(structseq_dealloc));
    class.tp_traverse.set(Some(structseq_traverse));
    class
        .tp_flags
        .set(class.tp_flags.get() & !flags::BASETYPE | flags::IMMUTABLETYPE);
    crate::typeobject::add_own_repr(&class, &dict)?;
    crate::typeobject::modified(&class);
    crate::descr::add_new_wrapper(&class, &dict)?;
    class.as_object().set_immortal();
    Ok(class)
}

fn field_count(ty: &PyTypeObject, name: &str) -> usize {
    let n = || -> PyResult<usize> {
        let v = ty.as_object().get_attr_str(name)?;
        Ok(crate::number::index_as_isize(&v)?.max(0) as usize)
    };
    n().unwrap_or_else(|_| {
        crate::error::clear();
        0
    })
}

/// The names of all fields, in order.
fn field_names(ty: &PyTypeObject) -> Vec<String> {
    let Some(d) = ty.tp_dict.get() else {
        return Vec::new();
    };
    let mut out = vec![String::new(); field_count(ty, "n_fields")];
    let first = std::mem::offset_of!(PyTuple, ob_item) as isize;
    for (k, v) in d.items_vec() {
        if let (Some(k), Some(m)) = (k.downcast::<PyStr>(), v.downcast::<crate::descr::PyMemberDescr>()) {
            let i = (m.def().offset - first) / size_of::<Py>() as isize;
            if let Some(place) = usize::try_from(i).ok().and_then(|i| out.get_mut(i)) {
                *place = k.to_string();
            }
        }
    }
    out
}

/// All items, those beyond the tuple's length included; borrowed from the object.
fn items(obj: &PyObject) -> &[Py] {
    let n = real_count(obj);
    // SAFETY: an instance has room for all fields, written at creation.
    unsafe { std::slice::from_raw_parts(obj.downcast_unchecked::<PyTuple>().as_slice().as_ptr(), n) }
}

fn real_count(obj: &PyObject) -> usize {
    field_count(obj.ty(), "n_fields")
}

/// An instance from all its values (missing ones are `None`).
pub fn new_instance(class: &PyTypeObject, mut values: Vec<Py>) -> PyResult {
    let (all, visible) = (
        field_count(class, "n_fields"),
        field_count(class, "n_sequence_fields"),
    );
    values.resize_with(all, crate::none);
    let obj = crate::alloc::alloc_untracked(class, all)?;
    // SAFETY: a subclass of tuple with room for all items; written before anybody sees it.
    unsafe {
        let t = obj.downcast_unchecked::<PyTuple>();
        t.ob_hash.set(-1);
        let mut p = t.ob_item.as_ptr() as *mut Py;
        for v in values {
            p.write(v);
            p = p.add(1);
        }
        (*(obj.as_ptr() as *mut PyVarObject))
            .ob_size
            .set(visible as isize);
    }
    crate::gc::track(&obj);
    Ok(obj)
}

unsafe extern "C" fn structseq_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
    let mut dict = None;
    for (k, v) in kwargs.map_or(Vec::new(), |k| k.items_vec()) {
        match k.downcast::<PyStr>() {
            Some(k) if k.eq_str("dict") => dict = Some(v),
            Some(k) if k.eq_str("sequence") => {
                return raise!(
                    TypeError,
                    "{}() argument 'sequence' must be positional",
                    cls.name()
                );
            }
            _ => return raise!(TypeError, "{}() got an unexpected keyword argument", cls.name()),
        }
    }
    crate::args::check_positional(cls.name(), args.len(), 1, 2)?;
    if let Some(d) = args.get(1) {
        dict = Some(d.new_ref());
    }
    let values = match crate::error::catch::<crate::exceptions::TypeError, _>(crate::iter::collect(
        &args.as_slice()[0],
    ))? {
        Some(v) => v,
        None => return raise!(TypeError, "constructor requires a sequence"),
    };
    let dict = dict.filter(|d| !crate::is_none(d));
    if let Some(d) = &dict
        && !PyDict::check(d)
    {
        return raise!(
            TypeError,
            "{}() takes a dict as second arg, if any",
            cls.full_name()
        );
    }
    let (all, visible) = (
        field_count(cls, "n_fields"),
        field_count(cls, "n_sequence_fields"),
    );
    let n = values.len();
    if n < visible || n > all {
        let word = if all == visible {
            "a"
        } else if n < visible {
            "an at least"
        } else {
            "an at most"
        };
        let want = if n < visible { visible } else { all };
        return raise!(
            TypeError,
            "{}() takes {word} {want}-sequence ({n}-sequence given)",
            cls.full_name()
        );
    }
    let mut values = values;
    if let Some(d) = dict.as_ref().and_then(|d| d.downcast::<PyDict>()) {
        let names = field_names(cls);
        for name in &names[n..] {
            let v = d.get_str(&*crate::intern::intern_str(name)?)?;
            values.push(v.unwrap_or_else(crate::none));
        }
    }
    new_instance(cls, values)
}

unsafe extern "C" fn structseq_repr(obj: &PyObject) -> PyResult {
    let ty = obj.ty();
    let names = field_names(ty);
    let visible = field_count(ty, "n_sequence_fields");
    let mut parts = Vec::new();
    let values: Vec<Py> = items(obj)[..visible].to_vec();
    // an unnamed item goes by the name of the next field that has one
    for (name, v) in names.iter().filter(|n| !n.is_empty()).zip(&values) {
        parts.push(format!("{name}={}", v.repr()?));
    }
    Ok(PyStr::new_wtf8_lossy(&format!("{}({})", ty.full_name(), parts.join(", ")))?.into_object())
}

unsafe extern "C" fn structseq_dealloc(op: *mut PyObject) {
    // SAFETY: called once at the end; the class is immortal, all its fields were written.
    unsafe {
        crate::gc::untrack(&*op);
        let all = std::ptr::slice_from_raw_parts_mut(items(&*op).as_ptr() as *mut Py, real_count(&*op));
        std::ptr::drop_in_place(all);
        crate::typeobject::free_object(op);
    }
}

unsafe extern "C" fn structseq_traverse(obj: &PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    let mut v = crate::gc::Visitor::new(visit, arg);
    // the number of fields is asked of the class's dict, which runs no Python code
    for i in items(obj) {
        v.object(i);
    }
    v.result()
}

#[object_macros::pymethods(part = methods)]
impl PyStructMethods {
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let obj = self.as_object();
        let visible = field_count(obj.ty(), "n_sequence_fields");
        let values = items(obj).to_vec();
        let rest = PyDict::new()?;
        for (name, v) in field_names(obj.ty()).iter().zip(&values).skip(visible) {
            rest.set_item(&*PyStr::new(name)?, &**v)?;
        }
        let t = PyTuple::from_vec(values[..visible].to_vec())?;
        let class = obj.ty().as_object().new_ref();
        crate::IntoPy::into_py((
            class,
            PyTuple::from_vec(vec![t.into_object(), rest.into_object()])?,
        ))
    }
    #[method("($self, /, **changes)")]
    fn __replace__(&self, changes: crate::KwArgs<'_>) -> PyResult {
        let obj = self.as_object();
        let names = field_names(obj.ty());
        if names.iter().any(|n| n.is_empty()) {
            return raise!(
                TypeError,
                "__replace__() is not supported for {} because it has unnamed field(s)",
                obj.ty().full_name()
            );
        }
        let mut values = items(obj).to_vec();
        let mut unknown = Vec::new();
        for (k, v) in changes.iter() {
            let k = k.str()?.to_string();
            match names.iter().position(|n| *n == k) {
                Some(i) => values[i] = v.new_ref(),
                None => unknown.push(format!("'{k}'")),
            }
        }
        if !unknown.is_empty() {
            return raise!(
                TypeError,
                "Got unexpected field name(s): [{}]",
                unknown.join(", ")
            );
        }
        new_instance(obj.ty(), values)
    }
}
const METHODS: &[crate::typeobject::PyMethodDef] = PyStructMethods::__PART_methods.methods;

/// The layout of struct sequences: a tuple's.
#[repr(transparent)]
struct PyStructMethods(PyTuple);
// SAFETY: a tuple comes first.
unsafe impl PyLayout for PyStructMethods {}

/// A class and one instance of it.
pub fn make_single(name: &str, doc: &str, fields: &[&str], values: Vec<Py>) -> PyResult {
    let class = new_class(name, doc, fields, fields.len())?;
    new_instance(&class, values)
}

/// A class of which all fields are items.
pub fn make_class(name: &str, doc: &str, fields: &[&str]) -> PyResult {
    Ok(new_class(name, doc, fields, fields.len())?.into_object())
}
