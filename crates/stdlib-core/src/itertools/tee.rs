//! `tee` (with its blocks of shared items) and `groupby` (with its groups).

use crate::make;
use object::{
    CompareOp, Field, GilCell, Py, PyClass, PyDict, PyLayout, PyList, PyObject, PyResult, PyTuple,
    PyTypeObject, Visitor, call, error, iter, pyclass, pymethods, raise,
};
use std::cell::RefCell;

/// Items of one block.
const LINK_CELLS: usize = 57;

/// `itertools._tee_dataobject`: a block of items that tees share, and the block after it.
#[pyclass(name = "itertools._tee_dataobject", flags(HAVE_GC))]
#[repr(C)]
pub struct TeeData {
    ob_base: PyObject,
    it: Field,
    next: Field<TeeData>,
    values: RefCell<Vec<Py>>,
    running: GilCell<bool>,
}

impl TeeData {
    fn make(it: Py) -> PyResult<Py<TeeData>> {
        object::new_object(TeeData {
            ob_base: PyObject::new_head(TeeData::type_object()),
            it: Field::new(Some(it)),
            next: Field::empty(),
            values: RefCell::new(Vec::new()),
            running: GilCell::new(false),
        })
    }

    /// Item `i`, fetched if it is the first that is not there yet.
    fn item(&self, i: usize) -> PyResult<Option<Py>> {
        if let Some(item) = self.values.borrow().get(i) {
            return Ok(Some(item.clone()));
        }
        if self.running.get() {
            return raise!(RuntimeError, "cannot re-enter the tee iterator");
        }
        let Some(it) = self.it.get() else {
            return Ok(None);
        };
        self.running.set(true);
        let found = iter::next(&it);
        self.running.set(false);
        let Some(item) = found? else {
            return Ok(None);
        };
        self.values.borrow_mut().push(item.clone());
        Ok(Some(item))
    }

    fn following(&self) -> PyResult<Option<Py<TeeData>>> {
        if let Some(next) = self.next.get() {
            return Ok(Some(next));
        }
        let Some(it) = self.it.get() else {
            return Ok(None);
        };
        let next = TeeData::make(it)?;
        self.next.set(Some(next.clone()));
        Ok(Some(next))
    }
}

/// Lets go of a chain of blocks one by one, so that a long one needs no deep stack.
fn release_chain(mut block: Option<Py<TeeData>>) {
    while let Some(b) = block {
        if b.as_object().refcount() > 1 {
            return;
        }
        block = b.next.take();
    }
}

#[pymethods]
impl TeeData {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<TeeData>> {
        object::containers::no_keywords("_tee_dataobject", kwargs)?;
        object::args::check_positional("teedataobject", args.len(), 3, 3)?;
        let [it, values, next] = args.as_slice() else {
            return error::missing_argument();
        };
        let Some(values) = values.downcast::<PyList>() else {
            return raise!(
                TypeError,
                "teedataobject() argument 2 must be list, not {}",
                values.ty().full_name()
            );
        };
        let values = values.to_vec();
        if values.len() > LINK_CELLS {
            return raise!(ValueError, "Invalid arguments");
        }
        let next = if object::is_none(next) {
            None
        } else if values.len() != LINK_CELLS {
            return raise!(ValueError, "Invalid arguments");
        } else {
            match next.downcast::<TeeData>() {
                Some(n) => Some(n.new_ref()),
                None => return raise!(ValueError, "Invalid arguments"),
            }
        };
        make!(
            cls,
            TeeData {
                it: Field::new(Some(it.clone())),
                next: Field::new(next),
                values: RefCell::new(values),
            }
        )
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.it);
        visit.field(&self.next);
        for v in self.values.borrow().iter() {
            visit.object(v);
        }
    }
    #[slot]
    fn tp_clear(&self) {
        self.it.set(None);
        let values = self.values.take();
        drop(values);
        release_chain(self.next.take());
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end; the rest is the generated deallocator's.
        unsafe {
            release_chain((*op).downcast_unchecked::<TeeData>().next.take());
            object::alloc::generic_dealloc::<TeeData>(op);
        }
    }
}

/// `itertools._tee`
#[pyclass(name = "itertools._tee", flags(HAVE_GC), weaklist = weakreflist)]
#[repr(C)]
pub struct Tee {
    ob_base: PyObject,
    block: Field<TeeData>,
    index: GilCell<usize>,
    weakreflist: GilCell<*mut PyObject>,
}

impl Tee {
    /// A tee over any iterable; of another tee, at its place.
    fn of(iterable: &PyObject) -> PyResult<Py<Tee>> {
        let it = iter::get_iter(iterable)?;
        if let Some(tee) = it.downcast::<Tee>() {
            return tee.fork();
        }
        let block = TeeData::make(it)?;
        make!(
            Tee::type_object(),
            Tee {
                block: Field::new(Some(block))
            }
        )
    }

    fn fork(&self) -> PyResult<Py<Tee>> {
        make!(
            Tee::type_object(),
            Tee {
                block: Field::new(self.block.get()),
                index: GilCell::new(self.index.get()),
            }
        )
    }
}

#[pymethods(signature = "(iterable, /)")]
impl Tee {
    #[slot]
    fn tp_new(_cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<Tee>> {
        object::containers::no_keywords("_tee", kwargs)?;
        object::args::check_positional("_tee", args.len(), 1, 1)?;
        match args.get(0) {
            Some(iterable) => Tee::of(iterable),
            None => error::missing_argument(),
        }
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(mut block) = self.block.get() else {
            return Ok(None);
        };
        if self.index.get() >= LINK_CELLS {
            let Some(next) = block.following()? else {
                return Ok(None);
            };
            self.block.set(Some(next.clone()));
            self.index.set(0);
            block = next;
        }
        let i = self.index.get();
        let item = block.item(i)?;
        if item.is_some() {
            self.index.set(i + 1);
        }
        Ok(item)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.block);
    }
    #[slot]
    fn tp_clear(&self) {
        self.block.set(None);
    }
    #[method("($self, /)")]
    fn __copy__(&self) -> PyResult<Py<Tee>> {
        self.fork()
    }
}

/// `itertools.tee`
pub fn tee(iterable: &PyObject, n: isize) -> PyResult {
    if n < 0 {
        return raise!(ValueError, "n must be >= 0");
    }
    if n == 0 {
        return Ok(PyTuple::empty()?.into_object());
    }
    let first = Tee::of(iterable)?;
    let mut all = vec![first.clone().into_object()];
    for _ in 1..n {
        all.push(first.fork()?.into_object());
    }
    Ok(PyTuple::from_vec(all)?.into_object())
}

/// `itertools.groupby`
#[pyclass(name = "itertools.groupby", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct GroupBy {
    ob_base: PyObject,
    it: Field,
    /// `None`: the item itself.
    func: Field,
    target_key: Field,
    current_key: Field,
    current_value: Field,
    /// The group given last, for identity alone.
    group: GilCell<*const Grouper>,
}

impl GroupBy {
    /// Takes the next item; false at the end.
    fn step(&self) -> PyResult<bool> {
        let Some(it) = self.it.get() else {
            return Ok(false);
        };
        let Some(value) = iter::next(&it)? else {
            return Ok(false);
        };
        let key = match self.func.get().filter(|f| !object::is_none(f)) {
            None => value.clone(),
            Some(func) => call::call(&func, &[&value])?,
        };
        self.current_value.set(Some(value));
        self.current_key.set(Some(key));
        Ok(true)
    }
}

#[pymethods]
impl GroupBy {
    #[new("(iterable, key=None)")]
    fn tp_new(cls: &PyTypeObject, iterable: &PyObject, key: Option<&PyObject>) -> PyResult<Py<GroupBy>> {
        make!(
            cls,
            GroupBy {
                it: Field::new(Some(iter::get_iter(iterable)?)),
                func: Field::new(key.map(|k| k.new_ref())),
            }
        )
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        self.group.set(std::ptr::null());
        loop {
            match (self.current_key.get(), self.target_key.get()) {
                (None, _) => {}
                (Some(_), None) => break,
                (Some(current), Some(target)) => {
                    if !target.rich_compare_bool(&current, CompareOp::Eq)? {
                        break;
                    }
                }
            }
            if !self.step()? {
                return Ok(None);
            }
        }
        let Some(key) = self.current_key.get() else {
            return Ok(None);
        };
        self.target_key.set(Some(key.clone()));
        let group = Grouper::of(self, key.clone())?;
        Ok(Some(PyTuple::pair(key, group.into_object())?.into_object()))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.it);
        visit.field(&self.func);
        visit.field(&self.target_key);
        visit.field(&self.current_key);
        visit.field(&self.current_value);
    }
    #[slot]
    fn tp_clear(&self) {
        for field in [
            &self.it,
            &self.func,
            &self.target_key,
            &self.current_key,
            &self.current_value,
        ] {
            field.set(None);
        }
    }
}

/// `itertools._grouper`: the items of one group, as long as it is the current one.
#[pyclass(name = "itertools._grouper", flags(HAVE_GC))]
#[repr(C)]
pub struct Grouper {
    ob_base: PyObject,
    parent: Field<GroupBy>,
    target: Field,
}

impl Grouper {
    fn of(parent: &GroupBy, target: Py) -> PyResult<Py<Grouper>> {
        let group = object::new_object(Grouper {
            ob_base: PyObject::new_head(Grouper::type_object()),
            parent: Field::from_ref(parent),
            target: Field::new(Some(target)),
        })?;
        parent.group.set(&*group);
        Ok(group)
    }
}

#[pymethods]
impl Grouper {
    #[slot]
    fn tp_new(_cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<Grouper>> {
        object::containers::no_keywords("_grouper", kwargs)?;
        object::args::check_positional("_grouper", args.len(), 2, 2)?;
        let [parent, target] = args.as_slice() else {
            return error::missing_argument();
        };
        let Some(parent) = parent.downcast::<GroupBy>() else {
            return raise!(
                TypeError,
                "_grouper() argument 1 must be itertools.groupby, not {}",
                parent.ty().full_name()
            );
        };
        Grouper::of(parent, target.clone())
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let (Some(parent), Some(target)) = (self.parent.get(), self.target.get()) else {
            return Ok(None);
        };
        if !std::ptr::eq(parent.group.get(), self) {
            return Ok(None);
        }
        if parent.current_value.is_none() && !parent.step()? {
            return Ok(None);
        }
        let Some(current) = parent.current_key.get() else {
            return Ok(None);
        };
        if !target.rich_compare_bool(&current, CompareOp::Eq)? {
            return Ok(None);
        }
        parent.current_key.set(None);
        Ok(parent.current_value.take())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.parent);
        visit.field(&self.target);
    }
    #[slot]
    fn tp_clear(&self) {
        self.parent.set(None);
        self.target.set(None);
    }
}
