//! Writing objects that are not of the built-in types: through `reducer_override`, dispatch tables, `__reduce_ex__` and
//! `__reduce__`; and classes, functions and whatever else is written by its name.

use super::load::has_plain_dict;
use super::opcodes::*;
use super::save::Saver;
use super::state::{chained, dotted, import_module, note, pickling_error, split_path, state, type_name};
use object::str::Chars;
use object::typeobject::{PyBaseObject_Type, lookup_raw, solid_base};
use object::{
    Py, PyClass, PyDict, PyInt, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple, PyTypeObject, call,
    error, exceptions, intern, is_none, iter, raise,
};

/// What an error's note says of the object.
fn noted<T>(result: PyResult<T>, obj: &PyObject, what: &str) -> PyResult<T> {
    match result {
        Ok(v) => Ok(v),
        Err(r) => note(r, || Ok(format!("when serializing {} {what}", type_name(obj)))),
    }
}

impl Saver<'_> {
    /// Objects of no exact built-in type.
    pub fn save_other(&mut self, obj: &PyObject) -> PyResult<()> {
        let class = obj.ty().as_object().new_ref();
        let mut reduced = None;
        if let Some(f) = self.reducer_override.clone() {
            let value = call::call(&f, &[obj])?;
            if !object::singletons::is_not_implemented(&value) {
                reduced = Some(value);
            }
        }
        let reduced = match reduced {
            Some(value) => value,
            None => {
                if class.is(PyTypeObject::type_object()) {
                    return self.save_type(obj);
                }
                if class.is(state()?.function_type.get()) {
                    return self.save_global(obj, None);
                }
                match self.reducer_of(&class)? {
                    Some(f) => call::call(&f, &[obj])?,
                    None if obj.downcast::<PyTypeObject>().is_some() => return self.save_global(obj, None),
                    None => match self.plain_state(obj)? {
                        Some(state) => {
                            let result = self.save_plain(obj, &class, &state);
                            return noted(result, obj, "object");
                        }
                        None => self.call_reduce(obj)?,
                    },
                }
            }
        };
        if let Some(name) = reduced.downcast::<PyStr>() {
            return self.save_global(obj, Some(name));
        }
        let result = match reduced.downcast::<PyTuple>() {
            Some(t) => self.save_reduce(t, obj),
            None => pickling_error(format_args!(
                "__reduce__ must return a string or tuple, not {}",
                type_name(&reduced)
            )),
        };
        noted(result, obj, "object")
    }

    /// The reducer that a dispatch table has for a class.
    fn reducer_of(&self, class: &PyObject) -> PyResult<Option<Py>> {
        match &self.dispatch_table {
            None => state()?.dispatch_table.get_item(class),
            Some(table) => {
                let table = table.clone();
                error::catch::<exceptions::KeyError, _>(table.get_item(class))
            }
        }
    }

    /// The dict of an instance that `object.__reduce_ex__` would reduce to its class and this state: nothing that has a
    /// say in it is overridden, in the class or in the instance, and there are no slots.
    fn plain_state(&self, obj: &PyObject) -> PyResult<Option<Py<PyDict>>> {
        let ty = obj.ty();
        if self.proto < 2
            || !has_plain_dict(ty)
            || !solid_base(ty).as_object().is(PyBaseObject_Type.as_object())
        {
            return Ok(None);
        }
        let inherited = [
            intern!("__reduce_ex__"),
            intern!("__reduce__"),
            intern!("__getstate__"),
            intern!("__class__"),
            intern!("__getnewargs_ex__"),
            intern!("__getnewargs__"),
        ];
        let own = |name: &PyStr| std::ptr::eq(lookup_raw(ty, name), lookup_raw(&PyBaseObject_Type, name));
        if !inherited.into_iter().all(own) {
            return Ok(None);
        }
        // `copyreg` notes the names of a class's slots when it is asked for them first
        let names = match ty.tp_dict.get() {
            Some(d) => d.get_str(intern!("__slotnames__"))?,
            None => None,
        };
        if !names.is_some_and(|n| n.downcast_exact::<PyList>().is_some_and(|l| l.is_empty())) {
            return Ok(None);
        }
        let dict = object::dict::managed_dict(obj)?;
        for name in inherited {
            if dict.get_str(name)?.is_some() {
                return Ok(None);
            }
        }
        Ok(Some(dict))
    }

    /// Writes what [`Saver::save_reduce`] would for such an instance.
    fn save_plain(&mut self, obj: &PyObject, class: &PyObject, state: &PyDict) -> PyResult<()> {
        let entered = self.fast_enter(obj)?;
        let result = self.save_plain_parts(obj, class, state);
        self.fast_leave(obj, entered);
        result
    }

    fn save_plain_parts(&mut self, obj: &PyObject, class: &PyObject, state: &PyDict) -> PyResult<()> {
        let result = self.save(class, false);
        noted(result, obj, "class")?;
        let result = self.save(PyTuple::empty()?.as_object(), false);
        noted(result, obj, "__new__ arguments")?;
        self.out.byte(NEWOBJ);
        match self.memo_find(obj) {
            Some(index) => {
                self.out.byte(POP);
                self.write_get(index)?;
            }
            None => self.memoize(obj)?,
        }
        if !state.is_empty() {
            let result = self.save(state.as_object(), false);
            noted(result, obj, "state")?;
            self.out.byte(BUILD);
        }
        Ok(())
    }

    fn call_reduce(&self, obj: &PyObject) -> PyResult {
        if let Some(f) = obj.get_attr_opt(intern!("__reduce_ex__"))? {
            let proto = PyInt::from_i64(self.proto as i64)?;
            return call::call(&f, &[proto.as_object()]);
        }
        match obj.get_attr_opt(intern!("__reduce__"))? {
            Some(f) => call::call(&f, &[]),
            None => pickling_error(format_args!("Can't pickle {} object", type_name(obj))),
        }
    }

    /// Classes; those of the singletons have no name.
    fn save_type(&mut self, obj: &PyObject) -> PyResult<()> {
        for single in [object::none(), object::ellipsis(), object::not_implemented()] {
            if obj.is(single.ty()) {
                let args = PyTuple::from_array([single])?;
                let class = PyTypeObject::type_object().as_object().new_ref();
                let reduced = PyTuple::pair(class, args.into_object())?;
                return self.save_reduce(&reduced, obj);
            }
        }
        self.save_global(obj, None)
    }

    /// What a reducer has returned.
    pub fn save_reduce(&mut self, reduced: &PyTuple, obj: &PyObject) -> PyResult<()> {
        let parts = reduced.as_slice();
        if !(2..=6).contains(&parts.len()) {
            return pickling_error(format_args!(
                "tuple returned by __reduce__ must contain 2 through 6 elements"
            ));
        }
        let part = |i: usize| parts.get(i).map(|p| p.get()).filter(|p| !is_none(p));
        let func = parts[0].get();
        if !func.is_callable() {
            return pickling_error(format_args!(
                "first item of the tuple returned by __reduce__ must be callable, not {}",
                type_name(func)
            ));
        }
        let Some(args) = parts[1].downcast::<PyTuple>() else {
            return pickling_error(format_args!(
                "second item of the tuple returned by __reduce__ must be a tuple, not {}",
                type_name(&parts[1])
            ));
        };
        let state = part(2);
        for (i, which) in [(3, "fourth"), (4, "fifth")] {
            if let Some(p) = part(i)
                && p.ty().tp_iternext.get().is_none()
            {
                return pickling_error(format_args!(
                    "{which} item of the tuple returned by __reduce__ must be an iterator, not {}",
                    type_name(p)
                ));
            }
        }
        let setter = part(5);
        if let Some(p) = setter
            && !p.is_callable()
        {
            return pickling_error(format_args!(
                "sixth item of the tuple returned by __reduce__ must be callable, not {}",
                type_name(p)
            ));
        }
        let entered = self.fast_enter(obj)?;
        let result = self
            .save_construction(func, args, obj)
            .and_then(|()| self.save_contents(obj, part(3), part(4), state, setter));
        self.fast_leave(obj, entered);
        result
    }

    /// The call that makes the object.
    fn save_construction(&mut self, func: &PyObject, args: &PyTuple, obj: &PyObject) -> PyResult<()> {
        let (mut newobj, mut newobj_ex) = (false, false);
        if self.proto >= 2
            && let Some(name) = func.get_attr_opt(intern!("__name__"))?
            && let Some(name) = name.downcast::<PyStr>()
        {
            newobj_ex = name.eq_str("__newobj_ex__");
            newobj = name.eq_str("__newobj__");
        }
        if newobj_ex {
            self.save_newobj_ex(args, obj)?;
        } else if newobj {
            let Some(class) = args.get(0) else {
                return pickling_error(format_args!("__newobj__ expected at least 1 argument, got 0"));
            };
            self.check_class(class, obj, "__newobj__")?;
            let result = self.save(class, false);
            noted(result, obj, "class")?;
            let rest = args.slice(1, args.len())?;
            let result = self.save(rest.as_object(), false);
            noted(result, obj, "__new__ arguments")?;
            self.out.byte(NEWOBJ);
        } else {
            self.save_call(func, args, obj)?;
        }
        // Written again on the way: it is recursive, and what has been made here is thrown away.
        match self.memo_find(obj) {
            Some(index) => {
                self.out.byte(POP);
                self.write_get(index)
            }
            None => self.memoize(obj),
        }
    }

    fn save_call(&mut self, func: &PyObject, args: &PyTuple, obj: &PyObject) -> PyResult<()> {
        let result = self.save(func, false);
        noted(result, obj, "reconstructor")?;
        let result = self.save(args.as_object(), false);
        noted(result, obj, "reconstructor arguments")?;
        self.out.byte(REDUCE);
        Ok(())
    }

    fn check_class(&self, class: &PyObject, obj: &PyObject, what: &str) -> PyResult<()> {
        if class.downcast::<PyTypeObject>().is_none() {
            return pickling_error(format_args!(
                "first argument to {what}() must be a class, not {}",
                type_name(class)
            ));
        }
        let own = obj.get_attr(intern!("__class__"))?;
        if !own.is(class) {
            return pickling_error(format_args!(
                "first argument to {what}() must be {}, not {}",
                own.repr()?,
                class.repr()?
            ));
        }
        Ok(())
    }

    fn save_newobj_ex(&mut self, args: &PyTuple, obj: &PyObject) -> PyResult<()> {
        let [class, new_args, kwargs] = args.as_slice() else {
            return pickling_error(format_args!(
                "__newobj_ex__ expected 3 arguments, got {}",
                args.len()
            ));
        };
        self.check_class(class, obj, "__newobj_ex__")?;
        let Some(positional) = new_args.downcast::<PyTuple>() else {
            return pickling_error(format_args!(
                "second argument to __newobj_ex__() must be a tuple, not {}",
                type_name(new_args)
            ));
        };
        let Some(keywords) = kwargs.downcast::<PyDict>() else {
            return pickling_error(format_args!(
                "third argument to __newobj_ex__() must be a dict, not {}",
                type_name(kwargs)
            ));
        };
        if self.proto >= 4 {
            let result = self.save(class, false);
            noted(result, obj, "class")?;
            let result = self.save(new_args, false).and_then(|()| self.save(kwargs, false));
            noted(result, obj, "__new__ arguments")?;
            self.out.byte(NEWOBJ_EX);
            return Ok(());
        }
        // a partial object stands in for the opcode
        let mut all = vec![class.get_attr(intern!("__new__"))?, class.clone()];
        all.extend(positional.as_slice().iter().cloned());
        let all = PyTuple::from_vec(all)?;
        let partial = call::call_tuple_dict(&state()?.partial, &all, Some(keywords))?;
        let result = self.save(&partial, false);
        noted(result, obj, "reconstructor")?;
        self.save(PyTuple::empty()?.as_object(), false)?;
        self.out.byte(REDUCE);
        Ok(())
    }

    /// Items and state of an object that has been made.
    fn save_contents(
        &mut self,
        obj: &PyObject,
        list_items: Option<&PyObject>,
        dict_items: Option<&PyObject>,
        state: Option<&PyObject>,
        setter: Option<&PyObject>,
    ) -> PyResult<()> {
        if let Some(items) = list_items {
            self.batch_list(items, obj)?;
        }
        if let Some(items) = dict_items {
            self.batch_dict(items, obj)?;
        }
        let Some(state) = state else { return Ok(()) };
        match setter {
            None => {
                let result = self.save(state, false);
                noted(result, obj, "state")?;
                self.out.byte(BUILD);
            }
            Some(setter) => {
                let result = self.save(setter, false);
                noted(result, obj, "state setter")?;
                self.save(obj, false)?;
                let result = self.save(state, false);
                noted(result, obj, "state")?;
                self.out.bytes(&[TUPLE2, REDUCE, POP]);
            }
        }
        Ok(())
    }

    // ---- by name ----

    /// Writes an object as the name under which its module has it.
    pub fn save_global(&mut self, obj: &PyObject, name: Option<&PyStr>) -> PyResult<()> {
        let found;
        let name = match name {
            Some(name) => name,
            None => {
                found = match obj.get_attr_opt(intern!("__qualname__"))? {
                    Some(v) => v,
                    None => obj.get_attr(intern!("__name__"))?,
                };
                match found.downcast::<PyStr>() {
                    Some(name) => name,
                    None => return raise!(TypeError, "must be str, not {}", found.ty().full_name()),
                }
            }
        };
        let path = split_path(name)?;
        let module = whichmodule(obj, name, &path)?;
        let Some(module_name) = module.downcast::<PyStr>() else {
            return raise!(TypeError, "must be str, not {}", module.ty().full_name());
        };
        if self.proto >= 2 && self.save_extension(&module, name)? {
            return Ok(());
        }
        if self.proto >= 4 {
            self.save(&module, false)?;
            self.save(name.as_object(), false)?;
            self.out.byte(STACK_GLOBAL);
        } else if path.len() > 1 {
            // getattr(getattr(…, name), name)
            let getattr = state()?.getattr.clone();
            for _ in 1..path.len() {
                self.save(&getattr, false)?;
                if self.proto < 2 {
                    self.out.byte(MARK);
                }
            }
            self.save_toplevel(module_name, &path[0])?;
            for part in &path[1..] {
                self.save(part.as_object(), false)?;
                self.out.byte(if self.proto < 2 { TUPLE } else { TUPLE2 });
                self.out.byte(REDUCE);
            }
        } else {
            self.save_toplevel(module_name, name)?;
        }
        self.memoize(obj)
    }

    /// The code of `copyreg.add_extension`, if the object has one.
    fn save_extension(&mut self, module: &PyObject, name: &PyStr) -> PyResult<bool> {
        let registry = &state()?.extension_registry;
        if registry.is_empty() {
            return Ok(false);
        }
        let key = PyTuple::pair(module.new_ref(), name.as_object().new_ref())?;
        let Some(code) = registry.get_item(key.as_object())? else {
            return Ok(false);
        };
        let Some(code) = object::number::index(&code)?.to_i64() else {
            return raise!(OverflowError, "Python int too large to convert to C long");
        };
        match code {
            1..=0xff => self.out.bytes(&[EXT1, code as u8]),
            0..=0xffff if code > 0 => self.out.pair(&[EXT2], &(code as u16).to_le_bytes()),
            0..=0x7fff_ffff if code > 0 => self.out.pair(&[EXT4], &(code as u32).to_le_bytes()),
            _ => return raise!(RuntimeError, "extension code {code} is out of range"),
        }
        Ok(true)
    }

    fn save_toplevel(&mut self, module: &PyStr, name: &PyStr) -> PyResult<()> {
        let (mut module, mut name) = (module.new_ref(), name.new_ref());
        if self.fix_imports && self.proto < 3 {
            (module, name) = python2_names(&module, &name)?;
        }
        self.write_identifier(&[GLOBAL], &module, "module")?;
        self.write_identifier(&[], &name, "global")
    }

    /// A line with a name: UTF-8, and before protocol 3 ASCII.
    fn write_identifier(&mut self, head: &[u8], name: &PyStr, what: &str) -> PyResult<()> {
        if let Chars::One(ascii) = name.chars()
            && name.is_ascii()
        {
            self.out.pair(head, ascii);
            self.out.byte(b'\n');
            return Ok(());
        }
        let encoding = PyStr::new(if self.proto >= 3 { "utf-8" } else { "ascii" })?;
        match object::codecs::encode_str(name, Some(&encoding), None) {
            Ok(bytes) => {
                if let Some(bytes) = bytes.downcast::<object::PyBytes>() {
                    self.out.pair(head, bytes.as_slice());
                    self.out.byte(b'\n');
                }
                Ok(())
            }
            Err(r) if error::matches::<exceptions::UnicodeEncodeError>() => chained(r, |_| {
                pickling_error(format_args!(
                    "can't pickle {what} identifier {} using pickle protocol {}",
                    name.as_object().repr()?,
                    self.proto
                ))
            }),
            Err(r) => Err(r),
        }
    }
}

/// The names that Python 2 has for a module's name.
fn python2_names(module: &PyStr, name: &PyStr) -> PyResult<(Py<PyStr>, Py<PyStr>)> {
    let state = state()?;
    let key = PyTuple::pair(module.as_object().new_ref(), name.as_object().new_ref())?;
    if let Some(item) = state.name_3to2.get_item(key.as_object())? {
        if let Some([m, n]) = item.downcast::<PyTuple>().map(|t| t.as_slice())
            && let (Some(m), Some(n)) = (m.downcast::<PyStr>(), n.downcast::<PyStr>())
        {
            return Ok((m.new_ref(), n.new_ref()));
        }
        return raise!(
            RuntimeError,
            "_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples, not {}",
            item.ty().full_name()
        );
    }
    if let Some(item) = state.import_3to2.get_item(module.as_object())? {
        return match item.downcast::<PyStr>() {
            Some(m) => Ok((m.new_ref(), name.new_ref())),
            None => raise!(
                RuntimeError,
                "_compat_pickle.REVERSE_IMPORT_MAPPING values should be strings, not {}",
                item.ty().full_name()
            ),
        };
    }
    Ok((module.new_ref(), name.new_ref()))
}

/// The name of the module where the object is to be found, which is checked.
fn whichmodule(obj: &PyObject, name: &PyStr, path: &[Py<PyStr>]) -> PyResult {
    let module_name = obj.get_attr_opt(intern!("__module__"))?.filter(|m| !is_none(m));
    if path.iter().any(|p| p.eq_str("<locals>")) {
        return pickling_error(format_args!("Can't pickle local object {}", obj.repr()?));
    }
    let module_name = match module_name {
        Some(m) => m,
        None => {
            if let Some(found) = search_modules(obj, path)? {
                return Ok(found);
            }
            intern!("__main__").as_object().new_ref()
        }
    };
    let Some(text) = module_name.downcast::<PyStr>() else {
        return raise!(
            TypeError,
            "module name must be a string, not {}",
            module_name.ty().full_name()
        );
    };
    let module = match import_module(text) {
        Ok(m) => m,
        Err(r)
            if error::matches::<exceptions::ImportError>() || error::matches::<exceptions::ValueError>() =>
        {
            return chained(r, |e| {
                pickling_error(format_args!("Can't pickle {}: {}", obj.repr()?, e.str()?))
            });
        }
        Err(r) => return Err(r),
    };
    match dotted(&module, path) {
        Ok(found) if found.is(obj) => Ok(module_name),
        Ok(_) => pickling_error(format_args!(
            "Can't pickle {}: it's not the same object as {text}.{name}",
            obj.repr()?
        )),
        Err(r) if error::matches::<exceptions::AttributeError>() => chained(r, |_| {
            pickling_error(format_args!(
                "Can't pickle {}: it's not found as {text}.{name}",
                obj.repr()?
            ))
        }),
        Err(r) => Err(r),
    }
}

/// The first module that has the object under that name.
fn search_modules(obj: &PyObject, path: &[Py<PyStr>]) -> PyResult<Option<Py>> {
    let modules = object::hooks::import("sys")?.get_attr_str("modules")?;
    let items = match modules.downcast::<PyDict>() {
        Some(d) => d.items_vec(),
        None => {
            let items = modules.call_method(intern!("copy"), &[])?;
            let items = items.call_method(intern!("items"), &[])?;
            let mut pairs = Vec::new();
            for item in iter::collect(&items)? {
                if let Some([k, v]) = item.downcast::<PyTuple>().map(|t| t.as_slice()) {
                    pairs.push((k.clone(), v.clone()));
                }
            }
            pairs
        }
    };
    for (name, module) in items {
        let skip = name
            .downcast::<PyStr>()
            .is_some_and(|n| n.eq_str("__main__") || n.eq_str("__mp_main__"));
        if skip || is_none(&module) {
            continue;
        }
        match error::catch::<exceptions::AttributeError, _>(dotted(&module, path))? {
            Some(found) if found.is(obj) => return Ok(Some(name)),
            _ => {}
        }
    }
    Ok(None)
}
