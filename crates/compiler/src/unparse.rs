//! Expressions back to text, as `from __future__ import annotations` stores them.

use crate::consts::from_ast;
use bytecode::Const;
use syntax::ast::*;

/// Precedence, loosest first.
mod prec {
    pub const TUPLE: u8 = 0;
    pub const TEST: u8 = 1;
    pub const OR: u8 = 2;
    pub const AND: u8 = 3;
    pub const NOT: u8 = 4;
    pub const CMP: u8 = 5;
    pub const EXPR: u8 = 6;
    pub const BITOR: u8 = 6;
    pub const BITXOR: u8 = 7;
    pub const BITAND: u8 = 8;
    pub const SHIFT: u8 = 9;
    pub const ARITH: u8 = 10;
    pub const TERM: u8 = 11;
    pub const FACTOR: u8 = 12;
    pub const POWER: u8 = 13;
    pub const AWAIT: u8 = 14;
    pub const ATOM: u8 = 15;
}

/// Deeper nodes are left out: such text is of no use, and the native stack is finite.
const MAX_DEPTH: u32 = 1000;

pub fn unparse(e: &Expr) -> Vec<u8> {
    let mut w = Writer {
        out: Vec::new(),
        depth: 0,
    };
    w.expr(e, prec::TEST);
    w.out
}

/// `repr()` of a constant.
pub fn constant(c: &Const) -> Vec<u8> {
    let mut w = Writer {
        out: Vec::new(),
        depth: 0,
    };
    w.constant(c);
    w.out
}

struct Writer {
    out: Vec<u8>,
    depth: u32,
}

impl Writer {
    fn text(&mut self, s: &str) {
        self.out.extend_from_slice(s.as_bytes());
    }

    fn parens(&mut self, wanted: bool, body: impl FnOnce(&mut Self)) {
        if wanted {
            self.text("(");
        }
        body(self);
        if wanted {
            self.text(")");
        }
    }

    fn list(&mut self, items: &[Expr], level: u8) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.text(", ");
            }
            self.expr(item, level);
        }
    }

    fn expr(&mut self, e: &Expr, level: u8) {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            self.expr_inner(e, level);
        }
        self.depth -= 1;
    }

    fn expr_inner(&mut self, e: &Expr, level: u8) {
        match &e.kind {
            ExprKind::BoolOp { op, values } => {
                let (pr, word) = match op {
                    BoolOp::And => (prec::AND, " and "),
                    BoolOp::Or => (prec::OR, " or "),
                };
                self.parens(level > pr, |w| {
                    for (i, value) in values.iter().enumerate() {
                        if i > 0 {
                            w.text(word);
                        }
                        w.expr(value, pr + 1);
                    }
                });
            }
            ExprKind::BinOp { left, op, right } => {
                let (pr, sign) = match op {
                    Operator::Add => (prec::ARITH, " + "),
                    Operator::Sub => (prec::ARITH, " - "),
                    Operator::Mult => (prec::TERM, " * "),
                    Operator::MatMult => (prec::TERM, " @ "),
                    Operator::Div => (prec::TERM, " / "),
                    Operator::Mod => (prec::TERM, " % "),
                    Operator::LShift => (prec::SHIFT, " << "),
                    Operator::RShift => (prec::SHIFT, " >> "),
                    Operator::BitOr => (prec::BITOR, " | "),
                    Operator::BitXor => (prec::BITXOR, " ^ "),
                    Operator::BitAnd => (prec::BITAND, " & "),
                    Operator::FloorDiv => (prec::TERM, " // "),
                    Operator::Pow => (prec::POWER, " ** "),
                };
                let right_assoc = *op == Operator::Pow;
                self.parens(level > pr, |w| {
                    w.expr(left, pr + u8::from(right_assoc));
                    w.text(sign);
                    w.expr(right, pr + u8::from(!right_assoc));
                });
            }
            ExprKind::UnaryOp { op, operand } => {
                let (pr, sign) = match op {
                    UnaryOp::Invert => (prec::FACTOR, "~"),
                    UnaryOp::Not => (prec::NOT, "not "),
                    UnaryOp::UAdd => (prec::FACTOR, "+"),
                    UnaryOp::USub => (prec::FACTOR, "-"),
                };
                self.parens(level > pr, |w| {
                    w.text(sign);
                    w.expr(operand, pr);
                });
            }
            ExprKind::Lambda { args, body } => self.parens(level > prec::TEST, |w| {
                let a = args;
                let any = !a.posonlyargs.is_empty()
                    || !a.args.is_empty()
                    || a.vararg.is_some()
                    || !a.kwonlyargs.is_empty()
                    || a.kwarg.is_some();
                w.text(if any { "lambda " } else { "lambda" });
                w.arguments(args);
                w.text(": ");
                w.expr(body, prec::TEST);
            }),
            ExprKind::IfExp { test, body, orelse } => self.parens(level > prec::TEST, |w| {
                w.expr(body, prec::TEST + 1);
                w.text(" if ");
                w.expr(test, prec::TEST + 1);
                w.text(" else ");
                w.expr(orelse, prec::TEST);
            }),
            ExprKind::Dict { keys, values } => {
                self.text("{");
                for (i, (key, value)) in keys.iter().zip(values).enumerate() {
                    if i > 0 {
                        self.text(", ");
                    }
                    match key {
                        Some(key) => {
                            self.expr(key, prec::TEST);
                            self.text(": ");
                            self.expr(value, prec::TEST);
                        }
                        None => {
                            self.text("**");
                            self.expr(value, prec::EXPR);
                        }
                    }
                }
                self.text("}");
            }
            ExprKind::Set { elts } => {
                self.text("{");
                self.list(elts, prec::TEST);
                self.text("}");
            }
            ExprKind::GeneratorExp { elt, generators } => self.comprehension("(", elt, None, generators, ")"),
            ExprKind::ListComp { elt, generators } => self.comprehension("[", elt, None, generators, "]"),
            ExprKind::SetComp { elt, generators } => self.comprehension("{", elt, None, generators, "}"),
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                self.comprehension("{", key, Some(value), generators, "}");
            }
            ExprKind::Yield { value } => {
                self.text("(yield");
                if let Some(value) = value {
                    self.text(" ");
                    self.expr(value, prec::TEST);
                }
                self.text(")");
            }
            ExprKind::YieldFrom { value } => {
                self.text("(yield from ");
                self.expr(value, prec::TEST);
                self.text(")");
            }
            ExprKind::Await { value } => self.parens(level > prec::AWAIT, |w| {
                w.text("await ");
                w.expr(value, prec::ATOM);
            }),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.parens(level > prec::CMP, |w| {
                w.expr(left, prec::CMP + 1);
                for (op, right) in ops.iter().zip(comparators) {
                    w.text(match op {
                        CmpOp::Eq => " == ",
                        CmpOp::NotEq => " != ",
                        CmpOp::Lt => " < ",
                        CmpOp::LtE => " <= ",
                        CmpOp::Gt => " > ",
                        CmpOp::GtE => " >= ",
                        CmpOp::Is => " is ",
                        CmpOp::IsNot => " is not ",
                        CmpOp::In => " in ",
                        CmpOp::NotIn => " not in ",
                    });
                    w.expr(right, prec::CMP + 1);
                }
            }),
            ExprKind::Call { func, args, keywords } => self.call(func, args, keywords),
            ExprKind::JoinedStr { values } => self.joined("f", values),
            ExprKind::TemplateStr { values } => self.joined("t", values),
            ExprKind::FormattedValue { .. } => self.joined("f", std::slice::from_ref(e)),
            ExprKind::Interpolation { .. } => self.joined("t", std::slice::from_ref(e)),
            ExprKind::Constant { value, u_prefix } => {
                if *u_prefix {
                    self.text("u");
                }
                self.constant(&from_ast(value));
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, prec::ATOM);
                let int = matches!(
                    value.kind,
                    ExprKind::Constant {
                        value: Constant::Int(_),
                        ..
                    }
                );
                self.text(if int { " ." } else { "." });
                self.text(attr);
            }
            ExprKind::Starred { value, .. } => {
                self.text("*");
                self.expr(value, prec::EXPR);
            }
            ExprKind::Name { id, .. } => self.text(id),
            ExprKind::List { elts, .. } => {
                self.text("[");
                self.list(elts, prec::TEST);
                self.text("]");
            }
            ExprKind::Tuple { elts, .. } => match &elts[..] {
                [] => self.text("()"),
                elts => self.parens(level > prec::TUPLE, |w| {
                    w.list(elts, prec::TEST);
                    if elts.len() == 1 {
                        w.text(",");
                    }
                }),
            },
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, prec::ATOM);
                self.text("[");
                self.expr(slice, prec::TUPLE);
                self.text("]");
            }
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, prec::TEST);
                }
                self.text(":");
                if let Some(upper) = upper {
                    self.expr(upper, prec::TEST);
                }
                if let Some(step) = step {
                    self.text(":");
                    self.expr(step, prec::TEST);
                }
            }
            ExprKind::NamedExpr { target, value } => self.parens(level > prec::TUPLE, |w| {
                w.expr(target, prec::ATOM);
                w.text(" := ");
                w.expr(value, prec::ATOM);
            }),
        }
    }

    fn comprehension(
        &mut self,
        open: &str,
        elt: &Expr,
        value: Option<&Expr>,
        generators: &[Comprehension],
        close: &str,
    ) {
        self.text(open);
        self.expr(elt, prec::TEST);
        if let Some(value) = value {
            self.text(": ");
            self.expr(value, prec::TEST);
        }
        for g in generators {
            self.text(if g.is_async { " async for " } else { " for " });
            self.expr(&g.target, prec::TUPLE);
            self.text(" in ");
            self.expr(&g.iter, prec::TEST + 1);
            for test in &g.ifs {
                self.text(" if ");
                self.expr(test, prec::TEST + 1);
            }
        }
        self.text(close);
    }

    fn call(&mut self, func: &Expr, args: &[Expr], keywords: &[Keyword]) {
        self.expr(func, prec::ATOM);
        if let (
            [
                arg @ Expr {
                    kind: ExprKind::GeneratorExp { .. },
                    ..
                },
            ],
            [],
        ) = (args, keywords)
        {
            // It brings its own parentheses.
            return self.expr(arg, prec::TEST);
        }
        self.text("(");
        self.list(args, prec::TEST);
        for (i, k) in keywords.iter().enumerate() {
            if i > 0 || !args.is_empty() {
                self.text(", ");
            }
            match &k.arg {
                Some(name) => {
                    self.text(name);
                    self.text("=");
                }
                None => self.text("**"),
            }
            self.expr(&k.value, prec::TEST);
        }
        self.text(")");
    }

    fn arguments(&mut self, a: &Arguments) {
        let mut first = true;
        let mut comma = |w: &mut Self| {
            if !std::mem::take(&mut first) {
                w.text(", ");
            }
        };
        let positional = a.posonlyargs.len() + a.args.len();
        for (i, arg) in a.posonlyargs.iter().chain(&a.args).enumerate() {
            comma(self);
            self.arg(arg);
            if let Some(d) = (i + a.defaults.len()).checked_sub(positional) {
                self.text("=");
                self.expr(&a.defaults[d], prec::TEST);
            }
            if i + 1 == a.posonlyargs.len() {
                self.text(", /");
            }
        }
        if a.vararg.is_some() || !a.kwonlyargs.is_empty() {
            comma(self);
            self.text("*");
            if let Some(arg) = &a.vararg {
                self.arg(arg);
            }
        }
        for (arg, default) in a.kwonlyargs.iter().zip(&a.kw_defaults) {
            comma(self);
            self.arg(arg);
            if let Some(default) = default {
                self.text("=");
                self.expr(default, prec::TEST);
            }
        }
        if let Some(arg) = &a.kwarg {
            comma(self);
            self.text("**");
            self.arg(arg);
        }
    }

    fn arg(&mut self, arg: &Arg) {
        self.text(&arg.arg);
        if let Some(annotation) = &arg.annotation {
            self.text(": ");
            self.expr(annotation, prec::TEST);
        }
    }

    fn joined(&mut self, prefix: &str, values: &[Expr]) {
        let mut body = Writer {
            out: Vec::new(),
            depth: self.depth,
        };
        body.joined_body(values);
        self.text(prefix);
        self.string(&body.out);
    }

    fn joined_body(&mut self, values: &[Expr]) {
        for value in values {
            match &value.kind {
                ExprKind::Constant {
                    value: Constant::Str(s),
                    ..
                } => {
                    for &b in s.iter() {
                        if matches!(b, b'{' | b'}') {
                            self.out.push(b);
                        }
                        self.out.push(b);
                    }
                }
                ExprKind::FormattedValue {
                    value,
                    conversion,
                    format_spec,
                }
                | ExprKind::Interpolation {
                    value,
                    conversion,
                    format_spec,
                    ..
                } => {
                    let mut inner = Writer {
                        out: Vec::new(),
                        depth: self.depth,
                    };
                    inner.expr(value, prec::TEST + 1);
                    self.text(if inner.out.first() == Some(&b'{') {
                        "{ "
                    } else {
                        "{"
                    });
                    self.out.extend(inner.out);
                    if let Ok(c) = u8::try_from(*conversion) {
                        self.text("!");
                        self.out.push(c);
                    }
                    if let Some(spec) = format_spec {
                        self.text(":");
                        match &spec.kind {
                            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => {
                                self.joined_body(values);
                            }
                            _ => self.joined_body(std::slice::from_ref(spec)),
                        }
                    }
                    self.text("}");
                }
                ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.joined_body(values),
                _ => self.expr(value, prec::TEST),
            }
        }
    }

    fn constant(&mut self, c: &Const) {
        match c {
            Const::None => self.text("None"),
            Const::True => self.text("True"),
            Const::False => self.text("False"),
            Const::Ellipsis => self.text("..."),
            Const::Int(n) => self.text(&n.to_string()),
            Const::Float(f) => self.text(&float_repr(*f, true)),
            Const::Complex(re, im) => {
                let im = float_repr(*im, false);
                if *re == 0.0 && re.is_sign_positive() {
                    self.text(&format!("{im}j"));
                } else {
                    let sign = if im.starts_with('-') { "" } else { "+" };
                    self.text(&format!("({}{sign}{im}j)", float_repr(*re, false)));
                }
            }
            Const::Str(s) => self.string(s),
            Const::Bytes(b) => {
                self.text("b");
                self.bytes(b);
            }
            Const::Tuple(items) => {
                self.text("(");
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        self.text(", ");
                    }
                    self.constant(item);
                }
                self.text(if items.len() == 1 { ",)" } else { ")" });
            }
            Const::FrozenSet(_) => self.text("frozenset()"),
            Const::Slice(parts) => {
                self.text("slice(");
                for (i, part) in parts.iter().enumerate() {
                    if i > 0 {
                        self.text(", ");
                    }
                    self.constant(part);
                }
                self.text(")");
            }
            Const::Code(_) => self.text("<code>"),
        }
    }

    fn quote(text: &[u8]) -> u8 {
        if text.contains(&b'\'') && !text.contains(&b'"') {
            b'"'
        } else {
            b'\''
        }
    }

    fn escape_ascii(&mut self, b: u8, quote: u8) {
        match b {
            b'\\' => self.text("\\\\"),
            b'\n' => self.text("\\n"),
            b'\r' => self.text("\\r"),
            b'\t' => self.text("\\t"),
            b if b == quote => self.out.extend([b'\\', b]),
            0x20..=0x7e => self.out.push(b),
            _ => self.text(&format!("\\x{b:02x}")),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let quote = Self::quote(bytes);
        self.out.push(quote);
        for &b in bytes {
            self.escape_ascii(b, quote);
        }
        self.out.push(quote);
    }

    /// `repr()` of WTF-8 text.
    fn string(&mut self, text: &[u8]) {
        let quote = Self::quote(text);
        self.out.push(quote);
        let mut rest = text;
        while let Some(&b) = rest.first() {
            if b < 0x80 {
                self.escape_ascii(b, quote);
                rest = &rest[1..];
                continue;
            }
            let len = match b {
                0xf0.. => 4,
                0xe0.. => 3,
                _ => 2,
            }
            .min(rest.len());
            let (ch, tail) = rest.split_at(len);
            rest = tail;
            match std::str::from_utf8(ch).ok().and_then(|s| s.chars().next()) {
                Some(c) if is_printable(c) => self.out.extend_from_slice(ch),
                Some(c) if (c as u32) < 0x100 => self.text(&format!("\\x{:02x}", c as u32)),
                Some(c) if (c as u32) < 0x10000 => self.text(&format!("\\u{:04x}", c as u32)),
                Some(c) => self.text(&format!("\\U{:08x}", c as u32)),
                None => {
                    // A lone surrogate.
                    let n = ch
                        .iter()
                        .skip(1)
                        .fold(u32::from(b & 0xf), |n, &b| (n << 6) | u32::from(b & 0x3f));
                    self.text(&format!("\\u{n:04x}"));
                }
            }
        }
        self.out.push(quote);
    }
}

/// Control, format, separator and private characters are not printable.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && !c.is_whitespace()
        && !matches!(
            c as u32,
            0xad | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x890..=0x891 | 0x8e2 | 0x180e | 0x200b..=0x200f
                | 0x202a..=0x202e | 0x2060..=0x206f | 0xe000..=0xf8ff | 0xfeff | 0xfff9..=0xfffb
                | 0x110bd | 0x110cd | 0x13430..=0x1343f | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a
                | 0xe0001..=0xe007f | 0xf0000..=0x10ffff
        )
}

/// `repr()` of a float; infinity is written as a number that is one.
fn float_repr(f: f64, decimal_point: bool) -> String {
    if f.is_nan() {
        return "nan".into();
    }
    if f.is_infinite() {
        return if f > 0.0 { "1e309".into() } else { "-1e309".into() };
    }
    let text = format!("{f:e}");
    let (digits, exp) = text.split_once('e').unwrap_or((&text, "0"));
    let exp: i32 = exp.parse().unwrap_or(0);
    if (-4..16).contains(&exp) {
        let text = format!("{f}");
        return if decimal_point && !text.contains('.') {
            text + ".0"
        } else {
            text
        };
    }
    let sign = if exp < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exp.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats() {
        for (f, text) in [
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e16, "1e+16"),
            (1e-5, "1e-05"),
            (123456.789, "123456.789"),
            (1.5e300, "1.5e+300"),
        ] {
            assert_eq!(float_repr(f, true), text);
        }
        assert_eq!(float_repr(2.0, false), "2");
    }
}
