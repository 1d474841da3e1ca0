//! `_symtable`: the compiler's symbol table, shown as entries, one for every scope.

use compiler::Options;
use compiler::symtable::{BlockId, BlockKind, SymbolTable, def};
use interp::compile::{Request, parse_text, raise_compiler_error, source_text};
use object::{
    Field, Py, PyDict, PyInt, PyLayout, PyList, PyModule, PyObject, PyResult, PyStr, Visitor, pyclass,
    pymethods, pymodule, raise,
};
use syntax::Mode;

/// A scope.
#[pyclass(name = "symtable entry", flags(DISALLOW_INSTANTIATION, HAVE_GC))]
#[repr(C)]
pub struct Entry {
    ob_base: PyObject,
    id: Field<PyInt>,
    name: Field<PyStr>,
    symbols: Field<PyDict>,
    varnames: Field<PyList>,
    children: Field<PyList>,
    nested: Field<PyInt>,
    kind: Field<PyInt>,
    lineno: Field<PyInt>,
}

#[pymethods(members(id, name, symbols, varnames, children, nested, r#type = kind, lineno))]
impl Entry {
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let number = |f: &Field<PyInt>| f.get().and_then(|n| n.to_i64()).unwrap_or(0);
        let name = self.name.get().map_or(String::new(), |n| n.to_string());
        let text = format!(
            "<symtable entry {name}({}), line {}>",
            number(&self.id),
            number(&self.lineno)
        );
        Ok(PyStr::new(&text)?.into_object())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.symbols);
        visit.field(&self.varnames);
        visit.field(&self.children);
    }
    #[slot]
    fn tp_clear(&self) {
        self.symbols.set(None);
        self.varnames.set(None);
        self.children.set(None);
    }
}

fn kind_number(kind: BlockKind) -> i64 {
    match kind {
        BlockKind::Function => 0,
        BlockKind::Class => 1,
        BlockKind::Module => 2,
        BlockKind::Annotation => 3,
        BlockKind::TypeAlias => 4,
        BlockKind::TypeParameters => 5,
        BlockKind::TypeVariable => 6,
    }
}

fn text(name: &str) -> PyResult<Py> {
    Ok(object::intern::intern_str(name)?.into_object())
}

/// The entry of a block. Scopes nest as deeply as the parser lets them.
fn entry(table: &SymbolTable, id: BlockId) -> PyResult<Py<Entry>> {
    let block = table.block(id);
    let symbols = PyDict::new()?;
    for (name, flags) in block.symbols.iter() {
        symbols.set_item_owned(text(name)?, PyInt::from_i64((*flags).into())?.into_object())?;
    }
    let varnames = block
        .varnames
        .iter()
        .map(|n| text(n))
        .collect::<PyResult<Vec<_>>>()?;
    let children = block
        .children
        .iter()
        .map(|c| Ok(entry(table, *c)?.into_object()))
        .collect::<PyResult<Vec<_>>>()?;
    let name = match text(&block.name)?.downcast_into::<PyStr>() {
        Ok(n) => n,
        Err(_) => return object::error::bad_internal_call(),
    };
    let line = if block.kind == BlockKind::Module {
        0
    } else {
        block.span.lineno
    };
    let made = object::new_object(Entry {
        ob_base: PyObject::new_head(<Entry as object::PyClass>::type_object()),
        id: Field::empty(),
        name: Field::new(Some(name)),
        symbols: Field::new(Some(symbols)),
        varnames: Field::new(Some(PyList::from_vec(varnames)?)),
        children: Field::new(Some(PyList::from_vec(children)?)),
        nested: Field::new(Some(PyInt::from_i64(block.nested.into())?)),
        kind: Field::new(Some(PyInt::from_i64(kind_number(block.kind))?)),
        lineno: Field::new(Some(PyInt::from_i64(line.into())?)),
    })?;
    made.id
        .set(Some(PyInt::from_usize(made.as_object().as_ptr() as usize)?));
    Ok(made)
}

/// The module.
pub struct Symtable;

#[pymodule(name = "_symtable")]
impl Symtable {
    #[function("($module, source, filename, startstr, /)")]
    fn symtable(source: &PyObject, filename: &PyObject, startstr: &PyStr) -> PyResult<Py<Entry>> {
        let filename = interp::fs_decode(filename)?;
        let mode = match &*startstr.to_string() {
            "exec" => Mode::Exec,
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            _ => {
                return raise!(
                    ValueError,
                    "symtable() arg 3 must be 'exec' or 'eval' or 'single'"
                );
            }
        };
        let source = source_text(source, "symtable", "string or bytes", &filename)?;
        let request = Request {
            filename: &filename,
            mode,
            flags: 0,
            optimize: 0,
            feature_version: 14,
        };
        let module = parse_text(&source, &request)?;
        let options = Options {
            filename: filename.to_string(),
            optimize: 0,
            future_flags: 0,
            allow_top_level_await: false,
        };
        let table = match compiler::symbol_table(&module, None, &options) {
            Ok(table) => table,
            Err(e) => return Err(raise_compiler_error(e, &filename)),
        };
        entry(&table, 0)
    }
    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        object::class::ready::<Entry>()?;
        for (name, value) in [
            ("USE", def::USE),
            ("DEF_GLOBAL", def::GLOBAL),
            ("DEF_NONLOCAL", def::NONLOCAL),
            ("DEF_LOCAL", def::LOCAL),
            ("DEF_PARAM", def::PARAM),
            ("DEF_TYPE_PARAM", def::TYPE_PARAM),
            ("DEF_FREE_CLASS", def::FREE_CLASS),
            ("DEF_IMPORT", def::IMPORT),
            ("DEF_BOUND", def::BOUND),
            ("DEF_ANNOT", def::ANNOT),
            ("DEF_COMP_ITER", def::COMP_ITER),
            ("DEF_COMP_CELL", def::COMP_CELL),
            ("TYPE_FUNCTION", 0),
            ("TYPE_CLASS", 1),
            ("TYPE_MODULE", 2),
            ("TYPE_ANNOTATION", 3),
            ("TYPE_TYPE_ALIAS", 4),
            ("TYPE_TYPE_PARAMETERS", 5),
            ("TYPE_TYPE_VARIABLE", 6),
            ("LOCAL", 1),
            ("GLOBAL_EXPLICIT", 2),
            ("GLOBAL_IMPLICIT", 3),
            ("FREE", 4),
            ("CELL", 5),
            ("SCOPE_OFF", def::SCOPE_OFFSET),
            ("SCOPE_MASK", 15),
        ] {
            m.add_value(name, value)?;
        }
        Ok(())
    }
}
