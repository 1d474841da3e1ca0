//! What the interpreter as a whole has: the builtins namespace and the import function. Set up at start-up.

use object::{Field, Py, PyDict, PyLayout, PyResult};

static BUILTINS: Field<PyDict> = Field::empty();

/// The namespace of `builtins`, for code whose globals name none. An empty one until start-up has set it.
pub fn set_builtins(dict: Py<PyDict>) {
    BUILTINS.set(Some(dict));
}

pub fn builtins() -> PyResult<Py<PyDict>> {
    if let Some(b) = BUILTINS.get() {
        return Ok(b);
    }
    let dict = PyDict::new()?;
    BUILTINS.set(Some(dict.clone()));
    Ok(dict)
}

/// The running frame's builtins, or the interpreter's.
pub fn current_builtins() -> Py {
    let frame = crate::frame::current();
    // SAFETY: the running frame and its namespaces are alive.
    if let Some(b) = unsafe { frame.as_ref().and_then(|f| f.builtins.as_ref()) } {
        return b.new_ref();
    }
    match builtins() {
        Ok(b) => b.into_object(),
        Err(_) => {
            object::error::clear();
            object::none()
        }
    }
}
