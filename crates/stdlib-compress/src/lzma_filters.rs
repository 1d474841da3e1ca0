//! `_lzma`: filter specifiers, Python dicts, to and from what liblzma takes.

use crate::lzma::{ERROR, fail_status};
use liblzma_sys as lz;
use object::{Py, PyBytes, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, error, raise};
use std::ffi::c_void;

/// An unsigned number of at most `max`, of the C type `name`.
pub fn unsigned(obj: &PyObject, max: u64, name: &str) -> PyResult<u64> {
    let value = object::number::index(obj)?;
    if value.is_negative() {
        return raise!(ValueError, "Cannot convert negative int");
    }
    match value.to_u64().filter(|v| *v <= max) {
        Some(v) => Ok(v),
        None => raise!(OverflowError, "Python int too large for C {name}"),
    }
}

pub fn uint32(obj: &PyObject) -> PyResult<u32> {
    Ok(unsigned(obj, u32::MAX as u64, "uint32_t")? as u32)
}

/// `None` if there is no such preset.
pub fn preset_options(preset: u32) -> Option<Box<lz::lzma_options_lzma>> {
    // SAFETY: numbers and pointers, for which zero is a value.
    let mut options: Box<lz::lzma_options_lzma> = Box::new(unsafe { std::mem::zeroed() });
    // SAFETY: options to fill in.
    let refused = unsafe { lz::lzma_lzma_preset(&mut *options, preset) };
    (refused == 0).then_some(options)
}

enum Options {
    Lzma(Box<lz::lzma_options_lzma>),
    Delta(Box<lz::lzma_options_delta>),
    Bcj(Box<lz::lzma_options_bcj>),
}

impl Options {
    fn as_ptr(&mut self) -> *mut c_void {
        match self {
            Options::Lzma(o) => &raw mut **o as *mut c_void,
            Options::Delta(o) => &raw mut **o as *mut c_void,
            Options::Bcj(o) => &raw mut **o as *mut c_void,
        }
    }
}

/// A chain of filters as liblzma takes it, with the options that it points to.
pub struct Chain {
    filters: Vec<lz::lzma_filter>,
    _options: Vec<Options>,
}

impl Chain {
    /// `filters` of a constructor: a sequence of specifiers.
    pub fn from_specs(specs: &PyObject) -> PyResult<Chain> {
        let ty = specs.ty();
        let is_sequence = ty.as_sequence().is_some_and(|t| t.sq_length.get().is_some());
        if !is_sequence && is_mapping(specs) {
            return raise!(TypeError, "{} is not a sequence", ty.full_name());
        }
        let n = specs.length()?;
        let most = lz::LZMA_FILTERS_MAX as usize;
        if n > most {
            return raise!(
                ValueError,
                "Too many filters - liblzma supports a maximum of {most}"
            );
        }
        let mut parsed = Vec::with_capacity(n);
        for i in 0..n {
            parsed.push(parse(&*specs.sequence_item(i as isize)?)?);
        }
        Ok(Chain::of(parsed))
    }

    fn of(parsed: Vec<(u64, Options)>) -> Chain {
        let mut filters = Vec::with_capacity(parsed.len() + 1);
        let mut all = Vec::with_capacity(parsed.len());
        for (id, mut options) in parsed {
            filters.push(lz::lzma_filter {
                id,
                options: options.as_ptr(),
            });
            all.push(options);
        }
        filters.push(lz::lzma_filter {
            id: lz::LZMA_VLI_UNKNOWN,
            options: std::ptr::null_mut(),
        });
        Chain {
            filters,
            _options: all,
        }
    }

    /// The filters, ended by one of no known kind. They live as long as the chain.
    pub fn as_ptr(&self) -> *const lz::lzma_filter {
        self.filters.as_ptr()
    }

    /// The options of a chain that is a single LZMA1 filter.
    pub fn single_lzma1(&self) -> Option<*const lz::lzma_options_lzma> {
        match self.filters.as_slice() {
            [only, _] if only.id == lz::LZMA_FILTER_LZMA1 => {
                Some(only.options as *const lz::lzma_options_lzma)
            }
            _ => None,
        }
    }
}

/// An optional entry of a specifier.
fn entry(spec: &PyObject, name: &str) -> PyResult<Option<Py>> {
    let key = PyStr::new(name)?;
    error::catch::<object::exceptions::KeyError, _>(spec.get_item(key.as_object()))
}

fn is_mapping(obj: &PyObject) -> bool {
    obj.ty()
        .as_mapping()
        .is_some_and(|m| m.mp_subscript.get().is_some())
}

/// The options of a specifier by name, as numbers of 32 bits; `None` if it is no dict, has others, or values that are no
/// such numbers. `id` and `preset` are passed over.
fn numbers(spec: &PyObject, names: &[&str]) -> PyResult<Option<Vec<Option<u32>>>> {
    let Some(dict) = spec.downcast::<PyDict>() else {
        return Ok(None);
    };
    let mut found = vec![None; names.len()];
    for (key, value) in dict.items_vec() {
        let Some(key) = key.downcast::<PyStr>() else {
            return Ok(None);
        };
        if key.eq_str("id") {
            continue;
        }
        let Some(at) = names.iter().position(|n| key.eq_str(n)) else {
            return Ok(None);
        };
        if names[at] == "preset" {
            continue;
        }
        match uint32(&value) {
            Ok(v) => found[at] = Some(v),
            Err(object::Raised) => {
                error::clear();
                return Ok(None);
            }
        }
    }
    Ok(Some(found))
}

fn parse_lzma(spec: &PyObject) -> PyResult<Options> {
    let preset = match entry(spec, "preset")? {
        Some(p) => uint32(&p)?,
        None => lz::LZMA_PRESET_DEFAULT,
    };
    let Some(mut o) = preset_options(preset) else {
        return ERROR.raise(&format!("Invalid compression preset: {preset}"));
    };
    let names = [
        "preset",
        "dict_size",
        "lc",
        "lp",
        "pb",
        "mode",
        "nice_len",
        "mf",
        "depth",
    ];
    let Some(given) = numbers(spec, &names)? else {
        return raise!(ValueError, "Invalid filter specifier for LZMA filter");
    };
    let fields = [
        &mut o.dict_size,
        &mut o.lc,
        &mut o.lp,
        &mut o.pb,
        &mut o.mode,
        &mut o.nice_len,
        &mut o.mf,
        &mut o.depth,
    ];
    for (field, value) in fields.into_iter().zip(&given[1..]) {
        if let Some(v) = value {
            *field = *v;
        }
    }
    Ok(Options::Lzma(o))
}

fn parse_delta(spec: &PyObject) -> PyResult<Options> {
    let Some(given) = numbers(spec, &["dist"])? else {
        return raise!(ValueError, "Invalid filter specifier for delta filter");
    };
    Ok(Options::Delta(Box::new(lz::lzma_options_delta {
        type_: lz::lzma_delta_type_LZMA_DELTA_TYPE_BYTE,
        dist: given[0].unwrap_or(1),
        reserved_int1: 0,
        reserved_int2: 0,
        reserved_int3: 0,
        reserved_int4: 0,
        reserved_ptr1: std::ptr::null_mut(),
        reserved_ptr2: std::ptr::null_mut(),
    })))
}

fn parse_bcj(spec: &PyObject) -> PyResult<Options> {
    let Some(given) = numbers(spec, &["start_offset"])? else {
        return raise!(ValueError, "Invalid filter specifier for BCJ filter");
    };
    Ok(Options::Bcj(Box::new(lz::lzma_options_bcj {
        start_offset: given[0].unwrap_or(0),
    })))
}

fn parse(spec: &PyObject) -> PyResult<(u64, Options)> {
    if !is_mapping(spec) {
        return raise!(TypeError, "Filter specifier must be a dict or dict-like object");
    }
    let Some(id) = entry(spec, "id")? else {
        return raise!(ValueError, "Filter specifier must have an \"id\" entry");
    };
    let id = unsigned(&id, u64::MAX, "lzma_vli")?;
    let options = match id {
        lz::LZMA_FILTER_LZMA1 | lz::LZMA_FILTER_LZMA2 => parse_lzma(spec)?,
        lz::LZMA_FILTER_DELTA => parse_delta(spec)?,
        lz::LZMA_FILTER_X86
        | lz::LZMA_FILTER_POWERPC
        | lz::LZMA_FILTER_IA64
        | lz::LZMA_FILTER_ARM
        | lz::LZMA_FILTER_ARMTHUMB
        | lz::LZMA_FILTER_SPARC => parse_bcj(spec)?,
        _ => return raise!(ValueError, "Invalid filter ID: {id}"),
    };
    Ok((id, options))
}

/// `_encode_filter_properties`
pub fn encode(spec: &PyObject) -> PyResult<Py<PyBytes>> {
    let chain = Chain::of(vec![parse(spec)?]);
    let mut size = 0u32;
    // SAFETY: a filter with its options.
    fail_status(unsafe { lz::lzma_properties_size(&mut size, chain.as_ptr()) })?;
    let mut props = vec![0u8; size as usize];
    // SAFETY: as above; the buffer is as long as asked for.
    fail_status(unsafe { lz::lzma_properties_encode(chain.as_ptr(), props.as_mut_ptr()) })?;
    PyBytes::new(&props)
}

/// `_decode_filter_properties`
pub fn decode(id: u64, props: &[u8]) -> PyResult<Py<PyDict>> {
    let mut filter = lz::lzma_filter {
        id,
        options: std::ptr::null_mut(),
    };
    // SAFETY: a filter to fill in and the properties with their length.
    let status =
        unsafe { lz::lzma_properties_decode(&mut filter, std::ptr::null(), props.as_ptr(), props.len()) };
    fail_status(status)?;
    let options = filter.options;
    let mut fields: Vec<(&str, u64)> = vec![("id", id)];
    if !options.is_null() {
        // SAFETY: the library has made the options that belong to this kind of filter, with malloc; they are read before
        // they are freed.
        unsafe {
            match id {
                lz::LZMA_FILTER_LZMA1 => {
                    let o = &*(options as *const lz::lzma_options_lzma);
                    fields.extend([
                        ("lc", o.lc as u64),
                        ("lp", o.lp as u64),
                        ("pb", o.pb as u64),
                        ("dict_size", o.dict_size as u64),
                    ]);
                }
                lz::LZMA_FILTER_LZMA2 => {
                    let o = &*(options as *const lz::lzma_options_lzma);
                    fields.push(("dict_size", o.dict_size as u64));
                }
                lz::LZMA_FILTER_DELTA => {
                    let o = &*(options as *const lz::lzma_options_delta);
                    fields.push(("dist", o.dist as u64));
                }
                lz::LZMA_FILTER_X86
                | lz::LZMA_FILTER_POWERPC
                | lz::LZMA_FILTER_IA64
                | lz::LZMA_FILTER_ARM
                | lz::LZMA_FILTER_ARMTHUMB
                | lz::LZMA_FILTER_SPARC => {
                    let o = &*(options as *const lz::lzma_options_bcj);
                    fields.push(("start_offset", o.start_offset as u64));
                }
                _ => {
                    libc::free(options);
                    return raise!(ValueError, "Invalid filter ID: {id}");
                }
            }
            libc::free(options);
        }
    }
    let dict = PyDict::new()?;
    for (name, value) in fields {
        dict.set_item(&*object::intern::intern_str(name)?, &*PyInt::from_u64(value)?)?;
    }
    Ok(dict)
}
