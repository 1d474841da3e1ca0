//! Exception classes with fields: `StopIteration`, `SystemExit`, `ImportError`, `NameError`, `AttributeError`,
//! `SyntaxError` and their kin.

use super::*;
use crate::PyDict;
use crate::handle::{Field, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use object_macros::{pyclass, pymethods};

/// `PyStopIterationObject`
#[pyclass(name = "StopIteration", type = _PyExc_StopIteration, base = Exception, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
#[repr(C)]
pub struct StopIteration {
    pub base: BaseException,
    pub value: Field,
}
#[pymethods]
impl StopIteration {
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        init_base(&self.base, args, kwargs)?;
        self.value
            .set(Some(args.get(0).map_or_else(crate::none, |v| v.new_ref())));
        Ok(())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.base.visit(visit);
        visit.field(&self.value);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.clear_fields();
        self.value.set(None);
    }
    #[getter(name = "value")]
    fn get_value(&self) -> Option<Py> {
        self.value.get()
    }
    #[setter(value)]
    fn set_value(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.value.set(value.map(|v| v.new_ref()));
        Ok(())
    }
}

fn init_base(base: &BaseException, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
    if kwargs.is_some_and(|k| !k.is_empty()) {
        return raise!(
            TypeError,
            "{}() takes no keyword arguments",
            base.as_object().ty().full_name()
        );
    }
    base.args.set(Some(args.new_ref()));
    Ok(())
}

/// The one of a fixed set of keywords, as fields; others are a `TypeError`.
fn take_keywords(fname: &str, kwargs: Option<&PyDict>, names: &[&str]) -> PyResult<Vec<Option<Py>>> {
    let mut out: Vec<Option<Py>> = names.iter().map(|_| None).collect();
    for (k, v) in kwargs.map_or(Vec::new(), |k| k.items_vec()) {
        let Some(k) = k.downcast::<PyStr>() else {
            return raise!(TypeError, "keywords must be strings");
        };
        match names.iter().position(|n| k.eq_str(n)) {
            Some(i) => out[i] = Some(v),
            None => return raise!(TypeError, "{fname}() got an unexpected keyword argument '{k}'"),
        }
    }
    Ok(out)
}

/// `PySystemExitObject`
#[pyclass(name = "SystemExit", type = _PyExc_SystemExit, base = BaseException, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
#[repr(C)]
pub struct SystemExit {
    pub base: BaseException,
    pub code: Field,
}
#[pymethods]
impl SystemExit {
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        init_base(&self.base, args, kwargs)?;
        self.code.set(match args.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            _ => Some(args.as_object().new_ref()),
        });
        Ok(())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.base.visit(visit);
        visit.field(&self.code);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.clear_fields();
        self.code.set(None);
    }
    #[getter(name = "code")]
    fn get_code(&self) -> Option<Py> {
        self.code.get()
    }
    #[setter(code)]
    fn set_code(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.code.set(value.map(|v| v.new_ref()));
        Ok(())
    }
}

/// `PyImportErrorObject`
#[pyclass(name = "ImportError", type = _PyExc_ImportError, base = Exception, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
#[repr(C)]
pub struct ImportError {
    pub base: BaseException,
    pub msg: Field,
    pub name: Field,
    pub path: Field,
    pub name_from: Field,
}
#[pymethods]
impl ImportError {
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        let kw = take_keywords("ImportError", kwargs, &["name", "path", "name_from"])?;
        self.base.args.set(Some(args.new_ref()));
        let mut kw = kw.into_iter();
        self.name.set(kw.next().flatten());
        self.path.set(kw.next().flatten());
        self.name_from.set(kw.next().flatten());
        self.msg.set(if let [one] = args.as_slice() {
            Some(one.clone())
        } else {
            None
        });
        Ok(())
    }
    #[slot]
    fn tp_str(&self) -> PyResult<Py<PyStr>> {
        if let Some(m) = self.msg.get()
            && PyStr::check_exact(&m)
        {
            return m.str();
        }
        base_str(&self.base)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.base.visit(visit);
        visit.field(&self.msg);
        visit.field(&self.name);
        visit.field(&self.path);
        visit.field(&self.name_from);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.clear_fields();
        self.msg.set(None);
        self.name.set(None);
        self.path.set(None);
        self.name_from.set(None);
    }
    #[getter(name = "msg")]
    fn get_msg(&self) -> Option<Py> {
        self.msg.get()
    }
    #[setter(msg)]
    fn set_msg(&self, v: Option<&PyObject>) -> PyResult<()> {
        self.msg.set(v.map(|v| v.new_ref()));
        Ok(())
    }
    #[getter(name = "name")]
    fn get_name(&self) -> Option<Py> {
        self.name.get()
    }
    #[setter(name)]
    fn set_name(&self, v: Option<&PyObject>) -> PyResult<()> {
        self.name.set(v.map(|v| v.new_ref()));
        Ok(())
    }
    #[getter(name = "path")]
    fn get_path(&self) -> Option<Py> {
        self.path.get()
    }
    #[setter(path)]
    fn set_path(&self, v: Option<&PyObject>) -> PyResult<()> {
        self.path.set(v.map(|v| v.new_ref()));
        Ok(())
    }
    #[getter(name = "name_from")]
    fn get_name_from(&self) -> Option<Py> {
        self.name_from.get()
    }
    #[setter(name_from)]
    fn set_name_from(&self, v: Option<&PyObject>) -> PyResult<()> {
        self.name_from.set(v.map(|v| v.new_ref()));
        Ok(())
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let class = self.as_object().ty().as_object().new_ref();
        let state = PyDict::new()?;
        if let Some(d) = self.base.dict.get() {
            state.update(d.as_object(), true)?;
        }
        for (n, f) in [
            ("name", &self.name),
            ("path", &self.path),
            ("name_from", &self.name_from),
        ] {
            if let Some(v) = f.get() {
                state.set_item(&*PyStr::new(n)?, &*v)?;
            }
        }
        if state.is_empty() {
            crate::IntoPy::into_py((class, self.base.args()?))
        } else {
            crate::IntoPy::into_py((class, self.base.args()?, state))
        }
    }
}

/// `str` of an exception by its arguments.
pub(super) fn base_str(base: &BaseException) -> PyResult<Py<PyStr>> {
    let args = base.args()?;
    match args.as_slice() {
        [] => PyStr::new(""),
        [one] => one.str(),
        _ => args.as_object().str(),
    }
}

macro_rules! derived {
    ($($name:ident ($export:ident) : $base:ident = $text:literal),* $(,)?) => {$(
        /// A subclass with its base's fields.
        #[pyclass(name = $text, type = $export, base = $base, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
        #[repr(transparent)]
        pub struct $name { pub base: $base }
        #[pymethods]
        impl $name {}
    )*};
}
pub(super) use derived;

derived! {
    ModuleNotFoundError (_PyExc_ModuleNotFoundError): ImportError = "ModuleNotFoundError",
    UnboundLocalError (_PyExc_UnboundLocalError): NameError = "UnboundLocalError",
    IndentationError (_PyExc_IndentationError): SyntaxError = "IndentationError",
    TabError (_PyExc_TabError): IndentationError = "TabError",
    IncompleteInputError (_PyExc_IncompleteInputError): SyntaxError = "_IncompleteInputError",
}

/// `PyNameErrorObject`
#[pyclass(name = "NameError", type = _PyExc_NameError, base = Exception, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
#[repr(C)]
pub struct NameError {
    pub base: BaseException,
    pub name: Field,
}
#[pymethods]
impl NameError {
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        let kw = take_keywords("NameError", kwargs, &["name"])?;
        self.base.args.set(Some(args.new_ref()));
        self.name.set(kw.into_iter().next().flatten());
        Ok(())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.base.visit(visit);
        visit.field(&self.name);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.clear_fields();
        self.name.set(None);
    }
    #[getter(name = "name")]
    fn get_name(&self) -> Option<Py> {
        self.name.get()
    }
    #[setter(name)]
    fn set_name(&self, v: Option<&PyObject>) -> PyResult<()> {
        self.name.set(v.map(|v| v.new_ref()));
        Ok(())
    }
}

/// `PyAttributeErrorObject`
#[pyclass(name = "AttributeError", type = _PyExc_AttributeError, base = Exception, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
#[repr(C)]
pub struct AttributeError {
    pub base: BaseException,
    pub obj: Field,
    pub name: Field,
}
/// Tells a raised `AttributeError` that knows of no object what was asked of which.
#[cold]
pub fn add_attribute_context(obj: &PyObject, name: &crate::PyStr) {
    if !crate::error::current_is(AttributeError::type_object()) {
        return;
    }
    if let Some(raised) = crate::error::take() {
        if let Some(e) = raised.downcast::<AttributeError>()
            && e.name.is_none()
            && e.obj.is_none()
        {
            e.name.set(Some(name.as_object().new_ref()));
            e.obj.set(Some(obj.new_ref()));
        }
        let _ = crate::error::restore(raised);
    }
}

#[pymethods]
impl AttributeError {
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        let mut kw = take_keywords("AttributeError", kwargs, &["name", "obj"])?.into_iter();
        self.base.args.set(Some(args.new_ref()));
        self.name.set(kw.next().flatten());
        self.obj.set(kw.next().flatten());
        Ok(())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.base.visit(visit);
        visit.field(&self.obj);
        visit.field(&self.name);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.clear_fields();
        self.obj.set(None);
        self.name.set(None);
    }
    #[getter(name = "name")]
    fn get_name(&self) -> Option<Py> {
        self.name.get()
    }
    #[setter(name)]
    fn set_name(&self, v: Option<&PyObject>) -> PyResult<()> {
        self.name.set(v.map(|v| v.new_ref()));
        Ok(())
    }
    #[getter(name = "obj")]
    fn get_obj(&self) -> Option<Py> {
        self.obj.get()
    }
    #[setter(obj)]
    fn set_obj(&self, v: Option<&PyObject>) -> PyResult<()> {
        self.obj.set(v.map(|v| v.new_ref()));
        Ok(())
    }
    #[method("($self, /)")]
    fn __getstate__(&self) -> PyResult {
        let state = match self.base.dict.get() {
            Some(d) => d.copy()?,
            None => PyDict::new()?,
        };
        if let Some(n) = self.name.get() {
            state.set_item(crate::intern!("name"), &*n)?;
        }
        state.set_item(crate::intern!("args"), &*self.base.args()?)?;
        Ok(state.into_object())
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let class = self.as_object().ty().as_object().new_ref();
        crate::IntoPy::into_py((class, self.base.args()?, self.__getstate__()?))
    }
}

/// `PySyntaxErrorObject`
#[pyclass(name = "SyntaxError", type = _PyExc_SyntaxError, base = Exception, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
#[repr(C)]
pub struct SyntaxError {
    pub base: BaseException,
    pub msg: Field,
    pub filename: Field,
    pub lineno: Field,
    pub offset: Field,
    pub end_lineno: Field,
    pub end_offset: Field,
    pub text: Field,
    pub print_file_and_line: Field,
    pub _metadata: Field,
}

impl SyntaxError {
    fn fields(&self) -> [&Field; 9] {
        [
            &self.msg,
            &self.filename,
            &self.lineno,
            &self.offset,
            &self.text,
            &self.end_lineno,
            &self.end_offset,
            &self.print_file_and_line,
            &self._metadata,
        ]
    }
}

macro_rules! syntax_attrs {
    ($($name:literal $field:ident $get:ident $set:ident),*) => {
        #[pymethods(part = attrs)]
        impl SyntaxError {
            $(
                #[getter(name = $name)]
                fn $get(&self) -> Option<Py> {
                    self.$field.get()
                }
                #[setter($field)]
                fn $set(&self, value: Option<&PyObject>) -> PyResult<()> {
                    self.$field.set(value.map(|v| v.new_ref()));
                    Ok(())
                }
            )*
        }
    };
}
syntax_attrs!(
    "msg" msg get_msg set_msg, "filename" filename get_filename set_filename, "lineno" lineno get_lineno set_lineno,
    "offset" offset get_offset set_offset, "end_lineno" end_lineno get_end_lineno set_end_lineno,
    "end_offset" end_offset get_end_offset set_end_offset, "text" text get_text set_text,
    "print_file_and_line" print_file_and_line get_print set_print, "_metadata" _metadata get_metadata set_metadata
);

#[pymethods(extend(attrs))]
impl SyntaxError {
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        init_base(&self.base, args, kwargs)?;
        if let Some(m) = args.get(0) {
            self.msg.set(Some(m.new_ref()));
        }
        if args.len() == 2 {
            let info = crate::iter::collect(&args.as_slice()[1])?;
            if info.len() < 4 || info.len() > 7 {
                let word = if info.len() < 4 { "at least 4" } else { "at most 7" };
                return raise!(
                    TypeError,
                    "function takes {word} arguments ({} given)",
                    info.len()
                );
            }
            if info.len() == 5 {
                return raise!(
                    TypeError,
                    "end_offset must be provided when end_lineno is provided"
                );
            }
            self.filename.set(Some(info[0].clone()));
            self.lineno.set(Some(info[1].clone()));
            self.offset.set(Some(info[2].clone()));
            self.text.set(Some(info[3].clone()));
            self.end_lineno.set(info.get(4).cloned());
            self.end_offset.set(info.get(5).cloned());
            self._metadata.set(info.get(6).cloned());
        }
        Ok(())
    }
    #[slot]
    fn tp_str(&self) -> PyResult {
        let msg = match self.msg.get() {
            Some(m) => m.str()?.to_string(),
            None => "None".to_string(),
        };
        let file = match self.filename.get() {
            Some(f) => f.downcast::<PyStr>().map(|f| {
                let f = f.to_string();
                f.rsplit('/').next().unwrap_or_default().to_string()
            }),
            None => None,
        };
        let line = match self.lineno.get() {
            Some(l) => l.downcast_exact::<crate::PyInt>().and_then(|i| i.to_i64()),
            None => None,
        };
        let text = match (file, line) {
            (Some(f), Some(l)) => format!("{msg} ({f}, line {l})"),
            (Some(f), None) => format!("{msg} ({f})"),
            (None, Some(l)) => format!("{msg} (line {l})"),
            (None, None) => msg,
        };
        Ok(PyStr::new_wtf8_lossy(&text)?.into_object())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.base.visit(visit);
        for f in self.fields() {
            visit.field(f);
        }
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.clear_fields();
        for f in self.fields() {
            f.set(None);
        }
    }
}
