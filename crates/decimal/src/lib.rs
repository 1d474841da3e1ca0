//! Decimal floating-point arithmetic as Python's `decimal` has it: the General Decimal Arithmetic Specification, version
//! 1.70, with any precision.
//!
//! A [`Number`] is a value; a [`Context`] says how results are rounded and what range they have; operations are methods of
//! the context and report conditions in a [`Status`]. Nothing here traps: the caller compares the status with its traps.
//!
//! * [`number`]: the type, its tests, comparison of representations
//! * [`context`]: precision, range, rounding, conditions, and the rounding of results
//! * [`text`]: reading and writing
//! * [`arith`]: addition to division, fused multiply-add, square root, remainders
//! * [`functions`]: quantizing, neighbours, shifting, logical operations, minimum and maximum
//! * [`transcendental`]: `exp`, `ln`, `log10`, `power`

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod arith;
pub mod context;
pub mod functions;
pub mod number;
pub mod text;
pub mod transcendental;

pub use context::{Context, Rounding, Status};
pub use number::{Kind, Number};
