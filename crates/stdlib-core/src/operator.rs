//! `_operator`: the operators as functions, and the callables that fetch attributes, items and methods.

use crate::callable::{Invoke, entry};
use object::containers::guarded_repr;
use object::typeobject::vectorcallfunc;
use object::{
    CompareOp, Field, FuncArgs, GilCell, IntoPy, Py, PyDict, PyLayout, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, Visitor, error, iter, number, pyclass, pymethods, pymodule, raise,
};

/// `_operator`
pub struct Operator;

/// "argument of type 'int' is not iterable", which `countOf` and `indexOf` say of what they cannot search.
fn search_iter(obj: &PyObject) -> PyResult {
    match iter::get_iter(obj) {
        Ok(it) => Ok(it),
        Err(raised) => {
            if error::matches::<object::exceptions::TypeError>() {
                error::clear();
                return raise!(
                    TypeError,
                    "argument of type '{}' is not iterable",
                    obj.ty().full_name()
                );
            }
            Err(raised)
        }
    }
}

/// Whether two byte strings are equal, in a time that does not depend on where they differ.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    let mut difference = u8::from(a.len() != b.len());
    let left = if a.len() == b.len() { a } else { b };
    for (x, y) in left.iter().zip(b) {
        difference |= std::hint::black_box(x ^ y);
    }
    difference == 0
}

/// The content of a bytes-like object.
fn bytes_of(obj: &PyObject) -> PyResult<Vec<u8>> {
    object::buffer::Buffer::simple(obj).map(|b| b.to_vec())
}

#[pymodule(name = "_operator", types(AttrGetter, ItemGetter, MethodCaller))]
impl Operator {
    #[function("($module, a, /)")]
    fn truth(a: &PyObject) -> PyResult<bool> {
        a.is_true()
    }
    #[function("($module, a, b, /)")]
    fn contains(a: &PyObject, b: &PyObject) -> PyResult<bool> {
        a.contains(b)
    }
    #[function("($module, a, b, /)", name = "indexOf")]
    fn index_of(a: &PyObject, b: &PyObject) -> PyResult<usize> {
        let it = search_iter(a)?;
        let mut i = 0;
        while let Some(x) = iter::next(&it)? {
            if x.equals(b)? {
                return Ok(i);
            }
            i += 1;
        }
        raise!(ValueError, "sequence.index(x): x not in sequence")
    }
    #[function("($module, a, b, /)", name = "countOf")]
    fn count_of(a: &PyObject, b: &PyObject) -> PyResult<usize> {
        let it = search_iter(a)?;
        let mut n = 0;
        while let Some(x) = iter::next(&it)? {
            n += usize::from(x.equals(b)?);
        }
        Ok(n)
    }
    #[function("($module, a, b, /)")]
    fn is_(a: &PyObject, b: &PyObject) -> bool {
        a.is(b)
    }
    #[function("($module, a, b, /)")]
    fn is_not(a: &PyObject, b: &PyObject) -> bool {
        !a.is(b)
    }
    #[function("($module, a, /)")]
    fn is_none(a: &PyObject) -> bool {
        object::is_none(a)
    }
    #[function("($module, a, /)")]
    fn is_not_none(a: &PyObject) -> bool {
        !object::is_none(a)
    }
    #[function("($module, a, /)")]
    fn index(a: &PyObject) -> PyResult {
        Ok(number::index_exact(a)?.into_object())
    }
    #[function("($module, a, b, /)")]
    fn add(a: &PyObject, b: &PyObject) -> PyResult {
        number::add(a, b)
    }
    #[function("($module, a, b, /)")]
    fn sub(a: &PyObject, b: &PyObject) -> PyResult {
        number::subtract(a, b)
    }
    #[function("($module, a, b, /)")]
    fn mul(a: &PyObject, b: &PyObject) -> PyResult {
        number::multiply(a, b)
    }
    #[function("($module, a, b, /)")]
    fn matmul(a: &PyObject, b: &PyObject) -> PyResult {
        number::matrix_multiply(a, b)
    }
    #[function("($module, a, b, /)")]
    fn floordiv(a: &PyObject, b: &PyObject) -> PyResult {
        number::floor_divide(a, b)
    }
    #[function("($module, a, b, /)")]
    fn truediv(a: &PyObject, b: &PyObject) -> PyResult {
        number::true_divide(a, b)
    }
    #[function("($module, a, b, /)", name = "mod")]
    fn py_mod(a: &PyObject, b: &PyObject) -> PyResult {
        number::remainder(a, b)
    }
    #[function("($module, a, /)")]
    fn neg(a: &PyObject) -> PyResult {
        number::negative(a)
    }
    #[function("($module, a, /)")]
    fn pos(a: &PyObject) -> PyResult {
        number::positive(a)
    }
    #[function("($module, a, /)")]
    fn abs(a: &PyObject) -> PyResult {
        number::absolute(a)
    }
    #[function("($module, a, /)")]
    fn inv(a: &PyObject) -> PyResult {
        number::invert(a)
    }
    #[function("($module, a, /)")]
    fn invert(a: &PyObject) -> PyResult {
        number::invert(a)
    }
    #[function("($module, a, b, /)")]
    fn lshift(a: &PyObject, b: &PyObject) -> PyResult {
        number::lshift(a, b)
    }
    #[function("($module, a, b, /)")]
    fn rshift(a: &PyObject, b: &PyObject) -> PyResult {
        number::rshift(a, b)
    }
    #[function("($module, a, /)")]
    fn not_(a: &PyObject) -> PyResult<bool> {
        Ok(!a.is_true()?)
    }
    #[function("($module, a, b, /)")]
    fn and_(a: &PyObject, b: &PyObject) -> PyResult {
        number::and(a, b)
    }
    #[function("($module, a, b, /)")]
    fn xor(a: &PyObject, b: &PyObject) -> PyResult {
        number::xor(a, b)
    }
    #[function("($module, a, b, /)")]
    fn or_(a: &PyObject, b: &PyObject) -> PyResult {
        number::or(a, b)
    }
    #[function("($module, a, b, /)")]
    fn iadd(a: &PyObject, b: &PyObject) -> PyResult {
        number::inplace_add(a, b)
    }
    #[function("($module, a, b, /)")]
    fn isub(a: &PyObject, b: &PyObject) -> PyResult {
        number::inplace_subtract(a, b)
    }
    #[function("($module, a, b, /)")]
    fn imul(a: &PyObject, b: &PyObject) -> PyResult {
        number::inplace_multiply(a, b)
    }
    #[function("($module, a, b, /)")]
    fn imatmul(a: &PyObject, b: &PyObject) -> PyResult {
        number::inplace_matrix_multiply(a, b)
    }
    #[function("($module, a, b, /)")]
    fn ifloordiv(a: &PyObject, b: &PyObject) -> PyResult {
        number::inplace_floor_divide(a, b)
    }
    #[function("($module, a, b, /)")]
    fn itruediv(a: &PyObject, b: &PyObject) -> PyResult {
        number::inplace_true_divide(a, b)
    }
    #[function("($module, a, b, /)")]
    fn imod(a: &PyObject, b: &PyObject) -> PyResult {
        number::inplace_remainder(a, b)
    }
    #[function("($module, a, b, /)")]
    fn ilshift(a: &PyObject, b: &PyObject) -> PyResult {
        number::inplace_lshift(a, b)
    }
    #[function("($module, a, b, /)")]
    fn irshift(a: &PyObject, b: &PyObject) -> PyResult {
        number::inplace_rshift(a, b)
    }
    #[function("($module, a, b, /)")]
    fn iand(a: &PyObject, b: &PyObject) -> PyResult {
        number::inplace_and(a, b)
    }
    #[function("($module, a, b, /)")]
    fn ixor(a: &PyObject, b: &PyObject) -> PyResult {
        number::inplace_xor(a, b)
    }
    #[function("($module, a, b, /)")]
    fn ior(a: &PyObject, b: &PyObject) -> PyResult {
        number::inplace_or(a, b)
    }
    #[function("($module, a, b, /)")]
    fn concat(a: &PyObject, b: &PyObject) -> PyResult {
        number::sequence_concat(a, b)
    }
    #[function("($module, a, b, /)")]
    fn iconcat(a: &PyObject, b: &PyObject) -> PyResult {
        number::sequence_inplace_concat(a, b)
    }
    #[function("($module, a, b, /)")]
    fn getitem(a: &PyObject, b: &PyObject) -> PyResult {
        a.get_item(b)
    }
    #[function("($module, a, b, c, /)")]
    fn setitem(a: &PyObject, b: &PyObject, c: &PyObject) -> PyResult<()> {
        a.set_item(b, Some(c))
    }
    #[function("($module, a, b, /)")]
    fn delitem(a: &PyObject, b: &PyObject) -> PyResult<()> {
        a.set_item(b, None)
    }
    #[function("($module, a, b, /)")]
    fn pow(a: &PyObject, b: &PyObject) -> PyResult {
        number::power(a, b, None)
    }
    #[function("($module, a, b, /)")]
    fn ipow(a: &PyObject, b: &PyObject) -> PyResult {
        number::inplace_power(a, b, None)
    }
    #[function("($module, a, b, /)")]
    fn eq(a: &PyObject, b: &PyObject) -> PyResult {
        a.rich_compare(b, CompareOp::Eq)
    }
    #[function("($module, a, b, /)")]
    fn ne(a: &PyObject, b: &PyObject) -> PyResult {
        a.rich_compare(b, CompareOp::Ne)
    }
    #[function("($module, a, b, /)")]
    fn lt(a: &PyObject, b: &PyObject) -> PyResult {
        a.rich_compare(b, CompareOp::Lt)
    }
    #[function("($module, a, b, /)")]
    fn le(a: &PyObject, b: &PyObject) -> PyResult {
        a.rich_compare(b, CompareOp::Le)
    }
    #[function("($module, a, b, /)")]
    fn gt(a: &PyObject, b: &PyObject) -> PyResult {
        a.rich_compare(b, CompareOp::Gt)
    }
    #[function("($module, a, b, /)")]
    fn ge(a: &PyObject, b: &PyObject) -> PyResult {
        a.rich_compare(b, CompareOp::Ge)
    }
    #[function("($module, a, b, /)")]
    fn _compare_digest(a: &PyObject, b: &PyObject) -> PyResult<bool> {
        if let (Some(x), Some(y)) = (a.downcast::<PyStr>(), b.downcast::<PyStr>()) {
            if !x.is_ascii() || !y.is_ascii() {
                return raise!(
                    TypeError,
                    "comparing strings with non-ASCII characters is not supported"
                );
            }
            return Ok(same_bytes(&x.to_wtf8(), &y.to_wtf8()));
        }
        Ok(same_bytes(&bytes_of(a)?, &bytes_of(b)?))
    }
    #[function("($module, obj, default=0, /)")]
    fn length_hint(obj: &PyObject, default: Option<isize>) -> PyResult<isize> {
        let default = default.unwrap_or(0);
        // a default below zero is given back as it is
        if default < 0 {
            let found = obj.length_hint(usize::MAX)?;
            return Ok(if found == usize::MAX {
                default
            } else {
                found as isize
            });
        }
        Ok(obj.length_hint(default as usize)? as isize)
    }
    #[function("($module, obj, /, *args, **kwargs)", raw)]
    fn call(args: FuncArgs<'_>) -> PyResult {
        let Some((callable, rest)) = args.pos.split_first() else {
            return raise!(TypeError, "call expected at least 1 argument, got 0");
        };
        object::call::call_args(callable, &FuncArgs { pos: rest, ..args })
    }
}

/// The parts of a dotted name.
fn dotted(name: &PyStr) -> PyResult<Vec<Py<PyStr>>> {
    let points: Vec<u32> = name.chars().iter().collect();
    points
        .split(|c| *c == u32::from(b'.'))
        .map(|part| Ok(object::intern::intern(PyStr::from_code_points(part)?)))
        .collect()
}

/// `Name('a', 'b')`
fn call_text(obj: &PyObject, items: &[Py], keywords: &[(Py, Py)]) -> PyResult<Py<PyStr>> {
    let name = object::containers::type_name(obj.ty());
    guarded_repr(obj, &format!("{name}(...)"), |out| {
        out.push(&*PyStr::new(&name)?);
        out.push_ascii("(");
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.push_ascii(", ");
            }
            out.push_repr(item)?;
        }
        for (i, (key, value)) in keywords.iter().enumerate() {
            if i > 0 || !items.is_empty() {
                out.push_ascii(", ");
            }
            out.push(&*key.str()?);
            out.push_ascii("=");
            out.push_repr(value)?;
        }
        out.push_ascii(")");
        Ok(())
    })
}

/// The one argument of a getter's call.
fn one_argument<'a>(name: &str, args: &FuncArgs<'a>) -> PyResult<&'a PyObject> {
    args.no_keywords(name)?;
    args.check_positional(name, 1, 1)?;
    Ok(args.pos[0])
}

/// `operator.attrgetter`
#[pyclass(name = "operator.attrgetter", flags(HAVE_GC, HAVE_VECTORCALL), vectorcall = vectorcall)]
#[repr(C)]
pub struct AttrGetter {
    ob_base: PyObject,
    vectorcall: GilCell<Option<vectorcallfunc>>,
    names: Field<PyTuple>,
    /// Each name as the chain of its parts.
    chains: Vec<Vec<Py<PyStr>>>,
}

fn follow(obj: &PyObject, chain: &[Py<PyStr>]) -> PyResult {
    let mut value = obj.new_ref();
    for part in chain {
        value = value.get_attr(part)?;
    }
    Ok(value)
}

impl Invoke for AttrGetter {
    fn invoke(&self, args: FuncArgs<'_>) -> PyResult {
        let obj = one_argument("attrgetter", &args)?;
        match &self.chains[..] {
            [chain] => follow(obj, chain),
            chains => {
                let values: PyResult<Vec<Py>> = chains.iter().map(|c| follow(obj, c)).collect();
                Ok(PyTuple::from_vec(values?)?.into_object())
            }
        }
    }
}

#[pymethods]
impl AttrGetter {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<AttrGetter>> {
        object::containers::no_keywords("attrgetter", kwargs)?;
        if args.is_empty() {
            return raise!(TypeError, "attrgetter expected 1 argument, got 0");
        }
        let mut chains = Vec::with_capacity(args.len());
        for name in args.as_slice() {
            let Some(name) = name.downcast::<PyStr>() else {
                return raise!(TypeError, "attribute name must be a string");
            };
            chains.push(dotted(name)?);
        }
        object::new_instance::<AttrGetter>(cls, |this| {
            // SAFETY: a fresh, zeroed instance.
            unsafe {
                (*this).vectorcall.set(Some(entry::<AttrGetter>));
                (*this).names.set(Some(args.new_ref()));
                (&raw mut (*this).chains).write(chains);
            }
        })
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let mut holder = Vec::new();
        self.invoke(FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.names);
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let names = self.names.get();
        call_text(
            self.as_object(),
            names.as_ref().map_or(&[], |n| n.as_slice()),
            &[],
        )
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let names = self.names.get().map_or_else(object::none, Py::into_object);
        (object::class::type_ref(self.as_object().ty()), names).into_py()
    }
}

/// `operator.itemgetter`
#[pyclass(name = "operator.itemgetter", flags(HAVE_GC, HAVE_VECTORCALL), vectorcall = vectorcall)]
#[repr(C)]
pub struct ItemGetter {
    ob_base: PyObject,
    vectorcall: GilCell<Option<vectorcallfunc>>,
    items: Field<PyTuple>,
}

impl Invoke for ItemGetter {
    fn invoke(&self, args: FuncArgs<'_>) -> PyResult {
        let obj = one_argument("itemgetter", &args)?;
        let Some(items) = self.items.get() else {
            return Ok(object::none());
        };
        match items.as_slice() {
            [item] => obj.get_item(item),
            items => {
                let values: PyResult<Vec<Py>> = items.iter().map(|i| obj.get_item(i)).collect();
                Ok(PyTuple::from_vec(values?)?.into_object())
            }
        }
    }
}

#[pymethods]
impl ItemGetter {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<ItemGetter>> {
        object::containers::no_keywords("itemgetter", kwargs)?;
        if args.is_empty() {
            return raise!(TypeError, "itemgetter expected 1 argument, got 0");
        }
        object::new_instance::<ItemGetter>(cls, |this| {
            // SAFETY: a fresh, zeroed instance.
            unsafe {
                (*this).vectorcall.set(Some(entry::<ItemGetter>));
                (*this).items.set(Some(args.new_ref()));
            }
        })
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let mut holder = Vec::new();
        self.invoke(FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.items);
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let items = self.items.get();
        call_text(
            self.as_object(),
            items.as_ref().map_or(&[], |n| n.as_slice()),
            &[],
        )
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let items = self.items.get().map_or_else(object::none, Py::into_object);
        (object::class::type_ref(self.as_object().ty()), items).into_py()
    }
}

/// `operator.methodcaller`
#[pyclass(name = "operator.methodcaller", flags(HAVE_GC, HAVE_VECTORCALL), vectorcall = vectorcall)]
#[repr(C)]
pub struct MethodCaller {
    ob_base: PyObject,
    vectorcall: GilCell<Option<vectorcallfunc>>,
    name: Field<PyStr>,
    args: Field<PyTuple>,
    kwnames: Field<PyTuple>,
    kwvalues: Field<PyTuple>,
}

impl Invoke for MethodCaller {
    fn invoke(&self, call: FuncArgs<'_>) -> PyResult {
        call.check_positional("methodcaller", 1, 1)?;
        call.no_keywords("methodcaller")?;
        let obj = call.pos[0];
        let (Some(name), Some(args), Some(values)) = (self.name.get(), self.args.get(), self.kwvalues.get())
        else {
            return Ok(object::none());
        };
        let names = self.kwnames.get();
        let (method, unbound) = object::typeobject::get_method(obj, &name)?;
        let mut all: Vec<&PyObject> = Vec::with_capacity(args.len() + 1);
        if unbound {
            all.push(obj);
        }
        all.extend_from_slice(object::args::py_slice(args.as_slice()));
        object::call::call_args(
            &method,
            &FuncArgs {
                pos: &all,
                kwvalues: object::args::py_slice(values.as_slice()),
                kwnames: names.as_deref().filter(|n| !n.is_empty()),
            },
        )
    }
}

impl MethodCaller {
    fn keywords(&self) -> Vec<(Py, Py)> {
        match (self.kwnames.get(), self.kwvalues.get()) {
            (Some(n), Some(v)) => n
                .as_slice()
                .iter()
                .cloned()
                .zip(v.as_slice().iter().cloned())
                .collect(),
            _ => Vec::new(),
        }
    }
}

#[pymethods]
impl MethodCaller {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<MethodCaller>> {
        let Some(name) = args.get(0) else {
            return raise!(
                TypeError,
                "methodcaller needs at least one argument, the method name"
            );
        };
        let Some(name) = name.downcast::<PyStr>() else {
            return raise!(TypeError, "method name must be a string");
        };
        let name = object::intern::intern(name.new_ref());
        let rest = args.slice(1, args.len())?;
        let (names, values) = kwargs
            .map_or_else(Vec::new, |k| k.items_vec())
            .into_iter()
            .unzip();
        let (names, values): (Vec<Py>, Vec<Py>) = (names, values);
        let (names, values) = (PyTuple::from_vec(names)?, PyTuple::from_vec(values)?);
        object::new_instance::<MethodCaller>(cls, |this| {
            // SAFETY: a fresh, zeroed instance.
            unsafe {
                (*this).vectorcall.set(Some(entry::<MethodCaller>));
                (*this).name.set(Some(name));
                (*this).args.set(Some(rest));
                (*this).kwnames.set(Some(names));
                (*this).kwvalues.set(Some(values));
            }
        })
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let mut holder = Vec::new();
        self.invoke(FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.name);
        visit.field(&self.args);
        visit.field(&self.kwnames);
        visit.field(&self.kwvalues);
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let mut items = vec![self.name.get().map_or_else(object::none, Py::into_object)];
        if let Some(args) = self.args.get() {
            items.extend_from_slice(args.as_slice());
        }
        call_text(self.as_object(), &items, &self.keywords())
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let name = self.name.get().map_or_else(object::none, Py::into_object);
        let args = match self.args.get() {
            Some(a) => a,
            None => PyTuple::empty()?,
        };
        let ty = object::class::type_ref(self.as_object().ty());
        if self.keywords().is_empty() {
            let mut all = vec![name];
            all.extend_from_slice(args.as_slice());
            return (ty, PyTuple::from_vec(all)?).into_py();
        }
        let partial = object::hooks::import("functools")?.get_attr_str("partial")?;
        let (names, values) = (self.kwnames.get(), self.kwvalues.get());
        let constructor = object::call::call_args(
            &partial,
            &FuncArgs {
                pos: &[&*ty, &*name],
                kwvalues: values
                    .as_ref()
                    .map_or(&[], |v| object::args::py_slice(v.as_slice())),
                kwnames: names.as_deref(),
            },
        )?;
        (constructor, args).into_py()
    }
}

/// Makes the module.
pub fn create() -> PyResult {
    use object::PyClass;
    use object::class::set_type_signature as signature;
    signature(AttrGetter::type_object(), c"{}(attr, /, *attrs)\n--\n\n");
    signature(ItemGetter::type_object(), c"{}(item, /, *items)\n--\n\n");
    signature(
        MethodCaller::type_object(),
        c"{}(name, /, *args, **kwargs)\n--\n\n",
    );
    object::class::create_module::<Operator>()
}
