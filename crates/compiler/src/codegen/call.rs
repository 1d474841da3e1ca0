//! Calls: functions, methods, `super()`, and `all`, `any`, `tuple` of a generator expression.

use super::*;
use bytecode::oparg::*;

impl<'a> Compiler<'a> {
    /// Whether `super().attr` can be one instruction.
    pub(super) fn can_optimize_super_call(&self, owner: &Expr, attr: &str) -> bool {
        let ExprKind::Call { func, args, keywords } = &owner.kind else {
            return false;
        };
        let ExprKind::Name { id, .. } = &func.kind else {
            return false;
        };
        if &**id != "super" || attr == "__class__" || !keywords.is_empty() {
            return false;
        }
        // The name must be the built-in, as far as can be seen.
        if self.block().scope("super") != Scope::GlobalImplicit
            || self.st.block(0).scope("super") != Scope::Unknown
        {
            return false;
        }
        match args.len() {
            2 => !args.iter().any(|a| matches!(a.kind, ExprKind::Starred { .. })),
            0 => {
                let unit = self.unit();
                (unit.arity.args > 0 || unit.arity.posonly > 0)
                    && unit.scope != ScopeType::Class
                    && self.block().scope("__class__") == Scope::Free
            }
            _ => false,
        }
    }

    /// Loads what `LOAD_SUPER_ATTR` takes. True: the call has its two arguments written out.
    pub(super) fn load_args_for_super(&mut self, call: &'a Expr) -> Result<bool> {
        let ExprKind::Call { func, args, .. } = &call.kind else {
            return Err(internal("super"));
        };
        let loc: Loc = call.span.into();
        if let ExprKind::Name { id, .. } = &func.kind {
            self.name_op(id, ExprContext::Load, func.span.into());
        }
        if args.len() == 2 {
            self.exprs(args)?;
            return Ok(true);
        }
        self.name_op(&"__class__".into(), ExprContext::Load, loc);
        if self.unit().varnames.is_empty() {
            return Err(internal("super() without a first argument"));
        }
        let first = self.unit().varnames.entry(0).0.clone();
        self.name_op(&first, ExprContext::Load, loc);
        Ok(false)
    }

    fn validate_keywords(&self, keywords: &[Keyword]) -> Result {
        for (i, key) in keywords.iter().enumerate() {
            let Some(name) = &key.arg else { continue };
            if let Some(other) = keywords[i + 1..].iter().find(|k| k.arg.as_ref() == Some(name)) {
                return self.error(other.span.into(), format!("keyword argument repeated: {name}"));
            }
        }
        Ok(())
    }

    pub(super) fn call(
        &mut self,
        e: &'a Expr,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
    ) -> Result {
        self.validate_keywords(keywords)?;
        if self.method_call(e, func, args, keywords)? {
            return Ok(());
        }
        let skip_normal_call = self.label();
        self.check_caller(func);
        self.expr(func)?;
        self.builtin_of_generator(func, args, keywords, skip_normal_call)?;
        self.op0(PUSH_NULL, func.span.into());
        self.call_helper(0, args, None, keywords, e.span.into())?;
        self.place(skip_normal_call);
        Ok(())
    }

    /// `all(x for …)`, `any(x for …)` and `tuple(x for …)` run inline, if the name is still the built-in.
    fn builtin_of_generator(
        &mut self,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &[Keyword],
        end: Label,
    ) -> Result {
        let ExprKind::Name { id, .. } = &func.kind else {
            return Ok(());
        };
        let [
            arg @ Expr {
                kind: ExprKind::GeneratorExp { .. },
                ..
            },
        ] = args
        else {
            return Ok(());
        };
        // An asynchronous generator is not iterated here.
        let block = self.block_for(Key::new(arg, KeyKind::Expr))?;
        if !keywords.is_empty() || self.st.block(block).coroutine {
            return Ok(());
        }
        let loc: Loc = func.span.into();
        let skip = self.label();
        // The built-in, the result when the loop runs to its end, and the jump that goes on with the loop.
        let (builtin, result, go_on) = match &**id {
            "all" => (CONSTANT_BUILTIN_ALL, Some(true), POP_JUMP_IF_TRUE),
            "any" => (CONSTANT_BUILTIN_ANY, Some(false), POP_JUMP_IF_FALSE),
            "tuple" => (CONSTANT_BUILTIN_TUPLE, None, 0),
            _ => {
                self.place(skip);
                return Ok(());
            }
        };
        self.op(COPY, 1, loc);
        self.op(LOAD_COMMON_CONSTANT, builtin, loc);
        self.op(IS_OP, 0, loc);
        self.jump(POP_JUMP_IF_FALSE, skip, loc);
        self.op0(POP_TOP, loc);
        if result.is_none() {
            self.op(BUILD_LIST, 0, loc);
        }
        self.expr(arg)?;
        let start = self.label();
        let cleanup = self.label();
        self.place(start);
        self.jump(FOR_ITER, cleanup, loc);
        if result.is_none() {
            self.op(LIST_APPEND, 2, loc);
            self.jump(JUMP, start, loc);
        } else {
            self.op0(TO_BOOL, loc);
            self.jump(go_on, start, loc);
        }
        self.op0(POP_ITER, Loc::NONE);
        if let Some(result) = result {
            self.load_const(crate::consts::bool_const(!result), loc);
        }
        self.jump(JUMP, end, loc);
        self.place(cleanup);
        self.op0(END_FOR, Loc::NONE);
        self.op0(POP_ITER, Loc::NONE);
        match result {
            None => self.op(CALL_INTRINSIC_1, INTRINSIC_LIST_TO_TUPLE, loc),
            Some(result) => self.load_const(crate::consts::bool_const(result), loc),
        }
        self.jump(JUMP, end, loc);
        self.place(skip);
        Ok(())
    }

    /// A call of a method, without making a bound one. False: it is not such a call.
    fn method_call(
        &mut self,
        e: &'a Expr,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
    ) -> Result<bool> {
        let ExprKind::Attribute {
            value,
            attr,
            ctx: ExprContext::Load,
        } = &func.kind
        else {
            return Ok(false);
        };
        // Not for what is surely a module.
        if let ExprKind::Name { id, .. } = &value.kind
            && self.st.block(0).symbol(id) & def::IMPORT != 0
        {
            return Ok(false);
        }
        let n = args.len() + keywords.len();
        if n + usize::from(!keywords.is_empty()) >= STACK_USE_GUIDELINE
            || args.iter().any(|a| matches!(a.kind, ExprKind::Starred { .. }))
            || keywords.iter().any(|k| k.arg.is_none())
        {
            return Ok(false);
        }
        let mut loc: Loc = func.span.into();
        if self.can_optimize_super_call(value, attr) {
            let two_args = self.load_args_for_super(value)?;
            let name = self.name_arg(attr);
            self.op(LOAD_SUPER_ATTR, (name << 2) | if two_args { 3 } else { 1 }, loc);
            loc = Self::attribute_loc(loc, func, attr);
            self.op0(NOP, loc);
        } else {
            self.expr(value)?;
            loc = Self::attribute_loc(loc, func, attr);
            self.load_method(attr, loc);
        }
        self.exprs(args)?;
        let call_loc = Self::attribute_loc(e.span.into(), func, attr);
        if keywords.is_empty() {
            self.op(CALL, n, call_loc);
        } else {
            keywords.iter().try_for_each(|k| self.expr(&k.value))?;
            self.keyword_names(keywords, loc);
            self.op(CALL_KW, n, call_loc);
        }
        Ok(true)
    }

    fn keyword_names(&mut self, keywords: &[Keyword], loc: Loc) {
        let names = names_const(keywords.iter().filter_map(|k| k.arg.as_ref()));
        self.load_const(names, loc);
    }

    /// Arguments `begin` on as a dict.
    fn sub_kwargs(&mut self, keywords: &'a [Keyword], loc: Loc) -> Result {
        let big = keywords.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.op(BUILD_MAP, 0, Loc::NONE);
        }
        for key in keywords {
            if let Some(name) = &key.arg {
                self.load_const(name_const(name), loc);
            }
            self.expr(&key.value)?;
            if big {
                self.op(MAP_ADD, 1, Loc::NONE);
            }
        }
        if !big {
            self.op(BUILD_MAP, keywords.len(), loc);
        }
        Ok(())
    }

    /// The arguments and the call itself; `n` arguments are on the stack already.
    pub(super) fn call_helper(
        &mut self,
        n: usize,
        args: &'a [Expr],
        injected: Option<&Identifier>,
        keywords: &'a [Keyword],
        loc: Loc,
    ) -> Result {
        self.validate_keywords(keywords)?;
        let simple = args.len() + keywords.len() * 2 <= STACK_USE_GUIDELINE
            && !args.iter().any(|a| matches!(a.kind, ExprKind::Starred { .. }))
            && keywords.iter().all(|k| k.arg.is_some());
        if simple {
            self.exprs(args)?;
            let mut count = n + args.len() + keywords.len();
            if let Some(name) = injected {
                self.name_op(name, ExprContext::Load, loc);
                count += 1;
            }
            if keywords.is_empty() {
                self.op(CALL, count, loc);
            } else {
                keywords.iter().try_for_each(|k| self.expr(&k.value))?;
                self.keyword_names(keywords, loc);
                self.op(CALL_KW, count, loc);
            }
            return Ok(());
        }
        match args {
            [
                Expr {
                    kind: ExprKind::Starred { value, .. },
                    ..
                },
            ] if n == 0 => self.expr(value)?,
            _ => self.star_unpack(args, injected, n, BUILD_LIST, LIST_APPEND, LIST_EXTEND, true, loc)?,
        }
        if keywords.is_empty() {
            self.op0(PUSH_NULL, loc);
        } else {
            let mut have_dict = false;
            let mut seen = 0;
            for (i, key) in keywords.iter().enumerate() {
                if key.arg.is_some() {
                    seen += 1;
                    continue;
                }
                if seen > 0 {
                    self.sub_kwargs(&keywords[i - seen..i], loc)?;
                    if have_dict {
                        self.op(DICT_MERGE, 1, loc);
                    }
                    have_dict = true;
                    seen = 0;
                }
                if !have_dict {
                    self.op(BUILD_MAP, 0, loc);
                    have_dict = true;
                }
                self.expr(&key.value)?;
                self.op(DICT_MERGE, 1, loc);
            }
            if seen > 0 {
                self.sub_kwargs(&keywords[keywords.len() - seen..], loc)?;
                if have_dict {
                    self.op(DICT_MERGE, 1, loc);
                }
            }
        }
        self.op0(CALL_FUNCTION_EX, loc);
        Ok(())
    }
}
