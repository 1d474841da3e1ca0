//! Arguments of native functions: the vectorcall convention, parsing by a specification with CPython's error
//! texts, and conversions from and to Python values.

use crate::dict::PyDict;
use crate::error::missing_argument;
use crate::handle::{Py, PyClass, PyLayout, PyResult, Raised};
use crate::int::PyInt;
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use std::ffi::c_int;

/// Set in `nargsf` when the word before the arguments may be used by the callee.
pub const PY_VECTORCALL_ARGUMENTS_OFFSET: usize = 1 << 63;

/// `PyVectorcall_NARGS`
#[inline(always)]
pub fn nargs(nargsf: usize) -> usize {
    nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET
}

/// The arguments of one call, lent by the caller: positional ones, then the values of keywords.
#[derive(Clone, Copy)]
pub struct FuncArgs<'a> {
    pub pos: &'a [&'a PyObject],
    pub kwvalues: &'a [&'a PyObject],
    pub kwnames: Option<&'a PyTuple>,
}

/// `*args`: what is left of the positional arguments.
pub type Args<'a> = &'a [&'a PyObject];

/// `**kwargs`
#[derive(Clone, Copy)]
pub struct KwArgs<'a> {
    names: Option<&'a PyTuple>,
    values: &'a [&'a PyObject],
}

impl<'a> KwArgs<'a> {
    pub const EMPTY: KwArgs<'static> = KwArgs {
        names: None,
        values: &[],
    };

    pub fn len(&self) -> usize {
        self.values.len()
    }
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
    pub fn iter(&self) -> impl Iterator<Item = (&'a PyObject, &'a PyObject)> + use<'a> {
        let names: &'a [Py] = match self.names {
            Some(t) => t.as_slice(),
            None => &[],
        };
        let values = self.values;
        names.iter().map(|n| n.get()).zip(values.iter().copied())
    }
    pub fn get(&self, name: &str) -> Option<&'a PyObject> {
        self.iter()
            .find(|(n, _)| n.downcast::<PyStr>().is_some_and(|n| n.eq_str(name)))
            .map(|(_, v)| v)
    }
    /// As a new dict.
    pub fn to_dict(&self) -> PyResult<Py<PyDict>> {
        let dict = PyDict::new()?;
        for (name, value) in self.iter() {
            dict.set_item(name, value)?;
        }
        Ok(dict)
    }
}

impl<'a> FuncArgs<'a> {
    pub const EMPTY: FuncArgs<'static> = FuncArgs {
        pos: &[],
        kwvalues: &[],
        kwnames: None,
    };

    /// # Safety
    /// `args` has `n` live objects and then as many as `names` has, all kept alive by the caller for `'a`.
    #[inline(always)]
    pub unsafe fn from_raw(args: *const *mut PyObject, n: usize, names: Option<&'a PyTuple>) -> FuncArgs<'a> {
        let k = names.map_or(0, |t| t.len());
        if n + k == 0 {
            return FuncArgs {
                pos: &[],
                kwvalues: &[],
                kwnames: names,
            };
        }
        // SAFETY: the caller's promise; a `&PyObject` is a non-null pointer.
        unsafe {
            let all = args as *const &'a PyObject;
            FuncArgs {
                pos: std::slice::from_raw_parts(all, n),
                kwvalues: std::slice::from_raw_parts(all.add(n), k),
                kwnames: names,
            }
        }
    }

    pub fn positional(pos: &'a [&'a PyObject]) -> FuncArgs<'a> {
        FuncArgs {
            pos,
            kwvalues: &[],
            kwnames: None,
        }
    }

    /// From the arguments of `tp_call`. `holder` keeps the keywords alive.
    pub fn from_tuple_dict(
        args: &'a PyTuple,
        kwargs: Option<&PyDict>,
        holder: &'a mut Vec<Py>,
    ) -> PyResult<FuncArgs<'a>> {
        let pos = py_slice(args.as_slice());
        let Some(kwargs) = kwargs.filter(|k| !k.is_empty()) else {
            return Ok(FuncArgs {
                pos,
                kwvalues: &[],
                kwnames: None,
            });
        };
        let items = kwargs.items_vec();
        let mut names = Vec::with_capacity(items.len());
        let mut values = Vec::with_capacity(items.len() + 1);
        for (name, value) in items {
            if !PyStr::check(&name) {
                return raise!(TypeError, "keywords must be strings");
            }
            names.push(name);
            values.push(value);
        }
        let names = PyTuple::from_vec(names)?;
        values.push(names.into_object());
        *holder = values;
        let (names, values) = match holder.split_last() {
            Some((names, values)) => (names, values),
            None => {
                return Ok(FuncArgs {
                    pos,
                    kwvalues: &[],
                    kwnames: None,
                });
            }
        };
        // SAFETY: it was made as a tuple just above.
        let kwnames = Some(unsafe { names.get().downcast_unchecked::<PyTuple>() });
        Ok(FuncArgs {
            pos,
            kwvalues: py_slice(values),
            kwnames,
        })
    }

    #[inline]
    pub fn rest(&self, from: usize) -> Args<'a> {
        self.pos.get(from..).unwrap_or(&[])
    }
    #[inline]
    pub fn keywords(&self) -> KwArgs<'a> {
        KwArgs {
            names: self.kwnames,
            values: self.kwvalues,
        }
    }
    /// `TypeError: NAME() takes no keyword arguments`
    pub fn no_keywords(&self, fname: &str) -> PyResult<()> {
        if self.kwvalues.is_empty() {
            Ok(())
        } else {
            raise!(TypeError, "{fname}() takes no keyword arguments")
        }
    }
    /// `_PyArg_CheckPositional`
    pub fn check_positional(&self, fname: &str, min: usize, max: usize) -> PyResult<()> {
        check_positional(fname, self.pos.len(), min, max)
    }
    /// The positional arguments as a tuple.
    pub fn to_tuple(&self) -> PyResult<Py<PyTuple>> {
        PyTuple::from_refs(self.pos)
    }
}

/// Owned references seen as borrowed ones.
#[inline(always)]
pub fn py_slice<'a>(items: &'a [Py]) -> &'a [&'a PyObject] {
    // SAFETY: `Py` and `&PyObject` are both one non-null pointer to a live object.
    unsafe { std::slice::from_raw_parts(items.as_ptr() as *const &'a PyObject, items.len()) }
}

/// `_PyArg_CheckPositional`: "NAME expected at most 2 arguments, got 3"
pub fn check_positional(fname: &str, got: usize, min: usize, max: usize) -> PyResult<()> {
    let (word, n) = if got < min {
        (if min == max { "" } else { "at least " }, min)
    } else if got > max {
        (if min == max { "" } else { "at most " }, max)
    } else {
        return Ok(());
    };
    raise!(
        TypeError,
        "{fname} expected {word}{n} argument{}, got {got}",
        if n == 1 { "" } else { "s" }
    )
}

/// What the parameters of a function are.
pub struct ArgSpec {
    pub fname: &'static str,
    /// Names, in order: positional-only (empty), positional or keyword, keyword-only.
    pub names: &'static [&'static str],
    pub required: &'static [bool],
    pub pos_only: usize,
    pub pos: usize,
    pub min_pos: usize,
    pub varargs: bool,
    pub varkw: bool,
}

impl ArgSpec {
    /// The same under another function name (constructors are named after their class).
    #[inline(always)]
    pub fn named(&self, fname: &'static str) -> ArgSpec {
        ArgSpec { fname, ..*self }
    }

    /// Sorts the arguments into `buf`, one place a parameter.
    #[inline]
    pub fn parse<'a>(&self, all: &FuncArgs<'a>, buf: &mut [Option<&'a PyObject>]) -> PyResult<()> {
        let n = all.pos.len();
        if all.kwvalues.is_empty() && n >= self.min_pos && (n <= self.pos || self.varargs) {
            for (place, arg) in buf.iter_mut().zip(&all.pos[..n.min(self.pos)]) {
                *place = Some(arg);
            }
            if self.pos == self.names.len() || !self.required[self.pos..].contains(&true) {
                return Ok(());
            }
        }
        self.parse_slow(all, buf)
    }

    #[cold]
    fn parse_slow<'a>(&self, all: &FuncArgs<'a>, buf: &mut [Option<&'a PyObject>]) -> PyResult<()> {
        let (fname, n, k) = (self.fname, all.pos.len(), all.kwvalues.len());
        let total = self.names.len();
        if total == 0 && n > 0 && !self.varargs {
            return raise!(TypeError, "{fname}() takes no positional arguments");
        }
        if self.pos_only == total && !self.varkw {
            if k != 0 {
                return raise!(TypeError, "{fname}() takes no keyword arguments");
            }
            let max = if self.varargs { usize::MAX } else { self.pos };
            check_positional(fname, n, self.min_pos, max)?;
        }
        if !self.varargs && !self.varkw && n + k > total {
            let plural = if total == 1 { "" } else { "s" };
            let what = if n == 0 { "keyword " } else { "" };
            return raise!(
                TypeError,
                "{fname}() takes at most {total} {what}argument{plural} ({} given)",
                n + k
            );
        }
        if n > self.pos && !self.varargs {
            if self.pos == 0 {
                return raise!(TypeError, "{fname}() takes no positional arguments");
            }
            let most = if self.min_pos < self.pos {
                "at most"
            } else {
                "exactly"
            };
            let plural = if self.pos == 1 { "" } else { "s" };
            return raise!(
                TypeError,
                "{fname}() takes {most} {} positional argument{plural} ({n} given)",
                self.pos
            );
        }
        let only_min = self.required[..self.pos_only].iter().filter(|r| **r).count();
        if n < only_min {
            let least = if only_min < self.pos {
                "at least"
            } else {
                "exactly"
            };
            let plural = if only_min == 1 { "" } else { "s" };
            return raise!(
                TypeError,
                "{fname}() takes {least} {only_min} positional argument{plural} ({n} given)"
            );
        }
        for (place, arg) in buf.iter_mut().zip(&all.pos[..n.min(self.pos)]) {
            *place = Some(arg);
        }
        // What is wrong with a keyword is said after what is missing.
        let mut wrong: Option<(&PyStr, Option<usize>)> = None;
        for (name, value) in all.keywords().iter() {
            let Some(name) = name.downcast::<PyStr>() else {
                return raise!(TypeError, "keywords must be strings");
            };
            let found = (self.pos_only..total).find(|&i| name.eq_str(self.names[i]));
            match found {
                Some(i) if i < self.pos && i < n => {
                    if !matches!(wrong, Some((_, Some(_)))) {
                        wrong = Some((name, Some(i)));
                    }
                }
                Some(i) => buf[i] = Some(value),
                None if self.varkw => {}
                None => wrong = wrong.or(Some((name, None))),
            }
        }
        for (i, (place, required)) in buf.iter().zip(self.required).enumerate() {
            if *required && place.is_none() {
                return if i < self.pos {
                    raise!(
                        TypeError,
                        "{fname}() missing required argument '{}' (pos {})",
                        self.names[i],
                        i + 1
                    )
                } else {
                    raise!(
                        TypeError,
                        "{fname}() missing required keyword-only argument: '{}'",
                        self.names[i]
                    )
                };
            }
        }
        match wrong {
            None => Ok(()),
            Some((_, Some(i))) => raise!(
                TypeError,
                "argument for {fname}() given by name ('{}') and position ({})",
                self.names[i],
                i + 1
            ),
            Some((name, None)) => {
                let names = self.names[self.pos_only..]
                    .iter()
                    .map(|n| crate::PyStr::new(n).map(crate::Py::into_object))
                    .collect::<PyResult<Vec<_>>>()?;
                let near =
                    crate::suggest::suggest(&names, &crate::PyStr::new(&name.to_string())?.into_object());
                match near {
                    Some(near) => raise!(
                        TypeError,
                        "{fname}() got an unexpected keyword argument '{name}'. Did you mean '{}'?",
                        near.str()?
                    ),
                    None => raise!(TypeError, "{fname}() got an unexpected keyword argument '{name}'"),
                }
            }
        }
    }
}

/// Which argument of which function is converted, for error texts.
#[derive(Clone, Copy)]
pub struct ArgContext {
    pub fname: &'static str,
    pub place: Place,
}

#[derive(Clone, Copy)]
pub enum Place {
    /// The only argument.
    Only,
    /// 1-based.
    Position(usize),
    Named(&'static str),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Only => f.write_str("argument"),
            Place::Position(n) => write!(f, "argument {n}"),
            Place::Named(name) => write!(f, "argument '{name}'"),
        }
    }
}

impl ArgContext {
    /// `_PyArg_BadArgument`
    #[cold]
    pub fn bad<T>(&self, expected: &str, got: &PyObject) -> PyResult<T> {
        let got = if crate::is_none(got) {
            "None"
        } else {
            got.ty().full_name()
        };
        raise!(
            TypeError,
            "{}() {} must be {expected}, not {got}",
            self.fname,
            self.place
        )
    }
}

/// Conversion of an argument. `Option<T>` parameters are not conversions: they are arguments that may be missing.
pub trait FromArg<'a>: Sized {
    fn from_arg(obj: &'a PyObject, ctx: ArgContext) -> PyResult<Self>;

    /// The same, for an argument that may also be `None` (which this is not): the error says so.
    fn from_arg_or_none(obj: &'a PyObject, ctx: ArgContext) -> PyResult<Self> {
        Self::from_arg(obj, ctx)
    }
}

impl<'a> FromArg<'a> for &'a PyObject {
    #[inline(always)]
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        Ok(obj)
    }
}

impl<'a> FromArg<'a> for Py {
    #[inline(always)]
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        Ok(obj.new_ref())
    }
}

impl<'a, T: PyClass> FromArg<'a> for &'a T {
    #[inline]
    fn from_arg(obj: &'a PyObject, ctx: ArgContext) -> PyResult<Self> {
        match obj.downcast::<T>() {
            Some(t) => Ok(t),
            None => ctx.bad(T::NAME, obj),
        }
    }

    fn from_arg_or_none(obj: &'a PyObject, ctx: ArgContext) -> PyResult<Self> {
        match obj.downcast::<T>() {
            Some(t) => Ok(t),
            None => ctx.bad(&format!("{} or None", T::NAME), obj),
        }
    }
}

/// `None` given explicitly is `OrNone(None)`.
pub struct OrNone<T>(pub Option<T>);

impl<'a, T: FromArg<'a>> FromArg<'a> for OrNone<T> {
    fn from_arg(obj: &'a PyObject, ctx: ArgContext) -> PyResult<Self> {
        if crate::is_none(obj) {
            Ok(OrNone(None))
        } else {
            Ok(OrNone(Some(T::from_arg_or_none(obj, ctx)?)))
        }
    }
}

impl<'a> FromArg<'a> for bool {
    #[inline]
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        obj.is_true()
    }
}

impl<'a> FromArg<'a> for f64 {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        crate::float::as_f64(obj)
    }
}

impl<'a> FromArg<'a> for isize {
    #[inline]
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        crate::number::as_ssize_t(obj)
    }
}

macro_rules! int_arg {
    ($($t:ty => $cname:literal),*) => {$(
        impl<'a> FromArg<'a> for $t {
            fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
                let value = crate::number::index(obj)?;
                match value.to_i128().and_then(|v| <$t>::try_from(v).ok()) {
                    Some(v) => Ok(v),
                    None => int_range_error(&value, <$t>::MIN == 0, $cname),
                }
            }
        }
    )*};
}
int_arg!(i32 => "int", u32 => "unsigned int", i64 => "long", u64 => "unsigned long", u8 => "unsigned char", u16 => "unsigned short", usize => "size_t");

#[cold]
fn int_range_error<T>(value: &PyInt, unsigned: bool, cname: &str) -> PyResult<T> {
    if unsigned && value.is_negative() {
        raise!(ValueError, "value must be positive")
    } else {
        raise!(OverflowError, "Python int too large to convert to C {cname}")
    }
}

/// Conversion of a result to a Python object.
pub trait IntoPy {
    fn into_py(self) -> PyResult;
}

impl<T: PyLayout> IntoPy for Py<T> {
    #[inline(always)]
    fn into_py(self) -> PyResult {
        Ok(self.into_object())
    }
}
impl IntoPy for &PyObject {
    #[inline]
    fn into_py(self) -> PyResult {
        Ok(self.new_ref())
    }
}
impl IntoPy for () {
    #[inline(always)]
    fn into_py(self) -> PyResult {
        Ok(crate::none())
    }
}
impl IntoPy for bool {
    #[inline(always)]
    fn into_py(self) -> PyResult {
        Ok(crate::bool::py_bool(self))
    }
}
impl IntoPy for f64 {
    #[inline]
    fn into_py(self) -> PyResult {
        crate::float::PyFloat::new(self).map(Py::into_object)
    }
}
impl IntoPy for &str {
    fn into_py(self) -> PyResult {
        PyStr::new(self).map(Py::into_object)
    }
}
impl IntoPy for String {
    fn into_py(self) -> PyResult {
        PyStr::new(&self).map(Py::into_object)
    }
}
impl<T: IntoPy> IntoPy for Option<T> {
    fn into_py(self) -> PyResult {
        match self {
            Some(v) => v.into_py(),
            None => Ok(crate::none()),
        }
    }
}
macro_rules! int_into {
    ($($t:ty),*) => {$(
        impl IntoPy for $t {
            #[inline]
            fn into_py(self) -> PyResult {
                PyInt::from_i128(self as i128).map(Py::into_object)
            }
        }
    )*};
}
int_into!(i8, u8, i16, u16, i32, u32, u64, usize);
impl IntoPy for i64 {
    #[inline]
    fn into_py(self) -> PyResult {
        PyInt::from_i64(self).map(Py::into_object)
    }
}
impl IntoPy for isize {
    #[inline]
    fn into_py(self) -> PyResult {
        PyInt::from_i64(self as i64).map(Py::into_object)
    }
}
impl<A: IntoPy, B: IntoPy> IntoPy for (A, B) {
    fn into_py(self) -> PyResult {
        PyTuple::from_vec(vec![self.0.into_py()?, self.1.into_py()?]).map(Py::into_object)
    }
}
impl<A: IntoPy, B: IntoPy, C: IntoPy> IntoPy for (A, B, C) {
    fn into_py(self) -> PyResult {
        PyTuple::from_vec(vec![self.0.into_py()?, self.1.into_py()?, self.2.into_py()?]).map(Py::into_object)
    }
}

/// What a method may return.
pub trait IntoPyResult {
    fn into_py_result(self) -> PyResult;
}
impl<T: IntoPy> IntoPyResult for PyResult<T> {
    #[inline(always)]
    fn into_py_result(self) -> PyResult {
        self?.into_py()
    }
}
impl<T: IntoPy> IntoPyResult for T {
    #[inline(always)]
    fn into_py_result(self) -> PyResult {
        self.into_py()
    }
}

// ---- the adapters of slots whose C type is not "object or NULL with an exception" ----

/// 0, or -1 with an exception.
#[inline(always)]
pub fn status(result: PyResult<()>) -> c_int {
    match result {
        Ok(()) => 0,
        Err(Raised) => -1,
    }
}

/// What C's status says.
#[inline(always)]
pub fn from_status(status: c_int) -> PyResult<()> {
    if status < 0 { Err(Raised) } else { Ok(()) }
}

/// 0 or 1, or -1 with an exception.
#[inline(always)]
pub fn truth(result: PyResult<bool>) -> c_int {
    match result {
        Ok(v) => v as c_int,
        Err(Raised) => -1,
    }
}

/// What C's truth value says.
#[inline(always)]
pub fn from_truth(status: c_int) -> PyResult<bool> {
    if status < 0 { Err(Raised) } else { Ok(status != 0) }
}

/// A length, or -1 with an exception.
#[inline(always)]
pub fn length(result: PyResult<usize>) -> isize {
    match result {
        Ok(v) => v as isize,
        Err(Raised) => -1,
    }
}

/// A hash, never -1 but for an exception.
#[inline(always)]
pub fn hash_value(result: PyResult<isize>) -> isize {
    match result {
        Ok(-1) => -2,
        Ok(v) => v,
        Err(Raised) => -1,
    }
}

/// The next value; null without an exception at the end, null with one for an error.
#[inline(always)]
pub fn next_value(result: PyResult<Option<Py>>) -> Option<Py> {
    result.unwrap_or(None)
}

/// The outcome of `am_send`.
pub enum SendResult {
    /// A value was yielded.
    Next(Py),
    /// The generator has returned.
    Return(Py),
}

/// # Safety
/// `out` is a place for a pointer.
pub unsafe fn send_status(result: PyResult<SendResult>, out: *mut *mut PyObject) -> c_int {
    let (code, value) = match result {
        Ok(SendResult::Return(v)) => (0, v.into_ptr()),
        Ok(SendResult::Next(v)) => (1, v.into_ptr()),
        Err(Raised) => (-1, std::ptr::null_mut()),
    };
    // SAFETY: the caller's promise.
    unsafe { *out = value };
    code
}

/// For the macro: an argument the parser let through missing.
pub fn unreachable_missing() -> Raised {
    match missing_argument::<()>() {
        Err(r) => r,
        Ok(()) => Raised,
    }
}
