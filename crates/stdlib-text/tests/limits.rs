//! Input that nests deeper than the native stack ends in `RecursionError`.

use object::*;

#[test]
fn deep_json() {
    let state = thread::ThreadState::new();
    thread::init_stack_limit(&state);
    // SAFETY: the state lives until the end of the test, on this thread.
    unsafe { thread::set_current(&*state) };
    let run = || -> PyResult<()> {
        startup::ready_types()?;
        let (_, init) = stdlib_text::modules()
            .iter()
            .find(|(name, _)| *name == "_json")
            .expect("there");
        let json = init()?;
        let context = PyModule::new("context")?;
        for name in [
            "strict",
            "object_hook",
            "object_pairs_hook",
            "parse_float",
            "parse_int",
            "parse_constant",
        ] {
            context.add(name, none().get())?;
        }
        let scan = call::call(&*json.get_attr_str("make_scanner")?, &[context.as_object()])?;
        let zero = PyInt::from_i64(0)?;
        for text in ["[", "{\"a\":"] {
            let text = PyStr::new(&text.repeat(1_000_000))?;
            assert!(call::call(&scan, &[text.as_object(), zero.as_object()]).is_err());
            assert_eq!(error::take().expect("an exception").ty().name(), "RecursionError");
        }
        let mut deep = PyList::new()?;
        for _ in 0..1_000_000 {
            deep = PyList::from_vec(vec![deep.into_object()])?;
        }
        let ascii = json.get_attr_str("encode_basestring_ascii")?;
        let (none, no) = (none(), object::bool::py_bool(false));
        let separator = PyStr::new(",")?;
        let separator = separator.as_object();
        let settings = [
            &*none, &*none, &*ascii, &*none, separator, separator, &*no, &*no, &*no,
        ];
        let encode = call::call(&*json.get_attr_str("make_encoder")?, &settings)?;
        assert!(call::call(&encode, &[deep.as_object(), zero.as_object()]).is_err());
        assert_eq!(error::take().expect("an exception").ty().name(), "RecursionError");
        Ok(())
    };
    if run().is_err() {
        let error = error::take().expect("an exception");
        panic!(
            "{}",
            error.repr().map(|text| text.to_string()).unwrap_or_default()
        );
    }
    std::mem::forget(state);
}
