//! The `marshal` format, versions 0 to 5, apart from any object model.
//!
//! [`Writer`] is told about the objects one after another, in depth-first order; who holds the objects walks them.
//! [`Reader`] asks a [`Builder`] to make them. [`dumps`] and [`loads`] do both for code and its constants; the virtual
//! machine does them for its objects.
//!
//! Reading takes any bytes: errors carry CPython's texts, and a size that lies reserves no memory.

use crate::code::{Code, Const, Wtf8};
use dashu_int::{IBig, Sign, UBig};
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

/// `marshal.version`
pub const VERSION: i32 = 5;

/// How deep objects may be nested.
pub const MAX_DEPTH: u32 = 2000;

mod code {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOPITER: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const INT64: u8 = b'I';
    pub const FLOAT: u8 = b'f';
    pub const BINARY_FLOAT: u8 = b'g';
    pub const COMPLEX: u8 = b'x';
    pub const BINARY_COMPLEX: u8 = b'y';
    pub const LONG: u8 = b'l';
    pub const STRING: u8 = b's';
    pub const INTERNED: u8 = b't';
    pub const REF: u8 = b'r';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const CODE: u8 = b'c';
    pub const UNICODE: u8 = b'u';
    pub const SET: u8 = b'<';
    pub const FROZENSET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    pub const FLAG_REF: u8 = 0x80;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    EOFError,
    ValueError,
    TypeError,
    UnicodeDecodeError,
}

/// What is wrong, with the text of the Python exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub kind: ErrorKind,
    pub msg: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.msg)
    }
}

impl std::error::Error for Error {}

#[cold]
fn eof(msg: &str) -> Error {
    Error {
        kind: ErrorKind::EOFError,
        msg: msg.into(),
    }
}

#[cold]
fn value(msg: impl Into<String>) -> Error {
    Error {
        kind: ErrorKind::ValueError,
        msg: msg.into(),
    }
}

#[cold]
fn null_in(what: &str) -> Error {
    Error {
        kind: ErrorKind::TypeError,
        msg: format!("NULL object in marshal data for {what}"),
    }
}

/// `marshal.dumps` of something that has no form here.
#[cold]
pub fn unmarshallable() -> Error {
    value("unmarshallable object")
}

/// Writes the format. Before each object, [`Writer::reference`] may replace it by a reference to an equal one.
#[derive(Debug)]
pub struct Writer {
    out: Vec<u8>,
    version: i32,
    refs: HashMap<usize, u32>,
    flag: u8,
    depth: u32,
}

impl Writer {
    pub fn new(version: i32) -> Writer {
        Writer {
            out: Vec::new(),
            version,
            refs: HashMap::new(),
            flag: 0,
            depth: 0,
        }
    }

    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    pub fn version(&self) -> i32 {
        self.version
    }

    /// To be called before an object that others may refer to, with its identity. True: it was written before, and
    /// the reference to it is all that is needed.
    pub fn reference(&mut self, identity: usize) -> bool {
        if self.version < 3 {
            return false;
        }
        let next = self.refs.len() as u32;
        match self.refs.entry(identity) {
            std::collections::hash_map::Entry::Occupied(e) => {
                let index = *e.get();
                self.out.push(code::REF);
                self.long(index as i32);
                true
            }
            std::collections::hash_map::Entry::Vacant(e) => {
                e.insert(next);
                self.flag = code::FLAG_REF;
                false
            }
        }
    }

    /// To be called around the items of a container.
    pub fn enter(&mut self) -> Result<(), Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(value("object too deeply nested to marshal"));
        }
        Ok(())
    }

    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    fn type_code(&mut self, code: u8) {
        self.out.push(code | std::mem::take(&mut self.flag));
    }

    /// A 32-bit number, as the fields of code objects are.
    pub fn long(&mut self, n: i32) {
        self.out.extend(n.to_le_bytes());
    }

    fn size(&mut self, n: usize) -> Result<(), Error> {
        let n = i32::try_from(n).map_err(|_| unmarshallable())?;
        self.long(n);
        Ok(())
    }

    pub fn null(&mut self) {
        self.out.push(code::NULL);
    }

    pub fn none(&mut self) {
        self.out.push(code::NONE);
    }

    pub fn bool(&mut self, b: bool) {
        self.out.push(if b { code::TRUE } else { code::FALSE });
    }

    pub fn stop_iteration(&mut self) {
        self.out.push(code::STOPITER);
    }

    pub fn ellipsis(&mut self) {
        self.out.push(code::ELLIPSIS);
    }

    pub fn int(&mut self, n: &IBig) -> Result<(), Error> {
        if let Ok(n) = i32::try_from(n) {
            self.type_code(code::INT);
            self.long(n);
            return Ok(());
        }
        // Digits of 15 bits.
        self.type_code(code::LONG);
        let (sign, magnitude) = n.clone().into_parts();
        let bytes = magnitude.to_le_bytes();
        let bits = bytes.len() * 8;
        let mut digits: Vec<u16> = (0..bits.div_ceil(15))
            .map(|d| {
                let at = d * 15;
                let byte = |i: usize| u32::from(bytes.get(at / 8 + i).copied().unwrap_or(0));
                let word = byte(0) | (byte(1) << 8) | (byte(2) << 16);
                ((word >> (at % 8)) & 0x7fff) as u16
            })
            .collect();
        while digits.last() == Some(&0) {
            digits.pop();
        }
        let count = i32::try_from(digits.len()).map_err(|_| unmarshallable())?;
        self.long(if sign == Sign::Negative { -count } else { count });
        for digit in digits {
            self.out.extend(digit.to_le_bytes());
        }
        Ok(())
    }

    fn float_text(&mut self, f: f64) {
        let text = general_17(f);
        self.out.push(text.len() as u8);
        self.out.extend(text.into_bytes());
    }

    pub fn float(&mut self, f: f64) {
        if self.version > 1 {
            self.type_code(code::BINARY_FLOAT);
            self.out.extend(f.to_le_bytes());
        } else {
            self.type_code(code::FLOAT);
            self.float_text(f);
        }
    }

    pub fn complex(&mut self, re: f64, im: f64) {
        if self.version > 1 {
            self.type_code(code::BINARY_COMPLEX);
            self.out.extend(re.to_le_bytes());
            self.out.extend(im.to_le_bytes());
        } else {
            self.type_code(code::COMPLEX);
            self.float_text(re);
            self.float_text(im);
        }
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.type_code(code::STRING);
        self.size(bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    /// A string, given as WTF-8.
    pub fn str(&mut self, text: &[u8], interned: bool) -> Result<(), Error> {
        if self.version >= 4 && text.is_ascii() {
            if text.len() < 256 {
                self.type_code(if interned {
                    code::SHORT_ASCII_INTERNED
                } else {
                    code::SHORT_ASCII
                });
                self.out.push(text.len() as u8);
                self.out.extend_from_slice(text);
                return Ok(());
            }
            self.type_code(if interned {
                code::ASCII_INTERNED
            } else {
                code::ASCII
            });
        } else {
            self.type_code(if self.version >= 3 && interned {
                code::INTERNED
            } else {
                code::UNICODE
            });
        }
        self.size(text.len())?;
        self.out.extend_from_slice(text);
        Ok(())
    }

    /// A tuple; its items follow.
    pub fn tuple(&mut self, len: usize) -> Result<(), Error> {
        if self.version >= 4 && len < 256 {
            self.type_code(code::SMALL_TUPLE);
            self.out.push(len as u8);
            return Ok(());
        }
        self.type_code(code::TUPLE);
        self.size(len)
    }

    /// A list; its items follow.
    pub fn list(&mut self, len: usize) -> Result<(), Error> {
        self.type_code(code::LIST);
        self.size(len)
    }

    /// A dict; keys and values follow, then [`Writer::null`].
    pub fn dict(&mut self) {
        self.type_code(code::DICT);
    }

    /// A set or frozenset; its items follow.
    pub fn set(&mut self, frozen: bool, len: usize) -> Result<(), Error> {
        self.type_code(if frozen { code::FROZENSET } else { code::SET });
        self.size(len)
    }

    /// A slice; start, stop and step follow.
    pub fn slice(&mut self) -> Result<(), Error> {
        if self.version < 5 {
            return Err(unmarshallable());
        }
        self.type_code(code::SLICE);
        Ok(())
    }

    /// A code object. Its numbers are written here; there follow the objects `co_code`, `co_consts`, `co_names`,
    /// `co_localsplusnames`, `co_localspluskinds`, `co_filename`, `co_name`, `co_qualname`, the [`Writer::long`]
    /// `co_firstlineno`, and the objects `co_linetable` and `co_exceptiontable`.
    pub fn code(&mut self, argcount: u32, posonly: u32, kwonly: u32, stacksize: u32, flags: u32) {
        self.type_code(code::CODE);
        for n in [argcount, posonly, kwonly, stacksize, flags] {
            self.long(n as i32);
        }
    }
}

/// `'%.17g' % f`
fn general_17(f: f64) -> String {
    if f.is_nan() {
        return "nan".into();
    }
    if f.is_infinite() {
        return if f > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let text = format!("{f:.16e}");
    let (mantissa, exp) = text.split_once('e').unwrap_or((&text, "0"));
    let exp: i32 = exp.parse().unwrap_or(0);
    let strip = |s: &str| -> String {
        if s.contains('.') {
            s.trim_end_matches('0').trim_end_matches('.').into()
        } else {
            s.into()
        }
    };
    if (-4..17).contains(&exp) {
        return strip(&format!("{f:.*}", (16 - exp) as usize));
    }
    let sign = if exp < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", strip(mantissa), exp.abs())
}

/// The fields of a code object that is being read.
#[derive(Debug)]
pub struct CodeFields<O> {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: O,
    pub consts: O,
    pub names: O,
    pub localsplusnames: O,
    pub localspluskinds: O,
    pub filename: O,
    pub name: O,
    pub qualname: O,
    pub firstlineno: i32,
    pub linetable: O,
    pub exceptiontable: O,
}

/// Makes the objects that a [`Reader`] finds.
///
/// Lists, dicts and sets are made empty and filled, since their items may refer to them.
pub trait Builder {
    /// A handle to an object; clones are the same object.
    type Object: Clone;
    type Error: From<Error>;

    fn none(&mut self) -> Self::Object;
    fn bool(&mut self, b: bool) -> Self::Object;
    fn ellipsis(&mut self) -> Self::Object;
    fn stop_iteration(&mut self) -> Result<Self::Object, Self::Error>;
    fn int(&mut self, n: IBig) -> Result<Self::Object, Self::Error>;
    fn float(&mut self, f: f64) -> Result<Self::Object, Self::Error>;
    fn complex(&mut self, re: f64, im: f64) -> Result<Self::Object, Self::Error>;
    fn bytes(&mut self, bytes: &[u8]) -> Result<Self::Object, Self::Error>;
    /// `text` is WTF-8.
    fn str(&mut self, text: &[u8], interned: bool) -> Result<Self::Object, Self::Error>;
    fn tuple(&mut self, items: Vec<Self::Object>) -> Result<Self::Object, Self::Error>;
    fn frozenset(&mut self, items: Vec<Self::Object>) -> Result<Self::Object, Self::Error>;
    fn list(&mut self) -> Result<Self::Object, Self::Error>;
    fn list_append(&mut self, list: &Self::Object, item: Self::Object) -> Result<(), Self::Error>;
    fn set(&mut self) -> Result<Self::Object, Self::Error>;
    fn set_add(&mut self, set: &Self::Object, item: Self::Object) -> Result<(), Self::Error>;
    fn dict(&mut self) -> Result<Self::Object, Self::Error>;
    fn dict_set(
        &mut self,
        dict: &Self::Object,
        key: Self::Object,
        value: Self::Object,
    ) -> Result<(), Self::Error>;
    fn slice(
        &mut self,
        start: Self::Object,
        stop: Self::Object,
        step: Self::Object,
    ) -> Result<Self::Object, Self::Error>;
    fn code(&mut self, fields: CodeFields<Self::Object>) -> Result<Self::Object, Self::Error>;
}

/// Reads the format.
pub struct Reader<'a, B: Builder> {
    data: &'a [u8],
    pos: usize,
    refs: Vec<Option<B::Object>>,
    depth: u32,
    allow_code: bool,
}

type ReadResult<B> = Result<Option<<B as Builder>::Object>, <B as Builder>::Error>;

impl<'a, B: Builder> Reader<'a, B> {
    pub fn new(data: &'a [u8]) -> Self {
        Reader {
            data,
            pos: 0,
            refs: Vec::new(),
            depth: 0,
            allow_code: true,
        }
    }

    /// Refuse code objects (`allow_code=False`).
    pub fn without_code(mut self) -> Self {
        self.allow_code = false;
        self
    }

    /// How many bytes have been read.
    pub fn position(&self) -> usize {
        self.pos
    }

    /// One object.
    pub fn read(&mut self, b: &mut B) -> Result<B::Object, B::Error> {
        Ok(self.object(b)?.ok_or_else(|| null_in("object"))?)
    }

    fn take(&mut self, n: usize) -> Result<&'a [u8], Error> {
        let end = self.pos.checked_add(n).filter(|&end| end <= self.data.len());
        let end = end.ok_or_else(|| eof("marshal data too short"))?;
        let bytes = &self.data[self.pos..end];
        self.pos = end;
        Ok(bytes)
    }

    fn byte(&mut self) -> Result<u8, Error> {
        let b = self
            .data
            .get(self.pos)
            .ok_or_else(|| eof("EOF read where not expected"))?;
        self.pos += 1;
        Ok(*b)
    }

    fn long(&mut self) -> Result<i32, Error> {
        let bytes = self.take(4)?;
        Ok(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn double(&mut self) -> Result<f64, Error> {
        let mut raw = [0; 8];
        raw.copy_from_slice(self.take(8)?);
        Ok(f64::from_le_bytes(raw))
    }

    fn float_text(&mut self) -> Result<f64, Error> {
        let n = self.byte()?;
        let bytes = self.take(n.into())?;
        let text = String::from_utf8_lossy(bytes);
        text.parse()
            .map_err(|_| value(format!("could not convert string to float: '{text}'")))
    }

    fn size(&mut self, what: &str) -> Result<usize, Error> {
        let n = self.long()?;
        usize::try_from(n).map_err(|_| value(format!("bad marshal data ({what} size out of range)")))
    }

    /// Takes a place in the list of references for an object that is not made yet.
    fn reserve(&mut self, flag: bool) -> Option<usize> {
        flag.then(|| {
            self.refs.push(None);
            self.refs.len() - 1
        })
    }

    fn fill(&mut self, place: Option<usize>, object: &B::Object) {
        if let Some(i) = place {
            self.refs[i] = Some(object.clone());
        }
    }

    fn object(&mut self, b: &mut B) -> ReadResult<B> {
        let Some(&first) = self.data.get(self.pos) else {
            return Err(eof("EOF read where object expected").into());
        };
        self.pos += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(value("recursion limit exceeded").into());
        }
        let object = self.typed(b, first & !code::FLAG_REF, first & code::FLAG_REF != 0)?;
        self.depth -= 1;
        Ok(object)
    }

    fn item(&mut self, b: &mut B, what: &str) -> Result<B::Object, B::Error> {
        Ok(self.object(b)?.ok_or_else(|| null_in(what))?)
    }

    fn items(&mut self, b: &mut B, n: usize, what: &str) -> Result<Vec<B::Object>, B::Error> {
        // Every item takes a byte at least.
        let mut out = Vec::with_capacity(n.min(self.data.len() - self.pos));
        for _ in 0..n {
            out.push(self.item(b, what)?);
        }
        Ok(out)
    }

    fn typed(&mut self, b: &mut B, typ: u8, flag: bool) -> ReadResult<B> {
        let object = match typ {
            code::NULL => return Ok(None),
            code::NONE => return Ok(Some(b.none())),
            code::STOPITER => return Ok(Some(b.stop_iteration()?)),
            code::ELLIPSIS => return Ok(Some(b.ellipsis())),
            code::FALSE => return Ok(Some(b.bool(false))),
            code::TRUE => return Ok(Some(b.bool(true))),
            code::REF => {
                let n = self.long()?;
                let found = usize::try_from(n).ok().and_then(|n| self.refs.get(n)?.clone());
                let bad = || value("bad marshal data (invalid reference)");
                return Ok(Some(found.ok_or_else(bad)?));
            }
            code::INT => {
                let n = self.long()?;
                b.int(n.into())?
            }
            code::INT64 => {
                let mut raw = [0; 8];
                raw.copy_from_slice(self.take(8)?);
                b.int(i64::from_le_bytes(raw).into())?
            }
            code::LONG => {
                let n = self.big_int()?;
                b.int(n)?
            }
            code::FLOAT => {
                let f = self.float_text()?;
                b.float(f)?
            }
            code::BINARY_FLOAT => {
                let f = self.double()?;
                b.float(f)?
            }
            code::COMPLEX => {
                let (re, im) = (self.float_text()?, self.float_text()?);
                b.complex(re, im)?
            }
            code::BINARY_COMPLEX => {
                let (re, im) = (self.double()?, self.double()?);
                b.complex(re, im)?
            }
            code::STRING => {
                let n = self.size("bytes object")?;
                b.bytes(self.take(n)?)?
            }
            code::ASCII | code::ASCII_INTERNED => {
                let n = self.size("string")?;
                self.latin1(b, n, typ == code::ASCII_INTERNED)?
            }
            code::SHORT_ASCII | code::SHORT_ASCII_INTERNED => {
                let n = self.byte()?;
                self.latin1(b, n.into(), typ == code::SHORT_ASCII_INTERNED)?
            }
            code::UNICODE | code::INTERNED => {
                let n = self.size("string")?;
                let text = self.take(n)?;
                check_wtf8(text)?;
                b.str(text, typ == code::INTERNED)?
            }
            code::SMALL_TUPLE | code::TUPLE => {
                let n = if typ == code::TUPLE {
                    self.size("tuple")?
                } else {
                    self.byte()?.into()
                };
                let place = self.reserve(flag);
                let items = self.items(b, n, "tuple")?;
                let tuple = b.tuple(items)?;
                self.fill(place, &tuple);
                return Ok(Some(tuple));
            }
            code::LIST => {
                let n = self.size("list")?;
                let list = b.list()?;
                if flag {
                    self.refs.push(Some(list.clone()));
                }
                for _ in 0..n {
                    let item = self.item(b, "list")?;
                    b.list_append(&list, item)?;
                }
                return Ok(Some(list));
            }
            code::DICT => {
                let dict = b.dict()?;
                if flag {
                    self.refs.push(Some(dict.clone()));
                }
                while let Some(key) = self.object(b)? {
                    let Some(item) = self.object(b)? else { break };
                    b.dict_set(&dict, key, item)?;
                }
                return Ok(Some(dict));
            }
            code::SET => {
                let n = self.size("set")?;
                let set = b.set()?;
                if flag {
                    self.refs.push(Some(set.clone()));
                }
                for _ in 0..n {
                    let item = self.item(b, "set")?;
                    b.set_add(&set, item)?;
                }
                return Ok(Some(set));
            }
            code::FROZENSET => {
                let n = self.size("set")?;
                // The empty one is a singleton: it is referred to at once.
                let place = self.reserve(flag);
                let items = self.items(b, n, "set")?;
                let set = b.frozenset(items)?;
                self.fill(place, &set);
                return Ok(Some(set));
            }
            code::SLICE => {
                let place = self.reserve(flag);
                let start = self.item(b, "object")?;
                let stop = self.item(b, "object")?;
                let step = self.item(b, "object")?;
                let slice = b.slice(start, stop, step)?;
                self.fill(place, &slice);
                return Ok(Some(slice));
            }
            code::CODE => {
                if !self.allow_code {
                    return Err(value("unmarshalling code objects is disallowed").into());
                }
                let place = self.reserve(flag);
                let object = self.code(b)?;
                self.fill(place, &object);
                return Ok(Some(object));
            }
            _ => return Err(value("bad marshal data (unknown type code)").into()),
        };
        if flag {
            self.refs.push(Some(object.clone()));
        }
        Ok(Some(object))
    }

    /// The forms for ASCII are read as Latin-1.
    fn latin1(&mut self, b: &mut B, n: usize, interned: bool) -> Result<B::Object, B::Error> {
        let bytes = self.take(n)?;
        if bytes.is_ascii() {
            return b.str(bytes, interned);
        }
        let text: String = bytes.iter().map(|&c| char::from(c)).collect();
        b.str(text.as_bytes(), interned)
    }

    fn big_int(&mut self) -> Result<IBig, Error> {
        let n = self.long()?;
        if n == i32::MIN {
            return Err(value("bad marshal data (long size out of range)"));
        }
        let count = n.unsigned_abs() as usize;
        let raw = self.take(count.saturating_mul(2))?;
        let mut bytes = Vec::with_capacity(count * 2);
        let (mut acc, mut bits) = (0u32, 0);
        let mut last = 1;
        for pair in raw.chunks_exact(2) {
            let digit = u16::from_le_bytes([pair[0], pair[1]]);
            if digit > 0x7fff {
                return Err(value("bad marshal data (digit out of range in long)"));
            }
            last = digit;
            acc |= u32::from(digit) << bits;
            bits += 15;
            while bits >= 8 {
                bytes.push(acc as u8);
                acc >>= 8;
                bits -= 8;
            }
        }
        if last == 0 {
            return Err(value("bad marshal data (unnormalized long data)"));
        }
        bytes.push(acc as u8);
        let magnitude = UBig::from_le_bytes(&bytes);
        Ok(IBig::from_parts(
            if n < 0 { Sign::Negative } else { Sign::Positive },
            magnitude,
        ))
    }

    fn code(&mut self, b: &mut B) -> Result<B::Object, B::Error> {
        let argcount = self.long()?;
        let posonlyargcount = self.long()?;
        let kwonlyargcount = self.long()?;
        let stacksize = self.long()?;
        let flags = self.long()?;
        let what = "code object";
        let fields = CodeFields {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            code: self.item(b, what)?,
            consts: self.item(b, what)?,
            names: self.item(b, what)?,
            localsplusnames: self.item(b, what)?,
            localspluskinds: self.item(b, what)?,
            filename: self.item(b, what)?,
            name: self.item(b, what)?,
            qualname: self.item(b, what)?,
            firstlineno: self.long()?,
            linetable: self.item(b, what)?,
            exceptiontable: self.item(b, what)?,
        };
        b.code(fields)
    }
}

/// Accepts UTF-8 in which surrogates may stand alone.
fn check_wtf8(text: &[u8]) -> Result<(), Error> {
    let mut rest = text;
    let mut at = 0;
    loop {
        let Err(e) = std::str::from_utf8(rest) else {
            return Ok(());
        };
        let bad = e.valid_up_to();
        match &rest[bad..] {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, tail @ ..] => {
                at += bad + 3;
                rest = tail;
            }
            [first, ..] => {
                let pos = at + bad;
                let reason = match (e.error_len(), first) {
                    (None, _) => "unexpected end of data",
                    (_, 0x80..=0xc1 | 0xf5..=0xff) => "invalid start byte",
                    _ => "invalid continuation byte",
                };
                return Err(Error {
                    kind: ErrorKind::UnicodeDecodeError,
                    msg: format!("'utf-8' codec can't decode byte 0x{first:02x} in position {pos}: {reason}"),
                });
            }
            [] => return Ok(()),
        }
    }
}

/// Whether a constant string is interned: it looks like a name.
pub fn is_name_like(text: &[u8]) -> bool {
    text.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// Whether a string among the constants is interned: it looks like a name, or is one character of Latin-1.
fn is_interned(text: &[u8]) -> bool {
    is_name_like(text) || is_latin1_character(text)
}

/// Whether a string is one of the characters that exist once in a process.
fn is_latin1_character(text: &[u8]) -> bool {
    matches!(text, [_] | [0xC2 | 0xC3, _])
}

/// Writes code and constants. What occurs more than once is written once.
struct Dumper {
    w: Writer,
    /// Names by their text: the same text is the same object.
    names: HashMap<Wtf8, usize>,
    /// How many slices are open: strings in them are interned only if they are single characters.
    slices: u32,
}

/// Identities of names are odd numbers; those of other objects are addresses, which are even.
const NAME_STEP: usize = 2;

impl Dumper {
    fn name(&mut self, text: &Wtf8) -> Result<(), Error> {
        let next = self.names.len() * NAME_STEP + 1;
        let identity = *self.names.entry(text.clone()).or_insert(next);
        if self.w.reference(identity) {
            Ok(())
        } else {
            self.w.str(text, true)
        }
    }

    fn names(&mut self, list: &[Wtf8]) -> Result<(), Error> {
        self.w.tuple(list.len())?;
        list.iter().try_for_each(|n| self.name(n))
    }

    /// True: already written. Objects with one owner cannot occur again.
    fn shared<T: ?Sized>(&mut self, rc: &Rc<T>) -> bool {
        Rc::strong_count(rc) > 1 && self.w.reference(Rc::as_ptr(rc).cast::<u8>().addr() & !1)
    }

    fn constant(&mut self, c: &Const) -> Result<(), Error> {
        match c {
            Const::None => self.w.none(),
            Const::True => self.w.bool(true),
            Const::False => self.w.bool(false),
            Const::Ellipsis => self.w.ellipsis(),
            Const::Int(n) => self.w.int(n)?,
            Const::Float(f) => self.w.float(*f),
            Const::Complex(re, im) => self.w.complex(*re, *im),
            Const::Str(s) if is_latin1_character(s) || (self.slices == 0 && is_interned(s)) => {
                self.name(s)?
            }
            Const::Str(s) => {
                if !self.shared(s) {
                    self.w.str(s, false)?;
                }
            }
            Const::Bytes(b) => {
                if b.is_empty() || !self.shared(b) {
                    self.w.bytes(b)?;
                }
            }
            Const::Tuple(items) => {
                if items.is_empty() || !self.shared(items) {
                    self.w.tuple(items.len())?;
                    self.constants(items)?;
                }
            }
            Const::FrozenSet(items) => {
                if items.is_empty() || !self.shared(items) {
                    self.w.set(true, items.len())?;
                    self.constants(items)?;
                }
            }
            Const::Slice(parts) => {
                if !self.shared(parts) {
                    self.w.slice()?;
                    self.slices += 1;
                    self.constants(&parts[..])?;
                    self.slices -= 1;
                }
            }
            Const::Code(code) => {
                if !self.shared(code) {
                    self.code(code)?;
                }
            }
        }
        Ok(())
    }

    fn constants(&mut self, items: &[Const]) -> Result<(), Error> {
        self.w.enter()?;
        items.iter().try_for_each(|c| self.constant(c))?;
        self.w.leave();
        Ok(())
    }

    fn code(&mut self, c: &Code) -> Result<(), Error> {
        self.w.enter()?;
        self.w.code(
            c.argcount,
            c.posonlyargcount,
            c.kwonlyargcount,
            c.stacksize,
            c.flags,
        );
        self.w.bytes(&c.code)?;
        self.w.tuple(c.consts.len())?;
        // A class stores its qualified name.
        self.w.enter()?;
        for constant in &c.consts {
            match constant {
                Const::Str(s) if *s == c.qualname => self.name(s)?,
                other => self.constant(other)?,
            }
        }
        self.w.leave();
        self.names(&c.names)?;
        self.names(&c.localsplusnames)?;
        self.w.bytes(&c.localspluskinds)?;
        self.name(&c.filename)?;
        self.name(&c.name)?;
        self.name(&c.qualname)?;
        self.w.long(c.firstlineno);
        self.w.bytes(&c.linetable)?;
        self.w.bytes(&c.exceptiontable)?;
        self.w.leave();
        Ok(())
    }
}

/// `marshal.dumps` of a code object.
pub fn dumps(code: &Code, version: i32) -> Result<Vec<u8>, Error> {
    let mut d = Dumper {
        w: Writer::new(version),
        names: HashMap::new(),
        slices: 0,
    };
    d.code(code)?;
    Ok(d.w.finish())
}

/// `marshal.dumps` of a constant.
pub fn dumps_const(c: &Const, version: i32) -> Result<Vec<u8>, Error> {
    let mut d = Dumper {
        w: Writer::new(version),
        names: HashMap::new(),
        slices: 0,
    };
    d.constant(c)?;
    Ok(d.w.finish())
}

/// Makes constants and code.
struct Constants;

impl Constants {
    fn refuse<T>(what: &str) -> Result<T, Error> {
        Err(Error {
            kind: ErrorKind::TypeError,
            msg: format!("{what} is not a constant"),
        })
    }
}

fn text_of(c: Const) -> Result<Wtf8, Error> {
    match c {
        Const::Str(s) => Ok(s),
        _ => Err(value("bad marshal data (code object)")),
    }
}

fn bytes_of(c: Const) -> Result<Box<[u8]>, Error> {
    match c {
        Const::Bytes(b) => Ok((*b).into()),
        _ => Err(value("bad marshal data (code object)")),
    }
}

fn items_of(c: Const) -> Result<Vec<Const>, Error> {
    match c {
        Const::Tuple(items) => Ok(items.to_vec()),
        _ => Err(value("bad marshal data (code object)")),
    }
}

fn names_of(c: Const) -> Result<Vec<Wtf8>, Error> {
    items_of(c)?.into_iter().map(text_of).collect()
}

fn count(n: i32) -> Result<u32, Error> {
    u32::try_from(n).map_err(|_| value("code: argument out of range"))
}

impl Builder for Constants {
    type Object = Const;
    type Error = Error;

    fn none(&mut self) -> Const {
        Const::None
    }

    fn bool(&mut self, b: bool) -> Const {
        if b { Const::True } else { Const::False }
    }

    fn ellipsis(&mut self) -> Const {
        Const::Ellipsis
    }

    fn stop_iteration(&mut self) -> Result<Const, Error> {
        Self::refuse("StopIteration")
    }

    fn int(&mut self, n: IBig) -> Result<Const, Error> {
        Ok(Const::Int(n))
    }

    fn float(&mut self, f: f64) -> Result<Const, Error> {
        Ok(Const::Float(f))
    }

    fn complex(&mut self, re: f64, im: f64) -> Result<Const, Error> {
        Ok(Const::Complex(re, im))
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<Const, Error> {
        Ok(Const::Bytes(bytes.into()))
    }

    fn str(&mut self, text: &[u8], _interned: bool) -> Result<Const, Error> {
        Ok(Const::Str(text.into()))
    }

    fn tuple(&mut self, items: Vec<Const>) -> Result<Const, Error> {
        Ok(Const::Tuple(items.into()))
    }

    fn frozenset(&mut self, items: Vec<Const>) -> Result<Const, Error> {
        Ok(Const::FrozenSet(items.into()))
    }

    fn list(&mut self) -> Result<Const, Error> {
        Self::refuse("a list")
    }

    fn list_append(&mut self, _: &Const, _: Const) -> Result<(), Error> {
        Self::refuse("a list")
    }

    fn set(&mut self) -> Result<Const, Error> {
        Self::refuse("a set")
    }

    fn set_add(&mut self, _: &Const, _: Const) -> Result<(), Error> {
        Self::refuse("a set")
    }

    fn dict(&mut self) -> Result<Const, Error> {
        Self::refuse("a dict")
    }

    fn dict_set(&mut self, _: &Const, _: Const, _: Const) -> Result<(), Error> {
        Self::refuse("a dict")
    }

    fn slice(&mut self, start: Const, stop: Const, step: Const) -> Result<Const, Error> {
        Ok(Const::Slice(Rc::new([start, stop, step])))
    }

    fn code(&mut self, f: CodeFields<Const>) -> Result<Const, Error> {
        let code = Code {
            argcount: count(f.argcount)?,
            posonlyargcount: count(f.posonlyargcount)?,
            kwonlyargcount: count(f.kwonlyargcount)?,
            stacksize: count(f.stacksize)?,
            flags: f.flags as u32,
            code: bytes_of(f.code)?,
            consts: items_of(f.consts)?,
            names: names_of(f.names)?,
            localsplusnames: names_of(f.localsplusnames)?,
            localspluskinds: bytes_of(f.localspluskinds)?,
            filename: text_of(f.filename)?,
            name: text_of(f.name)?,
            qualname: text_of(f.qualname)?,
            firstlineno: f.firstlineno,
            linetable: bytes_of(f.linetable)?,
            exceptiontable: bytes_of(f.exceptiontable)?,
        };
        if code.localsplusnames.len() != code.localspluskinds.len() {
            return Err(value("code: co_localspluskinds does not fit co_localsplusnames"));
        }
        Ok(Const::Code(Rc::new(code)))
    }
}

/// `marshal.loads` of a constant or a code object.
pub fn loads(data: &[u8]) -> Result<Const, Error> {
    Reader::new(data).read(&mut Constants)
}

/// The head of a `.pyc` file.
pub mod pyc {
    use crate::oparg::MAGIC;

    /// `importlib.util.MAGIC_NUMBER`
    pub const MAGIC_NUMBER: [u8; 4] = [MAGIC as u8, (MAGIC >> 8) as u8, b'\r', b'\n'];
    /// Bytes of the head.
    pub const HEADER_SIZE: usize = 16;

    /// By what a `.pyc` is found to be out of date (PEP 552).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Validation {
        /// The source's modification time in seconds and its size, both modulo 2^32.
        Timestamp { mtime: u32, size: u32 },
        /// The source's hash; it is compared if `check`.
        Hash { hash: [u8; 8], check: bool },
    }

    pub fn header(validation: Validation) -> [u8; HEADER_SIZE] {
        let mut out = [0; HEADER_SIZE];
        out[..4].copy_from_slice(&MAGIC_NUMBER);
        match validation {
            Validation::Timestamp { mtime, size } => {
                out[8..12].copy_from_slice(&mtime.to_le_bytes());
                out[12..].copy_from_slice(&size.to_le_bytes());
            }
            Validation::Hash { hash, check } => {
                out[4] = 1 | (u8::from(check) << 1);
                out[8..].copy_from_slice(&hash);
            }
        }
        out
    }

    /// Reads a head; `None` if it is too short, of another version, or has unknown flags.
    pub fn parse(data: &[u8]) -> Option<Validation> {
        let head = data.get(..HEADER_SIZE)?;
        if head[..4] != MAGIC_NUMBER {
            return None;
        }
        let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        match word(4) {
            0 => Some(Validation::Timestamp {
                mtime: word(8),
                size: word(12),
            }),
            flags @ (1 | 3) => {
                let mut hash = [0; 8];
                hash.copy_from_slice(&head[8..]);
                Some(Validation::Hash {
                    hash,
                    check: flags == 3,
                })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(data: &[u8]) -> String {
        match loads(data) {
            Ok(c) => format!("{c:?}"),
            Err(e) => format!("{:?}: {}", e.kind, e.msg),
        }
    }

    #[test]
    fn bad_data() {
        let cases: &[(&[u8], &str)] = &[
            (b"", "EOFError: EOF read where object expected"),
            (b"i\x01", "EOFError: marshal data too short"),
            (b"q", "ValueError: bad marshal data (unknown type code)"),
            (b"0", "TypeError: NULL object in marshal data for object"),
            (
                b"(\x01\0\0\x000",
                "TypeError: NULL object in marshal data for tuple",
            ),
            (
                b"(\xff\xff\xff\xff",
                "ValueError: bad marshal data (tuple size out of range)",
            ),
            (b"(\xff\xff\xff\x7f", "EOFError: EOF read where object expected"),
            (
                b"s\xff\xff\xff\xff",
                "ValueError: bad marshal data (bytes object size out of range)",
            ),
            (b"s\xff\xff\xff\x7f", "EOFError: marshal data too short"),
            (b"r\0\0\0\0", "ValueError: bad marshal data (invalid reference)"),
            (
                b"\xa9\x01r\0\0\0\0",
                "ValueError: bad marshal data (invalid reference)",
            ),
            (
                b"l\x01\0\0\0\0\x80",
                "ValueError: bad marshal data (digit out of range in long)",
            ),
            (
                b"l\x02\0\0\0\x01\0\0\0",
                "ValueError: bad marshal data (unnormalized long data)",
            ),
            (
                b"l\0\0\0\x80",
                "ValueError: bad marshal data (long size out of range)",
            ),
            (
                b"u\x01\0\0\0\xff",
                "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
            ),
            (
                b"f\x03abc",
                "ValueError: could not convert string to float: 'abc'",
            ),
        ];
        for (data, expected) in cases {
            assert_eq!(&error(data), expected, "{data:?}");
        }
        let deep = [b")\x01".repeat(3000), b"N".to_vec()].concat();
        assert_eq!(error(&deep), "ValueError: recursion limit exceeded");
    }

    #[test]
    fn every_prefix_and_mutation_is_an_error_or_an_object() {
        let code = Code {
            argcount: 1,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            stacksize: 2,
            flags: 3,
            code: Box::new([128, 0, 35, 0]),
            consts: vec![
                Const::None,
                Const::Int(IBig::from(-5)),
                Const::Str(b"a b"[..].into()),
            ],
            names: vec![b"x"[..].into()],
            localsplusnames: vec![b"x"[..].into()],
            localspluskinds: Box::new([0x26]),
            filename: b"f.py"[..].into(),
            name: b"f"[..].into(),
            qualname: b"f"[..].into(),
            firstlineno: 1,
            linetable: Box::new([0x80, 0]),
            exceptiontable: Box::new([]),
        };
        for version in 0..=VERSION {
            let data = dumps(&code, version).expect("marshals");
            assert!(matches!(loads(&data), Ok(Const::Code(c)) if c.names == code.names));
            for n in 0..data.len() {
                assert!(loads(&data[..n]).is_err());
                for b in [0, 0x80, 0xff, b'c', b'(', b'r'] {
                    let mut bad = data.clone();
                    bad[n] = b;
                    let _ = loads(&bad);
                }
            }
        }
    }

    #[test]
    fn numbers() {
        let out = |c: Const, v: i32| dumps_const(&c, v).expect("marshals");
        assert_eq!(out(Const::Int(IBig::from(1)), 5), b"i\x01\0\0\0");
        assert_eq!(
            out(Const::Int(IBig::from(1i64 << 31)), 5),
            b"l\x03\0\0\0\0\0\0\0\x02\0"
        );
        assert_eq!(
            out(Const::Int(IBig::from(-(1i64 << 40))), 5),
            b"l\xfd\xff\xff\xff\0\0\0\0\0\x04"
        );
        assert_eq!(out(Const::Float(1.5), 1), b"f\x031.5");
        assert_eq!(out(Const::Float(0.1), 1), b"f\x130.10000000000000001");
        assert_eq!(out(Const::Float(1e300), 0), b"f\x171.0000000000000001e+300");
        for text in [
            "1",
            "-1",
            "32768",
            "123456789012345678901234567890",
            "-99999999999999999999",
        ] {
            let n: IBig = text.parse().expect("a number");
            let Ok(Const::Int(back)) = loads(&out(Const::Int(n.clone()), 5)) else {
                panic!("{text}")
            };
            assert_eq!(back, n);
        }
    }

    #[test]
    fn pyc_heads() {
        use pyc::{Validation, header, parse};
        for v in [
            Validation::Timestamp { mtime: 7, size: 9 },
            Validation::Hash {
                hash: *b"12345678",
                check: true,
            },
            Validation::Hash {
                hash: *b"12345678",
                check: false,
            },
        ] {
            assert_eq!(parse(&header(v)), Some(v));
        }
        assert_eq!(
            header(Validation::Timestamp { mtime: 0, size: 0 })[..4],
            [0x2b, 0x0e, 13, 10]
        );
        assert_eq!(parse(b"short"), None);
    }
}
