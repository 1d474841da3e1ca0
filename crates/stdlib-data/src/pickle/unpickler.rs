//! `_pickle.Unpickler` and the proxy of its memo.

use super::input::{File, Input};
use super::load::{Loader, Options, find_class, no_persistent_load};
use super::memo::LoadMemo;
use super::pickler::{file_method, overriding};
use super::state::unpickling_error;
use object::{
    Field, GilCell, Py, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, Visitor, intern, new_instance, pyclass, pymethods, raise,
};

/// What `__init__` sets.
struct Setup {
    file: File,
    options: Options,
}

/// `UnpicklerObject`
#[pyclass(name = "_pickle.Unpickler", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct Unpickler {
    ob_base: PyObject,
    memo: GilCell<LoadMemo>,
    setup: GilCell<Option<Box<Setup>>>,
    /// What was read beyond the last pickle.
    rest: Field<PyBytes>,
    /// What was assigned to `persistent_load`.
    persistent_load: Field,
    proto: GilCell<i32>,
    running: GilCell<bool>,
    /// CPython's array of marks and its copy of a line, for `__sizeof__`.
    marks: GilCell<usize>,
    line_room: GilCell<usize>,
    /// `object.__sizeof__` shows CPython's size.
    _room: [usize; ROOM],
}
const ROOM: usize = (296 - 16 - size_of::<LoadMemo>() - 48) / 8;
const _: () = assert!(size_of::<Unpickler>() == 296);

/// The methods of a file to read from.
pub fn reader(file: &PyObject) -> PyResult<File> {
    let peek = file_method(file, intern!("peek"))?;
    let readinto = file_method(file, intern!("readinto"))?;
    let read = file_method(file, intern!("read"))?;
    let readline = file_method(file, intern!("readline"))?;
    match (read, readline) {
        (Some(read), Some(readline)) => Ok(File {
            read,
            readline,
            readinto,
            peek,
        }),
        _ => raise!(TypeError, "file must have 'read' and 'readline' attributes"),
    }
}

impl Unpickler {
    fn replace_memo(&self, memo: LoadMemo) {
        drop(self.memo.replace(memo));
    }

    fn memo_entries(&self) -> Vec<(usize, Py)> {
        // SAFETY: under the GIL; nothing runs during the loan.
        unsafe { (*self.memo.as_ptr()).entries() }
    }

    fn memo_dict(&self) -> PyResult<Py<PyDict>> {
        let dict = PyDict::new()?;
        for (index, obj) in self.memo_entries() {
            dict.set_item(&*PyInt::from_usize(index)?, &*obj)?;
        }
        Ok(dict)
    }

    /// What the last `__init__` has set; lent while `running` keeps `__init__` and `tp_clear` from replacing it.
    fn setup(&self) -> Option<&Setup> {
        // SAFETY: see above; loads hold a reference to the unpickler besides.
        unsafe { (*self.setup.as_ptr()).as_deref() }
    }

    fn do_load(&self, setup: &Setup) -> PyResult {
        let this = self.as_object();
        self.proto.set(0);
        let input = Input::file(setup.file.clone(), self.rest.take());
        let mut loader = Loader::new(input, &setup.options, &self.memo, &self.proto);
        loader.persistent_load = overriding(this, intern!("persistent_load"))?;
        if !Unpickler::check_exact(this) {
            loader.finder = Some(this.new_ref());
        }
        let result = loader.load();
        let marks = loader.marks_nominal();
        self.marks.set(self.marks.get().max(marks));
        if loader.input.line_room > 0 {
            self.line_room.set(loader.input.line_room);
        }
        let value = result?;
        self.rest.set(loader.input.finish()?);
        Ok(value)
    }
}

#[pymethods]
impl Unpickler {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py<Unpickler>> {
        new_instance(cls, |this: *mut Unpickler| {
            // SAFETY: a fresh, zeroed instance, in which nothing is to be dropped; zero is valid for the rest.
            unsafe { (&raw mut (*this).memo).write(GilCell::new(LoadMemo::new())) };
        })
    }
    #[init("(file, *, fix_imports=True, encoding='ASCII', errors='strict',\n          buffers=())")]
    fn tp_init(
        &self,
        file: &PyObject,
        fix_imports: Option<bool>,
        encoding: Option<&PyStr>,
        errors: Option<&PyStr>,
        buffers: Option<&PyObject>,
    ) -> PyResult<()> {
        if self.running.get() {
            return raise!(RuntimeError, "Unpickler object is already used");
        }
        drop(self.setup.replace(None));
        let file = reader(file)?;
        let options = Options::parse(fix_imports, encoding, errors, buffers)?;
        if self.running.get() {
            return raise!(RuntimeError, "Unpickler object is already used");
        }
        self.rest.set(None);
        self.replace_memo(LoadMemo::new());
        self.proto.set(0);
        self.marks.set(0);
        self.line_room.set(0);
        drop(self.setup.replace(Some(Box::new(Setup { file, options }))));
        Ok(())
    }
    #[slot]
    fn tp_getattro(&self, name: &PyObject) -> PyResult {
        let name = object::str::attribute_name(name)?;
        if self.persistent_load.is_some()
            && name.eq_str("persistent_load")
            && let Some(f) = self.persistent_load.get()
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
        if name.eq_str("persistent_load") {
            self.persistent_load.set(value.map(|v| v.new_ref()));
            return Ok(());
        }
        object::typeobject::generic_set(self.as_object(), name, value)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.persistent_load);
        if let Some(s) = self.setup() {
            visit.object(&s.file.read);
            visit.object(&s.file.readline);
            for f in [&s.file.readinto, &s.file.peek, &s.options.buffers]
                .into_iter()
                .flatten()
            {
                visit.object(f);
            }
        }
        // SAFETY: only looked at; nothing runs.
        unsafe { (*self.memo.as_ptr()).visit(visit) };
    }
    #[slot]
    fn tp_clear(&self) {
        self.persistent_load.set(None);
        self.replace_memo(LoadMemo::new());
        if !self.running.get() {
            drop(self.setup.replace(None));
        }
    }
    #[method("($self, pid, /)")]
    fn persistent_load(&self, _pid: &PyObject) -> PyResult {
        no_persistent_load()
    }
    #[method("($self, /)")]
    fn load(&self) -> PyResult {
        if self.running.replace(true) {
            return raise!(RuntimeError, "Unpickler object is already used");
        }
        let me = self.new_ref();
        let result = match me.setup() {
            Some(setup) => me.do_load(setup),
            None => unpickling_error(format_args!(
                "Unpickler.__init__() was not called by {}.__init__()",
                me.as_object().ty().full_name()
            )),
        };
        me.running.set(false);
        result
    }
    #[method("($self, module_name, global_name, /)")]
    fn find_class(&self, module_name: &PyObject, global_name: &PyObject) -> PyResult {
        let (Some(module), Some(name)) = (module_name.downcast::<PyStr>(), global_name.downcast::<PyStr>())
        else {
            return raise!(TypeError, "find_class() arguments must be strings");
        };
        let fix_imports = self.setup().is_none_or(|s| s.options.fix_imports);
        find_class(self.proto.get(), fix_imports, module, name)
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        let mut size = self.as_object().ty().tp_basicsize.get() as usize;
        // SAFETY: only looked at; nothing runs.
        size += unsafe { (*self.memo.as_ptr()).byte_size() };
        size += self.marks.get() * 8 + self.line_room.get();
        if let Some(s) = self.setup() {
            size += s.options.encoding.len() + 1 + s.options.errors.len() + 1;
        }
        size
    }
    #[getter]
    fn memo(&self) -> PyResult<Py<UnpicklerMemoProxy>> {
        new_instance(
            UnpicklerMemoProxy::type_object(),
            |this: *mut UnpicklerMemoProxy| {
                // SAFETY: a fresh, zeroed instance.
                unsafe { (*this).unpickler.set(Some(self.new_ref())) };
            },
        )
    }
    #[setter(memo)]
    fn set_memo(&self, value: Option<&PyObject>) -> PyResult<()> {
        let Some(value) = value else {
            return raise!(TypeError, "attribute deletion is not supported");
        };
        let mut memo = LoadMemo::new();
        if let Some(proxy) = value.downcast_exact::<UnpicklerMemoProxy>() {
            if let Some(other) = proxy.unpickler.get() {
                for (index, obj) in other.memo_entries() {
                    memo.put(index, obj);
                }
            }
        } else if let Some(dict) = value.downcast::<PyDict>() {
            for (key, obj) in dict.items_vec() {
                let Some(key) = key.downcast::<PyInt>() else {
                    return raise!(TypeError, "memo key must be integers");
                };
                let Some(index) = key.to_isize() else {
                    return raise!(OverflowError, "Python int too large to convert to C ssize_t");
                };
                if index < 0 {
                    return raise!(ValueError, "memo key must be positive integers.");
                }
                memo.put(index as usize, obj);
            }
        } else {
            return raise!(
                TypeError,
                "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {}",
                value.ty().full_name()
            );
        }
        self.replace_memo(memo);
        Ok(())
    }
}

/// `_pickle.UnpicklerMemoProxy`
#[pyclass(name = "_pickle.UnpicklerMemoProxy", flags(HAVE_GC))]
#[repr(C)]
pub struct UnpicklerMemoProxy {
    ob_base: PyObject,
    unpickler: Field<Unpickler>,
}

impl UnpicklerMemoProxy {
    fn of(&self) -> PyResult<Py<Unpickler>> {
        match self.unpickler.get() {
            Some(u) => Ok(u),
            None => raise!(RuntimeError, "the memo belongs to no unpickler"),
        }
    }
}

#[pymethods]
impl UnpicklerMemoProxy {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.unpickler);
    }
    #[slot]
    fn tp_clear(&self) {
        self.unpickler.set(None);
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        raise!(TypeError, "unhashable type: '_pickle.UnpicklerMemoProxy'")
    }
    #[method("($self, /)")]
    fn clear(&self) -> PyResult<()> {
        self.of()?.replace_memo(LoadMemo::new());
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
