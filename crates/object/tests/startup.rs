//! The types come up, and the simplest things work without any virtual machine.

use object::*;

fn with_runtime(f: impl FnOnce() -> PyResult<()>) {
    let state = thread::ThreadState::new();
    thread::init_stack_limit(&state);
    // SAFETY: the state lives until the end of the test, on this thread.
    unsafe { thread::set_current(&*state) };
    let result = startup::ready_types().and_then(|_| f());
    if result.is_err() {
        let e = error::take().expect("an exception");
        let text = e.repr().map(|r| r.to_string()).unwrap_or_default();
        panic!("{text}");
    }
    std::mem::forget(state);
}

#[test]
fn types_come_up() {
    with_runtime(|| {
        let int = PyInt::type_object().as_object();
        assert_eq!(int.repr()?.to_string(), "<class 'int'>");
        assert_eq!(int.ty().name(), "type");
        let list = PyList::from_vec(vec![PyInt::from_i64(3)?.into_object()])?;
        assert_eq!(list.as_object().repr()?.to_string(), "[3]");
        list.as_object().call_method(intern!("append"), &[none().get()])?;
        assert_eq!(list.as_object().repr()?.to_string(), "[3, None]");
        let d = PyDict::new()?;
        d.set_item(intern!("k"), &*list)?;
        assert_eq!(d.as_object().repr()?.to_string(), "{'k': [3, None]}");
        let add = number::add(PyInt::from_i64(40)?.as_object(), PyInt::from_i64(2)?.as_object())?;
        assert_eq!(add.str()?.to_string(), "42");
        let m = int.get_attr_str("__add__")?;
        assert_eq!(m.repr()?.to_string(), "<slot wrapper '__add__' of 'int' objects>");
        // a class made in "Python"
        let ns = PyDict::new()?;
        ns.set_item(intern!("x"), PyInt::from_i64(7)?.as_object())?;
        ns.set_item(intern!("__module__"), intern!("m"))?;
        let t = typeobject::PyTypeObject::type_object().as_object();
        let bases = PyTuple::empty()?;
        let c = call::call(t, &[intern!("C").as_object(), bases.as_object(), ns.as_object()])?;
        let obj = call::call(&c, &[])?;
        obj.set_attr(intern!("y"), Some(PyInt::from_i64(8)?.as_object()))?;
        assert_eq!(obj.get_attr_str("y")?.str()?.to_string(), "8");
        assert_eq!(obj.get_attr_str("x")?.str()?.to_string(), "7");
        assert!(obj.get_attr_str("z").is_err());
        let e = error::take().expect("an exception");
        assert_eq!(e.str()?.to_string(), "'C' object has no attribute 'z'");
        drop(obj);
        drop(c);
        gc::collect(2);
        Ok(())
    });
}
