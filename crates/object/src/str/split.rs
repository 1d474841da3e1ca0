//! Taking strings apart: `split` and kin, `strip`, `partition`, `replace`.

use super::find::{self, each_width};
use super::{Chars, PyStr, StrBuilder};
use crate::handle::{Py, PyResult};
use crate::list::PyList;
use crate::raise;
use crate::tuple::PyTuple;

fn list(items: Vec<Py>) -> PyResult<Py<PyList>> {
    PyList::from_vec(items)
}

/// Collects parts, `true` while more splits are allowed.
struct Parts<'a> {
    text: &'a PyStr,
    items: Vec<Py>,
}

impl Parts<'_> {
    fn push(&mut self, start: usize, end: usize) -> PyResult<()> {
        self.items.push(self.text.substring(start, end)?.into_object());
        Ok(())
    }
}

/// `str.split(sep, maxsplit)`; a negative `maxsplit` is no limit.
pub fn split(s: &PyStr, sep: Option<&PyStr>, maxsplit: isize) -> PyResult<Py<PyList>> {
    let mut left = if maxsplit < 0 {
        usize::MAX
    } else {
        maxsplit as usize
    };
    let mut parts = Parts {
        text: s,
        items: Vec::new(),
    };
    let chars = s.chars();
    let Some(sep) = sep else {
        let n = chars.len();
        let mut i = 0;
        loop {
            i = each_width!(chars, t => t[i..].iter().position(|c| !unidata::is_space(*c as u32)))
                .map_or(n, |p| i + p);
            if i == n {
                break;
            }
            if left == 0 {
                // What is left keeps the white space at its end.
                parts.push(i, n)?;
                break;
            }
            left -= 1;
            let end = each_width!(chars, t => t[i..].iter().position(|c| unidata::is_space(*c as u32)))
                .map_or(n, |p| i + p);
            parts.push(i, end)?;
            i = end;
        }
        return list(parts.items);
    };
    if sep.is_empty() {
        return raise!(ValueError, "empty separator");
    }
    let mut start = 0;
    let mut result = Ok(());
    find::each(chars, sep.chars(), |at| {
        if left == 0 {
            return false;
        }
        left -= 1;
        result = parts.push(start, at);
        start = at + sep.len();
        result.is_ok()
    });
    result?;
    parts.push(start, s.len())?;
    list(parts.items)
}

/// `str.rsplit(sep, maxsplit)`
pub fn rsplit(s: &PyStr, sep: Option<&PyStr>, maxsplit: isize) -> PyResult<Py<PyList>> {
    let mut left = if maxsplit < 0 {
        usize::MAX
    } else {
        maxsplit as usize
    };
    let mut parts = Parts {
        text: s,
        items: Vec::new(),
    };
    let chars = s.chars();
    let mut end = chars.len();
    if let Some(sep) = sep {
        if sep.is_empty() {
            return raise!(ValueError, "empty separator");
        }
        while left > 0
            && let Some(at) = find::rfind(chars.slice(0, end), sep.chars())
        {
            parts.push(at + sep.len(), end)?;
            end = at;
            left -= 1;
        }
        parts.push(0, end)?;
    } else {
        let space = |i: &usize| unidata::is_space(chars.at(*i));
        loop {
            end = (0..end).rev().find(|i| !space(i)).map_or(0, |i| i + 1);
            if end == 0 {
                break;
            }
            if left == 0 {
                parts.push(0, end)?;
                break;
            }
            left -= 1;
            let start = (0..end).rev().find(space).map_or(0, |i| i + 1);
            parts.push(start, end)?;
            end = start;
        }
    }
    parts.items.reverse();
    list(parts.items)
}

/// `str.splitlines(keepends)`
pub fn splitlines(s: &PyStr, keepends: bool) -> PyResult<Py<PyList>> {
    let chars = s.chars();
    let n = chars.len();
    let mut parts = Parts {
        text: s,
        items: Vec::new(),
    };
    let mut i = 0;
    while i < n {
        let eol = each_width!(chars, t => t[i..].iter().position(|c| unidata::is_linebreak(*c as u32)))
            .map_or(n, |p| i + p);
        let mut next = eol;
        if eol < n {
            next += 1;
            if chars.at(eol) == 13 && next < n && chars.at(next) == 10 {
                next += 1;
            }
        }
        parts.push(i, if keepends { next } else { eol })?;
        i = next;
    }
    list(parts.items)
}

/// `strip`, `lstrip`, `rstrip`: of the characters in `set`, or of white space.
pub fn strip(s: &PyStr, set: Option<&PyStr>, left: bool, right: bool) -> PyResult<Py<PyStr>> {
    let chars = s.chars();
    let set = set.map(|s| s.chars());
    let drop = |c: u32| match set {
        None => unidata::is_space(c),
        Some(set) => each_width!(set, t => t.iter().any(|x| *x as u32 == c)),
    };
    let (mut start, mut end) = (0, chars.len());
    if left {
        while start < end && drop(chars.at(start)) {
            start += 1;
        }
    }
    if right {
        while end > start && drop(chars.at(end - 1)) {
            end -= 1;
        }
    }
    s.substring(start, end)
}

/// `partition` and `rpartition`
pub fn partition(s: &PyStr, sep: &PyStr, last: bool) -> PyResult<Py<PyTuple>> {
    if sep.is_empty() {
        return raise!(ValueError, "empty separator");
    }
    let at = if last {
        find::rfind(s.chars(), sep.chars())
    } else {
        find::find(s.chars(), sep.chars())
    };
    let whole = || s.to_exact().map(Py::into_object);
    let empty = || PyStr::empty().into_object();
    PyTuple::from_vec(match at {
        Some(at) => vec![
            s.substring(0, at)?.into_object(),
            sep.to_exact()?.into_object(),
            s.substring(at + sep.len(), s.len())?.into_object(),
        ],
        None if last => vec![empty(), empty(), whole()?],
        None => vec![whole()?, empty(), empty()],
    })
}

/// `str.replace(old, new, count)`; a negative count is no limit.
pub fn replace(s: &PyStr, old: &PyStr, new: &PyStr, count: isize) -> PyResult<Py<PyStr>> {
    let most = if count < 0 { usize::MAX } else { count as usize };
    let chars = s.chars();
    if most == 0 || s.len() < old.len() || find::equal(old.chars(), new.chars()) {
        return s.to_exact();
    }
    if old.is_empty() {
        // before every character and at the end
        let n = most.min(s.len() + 1);
        let extra = n.checked_mul(new.len()).and_then(|x| x.checked_add(s.len()));
        let Some(total) = extra.filter(|t| *t <= isize::MAX as usize) else {
            return too_long();
        };
        if total == 0 {
            return Ok(PyStr::empty());
        }
        let mut out = StrBuilder::new();
        out.reserve(total, s.max_char_bound().max(new.max_char_bound()))?;
        for i in 0..n {
            out.push_str(new)?;
            if i < s.len() {
                out.push(chars.at(i));
            }
        }
        if n < s.len() {
            out.push_range(s, n, s.len())?;
        }
        return out.finish();
    }
    let mut places = Vec::new();
    find::each(chars, old.chars(), |at| {
        if places.len() == most {
            return false;
        }
        places.push(at);
        true
    });
    if places.is_empty() {
        return s.to_exact();
    }
    let total = places
        .len()
        .checked_mul(new.len())
        .and_then(|x| x.checked_add(s.len() - places.len() * old.len()));
    let Some(total) = total.filter(|t| *t <= isize::MAX as usize) else {
        return too_long();
    };
    if total == 0 {
        return Ok(PyStr::empty());
    }
    if s.is_ascii() && new.is_ascii() {
        let r = PyStr::alloc(total, 0x7f)?;
        // SAFETY: fresh.
        let mut w = unsafe { super::concat::Writer::new(&r) };
        let mut start = 0;
        for at in places {
            w.put(chars.slice(start, at));
            w.put(new.chars());
            start = at + old.len();
        }
        w.put(chars.slice(start, s.len()));
        if total == 1
            && let Chars::One([c]) = r.chars()
        {
            return Ok(super::latin1_char(*c));
        }
        return Ok(r);
    }
    let mut out = StrBuilder::with_capacity(total);
    let mut start = 0;
    for at in places {
        out.push_range(s, start, at)?;
        out.push_str(new)?;
        start = at + old.len();
    }
    out.push_range(s, start, s.len())?;
    out.finish()
}

#[cold]
fn too_long<T>() -> PyResult<T> {
    raise!(OverflowError, "replace string is too long")
}
