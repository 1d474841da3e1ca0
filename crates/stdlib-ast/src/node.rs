//! `ast.AST` and the classes of the grammar.

use crate::asdl::{self, Attributes, Count};
use object::exceptions as exc;
use object::{
    Field, GilCell, Py, PyClass, PyDict, PyLayout, PyList, PyModule, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, error, intern, pyclass, pymethods, raise,
};
use std::collections::HashMap;

/// `ast.AST`
#[pyclass(name = "ast.AST", type = PyAST_Type, flags(BASETYPE, HAVE_GC), dict = dict)]
#[repr(C)]
pub struct PyAst {
    ob_base: PyObject,
    dict: Field<PyDict>,
}

/// Classes by name, and the one instance of each class without fields.
pub struct Classes {
    classes: HashMap<&'static str, Py>,
    singletons: HashMap<&'static str, Py>,
}

static CLASSES: GilCell<Option<&'static Classes>> = GilCell::new(None);

impl Classes {
    pub fn class(&self, name: &str) -> PyResult {
        match self.classes.get(name) {
            Some(c) => Ok(c.clone()),
            None => raise!(SystemError, "no syntax tree class {name}"),
        }
    }
    /// The instance of a class without fields (`Load`, `Add` …).
    pub fn singleton(&self, name: &str) -> PyResult {
        match self.singletons.get(name) {
            Some(c) => Ok(c.clone()),
            None => raise!(SystemError, "no syntax tree class {name}"),
        }
    }
}

/// The classes, made the first time.
pub fn classes() -> PyResult<&'static Classes> {
    if let Some(c) = CLASSES.get() {
        return Ok(c);
    }
    let c: &'static Classes = Box::leak(Box::new(make_classes()?));
    CLASSES.set(Some(c));
    Ok(c)
}

fn texts(names: &[&str]) -> PyResult<Py<PyTuple>> {
    PyTuple::from_vec(
        names
            .iter()
            .map(|n| Ok(object::intern::intern_str(n)?.into_object()))
            .collect::<PyResult<_>>()?,
    )
}

const PLACE: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

fn new_class(name: &str, base: &PyObject, fields: &[&str], doc: &str) -> PyResult {
    let ns = PyDict::new()?;
    let f = texts(fields)?;
    ns.set_item(intern!("_fields"), &*f)?;
    ns.set_item(intern!("__match_args__"), &*f)?;
    ns.set_item(intern!("__module__"), intern!("ast"))?;
    ns.set_item(intern!("__doc__"), &*PyStr::new(doc)?)?;
    let bases = PyTuple::from_refs(&[base])?;
    object::call::call(
        PyTypeObject::type_object().as_object(),
        &[PyStr::new(name)?.as_object(), bases.as_object(), ns.as_object()],
    )
}

fn set_attributes(class: &PyObject, attributes: Attributes) -> PyResult<()> {
    let names: &[&str] = if attributes == Attributes::None {
        &[]
    } else {
        &PLACE
    };
    class.set_attr(intern!("_attributes"), Some(texts(names)?.as_object()))?;
    if attributes == Attributes::OptionalEnd {
        class.set_attr(intern!("end_lineno"), Some(object::singletons::none_ref()))?;
        class.set_attr(intern!("end_col_offset"), Some(object::singletons::none_ref()))?;
    }
    Ok(())
}

fn make_classes() -> PyResult<Classes> {
    object::class::ready::<PyAst>()?;
    let ast = PyAst::type_object();
    let Some(ast_dict) = ast.tp_dict.get() else {
        return error::bad_internal_call();
    };
    let empty = PyTuple::empty()?;
    for n in ["_fields", "__match_args__", "_attributes"] {
        ast_dict.set_item(&*object::intern::intern_str(n)?, &*empty)?;
    }
    let mut classes: HashMap<&'static str, Py> = HashMap::new();
    let mut singletons = HashMap::new();
    classes.insert("AST", ast.as_object().new_ref());
    let definitions = asdl::definitions();
    for d in &definitions {
        let lines = d
            .text
            .replace(" | ", &format!("\n{:width$}| ", "", width = d.name.len() + 1));
        if d.product {
            let c = &d.constructors[0];
            let names: Vec<&str> = c.fields.iter().map(|f| f.name).collect();
            let doc = format!("{}{}", d.name, d.text);
            let class = new_class(d.name, ast.as_object(), &names, &doc)?;
            set_attributes(&class, d.attributes)?;
            classes.insert(d.name, class);
            continue;
        }
        let sum = new_class(d.name, ast.as_object(), &[], &format!("{} = {lines}", d.name))?;
        set_attributes(&sum, d.attributes)?;
        for c in &d.constructors {
            let names: Vec<&str> = c.fields.iter().map(|f| f.name).collect();
            let class = new_class(c.name, &sum, &names, c.text)?;
            if c.fields.is_empty() && d.attributes == Attributes::None {
                singletons.insert(c.name, object::call::call(&class, &[])?);
            }
            classes.insert(c.name, class);
        }
        classes.insert(d.name, sum);
    }
    // the types of fields, and the missing ones' default
    let builtin = |n: &str| -> PyResult { object::hooks::import("builtins")?.get_attr_str(n) };
    let none_type = object::singletons::PyNone::type_object().as_object();
    for d in &definitions {
        for c in &d.constructors {
            let class = classes.get(c.name).cloned().unwrap_or_else(object::none);
            let types = PyDict::new()?;
            for f in &c.fields {
                let base = match f.ty {
                    "identifier" | "string" => builtin("str")?,
                    "int" => builtin("int")?,
                    "constant" => builtin("object")?,
                    t => classes.get(t).cloned().unwrap_or_else(object::none),
                };
                let ty = match f.count {
                    Count::One => base,
                    Count::Optional => object::number::or(&base, none_type)?,
                    Count::Many | Count::ManyOptional => {
                        object::typeobject::generic_alias(&*builtin("list")?, &base)?
                    }
                };
                let name = object::intern::intern_str(f.name)?;
                types.set_item(&*name, &*ty)?;
                if f.count == Count::Optional {
                    class.set_attr(&name, Some(object::singletons::none_ref()))?;
                }
            }
            class.set_attr(intern!("_field_types"), Some(types.as_object()))?;
            class.set_attr(intern!("__annotations__"), Some(types.as_object()))?;
        }
    }
    Ok(Classes { classes, singletons })
}

/// Adds all classes to the module.
pub fn add_all(m: &PyModule) -> PyResult<()> {
    for (name, class) in &classes()?.classes {
        m.add(name, class)?;
    }
    Ok(())
}

/// The names of a class's tuple attribute (`_fields`, `_attributes`).
fn names_of(obj: &PyObject, which: &PyStr) -> PyResult<Vec<Py<PyStr>>> {
    let v = obj.ty().as_object().get_attr_opt(which)?;
    let items = match v {
        Some(v) => object::iter::collect(&v)?,
        None => Vec::new(),
    };
    Ok(items
        .into_iter()
        .filter_map(|i| i.downcast_into::<PyStr>().ok())
        .collect())
}

fn deprecated(message: &str) -> PyResult<()> {
    object::hooks::warn(exc::DeprecationWarning::type_object(), message, 1)
}

const REPR_DEPTH: usize = 3;

fn repr(obj: &PyObject, depth: usize) -> PyResult<String> {
    let name = obj.ty().name().to_string();
    if depth == 0 {
        return Ok(format!("{name}(...)"));
    }
    let mut parts = Vec::new();
    for f in names_of(obj, intern!("_fields"))? {
        let Some(v) = obj.get_attr_opt(&f)? else { continue };
        let text = if let Some(l) = v.downcast_exact::<PyList>() {
            let items = l.to_vec();
            let mut shown = Vec::new();
            for (i, item) in items.iter().enumerate() {
                if items.len() > 2 && i > 0 && i + 1 < items.len() {
                    if i == 1 {
                        shown.push("...".to_string());
                    }
                    continue;
                }
                shown.push(item_repr(item, depth - 1)?);
            }
            format!("[{}]", shown.join(", "))
        } else {
            item_repr(&v, depth - 1)?
        };
        parts.push(format!("{f}={text}"));
    }
    Ok(format!("{name}({})", parts.join(", ")))
}

fn item_repr(v: &PyObject, depth: usize) -> PyResult<String> {
    if PyAst::check(v) {
        repr(v, depth)
    } else {
        Ok(v.repr()?.to_string())
    }
}

#[pymethods]
impl PyAst {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kw: Option<&PyDict>) -> PyResult<Py<PyAst>> {
        object::new_instance(cls, |_: *mut PyAst| {})
    }
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        let me = self.as_object();
        let fields = names_of(me, intern!("_fields"))?;
        let attributes = names_of(me, intern!("_attributes"))?;
        let class = me.ty().name().to_string();
        if args.len() > fields.len() {
            return raise!(
                TypeError,
                "{class} constructor takes at most {} positional argument{}",
                fields.len(),
                if fields.len() == 1 { "" } else { "s" }
            );
        }
        for (f, v) in fields.iter().zip(args.as_slice()) {
            me.set_attr(f, Some(v))?;
        }
        let mut given: Vec<bool> = (0..fields.len()).map(|i| i < args.len()).collect();
        for (k, v) in kwargs.map_or(Vec::new(), |k| k.items_vec()) {
            let Some(k) = k.downcast::<PyStr>() else {
                return raise!(TypeError, "keywords must be strings");
            };
            match fields.iter().position(|f| f.eq(k)) {
                Some(i) => {
                    if i < args.len() {
                        return raise!(TypeError, "{class} got multiple values for argument '{k}'");
                    }
                    given[i] = true;
                }
                None if attributes.iter().any(|a| a.eq(k)) => {}
                None => deprecated(&format!(
                    "{class}.__init__ got an unexpected keyword argument '{k}'. Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15."
                ))?,
            }
            me.set_attr(k, Some(&v))?;
        }
        if given.iter().all(|g| *g) {
            return Ok(());
        }
        let types = me.ty().as_object().get_attr_opt(intern!("_field_types"))?;
        let Some(types) = types.as_ref().and_then(|t| t.downcast::<PyDict>()) else {
            return Ok(());
        };
        for (f, g) in fields.iter().zip(&given) {
            if *g {
                continue;
            }
            let Some(ty) = types.get_str(f)? else {
                deprecated(&format!(
                    "Field '{f}' is missing from {class}._field_types. This will become an error in Python 3.15."
                ))?;
                continue;
            };
            if object::union::PyUnion::check_exact(&ty) {
                continue;
            }
            if object::genericalias::PyGenericAlias::check(&ty) {
                me.set_attr(f, Some(PyList::new()?.as_object()))?;
            } else if ty.is(&*classes()?.class("expr_context")?) {
                me.set_attr(f, Some(&*classes()?.singleton("Load")?))?;
            } else {
                deprecated(&format!(
                    "{class}.__init__ missing 1 required positional argument: '{f}'. This will become an error in Python 3.15."
                ))?;
            }
        }
        Ok(())
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        PyStr::new_wtf8_lossy(&repr(self.as_object(), REPR_DEPTH)?)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut object::Visitor) {
        visit.field(&self.dict);
    }
    #[slot]
    fn tp_clear(&self) {
        self.dict.set(None);
    }
    #[getter]
    fn __dict__(&self) -> PyResult {
        Ok(self
            .as_object()
            .instance_dict()?
            .map_or_else(object::none, |d| d.into_object()))
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let class = self.as_object().ty().as_object().new_ref();
        let d = match self.dict.get() {
            Some(d) => d.copy()?,
            None => PyDict::new()?,
        };
        // fields positionally as far as they go, so that no warnings come up
        let mut args = Vec::new();
        for f in names_of(self.as_object(), intern!("_fields"))? {
            match d.get_str(&f)? {
                Some(v) => args.push(v),
                None => break,
            }
        }
        object::IntoPy::into_py((class, PyTuple::from_vec(args)?, d))
    }
    #[method("($self, /, **fields)")]
    fn __replace__(&self, changes: object::KwArgs<'_>) -> PyResult {
        let me = self.as_object();
        let fields = names_of(me, intern!("_fields"))?;
        let attributes = names_of(me, intern!("_attributes"))?;
        let all = PyDict::new()?;
        for n in fields.iter().chain(&attributes) {
            if let Some(v) = me.get_attr_opt(n)? {
                all.set_item(&**n, &*v)?;
            }
        }
        for (k, v) in changes.iter() {
            let known = k
                .downcast::<PyStr>()
                .is_some_and(|k| fields.iter().chain(&attributes).any(|n| n.eq(k)));
            if !known {
                return raise!(
                    TypeError,
                    "{}.__replace__ got an unexpected keyword argument {}.",
                    me.ty().name(),
                    k.repr()?
                );
            }
            all.set_item(k, v)?;
        }
        object::call::call_tuple_dict(me.ty().as_object(), &*PyTuple::empty()?, Some(&all))
    }
}
