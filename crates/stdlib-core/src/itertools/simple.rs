//! The iterators of `itertools` that pass on, drop, repeat or join items.

use crate::make;
use object::{
    Field, FuncArgs, GilCell, Py, PyClass, PyDict, PyInt, PyLayout, PyList, PyObject, PyResult, PyStr,
    PyTuple, PyTypeObject, Visitor, call, error, int, is_none, iter, number, pyclass, pymethods, raise,
};
use std::cell::RefCell;

/// What constructors without keywords say, unless a subclass brings its own `__init__`.
fn no_keywords(cls: &PyTypeObject, own: &PyTypeObject, name: &str, kwargs: Option<&PyDict>) -> PyResult<()> {
    let init = |t: &PyTypeObject| t.tp_init.get().map(|f| f as usize);
    if std::ptr::eq(cls, own) || init(cls) == init(own) {
        object::containers::no_keywords(name, kwargs)?;
    }
    Ok(())
}

/// Exactly `N` positional arguments.
fn positional<'a, const N: usize>(
    cls: &PyTypeObject,
    own: &PyTypeObject,
    args: &'a PyTuple,
    kwargs: Option<&PyDict>,
) -> PyResult<[&'a PyObject; N]> {
    no_keywords(cls, own, own.name(), kwargs)?;
    object::args::check_positional(own.name(), args.len(), N, N)?;
    match <[&PyObject; N]>::try_from(object::args::py_slice(args.as_slice())) {
        Ok(all) => Ok(all),
        Err(_) => error::missing_argument(),
    }
}

/// `itertools.accumulate`
#[pyclass(name = "itertools.accumulate", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct Accumulate {
    ob_base: PyObject,
    total: Field,
    it: Field,
    func: Field,
    initial: Field,
}

#[pymethods]
impl Accumulate {
    #[new("(iterable, func=None, *, initial=None)")]
    fn tp_new(
        cls: &PyTypeObject,
        iterable: &PyObject,
        func: Option<&PyObject>,
        initial: Option<&PyObject>,
    ) -> PyResult<Py<Accumulate>> {
        let given = |o: Option<&PyObject>| Field::new(o.filter(|o| !is_none(o)).map(|o| o.new_ref()));
        make!(
            cls,
            Accumulate {
                it: Field::new(Some(iter::get_iter(iterable)?)),
                func: given(func),
                initial: given(initial),
            }
        )
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        if let Some(initial) = self.initial.take() {
            self.total.set(Some(initial.clone()));
            return Ok(Some(initial));
        }
        let Some(it) = self.it.get() else {
            return Ok(None);
        };
        let Some(item) = iter::next(&it)? else {
            return Ok(None);
        };
        let total = match self.total.get() {
            None => item,
            Some(total) => match self.func.get() {
                None => number::add(&total, &item)?,
                Some(func) => call::call(&func, &[&total, &item])?,
            },
        };
        self.total.set(Some(total.clone()));
        Ok(Some(total))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.total);
        visit.field(&self.it);
        visit.field(&self.func);
        visit.field(&self.initial);
    }
    #[slot]
    fn tp_clear(&self) {
        self.total.set(None);
        self.it.set(None);
    }
}

/// `itertools.batched`
#[pyclass(name = "itertools.batched", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct Batched {
    ob_base: PyObject,
    it: Field,
    size: isize,
    strict: bool,
}

#[pymethods]
impl Batched {
    #[new("(iterable, n, *, strict=False)")]
    fn tp_new(
        cls: &PyTypeObject,
        iterable: &PyObject,
        n: isize,
        strict: Option<bool>,
    ) -> PyResult<Py<Batched>> {
        if n < 1 {
            return raise!(ValueError, "n must be at least one");
        }
        make!(
            cls,
            Batched {
                it: Field::new(Some(iter::get_iter(iterable)?)),
                size: n,
                strict: strict.unwrap_or(false),
            }
        )
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(it) = self.it.get() else {
            return Ok(None);
        };
        let size = self.size as usize;
        let mut batch = Vec::with_capacity(size.min(1024));
        while batch.len() < size {
            match iter::next(&it) {
                Ok(Some(item)) => batch.push(item),
                Ok(None) => {
                    self.it.set(None);
                    if batch.is_empty() {
                        return Ok(None);
                    }
                    if self.strict {
                        return raise!(ValueError, "batched(): incomplete batch");
                    }
                    break;
                }
                Err(raised) => {
                    self.it.set(None);
                    return Err(raised);
                }
            }
        }
        Ok(Some(PyTuple::from_vec(batch)?.into_object()))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.it);
    }
    #[slot]
    fn tp_clear(&self) {
        self.it.set(None);
    }
}

/// `itertools.chain`
#[pyclass(name = "itertools.chain", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct Chain {
    ob_base: PyObject,
    /// Iterator over the iterables; nothing at the end.
    source: Field,
    active: Field,
}

#[pymethods]
impl Chain {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<Chain>> {
        no_keywords(cls, Chain::type_object(), "chain", kwargs)?;
        make!(
            cls,
            Chain {
                source: Field::new(Some(iter::get_iter(args.as_object())?))
            }
        )
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        loop {
            let Some(source) = self.source.get() else {
                return Ok(None);
            };
            let active = match self.active.get() {
                Some(it) => it,
                None => {
                    let opened = match iter::next(&source)? {
                        None => {
                            self.source.set(None);
                            return Ok(None);
                        }
                        Some(iterable) => iter::get_iter(&iterable),
                    };
                    match opened {
                        Ok(it) => {
                            self.active.set(Some(it.clone()));
                            it
                        }
                        Err(raised) => {
                            let error = error::fetch(raised);
                            self.source.set(None);
                            return Err(error::restore(error));
                        }
                    }
                }
            };
            if let Some(item) = iter::next(&active)? {
                return Ok(Some(item));
            }
            self.active.set(None);
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.source);
        visit.field(&self.active);
    }
    #[slot]
    fn tp_clear(&self) {
        self.source.set(None);
        self.active.set(None);
    }
    #[classmethod("($type, iterable, /)")]
    fn from_iterable(cls: &PyTypeObject, iterable: &PyObject) -> PyResult<Py<Chain>> {
        make!(
            cls,
            Chain {
                source: Field::new(Some(iter::get_iter(iterable)?))
            }
        )
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        object::containers::class_getitem(cls, item)
    }
}

/// `itertools.compress`
#[pyclass(name = "itertools.compress", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct Compress {
    ob_base: PyObject,
    data: Field,
    selectors: Field,
}

#[pymethods]
impl Compress {
    #[new("(data, selectors)")]
    fn tp_new(cls: &PyTypeObject, data: &PyObject, selectors: &PyObject) -> PyResult<Py<Compress>> {
        make!(
            cls,
            Compress {
                data: Field::new(Some(iter::get_iter(data)?)),
                selectors: Field::new(Some(iter::get_iter(selectors)?)),
            }
        )
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let (Some(data), Some(selectors)) = (self.data.get(), self.selectors.get()) else {
            return Ok(None);
        };
        loop {
            let Some(datum) = iter::next(&data)? else {
                return Ok(None);
            };
            let Some(selector) = iter::next(&selectors)? else {
                return Ok(None);
            };
            if selector.is_true()? {
                return Ok(Some(datum));
            }
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.data);
        visit.field(&self.selectors);
    }
    #[slot]
    fn tp_clear(&self) {
        self.data.set(None);
        self.selectors.set(None);
    }
}

/// `itertools.count`
#[pyclass(name = "itertools.count", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct Count {
    ob_base: PyObject,
    /// The next value while it is a machine integer and the step is 1.
    fast: GilCell<i64>,
    /// The next value otherwise.
    slow: Field,
    /// Nothing: 1.
    step: Field,
}

#[pymethods]
impl Count {
    #[new("(start=0, step=1)")]
    fn tp_new(cls: &PyTypeObject, start: Option<&PyObject>, step: Option<&PyObject>) -> PyResult<Py<Count>> {
        for value in [start, step].into_iter().flatten() {
            let ty = value.ty();
            let is_number = ty.as_number().is_some_and(|t| {
                t.nb_index.get().is_some() || t.nb_int.get().is_some() || t.nb_float.get().is_some()
            });
            if !is_number {
                return raise!(TypeError, "a number is required");
            }
        }
        let one = match step {
            None => true,
            Some(s) => s.downcast::<PyInt>().is_some_and(|i| i.to_i64() == Some(1)),
        };
        let (mut fast, mut slow) = (0, None);
        match start {
            None => {}
            Some(s) => match s.downcast::<PyInt>().and_then(|i| i.to_i64()) {
                Some(v) if one && v != i64::MAX => fast = v,
                _ => slow = Some(s.new_ref()),
            },
        }
        if !one && slow.is_none() {
            slow = Some(match start {
                Some(s) => s.new_ref(),
                None => PyInt::from_i64(0)?.into_object(),
            });
        }
        let step = if one { None } else { step.map(|s| s.new_ref()) };
        make!(
            cls,
            Count {
                fast: GilCell::new(fast),
                slow: Field::new(slow),
                step: Field::new(step)
            }
        )
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(value) = self.slow.get() else {
            let v = self.fast.get();
            if v == i64::MAX {
                let next = int::ops::add(&*PyInt::from_i64(v)?, &*PyInt::from_i64(1)?)?;
                self.slow.set(Some(next.into_object()));
            } else {
                self.fast.set(v + 1);
            }
            return Ok(Some(PyInt::from_i64(v)?.into_object()));
        };
        let next = match self.step.get() {
            Some(step) => number::add(&value, &step)?,
            None => number::add(&value, PyInt::from_i64(1)?.as_object())?,
        };
        self.slow.set(Some(next));
        Ok(Some(value))
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let value = match self.slow.get() {
            Some(v) => v,
            None => PyInt::from_i64(self.fast.get())?.into_object(),
        };
        let mut out = object::containers::TextBuilder::new();
        out.push(&*PyStr::new(self.as_object().ty().name())?);
        out.push_ascii("(");
        out.push_repr(&value)?;
        if let Some(step) = self.step.get() {
            out.push_ascii(", ");
            out.push_repr(&step)?;
        }
        out.push_ascii(")");
        out.finish()
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.slow);
        visit.field(&self.step);
    }
    #[slot]
    fn tp_clear(&self) {
        self.slow.set(None);
        self.step.set(None);
    }
}

/// `itertools.cycle`
#[pyclass(name = "itertools.cycle", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct Cycle {
    ob_base: PyObject,
    /// Nothing after the first round.
    it: Field,
    saved: Field<PyList>,
    index: GilCell<usize>,
}

#[pymethods]
impl Cycle {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<Cycle>> {
        let [iterable] = positional(cls, Cycle::type_object(), args, kwargs)?;
        make!(
            cls,
            Cycle {
                it: Field::new(Some(iter::get_iter(iterable)?)),
                saved: Field::new(Some(PyList::new()?)),
            }
        )
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(saved) = self.saved.get() else {
            return Ok(None);
        };
        if let Some(it) = self.it.get() {
            if let Some(item) = iter::next(&it)? {
                saved.append(item.clone())?;
                return Ok(Some(item));
            }
            self.it.set(None);
        }
        let i = self.index.get();
        let Some(item) = saved.get().get(i) else {
            return Ok(None);
        };
        self.index.set(if i + 1 >= saved.len() { 0 } else { i + 1 });
        Ok(Some(item))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.it);
        visit.field(&self.saved);
    }
    #[slot]
    fn tp_clear(&self) {
        self.it.set(None);
        self.saved.set(None);
    }
}

macro_rules! predicate_iterator {
    ($name:ident, $pyname:literal, |$this:ident, $func:ident, $it:ident| $next:block) => {
        #[doc = concat!("`", $pyname, "`")]
        #[pyclass(name = $pyname, flags(BASETYPE, HAVE_GC))]
        #[repr(C)]
        pub struct $name {
            ob_base: PyObject,
            func: Field,
            it: Field,
            /// Whether the turning point is behind.
            turned: GilCell<bool>,
        }

        impl $name {
            fn advance($this: &$name, $func: &PyObject, $it: &PyObject) -> PyResult<Option<Py>> $next
        }

        #[pymethods]
        impl $name {
            #[slot]
            fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<$name>> {
                let [func, iterable] = positional(cls, $name::type_object(), args, kwargs)?;
                make!(cls, $name {
                    it: Field::new(Some(iter::get_iter(iterable)?)),
                    func: Field::from_ref(func),
                })
            }
            #[slot]
            fn tp_iter(&self) -> Py {
                self.as_object().new_ref()
            }
            #[slot]
            fn tp_iternext(&self) -> PyResult<Option<Py>> {
                let (Some(func), Some(it)) = (self.func.get(), self.it.get()) else {
                    return Ok(None);
                };
                $name::advance(self, &func, &it)
            }
            #[slot]
            fn tp_traverse(&self, visit: &mut Visitor) {
                visit.field(&self.func);
                visit.field(&self.it);
            }
            #[slot]
            fn tp_clear(&self) {
                self.func.set(None);
                self.it.set(None);
            }
        }
    };
}

predicate_iterator!(DropWhile, "itertools.dropwhile", |this, func, it| {
    while let Some(item) = iter::next(it)? {
        if this.turned.get() {
            return Ok(Some(item));
        }
        if !call::call(func, &[&item])?.is_true()? {
            this.turned.set(true);
            return Ok(Some(item));
        }
    }
    Ok(None)
});

predicate_iterator!(TakeWhile, "itertools.takewhile", |this, func, it| {
    if this.turned.get() {
        return Ok(None);
    }
    let Some(item) = iter::next(it)? else {
        return Ok(None);
    };
    if call::call(func, &[&item])?.is_true()? {
        return Ok(Some(item));
    }
    this.turned.set(true);
    Ok(None)
});

predicate_iterator!(FilterFalse, "itertools.filterfalse", |this, func, it| {
    let _ = this;
    let plain = is_none(func) || func.is(object::bool::PyBool::type_object());
    while let Some(item) = iter::next(it)? {
        let good = if plain {
            item.is_true()?
        } else {
            call::call(func, &[&item])?.is_true()?
        };
        if !good {
            return Ok(Some(item));
        }
    }
    Ok(None)
});

predicate_iterator!(StarMap, "itertools.starmap", |this, func, it| {
    let _ = this;
    let Some(args) = iter::next(it)? else {
        return Ok(None);
    };
    let args = PyTuple::from_iterable(&args)?;
    call::call(func, object::args::py_slice(args.as_slice())).map(Some)
});

/// `itertools.islice`
#[pyclass(name = "itertools.islice", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct ISlice {
    ob_base: PyObject,
    /// Nothing at the end.
    it: Field,
    next: GilCell<isize>,
    /// -1: no end.
    stop: GilCell<isize>,
    step: GilCell<isize>,
    count: GilCell<isize>,
}

const STOP_TEXT: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
const INDICES_TEXT: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
const STEP_TEXT: &str = "Step for islice() must be a positive integer or None.";

/// An index from `least` on, or `None`; anything else is a `ValueError`.
fn slice_part(obj: &PyObject, least: isize, text: &str) -> PyResult<Option<isize>> {
    if is_none(obj) {
        return Ok(None);
    }
    match number::index_as_isize(obj) {
        Ok(v) if v >= least => Ok(Some(v)),
        Ok(_) => raise!(ValueError, "{text}"),
        Err(_) => {
            error::clear();
            raise!(ValueError, "{text}")
        }
    }
}

#[pymethods]
impl ISlice {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<ISlice>> {
        no_keywords(cls, ISlice::type_object(), "islice", kwargs)?;
        object::args::check_positional("islice", args.len(), 2, 4)?;
        let args = object::args::py_slice(args.as_slice());
        let (start, stop, step) = match args {
            [_, stop] => (0, slice_part(stop, 0, STOP_TEXT)?, 1),
            [_, start, stop, rest @ ..] => {
                let first = slice_part(start, isize::MIN, INDICES_TEXT)?;
                let stop = slice_part(stop, isize::MIN, STOP_TEXT)?;
                if stop == Some(-1) {
                    return raise!(ValueError, "{STOP_TEXT}");
                }
                if first.is_some_and(|s| s < 0) || stop.is_some_and(|s| s < 0) {
                    return raise!(ValueError, "{INDICES_TEXT}");
                }
                let step = match rest {
                    [step, ..] => slice_part(step, 1, STEP_TEXT)?.unwrap_or(1),
                    [] => 1,
                };
                (first.unwrap_or(0), stop, step)
            }
            _ => return error::missing_argument(),
        };
        make!(
            cls,
            ISlice {
                it: Field::new(Some(iter::get_iter(args[0])?)),
                next: GilCell::new(start),
                stop: GilCell::new(stop.unwrap_or(-1)),
                step: GilCell::new(step),
            }
        )
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(it) = self.it.get() else {
            return Ok(None);
        };
        let stop = self.stop.get();
        let found = loop {
            if self.count.get() >= self.next.get() {
                if stop != -1 && self.count.get() >= stop {
                    break None;
                }
                match iter::next(&it) {
                    Ok(Some(item)) => break Some(item),
                    Ok(None) => break None,
                    Err(raised) => return Err(raised),
                }
            }
            if iter::next(&it)?.is_none() {
                break None;
            }
            self.count.set(self.count.get() + 1);
        };
        let Some(item) = found else {
            self.it.set(None);
            return Ok(None);
        };
        self.count.set(self.count.get() + 1);
        let next = self.next.get().saturating_add(self.step.get());
        self.next.set(if stop != -1 { next.min(stop) } else { next });
        Ok(Some(item))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.it);
    }
    #[slot]
    fn tp_clear(&self) {
        self.it.set(None);
    }
}

/// `itertools.pairwise`
#[pyclass(name = "itertools.pairwise", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct Pairwise {
    ob_base: PyObject,
    /// Nothing at the end.
    it: Field,
    old: Field,
}

#[pymethods]
impl Pairwise {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<Pairwise>> {
        let [iterable] = positional(cls, Pairwise::type_object(), args, kwargs)?;
        make!(
            cls,
            Pairwise {
                it: Field::new(Some(iter::get_iter(iterable)?))
            }
        )
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(it) = self.it.get() else {
            return Ok(None);
        };
        let old = match self.old.get() {
            Some(old) => old,
            None => {
                let Some(first) = self.fetch(&it)? else {
                    return Ok(None);
                };
                self.old.set(Some(first.clone()));
                // the iterator may have been asked meanwhile
                if self.it.is_none() {
                    self.old.set(None);
                    return Ok(None);
                }
                first
            }
        };
        let Some(new) = self.fetch(&it)? else {
            return Ok(None);
        };
        self.old.set(Some(new.clone()));
        Ok(Some(PyTuple::pair(old, new)?.into_object()))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.it);
        visit.field(&self.old);
    }
    #[slot]
    fn tp_clear(&self) {
        self.it.set(None);
        self.old.set(None);
    }
}

impl Pairwise {
    /// The next item; at the end (or on an error) all is let go.
    fn fetch(&self, it: &PyObject) -> PyResult<Option<Py>> {
        match iter::next(it) {
            Ok(Some(item)) => Ok(Some(item)),
            other => {
                let error = other.is_err().then(|| error::fetch(object::Raised));
                self.it.set(None);
                self.old.set(None);
                match error {
                    Some(e) => Err(error::restore(e)),
                    None => Ok(None),
                }
            }
        }
    }
}

/// `itertools.repeat`
#[pyclass(name = "itertools.repeat", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct Repeat {
    ob_base: PyObject,
    element: Field,
    /// -1: for ever.
    left: GilCell<isize>,
}

#[pymethods]
impl Repeat {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<Repeat>> {
        static SPEC: object::args::ArgSpec = object::args::ArgSpec {
            fname: "repeat",
            names: &["object", "times"],
            required: &[true, false],
            pos_only: 0,
            pos: 2,
            min_pos: 1,
            varargs: false,
            varkw: false,
        };
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let mut places = [None; 2];
        SPEC.parse(&all, &mut places)?;
        let Some(element) = places[0] else {
            return error::missing_argument();
        };
        let left = match places[1] {
            None => -1,
            Some(times) => number::as_ssize_t(times)?.max(0),
        };
        make!(
            cls,
            Repeat {
                element: Field::from_ref(element),
                left: GilCell::new(left)
            }
        )
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let left = self.left.get();
        if left == 0 {
            return Ok(None);
        }
        if left > 0 {
            self.left.set(left - 1);
        }
        Ok(self.element.get())
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let mut out = object::containers::TextBuilder::new();
        out.push(&*PyStr::new(self.as_object().ty().name())?);
        out.push_ascii("(");
        if let Some(element) = self.element.get() {
            out.push_repr(&element)?;
        }
        if self.left.get() >= 0 {
            out.push_ascii(&format!(", {}", self.left.get()));
        }
        out.push_ascii(")");
        out.finish()
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.element);
    }
    #[slot]
    fn tp_clear(&self) {
        self.element.set(None);
    }
    #[method("($self, /)")]
    fn __length_hint__(&self) -> PyResult<isize> {
        if self.left.get() < 0 {
            return raise!(TypeError, "len() of unsized object");
        }
        Ok(self.left.get())
    }
}

/// `itertools.zip_longest`
#[pyclass(name = "itertools.zip_longest", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct ZipLongest {
    ob_base: PyObject,
    /// The iterators; nothing in the place of one that has ended.
    iters: RefCell<Vec<Option<Py>>>,
    active: GilCell<usize>,
    fill: Field,
}

#[pymethods]
impl ZipLongest {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<ZipLongest>> {
        let mut fill = object::none();
        if let Some(kwargs) = kwargs.filter(|k| !k.is_empty()) {
            match kwargs.get_str(object::intern!("fillvalue"))? {
                Some(value) if kwargs.len() == 1 => fill = value,
                _ => return raise!(TypeError, "zip_longest() got an unexpected keyword argument"),
            }
        }
        let mut iters = Vec::with_capacity(args.len());
        for iterable in args.as_slice() {
            iters.push(Some(iter::get_iter(iterable)?));
        }
        make!(
            cls,
            ZipLongest {
                active: GilCell::new(iters.len()),
                iters: RefCell::new(iters),
                fill: Field::new(Some(fill)),
            }
        )
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let n = self.iters.borrow().len();
        if n == 0 || self.active.get() == 0 {
            return Ok(None);
        }
        let mut items = Vec::with_capacity(n);
        for i in 0..n {
            let it = self.iters.borrow().get(i).cloned().flatten();
            let found = match &it {
                Some(it) => match iter::next(it) {
                    Ok(found) => found,
                    Err(raised) => {
                        self.active.set(0);
                        return Err(raised);
                    }
                },
                None => None,
            };
            match found {
                Some(item) => items.push(item),
                None => {
                    if it.is_some() {
                        let ended = self.iters.borrow_mut().get_mut(i).and_then(Option::take);
                        if ended.is_some() {
                            self.active.set(self.active.get().saturating_sub(1));
                        }
                        drop(ended);
                        if self.active.get() == 0 {
                            return Ok(None);
                        }
                    }
                    items.push(self.fill.get().unwrap_or_else(object::none));
                }
            }
        }
        Ok(Some(PyTuple::from_vec(items)?.into_object()))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        for it in self.iters.borrow().iter().flatten() {
            visit.object(it);
        }
        visit.field(&self.fill);
    }
    #[slot]
    fn tp_clear(&self) {
        let iters = self.iters.take();
        self.active.set(0);
        drop(iters);
        self.fill.set(None);
    }
}

/// Readies the text signatures of the types that parse their arguments themselves.
pub fn signatures() {
    use object::class::set_type_signature as signature;
    signature(Chain::type_object(), c"{}(*iterables)\n--\n\n");
    signature(Cycle::type_object(), c"{}(iterable, /)\n--\n\n");
    signature(DropWhile::type_object(), c"{}(predicate, iterable, /)\n--\n\n");
    signature(TakeWhile::type_object(), c"{}(predicate, iterable, /)\n--\n\n");
    signature(FilterFalse::type_object(), c"{}(function, iterable, /)\n--\n\n");
    signature(StarMap::type_object(), c"{}(function, iterable, /)\n--\n\n");
    signature(Pairwise::type_object(), c"{}(iterable, /)\n--\n\n");
    signature(
        ZipLongest::type_object(),
        c"{}(*iterables, fillvalue=None)\n--\n\n",
    );
}
