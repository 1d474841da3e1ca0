//! From tree objects to the front end's tree, for `compile()` of a tree. Objects are checked on the way: a field that is
//! missing or of a wrong kind is a `TypeError` or `ValueError` that names it.

use crate::node::{self, Classes};
use dashu_int::Sign;
use object::protocol::is_instance;
use object::{
    Py, PyBytes, PyFloat, PyInt, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple, is_none, raise, thread,
};
use std::rc::Rc;
use syntax::Mode;
use syntax::ast::*;

/// The tree that an object stands for, or `None` if it is no tree object.
pub fn module(object: &PyObject, mode: Mode) -> PyResult<Option<Mod>> {
    let reader = Reader(node::classes()?);
    if !is_instance(object, reader.class("AST")?.get())? {
        return Ok(None);
    }
    let wanted = match mode {
        Mode::Exec => "Module",
        Mode::Eval => "Expression",
        Mode::Single => "Interactive",
        Mode::FuncType => "FunctionType",
    };
    if !reader.is(object, wanted)? {
        let kind = object.ty().name();
        return raise!(TypeError, "expected {wanted} node, got {kind}");
    }
    Ok(Some(Mod::read(&reader, object)?))
}

/// Looks the classes up.
struct Reader(&'static Classes);

impl Reader {
    fn class(&self, name: &'static str) -> PyResult {
        self.0.class(name)
    }

    fn is(&self, object: &PyObject, name: &'static str) -> PyResult<bool> {
        is_instance(object, self.class(name)?.get())
    }

    /// A field of a node of class `class`.
    fn field<T: Read>(&self, object: &PyObject, class: &str, field: &'static str) -> PyResult<T> {
        match object.get_attr_opt(&*object::intern::intern_str(field)?)? {
            Some(value) if is_none(&value) && !T::NONE_ALLOWED => {
                raise!(ValueError, "field '{field}' is required for {class}")
            }
            Some(value) => T::read_field(self, &value, class, field),
            None => match T::missing() {
                Some(value) => Ok(value),
                None => raise!(TypeError, "required field \"{field}\" missing from {class}"),
            },
        }
    }

    /// The position of a node of the category `class`.
    fn span(&self, object: &PyObject, class: &str) -> PyResult<Span> {
        let lineno = self.field::<u32>(object, class, "lineno")?;
        let col_offset = self.field::<u32>(object, class, "col_offset")?;
        let end_lineno = self
            .field::<Option<u32>>(object, class, "end_lineno")?
            .unwrap_or(lineno);
        let end_col_offset = self
            .field::<Option<u32>>(object, class, "end_col_offset")?
            .unwrap_or(col_offset);
        Ok(Span {
            lineno,
            col_offset,
            end_lineno,
            end_col_offset,
        })
    }

    fn unexpected<T>(&self, object: &PyObject, class: &str) -> PyResult<T> {
        let shown = object.repr()?;
        raise!(
            TypeError,
            "expected some sort of {class}, but got {}",
            shown.get()
        )
    }
}

trait Read: Sized {
    /// `None` is a value of its own here.
    const NONE_ALLOWED: bool = false;

    fn read(r: &Reader, object: &PyObject) -> PyResult<Self>;

    /// What stands for a field that is not there.
    fn missing() -> Option<Self> {
        None
    }

    fn read_field(r: &Reader, object: &PyObject, _class: &str, _field: &str) -> PyResult<Self> {
        Self::read(r, object)
    }
}

impl<T: Read> Read for Box<T> {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        T::read(r, object).map(Box::new)
    }
}

impl<T: Read> Read for Option<T> {
    const NONE_ALLOWED: bool = true;

    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        if is_none(object) {
            Ok(None)
        } else {
            T::read(r, object).map(Some)
        }
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        Self::read_field(r, object, "node", "list")
    }

    fn missing() -> Option<Self> {
        Some(Vec::new())
    }

    fn read_field(r: &Reader, object: &PyObject, class: &str, field: &str) -> PyResult<Self> {
        let Some(list) = object.downcast::<PyList>() else {
            let kind = object.ty().name();
            return raise!(
                TypeError,
                "{class} field \"{field}\" must be a list, not a {kind}"
            );
        };
        let length = list.len();
        let mut out = Vec::with_capacity(length);
        for index in 0..length {
            let Some(item) = list.get(index) else {
                return raise!(
                    RuntimeError,
                    "{class} field \"{field}\" changed size during iteration"
                );
            };
            out.push(T::read(r, &item)?);
        }
        if list.len() != length {
            return raise!(
                RuntimeError,
                "{class} field \"{field}\" changed size during iteration"
            );
        }
        Ok(out)
    }
}

impl Read for Rc<str> {
    fn read(_: &Reader, object: &PyObject) -> PyResult<Self> {
        match object.downcast::<PyStr>() {
            Some(text) => Ok(Rc::from(text.to_string())),
            None => raise!(TypeError, "AST identifier must be of type str"),
        }
    }
}

impl Read for Rc<[u8]> {
    fn read(_: &Reader, object: &PyObject) -> PyResult<Self> {
        match object.downcast::<PyStr>() {
            Some(text) => Ok(Rc::from(text.to_wtf8())),
            None => raise!(TypeError, "AST string must be of type str"),
        }
    }
}

impl Read for i32 {
    fn read(_: &Reader, object: &PyObject) -> PyResult<Self> {
        let value = match object.downcast::<PyInt>() {
            Some(number) => number.to_isize().and_then(|n| i32::try_from(n).ok()),
            None => None,
        };
        match value {
            Some(value) => Ok(value),
            None => {
                let shown = object.repr()?;
                raise!(ValueError, "invalid integer value: {}", shown.get())
            }
        }
    }
}

impl Read for u32 {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        // Positions below zero stand for none.
        Ok(u32::try_from(i32::read(r, object)?).unwrap_or(0))
    }
}

impl Read for bool {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        Ok(i32::read(r, object)? != 0)
    }
}

/// Enumerations whose variants are classes without fields.
macro_rules! marks {
    ($($ty:ty = $category:literal { $($variant:ident),* $(,)? })*) => {$(
        impl Read for $ty {
            fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
                $(if r.is(object, stringify!($variant))? {
                    return Ok(<$ty>::$variant);
                })*
                r.unexpected(object, $category)
            }
        }
    )*};
}

marks! {
    ExprContext = "expr_context" { Load, Store, Del }
    BoolOp = "boolop" { And, Or }
    Operator = "operator" {
        Add, Sub, Mult, MatMult, Div, Mod, Pow, LShift, RShift, BitOr, BitXor, BitAnd, FloorDiv,
    }
    UnaryOp = "unaryop" { Invert, Not, UAdd, USub }
    CmpOp = "cmpop" { Eq, NotEq, Lt, LtE, Gt, GtE, Is, IsNot, In, NotIn }
}

/// Reads the variants whose fields have the names of the class's fields; returns from the function when one fits.
macro_rules! variants {
    ($r:ident, $object:ident, $enum:ident { $($variant:ident { $($field:ident),* }),* $(,)? }) => {
        $(if $r.is($object, stringify!($variant))? {
            return Ok($enum::$variant { $($field: $r.field($object, stringify!($variant), stringify!($field))?),* });
        })*
    };
    ($r:ident, $object:ident, boxed $enum:ident { $($variant:ident: $inner:ident { $($field:ident),* }),* $(,)? }) => {
        $(if $r.is($object, stringify!($variant))? {
            return Ok($enum::$variant(Box::new($inner {
                $($field: $r.field($object, stringify!($variant), stringify!($field))?),*
            })));
        })*
    };
}

/// Reads a struct whose fields have the names of the class's fields.
macro_rules! product {
    ($($ty:ident = $class:literal { $($field:ident),* } $(@ $span:ident)?;)*) => {$(
        impl Read for $ty {
            fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
                if !r.is(object, $class)? {
                    return r.unexpected(object, $class);
                }
                Ok($ty {
                    $($field: r.field(object, $class, stringify!($field))?,)*
                    $($span: r.span(object, $class)?,)?
                })
            }
        }
    )*};
}

product! {
    Comprehension = "comprehension" { target, iter, ifs, is_async };
    Arguments = "arguments" { posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults };
    Arg = "arg" { arg, annotation, type_comment } @ span;
    Keyword = "keyword" { arg, value } @ span;
    Alias = "alias" { name, asname } @ span;
    WithItem = "withitem" { context_expr, optional_vars };
    MatchCase = "match_case" { pattern, guard, body };
    TypeIgnore = "TypeIgnore" { lineno, tag };
}

impl Read for Mod {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        variants!(r, object, Mod {
            Module { body, type_ignores },
            Interactive { body },
            Expression { body },
            FunctionType { argtypes, returns },
        });
        r.unexpected(object, "mod")
    }
}

impl Read for Stmt {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        thread::check_recursion(" during compilation")?;
        if !r.is(object, "stmt")? {
            return r.unexpected(object, "stmt");
        }
        let span = r.span(object, "stmt")?;
        Ok(Stmt {
            kind: StmtKind::read(r, object)?,
            span,
        })
    }
}

impl Read for StmtKind {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        variants!(r, object, StmtKind {
            Expr { value },
            Assign { targets, value, type_comment },
            Return { value },
            If { test, body, orelse },
            Delete { targets },
            TypeAlias { name, type_params, value },
            AugAssign { target, op, value },
            AnnAssign { target, annotation, value, simple },
            While { test, body, orelse },
            Match { subject, cases },
            Raise { exc, cause },
            Assert { test, msg },
            Import { names },
            Global { names },
            Nonlocal { names },
            Pass {},
            Break {},
            Continue {},
        });
        variants!(r, object, boxed StmtKind {
            FunctionDef: FunctionDef { name, args, body, decorator_list, returns, type_comment, type_params },
            AsyncFunctionDef: FunctionDef { name, args, body, decorator_list, returns, type_comment, type_params },
            ClassDef: ClassDef { name, bases, keywords, body, decorator_list, type_params },
            For: For { target, iter, body, orelse, type_comment },
            AsyncFor: For { target, iter, body, orelse, type_comment },
            With: With { items, body, type_comment },
            AsyncWith: With { items, body, type_comment },
            Try: Try { body, handlers, orelse, finalbody },
            TryStar: Try { body, handlers, orelse, finalbody },
        });
        if r.is(object, "ImportFrom")? {
            let level: Option<i32> = r.field(object, "ImportFrom", "level")?;
            let Ok(level) = u32::try_from(level.unwrap_or(0)) else {
                return raise!(ValueError, "Negative ImportFrom level");
            };
            let (module, names) = (
                r.field(object, "ImportFrom", "module")?,
                r.field(object, "ImportFrom", "names")?,
            );
            return Ok(StmtKind::ImportFrom { module, names, level });
        }
        r.unexpected(object, "stmt")
    }
}

impl Read for Expr {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        thread::check_recursion(" during compilation")?;
        if !r.is(object, "expr")? {
            return r.unexpected(object, "expr");
        }
        let span = r.span(object, "expr")?;
        if r.is(object, "Constant")? {
            let Some(value) = object.get_attr_opt(object::intern!("value"))? else {
                return raise!(TypeError, "required field \"value\" missing from Constant");
            };
            let kind: Option<Rc<[u8]>> = r.field(object, "Constant", "kind")?;
            return constant(&value, kind.is_some_and(|kind| *kind == *b"u"), span);
        }
        Ok(Expr {
            kind: ExprKind::read(r, object)?,
            span,
        })
    }
}

/// A constant as an expression. The front end's literals have no sign and no parts: what has, is written as the
/// operators that make it, which the compiler folds.
fn constant(value: &PyObject, u_prefix: bool, span: Span) -> PyResult<Expr> {
    let literal = |value| Expr {
        kind: ExprKind::Constant { value, u_prefix },
        span,
    };
    let negative = |operand| Expr {
        kind: ExprKind::UnaryOp {
            op: UnaryOp::USub,
            operand: Box::new(operand),
        },
        span,
    };
    let float = |number: f64| {
        let magnitude = literal(Constant::Float(number.abs()));
        if number.is_sign_negative() {
            negative(magnitude)
        } else {
            magnitude
        }
    };
    if is_none(value) {
        return Ok(literal(Constant::None));
    }
    if value.is(object::bool::py_bool(true).get()) {
        return Ok(literal(Constant::True));
    }
    if value.is(object::bool::py_bool(false).get()) {
        return Ok(literal(Constant::False));
    }
    if value.is(object::ellipsis().get()) {
        return Ok(literal(Constant::Ellipsis));
    }
    if let Some(text) = value.downcast_exact::<PyStr>() {
        return Ok(literal(Constant::Str(Rc::from(text.to_wtf8()))));
    }
    if let Some(number) = value.downcast_exact::<PyInt>() {
        let (sign, magnitude) = number.to_big().into_parts();
        let magnitude = literal(Constant::Int(magnitude));
        return Ok(if sign == Sign::Negative {
            negative(magnitude)
        } else {
            magnitude
        });
    }
    if let Some(number) = value.downcast_exact::<PyFloat>() {
        return Ok(float(number.value()));
    }
    if let Some(data) = value.downcast_exact::<PyBytes>() {
        return Ok(literal(Constant::Bytes(Rc::from(data.as_slice()))));
    }
    if let Some(tuple) = value.downcast_exact::<PyTuple>() {
        let elts = tuple
            .as_slice()
            .iter()
            .map(|item| constant(item, false, span))
            .collect::<PyResult<_>>()?;
        return Ok(Expr {
            kind: ExprKind::Tuple {
                elts,
                ctx: ExprContext::Load,
            },
            span,
        });
    }
    if let Some(number) = value.downcast_exact::<object::complex::PyComplex>() {
        let (real, imaginary) = number.value();
        let part = literal(Constant::Imaginary(imaginary.abs()));
        let part = if imaginary.is_sign_negative() {
            negative(part)
        } else {
            part
        };
        if real == 0.0 && !real.is_sign_negative() {
            return Ok(part);
        }
        let kind = ExprKind::BinOp {
            left: Box::new(float(real)),
            op: Operator::Add,
            right: Box::new(part),
        };
        return Ok(Expr { kind, span });
    }
    let kind = value.ty().name();
    raise!(TypeError, "got an invalid type in Constant: {kind}")
}

impl Read for Constant {
    const NONE_ALLOWED: bool = true;

    /// The value of a `MatchSingleton`.
    fn read(_: &Reader, object: &PyObject) -> PyResult<Self> {
        match &constant(object, false, Span::NONE)?.kind {
            ExprKind::Constant {
                value: value @ (Constant::None | Constant::True | Constant::False),
                ..
            } => Ok(value.clone()),
            _ => raise!(ValueError, "MatchSingleton can only contain True, False and None"),
        }
    }
}

impl Read for ExprKind {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        variants!(r, object, ExprKind {
            Name { id, ctx },
            Call { func, args, keywords },
            Attribute { value, attr, ctx },
            BinOp { left, op, right },
            BoolOp { op, values },
            NamedExpr { target, value },
            UnaryOp { op, operand },
            Lambda { args, body },
            IfExp { test, body, orelse },
            Dict { keys, values },
            Set { elts },
            ListComp { elt, generators },
            SetComp { elt, generators },
            DictComp { key, value, generators },
            GeneratorExp { elt, generators },
            Await { value },
            Yield { value },
            YieldFrom { value },
            Compare { left, ops, comparators },
            FormattedValue { value, conversion, format_spec },
            JoinedStr { values },
            TemplateStr { values },
            Subscript { value, slice, ctx },
            Starred { value, ctx },
            List { elts, ctx },
            Tuple { elts, ctx },
            Slice { lower, upper, step },
        });
        if r.is(object, "Interpolation")? {
            let text = r.field::<Py>(object, "Interpolation", "str")?;
            return Ok(ExprKind::Interpolation {
                value: r.field(object, "Interpolation", "value")?,
                str: Rc::from(text.str()?.to_wtf8()),
                conversion: r.field(object, "Interpolation", "conversion")?,
                format_spec: r.field(object, "Interpolation", "format_spec")?,
            });
        }
        r.unexpected(object, "expr")
    }
}

impl Read for Py {
    fn read(_: &Reader, object: &PyObject) -> PyResult<Self> {
        Ok(object.new_ref())
    }
}

impl Read for ExceptHandler {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        if !r.is(object, "ExceptHandler")? {
            return r.unexpected(object, "excepthandler");
        }
        Ok(ExceptHandler {
            typ: r.field(object, "ExceptHandler", "type")?,
            name: r.field(object, "ExceptHandler", "name")?,
            body: r.field(object, "ExceptHandler", "body")?,
            span: r.span(object, "excepthandler")?,
        })
    }
}

impl Read for Pattern {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        thread::check_recursion(" during compilation")?;
        if !r.is(object, "pattern")? {
            return r.unexpected(object, "pattern");
        }
        let span = r.span(object, "pattern")?;
        Ok(Pattern {
            kind: PatternKind::read(r, object)?,
            span,
        })
    }
}

impl Read for PatternKind {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        variants!(r, object, PatternKind {
            MatchValue { value },
            MatchSingleton { value },
            MatchSequence { patterns },
            MatchMapping { keys, patterns, rest },
            MatchClass { cls, patterns, kwd_attrs, kwd_patterns },
            MatchStar { name },
            MatchAs { pattern, name },
            MatchOr { patterns },
        });
        r.unexpected(object, "pattern")
    }
}

impl Read for TypeParam {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        if !r.is(object, "type_param")? {
            return r.unexpected(object, "type_param");
        }
        let span = r.span(object, "type_param")?;
        Ok(TypeParam {
            kind: TypeParamKind::read(r, object)?,
            span,
        })
    }
}

impl Read for TypeParamKind {
    fn read(r: &Reader, object: &PyObject) -> PyResult<Self> {
        variants!(r, object, TypeParamKind {
            TypeVar { name, bound, default_value },
            ParamSpec { name, default_value },
            TypeVarTuple { name, default_value },
        });
        r.unexpected(object, "type_param")
    }
}
