//! `complexobject.h`

use object::{Py, PyComplex, PyObject, PyResult, complex, intern};

/// `Py_complex`: passed and returned in two floating-point registers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CComplex {
    pub real: f64,
    pub imag: f64,
}

impl crate::ret::IntoC for CComplex {
    type C = CComplex;
    fn into_c(self) -> CComplex {
        self
    }
}
/// `{-1.0, 0.0}` means an exception.
impl crate::ret::IntoC for PyResult<CComplex> {
    type C = CComplex;
    fn into_c(self) -> CComplex {
        self.unwrap_or(CComplex {
            real: -1.0,
            imag: 0.0,
        })
    }
}

fn c((real, imag): (f64, f64)) -> CComplex {
    CComplex { real, imag }
}
fn pair(v: CComplex) -> (f64, f64) {
    (v.real, v.imag)
}

/// The value of a number: complex, with `__complex__`, or a real one.
pub fn as_complex(o: &PyObject) -> PyResult<CComplex> {
    complex::as_complex(o).map(c)
}

capi! {
    fn PyComplex_FromDoubles(real: f64, imag: f64) -> PyResult<Py<PyComplex>> {
        PyComplex::new(real, imag)
    }
    fn PyComplex_FromCComplex(v: CComplex) -> PyResult<Py<PyComplex>> {
        PyComplex::new(v.real, v.imag)
    }
    fn PyComplex_AsCComplex(o: &PyObject) -> PyResult<CComplex> {
        as_complex(o)
    }
    fn PyComplex_RealAsDouble(o: &PyObject) -> PyResult<f64> {
        match o.downcast::<PyComplex>() {
            Some(v) => Ok(v.value().0),
            None => Ok(as_complex(o)?.real),
        }
    }
    fn PyComplex_ImagAsDouble(o: &PyObject) -> PyResult<f64> {
        match o.downcast::<PyComplex>() {
            Some(v) => Ok(v.value().1),
            None if object::typeobject::lookup(o.ty(), intern!("__complex__")).is_some() => Ok(as_complex(o)?.imag),
            None => Ok(0.0),
        }
    }
    fn _Py_c_sum(a: CComplex, b: CComplex) -> CComplex {
        CComplex { real: a.real + b.real, imag: a.imag + b.imag }
    }
    fn _Py_c_diff(a: CComplex, b: CComplex) -> CComplex {
        CComplex { real: a.real - b.real, imag: a.imag - b.imag }
    }
    fn _Py_c_neg(a: CComplex) -> CComplex {
        CComplex { real: -a.real, imag: -a.imag }
    }
    fn _Py_c_prod(a: CComplex, b: CComplex) -> CComplex {
        c(complex::mul(pair(a), pair(b)))
    }
    /// `errno` is EDOM for a division by zero.
    fn _Py_c_quot(a: CComplex, b: CComplex) -> CComplex {
        match complex::div(pair(a), pair(b)) {
            Some(v) => c(v),
            None => {
                *libc::__errno_location() = libc::EDOM;
                CComplex { real: 0.0, imag: 0.0 }
            }
        }
    }
    /// `errno` is EDOM for zero to a negative or complex power.
    fn _Py_c_pow(a: CComplex, b: CComplex) -> CComplex {
        if b.real == 0.0 && b.imag == 0.0 {
            return CComplex { real: 1.0, imag: 0.0 };
        }
        if a.real == 0.0 && a.imag == 0.0 {
            if b.imag != 0.0 || b.real < 0.0 {
                *libc::__errno_location() = libc::EDOM;
            }
            return CComplex { real: 0.0, imag: 0.0 };
        }
        let (abs, at) = (a.real.hypot(a.imag), a.imag.atan2(a.real));
        let mut len = abs.powf(b.real);
        let mut phase = at * b.real;
        if b.imag != 0.0 {
            len *= (-at * b.imag).exp();
            phase += b.imag * abs.ln();
        }
        CComplex { real: len * phase.cos(), imag: len * phase.sin() }
    }
    /// `errno` is ERANGE where it overflows.
    fn _Py_c_abs(a: CComplex) -> f64 {
        let v = a.real.hypot(a.imag);
        *libc::__errno_location() = if v.is_infinite() && a.real.is_finite() && a.imag.is_finite() { libc::ERANGE } else { 0 };
        v
    }
}
