//! The built-in iterators over other iterables: `iter(sequence)`, `iter(callable, sentinel)`, `enumerate`, `reversed`,
//! `zip`, `map` and `filter`.

use crate::containers::builtin;
use crate::gc::Visitor;
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::refcount::PyObject;
use crate::typeobject::PyTypeObject;
use crate::{CompareOp, FuncArgs, IntoPy, PyDict, PyStr, PyTuple, class, error, iter, number, raise};
use object_macros::{pyclass, pymethods};

pub(crate) fn ready_types() -> PyResult<()> {
    use crate::class::{ready, set_type_signature as signature};
    signature(&PyEnum_Type, c"{}(iterable, start=0)\n--\n\n");
    signature(&PyReversed_Type, c"{}(sequence, /)\n--\n\n");
    signature(&PyZip_Type, c"{}(*iterables, strict=False)\n--\n\n");
    signature(
        &PyMap_Type,
        c"{}(function, iterable, /, *iterables, strict=False)\n--\n\n",
    );
    signature(&PyFilter_Type, c"{}(function, iterable, /)\n--\n\n");
    ready::<PySeqIter>()?;
    ready::<PyCallIter>()?;
    ready::<PyEnumerate>()?;
    ready::<PyReversed>()?;
    ready::<PyZip>()?;
    ready::<PyMap>()?;
    ready::<PyFilter>()
}

/// Whether a class takes keywords that its base does not know: it has its own `__init__`.
fn own_init(cls: &PyTypeObject, base: &PyTypeObject) -> bool {
    !std::ptr::eq(cls, base)
        && cls.tp_init.get().map(|f| f as usize) != base.tp_init.get().map(|f| f as usize)
}

/// `iterator`: over an object that has only `__getitem__`.
#[pyclass(name = "iterator", type = PySeqIter_Type, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PySeqIter {
    pub(crate) ob_base: PyObject,
    index: GilCell<isize>,
    /// Nothing at the end.
    seq: Field,
}

impl PySeqIter {
    pub fn of(seq: &PyObject) -> PyResult {
        let it = crate::alloc::new_object(PySeqIter {
            ob_base: PyObject::new_head(PySeqIter::type_object()),
            index: GilCell::new(0),
            seq: Field::from_ref(seq),
        })?;
        Ok(it.into_object())
    }
}

#[pymethods]
impl PySeqIter {
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(seq) = self.seq.get() else {
            return Ok(None);
        };
        let i = self.index.get();
        if i == isize::MAX {
            return raise!(OverflowError, "iter index too large");
        }
        match seq.sequence_item(i) {
            Ok(item) => {
                self.index.set(i + 1);
                Ok(Some(item))
            }
            Err(raised) => {
                use crate::exceptions::{IndexError, StopIteration};
                if error::matches::<IndexError>() || error::matches::<StopIteration>() {
                    error::clear();
                    self.seq.set(None);
                    return Ok(None);
                }
                Err(raised)
            }
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.seq);
    }
    #[method("($self, /)")]
    fn __length_hint__(&self) -> PyResult {
        let Some(seq) = self.seq.get() else {
            return 0i64.into_py();
        };
        let has_len = seq
            .ty()
            .as_sequence()
            .is_some_and(|t| t.sq_length.get().is_some());
        if !has_len {
            return Ok(crate::not_implemented());
        }
        let n = seq.length()? as isize;
        (n - self.index.get()).max(0).into_py()
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let make = builtin("iter")?;
        match self.seq.get() {
            Some(seq) => (make, PyTuple::from_vec(vec![seq])?, self.index.get()).into_py(),
            None => (make, PyTuple::from_vec(vec![PyTuple::empty()?.into_object()])?).into_py(),
        }
    }
    #[method("($self, object, /)")]
    fn __setstate__(&self, state: isize) {
        if self.seq.is_some() {
            self.index.set(state.max(0));
        }
    }
}

/// `callable_iterator`: calls until the sentinel comes.
#[pyclass(name = "callable_iterator", type = PyCallIter_Type, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyCallIter {
    pub(crate) ob_base: PyObject,
    /// Nothing at the end.
    callable: Field,
    sentinel: Field,
}

impl PyCallIter {
    pub fn of(callable: &PyObject, sentinel: &PyObject) -> PyResult {
        let it = crate::alloc::new_object(PyCallIter {
            ob_base: PyObject::new_head(PyCallIter::type_object()),
            callable: Field::from_ref(callable),
            sentinel: Field::from_ref(sentinel),
        })?;
        Ok(it.into_object())
    }
    fn end(&self) {
        self.callable.set(None);
        self.sentinel.set(None);
    }
}

#[pymethods]
impl PyCallIter {
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(callable) = self.callable.get() else {
            return Ok(None);
        };
        match crate::call::call(&callable, &[]) {
            Ok(value) => {
                // the call may have ended the iteration
                let Some(sentinel) = self.sentinel.get() else {
                    return Ok(None);
                };
                if sentinel.rich_compare_bool(&value, CompareOp::Eq)? {
                    self.end();
                    return Ok(None);
                }
                Ok(Some(value))
            }
            Err(raised) => {
                if error::matches::<crate::exceptions::StopIteration>() {
                    error::clear();
                    self.end();
                    return Ok(None);
                }
                Err(raised)
            }
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.callable);
        visit.field(&self.sentinel);
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let make = builtin("iter")?;
        match (self.callable.get(), self.sentinel.get()) {
            (Some(c), Some(s)) => (make, PyTuple::pair(c, s)?).into_py(),
            _ => (make, PyTuple::from_vec(vec![PyTuple::empty()?.into_object()])?).into_py(),
        }
    }
}

/// `enumerate`
#[pyclass(name = "enumerate", type = PyEnum_Type, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct PyEnumerate {
    pub(crate) ob_base: PyObject,
    /// The next number, unless `big` has it.
    index: GilCell<i64>,
    iter: Field,
    /// The tuple given last (unused: tuples come from a free list).
    _result: Field,
    /// The next number once machine integers end.
    big: Field<PyInt>,
    _one: Field,
}
const _: () = assert!(size_of::<PyEnumerate>() == 56);

impl PyEnumerate {
    fn make(cls: &PyTypeObject, iterable: &PyObject, start: Option<&PyObject>) -> PyResult {
        let (mut index, mut big) = (0, None);
        if let Some(start) = start {
            let start = number::index(start)?;
            match start.to_i64() {
                Some(v) => index = v,
                None => big = Some(start),
            }
        }
        let it = iter::get_iter(iterable)?;
        let made = crate::alloc::new_instance::<PyEnumerate>(cls, |this| {
            // SAFETY: a fresh, zeroed instance.
            unsafe {
                (*this).index.set(index);
                (*this).iter.set(Some(it));
                (*this).big.set(big);
            }
        })?;
        Ok(made.into_object())
    }

    fn parse(cls: &PyTypeObject, args: &FuncArgs<'_>) -> PyResult {
        let total = args.pos.len() + args.kwvalues.len();
        if total > 2 {
            return raise!(TypeError, "enumerate() takes at most 2 arguments ({total} given)");
        }
        let (mut iterable, mut start) = (args.pos.first().copied(), args.pos.get(1).copied());
        for (name, value) in args.keywords().iter() {
            let Some(name) = name.downcast::<PyStr>() else {
                return raise!(TypeError, "keywords must be strings");
            };
            let place = if name.eq_str("iterable") {
                &mut iterable
            } else if name.eq_str("start") {
                &mut start
            } else {
                return raise!(
                    TypeError,
                    "'{name}' is an invalid keyword argument for enumerate()"
                );
            };
            if place.is_some() {
                return raise!(
                    TypeError,
                    "'{name}' is an invalid keyword argument for enumerate()"
                );
            }
            *place = Some(value);
        }
        match iterable {
            Some(it) => PyEnumerate::make(cls, it, start),
            None => raise!(TypeError, "enumerate() missing required argument 'iterable'"),
        }
    }

    #[cold]
    fn next_big(&self, item: Py) -> PyResult<Option<Py>> {
        let number = match self.big.get() {
            Some(n) => n,
            None => PyInt::from_i64(self.index.get())?,
        };
        self.big
            .set(Some(crate::int::ops::add(&number, &*PyInt::from_i64(1)?)?));
        Ok(Some(PyTuple::pair(number.into_object(), item)?.into_object()))
    }
}

#[pymethods]
impl PyEnumerate {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let mut holder = Vec::new();
        PyEnumerate::parse(cls, &FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?)
    }
    #[slot]
    fn tp_vectorcall(cls: &PyTypeObject, args: FuncArgs<'_>) -> PyResult {
        PyEnumerate::parse(cls, &args)
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(it) = self.iter.get() else {
            return Ok(None);
        };
        let Some(item) = iter::next(&it)? else {
            return Ok(None);
        };
        let i = self.index.get();
        if self.big.is_some() || i == i64::MAX {
            return self.next_big(item);
        }
        self.index.set(i + 1);
        let number = PyInt::from_i64(i)?.into_object();
        Ok(Some(PyTuple::pair(number, item)?.into_object()))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.iter);
        visit.field(&self.big);
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let number = match self.big.get() {
            Some(n) => n,
            None => PyInt::from_i64(self.index.get())?,
        };
        let it = self.iter.get().unwrap_or_else(crate::none);
        let args = PyTuple::pair(it, number.into_object())?;
        (class::type_ref(self.as_object().ty()), args).into_py()
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        crate::containers::class_getitem(cls, item)
    }
}

/// `reversed`
#[pyclass(name = "reversed", type = PyReversed_Type, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct PyReversed {
    pub(crate) ob_base: PyObject,
    index: GilCell<isize>,
    /// Nothing at the end.
    seq: Field,
}

impl PyReversed {
    fn make(cls: &PyTypeObject, seq: &PyObject) -> PyResult {
        if let Some(method) = crate::typeobject::lookup_special(seq, crate::intern!("__reversed__"))? {
            if crate::is_none(&method) {
                return raise!(
                    TypeError,
                    "'{}' object is not reversible",
                    crate::containers::type_name(seq.ty())
                );
            }
            return crate::call::call(&method, &[]);
        }
        if !number::is_sequence(seq) {
            return raise!(
                TypeError,
                "'{}' object is not reversible",
                crate::containers::type_name(seq.ty())
            );
        }
        let n = seq.length()? as isize;
        let made = crate::alloc::new_instance::<PyReversed>(cls, |this| {
            // SAFETY: a fresh, zeroed instance.
            unsafe {
                (*this).index.set(n - 1);
                (*this).seq.set(Some(seq.new_ref()));
            }
        })?;
        Ok(made.into_object())
    }
}

#[pymethods]
impl PyReversed {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        if !own_init(cls, &PyReversed_Type) {
            crate::containers::no_keywords("reversed", kwargs)?;
        }
        crate::args::check_positional("reversed", args.len(), 1, 1)?;
        match args.get(0) {
            Some(seq) => PyReversed::make(cls, seq),
            None => error::missing_argument(),
        }
    }
    #[slot]
    fn tp_vectorcall(cls: &PyTypeObject, args: FuncArgs<'_>) -> PyResult {
        args.no_keywords("reversed")?;
        args.check_positional("reversed", 1, 1)?;
        PyReversed::make(cls, args.pos[0])
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let i = self.index.get();
        let Some(seq) = self.seq.get() else {
            return Ok(None);
        };
        if i >= 0 {
            match seq.sequence_item(i) {
                Ok(item) => {
                    self.index.set(i - 1);
                    return Ok(Some(item));
                }
                Err(raised) => {
                    use crate::exceptions::{IndexError, StopIteration};
                    if !error::matches::<IndexError>() && !error::matches::<StopIteration>() {
                        return Err(raised);
                    }
                    error::clear();
                }
            }
        }
        self.index.set(-1);
        self.seq.set(None);
        Ok(None)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.seq);
    }
    #[method("($self, /)")]
    fn __length_hint__(&self) -> PyResult<isize> {
        let Some(seq) = self.seq.get() else {
            return Ok(0);
        };
        let n = seq.length()? as isize;
        let position = self.index.get() + 1;
        Ok(if n < position { 0 } else { position })
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let ty = class::type_ref(self.as_object().ty());
        match self.seq.get().filter(|_| self.index.get() >= 0) {
            Some(seq) => (ty, PyTuple::from_vec(vec![seq])?, self.index.get()).into_py(),
            None => (ty, PyTuple::from_vec(vec![PyTuple::empty()?.into_object()])?).into_py(),
        }
    }
    #[method("($self, object, /)")]
    fn __setstate__(&self, state: isize) -> PyResult<()> {
        if let Some(seq) = self.seq.get() {
            let n = seq.length()? as isize;
            self.index.set(state.clamp(-1, n - 1));
        }
        Ok(())
    }
}

/// The one keyword `strict` of `zip` and `map`.
fn strict_keyword(name: &str, args: &FuncArgs<'_>) -> PyResult<bool> {
    let mut strict = false;
    for (key, value) in args.keywords().iter() {
        if key.downcast::<PyStr>().is_some_and(|k| k.eq_str("strict")) {
            strict = value.is_true()?;
        } else {
            let key = key.str()?;
            return raise!(
                TypeError,
                "{name}() got an unexpected keyword argument '{}'",
                key.get()
            );
        }
    }
    Ok(strict)
}

/// "zip() argument 3 is longer than arguments 1-2"
#[cold]
fn uneven<T>(name: &str, i: usize, word: &str) -> PyResult<T> {
    let plural = if i == 1 { " " } else { "s 1-" };
    raise!(
        ValueError,
        "{name}() argument {} is {word} than argument{plural}{i}",
        i + 1
    )
}

/// What follows when iterator `i` of a strict `zip` or `map` has ended: the others must have, too.
#[cold]
fn strict_end(name: &str, iters: &PyTuple, i: usize) -> PyResult<()> {
    if i > 0 {
        return uneven(name, i, "shorter");
    }
    for (k, it) in iters.as_slice().iter().enumerate().skip(1) {
        if iter::next(it)?.is_some() {
            return uneven(name, k, "longer");
        }
    }
    Ok(())
}

fn iterators_of(iterables: &[&PyObject]) -> PyResult<Py<PyTuple>> {
    let mut iters = Vec::with_capacity(iterables.len());
    for it in iterables {
        iters.push(iter::get_iter(it)?);
    }
    PyTuple::from_vec(iters)
}

/// `zip`
#[pyclass(name = "zip", type = PyZip_Type, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct PyZip {
    pub(crate) ob_base: PyObject,
    _size: GilCell<isize>,
    iters: Field<PyTuple>,
    _result: Field,
    strict: GilCell<isize>,
}
const _: () = assert!(size_of::<PyZip>() == 48);

impl PyZip {
    fn make(cls: &PyTypeObject, iterables: &[&PyObject], strict: bool) -> PyResult {
        let iters = iterators_of(iterables)?;
        let made = crate::alloc::new_instance::<PyZip>(cls, |this| {
            // SAFETY: a fresh, zeroed instance.
            unsafe {
                (*this)._size.set(iters.len() as isize);
                (*this).iters.set(Some(iters));
                (*this).strict.set(strict as isize);
            }
        })?;
        Ok(made.into_object())
    }
}

#[pymethods]
impl PyZip {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let mut holder = Vec::new();
        PyZip::tp_vectorcall(cls, FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?)
    }
    #[slot]
    fn tp_vectorcall(cls: &PyTypeObject, args: FuncArgs<'_>) -> PyResult {
        let strict = strict_keyword("zip", &args)?;
        PyZip::make(cls, args.pos, strict)
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(iters) = self.iters.get() else {
            return Ok(None);
        };
        let strict = self.strict.get() != 0;
        match iters.as_slice() {
            [] => Ok(None),
            [a, b] => {
                let Some(x) = iter::next(a)? else {
                    if strict {
                        strict_end("zip", &iters, 0)?;
                    }
                    return Ok(None);
                };
                let Some(y) = iter::next(b)? else {
                    if strict {
                        strict_end("zip", &iters, 1)?;
                    }
                    return Ok(None);
                };
                Ok(Some(PyTuple::pair(x, y)?.into_object()))
            }
            all => {
                let mut items = Vec::with_capacity(all.len());
                for (i, it) in all.iter().enumerate() {
                    match iter::next(it)? {
                        Some(item) => items.push(item),
                        None => {
                            if strict {
                                strict_end("zip", &iters, i)?;
                            }
                            return Ok(None);
                        }
                    }
                }
                Ok(Some(PyTuple::from_vec(items)?.into_object()))
            }
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.iters);
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let ty = class::type_ref(self.as_object().ty());
        let iters = match self.iters.get() {
            Some(t) => t,
            None => PyTuple::empty()?,
        };
        if self.strict.get() != 0 {
            (ty, iters, true).into_py()
        } else {
            (ty, iters).into_py()
        }
    }
    #[method("($self, object, /)")]
    fn __setstate__(&self, state: &PyObject) -> PyResult<()> {
        self.strict.set(state.is_true()? as isize);
        Ok(())
    }
}

/// `map`
#[pyclass(name = "map", type = PyMap_Type, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct PyMap {
    pub(crate) ob_base: PyObject,
    iters: Field<PyTuple>,
    func: Field,
    strict: GilCell<isize>,
}
const _: () = assert!(size_of::<PyMap>() == 40);

#[pymethods]
impl PyMap {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let mut holder = Vec::new();
        PyMap::tp_vectorcall(cls, FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?)
    }
    #[slot]
    fn tp_vectorcall(cls: &PyTypeObject, args: FuncArgs<'_>) -> PyResult {
        let strict = strict_keyword("map", &args)?;
        let [func, iterables @ ..] = args.pos else {
            return raise!(TypeError, "map() must have at least two arguments.");
        };
        if iterables.is_empty() {
            return raise!(TypeError, "map() must have at least two arguments.");
        }
        let iters = iterators_of(iterables)?;
        let made = crate::alloc::new_instance::<PyMap>(cls, |this| {
            // SAFETY: a fresh, zeroed instance.
            unsafe {
                (*this).iters.set(Some(iters));
                (*this).func.set(Some(func.new_ref()));
                (*this).strict.set(strict as isize);
            }
        })?;
        Ok(made.into_object())
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let (Some(iters), Some(func)) = (self.iters.get(), self.func.get()) else {
            return Ok(None);
        };
        let strict = self.strict.get() != 0;
        match iters.as_slice() {
            [it] => match iter::next(it)? {
                Some(x) => crate::call::call(&func, &[&x]).map(Some),
                None => Ok(None),
            },
            all => {
                let mut items = Vec::with_capacity(all.len());
                for (i, it) in all.iter().enumerate() {
                    match iter::next(it)? {
                        Some(item) => items.push(item),
                        None => {
                            if strict {
                                strict_end("map", &iters, i)?;
                            }
                            return Ok(None);
                        }
                    }
                }
                crate::call::call(&func, crate::args::py_slice(&items)).map(Some)
            }
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.iters);
        visit.field(&self.func);
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let mut args = vec![self.func.get().unwrap_or_else(crate::none)];
        if let Some(iters) = self.iters.get() {
            args.extend_from_slice(iters.as_slice());
        }
        let ty = class::type_ref(self.as_object().ty());
        let args = PyTuple::from_vec(args)?;
        if self.strict.get() != 0 {
            (ty, args, true).into_py()
        } else {
            (ty, args).into_py()
        }
    }
    #[method("($self, object, /)")]
    fn __setstate__(&self, state: &PyObject) -> PyResult<()> {
        self.strict.set(state.is_true()? as isize);
        Ok(())
    }
}

/// `filter`
#[pyclass(name = "filter", type = PyFilter_Type, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct PyFilter {
    pub(crate) ob_base: PyObject,
    func: Field,
    iter: Field,
}
const _: () = assert!(size_of::<PyFilter>() == 32);

impl PyFilter {
    fn make(cls: &PyTypeObject, args: &[&PyObject]) -> PyResult {
        crate::args::check_positional("filter", args.len(), 2, 2)?;
        let it = iter::get_iter(args[1])?;
        let made = crate::alloc::new_instance::<PyFilter>(cls, |this| {
            // SAFETY: a fresh, zeroed instance.
            unsafe {
                (*this).func.set(Some(args[0].new_ref()));
                (*this).iter.set(Some(it));
            }
        })?;
        Ok(made.into_object())
    }
}

#[pymethods]
impl PyFilter {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        if !own_init(cls, &PyFilter_Type) {
            crate::containers::no_keywords("filter", kwargs)?;
        }
        PyFilter::make(cls, crate::args::py_slice(args.as_slice()))
    }
    #[slot]
    fn tp_vectorcall(cls: &PyTypeObject, args: FuncArgs<'_>) -> PyResult {
        args.no_keywords("filter")?;
        PyFilter::make(cls, args.pos)
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let (Some(it), Some(func)) = (self.iter.get(), self.func.get()) else {
            return Ok(None);
        };
        let plain =
            crate::is_none(&func) || std::ptr::eq(func.as_ptr(), crate::bool::PyBool::type_object().as_ptr());
        while let Some(item) = iter::next(&it)? {
            let good = if plain {
                item.is_true()?
            } else {
                crate::call::call(&func, &[&item])?.is_true()?
            };
            if good {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.func);
        visit.field(&self.iter);
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let (func, it) = (
            self.func.get().unwrap_or_else(crate::none),
            self.iter.get().unwrap_or_else(crate::none),
        );
        (class::type_ref(self.as_object().ty()), PyTuple::pair(func, it)?).into_py()
    }
}

/// The argument of an iterator's `__setstate__`: an `int`, not merely something with `__index__`.
pub(crate) fn state_index(state: &PyObject) -> PyResult<isize> {
    if !crate::PyInt::check(state) {
        return raise!(TypeError, "an integer is required");
    }
    number::as_ssize_t(state)
}
