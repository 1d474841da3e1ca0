//! Numbers as text and text as numbers, and the three formatting mini-languages, exactly as Python 3.14 has them.
//!
//! Nothing here knows of Python objects: input is text behind [`Text`] (any slice of code units in which one unit is
//! one code point, as PEP 393 strings are) and numbers are plain Rust values; output goes to a [`Sink`]. Errors carry
//! the kind of Python exception and its exact message.
//!
//! | module | subject |
//! | --- | --- |
//! | [`float`] | `repr(float)`, `float(text)`, `%e`/`%f`/`%g`, `round`, exact ratios |
//! | [`hex`] | `float.hex`, `float.fromhex` |
//! | [`int`] | decimal and power-of-two text of 30-bit-digit integers, and the reverse |
//! | [`spec`] | the format-spec mini-language (PEP 3101, PEP 378, PEP 515, PEP 682): parsing |
//! | [`render`] | `format()` of int, float, complex and str under a parsed spec |
//! | [`percent`] | the `%` operator of str and bytes |
//! | [`markup`] | the `str.format` mark-up: fields, conversions, field names |

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod error;
pub mod float;
pub mod hex;
pub mod int;
pub mod markup;
pub mod percent;
pub mod render;
pub mod spec;
pub mod text;

pub use error::{Error, ErrorKind};
pub use text::{Sink, Text};
