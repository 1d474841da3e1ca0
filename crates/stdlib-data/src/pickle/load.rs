//! Reading pickles: the stack machine.
//!
//! The stack and the input belong to one load and cannot be reached from Python code; the memo can, and is looked at
//! for moments only.

use super::input::Input;
use super::memo::LoadMemo;
use super::opcodes::*;
use super::state::{chained, dotted, import_module, split_path, state, unpickling_error};
use object::codecs::errors::Errors;
use object::{
    GilCell, Py, PyBytes, PyClass, PyDict, PyFloat, PyInt, PyLayout, PyList, PyMemoryView, PyObject,
    PyResult, PySet, PyStr, PyTuple, PyTypeObject, call, error, exceptions, intern, is_none, iter, raise,
};

/// What an unpickler was asked for.
pub struct Options {
    pub fix_imports: bool,
    pub encoding: Py<PyStr>,
    pub errors: Py<PyStr>,
    /// An iterator.
    pub buffers: Option<Py>,
}

impl Options {
    pub fn parse(
        fix_imports: Option<bool>,
        encoding: Option<&PyStr>,
        errors: Option<&PyStr>,
        buffers: Option<&PyObject>,
    ) -> PyResult<Options> {
        for text in [encoding, errors].into_iter().flatten() {
            if text.chars().iter().any(|c| c == 0) {
                return raise!(ValueError, "embedded null character");
            }
        }
        let buffers = match buffers.filter(|b| !is_none(b)) {
            Some(b) if b.downcast_exact::<PyTuple>().is_some_and(|t| t.is_empty()) => None,
            Some(b) => Some(iter::get_iter(b)?),
            None => None,
        };
        Ok(Options {
            fix_imports: fix_imports.unwrap_or(true),
            encoding: encoding.unwrap_or(intern!("ASCII")).new_ref(),
            errors: errors.unwrap_or(intern!("strict")).new_ref(),
            buffers,
        })
    }
}

/// One load.
pub struct Loader<'a> {
    pub input: Input<'a>,
    stack: Vec<Py>,
    marks: Vec<usize>,
    /// Below this the stack belongs to an outer MARK.
    fence: usize,
    most_marks: usize,
    pub memo: &'a GilCell<LoadMemo>,
    pub proto: &'a GilCell<i32>,
    pub options: &'a Options,
    /// The overriding method, if there is one.
    pub persistent_load: Option<Py>,
    /// The unpickler whose `find_class` is asked, if it is of a subclass.
    pub finder: Option<Py>,
}

/// A line as CPython's C functions see it: up to a NUL.
fn c_text(line: &[u8]) -> &[u8] {
    match line.iter().position(|b| *b == 0) {
        Some(n) => &line[..n],
        None => line,
    }
}

fn parse_int(line: &[u8]) -> PyResult<Py<PyInt>> {
    object::int::from_str_object(&*PyStr::from_latin1(c_text(line))?, 10)
}

/// `module.name` as pickles of protocol `proto` mean it.
pub fn find_class(proto: i32, fix_imports: bool, module: &PyStr, name: &PyStr) -> PyResult {
    let (mut module, mut name) = (module.new_ref(), name.new_ref());
    if proto < 3 && fix_imports {
        let state = state()?;
        let key = PyTuple::pair(module.as_object().new_ref(), name.as_object().new_ref())?;
        if let Some(item) = state.name_2to3.get_item(key.as_object())? {
            let Some([m, n]) = item.downcast::<PyTuple>().map(|t| t.as_slice()) else {
                return raise!(
                    RuntimeError,
                    "_compat_pickle.NAME_MAPPING values should be 2-tuples, not {}",
                    item.ty().full_name()
                );
            };
            let (Some(m), Some(n)) = (m.downcast::<PyStr>(), n.downcast::<PyStr>()) else {
                return raise!(
                    RuntimeError,
                    "_compat_pickle.NAME_MAPPING values should be pairs of str, not ({}, {})",
                    m.ty().full_name(),
                    n.ty().full_name()
                );
            };
            (module, name) = (m.new_ref(), n.new_ref());
        } else if let Some(item) = state.import_2to3.get_item(module.as_object())? {
            let Some(m) = item.downcast::<PyStr>() else {
                return raise!(
                    RuntimeError,
                    "_compat_pickle.IMPORT_MAPPING values should be strings, not {}",
                    item.ty().full_name()
                );
            };
            module = m.new_ref();
        }
    }
    let found = import_module(&module)?;
    let has_dot = name.chars().iter().any(|c| c == b'.' as u32);
    if proto < 4 || !has_dot {
        return found.get_attr(&object::intern::intern(name));
    }
    match dotted(&found, &split_path(&name)?) {
        Err(r) if error::matches::<exceptions::AttributeError>() => chained(r, |_| {
            raise!(
                AttributeError,
                "Can't resolve path {} on module {}",
                name.as_object().repr()?,
                module.as_object().repr()?
            )
        }),
        result => result,
    }
}

impl<'a> Loader<'a> {
    pub fn new(
        input: Input<'a>,
        options: &'a Options,
        memo: &'a GilCell<LoadMemo>,
        proto: &'a GilCell<i32>,
    ) -> Loader<'a> {
        Loader {
            input,
            stack: Vec::with_capacity(64),
            marks: Vec::new(),
            fence: 0,
            most_marks: 0,
            memo,
            proto,
            options,
            persistent_load: None,
            finder: None,
        }
    }

    /// The size of CPython's array of marks for as many as were open at the same time.
    pub fn marks_nominal(&self) -> usize {
        let mut size = 0;
        while size < self.most_marks {
            size = (size << 1) + 20;
        }
        size
    }

    // ---- the stack ----

    #[cold]
    fn underflow<T>(&self) -> PyResult<T> {
        if self.marks.is_empty() {
            unpickling_error(format_args!("unpickling stack underflow"))
        } else {
            unpickling_error(format_args!("unexpected MARK found"))
        }
    }

    #[inline]
    fn push<T: PyLayout>(&mut self, obj: Py<T>) {
        self.stack.push(obj.into_object());
    }

    #[inline]
    fn pop(&mut self) -> PyResult<Py> {
        if self.stack.len() <= self.fence {
            return self.underflow();
        }
        match self.stack.pop() {
            Some(obj) => Ok(obj),
            None => self.underflow(),
        }
    }

    #[inline]
    fn top(&self) -> PyResult<&Py> {
        match self.stack.last() {
            Some(obj) if self.stack.len() > self.fence => Ok(obj),
            _ => self.underflow(),
        }
    }

    /// The place of the last MARK, which is taken off.
    #[inline]
    fn mark(&mut self) -> PyResult<usize> {
        match self.marks.pop() {
            Some(at) => {
                self.fence = self.marks.last().copied().unwrap_or(0);
                Ok(at)
            }
            None => unpickling_error(format_args!("could not find MARK")),
        }
    }

    /// A place `n` below the top.
    #[inline]
    fn below(&self, n: usize) -> PyResult<usize> {
        match self.stack.len().checked_sub(n) {
            Some(at) if at >= self.fence => Ok(at),
            _ => self.underflow(),
        }
    }

    /// The object that items from `start` on are added to.
    #[inline]
    fn target(&self, start: usize) -> PyResult<Py> {
        if start > self.stack.len() || start <= self.fence {
            return self.underflow();
        }
        Ok(self.stack[start - 1].clone())
    }

    /// The objects from `start` on, as a tuple.
    #[inline]
    fn tuple_from(&mut self, start: usize) -> PyResult<Py<PyTuple>> {
        // SAFETY: the references move into the tuple; the stack forgets them.
        unsafe {
            let t = PyTuple::from_raw_owned(self.stack.as_ptr().add(start), self.stack.len() - start)?;
            self.stack.set_len(start);
            Ok(t)
        }
    }

    #[inline]
    fn list_from(&mut self, start: usize) -> PyResult<Py<PyList>> {
        // SAFETY: as for tuples.
        unsafe {
            let l = PyList::from_raw_owned(self.stack.as_ptr().add(start), self.stack.len() - start)?;
            self.stack.set_len(start);
            Ok(l)
        }
    }

    // ---- the memo ----

    #[inline]
    #[allow(clippy::mut_from_ref)]
    fn memo(&self) -> &mut LoadMemo {
        // SAFETY: under the GIL; none of the memo's methods runs Python code, and no loan outlives its call.
        unsafe { &mut *self.memo.as_ptr() }
    }

    fn get(&mut self, index: isize) -> PyResult<()> {
        let found = usize::try_from(index).ok().and_then(|i| self.memo().get(i));
        match found {
            Some(obj) => {
                self.stack.push(obj);
                Ok(())
            }
            None => unpickling_error(format_args!("Memo value not found at index {index}")),
        }
    }

    #[inline]
    fn put(&mut self, index: usize) -> PyResult<()> {
        let value = self.top()?.clone();
        let old = self.memo().put(index, value);
        drop(old);
        Ok(())
    }

    // ---- the machine ----

    /// The object that the pickle stands for.
    pub fn load(&mut self) -> PyResult {
        loop {
            match self.input.opcode()? {
                NONE => self.push(object::none()),
                BININT => {
                    let v = i32::from_le_bytes(self.input.array()?);
                    self.push(PyInt::from_i64(v as i64)?);
                }
                BININT1 => {
                    let [v] = self.input.array()?;
                    self.push(PyInt::from_i64(v as i64)?);
                }
                BININT2 => {
                    let v = u16::from_le_bytes(self.input.array()?);
                    self.push(PyInt::from_i64(v as i64)?);
                }
                INT => self.int()?,
                LONG => self.long()?,
                LONG1 => {
                    let [n] = self.input.array()?;
                    self.counted_int(n as usize)?;
                }
                LONG4 => {
                    let n = i32::from_le_bytes(self.input.array()?);
                    let Ok(n) = usize::try_from(n) else {
                        return unpickling_error(format_args!("LONG pickle has negative byte count"));
                    };
                    self.counted_int(n)?;
                }
                FLOAT => self.float()?,
                BINFLOAT => {
                    let v = f64::from_be_bytes(self.input.array()?);
                    self.push(PyFloat::new(v)?);
                }
                SHORT_BINUNICODE => {
                    let [n] = self.input.array()?;
                    self.text(n as usize)?;
                }
                BINUNICODE => {
                    let n = u32::from_le_bytes(self.input.array()?);
                    self.text(n as usize)?;
                }
                BINUNICODE8 => {
                    let n =
                        self.size("BINUNICODE exceeds system's maximum size of 9223372036854775807 bytes")?;
                    self.text(n)?;
                }
                UNICODE => {
                    let line = self.input.line()?;
                    let content = &line[..line.len() - 1];
                    let s =
                        object::codecs::escapes::raw_unicode_escape_decode(content, Errors::STRICT, true)?.0;
                    self.push(s);
                }
                SHORT_BINBYTES => {
                    let [n] = self.input.array()?;
                    let b = self.input.bytes(n as usize)?;
                    self.push(b);
                }
                BINBYTES => {
                    let n = u32::from_le_bytes(self.input.array()?);
                    let b = self.input.bytes(n as usize)?;
                    self.push(b);
                }
                BINBYTES8 => {
                    let n =
                        self.size("BINBYTES exceeds system's maximum size of 9223372036854775807 bytes")?;
                    let b = self.input.bytes(n)?;
                    self.push(b);
                }
                BYTEARRAY8 => {
                    let n =
                        self.size("BYTEARRAY8 exceeds system's maximum size of 9223372036854775807 bytes")?;
                    let b = self.input.bytearray(n)?;
                    self.push(b);
                }
                NEXT_BUFFER => self.next_buffer()?,
                READONLY_BUFFER => self.readonly_buffer()?,
                SHORT_BINSTRING => {
                    let [n] = self.input.array()?;
                    let b = self.input.bytes(n as usize)?;
                    self.old_string(b)?;
                }
                BINSTRING => {
                    let n = i32::from_le_bytes(self.input.array()?);
                    let Ok(n) = usize::try_from(n) else {
                        return unpickling_error(format_args!("BINSTRING pickle has negative byte count"));
                    };
                    let b = self.input.bytes(n)?;
                    self.old_string(b)?;
                }
                STRING => self.string()?,
                EMPTY_LIST => self.push(PyList::new()?),
                EMPTY_DICT => self.push(PyDict::new()?),
                EMPTY_SET => self.push(PySet::new()?),
                EMPTY_TUPLE => self.push(PyTuple::empty()?),
                TUPLE1 => self.short_tuple(1)?,
                TUPLE2 => self.short_tuple(2)?,
                TUPLE3 => self.short_tuple(3)?,
                TUPLE => {
                    let start = self.mark()?;
                    let t = self.tuple_from(start)?;
                    self.push(t);
                }
                LIST => {
                    let start = self.mark()?;
                    let l = self.list_from(start)?;
                    self.push(l);
                }
                DICT => {
                    let start = self.mark()?;
                    if !(self.stack.len() - start).is_multiple_of(2) {
                        return unpickling_error(format_args!("odd number of items for DICT"));
                    }
                    let dict = PyDict::new()?;
                    self.set_in_dict(&dict, start)?;
                    self.push(dict);
                }
                FROZENSET => {
                    let start = self.mark()?;
                    let items = self.tuple_from(start)?;
                    self.push(PySet::frozen_from_iterable(items.as_object())?);
                }
                APPEND => {
                    if self.stack.len() <= self.fence + 1 {
                        return self.underflow();
                    }
                    self.append(self.stack.len() - 1)?;
                }
                APPENDS => {
                    let start = self.mark()?;
                    self.append(start)?;
                }
                SETITEM => {
                    let start = self.below(2)?;
                    self.set_items(start)?;
                }
                SETITEMS => {
                    let start = self.mark()?;
                    self.set_items(start)?;
                }
                ADDITEMS => {
                    let start = self.mark()?;
                    self.add_items(start)?;
                }
                MEMOIZE => {
                    let index = self.memo().len();
                    self.put(index)?;
                }
                BINPUT => {
                    let [i] = self.input.array()?;
                    self.put(i as usize)?;
                }
                LONG_BINPUT => {
                    let i = u32::from_le_bytes(self.input.array()?);
                    self.put(i as usize)?;
                }
                PUT => {
                    let index = self.index()?;
                    self.top()?;
                    let Ok(index) = usize::try_from(index) else {
                        return raise!(ValueError, "negative PUT argument");
                    };
                    self.put(index)?;
                }
                BINGET => {
                    let [i] = self.input.array()?;
                    self.get(i as isize)?;
                }
                LONG_BINGET => {
                    let i = u32::from_le_bytes(self.input.array()?);
                    self.get(i as isize)?;
                }
                GET => {
                    let index = self.index()?;
                    self.get(index)?;
                }
                MARK => {
                    self.fence = self.stack.len();
                    self.marks.push(self.fence);
                    self.most_marks = self.most_marks.max(self.marks.len());
                }
                POP => {
                    if self.marks.last() == Some(&self.stack.len()) {
                        self.mark()?;
                    } else {
                        drop(self.pop()?);
                    }
                }
                POP_MARK => {
                    let start = self.mark()?;
                    drop(self.stack.split_off(start));
                }
                DUP => {
                    let obj = self.top()?.clone();
                    self.stack.push(obj);
                }
                NEWTRUE => self.push(object::bool::py_bool(true)),
                NEWFALSE => self.push(object::bool::py_bool(false)),
                REDUCE => {
                    let args = self.pop()?;
                    let func = self.pop()?;
                    let Some(args) = args.downcast::<PyTuple>() else {
                        return raise!(TypeError, "argument list must be a tuple");
                    };
                    self.push(call::call_tuple_dict(&func, args, None)?);
                }
                BUILD => self.build()?,
                NEWOBJ => {
                    let args = self.pop()?;
                    let class = self.pop()?;
                    self.new_object(&class, &args, None)?;
                }
                NEWOBJ_EX => {
                    let kwargs = self.pop()?;
                    let args = self.pop()?;
                    let class = self.pop()?;
                    self.new_object(&class, &args, Some(&kwargs))?;
                }
                GLOBAL => {
                    let module = self.name("utf-8")?;
                    let name = self.name("utf-8")?;
                    let obj = self.find(&module, &name)?;
                    self.push(obj);
                }
                STACK_GLOBAL => {
                    let name = self.pop()?;
                    let module = self.pop()?;
                    let (Some(module), Some(name)) =
                        (module.downcast_exact::<PyStr>(), name.downcast_exact::<PyStr>())
                    else {
                        return unpickling_error(format_args!("STACK_GLOBAL requires str"));
                    };
                    let obj = self.find(module, name)?;
                    self.push(obj);
                }
                INST => {
                    let start = self.mark()?;
                    let module = self.name("ascii")?;
                    let name = self.name("ascii")?;
                    let class = self.find(&module, &name)?;
                    let args = self.tuple_from(start)?;
                    let obj = instantiate(&class, &args)?;
                    self.push(obj);
                }
                OBJ => {
                    let start = self.mark()?;
                    if self.stack.len() <= start {
                        return self.underflow();
                    }
                    let args = self.tuple_from(start + 1)?;
                    let class = self.pop()?;
                    let obj = instantiate(&class, &args)?;
                    self.push(obj);
                }
                EXT1 => {
                    let [code] = self.input.array()?;
                    self.extension(code as i32)?;
                }
                EXT2 => {
                    let code = u16::from_le_bytes(self.input.array()?);
                    self.extension(code as i32)?;
                }
                EXT4 => {
                    let code = i32::from_le_bytes(self.input.array()?);
                    self.extension(code)?;
                }
                PERSID => {
                    let line = self.input.line()?;
                    let content = &line[..line.len() - 1];
                    if !content.is_ascii() {
                        return unpickling_error(format_args!(
                            "persistent IDs in protocol 0 must be ASCII strings"
                        ));
                    }
                    let id = PyStr::from_ascii(content)?;
                    self.persistent(id.as_object())?;
                }
                BINPERSID => {
                    let id = self.pop()?;
                    self.persistent(&id)?;
                }
                PROTO => {
                    let [proto] = self.input.array()?;
                    if proto as i32 > HIGHEST_PROTOCOL {
                        return raise!(ValueError, "unsupported pickle protocol: {proto}");
                    }
                    self.proto.set(proto as i32);
                }
                FRAME => {
                    let n =
                        self.size("FRAME length exceeds system's maximum of 9223372036854775807 bytes")?;
                    self.input.frame(n)?;
                }
                STOP => return self.pop(),
                other => {
                    return match other {
                        0x20..0x7f if other != b'\'' && other != b'\\' => {
                            unpickling_error(format_args!("invalid load key, '{}'.", other as char))
                        }
                        _ => unpickling_error(format_args!("invalid load key, '\\x{other:02x}'.")),
                    };
                }
            }
        }
    }

    /// A length of eight bytes.
    fn size(&mut self, message: &str) -> PyResult<usize> {
        let n = u64::from_le_bytes(self.input.array()?);
        if n > isize::MAX as u64 {
            return raise!(OverflowError, "{message}");
        }
        Ok(n as usize)
    }

    // ---- numbers and strings ----

    /// A line that must not be empty.
    fn full_line(&mut self) -> PyResult<&[u8]> {
        let line = self.input.line()?;
        if line.len() < 2 {
            return unpickling_error(format_args!("pickle data was truncated"));
        }
        Ok(line)
    }

    fn index(&mut self) -> PyResult<isize> {
        let value = parse_int(self.full_line()?)?;
        match value.to_isize() {
            Some(v) => Ok(v),
            None => raise!(OverflowError, "Python int too large to convert to C ssize_t"),
        }
    }

    fn int(&mut self) -> PyResult<()> {
        let line = self.full_line()?;
        let text = c_text(line);
        let digits = text.trim_ascii_start();
        let digits = digits.strip_suffix(b"\n").unwrap_or(digits);
        let plain = std::str::from_utf8(digits)
            .ok()
            .and_then(|d| d.parse::<i64>().ok());
        let obj = match plain {
            // the two-digit forms of older protocols
            Some(v @ (0 | 1)) if line.len() == 3 => object::bool::py_bool(v == 1),
            Some(v) => PyInt::from_i64(v)?.into_object(),
            None => match parse_int(text) {
                Ok(v) => v.into_object(),
                Err(_) if error::matches::<exceptions::ValueError>() => {
                    error::clear();
                    return raise!(ValueError, "could not convert string to int");
                }
                Err(r) => return Err(r),
            },
        };
        self.push(obj);
        Ok(())
    }

    fn long(&mut self) -> PyResult<()> {
        let line = self.full_line()?;
        let n = line.len();
        let text = if line[n - 2] == b'L' { &line[..n - 2] } else { line };
        let value = parse_int(text)?;
        self.push(value);
        Ok(())
    }

    fn counted_int(&mut self, n: usize) -> PyResult<()> {
        let bytes = self.input.read(n)?;
        let value = match bytes.len() {
            0 => PyInt::from_i64(0)?,
            1..=8 => {
                let mut wide = if bytes[n - 1] & 0x80 != 0 {
                    [0xff; 8]
                } else {
                    [0; 8]
                };
                wide[..n].copy_from_slice(bytes);
                PyInt::from_i64(i64::from_le_bytes(wide))?
            }
            _ => object::int::from_le_bytes(bytes.iter().copied(), true)?,
        };
        self.push(value);
        Ok(())
    }

    fn float(&mut self) -> PyResult<()> {
        let line = self.full_line()?;
        let text = c_text(line);
        let parsed = if text.first().is_some_and(|b| b.is_ascii_whitespace()) {
            None
        } else {
            numfmt::float::parse_prefix(text).filter(|(_, used)| *used > 0)
        };
        let shown = String::from_utf8_lossy(text);
        let Some((value, used)) = parsed else {
            return raise!(ValueError, "could not convert string to float: '{shown}'");
        };
        if value.is_infinite() && text.iter().any(|b| b.is_ascii_digit()) {
            return raise!(OverflowError, "value too large to convert to float: '{shown}'");
        }
        if !matches!(text.get(used), None | Some(b'\n')) {
            return raise!(ValueError, "could not convert string to float");
        }
        self.push(PyFloat::new(value)?);
        Ok(())
    }

    /// A string of `n` bytes of UTF-8, in which surrogates may stand.
    #[inline]
    fn text(&mut self, n: usize) -> PyResult<()> {
        let bytes = self.input.read(n)?;
        let s = if bytes.is_ascii() {
            PyStr::from_ascii(bytes)?
        } else {
            object::codecs::utf8::decode(bytes, Errors(Some(intern!("surrogatepass"))))?
        };
        self.stack.push(s.into_object());
        Ok(())
    }

    fn string(&mut self) -> PyResult<()> {
        let line = self.input.line()?;
        let content = match &line[..line.len() - 1] {
            [a @ (b'\'' | b'"'), content @ .., b] if a == b => content,
            _ => return unpickling_error(format_args!("the STRING opcode argument must be quoted")),
        };
        let bytes = object::codecs::escapes::escape_decode(content, Errors::STRICT)?;
        self.old_string(bytes)
    }

    /// A string of Python 2.
    fn old_string(&mut self, bytes: Py<PyBytes>) -> PyResult<()> {
        if self.options.encoding.eq_str("bytes") {
            self.push(bytes);
            return Ok(());
        }
        let text = object::codecs::decode_object(
            bytes.as_object(),
            Some(&self.options.encoding),
            Some(&self.options.errors),
        )?;
        self.push(text);
        Ok(())
    }

    /// A line that is a name.
    fn name(&mut self, encoding: &str) -> PyResult<Py<PyStr>> {
        let line = self.full_line()?;
        let content = &line[..line.len() - 1];
        if encoding == "utf-8" {
            object::codecs::utf8::decode(content, Errors::STRICT)
        } else {
            object::codecs::single::decode_ascii(content, Errors::STRICT)
        }
    }

    // ---- buffers ----

    fn next_buffer(&mut self) -> PyResult<()> {
        let Some(buffers) = &self.options.buffers else {
            return unpickling_error(format_args!(
                "pickle stream refers to out-of-band data but no *buffers* argument was given"
            ));
        };
        match iter::next(buffers)? {
            Some(b) => {
                self.push(b);
                Ok(())
            }
            None => unpickling_error(format_args!("not enough out-of-band buffers")),
        }
    }

    fn readonly_buffer(&mut self) -> PyResult<()> {
        let obj = self.top()?.clone();
        let view = PyMemoryView::new(&obj)?;
        if view.view().readonly == 0 {
            let fixed = view.as_object().call_method(intern!("toreadonly"), &[])?;
            drop(self.pop()?);
            self.push(fixed);
        }
        Ok(())
    }

    // ---- containers ----

    fn short_tuple(&mut self, n: usize) -> PyResult<()> {
        let start = self.below(n)?;
        let t = self.tuple_from(start)?;
        self.push(t);
        Ok(())
    }

    fn append(&mut self, start: usize) -> PyResult<()> {
        let target = self.target(start)?;
        let n = self.stack.len() - start;
        if n == 0 {
            return Ok(());
        }
        if let Some(list) = target.downcast_exact::<PyList>() {
            // SAFETY: the references move into the list; the stack forgets them.
            unsafe {
                list.extend_raw_owned(self.stack.as_ptr().add(start), n)?;
                self.stack.set_len(start);
            }
            return Ok(());
        }
        if let Some(extend) = target.get_attr_opt(intern!("extend"))? {
            let items = self.list_from(start)?;
            call::call(&extend, &[items.as_object()])?;
            return Ok(());
        }
        let append = target.get_attr(intern!("append"))?;
        for item in self.stack.split_off(start) {
            call::call(&append, &[&item])?;
        }
        Ok(())
    }

    /// Sets the pairs from `start` on in a dict.
    fn set_in_dict(&mut self, dict: &PyDict, start: usize) -> PyResult<()> {
        let mut items = self.stack.drain(start..);
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            dict.set_item_owned(key, value)?;
        }
        Ok(())
    }

    fn set_items(&mut self, start: usize) -> PyResult<()> {
        let target = self.target(start)?;
        let n = self.stack.len() - start;
        if !n.is_multiple_of(2) {
            return unpickling_error(format_args!("odd number of items for SETITEMS"));
        }
        if let Some(dict) = target.downcast_exact::<PyDict>() {
            return self.set_in_dict(dict, start);
        }
        let mut items = self.stack.drain(start..);
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            target.set_item(&key, Some(&value))?;
        }
        Ok(())
    }

    fn add_items(&mut self, start: usize) -> PyResult<()> {
        let target = self.target(start)?;
        if self.stack.len() == start {
            return Ok(());
        }
        if let Some(set) = target.downcast::<PySet>() {
            for item in self.stack.drain(start..) {
                set.add_owned(item)?;
            }
            return Ok(());
        }
        let add = target.get_attr(intern!("add"))?;
        for item in self.stack.drain(start..) {
            call::call(&add, &[&item])?;
        }
        Ok(())
    }

    // ---- objects ----

    fn find(&self, module: &PyStr, name: &PyStr) -> PyResult {
        match &self.finder {
            Some(finder) => {
                finder.call_method(intern!("find_class"), &[module.as_object(), name.as_object()])
            }
            None => find_class(self.proto.get(), self.options.fix_imports, module, name),
        }
    }

    fn persistent(&mut self, id: &PyObject) -> PyResult<()> {
        let Some(f) = &self.persistent_load else {
            return no_persistent_load();
        };
        let obj = call::call(f, &[id])?;
        self.push(obj);
        Ok(())
    }

    fn new_object(&mut self, class: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult<()> {
        let opcode = if kwargs.is_some() { "NEWOBJ_EX" } else { "NEWOBJ" };
        let Some(ty) = class.downcast::<PyTypeObject>() else {
            return unpickling_error(format_args!(
                "{opcode} class argument must be a type, not {}",
                class.ty().full_name()
            ));
        };
        let Some(new) = ty.tp_new.get() else {
            return unpickling_error(format_args!(
                "{opcode} class argument '{}' doesn't have __new__",
                class.ty().full_name()
            ));
        };
        let Some(args) = args.downcast::<PyTuple>() else {
            return unpickling_error(format_args!(
                "{opcode} args argument must be a tuple, not {}",
                args.ty().full_name()
            ));
        };
        let kwargs = match kwargs {
            None => None,
            Some(k) => match k.downcast::<PyDict>() {
                Some(d) => Some(d),
                None => {
                    return unpickling_error(format_args!(
                        "NEWOBJ_EX kwargs argument must be a dict, not {}",
                        k.ty().full_name()
                    ));
                }
            },
        };
        // SAFETY: a type's slot with its type, a tuple, and a dict or nothing.
        let obj = unsafe { new(ty, args, kwargs)? };
        self.push(obj);
        Ok(())
    }

    fn build(&mut self) -> PyResult<()> {
        self.below(2)?;
        let state = self.pop()?;
        let inst = self.top()?.clone();
        if let Some(setstate) = inst.get_attr_opt(intern!("__setstate__"))? {
            call::call(&setstate, &[&state])?;
            return Ok(());
        }
        let (mut state, mut slots) = (state, None);
        if let Some([a, b]) = state.downcast::<PyTuple>().map(|t| t.as_slice()) {
            let pair = (a.clone(), b.clone());
            slots = Some(pair.1);
            state = pair.0;
        }
        if !is_none(&state) {
            let Some(dict) = state.downcast::<PyDict>() else {
                return unpickling_error(format_args!("state is not a dictionary"));
            };
            set_attributes(&inst, dict)?;
        }
        if let Some(slots) = slots {
            let Some(dict) = slots.downcast::<PyDict>() else {
                return unpickling_error(format_args!("slot state is not a dictionary"));
            };
            let mut pos = 0;
            while let Some((key, value)) = dict.next_entry(&mut pos) {
                inst.set_attr(object::str::attribute_name(&key)?, Some(&value))?;
            }
        }
        Ok(())
    }

    fn extension(&mut self, code: i32) -> PyResult<()> {
        if code <= 0 {
            return unpickling_error(format_args!("EXT specifies code <= 0"));
        }
        let state = state()?;
        let key = PyInt::from_i64(code as i64)?;
        if let Some(obj) = state.extension_cache.get_item(key.as_object())? {
            self.push(obj);
            return Ok(());
        }
        let Some(pair) = state.inverted_registry.get_item(key.as_object())? else {
            return raise!(ValueError, "unregistered extension code {code}");
        };
        let names = match pair.downcast::<PyTuple>().map(|t| t.as_slice()) {
            Some([m, n]) => m.downcast::<PyStr>().zip(n.downcast::<PyStr>()),
            _ => None,
        };
        let Some((module, name)) = names else {
            return raise!(
                ValueError,
                "_inverted_registry[{code}] isn't a 2-tuple of strings"
            );
        };
        let obj = self.find(module, name)?;
        state.extension_cache.set_item(&*key, &*obj)?;
        self.push(obj);
        Ok(())
    }
}

#[cold]
pub fn no_persistent_load<T>() -> PyResult<T> {
    unpickling_error(format_args!(
        "A load persistent id instruction was encountered, but no persistent_load function was specified."
    ))
}

/// An old-style instance: classes without arguments are not initialized.
fn instantiate(class: &PyObject, args: &PyTuple) -> PyResult {
    if args.is_empty()
        && class.downcast::<PyTypeObject>().is_some()
        && class.get_attr_opt(intern!("__getinitargs__"))?.is_none()
    {
        return class.call_method(intern!("__new__"), &[class]);
    }
    call::call_tuple_dict(class, args, None)
}

/// Whether a class's instances keep their attributes where the object model puts them, seen by nobody on the way.
pub fn has_plain_dict(ty: &PyTypeObject) -> bool {
    use object::descr::PyGetSetDescr;
    use object::typeobject::{flags, has_generic_getattr, lookup};
    ty.has(flags::MANAGED_DICT)
        && ty.has(flags::INLINE_VALUES)
        && has_generic_getattr(ty)
        && lookup(ty, intern!("__dict__")).is_some_and(|d| PyGetSetDescr::check_exact(&d))
}

/// `inst.__dict__.update(state)`, with interned keys.
fn set_attributes(inst: &PyObject, state: &PyDict) -> PyResult<()> {
    let mut pos = 0;
    if has_plain_dict(inst.ty()) {
        while let Some((key, value)) = state.next_entry(&mut pos) {
            match key.downcast_into::<PyStr>() {
                Ok(name) if PyStr::check_exact(name.as_object()) => {
                    object::dict::managed_set(inst, &object::intern::intern(name), Some(&value))?;
                }
                Ok(name) => inst
                    .get_attr(intern!("__dict__"))?
                    .set_item(name.as_object(), Some(&value))?,
                Err(key) => inst.get_attr(intern!("__dict__"))?.set_item(&key, Some(&value))?,
            }
        }
        return Ok(());
    }
    let dict = inst.get_attr(intern!("__dict__"))?;
    while let Some((key, value)) = state.next_entry(&mut pos) {
        let key = match key.downcast_into::<PyStr>() {
            Ok(name) => object::intern::intern(name).into_object(),
            Err(key) => key,
        };
        dict.set_item(&key, Some(&value))?;
    }
    Ok(())
}
