//! `match` statements (PEP 634).
//!
//! The code for a pattern consumes the subject on top of the stack and jumps to a fail label if it does not match.
//! Captured values stay on the stack, below what a pattern still needs, and are stored when the whole pattern has
//! matched.

use super::*;
use crate::consts::{Key as ConstKey, int_const};
use crate::error::repr_str;
use crate::preprocess::pattern_constant;
use bytecode::oparg::*;

#[derive(Default)]
struct Context<'a> {
    /// Captured names, in the order of their values on the stack.
    stores: Vec<&'a Identifier>,
    allow_irrefutable: bool,
    /// Where to go with so many items to pop.
    fail_pop: Vec<Label>,
    /// Items on top of the stack that are still needed; captures go below.
    on_top: usize,
}

fn is_wildcard(p: &Pattern) -> bool {
    matches!(p.kind, PatternKind::MatchAs { name: None, .. })
}

fn is_star_wildcard(p: &Pattern) -> bool {
    matches!(p.kind, PatternKind::MatchStar { name: None })
}

impl<'a> Compiler<'a> {
    pub(super) fn match_(&mut self, subject: &'a Expr, cases: &'a [MatchCase]) -> Result {
        self.expr(subject)?;
        let end = self.label();
        let Some(last) = cases.last() else {
            return Err(internal("match without cases"));
        };
        let has_default = is_wildcard(&last.pattern) && cases.len() > 1;
        let tested = cases.len() - usize::from(has_default);
        for (i, case) in cases[..tested].iter().enumerate() {
            let loc: Loc = case.pattern.span.into();
            let is_last = i + 1 == tested;
            if !is_last {
                self.op(COPY, 1, loc);
            }
            let mut pc = Context {
                // An irrefutable case has a guard or is the last one.
                allow_irrefutable: case.guard.is_some() || i + 1 == cases.len(),
                ..Context::default()
            };
            self.pattern(&case.pattern, &mut pc)?;
            for name in std::mem::take(&mut pc.stores) {
                self.name_op(name, ExprContext::Store, loc);
            }
            if let Some(guard) = &case.guard {
                self.ensure_fail_pop(&mut pc, 0);
                self.jump_if(guard, pc.fail_pop[0], false)?;
            }
            if !is_last {
                self.op0(POP_TOP, Loc::NEXT);
            }
            self.stmts(&case.body)?;
            self.jump(JUMP, end, Loc::NONE);
            // The failure belongs to the pattern's line.
            self.emit_fail_pop(&mut pc, loc);
        }
        if has_default {
            let loc: Loc = last.pattern.span.into();
            if cases.len() == 1 {
                self.op0(POP_TOP, loc);
            } else {
                self.op0(NOP, loc);
            }
            if let Some(guard) = &last.guard {
                self.jump_if(guard, end, false)?;
            }
            self.stmts(&last.body)?;
        }
        self.place(end);
        Ok(())
    }

    fn ensure_fail_pop(&mut self, pc: &mut Context<'a>, n: usize) {
        while pc.fail_pop.len() <= n {
            let label = self.label();
            pc.fail_pop.push(label);
        }
    }

    fn jump_to_fail(&mut self, pc: &mut Context<'a>, op: u16, loc: Loc) {
        let pops = pc.on_top + pc.stores.len();
        self.ensure_fail_pop(pc, pops);
        self.jump(op, pc.fail_pop[pops], loc);
    }

    fn emit_fail_pop(&mut self, pc: &mut Context<'a>, loc: Loc) {
        for (i, label) in std::mem::take(&mut pc.fail_pop).into_iter().enumerate().rev() {
            self.place(label);
            if i > 0 {
                self.op0(POP_TOP, loc);
            }
        }
    }

    /// Moves the top of the stack below `count - 1` items.
    fn rotate(&mut self, count: usize, loc: Loc) {
        for n in (2..=count).rev() {
            self.op(SWAP, n, loc);
        }
    }

    fn duplicate_store<T>(&self, name: &str, loc: Loc) -> Result<T> {
        self.error(
            loc,
            format!("multiple assignments to name {} in pattern", repr_str(name)),
        )
    }

    fn store_name(&mut self, name: Option<&'a Identifier>, pc: &mut Context<'a>, loc: Loc) -> Result {
        let Some(name) = name else {
            self.op0(POP_TOP, loc);
            return Ok(());
        };
        if pc.stores.contains(&name) {
            return self.duplicate_store(name, loc);
        }
        self.rotate(pc.on_top + pc.stores.len() + 1, loc);
        pc.stores.push(name);
        Ok(())
    }

    /// A pattern within another one: it may be irrefutable.
    fn subpattern(&mut self, p: &'a Pattern, pc: &mut Context<'a>) -> Result {
        let old = std::mem::replace(&mut pc.allow_irrefutable, true);
        self.pattern(p, pc)?;
        pc.allow_irrefutable = old;
        Ok(())
    }

    fn pattern(&mut self, p: &'a Pattern, pc: &mut Context<'a>) -> Result {
        self.enter_recursion()?;
        let loc: Loc = p.span.into();
        match &p.kind {
            PatternKind::MatchValue { value } => {
                match pattern_constant(value) {
                    Some(value_const) => self.load_const(value_const, value.span.into()),
                    None if matches!(value.kind, ExprKind::Attribute { .. }) => self.expr(value)?,
                    None => {
                        return self.error(loc, "patterns may only match literals and attribute lookups");
                    }
                }
                self.compare_op(CmpOp::Eq, loc);
                self.op0(TO_BOOL, loc);
                self.jump_to_fail(pc, POP_JUMP_IF_FALSE, loc);
            }
            PatternKind::MatchSingleton { value } => {
                self.load_const(crate::consts::from_ast(value), loc);
                self.compare_op(CmpOp::Is, loc);
                self.jump_to_fail(pc, POP_JUMP_IF_FALSE, loc);
            }
            PatternKind::MatchSequence { patterns } => self.sequence_pattern(patterns, pc, loc)?,
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.mapping_pattern(keys, patterns, rest.as_ref(), pc, loc)?;
            }
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => {
                self.class_pattern(cls, patterns, kwd_attrs, kwd_patterns, pc, loc)?;
            }
            PatternKind::MatchStar { name } => self.store_name(name.as_ref(), pc, loc)?,
            PatternKind::MatchAs { pattern: None, name } => {
                if !pc.allow_irrefutable {
                    return match name {
                        Some(name) => self.error(
                            loc,
                            format!(
                                "name capture {} makes remaining patterns unreachable",
                                repr_str(name)
                            ),
                        ),
                        None => self.error(loc, "wildcard makes remaining patterns unreachable"),
                    };
                }
                self.store_name(name.as_ref(), pc, loc)?;
            }
            PatternKind::MatchAs {
                pattern: Some(pattern),
                name,
            } => {
                // A copy to be stored.
                pc.on_top += 1;
                self.op(COPY, 1, loc);
                self.pattern(pattern, pc)?;
                pc.on_top -= 1;
                self.store_name(name.as_ref(), pc, loc)?;
            }
            PatternKind::MatchOr { patterns } => self.or_pattern(patterns, pc, loc)?,
        }
        self.depth -= 1;
        Ok(())
    }

    fn sequence_pattern(&mut self, patterns: &'a [Pattern], pc: &mut Context<'a>, loc: Loc) -> Result {
        let size = patterns.len();
        let mut star = None;
        let mut only_wildcard = true;
        let mut star_wildcard = false;
        for (i, p) in patterns.iter().enumerate() {
            if matches!(p.kind, PatternKind::MatchStar { .. }) {
                if star.is_some() {
                    return self.error(loc, "multiple starred names in sequence pattern");
                }
                star_wildcard = is_star_wildcard(p);
                only_wildcard &= star_wildcard;
                star = Some(i);
            } else {
                only_wildcard &= is_wildcard(p);
            }
        }
        pc.on_top += 1;
        self.op0(MATCH_SEQUENCE, loc);
        self.jump_to_fail(pc, POP_JUMP_IF_FALSE, loc);
        let length_test = match star {
            None => Some((size, CmpOp::Eq)),
            Some(_) if size > 1 => Some((size - 1, CmpOp::GtE)),
            Some(_) => None,
        };
        if let Some((n, op)) = length_test {
            self.op0(GET_LEN, loc);
            self.load_const(int_const(n), loc);
            self.compare_op(op, loc);
            self.jump_to_fail(pc, POP_JUMP_IF_FALSE, loc);
        }
        // Whatever comes next consumes the subject.
        pc.on_top -= 1;
        if only_wildcard {
            self.op0(POP_TOP, loc);
        } else if let (Some(star), true) = (star, star_wildcard) {
            self.sequence_by_index(patterns, star, pc, loc)?;
        } else {
            self.sequence_by_unpacking(patterns, pc, loc)?;
        }
        Ok(())
    }

    fn sequence_by_unpacking(&mut self, patterns: &'a [Pattern], pc: &mut Context<'a>, loc: Loc) -> Result {
        let n = patterns.len();
        match patterns
            .iter()
            .position(|p| matches!(p.kind, PatternKind::MatchStar { .. }))
        {
            Some(i) => {
                if i >= 1 << 8 || n - i > (i32::MAX >> 8) as usize {
                    return self.error(loc, "too many expressions in star-unpacking sequence pattern");
                }
                self.op(UNPACK_EX, i + ((n - i - 1) << 8), loc);
            }
            None => self.op(UNPACK_SEQUENCE, n, loc),
        }
        pc.on_top += n;
        for p in patterns {
            pc.on_top -= 1;
            self.subpattern(p, pc)?;
        }
        Ok(())
    }

    /// Picks the items of a sequence whose starred part is not wanted.
    fn sequence_by_index(
        &mut self,
        patterns: &'a [Pattern],
        star: usize,
        pc: &mut Context<'a>,
        loc: Loc,
    ) -> Result {
        pc.on_top += 1;
        let size = patterns.len();
        for (i, p) in patterns.iter().enumerate() {
            if is_wildcard(p) || i == star {
                continue;
            }
            self.op(COPY, 1, loc);
            if i < star {
                self.load_const(int_const(i), loc);
            } else {
                // Negative indices may not be supported.
                self.op0(GET_LEN, loc);
                self.load_const(int_const(size - i), loc);
                self.op(BINARY_OP, NB_SUBTRACT, loc);
            }
            self.op(BINARY_OP, NB_SUBSCR, loc);
            self.subpattern(p, pc)?;
        }
        pc.on_top -= 1;
        self.op0(POP_TOP, loc);
        Ok(())
    }

    fn class_pattern(
        &mut self,
        cls: &'a Expr,
        patterns: &'a [Pattern],
        attrs: &'a [Identifier],
        kwd_patterns: &'a [Pattern],
        pc: &mut Context<'a>,
        loc: Loc,
    ) -> Result {
        let (nargs, nattrs) = (patterns.len(), attrs.len());
        if nattrs != kwd_patterns.len() {
            let msg = format!(
                "kwd_attrs ({nattrs}) / kwd_patterns ({}) length mismatch in class pattern",
                kwd_patterns.len()
            );
            return self.error(loc, msg);
        }
        for (i, attr) in attrs.iter().enumerate() {
            if let Some(j) = attrs[i + 1..].iter().position(|other| other == attr) {
                let loc = kwd_patterns[i + 1 + j].span.into();
                return self.error(loc, format!("attribute name repeated in class pattern: {attr}"));
            }
        }
        self.expr(cls)?;
        self.load_const(names_const(attrs), loc);
        self.op(MATCH_CLASS, nargs, loc);
        self.op(COPY, 1, loc);
        self.load_const(Const::None, loc);
        self.op(IS_OP, 1, loc);
        // A tuple of attributes, or None.
        pc.on_top += 1;
        self.jump_to_fail(pc, POP_JUMP_IF_FALSE, loc);
        self.op(UNPACK_SEQUENCE, nargs + nattrs, loc);
        pc.on_top += nargs + nattrs;
        pc.on_top -= 1;
        for p in patterns.iter().chain(kwd_patterns) {
            pc.on_top -= 1;
            if is_wildcard(p) {
                self.op0(POP_TOP, loc);
            } else {
                self.subpattern(p, pc)?;
            }
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        keys: &'a [Expr],
        patterns: &'a [Pattern],
        rest: Option<&'a Identifier>,
        pc: &mut Context<'a>,
        loc: Loc,
    ) -> Result {
        let size = keys.len();
        if size != patterns.len() {
            let msg = format!(
                "keys ({size}) / patterns ({}) length mismatch in mapping pattern",
                patterns.len()
            );
            return self.error(loc, msg);
        }
        pc.on_top += 1;
        self.op0(MATCH_MAPPING, loc);
        self.jump_to_fail(pc, POP_JUMP_IF_FALSE, loc);
        if size == 0 && rest.is_none() {
            pc.on_top -= 1;
            self.op0(POP_TOP, loc);
            return Ok(());
        }
        if size > 0 {
            self.op0(GET_LEN, loc);
            self.load_const(int_const(size), loc);
            self.compare_op(CmpOp::GtE, loc);
            self.jump_to_fail(pc, POP_JUMP_IF_FALSE, loc);
        }
        let mut seen: Vec<Const> = Vec::new();
        for key in keys {
            if let Some(value) = pattern_constant(key) {
                if seen.iter().any(|s| crate::flowgraph::equal(s, &value)) {
                    let text = String::from_utf8_lossy(&crate::unparse::constant(&value)).into_owned();
                    return self.error(loc, format!("mapping pattern checks duplicate key ({text})"));
                }
                seen.push(ConstKey(value.clone()).0);
                self.load_const(value, key.span.into());
            } else if matches!(key.kind, ExprKind::Attribute { .. }) {
                self.expr(key)?;
            } else {
                let msg = "mapping pattern keys may only match literals and attribute lookups";
                return self.error(loc, msg);
            }
        }
        self.op(BUILD_TUPLE, size, loc);
        self.op0(MATCH_KEYS, loc);
        // The keys and the values, or None.
        pc.on_top += 2;
        self.op(COPY, 1, loc);
        self.load_const(Const::None, loc);
        self.op(IS_OP, 1, loc);
        self.jump_to_fail(pc, POP_JUMP_IF_FALSE, loc);
        self.op(UNPACK_SEQUENCE, size, loc);
        pc.on_top += size;
        pc.on_top -= 1;
        for p in patterns {
            pc.on_top -= 1;
            self.subpattern(p, pc)?;
        }
        // What comes next consumes the keys and the subject.
        pc.on_top -= 2;
        if let Some(rest) = rest {
            // A copy without the keys.
            self.op(BUILD_MAP, 0, loc);
            self.op(SWAP, 3, loc);
            self.op(DICT_UPDATE, 2, loc);
            self.op(UNPACK_SEQUENCE, size, loc);
            for n in (1..=size).rev() {
                self.op(COPY, 1 + n, loc);
                self.op(SWAP, 2, loc);
                self.op0(DELETE_SUBSCR, loc);
            }
            self.store_name(Some(rest), pc, loc)?;
        } else {
            self.op0(POP_TOP, loc);
            self.op0(POP_TOP, loc);
        }
        Ok(())
    }

    fn or_pattern(&mut self, patterns: &'a [Pattern], pc: &mut Context<'a>, loc: Loc) -> Result {
        let end = self.label();
        let size = patterns.len();
        // The names of the first alternative: the others must bind the same, in whatever order.
        let mut control: Vec<&'a Identifier> = Vec::new();
        for (i, alternative) in patterns.iter().enumerate() {
            let alt_loc: Loc = alternative.span.into();
            let mut alt = Context {
                allow_irrefutable: i + 1 == size && pc.allow_irrefutable,
                ..Context::default()
            };
            self.op(COPY, 1, alt_loc);
            self.pattern(alternative, &mut alt)?;
            if i == 0 {
                control = alt.stores.clone();
            } else if alt.stores.len() != control.len() {
                return self.error(loc, "alternative patterns bind different names");
            } else {
                for at in (0..control.len()).rev() {
                    let Some(found) = alt.stores.iter().position(|n| *n == control[at]) else {
                        return self.error(loc, "alternative patterns bind different names");
                    };
                    if found != at {
                        // Brings the names and their values into the order of the first alternative.
                        let rotated: Vec<_> = alt.stores.drain(..=found).collect();
                        let to = at - found;
                        let count = rotated.len();
                        alt.stores.splice(to..to, rotated);
                        for _ in 0..count {
                            self.rotate(at + 1, alt_loc);
                        }
                    }
                }
            }
            self.jump(JUMP, end, alt_loc);
            self.emit_fail_pop(&mut alt, alt_loc);
        }
        // No match: the copy of the subject goes.
        self.op0(POP_TOP, loc);
        self.jump_to_fail(pc, JUMP, loc);
        self.place(end);
        // The new captures go below everything that is needed.
        let rotations = control.len() + 1 + pc.on_top + pc.stores.len();
        for name in control {
            self.rotate(rotations, loc);
            if pc.stores.contains(&name) {
                return self.duplicate_store(name, loc);
            }
            pc.stores.push(name);
        }
        self.op0(POP_TOP, loc);
        Ok(())
    }
}
