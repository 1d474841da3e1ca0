//! `sys.monitoring` (PEP 669): its names and numbers are here, so that what only looks at them works. Tools cannot be
//! registered yet; asking for it fails, and says so.

use object::{Py, PyDict, PyInt, PyLayout, PyModule, PyObject, PyResult, intern, pymodule, raise};

pub struct Monitoring;

const EVENTS: &[(&str, i64)] = &[
    ("PY_START", 0),
    ("PY_RESUME", 1),
    ("PY_RETURN", 2),
    ("PY_YIELD", 3),
    ("CALL", 4),
    ("LINE", 5),
    ("INSTRUCTION", 6),
    ("JUMP", 7),
    ("BRANCH_LEFT", 8),
    ("BRANCH_RIGHT", 9),
    ("STOP_ITERATION", 10),
    ("RAISE", 11),
    ("EXCEPTION_HANDLED", 12),
    ("PY_UNWIND", 13),
    ("PY_THROW", 14),
    ("RERAISE", 15),
    ("C_RETURN", 16),
    ("C_RAISE", 17),
    ("BRANCH", 18),
];

fn check_tool(id: i32) -> PyResult<()> {
    if (0..6).contains(&id) {
        return Ok(());
    }
    raise!(ValueError, "invalid tool {id} (must be between 0 and 5)")
}

fn missing<T>(what: &str) -> PyResult<T> {
    raise!(NotImplementedError, "sys.monitoring.{what} is not there yet")
}

#[pymodule(name = "sys.monitoring")]
impl Monitoring {
    #[function("($module, tool_id, name, /)")]
    fn use_tool_id(tool_id: i32, _name: &PyObject) -> PyResult<()> {
        check_tool(tool_id)?;
        missing("use_tool_id")
    }
    #[function("($module, tool_id, /)")]
    fn clear_tool_id(tool_id: i32) -> PyResult<()> {
        check_tool(tool_id)
    }
    #[function("($module, tool_id, /)")]
    fn free_tool_id(tool_id: i32) -> PyResult<()> {
        check_tool(tool_id)
    }
    #[function("($module, tool_id, /)")]
    fn get_tool(tool_id: i32) -> PyResult<()> {
        check_tool(tool_id)
    }
    #[function("($module, tool_id, event, func, /)")]
    fn register_callback(tool_id: i32, _event: i32, _func: &PyObject) -> PyResult<()> {
        check_tool(tool_id)?;
        missing("register_callback")
    }
    #[function("($module, tool_id, /)")]
    fn get_events(tool_id: i32) -> PyResult<i32> {
        check_tool(tool_id)?;
        Ok(0)
    }
    #[function("($module, tool_id, event_set, /)")]
    fn set_events(tool_id: i32, _events: i32) -> PyResult<()> {
        check_tool(tool_id)?;
        missing("set_events")
    }
    #[function("($module, tool_id, code, /)")]
    fn get_local_events(tool_id: i32, _code: &PyObject) -> PyResult<i32> {
        check_tool(tool_id)?;
        Ok(0)
    }
    #[function("($module, tool_id, code, event_set, /)")]
    fn set_local_events(tool_id: i32, _code: &PyObject, _events: i32) -> PyResult<()> {
        check_tool(tool_id)?;
        missing("set_local_events")
    }
    #[function("($module, /)")]
    fn restart_events() {}
    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        let events = PyDict::new()?;
        for (name, bit) in EVENTS {
            events.set_item(&*object::intern::intern_str(name)?, &*PyInt::from_i64(1 << bit)?)?;
        }
        events.set_item(intern!("NO_EVENTS"), &*PyInt::from_i64(0)?)?;
        m.add(
            "events",
            object::namespace::PyNamespace::new(&events)?.as_object(),
        )?;
        let base = <object::typeobject::PyBaseObject as object::PyClass>::type_object().as_object();
        let marker = || -> PyResult<Py> { object::call::call(base, &[]) };
        m.add("MISSING", &*marker()?)?;
        m.add("DISABLE", &*marker()?)?;
        for (name, id) in [
            ("DEBUGGER_ID", 0i64),
            ("COVERAGE_ID", 1),
            ("PROFILER_ID", 2),
            ("OPTIMIZER_ID", 5),
        ] {
            m.add_value(name, id)?;
        }
        Ok(())
    }
}
