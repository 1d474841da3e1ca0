//! Source to marshalled code object, by Taipan's own compiler.

use std::panic::{AssertUnwindSafe, catch_unwind};
use syntax::{Mode, source::Decoded};

/// The code of a module as marshal data, or why there is none.
pub fn code(source: &[u8], filename: &str) -> Result<Vec<u8>, String> {
    // A fault of the compiler costs one module its code, not the build.
    let done = catch_unwind(AssertUnwindSafe(|| compile(source, filename)));
    done.unwrap_or_else(|_| Err("the compiler panicked".to_owned()))
}

fn compile(source: &[u8], filename: &str) -> Result<Vec<u8>, String> {
    let text = match syntax::source::decode(source, syntax::source::Origin::Bytes)
        .map_err(|error| error.to_string())?
    {
        Decoded::Text(text, _) => text,
        Decoded::UnknownEncoding(..) => return Err("not UTF-8".to_owned()),
    };
    let parsed =
        syntax::parse(&text, Mode::Exec, syntax::Options::default()).map_err(|error| error.to_string())?;
    let options = compiler::Options {
        filename: filename.to_owned(),
        optimize: 0,
        future_flags: 0,
        allow_top_level_await: false,
    };
    let mut warnings = Vec::new();
    let code =
        compiler::compile(&parsed.module, Some(&text), &options, &mut warnings).map_err(|e| e.to_string())?;
    bytecode::marshal::dumps(&code, bytecode::marshal::VERSION).map_err(|error| error.to_string())
}

/// A panic of the compiler is reported as the one file's failure, not printed for each.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|_| {}));
}
