//! `collections.OrderedDict`: a dict whose order can be changed, with views and iterators of its own.
//!
//! `dict` keeps the order of insertion already; what is here moves items, compares by order, and notices changes
//! during iteration.

use crate::make;
use object::containers::guarded_repr;
use object::dict::{PyDictItems, PyDictKeys, PyDictValuesView, key_error};
use object::{
    CompareOp, Field, FuncArgs, GilCell, IntoPy, Py, PyClass, PyDict, PyLayout, PyList, PyObject, PyResult,
    PyStr, PyTuple, PyTypeObject, Visitor, call, class, iter, pyclass, pymethods, raise,
};

/// Bytes of one of CPython's list nodes, for `__sizeof__`.
const NODE_BYTES: usize = 32;

/// `collections.OrderedDict`
#[pyclass(name = "collections.OrderedDict", type = PyODict_Type, base = PyDict,
          flags(BASETYPE, DICT_SUBCLASS, MAPPING, MATCH_SELF, HAVE_GC), dict = inst_dict, weaklist = weakreflist)]
#[repr(C)]
pub struct OrderedDict {
    dict: PyDict,
    /// Changes with the set of keys and their order.
    state: GilCell<usize>,
    _reserved: [usize; 5],
    inst_dict: Field,
    weakreflist: GilCell<*mut PyObject>,
}
const _: () = assert!(size_of::<OrderedDict>() == 112);

pub fn ready_types() -> PyResult<()> {
    class::ready::<OdictKeys>()?;
    class::ready::<OdictValues>()?;
    class::ready::<OdictItems>()?;
    class::ready::<OdictIter>()
}

impl OrderedDict {
    fn changed(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }

    /// Runs a change of the dict and notes whether keys came or went.
    fn noting<T>(&self, change: impl FnOnce(&PyDict) -> PyResult<T>) -> PyResult<T> {
        let n = self.dict.len();
        let result = change(&self.dict);
        if self.dict.len() != n {
            self.changed();
        }
        result
    }

    fn is_exact(&self) -> bool {
        OrderedDict::check_exact(self.as_object())
    }

    /// Takes a key's item out, through the methods of a subclass if it is one.
    fn pop_key(&self, key: &PyObject) -> PyResult<Option<Py>> {
        if self.is_exact() {
            return self.noting(|d| d.pop_item(key));
        }
        if !self.as_object().contains(key)? {
            return Ok(None);
        }
        let value = self.as_object().get_item(key)?;
        self.as_object().set_item(key, None)?;
        Ok(Some(value))
    }

    /// The items in order as a plain dict, for the repr.
    fn plain(&self) -> PyResult<Py> {
        if self.is_exact() {
            return Ok(PyDict::from_pairs(self.dict.items_vec())?.into_object());
        }
        let items = self.as_object().call_method(object::intern!("items"), &[])?;
        let plain = PyDict::new()?;
        plain.update(&items, true)?;
        Ok(plain.into_object())
    }
}

/// `MutableMapping.update` on any object: from a mapping, or pairs, and keywords.
fn update(target: &PyObject, other: Option<&PyObject>, kwargs: &[(Py, Py)]) -> PyResult<()> {
    if let Some(other) = other {
        update_from(target, other)?;
    }
    for (key, value) in kwargs {
        target.set_item(key, Some(value))?;
    }
    Ok(())
}

fn update_from(target: &PyObject, other: &PyObject) -> PyResult<()> {
    if let Some(dict) = other.downcast_exact::<PyDict>() {
        for (key, value) in dict.items_vec() {
            target.set_item(&key, Some(&value))?;
        }
        return Ok(());
    }
    if let Some(keys) = other.get_attr_opt(object::intern!("keys"))? {
        let keys = call::call(&keys, &[])?;
        let it = iter::get_iter(&keys)?;
        while let Some(key) = iter::next(&it)? {
            let value = other.get_item(&key)?;
            target.set_item(&key, Some(&value))?;
        }
        return Ok(());
    }
    let pairs = match other.get_attr_opt(object::intern!("items"))? {
        Some(items) => call::call(&items, &[])?,
        None => other.new_ref(),
    };
    let it = iter::get_iter(&pairs)?;
    while let Some(pair) = iter::next(&it)? {
        let parts = iter::collect(&pair)?;
        let n = parts.len();
        match <[Py; 2]>::try_from(parts) {
            Ok([key, value]) => target.set_item(&key, Some(&value))?,
            Err(_) if n < 2 => {
                return raise!(
                    ValueError,
                    "need more than {n} value{} to unpack",
                    if n == 1 { "" } else { "s" }
                );
            }
            Err(_) => return raise!(ValueError, "too many values to unpack (expected 2)"),
        }
    }
    Ok(())
}

#[pymethods]
impl OrderedDict {
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        if args.len() > 1 {
            return raise!(TypeError, "expected at most 1 argument, got {}", args.len());
        }
        let kwargs = kwargs.map_or_else(Vec::new, |k| k.items_vec());
        update(self.as_object(), args.get(0), &kwargs)
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end; weak references and the instance's dict go first, the rest is `dict`'s.
        unsafe {
            object::gc::untrack(&*op);
            let od = (*op).downcast_unchecked::<OrderedDict>();
            if !od.weakreflist.get().is_null() {
                object::weakref::clear_weakrefs(&*op);
            }
            drop(od.inst_dict.take());
            if let Some(dealloc) = PyDict::type_object().tp_dealloc.get() {
                dealloc(op);
            }
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.inst_dict);
        if let Some(traverse) = PyDict::type_object().tp_traverse.get() {
            let (function, arg) = visit.parts();
            // SAFETY: the collector's own function and argument, passed on.
            let result = unsafe { traverse(self.as_object(), function, arg) };
            visit.set_result(result);
        }
    }
    #[slot]
    fn tp_clear(&self) {
        self.inst_dict.set(None);
        self.dict.clear();
        self.changed();
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let name = self.as_object().ty().name().to_string();
        if self.dict.is_empty() {
            return PyStr::new(&format!("{name}()"));
        }
        guarded_repr(self.as_object(), "...", |out| {
            let plain = self.plain()?;
            out.push(&*PyStr::new(&name)?);
            out.push_ascii("(");
            out.push_repr(&plain)?;
            out.push_ascii(")");
            Ok(())
        })
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let (Some(dict), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<PyDict>(), op) else {
            return Ok(object::not_implemented());
        };
        let mut equal = self.dict.equal(dict)?;
        if equal && let Some(other) = other.downcast::<OrderedDict>() {
            let (state_a, state_b) = (self.state.get(), other.state.get());
            let (mut a, mut b) = (0, 0);
            while let (Some((x, _)), Some((y, _))) =
                (self.dict.next_entry(&mut a), other.dict.next_entry(&mut b))
            {
                let same = x.equals(&y)?;
                if self.state.get() != state_a || other.state.get() != state_b {
                    return raise!(RuntimeError, "OrderedDict mutated during iteration");
                }
                if !same {
                    equal = false;
                    break;
                }
            }
        }
        Ok(object::bool::py_bool(equal == (op == CompareOp::Eq)))
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        OdictIter::make(self, Kind::Keys, false)
    }
    #[slot]
    fn mp_ass_subscript(&self, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            Some(value) => self.noting(|d| d.set_item(key, value)),
            None => match self.noting(|d| d.pop_item(key))? {
                Some(_) => Ok(()),
                None => Err(key_error(key)),
            },
        }
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        if !PyDict::check(a) || !PyDict::check(b) {
            return Ok(object::not_implemented());
        }
        let own = if OrderedDict::check(a) { a } else { b };
        let new = call::call(&class::type_ref(own.ty()), &[a])?;
        update_from(&new, b)?;
        Ok(new)
    }
    #[slot]
    fn nb_inplace_or(&self, other: &PyObject) -> PyResult {
        update_from(self.as_object(), other)?;
        Ok(self.as_object().new_ref())
    }

    #[classmethod("($type, /, iterable, value=None)")]
    fn fromkeys(cls: &PyTypeObject, iterable: &PyObject, value: Option<&PyObject>) -> PyResult {
        let none = object::none();
        let value = value.unwrap_or(&none);
        let new = call::call(&class::type_ref(cls), &[])?;
        let it = iter::get_iter(iterable)?;
        while let Some(key) = iter::next(&it)? {
            new.set_item(&key, Some(value))?;
        }
        Ok(new)
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        self.dict.byte_size() + self.dict.table_size() * size_of::<usize>() + self.dict.len() * NODE_BYTES
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let state = self
            .as_object()
            .call_method(object::intern!("__getstate__"), &[])?;
        let items = self.as_object().call_method(object::intern!("items"), &[])?;
        let it = iter::get_iter(&items)?;
        let ty = class::type_ref(self.as_object().ty());
        Ok(
            PyTuple::from_array([ty, PyTuple::empty()?.into_object(), state, object::none(), it])?
                .into_object(),
        )
    }
    #[method("($self, /, key, default=None)")]
    fn setdefault(&self, key: &PyObject, default: Option<&PyObject>) -> PyResult {
        let none = object::none();
        let default = default.unwrap_or(&none);
        if self.is_exact() {
            return self.noting(|d| d.set_default(key, default));
        }
        if self.as_object().contains(key)? {
            return self.as_object().get_item(key);
        }
        self.as_object().set_item(key, Some(default))?;
        Ok(default.new_ref())
    }
    #[method("($self, /, key, default=<unrepresentable>)")]
    fn pop(&self, key: &PyObject, default: Option<&PyObject>) -> PyResult {
        if let Some(value) = self.pop_key(key)? {
            return Ok(value);
        }
        // a subclass may know what is missing
        if !self.is_exact()
            && default.is_none()
            && let Some(missing) =
                object::typeobject::lookup_special(self.as_object(), object::intern!("__missing__"))?
        {
            return call::call(&missing, &[key]);
        }
        match default {
            Some(d) => Ok(d.new_ref()),
            None => Err(key_error(key)),
        }
    }
    #[method("($self, /, last=True)")]
    fn popitem(&self, last: Option<bool>) -> PyResult<Py<PyTuple>> {
        let last = last.unwrap_or(true);
        let found = if self.is_exact() {
            self.noting(|d| if last { d.pop_last() } else { d.pop_first() })?
        } else {
            let key = if last {
                self.dict.keys_vec().pop()
            } else {
                self.dict.next_entry(&mut 0).map(|(k, _)| k)
            };
            match key {
                None => None,
                Some(key) => match self.pop_key(&key)? {
                    Some(value) => Some((key, value)),
                    None => return Err(key_error(&key)),
                },
            }
        };
        match found {
            Some((key, value)) => PyTuple::pair(key, value),
            None => raise!(KeyError, "dictionary is empty"),
        }
    }
    #[method("($self, /)")]
    fn keys(&self) -> PyResult<Py<OdictKeys>> {
        object::new_object(OdictKeys(PyDictKeys::with_type(
            OdictKeys::type_object(),
            &self.dict,
        )))
    }
    #[method("($self, /)")]
    fn values(&self) -> PyResult<Py<OdictValues>> {
        object::new_object(OdictValues(PyDictValuesView::with_type(
            OdictValues::type_object(),
            &self.dict,
        )))
    }
    #[method("($self, /)")]
    fn items(&self) -> PyResult<Py<OdictItems>> {
        object::new_object(OdictItems(PyDictItems::with_type(
            OdictItems::type_object(),
            &self.dict,
        )))
    }
    #[method("($self, *args, **kwargs)", nosig, raw, name = "update")]
    fn py_update(&self, args: FuncArgs<'_>) -> PyResult<()> {
        if args.pos.len() > 1 {
            return raise!(
                TypeError,
                "update() takes at most 1 positional argument ({} given)",
                args.pos.len()
            );
        }
        let kwargs: Vec<(Py, Py)> = args
            .keywords()
            .iter()
            .map(|(k, v)| (k.new_ref(), v.new_ref()))
            .collect();
        update(self.as_object(), args.pos.first().copied(), &kwargs)
    }
    #[method("($self, /)")]
    fn clear(&self) {
        self.dict.clear();
        self.changed();
    }
    #[method("($self, /)")]
    fn copy(&self) -> PyResult {
        if self.is_exact() {
            let new = call::call(OrderedDict::type_object().as_object(), &[])?;
            if let Some(dict) = new.downcast::<PyDict>() {
                for (key, value) in self.dict.items_vec() {
                    dict.set_item_owned(key, value)?;
                }
            }
            return Ok(new);
        }
        let new = call::call(&class::type_ref(self.as_object().ty()), &[])?;
        for key in self.dict.keys_vec() {
            let value = self.as_object().get_item(&key)?;
            new.set_item(&key, Some(&value))?;
        }
        Ok(new)
    }
    #[method("($self, /)")]
    fn __reversed__(&self) -> PyResult {
        OdictIter::make(self, Kind::Keys, true)
    }
    #[method("($self, /, key, last=True)")]
    fn move_to_end(&self, key: &PyObject, last: Option<bool>) -> PyResult<()> {
        if !self.dict.move_to_end(key, last.unwrap_or(true))? {
            return Err(key_error(key));
        }
        self.changed();
        Ok(())
    }
    #[getter]
    fn __dict__(&self) -> PyResult {
        crate::instance_dict(&self.inst_dict)
    }
    #[setter(__dict__)]
    fn set_dict(&self, value: Option<&PyObject>) -> PyResult<()> {
        crate::set_instance_dict(&self.inst_dict, value)
    }
}

/// What an iterator gives.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Keys = 0,
    Values,
    Items,
}

macro_rules! odict_view {
    ($name:ident, $base:ident, $pyname:literal, $kind:ident) => {
        #[doc = concat!("`", $pyname, "`")]
        #[pyclass(name = $pyname, base = $base, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
        #[repr(transparent)]
        pub struct $name($base);

        impl $name {
            fn iterator(&self, reversed: bool) -> PyResult {
                match self.0.dict() {
                    Some(d) => match d.as_object().downcast::<OrderedDict>() {
                        Some(od) => OdictIter::make(od, Kind::$kind, reversed),
                        None => Ok(object::none()),
                    },
                    None => Ok(object::none()),
                }
            }
        }

        #[pymethods]
        impl $name {
            #[slot]
            fn tp_iter(&self) -> PyResult {
                self.iterator(false)
            }
            #[method("($self, /)", nosig)]
            fn __reversed__(&self) -> PyResult {
                self.iterator(true)
            }
        }
    };
}
odict_view!(OdictKeys, PyDictKeys, "odict_keys", Keys);
odict_view!(OdictValues, PyDictValuesView, "odict_values", Values);
odict_view!(OdictItems, PyDictItems, "odict_items", Items);

/// `odict_iterator`
#[pyclass(name = "odict_iterator", flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct OdictIter {
    ob_base: PyObject,
    /// Nothing at the end.
    od: Field<OrderedDict>,
    kind: Kind,
    state: usize,
    size: usize,
    /// Position of the next entry of the dict.
    pos: GilCell<usize>,
    /// Of a reversed iterator: the keys that are still to come, last first.
    keys: Field<PyList>,
}

impl OdictIter {
    fn make(od: &OrderedDict, kind: Kind, reversed: bool) -> PyResult {
        let keys = if reversed {
            Some(PyList::from_vec(od.dict.keys_vec())?)
        } else {
            None
        };
        let made: Py<OdictIter> = make!(
            OdictIter::type_object(),
            OdictIter {
                kind,
                state: od.state.get(),
                size: od.dict.len(),
                od: Field::from_ref(od),
                keys: Field::new(keys),
            }
        )?;
        Ok(made.into_object())
    }

    fn entry(&self, od: &OrderedDict) -> PyResult<Option<(Py, Py)>> {
        let Some(keys) = self.keys.get() else {
            let mut pos = self.pos.get();
            let found = od.dict.next_entry(&mut pos);
            self.pos.set(pos);
            return Ok(found);
        };
        let Some(key) = keys.remove_at(keys.len().wrapping_sub(1))? else {
            return Ok(None);
        };
        match od.dict.get_item(&key)? {
            Some(value) => Ok(Some((key, value))),
            None => Err(key_error(&key)),
        }
    }
}

#[pymethods]
impl OdictIter {
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(od) = self.od.get() else {
            return Ok(None);
        };
        if od.state.get() != self.state {
            self.od.set(None);
            return raise!(RuntimeError, "OrderedDict mutated during iteration");
        }
        if od.dict.len() != self.size {
            self.od.set(None);
            return raise!(RuntimeError, "OrderedDict changed size during iteration");
        }
        let Some((key, value)) = self.entry(&od)? else {
            self.od.set(None);
            return Ok(None);
        };
        match self.kind {
            Kind::Keys => Ok(Some(key)),
            Kind::Values => Ok(Some(value)),
            Kind::Items => Ok(Some(PyTuple::pair(key, value)?.into_object())),
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.od);
        visit.field(&self.keys);
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let rest = PyList::new()?;
        if let Some(od) = self.od.get() {
            let copy: Py<OdictIter> = make!(
                OdictIter::type_object(),
                OdictIter {
                    od: Field::new(Some(od)),
                    kind: self.kind,
                    state: self.state,
                    size: self.size,
                    pos: GilCell::new(self.pos.get()),
                    keys: Field::new(match self.keys.get() {
                        Some(k) => Some(PyList::from_vec(k.to_vec())?),
                        None => None,
                    }),
                }
            )?;
            while let Some(item) = copy.tp_iternext()? {
                rest.append(item)?;
            }
        }
        let args = PyTuple::from_vec(vec![rest.into_object()])?;
        (object::containers::builtin("iter")?, args).into_py()
    }
}
