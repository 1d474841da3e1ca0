//! From source to code objects: `compile()`, and what `exec` and `eval` do with text.

use object::exceptions as exc;
use object::{Py, PyClass, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple, Raised, raise};
use syntax::{ErrorKind, Mode, Options as ParseOptions, SyntaxError, Warning, WarningKind};
use vm::code::PyCode;

/// `PyCF_*`
pub const PYCF_DONT_IMPLY_DEDENT: i32 = 0x0200;
pub const PYCF_ONLY_AST: i32 = 0x0400;
pub const PYCF_TYPE_COMMENTS: i32 = 0x1000;
pub const PYCF_ALLOW_TOP_LEVEL_AWAIT: i32 = 0x2000;
pub const PYCF_ALLOW_INCOMPLETE_INPUT: i32 = 0x4000;
pub const PYCF_OPTIMIZED_AST: i32 = 0x8000 | PYCF_ONLY_AST;
/// What a prompt has read so far (see [`syntax::Options::interactive`]); not among the flags that programs know.
const INTERACTIVE: i32 = 1 << 30;
/// `CO_FUTURE_*` bits that are inherited.
pub const FUTURE_MASK: i32 = 0x1fe0000;

/// How a text is compiled.
pub struct Request<'a> {
    pub filename: &'a PyStr,
    pub mode: Mode,
    pub flags: i32,
    pub optimize: u8,
    pub feature_version: u8,
}

fn class_of(kind: ErrorKind) -> &'static object::PyTypeObject {
    match kind {
        ErrorKind::SyntaxError => exc::SyntaxError::type_object(),
        ErrorKind::IndentationError => exc::IndentationError::type_object(),
        ErrorKind::TabError => exc::TabError::type_object(),
        ErrorKind::IncompleteInput => exc::IncompleteInputError::type_object(),
        ErrorKind::MemoryError => exc::MemoryError::type_object(),
        ErrorKind::ValueError => exc::ValueError::type_object(),
        ErrorKind::RecursionError => exc::RecursionError::type_object(),
    }
}

/// Raises a front end's error as the Python exception.
#[cold]
pub fn raise_syntax_error(e: &SyntaxError, filename: &PyStr) -> Raised {
    let make = || -> PyResult {
        let msg = PyStr::new_wtf8_lossy(&e.msg)?;
        let class = class_of(e.kind);
        if matches!(
            e.kind,
            ErrorKind::MemoryError | ErrorKind::ValueError | ErrorKind::RecursionError
        ) {
            return object::call::call(class.as_object(), &[msg.as_object()]);
        }
        if e.lineno == 0 && e.end_lineno.is_none() && e.text.is_none() {
            return object::call::call(class.as_object(), &[msg.as_object()]);
        }
        let number = |n: Option<i32>| -> PyResult {
            match n {
                Some(n) => Ok(PyInt::from_i64(n as i64)?.into_object()),
                None => Ok(object::none()),
            }
        };
        let text = match &e.text {
            Some(t) => PyStr::new(t)?.into_object(),
            None => object::none(),
        };
        let info = PyTuple::from_vec(vec![
            filename.as_object().new_ref(),
            number(Some(e.lineno as i32))?,
            number(Some(e.offset as i32))?,
            text,
            number(e.end_lineno)?,
            number(e.end_offset)?,
        ])?;
        object::call::call(class.as_object(), &[msg.as_object(), info.as_object()])
    };
    match make() {
        Ok(e) => object::error::raise_object(e),
        Err(raised) => raised,
    }
}

/// A line of the file that the program came from, if there is such a file: what the compiler's errors show.
fn file_line(filename: &PyStr, lineno: u32) -> Option<String> {
    let path = filename.to_str()?;
    if lineno == 0 || path.starts_with('<') || !std::fs::metadata(&*path).ok()?.is_file() {
        return None;
    }
    let bytes = std::fs::read(&*path).ok()?;
    let text = match syntax::source::decode(&bytes, syntax::source::Origin::Bytes) {
        Ok(syntax::source::Decoded::Text(text, _)) => text,
        _ => return None,
    };
    let text = syntax::source::normalize(&text, false);
    let line = text.split_inclusive('\n').nth(lineno as usize - 1)?;
    Some(line.to_owned())
}

/// Raises an error of the compiler, which knows no source: it shows the line of the file, if there is one.
#[cold]
pub fn raise_compiler_error(mut e: SyntaxError, filename: &PyStr) -> Raised {
    e.text = file_line(filename, e.lineno);
    raise_syntax_error(&e, filename)
}

/// Issues warnings of the front end; one that is turned into an error becomes a `SyntaxError`. The parser's show the line
/// of `source`; the compiler's, which have none, that of the file.
pub fn issue(warnings: &[Warning], filename: &PyStr, source: Option<&str>) -> PyResult<()> {
    for w in warnings {
        let category = match w.kind {
            WarningKind::SyntaxWarning => exc::SyntaxWarning::type_object(),
            WarningKind::DeprecationWarning => exc::DeprecationWarning::type_object(),
        };
        let r = crate::warnings::warn_explicit(category, &w.msg, filename, w.lineno as i64, None);
        if let Err(raised) = r {
            if object::error::current_is(category) {
                object::error::clear();
                let text = match source {
                    Some(source) => source
                        .split_inclusive('\n')
                        .nth(w.lineno.saturating_sub(1) as usize)
                        .map(str::to_owned),
                    None => file_line(filename, w.lineno),
                };
                let e = SyntaxError {
                    last_stmt: None,
                    kind: ErrorKind::SyntaxError,
                    msg: w.msg.replace("Such sequences will not work in the future. ", ""),
                    lineno: w.lineno,
                    offset: w.offset,
                    end_lineno: w.end_lineno,
                    end_offset: w.end_offset,
                    text,
                };
                return Err(raise_syntax_error(&e, filename));
            }
            return Err(raised);
        }
    }
    Ok(())
}

/// Parses text, and issues the parser's warnings.
pub fn parse_text(source: &str, r: &Request<'_>) -> PyResult<syntax::ast::Mod> {
    if source.contains('\0') {
        return raise!(SyntaxError, "source code string cannot contain null bytes");
    }
    let options = ParseOptions {
        int_max_str_digits: object::int::max_str_digits() as u32,
        type_comments: r.flags & PYCF_TYPE_COMMENTS != 0,
        feature_version: r.feature_version,
        allow_incomplete_input: r.flags & PYCF_ALLOW_INCOMPLETE_INPUT != 0,
        dont_imply_dedent: r.flags & PYCF_DONT_IMPLY_DEDENT != 0,
        interactive: r.flags & INTERACTIVE != 0,
        barry_as_flufl: r.flags & 0x400000 != 0,
    };
    let mut warnings = Vec::new();
    let result = syntax::parser::parse_warning(source, r.mode, options, &mut warnings);
    let goes_on = r.flags & INTERACTIVE != 0
        && result
            .as_ref()
            .is_err_and(|e| e.kind == ErrorKind::IncompleteInput);
    if !goes_on {
        issue(&warnings, r.filename, Some(source))?;
    }
    result.map_err(|mut e| {
        // A module's line is shown as its file has it, which may lack a line end.
        if r.mode == Mode::Exec
            && e.text.as_ref().is_some_and(|text| text.ends_with('\n'))
            && let Some(line) = file_line(r.filename, e.lineno)
        {
            e.text = Some(line);
        }
        raise_syntax_error(&e, r.filename)
    })
}

fn compiler_options(r: &Request<'_>) -> compiler::Options {
    compiler::Options {
        filename: r.filename.to_string(),
        optimize: r.optimize,
        future_flags: (r.flags & FUTURE_MASK) as u32,
        allow_top_level_await: r.flags & PYCF_ALLOW_TOP_LEVEL_AWAIT != 0,
    }
}

/// Does what the compiler does to a tree before it makes code, for `PyCF_OPTIMIZED_AST`.
pub fn optimize_tree(module: &mut syntax::ast::Mod, r: &Request<'_>) -> PyResult<()> {
    match compiler::optimize_tree(module, &compiler_options(r)) {
        Ok(()) => Ok(()),
        Err(e) => Err(raise_syntax_error(&e, r.filename)),
    }
}

/// Compiles a tree.
pub fn compile_tree(module: &syntax::ast::Mod, r: &Request<'_>) -> PyResult<Py<PyCode>> {
    let mut warnings = Vec::new();
    let result = compiler::compile(module, None, &compiler_options(r), &mut warnings);
    issue(&warnings, r.filename, None)?;
    match result {
        Ok(code) => PyCode::from_data(&code),
        Err(e) => Err(raise_compiler_error(e, r.filename)),
    }
}

/// Compiles text to a code object.
pub fn compile_text(source: &str, r: &Request<'_>) -> PyResult<Py<PyCode>> {
    compile_tree(&parse_text(source, r)?, r)
}

/// Compiles what a prompt has read so far; `None` while the statement can go on. `ended` says that no more can come.
/// Errors of the parser are in a file `<stdin>`; the code has the name that the request gives.
pub fn compile_statement(source: &str, ended: bool, r: &Request<'_>) -> PyResult<Option<Py<PyCode>>> {
    let more = if ended {
        0
    } else {
        INTERACTIVE | PYCF_ALLOW_INCOMPLETE_INPUT
    };
    let request = Request {
        filename: &*PyStr::new("<stdin>")?,
        flags: r.flags | more,
        ..*r
    };
    match parse_text(source, &request) {
        Ok(module) => compile_tree(&module, r).map(Some),
        Err(_) if !ended && object::error::current_is(exc::IncompleteInputError::type_object()) => {
            object::error::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// The text of a `str` or bytes-like source. Bytes are decoded by their cookie.
pub fn source_text(source: &PyObject, fname: &str, what: &str, filename: &PyStr) -> PyResult<String> {
    if let Some(s) = source.downcast::<PyStr>() {
        let text = s.utf8()?;
        if text.contains('\0') {
            return raise!(SyntaxError, "source code string cannot contain null bytes");
        }
        return Ok(text.into_owned());
    }
    if !object::buffer::check(source) {
        return raise!(TypeError, "{fname}() arg 1 must be a {what} object");
    }
    let buffer = object::buffer::Buffer::simple(source)?;
    let bytes = buffer.to_vec();
    if bytes.contains(&0) {
        return raise!(SyntaxError, "source code string cannot contain null bytes");
    }
    decode_source(&bytes, filename)
}

/// Decodes the bytes that `compile()` is given, by BOM and cookie.
pub fn decode_source(bytes: &[u8], filename: &PyStr) -> PyResult<String> {
    decode(bytes, filename, false)
}

/// Decodes a program's file, by BOM and cookie. Some errors are worded otherwise.
pub fn decode_file(bytes: &[u8], filename: &PyStr) -> PyResult<String> {
    decode(bytes, filename, true)
}

fn decode(bytes: &[u8], filename: &PyStr, is_file: bool) -> PyResult<String> {
    use syntax::source::{Decoded, Origin};
    let name = filename.to_string();
    let origin = if is_file {
        Origin::File(&name)
    } else {
        Origin::Bytes
    };
    match syntax::source::decode(bytes, origin) {
        Ok(Decoded::Text(t, _)) => Ok(t.into_owned()),
        Ok(Decoded::UnknownEncoding(encoding, rest)) => {
            let encoding = PyStr::new(&encoding)?;
            let decode = |part: &[u8]| -> PyResult<String> {
                let bytes = object::PyBytes::new(part)?;
                let text = bytes
                    .as_object()
                    .call_method(object::intern!("decode"), &[encoding.as_object()])?;
                Ok(text.str()?.utf8()?.into_owned())
            };
            let raised = match decode(rest) {
                Ok(text) => return Ok(text),
                // A file is read line by line, and the place in the message is that in the line.
                Err(raised) if is_file => {
                    let error = object::error::fetch(raised);
                    let mut lines = rest.split_inclusive(|&c| c == b'\n');
                    match lines.try_for_each(|line| decode(line).map(drop)) {
                        Ok(()) => object::error::restore(error),
                        Err(raised) => raised,
                    }
                }
                Err(raised) => raised,
            };
            if !object::error::matches::<exc::LookupError>() && !object::error::matches::<exc::ValueError>() {
                return Err(raised);
            }
            let error = object::error::fetch(raised);
            let place = PyTuple::from_vec(vec![
                filename.as_object().new_ref(),
                PyInt::from_i64(0)?.into_object(),
                PyInt::from_i64(-1)?.into_object(),
                object::none(),
            ])?;
            let message = error.str()?;
            let class = exc::SyntaxError::type_object();
            let error = object::call::call(class.as_object(), &[message.as_object(), place.as_object()])?;
            Err(object::error::raise_object(error))
        }
        Err(e) => Err(raise_syntax_error(&e, filename)),
    }
}
