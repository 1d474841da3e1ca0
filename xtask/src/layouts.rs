//! `cargo xtask layouts`: sizes and offsets of CPython's structs, printed by a C program that is compiled against the stock
//! headers, into `crates/object/src/layouts.txt`. A test of `object` compares the Rust structs with them.
//!
//! The file names what is measured; this task fills in the figures: `Struct SIZE` and `Struct.field OFFSET SIZE`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

pub fn run(args: &[String]) -> Result<bool, String> {
    let mut include = crate::oracle().join("usr/include");
    let mut index = 0;
    while index < args.len() {
        match args[index].as_str() {
            "--include" => include = PathBuf::from(crate::value(args, &mut index)?),
            other => return Err(format!("no argument {other}")),
        }
        index += 1;
    }
    let file = crate::root().join("crates/object/src/layouts.txt");
    let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let mut program = String::from(
        "#define Py_BUILD_CORE 1\n#include <stdio.h>\n#include <stddef.h>\n#include \"Python.h\"\n\
         #include \"internal/pycore_moduleobject.h\"\n#include \"internal/pycore_dict.h\"\n#include \"internal/pycore_gc.h\"\n\
         #include \"internal/pycore_range.h\"\n\
         int main(void) {\n",
    );
    let mut comments = String::new();
    for line in text.lines() {
        if line.starts_with('#') {
            comments += line;
            comments.push('\n');
            continue;
        }
        let Some(name) = line.split_whitespace().next() else {
            continue;
        };
        match name.split_once('.') {
            None => program += &format!("    printf(\"{name} %zu\\n\", sizeof({name}));\n"),
            Some((ty, field)) => {
                program += &format!(
                    "    printf(\"{name} %zu %zu\\n\", offsetof({ty}, {field}), sizeof((({ty} *)0)->{field}));\n"
                );
            }
        }
    }
    program += "    return 0;\n}\n";
    let folder = crate::root().join("target/layouts");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let (source, binary) = (folder.join("layouts.c"), folder.join("layouts"));
    fs::write(&source, program).map_err(|e| format!("{}: {e}", source.display()))?;
    let status = Command::new("cc")
        .args(["-std=gnu11", "-w", "-o"])
        .args([&binary, &source])
        .arg("-I")
        .arg(include.join("python3.14"))
        // Where `pyconfig.h` may be; behind the system's own headers.
        .arg("-idirafter")
        .arg(&include)
        .status()
        .map_err(|e| format!("cc: {e}"))?;
    if !status.success() {
        return Err("the C program does not compile".to_owned());
    }
    let output = Command::new(&binary)
        .output()
        .map_err(|e| format!("{}: {e}", binary.display()))?;
    let figures = String::from_utf8_lossy(&output.stdout);
    fs::write(&file, comments + &figures).map_err(|e| format!("{}: {e}", file.display()))?;
    println!("{} figures in {}", figures.lines().count(), file.display());
    Ok(output.status.success())
}
