//! `UnicodeError` and its three subclasses.

use super::*;
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::{PyBytes, PyDict};
use object_macros::{pyclass, pymethods};

/// `PyUnicodeErrorObject`
#[pyclass(name = "UnicodeError", type = _PyExc_UnicodeError, base = ValueError, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
#[repr(C)]
pub struct UnicodeError {
    pub base: BaseException,
    pub encoding: Field,
    pub object: Field,
    pub start: GilCell<isize>,
    pub end: GilCell<isize>,
    pub reason: Field,
}

macro_rules! object_attr {
    ($($name:literal $field:ident $get:ident $set:ident),*) => {
        #[pymethods(part = attrs)]
        impl UnicodeError {
            $(
                #[getter(name = $name)]
                fn $get(&self) -> Option<Py> {
                    self.$field.get()
                }
                #[setter($field)]
                fn $set(&self, value: Option<&PyObject>) -> PyResult<()> {
                    self.$field.set(value.map(|v| v.new_ref()));
                    Ok(())
                }
            )*
        }
    };
}
object_attr!(
    "encoding" encoding get_encoding set_encoding, "object" object get_object set_object,
    "reason" reason get_reason set_reason
);

#[pymethods(extend(attrs))]
impl UnicodeError {
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.base.visit(visit);
        visit.field(&self.encoding);
        visit.field(&self.object);
        visit.field(&self.reason);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.clear_fields();
        self.encoding.set(None);
        self.object.set(None);
        self.reason.set(None);
    }
    #[getter(name = "start")]
    fn get_start(&self) -> isize {
        self.start.get()
    }
    #[setter(start)]
    fn set_start(&self, v: Option<&PyObject>) -> PyResult<()> {
        match v {
            Some(v) => {
                self.start.set(crate::number::index_as_isize(v)?);
                Ok(())
            }
            None => raise!(TypeError, "can't delete numeric/char attribute"),
        }
    }
    #[getter(name = "end")]
    fn get_end(&self) -> isize {
        self.end.get()
    }
    #[setter(end)]
    fn set_end(&self, v: Option<&PyObject>) -> PyResult<()> {
        match v {
            Some(v) => {
                self.end.set(crate::number::index_as_isize(v)?);
                Ok(())
            }
            None => raise!(TypeError, "can't delete numeric/char attribute"),
        }
    }
}

impl UnicodeError {
    /// `start` and `end` within the object.
    fn range(&self, len: usize) -> (usize, usize) {
        let start = self.start.get().clamp(0, (len as isize - 1).max(0)) as usize;
        let end = self.end.get().clamp(1, (len as isize).max(1)) as usize;
        (start, end)
    }
    fn text(&self, field: &Field) -> PyResult<String> {
        Ok(match field.get() {
            Some(v) => v.str()?.to_string(),
            None => "None".to_string(),
        })
    }
}

/// Checks a class's arguments: types by position ('s' str, 'b' bytes-like, 'n' index).
fn init(e: &UnicodeError, args: &PyTuple, kwargs: Option<&PyDict>, name: &str, kinds: &str) -> PyResult<()> {
    if kwargs.is_some_and(|k| !k.is_empty()) {
        return raise!(
            TypeError,
            "{}() takes no keyword arguments",
            e.as_object().ty().full_name()
        );
    }
    e.base.args.set(Some(args.new_ref()));
    let a = args.as_slice();
    if a.len() != kinds.len() {
        return raise!(
            TypeError,
            "function takes exactly {} arguments ({} given)",
            kinds.len(),
            a.len()
        );
    }
    let bad = |i: usize, want: &str| -> PyResult<()> {
        let got = if crate::is_none(&a[i]) {
            "None"
        } else {
            a[i].ty().full_name()
        };
        raise!(TypeError, "argument {} must be {want}, not {got}", i + 1)
    };
    let mut numbers = Vec::new();
    for (i, k) in kinds.bytes().enumerate() {
        match k {
            b's' if !PyStr::check(&a[i]) => return bad(i, "str"),
            b'n' => numbers.push(crate::number::index_as_isize(&a[i])?),
            _ => {}
        }
    }
    let _ = name;
    let mut at = 0;
    if kinds.len() == 5 {
        e.encoding.set(Some(a[0].clone()));
        at = 1;
    }
    let object = if kinds.as_bytes()[at] == b'b' && !PyBytes::check(&a[at]) {
        // any bytes-like object is taken as bytes
        let bytes = crate::hooks::import("builtins")?.get_attr(crate::intern!("bytes"))?;
        let view = crate::hooks::import("builtins")?.get_attr(crate::intern!("memoryview"))?;
        crate::call::call(&bytes, &[&*crate::call::call(&view, &[&a[at]])?])?
    } else {
        a[at].clone()
    };
    e.object.set(Some(object));
    e.start.set(numbers[0]);
    e.end.set(numbers[1]);
    e.reason.set(Some(a[a.len() - 1].clone()));
    Ok(())
}

fn escaped(c: u32) -> String {
    match c {
        0..0x100 => format!("\\x{c:02x}"),
        0x100..0x10000 => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

macro_rules! subclass {
    ($name:ident, $export:ident, $text:literal, $kinds:literal, $str:item) => {
        #[pyclass(name = $text, type = $export, base = UnicodeError, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
        #[repr(transparent)]
        pub struct $name {
            pub base: UnicodeError,
        }
        impl $name {
            $str
        }
        #[pymethods]
        impl $name {
            #[slot]
            fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
                init(&self.base, args, kwargs, $text, $kinds)
            }
            #[slot]
            fn tp_str(&self) -> PyResult {
                match self.base.object.get() {
                    Some(o) => Ok(PyStr::new_wtf8_lossy(&self.describe(&o)?)?.into_object()),
                    None => Ok(PyStr::new("")?.into_object()),
                }
            }
        }
    };
}

subclass!(
    UnicodeEncodeError,
    _PyExc_UnicodeEncodeError,
    "UnicodeEncodeError",
    "ssnns",
    fn describe(&self, object: &PyObject) -> PyResult<String> {
        let e = &self.base;
        let Some(s) = object.downcast::<PyStr>() else {
            return raise!(TypeError, "object attribute must be str");
        };
        let (encoding, reason) = (e.text(&e.encoding)?, e.text(&e.reason)?);
        let (start, end) = e.range(s.len());
        Ok(if start < s.len() && end == start + 1 {
            format!(
                "'{encoding}' codec can't encode character '{}' in position {start}: {reason}",
                escaped(s.chars().at(start))
            )
        } else {
            format!(
                "'{encoding}' codec can't encode characters in position {start}-{}: {reason}",
                end as isize - 1
            )
        })
    }
);
subclass!(
    UnicodeDecodeError,
    _PyExc_UnicodeDecodeError,
    "UnicodeDecodeError",
    "sbnns",
    fn describe(&self, object: &PyObject) -> PyResult<String> {
        let e = &self.base;
        let Some(b) = object.downcast::<PyBytes>() else {
            return raise!(TypeError, "object attribute must be bytes");
        };
        let (encoding, reason) = (e.text(&e.encoding)?, e.text(&e.reason)?);
        let (start, end) = e.range(b.len());
        Ok(if start < b.len() && end == start + 1 {
            format!(
                "'{encoding}' codec can't decode byte 0x{:02x} in position {start}: {reason}",
                b.as_slice()[start]
            )
        } else {
            format!(
                "'{encoding}' codec can't decode bytes in position {start}-{}: {reason}",
                end as isize - 1
            )
        })
    }
);
subclass!(
    UnicodeTranslateError,
    _PyExc_UnicodeTranslateError,
    "UnicodeTranslateError",
    "snns",
    fn describe(&self, object: &PyObject) -> PyResult<String> {
        let e = &self.base;
        let Some(s) = object.downcast::<PyStr>() else {
            return raise!(TypeError, "object attribute must be str");
        };
        let reason = e.text(&e.reason)?;
        let (start, end) = e.range(s.len());
        Ok(if start < s.len() && end == start + 1 {
            format!(
                "can't translate character '{}' in position {start}: {reason}",
                escaped(s.chars().at(start))
            )
        } else {
            format!(
                "can't translate characters in position {start}-{}: {reason}",
                end as isize - 1
            )
        })
    }
);

/// Raises `UnicodeEncodeError`.
#[cold]
pub fn raise_encode_error<T>(
    encoding: &str,
    object: &PyStr,
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<T> {
    let (enc, why) = (PyStr::new(encoding)?, PyStr::new(reason)?);
    let (s, e) = (
        crate::PyInt::from_i64(start as i64)?,
        crate::PyInt::from_i64(end as i64)?,
    );
    let exc = crate::call::call(
        UnicodeEncodeError::type_object().as_object(),
        &[
            enc.as_object(),
            object.as_object(),
            s.as_object(),
            e.as_object(),
            why.as_object(),
        ],
    )?;
    Err(crate::error::raise_object(exc))
}

/// Raises `UnicodeDecodeError`.
#[cold]
pub fn raise_decode_error<T>(
    encoding: &str,
    object: &[u8],
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<T> {
    let (enc, why) = (PyStr::new(encoding)?, PyStr::new(reason)?);
    let bytes = PyBytes::new(object)?;
    let (s, e) = (
        crate::PyInt::from_i64(start as i64)?,
        crate::PyInt::from_i64(end as i64)?,
    );
    let exc = crate::call::call(
        UnicodeDecodeError::type_object().as_object(),
        &[
            enc.as_object(),
            bytes.as_object(),
            s.as_object(),
            e.as_object(),
            why.as_object(),
        ],
    )?;
    Err(crate::error::raise_object(exc))
}
