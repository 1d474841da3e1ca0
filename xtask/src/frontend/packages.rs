//! The sources of often-used packages: `xtask/frontend-packages.txt`, fetched with `pip` and unpacked below
//! `target/frontend/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the sources, which [`run`] makes; `part` narrows it to one package, `all` does not.
pub fn fetched(part: &str) -> Result<PathBuf, String> {
    let folder = crate::root().join("target/frontend/packages");
    let folder = if part == "all" { folder } else { folder.join(part) };
    if folder.is_dir() {
        Ok(folder)
    } else {
        Err(format!(
            "{}: fetch the packages first (cargo xtask packages)",
            folder.display()
        ))
    }
}

/// `cargo xtask packages [NAME…]`: fetches what is not there yet.
pub fn run(args: &[String]) -> Result<bool, String> {
    let root = crate::root();
    let list = root.join("xtask/frontend-packages.txt");
    let text = fs::read_to_string(&list).map_err(|e| format!("{}: {e}", list.display()))?;
    let target = root.join("target/frontend/packages");
    let mut missing = 0;
    for line in text.lines() {
        let requirement = line.split('#').next().unwrap_or_default().trim();
        let Some((name, version)) = requirement.split_once("==") else {
            continue;
        };
        if !args.is_empty() && !args.iter().any(|arg| arg == name) {
            continue;
        }
        let folder = target.join(name);
        if folder.join(".version").exists_with(version) {
            continue;
        }
        match fetch(requirement, &folder) {
            Ok(()) => {
                let marker = folder.join(".version");
                fs::write(&marker, version).map_err(|e| format!("{}: {e}", marker.display()))?;
                println!("{requirement}");
            }
            Err(why) => {
                println!("{requirement}: {why}");
                missing += 1;
            }
        }
    }
    println!(
        "sources in {}; {missing} packages could not be fetched",
        target.display()
    );
    Ok(missing == 0)
}

trait Holds {
    fn exists_with(&self, text: &str) -> bool;
}

impl Holds for PathBuf {
    /// Whether the file is there and holds the text.
    fn exists_with(&self, text: &str) -> bool {
        fs::read_to_string(self).is_ok_and(|found| found == text)
    }
}

fn fetch(requirement: &str, folder: &Path) -> Result<(), String> {
    let failed = |e: std::io::Error| e.to_string();
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    let downloads = folder.join("download");
    fs::create_dir_all(&downloads).map_err(failed)?;
    // A wheel holds what is installed. Nothing is built: where there is no wheel the archive of the sources will do.
    let mut done = false;
    for form in [["--only-binary", ":all:"], ["--no-binary", ":all:"]] {
        let status = Command::new("python3")
            .args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--no-build-isolation",
            ])
            .args(form)
            .arg("--dest")
            .args([downloads.as_os_str(), requirement.as_ref()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(|e| format!("python3: {e}"))?;
        if status.success() {
            done = true;
            break;
        }
    }
    if !done {
        return Err("pip cannot fetch it".into());
    }
    for entry in fs::read_dir(&downloads).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        unpack(&path, folder)?;
    }
    fs::remove_dir_all(&downloads).map_err(failed)
}

fn unpack(archive: &Path, folder: &Path) -> Result<(), String> {
    const UNPACK: &str = "import shutil, sys, zipfile\n\
        try:\n    shutil.unpack_archive(sys.argv[1], sys.argv[2])\n\
        except shutil.ReadError:\n    zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])\n";
    let status = Command::new("python3")
        .args(["-c", UNPACK])
        .args([archive, folder])
        .status()
        .map_err(|e| format!("python3: {e}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{}: cannot be unpacked", archive.display()))
    }
}
