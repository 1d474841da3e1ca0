//! Writing objects: the dispatch and the exact built-in types. [`super::reduce`] has what goes through `__reduce_ex__` and
//! what is written by its name.
//!
//! Everything that runs Python code may change the containers being written: items are owned while they are
//! written, and sizes are looked at anew. The pickle itself cannot be reached from there; the memo can.

use super::memo::SaveMemo;
use super::opcodes::*;
use super::output::Output;
use super::picklebuffer::{PickleBuffer, contiguous_bytes};
use super::state::{note, pickling_error, state, type_name};
use object::bool::PyBool;
use object::str::Chars;
use object::{
    GilCell, Py, PyByteArray, PyBytes, PyClass, PyDict, PyFloat, PyFrozenSet, PyInt, PyLayout, PyList,
    PyObject, PyResult, PySet, PyStr, PyTuple, call, intern, is_none, iter, raise, thread,
};
use std::collections::HashSet;

/// What a pickler was asked for.
#[derive(Clone)]
pub struct Options {
    pub proto: i32,
    pub fix_imports: bool,
    pub buffer_callback: Option<Py>,
}

impl Options {
    /// From the arguments of `dump`, `dumps` and `Pickler`.
    pub fn parse(
        protocol: Option<&PyObject>,
        fix_imports: Option<bool>,
        buffer_callback: Option<&PyObject>,
    ) -> PyResult<Options> {
        let mut proto = DEFAULT_PROTOCOL;
        if let Some(p) = protocol.filter(|p| !is_none(p)) {
            let value = object::number::index(p)?;
            let Some(value) = value.to_i64() else {
                return raise!(OverflowError, "Python int too large to convert to C long");
            };
            if value > HIGHEST_PROTOCOL as i64 {
                return raise!(ValueError, "pickle protocol must be <= {HIGHEST_PROTOCOL}");
            }
            proto = if value < 0 { HIGHEST_PROTOCOL } else { value as i32 };
        }
        let buffer_callback = buffer_callback.filter(|b| !is_none(b));
        if buffer_callback.is_some() && proto < 5 {
            return raise!(ValueError, "buffer_callback needs protocol >= 5");
        }
        Ok(Options {
            proto,
            fix_imports: fix_imports.unwrap_or(true) && proto < 3,
            buffer_callback: buffer_callback.map(|b| b.new_ref()),
        })
    }
}

/// Containers may nest this deep in fast mode before cycles are looked for.
const FAST_NESTING: usize = 50;

/// One dump.
pub struct Saver<'a> {
    pub out: Output,
    pub proto: i32,
    pub bin: &'a GilCell<i32>,
    pub fast: &'a GilCell<i32>,
    pub fix_imports: bool,
    pub memo: &'a GilCell<SaveMemo>,
    pub buffer_callback: Option<Py>,
    pub persistent_id: Option<Py>,
    pub reducer_override: Option<Py>,
    /// The pickler's own `dispatch_table`.
    pub dispatch_table: Option<Py>,
    pub fast_nesting: usize,
    pub fast_seen: HashSet<usize>,
}

impl<'a> Saver<'a> {
    pub fn new(
        options: &Options,
        write: Option<Py>,
        memo: &'a GilCell<SaveMemo>,
        bin: &'a GilCell<i32>,
        fast: &'a GilCell<i32>,
    ) -> Saver<'a> {
        Saver {
            out: Output::new(write),
            proto: options.proto,
            bin,
            fast,
            fix_imports: options.fix_imports,
            memo,
            buffer_callback: options.buffer_callback.clone(),
            persistent_id: None,
            reducer_override: None,
            dispatch_table: None,
            fast_nesting: 0,
            fast_seen: HashSet::new(),
        }
    }

    /// The whole pickle of an object.
    pub fn dump(&mut self, obj: &PyObject) -> PyResult<()> {
        if self.proto >= 2 {
            self.out.bytes(&[PROTO, self.proto as u8]);
            self.out.framing = self.proto >= 4;
        }
        self.save(obj, false)?;
        self.out.byte(STOP);
        self.out.commit();
        self.out.flush()
    }

    #[inline]
    pub fn is_bin(&self) -> bool {
        self.bin.get() != 0
    }

    // ---- the memo ----

    /// The memo, for the length of one look.
    #[inline]
    #[allow(clippy::mut_from_ref)]
    fn memo(&self) -> &mut SaveMemo {
        // SAFETY: under the GIL; none of the memo's methods runs Python code, and no loan outlives its call.
        unsafe { &mut *self.memo.as_ptr() }
    }

    pub fn memo_find(&self, obj: &PyObject) -> Option<usize> {
        self.memo().find(obj).ok()
    }

    /// Writes the opcode that gets an object from the memo.
    pub fn write_get(&mut self, index: usize) -> PyResult<()> {
        if !self.is_bin() {
            self.out.bytes(format!("g{index}\n").as_bytes());
        } else if index < 256 {
            self.out.bytes(&[BINGET, index as u8]);
        } else if let Ok(index) = u32::try_from(index) {
            self.out.pair(&[LONG_BINGET], &index.to_le_bytes());
        } else {
            return pickling_error(format_args!("memo id too large for LONG_BINGET"));
        }
        Ok(())
    }

    fn write_put(&mut self, index: usize) -> PyResult<()> {
        if self.proto >= 4 {
            self.out.byte(MEMOIZE);
        } else if !self.is_bin() {
            self.out.bytes(format!("p{index}\n").as_bytes());
        } else if index < 256 {
            self.out.bytes(&[BINPUT, index as u8]);
        } else if let Ok(index) = u32::try_from(index) {
            self.out.pair(&[LONG_BINPUT], &index.to_le_bytes());
        } else {
            return pickling_error(format_args!("memo id too large for LONG_BINPUT"));
        }
        Ok(())
    }

    /// Remembers an object that has just been written.
    #[inline]
    pub fn memoize(&mut self, obj: &PyObject) -> PyResult<()> {
        if self.fast.get() != 0 {
            return Ok(());
        }
        let memo = self.memo();
        let index = match memo.find(obj) {
            Err(place) => memo.insert_at(place, obj),
            Ok(index) => index,
        };
        self.write_put(index)
    }

    // ---- dispatch ----

    /// Writes an object. `as_id`: it is a persistent id, and has none itself.
    pub fn save(&mut self, obj: &PyObject, as_id: bool) -> PyResult<()> {
        self.out.boundary()?;
        if !as_id && let Some(f) = &self.persistent_id {
            let f = f.clone();
            let id = call::call(&f, &[obj])?;
            if !is_none(&id) {
                return self.save_persistent(&id);
            }
        }
        if let Some(s) = obj.downcast_exact::<PyStr>() {
            return self.save_str(s);
        }
        if let Some(i) = obj.downcast_exact::<PyInt>() {
            return self.save_int(i);
        }
        if is_none(obj) {
            self.out.byte(NONE);
            return Ok(());
        }
        if PyBool::check_exact(obj) {
            let value = obj.is(object::bool::true_ref());
            match (self.proto >= 2, value) {
                (true, true) => self.out.byte(NEWTRUE),
                (true, false) => self.out.byte(NEWFALSE),
                (false, true) => self.out.bytes(b"I01\n"),
                (false, false) => self.out.bytes(b"I00\n"),
            }
            return Ok(());
        }
        if let Some(f) = obj.downcast_exact::<PyFloat>() {
            if self.is_bin() {
                self.out.pair(&[BINFLOAT], &f.value().to_be_bytes());
            } else {
                let text = numfmt::float::repr_string(f.value());
                self.out.bytes(format!("F{text}\n").as_bytes());
            }
            return Ok(());
        }
        if let Some(index) = self.memo_find(obj) {
            return self.write_get(index);
        }
        if let Some(b) = obj.downcast_exact::<PyBytes>() {
            return self.save_bytes(b);
        }
        thread::check_recursion(" while pickling an object")?;
        if let Some(d) = obj.downcast_exact::<PyDict>() {
            return self.save_dict(d);
        }
        if let Some(l) = obj.downcast_exact::<PyList>() {
            return self.save_list(l);
        }
        if let Some(t) = obj.downcast_exact::<PyTuple>() {
            return self.save_tuple(t);
        }
        if PySet::check_exact(obj) {
            return self.save_set(obj);
        }
        if PyFrozenSet::check_exact(obj) {
            return self.save_frozenset(obj);
        }
        if let Some(b) = obj.downcast_exact::<PyByteArray>() {
            return self.save_bytearray(b);
        }
        if let Some(b) = obj.downcast_exact::<PickleBuffer>() {
            return self.save_buffer(b);
        }
        self.save_other(obj)
    }

    fn save_persistent(&mut self, id: &PyObject) -> PyResult<()> {
        if self.is_bin() {
            self.save(id, true)?;
            self.out.byte(BINPERSID);
            return Ok(());
        }
        let text = id.str()?;
        let Chars::One(ascii) = text.chars() else {
            return pickling_error(format_args!("persistent IDs in protocol 0 must be ASCII strings"));
        };
        if !text.is_ascii() {
            return pickling_error(format_args!("persistent IDs in protocol 0 must be ASCII strings"));
        }
        self.out.pair(&[PERSID], ascii);
        self.out.byte(b'\n');
        Ok(())
    }

    // ---- numbers and strings ----

    fn save_int(&mut self, i: &PyInt) -> PyResult<()> {
        if let Some(v) = i.to_i64()
            && let Ok(v) = i32::try_from(v)
        {
            if self.is_bin() {
                match v {
                    0..=0xff => self.out.bytes(&[BININT1, v as u8]),
                    0x100..=0xffff => self.out.bytes(&[BININT2, v as u8, (v >> 8) as u8]),
                    _ => {
                        let [a, b, c, d] = v.to_le_bytes();
                        self.out.bytes(&[BININT, a, b, c, d]);
                    }
                }
            } else {
                self.out.bytes(format!("I{v}\n").as_bytes());
            }
            return Ok(());
        }
        if self.proto < 2 {
            let text = i.as_object().repr()?;
            self.out.pair(&[LONG], text.utf8()?.as_bytes());
            self.out.bytes(b"L\n");
            return Ok(());
        }
        let mut bytes = vec![0; (i.bit_length() / 8 + 1) as usize];
        i.write_le_bytes(&mut bytes, true);
        if i.is_negative() && bytes.len() > 1 {
            let n = bytes.len();
            // the sign may fit into the byte below
            if bytes[n - 1] == 0xff && bytes[n - 2] & 0x80 != 0 {
                bytes.pop();
            }
        }
        if let Ok(n) = u8::try_from(bytes.len()) {
            self.out.pair(&[LONG1, n], &bytes);
        } else if let Ok(n) = i32::try_from(bytes.len()) {
            let [a, b, c, d] = n.to_le_bytes();
            self.out.pair(&[LONG4, a, b, c, d], &bytes);
        } else {
            return raise!(OverflowError, "int too large to pickle");
        }
        Ok(())
    }

    fn save_str(&mut self, s: &PyStr) -> PyResult<()> {
        let obj = s.as_object();
        let place = match self.memo().find(obj) {
            Ok(index) => return self.write_get(index),
            Err(place) => place,
        };
        if s.is_ascii()
            && self.proto >= 4
            && let Chars::One(ascii) = s.chars()
            && let Ok(n) = u8::try_from(ascii.len())
            && self.fast.get() == 0
        {
            // nothing runs in between: the place is still good
            self.out.pair(&[SHORT_BINUNICODE, n], ascii);
            self.memo().insert_at(place, obj);
            self.out.byte(MEMOIZE);
            return Ok(());
        }
        if self.is_bin() {
            match s.chars() {
                Chars::One(ascii) if s.is_ascii() => self.write_text(ascii)?,
                _ => self.write_text(&s.to_wtf8())?,
            }
        } else {
            self.out.byte(UNICODE);
            let mut text = Vec::with_capacity(s.len() + 1);
            for c in s.chars().iter() {
                match c {
                    0 | 0x0a | 0x0d | 0x1a | 0x5c | 0x100..0x10000 => {
                        text.extend_from_slice(format!("\\u{c:04x}").as_bytes());
                    }
                    0x10000.. => text.extend_from_slice(format!("\\U{c:08x}").as_bytes()),
                    _ => text.push(c as u8),
                }
            }
            text.push(b'\n');
            self.out.bytes(&text);
        }
        self.memoize(obj)
    }

    fn write_text(&mut self, utf8: &[u8]) -> PyResult<()> {
        let n = utf8.len() as u64;
        if n <= 0xff && self.proto >= 4 {
            self.out.pair(&[SHORT_BINUNICODE, n as u8], utf8);
            return Ok(());
        }
        let mut head = [0; 9];
        head[1..].copy_from_slice(&n.to_le_bytes());
        if n <= 0xffff_ffff {
            head[0] = BINUNICODE;
            self.out.large(&head[..5], utf8, None)
        } else if self.proto >= 4 {
            head[0] = BINUNICODE8;
            self.out.large(&head, utf8, None)
        } else {
            raise!(
                OverflowError,
                "serializing a string larger than 4 GiB requires pickle protocol 4 or higher"
            )
        }
    }

    fn save_bytes(&mut self, b: &PyBytes) -> PyResult<()> {
        let obj = b.as_object();
        if self.proto < 3 {
            // older protocols know no bytes: a call makes them
            let (func, args) = if b.is_empty() {
                (PyBytes::type_object().as_object().new_ref(), PyTuple::empty()?)
            } else {
                let text = PyStr::from_latin1(b.as_slice())?.into_object();
                let latin1 = intern!("latin1").as_object().new_ref();
                (state()?.codecs_encode.clone(), PyTuple::pair(text, latin1)?)
            };
            let reduced = PyTuple::pair(func, args.into_object())?;
            return self.save_reduce(&reduced, obj);
        }
        self.write_bytes(b.as_slice(), Some(obj))?;
        self.memoize(obj)
    }

    fn write_bytes(&mut self, content: &[u8], payload: Option<&PyObject>) -> PyResult<()> {
        let n = content.len() as u64;
        let mut head = [0; 9];
        head[1..].copy_from_slice(&n.to_le_bytes());
        if n <= 0xff {
            self.out.pair(&[SHORT_BINBYTES, n as u8], content);
            Ok(())
        } else if n <= 0xffff_ffff {
            head[0] = BINBYTES;
            self.out.large(&head[..5], content, payload)
        } else if self.proto >= 4 {
            head[0] = BINBYTES8;
            self.out.large(&head, content, payload)
        } else {
            raise!(
                OverflowError,
                "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher"
            )
        }
    }

    fn save_bytearray(&mut self, b: &PyByteArray) -> PyResult<()> {
        let obj = b.as_object();
        if self.proto < 5 {
            let args = if b.is_empty() {
                PyTuple::empty()?
            } else {
                PyTuple::from_array([PyBytes::new(&b.to_vec())?.into_object()])?
            };
            let func = PyByteArray::type_object().as_object().new_ref();
            let reduced = PyTuple::pair(func, args.into_object())?;
            return self.save_reduce(&reduced, obj);
        }
        self.write_bytearray(&b.to_vec(), Some(obj))?;
        self.memoize(obj)
    }

    fn write_bytearray(&mut self, content: &[u8], payload: Option<&PyObject>) -> PyResult<()> {
        let mut head = [BYTEARRAY8; 9];
        head[1..].copy_from_slice(&(content.len() as u64).to_le_bytes());
        self.out.large(&head, content, payload)
    }

    fn save_buffer(&mut self, b: &PickleBuffer) -> PyResult<()> {
        let obj = b.as_object();
        if self.proto < 5 {
            return pickling_error(format_args!(
                "PickleBuffer can only be pickled with protocol >= 5"
            ));
        }
        let (contiguous, readonly) = b.form()?;
        if !contiguous {
            return pickling_error(format_args!(
                "PickleBuffer can not be pickled when pointing to a non-contiguous buffer"
            ));
        }
        // held until it is written: the callback may release the object
        let held = object::buffer::Buffer::get(obj, object::buffer::flags::FULL_RO)?;
        let in_band = match self.buffer_callback.clone() {
            None => true,
            Some(f) => call::call(&f, &[obj])?.is_true()?,
        };
        if !in_band {
            self.out.byte(NEXT_BUFFER);
            if readonly {
                self.out.byte(READONLY_BUFFER);
            }
            return Ok(());
        }
        let content = contiguous_bytes(&held);
        if readonly {
            self.write_bytes(&content, Some(obj))?;
        } else {
            self.write_bytearray(&content, Some(obj))?;
        }
        self.memoize(obj)
    }

    // ---- containers ----

    /// In fast mode nothing is remembered: deep nesting is looked through for cycles. `false`: not in fast mode.
    pub fn fast_enter(&mut self, obj: &PyObject) -> PyResult<bool> {
        if self.fast.get() == 0 {
            return Ok(false);
        }
        self.fast_nesting += 1;
        if self.fast_nesting >= FAST_NESTING && !self.fast_seen.insert(obj.as_ptr() as usize) {
            self.fast_nesting -= 1;
            return raise!(
                ValueError,
                "fast mode: can't pickle cyclic objects including object type {} at {:p}",
                obj.ty().full_name(),
                obj
            );
        }
        Ok(true)
    }

    pub fn fast_leave(&mut self, obj: &PyObject, entered: bool) {
        if entered {
            if self.fast_nesting >= FAST_NESTING {
                self.fast_seen.remove(&(obj.as_ptr() as usize));
            }
            self.fast_nesting -= 1;
        }
    }

    /// Writes an item of a container; an error gets a note that says which.
    #[inline]
    fn save_item(&mut self, of: &PyObject, index: usize, item: &PyObject) -> PyResult<()> {
        match self.save(item, false) {
            Ok(()) => Ok(()),
            Err(r) => note(r, || {
                Ok(format!("when serializing {} item {index}", type_name(of)))
            }),
        }
    }

    #[inline]
    fn save_value(&mut self, of: &PyObject, key: &PyObject, value: &PyObject) -> PyResult<()> {
        match self.save(value, false) {
            Ok(()) => Ok(()),
            Err(r) => note(r, || {
                Ok(format!("when serializing {} item {}", type_name(of), key.repr()?))
            }),
        }
    }

    fn save_tuple(&mut self, t: &PyTuple) -> PyResult<()> {
        let obj = t.as_object();
        let n = t.len();
        if n == 0 {
            if self.is_bin() {
                self.out.byte(EMPTY_TUPLE);
            } else {
                self.out.bytes(&[MARK, TUPLE]);
            }
            return Ok(());
        }
        let short = n <= 3 && self.proto >= 2;
        if !short {
            self.out.byte(MARK);
        }
        for (i, item) in t.as_slice().iter().enumerate() {
            self.save_item(obj, i, item)?;
        }
        if let Some(index) = self.memo_find(obj) {
            // it contains itself, and has been written with its items: these are thrown away
            if short {
                self.out.bytes(&[POP; 3][..n]);
            } else if self.is_bin() {
                self.out.byte(POP_MARK);
            } else {
                self.out.bytes(&vec![POP; n + 1]);
            }
            return self.write_get(index);
        }
        self.out.byte(if short { TUPLE1 + (n as u8 - 1) } else { TUPLE });
        self.memoize(obj)
    }

    fn save_list(&mut self, l: &PyList) -> PyResult<()> {
        let obj = l.as_object();
        let entered = self.fast_enter(obj)?;
        let result = self.save_list_items(l);
        self.fast_leave(obj, entered);
        result
    }

    fn save_list_items(&mut self, l: &PyList) -> PyResult<()> {
        let obj = l.as_object();
        if self.is_bin() {
            self.out.byte(EMPTY_LIST);
        } else {
            self.out.bytes(&[MARK, LIST]);
        }
        self.memoize(obj)?;
        if l.is_empty() {
            return Ok(());
        }
        if self.proto == 0 {
            let it = iter::get_iter(obj)?;
            return self.batch_list(&it, obj);
        }
        if l.len() == 1 {
            if let Some(item) = l.get(0) {
                self.save_item(obj, 0, &item)?;
            }
            self.out.byte(APPEND);
            return Ok(());
        }
        let mut i = 0;
        loop {
            self.out.byte(MARK);
            let end = i + BATCH;
            while i < end
                && let Some(item) = l.get(i)
            {
                self.save_item(obj, i, &item)?;
                i += 1;
            }
            self.out.byte(APPENDS);
            if i >= l.len() {
                return Ok(());
            }
        }
    }

    /// Items from an iterator, to be appended to the object just written.
    pub fn batch_list(&mut self, it: &PyObject, of: &PyObject) -> PyResult<()> {
        let mut i = 0;
        if self.proto == 0 {
            while let Some(item) = iter::next(it)? {
                self.save_item(of, i, &item)?;
                i += 1;
                self.out.byte(APPEND);
            }
            return Ok(());
        }
        loop {
            let Some(first) = iter::next(it)? else {
                return Ok(());
            };
            let mut next = iter::next(it)?;
            if next.is_none() {
                self.save_item(of, i, &first)?;
                self.out.byte(APPEND);
                return Ok(());
            }
            self.out.byte(MARK);
            self.save_item(of, i, &first)?;
            i += 1;
            let mut n = 1;
            while let Some(item) = next {
                self.save_item(of, i, &item)?;
                i += 1;
                n += 1;
                if n == BATCH {
                    break;
                }
                next = iter::next(it)?;
            }
            self.out.byte(APPENDS);
            if n < BATCH {
                return Ok(());
            }
        }
    }

    fn save_dict(&mut self, d: &PyDict) -> PyResult<()> {
        let obj = d.as_object();
        let entered = self.fast_enter(obj)?;
        let result = self.save_dict_items(d);
        self.fast_leave(obj, entered);
        result
    }

    fn save_dict_items(&mut self, d: &PyDict) -> PyResult<()> {
        let obj = d.as_object();
        if self.is_bin() {
            self.out.byte(EMPTY_DICT);
        } else {
            self.out.bytes(&[MARK, DICT]);
        }
        self.memoize(obj)?;
        let size = d.len();
        if size == 0 {
            return Ok(());
        }
        if self.proto == 0 {
            let items = obj.call_method(intern!("items"), &[])?;
            let it = iter::get_iter(&items)?;
            return self.batch_dict(&it, obj);
        }
        let mut pos = 0;
        if size == 1 {
            if let Some((key, value)) = d.next_entry(&mut pos) {
                self.save(&key, false)?;
                self.save_value(obj, &key, &value)?;
            }
            self.out.byte(SETITEM);
            return Ok(());
        }
        loop {
            let mut n = 0;
            self.out.byte(MARK);
            while n < BATCH
                && let Some((key, value)) = d.next_entry(&mut pos)
            {
                self.save(&key, false)?;
                self.save_value(obj, &key, &value)?;
                n += 1;
            }
            self.out.byte(SETITEMS);
            if d.len() != size {
                return raise!(RuntimeError, "dictionary changed size during iteration");
            }
            if n < BATCH {
                return Ok(());
            }
        }
    }

    /// Pairs from an iterator, to be set in the object just written.
    pub fn batch_dict(&mut self, it: &PyObject, of: &PyObject) -> PyResult<()> {
        fn pair(obj: &PyObject) -> PyResult<(Py, Py)> {
            match obj.downcast::<PyTuple>().map(|t| t.as_slice()) {
                Some([key, value]) => Ok((key.clone(), value.clone())),
                _ => raise!(TypeError, "dict items iterator must return 2-tuples"),
            }
        }
        if self.proto == 0 {
            while let Some(item) = iter::next(it)? {
                let (key, value) = pair(&item)?;
                self.save(&key, false)?;
                self.save_value(of, &key, &value)?;
                self.out.byte(SETITEM);
            }
            return Ok(());
        }
        loop {
            let Some(first) = iter::next(it)? else {
                return Ok(());
            };
            let (key, value) = pair(&first)?;
            let mut next = iter::next(it)?;
            if next.is_none() {
                self.save(&key, false)?;
                self.save_value(of, &key, &value)?;
                self.out.byte(SETITEM);
                return Ok(());
            }
            self.out.byte(MARK);
            self.save(&key, false)?;
            self.save_value(of, &key, &value)?;
            let mut n = 1;
            while let Some(item) = next {
                let (key, value) = pair(&item)?;
                self.save(&key, false)?;
                self.save_value(of, &key, &value)?;
                n += 1;
                if n == BATCH {
                    break;
                }
                next = iter::next(it)?;
            }
            self.out.byte(SETITEMS);
            if n < BATCH {
                return Ok(());
            }
        }
    }

    fn save_element(&mut self, of: &PyObject, item: &PyObject) -> PyResult<()> {
        match self.save(item, false) {
            Ok(()) => Ok(()),
            Err(r) => note(r, || Ok(format!("when serializing {} element", type_name(of)))),
        }
    }

    /// Before protocol 4, sets are made by a call with a list.
    fn save_set_call(&mut self, obj: &PyObject) -> PyResult<()> {
        let items = PyList::from_iterable(obj)?;
        let args = PyTuple::from_array([items.into_object()])?;
        let class = obj.ty().as_object().new_ref();
        let reduced = PyTuple::pair(class, args.into_object())?;
        self.save_reduce(&reduced, obj)
    }

    fn save_set(&mut self, obj: &PyObject) -> PyResult<()> {
        if self.proto < 4 {
            return self.save_set_call(obj);
        }
        let Some(set) = object::set::any_set(obj) else {
            return Ok(());
        };
        self.out.byte(EMPTY_SET);
        self.memoize(obj)?;
        let size = set.len();
        if size == 0 {
            return Ok(());
        }
        let mut pos = 0;
        loop {
            let mut n = 0;
            self.out.byte(MARK);
            while n < BATCH
                && let Some((item, _)) = set.next_entry(&mut pos)
            {
                self.save_element(obj, &item)?;
                n += 1;
            }
            self.out.byte(ADDITEMS);
            if set.len() != size {
                return raise!(RuntimeError, "set changed size during iteration");
            }
            if n < BATCH {
                return Ok(());
            }
        }
    }

    fn save_frozenset(&mut self, obj: &PyObject) -> PyResult<()> {
        if self.proto < 4 {
            return self.save_set_call(obj);
        }
        let entered = self.fast_enter(obj)?;
        let result = self.save_frozenset_items(obj);
        self.fast_leave(obj, entered);
        result
    }

    fn save_frozenset_items(&mut self, obj: &PyObject) -> PyResult<()> {
        let Some(set) = object::set::any_set(obj) else {
            return Ok(());
        };
        self.out.byte(MARK);
        let mut pos = 0;
        while let Some((item, _)) = set.next_entry(&mut pos) {
            self.save_element(obj, &item)?;
        }
        if let Some(index) = self.memo_find(obj) {
            self.out.byte(POP_MARK);
            return self.write_get(index);
        }
        self.out.byte(FROZENSET);
        self.memoize(obj)
    }
}
