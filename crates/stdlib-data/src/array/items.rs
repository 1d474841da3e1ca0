//! Making arrays: from lists, bytes, strings, other arrays, iterables and pickles.

use super::PyArray;
use super::kind::{self, Kind, MachineFormat};
use dashu_int::IBig;
use object::args::FuncArgs;
use object::{
    Py, PyByteArray, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, raise,
};

/// A type code argument: one character.
fn typecode_of(obj: &PyObject, fname: &str, place: &str) -> PyResult<u32> {
    let Some(text) = obj.downcast::<PyStr>() else {
        return raise!(
            TypeError,
            "{fname} {place} must be a unicode character, not {}",
            obj.ty().full_name()
        );
    };
    if text.len() != 1 {
        return raise!(
            TypeError,
            "{fname} {place} must be a unicode character, not a string of length {}",
            text.len()
        );
    }
    Ok(text.chars().at(0))
}

/// `array(typecode, initializer)`
pub fn construct(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
    // A subclass may take keywords in its own constructor.
    let own = std::ptr::eq(cls, PyArray::type_object());
    let inherits_init = match (cls.tp_init.get(), PyArray::type_object().tp_init.get()) {
        (Some(init), Some(own)) => std::ptr::fn_addr_eq(init, own),
        (None, None) => true,
        _ => false,
    };
    let mut holder = Vec::new();
    let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
    if own || inherits_init {
        all.no_keywords("array.array")?;
    }
    let (typecode, initial) = match all.pos {
        [] => return raise!(TypeError, "array() takes at least 1 argument (0 given)"),
        [typecode] => (*typecode, None),
        [typecode, initial] => (*typecode, Some(*initial)),
        more => {
            return raise!(
                TypeError,
                "array() takes at most 2 arguments ({} given)",
                more.len()
            );
        }
    };
    let code = typecode_of(typecode, "array()", "argument 1")?;
    if code == u32::from(b'u') {
        object::hooks::warn(
            <object::exceptions::DeprecationWarning as PyClass>::type_object(),
            "The 'u' type code is deprecated and will be removed in Python 3.16",
            1,
        )?;
    }
    let text_kind = code == u32::from(b'u') || code == u32::from(b'w');
    if let Some(initial) = initial
        && !text_kind
        && let Some(shown) = char::from_u32(code)
    {
        if PyStr::check(initial) {
            return raise!(
                TypeError,
                "cannot use a str to initialize an array with typecode '{shown}'"
            );
        }
        if initial
            .downcast::<PyArray>()
            .is_some_and(|array| array.kind().is_text())
        {
            return raise!(
                TypeError,
                "cannot use a unicode array to initialize an array with typecode '{shown}'"
            );
        }
    }
    let Some(kind) = kind::by_typecode(code) else {
        return raise!(
            ValueError,
            "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"
        );
    };
    let Some(initial) = initial else {
        return PyArray::empty(cls, kind).map(Py::into_object);
    };
    if let Some(other) = initial.downcast::<PyArray>()
        && other.kind().item == kind.item
    {
        return PyArray::of_bytes(cls, kind, &other.copied()).map(Py::into_object);
    }
    if let Some(text) = initial.downcast::<PyStr>() {
        return PyArray::of_bytes(cls, kind, &text_bytes(text)).map(Py::into_object);
    }
    if PyBytes::check(initial) || PyByteArray::check(initial) {
        let array = PyArray::empty(cls, kind)?;
        from_bytes(&array, initial)?;
        return Ok(array.into_object());
    }
    if PyList::check(initial) || PyTuple::check(initial) {
        let mut bytes = Vec::new();
        let mut index = 0;
        // The list may change while its items are converted.
        loop {
            let item = match (initial.downcast::<PyList>(), initial.downcast::<PyTuple>()) {
                (Some(list), _) => list.get(index),
                (_, Some(tuple)) => tuple.get(index).map(|item| item.new_ref()),
                _ => None,
            };
            let Some(item) = item else { break };
            bytes.extend_from_slice(&kind.encode(&item)?[..kind.size()]);
            index += 1;
        }
        return PyArray::of_bytes(cls, kind, &bytes).map(Py::into_object);
    }
    let array = PyArray::empty(cls, kind)?;
    extend_from_iterable(&array, initial)?;
    Ok(array.into_object())
}

/// The code points of a string as items.
pub fn text_bytes(text: &PyStr) -> Vec<u8> {
    text.chars().iter().flat_map(u32::to_le_bytes).collect()
}

/// `array.frombytes`
pub fn from_bytes(array: &PyArray, source: &PyObject) -> PyResult<()> {
    let Some(bytes) = object::buffer::bytes_like_copy(source)? else {
        return raise!(
            TypeError,
            "a bytes-like object is required, not '{}'",
            source.ty().full_name()
        );
    };
    if bytes.len() % array.kind().size() != 0 {
        return raise!(ValueError, "bytes length not a multiple of item size");
    }
    array.append_bytes(&bytes)
}

/// Appends all that an iterable gives.
pub fn extend_from_iterable(array: &PyArray, source: &PyObject) -> PyResult<()> {
    let iter = object::iter::get_iter(source)?;
    while let Some(item) = object::iter::next(&iter)? {
        array.append(&item)?;
    }
    Ok(())
}

/// The kind with items of that size and signedness.
fn integer_kind(size: usize, signed: bool, preferred: &'static Kind) -> Option<&'static Kind> {
    use kind::Item;
    let fits = |kind: &&Kind| {
        let is_signed = matches!(
            kind.item,
            Item::I8 | Item::I16 | Item::I32 | Item::Long | Item::I64
        );
        let is_unsigned = matches!(
            kind.item,
            Item::U8 | Item::U16 | Item::U32 | Item::ULong | Item::U64
        );
        kind.size() == size && if signed { is_signed } else { is_unsigned }
    };
    if fits(&preferred) {
        return Some(preferred);
    }
    kind::KINDS.iter().find(fits)
}

/// An array of items that are converted one by one from chunks of `size` bytes, turned to little-endian order.
fn converted(
    cls: &PyTypeObject,
    kind: &'static Kind,
    bytes: &[u8],
    size: usize,
    big: bool,
    convert: impl Fn(&[u8]) -> PyResult,
) -> PyResult {
    if !bytes.len().is_multiple_of(size) {
        return raise!(ValueError, "bytes length not a multiple of item size");
    }
    let mut out = Vec::with_capacity(bytes.len() / size * kind.size());
    for chunk in bytes.chunks_exact(size) {
        let mut little = [0; 8];
        little[..size].copy_from_slice(chunk);
        if big {
            little[..size].reverse();
        }
        out.extend_from_slice(&kind.encode(&*convert(&little[..size])?)?[..kind.size()]);
    }
    PyArray::of_bytes(cls, kind, &out).map(Py::into_object)
}

/// `_array_reconstructor`: what pickles call.
pub fn reconstruct(cls: &PyObject, typecode: &PyObject, format: i32, items: &PyObject) -> PyResult {
    let typecode = typecode_of(typecode, "_array_reconstructor():", "argument 2")?;
    let Some(cls) = cls.downcast::<PyTypeObject>() else {
        return raise!(
            TypeError,
            "first argument must be a type object, not {}",
            cls.ty().full_name()
        );
    };
    if !cls.is_subtype(PyArray::type_object()) {
        return raise!(
            TypeError,
            "{} is not a subtype of {}",
            cls.full_name(),
            PyArray::type_object().full_name()
        );
    }
    let Some(preferred) = kind::by_typecode(typecode) else {
        return raise!(ValueError, "second argument must be a valid type code");
    };
    let Some(machine) = kind::machine_format(format) else {
        return raise!(ValueError, "third argument must be a valid machine format code.");
    };
    let Some(bytes) = items.downcast::<PyBytes>() else {
        return raise!(
            TypeError,
            "fourth argument should be bytes, not {}",
            items.ty().full_name()
        );
    };
    let bytes = bytes.as_slice();
    // Items of this machine's own format are taken as they are.
    if preferred.machine_format == format {
        if bytes.len() % preferred.size() != 0 {
            return raise!(ValueError, "bytes length not a multiple of item size");
        }
        return PyArray::of_bytes(cls, preferred, bytes).map(Py::into_object);
    }
    match machine {
        MachineFormat::Integer { size, signed, big } => {
            let kind = integer_kind(size, signed, preferred).unwrap_or(preferred);
            converted(cls, kind, bytes, size, big, |little| {
                let mut wide = [if signed && little[size - 1] & 0x80 != 0 {
                    0xff
                } else {
                    0
                }; 16];
                wide[..size].copy_from_slice(little);
                PyInt::from_big(&IBig::from(i128::from_le_bytes(wide))).map(Py::into_object)
            })
        }
        MachineFormat::Float { size, big } => converted(cls, preferred, bytes, size, big, |little| {
            let value = match little {
                [a, b, c, d] => f64::from(f32::from_le_bytes([*a, *b, *c, *d])),
                _ => {
                    let mut wide = [0; 8];
                    wide.copy_from_slice(little);
                    f64::from_le_bytes(wide)
                }
            };
            object::PyFloat::new(value).map(Py::into_object)
        }),
        MachineFormat::Utf16 { big } => {
            let mut units = Vec::with_capacity(bytes.len() / 2);
            for pair in bytes.chunks(2) {
                let [first, second] = *pair else {
                    return raise!(ValueError, "string length not a multiple of item size");
                };
                units.push(u16::from_le_bytes(if big {
                    [second, first]
                } else {
                    [first, second]
                }));
            }
            let text: Vec<u8> = char::decode_utf16(units)
                .flat_map(|c| {
                    c.map_or_else(|e| u32::from(e.unpaired_surrogate()), u32::from)
                        .to_le_bytes()
                })
                .collect();
            PyArray::of_bytes(cls, preferred, &text).map(Py::into_object)
        }
        // Only the machine's own order is read; CPython refuses the other one with these words.
        MachineFormat::Utf32 => raise!(ValueError, "string length not a multiple of item size"),
    }
}
