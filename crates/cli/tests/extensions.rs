//! Compiles the C extension modules of `tests/extensions/` against CPython 3.14's stock headers and runs `driver.py` over them
//! under the built `taipan`; compares what it prints with what CPython printed (`driver.out`, written by
//! `cargo xtask extensions`).
//!
//! The headers are those of the reference interpreter (`TAIPAN_ORACLE`, else the cache folder), of `TAIPAN_PYTHON_INCLUDE`, or
//! what `python3.14-config --includes` says. Without any, or without a C compiler, the test says so and passes.

#[path = "support/extension.rs"]
mod extension;

use std::path::{Path, PathBuf};

#[test]
fn extension_modules_work_as_under_cpython() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/extensions");
    let built = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("extensions");
    match extension::compile(&folder, &built) {
        Ok(()) => {}
        Err(extension::Missing::Failed(text)) => panic!("the C compiler says:\n{text}"),
        Err(missing) => {
            println!("{missing}; extension modules are not tested");
            return;
        }
    }
    let expected = std::fs::read_to_string(folder.join("driver.out")).expect("driver.out");
    let got = extension::run(Path::new(env!("CARGO_BIN_EXE_taipan")), &folder, &built);
    let (mut expected, mut got) = (expected.lines(), got.lines());
    for number in 1.. {
        match (expected.next(), got.next()) {
            (None, None) => break,
            (wanted, line) => assert_eq!(line, wanted, "line {number}"),
        }
    }
}
