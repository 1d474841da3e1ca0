//! Template strings (PEP 750): `string.templatelib.Template`, its iterator, and `Interpolation`.

use object::{
    Field, GilCell, Py, PyClass, PyDict, PyLayout, PyObject, PyResult, PyStr, PyTuple, PyTypeObject, Visitor,
    class, is_none, pyclass, pymethods, raise,
};

/// Readies the types.
pub fn ready() -> PyResult<()> {
    class::ready::<Template>()?;
    class::ready::<TemplateIter>()?;
    class::ready::<Interpolation>()
}

/// `BUILD_TEMPLATE`
pub fn build_template(strings: &PyObject, interpolations: &PyObject) -> PyResult {
    match (
        strings.downcast::<PyTuple>(),
        interpolations.downcast::<PyTuple>(),
    ) {
        (Some(strings), Some(interpolations)) => {
            Ok(Template::make(strings.new_ref(), interpolations.new_ref())?.into_object())
        }
        _ => raise!(SystemError, "a template is built of two tuples"),
    }
}

/// `BUILD_INTERPOLATION`; conversions are those of `CONVERT_VALUE`, 0 being none.
pub fn build_interpolation(
    value: &PyObject,
    text: &PyObject,
    conversion: usize,
    format_spec: Option<&PyObject>,
) -> PyResult {
    let conversion = match conversion {
        0 => None,
        1 => Some("s"),
        2 => Some("r"),
        3 => Some("a"),
        _ => {
            return raise!(
                SystemError,
                "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"
            );
        }
    };
    let conversion = conversion.map(object::intern::intern_str).transpose()?;
    let (Some(text), spec) = (
        text.downcast::<PyStr>(),
        format_spec.and_then(|spec| spec.downcast::<PyStr>()),
    ) else {
        return raise!(SystemError, "an interpolation's text is a string");
    };
    Ok(Interpolation::make(value, text, conversion.as_deref(), spec)?.into_object())
}

#[pyclass(name = "string.templatelib.Template", flags(HAVE_GC))]
#[repr(C)]
pub struct Template {
    ob_base: PyObject,
    /// One more than there are interpolations.
    strings: Field<PyTuple>,
    interpolations: Field<PyTuple>,
}

impl Template {
    fn make(strings: Py<PyTuple>, interpolations: Py<PyTuple>) -> PyResult<Py<Template>> {
        object::new_object(Template {
            ob_base: PyObject::new_head(Template::type_object()),
            strings: Field::new(Some(strings)),
            interpolations: Field::new(Some(interpolations)),
        })
    }

    fn parts(&self) -> PyResult<(Py<PyTuple>, Py<PyTuple>)> {
        match (self.strings.get(), self.interpolations.get()) {
            (Some(strings), Some(interpolations)) => Ok((strings, interpolations)),
            _ => Ok((PyTuple::empty()?, PyTuple::empty()?)),
        }
    }
}

/// Two strings as one.
fn join(a: &PyObject, b: &PyObject) -> PyResult {
    object::number::add(a, b)
}

#[pymethods(members(strings, interpolations))]
impl Template {
    #[slot]
    fn tp_new(_cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<Template>> {
        if kwargs.is_some() {
            return raise!(TypeError, "Template.__new__ only accepts *args arguments");
        }
        let (mut strings, mut interpolations): (Vec<Py>, Vec<Py>) = (Vec::new(), Vec::new());
        let mut after_string = false;
        for arg in args.as_slice() {
            if PyStr::check(arg) {
                match strings.pop() {
                    Some(last) if after_string => strings.push(join(&last, arg)?),
                    last => {
                        strings.extend(last);
                        strings.push(arg.clone());
                    }
                }
                after_string = true;
            } else if arg.downcast::<Interpolation>().is_some() {
                if !after_string {
                    strings.push(PyStr::new("")?.into_object());
                }
                interpolations.push(arg.clone());
                after_string = false;
            } else {
                let kind = arg.ty().full_name();
                return raise!(
                    TypeError,
                    "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {kind}"
                );
            }
        }
        if !after_string {
            strings.push(PyStr::new("")?.into_object());
        }
        Template::make(PyTuple::from_vec(strings)?, PyTuple::from_vec(interpolations)?)
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let (strings, interpolations) = self.parts()?;
        let (strings, interpolations) = (strings.as_object().repr()?, interpolations.as_object().repr()?);
        let text = format!("Template(strings={strings}, interpolations={interpolations})");
        Ok(PyStr::new_wtf8_lossy(&text)?.into_object())
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        let (strings, interpolations) = self.parts()?;
        let made = object::new_object(TemplateIter {
            ob_base: PyObject::new_head(TemplateIter::type_object()),
            strings: Field::new(Some(strings)),
            interpolations: Field::new(Some(interpolations)),
            next: GilCell::new(0),
        })?;
        Ok(made.into_object())
    }
    #[slot]
    fn sq_concat(&self, other: &PyObject) -> PyResult {
        let Some(other) = other.downcast::<Template>() else {
            let kind = other.ty().full_name();
            return raise!(
                TypeError,
                "can only concatenate string.templatelib.Template (not \"{kind}\") to string.templatelib.Template"
            );
        };
        let ((left, left_parts), (right, right_parts)) = (self.parts()?, other.parts()?);
        let mut strings = left.as_slice().to_vec();
        if let (Some(last), Some(first)) = (strings.pop(), right.as_slice().first()) {
            strings.push(join(&last, first)?);
        }
        strings.extend(right.as_slice().iter().skip(1).cloned());
        let mut interpolations = left_parts.as_slice().to_vec();
        interpolations.extend(right_parts.as_slice().iter().cloned());
        Ok(Template::make(PyTuple::from_vec(strings)?, PyTuple::from_vec(interpolations)?)?.into_object())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.strings);
        visit.field(&self.interpolations);
    }
    #[slot]
    fn tp_clear(&self) {
        self.strings.set(None);
        self.interpolations.set(None);
    }
    #[getter]
    fn values(&self) -> PyResult<Py<PyTuple>> {
        let (_, interpolations) = self.parts()?;
        let value = |item: &Py| match item.downcast::<Interpolation>() {
            Some(item) => item.value.get().unwrap_or_else(object::none),
            None => item.clone(),
        };
        PyTuple::from_vec(interpolations.as_slice().iter().map(value).collect())
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let rebuild = object::hooks::import("string.templatelib")?.get_attr_str("_template_unpickle")?;
        let (strings, interpolations) = self.parts()?;
        let state = PyTuple::pair(strings.into_object(), interpolations.into_object())?;
        Ok(PyTuple::pair(rebuild, state.into_object())?.into_object())
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        object::genericalias::new(cls.as_object(), item)
    }
}

/// Goes over a template: strings that are not empty and interpolations, in turn.
#[pyclass(
    name = "string.templatelib.TemplateIter",
    flags(HAVE_GC, DISALLOW_INSTANTIATION)
)]
#[repr(C)]
pub struct TemplateIter {
    ob_base: PyObject,
    strings: Field<PyTuple>,
    interpolations: Field<PyTuple>,
    /// Twice the index of the next string; one more for the interpolation after it.
    next: GilCell<usize>,
}

#[pymethods]
impl TemplateIter {
    #[slot]
    fn tp_iter(&self) -> PyResult {
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let (Some(strings), Some(interpolations)) = (self.strings.get(), self.interpolations.get()) else {
            return Ok(None);
        };
        loop {
            let next = self.next.get();
            let from = if next.is_multiple_of(2) {
                &strings
            } else {
                &interpolations
            };
            let Some(item) = from.as_slice().get(next / 2) else {
                return Ok(None);
            };
            self.next.set(next + 1);
            if next % 2 == 1 || !item.downcast::<PyStr>().is_some_and(PyStr::is_empty) {
                return Ok(Some(item.new_ref()));
            }
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.strings);
        visit.field(&self.interpolations);
    }
    #[slot]
    fn tp_clear(&self) {
        self.strings.set(None);
        self.interpolations.set(None);
    }
}

#[pyclass(name = "string.templatelib.Interpolation", flags(HAVE_GC))]
#[repr(C)]
pub struct Interpolation {
    ob_base: PyObject,
    value: Field,
    expression: Field<PyStr>,
    /// One of `'s'`, `'r'`, `'a'`, or `None`.
    conversion: Field,
    format_spec: Field<PyStr>,
}

impl Interpolation {
    fn make(
        value: &PyObject,
        expression: &PyStr,
        conversion: Option<&PyStr>,
        format_spec: Option<&PyStr>,
    ) -> PyResult<Py<Interpolation>> {
        let format_spec = match format_spec {
            Some(spec) => spec.new_ref(),
            None => PyStr::new("")?,
        };
        object::new_object(Interpolation {
            ob_base: PyObject::new_head(Interpolation::type_object()),
            value: Field::new(Some(value.new_ref())),
            expression: Field::new(Some(expression.new_ref())),
            conversion: Field::new(Some(match conversion {
                Some(conversion) => conversion.as_object().new_ref(),
                None => object::none(),
            })),
            format_spec: Field::new(Some(format_spec)),
        })
    }

    fn items(&self) -> PyResult<Py<PyTuple>> {
        let text = |field: &Field<PyStr>| field.get().map(Py::into_object).unwrap_or_else(object::none);
        PyTuple::from_array([
            self.value.get().unwrap_or_else(object::none),
            text(&self.expression),
            self.conversion.get().unwrap_or_else(object::none),
            text(&self.format_spec),
        ])
    }
}

#[pymethods(members(value, expression, conversion, format_spec))]
impl Interpolation {
    #[new("(value, expression='', conversion=None, format_spec='')", nosig)]
    fn tp_new(
        _cls: &PyTypeObject,
        value: &PyObject,
        expression: Option<&PyStr>,
        conversion: Option<&PyObject>,
        format_spec: Option<&PyStr>,
    ) -> PyResult<Py<Interpolation>> {
        let conversion = match conversion.filter(|c| !is_none(c)) {
            None => None,
            Some(given) => match given.downcast::<PyStr>() {
                Some(text) if ["s", "r", "a"].iter().any(|c| text.eq_str(c)) => Some(text),
                Some(_) => {
                    return raise!(
                        ValueError,
                        "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"
                    );
                }
                None => {
                    let kind = given.ty().name();
                    return raise!(
                        TypeError,
                        "Interpolation() argument 'conversion' must be str, not {kind}"
                    );
                }
            },
        };
        let empty = PyStr::new("")?;
        Interpolation::make(value, expression.unwrap_or(&empty), conversion, format_spec)
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let items = self.items()?;
        let parts: Vec<String> = items
            .as_slice()
            .iter()
            .map(|item| Ok(item.repr()?.to_string()))
            .collect::<PyResult<_>>()?;
        Ok(PyStr::new_wtf8_lossy(&format!("Interpolation({})", parts.join(", ")))?.into_object())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.value);
        visit.field(&self.conversion);
    }
    #[slot]
    fn tp_clear(&self) {
        self.value.set(None);
        self.conversion.set(None);
    }
    #[classattr]
    fn __match_args__() -> PyResult<Py<PyTuple>> {
        let names = ["value", "expression", "conversion", "format_spec"];
        let names = names.map(|name| object::intern::intern_str(name).map(Py::into_object));
        PyTuple::from_vec(names.into_iter().collect::<PyResult<_>>()?)
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let kind = self.as_object().ty().as_object().new_ref();
        Ok(PyTuple::pair(kind, self.items()?.into_object())?.into_object())
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        object::genericalias::new(cls.as_object(), item)
    }
}
