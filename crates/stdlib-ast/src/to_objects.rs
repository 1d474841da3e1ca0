//! From the front end's tree to objects.

use crate::node::{self, Classes};
use dashu_int::IBig;
use object::{Py, PyBytes, PyFloat, PyInt, PyLayout, PyList, PyObject, PyResult, PyStr, bool, call, thread};
use std::rc::Rc;
use syntax::ast::*;

/// The tree object of a whole source.
pub fn module(module: &Mod) -> PyResult {
    let builder = Builder(node::classes()?);
    module.build(&builder)
}

/// Makes nodes.
struct Builder(&'static Classes);

impl Builder {
    /// An instance with these fields; its `__init__` is not run.
    fn node(&self, name: &'static str, fields: &[(&'static str, Py)], span: Option<&Span>) -> PyResult {
        let class = self.0.class(name)?;
        let node = call::call_method(&class, object::intern!("__new__"), &[&class])?;
        let set =
            |field: &str, value: &PyObject| node.set_attr(&*object::intern::intern_str(field)?, Some(value));
        for (field, value) in fields {
            set(field, value)?;
        }
        if let Some(span) = span {
            let positions = [
                ("lineno", span.lineno),
                ("col_offset", span.col_offset),
                ("end_lineno", span.end_lineno),
                ("end_col_offset", span.end_col_offset),
            ];
            for (field, number) in positions {
                set(field, PyInt::from_i64(i64::from(number))?.as_object())?;
            }
        }
        Ok(node)
    }

    /// The one instance of a class without fields.
    fn mark(&self, name: &'static str) -> PyResult {
        self.0.singleton(name)
    }
}

trait Build {
    fn build(&self, b: &Builder) -> PyResult;
}

impl<T: Build> Build for Box<T> {
    fn build(&self, b: &Builder) -> PyResult {
        (**self).build(b)
    }
}

impl<T: Build> Build for Option<T> {
    fn build(&self, b: &Builder) -> PyResult {
        match self {
            Some(value) => value.build(b),
            None => Ok(object::none()),
        }
    }
}

impl<T: Build> Build for Vec<T> {
    fn build(&self, b: &Builder) -> PyResult {
        let items = self
            .iter()
            .map(|item| item.build(b))
            .collect::<PyResult<Vec<Py>>>()?;
        Ok(PyList::from_vec(items)?.into_object())
    }
}

impl Build for Rc<str> {
    fn build(&self, _: &Builder) -> PyResult {
        Ok(object::intern::intern_str(self)?.into_object())
    }
}

impl Build for Rc<[u8]> {
    fn build(&self, _: &Builder) -> PyResult {
        Ok(PyStr::from_wtf8(self)?.into_object())
    }
}

impl Build for i32 {
    fn build(&self, _: &Builder) -> PyResult {
        Ok(PyInt::from_i64(i64::from(*self))?.into_object())
    }
}

impl Build for u32 {
    fn build(&self, _: &Builder) -> PyResult {
        Ok(PyInt::from_i64(i64::from(*self))?.into_object())
    }
}

impl Build for bool {
    /// A flag of the tree: 0 or 1.
    fn build(&self, b: &Builder) -> PyResult {
        i32::from(*self).build(b)
    }
}

impl Build for Constant {
    fn build(&self, b: &Builder) -> PyResult {
        Ok(match self {
            Constant::None => object::none(),
            Constant::True => bool::py_bool(true),
            Constant::False => bool::py_bool(false),
            Constant::Ellipsis => object::ellipsis(),
            Constant::Int(value) => PyInt::from_big(&IBig::from(value.clone()))?.into_object(),
            Constant::Float(value) => PyFloat::new(*value)?.into_object(),
            Constant::Imaginary(value) => object::complex::PyComplex::new(0.0, *value)?.into_object(),
            Constant::Str(text) => text.build(b)?,
            Constant::Bytes(data) => PyBytes::new(data)?.into_object(),
        })
    }
}

/// Enumerations whose variants are classes without fields.
macro_rules! marks {
    ($($ty:ty { $($variant:ident),* $(,)? })*) => {$(
        impl Build for $ty {
            fn build(&self, b: &Builder) -> PyResult {
                match self {
                    $(<$ty>::$variant => b.mark(stringify!($variant)),)*
                }
            }
        }
    )*};
}

marks! {
    ExprContext { Load, Store, Del }
    BoolOp { And, Or }
    Operator { Add, Sub, Mult, MatMult, Div, Mod, Pow, LShift, RShift, BitOr, BitXor, BitAnd, FloorDiv }
    UnaryOp { Invert, Not, UAdd, USub }
    CmpOp { Eq, NotEq, Lt, LtE, Gt, GtE, Is, IsNot, In, NotIn }
}

/// A node of a class with fields of the same names as the Rust ones.
macro_rules! fields {
    ($b:ident, $name:expr, $span:expr, $from:ident { $($field:ident),* }) => {
        $b.node($name, &[$((stringify!($field), $from.$field.build($b)?)),*], $span)
    };
}

/// Arms for variants whose fields have the names of the class's fields.
macro_rules! variants {
    ($b:ident, $span:expr, $kind:expr, $enum:ident {
        $($variant:ident { $($field:ident),* }),* $(,)?
    } $(boxed { $($boxed:ident($($inner:ident),*)),* $(,)? })? $(else { $($rest:tt)* })?) => {
        match $kind {
            $($enum::$variant { $($field),* } => {
                $b.node(stringify!($variant), &[$((stringify!($field), $field.build($b)?)),*], $span)
            })*
            $($($enum::$boxed(inner) => fields!($b, stringify!($boxed), $span, inner { $($inner),* }),)*)?
            $($($rest)*)?
        }
    };
}

impl Build for Mod {
    fn build(&self, b: &Builder) -> PyResult {
        variants!(b, None, self, Mod {
            Module { body, type_ignores },
            Interactive { body },
            Expression { body },
            FunctionType { argtypes, returns },
        })
    }
}

impl Build for Stmt {
    fn build(&self, b: &Builder) -> PyResult {
        thread::check_recursion(" during ast construction")?;
        let span = Some(&self.span);
        variants!(b, span, &self.kind, StmtKind {
            Return { value },
            Delete { targets },
            Assign { targets, value, type_comment },
            TypeAlias { name, type_params, value },
            AugAssign { target, op, value },
            AnnAssign { target, annotation, value, simple },
            While { test, body, orelse },
            If { test, body, orelse },
            Match { subject, cases },
            Raise { exc, cause },
            Assert { test, msg },
            Import { names },
            ImportFrom { module, names, level },
            Global { names },
            Nonlocal { names },
            Expr { value },
            Pass {},
            Break {},
            Continue {},
        } boxed {
            FunctionDef(name, args, body, decorator_list, returns, type_comment, type_params),
            AsyncFunctionDef(name, args, body, decorator_list, returns, type_comment, type_params),
            ClassDef(name, bases, keywords, body, decorator_list, type_params),
            For(target, iter, body, orelse, type_comment),
            AsyncFor(target, iter, body, orelse, type_comment),
            With(items, body, type_comment),
            AsyncWith(items, body, type_comment),
            Try(body, handlers, orelse, finalbody),
            TryStar(body, handlers, orelse, finalbody),
        })
    }
}

impl Build for Expr {
    fn build(&self, b: &Builder) -> PyResult {
        thread::check_recursion(" during ast construction")?;
        let span = Some(&self.span);
        variants!(b, span, &self.kind, ExprKind {
            BoolOp { op, values },
            NamedExpr { target, value },
            BinOp { left, op, right },
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
            Call { func, args, keywords },
            FormattedValue { value, conversion, format_spec },
            Interpolation { value, str, conversion, format_spec },
            JoinedStr { values },
            TemplateStr { values },
            Attribute { value, attr, ctx },
            Subscript { value, slice, ctx },
            Starred { value, ctx },
            Name { id, ctx },
            List { elts, ctx },
            Tuple { elts, ctx },
            Slice { lower, upper, step },
        } else {
            ExprKind::Constant { value, u_prefix } => {
                let kind = match u_prefix {
                    true => object::intern!("u").as_object().new_ref(),
                    false => object::none(),
                };
                b.node("Constant", &[("value", value.build(b)?), ("kind", kind)], span)
            }
        })
    }
}

impl Build for Pattern {
    fn build(&self, b: &Builder) -> PyResult {
        thread::check_recursion(" during ast construction")?;
        let span = Some(&self.span);
        variants!(b, span, &self.kind, PatternKind {
            MatchValue { value },
            MatchSingleton { value },
            MatchSequence { patterns },
            MatchMapping { keys, patterns, rest },
            MatchClass { cls, patterns, kwd_attrs, kwd_patterns },
            MatchStar { name },
            MatchAs { pattern, name },
            MatchOr { patterns },
        })
    }
}

impl Build for TypeParam {
    fn build(&self, b: &Builder) -> PyResult {
        let span = Some(&self.span);
        variants!(b, span, &self.kind, TypeParamKind {
            TypeVar { name, bound, default_value },
            ParamSpec { name, default_value },
            TypeVarTuple { name, default_value },
        })
    }
}

impl Build for Comprehension {
    fn build(&self, b: &Builder) -> PyResult {
        fields!(
            b,
            "comprehension",
            None,
            self {
                target,
                iter,
                ifs,
                is_async
            }
        )
    }
}

impl Build for ExceptHandler {
    fn build(&self, b: &Builder) -> PyResult {
        let fields = [
            ("type", self.typ.build(b)?),
            ("name", self.name.build(b)?),
            ("body", self.body.build(b)?),
        ];
        b.node("ExceptHandler", &fields, Some(&self.span))
    }
}

impl Build for Arguments {
    fn build(&self, b: &Builder) -> PyResult {
        fields!(
            b,
            "arguments",
            None,
            self {
                posonlyargs,
                args,
                vararg,
                kwonlyargs,
                kw_defaults,
                kwarg,
                defaults
            }
        )
    }
}

impl Build for Arg {
    fn build(&self, b: &Builder) -> PyResult {
        fields!(
            b,
            "arg",
            Some(&self.span),
            self {
                arg,
                annotation,
                type_comment
            }
        )
    }
}

impl Build for Keyword {
    fn build(&self, b: &Builder) -> PyResult {
        fields!(b, "keyword", Some(&self.span), self { arg, value })
    }
}

impl Build for Alias {
    fn build(&self, b: &Builder) -> PyResult {
        fields!(b, "alias", Some(&self.span), self { name, asname })
    }
}

impl Build for WithItem {
    fn build(&self, b: &Builder) -> PyResult {
        fields!(
            b,
            "withitem",
            None,
            self {
                context_expr,
                optional_vars
            }
        )
    }
}

impl Build for MatchCase {
    fn build(&self, b: &Builder) -> PyResult {
        fields!(b, "match_case", None, self { pattern, guard, body })
    }
}

impl Build for TypeIgnore {
    fn build(&self, b: &Builder) -> PyResult {
        fields!(b, "TypeIgnore", None, self { lineno, tag })
    }
}
