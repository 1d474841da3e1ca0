//! `_struct`: values as bytes, by a format.

mod layout;

use crate::buffer::Buffer;
use layout::{Layout, format_bytes};
use object::typeobject::PyTypeObject;
use object::{
    FuncArgs, GilCell, Py, PyBytes, PyClass, PyDict, PyLayout, PyModule, PyObject, PyResult, PyStr, PyTuple,
    new_instance, new_object, pyclass, pymethods, pymodule, raise,
};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// `struct.error`
static ERROR: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);

/// Raises `struct.error`.
#[cold]
fn error<T>(message: &str) -> PyResult<T> {
    match ERROR.get() {
        Some(class) => Err(object::error::raise_fmt(class, format_args!("{message}"))),
        None => raise!(SystemError, "the module _struct is not there: {message}"),
    }
}

/// As many parsed formats are kept.
const CACHED: usize = 100;

/// Parsed formats: by content, and for the same format objects that come again and again by identity.
struct Cache {
    formats: HashMap<Vec<u8>, Rc<Layout>>,
    recent: [Option<(Py, Rc<Layout>)>; 16],
}

static CACHE: GilCell<Option<Box<Cache>>> = GilCell::new(None);

/// Works on the cache. What it holds is dropped by the caller, outside.
fn with_cache<R>(f: impl FnOnce(&mut Cache) -> R) -> R {
    let mut cache = CACHE.replace(None).unwrap_or_else(|| {
        Box::new(Cache {
            formats: HashMap::new(),
            recent: Default::default(),
        })
    });
    let result = f(&mut cache);
    CACHE.set(Some(cache));
    result
}

/// The place among the recent formats of a format object.
fn place_of(format: &PyObject) -> usize {
    (format.as_ptr() as usize >> 4) % 16
}

/// The layout of a format given to one of the module's functions.
fn cached(format: &PyObject) -> PyResult<Rc<Layout>> {
    if let Some(this) = format.downcast_exact::<PyStruct>() {
        return this.layout();
    }
    let recent = with_cache(|cache| match &cache.recent[place_of(format)] {
        Some((same, layout)) if same.is(format) => Some(layout.clone()),
        _ => None,
    });
    if let Some(layout) = recent {
        return Ok(layout);
    }
    let bytes = format_bytes(format)?;
    let layout = match with_cache(|cache| cache.formats.get(&bytes).cloned()) {
        Some(layout) => layout,
        None => Rc::new(Layout::parse(&bytes)?),
    };
    let replaced = with_cache(|cache| {
        if cache.formats.len() >= CACHED {
            cache.formats.clear();
        }
        cache.formats.insert(bytes, layout.clone());
        cache.recent[place_of(format)].replace((format.new_ref(), layout.clone()))
    });
    drop(replaced);
    Ok(layout)
}

fn pack(layout: &Layout, values: &[&PyObject]) -> PyResult<Py<PyBytes>> {
    if values.len() != layout.items {
        let (items, got) = (layout.items, values.len());
        return error(&format!("pack expected {items} items for packing (got {got})"));
    }
    PyBytes::new(&layout.pack(values)?)
}

/// The place of `size` bytes at an offset in a buffer, which may count from the end.
fn place(offset: isize, size: usize, length: usize, packing: bool) -> PyResult<usize> {
    let (size, length) = (size as isize, length as isize);
    let mut from = offset;
    if offset < 0 {
        if offset.saturating_add(size) > 0 {
            return error(&if packing {
                format!("no space to pack {size} bytes at offset {offset}")
            } else {
                format!("not enough data to unpack {size} bytes at offset {offset}")
            });
        }
        from = offset.saturating_add(length);
        if from < 0 {
            return error(&format!("offset {offset} out of range for {length}-byte buffer"));
        }
    }
    if length - from < size {
        let (name, word) = if packing {
            ("pack_into", "packing")
        } else {
            ("unpack_from", "unpacking")
        };
        let least = from as usize + size as usize;
        return error(&format!(
            "{name} requires a buffer of at least {least} bytes for {word} {size} bytes at offset {from} (actual \
             buffer size is {length})"
        ));
    }
    Ok(from as usize)
}

fn pack_into(layout: &Layout, args: &[&PyObject]) -> PyResult<()> {
    let (buffer, offset, values) = match args {
        [] => return error("pack_into expected buffer argument"),
        [_] => return error("pack_into expected offset argument"),
        [buffer, offset, values @ ..] => (buffer, offset, values),
    };
    if values.len() != layout.items {
        let (items, got) = (layout.items, values.len());
        return error(&format!(
            "pack_into expected {items} items for packing (got {got})"
        ));
    }
    let buffer = Buffer::writable(buffer, "argument")?;
    let offset = object::number::index_as_isize(offset)?;
    let from = place(offset, layout.size, buffer.len(), true)?;
    let bytes = layout.pack(values)?;
    buffer.write(from, &bytes);
    Ok(())
}

fn unpack(layout: &Layout, buffer: &PyObject) -> PyResult<Py<PyTuple>> {
    let buffer = Buffer::required(buffer)?;
    if buffer.len() != layout.size {
        return error(&format!("unpack requires a buffer of {} bytes", layout.size));
    }
    unpack_at(layout, &buffer, 0)
}

fn unpack_at(layout: &Layout, buffer: &Buffer, from: usize) -> PyResult<Py<PyTuple>> {
    // Making values may run Python code (a collection), so bytes that can change are copied first.
    let copied;
    // SAFETY: constant bytes stay; others are copied, which runs no Python code.
    let bytes = unsafe { &buffer.as_slice()[from..from + layout.size] };
    let bytes = if buffer.is_constant() {
        bytes
    } else {
        copied = bytes.to_vec();
        &copied
    };
    layout.unpack(bytes)
}

fn unpack_from(layout: &Layout, buffer: &PyObject, offset: Option<isize>) -> PyResult<Py<PyTuple>> {
    let buffer = Buffer::required(buffer)?;
    let from = place(offset.unwrap_or(0), layout.size, buffer.len(), false)?;
    unpack_at(layout, &buffer, from)
}

fn iter_unpack(layout: Rc<Layout>, buffer: &PyObject) -> PyResult<Py<PyUnpackIterator>> {
    if layout.size == 0 {
        return error("cannot iteratively unpack with a struct of length 0");
    }
    let buffer = Buffer::required(buffer)?;
    if buffer.len() % layout.size != 0 {
        return error(&format!(
            "iterative unpacking requires a buffer of a multiple of {} bytes",
            layout.size
        ));
    }
    new_object(PyUnpackIterator {
        ob_base: PyObject::new_head(PyUnpackIterator::type_object()),
        layout,
        buffer: RefCell::new(Some(Rc::new(buffer))),
        at: Cell::new(0),
    })
}

/// `struct.Struct`
#[pyclass(name = "_struct.Struct", flags(BASETYPE, HAVE_GC), weaklist = weaklist, basicsize = 56)]
#[repr(C)]
pub struct PyStruct {
    ob_base: PyObject,
    /// Bytes, and values: where C code that knows CPython's `PyStructObject` looks for them.
    s_size: GilCell<isize>,
    s_len: GilCell<isize>,
    weaklist: GilCell<*mut PyObject>,
    state: RefCell<Option<Box<State>>>,
}

struct State {
    format: Vec<u8>,
    layout: Rc<Layout>,
}

impl PyStruct {
    fn layout(&self) -> PyResult<Rc<Layout>> {
        match &*self.state.borrow() {
            Some(state) => Ok(state.layout.clone()),
            None => raise!(RuntimeError, "Struct object is not initialized"),
        }
    }

    fn format_text(&self) -> PyResult<Py<PyStr>> {
        let format = self.state.borrow().as_ref().map(|state| state.format.clone());
        match format {
            Some(format) => PyStr::from_code_points(&format.iter().map(|&c| c.into()).collect::<Vec<u32>>()),
            None => raise!(RuntimeError, "Struct object is not initialized"),
        }
    }
}

#[pymethods]
impl PyStruct {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py<PyStruct>> {
        new_instance(cls, |this: *mut PyStruct| {
            // SAFETY: fresh memory of the type; the field is written before anybody sees it.
            unsafe { (&raw mut (*this).state).write(RefCell::new(None)) };
        })
    }

    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        static SPEC: object::args::ArgSpec = object::args::ArgSpec {
            fname: "Struct",
            names: &["format"],
            required: &[true],
            pos_only: 0,
            pos: 1,
            min_pos: 1,
            varargs: false,
            varkw: false,
        };
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let mut buffer = [None; 1];
        SPEC.parse(&all, &mut buffer)?;
        let [Some(format)] = buffer else {
            return object::error::missing_argument();
        };
        let format = format_bytes(format)?;
        let layout = Rc::new(Layout::parse(&format)?);
        self.s_size.set(layout.size as isize);
        self.s_len.set(layout.items as isize);
        self.state.replace(Some(Box::new(State { format, layout })));
        Ok(())
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let format = self.format_text()?;
        let format = format.as_object().repr()?;
        PyStr::new_wtf8_lossy(&format!("{}({})", self.as_object().ty().name(), &*format))
    }

    #[method("(*values)", nosig, raw)]
    fn pack(&self, all: FuncArgs<'_>) -> PyResult<Py<PyBytes>> {
        all.no_keywords("Struct.pack")?;
        pack(&*self.layout()?, all.pos)
    }

    #[method("(*values)", nosig, raw)]
    fn pack_into(&self, all: FuncArgs<'_>) -> PyResult<()> {
        all.no_keywords("Struct.pack_into")?;
        pack_into(&*self.layout()?, all.pos)
    }

    #[method("($self, buffer, /)")]
    fn unpack(&self, buffer: &PyObject) -> PyResult<Py<PyTuple>> {
        unpack(&*self.layout()?, buffer)
    }

    #[method("($self, /, buffer, offset=0)")]
    fn unpack_from(&self, buffer: &PyObject, offset: Option<isize>) -> PyResult<Py<PyTuple>> {
        unpack_from(&*self.layout()?, buffer, offset)
    }

    #[method("($self, buffer, /)")]
    fn iter_unpack(&self, buffer: &PyObject) -> PyResult<Py<PyUnpackIterator>> {
        iter_unpack(self.layout()?, buffer)
    }

    #[method("($self, /)")]
    fn __sizeof__(&self) -> PyResult<usize> {
        let basic = self.as_object().ty().tp_basicsize.get() as usize;
        Ok(basic + self.layout()?.table_size())
    }

    #[getter]
    fn format(&self) -> PyResult<Py<PyStr>> {
        self.format_text()
    }

    #[getter]
    fn size(&self) -> isize {
        self.state
            .borrow()
            .as_ref()
            .map_or(-1, |state| state.layout.size as isize)
    }
}

/// What `iter_unpack` gives.
#[pyclass(name = "_struct.unpack_iterator", flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyUnpackIterator {
    ob_base: PyObject,
    layout: Rc<Layout>,
    /// Given back when all is read.
    buffer: RefCell<Option<Rc<Buffer>>>,
    at: Cell<usize>,
}

#[pymethods]
impl PyUnpackIterator {
    #[slot]
    fn tp_iter(&self) -> Py<PyUnpackIterator> {
        self.new_ref()
    }

    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(buffer) = self.buffer.borrow().clone() else {
            return Ok(None);
        };
        let from = self.at.get();
        if from >= buffer.len() {
            let finished = self.buffer.take();
            drop(finished);
            return Ok(None);
        }
        self.at.set(from + self.layout.size);
        unpack_at(&self.layout, &buffer, from).map(|values| Some(values.into_object()))
    }

    #[method("($self, /)")]
    fn __length_hint__(&self) -> usize {
        let length = self.buffer.borrow().as_ref().map_or(0, |buffer| buffer.len());
        length.saturating_sub(self.at.get()) / self.layout.size
    }
}

/// The module.
pub struct Struct;

#[pymodule(name = "_struct")]
impl Struct {
    #[function("($module, format, /)")]
    fn calcsize(format: &PyObject) -> PyResult<usize> {
        Ok(cached(format)?.size)
    }

    #[function("(format, /, *values)", nosig, raw)]
    fn pack(all: FuncArgs<'_>) -> PyResult<Py<PyBytes>> {
        all.no_keywords("_struct.pack")?;
        match all.pos {
            [format, values @ ..] => pack(&*cached(format)?, values),
            [] => raise!(TypeError, "missing format argument"),
        }
    }

    #[function("(format, buffer, offset, /, *values)", nosig, raw)]
    fn pack_into(all: FuncArgs<'_>) -> PyResult<()> {
        all.no_keywords("_struct.pack_into")?;
        match all.pos {
            [format, args @ ..] => pack_into(&*cached(format)?, args),
            [] => raise!(TypeError, "missing format argument"),
        }
    }

    #[function("($module, format, buffer, /)")]
    fn unpack(format: &PyObject, buffer: &PyObject) -> PyResult<Py<PyTuple>> {
        unpack(&*cached(format)?, buffer)
    }

    #[function("($module, format, /, buffer, offset=0)")]
    fn unpack_from(format: &PyObject, buffer: &PyObject, offset: Option<isize>) -> PyResult<Py<PyTuple>> {
        unpack_from(&*cached(format)?, buffer, offset)
    }

    #[function("($module, format, buffer, /)")]
    fn iter_unpack(format: &PyObject, buffer: &PyObject) -> PyResult<Py<PyUnpackIterator>> {
        iter_unpack(cached(format)?, buffer)
    }

    #[function("($module, /)")]
    fn _clearcache() {
        drop(CACHE.replace(None));
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        object::class::ready::<PyStruct>()?;
        object::class::ready::<PyUnpackIterator>()?;
        module.add("Struct", PyStruct::type_object().as_object())?;
        module.add(
            "error",
            crate::exception_class(&ERROR, "struct", "error", None)?.as_object(),
        )
    }
}
