//! `sum()`: ints and floats added without making objects on the way; floats by compensated summation.

use object::{Py, PyClass, PyFloat, PyInt, PyLayout, PyObject, PyResult, iter, number, raise};

/// Neumaier's compensated sum.
#[derive(Clone, Copy)]
struct Compensated {
    hi: f64,
    lo: f64,
}

impl Compensated {
    fn add(&mut self, x: f64) {
        let t = self.hi + x;
        if self.hi.abs() >= x.abs() {
            self.lo += (self.hi - t) + x;
        } else {
            self.lo += (x - t) + self.hi;
        }
        self.hi = t;
    }
    fn value(&self) -> f64 {
        if self.lo != 0.0 && self.lo.is_finite() {
            self.hi + self.lo
        } else {
            self.hi
        }
    }
}

pub fn sum(iterable: &PyObject, start: Option<&PyObject>) -> PyResult {
    let it = iter::get_iter(iterable)?;
    let mut total: Py = match start {
        None => PyInt::from_i64(0)?.into_object(),
        Some(s) => {
            if object::PyStr::check(s) {
                return raise!(TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
            }
            if object::PyBytes::check(s) {
                return raise!(TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
            }
            if object::PyByteArray::check(s) {
                return raise!(TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]");
            }
            s.new_ref()
        }
    };
    if PyInt::check_exact(&total)
        && let Some(mut n) = total.downcast::<PyInt>().and_then(|i| i.to_i64())
    {
        loop {
            let Some(v) = iter::next(&it)? else {
                return Ok(PyInt::from_i64(n)?.into_object());
            };
            if (PyInt::check_exact(&v) || object::bool::PyBool::check(&v))
                && let Some(m) = v.downcast::<PyInt>().and_then(|i| i.to_i64())
                && let Some(s) = n.checked_add(m)
            {
                n = s;
                continue;
            }
            total = PyInt::from_i64(n)?.into_object();
            total = number::add(&total, &v)?;
            break;
        }
    }
    if let Some(f) = total.downcast_exact::<PyFloat>() {
        let mut c = Compensated {
            hi: f.value(),
            lo: 0.0,
        };
        loop {
            let Some(v) = iter::next(&it)? else {
                return Ok(PyFloat::new(c.value())?.into_object());
            };
            if let Some(f) = v.downcast_exact::<PyFloat>() {
                c.add(f.value());
            } else if let Some(n) = v.downcast_exact::<PyInt>().and_then(|i| i.to_i64()) {
                c.add(n as f64);
            } else {
                total = number::add(PyFloat::new(c.value())?.as_object(), &v)?;
                break;
            }
        }
    }
    while let Some(v) = iter::next(&it)? {
        total = number::add(&total, &v)?;
    }
    Ok(total)
}
