//! Native modules about data: `_bisect`, `_heapq`, `_pickle`, `_random`, `_statistics`, `array`, `_datetime`.
//!
//! [`MODULES`] is what the import system's table of built-in modules takes in.

mod array;
mod bisect;
mod datetime;
mod decimal;
mod heapq;
mod pickle;
mod random;
mod statistics;
mod storage;

use object::class::{ModuleInit, create_module};

/// The modules of this crate by name.
pub const MODULES: &[(&str, ModuleInit)] = &[
    ("array", create_module::<array::ArrayModule>),
    ("_bisect", create_module::<bisect::Bisect>),
    ("_datetime", create_module::<datetime::DateTimeModule>),
    ("_decimal", create_module::<decimal::DecimalModule>),
    ("_heapq", create_module::<heapq::Heapq>),
    ("_pickle", create_module::<pickle::Pickle>),
    ("_random", create_module::<random::RandomModule>),
    ("_statistics", create_module::<statistics::Statistics>),
];
