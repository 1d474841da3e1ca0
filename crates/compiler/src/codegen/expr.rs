//! Expressions.

use super::*;
use crate::consts::{from_ast, type_name};
use crate::preprocess::{Piece, constant, is_constant, percent_format};
use bytecode::oparg::*;

/// The name of the type that an expression surely has.
fn infer_type(e: &Expr) -> Option<&'static str> {
    Some(match &e.kind {
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda { .. } => "function",
        ExprKind::TemplateStr { .. } | ExprKind::Interpolation { .. } => "string.templatelib.Template",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
        ExprKind::Constant { value, .. } => type_name(&from_ast(value)),
        ExprKind::Name { .. } if is_constant(e) => "bool",
        ExprKind::BinOp { left, op, right } if percent_format(left, *op, right).is_some() => "str",
        _ => return None,
    })
}

/// False for a literal other than `None`, `True`, `False` and `...`.
fn may_be_identity_operand(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Tuple { elts, .. } => !elts.iter().all(is_constant),
        ExprKind::Constant { value, .. } => {
            matches!(
                value,
                Constant::None | Constant::True | Constant::False | Constant::Ellipsis
            )
        }
        _ => true,
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn exprs(&mut self, list: &'a [Expr]) -> Result {
        list.iter().try_for_each(|e| self.expr(e))
    }

    pub(super) fn expr(&mut self, e: &'a Expr) -> Result {
        // What needs no recursion comes first.
        match &e.kind {
            ExprKind::Name { id, ctx } => {
                match constant(e, self.optimize) {
                    Some(value) => self.load_const(value, e.span.into()),
                    None => self.name_op(id, *ctx, e.span.into()),
                }
                return Ok(());
            }
            ExprKind::Constant { value, .. } => {
                self.load_const(from_ast(value), e.span.into());
                return Ok(());
            }
            _ => {}
        }
        self.enter_recursion()?;
        self.expr_inner(e)?;
        self.depth -= 1;
        Ok(())
    }

    fn expr_inner(&mut self, e: &'a Expr) -> Result {
        let loc: Loc = e.span.into();
        match &e.kind {
            ExprKind::NamedExpr { target, value } => {
                self.expr(value)?;
                self.op(COPY, 1, loc);
                self.expr(target)
            }
            ExprKind::BoolOp { op, values } => {
                let jump = if *op == BoolOp::And {
                    JUMP_IF_FALSE
                } else {
                    JUMP_IF_TRUE
                };
                let end = self.label();
                if let Some((last, rest)) = values.split_last() {
                    for value in rest {
                        self.expr(value)?;
                        self.jump(jump, end, loc);
                        self.op0(POP_TOP, loc);
                    }
                    self.expr(last)?;
                }
                self.place(end);
                Ok(())
            }
            ExprKind::BinOp { .. } => self.bin_op(e),
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand)?;
                match op {
                    UnaryOp::UAdd => self.op(CALL_INTRINSIC_1, INTRINSIC_UNARY_POSITIVE, loc),
                    UnaryOp::Not => {
                        self.op0(TO_BOOL, loc);
                        self.op0(UNARY_NOT, loc);
                    }
                    UnaryOp::Invert => self.op0(UNARY_INVERT, loc),
                    UnaryOp::USub => self.op0(UNARY_NEGATIVE, loc),
                }
                Ok(())
            }
            ExprKind::Lambda { args, body } => self.lambda(e, args, body),
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.label();
                let next = self.label();
                self.jump_if(test, next, false)?;
                self.expr(body)?;
                self.jump(JUMP_NO_INTERRUPT, end, Loc::NONE);
                self.place(next);
                self.expr(orelse)?;
                self.place(end);
                Ok(())
            }
            ExprKind::Dict { keys, values } => self.dict(keys, values, loc),
            ExprKind::Set { elts } => {
                self.star_unpack(elts, None, 0, BUILD_SET, SET_ADD, SET_UPDATE, false, loc)
            }
            ExprKind::GeneratorExp { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. } => self.comprehension(e),
            ExprKind::Yield { value } => {
                if !self.block().is_function_like() {
                    return self.error(loc, "'yield' outside function");
                }
                match value {
                    Some(value) => self.expr(value)?,
                    None => self.load_const(Const::None, loc),
                }
                self.yield_on_stack(loc);
                Ok(())
            }
            ExprKind::YieldFrom { value } => {
                if !self.block().is_function_like() {
                    return self.error(loc, "'yield from' outside function");
                }
                if self.unit().scope == ScopeType::AsyncFunction {
                    return self.error(loc, "'yield from' inside async function");
                }
                self.expr(value)?;
                self.op0(GET_YIELD_FROM_ITER, loc);
                self.load_const(Const::None, loc);
                self.yield_from(false, loc);
                Ok(())
            }
            ExprKind::Await { value } => {
                self.expr(value)?;
                self.await_on_stack(0, loc);
                Ok(())
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.compare(e, left, ops, comparators),
            ExprKind::Call { func, args, keywords } => self.call(e, func, args, keywords),
            ExprKind::JoinedStr { values } => self.joined_str(values, loc),
            ExprKind::TemplateStr { values } => self.template_str(values, loc),
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            } => {
                self.expr(value)?;
                if let Some(n) = Self::conversion(*conversion)? {
                    self.op(CONVERT_VALUE, n, loc);
                }
                match format_spec {
                    Some(spec) => {
                        self.expr(spec)?;
                        self.op0(FORMAT_WITH_SPEC, loc);
                    }
                    None => self.op0(FORMAT_SIMPLE, loc),
                }
                Ok(())
            }
            ExprKind::Interpolation {
                value,
                str,
                conversion,
                format_spec,
            } => {
                self.expr(value)?;
                self.load_const(Const::Str(str.clone()), loc);
                let mut arg = 2;
                if let Some(spec) = format_spec {
                    arg += 1;
                    self.expr(spec)?;
                }
                if let Some(n) = Self::conversion(*conversion)? {
                    arg |= i32::from(n) << 2;
                }
                self.op(BUILD_INTERPOLATION, arg, loc);
                Ok(())
            }
            ExprKind::Attribute { value, attr, ctx } => self.attribute(e, value, attr, *ctx),
            ExprKind::Subscript { value, slice, ctx } => self.subscript(value, slice, *ctx, loc),
            ExprKind::Starred { ctx, .. } => self.error(
                loc,
                match ctx {
                    ExprContext::Store => "starred assignment target must be in a list or tuple",
                    _ => "can't use starred expression here",
                },
            ),
            ExprKind::Slice { lower, upper, step } => {
                let parts = [lower, upper, step].map(|p| match p {
                    Some(p) => constant(p, self.optimize),
                    None => Some(Const::None),
                });
                if let [Some(a), Some(b), Some(c)] = parts {
                    self.load_const(Const::Slice(Rc::new([a, b, c])), loc);
                    return Ok(());
                }
                self.slice_two_parts(e)?;
                if let Some(step) = step {
                    self.expr(step)?;
                }
                self.op(BUILD_SLICE, if step.is_some() { 3 } else { 2 }, loc);
                Ok(())
            }
            ExprKind::List { elts, ctx } => match ctx {
                ExprContext::Store => self.unpack(elts, loc),
                ExprContext::Load => {
                    self.star_unpack(elts, None, 0, BUILD_LIST, LIST_APPEND, LIST_EXTEND, false, loc)
                }
                ExprContext::Del => self.exprs(elts),
            },
            ExprKind::Tuple { elts, ctx } => match ctx {
                ExprContext::Store => self.unpack(elts, loc),
                ExprContext::Load => {
                    self.star_unpack(elts, None, 0, BUILD_LIST, LIST_APPEND, LIST_EXTEND, true, loc)
                }
                ExprContext::Del => self.exprs(elts),
            },
            ExprKind::Name { .. } | ExprKind::Constant { .. } => Ok(()),
        }
    }

    pub(super) fn yield_on_stack(&mut self, loc: Loc) {
        if self.block().generator && self.block().coroutine {
            self.op(CALL_INTRINSIC_1, INTRINSIC_ASYNC_GEN_WRAP, loc);
        }
        self.op(YIELD_VALUE, 0, loc);
        self.op(RESUME, RESUME_AFTER_YIELD, loc);
    }

    /// A binary operation; chains of them go along the left side without recursion.
    fn bin_op(&mut self, e: &'a Expr) -> Result {
        let mut chain = Vec::new();
        let mut cur = e;
        while let ExprKind::BinOp { left, op, right } = &cur.kind {
            if let Some(pieces) = percent_format(left, *op, right) {
                self.percent(pieces, cur.span.into())?;
                break;
            }
            chain.push((*op, &**right, cur.span));
            cur = left;
        }
        if !matches!(cur.kind, ExprKind::BinOp { .. }) {
            self.expr(cur)?;
        }
        for (op, right, span) in chain.into_iter().rev() {
            self.expr(right)?;
            self.op(BINARY_OP, super::stmt::binary_op(op, false), span.into());
        }
        Ok(())
    }

    /// `"…" % (…)`, compiled as the f-string that does the same.
    fn percent(&mut self, pieces: Vec<Piece<'a>>, loc: Loc) -> Result {
        let n = pieces.len();
        let big = n > STACK_USE_GUIDELINE;
        if big {
            self.load_empty_str(loc);
            self.load_method(&"join".into(), loc);
            self.op(BUILD_LIST, 0, loc);
        }
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.load_const(Const::Str(text.into()), Loc::NONE),
                Piece::Value {
                    value,
                    conversion,
                    spec,
                } => {
                    self.expr(value)?;
                    let loc = value.span.into();
                    if let Some(n) = Self::conversion(conversion.into())? {
                        self.op(CONVERT_VALUE, n, loc);
                    }
                    match spec {
                        Some(spec) => {
                            self.load_const(Const::Str(spec.into_bytes().into()), Loc::NONE);
                            self.op0(FORMAT_WITH_SPEC, loc);
                        }
                        None => self.op0(FORMAT_SIMPLE, loc),
                    }
                }
            }
            if big {
                self.op(LIST_APPEND, 1, loc);
            }
        }
        if big {
            self.op(CALL, 1, loc);
        } else if n > 1 {
            self.op(BUILD_STRING, n, loc);
        } else if n == 0 {
            self.load_empty_str(loc);
        }
        Ok(())
    }

    fn conversion(conversion: i32) -> Result<Option<u8>> {
        Ok(match u8::try_from(conversion) {
            Err(_) => None,
            Ok(b's') => Some(FVC_STR),
            Ok(b'r') => Some(FVC_REPR),
            Ok(b'a') => Some(FVC_ASCII),
            Ok(_) => return Err(internal("unrecognized conversion character")),
        })
    }

    fn joined_str(&mut self, values: &'a [Expr], loc: Loc) -> Result {
        if values.len() > STACK_USE_GUIDELINE {
            self.load_empty_str(loc);
            self.load_method(&"join".into(), loc);
            self.op(BUILD_LIST, 0, loc);
            for value in values {
                self.expr(value)?;
                self.op(LIST_APPEND, 1, loc);
            }
            self.op(CALL, 1, loc);
            return Ok(());
        }
        self.exprs(values)?;
        match values.len() {
            0 => self.load_empty_str(loc),
            1 => {}
            n => self.op(BUILD_STRING, n, loc),
        }
        Ok(())
    }

    fn template_str(&mut self, values: &'a [Expr], loc: Loc) -> Result {
        let is_interpolation = |e: &Expr| matches!(e.kind, ExprKind::Interpolation { .. });
        let mut strings = 0;
        let mut last_was_interpolation = true;
        for value in values {
            if is_interpolation(value) {
                if last_was_interpolation {
                    self.load_empty_str(loc);
                    strings += 1;
                }
                last_was_interpolation = true;
            } else {
                self.expr(value)?;
                strings += 1;
                last_was_interpolation = false;
            }
        }
        if last_was_interpolation {
            self.load_empty_str(loc);
            strings += 1;
        }
        self.op(BUILD_TUPLE, strings, loc);
        let mut interpolations = 0;
        for value in values.iter().filter(|v| is_interpolation(v)) {
            self.expr(value)?;
            interpolations += 1;
        }
        self.op(BUILD_TUPLE, interpolations, loc);
        self.op0(BUILD_TEMPLATE, loc);
        Ok(())
    }

    /// Builds a list, set or tuple whose items may be starred. `pushed` items are on the stack already.
    pub(super) fn star_unpack(
        &mut self,
        elts: &'a [Expr],
        injected: Option<&Identifier>,
        pushed: usize,
        build: u16,
        add: u16,
        extend: u16,
        tuple: bool,
        loc: Loc,
    ) -> Result {
        let n = elts.len() + usize::from(injected.is_some());
        let big = n + pushed > STACK_USE_GUIDELINE;
        let starred = elts.iter().any(|e| matches!(e.kind, ExprKind::Starred { .. }));
        if !starred && !big {
            self.exprs(elts)?;
            if let Some(name) = injected {
                self.name_op(name, ExprContext::Load, loc);
            }
            self.op(if tuple { BUILD_TUPLE } else { build }, n + pushed, loc);
            return Ok(());
        }
        let mut built = false;
        if big {
            self.op(build, pushed, loc);
            built = true;
        }
        for (i, elt) in elts.iter().enumerate() {
            if let ExprKind::Starred { value, .. } = &elt.kind {
                if !built {
                    self.op(build, i + pushed, loc);
                    built = true;
                }
                self.expr(value)?;
                self.op(extend, 1, loc);
            } else {
                self.expr(elt)?;
                if built {
                    self.op(add, 1, loc);
                }
            }
        }
        if let Some(name) = injected {
            self.name_op(name, ExprContext::Load, loc);
            self.op(add, 1, loc);
        }
        if tuple {
            self.op(CALL_INTRINSIC_1, INTRINSIC_LIST_TO_TUPLE, loc);
        }
        Ok(())
    }

    /// Unpacks what is on the stack into targets.
    fn unpack(&mut self, elts: &'a [Expr], loc: Loc) -> Result {
        let n = elts.len();
        let mut seen_star = false;
        for (i, elt) in elts.iter().enumerate() {
            if !matches!(elt.kind, ExprKind::Starred { .. }) {
                continue;
            }
            if seen_star {
                return self.error(loc, "multiple starred expressions in assignment");
            }
            if i >= 1 << 8 || n - i > (i32::MAX >> 8) as usize {
                return self.error(loc, "too many expressions in star-unpacking assignment");
            }
            self.op(UNPACK_EX, i + ((n - i - 1) << 8), loc);
            seen_star = true;
        }
        if !seen_star {
            self.op(UNPACK_SEQUENCE, n, loc);
        }
        for elt in elts {
            match &elt.kind {
                ExprKind::Starred { value, .. } => self.expr(value)?,
                _ => self.expr(elt)?,
            }
        }
        Ok(())
    }

    fn sub_dict(&mut self, keys: &'a [Option<Expr>], values: &'a [Expr], loc: Loc) -> Result {
        let n = keys.len();
        let big = n * 2 > STACK_USE_GUIDELINE;
        if big {
            self.op(BUILD_MAP, 0, loc);
        }
        for (key, value) in keys.iter().zip(values) {
            if let Some(key) = key {
                self.expr(key)?;
            }
            self.expr(value)?;
            if big {
                self.op(MAP_ADD, 1, loc);
            }
        }
        if !big {
            self.op(BUILD_MAP, n, loc);
        }
        Ok(())
    }

    fn dict(&mut self, keys: &'a [Option<Expr>], values: &'a [Expr], loc: Loc) -> Result {
        let mut have_dict = false;
        let mut elements = 0;
        // Adds the entries from `start` to `end` to the dict.
        let flush = |c: &mut Self, have_dict: &mut bool, start: usize, end: usize| -> Result {
            c.sub_dict(&keys[start..end], &values[start..end], loc)?;
            if *have_dict {
                c.op(DICT_UPDATE, 1, loc);
            }
            *have_dict = true;
            Ok(())
        };
        for i in 0..values.len() {
            if keys[i].is_none() {
                if elements > 0 {
                    flush(self, &mut have_dict, i - elements, i)?;
                    elements = 0;
                }
                if !have_dict {
                    self.op(BUILD_MAP, 0, loc);
                    have_dict = true;
                }
                self.expr(&values[i])?;
                self.op(DICT_UPDATE, 1, loc);
            } else if elements * 2 > STACK_USE_GUIDELINE {
                flush(self, &mut have_dict, i - elements, i + 1)?;
                elements = 0;
            } else {
                elements += 1;
            }
        }
        if elements > 0 {
            let n = values.len();
            flush(self, &mut have_dict, n - elements, n)?;
        }
        if !have_dict {
            self.op(BUILD_MAP, 0, loc);
        }
        Ok(())
    }

    pub(super) fn compare_op(&mut self, op: CmpOp, loc: Loc) {
        let cmp = match op {
            CmpOp::Eq => PY_EQ,
            CmpOp::NotEq => PY_NE,
            CmpOp::Lt => PY_LT,
            CmpOp::LtE => PY_LE,
            CmpOp::Gt => PY_GT,
            CmpOp::GtE => PY_GE,
            CmpOp::Is => return self.op(IS_OP, 0, loc),
            CmpOp::IsNot => return self.op(IS_OP, 1, loc),
            CmpOp::In => return self.op(CONTAINS_OP, 0, loc),
            CmpOp::NotIn => return self.op(CONTAINS_OP, 1, loc),
        };
        self.op(COMPARE_OP, compare_op(cmp), loc);
    }

    /// Warns of `is` with a literal.
    pub(super) fn check_compare(&mut self, e: &Expr, left: &Expr, ops: &[CmpOp], comparators: &[Expr]) {
        let mut left = left;
        for (op, right) in ops.iter().zip(comparators) {
            let (l, r) = (may_be_identity_operand(left), may_be_identity_operand(right));
            if matches!(op, CmpOp::Is | CmpOp::IsNot) && !(l && r) {
                let literal = infer_type(if l { right } else { left }).unwrap_or("object");
                let msg = match op {
                    CmpOp::Is => format!("\"is\" with '{literal}' literal. Did you mean \"==\"?"),
                    _ => format!("\"is not\" with '{literal}' literal. Did you mean \"!=\"?"),
                };
                return self.warn(e.span.into(), msg);
            }
            left = right;
        }
    }

    fn compare(&mut self, e: &'a Expr, left: &'a Expr, ops: &[CmpOp], comparators: &'a [Expr]) -> Result {
        let loc: Loc = e.span.into();
        self.check_compare(e, left, ops, comparators);
        self.expr(left)?;
        let n = ops.len() - 1;
        if n == 0 {
            self.expr(&comparators[0])?;
            self.compare_op(ops[0], loc);
            return Ok(());
        }
        let cleanup = self.label();
        for i in 0..n {
            self.expr(&comparators[i])?;
            self.op(SWAP, 2, loc);
            self.op(COPY, 2, loc);
            self.compare_op(ops[i], loc);
            self.op(COPY, 1, loc);
            self.op0(TO_BOOL, loc);
            self.jump(POP_JUMP_IF_FALSE, cleanup, loc);
            self.op0(POP_TOP, loc);
        }
        self.expr(&comparators[n])?;
        self.compare_op(ops[n], loc);
        let end = self.label();
        self.jump(JUMP_NO_INTERRUPT, end, Loc::NONE);
        self.place(cleanup);
        self.op(SWAP, 2, loc);
        self.op0(POP_TOP, loc);
        self.place(end);
        Ok(())
    }

    /// Warns where a literal is called.
    pub(super) fn check_caller(&mut self, e: &Expr) {
        if matches!(e.kind, ExprKind::Lambda { .. }) {
            return;
        }
        if let Some(name) = infer_type(e) {
            let msg = format!("'{name}' object is not callable; perhaps you missed a comma?");
            self.warn(e.span.into(), msg);
        }
    }

    fn check_subscripter(&mut self, e: &Expr) {
        let suspect = match &e.kind {
            ExprKind::Constant { value, .. } => matches!(
                value,
                Constant::None
                    | Constant::Ellipsis
                    | Constant::True
                    | Constant::False
                    | Constant::Int(_)
                    | Constant::Float(_)
                    | Constant::Imaginary(_)
            ),
            ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::TemplateStr { .. }
            | ExprKind::Interpolation { .. }
            | ExprKind::Lambda { .. } => true,
            _ => is_constant(e),
        };
        if suspect && let Some(name) = infer_type(e) {
            let msg = format!("'{name}' object is not subscriptable; perhaps you missed a comma?");
            self.warn(e.span.into(), msg);
        }
    }

    fn check_index(&mut self, e: &Expr, index: &Expr) {
        let Some(index_type) = infer_type(index) else {
            return;
        };
        if matches!(index_type, "int" | "bool") {
            return;
        }
        let suspect = match &e.kind {
            ExprKind::Constant { value, .. } => matches!(value, Constant::Str(_) | Constant::Bytes(_)),
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. } => true,
            ExprKind::BinOp { .. } => infer_type(e).is_some(),
            _ => false,
        };
        if suspect && let Some(name) = infer_type(e) {
            let msg = format!(
                "{name} indices must be integers or slices, not {index_type}; perhaps you missed a comma?"
            );
            self.warn(e.span.into(), msg);
        }
    }

    /// Where an attribute access spans lines, the instruction is at the attribute's name.
    pub(super) fn attribute_loc(loc: Loc, e: &Expr, attr: &str) -> Loc {
        let (end_line, end_col) = (e.span.end_lineno as i32, e.span.end_col_offset as i32);
        let mut loc = loc;
        if loc.line == end_line {
            return loc;
        }
        loc.line = end_line;
        let len = attr.chars().count() as i32;
        if len <= end_col {
            loc.col = end_col - len;
        } else {
            loc.col = -1;
            loc.end_col = -1;
        }
        loc.end_line = loc.end_line.max(loc.line);
        if loc.line == loc.end_line {
            loc.end_col = loc.end_col.max(loc.col);
        }
        loc
    }

    fn attribute(&mut self, e: &'a Expr, value: &'a Expr, attr: &Identifier, ctx: ExprContext) -> Result {
        let mut loc: Loc = e.span.into();
        if ctx == ExprContext::Load && self.can_optimize_super_call(value, attr) {
            let two_args = self.load_args_for_super(value)?;
            let name = self.name_arg(attr);
            self.op(LOAD_SUPER_ATTR, (name << 2) | if two_args { 2 } else { 0 }, loc);
            loc = Self::attribute_loc(loc, e, attr);
            self.op0(NOP, loc);
            return Ok(());
        }
        if ctx == ExprContext::Store
            && let ExprKind::Name { id, .. } = &value.kind
            && &**id == "self"
            && let Some((_, outer)) = self.units.split_last_mut()
            && let Some(class) = outer.iter_mut().rev().find(|u| u.scope == ScopeType::Class)
        {
            class.static_attributes.insert(attr.clone());
        }
        self.expr(value)?;
        loc = Self::attribute_loc(loc, e, attr);
        let op = match ctx {
            ExprContext::Load => LOAD_ATTR,
            ExprContext::Store => STORE_ATTR,
            ExprContext::Del => DELETE_ATTR,
        };
        self.op_name(op, attr, loc);
        Ok(())
    }

    /// A slice of two parts, not both constant.
    pub(super) fn two_part_slice(slice: &Expr) -> bool {
        let ExprKind::Slice {
            lower,
            upper,
            step: None,
        } = &slice.kind
        else {
            return false;
        };
        ![lower, upper].into_iter().flatten().all(|part| is_constant(part))
    }

    pub(super) fn slice_two_parts(&mut self, slice: &'a Expr) -> Result {
        if let ExprKind::Slice { lower, upper, .. } = &slice.kind {
            for part in [lower, upper] {
                match part {
                    Some(part) => self.expr(part)?,
                    None => self.load_const(Const::None, slice.span.into()),
                }
            }
        }
        Ok(())
    }

    fn subscript(&mut self, value: &'a Expr, slice: &'a Expr, ctx: ExprContext, loc: Loc) -> Result {
        if ctx == ExprContext::Load {
            self.check_subscripter(value);
            self.check_index(value, slice);
        }
        self.expr(value)?;
        if ctx != ExprContext::Del && Self::two_part_slice(slice) {
            self.slice_two_parts(slice)?;
            self.op0(
                if ctx == ExprContext::Load {
                    BINARY_SLICE
                } else {
                    STORE_SLICE
                },
                loc,
            );
            return Ok(());
        }
        self.expr(slice)?;
        match ctx {
            ExprContext::Load => self.op(BINARY_OP, NB_SUBSCR, loc),
            ExprContext::Store => self.op0(STORE_SUBSCR, loc),
            ExprContext::Del => self.op0(DELETE_SUBSCR, loc),
        }
        Ok(())
    }
}
