//! `itertools`: iterators over iterators. [`simple`] has those that pass items on, [`combine`] the combinatoric ones,
//! [`tee`] `tee` and `groupby`.

mod combine;
mod simple;
mod tee;

use combine::{Combinations, CombinationsWithReplacement, Permutations, Product};
use object::{PyObject, PyResult, pymodule};
use simple::{
    Accumulate, Batched, Chain, Compress, Count, Cycle, DropWhile, FilterFalse, ISlice, Pairwise, Repeat,
    StarMap, TakeWhile, ZipLongest,
};
use tee::{GroupBy, Grouper, Tee, TeeData};

/// `itertools`
pub struct IterTools;

#[pymodule(
    name = "itertools",
    types(
        Accumulate,
        Batched,
        Chain,
        Combinations,
        Compress,
        Count,
        CombinationsWithReplacement,
        Cycle,
        DropWhile,
        FilterFalse,
        GroupBy,
        Grouper,
        ISlice,
        Pairwise,
        Permutations,
        Product,
        Repeat,
        StarMap,
        TakeWhile,
        Tee,
        TeeData,
        ZipLongest
    )
)]
impl IterTools {
    #[function("($module, iterable, n=2, /)")]
    fn tee(iterable: &PyObject, n: Option<isize>) -> PyResult {
        tee::tee(iterable, n.unwrap_or(2))
    }
}

/// Makes the module.
pub fn create() -> PyResult<object::Py> {
    simple::signatures();
    object::class::create_module::<IterTools>()
}
