//! `_sre`: what the package `re` stands on. The engine itself is the crate `sre`.

mod matches;
mod pattern;
mod scanner;
mod search;
mod template;

pub use matches::PyMatch;
pub use pattern::PyPattern;
pub use scanner::PyScanner;
pub use template::PyTemplate;

use object::{Py, PyDict, PyInt, PyList, PyModule, PyObject, PyResult, PyTuple, intern, pymodule, raise};
use sre::Facts;
use std::ffi::c_int;

/// Characters by the Unicode database and the C library's locale.
pub(crate) static FACTS: Facts = Facts {
    lower: unidata::case::to_lower_simple,
    upper: unidata::case::to_upper_simple,
    is_alnum: unidata::is_alnum,
    is_space: unidata::is_space,
    is_decimal: unidata::is_decimal,
    is_linebreak: unidata::is_linebreak,
    // SAFETY: the C functions take any value of an unsigned char.
    locale_lower: |c| unsafe { libc::tolower(c_int::from(c)) as u8 },
    // SAFETY: as above.
    locale_upper: |c| unsafe { libc::toupper(c_int::from(c)) as u8 },
    // SAFETY: as above.
    locale_is_alnum: |c| unsafe { libc::isalnum(c_int::from(c)) != 0 },
};

/// The code words in a list.
fn code_words(code: &PyList) -> PyResult<Vec<u32>> {
    let items = code.to_vec();
    let mut words = Vec::with_capacity(items.len());
    for item in items {
        let Some(value) = item.downcast::<PyInt>() else {
            return raise!(TypeError, "an integer is required");
        };
        if value.is_negative() {
            return raise!(OverflowError, "can't convert negative value to unsigned int");
        }
        match value.to_i64().map(u32::try_from) {
            Some(Ok(word)) => words.push(word),
            _ => return raise!(OverflowError, "regular expression code size limit exceeded"),
        }
    }
    Ok(words)
}

/// The module.
pub struct Sre;

#[pymodule(name = "_sre")]
impl Sre {
    #[function("($module, /, pattern, flags, code, groups, groupindex,\n        indexgroup)")]
    fn compile(
        pattern: &PyObject,
        flags: i32,
        code: &PyList,
        groups: isize,
        groupindex: &PyDict,
        indexgroup: &PyTuple,
    ) -> PyResult<Py<PyPattern>> {
        PyPattern::compile(pattern, flags, code_words(code)?, groups, groupindex, indexgroup)
    }

    #[function("($module, pattern, template, /)")]
    fn template(_pattern: &PyObject, template: &PyList) -> PyResult<Py<PyTemplate>> {
        PyTemplate::from_list(template)
    }

    #[function("($module, /)")]
    fn getcodesize() -> usize {
        sre::CODESIZE
    }

    #[function("($module, character, /)")]
    fn ascii_iscased(character: i32) -> bool {
        sre::ascii_is_cased(character as u32)
    }

    #[function("($module, character, /)")]
    fn ascii_tolower(character: i32) -> i32 {
        sre::ascii_lower(character as u32) as i32
    }

    #[function("($module, character, /)")]
    fn unicode_iscased(character: i32) -> bool {
        sre::unicode_is_cased(&FACTS, character as u32)
    }

    #[function("($module, character, /)")]
    fn unicode_tolower(character: i32) -> i32 {
        (FACTS.lower)(character as u32) as i32
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        object::class::ready::<PyPattern>()?;
        object::class::ready::<PyMatch>()?;
        object::class::ready::<PyScanner>()?;
        object::class::ready::<PyTemplate>()?;
        module.add_value("MAGIC", sre::MAGIC)?;
        module.add_value("CODESIZE", sre::CODESIZE)?;
        module.add_value("MAXREPEAT", sre::MAXREPEAT)?;
        module.add_value("MAXGROUPS", sre::MAXGROUPS)?;
        module.add_value(
            "copyright",
            " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ",
        )
    }
}

/// Calls `re._compile_template(pattern, template)`, which parses and caches.
fn compile_template(pattern: &PyObject, template: &PyObject) -> PyResult<Py<PyTemplate>> {
    let function = object::hooks::import("re")?.get_attr(intern!("_compile_template"))?;
    let made = object::call::call(&function, &[pattern, template])?;
    match made.downcast_into::<PyTemplate>() {
        Ok(template) => Ok(template),
        Err(_) => raise!(TypeError, "invalid template"),
    }
}
