//! `_functools`: `reduce`, `partial` with placeholders, `cmp_to_key` and the cache behind `lru_cache`.

use crate::callable::{Invoke, entry};
use crate::make;
use object::args::{ArgSpec, py_slice};
use object::cfunction::PyMethod;
use object::containers::guarded_repr;
use object::typeobject::vectorcallfunc;
use object::{
    CompareOp, Field, FuncArgs, GilCell, IntoPy, Py, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult,
    PyStr, PyTuple, PyTypeObject, Visitor, call, class, error, is_none, iter, number, pyclass, pymethods,
    pymodule, raise,
};

/// `_functools`
pub struct Functools;

#[pymodule(name = "_functools", types(PlaceholderType, Partial, LruCache))]
impl Functools {
    #[function("($module, function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(function: &PyObject, iterable: &PyObject, initial: Option<&PyObject>) -> PyResult {
        let it = match iter::get_iter(iterable) {
            Ok(it) => it,
            Err(raised) => {
                if error::matches::<object::exceptions::TypeError>() {
                    error::clear();
                    return raise!(TypeError, "reduce() arg 2 must support iteration");
                }
                return Err(raised);
            }
        };
        let mut result = initial.map(|i| i.new_ref());
        while let Some(item) = iter::next(&it)? {
            result = Some(match result {
                None => item,
                Some(r) => call::call(function, &[&r, &item])?,
            });
        }
        match result {
            Some(r) => Ok(r),
            None => raise!(TypeError, "reduce() of empty iterable with no initial value"),
        }
    }

    #[function("($module, /, mycmp)")]
    fn cmp_to_key(mycmp: &PyObject) -> PyResult {
        KeyWrapper::make(Some(mycmp), None)
    }

    #[exec]
    fn exec(module: &object::PyModule) -> PyResult<()> {
        class::ready::<KeyWrapper>()?;
        class::ready::<LruLink>()?;
        module.add("Placeholder", placeholder()?.as_object())
    }
}

/// `functools._PlaceholderType`
#[pyclass(name = "functools._PlaceholderType")]
#[repr(transparent)]
pub struct PlaceholderType(PyObject);

/// `functools.Placeholder`, the one instance.
fn placeholder() -> PyResult<&'static PlaceholderType> {
    static ONLY: GilCell<Option<&'static PlaceholderType>> = GilCell::new(None);
    if let Some(p) = ONLY.get() {
        return Ok(p);
    }
    let made = object::new_object(PlaceholderType(
        PyObject::new_head(PlaceholderType::type_object()),
    ))?;
    made.as_object().set_immortal();
    // SAFETY: immortal objects are never freed.
    let made: &'static PlaceholderType = unsafe { &*made.into_ptr() };
    ONLY.set(Some(made));
    Ok(made)
}

fn is_placeholder(obj: &PyObject) -> bool {
    PlaceholderType::check_exact(obj)
}

#[pymethods]
impl PlaceholderType {
    #[slot]
    fn tp_new(_cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        if !args.is_empty() || kwargs.is_some_and(|k| !k.is_empty()) {
            return raise!(TypeError, "PlaceholderType takes no arguments");
        }
        Ok(placeholder()?.as_object().new_ref())
    }
    #[slot]
    fn tp_repr(&self) -> &'static str {
        "Placeholder"
    }
    #[slot]
    unsafe fn tp_dealloc(_op: *mut PyObject) {}
    #[method("($self, /)")]
    fn __reduce__(&self) -> &'static str {
        "Placeholder"
    }
}

/// `functools.partial`
#[pyclass(name = "functools.partial", flags(BASETYPE, HAVE_GC, HAVE_VECTORCALL), dict = dict, weaklist = weakreflist,
          vectorcall = vectorcall)]
#[repr(C)]
pub struct Partial {
    ob_base: PyObject,
    func: Field,
    args: Field<PyTuple>,
    kw: Field<PyDict>,
    dict: Field,
    weakreflist: GilCell<*mut PyObject>,
    vectorcall: GilCell<Option<vectorcallfunc>>,
    /// Number of placeholders among `args`.
    placeholders: GilCell<usize>,
}

fn count_placeholders(args: &[Py]) -> usize {
    args.iter().filter(|a| is_placeholder(a)).count()
}

/// Puts new arguments into the places of placeholders; what is left over follows.
fn fill<'a>(old: &'a [Py], new: &[&'a PyObject]) -> Vec<&'a PyObject> {
    let mut rest = new.iter();
    let mut all: Vec<&PyObject> = Vec::with_capacity(old.len() + new.len());
    for arg in old {
        all.push(if is_placeholder(arg) {
            rest.next().copied().unwrap_or(arg)
        } else {
            arg
        });
    }
    all.extend(rest.copied());
    all
}

impl Invoke for Partial {
    fn invoke(&self, call: FuncArgs<'_>) -> PyResult {
        let (Some(func), Some(args), Some(kw)) = (self.func.get(), self.args.get(), self.kw.get()) else {
            return raise!(TypeError, "partial object is not initialized");
        };
        let wanted = self.placeholders.get();
        if call.pos.len() < wanted {
            return raise!(
                TypeError,
                "missing positional arguments in 'partial' call; expected at least {wanted}, got {}",
                call.pos.len()
            );
        }
        let pos = fill(args.as_slice(), call.pos);
        if kw.is_empty() {
            return call::call_args(&func, &FuncArgs { pos: &pos, ..call });
        }
        let mut items = kw.items_vec();
        for (name, value) in call.keywords().iter() {
            let mut known = None;
            for (i, (key, _)) in items.iter().enumerate() {
                if key.is(name) || key.equals(name)? {
                    known = Some(i);
                    break;
                }
            }
            match known {
                Some(i) => items[i].1 = value.new_ref(),
                None => items.push((name.new_ref(), value.new_ref())),
            }
        }
        let (names, values): (Vec<Py>, Vec<Py>) = items.into_iter().unzip();
        let names = PyTuple::from_vec(names)?;
        call::call_args(
            &func,
            &FuncArgs {
                pos: &pos,
                kwvalues: py_slice(&values),
                kwnames: Some(&names),
            },
        )
    }
}

#[pymethods]
impl Partial {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<Partial>> {
        let Some(func) = args.get(0) else {
            return raise!(TypeError, "type 'partial' takes at least one argument");
        };
        if !func.is_callable() {
            return raise!(TypeError, "the first argument must be callable");
        }
        let new_args = args.slice(1, args.len())?;
        if new_args.as_slice().last().is_some_and(|a| is_placeholder(a)) {
            return raise!(TypeError, "trailing Placeholders are not allowed");
        }
        let kwargs = kwargs.filter(|k| !k.is_empty());
        if let Some(kwargs) = kwargs
            && kwargs.items_vec().iter().any(|(_, v)| is_placeholder(v))
        {
            return raise!(TypeError, "Placeholder cannot be passed as a keyword argument");
        }
        // a partial of a partial is made one, unless the inner one has attributes of its own
        let inner = func.downcast::<Partial>().filter(|p| p.dict.is_none());
        let (mut func, mut all_args, mut kw) = (func.new_ref(), new_args, None);
        if let Some(inner) = inner
            && let (Some(f), Some(a), Some(k)) = (inner.func.get(), inner.args.get(), inner.kw.get())
        {
            func = f;
            let merged = fill(a.as_slice(), py_slice(all_args.as_slice()));
            all_args = PyTuple::from_refs(&merged)?;
            if !k.is_empty() {
                kw = Some(k.copy()?);
            }
        }
        let kw = match (kw, kwargs) {
            (Some(kw), Some(new)) => {
                kw.update(new.as_object(), true)?;
                kw
            }
            (Some(kw), None) => kw,
            (None, Some(new)) => new.copy()?,
            (None, None) => PyDict::new()?,
        };
        make!(
            cls,
            Partial {
                placeholders: GilCell::new(count_placeholders(all_args.as_slice())),
                func: Field::new(Some(func)),
                args: Field::new(Some(all_args)),
                kw: Field::new(Some(kw)),
                vectorcall: GilCell::new(Some(entry::<Partial> as vectorcallfunc)),
            }
        )
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let mut holder = Vec::new();
        self.invoke(FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?)
    }
    #[slot]
    fn tp_descr_get(&self, obj: Option<&PyObject>, _ty: Option<&PyObject>) -> PyResult {
        match obj.filter(|o| !is_none(o)) {
            Some(obj) => Ok(PyMethod::new(self.as_object(), obj)?.into_object()),
            None => Ok(self.as_object().new_ref()),
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.func);
        visit.field(&self.args);
        visit.field(&self.kw);
        visit.field(&self.dict);
    }
    #[slot]
    fn tp_clear(&self) {
        self.func.set(None);
        self.args.set(None);
        self.kw.set(None);
        self.dict.set(None);
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let ty = self.as_object().ty().as_object();
        let name = format!(
            "{}.{}",
            ty.get_attr(object::intern!("__module__"))?.str()?.get(),
            ty.get_attr(object::intern!("__qualname__"))?.str()?.get()
        );
        guarded_repr(self.as_object(), "...", |out| {
            out.push(&*PyStr::new(&name)?);
            out.push_ascii("(");
            if let Some(func) = self.func.get() {
                out.push_repr(&func)?;
            }
            if let Some(args) = self.args.get() {
                for arg in args.as_slice() {
                    out.push_ascii(", ");
                    out.push_repr(arg)?;
                }
            }
            if let Some(kw) = self.kw.get() {
                for (key, value) in kw.items_vec() {
                    out.push_ascii(", ");
                    out.push(&*key.str()?);
                    out.push_ascii("=");
                    out.push_repr(&value)?;
                }
            }
            out.push_ascii(")");
            Ok(())
        })
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let or_none = |o: Option<Py>| o.unwrap_or_else(object::none);
        let func = or_none(self.func.get());
        let state = PyTuple::from_array([
            func.clone(),
            or_none(self.args.get().map(Py::into_object)),
            or_none(self.kw.get().map(Py::into_object)),
            or_none(self.dict.get()),
        ])?;
        let ty = class::type_ref(self.as_object().ty());
        (ty, PyTuple::from_vec(vec![func])?, state).into_py()
    }
    #[method("($self, object, /)")]
    fn __setstate__(&self, state: &PyObject) -> PyResult<()> {
        let invalid = || raise!(TypeError, "invalid partial state");
        let Some(state) = state.downcast::<PyTuple>() else {
            return invalid();
        };
        let [func, args, kw, dict] = state.as_slice() else {
            return invalid();
        };
        let (Some(args), true) = (args.downcast::<PyTuple>(), func.is_callable()) else {
            return invalid();
        };
        let kw = match kw.downcast::<PyDict>() {
            Some(k) if PyDict::check_exact(k.as_object()) => k.new_ref(),
            Some(k) => k.copy()?,
            None if is_none(kw) => PyDict::new()?,
            None => return invalid(),
        };
        if args.as_slice().last().is_some_and(|a| is_placeholder(a)) {
            return raise!(TypeError, "trailing Placeholders are not allowed");
        }
        let args = PyTuple::from_refs(py_slice(args.as_slice()))?;
        self.placeholders.set(count_placeholders(args.as_slice()));
        self.func.set(Some(func.clone()));
        self.args.set(Some(args));
        self.kw.set(Some(kw));
        self.dict
            .set(if is_none(dict) { None } else { Some(dict.clone()) });
        Ok(())
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        object::containers::class_getitem(cls, item)
    }
    #[getter(name = "func")]
    fn py_func(&self) -> Option<Py> {
        self.func.get()
    }
    #[getter(name = "args")]
    fn py_args(&self) -> Option<Py<PyTuple>> {
        self.args.get()
    }
    #[getter(name = "keywords")]
    fn py_keywords(&self) -> Option<Py<PyDict>> {
        self.kw.get()
    }
    #[getter]
    fn __dict__(&self) -> PyResult {
        crate::instance_dict(&self.dict)
    }
    #[setter(__dict__)]
    fn set_dict(&self, value: Option<&PyObject>) -> PyResult<()> {
        crate::set_instance_dict(&self.dict, value)
    }
}

/// `functools.KeyWrapper`: an object that compares by a comparison function; without an object, the maker of such.
#[pyclass(name = "functools.KeyWrapper", flags(HAVE_GC))]
#[repr(C)]
pub struct KeyWrapper {
    ob_base: PyObject,
    cmp: Field,
    object: Field,
}

impl KeyWrapper {
    fn make(cmp: Option<&PyObject>, obj: Option<&PyObject>) -> PyResult {
        let made = object::new_object(KeyWrapper {
            ob_base: PyObject::new_head(KeyWrapper::type_object()),
            cmp: Field::new(cmp.map(|c| c.new_ref())),
            object: Field::new(obj.map(|o| o.new_ref())),
        })?;
        Ok(made.into_object())
    }
}

#[pymethods]
impl KeyWrapper {
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        static SPEC: ArgSpec = ArgSpec {
            fname: "K",
            names: &["obj"],
            required: &[true],
            pos_only: 0,
            pos: 1,
            min_pos: 1,
            varargs: false,
            varkw: false,
        };
        let mut holder = Vec::new();
        let mut places = [None];
        SPEC.parse(
            &FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?,
            &mut places,
        )?;
        let cmp = self.cmp.get();
        KeyWrapper::make(cmp.as_deref(), places[0])
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<KeyWrapper>() else {
            return raise!(TypeError, "other argument must be K instance");
        };
        let (Some(x), Some(y), Some(cmp)) = (self.object.get(), other.object.get(), self.cmp.get()) else {
            return raise!(AttributeError, "object");
        };
        let order = call::call(&cmp, &[&x, &y])?;
        order.rich_compare(PyInt::from_i64(0)?.as_object(), op)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.cmp);
        visit.field(&self.object);
    }
    #[slot]
    fn tp_clear(&self) {
        self.cmp.set(None);
        self.object.set(None);
    }
    #[getter]
    fn obj(&self) -> Option<Py> {
        self.object.get()
    }
    #[setter(obj)]
    fn set_obj(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.object.set(value.map(|v| v.new_ref()));
        Ok(())
    }
}

/// `functools._lru_list_elem`: a cached result in the list of the least recently used.
#[pyclass(name = "functools._lru_list_elem", flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct LruLink {
    ob_base: PyObject,
    prev: GilCell<*const LruLink>,
    next: GilCell<*const LruLink>,
    hash: isize,
    key: Field,
    result: Field,
}

#[pymethods]
impl LruLink {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.key);
        visit.field(&self.result);
    }
}

impl LruLink {
    fn make(key: Option<Py>, hash: isize, result: Option<Py>) -> PyResult<Py<LruLink>> {
        object::new_object(LruLink {
            ob_base: PyObject::new_head(LruLink::type_object()),
            prev: GilCell::new(std::ptr::null()),
            next: GilCell::new(std::ptr::null()),
            hash,
            key: Field::new(key),
            result: Field::new(result),
        })
    }

    fn in_list(&self) -> bool {
        !self.next.get().is_null()
    }

    /// Takes the link out of its list; the list's reference is the caller's.
    fn extract(&self) -> Option<Py<LruLink>> {
        if !self.in_list() {
            return None;
        }
        // SAFETY: links in a list, and the root, are kept alive by the list; each link in it is owned once by it.
        unsafe {
            (*self.prev.get()).next.set(self.next.get());
            (*self.next.get()).prev.set(self.prev.get());
            self.prev.set(std::ptr::null());
            self.next.set(std::ptr::null());
            Some(Py::from_owned_ptr(self as *const LruLink as *mut LruLink))
        }
    }

    /// Puts a link (with the list's reference) at the end, before the root.
    fn append_to(this: Py<LruLink>, root: &LruLink) {
        let link = this.into_ptr();
        // SAFETY: the root and its neighbours are alive; the reference goes to the list.
        unsafe {
            let last = root.prev.get();
            (*last).next.set(link);
            (*link).prev.set(last);
            (*link).next.set(root);
            root.prev.set(link);
        }
    }
}

/// How much a cache holds.
#[derive(Clone, Copy)]
enum Capacity {
    Nothing = 0,
    Everything,
    Bounded,
}

/// `functools._lru_cache_wrapper`
#[pyclass(name = "functools._lru_cache_wrapper", flags(BASETYPE, HAVE_GC, METHOD_DESCRIPTOR), dict = dict,
          weaklist = weakreflist)]
#[repr(C)]
pub struct LruCache {
    ob_base: PyObject,
    /// The list's beginning and end: owned, next and prev are itself while it is empty.
    root: Field<LruLink>,
    capacity: GilCell<Capacity>,
    typed: GilCell<bool>,
    cache: Field<PyDict>,
    hits: GilCell<isize>,
    misses: GilCell<isize>,
    maxsize: GilCell<isize>,
    func: Field,
    info_type: Field,
    dict: Field,
    weakreflist: GilCell<*mut PyObject>,
}

/// What stands between positional and keyword arguments in a key.
fn keyword_mark() -> PyResult {
    static MARK: GilCell<Option<&'static PyObject>> = GilCell::new(None);
    if let Some(m) = MARK.get() {
        return Ok(m.new_ref());
    }
    let made = call::call(object::typeobject::PyBaseObject_Type.as_object(), &[])?;
    made.set_immortal();
    // SAFETY: immortal objects are never freed.
    MARK.set(Some(unsafe { &*made.clone().into_ptr() }));
    Ok(made)
}

impl LruCache {
    fn key(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let typed = self.typed.get();
        let kwargs = kwargs.filter(|k| !k.is_empty());
        if !typed && kwargs.is_none() {
            if let [only] = args.as_slice()
                && (PyStr::check_exact(only) || PyInt::check_exact(only))
            {
                return Ok(only.clone());
            }
            return Ok(args.as_object().new_ref());
        }
        let mut key: Vec<Py> = args.as_slice().to_vec();
        let items = kwargs.map_or_else(Vec::new, |k| k.items_vec());
        if !items.is_empty() {
            key.push(keyword_mark()?);
            for (name, value) in &items {
                key.push(name.clone());
                key.push(value.clone());
            }
        }
        if typed {
            key.extend(args.as_slice().iter().map(|a| class::type_ref(a.ty())));
            key.extend(items.iter().map(|(_, v)| class::type_ref(v.ty())));
        }
        Ok(PyTuple::from_vec(key)?.into_object())
    }

    fn miss(&self) {
        self.misses.set(self.misses.get() + 1);
    }
    fn hit(&self) {
        self.hits.set(self.hits.get() + 1);
    }

    fn bounded(&self, func: &PyObject, cache: &PyDict, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let Some(root) = self.root.get() else {
            return call::call_tuple_dict(func, args, kwargs);
        };
        let key = self.key(args, kwargs)?;
        let hash = key.hash()?;
        let link_of = |found: Option<Py>| found.and_then(|f| f.downcast_into::<LruLink>().ok());
        if let Some(link) = link_of(cache.get_item_known_hash(&key, hash)?) {
            if let Some(link) = link.extract() {
                LruLink::append_to(link, &root);
            }
            self.hit();
            return Ok(link.result.get().unwrap_or_else(object::none));
        }
        self.miss();
        let result = call::call_tuple_dict(func, args, kwargs)?;
        if cache.get_item_known_hash(&key, hash)?.is_some() {
            // it has been cached during the call: that entry stays
            return Ok(result);
        }
        if (cache.len() as isize) < self.maxsize.get() {
            let link = LruLink::make(Some(key.clone()), hash, Some(result.clone()))?;
            cache.set_item_known_hash(&key, hash, link.as_object())?;
            LruLink::append_to(link, &root);
            return Ok(result);
        }
        // the oldest makes room
        // SAFETY: the root's neighbour is alive while it is in the list.
        let oldest = unsafe { &*root.next.get() };
        if std::ptr::eq(oldest, &*root) {
            return Ok(result);
        }
        let Some(oldest) = oldest.extract() else {
            return Ok(result);
        };
        let Some(old_key) = oldest.key.get() else {
            return Ok(result);
        };
        let popped = match cache.pop_known_hash(&old_key, oldest.hash) {
            Ok(popped) => popped,
            Err(raised) => {
                LruLink::append_to(oldest, &root);
                return Err(raised);
            }
        };
        if popped.is_none() {
            // somebody has taken it out already: the link is nobody's
            return Ok(result);
        }
        let link = LruLink::make(Some(key.clone()), hash, Some(result.clone()))?;
        cache.set_item_known_hash(&key, hash, link.as_object())?;
        LruLink::append_to(link, &root);
        Ok(result)
    }

    /// Empties the list; its links are the caller's to drop.
    fn take_links(&self) -> Vec<Py<LruLink>> {
        let mut links = Vec::new();
        if let Some(root) = self.root.get() {
            // SAFETY: the root's neighbour is alive while it is in the list.
            while let Some(link) = unsafe { &*root.next.get() }.take_unless(&root) {
                links.push(link);
            }
        }
        links
    }
}

impl LruLink {
    fn take_unless(&self, root: &LruLink) -> Option<Py<LruLink>> {
        if std::ptr::eq(self, root) {
            None
        } else {
            self.extract()
        }
    }
}

#[pymethods]
impl LruCache {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<LruCache>> {
        static SPEC: ArgSpec = ArgSpec {
            fname: "lru_cache",
            names: &["user_function", "maxsize", "typed", "cache_info_type"],
            required: &[true; 4],
            pos_only: 0,
            pos: 4,
            min_pos: 4,
            varargs: false,
            varkw: false,
        };
        let mut holder = Vec::new();
        let mut places = [None; 4];
        SPEC.parse(
            &FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?,
            &mut places,
        )?;
        let [Some(func), Some(maxsize), Some(typed), Some(info_type)] = places else {
            return error::missing_argument();
        };
        if !func.is_callable() {
            return raise!(TypeError, "the first argument must be callable");
        }
        let (capacity, size) = if is_none(maxsize) {
            (Capacity::Everything, -1)
        } else if maxsize.has_index() {
            match number::index_as_isize(maxsize)? {
                n if n <= 0 => (Capacity::Nothing, 0),
                n => (Capacity::Bounded, n),
            }
        } else {
            return raise!(TypeError, "maxsize should be integer or None");
        };
        let typed = typed.is_true()?;
        let root = LruLink::make(None, 0, None)?;
        root.next.set(&*root);
        root.prev.set(&*root);
        make!(
            cls,
            LruCache {
                root: Field::new(Some(root)),
                capacity: GilCell::new(capacity),
                typed: GilCell::new(typed),
                cache: Field::new(Some(PyDict::new()?)),
                maxsize: GilCell::new(size),
                func: Field::from_ref(func),
                info_type: Field::from_ref(info_type),
            }
        )
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let (Some(func), Some(cache)) = (self.func.get(), self.cache.get()) else {
            return raise!(TypeError, "the cache has been cleared away");
        };
        match self.capacity.get() {
            Capacity::Nothing => {
                self.miss();
                call::call_tuple_dict(&func, args, kwargs)
            }
            Capacity::Everything => {
                let key = self.key(args, kwargs)?;
                let hash = key.hash()?;
                if let Some(found) = cache.get_item_known_hash(&key, hash)? {
                    self.hit();
                    return Ok(found);
                }
                self.miss();
                let result = call::call_tuple_dict(&func, args, kwargs)?;
                cache.set_item_known_hash(&key, hash, &result)?;
                Ok(result)
            }
            Capacity::Bounded => self.bounded(&func, &cache, args, kwargs),
        }
    }
    #[slot]
    fn tp_descr_get(&self, obj: Option<&PyObject>, _ty: Option<&PyObject>) -> PyResult {
        match obj.filter(|o| !is_none(o)) {
            Some(obj) => Ok(PyMethod::new(self.as_object(), obj)?.into_object()),
            None => Ok(self.as_object().new_ref()),
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        // SAFETY: nothing changes while the links are visited.
        if let Some(root) = unsafe { self.root.borrow() } {
            let mut at = root.next.get();
            while !at.is_null() && !std::ptr::eq(at, root) {
                visit.raw(at as *mut PyObject);
                // SAFETY: links in the list are alive.
                at = unsafe { (*at).next.get() };
            }
        }
        visit.field(&self.cache);
        visit.field(&self.func);
        visit.field(&self.info_type);
        visit.field(&self.dict);
    }
    #[slot]
    fn tp_clear(&self) {
        let links = self.take_links();
        self.cache.set(None);
        self.func.set(None);
        self.info_type.set(None);
        self.dict.set(None);
        drop(links);
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end; links leave the list before the root goes; the rest is the generated
        // deallocator's.
        unsafe {
            object::gc::untrack(&*op);
            let links = (*op).downcast_unchecked::<LruCache>().take_links();
            drop(links);
            object::alloc::generic_dealloc::<LruCache>(op);
        }
    }
    #[method("($self, /)")]
    fn cache_info(&self) -> PyResult {
        let (Some(make), Some(cache)) = (self.info_type.get(), self.cache.get()) else {
            return Ok(object::none());
        };
        let maxsize = match self.capacity.get() {
            Capacity::Everything => object::none(),
            _ => self.maxsize.get().into_py()?,
        };
        let (hits, misses) = (self.hits.get().into_py()?, self.misses.get().into_py()?);
        let size = (cache.len() as isize).into_py()?;
        call::call(&make, &[&hits, &misses, &maxsize, &size])
    }
    #[method("($self, /)")]
    fn cache_clear(&self) {
        let links = self.take_links();
        self.hits.set(0);
        self.misses.set(0);
        if let Some(cache) = self.cache.get() {
            cache.clear();
        }
        drop(links);
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        self.as_object().get_attr(object::intern!("__qualname__"))
    }
    #[method("($self, /)", nosig)]
    fn __copy__(&self) -> Py {
        self.as_object().new_ref()
    }
    #[method("($self, *args)", nosig, raw)]
    fn __deepcopy__(&self, _args: FuncArgs<'_>) -> Py {
        self.as_object().new_ref()
    }
    #[getter]
    fn __dict__(&self) -> PyResult {
        crate::instance_dict(&self.dict)
    }
    #[setter(__dict__)]
    fn set_dict(&self, value: Option<&PyObject>) -> PyResult<()> {
        crate::set_instance_dict(&self.dict, value)
    }
}

/// Makes the module.
pub fn create() -> PyResult {
    class::set_type_signature(Partial::type_object(), c"{}(func, /, *args, **keywords)\n--\n\n");
    class::create_module::<Functools>()
}
