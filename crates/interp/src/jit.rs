//! `sys._jit`: whether code is compiled to machine code. It is not, yet.

use object::pymodule;

pub struct Jit;

#[pymodule(name = "sys._jit")]
impl Jit {
    #[function("($module, /)")]
    fn is_available() -> bool {
        false
    }
    #[function("($module, /)")]
    fn is_enabled() -> bool {
        false
    }
    #[function("($module, /)")]
    fn is_active() -> bool {
        false
    }
}
