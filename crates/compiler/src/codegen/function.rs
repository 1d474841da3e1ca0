//! Functions, classes, lambdas, type parameters, type aliases and annotations: everything that makes a unit.

use super::*;
use bytecode::oparg::*;

/// `__annotate__` functions evaluate formats up to this one; beyond it they raise `NotImplementedError`.
const VALUE_WITH_FAKE_GLOBALS: i32 = 2;

impl<'a> Compiler<'a> {
    /// Makes a function of a code object, with its closure and the attributes that are on the stack.
    pub(super) fn make_closure(&mut self, code: Code, flags: u8, loc: Loc) -> Result {
        let mut flags = flags;
        let nfree = code
            .localspluskinds
            .iter()
            .filter(|&&k| k & CO_FAST_FREE != 0)
            .count();
        if nfree > 0 {
            let first = code.localsplusnames.len() - nfree;
            for name in &code.localsplusnames[first..] {
                let name = std::str::from_utf8(name).map_err(|_| internal("a name that is not text"))?;
                let arg = self.closure_arg(name)?;
                self.op(LOAD_CLOSURE, arg, loc);
            }
            flags |= MAKE_FUNCTION_CLOSURE;
            self.op(BUILD_TUPLE, nfree, loc);
        }
        self.load_const(Const::Code(Rc::new(code)), loc);
        self.op0(MAKE_FUNCTION, loc);
        for bit in [
            MAKE_FUNCTION_CLOSURE,
            MAKE_FUNCTION_ANNOTATIONS,
            MAKE_FUNCTION_ANNOTATE,
            MAKE_FUNCTION_KWDEFAULTS,
            MAKE_FUNCTION_DEFAULTS,
        ] {
            if flags & bit != 0 {
                self.op(SET_FUNCTION_ATTRIBUTE, bit, loc);
            }
        }
        Ok(())
    }

    fn apply_decorators(&mut self, decorators: &[Expr]) {
        for d in decorators.iter().rev() {
            self.op(CALL, 0, d.span.into());
        }
    }

    /// Pushes the tuple and the dict of default values. Returns the function's flags.
    fn default_arguments(&mut self, args: &'a Arguments, loc: Loc) -> Result<u8> {
        let mut flags = 0;
        if !args.defaults.is_empty() {
            self.exprs(&args.defaults)?;
            self.op(BUILD_TUPLE, args.defaults.len(), loc);
            flags |= MAKE_FUNCTION_DEFAULTS;
        }
        let mut n = 0;
        for (arg, default) in args.kwonlyargs.iter().zip(&args.kw_defaults) {
            if let Some(default) = default {
                n += 1;
                let name = self.maybe_mangle(&arg.arg);
                self.load_const(name_const(&name), loc);
                self.expr(default)?;
            }
        }
        if n > 0 {
            self.op(BUILD_MAP, n, loc);
            flags |= MAKE_FUNCTION_KWDEFAULTS;
        }
        Ok(flags)
    }

    fn arity(args: &Arguments) -> Arity {
        Arity {
            args: args.args.len() as u32,
            posonly: args.posonlyargs.len() as u32,
            kwonly: args.kwonlyargs.len() as u32,
        }
    }

    /// Enters the unit of an annotation scope, which takes a format and refuses those it does not know.
    fn enter_annotations_scope(&mut self, name: Identifier, block: BlockId, loc: Loc) -> Result {
        let arity = Arity {
            posonly: 1,
            ..Arity::default()
        };
        self.enter_scope(name, ScopeType::Annotations, block, loc.line, None, arity)?;
        self.op(LOAD_FAST, 0, loc);
        self.load_const(crate::consts::int_const(VALUE_WITH_FAKE_GLOBALS), loc);
        self.op(COMPARE_OP, compare_op(PY_GT), loc);
        let body = self.label();
        self.jump(POP_JUMP_IF_FALSE, body, loc);
        self.op(LOAD_COMMON_CONSTANT, CONSTANT_NOTIMPLEMENTEDERROR, loc);
        self.op(RAISE_VARARGS, 1, loc);
        self.place(body);
        Ok(())
    }

    /// Ends an annotation scope that returns a dict of annotations.
    fn leave_annotations_scope(&mut self, loc: Loc) -> Result {
        self.op0(RETURN_VALUE, loc);
        let mut code = self.finish_unit(true)?;
        // The parameter is called `.format` inside, so that it hides no name of the annotations.
        if let Some(first) = code.localsplusnames.first_mut() {
            *first = b"format"[..].into();
        }
        self.make_closure(code, 0, loc)
    }

    pub(super) fn annotation_string(&mut self, annotation: &Expr) {
        let text = crate::unparse::unparse(annotation);
        self.load_const(Const::Str(text.into()), annotation.span.into());
    }

    fn arg_annotation(&mut self, name: &Identifier, annotation: &'a Expr, loc: Loc) -> Result {
        let mangled = self.maybe_mangle(name);
        self.load_const(name_const(&mangled), loc);
        if self.future_annotations() {
            self.annotation_string(annotation);
        } else if let ExprKind::Starred { value, .. } = &annotation.kind {
            // `*args: *Ts`
            self.expr(value)?;
            self.op(UNPACK_SEQUENCE, 1, loc);
        } else {
            self.expr(annotation)?;
        }
        Ok(())
    }

    fn function_annotations(
        &mut self,
        args: &'a Arguments,
        returns: Option<&'a Expr>,
        loc: Loc,
    ) -> Result<u8> {
        let block = self.block_for(Key::new(args, KeyKind::Arguments))?;
        if !self.st.block(block).annotations_used {
            return Ok(0);
        }
        let name = self.st.block(block).name.clone();
        self.enter_annotations_scope(name, block, loc)?;
        let all = args
            .args
            .iter()
            .chain(&args.posonlyargs)
            .chain(args.vararg.as_deref())
            .chain(&args.kwonlyargs)
            .chain(args.kwarg.as_deref());
        let mut n = 0;
        for arg in all {
            if let Some(annotation) = &arg.annotation {
                self.arg_annotation(&arg.arg, annotation, loc)?;
                n += 1;
            }
        }
        if let Some(returns) = returns {
            self.arg_annotation(&"return".into(), returns, loc)?;
            n += 1;
        }
        self.op(BUILD_MAP, n, loc);
        self.leave_annotations_scope(loc)?;
        Ok(MAKE_FUNCTION_ANNOTATE)
    }

    /// Makes the `__annotate__` function of a module or class.
    pub(super) fn process_deferred_annotations(&mut self, loc: Loc) -> Result {
        let deferred = std::mem::take(&mut self.unit_mut().deferred);
        if deferred.is_empty() {
            return Ok(());
        }
        let scope = self.unit().scope;
        let is_module = scope == ScopeType::Module;
        if is_module {
            // It runs before the body.
            let seq = std::mem::take(&mut self.unit_mut().seq);
            self.unit_mut().stashed = Some(seq);
        }
        let Some(block) = self.block().annotation_block else {
            return Err(internal("no annotation block"));
        };
        let name = self.st.block(block).name.clone();
        self.enter_annotations_scope(name, block, loc)?;
        self.op(BUILD_MAP, 0, loc);
        for d in &deferred {
            let mangled = mangle(self.unit().private.as_ref(), d.name);
            let not_set = self.label();
            if let Some(index) = d.conditional {
                self.load_const(crate::consts::int_const(index), d.loc);
                let name: Identifier = "__conditional_annotations__".into();
                if scope == ScopeType::Class {
                    let name = self.maybe_mangle(&name);
                    let arg = self.unit_mut().freevars.number(&name);
                    self.op(LOAD_DEREF, arg, d.loc);
                } else {
                    self.op_name(LOAD_GLOBAL, &name, d.loc);
                }
                self.op(CONTAINS_OP, 0, d.loc);
                self.jump(POP_JUMP_IF_FALSE, not_set, d.loc);
            }
            self.expr(d.annotation)?;
            self.op(COPY, 2, d.loc);
            self.load_const(name_const(&mangled), d.loc);
            self.op0(STORE_SUBSCR, loc);
            self.place(not_set);
        }
        self.leave_annotations_scope(loc)?;
        let name = if self.block().kind == BlockKind::Class {
            "__annotate_func__"
        } else {
            "__annotate__"
        };
        self.name_op(&name.into(), ExprContext::Store, loc);
        if is_module {
            let unit = self.unit_mut();
            let body = unit.stashed.take().unwrap_or_default();
            let annotations = std::mem::replace(&mut unit.seq, body);
            unit.seq.annotations = Some(Box::new(annotations));
        }
        Ok(())
    }

    /// A generator's `StopIteration` becomes a `RuntimeError`.
    pub(super) fn wrap_in_stopiteration_handler(&mut self) {
        let handler = self.label();
        self.unit_mut()
            .seq
            .insert_first(SETUP_CLEANUP, handler.0 as i32, Loc::NONE);
        self.load_const(Const::None, Loc::NONE);
        self.op0(RETURN_VALUE, Loc::NONE);
        self.place(handler);
        self.op(CALL_INTRINSIC_1, INTRINSIC_STOPITERATION_ERROR, Loc::NONE);
        self.op(RERAISE, 1, Loc::NONE);
    }

    /// The lazily evaluated bound or default of a type parameter.
    fn type_param_part(&mut self, e: &'a Expr, name: &Identifier, key: Key, allow_starred: bool) -> Result {
        let loc = e.span.into();
        self.load_const(Const::Tuple(Rc::new([crate::consts::int_const(1)])), loc);
        let block = self.block_for(key)?;
        self.enter_annotations_scope(name.clone(), block, loc)?;
        match &e.kind {
            ExprKind::Starred { value, .. } if allow_starred => {
                self.expr(value)?;
                self.op(UNPACK_SEQUENCE, 1, loc);
            }
            _ => self.expr(e)?,
        }
        self.op0(RETURN_VALUE, loc);
        let code = self.finish_unit(true)?;
        self.make_closure(code, MAKE_FUNCTION_DEFAULTS, loc)
    }

    fn type_params(&mut self, params: &'a [TypeParam]) -> Result {
        let mut seen_default = false;
        for param in params {
            let loc: Loc = param.span.into();
            let (name, intrinsic, bound, default, kind, starred) = match &param.kind {
                TypeParamKind::TypeVar {
                    name,
                    bound,
                    default_value,
                } => (
                    name,
                    INTRINSIC_TYPEVAR,
                    bound,
                    default_value,
                    KeyKind::TypeParamDefault,
                    false,
                ),
                TypeParamKind::TypeVarTuple { name, default_value } => (
                    name,
                    INTRINSIC_TYPEVARTUPLE,
                    &None,
                    default_value,
                    KeyKind::TypeParam,
                    true,
                ),
                TypeParamKind::ParamSpec { name, default_value } => (
                    name,
                    INTRINSIC_PARAMSPEC,
                    &None,
                    default_value,
                    KeyKind::TypeParam,
                    false,
                ),
            };
            self.load_const(name_const(name), loc);
            if let Some(bound) = bound {
                self.type_param_part(bound, name, Key::new(param, KeyKind::TypeParam), false)?;
                let intrinsic = if matches!(bound.kind, ExprKind::Tuple { .. }) {
                    INTRINSIC_TYPEVAR_WITH_CONSTRAINTS
                } else {
                    INTRINSIC_TYPEVAR_WITH_BOUND
                };
                self.op(CALL_INTRINSIC_2, intrinsic, loc);
            } else {
                self.op(CALL_INTRINSIC_1, intrinsic, loc);
            }
            if let Some(default) = default {
                seen_default = true;
                self.type_param_part(default, name, Key::new(param, kind), starred)?;
                self.op(CALL_INTRINSIC_2, INTRINSIC_SET_TYPEPARAM_DEFAULT, loc);
            } else if seen_default {
                let msg = format!("non-default type parameter '{name}' follows default type parameter");
                return self.error(loc, msg);
            }
            self.op(COPY, 1, loc);
            self.name_op(name, ExprContext::Store, loc);
        }
        if let Some(first) = params.first() {
            self.op(BUILD_TUPLE, params.len(), first.span.into());
        }
        Ok(())
    }

    fn type_params_block(&self, params: &[TypeParam]) -> Result<BlockId> {
        self.block_for(Key::new(&params[0], KeyKind::TypeParams))
    }

    fn function_body(
        &mut self,
        s: &'a Stmt,
        f: &'a FunctionDef,
        is_async: bool,
        flags: u8,
        firstlineno: i32,
    ) -> Result {
        let scope = if is_async {
            ScopeType::AsyncFunction
        } else {
            ScopeType::Function
        };
        let block = self.block_for(Key::new(s, KeyKind::Stmt))?;
        self.enter_scope(
            f.name.clone(),
            scope,
            block,
            firstlineno,
            None,
            Self::arity(&f.args),
        )?;
        let (mut body, removed) = self.without_docstring(&f.body);
        if self.block().has_docstring {
            if let Some(doc) = crate::preprocess::docstring(&f.body) {
                let value = self.docstring_const(doc);
                self.add_const(value);
            }
            body = &f.body[1..];
        }
        let start = self.label();
        self.place(start);
        let handler = self.block().coroutine || self.block().generator;
        if handler {
            self.push_fblock(
                Loc::NONE,
                FBlockKind::StopIteration,
                Some(start),
                None,
                Datum::None,
            )?;
        }
        self.statements(body, removed)?;
        if handler {
            self.wrap_in_stopiteration_handler();
            self.pop_fblock(FBlockKind::StopIteration);
        }
        let code = self.finish_unit(true)?;
        self.make_closure(code, flags, s.span.into())
    }

    pub(super) fn function(&mut self, s: &'a Stmt, f: &'a FunctionDef, is_async: bool) -> Result {
        let loc: Loc = s.span.into();
        self.exprs(&f.decorator_list)?;
        let firstlineno = f.decorator_list.first().map_or(s.span.lineno, |d| d.span.lineno) as i32;
        let generic = !f.type_params.is_empty();
        let mut flags = self.default_arguments(&f.args, loc)?;
        let mut num_args = 0;
        if generic {
            num_args += i32::from(flags & MAKE_FUNCTION_DEFAULTS != 0);
            num_args += i32::from(flags & MAKE_FUNCTION_KWDEFAULTS != 0);
            if num_args == 2 {
                self.op(SWAP, 2, loc);
            }
            let name = Rc::from(format!("<generic parameters of {}>", f.name));
            let block = self.type_params_block(&f.type_params)?;
            let arity = Arity {
                args: num_args as u32,
                ..Arity::default()
            };
            self.enter_scope(name, ScopeType::Annotations, block, firstlineno, None, arity)?;
            self.type_params(&f.type_params)?;
            for i in 0..num_args {
                self.op(LOAD_FAST, i, loc);
            }
        }
        flags |= self.function_annotations(&f.args, f.returns.as_deref(), loc)?;
        self.function_body(s, f, is_async, flags, firstlineno)?;
        if generic {
            self.op(SWAP, 2, loc);
            self.op(CALL_INTRINSIC_2, INTRINSIC_SET_FUNCTION_TYPE_PARAMS, loc);
            let code = self.finish_unit(false)?;
            self.make_closure(code, 0, loc)?;
            if num_args > 0 {
                self.op(SWAP, num_args + 1, loc);
                self.op(CALL, num_args - 1, loc);
            } else {
                self.op0(PUSH_NULL, loc);
                self.op(CALL, 0, loc);
            }
        }
        self.apply_decorators(&f.decorator_list);
        self.name_op(&f.name, ExprContext::Store, loc);
        Ok(())
    }

    fn class_body(&mut self, s: &'a Stmt, c: &'a ClassDef, firstlineno: i32) -> Result {
        let block = self.block_for(Key::new(s, KeyKind::Stmt))?;
        let private = Some(c.name.clone());
        self.enter_scope(
            c.name.clone(),
            ScopeType::Class,
            block,
            firstlineno,
            private,
            Arity::default(),
        )?;
        let loc = Loc::new(firstlineno, firstlineno, 0, 0);
        let (load, store) = (ExprContext::Load, ExprContext::Store);
        self.name_op(&"__name__".into(), load, loc);
        self.name_op(&"__module__".into(), store, loc);
        let qualname = name_const(&self.unit().qualname.clone());
        self.load_const(qualname, loc);
        self.name_op(&"__qualname__".into(), store, loc);
        self.load_const(crate::consts::int_const(firstlineno), loc);
        self.name_op(&"__firstlineno__".into(), store, loc);
        if !c.type_params.is_empty() {
            self.name_op(&".type_params".into(), load, loc);
            self.name_op(&"__type_params__".into(), store, loc);
        }
        if self.block().needs_classdict {
            self.op0(LOAD_LOCALS, loc);
            let arg = self.cell_arg("__classdict__")?;
            self.op(STORE_DEREF, arg, loc);
        }
        if self.block().has_conditional_annotations {
            self.op(BUILD_SET, 0, loc);
            let arg = self.cell_arg("__conditional_annotations__")?;
            self.op(STORE_DEREF, arg, loc);
        }
        self.body(&c.body, loc)?;
        let attributes = names_const(&std::mem::take(&mut self.unit_mut().static_attributes));
        self.load_const(attributes, Loc::NONE);
        self.name_op(&"__static_attributes__".into(), store, Loc::NONE);
        if self.block().needs_classdict {
            let arg = self.cell_arg("__classdict__")?;
            self.op(LOAD_CLOSURE, arg, Loc::NONE);
            self.name_op(&"__classdictcell__".into(), store, Loc::NONE);
        }
        if self.block().needs_class_closure {
            let arg = self.cell_arg("__class__")?;
            self.op(LOAD_CLOSURE, arg, Loc::NONE);
            self.op(COPY, 1, Loc::NONE);
            self.name_op(&"__classcell__".into(), store, Loc::NONE);
        } else {
            self.load_const(Const::None, Loc::NONE);
        }
        self.op0(RETURN_VALUE, Loc::NONE);
        let code = self.finish_unit(true)?;
        // From here on the class line counts, not a decorator's.
        let loc = s.span.into();
        self.op0(LOAD_BUILD_CLASS, loc);
        self.op0(PUSH_NULL, loc);
        self.make_closure(code, 0, loc)?;
        self.load_const(name_const(&c.name), loc);
        Ok(())
    }

    pub(super) fn class(&mut self, s: &'a Stmt, c: &'a ClassDef) -> Result {
        self.exprs(&c.decorator_list)?;
        let firstlineno = c.decorator_list.first().map_or(s.span.lineno, |d| d.span.lineno) as i32;
        let loc: Loc = s.span.into();
        if c.type_params.is_empty() {
            self.class_body(s, c, firstlineno)?;
            self.call_helper(2, &c.bases, None, &c.keywords, loc)?;
        } else {
            let name = Rc::from(format!("<generic parameters of {}>", c.name));
            let block = self.type_params_block(&c.type_params)?;
            let private = Some(c.name.clone());
            self.enter_scope(
                name,
                ScopeType::Annotations,
                block,
                firstlineno,
                private,
                Arity::default(),
            )?;
            self.type_params(&c.type_params)?;
            self.name_op(&".type_params".into(), ExprContext::Store, loc);
            self.class_body(s, c, firstlineno)?;
            self.name_op(&".type_params".into(), ExprContext::Load, loc);
            self.op(CALL_INTRINSIC_1, INTRINSIC_SUBSCRIPT_GENERIC, loc);
            self.name_op(&".generic_base".into(), ExprContext::Store, loc);
            self.call_helper(2, &c.bases, Some(&".generic_base".into()), &c.keywords, loc)?;
            let code = self.finish_unit(false)?;
            self.make_closure(code, 0, loc)?;
            self.op0(PUSH_NULL, loc);
            self.op(CALL, 0, loc);
        }
        self.apply_decorators(&c.decorator_list);
        self.name_op(&c.name, ExprContext::Store, loc);
        Ok(())
    }

    pub(super) fn type_alias(
        &mut self,
        s: &'a Stmt,
        name: &'a Expr,
        params: &'a [TypeParam],
        value: &'a Expr,
    ) -> Result {
        let ExprKind::Name { id: name, .. } = &name.kind else {
            return Err(internal("type alias name"));
        };
        let loc: Loc = s.span.into();
        if params.is_empty() {
            self.load_const(name_const(name), loc);
            self.load_const(Const::None, loc);
            self.type_alias_body(s, name, value, loc)?;
        } else {
            let scope_name = Rc::from(format!("<generic parameters of {name}>"));
            let block = self.type_params_block(params)?;
            self.enter_scope(
                scope_name,
                ScopeType::Annotations,
                block,
                loc.line,
                None,
                Arity::default(),
            )?;
            self.load_const(name_const(name), loc);
            self.type_params(params)?;
            self.type_alias_body(s, name, value, loc)?;
            let code = self.finish_unit(false)?;
            self.make_closure(code, 0, loc)?;
            self.op0(PUSH_NULL, loc);
            self.op(CALL, 0, loc);
        }
        self.name_op(name, ExprContext::Store, loc);
        Ok(())
    }

    fn type_alias_body(&mut self, s: &'a Stmt, name: &Identifier, value: &'a Expr, loc: Loc) -> Result {
        self.load_const(Const::Tuple(Rc::new([crate::consts::int_const(1)])), loc);
        let block = self.block_for(Key::new(s, KeyKind::Stmt))?;
        self.enter_annotations_scope(name.clone(), block, loc)?;
        self.expr(value)?;
        self.op0(RETURN_VALUE, loc);
        let code = self.finish_unit(false)?;
        self.make_closure(code, MAKE_FUNCTION_DEFAULTS, loc)?;
        self.op(BUILD_TUPLE, 3, loc);
        self.op(CALL_INTRINSIC_1, INTRINSIC_TYPEALIAS, loc);
        Ok(())
    }

    pub(super) fn lambda(&mut self, e: &'a Expr, args: &'a Arguments, body: &'a Expr) -> Result {
        let loc: Loc = e.span.into();
        let flags = self.default_arguments(args, loc)?;
        let block = self.block_for(Key::new(e, KeyKind::Expr))?;
        self.enter_scope(
            "<lambda>".into(),
            ScopeType::Lambda,
            block,
            loc.line,
            None,
            Self::arity(args),
        )?;
        self.expr(body)?;
        let code = if self.block().generator {
            self.finish_unit(false)?
        } else {
            self.op0(RETURN_VALUE, body.span.into());
            self.finish_unit(true)?
        };
        self.make_closure(code, flags, loc)
    }
}
