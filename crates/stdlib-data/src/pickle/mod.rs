//! `_pickle`: pickling and unpickling, all protocols (PEP 307, 3154, 574; `Lib/pickle.py` says the same in Python).
//!
//! [`save`] and [`reduce`] write, [`load`] reads; [`pickler`] and [`unpickler`] are the classes.

mod input;
mod load;
mod memo;
mod opcodes;
mod output;
mod picklebuffer;
mod pickler;
mod reduce;
mod save;
mod state;
mod unpickler;

use input::Input;
use load::Loader;
use memo::{LoadMemo, SaveMemo};
use object::buffer::BytesLike;
use object::{GilCell, Py, PyBytes, PyModule, PyObject, PyResult, PyStr, pymodule, raise};
use picklebuffer::PickleBuffer;
use pickler::{Pickler, PicklerMemoProxy};
use save::Saver;
use unpickler::{Unpickler, UnpicklerMemoProxy};

/// `_pickle`
pub struct Pickle;

fn dump_with(options: &save::Options, write: Option<Py>, obj: &PyObject) -> PyResult<Option<Py<PyBytes>>> {
    let memo = GilCell::new(SaveMemo::new());
    let bin = GilCell::new((options.proto > 0) as i32);
    let fast = GilCell::new(0);
    let in_memory = write.is_none();
    let mut saver = Saver::new(options, write, &memo, &bin, &fast);
    saver.dump(obj)?;
    if in_memory {
        return Ok(Some(PyBytes::new(saver.out.content())?));
    }
    Ok(None)
}

fn load_with(input: Input<'_>, options: &load::Options) -> PyResult {
    let memo = GilCell::new(LoadMemo::new());
    let proto = GilCell::new(0);
    let mut loader = Loader::new(input, options, &memo, &proto);
    let value = loader.load()?;
    loader.input.finish()?;
    Ok(value)
}

#[pymodule(name = "_pickle", types(Pickler, Unpickler, PickleBuffer))]
impl Pickle {
    #[function("($module, /, obj, file, protocol=None, *, fix_imports=True,\n     buffer_callback=None)")]
    fn dump(
        obj: &PyObject,
        file: &PyObject,
        protocol: Option<&PyObject>,
        fix_imports: Option<bool>,
        buffer_callback: Option<&PyObject>,
    ) -> PyResult<()> {
        let options = save::Options::parse(protocol, fix_imports, buffer_callback)?;
        let write = pickler::writer(file)?;
        dump_with(&options, Some(write), obj).map(drop)
    }

    #[function("($module, /, obj, protocol=None, *, fix_imports=True,\n      buffer_callback=None)")]
    fn dumps(
        obj: &PyObject,
        protocol: Option<&PyObject>,
        fix_imports: Option<bool>,
        buffer_callback: Option<&PyObject>,
    ) -> PyResult<Py<PyBytes>> {
        let options = save::Options::parse(protocol, fix_imports, buffer_callback)?;
        match dump_with(&options, None, obj)? {
            Some(bytes) => Ok(bytes),
            None => raise!(SystemError, "the pickle was not kept"),
        }
    }

    #[function(
        "($module, /, file, *, fix_imports=True, encoding='ASCII',\n     errors='strict', buffers=())"
    )]
    fn load(
        file: &PyObject,
        fix_imports: Option<bool>,
        encoding: Option<&PyStr>,
        errors: Option<&PyStr>,
        buffers: Option<&PyObject>,
    ) -> PyResult {
        let file = unpickler::reader(file)?;
        let options = load::Options::parse(fix_imports, encoding, errors, buffers)?;
        load_with(Input::file(file, None), &options)
    }

    #[function(
        "($module, data, /, *, fix_imports=True, encoding='ASCII',\n      errors='strict', buffers=())"
    )]
    fn loads(
        data: &PyObject,
        fix_imports: Option<bool>,
        encoding: Option<&PyStr>,
        errors: Option<&PyStr>,
        buffers: Option<&PyObject>,
    ) -> PyResult {
        let options = load::Options::parse(fix_imports, encoding, errors, buffers)?;
        match BytesLike::get(data)? {
            BytesLike::Bytes(b) => load_with(Input::memory(b.as_slice()), &options),
            // others may change their content while it is read
            BytesLike::View(view) => load_with(Input::memory(&view.to_vec()), &options),
        }
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        object::class::ready::<PicklerMemoProxy>()?;
        object::class::ready::<UnpicklerMemoProxy>()?;
        state::init(module)
    }
}
