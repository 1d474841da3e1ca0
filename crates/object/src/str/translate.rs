//! `str.translate` and `str.maketrans`.

use super::{PyStr, StrBuilder};
use crate::dict::PyDict;
use crate::exceptions as exc;
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::raise;
use crate::refcount::PyObject;

/// What a character becomes.
#[derive(Clone)]
enum Becomes {
    Itself,
    Nothing,
    Char(u32),
    Text(Py<PyStr>),
}

fn look_up(table: &PyObject, c: u32) -> PyResult<Becomes> {
    let key = PyInt::from_i64(c as i64)?;
    let found = match table.get_item(key.as_object()) {
        Ok(v) => v,
        Err(e) => {
            if crate::error::matches::<exc::LookupError>() {
                crate::error::clear();
                return Ok(Becomes::Itself);
            }
            return Err(e);
        }
    };
    if crate::is_none(&found) {
        return Ok(Becomes::Nothing);
    }
    if let Some(i) = found.downcast::<PyInt>() {
        return match i
            .to_i64()
            .and_then(|v| u32::try_from(v).ok())
            .filter(|c| *c < 0x110000)
        {
            Some(c) => Ok(Becomes::Char(c)),
            None => raise!(ValueError, "character mapping must be in range(0x110000)"),
        };
    }
    match found.downcast_into::<PyStr>() {
        Ok(s) => Ok(Becomes::Text(s)),
        Err(_) => raise!(TypeError, "character mapping must return integer, None or str"),
    }
}

/// `text.translate(table)`
pub fn translate(text: &PyStr, table: &PyObject) -> PyResult<Py<PyStr>> {
    let mut out = StrBuilder::with_capacity(text.len());
    let mut known: Vec<Option<Becomes>> = vec![None; 128];
    for c in text.chars().iter() {
        let becomes = match known.get(c as usize) {
            Some(Some(b)) => b.clone(),
            place => {
                let cached = place.is_some();
                let b = look_up(table, c)?;
                if cached {
                    known[c as usize] = Some(b.clone());
                }
                b
            }
        };
        match becomes {
            Becomes::Itself => out.push(c),
            Becomes::Nothing => {}
            Becomes::Char(c) => out.push(c),
            Becomes::Text(s) => out.push_str(&s)?,
        }
    }
    out.finish()
}

/// `str.maketrans(x, y, z)`
pub fn maketrans(x: &PyObject, y: Option<&PyStr>, z: Option<&PyStr>) -> PyResult<Py<PyDict>> {
    let dict = PyDict::new()?;
    let code = |c: u32| PyInt::from_i64(c as i64);
    let Some(y) = y else {
        let Some(map) = x.downcast_exact::<PyDict>() else {
            return raise!(
                TypeError,
                "if you give only one argument to maketrans it must be a dict"
            );
        };
        for (key, value) in map.items_vec() {
            if let Some(s) = key.downcast::<PyStr>() {
                if s.len() != 1 {
                    return raise!(ValueError, "string keys in translatetable must be of length 1");
                }
                dict.set_item(code(s.chars().at(0))?.as_object(), &*value)?;
            } else if PyInt::check(&key) {
                dict.set_item(&*key, &*value)?;
            } else {
                return raise!(TypeError, "keys in translate table mustbe strings or integers");
            }
        }
        return Ok(dict);
    };
    let Some(x) = x.downcast::<PyStr>() else {
        return raise!(
            TypeError,
            "first maketrans argument must be a string if there is a second argument"
        );
    };
    if x.len() != y.len() {
        return raise!(
            ValueError,
            "the first two maketrans arguments must have equal length"
        );
    }
    for (a, b) in x.chars().iter().zip(y.chars().iter()) {
        dict.set_item(code(a)?.as_object(), code(b)?.as_object())?;
    }
    for c in z.iter().flat_map(|z| z.chars().iter()) {
        dict.set_item(code(c)?.as_object(), crate::singletons::none_ref())?;
    }
    Ok(dict)
}
