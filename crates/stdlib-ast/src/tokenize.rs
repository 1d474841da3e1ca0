//! `_tokenize`: tokens as the module `tokenize` gives them out, from the front end's tokenizer.
//!
//! All lines are asked of `readline` when the first token is wanted.

use interp::compile::raise_syntax_error;
use object::{
    Field, GilCell, Py, PyBytes, PyClass, PyInt, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, Visitor, call, error, is_none, pyclass, pymethods, pymodule, raise,
};
use syntax::tokenizer::{LexErrorKind, LexOptions, Token, TokenKind, Tokenizer};

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
        let options = LexOptions {
            extra_tokens: self.extra_tokens,
            ..LexOptions::default()
        };
        let source = Source {
            lines: text.split_inclusive('\n').collect(),
            text: &text,
            extra: self.extra_tokens,
        };
        let mut tokenizer = Tokenizer::new(&text, options);
        let mut out = Vec::new();
        loop {
            match tokenizer.next_token() {
                Ok(token) => {
                    out.push(source.tuple(&token)?);
                    if token.kind == TokenKind::EndMarker {
                        break;
                    }
                }
                Err(failure) => {
                    let raised = if failure.kind == LexErrorKind::Eof {
                        error::raise_fmt(
                            object::exceptions::SyntaxError::type_object(),
                            format_args!("unexpected EOF in multi-line statement"),
                        )
                    } else {
                        raise_syntax_error(&failure.error, &*PyStr::new("<string>")?)
                    };
                    self.failure.set(Some(error::fetch(raised)));
                    break;
                }
            }
        }
        PyList::from_vec(out)
    }
}

/// A text by lines.
struct Source<'t> {
    lines: Vec<&'t str>,
    text: &'t str,
    extra: bool,
}

impl Source<'_> {
    fn line(&self, number: u32) -> &str {
        let index = (number as usize).checked_sub(1);
        index
            .and_then(|index| self.lines.get(index))
            .copied()
            .unwrap_or("")
    }

    /// A byte column of a line in characters; -1 stays.
    fn column(&self, line: u32, bytes: i32) -> i64 {
        let Ok(count) = usize::try_from(bytes) else {
            return -1;
        };
        let line = self.line(line);
        match line.get(..count) {
            Some(before) => before.chars().count() as i64,
            None => (line.chars().count() + count.saturating_sub(line.len())) as i64,
        }
    }

    /// `(type, string, start, end, line)`
    fn tuple(&self, token: &Token) -> PyResult {
        use TokenKind::*;
        let kind = token.kind;
        let mut number = kind.number();
        // The general type stands for all operators where extra tokens are wanted.
        if self.extra && (7..Op.number()).contains(&number) {
            number = Op.number();
        }
        let mut string = self
            .text
            .get(token.start as usize..token.end as usize)
            .unwrap_or("");
        let mut start = (i64::from(token.lineno), self.column(token.lineno, token.col));
        let mut end = (
            i64::from(token.end_lineno),
            self.column(token.end_lineno, token.end_col),
        );
        let spans_lines = matches!(
            kind,
            String | FStringStart | FStringMiddle | FStringEnd | TStringStart | TStringMiddle | TStringEnd
        );
        let first = if spans_lines {
            token.lineno
        } else {
            token.end_lineno
        };
        let mut line: std::string::String = (first..=token.end_lineno).map(|n| self.line(n)).collect();
        let at_end = token.start as usize >= self.text.len();
        if self.extra {
            match kind {
                EndMarker => {
                    let last = self.lines.len() as i64 + 1;
                    (start, end) = ((last, 0), (last, 0));
                    line.clear();
                }
                Dedent if at_end => {
                    let last = self.lines.len() as i64 + 1;
                    (start, end) = ((last, 0), (last, 0));
                    line.clear();
                }
                Newline | Nl => {
                    if at_end {
                        string = "";
                    } else if string.is_empty() {
                        string = if self.text[token.start as usize..].starts_with("\r\n") {
                            "\r\n"
                        } else {
                            "\n"
                        };
                    }
                    end = (start.0, start.1 + 1);
                }
                _ => {}
            }
        } else if matches!(kind, Newline | Indent | Dedent | EndMarker) {
            string = "";
        }
        let place = |(line, column): (i64, i64)| -> PyResult {
            Ok(PyTuple::pair(
                PyInt::from_i64(line)?.into_object(),
                PyInt::from_i64(column)?.into_object(),
            )?
            .into_object())
        };
        let tuple = PyTuple::from_array([
            PyInt::from_i64(i64::from(number))?.into_object(),
            PyStr::new(string)?.into_object(),
            place(start)?,
            place(end)?,
            PyStr::new(&line)?.into_object(),
        ])?;
        Ok(tuple.into_object())
    }
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
