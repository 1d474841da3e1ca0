//! `_abc`: what `abc.ABCMeta` is made of: registries, caches and the counter that makes caches invalid.
//!
//! Each abstract class has an `_abc._abc_data` with sets of weak references: classes registered, classes known to be
//! subclasses, classes known not to be.

use crate::callable::{Invoke, entry};
use object::typeobject::{flags, vectorcallfunc};
use object::{
    Field, FuncArgs, GilCell, IntoPy, Py, PyClass, PyDict, PyLayout, PyObject, PyResult, PySet, PyStr,
    PyTuple, PyTypeObject, Visitor, call, intern, pyclass, pymethods, pymodule, raise, weakref,
};

/// `_abc`
pub struct Abc;

/// Counts registrations: a negative cache is good for one value of it.
static INVALIDATION_COUNTER: GilCell<u64> = GilCell::new(0);

/// `_abc._abc_data`
#[pyclass(name = "_abc._abc_data", flags(HAVE_GC))]
#[repr(C)]
pub struct AbcData {
    ob_base: PyObject,
    registry: Field<PySet>,
    cache: Field<PySet>,
    negative_cache: Field<PySet>,
    negative_version: GilCell<u64>,
}

#[pymethods]
impl AbcData {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py<AbcData>> {
        object::new_instance::<AbcData>(cls, |this| {
            // SAFETY: a fresh, zeroed instance.
            unsafe { (*this).negative_version.set(INVALIDATION_COUNTER.get()) }
        })
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.registry);
        visit.field(&self.cache);
        visit.field(&self.negative_cache);
    }
    #[slot]
    fn tp_clear(&self) {
        self.registry.set(None);
        self.cache.set(None);
        self.negative_cache.set(None);
    }
}

/// The callback of a weak reference in a set: takes the reference out.
#[pyclass(name = "_abc._destroy", flags(HAVE_GC, HAVE_VECTORCALL, DISALLOW_INSTANTIATION), vectorcall = vectorcall)]
#[repr(C)]
pub struct Destroy {
    ob_base: PyObject,
    vectorcall: GilCell<Option<vectorcallfunc>>,
    /// A weak reference to the set.
    set: Field,
}

impl Invoke for Destroy {
    fn invoke(&self, args: FuncArgs<'_>) -> PyResult {
        let set = self.set.get().and_then(|r| weakref::get_referent(&r));
        if let (Some(set), Some(dead)) = (set, args.pos.first())
            && let Some(set) = set.downcast::<PySet>()
        {
            set.discard(dead)?;
        }
        Ok(object::none())
    }
}

#[pymethods]
impl Destroy {
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let mut holder = Vec::new();
        self.invoke(FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.set);
    }
}

/// Whether a set of weak references has this class.
fn in_weak_set(set: &Field<PySet>, class: &PyObject) -> PyResult<bool> {
    let Some(set) = set.get().filter(|s| !s.is_empty()) else {
        return Ok(false);
    };
    match weakref::new_ref(class, None) {
        Ok(reference) => set.contains(&reference),
        Err(raised) => {
            if object::error::matches::<object::exceptions::TypeError>() {
                object::error::clear();
                return Ok(false);
            }
            Err(raised)
        }
    }
}

fn add_to_weak_set(field: &Field<PySet>, class: &PyObject) -> PyResult<()> {
    let set = match field.get() {
        Some(s) => s,
        None => {
            let s = PySet::new()?;
            field.set(Some(s.clone()));
            s
        }
    };
    let weak_set = weakref::new_ref(set.as_object(), None)?;
    let callback = object::new_object(Destroy {
        ob_base: PyObject::new_head(Destroy::type_object()),
        vectorcall: GilCell::new(Some(entry::<Destroy> as vectorcallfunc)),
        set: Field::new(Some(weak_set)),
    })?;
    let reference = weakref::new_ref(class, Some(callback.as_object()))?;
    set.add(&reference)
}

/// The data of an abstract class.
fn data_of(class: &PyObject) -> PyResult<Py<AbcData>> {
    let data = class.get_attr(intern!("_abc_impl"))?;
    match data.downcast_into::<AbcData>() {
        Ok(d) => Ok(d),
        Err(_) => raise!(TypeError, "_abc_impl is set to a wrong type"),
    }
}

fn is_abstract(value: &PyObject) -> PyResult<bool> {
    match value.get_attr_opt(intern!("__isabstractmethod__"))? {
        Some(mark) => mark.is_true(),
        None => Ok(false),
    }
}

/// Finds out which methods of a class are still abstract: `__abstractmethods__`.
fn compute_abstract_methods(class: &PyObject) -> PyResult<()> {
    let abstracts = PySet::new()?;
    let namespace = class.get_attr(intern!("__dict__"))?;
    let items = namespace.call_method(intern!("items"), &[])?;
    for pair in object::iter::collect(&items)? {
        let Some(pair) = pair.downcast::<PyTuple>() else {
            return raise!(TypeError, "Iteration over class dict.items() returned non-tuple");
        };
        let [key, value] = pair.as_slice() else {
            return raise!(
                TypeError,
                "Iteration over class dict.items() returned item which is not a 2-tuple"
            );
        };
        if is_abstract(value)? {
            abstracts.add(key)?;
        }
    }
    let bases = class.get_attr(intern!("__bases__"))?;
    let Some(bases) = bases.downcast::<PyTuple>() else {
        return raise!(TypeError, "__bases__ is not tuple");
    };
    for base in bases.as_slice() {
        let Some(inherited) = base.get_attr_opt(intern!("__abstractmethods__"))? else {
            continue;
        };
        for name in object::iter::collect(&inherited)? {
            let Some(key) = name.downcast::<PyStr>() else {
                return raise!(
                    TypeError,
                    "attribute name must be string, not '{}'",
                    name.ty().full_name()
                );
            };
            if let Some(value) = class.get_attr_opt(key)?
                && is_abstract(&value)?
            {
                abstracts.add(&name)?;
            }
        }
    }
    let frozen = PySet::frozen_from_iterable(abstracts.as_object())?;
    class.set_attr(intern!("__abstractmethods__"), Some(frozen.as_object()))
}

fn subclass_check(cls: &PyObject, subclass: &PyObject) -> PyResult<bool> {
    if !PyTypeObject::check(subclass) {
        return raise!(TypeError, "issubclass() arg 1 must be a class");
    }
    let data = data_of(cls)?;
    if in_weak_set(&data.cache, subclass)? {
        return Ok(true);
    }
    let now = INVALIDATION_COUNTER.get();
    if data.negative_version.get() < now {
        if let Some(set) = data.negative_cache.get() {
            set.clear();
        }
        data.negative_version.set(now);
    } else if in_weak_set(&data.negative_cache, subclass)? {
        return Ok(false);
    }
    let verdict = cls.call_method(intern!("__subclasshook__"), &[subclass])?;
    if verdict.is(object::bool::true_ref()) {
        add_to_weak_set(&data.cache, subclass)?;
        return Ok(true);
    }
    if verdict.is(object::bool::false_ref()) {
        add_to_weak_set(&data.negative_cache, subclass)?;
        return Ok(false);
    }
    if !object::singletons::is_not_implemented(&verdict) {
        return raise!(
            AssertionError,
            "__subclasshook__ must return either False, True, or NotImplemented"
        );
    }
    // a direct subclass?
    if let (Some(s), Some(c)) = (
        subclass.downcast::<PyTypeObject>(),
        cls.downcast::<PyTypeObject>(),
    ) && s.is_subtype(c)
    {
        add_to_weak_set(&data.cache, subclass)?;
        return Ok(true);
    }
    // a subclass of a registered class?
    if in_weak_set(&data.registry, subclass)? {
        add_to_weak_set(&data.cache, subclass)?;
        return Ok(true);
    }
    let registered = data.registry.get().map_or_else(Vec::new, |s| s.to_vec());
    for reference in registered {
        if let Some(class) = weakref::get_referent(&reference)
            && object::protocol::is_subclass(subclass, &class)?
        {
            add_to_weak_set(&data.cache, subclass)?;
            return Ok(true);
        }
    }
    // a subclass of a subclass?
    let subclasses = cls.call_method(intern!("__subclasses__"), &[])?;
    for class in object::iter::collect(&subclasses)? {
        if object::protocol::is_subclass(subclass, &class)? {
            add_to_weak_set(&data.cache, subclass)?;
            return Ok(true);
        }
    }
    add_to_weak_set(&data.negative_cache, subclass)?;
    Ok(false)
}

/// The flags of pattern matching that an abstract class passes on to what is registered with it.
const COLLECTION_FLAGS: std::ffi::c_ulong = flags::SEQUENCE | flags::MAPPING;

#[pymodule(name = "_abc")]
impl Abc {
    #[exec]
    fn exec(_module: &object::PyModule) -> PyResult<()> {
        object::class::ready::<AbcData>()?;
        object::class::ready::<Destroy>()
    }
    #[function("($module, /)")]
    fn get_cache_token() -> u64 {
        INVALIDATION_COUNTER.get()
    }
    #[function("($module, self, /)")]
    fn _abc_init(class: &PyObject) -> PyResult<()> {
        compute_abstract_methods(class)?;
        let data = call::call(AbcData::type_object().as_object(), &[])?;
        class.set_attr(intern!("_abc_impl"), Some(&data))?;
        // a class says by `__abc_tpflags__` how patterns see its instances
        if let Some(ty) = class.downcast::<PyTypeObject>()
            && let Some(dict) = ty.tp_dict.get()
            && let Some(value) = dict.get_str(intern!("__abc_tpflags__"))?
        {
            if let Some(value) = value.downcast_exact::<object::PyInt>() {
                let wanted = value.to_i64().unwrap_or(0) as std::ffi::c_ulong;
                if wanted & COLLECTION_FLAGS == COLLECTION_FLAGS {
                    return raise!(
                        TypeError,
                        "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"
                    );
                }
                ty.tp_flags.set(ty.tp_flags.get() | wanted & COLLECTION_FLAGS);
            }
            dict.pop_item(intern!("__abc_tpflags__").as_object())?;
        }
        Ok(())
    }
    #[function("($module, self, /)")]
    fn _reset_registry(class: &PyObject) -> PyResult<()> {
        if let Some(set) = data_of(class)?.registry.get() {
            set.clear();
        }
        Ok(())
    }
    #[function("($module, self, /)")]
    fn _reset_caches(class: &PyObject) -> PyResult<()> {
        let data = data_of(class)?;
        for field in [&data.cache, &data.negative_cache] {
            if let Some(set) = field.get() {
                set.clear();
            }
        }
        Ok(())
    }
    #[function("($module, self, /)")]
    fn _get_dump(class: &PyObject) -> PyResult<Py<PyTuple>> {
        let data = data_of(class)?;
        let copy = |field: &Field<PySet>| -> PyResult {
            match field.get() {
                Some(s) => Ok(s.copy()?.into_object()),
                None => Ok(PySet::new()?.into_object()),
            }
        };
        PyTuple::from_array([
            copy(&data.registry)?,
            copy(&data.cache)?,
            copy(&data.negative_cache)?,
            data.negative_version.get().into_py()?,
        ])
    }
    #[function("($module, self, subclass, /)")]
    fn _abc_register(class: &PyObject, subclass: &PyObject) -> PyResult {
        let Some(sub) = subclass.downcast::<PyTypeObject>() else {
            return raise!(TypeError, "Can only register classes");
        };
        if object::protocol::is_subclass(subclass, class)? {
            return Ok(subclass.new_ref());
        }
        // the other way round there would be a cycle
        if object::protocol::is_subclass(class, subclass)? {
            return raise!(RuntimeError, "Refusing to create an inheritance cycle");
        }
        let data = data_of(class)?;
        add_to_weak_set(&data.registry, subclass)?;
        INVALIDATION_COUNTER.set(INVALIDATION_COUNTER.get() + 1);
        if let Some(class) = class.downcast::<PyTypeObject>() {
            let collection = class.tp_flags.get() & COLLECTION_FLAGS;
            if collection != 0 {
                set_collection_flags(sub, collection)?;
            }
        }
        Ok(subclass.new_ref())
    }
    #[function("($module, self, instance, /)")]
    fn _abc_instancecheck(class: &PyObject, instance: &PyObject) -> PyResult {
        let data = data_of(class)?;
        let subclass = instance.get_attr(intern!("__class__"))?;
        if in_weak_set(&data.cache, &subclass)? {
            return Ok(object::bool::py_bool(true));
        }
        let subtype = object::class::type_ref(instance.ty());
        if subtype.is(subclass.get()) {
            if data.negative_version.get() == INVALIDATION_COUNTER.get()
                && in_weak_set(&data.negative_cache, &subclass)?
            {
                return Ok(object::bool::py_bool(false));
            }
            return class.call_method(intern!("__subclasscheck__"), &[&subclass]);
        }
        let result = class.call_method(intern!("__subclasscheck__"), &[&subclass])?;
        if result.is_true()? {
            return Ok(result);
        }
        class.call_method(intern!("__subclasscheck__"), &[&subtype])
    }
    #[function("($module, self, subclass, /)")]
    fn _abc_subclasscheck(class: &PyObject, subclass: &PyObject) -> PyResult<bool> {
        subclass_check(class, subclass)
    }
}

/// Sets the flags on a class and what derives from it, except where a class cannot be changed.
fn set_collection_flags(class: &PyTypeObject, collection: std::ffi::c_ulong) -> PyResult<()> {
    if class.has(flags::IMMUTABLETYPE) || class.tp_flags.get() & COLLECTION_FLAGS == collection {
        return Ok(());
    }
    class
        .tp_flags
        .set(class.tp_flags.get() & !COLLECTION_FLAGS | collection);
    let subclasses = object::class::type_ref(class).call_method(intern!("__subclasses__"), &[])?;
    for sub in object::iter::collect(&subclasses)? {
        if let Some(sub) = sub.downcast::<PyTypeObject>() {
            set_collection_flags(sub, collection)?;
        }
    }
    Ok(())
}
