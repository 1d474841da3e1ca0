//! `unicodedata`: the Unicode Character Database, version 16.0.0, and version 3.2.0 besides. The data is the crate `unidata`.

use object::args::{ArgContext, FromArg};
use object::{
    Py, PyClass, PyModule, PyObject, PyResult, PyStr, new_object, pyclass, pymethods, pymodule, raise,
};
use unidata::data;
use unidata::names::{self, Named};
use unidata::normalize::{self, Form, QuickCheck};
use unidata::ucd_3_2_0 as old;

/// An argument that is a string of one character.
struct Char(u32);

impl<'a> FromArg<'a> for Char {
    fn from_arg(obj: &'a PyObject, ctx: ArgContext) -> PyResult<Self> {
        let Some(s) = obj.downcast::<PyStr>() else {
            return ctx.bad("a unicode character", obj);
        };
        if s.len() == 1 {
            return Ok(Char(s.chars().at(0)));
        }
        let (name, place, length) = (ctx.fname, ctx.place, s.len());
        raise!(
            TypeError,
            "{name}(): {place} must be a unicode character, not a string of length {length}"
        )
    }
}

fn or_default(found: Option<Py>, default: Option<&PyObject>, message: &str) -> PyResult {
    match (found, default) {
        (Some(found), _) => Ok(found),
        (None, Some(default)) => Ok(object::PyLayout::new_ref(default)),
        (None, None) => raise!(ValueError, "{message}"),
    }
}

fn form(name: &PyStr) -> PyResult<Form> {
    match Form::from_name(&name.to_wtf8()) {
        Some(form) => Ok(form),
        None => raise!(ValueError, "invalid normalization form"),
    }
}

/// The name that is looked up, as bytes.
fn name_bytes(name: &PyObject) -> PyResult<Vec<u8>> {
    match name.downcast::<PyStr>() {
        Some(s) => Ok(s.to_wtf8()),
        None => Ok(crate::buffer::Buffer::required(name)?.to_vec()),
    }
}

/// The longest name that is looked up at all.
const LONGEST: usize = 256;

fn found(name: &[u8], points: Option<&[u32]>) -> PyResult<Py<PyStr>> {
    match points {
        _ if name.len() > LONGEST => raise!(KeyError, "name too long"),
        Some(points) => PyStr::from_code_points(points),
        None => {
            let name = PyStr::from_wtf8(name)?;
            raise!(KeyError, "undefined character name '{}'", &*name)
        }
    }
}

fn new_normalize(form: Form, s: &PyStr) -> PyResult<Py<PyStr>> {
    if s.is_ascii() || normalize::quick_check(form, s.chars().iter()) == QuickCheck::Yes {
        return crate::text::substring(s, 0, s.len());
    }
    PyStr::from_code_points(&normalize::normalize(form, s.chars().iter()))
}

fn new_is_normalized(form: Form, s: &PyStr) -> bool {
    match normalize::quick_check(form, s.chars().iter()) {
        QuickCheck::Yes => true,
        QuickCheck::No => false,
        QuickCheck::Maybe => normalize::normalize(form, s.chars().iter())
            .into_iter()
            .eq(s.chars().iter()),
    }
}

/// The module.
pub struct Unicodedata;

#[pymodule(name = "unicodedata")]
impl Unicodedata {
    #[function("($self, chr, default=<unrepresentable>, /)")]
    fn decimal(chr: Char, default: Option<&PyObject>) -> PyResult {
        let value = unidata::decimal(chr.0).map(object::IntoPy::into_py).transpose()?;
        or_default(value, default, "not a decimal")
    }

    #[function("($self, chr, default=<unrepresentable>, /)")]
    fn digit(chr: Char, default: Option<&PyObject>) -> PyResult {
        let value = unidata::digit(chr.0).map(object::IntoPy::into_py).transpose()?;
        or_default(value, default, "not a digit")
    }

    #[function("($self, chr, default=<unrepresentable>, /)")]
    fn numeric(chr: Char, default: Option<&PyObject>) -> PyResult {
        let value = unidata::numeric(chr.0).map(object::IntoPy::into_py).transpose()?;
        or_default(value, default, "not a numeric character")
    }

    #[function("($self, chr, /)")]
    fn category(chr: Char) -> &'static str {
        data::category(chr.0)
    }

    #[function("($self, chr, /)")]
    fn bidirectional(chr: Char) -> &'static str {
        data::bidirectional(chr.0)
    }

    #[function("($self, chr, /)")]
    fn combining(chr: Char) -> u8 {
        data::combining(chr.0)
    }

    #[function("($self, chr, /)")]
    fn mirrored(chr: Char) -> u8 {
        data::mirrored(chr.0).into()
    }

    #[function("($self, chr, /)")]
    fn east_asian_width(chr: Char) -> &'static str {
        data::east_asian_width(chr.0)
    }

    #[function("($self, chr, /)")]
    fn decomposition(chr: Char) -> String {
        data::decomposition_text(chr.0)
    }

    #[function("($self, form, unistr, /)")]
    fn is_normalized(form: &PyStr, unistr: &PyStr) -> PyResult<bool> {
        Ok(new_is_normalized(self::form(form)?, unistr))
    }

    #[function("($self, form, unistr, /)")]
    fn normalize(form: &PyStr, unistr: &PyStr) -> PyResult<Py<PyStr>> {
        new_normalize(self::form(form)?, unistr)
    }

    #[function("($self, chr, default=<unrepresentable>, /)")]
    fn name(chr: Char, default: Option<&PyObject>) -> PyResult {
        let name = names::name(chr.0).map(object::IntoPy::into_py).transpose()?;
        or_default(name, default, "no such name")
    }

    #[function("($self, name, /)")]
    fn lookup(name: &PyObject) -> PyResult<Py<PyStr>> {
        let name = name_bytes(name)?;
        match names::lookup(&name) {
            Some(Named::CodePoint(c)) => found(&name, Some(&[c])),
            Some(Named::Sequence(points)) => {
                let points: Vec<u32> = points.to_vec();
                found(&name, Some(&points))
            }
            None => found(&name, None),
        }
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        object::class::ready::<PyUcd>()?;
        module.add_value("unidata_version", "16.0.0")?;
        module.add("UCD", object::PyLayout::as_object(PyUcd::type_object()))?;
        let ucd = new_object(PyUcd {
            ob_base: PyObject::new_head(PyUcd::type_object()),
        })?;
        module.add("ucd_3_2_0", object::PyLayout::as_object(&*ucd))
    }
}

/// `unicodedata.UCD`: the type of `ucd_3_2_0`, which the standards of internationalized domain names are written for.
#[pyclass(name = "unicodedata.UCD", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyUcd {
    ob_base: PyObject,
}

#[pymethods]
impl PyUcd {
    #[method("($self, chr, default=<unrepresentable>, /)")]
    fn decimal(&self, chr: Char, default: Option<&PyObject>) -> PyResult {
        let value = old::decimal(chr.0).map(object::IntoPy::into_py).transpose()?;
        or_default(value, default, "not a decimal")
    }

    #[method("($self, chr, default=<unrepresentable>, /)")]
    fn digit(&self, chr: Char, default: Option<&PyObject>) -> PyResult {
        let value = old::digit(chr.0).map(object::IntoPy::into_py).transpose()?;
        or_default(value, default, "not a digit")
    }

    #[method("($self, chr, default=<unrepresentable>, /)")]
    fn numeric(&self, chr: Char, default: Option<&PyObject>) -> PyResult {
        let value = old::numeric(chr.0).map(object::IntoPy::into_py).transpose()?;
        or_default(value, default, "not a numeric character")
    }

    #[method("($self, chr, /)")]
    fn category(&self, chr: Char) -> &'static str {
        old::category(chr.0)
    }

    #[method("($self, chr, /)")]
    fn bidirectional(&self, chr: Char) -> &'static str {
        old::bidirectional(chr.0)
    }

    #[method("($self, chr, /)")]
    fn combining(&self, chr: Char) -> u8 {
        old::combining(chr.0)
    }

    #[method("($self, chr, /)")]
    fn mirrored(&self, chr: Char) -> u8 {
        old::mirrored(chr.0).into()
    }

    #[method("($self, chr, /)")]
    fn east_asian_width(&self, chr: Char) -> &'static str {
        old::east_asian_width(chr.0)
    }

    #[method("($self, chr, /)")]
    fn decomposition(&self, chr: Char) -> String {
        old::decomposition_text(chr.0)
    }

    #[method("($self, form, unistr, /)")]
    fn is_normalized(&self, form: &PyStr, unistr: &PyStr) -> PyResult<bool> {
        // An iterator over characters that can be had again.
        let points: Vec<u32> = unistr.chars().iter().collect();
        Ok(old::is_normalized(self::form(form)?, points.iter().copied()))
    }

    #[method("($self, form, unistr, /)")]
    fn normalize(&self, form: &PyStr, unistr: &PyStr) -> PyResult<Py<PyStr>> {
        let form = self::form(form)?;
        if unistr.is_ascii() {
            return crate::text::substring(unistr, 0, unistr.len());
        }
        PyStr::from_code_points(&old::normalize(form, unistr.chars().iter()))
    }

    #[method("($self, chr, default=<unrepresentable>, /)")]
    fn name(&self, chr: Char, default: Option<&PyObject>) -> PyResult {
        let name = old::name(chr.0).map(object::IntoPy::into_py).transpose()?;
        or_default(name, default, "no such name")
    }

    #[method("($self, name, /)")]
    fn lookup(&self, name: &PyObject) -> PyResult<Py<PyStr>> {
        let name = name_bytes(name)?;
        let point = old::lookup(&name);
        found(&name, point.as_ref().map(std::slice::from_ref))
    }

    #[getter]
    fn unidata_version(&self) -> &'static str {
        "3.2.0"
    }
}
