//! `_tokenize`: tokens as the module `tokenize` gives them out, from the front end's tokenizer.
//!
//! All lines are asked of `readline` when the first token is wanted.

use interp::compile::raise_syntax_error;
use object::{
    Field, GilCell, Py, PyBytes, PyClass, PyInt, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, Visitor, call, error, is_none, pyclass, pymethods, pymodule, raise,
};
use syntax::tokenizer::{TokenInfo, TokenStream, with_line_end};

/// `_tokenize`
pub struct Tokenize;

#[pymodule(name = "_tokenize", types(TokenizerIter))]
impl Tokenize {}

#[pyclass(name = "_tokenize.TokenizerIter", flags(HAVE_GC))]
#[repr(C)]
pub struct TokenizerIter {
    ob_base: PyObject,
    readline: Field,
    encoding: Field<PyStr>,
    extra_tokens: bool,
    /// The tokens, once they are there, and how many have been given out.
    tokens: Field<PyList>,
    given: GilCell<usize>,
    /// What comes after the tokens.
    failure: Field,
}

impl TokenizerIter {
    /// The whole text that `readline` gives.
    fn read(&self) -> PyResult<String> {
        let Some(readline) = self.readline.get() else {
            return Ok(String::new());
        };
        let mut text = Vec::new();
        loop {
            let line = match call::call(&readline, &[]) {
                Ok(line) => line,
                Err(_) if error::matches::<object::exceptions::StopIteration>() => {
                    error::clear();
                    break;
                }
                Err(raised) => return Err(raised),
            };
            let before = text.len();
            if let Some(encoding) = self.encoding.get() {
                if line.downcast::<PyBytes>().is_none() {
                    return raise!(TypeError, "readline() returned a non-bytes object");
                }
                let decoded = line.call_method(object::intern!("decode"), &[encoding.as_object()])?;
                text.extend_from_slice(&decoded.str()?.to_wtf8());
            } else if let Some(line) = line.downcast::<PyStr>() {
                text.extend_from_slice(&line.to_wtf8());
            } else {
                return raise!(TypeError, "readline() returned a non-string object");
            }
            if text.len() == before {
                break;
            }
        }
        match String::from_utf8(text) {
            Ok(text) => Ok(text),
            Err(_) => raise!(SyntaxError, "source code cannot be encoded in UTF-8"),
        }
    }

    /// Makes all tokens.
    fn prepare(&self) -> PyResult<Py<PyList>> {
        let text = self.read()?;
        let mut out = Vec::new();
        let mut last: Option<(&str, Py)> = None;
        let (text, added) = with_line_end(&text);
        for token in TokenStream::new(&text, added, self.extra_tokens) {
            match token {
                Ok(token) => {
                    // Tokens of one line share its text.
                    let line = match &last {
                        Some((line, object)) if std::ptr::eq(*line, token.line) => object.clone(),
                        _ => {
                            let object = PyStr::new(token.line)?.into_object();
                            last = Some((token.line, object.clone()));
                            object
                        }
                    };
                    out.push(tuple(&token, line)?);
                }
                Err(failure) => {
                    let raised = raise_syntax_error(&failure, &*PyStr::new("<string>")?);
                    self.failure.set(Some(error::fetch(raised)));
                }
            }
        }
        PyList::from_vec(out)
    }
}

/// `(type, string, start, end, line)`
fn tuple(token: &TokenInfo<'_>, line: Py) -> PyResult {
    let place = |(line, column): (u32, i64)| -> PyResult {
        Ok(PyTuple::pair(
            PyInt::from_i64(i64::from(line))?.into_object(),
            PyInt::from_i64(column)?.into_object(),
        )?
        .into_object())
    };
    let tuple = PyTuple::from_array([
        PyInt::from_i64(i64::from(token.number))?.into_object(),
        PyStr::new(token.string)?.into_object(),
        place(token.start)?,
        place(token.end)?,
        line,
    ])?;
    Ok(tuple.into_object())
}

#[pymethods]
impl TokenizerIter {
    #[new("(readline, /, *, encoding=None, extra_tokens)", nosig)]
    fn tp_new(
        _cls: &PyTypeObject,
        readline: &PyObject,
        encoding: Option<&PyObject>,
        extra_tokens: bool,
    ) -> PyResult<Py<TokenizerIter>> {
        let encoding = match encoding.filter(|encoding| !is_none(encoding)) {
            None => None,
            Some(given) => match given.downcast::<PyStr>() {
                Some(encoding) => Some(encoding.new_ref()),
                None => {
                    let kind = given.ty().name();
                    return raise!(
                        TypeError,
                        "tokenizeriter() argument 'encoding' must be str, not {kind}"
                    );
                }
            },
        };
        object::new_object(TokenizerIter {
            ob_base: PyObject::new_head(TokenizerIter::type_object()),
            readline: Field::new(Some(readline.new_ref())),
            encoding: Field::new(encoding),
            extra_tokens,
            tokens: Field::empty(),
            given: GilCell::new(0),
            failure: Field::empty(),
        })
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let tokens = match self.tokens.get() {
            Some(tokens) => tokens,
            None => {
                let tokens = self.prepare()?;
                self.tokens.set(Some(tokens.clone()));
                tokens
            }
        };
        let next = self.given.get();
        match tokens.get().get(next) {
            Some(token) => {
                self.given.set(next + 1);
                Ok(Some(token))
            }
            None => match self.failure.take() {
                Some(failure) => Err(error::raise_object(failure)),
                None => Ok(None),
            },
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.readline);
        visit.field(&self.tokens);
        visit.field(&self.failure);
    }
    #[slot]
    fn tp_clear(&self) {
        self.readline.set(None);
        self.tokens.set(None);
        self.failure.set(None);
    }
}
