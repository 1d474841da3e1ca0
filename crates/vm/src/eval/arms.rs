// The arms of the evaluation loop, included into `eval_frame`.
match opcode {
    // ---- variables and constants ----
    op::NOP | op::NOT_TAKEN | op::CACHE => next!(),
    op::RESUME_CHECK => {
        if ts.eval_breaker.load(Ordering::Relaxed) != code!()._co_instrumentation_version.get() {
            deopt!(op::RESUME);
        }
        next!()
    }
    op::RESUME => {
        (*frame).stackpointer = sp;
        if ts.tracing.get() == 0 && crate::monitoring::update(code!()) {
            // instrumented just now: run the instruction that stands there
            ip = (*frame).instr_ptr;
            next!()
        }
        if oparg & 3 < 2 {
            check_periodic!();
        }
        if ts.eval_breaker.load(Ordering::Relaxed) == code!()._co_instrumentation_version.get()
            && (*ip.sub(1) as u8) < op::MIN_INSTRUMENTED_OPCODE
        {
            *ip.sub(1) = *ip.sub(1) & 0xff00 | op::RESUME_CHECK as u16;
        }
        next!()
    }
    op::LOAD_FAST => {
        push!(local!(oparg).dup());
        next!()
    }
    op::LOAD_FAST_BORROW => {
        let v = local!(oparg);
        push!(StackRef::borrowed(v.obj()));
        next!()
    }
    op::LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
        let (a, b) = (local!(oparg >> 4), local!(oparg & 15));
        *sp = StackRef::borrowed(a.obj());
        *sp.add(1) = StackRef::borrowed(b.obj());
        sp = sp.add(2);
        next!()
    }
    op::LOAD_FAST_LOAD_FAST => {
        push!(local!(oparg >> 4).dup());
        push!(local!(oparg & 15).dup());
        next!()
    }
    op::LOAD_FAST_CHECK => {
        let v = local!(oparg);
        if v.is_null() {
            let _ = binding::unbound_local(code!(), oparg);
            error!();
        }
        push!(v.dup());
        next!()
    }
    op::LOAD_FAST_AND_CLEAR => {
        let slot = &mut local!(oparg);
        push!(*slot);
        *slot = StackRef::NULL;
        next!()
    }
    op::STORE_FAST => {
        let v = pop!();
        let old = local!(oparg);
        local!(oparg) = v;
        old.close();
        next!()
    }
    op::STORE_FAST_LOAD_FAST => {
        let v = peek!(1);
        let old = local!(oparg >> 4);
        local!(oparg >> 4) = v;
        peek!(1) = local!(oparg & 15).dup();
        old.close();
        next!()
    }
    op::STORE_FAST_STORE_FAST => {
        let v1 = pop!();
        let old = local!(oparg >> 4);
        local!(oparg >> 4) = v1;
        old.close();
        let v2 = pop!();
        let old = local!(oparg & 15);
        local!(oparg & 15) = v2;
        old.close();
        next!()
    }
    op::DELETE_FAST => {
        let old = local!(oparg);
        if old.is_null() {
            let _ = binding::unbound_local(code!(), oparg);
            error!();
        }
        local!(oparg) = StackRef::NULL;
        old.close();
        next!()
    }
    op::LOAD_SMALL_INT => {
        push!(StackRef::borrowed(ops::small_int(oparg)));
        next!()
    }
    op::LOAD_CONST => {
        let v = code!().consts().as_slice().get_unchecked(oparg).get();
        let kind = if v.is_immortal() {
            op::LOAD_CONST_IMMORTAL
        } else {
            op::LOAD_CONST_MORTAL
        };
        if (*ip.sub(1) as u8) < op::MIN_INSTRUMENTED_OPCODE {
            *ip.sub(1) = *ip.sub(1) & 0xff00 | kind as u16;
        }
        deopt!(kind)
    }
    op::LOAD_CONST_IMMORTAL => {
        push!(StackRef::borrowed(
            code!().consts().as_slice().get_unchecked(oparg).get()
        ));
        next!()
    }
    op::LOAD_CONST_MORTAL => {
        push!(StackRef::new_ref(
            code!().consts().as_slice().get_unchecked(oparg).get()
        ));
        next!()
    }
    op::LOAD_COMMON_CONSTANT => {
        push!(StackRef::owned(tri!(names::common_constant(oparg))));
        next!()
    }
    op::POP_TOP | op::POP_ITER | op::END_FOR => {
        pop!().close();
        next!()
    }
    op::PUSH_NULL => {
        push!(StackRef::NULL);
        next!()
    }
    op::COPY => {
        let v = peek!(oparg);
        push!(v.dup());
        next!()
    }
    op::SWAP => {
        std::ptr::swap(sp.sub(1), sp.sub(oparg));
        next!()
    }
    op::EXTENDED_ARG => {
        (*frame).instr_ptr = ip;
        let word = *ip;
        ip = ip.add(1);
        opcode = word as u8;
        oparg = oparg << 8 | (word >> 8) as usize;
        continue 'dispatch;
    }

    // ---- names ----
    op::LOAD_GLOBAL => {
        adaptive!(spec::load_global(frame, ip.sub(1), name!(oparg >> 1)));
        let v = tri!(names::load_global(frame, name!(oparg >> 1)));
        push!(StackRef::owned(v));
        if oparg & 1 != 0 {
            push!(StackRef::NULL);
        }
        skip!(4);
        next!()
    }
    op::LOAD_GLOBAL_MODULE => {
        // counter, version, unused, index
        let Some(v) = spec::global_value((*frame).globals, *ip.add(1), *ip.add(3)) else {
            deopt!(op::LOAD_GLOBAL)
        };
        push!(v);
        if oparg & 1 != 0 {
            push!(StackRef::NULL);
        }
        skip!(4);
        next!()
    }
    op::LOAD_GLOBAL_BUILTIN => {
        if !spec::global_version_is((*frame).globals, *ip.add(1)) {
            deopt!(op::LOAD_GLOBAL)
        }
        let Some(v) = spec::global_value((*frame).builtins, *ip.add(2), *ip.add(3)) else {
            deopt!(op::LOAD_GLOBAL)
        };
        push!(v);
        if oparg & 1 != 0 {
            push!(StackRef::NULL);
        }
        skip!(4);
        next!()
    }
    op::STORE_GLOBAL => {
        tri!(names::store_global(frame, name!(oparg), peek!(1).obj()));
        pop!().close();
        next!()
    }
    op::DELETE_GLOBAL => {
        tri!(names::delete_global(frame, name!(oparg)));
        next!()
    }
    op::LOAD_NAME => {
        push!(StackRef::owned(tri!(names::load_name(frame, name!(oparg)))));
        next!()
    }
    op::STORE_NAME => {
        tri!(names::store_name(frame, name!(oparg), peek!(1).obj()));
        pop!().close();
        next!()
    }
    op::DELETE_NAME => {
        tri!(names::delete_name(frame, name!(oparg)));
        next!()
    }
    op::LOAD_LOCALS => {
        push!(StackRef::owned(tri!(names::load_locals(frame))));
        next!()
    }
    op::LOAD_FROM_DICT_OR_GLOBALS => {
        let v = tri!(names::load_from_dict_or_globals(frame, peek!(1).obj(), name!(oparg)));
        let old = peek!(1);
        peek!(1) = StackRef::owned(v);
        old.close();
        next!()
    }
    op::LOAD_FROM_DICT_OR_DEREF => {
        let v = tri!(names::load_from_dict_or_deref(frame, peek!(1).obj(), oparg));
        let old = peek!(1);
        peek!(1) = StackRef::owned(v);
        old.close();
        next!()
    }
    op::SETUP_ANNOTATIONS => {
        tri!(names::setup_annotations(frame));
        next!()
    }
    op::LOAD_BUILD_CLASS => {
        push!(StackRef::owned(tri!(names::build_class(frame))));
        next!()
    }
    op::MAKE_CELL => {
        let initial = local!(oparg);
        local!(oparg) = StackRef::NULL;
        let value = if initial.is_null() { None } else { Some(initial.steal()) };
        local!(oparg) = StackRef::owned(tri!(PyCell::new(value)));
        next!()
    }
    op::COPY_FREE_VARS => {
        tri!(names::copy_free_vars(frame, oparg));
        next!()
    }
    op::LOAD_DEREF => {
        let cell: &PyCell = local!(oparg).cast();
        match cell.ob_ref.get() {
            Some(v) => push!(StackRef::owned(v)),
            None => {
                let _ = binding::unbound_local(code!(), oparg);
                error!();
            }
        }
        next!()
    }
    op::STORE_DEREF => {
        let v = pop!().steal();
        let cell: &PyCell = local!(oparg).cast();
        cell.ob_ref.set(Some(v));
        next!()
    }
    op::DELETE_DEREF => {
        let cell: &PyCell = local!(oparg).cast();
        match cell.ob_ref.take() {
            Some(v) => drop(v),
            None => {
                let _ = binding::unbound_local(code!(), oparg);
                error!();
            }
        }
        next!()
    }

    // ---- attributes ----
    op::LOAD_ATTR => {
        adaptive!(spec::load_attr(frame, ip.sub(1), peek!(1).obj(), name!(oparg >> 1), oparg & 1 != 0));
        let owner = peek!(1);
        if oparg & 1 != 0 {
            let (method, unbound) = tri!(object::typeobject::get_method(owner.obj(), name!(oparg >> 1)));
            peek!(1) = StackRef::owned(method);
            if unbound {
                push!(owner);
            } else {
                push!(StackRef::NULL);
                owner.close();
            }
        } else {
            let v = tri!(owner.obj().get_attr(name!(oparg >> 1)));
            peek!(1) = StackRef::owned(v);
            owner.close();
        }
        skip!(9);
        next!()
    }
    op::STORE_ATTR => {
        adaptive!(spec::store_attr(frame, ip.sub(1), peek!(1).obj(), name!(oparg)));
        tri!(peek!(1).obj().set_attr(name!(oparg), Some(peek!(2).obj())));
        let owner = pop!();
        let v = pop!();
        v.close();
        owner.close();
        skip!(4);
        next!()
    }
    op::DELETE_ATTR => {
        tri!(peek!(1).obj().set_attr(name!(oparg), None));
        pop!().close();
        next!()
    }
    op::LOAD_SUPER_ATTR => {
        let (attr, self_or_null) = tri!(attr::load_super_attr(
            peek!(3).obj(),
            peek!(2).obj(),
            peek!(1).obj(),
            name!(oparg >> 2),
            oparg
        ));
        let (s, c, g) = (pop!(), pop!(), pop!());
        push!(StackRef::owned(attr));
        if oparg & 1 != 0 {
            push!(StackRef::from_option(self_or_null));
        }
        g.close();
        c.close();
        s.close();
        skip!(1);
        next!()
    }
    op::LOAD_SPECIAL => {
        let (method, self_or_null) = tri!(attr::load_special(peek!(1).obj(), oparg));
        let owner = peek!(1);
        peek!(1) = StackRef::owned(method);
        push!(StackRef::from_option(self_or_null));
        owner.close();
        next!()
    }

    // ---- operators ----
    op::BINARY_OP => {
        adaptive!(spec::binary_op(frame, ip.sub(1), peek!(2).obj(), peek!(1).obj(), oparg));
        binary!(5, ops::binary(oparg, peek!(2).obj(), peek!(1).obj()))
    }
    op::COMPARE_OP => {
        adaptive!(spec::compare_op(ip.sub(1), peek!(2).obj(), peek!(1).obj(), oparg));
        binary!(1, ops::compare(oparg, peek!(2).obj(), peek!(1).obj()))
    }
    op::CONTAINS_OP => {
        adaptive!(spec::contains_op(ip.sub(1), peek!(1).obj()));
        let found = tri!(peek!(1).obj().contains(peek!(2).obj()));
        let res = StackRef::borrowed(if found != (oparg != 0) { true_ref() } else { false_ref() });
        let (r, l) = (pop!(), peek!(1));
        peek!(1) = res;
        l.close();
        r.close();
        skip!(1);
        next!()
    }
    op::IS_OP => {
        let (r, l) = (pop!(), peek!(1));
        let same = r.as_ptr() == l.as_ptr();
        peek!(1) = StackRef::borrowed(if same != (oparg != 0) { true_ref() } else { false_ref() });
        l.close();
        r.close();
        next!()
    }
    op::UNARY_NEGATIVE => unary!(ops::negative(peek!(1).obj())),
    op::UNARY_INVERT => unary!(ops::invert(peek!(1).obj())),
    op::UNARY_NOT => {
        let is_false = peek!(1).as_ptr() == false_ref().as_ptr();
        peek!(1) = StackRef::borrowed(if is_false { true_ref() } else { false_ref() });
        next!()
    }
    op::TO_BOOL => {
        adaptive!(spec::to_bool(ip.sub(1), peek!(1).obj()));
        let v = peek!(1);
        let truth = tri!(v.obj().is_true());
        peek!(1) = StackRef::borrowed(if truth { true_ref() } else { false_ref() });
        v.close();
        skip!(3);
        next!()
    }
    op::BINARY_SLICE => {
        let v = tri!(ops::get_slice(peek!(3).obj(), peek!(2).obj(), peek!(1).obj()));
        let (stop, start, container) = (pop!(), pop!(), peek!(1));
        peek!(1) = StackRef::owned(v);
        stop.close();
        start.close();
        container.close();
        next!()
    }
    op::STORE_SLICE => {
        tri!(ops::set_slice(peek!(3).obj(), peek!(2).obj(), peek!(1).obj(), peek!(4).obj()));
        for _ in 0..4 {
            pop!().close();
        }
        next!()
    }
    op::STORE_SUBSCR => {
        adaptive!(spec::store_subscr(ip.sub(1), peek!(2).obj(), peek!(1).obj()));
        tri!(peek!(2).obj().set_item(peek!(1).obj(), Some(peek!(3).obj())));
        let (sub, container, v) = (pop!(), pop!(), pop!());
        v.close();
        container.close();
        sub.close();
        skip!(1);
        next!()
    }
    op::DELETE_SUBSCR => {
        tri!(peek!(2).obj().set_item(peek!(1).obj(), None));
        let (sub, container) = (pop!(), pop!());
        container.close();
        sub.close();
        next!()
    }

    // ---- building ----
    op::BUILD_TUPLE => {
        let made = tri!(PyTuple::from_raw_owned(ops::owned_items(sp, oparg), oparg));
        sp = sp.sub(oparg);
        push!(StackRef::owned(made));
        next!()
    }
    op::BUILD_LIST => {
        let made = tri!(PyList::from_raw_owned(ops::owned_items(sp, oparg), oparg));
        sp = sp.sub(oparg);
        push!(StackRef::owned(made));
        next!()
    }
    op::BUILD_SET => {
        let set = tri!(ops::build_set(sp, oparg));
        for _ in 0..oparg {
            pop!().close();
        }
        push!(StackRef::owned(set));
        next!()
    }
    op::BUILD_MAP => {
        let dict = tri!(ops::build_map(sp, oparg));
        for _ in 0..oparg * 2 {
            pop!().close();
        }
        push!(StackRef::owned(dict));
        next!()
    }
    op::BUILD_STRING => {
        let s = tri!(ops::build_string(sp, oparg));
        for _ in 0..oparg {
            pop!().close();
        }
        push!(StackRef::owned(s));
        next!()
    }
    op::BUILD_SLICE => {
        let step = if oparg == 3 { pop!().steal() } else { object::none() };
        let stop = pop!().steal();
        let start = pop!().steal();
        push!(StackRef::owned(tri!(crate::compat::slice(start, stop, step))));
        next!()
    }
    op::LIST_APPEND => {
        let v = pop!().steal();
        let list: &PyList = peek!(oparg).cast();
        tri!(list.append(v));
        next!()
    }
    op::LIST_EXTEND => {
        tri!(ops::list_extend(peek!(1 + oparg).cast(), peek!(1).obj()));
        pop!().close();
        next!()
    }
    op::SET_ADD => {
        tri!(crate::compat::set_add(peek!(1 + oparg).obj(), peek!(1).obj()));
        pop!().close();
        next!()
    }
    op::SET_UPDATE => {
        tri!(crate::compat::set_update(peek!(1 + oparg).obj(), peek!(1).obj()));
        pop!().close();
        next!()
    }
    op::MAP_ADD => {
        let dict: &PyDict = peek!(2 + oparg).cast();
        tri!(dict.set_item(peek!(2).obj(), peek!(1).obj()));
        pop!().close();
        pop!().close();
        next!()
    }
    op::DICT_UPDATE => {
        tri!(ops::dict_update(peek!(1 + oparg).cast(), peek!(1).obj()));
        pop!().close();
        next!()
    }
    op::DICT_MERGE => {
        tri!(ops::dict_merge(
            peek!(4 + oparg).obj(),
            peek!(1 + oparg).cast(),
            peek!(1).obj()
        ));
        pop!().close();
        next!()
    }
    op::CONVERT_VALUE => unary!(ops::convert(oparg, peek!(1).obj())),
    op::FORMAT_SIMPLE => {
        if PyStr::check_exact(peek!(1).obj()) {
            next!()
        }
        unary!(ops::format(peek!(1).obj(), None))
    }
    op::FORMAT_WITH_SPEC => binary!(0, ops::format(peek!(2).obj(), Some(peek!(1).obj()))),
    op::BUILD_TEMPLATE => binary!(0, crate::template::build_template(peek!(2).obj(), peek!(1).obj())),
    op::BUILD_INTERPOLATION => {
        let with_spec = oparg & 1;
        let format_spec = if with_spec != 0 { Some(peek!(1).obj()) } else { None };
        let v = tri!(crate::template::build_interpolation(
            peek!(2 + with_spec).obj(),
            peek!(1 + with_spec).obj(),
            oparg >> 2,
            format_spec
        ));
        for _ in 0..2 + with_spec {
            pop!().close();
        }
        push!(StackRef::owned(v));
        next!()
    }

    // ---- unpacking and iteration ----
    op::UNPACK_SEQUENCE => {
        adaptive!(spec::unpack_sequence(ip.sub(1), peek!(1).obj(), oparg));
        let seq = peek!(1);
        tri!(ops::unpack(seq.obj(), oparg, None, sp.sub(1).add(oparg)));
        sp = sp.sub(1).add(oparg);
        seq.close();
        skip!(1);
        next!()
    }
    op::UNPACK_EX => {
        let (before, after) = (oparg & 0xff, oparg >> 8);
        let seq = peek!(1);
        let top = sp.sub(1).add(before + 1 + after);
        tri!(ops::unpack(seq.obj(), before, Some(after), top));
        sp = top;
        seq.close();
        next!()
    }
    op::GET_LEN => {
        let n = tri!(peek!(1).obj().length());
        push!(StackRef::owned(tri!(PyInt::from_i64(n as i64))));
        next!()
    }
    op::GET_ITER => {
        let v = peek!(1);
        let it = tri!(object::iter::get_iter(v.obj()));
        peek!(1) = StackRef::owned(it);
        v.close();
        next!()
    }
    op::FOR_ITER => {
        adaptive!(spec::for_iter(ip.sub(1), peek!(1).obj()));
        match tri!(ops::iter_next(ts, peek!(1).obj())) {
            Some(v) => {
                push!(StackRef::owned(v));
                skip!(1);
            }
            None => {
                // over END_FOR
                jump_forward!(1 + oparg + 1);
            }
        }
        next!()
    }

    // ---- jumps ----
    op::JUMP_FORWARD => {
        jump_forward!(oparg);
        next!()
    }
    op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_JIT | op::JUMP_BACKWARD_JIT => {
        ip = ip.add(1).sub(oparg);
        check_periodic!();
        next!()
    }
    op::JUMP_BACKWARD_NO_INTERRUPT => {
        ip = ip.sub(oparg);
        next!()
    }
    op::POP_JUMP_IF_FALSE => {
        let v = pop!();
        skip!(1);
        if v.as_ptr() == false_ref().as_ptr() {
            jump_forward!(oparg);
        }
        next!()
    }
    op::POP_JUMP_IF_TRUE => {
        let v = pop!();
        skip!(1);
        if v.as_ptr() == true_ref().as_ptr() {
            jump_forward!(oparg);
        }
        next!()
    }
    op::POP_JUMP_IF_NONE => {
        let v = pop!();
        skip!(1);
        if v.as_ptr() == object::singletons::none_ref().as_ptr() {
            jump_forward!(oparg);
        } else {
            v.close();
        }
        next!()
    }
    op::POP_JUMP_IF_NOT_NONE => {
        let v = pop!();
        skip!(1);
        if v.as_ptr() != object::singletons::none_ref().as_ptr() {
            jump_forward!(oparg);
            v.close();
        }
        next!()
    }

    // ---- calls ----
    op::CALL => {
        adaptive!(spec::call(frame, ip.sub(1), peek!(oparg + 2).obj(), peek!(oparg + 1), oparg));
        let base = sp.sub(oparg + 2);
        let (args, n) = call::expand_method(base, oparg);
        let callable = (*base).obj();
        if let Some(func) = callable.downcast_exact::<PyFunction>()
            && func.is_plain()
        {
            let func_ref = *base;
            sp = base;
            let new = tri!(call::push_frame(ts, func_ref, args, n, None));
            enter!(new, 4)
        }
        let res = call::call_native(callable, args, n, None);
        native_result!(base, res, 3)
    }
    op::CALL_KW => {
        adaptive!(spec::call_kw(ip.sub(1), peek!(oparg + 3).obj(), peek!(oparg + 2), oparg));
        let base = sp.sub(oparg + 3);
        let (args, n) = call::expand_method(base, oparg);
        let callable = (*base).obj();
        let kwnames: &PyTuple = peek!(1).cast();
        let npos = n - kwnames.len();
        if let Some(func) = callable.downcast_exact::<PyFunction>()
            && func.is_plain()
        {
            let func_ref = *base;
            let names_ref = pop!();
            sp = base;
            let new = call::push_frame(ts, func_ref, args, npos, Some(kwnames));
            names_ref.close();
            let new = tri!(new);
            enter!(new, 4)
        }
        let res = call::call_native(callable, args, npos, Some(kwnames));
        native_result!(base, res, 3)
    }
    op::CALL_FUNCTION_EX => {
        let base = sp.sub(4);
        tri!(call::prepare_call_ex(base));
        if let Some(func) = (*base).obj().downcast_exact::<PyFunction>()
            && func.is_plain()
        {
            let new = call::push_frame_ex(ts, base);
            sp = base;
            let new = tri!(new);
            enter!(new, 1)
        }
        let res = call::call_ex(base);
        native_result!(base, res, 0)
    }
    op::CALL_INTRINSIC_1 => {
        let v = peek!(1);
        let res = tri!(intrinsics::call_1(ts, frame, oparg, v.obj()));
        peek!(1) = StackRef::owned(res);
        v.close();
        next!()
    }
    op::CALL_INTRINSIC_2 => {
        binary!(0, intrinsics::call_2(oparg, peek!(2).obj(), peek!(1).obj()))
    }
    op::MAKE_FUNCTION => {
        let code_ref = peek!(1);
        let f = tri!(PyFunction::new(code_ref.cast::<PyCode>(), &*(*frame).globals));
        peek!(1) = StackRef::owned(f);
        code_ref.close();
        next!()
    }
    op::SET_FUNCTION_ATTRIBUTE => {
        let func = pop!();
        let value = peek!(1).steal();
        call::set_function_attribute(func.cast(), oparg, value);
        peek!(1) = func;
        next!()
    }
    op::RETURN_VALUE => {
        let v = pop!().heap_safe();
        (*frame).stackpointer = sp;
        let dying = frame;
        frame = (*dying).previous;
        ts.current_frame.set(frame as *mut _);
        unwind::clear_and_pop(ts, dying);
        ip = (*frame).instr_ptr.add((*frame).return_offset as usize);
        sp = (*frame).stackpointer;
        push!(v);
        next!()
    }
    op::INTERPRETER_EXIT => {
        let v = pop!();
        ts.current_frame.set(entry.frame.previous as *mut _);
        return Ok(v.steal());
    }
    op::EXIT_INIT_CHECK => {
        if peek!(1).as_ptr() != object::singletons::none_ref().as_ptr() {
            let _: PyResult<()> = raise!(
                TypeError,
                "__init__() should return None, not '{}'",
                peek!(1).obj().ty().full_name()
            );
            error!();
        }
        sp = sp.sub(1);
        next!()
    }

    // ---- generators and coroutines ----
    op::RETURN_GENERATOR => {
        (*frame).stackpointer = sp;
        let generator = tri!(generator::from_running_frame(frame));
        let dying = frame;
        frame = (*dying).previous;
        ts.current_frame.set(frame as *mut _);
        ts.py_recursion_remaining.set(ts.py_recursion_remaining.get() + 1);
        frame::pop(ts, dying);
        ip = (*frame).instr_ptr.add((*frame).return_offset as usize);
        sp = (*frame).stackpointer;
        push!(StackRef::owned(generator));
        next!()
    }
    op::YIELD_VALUE => {
        let v = pop!().heap_safe();
        (*frame).stackpointer = sp;
        (*frame).instr_ptr = ip;
        let generator = &*PyGen::from_frame(frame);
        generator.frame_state.set(state::SUSPENDED + oparg as i8);
        ts.exc_info.set(generator.exc_state.previous_item.get());
        generator.exc_state.previous_item.set(std::ptr::null_mut());
        ts.py_recursion_remaining.set(ts.py_recursion_remaining.get() + 1);
        let yielding = frame;
        frame = (*yielding).previous;
        ts.current_frame.set(frame as *mut _);
        (*yielding).previous = std::ptr::null_mut();
        // behind SEND or FOR_ITER and its cache
        ip = (*frame).instr_ptr.add(2);
        sp = (*frame).stackpointer;
        push!(v);
        next!()
    }
    op::SEND => {
        adaptive!(spec::send(ip.sub(1), peek!(2).obj()));
        let (receiver, v) = (peek!(2), peek!(1));
        if let Some(g) = generator::resumable(receiver.obj()) {
            sp = sp.sub(1);
            let new = generator::enter(ts, g, v);
            enter!(new, 2 + oparg)
        }
        match tri!(generator::send_to(receiver.obj(), v.obj())) {
            object::SendResult::Next(value) => {
                peek!(1) = StackRef::owned(value);
                skip!(1);
            }
            object::SendResult::Return(value) => {
                peek!(1) = StackRef::owned(value);
                jump_forward!(1 + oparg);
            }
        }
        v.close();
        next!()
    }
    op::END_SEND => {
        let v = pop!();
        let receiver = peek!(1);
        peek!(1) = v;
        receiver.close();
        next!()
    }
    op::GET_YIELD_FROM_ITER => {
        let v = peek!(1);
        let it = tri!(generator::yield_from_iter(code!(), v.obj()));
        peek!(1) = StackRef::owned(it);
        v.close();
        next!()
    }
    op::GET_AWAITABLE => {
        let v = peek!(1);
        let it = tri!(generator::get_awaitable(v.obj(), oparg));
        peek!(1) = StackRef::owned(it);
        v.close();
        next!()
    }
    op::GET_AITER => {
        let v = peek!(1);
        let it = tri!(generator::get_aiter(v.obj()));
        peek!(1) = StackRef::owned(it);
        v.close();
        next!()
    }
    op::GET_ANEXT => {
        let awaitable = tri!(generator::get_anext(peek!(1).obj()));
        push!(StackRef::owned(awaitable));
        next!()
    }
    op::END_ASYNC_FOR => {
        let exc = peek!(1);
        if exc
            .obj()
            .ty()
            .is_subtype(object::exceptions::StopAsyncIteration::type_object())
        {
            let (exc, iter) = (pop!(), pop!());
            iter.close();
            exc.close();
            next!()
        }
        let exc = pop!().steal();
        unwind::rethrow(exc);
        break 'run Leave::Unwind;
    }
    op::CLEANUP_THROW => {
        let exc = peek!(1);
        if exc
            .obj()
            .ty()
            .is_subtype(object::exceptions::StopIteration::type_object())
        {
            let value = tri!(generator::stop_iteration_value(exc.obj()));
            let (exc, last, sub) = (pop!(), pop!(), pop!());
            push!(StackRef::borrowed(object::singletons::none_ref()));
            push!(StackRef::owned(value));
            exc.close();
            last.close();
            sub.close();
            next!()
        }
        unwind::rethrow(exc.obj().new_ref());
        break 'run Leave::Unwind;
    }

    // ---- exceptions ----
    op::RAISE_VARARGS => {
        let (cause, exc) = match oparg {
            2 => (Some(pop!().steal()), Some(pop!().steal())),
            1 => (None, Some(pop!().steal())),
            _ => (None, None),
        };
        if unwind::raise(exc, cause) {
            break 'run Leave::Unwind;
        }
        error!()
    }
    op::RERAISE => {
        let exc = pop!().steal();
        if oparg != 0
            && let Some(lasti) = peek!(oparg).as_int()
        {
            (*frame).instr_ptr = code!().code_ptr().add(lasti);
            (*frame).run_unit = lasti as u32 + 1;
        }
        unwind::rethrow(exc);
        break 'run Leave::Unwind;
    }
    op::PUSH_EXC_INFO => {
        let exc = peek!(1);
        tri!(unwind::expect_exception(exc.obj()));
        let info = &*ts.exc_info.get();
        let previous = info.exc_value.replace(Some(exc.obj().new_ref()));
        peek!(1) = match previous {
            Some(p) => StackRef::owned(p),
            None => StackRef::borrowed(object::singletons::none_ref()),
        };
        push!(exc);
        next!()
    }
    op::POP_EXCEPT => {
        if peek!(1).as_ptr() != object::singletons::none_ref().as_ptr() {
            tri!(unwind::expect_exception(peek!(1).obj()));
        }
        let previous = pop!();
        let info = &*ts.exc_info.get();
        let value = if previous.as_ptr() == object::singletons::none_ref().as_ptr() {
            None
        } else {
            Some(previous.steal())
        };
        info.exc_value.set(value);
        next!()
    }
    op::CHECK_EXC_MATCH => {
        let hit = tri!(unwind::exception_matches(peek!(2).obj(), peek!(1).obj()));
        let wanted = peek!(1);
        peek!(1) = StackRef::borrowed(if hit { true_ref() } else { false_ref() });
        wanted.close();
        next!()
    }
    op::CHECK_EG_MATCH => {
        let (hit, rest) = tri!(unwind::group_match(peek!(2).obj(), peek!(1).obj()));
        let (wanted, exc) = (peek!(1), peek!(2));
        peek!(2) = StackRef::owned(rest);
        peek!(1) = StackRef::owned(hit);
        wanted.close();
        exc.close();
        next!()
    }
    op::WITH_EXCEPT_START => {
        let res = tri!(unwind::with_except_start(peek!(5), peek!(4), peek!(1).obj()));
        push!(StackRef::owned(res));
        next!()
    }

    // ---- imports ----
    op::IMPORT_NAME => {
        let m = tri!(import::import_name(frame, name!(oparg), peek!(1).obj(), peek!(2).obj()));
        let (fromlist, level) = (pop!(), peek!(1));
        peek!(1) = StackRef::owned(m);
        fromlist.close();
        level.close();
        next!()
    }
    op::IMPORT_FROM => {
        let v = tri!(import::import_from(peek!(1).obj(), name!(oparg)));
        push!(StackRef::owned(v));
        next!()
    }

    // ---- pattern matching ----
    op::MATCH_CLASS => {
        let attrs = tri!(matching::match_class(
            peek!(3).obj(),
            peek!(2).obj(),
            oparg,
            peek!(1).cast()
        ));
        let (n, t, s) = (pop!(), pop!(), peek!(1));
        peek!(1) = StackRef::owned(attrs);
        s.close();
        t.close();
        n.close();
        next!()
    }
    op::MATCH_MAPPING => {
        let hit = peek!(1).obj().ty().has(object::typeobject::flags::MAPPING);
        push!(StackRef::borrowed(if hit { true_ref() } else { false_ref() }));
        next!()
    }
    op::MATCH_SEQUENCE => {
        let hit = peek!(1).obj().ty().has(object::typeobject::flags::SEQUENCE);
        push!(StackRef::borrowed(if hit { true_ref() } else { false_ref() }));
        next!()
    }
    op::MATCH_KEYS => {
        let v = tri!(matching::match_keys(peek!(2).obj(), peek!(1).cast()));
        push!(StackRef::owned(v));
        next!()
    }
    // ---- specialized operators ----
    op::BINARY_OP_ADD_INT => {
        let (l, r) = (peek!(2).obj(), peek!(1).obj());
        if !PyInt::check_exact(l) || !PyInt::check_exact(r) {
            deopt!(op::BINARY_OP)
        }
        let (x, y): (&PyInt, &PyInt) = (peek!(2).cast(), peek!(1).cast());
        if x.is_compact() && y.is_compact() {
            binary!(5, PyInt::from_i64(x.compact_value() + y.compact_value()))
        }
        binary!(5, object::number::add(l, r))
    }
    op::BINARY_OP_SUBTRACT_INT => {
        let (l, r) = (peek!(2).obj(), peek!(1).obj());
        if !PyInt::check_exact(l) || !PyInt::check_exact(r) {
            deopt!(op::BINARY_OP)
        }
        let (x, y): (&PyInt, &PyInt) = (peek!(2).cast(), peek!(1).cast());
        if x.is_compact() && y.is_compact() {
            binary!(5, PyInt::from_i64(x.compact_value() - y.compact_value()))
        }
        binary!(5, object::number::subtract(l, r))
    }
    op::BINARY_OP_MULTIPLY_INT => {
        let (l, r) = (peek!(2).obj(), peek!(1).obj());
        if !PyInt::check_exact(l) || !PyInt::check_exact(r) {
            deopt!(op::BINARY_OP)
        }
        let (x, y): (&PyInt, &PyInt) = (peek!(2).cast(), peek!(1).cast());
        if x.is_compact() && y.is_compact() {
            binary!(5, PyInt::from_i64(x.compact_value() * y.compact_value()))
        }
        binary!(5, object::number::multiply(l, r))
    }
    op::BINARY_OP_ADD_FLOAT => {
        float_op!(|a: f64, b: f64| a + b)
    }
    op::BINARY_OP_SUBTRACT_FLOAT => {
        float_op!(|a: f64, b: f64| a - b)
    }
    op::BINARY_OP_MULTIPLY_FLOAT => {
        float_op!(|a: f64, b: f64| a * b)
    }
    op::BINARY_OP_ADD_UNICODE => {
        let (l, r) = (peek!(2).obj(), peek!(1).obj());
        if !PyStr::check_exact(l) || !PyStr::check_exact(r) {
            deopt!(op::BINARY_OP)
        }
        binary!(5, object::number::add(l, r))
    }
    op::BINARY_OP_INPLACE_ADD_UNICODE => {
        let (l, r) = (peek!(2), peek!(1));
        let target = (*ip.add(5) >> 8) as usize;
        let local = local!(target);
        if !PyStr::check_exact(l.obj()) || !PyStr::check_exact(r.obj()) || local.as_ptr() != l.as_ptr() {
            deopt!(op::BINARY_OP)
        }
        // the variable gives its reference up, so that the string may grow in place
        sp = sp.sub(2);
        local!(target) = StackRef::NULL;
        let left = if l.is_owned() {
            local.close();
            l.steal()
        } else {
            local.steal()
        };
        let res = object::str::append_inplace(left.cast_unchecked(), r.cast::<PyStr>());
        let failed = match res {
            Ok(s) => {
                local!(target) = StackRef::owned(s);
                false
            }
            Err(_) => true,
        };
        r.close();
        if failed {
            error!();
        }
        // over STORE_FAST
        skip!(6);
        next!()
    }
    op::BINARY_OP_SUBSCR_LIST_INT => {
        let Some(list) = peek!(2).obj().downcast_exact::<PyList>() else {
            deopt!(op::BINARY_OP)
        };
        let Some(v) = spec::small_index(peek!(1).obj()).and_then(|i| list.get(i)) else {
            deopt!(op::BINARY_OP)
        };
        let (l, r) = (peek!(2), peek!(1));
        peek!(2) = StackRef::owned(v);
        sp = sp.sub(1);
        r.close();
        l.close();
        skip!(5);
        next!()
    }
    op::BINARY_OP_SUBSCR_TUPLE_INT => {
        let Some(t) = peek!(2).obj().downcast_exact::<PyTuple>() else {
            deopt!(op::BINARY_OP)
        };
        let Some(v) = spec::small_index(peek!(1).obj()).and_then(|i| t.get(i)) else {
            deopt!(op::BINARY_OP)
        };
        let v = StackRef::new_ref(v);
        let (l, r) = (peek!(2), peek!(1));
        peek!(2) = v;
        sp = sp.sub(1);
        r.close();
        l.close();
        skip!(5);
        next!()
    }
    op::BINARY_OP_SUBSCR_STR_INT => {
        let Some(s) = peek!(2).obj().downcast_exact::<PyStr>() else {
            deopt!(op::BINARY_OP)
        };
        let Some(i) = spec::small_index(peek!(1).obj()).filter(|i| *i < s.len() && s.is_ascii()) else {
            deopt!(op::BINARY_OP)
        };
        let v = object::str::latin1_char(*s.data_ptr().add(i));
        let (l, r) = (peek!(2), peek!(1));
        peek!(2) = StackRef::owned(v);
        sp = sp.sub(1);
        r.close();
        l.close();
        skip!(5);
        next!()
    }
    op::BINARY_OP_SUBSCR_DICT => {
        let Some(d) = peek!(2).obj().downcast_exact::<PyDict>() else {
            deopt!(op::BINARY_OP)
        };
        binary!(5, ops::dict_subscript(d, peek!(1).obj()))
    }
    op::BINARY_OP_SUBSCR_LIST_SLICE => {
        if !PyList::check_exact(peek!(2).obj()) || !object::PySlice::check_exact(peek!(1).obj()) {
            deopt!(op::BINARY_OP)
        }
        binary!(5, peek!(2).obj().get_item(peek!(1).obj()))
    }
    op::BINARY_OP_SUBSCR_GETITEM => {
        let Some(func) = ops::cached_getitem(peek!(2).obj()) else {
            deopt!(op::BINARY_OP)
        };
        let func_ref = StackRef::new_ref(func);
        sp = sp.sub(2);
        let new = tri!(call::push_frame(ts, func_ref, sp, 2, None));
        enter!(new, 6)
    }
    op::COMPARE_OP_INT => {
        let (l, r) = (peek!(2).obj(), peek!(1).obj());
        if !PyInt::check_exact(l) || !PyInt::check_exact(r) {
            deopt!(op::COMPARE_OP)
        }
        let (x, y): (&PyInt, &PyInt) = (peek!(2).cast(), peek!(1).cast());
        if !x.is_compact() || !y.is_compact() {
            deopt!(op::COMPARE_OP)
        }
        let (x, y) = (x.compact_value(), y.compact_value());
        // LESS_THAN 2, GREATER_THAN 4, EQUALS 8
        let bit = 1usize << (2 * (x >= y) as u32 + (x <= y) as u32);
        compare_result!(oparg & bit != 0)
    }
    op::COMPARE_OP_FLOAT => {
        let (l, r) = (peek!(2).obj(), peek!(1).obj());
        if !PyFloat::check_exact(l) || !PyFloat::check_exact(r) {
            deopt!(op::COMPARE_OP)
        }
        let (x, y) = (peek!(2).cast::<PyFloat>().value(), peek!(1).cast::<PyFloat>().value());
        let bit = 1usize << (2 * (x >= y) as u32 + (x <= y) as u32);
        compare_result!(oparg & bit != 0)
    }
    op::COMPARE_OP_STR => {
        let (l, r) = (peek!(2).obj(), peek!(1).obj());
        if !PyStr::check_exact(l) || !PyStr::check_exact(r) {
            deopt!(op::COMPARE_OP)
        }
        let same = peek!(2).cast::<PyStr>().eq(peek!(1).cast::<PyStr>());
        // EQUALS 8 of the mask; for `!=` the other three bits are set
        compare_result!(same == (oparg & 8 != 0))
    }
    op::CONTAINS_OP_DICT => {
        let Some(d) = peek!(1).obj().downcast_exact::<PyDict>() else {
            deopt!(op::CONTAINS_OP)
        };
        let found = tri!(d.contains(peek!(2).obj()));
        contains_result!(found)
    }
    op::CONTAINS_OP_SET => {
        let Some(s) = object::set::any_set(peek!(1).obj()) else {
            deopt!(op::CONTAINS_OP)
        };
        let ty = peek!(1).obj();
        if !object::PySet::check_exact(ty) && !object::PyFrozenSet::check_exact(ty) {
            deopt!(op::CONTAINS_OP)
        }
        let found = tri!(s.contains(peek!(2).obj()));
        contains_result!(found)
    }
    op::TO_BOOL_BOOL => {
        if !object::bool::PyBool::check_exact(peek!(1).obj()) {
            deopt!(op::TO_BOOL)
        }
        skip!(3);
        next!()
    }
    op::TO_BOOL_INT => {
        let Some(v) = peek!(1).obj().downcast_exact::<PyInt>() else {
            deopt!(op::TO_BOOL)
        };
        truth_result!(!v.is_zero())
    }
    op::TO_BOOL_LIST => {
        let Some(v) = peek!(1).obj().downcast_exact::<PyList>() else {
            deopt!(op::TO_BOOL)
        };
        truth_result!(!v.is_empty())
    }
    op::TO_BOOL_NONE => {
        if !object::is_none(peek!(1).obj()) {
            deopt!(op::TO_BOOL)
        }
        truth_result!(false)
    }
    op::TO_BOOL_STR => {
        let Some(v) = peek!(1).obj().downcast_exact::<PyStr>() else {
            deopt!(op::TO_BOOL)
        };
        truth_result!(!v.is_empty())
    }
    op::TO_BOOL_ALWAYS_TRUE => {
        if peek!(1).obj().ty().tp_version_tag.get() != spec::read32(ip.add(1)) {
            deopt!(op::TO_BOOL)
        }
        truth_result!(true)
    }
    op::STORE_SUBSCR_LIST_INT => {
        let Some(list) = peek!(2).obj().downcast_exact::<PyList>() else {
            deopt!(op::STORE_SUBSCR)
        };
        let Some(i) = spec::small_index(peek!(1).obj()).filter(|i| *i < list.len()) else {
            deopt!(op::STORE_SUBSCR)
        };
        let old = list.replace(i, peek!(3).obj().new_ref());
        let (sub, container, v) = (pop!(), pop!(), pop!());
        drop(old);
        v.close();
        sub.close();
        container.close();
        skip!(1);
        next!()
    }
    op::STORE_SUBSCR_DICT => {
        let Some(d) = peek!(2).obj().downcast_exact::<PyDict>() else {
            deopt!(op::STORE_SUBSCR)
        };
        tri!(d.set_item(peek!(1).obj(), peek!(3).obj()));
        let (sub, container, v) = (pop!(), pop!(), pop!());
        v.close();
        container.close();
        sub.close();
        skip!(1);
        next!()
    }

    // ---- specialized unpacking and iteration ----
    op::UNPACK_SEQUENCE_TWO_TUPLE | op::UNPACK_SEQUENCE_TUPLE => {
        let seq = peek!(1);
        let Some(t) = seq.obj().downcast_exact::<PyTuple>().filter(|t| t.len() == oparg) else {
            deopt!(op::UNPACK_SEQUENCE)
        };
        let items = t.as_slice();
        sp = sp.sub(1).add(oparg);
        let mut p = sp;
        for item in items {
            p = p.sub(1);
            *p = StackRef::new_ref(&**item);
        }
        seq.close();
        skip!(1);
        next!()
    }
    op::UNPACK_SEQUENCE_LIST => {
        let seq = peek!(1);
        let Some(l) = seq.obj().downcast_exact::<PyList>().filter(|l| l.len() == oparg) else {
            deopt!(op::UNPACK_SEQUENCE)
        };
        sp = sp.sub(1).add(oparg);
        let mut p = sp;
        for i in 0..oparg {
            p = p.sub(1);
            *p = StackRef::from_option(l.get(i));
        }
        seq.close();
        skip!(1);
        next!()
    }
    op::FOR_ITER_LIST => {
        let Some(it) = peek!(1).obj().downcast_exact::<object::list::PyListIter>() else {
            deopt!(op::FOR_ITER)
        };
        match it.next_item() {
            Some(v) => {
                push!(StackRef::owned(v));
                skip!(1);
            }
            None => jump_forward!(oparg + 2),
        }
        next!()
    }
    op::FOR_ITER_TUPLE => {
        let Some(it) = peek!(1).obj().downcast_exact::<object::tuple::PyTupleIter>() else {
            deopt!(op::FOR_ITER)
        };
        match it.next_item() {
            Some(v) => {
                push!(StackRef::owned(v));
                skip!(1);
            }
            None => jump_forward!(oparg + 2),
        }
        next!()
    }
    op::FOR_ITER_RANGE => {
        let Some(it) = peek!(1).obj().downcast_exact::<object::range::PyRangeIter>() else {
            deopt!(op::FOR_ITER)
        };
        match it.next_value() {
            Some(v) => {
                push!(StackRef::owned(tri!(PyInt::from_i64(v))));
                skip!(1);
            }
            None => jump_forward!(oparg + 2),
        }
        next!()
    }
    op::FOR_ITER_GEN => {
        let it = peek!(1).obj();
        if !PyGen::check_exact(it) {
            deopt!(op::FOR_ITER)
        }
        let Some(g) = generator::resumable(it) else {
            deopt!(op::FOR_ITER)
        };
        if oparg > u16::MAX as usize - 2 {
            // the way back would not fit in the frame
            deopt!(op::FOR_ITER)
        }
        let new = generator::enter(ts, g, StackRef::borrowed(object::singletons::none_ref()));
        // returning, it goes on at END_FOR
        enter!(new, 2 + oparg)
    }
    op::SEND_GEN => {
        let (receiver, v) = (peek!(2), peek!(1));
        let Some(g) = generator::resumable(receiver.obj()) else {
            deopt!(op::SEND)
        };
        sp = sp.sub(1);
        let new = generator::enter(ts, g, v);
        enter!(new, 2 + oparg)
    }

    // ---- specialized attributes ----
    op::LOAD_ATTR_INSTANCE_VALUE => {
        let owner = peek!(1);
        let o = owner.obj();
        if o.ty().tp_version_tag.get() != spec::read32(ip.add(1)) || !(*object::dict::inline_values(o)).valid() {
            deopt!(op::LOAD_ATTR)
        }
        let value = *((o.as_ptr() as *const u8).add(*ip.add(3) as usize) as *const *mut object::PyObject);
        let Some(value) = value.as_ref() else {
            deopt!(op::LOAD_ATTR)
        };
        peek!(1) = StackRef::new_ref(value);
        if oparg & 1 != 0 {
            push!(StackRef::NULL);
        }
        owner.close();
        skip!(9);
        next!()
    }
    op::LOAD_ATTR_WITH_HINT => {
        let owner = peek!(1);
        let o = owner.obj();
        if o.ty().tp_version_tag.get() != spec::read32(ip.add(1)) {
            deopt!(op::LOAD_ATTR)
        }
        let Some(d) = object::dict::managed_cell(o).get().as_ref() else {
            deopt!(op::LOAD_ATTR)
        };
        let Some(value) = d.value_if_at(*ip.add(3) as usize, name!(oparg >> 1)).as_ref() else {
            deopt!(op::LOAD_ATTR)
        };
        peek!(1) = StackRef::new_ref(value);
        if oparg & 1 != 0 {
            push!(StackRef::NULL);
        }
        owner.close();
        skip!(9);
        next!()
    }
    op::LOAD_ATTR_SLOT => {
        let owner = peek!(1);
        let o = owner.obj();
        if o.ty().tp_version_tag.get() != spec::read32(ip.add(1)) {
            deopt!(op::LOAD_ATTR)
        }
        let value = *((o.as_ptr() as *const u8).add(*ip.add(3) as usize) as *const *mut object::PyObject);
        let Some(value) = value.as_ref() else {
            deopt!(op::LOAD_ATTR)
        };
        peek!(1) = StackRef::new_ref(value);
        if oparg & 1 != 0 {
            push!(StackRef::NULL);
        }
        owner.close();
        skip!(9);
        next!()
    }
    op::LOAD_ATTR_MODULE => {
        let owner = peek!(1);
        let Some(m) = owner.obj().downcast_exact::<object::PyModule>() else {
            deopt!(op::LOAD_ATTR)
        };
        let Some(d) = m.md_dict.borrow() else {
            deopt!(op::LOAD_ATTR)
        };
        if d.keys_version_now() != spec::read32(ip.add(1)) {
            deopt!(op::LOAD_ATTR)
        }
        let Some(value) = d.entry_value_at(*ip.add(3) as usize).as_ref() else {
            deopt!(op::LOAD_ATTR)
        };
        peek!(1) = StackRef::new_ref(value);
        if oparg & 1 != 0 {
            push!(StackRef::NULL);
        }
        owner.close();
        skip!(9);
        next!()
    }
    op::LOAD_ATTR_CLASS => {
        let owner = peek!(1);
        let Some(class) = owner.obj().downcast::<object::PyTypeObject>() else {
            deopt!(op::LOAD_ATTR)
        };
        if class.tp_version_tag.get() != spec::read32(ip.add(1)) {
            deopt!(op::LOAD_ATTR)
        }
        peek!(1) = StackRef::new_ref(&*spec::read_ptr(ip.add(5)));
        if oparg & 1 != 0 {
            push!(StackRef::NULL);
        }
        owner.close();
        skip!(9);
        next!()
    }
    op::LOAD_ATTR_PROPERTY => {
        let owner = peek!(1);
        if owner.obj().ty().tp_version_tag.get() != spec::read32(ip.add(1)) {
            deopt!(op::LOAD_ATTR)
        }
        let property = &*spec::read_ptr(ip.add(5));
        let Some(func) = ops::property_getter(property) else {
            deopt!(op::LOAD_ATTR)
        };
        sp = sp.sub(1);
        let new = tri!(call::push_frame(ts, StackRef::owned(func), sp, 1, None));
        enter!(new, 10)
    }
    op::LOAD_ATTR_METHOD_WITH_VALUES => {
        let owner = peek!(1);
        let o = owner.obj();
        let ty = o.ty();
        if ty.tp_version_tag.get() != spec::read32(ip.add(1))
            || !(*object::dict::inline_values(o)).valid()
            || object::dict::shared_keys_version(ty) != spec::read32(ip.add(3))
        {
            deopt!(op::LOAD_ATTR)
        }
        peek!(1) = StackRef::new_ref(&*spec::read_ptr(ip.add(5)));
        push!(owner);
        skip!(9);
        next!()
    }
    op::LOAD_ATTR_METHOD_NO_DICT => {
        let owner = peek!(1);
        if owner.obj().ty().tp_version_tag.get() != spec::read32(ip.add(1)) {
            deopt!(op::LOAD_ATTR)
        }
        peek!(1) = StackRef::new_ref(&*spec::read_ptr(ip.add(5)));
        push!(owner);
        skip!(9);
        next!()
    }
    op::LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES => {
        let owner = peek!(1);
        let o = owner.obj();
        let ty = o.ty();
        if ty.tp_version_tag.get() != spec::read32(ip.add(1))
            || !(*object::dict::inline_values(o)).valid()
            || object::dict::shared_keys_version(ty) != spec::read32(ip.add(3))
        {
            deopt!(op::LOAD_ATTR)
        }
        peek!(1) = StackRef::new_ref(&*spec::read_ptr(ip.add(5)));
        owner.close();
        skip!(9);
        next!()
    }
    op::LOAD_ATTR_NONDESCRIPTOR_NO_DICT => {
        let owner = peek!(1);
        if owner.obj().ty().tp_version_tag.get() != spec::read32(ip.add(1)) {
            deopt!(op::LOAD_ATTR)
        }
        peek!(1) = StackRef::new_ref(&*spec::read_ptr(ip.add(5)));
        owner.close();
        skip!(9);
        next!()
    }
    op::STORE_ATTR_INSTANCE_VALUE => {
        let owner = peek!(1);
        let o = owner.obj();
        if o.ty().tp_version_tag.get() != spec::read32(ip.add(1))
            || !(*object::dict::inline_values(o)).valid()
            || !object::dict::managed_cell(o).get().is_null()
        {
            deopt!(op::STORE_ATTR)
        }
        sp = sp.sub(2);
        let old = (*object::dict::inline_values(o)).replace(*ip.add(3) as usize, (*sp).steal());
        drop(old);
        owner.close();
        skip!(4);
        next!()
    }
    op::STORE_ATTR_WITH_HINT => {
        let owner = peek!(1);
        let o = owner.obj();
        if o.ty().tp_version_tag.get() != spec::read32(ip.add(1)) {
            deopt!(op::STORE_ATTR)
        }
        let Some(d) = object::dict::managed_cell(o).get().as_ref() else {
            deopt!(op::STORE_ATTR)
        };
        if d.value_if_at(*ip.add(3) as usize, name!(oparg)).is_null() {
            deopt!(op::STORE_ATTR)
        }
        sp = sp.sub(2);
        d.set_entry_value_at(*ip.add(3) as usize, (*sp).steal());
        owner.close();
        skip!(4);
        next!()
    }
    op::STORE_ATTR_SLOT => {
        let owner = peek!(1);
        let o = owner.obj();
        if o.ty().tp_version_tag.get() != spec::read32(ip.add(1)) {
            deopt!(op::STORE_ATTR)
        }
        sp = sp.sub(2);
        let place = (o.as_ptr() as *mut u8).add(*ip.add(3) as usize) as *mut *mut object::PyObject;
        let old = std::mem::replace(&mut *place, (*sp).steal().into_ptr());
        StackRef::from_owned_ptr(old).close();
        owner.close();
        skip!(4);
        next!()
    }

    // ---- specialized calls ----
    op::CALL_PY_EXACT_ARGS => {
        let base = sp.sub(oparg + 2);
        let func = *base;
        let Some(f) = func.obj().downcast_exact::<PyFunction>() else {
            deopt!(op::CALL)
        };
        if f.func_version.get() != spec::read32(ip.add(1)) {
            deopt!(op::CALL)
        }
        let bound = !(*base.add(1)).is_null() as usize;
        let n = oparg + bound;
        let code = f.code();
        if code.co_argcount.get() as usize != n {
            deopt!(op::CALL)
        }
        sp = base;
        let new = tri!(call::push_exact(ts, func, code, base.add(2 - bound), n));
        enter!(new, 4)
    }
    op::CALL_BOUND_METHOD_EXACT_ARGS => {
        let base = sp.sub(oparg + 2);
        let method = *base;
        let Some((f, receiver)) = crate::compat::method_parts(method.obj()) else {
            deopt!(op::CALL)
        };
        let Some(f) = f.downcast_exact::<PyFunction>() else {
            deopt!(op::CALL)
        };
        let code = f.code();
        if f.func_version.get() != spec::read32(ip.add(1))
            || !(*base.add(1)).is_null()
            || code.co_argcount.get() as usize != oparg + 1
        {
            deopt!(op::CALL)
        }
        let func = StackRef::new_ref(f);
        *base.add(1) = StackRef::new_ref(receiver);
        *base = func;
        method.close();
        sp = base;
        let new = tri!(call::push_exact(ts, func, func.cast::<PyFunction>().code(), base.add(1), oparg + 1));
        enter!(new, 4)
    }
    op::CALL_PY_GENERAL | op::CALL_BOUND_METHOD_GENERAL => {
        let base = sp.sub(oparg + 2);
        // (a bound method stays taken apart for the general form)
        let (args, n) = call::expand_method(base, oparg);
        let func = *base;
        let Some(f) = func.obj().downcast_exact::<PyFunction>() else {
            deopt!(op::CALL)
        };
        if f.func_version.get() != spec::read32(ip.add(1)) || !f.is_plain() {
            deopt!(op::CALL)
        }
        sp = base;
        let new = tri!(call::push_frame(ts, func, args, n, None));
        enter!(new, 4)
    }
    op::CALL_NON_PY_GENERAL => {
        let base = sp.sub(oparg + 2);
        let callable = (*base).obj();
        if PyFunction::check_exact(callable) || crate::compat::method_parts(callable).is_some() {
            deopt!(op::CALL)
        }
        let bound = !(*base.add(1)).is_null() as usize;
        if bound == 0 {
            inner_call!(base, oparg, None, {});
        }
        let res = call::call_native(callable, base.add(2 - bound), oparg + bound, None);
        native_result!(base, res, 3)
    }
    op::CALL_TYPE_1 => {
        let base = sp.sub(3);
        if oparg != 1
            || !(*base.add(1)).is_null()
            || (*base).as_ptr() != object::PyTypeObject::type_object().as_object().as_ptr()
        {
            deopt!(op::CALL)
        }
        let v = peek!(1);
        sp = base;
        push!(StackRef::new_ref(v.obj().ty()));
        v.close();
        skip!(3);
        next!()
    }
    op::CALL_STR_1 => {
        let base = sp.sub(3);
        if oparg != 1 || !(*base.add(1)).is_null() || (*base).as_ptr() != PyStr::type_object().as_object().as_ptr() {
            deopt!(op::CALL)
        }
        let v = peek!(1);
        let res = tri!(v.obj().str());
        sp = base;
        push!(StackRef::owned(res));
        v.close();
        skip!(3);
        check_periodic!();
        next!()
    }
    op::CALL_TUPLE_1 => {
        let base = sp.sub(3);
        if oparg != 1 || !(*base.add(1)).is_null() || (*base).as_ptr() != PyTuple::type_object().as_object().as_ptr() {
            deopt!(op::CALL)
        }
        let v = peek!(1);
        let res = tri!(ops::to_tuple(v.obj()));
        sp = base;
        push!(StackRef::owned(res));
        v.close();
        skip!(3);
        check_periodic!();
        next!()
    }
    op::CALL_BUILTIN_CLASS => {
        let base = sp.sub(oparg + 2);
        let Some(class) = (*base).obj().downcast::<object::PyTypeObject>() else {
            deopt!(op::CALL)
        };
        let Some(f) = class.tp_vectorcall.get() else {
            deopt!(op::CALL)
        };
        let bound = !(*base.add(1)).is_null() as usize;
        let res = call::with_args(base.add(2 - bound), oparg + bound, |args| {
            f(class.as_object(), args, oparg + bound, None)
        });
        native_result!(base, res, 3)
    }
    op::CALL_BUILTIN_O => {
        let base = sp.sub(oparg + 2);
        let bound = !(*base.add(1)).is_null() as usize;
        let Some((f, slf)) = call::builtin_o((*base).obj()).filter(|_| oparg + bound == 1) else {
            deopt!(op::CALL)
        };
        let res = f(slf, Some(peek!(1).obj()));
        native_result!(base, res, 3)
    }
    op::CALL_BUILTIN_FAST => {
        let base = sp.sub(oparg + 2);
        let bound = !(*base.add(1)).is_null() as usize;
        let Some((f, slf)) = call::builtin_fast((*base).obj()) else {
            deopt!(op::CALL)
        };
        let n = oparg + bound;
        let res = call::with_args(base.add(2 - bound), n, |args| f(slf, args, n as isize));
        native_result!(base, res, 3)
    }
    op::CALL_BUILTIN_FAST_WITH_KEYWORDS => {
        let base = sp.sub(oparg + 2);
        let bound = !(*base.add(1)).is_null() as usize;
        let Some((f, slf)) = call::builtin_fast_keywords((*base).obj()) else {
            deopt!(op::CALL)
        };
        let n = oparg + bound;
        let res = call::with_args(base.add(2 - bound), n, |args| f(slf, args, n as isize, None));
        native_result!(base, res, 3)
    }
    op::CALL_LEN => {
        let base = sp.sub(3);
        if oparg != 1 || !spec::is_builtin_len((*base).as_ptr()) || !(*base.add(1)).is_null() {
            deopt!(op::CALL)
        }
        let v = peek!(1);
        let n = tri!(v.obj().length());
        let res = tri!(PyInt::from_i64(n as i64));
        let callable = *base;
        sp = base;
        push!(StackRef::owned(res));
        v.close();
        callable.close();
        skip!(3);
        next!()
    }
    op::CALL_ISINSTANCE => {
        let base = sp.sub(oparg + 2);
        let bound = !(*base.add(1)).is_null() as usize;
        if !spec::is_builtin_isinstance((*base).as_ptr()) || oparg + bound != 2 {
            deopt!(op::CALL)
        }
        let hit = tri!(object::protocol::is_instance(peek!(2).obj(), peek!(1).obj()));
        call::close_range(base, sp);
        sp = base;
        push!(StackRef::borrowed(if hit { true_ref() } else { false_ref() }));
        skip!(3);
        next!()
    }
    op::CALL_LIST_APPEND => {
        let callable = peek!(3);
        if oparg != 1 || !spec::is_list_append(callable.as_ptr()) || peek!(2).is_null() {
            deopt!(op::CALL)
        }
        let Some(list) = peek!(2).obj().downcast_exact::<PyList>() else {
            deopt!(op::CALL)
        };
        let v = pop!().steal();
        tri!(list.append(v));
        let list = pop!();
        sp = sp.sub(1);
        list.close();
        callable.close();
        // over POP_TOP
        skip!(4);
        next!()
    }
    op::CALL_METHOD_DESCRIPTOR_NOARGS => {
        let base = sp.sub(oparg + 2);
        let bound = !(*base.add(1)).is_null() as usize;
        if oparg + bound != 1 {
            deopt!(op::CALL)
        }
        let slf = peek!(1);
        let Some(f) = call::descriptor_plain((*base).obj(), slf.obj(), object::typeobject::meth::NOARGS) else {
            deopt!(op::CALL)
        };
        let res = f(slf.obj(), None);
        native_result!(base, res, 3)
    }
    op::CALL_METHOD_DESCRIPTOR_O => {
        let base = sp.sub(oparg + 2);
        let bound = !(*base.add(1)).is_null() as usize;
        if oparg + bound != 2 {
            deopt!(op::CALL)
        }
        let slf = peek!(2);
        let Some(f) = call::descriptor_plain((*base).obj(), slf.obj(), object::typeobject::meth::O) else {
            deopt!(op::CALL)
        };
        let res = f(slf.obj(), Some(peek!(1).obj()));
        native_result!(base, res, 3)
    }
    op::CALL_METHOD_DESCRIPTOR_FAST => {
        let base = sp.sub(oparg + 2);
        let bound = !(*base.add(1)).is_null() as usize;
        let n = oparg + bound;
        if n == 0 {
            deopt!(op::CALL)
        }
        let args = base.add(2 - bound);
        let Some(f) = call::descriptor_fast((*base).obj(), (*args).obj(), false) else {
            deopt!(op::CALL)
        };
        let res = call::call_descriptor_fast(f, false, args, n);
        native_result!(base, res, 3)
    }
    op::CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS => {
        let base = sp.sub(oparg + 2);
        let bound = !(*base.add(1)).is_null() as usize;
        let n = oparg + bound;
        if n == 0 {
            deopt!(op::CALL)
        }
        let args = base.add(2 - bound);
        let Some(f) = call::descriptor_fast((*base).obj(), (*args).obj(), true) else {
            deopt!(op::CALL)
        };
        let res = call::call_descriptor_fast(f, true, args, n);
        native_result!(base, res, 3)
    }
    op::CALL_ALLOC_AND_ENTER_INIT => {
        let base = sp.sub(oparg + 2);
        let Some(class) = (*base).obj().downcast::<object::PyTypeObject>() else {
            deopt!(op::CALL)
        };
        if class.tp_version_tag.get() != spec::read32(ip.add(1)) || !(*base.add(1)).is_null() {
            deopt!(op::CALL)
        }
        let Some(heap) = class.heap() else {
            deopt!(op::CALL)
        };
        let init = heap._spec_cache.init.get();
        if init.is_null() || !call::init_fits(&*init, oparg + 1) {
            deopt!(op::CALL)
        }
        (*frame).stackpointer = sp;
        sp = base;
        let (shim, new) = tri!(call::push_init(ts, base, class, (*init).new_ref(), oparg, None));
        enter_init!(shim, new)
    }
    op::CALL_KW_PY | op::CALL_KW_BOUND_METHOD => {
        let base = sp.sub(oparg + 3);
        let (args, n) = call::expand_method(base, oparg);
        let func = *base;
        let fits = func
            .obj()
            .downcast_exact::<PyFunction>()
            .is_some_and(|f| f.func_version.get() == spec::read32(ip.add(1)) && f.is_plain());
        if !fits {
            deopt!(op::CALL_KW)
        }
        let names_ref = pop!();
        let kwnames: &PyTuple = names_ref.cast();
        sp = base;
        let new = call::push_frame(ts, func, args, n - kwnames.len(), Some(kwnames));
        names_ref.close();
        let new = tri!(new);
        enter!(new, 4)
    }
    op::CALL_KW_NON_PY => {
        let base = sp.sub(oparg + 3);
        let callable = (*base).obj();
        if PyFunction::check_exact(callable) || crate::compat::method_parts(callable).is_some() {
            deopt!(op::CALL_KW)
        }
        let bound = !(*base.add(1)).is_null() as usize;
        let kwnames: &PyTuple = peek!(1).cast();
        let n = oparg + bound - kwnames.len();
        if bound == 0 {
            let names_ref = peek!(1);
            inner_call!(base, n, Some(kwnames), names_ref.close());
        }
        let res = call::call_native(callable, base.add(2 - bound), n, Some(kwnames));
        native_result!(base, res, 3)
    }
    // ---- instrumented ----
    op::INSTRUMENTED_RESUME => {
        (*frame).stackpointer = sp;
        if ts.tracing.get() == 0 && crate::monitoring::update(code!()) {
            ip = (*frame).instr_ptr;
            next!()
        }
        if oparg & 3 < 2 {
            check_periodic!();
        }
        told!(crate::monitoring::resume_event(ts, frame, oparg));
        next!()
    }
    op::INSTRUMENTED_RETURN_VALUE => {
        told!(crate::monitoring::value_event(ts, frame, event::PY_RETURN, peek!(1).obj()));
        deopt!(op::RETURN_VALUE)
    }
    op::INSTRUMENTED_YIELD_VALUE => {
        told!(crate::monitoring::value_event(ts, frame, event::PY_YIELD, peek!(1).obj()));
        deopt!(op::YIELD_VALUE)
    }
    op::INSTRUMENTED_LINE => {
        let behind = told!(crate::monitoring::line_event(ts, frame));
        deopt!(behind)
    }
    op::INSTRUMENTED_INSTRUCTION => {
        let behind = told!(crate::monitoring::instruction_event(ts, frame));
        deopt!(behind)
    }
    op::INSTRUMENTED_CALL => {
        let base = sp.sub(oparg + 2);
        let (args, n) = call::expand_method(base, oparg);
        let first = if n == 0 { StackRef::NULL } else { *args };
        told!(crate::monitoring::call_event(ts, frame, *base, first));
        if let Some(func) = (*base).obj().downcast_exact::<PyFunction>()
            && func.is_plain()
        {
            let func_ref = *base;
            sp = base;
            let new = tri!(call::push_frame(ts, func_ref, args, n, None));
            enter!(new, 4)
        }
        let res = call::call_native((*base).obj(), args, n, None);
        let res = crate::monitoring::native_return_event(ts, frame, *base, first, res);
        native_result!(base, res, 3)
    }
    op::INSTRUMENTED_CALL_KW => {
        let base = sp.sub(oparg + 3);
        let (args, n) = call::expand_method(base, oparg);
        let first = if n == 0 { StackRef::NULL } else { *args };
        told!(crate::monitoring::call_event(ts, frame, *base, first));
        let kwnames: &PyTuple = peek!(1).cast();
        let npos = n - kwnames.len();
        if let Some(func) = (*base).obj().downcast_exact::<PyFunction>()
            && func.is_plain()
        {
            let func_ref = *base;
            let names_ref = pop!();
            sp = base;
            let new = call::push_frame(ts, func_ref, args, npos, Some(kwnames));
            names_ref.close();
            let new = tri!(new);
            enter!(new, 4)
        }
        let res = call::call_native((*base).obj(), args, npos, Some(kwnames));
        let res = crate::monitoring::native_return_event(ts, frame, *base, first, res);
        native_result!(base, res, 3)
    }
    op::INSTRUMENTED_CALL_FUNCTION_EX => {
        let base = sp.sub(4);
        tri!(call::prepare_call_ex(base));
        let first = call::first_of(*base.add(2));
        told!(crate::monitoring::call_event(ts, frame, *base, first));
        if let Some(func) = (*base).obj().downcast_exact::<PyFunction>()
            && func.is_plain()
        {
            let new = call::push_frame_ex(ts, base);
            sp = base;
            let new = tri!(new);
            enter!(new, 1)
        }
        let mut res = call::call_ex(base);
        if !PyFunction::check_exact((*base).obj()) && crate::compat::method_parts((*base).obj()).is_none() {
            res = crate::monitoring::native_return_event(ts, frame, *base, first, res);
        }
        native_result!(base, res, 0)
    }
    op::INSTRUMENTED_LOAD_SUPER_ATTR => {
        (*frame).stackpointer = sp;
        let (attr, self_or_null) = tri!(attr::monitored_super_attr(ts, frame, name!(oparg >> 2), oparg));
        let (s, c, g) = (pop!(), pop!(), pop!());
        push!(StackRef::owned(attr));
        if oparg & 1 != 0 {
            push!(StackRef::from_option(self_or_null));
        }
        g.close();
        c.close();
        s.close();
        skip!(1);
        next!()
    }
    op::INSTRUMENTED_FOR_ITER => {
        match tri!(ops::iter_next(ts, peek!(1).obj())) {
            Some(v) => {
                push!(StackRef::owned(v));
                branch!(event::BRANCH_LEFT, ip.add(1));
            }
            None => {
                jump_forward!(1 + oparg + 1);
            }
        }
        next!()
    }
    op::INSTRUMENTED_POP_ITER => {
        let iter = pop!();
        iter.close();
        branch!(event::BRANCH_RIGHT, ip);
        next!()
    }
    op::INSTRUMENTED_NOT_TAKEN => {
        branch!(event::BRANCH_LEFT, ip);
        next!()
    }
    op::INSTRUMENTED_END_FOR => {
        (*frame).stackpointer = sp;
        tri!(crate::monitoring::stop_iteration(ts, frame, peek!(2), peek!(1)));
        pop!().close();
        next!()
    }
    op::INSTRUMENTED_END_SEND => {
        (*frame).stackpointer = sp;
        tri!(crate::monitoring::stop_iteration(ts, frame, peek!(2), peek!(1)));
        deopt!(op::END_SEND)
    }
    op::INSTRUMENTED_END_ASYNC_FOR => {
        let ends = peek!(1)
            .obj()
            .ty()
            .is_subtype(object::exceptions::StopAsyncIteration::type_object());
        if !ends {
            deopt!(op::END_ASYNC_FOR)
        }
        let (exc, iter) = (pop!(), pop!());
        iter.close();
        exc.close();
        branch!(event::BRANCH_RIGHT, ip);
        next!()
    }
    op::INSTRUMENTED_JUMP_FORWARD => {
        branch!(event::JUMP, ip.add(oparg));
        next!()
    }
    op::INSTRUMENTED_JUMP_BACKWARD => {
        check_periodic!();
        branch!(event::JUMP, ip.add(1).sub(oparg));
        next!()
    }
    op::INSTRUMENTED_POP_JUMP_IF_FALSE
    | op::INSTRUMENTED_POP_JUMP_IF_TRUE
    | op::INSTRUMENTED_POP_JUMP_IF_NONE
    | op::INSTRUMENTED_POP_JUMP_IF_NOT_NONE => {
        let v = pop!();
        skip!(1);
        let none = object::singletons::none_ref().as_ptr();
        let jumps = match opcode {
            op::INSTRUMENTED_POP_JUMP_IF_FALSE => v.as_ptr() == false_ref().as_ptr(),
            op::INSTRUMENTED_POP_JUMP_IF_TRUE => v.as_ptr() == true_ref().as_ptr(),
            op::INSTRUMENTED_POP_JUMP_IF_NONE => v.as_ptr() == none,
            _ => v.as_ptr() != none,
        };
        v.close();
        if jumps {
            branch!(event::BRANCH_RIGHT, ip.add(oparg));
        }
        next!()
    }
    op::ENTER_EXECUTOR => {
        let _: PyResult<()> = raise!(SystemError, "there are no executors");
        error!()
    }
    // every byte has an arm: with a `_` the jump would be behind a range check, and could not be copied to each arm's end
    #[rustfmt::skip]
    op::RESERVED | op::BINARY_OP_EXTEND | op::LOAD_ATTR_CLASS_WITH_METACLASS_CHECK | op::LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN
    | op::LOAD_ATTR_METHOD_LAZY_DICT | op::LOAD_SUPER_ATTR_ATTR | op::LOAD_SUPER_ATTR_METHOD
    | 121 | 122 | 123 | 124 | 125 | 126 | 127
    | 212 | 213 | 214 | 215 | 216 | 217 | 218 | 219 | 220 | 221 | 222 | 223 | 224 | 225 | 226 | 227 | 228 | 229 | 230 | 231
    | 232 | 233 => {
        let _: PyResult<()> = raise!(SystemError, "unknown opcode");
        error!()
    }
}
