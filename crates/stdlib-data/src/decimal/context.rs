//! `decimal.Context` and `decimal.ContextManager`, and the current context.

use super::number::PyDecimal;
use super::signals::{SignalDict, class_list, dict_argument, flags_argument, names, raise_conditions};
use super::state;
use crate::datetime::support::parse_arguments;
use ::decimal::context::{MAX_EMAX, MAX_PREC, MIN_EMIN};
use ::decimal::{Context, Number, Rounding, Status};
use object::args::FuncArgs;
use object::{
    Field, GilCell, Py, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple, PyTypeObject,
    is_none, new_instance, pyclass, pymethods, raise,
};
use std::cell::Cell;
use std::rc::Rc;

/// The rounding modes by name, in the order of [`Rounding`].
pub const ROUNDINGS: [(&str, Rounding); 8] = [
    ("ROUND_UP", Rounding::Up),
    ("ROUND_DOWN", Rounding::Down),
    ("ROUND_CEILING", Rounding::Ceiling),
    ("ROUND_FLOOR", Rounding::Floor),
    ("ROUND_HALF_UP", Rounding::HalfUp),
    ("ROUND_HALF_DOWN", Rounding::HalfDown),
    ("ROUND_HALF_EVEN", Rounding::HalfEven),
    ("ROUND_05UP", Rounding::ZeroFiveUp),
];

/// The traps of a new context.
const DEFAULT_TRAPS: u32 = Status::ANY_INVALID.0 | Status::DIVISION_BY_ZERO.0 | Status::OVERFLOW.0;

/// `decimal.Context`
#[pyclass(name = "decimal.Context", flags(BASETYPE))]
#[repr(C)]
pub struct PyContext {
    ob_base: PyObject,
    context: GilCell<Context>,
    capitals: GilCell<bool>,
    /// Shared with the signal dicts that view them.
    flags: Rc<Cell<u32>>,
    traps: Rc<Cell<u32>>,
}

/// A rounding mode by its name.
pub fn rounding_argument(obj: &PyObject) -> PyResult<Rounding> {
    let found = obj
        .downcast::<PyStr>()
        .and_then(|name| ROUNDINGS.iter().find(|(known, _)| name.eq_str(known)));
    match found {
        Some((_, rounding)) => Ok(*rounding),
        None => raise!(
            TypeError,
            "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, \
             ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]"
        ),
    }
}

fn rounding_name(rounding: Rounding) -> &'static str {
    ROUNDINGS[rounding as usize].0
}

/// An int attribute of a context.
fn int_value(obj: &PyObject) -> PyResult<i64> {
    let Some(value) = obj.downcast::<PyInt>() else {
        return raise!(TypeError, "an integer is required");
    };
    match value.to_i64() {
        Some(value) => Ok(value),
        None => raise!(OverflowError, "Python int too large to convert to C ssize_t"),
    }
}

fn deleted<T>() -> PyResult<T> {
    raise!(AttributeError, "context attributes cannot be deleted")
}

/// What a template context is: precision, rounding, traps.
pub struct Template {
    pub prec: i64,
    pub rounding: Rounding,
    pub traps: u32,
}

impl PyContext {
    /// A new context with the default range.
    pub fn make(template: &Template) -> PyResult<Py<PyContext>> {
        let context = Context {
            prec: template.prec,
            emax: 999_999,
            emin: -999_999,
            rounding: template.rounding,
            clamp: false,
        };
        Self::of(PyContext::type_object(), context, true, 0, template.traps)
    }

    fn of(
        cls: &PyTypeObject,
        context: Context,
        capitals: bool,
        flags: u32,
        traps: u32,
    ) -> PyResult<Py<PyContext>> {
        let (flags, traps) = (Rc::new(Cell::new(flags)), Rc::new(Cell::new(traps)));
        new_instance(cls, |this: *mut PyContext| {
            // SAFETY: fresh memory of the type's size; every field is written before it is read.
            unsafe {
                (*this).context.set(context);
                (*this).capitals.set(capitals);
                (&raw mut (*this).flags).write(flags);
                (&raw mut (*this).traps).write(traps);
            }
        })
    }

    /// The context as `decimal`'s `DefaultContext` template makes it.
    pub fn default_context() -> PyResult<Py<PyContext>> {
        Self::make(&Template {
            prec: 28,
            rounding: Rounding::HalfEven,
            traps: DEFAULT_TRAPS,
        })
    }

    /// The arithmetic context.
    pub fn arithmetic(&self) -> Context {
        self.context.get()
    }

    pub fn capitals(&self) -> bool {
        self.capitals.get()
    }

    /// A new context with the same settings and the same flags.
    pub fn copied(&self) -> PyResult<Py<PyContext>> {
        Self::of(
            PyContext::type_object(),
            self.arithmetic(),
            self.capitals(),
            self.flags.get(),
            self.traps.get(),
        )
    }

    /// A copy without flags.
    pub fn fresh(&self) -> PyResult<Py<PyContext>> {
        let copy = self.copied()?;
        copy.flags.set(0);
        Ok(copy)
    }

    /// Records conditions, and raises the trapped ones.
    #[inline]
    pub fn report(&self, status: Status) -> PyResult<()> {
        if status.0 == 0 {
            return Ok(());
        }
        if status.has(Status::MALLOC_ERROR) {
            return object::error::no_memory();
        }
        self.flags.set(self.flags.get() | status.0);
        let trapped = status.0 & self.traps.get();
        if trapped != 0 {
            raise_conditions(Status(trapped))
        } else {
            Ok(())
        }
    }

    /// Sets a flag without regard to traps.
    pub fn note(&self, status: Status) {
        self.flags.set(self.flags.get() | status.0);
    }

    /// The result of an operation that reports conditions.
    #[inline]
    pub fn run(&self, operation: impl FnOnce(&Context, &mut Status) -> Number) -> PyResult<Py<PyDecimal>> {
        let mut status = Status::default();
        let result = operation(&self.arithmetic(), &mut status);
        self.report(status)?;
        PyDecimal::of(result)
    }

    fn set_context(&self, change: impl FnOnce(&mut Context)) {
        let mut context = self.arithmetic();
        change(&mut context);
        self.context.set(context);
    }

    fn set_prec_value(&self, value: &PyObject) -> PyResult<()> {
        let value = int_value(value)?;
        if !(1..=MAX_PREC).contains(&value) {
            return raise!(ValueError, "valid range for prec is [1, MAX_PREC]");
        }
        self.set_context(|c| c.prec = value);
        Ok(())
    }

    fn set_emin_value(&self, value: &PyObject) -> PyResult<()> {
        let value = int_value(value)?;
        if !(MIN_EMIN..=0).contains(&value) {
            return raise!(ValueError, "valid range for Emin is [MIN_EMIN, 0]");
        }
        self.set_context(|c| c.emin = value);
        Ok(())
    }

    fn set_emax_value(&self, value: &PyObject) -> PyResult<()> {
        let value = int_value(value)?;
        if !(0..=MAX_EMAX).contains(&value) {
            return raise!(ValueError, "valid range for Emax is [0, MAX_EMAX]");
        }
        self.set_context(|c| c.emax = value);
        Ok(())
    }

    fn set_rounding_value(&self, value: &PyObject) -> PyResult<()> {
        let rounding = rounding_argument(value)?;
        self.set_context(|c| c.rounding = rounding);
        Ok(())
    }

    fn zero_or_one(value: &PyObject, name: &str) -> PyResult<bool> {
        match int_value(value)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => raise!(ValueError, "valid values for {name} are 0 or 1"),
        }
    }

    fn set_capitals_value(&self, value: &PyObject) -> PyResult<()> {
        self.capitals.set(Self::zero_or_one(value, "capitals")?);
        Ok(())
    }

    fn set_clamp_value(&self, value: &PyObject) -> PyResult<()> {
        let clamp = Self::zero_or_one(value, "clamp")?;
        self.set_context(|c| c.clamp = clamp);
        Ok(())
    }

    /// Sets what is given of the arguments that contexts are made with.
    pub fn configure(&self, given: [Option<&PyObject>; 8]) -> PyResult<()> {
        let [prec, rounding, emin, emax, capitals, clamp, flags, traps] =
            given.map(|value| value.filter(|value| !is_none(value)));
        prec.map_or(Ok(()), |value| self.set_prec_value(value))?;
        rounding.map_or(Ok(()), |value| self.set_rounding_value(value))?;
        emin.map_or(Ok(()), |value| self.set_emin_value(value))?;
        emax.map_or(Ok(()), |value| self.set_emax_value(value))?;
        capitals.map_or(Ok(()), |value| self.set_capitals_value(value))?;
        clamp.map_or(Ok(()), |value| self.set_clamp_value(value))?;
        if let Some(traps) = traps {
            self.traps.set(flags_argument(traps)?);
        }
        if let Some(flags) = flags {
            self.flags.set(flags_argument(flags)?);
        }
        Ok(())
    }
}

pub const ARGUMENTS: [&str; 8] = [
    "prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps",
];

/// The current context.
pub fn current() -> PyResult<Py<PyContext>> {
    let state = state()?;
    let found = object::call::call(&state.get_variable, &[object::singletons::none_ref()])?;
    if let Ok(context) = found.downcast_into::<PyContext>() {
        return Ok(context);
    }
    let context = state.default_context()?.fresh()?;
    object::call::call(&state.set_variable, &[context.as_object()])?;
    Ok(context)
}

/// Makes a context the current one; the templates are copied.
pub fn set_current(context: &PyContext) -> PyResult<()> {
    let state = state()?;
    let copy;
    let context = if state.is_template(context) {
        copy = context.fresh()?;
        &*copy
    } else {
        context
    };
    object::call::call(&state.set_variable, &[context.as_object()]).map(drop)
}

/// An optional context argument: the current one by default.
pub fn context_argument(arg: Option<&PyObject>) -> PyResult<Py<PyContext>> {
    match arg.filter(|arg| !is_none(arg)) {
        None => current(),
        Some(arg) => match arg.downcast::<PyContext>() {
            Some(context) => Ok(context.new_ref()),
            None => raise!(TypeError, "optional argument must be a context"),
        },
    }
}

#[pymethods(
    extend(operations),
    signature = "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)"
)]
impl PyContext {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py> {
        let context = Context {
            prec: 28,
            emax: 999_999,
            emin: -999_999,
            rounding: Rounding::HalfEven,
            clamp: false,
        };
        match super::try_state().and_then(|state| state.default_context().ok()) {
            // New contexts are copies of `DefaultContext`, which programs may change.
            Some(default) => PyContext::of(
                cls,
                default.arithmetic(),
                default.capitals(),
                0,
                default.traps.get(),
            )
            .map(Py::into_object),
            None => PyContext::of(cls, context, true, 0, DEFAULT_TRAPS).map(Py::into_object),
        }
    }

    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        self.configure(parse_arguments(None, ARGUMENTS, 0, 8, &all)?)
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let c = self.arithmetic();
        PyStr::new(&format!(
            "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags={}, traps={})",
            c.prec,
            rounding_name(c.rounding),
            c.emin,
            c.emax,
            u8::from(self.capitals()),
            u8::from(c.clamp),
            names(self.flags.get()),
            names(self.traps.get())
        ))
    }

    // Attributes are looked up generically; but an unknown one is reported without a word on `__dict__`.
    #[slot]
    fn tp_getattro(&self, name: &PyObject) -> PyResult {
        // SAFETY: the generic function takes any object and name.
        unsafe { object::typeobject::generic_getattr(self.as_object(), name) }
    }

    #[getter]
    fn prec(&self) -> i64 {
        self.arithmetic().prec
    }
    #[setter(prec)]
    fn set_prec(&self, value: Option<&PyObject>) -> PyResult<()> {
        value.map_or_else(deleted, |value| self.set_prec_value(value))
    }
    #[getter(name = "Emax")]
    fn emax(&self) -> i64 {
        self.arithmetic().emax
    }
    #[setter(Emax)]
    fn set_emax(&self, value: Option<&PyObject>) -> PyResult<()> {
        value.map_or_else(deleted, |value| self.set_emax_value(value))
    }
    #[getter(name = "Emin")]
    fn emin(&self) -> i64 {
        self.arithmetic().emin
    }
    #[setter(Emin)]
    fn set_emin(&self, value: Option<&PyObject>) -> PyResult<()> {
        value.map_or_else(deleted, |value| self.set_emin_value(value))
    }
    #[getter]
    fn rounding(&self) -> &'static str {
        rounding_name(self.arithmetic().rounding)
    }
    #[setter(rounding)]
    fn set_rounding(&self, value: Option<&PyObject>) -> PyResult<()> {
        value.map_or_else(deleted, |value| self.set_rounding_value(value))
    }
    #[getter(name = "capitals")]
    fn get_capitals(&self) -> i32 {
        i32::from(self.capitals())
    }
    #[setter(capitals)]
    fn set_capitals(&self, value: Option<&PyObject>) -> PyResult<()> {
        value.map_or_else(deleted, |value| self.set_capitals_value(value))
    }
    #[getter]
    fn clamp(&self) -> i32 {
        i32::from(self.arithmetic().clamp)
    }
    #[setter(clamp)]
    fn set_clamp(&self, value: Option<&PyObject>) -> PyResult<()> {
        value.map_or_else(deleted, |value| self.set_clamp_value(value))
    }
    #[getter]
    fn flags(&self) -> PyResult<Py> {
        SignalDict::of(&self.flags)
    }
    #[setter(flags)]
    fn set_flags(&self, value: Option<&PyObject>) -> PyResult<()> {
        let Some(value) = value else { return deleted() };
        self.flags.set(dict_argument(value)?);
        Ok(())
    }
    #[getter(name = "traps")]
    fn get_traps(&self) -> PyResult<Py> {
        SignalDict::of(&self.traps)
    }
    #[setter(traps)]
    fn set_traps(&self, value: Option<&PyObject>) -> PyResult<()> {
        let Some(value) = value else { return deleted() };
        self.traps.set(dict_argument(value)?);
        Ok(())
    }

    #[method("($self, /)")]
    fn clear_flags(&self) {
        self.flags.set(0);
    }
    #[method("($self, /)")]
    fn clear_traps(&self) {
        self.traps.set(0);
    }
    #[method("($self, /)")]
    fn copy(&self) -> PyResult<Py<PyContext>> {
        self.copied()
    }
    #[method("($self, /)")]
    fn __copy__(&self) -> PyResult<Py<PyContext>> {
        self.copied()
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<Py> {
        use object::IntoPy;
        let c = self.arithmetic();
        let args = PyTuple::from_vec(vec![
            c.prec.into_py()?,
            rounding_name(c.rounding).into_py()?,
            c.emin.into_py()?,
            c.emax.into_py()?,
            i32::from(self.capitals()).into_py()?,
            i32::from(c.clamp).into_py()?,
            class_list(self.flags.get())?.into_object(),
            class_list(self.traps.get())?.into_object(),
        ])?;
        (object::class::type_ref(self.as_object().ty()), args).into_py()
    }
    #[method("($self, /)", name = "Etiny")]
    fn etiny(&self) -> i64 {
        self.arithmetic().etiny()
    }
    #[method("($self, /)", name = "Etop")]
    fn etop(&self) -> i64 {
        self.arithmetic().etop()
    }
}

/// `decimal.ContextManager`
#[pyclass(name = "decimal.ContextManager")]
#[repr(C)]
pub struct PyContextManager {
    ob_base: PyObject,
    local: Field<PyContext>,
    global: Field<PyContext>,
}

impl PyContextManager {
    /// A manager that will make `local` current.
    pub fn make(local: Py<PyContext>, global: Py<PyContext>) -> PyResult<Py<PyContextManager>> {
        new_instance(PyContextManager::type_object(), |this: *mut PyContextManager| {
            // SAFETY: fresh, zeroed memory of the type's size; zero is an empty field.
            unsafe {
                (*this).local.set(Some(local));
                (*this).global.set(Some(global));
            }
        })
    }
}

#[pymethods]
impl PyContextManager {
    #[method("($self, /)")]
    fn __enter__(&self) -> PyResult<Option<Py<PyContext>>> {
        if let Some(local) = self.local.get() {
            set_current(&local)?;
        }
        Ok(self.local.get())
    }
    #[method("($self, *args)", nosig, raw)]
    fn __exit__(&self, _all: FuncArgs) -> PyResult<()> {
        match self.global.get() {
            Some(global) => set_current(&global),
            None => Ok(()),
        }
    }
}

impl PyContext {
    /// The range of an IEEE interchange format with this largest exponent.
    pub fn set_ieee(&self, emax: i64) {
        self.set_context(|c| {
            c.emax = emax;
            c.emin = 1 - emax;
            c.clamp = true;
        });
    }
}
