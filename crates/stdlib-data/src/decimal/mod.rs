//! `_decimal`: decimal floating-point numbers over the crate `decimal`.

mod context;
mod format;
mod methods;
mod number;
mod operations;
mod signals;

use crate::datetime::support::parse_arguments;
use ::decimal::context::{MAX_EMAX, MAX_PREC, MIN_EMIN, MIN_ETINY};
use ::decimal::{Rounding, Status};
use context::{ARGUMENTS, PyContext, PyContextManager, ROUNDINGS, Template};
use number::PyDecimal;
use object::args::FuncArgs;
use object::{
    GilCell, Py, PyClass, PyDict, PyLayout, PyModule, PyObject, PyResult, PyStr, PyTuple, PyTypeObject,
    is_none, pymodule, raise,
};
use signals::{CONDITIONS, SIGNALS, SignalDict};

/// What the module's types need of each other and of other modules.
struct State {
    /// The exception classes of [`SIGNALS`].
    signals: Vec<Py>,
    /// The exception classes of [`CONDITIONS`].
    conditions: Vec<Py>,
    signal_dict: Py,
    decimal_tuple: Py,
    rational: Py,
    get_variable: Py,
    set_variable: Py,
    /// `DefaultContext`, `BasicContext`, `ExtendedContext`
    templates: Vec<Py>,
}

static STATE: GilCell<Option<&'static State>> = GilCell::new(None);

fn try_state() -> Option<&'static State> {
    STATE.get()
}

fn state() -> PyResult<&'static State> {
    match STATE.get() {
        Some(state) => Ok(state),
        None => raise!(RuntimeError, "the module _decimal is not initialized"),
    }
}

impl State {
    fn default_context(&self) -> PyResult<Py<PyContext>> {
        match self
            .templates
            .first()
            .and_then(|context| context.downcast::<PyContext>())
        {
            Some(context) => Ok(context.new_ref()),
            None => PyContext::default_context(),
        }
    }

    fn is_template(&self, context: &PyContext) -> bool {
        self.templates.iter().any(|template| template.is(context))
    }
}

/// A class made by calling `type` (or another metaclass).
fn make_class(metaclass: &PyObject, name: &str, bases: Vec<Py>) -> PyResult {
    let namespace = PyDict::new()?;
    namespace.set_item(object::intern!("__module__"), &*PyStr::new("decimal")?)?;
    let (name, bases) = (PyStr::new(name)?, PyTuple::from_vec(bases)?);
    object::call::call(
        metaclass,
        &[name.as_object(), bases.as_object(), namespace.as_object()],
    )
}

fn class_of<T: PyClass>() -> Py {
    object::class::type_ref(T::type_object())
}

/// The exception classes: those of the signals, those of the conditions, and their common base.
fn make_exceptions() -> PyResult<(Vec<Py>, Vec<Py>, Py)> {
    use object::exceptions as exc;
    let metaclass = PyTypeObject::type_object().as_object();
    let base = make_class(
        metaclass,
        "DecimalException",
        vec![class_of::<exc::ArithmeticError>()],
    )?;
    let make = |name: &str, bases: Vec<Py>| make_class(metaclass, name, bases);
    let plain = |name: &str| make(name, vec![base.clone()]);
    let zero = class_of::<exc::ZeroDivisionError>();
    let (clamped, rounded, inexact, subnormal) = (
        plain("Clamped")?,
        plain("Rounded")?,
        plain("Inexact")?,
        plain("Subnormal")?,
    );
    let underflow = make(
        "Underflow",
        vec![inexact.clone(), rounded.clone(), subnormal.clone()],
    )?;
    let overflow = make("Overflow", vec![inexact.clone(), rounded.clone()])?;
    let by_zero = make("DivisionByZero", vec![base.clone(), zero.clone()])?;
    let float = make("FloatOperation", vec![base.clone(), class_of::<exc::TypeError>()])?;
    let invalid = plain("InvalidOperation")?;
    let conditions = vec![
        invalid.clone(),
        make("ConversionSyntax", vec![invalid.clone()])?,
        make("DivisionImpossible", vec![invalid.clone()])?,
        make("DivisionUndefined", vec![invalid.clone(), zero])?,
        make("InvalidContext", vec![invalid.clone()])?,
    ];
    let signals = vec![
        invalid, float, by_zero, overflow, underflow, subnormal, inexact, rounded, clamped,
    ];
    Ok((signals, conditions, base))
}

/// `_decimal`
pub struct DecimalModule;

#[pymodule(name = "_decimal", types(PyDecimal, PyContext))]
impl DecimalModule {
    #[function("($module, /)")]
    fn getcontext() -> PyResult<Py<PyContext>> {
        context::current()
    }

    #[function("($module, context, /)")]
    fn setcontext(context: &PyObject) -> PyResult<()> {
        match context.downcast::<PyContext>() {
            Some(context) => context::set_current(context),
            None => raise!(TypeError, "argument must be a context"),
        }
    }

    #[function("($module, /, ctx=None, **kwargs)", raw)]
    fn localcontext(all: FuncArgs) -> PyResult<Py<PyContextManager>> {
        let mut names = ["ctx"; 9];
        names[1..].copy_from_slice(&ARGUMENTS);
        let [ctx, settings @ ..] = parse_arguments(None, names, 0, 1, &all)?;
        let global = context::current()?;
        let local = match ctx.filter(|ctx| !is_none(ctx)) {
            None => global.copied()?,
            Some(ctx) => match ctx.downcast::<PyContext>() {
                Some(ctx) => ctx.copied()?,
                None => return raise!(TypeError, "optional argument must be a context"),
            },
        };
        local.configure(settings)?;
        PyContextManager::make(local, global)
    }

    #[function("($module, bits, /)", name = "IEEEContext")]
    fn ieee_context(bits: isize) -> PyResult<Py<PyContext>> {
        if bits <= 0 || bits > 512 || bits % 32 != 0 {
            return raise!(
                ValueError,
                "argument must be a multiple of 32, with a maximum of 512"
            );
        }
        let context = PyContext::make(&Template {
            prec: 9 * (bits as i64 / 32) - 2,
            rounding: Rounding::HalfEven,
            traps: 0,
        })?;
        context.set_ieee(3 * (1i64 << (bits / 16 + 3)));
        Ok(context)
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        object::class::ready::<PyContextManager>()?;
        object::class::ready::<SignalDict>()?;
        let (signals, conditions, base) = make_exceptions()?;
        let collections = object::hooks::import("collections")?;
        let decimal_tuple = object::call::call_kw(
            &*collections.get_attr_str("namedtuple")?,
            &[
                PyStr::new("DecimalTuple")?.as_object(),
                PyStr::new("sign digits exponent")?.as_object(),
            ],
            &[(object::intern!("module"), PyStr::new("decimal")?.as_object())],
        )?;
        let mapping = object::hooks::import("collections.abc")?.get_attr_str("MutableMapping")?;
        let signal_dict = make_class(
            mapping.ty().as_object(),
            "SignalDict",
            vec![
                object::class::type_ref(SignalDict::type_object()),
                mapping.clone(),
            ],
        )?;
        let numbers = object::hooks::import("numbers")?;
        numbers.get_attr_str("Number")?.call_method(
            object::intern!("register"),
            &[PyDecimal::type_object().as_object()],
        )?;
        let variable = object::call::call(
            &*object::hooks::import("_contextvars")?.get_attr_str("ContextVar")?,
            &[PyStr::new("decimal_context")?.as_object()],
        )?;
        let invalid = Status::ANY_INVALID.0 | Status::DIVISION_BY_ZERO.0 | Status::OVERFLOW.0;
        let templates = [
            ("DefaultContext", 28, Rounding::HalfEven, invalid),
            (
                "BasicContext",
                9,
                Rounding::HalfUp,
                invalid | Status::UNDERFLOW.0 | Status::CLAMPED.0,
            ),
            ("ExtendedContext", 9, Rounding::HalfEven, 0),
        ];
        let mut contexts = Vec::new();
        for (name, prec, rounding, traps) in templates {
            let context = PyContext::make(&Template {
                prec,
                rounding,
                traps,
            })?;
            module.add(name, context.as_object())?;
            contexts.push(context.into_object());
        }
        module.add("DecimalException", &base)?;
        for ((name, _), class) in SIGNALS.iter().zip(&signals) {
            module.add(name, class)?;
        }
        for ((name, _), class) in CONDITIONS.iter().zip(&conditions).skip(1) {
            module.add(name, class)?;
        }
        module.add("DecimalTuple", &decimal_tuple)?;
        let state = State {
            signals,
            conditions,
            signal_dict,
            decimal_tuple,
            rational: numbers.get_attr_str("Rational")?,
            get_variable: variable.get_attr_str("get")?,
            set_variable: variable.get_attr_str("set")?,
            templates: contexts,
        };
        STATE.set(Some(Box::leak(Box::new(state))));
        for (name, value) in [
            ("MAX_PREC", MAX_PREC),
            ("MAX_EMAX", MAX_EMAX),
            ("MIN_EMIN", MIN_EMIN),
            ("MIN_ETINY", MIN_ETINY),
            ("IEEE_CONTEXT_MAX_BITS", 512),
        ] {
            module.add_value(name, value)?;
        }
        for (name, _) in ROUNDINGS {
            module.add(name, object::intern::intern_str(name)?.as_object())?;
        }
        module.add_value("HAVE_CONTEXTVAR", true)?;
        module.add_value("HAVE_THREADS", true)?;
        module.add_value("__version__", "1.70")?;
        module.add_value("__libmpdec_version__", "2.5.1")
    }
}
