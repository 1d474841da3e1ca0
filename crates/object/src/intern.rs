//! Interned strings, and `intern!("name")` for names known when Taipan is built.

use crate::handle::{GilCell, Py, PyLayout, PyResult};
use crate::str::PyStr;
use std::collections::HashMap;

/// Interned strings by content. Those that are not immortal are not counted by the table.
struct Table(GilCell<Option<HashMap<Key, *const PyStr, Hashed>>>);
static TABLE: Table = Table(GilCell::new(None));

/// Strings bring good hashes with them: those are taken as they are.
type Hashed = std::hash::BuildHasherDefault<Taken>;
#[derive(Default)]
struct Taken(u64);
impl std::hash::Hasher for Taken {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = self.0.rotate_left(8) ^ *b as u64;
        }
    }
    fn write_isize(&mut self, hash: isize) {
        self.0 = hash as u64;
    }
}

struct Key(*const PyStr);
impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        // SAFETY: the table only holds live strings (`forget` takes dying ones out).
        unsafe { (*self.0).eq(&*other.0) }
    }
}
impl Eq for Key {}
impl std::hash::Hash for Key {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        // SAFETY: as above.
        state.write_isize(unsafe { (*self.0).hash() })
    }
}

fn table() -> &'static mut HashMap<Key, *const PyStr, Hashed> {
    // SAFETY: under the GIL; no reference to the table outlives one of the short functions here, none of which runs
    // Python code.
    unsafe {
        (*TABLE.0.as_ptr()).get_or_insert_with(|| HashMap::with_capacity_and_hasher(4096, Hashed::default()))
    }
}

/// The interned string equal to `s` (`PyUnicode_InternInPlace`). Only exact `str` objects are interned.
pub fn intern(s: Py<PyStr>) -> Py<PyStr> {
    use crate::handle::PyClass;
    if s.interned_state() != 0 || !PyStr::check_exact(s.as_object()) {
        return s;
    }
    if let Some(found) = table().get(&Key(&*s)) {
        // SAFETY: strings in the table are alive.
        return unsafe { (**found).new_ref() };
    }
    s.set_interned(1);
    table().insert(Key(&*s), &*s);
    s
}

/// Interns and makes immortal.
pub fn intern_immortal(s: Py<PyStr>) -> &'static PyStr {
    let s = intern(s);
    s.set_interned(2);
    s.as_object().set_immortal();
    // SAFETY: immortal objects are never freed.
    unsafe { &*(s.into_ptr()) }
}

/// Interned string from text.
pub fn intern_str(text: &str) -> PyResult<Py<PyStr>> {
    Ok(intern(PyStr::new(text)?))
}

/// A dying string leaves the table.
pub(crate) fn forget(s: &PyStr) {
    table().remove(&Key(s));
}

/// A lazily interned, immortal string; made by `intern!`.
pub struct StaticStr {
    text: &'static str,
    value: GilCell<Option<&'static PyStr>>,
}

impl StaticStr {
    pub const fn new(text: &'static str) -> StaticStr {
        StaticStr {
            text,
            value: GilCell::new(None),
        }
    }

    #[inline(always)]
    pub fn get(&self) -> &'static PyStr {
        match self.value.get() {
            Some(s) => s,
            None => self.init(),
        }
    }

    #[cold]
    fn init(&self) -> &'static PyStr {
        let s = match PyStr::new(self.text) {
            Ok(s) => intern_immortal(s),
            // a handful of bytes cannot be had: nothing can go on
            Err(_) => std::process::abort(),
        };
        self.value.set(Some(s));
        s
    }
}

/// The interned `str` of a literal: `&'static PyStr`.
#[macro_export]
macro_rules! intern {
    ($text:expr) => {{
        static NAME: $crate::intern::StaticStr = $crate::intern::StaticStr::new($text);
        NAME.get()
    }};
}
