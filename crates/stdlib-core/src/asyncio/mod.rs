//! `_asyncio`: futures and tasks (`Lib/asyncio/futures.py` and `tasks.py` say the same in Python), and what runs in which loop.

mod future;
mod running;
mod task;

use future::{Future, FutureIter, as_future};
use object::{Py, PyModule, PyObject, PyResult, PySet, pymodule};
use task::{Task, TaskStep};

/// `_asyncio`
pub struct Asyncio;

#[pymodule(name = "_asyncio", types(Future, Task))]
impl Asyncio {
    #[function("($module, /)")]
    fn get_event_loop() -> PyResult {
        running::event_loop()
    }
    #[function("($module, /)")]
    fn get_running_loop() -> PyResult {
        running::loop_or_running(None)
    }
    #[function("($module, /)")]
    fn _get_running_loop() -> Option<Py> {
        running::running_loop()
    }
    #[function("($module, loop, /)")]
    fn _set_running_loop(event_loop: &PyObject) {
        running::set_running_loop(event_loop);
    }
    #[function("($module, /, loop=None)")]
    fn current_task(event_loop: Option<&PyObject>) -> PyResult {
        Ok(running::current_task(&*running::loop_or_running(event_loop)?))
    }
    #[function("($module, /, loop=None)")]
    fn all_tasks(event_loop: Option<&PyObject>) -> PyResult<Py<PySet>> {
        running::all_tasks(&*running::loop_or_running(event_loop)?)
    }
    #[function("($module, /, task)")]
    fn _register_task(task: &PyObject) -> PyResult<()> {
        running::register(task)
    }
    #[function("($module, /, task)")]
    fn _unregister_task(task: &PyObject) -> PyResult<()> {
        running::unregister(task)
    }
    #[function("($module, /, task)")]
    fn _register_eager_task(task: &PyObject) -> PyResult<()> {
        running::register_eager(task)
    }
    #[function("($module, /, task)")]
    fn _unregister_eager_task(task: &PyObject) -> PyResult<()> {
        running::unregister_eager(task)
    }
    #[function("($module, /, loop, task)")]
    fn _enter_task(event_loop: &PyObject, task: &PyObject) -> PyResult<()> {
        running::enter_task(event_loop, task)
    }
    #[function("($module, /, loop, task)")]
    fn _leave_task(event_loop: &PyObject, task: &PyObject) -> PyResult<()> {
        running::leave_task(event_loop, task)
    }
    #[function("($module, /, loop, task)")]
    fn _swap_current_task(event_loop: &PyObject, task: &PyObject) -> PyResult {
        running::swap_task(event_loop, task)
    }
    #[function("($module, fut, waiter, /)")]
    fn future_add_to_awaited_by(fut: &PyObject, waiter: &PyObject) -> PyResult<()> {
        match (as_future(fut), as_future(waiter)) {
            (Some(future), Some(_)) => future.add_awaiter(waiter),
            _ => Ok(()),
        }
    }
    #[function("($module, fut, waiter, /)")]
    fn future_discard_from_awaited_by(fut: &PyObject, waiter: &PyObject) -> PyResult<()> {
        match (as_future(fut), as_future(waiter)) {
            (Some(future), Some(_)) => future.discard_awaiter(waiter),
            _ => Ok(()),
        }
    }

    #[exec]
    fn exec(_module: &PyModule) -> PyResult<()> {
        object::class::ready::<FutureIter>()?;
        object::class::ready::<TaskStep>()
    }
}
