//! The module `readline`: editing lines at the terminal, with history and completion, as GNU readline's module has it.
//!
//! The editor is the crate `rustyline`. The history is kept here, where programs see it; the editor looks at it through
//! [`Shared`]. A line is edited without the GIL, which is taken for as long as hooks and the completer run. As with GNU
//! readline, importing the module is what turns the editing on.

use interp::readline as plain;
use object::{
    Field, Py, PyBytes, PyClass, PyInt, PyLayout, PyList, PyModule, PyObject, PyResult, PyStr, error, hooks,
    intern, number, pymodule, raise,
};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::{History, SearchDirection, SearchResult};
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, EditMode, Editor, Helper};
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::VecDeque;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

const DELIMITERS: &str = " \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?";
/// `readline_version`: 8.3
const VERSION: i64 = 0x803;

static HISTORY: Mutex<Vec<String>> = Mutex::new(Vec::new());
static SETTINGS: Mutex<Settings> = Mutex::new(Settings {
    delimiters: None,
    history_length: -1,
    auto_history: true,
    complete_with_tab: false,
    vi: false,
    begin: 0,
    end: 0,
    line: String::new(),
    inserted: String::new(),
    waiting: VecDeque::new(),
});
static COMPLETER: Field = Field::empty();
static STARTUP_HOOK: Field = Field::empty();
static PRE_INPUT_HOOK: Field = Field::empty();
static DISPLAY_HOOK: Field = Field::empty();

/// What programs set, and the state of the line that is edited.
struct Settings {
    delimiters: Option<String>,
    /// Lines that a history file may have; negative for any number.
    history_length: i64,
    auto_history: bool,
    complete_with_tab: bool,
    vi: bool,
    /// The word to complete, in characters.
    begin: usize,
    end: usize,
    line: String,
    /// What `insert_text` wants to have in the line.
    inserted: String,
    /// Further lines of a pasted text.
    waiting: VecDeque<String>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    static EDITOR: Cell<Option<Box<Editor<Assistant, Shared>>>> = const { Cell::new(None) };
    /// The token for taking the GIL again, while it is given up for editing.
    static WITHOUT_GIL: Cell<Option<usize>> = const { Cell::new(None) };
}

/// The history as the editor sees it.
struct Shared;

impl Shared {
    fn find(
        start: usize,
        dir: SearchDirection,
        at: impl Fn(&str) -> Option<usize>,
    ) -> Option<SearchResult<'static>> {
        let list = lock(&HISTORY);
        let hit = |idx: usize| {
            at(&list[idx]).map(|pos| SearchResult {
                entry: Cow::Owned(list[idx].clone()),
                idx,
                pos,
            })
        };
        if start >= list.len() {
            return None;
        }
        match dir {
            SearchDirection::Reverse => (0..=start).rev().find_map(hit),
            SearchDirection::Forward => (start..list.len()).find_map(hit),
        }
    }
}

impl History for Shared {
    fn get(&self, index: usize, _: SearchDirection) -> rustyline::Result<Option<SearchResult<'_>>> {
        Ok(lock(&HISTORY).get(index).map(|line| SearchResult {
            entry: Cow::Owned(line.clone()),
            idx: index,
            pos: 0,
        }))
    }
    fn add(&mut self, line: &str) -> rustyline::Result<bool> {
        self.add_owned(line.to_owned())
    }
    fn add_owned(&mut self, line: String) -> rustyline::Result<bool> {
        lock(&HISTORY).push(line);
        Ok(true)
    }
    fn len(&self) -> usize {
        lock(&HISTORY).len()
    }
    fn is_empty(&self) -> bool {
        lock(&HISTORY).is_empty()
    }
    fn set_max_len(&mut self, _: usize) -> rustyline::Result<()> {
        Ok(())
    }
    fn ignore_dups(&mut self, _: bool) -> rustyline::Result<()> {
        Ok(())
    }
    fn ignore_space(&mut self, _: bool) {}
    // the module's own functions read and write files
    fn save(&mut self, _: &Path) -> rustyline::Result<()> {
        Ok(())
    }
    fn append(&mut self, _: &Path) -> rustyline::Result<()> {
        Ok(())
    }
    fn load(&mut self, _: &Path) -> rustyline::Result<()> {
        Ok(())
    }
    fn clear(&mut self) -> rustyline::Result<()> {
        lock(&HISTORY).clear();
        Ok(())
    }
    fn search(
        &self,
        term: &str,
        start: usize,
        dir: SearchDirection,
    ) -> rustyline::Result<Option<SearchResult<'_>>> {
        Ok(Shared::find(start, dir, |line| line.find(term)).filter(|_| !term.is_empty()))
    }
    fn starts_with(
        &self,
        term: &str,
        start: usize,
        dir: SearchDirection,
    ) -> rustyline::Result<Option<SearchResult<'_>>> {
        Ok(
            Shared::find(start, dir, |line| line.starts_with(term).then_some(term.len()))
                .filter(|_| !term.is_empty()),
        )
    }
}

/// Asks the program's completer.
struct Assistant;

impl Helper for Assistant {}
impl Highlighter for Assistant {}
impl Validator for Assistant {}
impl Hinter for Assistant {
    type Hint = String;
}

impl Completer for Assistant {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let head = &line[..pos];
        let start = {
            let mut settings = lock(&SETTINGS);
            if !settings.complete_with_tab {
                return Ok((pos, vec!["\t".to_owned()]));
            }
            let delimiters = settings.delimiters.as_deref().unwrap_or(DELIMITERS);
            let start = head
                .char_indices()
                .rev()
                .find(|(_, c)| delimiters.contains(*c))
                .map_or(0, |(i, c)| i + c.len_utf8());
            settings.begin = head[..start].chars().count();
            settings.end = head.chars().count();
            settings.line = line.to_owned();
            settings.inserted.clear();
            start
        };
        let word = &head[start..];
        let found = with_gil(|| match candidates(word) {
            Ok(found) => found,
            // as GNU readline's module, which has nobody to tell
            Err(_) => {
                error::clear();
                Vec::new()
            }
        });
        let inserted = std::mem::take(&mut lock(&SETTINGS).inserted);
        if !inserted.is_empty() {
            return Ok((pos, vec![inserted]));
        }
        if found.len() > 1 && DISPLAY_HOOK.is_some() {
            let common = common_prefix(&found);
            if common.len() > word.len() {
                return Ok((start, vec![common]));
            }
            with_gil(|| {
                if show_matches(&common, &found).is_err() {
                    error::write_unraisable(None, None);
                }
            });
            return Ok((start, Vec::new()));
        }
        Ok((start, found))
    }
}

/// Holds the GIL while `f` runs.
fn with_gil<R>(f: impl FnOnce() -> R) -> R {
    match (
        WITHOUT_GIL.take(),
        hooks::AFTER_BLOCKING.get(),
        hooks::BEFORE_BLOCKING.get(),
    ) {
        (Some(token), Some(after), Some(before)) => {
            after(token);
            let r = f();
            WITHOUT_GIL.set(Some(before()));
            r
        }
        _ => f(),
    }
}

/// All that the completer offers for a word.
fn candidates(word: &str) -> PyResult<Vec<String>> {
    let mut all = Vec::new();
    let Some(completer) = COMPLETER.get() else {
        return Ok(all);
    };
    let text = PyStr::new(word)?;
    for state in 0.. {
        let offer = object::call::call(
            &completer,
            &[text.as_object(), PyInt::from_i64(state)?.as_object()],
        )?;
        if object::is_none(&offer) {
            break;
        }
        let offer = text_of(&offer)?;
        if !offer.is_empty() {
            all.push(offer);
        } else if !lock(&SETTINGS).inserted.is_empty() {
            break;
        }
    }
    Ok(all)
}

fn common_prefix(words: &[String]) -> String {
    let mut common = words.first().map_or("", String::as_str);
    for word in words {
        let same = common
            .char_indices()
            .zip(word.chars())
            .take_while(|((_, a), b)| a == b)
            .last()
            .map_or(0, |((i, a), _)| i + a.len_utf8());
        common = &common[..same];
    }
    common.to_owned()
}

/// Calls the hook that shows what a word can become.
fn show_matches(word: &str, matches: &[String]) -> PyResult<()> {
    let Some(hook) = DISPLAY_HOOK.get() else {
        return Ok(());
    };
    let list = PyList::from_vec(
        matches
            .iter()
            .map(|m| Ok(PyStr::new(m)?.into_object()))
            .collect::<PyResult<Vec<Py>>>()?,
    )?;
    let longest = matches.iter().map(|m| m.chars().count()).max().unwrap_or(0);
    object::call::call(
        &hook,
        &[
            PyStr::new(word)?.as_object(),
            list.as_object(),
            PyInt::from_i64(longest as i64)?.as_object(),
        ],
    )?;
    Ok(())
}

/// A prompt as it is shown, and without what has no width: sequences between \x01 and \x02, and escape sequences.
fn split_prompt(prompt: &str) -> (String, String) {
    let (mut raw, mut styled) = (String::new(), String::new());
    let mut hidden = false;
    let mut chars = prompt.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\x01' => hidden = true,
            '\x02' => hidden = false,
            '\x1b' if chars.peek() == Some(&'[') => {
                styled.push(c);
                for c in chars.by_ref() {
                    styled.push(c);
                    if c != '[' && ('@'..='~').contains(&c) {
                        break;
                    }
                }
            }
            _ => {
                styled.push(c);
                if !hidden {
                    raw.push(c);
                }
            }
        }
    }
    (raw, styled)
}

fn new_editor() -> rustyline::Result<Box<Editor<Assistant, Shared>>> {
    let vi = lock(&SETTINGS).vi;
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .edit_mode(if vi { EditMode::Vi } else { EditMode::Emacs })
        .auto_add_history(false)
        .build();
    let mut editor = Editor::with_history(config, Shared)?;
    editor.set_helper(Some(Assistant));
    Ok(Box::new(editor))
}

/// Runs a hook without arguments; what it raises goes nowhere, as with GNU readline's module.
fn run_hook(hook: &Field) {
    if let Some(hook) = hook.get()
        && object::call::call(&hook, &[]).is_err()
    {
        error::clear();
    }
}

/// Edits one line ([`plain::EDIT`]).
fn edit(prompt: &[u8]) -> PyResult<Option<Vec<u8>>> {
    let prompt = String::from_utf8_lossy(prompt);
    let waiting = lock(&SETTINGS).waiting.pop_front();
    if let Some(line) = waiting {
        plain::write_stderr(format!("{prompt}{line}\n").as_bytes());
        return Ok(Some(remember(line).into_bytes()));
    }
    let editor = EDITOR.take().map_or_else(new_editor, Ok);
    let mut editor = match editor {
        Ok(editor) => editor,
        Err(e) => return failure(e),
    };
    run_hook(&STARTUP_HOOK);
    run_hook(&PRE_INPUT_HOOK);
    let initial = std::mem::take(&mut lock(&SETTINGS).inserted);
    // what stands before the last line end is not edited
    let (above, prompt) = match prompt.rfind('\n') {
        Some(at) => prompt.split_at(at + 1),
        None => ("", &*prompt),
    };
    if !above.is_empty() {
        let _ = std::io::stdout().write_all(above.as_bytes());
        let _ = std::io::stdout().flush();
    }
    let prompt = split_prompt(prompt);
    let token = hooks::BEFORE_BLOCKING.get().map(|before| before());
    WITHOUT_GIL.set(token);
    let result = editor.readline_with_initial(&prompt, (&initial, ""));
    if let (Some(token), Some(after)) = (WITHOUT_GIL.take(), hooks::AFTER_BLOCKING.get()) {
        after(token);
    }
    EDITOR.set(Some(editor));
    match result {
        Ok(text) => {
            let mut lines: VecDeque<String> = text.split('\n').map(str::to_owned).collect();
            let first = lines.pop_front().unwrap_or_default();
            lock(&SETTINGS).waiting = lines;
            Ok(Some(remember(first).into_bytes()))
        }
        Err(ReadlineError::Eof) => Ok(None),
        Err(ReadlineError::Interrupted) => {
            lock(&SETTINGS).waiting.clear();
            raise!(KeyboardInterrupt)
        }
        Err(e) => failure(e),
    }
}

fn failure<T>(e: ReadlineError) -> PyResult<T> {
    match e {
        ReadlineError::Io(e) => raise_io(&e),
        ReadlineError::Errno(e) => error::raise_errno(e as i32, None),
        e => raise!(OSError, "{e}"),
    }
}

fn raise_io<T>(e: &std::io::Error) -> PyResult<T> {
    match e.raw_os_error() {
        Some(errno) => error::raise_errno(errno, None),
        None => raise!(OSError, "{e}"),
    }
}

/// Adds a line to the history, unless it is empty or what was entered last; gives it back with its line end.
fn remember(line: String) -> String {
    if lock(&SETTINGS).auto_history && !line.is_empty() {
        let mut history = lock(&HISTORY);
        if history.last() != Some(&line) {
            history.push(line.clone());
        }
    }
    line + "\n"
}

/// The text of a `str`; undecodable bytes in it become replacement characters.
fn text_of(obj: &PyObject) -> PyResult<String> {
    if !PyStr::check(obj) {
        return raise!(TypeError, "bad argument type for built-in operation");
    }
    match obj.downcast::<PyStr>() {
        Some(s) => Ok(String::from_utf8_lossy(stdlib_os::os::encode(s)?.as_slice()).into_owned()),
        None => Ok(String::new()),
    }
}

/// A file name argument; by default a file in the home folder.
fn path_of(filename: Option<&PyObject>, default: &str) -> PyResult<PathBuf> {
    match filename.filter(|f| !object::is_none(f)) {
        None => Ok(std::env::home_dir().unwrap_or_default().join(default)),
        Some(f) => {
            let path = stdlib_os::os::fspath(f)?;
            let bytes = match path.downcast::<PyStr>() {
                Some(s) => stdlib_os::os::encode(s)?,
                None => match path.downcast_into::<PyBytes>() {
                    Ok(b) => b,
                    Err(_) => return error::bad_internal_call(),
                },
            };
            Ok(PathBuf::from(std::ffi::OsStr::from_bytes(bytes.as_slice())))
        }
    }
}

/// Keeps the last lines of a history file, where a limit is set.
fn truncate(path: &Path) -> std::io::Result<()> {
    let Ok(limit) = usize::try_from(lock(&SETTINGS).history_length) else {
        return Ok(());
    };
    let data = std::fs::read(path)?;
    let lines: Vec<&[u8]> = data.split_inclusive(|b| *b == b'\n').collect();
    if lines.len() > limit {
        std::fs::write(path, lines[lines.len() - limit..].concat())?;
    }
    Ok(())
}

fn write_lines(path: &Path, append: bool, count: Option<usize>) -> PyResult<()> {
    let text: String = {
        let history = lock(&HISTORY);
        let skip = count.map_or(0, |n| history.len().saturating_sub(n));
        history[skip..].iter().flat_map(|l| [l.as_str(), "\n"]).collect()
    };
    let go = || -> std::io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).mode(0o600);
        if append {
            // as GNU readline, which appends only to what is there
            options.append(true);
        } else {
            options.create(true).truncate(true);
        }
        options.open(path)?.write_all(text.as_bytes())?;
        truncate(path)
    };
    go().or_else(|e| raise_io(&e))
}

fn set_hook(name: &str, place: &Field, function: Option<&PyObject>) -> PyResult<()> {
    match function.filter(|f| !object::is_none(f)) {
        None => drop(place.take()),
        Some(f) if f.is_callable() => place.set(Some(f.new_ref())),
        Some(_) => return raise!(TypeError, "set_{name}(func): argument not callable"),
    }
    Ok(())
}

/// A line of an initialization file: the settings that the editor has; others are passed over.
fn bind(line: &str) {
    let words: Vec<String> = line
        .split(|c: char| c.is_ascii_whitespace() || c == ':')
        .filter(|w| !w.is_empty())
        .map(|w| w.trim_matches('"').to_ascii_lowercase())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut settings = lock(&SETTINGS);
    match words[..] {
        ["tab" | "\\t" | "control-i" | "\\c-i", command] => {
            settings.complete_with_tab = command.contains("complete");
        }
        // the name that libedit has for it
        ["bind", "^i", "rl_complete"] => settings.complete_with_tab = true,
        ["set", "editing-mode", mode @ ("vi" | "emacs")] => {
            settings.vi = mode == "vi";
            drop(settings);
            drop(EDITOR.take());
        }
        _ => {}
    }
}

fn position(value: &PyObject, len: usize) -> PyResult<usize> {
    let n = number::index_as_isize(value)?;
    if n < 0 {
        return raise!(ValueError, "History index cannot be negative");
    }
    match usize::try_from(n) {
        Ok(n) if n < len => Ok(n),
        _ => raise!(ValueError, "No history item at position {n}"),
    }
}

pub struct Readline;

#[pymodule(name = "readline")]
impl Readline {
    /// Execute the init line provided in the string argument.
    #[function("($module, string, /)")]
    fn parse_and_bind(line: &PyObject) -> PyResult<()> {
        bind(&text_of(line)?);
        Ok(())
    }
    /// Execute a readline initialization file.
    #[function("($module, filename=None, /)")]
    fn read_init_file(filename: Option<&PyObject>) -> PyResult<()> {
        let path = path_of(filename, ".inputrc")?;
        match std::fs::read(&path) {
            Ok(data) => {
                String::from_utf8_lossy(&data)
                    .lines()
                    .filter(|line| !line.trim_start().starts_with(['#', '$']))
                    .for_each(bind);
                Ok(())
            }
            Err(e) => raise_io(&e),
        }
    }
    /// Load a readline history file. The default filename is ~/.history.
    #[function("($module, filename=None, /)")]
    fn read_history_file(filename: Option<&PyObject>) -> PyResult<()> {
        match std::fs::read(path_of(filename, ".history")?) {
            Ok(data) => {
                let text = String::from_utf8_lossy(&data);
                lock(&HISTORY).extend(text.lines().filter(|l| !l.is_empty()).map(str::to_owned));
                Ok(())
            }
            Err(e) => raise_io(&e),
        }
    }
    /// Save a readline history file. The default filename is ~/.history.
    #[function("($module, filename=None, /)")]
    fn write_history_file(filename: Option<&PyObject>) -> PyResult<()> {
        write_lines(&path_of(filename, ".history")?, false, None)
    }
    /// Append the last nelements items of the history list to file. The default filename is ~/.history.
    #[function("($module, nelements, filename=None, /)")]
    fn append_history_file(nelements: &PyObject, filename: Option<&PyObject>) -> PyResult<()> {
        let Ok(n) = usize::try_from(number::index_as_isize(nelements)?) else {
            return raise!(ValueError, "nelements must be non-negative");
        };
        write_lines(&path_of(filename, ".history")?, true, Some(n))
    }
    /// Set the maximal number of lines which will be written to the history file. A negative length is no limit.
    #[function("($module, length, /)")]
    fn set_history_length(length: i32) {
        lock(&SETTINGS).history_length = i64::from(length);
    }
    /// Return the maximum number of lines that will be written to the history file.
    #[function("($module, /)")]
    fn get_history_length() -> i64 {
        lock(&SETTINGS).history_length
    }
    /// Return the current (not the maximum) length of history.
    #[function("($module, /)")]
    fn get_current_history_length() -> usize {
        lock(&HISTORY).len()
    }
    /// Return the current contents of history item at one-based index.
    #[function("($module, index, /)")]
    fn get_history_item(index: i32) -> Option<String> {
        let index = usize::try_from(index).ok()?.checked_sub(1)?;
        lock(&HISTORY).get(index).cloned()
    }
    /// Remove history item given by its zero-based position.
    #[function("($module, pos, /)")]
    fn remove_history_item(pos: &PyObject) -> PyResult<()> {
        let at = position(pos, lock(&HISTORY).len())?;
        lock(&HISTORY).remove(at);
        Ok(())
    }
    /// Replaces history item given by its position with contents of line. pos is zero-based.
    #[function("($module, pos, line, /)")]
    fn replace_history_item(pos: &PyObject, line: &PyObject) -> PyResult<()> {
        let line = text_of(line)?;
        let at = position(pos, lock(&HISTORY).len())?;
        lock(&HISTORY)[at] = line;
        Ok(())
    }
    /// Add an item to the history buffer.
    #[function("($module, string, /)")]
    fn add_history(line: &PyObject) -> PyResult<()> {
        let line = text_of(line)?;
        lock(&HISTORY).push(line);
        Ok(())
    }
    /// Clear the current readline history.
    #[function("($module, /)")]
    fn clear_history() {
        lock(&HISTORY).clear();
    }
    /// Enables or disables automatic history.
    #[function("($module, enabled, /)")]
    fn set_auto_history(enabled: &PyObject) -> PyResult<()> {
        let enabled = enabled.is_true()?;
        lock(&SETTINGS).auto_history = enabled;
        Ok(())
    }
    /// Set or remove the completer function: function(text, state), for state in 0, 1, 2, ..., until it gives None.
    #[function("($module, function=None, /)")]
    fn set_completer(function: Option<&PyObject>) -> PyResult<()> {
        set_hook("completer", &COMPLETER, function)
    }
    /// Get the current completer function.
    #[function("($module, /)")]
    fn get_completer() -> Option<Py> {
        COMPLETER.get()
    }
    /// Set the word delimiters for completion.
    #[function("($module, string, /)")]
    fn set_completer_delims(string: &PyObject) -> PyResult<()> {
        let text = text_of(string)?;
        lock(&SETTINGS).delimiters = Some(text);
        Ok(())
    }
    /// Get the word delimiters for completion.
    #[function("($module, /)")]
    fn get_completer_delims() -> String {
        lock(&SETTINGS)
            .delimiters
            .clone()
            .unwrap_or_else(|| DELIMITERS.to_owned())
    }
    /// Get the type of completion being attempted.
    #[function("($module, /)")]
    fn get_completion_type() -> i64 {
        // the same as for a Tab that lists what is possible
        i64::from(b'?') * i64::from(!lock(&SETTINGS).line.is_empty())
    }
    /// Get the beginning index of the completion scope.
    #[function("($module, /)")]
    fn get_begidx() -> usize {
        lock(&SETTINGS).begin
    }
    /// Get the ending index of the completion scope.
    #[function("($module, /)")]
    fn get_endidx() -> usize {
        lock(&SETTINGS).end
    }
    /// Return the current contents of the line buffer.
    #[function("($module, /)")]
    fn get_line_buffer() -> String {
        lock(&SETTINGS).line.clone()
    }
    /// Insert text into the line buffer at the cursor position.
    #[function("($module, string, /)")]
    fn insert_text(string: &PyObject) -> PyResult<()> {
        let text = text_of(string)?;
        lock(&SETTINGS).inserted.push_str(&text);
        Ok(())
    }
    /// Change what's displayed on the screen to reflect contents of the line buffer.
    #[function("($module, /)")]
    fn redisplay() {}
    /// Set or remove the function invoked before the prompt is shown.
    #[function("($module, function=None, /)")]
    fn set_startup_hook(function: Option<&PyObject>) -> PyResult<()> {
        set_hook("startup_hook", &STARTUP_HOOK, function)
    }
    /// Set or remove the function invoked before the first character is read.
    #[function("($module, function=None, /)")]
    fn set_pre_input_hook(function: Option<&PyObject>) -> PyResult<()> {
        set_hook("pre_input_hook", &PRE_INPUT_HOOK, function)
    }
    /// Set or remove the completion display function: function(substitution, [matches], longest_match_length).
    #[function("($module, function=None, /)")]
    fn set_completion_display_matches_hook(function: Option<&PyObject>) -> PyResult<()> {
        set_hook("completion_display_matches_hook", &DISPLAY_HOOK, function)
    }

    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        m.add_value("backend", "readline")?;
        m.add_value("_READLINE_VERSION", VERSION)?;
        m.add_value("_READLINE_RUNTIME_VERSION", VERSION)?;
        m.add_value("_READLINE_LIBRARY_VERSION", "8.3")?;
        m.as_object().set_attr(
            intern!("__doc__"),
            Some(PyStr::new("Importing this module enables command line editing.")?.as_object()),
        )?;
        plain::EDIT.set(Some(edit));
        Ok(())
    }
}

/// For the table of built-in modules; its editor is the prompt's.
pub const MODULE: (&str, object::class::ModuleInit) = ("readline", object::class::create_module::<Readline>);
