//! The combinatoric iterators of `itertools`: `product`, `combinations`, `permutations`.

use crate::make;
use object::{
    FuncArgs, GilCell, Py, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, Visitor, error, iter, number, pyclass, pymethods, raise,
};
use std::cell::RefCell;

/// The tuple of the pool's items at these indices.
fn pick(pool: &PyTuple, indices: &[usize]) -> PyResult<Option<Py>> {
    let items = pool.as_slice();
    let picked = indices.iter().filter_map(|i| items.get(*i).cloned()).collect();
    Ok(Some(PyTuple::from_vec(picked)?.into_object()))
}

fn pool_of(iterable: &PyObject) -> PyResult<Py<PyTuple>> {
    PyTuple::from_vec(iter::collect(iterable)?)
}

const WORD: usize = size_of::<usize>();

/// Indices of fixed number, and how far the iteration is.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Fresh = 0,
    Running,
    Over,
}

macro_rules! combinatoric {
    ($name:ident, $pyname:literal, |$pool:ident, $indices:ident, $r:ident| $first:expr, $step:block) => {
        #[doc = concat!("`", $pyname, "`")]
        #[pyclass(name = $pyname, flags(BASETYPE, HAVE_GC), basicsize = 56)]
        #[repr(C)]
        pub struct $name {
            ob_base: PyObject,
            pool: Py<PyTuple>,
            indices: Box<RefCell<Vec<usize>>>,
            r: usize,
            phase: GilCell<Phase>,
        }

        impl $name {
            /// Moves the indices on; false at the end.
            fn step($pool: usize, $indices: &mut [usize], $r: usize) -> bool $step
        }

        #[pymethods]
        impl $name {
            #[new("(iterable, r)")]
            fn tp_new(cls: &PyTypeObject, iterable: &PyObject, r: isize) -> PyResult<Py<$name>> {
                let pool_items = pool_of(iterable)?;
                let Ok($r) = usize::try_from(r) else {
                    return raise!(ValueError, "r must be non-negative");
                };
                let $pool = pool_items.len();
                let first: Option<Vec<usize>> = $first;
                make!(cls, $name {
                    phase: GilCell::new(if first.is_some() { Phase::Fresh } else { Phase::Over }),
                    indices: Box::new(RefCell::new(first.unwrap_or_default())),
                    pool: pool_items,
                    r: $r,
                })
            }
            #[slot]
            fn tp_iter(&self) -> Py {
                self.as_object().new_ref()
            }
            #[slot]
            fn tp_iternext(&self) -> PyResult<Option<Py>> {
                match self.phase.get() {
                    Phase::Over => return Ok(None),
                    Phase::Fresh => self.phase.set(Phase::Running),
                    Phase::Running => {
                        if !$name::step(self.pool.len(), &mut self.indices.borrow_mut(), self.r) {
                            self.phase.set(Phase::Over);
                            return Ok(None);
                        }
                    }
                }
                pick(&self.pool, &self.indices.borrow())
            }
            #[slot]
            fn tp_traverse(&self, visit: &mut Visitor) {
                visit.object(&self.pool);
            }
            #[method("($self, /)")]
            fn __sizeof__(&self) -> usize {
                self.as_object().ty().tp_basicsize.get() as usize + self.r * WORD
            }
        }
    };
}

combinatoric!(
    Combinations,
    "itertools.combinations",
    |n, indices, r| if r > n { None } else { Some((0..r).collect()) },
    {
        let Some(i) = (0..r).rev().find(|&i| indices[i] != i + n - r) else {
            return false;
        };
        indices[i] += 1;
        for k in i + 1..r {
            indices[k] = indices[k - 1] + 1;
        }
        true
    }
);

combinatoric!(
    CombinationsWithReplacement,
    "itertools.combinations_with_replacement",
    |n, indices, r| if n == 0 && r > 0 { None } else { Some(vec![0; r]) },
    {
        let Some(i) = (0..r).rev().find(|&i| indices[i] != n - 1) else {
            return false;
        };
        let next = indices[i] + 1;
        indices[i..].fill(next);
        true
    }
);

const _: () = {
    assert!(size_of::<Combinations>() <= 56 && size_of::<CombinationsWithReplacement>() <= 56);
    assert!(size_of::<Permutations>() <= 64 && size_of::<Product>() <= 48);
};

/// `itertools.permutations`
#[pyclass(name = "itertools.permutations", flags(BASETYPE, HAVE_GC), basicsize = 64)]
#[repr(C)]
pub struct Permutations {
    ob_base: PyObject,
    pool: Py<PyTuple>,
    /// One index per item of the pool, of which the first `r` show, and one countdown per place.
    state: Box<RefCell<(Vec<usize>, Vec<usize>)>>,
    r: usize,
    phase: GilCell<Phase>,
}

#[pymethods]
impl Permutations {
    #[new("(iterable, r=None)")]
    fn tp_new(cls: &PyTypeObject, iterable: &PyObject, r: Option<&PyObject>) -> PyResult<Py<Permutations>> {
        let items = pool_of(iterable)?;
        let n = items.len();
        let shown = match r.filter(|r| !object::is_none(r)) {
            None => n,
            Some(r) => {
                if !PyInt::check(r) {
                    return raise!(TypeError, "Expected int as r");
                }
                match usize::try_from(number::index_as_isize(r)?) {
                    Ok(r) => r,
                    Err(_) => return raise!(ValueError, "r must be non-negative"),
                }
            }
        };
        let (phase, state) = if shown > n {
            (Phase::Over, (Vec::new(), Vec::new()))
        } else {
            (
                Phase::Fresh,
                ((0..n).collect(), (0..shown).map(|i| n - i).collect()),
            )
        };
        make!(
            cls,
            Permutations {
                pool: items,
                state: Box::new(RefCell::new(state)),
                r: shown,
                phase: GilCell::new(phase)
            }
        )
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        match self.phase.get() {
            Phase::Over => return Ok(None),
            Phase::Fresh => self.phase.set(Phase::Running),
            Phase::Running => {
                if !self.step() {
                    self.phase.set(Phase::Over);
                    return Ok(None);
                }
            }
        }
        pick(&self.pool, &self.state.borrow().0[..self.r])
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.object(&self.pool);
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        self.as_object().ty().tp_basicsize.get() as usize + (self.pool.len() + self.r) * WORD
    }
}

impl Permutations {
    fn step(&self) -> bool {
        let (indices, cycles) = &mut *self.state.borrow_mut();
        let n = indices.len();
        for i in (0..self.r).rev() {
            cycles[i] -= 1;
            if cycles[i] == 0 {
                indices[i..].rotate_left(1);
                cycles[i] = n - i;
            } else {
                indices.swap(i, n - cycles[i]);
                return true;
            }
        }
        false
    }
}

/// `itertools.product`
#[pyclass(name = "itertools.product", flags(BASETYPE, HAVE_GC), basicsize = 48)]
#[repr(C)]
pub struct Product {
    ob_base: PyObject,
    pools: Box<[Py<PyTuple>]>,
    indices: Box<RefCell<Vec<usize>>>,
    phase: GilCell<Phase>,
}

#[pymethods(signature = "(*iterables, repeat=1)")]
impl Product {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<Product>> {
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let mut repeat = 1;
        for (name, value) in all.keywords().iter() {
            if !name.downcast::<PyStr>().is_some_and(|n| n.eq_str("repeat")) {
                let name = name.str()?;
                return raise!(
                    TypeError,
                    "product() got an unexpected keyword argument '{}'",
                    name.get()
                );
            }
            repeat = number::as_ssize_t(value)?;
            if repeat < 0 {
                return raise!(ValueError, "repeat argument cannot be negative");
            }
        }
        let n = if repeat == 0 { 0 } else { args.len() };
        let total = match n.checked_mul(repeat as usize) {
            Some(t) if t <= isize::MAX as usize / (2 * WORD) => t,
            _ => return raise!(OverflowError, "repeat argument too large"),
        };
        let mut pools = Vec::with_capacity(n);
        for iterable in args.as_slice().iter().take(n) {
            pools.push(PyTuple::from_iterable(iterable)?);
        }
        let mut all_pools: Vec<Py<PyTuple>> = Vec::new();
        if all_pools.try_reserve_exact(total).is_err() {
            return error::no_memory();
        }
        for _ in 0..repeat.min(total as isize) {
            all_pools.extend(pools.iter().cloned());
        }
        let phase = if pools.iter().any(|p| p.is_empty()) {
            Phase::Over
        } else {
            Phase::Fresh
        };
        make!(
            cls,
            Product {
                indices: Box::new(RefCell::new(vec![0; all_pools.len()])),
                pools: all_pools.into_boxed_slice(),
                phase: GilCell::new(phase),
            }
        )
    }
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let mut indices = self.indices.borrow_mut();
        match self.phase.get() {
            Phase::Over => return Ok(None),
            Phase::Fresh => self.phase.set(Phase::Running),
            Phase::Running => {
                // an odometer: the last place turns fastest
                let turned = (0..indices.len()).rev().find(|&i| {
                    indices[i] += 1;
                    if indices[i] < self.pools[i].len() {
                        return true;
                    }
                    indices[i] = 0;
                    false
                });
                if turned.is_none() {
                    self.phase.set(Phase::Over);
                    return Ok(None);
                }
            }
        }
        let items = indices
            .iter()
            .zip(self.pools.iter())
            .map(|(i, pool)| pool.as_slice()[*i].clone());
        Ok(Some(PyTuple::from_vec(items.collect())?.into_object()))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        for pool in self.pools.iter() {
            visit.object(pool);
        }
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        self.as_object().ty().tp_basicsize.get() as usize + self.pools.len() * WORD
    }
}
