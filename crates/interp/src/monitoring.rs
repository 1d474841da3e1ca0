//! `sys.monitoring` (PEP 669): the tools' side of [`vm::monitoring`].

use object::{
    Field, FuncArgs, Py, PyClass, PyDict, PyInt, PyLayout, PyModule, PyObject, PyResult, PyStr, PyTuple,
    intern, pyclass, pymethods, pymodule, raise,
};
use vm::code::PyCode;
use vm::monitoring::{self as mon, event};

pub struct Monitoring;

fn check_tool(id: i32) -> PyResult<usize> {
    match usize::try_from(id) {
        Ok(tool) if tool < mon::PYTHON_TOOLS => Ok(tool),
        _ => raise!(ValueError, "invalid tool {id} (must be between 0 and 5)"),
    }
}

const C_RETURNS: i32 = 1 << event::C_RETURN | 1 << event::C_RAISE;

/// Events that follow others, and the deprecated `BRANCH`, in terms of the rest.
fn ungroup(set: i32) -> PyResult<i32> {
    let mut set = set;
    if set & C_RETURNS != 0 {
        if set & C_RETURNS != C_RETURNS || set & 1 << event::CALL == 0 {
            return raise!(ValueError, "cannot set C_RETURN or C_RAISE events independently");
        }
        set &= !C_RETURNS;
    }
    if set & 1 << event::BRANCH != 0 {
        set &= !(1 << event::BRANCH);
        set |= 1 << event::BRANCH_LEFT | 1 << event::BRANCH_RIGHT;
    }
    Ok(set)
}

fn check_code(code: &PyObject) -> PyResult<&PyCode> {
    match code.downcast::<PyCode>() {
        Some(c) => Ok(c),
        None => raise!(TypeError, "code must be a code object"),
    }
}

/// A callback for the deprecated event `BRANCH`: it hears of the ways left and right, and is done with a branch when it
/// has disabled both.
#[pyclass(name = "sys.monitoring.branch_event_handler", flags(HAVE_GC))]
#[repr(C)]
pub struct BranchHandler {
    ob_base: PyObject,
    handler: Field,
    right: object::GilCell<bool>,
}

#[pymethods]
impl BranchHandler {
    #[slot]
    fn tp_traverse(&self, visit: &mut object::Visitor) {
        visit.field(&self.handler);
    }
    #[slot]
    fn tp_clear(&self) {
        self.handler.set(None);
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let Some(handler) = self.handler.get() else {
            return Ok(object::none());
        };
        let answer = object::call::call(&handler, all.pos)?;
        if !answer.is(mon::disable()?.get()) {
            return Ok(answer);
        }
        // enough of this branch: neither way is told of any more
        if let (Some(code), Some(offset)) = (all.pos.first(), all.pos.get(1))
            && let Some(code) = code.downcast::<PyCode>()
            && let Some(offset) = offset.downcast::<PyInt>().and_then(|o| o.to_i64())
            && let Ok(offset) = usize::try_from(offset)
        {
            mon::disable_branch(code, offset / 2, self.as_object(), self.right.get());
        }
        Ok(answer)
    }
}

fn branch_handler(func: &PyObject, right: bool) -> PyResult {
    Ok(object::new_object(BranchHandler {
        ob_base: PyObject::new_head(BranchHandler::type_object()),
        handler: Field::from_ref(func),
        right: object::GilCell::new(right),
    })?
    .into_object())
}

#[pymodule(name = "sys.monitoring")]
impl Monitoring {
    #[function("($module, tool_id, name, /)")]
    fn use_tool_id(tool_id: i32, name: &PyObject) -> PyResult<()> {
        let tool = check_tool(tool_id)?;
        match name.downcast::<PyStr>() {
            Some(name) => mon::use_tool(tool, name),
            None => raise!(ValueError, "tool name must be a str"),
        }
    }
    #[function("($module, tool_id, /)")]
    fn clear_tool_id(tool_id: i32) -> PyResult<()> {
        mon::clear_tool(check_tool(tool_id)?)
    }
    #[function("($module, tool_id, /)")]
    fn free_tool_id(tool_id: i32) -> PyResult<()> {
        mon::free_tool(check_tool(tool_id)?)
    }
    #[function("($module, tool_id, /)")]
    fn get_tool(tool_id: i32) -> PyResult<Option<Py>> {
        Ok(mon::tool_name(check_tool(tool_id)?))
    }
    #[function("($module, tool_id, event, func, /)")]
    fn register_callback(tool_id: i32, event: i32, func: &PyObject) -> PyResult<Option<Py>> {
        let tool = check_tool(tool_id)?;
        if event <= 0 || event.count_ones() != 1 {
            return raise!(ValueError, "The callback can only be set for one event at a time");
        }
        let id = event.trailing_zeros() as usize;
        if id >= event::COUNT {
            return raise!(ValueError, "invalid event {event}");
        }
        object::hooks::audit("sys.monitoring.register_callback", &[func])?;
        let func = Some(func).filter(|f| !object::is_none(f));
        let old = if id == event::BRANCH {
            let (left, right) = match func {
                Some(f) => (Some(branch_handler(f, false)?), Some(branch_handler(f, true)?)),
                None => (None, None),
            };
            mon::register_callback(tool, event::BRANCH_RIGHT, right);
            mon::register_callback(tool, event::BRANCH_LEFT, left)
        } else {
            mon::register_callback(tool, id, func.map(|f| f.new_ref()))
        };
        Ok(old.and_then(|f| match f.downcast_exact::<BranchHandler>() {
            Some(h) => h.handler.get(),
            None => Some(f),
        }))
    }
    #[function("($module, tool_id, /)")]
    fn get_events(tool_id: i32) -> PyResult<u32> {
        Ok(mon::get_events(check_tool(tool_id)?))
    }
    #[function("($module, tool_id, event_set, /)")]
    fn set_events(tool_id: i32, events: i32) -> PyResult<()> {
        let tool = check_tool(tool_id)?;
        if !(0..1 << event::COUNT).contains(&events) {
            return raise!(ValueError, "invalid event set 0x{events:x}");
        }
        mon::set_events(tool, ungroup(events)? as u32)
    }
    #[function("($module, tool_id, code, /)")]
    fn get_local_events(tool_id: i32, code: &PyObject) -> PyResult<u32> {
        let code = check_code(code)?;
        Ok(mon::get_local_events(check_tool(tool_id)?, code))
    }
    #[function("($module, tool_id, code, event_set, /)")]
    fn set_local_events(tool_id: i32, code: &PyObject, events: i32) -> PyResult<()> {
        let code = check_code(code)?;
        let tool = check_tool(tool_id)?;
        let events = ungroup(events)?;
        if !(0..1 << event::LOCAL_COUNT).contains(&events) {
            return raise!(ValueError, "invalid local event set 0x{events:x}");
        }
        mon::set_local_events(tool, code, events as u32)
    }
    #[function("($module, /)")]
    fn restart_events() -> PyResult<()> {
        mon::restart_events()
    }
    #[function("($module, /)")]
    fn _all_events() -> PyResult<Py<PyDict>> {
        let all = PyDict::new()?;
        for (e, name) in event::NAMES.iter().enumerate().take(event::UNGROUPED_COUNT) {
            let tools = mon::tools_for(e);
            if tools != 0 {
                all.set_item(
                    &*object::intern::intern_str(name)?,
                    &*PyInt::from_i64(tools as i64)?,
                )?;
            }
        }
        Ok(all)
    }
    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        object::class::ready::<BranchHandler>()?;
        let events = PyDict::new()?;
        for (bit, name) in event::NAMES.iter().enumerate() {
            events.set_item(&*object::intern::intern_str(name)?, &*PyInt::from_i64(1 << bit)?)?;
        }
        events.set_item(intern!("NO_EVENTS"), &*PyInt::from_i64(0)?)?;
        m.add(
            "events",
            object::namespace::PyNamespace::new(&events)?.as_object(),
        )?;
        m.add("MISSING", &*mon::missing()?)?;
        m.add("DISABLE", &*mon::disable()?)?;
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
