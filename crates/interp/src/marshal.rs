//! The module `marshal`, and reading of compiled code.

use bytecode::marshal::{Builder, CodeFields, Error, ErrorKind, Reader, Writer};
use dashu_int::IBig;
use object::exceptions as exc;
use object::set::{PyFrozenSet, PySet};
use object::slice::PySlice;
use object::{
    Py, PyByteArray, PyBytes, PyClass, PyDict, PyFloat, PyInt, PyLayout, PyList, PyModule, PyObject,
    PyResult, PyStr, PyTuple, Raised, intern, pymodule, raise,
};
use vm::code::{Parts, PyCode};

/// Either the format's error, or a Python exception that is set.
pub enum ReadError {
    Format(Error),
    Raised,
}
impl From<Error> for ReadError {
    fn from(e: Error) -> Self {
        ReadError::Format(e)
    }
}
impl From<Raised> for ReadError {
    fn from(_: Raised) -> Self {
        ReadError::Raised
    }
}

#[cold]
fn raise_error(e: &Error) -> Raised {
    let class = match e.kind {
        ErrorKind::EOFError => exc::EOFError::type_object(),
        ErrorKind::ValueError => exc::ValueError::type_object(),
        ErrorKind::TypeError => exc::TypeError::type_object(),
        ErrorKind::UnicodeDecodeError => exc::ValueError::type_object(),
    };
    object::error::raise_fmt(class, format_args!("{}", e.msg))
}

/// Makes Python objects of what is read.
struct Objects {
    /// Replaces `co_filename` of all code objects.
    filename: Option<Py<PyStr>>,
    /// Code is the embedded library's, made by our own compiler.
    trusted: bool,
}

fn cast<T: PyClass>(o: Py, what: &str) -> Result<Py<T>, ReadError> {
    o.downcast_into::<T>().map_err(|_| {
        let r: PyResult<()> = raise!(TypeError, "bad marshal data: code {what}");
        let _ = r;
        ReadError::Raised
    })
}

impl Builder for Objects {
    type Object = Py;
    type Error = ReadError;

    fn none(&mut self) -> Py {
        object::none()
    }
    fn bool(&mut self, b: bool) -> Py {
        object::bool::py_bool(b)
    }
    fn ellipsis(&mut self) -> Py {
        object::ellipsis()
    }
    fn stop_iteration(&mut self) -> Result<Py, ReadError> {
        Ok(exc::StopIteration::type_object().as_object().new_ref())
    }
    fn int(&mut self, n: IBig) -> Result<Py, ReadError> {
        Ok(PyInt::from_big(&n)?.into_object())
    }
    fn float(&mut self, f: f64) -> Result<Py, ReadError> {
        Ok(PyFloat::new(f)?.into_object())
    }
    fn complex(&mut self, re: f64, im: f64) -> Result<Py, ReadError> {
        Ok(object::complex::PyComplex::new(re, im)?.into_object())
    }
    fn bytes(&mut self, bytes: &[u8]) -> Result<Py, ReadError> {
        Ok(PyBytes::new(bytes)?.into_object())
    }
    fn str(&mut self, text: &[u8], interned: bool) -> Result<Py, ReadError> {
        let s = PyStr::from_wtf8(text)?;
        Ok(if interned { object::intern::intern(s) } else { s }.into_object())
    }
    fn tuple(&mut self, items: Vec<Py>) -> Result<Py, ReadError> {
        Ok(PyTuple::from_vec(items)?.into_object())
    }
    fn frozenset(&mut self, items: Vec<Py>) -> Result<Py, ReadError> {
        let t = PyTuple::from_vec(items)?;
        Ok(PySet::frozen_from_iterable(t.as_object())?.into_object())
    }
    fn list(&mut self) -> Result<Py, ReadError> {
        Ok(PyList::new()?.into_object())
    }
    fn list_append(&mut self, list: &Py, item: Py) -> Result<(), ReadError> {
        if let Some(l) = list.downcast::<PyList>() {
            l.append(item)?;
        }
        Ok(())
    }
    fn set(&mut self) -> Result<Py, ReadError> {
        Ok(PySet::new()?.into_object())
    }
    fn set_add(&mut self, set: &Py, item: Py) -> Result<(), ReadError> {
        if let Some(s) = object::set::any_set(set) {
            s.add(&item)?;
        }
        Ok(())
    }
    fn dict(&mut self) -> Result<Py, ReadError> {
        Ok(PyDict::new()?.into_object())
    }
    fn dict_set(&mut self, dict: &Py, key: Py, value: Py) -> Result<(), ReadError> {
        if let Some(d) = dict.downcast::<PyDict>() {
            d.set_item(&*key, &*value)?;
        }
        Ok(())
    }
    fn slice(&mut self, start: Py, stop: Py, step: Py) -> Result<Py, ReadError> {
        Ok(PySlice::new(start, stop, step)?.into_object())
    }
    fn code(&mut self, f: CodeFields<Py>) -> Result<Py, ReadError> {
        let code: Py<PyBytes> = cast(f.code, "bytes")?;
        let kinds: Py<PyBytes> = cast(f.localspluskinds, "kinds")?;
        let own: Py<PyStr> = cast(f.filename, "filename")?;
        let names: Py<PyTuple> = cast(f.names, "names")?;
        let locals: Py<PyTuple> = cast(f.localsplusnames, "local names")?;
        if locals.len() != kinds.len() {
            let r: PyResult<()> = raise!(ValueError, "code: localspluskinds does not match localsplusnames");
            let _ = r;
            return Err(ReadError::Raised);
        }
        let parts = Parts {
            argcount: f.argcount,
            posonlyargcount: f.posonlyargcount,
            kwonlyargcount: f.kwonlyargcount,
            stacksize: f.stacksize,
            flags: f.flags,
            code: code.as_slice().to_vec(),
            consts: cast(f.consts, "constants")?,
            names,
            localsplusnames: locals,
            localspluskinds: kinds.as_slice().to_vec(),
            filename: match &self.filename {
                Some(p) => p.clone(),
                None => own,
            },
            name: cast(f.name, "name")?,
            qualname: cast(f.qualname, "qualname")?,
            firstlineno: f.firstlineno,
            linetable: cast(f.linetable, "line table")?,
            exceptiontable: cast(f.exceptiontable, "exception table")?,
        };
        let code = if self.trusted {
            PyCode::new(parts)?
        } else {
            PyCode::new_untrusted(parts)?
        };
        Ok(code.into_object())
    }
}

fn read(data: &[u8], filename: Option<Py<PyStr>>, allow_code: bool, trusted: bool) -> PyResult<(Py, usize)> {
    let mut builder = Objects { filename, trusted };
    let mut reader = Reader::new(data);
    if !allow_code {
        reader = reader.without_code();
    }
    match reader.read(&mut builder) {
        Ok(o) => Ok((o, reader.position())),
        Err(ReadError::Raised) => Err(Raised),
        Err(ReadError::Format(e)) => Err(raise_error(&e)),
    }
}

/// A code object from marshal data of the embedded library; `filename` replaces the one it was compiled with.
pub fn load_code(data: &[u8], filename: Option<&PyStr>) -> PyResult<Py<PyCode>> {
    let (o, _) = read(data, filename.map(|f| f.new_ref()), true, true)?;
    o.downcast_into::<PyCode>()
        .or_else(|o| raise!(TypeError, "not a code object: {}", o.ty().full_name()))
}

/// `marshal.loads`
pub fn loads(data: &[u8]) -> PyResult {
    Ok(read(data, None, true, false)?.0)
}

fn w<T>(r: Result<T, Error>) -> PyResult<T> {
    r.map_err(|e| raise_error(&e))
}

fn write(o: &PyObject, out: &mut Writer, allow_code: bool) -> PyResult<()> {
    w(out.enter())?;
    let result = write_counted(o, out, allow_code);
    out.leave();
    result
}

fn write_counted(o: &PyObject, out: &mut Writer, allow_code: bool) -> PyResult<()> {
    if object::is_none(o) {
        out.none();
        return Ok(());
    }
    if object::bool::PyBool::check_exact(o) {
        out.bool(o.is_true()?);
        return Ok(());
    }
    if o.is(&*object::ellipsis()) {
        out.ellipsis();
        return Ok(());
    }
    if o.is(exc::StopIteration::type_object()) {
        out.stop_iteration();
        return Ok(());
    }
    // an object that nobody else refers to is not shared
    let shared = out.version() >= 3 && o.refcount() > 1;
    if shared && out.reference(o.as_ptr() as usize) {
        return Ok(());
    }
    write_new(o, out, allow_code)
}

fn write_new(o: &PyObject, out: &mut Writer, allow_code: bool) -> PyResult<()> {
    if let Some(i) = o.downcast_exact::<PyInt>() {
        return w(out.int(&i.to_big()));
    }
    if let Some(f) = o.downcast_exact::<PyFloat>() {
        out.float(f.value());
        return Ok(());
    }
    if let Some(c) = o.downcast_exact::<object::complex::PyComplex>() {
        let (re, im) = c.value();
        out.complex(re, im);
        return Ok(());
    }
    if let Some(b) = o.downcast_exact::<PyBytes>() {
        return w(out.bytes(b.as_slice()));
    }
    if let Some(s) = o.downcast_exact::<PyStr>() {
        return w(out.str(&s.to_wtf8(), s.interned_state() != 0));
    }
    if let Some(t) = o.downcast_exact::<PyTuple>() {
        w(out.tuple(t.len()))?;
        for i in t.as_slice() {
            write(i, out, allow_code)?;
        }
        return Ok(());
    }
    if let Some(l) = o.downcast_exact::<PyList>() {
        let items = l.to_vec();
        w(out.list(items.len()))?;
        for i in &items {
            write(i, out, allow_code)?;
        }
        return Ok(());
    }
    if let Some(d) = o.downcast_exact::<PyDict>() {
        out.dict();
        for (k, v) in d.items_vec() {
            write(&k, out, allow_code)?;
            write(&v, out, allow_code)?;
        }
        out.null();
        return Ok(());
    }
    let frozen = PyFrozenSet::check_exact(o);
    if frozen || PySet::check_exact(o) {
        // sorted by their marshalled form, so that equal sets give equal data
        let mut items = Vec::new();
        let all = object::iter::collect(o)?;
        let length = all.len();
        for i in all {
            let mut one = Writer::new(out.version());
            write(&i, &mut one, allow_code)?;
            // What lends its bytes can change the set meanwhile.
            if o.length()? != length {
                return raise!(RuntimeError, "set changed size during iteration");
            }
            items.push((one.finish(), i));
        }
        items.sort_by(|a, b| a.0.cmp(&b.0));
        w(out.set(frozen, items.len()))?;
        for (_, i) in &items {
            write(i, out, allow_code)?;
        }
        return Ok(());
    }
    if let Some(s) = o.downcast_exact::<PySlice>() {
        w(out.slice())?;
        write(s.start(), out, allow_code)?;
        write(s.stop(), out, allow_code)?;
        return write(s.step(), out, allow_code);
    }
    if let Some(c) = o.downcast_exact::<PyCode>() {
        if !allow_code {
            return raise!(ValueError, "marshalling code objects is disallowed");
        }
        out.code(
            c.co_argcount.get() as u32,
            c.co_posonlyargcount.get() as u32,
            c.co_kwonlyargcount.get() as u32,
            c.co_stacksize.get() as u32,
            c.flags(),
        );
        write(PyBytes::new(&c.code_bytes())?.as_object(), out, allow_code)?;
        write(c.consts().as_object(), out, allow_code)?;
        write(c.names().as_object(), out, allow_code)?;
        write(c.local_names().as_object(), out, allow_code)?;
        write(PyBytes::new(c.local_kinds())?.as_object(), out, allow_code)?;
        write(c.filename().as_object(), out, allow_code)?;
        write(c.name().as_object(), out, allow_code)?;
        write(c.qualname().as_object(), out, allow_code)?;
        out.long(c.co_firstlineno.get());
        write(PyBytes::new(c.linetable())?.as_object(), out, allow_code)?;
        return write(PyBytes::new(c.exception_table())?.as_object(), out, allow_code);
    }
    if object::buffer::check(o) {
        return w(out.bytes(&object::buffer::Buffer::simple(o)?.to_vec()));
    }
    raise!(ValueError, "unmarshallable object")
}

/// `marshal.dumps`
pub fn dumps(o: &PyObject, version: i32, allow_code: bool) -> PyResult<Vec<u8>> {
    let mut out = Writer::new(version);
    write(o, &mut out, allow_code)?;
    Ok(out.finish())
}

pub struct Marshal;

#[pymodule(name = "marshal")]
impl Marshal {
    #[function("($module, value, version=version, /, *, allow_code=True)", name = "dumps")]
    fn py_dumps(value: &PyObject, version: Option<i32>, allow_code: Option<bool>) -> PyResult<Py<PyBytes>> {
        object::audit!("marshal.dumps", value, version.unwrap_or(5))?;
        PyBytes::new(&dumps(value, version.unwrap_or(5), allow_code.unwrap_or(true))?)
    }
    #[function("($module, bytes, /, *, allow_code=True)", name = "loads")]
    fn py_loads(bytes: &PyObject, allow_code: Option<bool>) -> PyResult {
        let data = object::buffer::Buffer::simple(bytes)?.to_vec();
        if object::hooks::is_audited() {
            let told = PyBytes::new(&data)?;
            object::hooks::audit("marshal.loads", &[told.as_object()])?;
        }
        Ok(read(&data, None, allow_code.unwrap_or(true), false)?.0)
    }
    #[function("($module, value, file, version=version, /, *, allow_code=True)")]
    fn dump(value: &PyObject, file: &PyObject, version: Option<i32>, allow_code: Option<bool>) -> PyResult {
        object::audit!("marshal.dumps", value, version.unwrap_or(5))?;
        let b = PyBytes::new(&dumps(value, version.unwrap_or(5), allow_code.unwrap_or(true))?)?;
        file.call_method(intern!("write"), &[b.as_object()])
    }
    #[function("($module, file, /, *, allow_code=True)")]
    fn load(file: &PyObject, allow_code: Option<bool>) -> PyResult {
        object::audit!("marshal.load")?;
        // what follows the object must stay unread: read all, then go back
        let data = file.call_method(intern!("read"), &[])?;
        let bytes = match data.downcast::<PyBytes>() {
            Some(b) => b.as_slice().to_vec(),
            None if PyByteArray::check(&data) => object::buffer::Buffer::simple(&data)?.to_vec(),
            None => {
                return raise!(
                    TypeError,
                    "file.read() returned not bytes but {}",
                    data.ty().full_name()
                );
            }
        };
        let (value, used) = read(&bytes, None, allow_code.unwrap_or(true), false)?;
        let rest = bytes.len() - used;
        if rest > 0 {
            let back = PyInt::from_i64(-(rest as i64))?;
            let one = PyInt::from_i64(1)?;
            file.call_method(intern!("seek"), &[back.as_object(), one.as_object()])?;
        }
        Ok(value)
    }
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        module.add_value("version", 5)
    }
}
