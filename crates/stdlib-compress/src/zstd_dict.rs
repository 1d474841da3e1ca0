//! `_zstd`: `ZstdDict`, and the making of dictionaries.

use crate::zstd::{ERROR, error_name, failed};
use crate::{Data, Raw};
use object::{
    Py, PyBytes, PyClass, PyInt, PyLayout, PyObject, PyResult, PyTuple, PyTypeObject, hooks, pyclass,
    pymethods, raise,
};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::c_void;
use zstd_sys as zs;

/// How a dictionary is given to a compressor or decompressor.
#[derive(Clone, Copy, PartialEq)]
pub enum Form {
    Digested,
    Undigested,
    Prefix,
}

/// Dictionaries prepared for a compression level each, and for decompression.
#[derive(Default)]
struct Prepared {
    compression: BTreeMap<i32, *mut zs::ZSTD_CDict>,
    decompression: Option<*mut zs::ZSTD_DDict>,
}

impl Drop for Prepared {
    fn drop(&mut self) {
        for d in self.compression.values() {
            // SAFETY: made by the library for this; whoever refers to it keeps this alive.
            unsafe { zs::ZSTD_freeCDict(*d) };
        }
        if let Some(d) = self.decompression {
            // SAFETY: as above.
            unsafe { zs::ZSTD_freeDDict(d) };
        }
    }
}

/// `compression.zstd.ZstdDict`
#[pyclass(name = "compression.zstd.ZstdDict")]
#[repr(C)]
pub struct ZstdDict {
    ob_base: PyObject,
    prepared: RefCell<Prepared>,
    dict_id: object::Field<PyInt>,
    content: Box<[u8]>,
}

impl ZstdDict {
    pub fn raw(&self) -> Raw {
        Raw::of(&self.content)
    }

    /// The dictionary prepared for a level. It lives as long as this object.
    pub fn for_compression(&self, level: i32) -> PyResult<*const zs::ZSTD_CDict> {
        if let Some(d) = self.prepared.borrow().compression.get(&level) {
            return Ok(*d);
        }
        let content = self.raw();
        // SAFETY: the content does not change; the library copies it.
        let made = hooks::blocking(|| unsafe {
            zs::ZSTD_createCDict(content.ptr as *const c_void, content.len, level)
        });
        if made.is_null() {
            return ERROR.raise("Failed to create a ZSTD_CDict instance from Zstandard dictionary content.");
        }
        // another thread may have made one meanwhile: that one is in use
        let mut prepared = self.prepared.borrow_mut();
        if let Some(d) = prepared.compression.get(&level) {
            // SAFETY: made just now and not in use.
            unsafe { zs::ZSTD_freeCDict(made) };
            return Ok(*d);
        }
        prepared.compression.insert(level, made);
        Ok(made)
    }

    /// The same for decompression.
    pub fn for_decompression(&self) -> PyResult<*const zs::ZSTD_DDict> {
        if let Some(d) = self.prepared.borrow().decompression {
            return Ok(d);
        }
        let content = self.raw();
        // SAFETY: as above.
        let made =
            hooks::blocking(|| unsafe { zs::ZSTD_createDDict(content.ptr as *const c_void, content.len) });
        if made.is_null() {
            return ERROR.raise("Failed to create a ZSTD_DDict instance from Zstandard dictionary content.");
        }
        let mut prepared = self.prepared.borrow_mut();
        if let Some(d) = prepared.decompression {
            // SAFETY: as above.
            unsafe { zs::ZSTD_freeDDict(made) };
            return Ok(d);
        }
        prepared.decompression = Some(made);
        Ok(made)
    }

    fn with_form(&self, form: Form) -> PyResult<Py<PyTuple>> {
        PyTuple::pair(
            self.as_object().new_ref(),
            PyInt::from_i64(form as i64)?.into_object(),
        )
    }
}

/// A `zstd_dict` argument: a dictionary, or a pair of one and its form; `default` is the form of a plain one.
pub fn argument(obj: &PyObject, default: Form) -> PyResult<(Py<ZstdDict>, Form)> {
    if let Some(d) = obj.downcast::<ZstdDict>() {
        return Ok((d.new_ref(), default));
    }
    if let Some(pair) = obj.downcast_exact::<PyTuple>()
        && let [dict, form] = pair.as_slice()
        && let Some(dict) = dict.downcast::<ZstdDict>()
    {
        let number = match form.downcast::<PyInt>() {
            Some(_) => object::number::as_c_int(form)?,
            None => -1,
        };
        let form = match number {
            0 => Some(Form::Digested),
            1 => Some(Form::Undigested),
            2 => Some(Form::Prefix),
            _ => None,
        };
        if let Some(form) = form {
            return Ok((dict.new_ref(), form));
        }
    }
    raise!(TypeError, "zstd_dict argument should be a ZstdDict object.")
}

#[pymethods(members(dict_id))]
impl ZstdDict {
    #[new("(dict_content, /, *, is_raw=False)")]
    fn tp_new(cls: &PyTypeObject, dict_content: Data, is_raw: Option<bool>) -> PyResult<Py<ZstdDict>> {
        let content = dict_content.to_vec().into_boxed_slice();
        if content.len() < 8 {
            return raise!(
                ValueError,
                "Zstandard dictionary content too short (must have at least eight bytes)"
            );
        }
        // SAFETY: the bytes and their length.
        let id = unsafe { zs::ZSTD_getDictID_fromDict(content.as_ptr() as *const c_void, content.len()) };
        if id == 0 && !is_raw.unwrap_or(false) {
            return raise!(ValueError, "invalid Zstandard dictionary");
        }
        let id = PyInt::from_i64(id as i64)?;
        object::new_instance(cls, |this: *mut ZstdDict| {
            // SAFETY: a fresh instance; every field is written once.
            unsafe {
                (&raw mut (*this).prepared).write(RefCell::default());
                (&raw mut (*this).dict_id).write(object::Field::new(Some(id)));
                (&raw mut (*this).content).write(content);
            }
        })
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let id = self.dict_id.get().and_then(|i| i.to_i64()).unwrap_or(0);
        let text = format!("<ZstdDict dict_id={id} dict_size={}>", self.content.len());
        Ok(object::PyStr::new(&text)?.into_object())
    }
    #[slot]
    fn sq_length(&self) -> PyResult<usize> {
        Ok(self.content.len())
    }
    #[getter]
    fn dict_content(&self) -> PyResult<Py<PyBytes>> {
        PyBytes::new(&self.content)
    }
    #[getter]
    fn as_digested_dict(&self) -> PyResult<Py<PyTuple>> {
        self.with_form(Form::Digested)
    }
    #[getter]
    fn as_undigested_dict(&self) -> PyResult<Py<PyTuple>> {
        self.with_form(Form::Undigested)
    }
    #[getter]
    fn as_prefix(&self) -> PyResult<Py<PyTuple>> {
        self.with_form(Form::Prefix)
    }
}

/// The sizes of samples, checked against their concatenation.
fn sample_sizes(samples: &PyBytes, sizes: &PyTuple, dict_size: isize) -> PyResult<Vec<usize>> {
    if dict_size <= 0 {
        return raise!(ValueError, "dict_size argument should be positive number.");
    }
    if sizes.len() > u32::MAX as usize {
        return raise!(ValueError, "The number of samples should be <= {}.", u32::MAX);
    }
    let mut all = Vec::with_capacity(sizes.len());
    let mut sum = Some(0usize);
    for size in sizes.as_slice() {
        let Some(size) = size.downcast::<PyInt>() else {
            return raise!(TypeError, "an integer is required");
        };
        let n = size.to_usize();
        sum = sum.zip(n).and_then(|(a, b)| a.checked_add(b));
        all.push(n.unwrap_or(0));
    }
    if sum != Some(samples.len()) {
        return raise!(
            ValueError,
            "The samples size tuple doesn't match the concatenation's size."
        );
    }
    Ok(all)
}

fn room(dict_size: isize) -> PyResult<Vec<u8>> {
    let mut room = Vec::new();
    if room.try_reserve_exact(dict_size as usize).is_err() {
        return object::error::no_memory();
    }
    room.resize(dict_size as usize, 0);
    Ok(room)
}

fn trained(room: &[u8], n: usize, doing: &str) -> PyResult<Py<PyBytes>> {
    if failed(n) {
        return ERROR.raise(&format!("{doing}: {}", error_name(n)));
    }
    PyBytes::new(room.get(..n).unwrap_or(room))
}

/// `train_dict`
pub fn train(samples: &PyBytes, sizes: &PyTuple, dict_size: isize) -> PyResult<Py<PyBytes>> {
    let sizes = sample_sizes(samples, sizes, dict_size)?;
    let mut room = room(dict_size)?;
    let samples = samples.as_slice();
    // SAFETY: the room, the samples and their sizes, whose sum is the samples' length.
    let n = hooks::blocking(|| unsafe {
        zs::ZDICT_trainFromBuffer(
            room.as_mut_ptr() as *mut c_void,
            room.len(),
            samples.as_ptr() as *const c_void,
            sizes.as_ptr(),
            sizes.len() as u32,
        )
    });
    trained(&room, n, "Unable to train the Zstandard dictionary")
}

/// `finalize_dict`
pub fn finalize(
    content: &PyBytes,
    samples: &PyBytes,
    sizes: &PyTuple,
    dict_size: isize,
    level: i32,
) -> PyResult<Py<PyBytes>> {
    let sizes = sample_sizes(samples, sizes, dict_size)?;
    let mut room = room(dict_size)?;
    let (content, samples) = (content.as_slice(), samples.as_slice());
    // SAFETY: as above; the parameters ask for no log and a number of the library's choice.
    let n = hooks::blocking(|| unsafe {
        zs::ZDICT_finalizeDictionary(
            room.as_mut_ptr() as *mut c_void,
            room.len(),
            content.as_ptr() as *const c_void,
            content.len(),
            samples.as_ptr() as *const c_void,
            sizes.as_ptr(),
            sizes.len() as u32,
            zs::ZDICT_params_t {
                compressionLevel: level,
                notificationLevel: 0,
                dictID: 0,
            },
        )
    });
    trained(&room, n, "Unable to finalize the Zstandard dictionary")
}

/// The class, for tests of the module's types.
pub fn class() -> &'static PyTypeObject {
    ZstdDict::type_object()
}
