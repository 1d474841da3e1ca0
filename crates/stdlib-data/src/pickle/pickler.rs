//! `_pickle.Pickler` and the proxy of its memo.

use super::memo::SaveMemo;
use super::save::{Options, Saver};
use super::state::pickling_error;
use object::cfunction::PyCFunctionObject;
use object::{
    Field, GilCell, Py, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple, PyTypeObject,
    Visitor, exceptions, intern, is_none, new_instance, pyclass, pymethods, raise,
};

/// `PicklerObject`
#[pyclass(name = "_pickle.Pickler", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct Pickler {
    ob_base: PyObject,
    memo: GilCell<SaveMemo>,
    write: Field,
    buffer_callback: Field,
    dispatch_table: Field,
    /// What was assigned to `persistent_id`.
    persistent_id: Field,
    bin: GilCell<i32>,
    fast: GilCell<i32>,
    proto: GilCell<i32>,
    fix_imports: GilCell<bool>,
    running: GilCell<bool>,
    /// Nothing has been dumped yet.
    fresh: GilCell<bool>,
    /// `object.__sizeof__` shows CPython's size.
    _room: [usize; 6],
}
const _: () = assert!(size_of::<Pickler>() == 152);

/// `file.write`, `file.read`…: `None` where the file has no such attribute.
pub fn file_method(file: &PyObject, name: &PyStr) -> PyResult<Option<Py>> {
    Ok(file.get_attr_opt(name)?.filter(|m| !is_none(m)))
}

pub fn writer(file: &PyObject) -> PyResult<Py> {
    match file_method(file, intern!("write"))? {
        Some(write) => Ok(write),
        None => raise!(TypeError, "file must have a 'write' attribute"),
    }
}

/// A method of the object, unless it is the built-in one of that name, which does nothing.
pub fn overriding(this: &PyObject, name: &PyStr) -> PyResult<Option<Py>> {
    let method = this.get_attr(name)?;
    let own = method
        .downcast_exact::<PyCFunctionObject>()
        .is_some_and(|f| f.receiver().is_some_and(|r| r.is(this)) && name.eq_str(f.name()));
    Ok(if own { None } else { Some(method) })
}

impl Pickler {
    fn enter(&self) -> PyResult<()> {
        if self.running.replace(true) {
            return raise!(RuntimeError, "Pickler object is already used");
        }
        Ok(())
    }

    fn replace_memo(&self, memo: SaveMemo) {
        drop(self.memo.replace(memo));
    }

    fn memo_entries(&self) -> Vec<(Py, usize)> {
        // SAFETY: under the GIL; nothing runs during the loan.
        unsafe { (*self.memo.as_ptr()).entries() }
    }

    /// The memo as a dict: `{id: (number, object)}`.
    fn memo_dict(&self) -> PyResult<Py<PyDict>> {
        let dict = PyDict::new()?;
        for (obj, index) in self.memo_entries() {
            let id = PyInt::from_usize(obj.as_ptr() as usize)?;
            let entry = PyTuple::pair(PyInt::from_usize(index)?.into_object(), obj)?;
            dict.set_item(&*id, &*entry)?;
        }
        Ok(dict)
    }

    fn do_dump(&self, obj: &PyObject, write: Py) -> PyResult<()> {
        let options = Options {
            proto: self.proto.get(),
            fix_imports: self.fix_imports.get(),
            buffer_callback: self.buffer_callback.get(),
        };
        let mut saver = Saver::new(&options, Some(write), &self.memo, &self.bin, &self.fast);
        let this = self.as_object();
        saver.persistent_id = overriding(this, intern!("persistent_id"))?;
        saver.reducer_override = this.get_attr_opt(intern!("reducer_override"))?;
        saver.dispatch_table = self.dispatch_table.get();
        if saver.dispatch_table.is_none() && !Pickler::check_exact(this) {
            saver.dispatch_table = this.get_attr_opt(intern!("dispatch_table"))?;
        }
        saver.dump(obj)
    }
}

/// A C `int` member.
fn set_int(cell: &GilCell<i32>, value: Option<&PyObject>) -> PyResult<()> {
    let Some(value) = value else {
        return raise!(TypeError, "can't delete numeric/char attribute");
    };
    let value = object::number::index(value)?;
    let Some(wide) = value.to_i64() else {
        return raise!(OverflowError, "Python int too large to convert to C long");
    };
    let narrow = wide as i32;
    if narrow as i64 != wide {
        object::hooks::warn(
            exceptions::RuntimeWarning::type_object(),
            "Truncation of value to int",
            1,
        )?;
    }
    cell.set(narrow);
    Ok(())
}

#[pymethods]
impl Pickler {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py<Pickler>> {
        new_instance(cls, |this: *mut Pickler| {
            // SAFETY: a fresh, zeroed instance, in which nothing is to be dropped; zero is valid for the rest.
            unsafe { (&raw mut (*this).memo).write(GilCell::new(SaveMemo::new())) };
        })
    }
    #[init("(file, protocol=None, fix_imports=True, buffer_callback=None)")]
    fn tp_init(
        &self,
        file: &PyObject,
        protocol: Option<&PyObject>,
        fix_imports: Option<bool>,
        buffer_callback: Option<&PyObject>,
    ) -> PyResult<()> {
        if self.running.get() {
            return raise!(RuntimeError, "Pickler object is already used");
        }
        self.write.set(None);
        let options = Options::parse(protocol, fix_imports, buffer_callback)?;
        let write = writer(file)?;
        self.replace_memo(SaveMemo::new());
        self.proto.set(options.proto);
        self.bin.set((options.proto > 0) as i32);
        self.fast.set(0);
        self.fix_imports.set(options.fix_imports);
        self.fresh.set(true);
        self.buffer_callback.set(options.buffer_callback);
        self.write.set(Some(write));
        Ok(())
    }
    #[slot]
    fn tp_getattro(&self, name: &PyObject) -> PyResult {
        let name = object::str::attribute_name(name)?;
        if self.persistent_id.is_some()
            && name.eq_str("persistent_id")
            && let Some(f) = self.persistent_id.get()
        {
            return Ok(f);
        }
        match object::typeobject::generic_get(self.as_object(), name)? {
            Some(v) => Ok(v),
            None => object::typeobject::no_attribute(self.as_object(), name),
        }
    }
    #[slot]
    fn tp_setattro(&self, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        let name = object::str::attribute_name(name)?;
        if name.eq_str("persistent_id") {
            self.persistent_id.set(value.map(|v| v.new_ref()));
            return Ok(());
        }
        object::typeobject::generic_set(self.as_object(), name, value)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.write);
        visit.field(&self.buffer_callback);
        visit.field(&self.dispatch_table);
        visit.field(&self.persistent_id);
        // SAFETY: only looked at; nothing runs.
        unsafe { (*self.memo.as_ptr()).visit(visit) };
    }
    #[slot]
    fn tp_clear(&self) {
        self.write.set(None);
        self.buffer_callback.set(None);
        self.dispatch_table.set(None);
        self.persistent_id.set(None);
        self.replace_memo(SaveMemo::new());
    }
    #[method("($self, obj, /)")]
    fn persistent_id(&self, _obj: &PyObject) {}
    #[method("($self, obj, /)")]
    fn dump(&self, obj: &PyObject) -> PyResult<()> {
        self.enter()?;
        let me = self.new_ref();
        let result = match me.write.get() {
            Some(write) => me.do_dump(obj, write),
            None => pickling_error(format_args!(
                "Pickler.__init__() was not called by {}.__init__()",
                me.as_object().ty().full_name()
            )),
        };
        me.running.set(false);
        me.fresh.set(false);
        result
    }
    #[method("($self, /)")]
    fn clear_memo(&self) {
        self.replace_memo(SaveMemo::new());
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        let base = self.as_object().ty().tp_basicsize.get() as usize;
        // SAFETY: only looked at; nothing runs.
        let memo = unsafe { (*self.memo.as_ptr()).byte_size() };
        // CPython's first buffer is a `bytes` of 4096
        base + memo + if self.fresh.get() { 33 + 4096 } else { 0 }
    }
    #[getter]
    fn bin(&self) -> i32 {
        self.bin.get()
    }
    #[setter(bin)]
    fn set_bin(&self, value: Option<&PyObject>) -> PyResult<()> {
        set_int(&self.bin, value)
    }
    #[getter]
    fn fast(&self) -> i32 {
        self.fast.get()
    }
    #[setter(fast)]
    fn set_fast(&self, value: Option<&PyObject>) -> PyResult<()> {
        set_int(&self.fast, value)
    }
    #[getter]
    fn dispatch_table(&self) -> PyResult {
        match self.dispatch_table.get() {
            Some(t) => Ok(t),
            None => object::typeobject::no_attribute(self.as_object(), intern!("dispatch_table")),
        }
    }
    #[setter(dispatch_table)]
    fn set_dispatch_table(&self, value: Option<&PyObject>) -> PyResult<()> {
        if value.is_none() && self.dispatch_table.is_none() {
            return raise!(AttributeError, "dispatch_table");
        }
        self.dispatch_table.set(value.map(|v| v.new_ref()));
        Ok(())
    }
    #[getter]
    fn memo(&self) -> PyResult<Py<PicklerMemoProxy>> {
        new_instance(PicklerMemoProxy::type_object(), |this: *mut PicklerMemoProxy| {
            // SAFETY: a fresh, zeroed instance.
            unsafe { (*this).pickler.set(Some(self.new_ref())) };
        })
    }
    #[setter(memo)]
    fn set_memo(&self, value: Option<&PyObject>) -> PyResult<()> {
        let Some(value) = value else {
            return raise!(TypeError, "attribute deletion is not supported");
        };
        let mut memo = SaveMemo::new();
        if let Some(proxy) = value.downcast_exact::<PicklerMemoProxy>() {
            if let Some(other) = proxy.pickler.get() {
                for (obj, index) in other.memo_entries() {
                    memo.set(&obj, index);
                }
            }
        } else if let Some(dict) = value.downcast::<PyDict>() {
            for (_, entry) in dict.items_vec() {
                let Some([index, obj]) = entry.downcast::<PyTuple>().map(|t| t.as_slice()) else {
                    return raise!(TypeError, "'memo' values must be 2-item tuples");
                };
                if index.downcast::<PyInt>().is_none() {
                    return raise!(TypeError, "an integer is required");
                }
                let index = object::number::as_ssize_t(index)?;
                memo.set(obj, index.max(0) as usize);
            }
        } else {
            return raise!(
                TypeError,
                "'memo' attribute must be a PicklerMemoProxy object or dict, not {}",
                value.ty().full_name()
            );
        }
        self.replace_memo(memo);
        Ok(())
    }
}

/// `_pickle.PicklerMemoProxy`
#[pyclass(name = "_pickle.PicklerMemoProxy", flags(HAVE_GC))]
#[repr(C)]
pub struct PicklerMemoProxy {
    ob_base: PyObject,
    pickler: Field<Pickler>,
}

impl PicklerMemoProxy {
    fn of(&self) -> PyResult<Py<Pickler>> {
        match self.pickler.get() {
            Some(p) => Ok(p),
            None => raise!(RuntimeError, "the memo belongs to no pickler"),
        }
    }
}

#[pymethods]
impl PicklerMemoProxy {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.pickler);
    }
    #[slot]
    fn tp_clear(&self) {
        self.pickler.set(None);
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        raise!(TypeError, "unhashable type: '_pickle.PicklerMemoProxy'")
    }
    #[method("($self, /)")]
    fn clear(&self) -> PyResult<()> {
        self.of()?.replace_memo(SaveMemo::new());
        Ok(())
    }
    #[method("($self, /)")]
    fn copy(&self) -> PyResult<Py<PyDict>> {
        self.of()?.memo_dict()
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<Py<PyTuple>> {
        let contents = self.of()?.memo_dict()?.into_object();
        let args = PyTuple::from_array([contents])?;
        PyTuple::pair(PyDict::type_object().as_object().new_ref(), args.into_object())
    }
}
