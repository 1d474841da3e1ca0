//! `_remote_debugging`: looking into other processes. Its records are there, so that what imports them works; the looking
//! itself is not there yet, and says so.

use object::{Py, PyModule, PyObject, PyResult, pymodule, raise, structseq};

const RECORDS: &[(&str, &str, &[&str])] = &[
    (
        "AwaitedInfo",
        "Information about what a thread is awaiting",
        &["thread_id", "awaited_by"],
    ),
    (
        "CoroInfo",
        "Information about a coroutine",
        &["call_stack", "task_name"],
    ),
    (
        "FrameInfo",
        "Information about a frame",
        &["filename", "lineno", "funcname"],
    ),
    (
        "TaskInfo",
        "Information about an asyncio task",
        &["task_id", "task_name", "coroutine_stack", "awaited_by"],
    ),
    (
        "ThreadInfo",
        "Information about a thread",
        &["thread_id", "frame_info"],
    ),
];

pub struct RemoteDebugging;

#[pymodule(name = "_remote_debugging")]
impl RemoteDebugging {
    /// RemoteUnwinder(pid): Inspect stack of a remote Python process.
    #[function("($module, pid, /)", name = "RemoteUnwinder")]
    fn remote_unwinder(_pid: &PyObject) -> PyResult {
        raise!(
            NotImplementedError,
            "_remote_debugging.RemoteUnwinder is not there yet"
        )
    }

    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        for (name, doc, fields) in RECORDS {
            let class: Py = structseq::make_class(&format!("_remote_debugging.{name}"), doc, fields)?;
            m.add(name, &class)?;
        }
        m.add_value("PROCESS_VM_READV_SUPPORTED", 1i64)
    }
}
