//! The tree as text: what CPython's `ast.dump(tree, include_attributes=True)` prints.

use crate::ast::*;
use crate::tokenizer::is_printable;
use std::fmt::Write;

/// The text of a tree.
pub fn dump(module: &Mod) -> String {
    let mut dumper = Dumper { out: String::new() };
    dumper.module(module);
    dumper.out
}

/// `repr` of a `str`, given as WTF-8.
pub fn str_repr(value: &[u8]) -> String {
    let quote = if value.contains(&b'\'') && !value.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::from(quote);
    for chunk in value.utf8_chunks() {
        for c in chunk.valid().chars() {
            push_char(&mut out, c, quote);
        }
        // A surrogate's three bytes may come in one or more invalid parts.
        for &byte in chunk.invalid() {
            match byte {
                0xED => out.push_str("\\ud"),
                _ => {
                    let bits = byte & 0x3F;
                    let halves = out.len() - out.rfind("\\ud").unwrap_or(out.len());
                    if halves == 3 {
                        let _ = write!(out, "{:x}", bits >> 2);
                        out.push(char::from(b'0' + (bits & 3)));
                    } else {
                        let high = out.pop().map_or(0, |c| c as u8 - b'0');
                        let _ = write!(out, "{:02x}", high << 6 | bits);
                    }
                }
            }
        }
    }
    out.push(quote);
    out
}

fn push_char(out: &mut String, c: char, quote: char) {
    let code = c as u32;
    let _ = match c {
        '\n' => write!(out, "\\n"),
        '\r' => write!(out, "\\r"),
        '\t' => write!(out, "\\t"),
        '\\' => write!(out, "\\\\"),
        _ if c == quote => write!(out, "\\{c}"),
        _ if is_printable(c) => write!(out, "{c}"),
        _ if code < 0x100 => write!(out, "\\x{code:02x}"),
        _ if code < 0x10000 => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

fn bytes_repr(value: &[u8]) -> String {
    let quote = if value.contains(&b'\'') && !value.contains(&b'"') {
        b'"'
    } else {
        b'\''
    };
    let mut out = String::from("b");
    out.push(quote as char);
    for &c in value {
        let _ = match c {
            b'\n' => write!(out, "\\n"),
            b'\r' => write!(out, "\\r"),
            b'\t' => write!(out, "\\t"),
            b'\\' => write!(out, "\\\\"),
            _ if c == quote => write!(out, "\\{}", c as char),
            b' '..=b'~' => write!(out, "{}", c as char),
            _ => write!(out, "\\x{c:02x}"),
        };
    }
    out.push(quote as char);
    out
}

/// `repr` of a `float` that is not negative.
fn float_repr(value: f64) -> String {
    if value.is_infinite() {
        // As `ast.dump` writes it is `repr(inf)`.
        return "inf".into();
    }
    let mut scientific = format!("{value:e}");
    // Of two equally short and equally near texts the one that ends evenly is the right one: that is how a given number
    // of digits is rounded to.
    let digits = scientific
        .bytes()
        .take_while(|&c| c != b'e')
        .filter(u8::is_ascii_digit)
        .count();
    let rounded = format!("{value:.*e}", digits.saturating_sub(1));
    if rounded.parse() == Ok(value) {
        scientific = rounded;
    }
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value != 0.0 && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    let plain = plain_digits(digits, exponent);
    if plain.contains('.') { plain } else { plain + ".0" }
}

/// `d.ddd` times a power of ten, written out.
fn plain_digits(digits: &str, exponent: i32) -> String {
    let digits: String = digits.chars().filter(|c| *c != '.').collect();
    let point = exponent + 1;
    if point <= 0 {
        return format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize));
    }
    let point = point as usize;
    if digits.len() <= point {
        return format!("{digits}{}", "0".repeat(point - digits.len()));
    }
    format!("{}.{}", &digits[..point], &digits[point..])
}

fn imaginary_repr(value: f64) -> String {
    let text = float_repr(value);
    format!("{}j", text.strip_suffix(".0").unwrap_or(&text))
}

struct Dumper {
    out: String,
}

/// One node being written: its fields are separated by commas.
struct Node<'d> {
    dumper: &'d mut Dumper,
    first: bool,
}

impl Node<'_> {
    fn key(&mut self, name: &str) -> &mut Dumper {
        if !self.first {
            self.dumper.out.push_str(", ");
        }
        self.first = false;
        self.dumper.out.push_str(name);
        self.dumper.out.push('=');
        self.dumper
    }

    fn text(&mut self, name: &str, value: impl AsRef<str>) -> &mut Self {
        self.key(name).out.push_str(value.as_ref());
        self
    }

    fn id(&mut self, name: &str, value: &str) -> &mut Self {
        self.text(name, str_repr(value.as_bytes()))
    }

    fn opt_id(&mut self, name: &str, value: &Option<Identifier>) -> &mut Self {
        match value {
            Some(value) => self.id(name, value),
            None => self,
        }
    }

    fn opt_str(&mut self, name: &str, value: &Option<StrValue>) -> &mut Self {
        match value {
            Some(value) => self.text(name, str_repr(value)),
            None => self,
        }
    }

    fn expr(&mut self, name: &str, value: &Expr) -> &mut Self {
        self.key(name).expr(value);
        self
    }

    fn opt_expr(&mut self, name: &str, value: &Option<Box<Expr>>) -> &mut Self {
        match value {
            Some(value) => self.expr(name, value),
            None => self,
        }
    }

    fn list<T>(&mut self, name: &str, items: &[T], mut write: impl FnMut(&mut Dumper, &T)) -> &mut Self {
        if items.is_empty() {
            return self;
        }
        let dumper = self.key(name);
        dumper.out.push('[');
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                dumper.out.push_str(", ");
            }
            write(dumper, item);
        }
        dumper.out.push(']');
        self
    }

    fn exprs(&mut self, name: &str, items: &[Expr]) -> &mut Self {
        self.list(name, items, |d, e| d.expr(e))
    }

    fn opt_exprs(&mut self, name: &str, items: &[Option<Expr>]) -> &mut Self {
        self.list(name, items, |d, e| match e {
            Some(e) => d.expr(e),
            None => d.out.push_str("None"),
        })
    }

    fn stmts(&mut self, name: &str, items: &[Stmt]) -> &mut Self {
        self.list(name, items, |d, s| d.stmt(s))
    }

    fn ids(&mut self, name: &str, items: &[Identifier]) -> &mut Self {
        self.list(name, items, |d, id| d.out.push_str(&str_repr(id.as_bytes())))
    }

    fn ctx(&mut self, ctx: ExprContext) -> &mut Self {
        // `Load` is the default and is left out, but for the attributes that follow it.
        match ctx {
            ExprContext::Load => self.text("ctx", "Load()"),
            ExprContext::Store => self.text("ctx", "Store()"),
            ExprContext::Del => self.text("ctx", "Del()"),
        }
    }

    fn type_params(&mut self, params: &[TypeParam]) -> &mut Self {
        self.list("type_params", params, |d, p| d.type_param(p))
    }

    fn span(&mut self, span: Span) {
        let Span {
            lineno,
            col_offset,
            end_lineno,
            end_col_offset,
        } = span;
        self.text("lineno", lineno.to_string());
        self.text("col_offset", col_offset.to_string());
        self.text("end_lineno", end_lineno.to_string());
        self.text("end_col_offset", end_col_offset.to_string());
    }
}

impl Dumper {
    fn node(&mut self, name: &str, fields: impl FnOnce(&mut Node<'_>)) {
        self.out.push_str(name);
        self.out.push('(');
        fields(&mut Node {
            dumper: self,
            first: true,
        });
        self.out.push(')');
    }

    fn module(&mut self, module: &Mod) {
        match module {
            Mod::Module { body, type_ignores } => self.node("Module", |n| {
                n.stmts("body", body)
                    .list("type_ignores", type_ignores, |d, ignore| {
                        d.node("TypeIgnore", |n| {
                            n.text("lineno", ignore.lineno.to_string())
                                .text("tag", str_repr(&ignore.tag));
                        });
                    });
            }),
            Mod::Interactive { body } => self.node("Interactive", |n| {
                n.stmts("body", body);
            }),
            Mod::Expression { body } => self.node("Expression", |n| {
                n.expr("body", body);
            }),
            Mod::FunctionType { argtypes, returns } => self.node("FunctionType", |n| {
                n.exprs("argtypes", argtypes).expr("returns", returns);
            }),
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let name = stmt_name(&stmt.kind);
        self.node(name, |n| {
            stmt_fields(n, &stmt.kind);
            n.span(stmt.span);
        });
    }

    fn expr(&mut self, expr: &Expr) {
        let name = expr_name(&expr.kind);
        self.node(name, |n| {
            expr_fields(n, &expr.kind);
            n.span(expr.span);
        });
    }

    fn arguments(&mut self, args: &Arguments) {
        self.node("arguments", |n| {
            n.list("posonlyargs", &args.posonlyargs, |d, a| d.arg(a));
            n.list("args", &args.args, |d, a| d.arg(a));
            if let Some(arg) = &args.vararg {
                n.key("vararg").arg(arg);
            }
            n.list("kwonlyargs", &args.kwonlyargs, |d, a| d.arg(a));
            n.opt_exprs("kw_defaults", &args.kw_defaults);
            if let Some(arg) = &args.kwarg {
                n.key("kwarg").arg(arg);
            }
            n.exprs("defaults", &args.defaults);
        });
    }

    fn arg(&mut self, arg: &Arg) {
        self.node("arg", |n| {
            n.id("arg", &arg.arg).opt_expr("annotation", &arg.annotation);
            n.opt_str("type_comment", &arg.type_comment).span(arg.span);
        });
    }

    fn keyword(&mut self, keyword: &Keyword) {
        self.node("keyword", |n| {
            n.opt_id("arg", &keyword.arg)
                .expr("value", &keyword.value)
                .span(keyword.span);
        });
    }

    fn alias(&mut self, alias: &Alias) {
        self.node("alias", |n| {
            n.id("name", &alias.name)
                .opt_id("asname", &alias.asname)
                .span(alias.span)
        });
    }

    fn with_item(&mut self, item: &WithItem) {
        self.node("withitem", |n| {
            n.expr("context_expr", &item.context_expr)
                .opt_expr("optional_vars", &item.optional_vars);
        });
    }

    fn comprehension(&mut self, comprehension: &Comprehension) {
        self.node("comprehension", |n| {
            n.expr("target", &comprehension.target)
                .expr("iter", &comprehension.iter);
            n.exprs("ifs", &comprehension.ifs);
            n.text("is_async", u8::from(comprehension.is_async).to_string());
        });
    }

    fn handler(&mut self, handler: &ExceptHandler) {
        self.node("ExceptHandler", |n| {
            n.opt_expr("type", &handler.typ).opt_id("name", &handler.name);
            n.stmts("body", &handler.body).span(handler.span);
        });
    }

    fn case(&mut self, case: &MatchCase) {
        self.node("match_case", |n| {
            n.key("pattern").pattern(&case.pattern);
            n.opt_expr("guard", &case.guard).stmts("body", &case.body);
        });
    }

    fn pattern(&mut self, pattern: &Pattern) {
        use PatternKind::*;
        let name = match &pattern.kind {
            MatchValue { .. } => "MatchValue",
            MatchSingleton { .. } => "MatchSingleton",
            MatchSequence { .. } => "MatchSequence",
            MatchMapping { .. } => "MatchMapping",
            MatchClass { .. } => "MatchClass",
            MatchStar { .. } => "MatchStar",
            MatchAs { .. } => "MatchAs",
            MatchOr { .. } => "MatchOr",
        };
        self.node(name, |n| {
            match &pattern.kind {
                MatchValue { value } => n.expr("value", value),
                MatchSingleton { value } => n.text("value", constant_repr(value)),
                MatchSequence { patterns } | MatchOr { patterns } => n.patterns("patterns", patterns),
                MatchMapping { keys, patterns, rest } => n
                    .exprs("keys", keys)
                    .patterns("patterns", patterns)
                    .opt_id("rest", rest),
                MatchClass {
                    cls,
                    patterns,
                    kwd_attrs,
                    kwd_patterns,
                } => n
                    .expr("cls", cls)
                    .patterns("patterns", patterns)
                    .ids("kwd_attrs", kwd_attrs)
                    .patterns("kwd_patterns", kwd_patterns),
                MatchStar { name } => n.opt_id("name", name),
                MatchAs { pattern, name } => {
                    if let Some(pattern) = pattern {
                        n.key("pattern").pattern(pattern);
                    }
                    n.opt_id("name", name)
                }
            };
            n.span(pattern.span);
        });
    }

    fn type_param(&mut self, param: &TypeParam) {
        let (kind, name, bound, default) = match &param.kind {
            TypeParamKind::TypeVar {
                name,
                bound,
                default_value,
            } => ("TypeVar", name, bound, default_value),
            TypeParamKind::ParamSpec { name, default_value } => ("ParamSpec", name, &None, default_value),
            TypeParamKind::TypeVarTuple { name, default_value } => {
                ("TypeVarTuple", name, &None, default_value)
            }
        };
        self.node(kind, |n| {
            n.id("name", name)
                .opt_expr("bound", bound)
                .opt_expr("default_value", default)
                .span(param.span);
        });
    }
}

impl Node<'_> {
    fn patterns(&mut self, name: &str, patterns: &[Pattern]) -> &mut Self {
        self.list(name, patterns, |d, p| d.pattern(p))
    }
}

fn constant_repr(value: &Constant) -> String {
    match value {
        Constant::None => "None".into(),
        Constant::True => "True".into(),
        Constant::False => "False".into(),
        Constant::Ellipsis => "Ellipsis".into(),
        Constant::Int(value) => value.to_string(),
        Constant::Float(value) => float_repr(*value),
        Constant::Imaginary(value) => imaginary_repr(*value),
        Constant::Str(value) => str_repr(value),
        Constant::Bytes(value) => bytes_repr(value),
    }
}

fn stmt_name(kind: &StmtKind) -> &'static str {
    use StmtKind::*;
    match kind {
        FunctionDef(_) => "FunctionDef",
        AsyncFunctionDef(_) => "AsyncFunctionDef",
        ClassDef(_) => "ClassDef",
        Return { .. } => "Return",
        Delete { .. } => "Delete",
        Assign { .. } => "Assign",
        TypeAlias { .. } => "TypeAlias",
        AugAssign { .. } => "AugAssign",
        AnnAssign { .. } => "AnnAssign",
        For(_) => "For",
        AsyncFor(_) => "AsyncFor",
        While { .. } => "While",
        If { .. } => "If",
        With(_) => "With",
        AsyncWith(_) => "AsyncWith",
        Match { .. } => "Match",
        Raise { .. } => "Raise",
        Try(_) => "Try",
        TryStar(_) => "TryStar",
        Assert { .. } => "Assert",
        Import { .. } => "Import",
        ImportFrom { .. } => "ImportFrom",
        Global { .. } => "Global",
        Nonlocal { .. } => "Nonlocal",
        Expr { .. } => "Expr",
        Pass => "Pass",
        Break => "Break",
        Continue => "Continue",
    }
}

fn stmt_fields(n: &mut Node<'_>, kind: &StmtKind) {
    use StmtKind::*;
    match kind {
        FunctionDef(def) | AsyncFunctionDef(def) => {
            n.id("name", &def.name);
            n.key("args").arguments(&def.args);
            n.stmts("body", &def.body)
                .exprs("decorator_list", &def.decorator_list);
            n.opt_expr("returns", &def.returns)
                .opt_str("type_comment", &def.type_comment);
            n.type_params(&def.type_params);
        }
        ClassDef(def) => {
            n.id("name", &def.name).exprs("bases", &def.bases);
            n.list("keywords", &def.keywords, |d, k| d.keyword(k))
                .stmts("body", &def.body);
            n.exprs("decorator_list", &def.decorator_list)
                .type_params(&def.type_params);
        }
        Return { value } => {
            n.opt_expr("value", value);
        }
        Delete { targets } => {
            n.exprs("targets", targets);
        }
        Assign {
            targets,
            value,
            type_comment,
        } => {
            n.exprs("targets", targets)
                .expr("value", value)
                .opt_str("type_comment", type_comment);
        }
        TypeAlias {
            name,
            type_params,
            value,
        } => {
            n.expr("name", name).type_params(type_params).expr("value", value);
        }
        AugAssign { target, op, value } => {
            n.expr("target", target)
                .text("op", operator_name(*op))
                .expr("value", value);
        }
        AnnAssign {
            target,
            annotation,
            value,
            simple,
        } => {
            n.expr("target", target)
                .expr("annotation", annotation)
                .opt_expr("value", value);
            n.text("simple", u8::from(*simple).to_string());
        }
        For(stmt) | AsyncFor(stmt) => {
            n.expr("target", &stmt.target)
                .expr("iter", &stmt.iter)
                .stmts("body", &stmt.body);
            n.stmts("orelse", &stmt.orelse)
                .opt_str("type_comment", &stmt.type_comment);
        }
        While { test, body, orelse } | If { test, body, orelse } => {
            n.expr("test", test).stmts("body", body).stmts("orelse", orelse);
        }
        With(stmt) | AsyncWith(stmt) => {
            n.list("items", &stmt.items, |d, item| d.with_item(item))
                .stmts("body", &stmt.body);
            n.opt_str("type_comment", &stmt.type_comment);
        }
        Match { subject, cases } => {
            n.expr("subject", subject)
                .list("cases", cases, |d, case| d.case(case));
        }
        Raise { exc, cause } => {
            n.opt_expr("exc", exc).opt_expr("cause", cause);
        }
        Try(stmt) | TryStar(stmt) => {
            n.stmts("body", &stmt.body)
                .list("handlers", &stmt.handlers, |d, h| d.handler(h));
            n.stmts("orelse", &stmt.orelse)
                .stmts("finalbody", &stmt.finalbody);
        }
        Assert { test, msg } => {
            n.expr("test", test).opt_expr("msg", msg);
        }
        Import { names } => {
            n.list("names", names, |d, a| d.alias(a));
        }
        ImportFrom { module, names, level } => {
            n.opt_id("module", module).list("names", names, |d, a| d.alias(a));
            n.text("level", level.to_string());
        }
        Global { names } | Nonlocal { names } => {
            n.ids("names", names);
        }
        Expr { value } => {
            n.expr("value", value);
        }
        Pass | Break | Continue => {}
    }
}

fn operator_name(op: Operator) -> &'static str {
    match op {
        Operator::Add => "Add()",
        Operator::Sub => "Sub()",
        Operator::Mult => "Mult()",
        Operator::MatMult => "MatMult()",
        Operator::Div => "Div()",
        Operator::Mod => "Mod()",
        Operator::Pow => "Pow()",
        Operator::LShift => "LShift()",
        Operator::RShift => "RShift()",
        Operator::BitOr => "BitOr()",
        Operator::BitXor => "BitXor()",
        Operator::BitAnd => "BitAnd()",
        Operator::FloorDiv => "FloorDiv()",
    }
}

fn comparison_name(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => "Eq()",
        CmpOp::NotEq => "NotEq()",
        CmpOp::Lt => "Lt()",
        CmpOp::LtE => "LtE()",
        CmpOp::Gt => "Gt()",
        CmpOp::GtE => "GtE()",
        CmpOp::Is => "Is()",
        CmpOp::IsNot => "IsNot()",
        CmpOp::In => "In()",
        CmpOp::NotIn => "NotIn()",
    }
}

fn expr_name(kind: &ExprKind) -> &'static str {
    use ExprKind::*;
    match kind {
        BoolOp { .. } => "BoolOp",
        NamedExpr { .. } => "NamedExpr",
        BinOp { .. } => "BinOp",
        UnaryOp { .. } => "UnaryOp",
        Lambda { .. } => "Lambda",
        IfExp { .. } => "IfExp",
        Dict { .. } => "Dict",
        Set { .. } => "Set",
        ListComp { .. } => "ListComp",
        SetComp { .. } => "SetComp",
        DictComp { .. } => "DictComp",
        GeneratorExp { .. } => "GeneratorExp",
        Await { .. } => "Await",
        Yield { .. } => "Yield",
        YieldFrom { .. } => "YieldFrom",
        Compare { .. } => "Compare",
        Call { .. } => "Call",
        FormattedValue { .. } => "FormattedValue",
        Interpolation { .. } => "Interpolation",
        JoinedStr { .. } => "JoinedStr",
        TemplateStr { .. } => "TemplateStr",
        Constant { .. } => "Constant",
        Attribute { .. } => "Attribute",
        Subscript { .. } => "Subscript",
        Starred { .. } => "Starred",
        Name { .. } => "Name",
        List { .. } => "List",
        Tuple { .. } => "Tuple",
        Slice { .. } => "Slice",
    }
}

fn expr_fields(n: &mut Node<'_>, kind: &ExprKind) {
    use ExprKind::*;
    let generators = |n: &mut Node<'_>, items: &[Comprehension]| {
        n.list("generators", items, |d, c| d.comprehension(c));
    };
    match kind {
        BoolOp { op, values } => {
            let op = if *op == crate::ast::BoolOp::And {
                "And()"
            } else {
                "Or()"
            };
            n.text("op", op).exprs("values", values);
        }
        NamedExpr { target, value } => {
            n.expr("target", target).expr("value", value);
        }
        BinOp { left, op, right } => {
            n.expr("left", left)
                .text("op", operator_name(*op))
                .expr("right", right);
        }
        UnaryOp { op, operand } => {
            let op = match op {
                crate::ast::UnaryOp::Invert => "Invert()",
                crate::ast::UnaryOp::Not => "Not()",
                crate::ast::UnaryOp::UAdd => "UAdd()",
                crate::ast::UnaryOp::USub => "USub()",
            };
            n.text("op", op).expr("operand", operand);
        }
        Lambda { args, body } => {
            n.key("args").arguments(args);
            n.expr("body", body);
        }
        IfExp { test, body, orelse } => {
            n.expr("test", test).expr("body", body).expr("orelse", orelse);
        }
        Dict { keys, values } => {
            n.opt_exprs("keys", keys).exprs("values", values);
        }
        Set { elts } => {
            n.exprs("elts", elts);
        }
        ListComp {
            elt,
            generators: items,
        }
        | SetComp {
            elt,
            generators: items,
        }
        | GeneratorExp {
            elt,
            generators: items,
        } => {
            n.expr("elt", elt);
            generators(n, items);
        }
        DictComp {
            key,
            value,
            generators: items,
        } => {
            n.expr("key", key).expr("value", value);
            generators(n, items);
        }
        Await { value } | YieldFrom { value } => {
            n.expr("value", value);
        }
        Yield { value } => {
            n.opt_expr("value", value);
        }
        Compare {
            left,
            ops,
            comparators,
        } => {
            n.expr("left", left)
                .list("ops", ops, |d, op| d.out.push_str(comparison_name(*op)));
            n.exprs("comparators", comparators);
        }
        Call { func, args, keywords } => {
            n.expr("func", func)
                .exprs("args", args)
                .list("keywords", keywords, |d, k| d.keyword(k));
        }
        FormattedValue {
            value,
            conversion,
            format_spec,
        } => {
            n.expr("value", value).text("conversion", conversion.to_string());
            n.opt_expr("format_spec", format_spec);
        }
        Interpolation {
            value,
            str,
            conversion,
            format_spec,
        } => {
            n.expr("value", value)
                .text("str", str_repr(str))
                .text("conversion", conversion.to_string());
            n.opt_expr("format_spec", format_spec);
        }
        JoinedStr { values } | TemplateStr { values } => {
            n.exprs("values", values);
        }
        Constant { value, u_prefix } => {
            n.text("value", constant_repr(value));
            if *u_prefix {
                n.text("kind", "'u'");
            }
        }
        Attribute { value, attr, ctx } => {
            n.expr("value", value).id("attr", attr).ctx(*ctx);
        }
        Subscript { value, slice, ctx } => {
            n.expr("value", value).expr("slice", slice).ctx(*ctx);
        }
        Starred { value, ctx } => {
            n.expr("value", value).ctx(*ctx);
        }
        Name { id, ctx } => {
            n.id("id", id).ctx(*ctx);
        }
        List { elts, ctx } | Tuple { elts, ctx } => {
            n.exprs("elts", elts).ctx(*ctx);
        }
        Slice { lower, upper, step } => {
            n.opt_expr("lower", lower)
                .opt_expr("upper", upper)
                .opt_expr("step", step);
        }
    }
}
