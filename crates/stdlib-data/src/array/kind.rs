//! The item types of arrays: type codes, sizes, conversion from and to objects, machine formats of pickles.

use object::{Py, PyFloat, PyInt, PyObject, PyResult, PyStr, raise};
use std::ffi::{CStr, c_int};

/// What the items are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Item {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    /// `l`
    Long,
    /// `L`
    ULong,
    I64,
    U64,
    F32,
    F64,
    Char,
}

/// An item type. The head is that of C Python's `arraydescr`, which Cython's `array.pxd` reads.
#[repr(C)]
pub struct Kind {
    pub typecode: u8,
    pub itemsize: c_int,
    pub item: Item,
    /// The format of its buffers.
    pub format: &'static CStr,
    /// The format code of its pickles.
    pub machine_format: i32,
}

const fn kind(typecode: u8, itemsize: c_int, item: Item, format: &'static CStr, machine_format: i32) -> Kind {
    Kind {
        typecode,
        itemsize,
        item,
        format,
        machine_format,
    }
}

/// All of them, in the order of `array.typecodes`. The machine formats are those of a little-endian machine.
pub static KINDS: [Kind; 14] = [
    kind(b'b', 1, Item::I8, c"b", 1),
    kind(b'B', 1, Item::U8, c"B", 0),
    kind(b'u', 4, Item::Char, c"w", 20),
    kind(b'w', 4, Item::Char, c"w", 20),
    kind(b'h', 2, Item::I16, c"h", 4),
    kind(b'H', 2, Item::U16, c"H", 2),
    kind(b'i', 4, Item::I32, c"i", 8),
    kind(b'I', 4, Item::U32, c"I", 6),
    kind(b'l', 8, Item::Long, c"l", 12),
    kind(b'L', 8, Item::ULong, c"L", 10),
    kind(b'q', 8, Item::I64, c"q", 12),
    kind(b'Q', 8, Item::U64, c"Q", 10),
    kind(b'f', 4, Item::F32, c"f", 14),
    kind(b'd', 8, Item::F64, c"d", 16),
];
const _: () = assert!(
    cfg!(target_endian = "little"),
    "machine formats are written for little-endian machines"
);

/// The kind with that type code.
pub fn by_typecode(code: u32) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| u32::from(kind.typecode) == code)
}

fn signed(obj: &PyObject, min: i64, max: i64, name: &str) -> PyResult<i64> {
    let value = object::number::index(obj)?;
    match value.to_i64() {
        Some(value) if (min..=max).contains(&value) => Ok(value),
        _ if value.is_negative() => raise!(OverflowError, "{name} is less than minimum"),
        _ => raise!(OverflowError, "{name} is greater than maximum"),
    }
}

/// Unsigned 32-bit and `unsigned long` items.
fn unsigned(obj: &PyObject, max: u64, too_large: &str) -> PyResult<u64> {
    let value = object::number::index(obj)?;
    if value.is_negative() {
        return raise!(OverflowError, "can't convert negative value to unsigned int");
    }
    match value.to_i128().map(u64::try_from) {
        Some(Ok(value)) if value <= max => Ok(value),
        Some(Ok(_)) => raise!(OverflowError, "{too_large}"),
        _ => raise!(
            OverflowError,
            "Python int too large to convert to C unsigned long"
        ),
    }
}

impl Kind {
    pub fn size(&self) -> usize {
        self.itemsize as usize
    }

    pub fn is_text(&self) -> bool {
        self.item == Item::Char
    }

    /// An object as the item's bytes; only the first [`Kind::size`] count.
    pub fn encode(&self, obj: &PyObject) -> PyResult<[u8; 8]> {
        let mut out = [0; 8];
        let bits: u64 = match self.item {
            Item::I8 => signed(obj, i8::MIN.into(), i8::MAX.into(), "signed char")? as u64,
            Item::U8 => signed(obj, 0, u8::MAX.into(), "unsigned byte integer")? as u64,
            Item::I16 => signed(obj, i16::MIN.into(), i16::MAX.into(), "signed short integer")? as u64,
            Item::U16 => signed(obj, 0, u16::MAX.into(), "unsigned short")? as u64,
            Item::I32 => signed(obj, i32::MIN.into(), i32::MAX.into(), "signed integer")? as u64,
            Item::U32 => unsigned(obj, u32::MAX.into(), "unsigned int is greater than maximum")?,
            Item::ULong => unsigned(
                obj,
                u64::MAX,
                "Python int too large to convert to C unsigned long",
            )?,
            Item::Long => match object::number::index(obj)?.to_i64() {
                Some(value) => value as u64,
                None => return raise!(OverflowError, "Python int too large to convert to C long"),
            },
            Item::I64 => match object::number::index(obj)?.to_i64() {
                Some(value) => value as u64,
                None => return raise!(OverflowError, "int too big to convert"),
            },
            Item::U64 => {
                let value = object::number::index(obj)?;
                if value.is_negative() {
                    return raise!(OverflowError, "can't convert negative int to unsigned");
                }
                match value.to_i128().map(u64::try_from) {
                    Some(Ok(value)) => value,
                    _ => return raise!(OverflowError, "int too big to convert"),
                }
            }
            Item::F32 => u64::from((object::float::as_f64(obj)? as f32).to_bits()),
            Item::F64 => object::float::as_f64(obj)?.to_bits(),
            Item::Char => {
                let Some(text) = obj.downcast::<PyStr>() else {
                    return raise!(
                        TypeError,
                        "array item must be a unicode character, not {}",
                        obj.ty().full_name()
                    );
                };
                if text.len() != 1 {
                    return raise!(
                        TypeError,
                        "array item must be a unicode character, not a string of length {}",
                        text.len()
                    );
                }
                u64::from(text.chars().at(0))
            }
        };
        out.copy_from_slice(&bits.to_le_bytes());
        Ok(out)
    }

    /// An item's bytes as an object.
    pub fn decode(&self, bytes: &[u8]) -> PyResult {
        let mut wide = [0; 8];
        wide[..bytes.len()].copy_from_slice(bytes);
        let bits = u64::from_le_bytes(wide);
        let small = |value: i64| PyInt::from_i64(value).map(Py::into_object);
        match self.item {
            Item::I8 => small(i64::from(bits as i8)),
            Item::U8 => small(i64::from(bits as u8)),
            Item::I16 => small(i64::from(bits as i16)),
            Item::U16 => small(i64::from(bits as u16)),
            Item::I32 => small(i64::from(bits as i32)),
            Item::U32 => small(i64::from(bits as u32)),
            Item::Long | Item::I64 => small(bits as i64),
            Item::ULong | Item::U64 => PyInt::from_i128(i128::from(bits)).map(Py::into_object),
            Item::F32 => PyFloat::new(f64::from(f32::from_bits(bits as u32))).map(Py::into_object),
            Item::F64 => PyFloat::new(f64::from_bits(bits)).map(Py::into_object),
            Item::Char => {
                let c = bits as u32;
                if c > 0x10_ffff {
                    return raise!(ValueError, "character U+{c:x} is not in range [U+0000; U+10ffff]");
                }
                PyStr::from_code_points(&[c]).map(Py::into_object)
            }
        }
    }
}

/// A machine format of a pickle: size, signedness and byte order of integers, or what else the items are.
pub enum MachineFormat {
    Integer { size: usize, signed: bool, big: bool },
    Float { size: usize, big: bool },
    Utf16 { big: bool },
    Utf32,
}

/// The machine format of that number.
pub fn machine_format(code: i32) -> Option<MachineFormat> {
    let big = code % 2 == 1;
    Some(match code {
        0 | 1 => MachineFormat::Integer {
            size: 1,
            signed: code == 1,
            big: false,
        },
        2..=13 => {
            let at = (code - 2) / 2;
            MachineFormat::Integer {
                size: 2 << (at / 2),
                signed: at % 2 == 1,
                big,
            }
        }
        14 | 15 => MachineFormat::Float { size: 4, big },
        16 | 17 => MachineFormat::Float { size: 8, big },
        18 | 19 => MachineFormat::Utf16 { big },
        20 | 21 => MachineFormat::Utf32,
        _ => return None,
    })
}
