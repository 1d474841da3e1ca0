//! `marshal` (version 5) for constants and code: what a `.pyc` file holds after its header.
//!
//! This is the format over plain data, for the compiler's output; objects are read and written by the virtual machine.
//! Strings and byte strings that occur again are written as references, as CPython does for objects that it shares.

use crate::code::{Code, Const, Wtf8};
use dashu_int::ops::BitTest;
use dashu_int::{IBig, Sign, UBig};
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

/// `Py_MARSHAL_VERSION`
pub const VERSION: u32 = 5;

/// How deep data may be nested (`MAX_MARSHAL_STACK_DEPTH`).
const MAX_DEPTH: u32 = 2000;

/// The flag on a type byte: the value gets the next number for later references.
const FLAG_REF: u8 = 0x80;

/// Why data could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// `EOFError: marshal data too short`
    Eof,
    /// `ValueError: bad marshal data (…)`
    Bad(&'static str),
    /// A type that neither a constant nor code can have.
    Unsupported(u8),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Eof => f.write_str("marshal data too short"),
            Error::Bad(what) => write!(f, "bad marshal data ({what})"),
            Error::Unsupported(kind) => write!(
                f,
                "bad marshal data (type {:?} is not a constant)",
                char::from(*kind)
            ),
        }
    }
}

impl std::error::Error for Error {}

/// A code object as marshal data.
pub fn dumps(code: &Code) -> Vec<u8> {
    let mut writer = Writer {
        out: Vec::new(),
        refs: HashMap::new(),
        next: 0,
    };
    writer.code(code);
    writer.out
}

/// Reads a code object.
pub fn loads(data: &[u8]) -> Result<Code, Error> {
    let mut reader = Reader {
        data,
        pos: 0,
        refs: Vec::new(),
    };
    match reader.value(0)? {
        Value::Const(Const::Code(code)) => Ok(Rc::unwrap_or_clone(code)),
        _ => Err(Error::Bad("not a code object")),
    }
}

struct Writer {
    out: Vec<u8>,
    /// Numbers of what has been written, by type byte and contents.
    refs: HashMap<(u8, Box<[u8]>), u32>,
    next: u32,
}

impl Writer {
    fn long(&mut self, value: u32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    /// A length. Data of the compiler never reaches the limit of the format.
    fn len(&mut self, len: usize) {
        self.long(u32::try_from(len).expect("marshal data is below 4 GiB"));
    }

    /// Writes a reference if the same has been written before; else notes the number it gets.
    fn reference(&mut self, kind: u8, data: &[u8]) -> bool {
        let key = (kind, Box::from(data));
        if let Some(&number) = self.refs.get(&key) {
            self.out.push(b'r');
            self.long(number);
            return true;
        }
        self.refs.insert(key, self.next);
        self.next += 1;
        false
    }

    fn bytes(&mut self, data: &[u8]) {
        if !self.reference(b's', data) {
            self.out.push(b's' | FLAG_REF);
            self.len(data.len());
            self.out.extend_from_slice(data);
        }
    }

    fn str(&mut self, data: &[u8], interned: bool) {
        if self.reference(if interned { b't' } else { b'u' }, data) {
            return;
        }
        let kind = match (data.is_ascii(), data.len() < 256, interned) {
            (true, true, true) => b'Z',
            (true, true, false) => b'z',
            (true, false, true) => b'A',
            (true, false, false) => b'a',
            (false, _, true) => b't',
            (false, _, false) => b'u',
        };
        self.out.push(kind | FLAG_REF);
        match u8::try_from(data.len()) {
            Ok(len) if data.is_ascii() => self.out.push(len),
            _ => self.len(data.len()),
        }
        self.out.extend_from_slice(data);
    }

    fn tuple_head(&mut self, len: usize) {
        match u8::try_from(len) {
            Ok(len) => self.out.extend_from_slice(&[b')', len]),
            Err(_) => {
                self.out.push(b'(');
                self.len(len);
            }
        }
    }

    fn names(&mut self, names: &[Wtf8]) {
        self.tuple_head(names.len());
        for name in names {
            self.str(name, true);
        }
    }

    fn int(&mut self, value: &IBig) {
        if let Ok(small) = i32::try_from(value) {
            self.out.push(b'i');
            self.out.extend_from_slice(&small.to_le_bytes());
            return;
        }
        let (sign, magnitude) = value.clone().into_parts();
        let bytes = magnitude.to_le_bytes();
        let bits = magnitude.bit_len();
        let count = bits.div_ceil(15);
        self.out.push(b'l');
        let signed = i32::try_from(count).expect("marshal data is below 4 GiB");
        let signed = if sign == Sign::Negative { -signed } else { signed };
        self.out.extend_from_slice(&signed.to_le_bytes());
        for index in 0..count {
            let bit = index * 15;
            let mut window = 0u32;
            for (shift, byte) in bytes.iter().skip(bit / 8).take(3).enumerate() {
                window |= u32::from(*byte) << (8 * shift);
            }
            let digit = (window >> (bit % 8)) & 0x7fff;
            self.out.extend_from_slice(&digit.to_le_bytes()[..2]);
        }
    }

    fn value(&mut self, value: &Const) {
        match value {
            Const::None => self.out.push(b'N'),
            Const::True => self.out.push(b'T'),
            Const::False => self.out.push(b'F'),
            Const::Ellipsis => self.out.push(b'.'),
            Const::Int(value) => self.int(value),
            Const::Float(value) => {
                self.out.push(b'g');
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Const::Complex(real, imag) => {
                self.out.push(b'y');
                self.out.extend_from_slice(&real.to_le_bytes());
                self.out.extend_from_slice(&imag.to_le_bytes());
            }
            Const::Str(text) => self.str(text, is_name(text)),
            Const::Bytes(data) => self.bytes(data),
            Const::Tuple(items) => {
                self.tuple_head(items.len());
                items.iter().for_each(|item| self.value(item));
            }
            Const::FrozenSet(items) => {
                self.out.push(b'>');
                self.len(items.len());
                items.iter().for_each(|item| self.value(item));
            }
            Const::Slice(parts) => {
                self.out.push(b':');
                parts.iter().for_each(|part| self.value(part));
            }
            Const::Code(code) => self.code(code),
        }
    }

    fn code(&mut self, code: &Code) {
        self.out.push(b'c');
        self.long(code.argcount);
        self.long(code.posonlyargcount);
        self.long(code.kwonlyargcount);
        self.long(code.stacksize);
        self.long(code.flags);
        self.bytes(&code.code);
        self.tuple_head(code.consts.len());
        code.consts.iter().for_each(|value| self.value(value));
        self.names(&code.names);
        self.names(&code.localsplusnames);
        self.bytes(&code.localspluskinds);
        self.str(&code.filename, true);
        self.str(&code.name, true);
        self.str(&code.qualname, true);
        self.out.extend_from_slice(&code.firstlineno.to_le_bytes());
        self.bytes(&code.linetable);
        self.bytes(&code.exceptiontable);
    }
}

/// Is a string constant interned: does it have the characters of a name only?
fn is_name(text: &[u8]) -> bool {
    text.iter()
        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// What a reference can stand for: a value, or one that is still being read.
#[derive(Clone)]
enum Value {
    Const(Const),
    Pending,
}

struct Reader<'a> {
    data: &'a [u8],
    pos: usize,
    refs: Vec<Value>,
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let end = self
            .pos
            .checked_add(len)
            .filter(|end| *end <= self.data.len())
            .ok_or(Error::Eof)?;
        let taken = &self.data[self.pos..end];
        self.pos = end;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Error> {
        Ok(self.take(1)?[0])
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    fn long(&mut self) -> Result<i32, Error> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    fn field(&mut self) -> Result<u32, Error> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn len(&mut self, what: &'static str) -> Result<usize, Error> {
        usize::try_from(self.long()?).map_err(|_| Error::Bad(what))
    }

    fn float(&mut self) -> Result<f64, Error> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    fn int(&mut self) -> Result<Const, Error> {
        let signed = self.long()?;
        let count =
            usize::try_from(signed.unsigned_abs()).map_err(|_| Error::Bad("long size out of range"))?;
        let digits = self.take(count.checked_mul(2).ok_or(Error::Eof)?)?;
        let mut bytes = vec![0u8; count * 15 / 8 + 4];
        let mut last = 0;
        for (index, pair) in digits.chunks_exact(2).enumerate() {
            let digit = u32::from(u16::from_le_bytes([pair[0], pair[1]]));
            if digit > 0x7fff {
                return Err(Error::Bad("digit out of range in long"));
            }
            last = digit;
            let bit = index * 15;
            for (offset, part) in (digit << (bit % 8)).to_le_bytes()[..3].iter().enumerate() {
                bytes[bit / 8 + offset] |= part;
            }
        }
        if count > 0 && last == 0 {
            return Err(Error::Bad("unnormalized long data"));
        }
        let sign = if signed < 0 {
            Sign::Negative
        } else {
            Sign::Positive
        };
        Ok(Const::Int(IBig::from_parts(sign, UBig::from_le_bytes(&bytes))))
    }

    fn values(&mut self, len: usize, depth: u32) -> Result<Vec<Const>, Error> {
        // Each takes at least one byte: what a length promises beyond that is not there.
        if len > self.data.len() - self.pos {
            return Err(Error::Eof);
        }
        (0..len).map(|_| self.constant(depth)).collect()
    }

    fn constant(&mut self, depth: u32) -> Result<Const, Error> {
        match self.value(depth)? {
            Value::Const(value) => Ok(value),
            Value::Pending => Err(Error::Bad("invalid reference")),
        }
    }

    fn value(&mut self, depth: u32) -> Result<Value, Error> {
        if depth > MAX_DEPTH {
            return Err(Error::Bad("recursion limit exceeded"));
        }
        let byte = self.byte()?;
        let kind = byte & !FLAG_REF;
        if kind == b'r' {
            let index = self.len("invalid reference")?;
            return self
                .refs
                .get(index)
                .cloned()
                .ok_or(Error::Bad("invalid reference"));
        }
        let slot = (byte & FLAG_REF != 0).then(|| {
            self.refs.push(Value::Pending);
            self.refs.len() - 1
        });
        let value = match kind {
            b'N' => Const::None,
            b'T' => Const::True,
            b'F' => Const::False,
            b'.' => Const::Ellipsis,
            b'i' => Const::Int(IBig::from(self.long()?)),
            b'l' => self.int()?,
            b'g' => Const::Float(self.float()?),
            b'y' => Const::Complex(self.float()?, self.float()?),
            b's' => {
                let len = self.len("bytes object size out of range")?;
                Const::Bytes(Rc::from(self.take(len)?))
            }
            b'z' | b'Z' => {
                let len = usize::from(self.byte()?);
                Const::Str(self.ascii(len)?)
            }
            b'a' | b'A' => {
                let len = self.len("string size out of range")?;
                Const::Str(self.ascii(len)?)
            }
            b't' | b'u' => {
                let len = self.len("string size out of range")?;
                Const::Str(Rc::from(self.take(len)?))
            }
            b')' => {
                let len = usize::from(self.byte()?);
                Const::Tuple(self.values(len, depth + 1)?.into())
            }
            b'(' => {
                let len = self.len("tuple size out of range")?;
                Const::Tuple(self.values(len, depth + 1)?.into())
            }
            b'>' => {
                let len = self.len("set size out of range")?;
                Const::FrozenSet(self.values(len, depth + 1)?.into())
            }
            b':' => {
                let parts = [
                    self.constant(depth + 1)?,
                    self.constant(depth + 1)?,
                    self.constant(depth + 1)?,
                ];
                Const::Slice(Rc::new(parts))
            }
            b'c' => Const::Code(Rc::new(self.code(depth + 1)?)),
            other => return Err(Error::Unsupported(other)),
        };
        if let Some(slot) = slot {
            self.refs[slot] = Value::Const(value.clone());
        }
        Ok(Value::Const(value))
    }

    fn ascii(&mut self, len: usize) -> Result<Wtf8, Error> {
        let data = self.take(len)?;
        if data.is_ascii() {
            Ok(Rc::from(data))
        } else {
            Err(Error::Bad("string is not ASCII"))
        }
    }

    fn bytes(&mut self, depth: u32) -> Result<Box<[u8]>, Error> {
        match self.constant(depth)? {
            Const::Bytes(data) => Ok(Box::from(&*data)),
            _ => Err(Error::Bad("bytes expected in code")),
        }
    }

    fn str(&mut self, depth: u32) -> Result<Wtf8, Error> {
        match self.constant(depth)? {
            Const::Str(text) => Ok(text),
            _ => Err(Error::Bad("string expected in code")),
        }
    }

    fn tuple(&mut self, depth: u32) -> Result<Rc<[Const]>, Error> {
        match self.constant(depth)? {
            Const::Tuple(items) => Ok(items),
            _ => Err(Error::Bad("tuple expected in code")),
        }
    }

    fn names(&mut self, depth: u32) -> Result<Vec<Wtf8>, Error> {
        let items = self.tuple(depth)?;
        let name = |item: &Const| match item {
            Const::Str(text) => Ok(text.clone()),
            _ => Err(Error::Bad("string expected in code")),
        };
        items.iter().map(name).collect()
    }

    fn code(&mut self, depth: u32) -> Result<Code, Error> {
        Ok(Code {
            argcount: self.field()?,
            posonlyargcount: self.field()?,
            kwonlyargcount: self.field()?,
            stacksize: self.field()?,
            flags: self.field()?,
            code: self.bytes(depth)?,
            consts: self.tuple(depth)?.to_vec(),
            names: self.names(depth)?,
            localsplusnames: self.names(depth)?,
            localspluskinds: self.bytes(depth)?,
            filename: self.str(depth)?,
            name: self.str(depth)?,
            qualname: self.str(depth)?,
            firstlineno: self.long()?,
            linetable: self.bytes(depth)?,
            exceptiontable: self.bytes(depth)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(consts: Vec<Const>) -> Code {
        Code {
            argcount: 1,
            posonlyargcount: 0,
            kwonlyargcount: 2,
            stacksize: 3,
            flags: 0x43,
            code: Box::from(&b"\x80\x00\x23\x00"[..]),
            consts,
            names: vec![Rc::from(&b"name"[..]), Rc::from("é".as_bytes())],
            localsplusnames: vec![Rc::from(&b"name"[..])],
            localspluskinds: Box::from(&b"\x26"[..]),
            filename: Rc::from(&b"file.py"[..]),
            name: Rc::from(&b"f"[..]),
            qualname: Rc::from(&b"C.f"[..]),
            firstlineno: 7,
            linetable: Box::from(&b"\x80\x00"[..]),
            exceptiontable: Box::from(&b""[..]),
        }
    }

    fn all_constants() -> Vec<Const> {
        let big = IBig::from(3).pow(200);
        vec![
            Const::None,
            Const::True,
            Const::False,
            Const::Ellipsis,
            Const::Int(IBig::from(-1)),
            Const::Int(IBig::from(1u64 << 31)),
            Const::Int(-(IBig::from(1) << 75)),
            Const::Int(big),
            Const::Float(-0.0),
            Const::Complex(1.5, f64::INFINITY),
            Const::Str(Rc::from(&b"a name"[..])),
            Const::Str(Rc::from(&b"\xed\xa0\x80"[..])),
            Const::Str(Rc::from(&[b'x'; 300][..])),
            Const::Bytes(Rc::from(&b"\xff"[..])),
            Const::Tuple(Rc::from(vec![
                Const::Int(IBig::from(1)),
                Const::Tuple(Rc::from(vec![])),
            ])),
            Const::FrozenSet(Rc::from(vec![Const::Int(IBig::from(2))])),
            Const::Slice(Rc::new([Const::None, Const::Int(IBig::from(5)), Const::None])),
            Const::Code(Rc::new(code(vec![Const::Str(Rc::from(&b"a name"[..]))]))),
        ]
    }

    #[test]
    fn what_is_written_is_read() {
        let written = code(all_constants());
        let read = loads(&dumps(&written)).expect("well-formed data");
        assert_eq!(format!("{read:?}"), format!("{written:?}"));
    }

    #[test]
    fn cut_off_data_is_an_error() {
        let data = dumps(&code(all_constants()));
        for len in 0..data.len() {
            assert!(loads(&data[..len]).is_err(), "{len}");
        }
    }

    #[test]
    fn changed_data_never_panics() {
        let data = dumps(&code(all_constants()));
        for index in 0..data.len() {
            for value in [0x00, 0x7f, 0x80, 0xff, b'c', b'r', b'(', b'l'] {
                let mut changed = data.clone();
                changed[index] = value;
                let _ = loads(&changed);
            }
        }
    }
}
