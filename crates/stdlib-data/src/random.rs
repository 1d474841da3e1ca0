//! `_random`: the Mersenne Twister MT19937 behind `random`, bit for bit CPython's.

use dashu_int::{IBig, Sign, UBig};
use object::args::FuncArgs;
use object::{
    GilCell, Py, PyInt, PyObject, PyResult, PyTuple, PyTypeObject, is_none, new_instance, pyclass, pymethods,
    pymodule, raise,
};

const N: usize = 624;
const M: usize = 397;

/// The generator's state: 624 words, and how many of them have been used.
pub struct Twister {
    words: [u32; N],
    used: usize,
}

impl Twister {
    fn seed_word(&mut self, seed: u32) {
        self.words[0] = seed;
        for i in 1..N {
            let previous = self.words[i - 1];
            self.words[i] = 1_812_433_253u32
                .wrapping_mul(previous ^ (previous >> 30))
                .wrapping_add(i as u32);
        }
        self.used = N;
    }

    /// `init_by_array`; an empty key counts as one zero.
    pub fn seed(&mut self, key: &[u32]) {
        let key = if key.is_empty() { &[0] } else { key };
        self.seed_word(19_650_218);
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let previous = self.words[i - 1];
            self.words[i] = (self.words[i] ^ (previous ^ (previous >> 30)).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                self.words[0] = self.words[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 0..N - 1 {
            let previous = self.words[i - 1];
            self.words[i] = (self.words[i] ^ (previous ^ (previous >> 30)).wrapping_mul(1_566_083_941))
                .wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                self.words[0] = self.words[N - 1];
                i = 1;
            }
        }
        self.words[0] = 0x8000_0000;
    }

    #[cold]
    fn refill(&mut self) {
        for i in 0..N {
            let y = (self.words[i] & 0x8000_0000) | (self.words[(i + 1) % N] & 0x7fff_ffff);
            let twist = if y & 1 == 0 { 0 } else { 0x9908_b0df };
            self.words[i] = self.words[(i + M) % N] ^ (y >> 1) ^ twist;
        }
        self.used = 0;
    }

    /// The next 32 bits.
    #[inline]
    pub fn next(&mut self) -> u32 {
        if self.used >= N {
            self.refill();
        }
        let mut y = self.words[self.used];
        self.used += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// A float in `0.0..1.0` with 53 random bits.
    #[inline]
    pub fn float(&mut self) -> f64 {
        let (a, b) = (self.next() >> 5, self.next() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0)
    }
}

/// `_random.Random`
#[pyclass(name = "_random.Random", flags(BASETYPE))]
#[repr(C)]
pub struct Random {
    ob_base: PyObject,
    state: GilCell<Twister>,
}

/// An int's magnitude in 32-bit words, least significant first.
fn words_of(value: &IBig) -> Vec<u32> {
    let (_, magnitude) = value.as_sign_words();
    let mut words: Vec<u32> = magnitude
        .iter()
        .flat_map(|w| [*w as u32, (*w >> 32) as u32])
        .collect();
    while words.last() == Some(&0) {
        words.pop();
    }
    words
}

impl Random {
    /// The generator. Nothing that `use_it` does runs Python code.
    #[inline]
    fn with<R>(&self, use_it: impl FnOnce(&mut Twister) -> R) -> R {
        // SAFETY: under the GIL, and closures here do not call back: there is one reference at a time.
        use_it(unsafe { &mut *self.state.as_ptr() })
    }

    fn seed_from(&self, n: Option<&PyObject>) -> PyResult<()> {
        let Some(n) = n.filter(|n| !is_none(n)) else {
            let mut bytes = [0u8; N * 4];
            fill_from_system(&mut bytes);
            let key: Vec<u32> = bytes
                .chunks_exact(4)
                .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect();
            self.with(|t| t.seed(&key));
            return Ok(());
        };
        let key = match n.downcast::<PyInt>() {
            Some(n) => words_of(&n.to_big()),
            None => {
                let hash = n.hash()? as u64;
                words_of(&IBig::from(hash))
            }
        };
        self.with(|t| t.seed(&key));
        Ok(())
    }
}

/// Random bytes from the system; the clock should it have none.
fn fill_from_system(bytes: &mut [u8]) {
    let mut filled = 0;
    while filled < bytes.len() {
        let rest = &mut bytes[filled..];
        // SAFETY: the buffer and its length go together.
        let n = unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) };
        if n > 0 {
            filled += n as usize;
        } else if std::io::Error::last_os_error().kind() != std::io::ErrorKind::Interrupted {
            break;
        }
    }
    if filled < bytes.len() {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let mix = now.as_nanos() ^ u128::from(std::process::id()) << 64;
        for (byte, source) in bytes[filled..].iter_mut().zip(mix.to_le_bytes().iter().cycle()) {
            *byte ^= source;
        }
    }
}

#[pymethods]
impl Random {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&object::PyDict>) -> PyResult<Py> {
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        // A subclass that has its own `__init__` checks its arguments there.
        if std::ptr::eq(cls, <Random as object::PyClass>::type_object()) {
            all.no_keywords("Random")?;
            all.check_positional("Random", 0, 1)?;
        }
        let new = new_instance(cls, |this: *mut Random| {
            // SAFETY: fresh, zeroed memory of the type's size.
            unsafe {
                (*this).state.set(Twister {
                    words: [0; N],
                    used: N,
                })
            };
        })?;
        Ok(new.into_object())
    }

    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&object::PyDict>) -> PyResult<()> {
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        all.no_keywords("Random")?;
        all.check_positional("Random", 0, 1)?;
        self.seed_from(all.pos.first().copied())
    }

    #[method("($self, /)")]
    fn random(&self) -> f64 {
        self.with(Twister::float)
    }

    #[method("($self, n=None, /)")]
    fn seed(&self, n: Option<&PyObject>) -> PyResult<()> {
        self.seed_from(n)
    }

    #[method("($self, /)")]
    fn getstate(&self) -> PyResult<Py<PyTuple>> {
        let (words, used) = self.with(|t| (t.words, t.used));
        let mut items = Vec::with_capacity(N + 1);
        for word in words {
            items.push(PyInt::from_i64(i64::from(word))?.into_object());
        }
        items.push(PyInt::from_i64(used as i64)?.into_object());
        PyTuple::from_vec(items)
    }

    #[method("($self, state, /)")]
    fn setstate(&self, state: &PyObject) -> PyResult<()> {
        let Some(state) = state.downcast::<PyTuple>() else {
            return raise!(TypeError, "state vector must be a tuple");
        };
        let [items @ .., used] = state.as_slice() else {
            return raise!(ValueError, "state vector is the wrong size");
        };
        if items.len() != N {
            return raise!(ValueError, "state vector is the wrong size");
        }
        let mut words = [0u32; N];
        for (word, item) in words.iter_mut().zip(items) {
            let Some(item) = item.downcast::<PyInt>() else {
                return raise!(TypeError, "an integer is required");
            };
            if item.is_negative() {
                return raise!(OverflowError, "can't convert negative value to unsigned int");
            }
            let Some(value) = item.to_i128().and_then(|v| u64::try_from(v).ok()) else {
                return raise!(
                    OverflowError,
                    "Python int too large to convert to C unsigned long"
                );
            };
            // The low 32 bits count.
            *word = value as u32;
        }
        let used = object::number::index(used)?;
        let Some(used) = used.to_i64() else {
            return raise!(OverflowError, "Python int too large to convert to C long");
        };
        let Some(used) = usize::try_from(used).ok().filter(|used| *used <= N) else {
            return raise!(ValueError, "invalid state");
        };
        self.with(|t| *t = Twister { words, used });
        Ok(())
    }

    #[method("($self, k, /)")]
    fn getrandbits(&self, k: &PyObject) -> PyResult<Py<PyInt>> {
        let k = object::number::index(k)?;
        if k.is_negative() {
            return raise!(ValueError, "Cannot convert negative int");
        }
        let Some(k) = k.to_i128().and_then(|k| u64::try_from(k).ok()) else {
            return raise!(OverflowError, "Python int too large for C uint64_t");
        };
        if k == 0 {
            return PyInt::from_i64(0);
        }
        if k <= 32 {
            return PyInt::from_i64(i64::from(self.with(Twister::next) >> (32 - k)));
        }
        let count = (k - 1) / 32 + 1;
        let mut words: Vec<u64> = Vec::new();
        let Ok(room) = usize::try_from(count.div_ceil(2)) else {
            return object::error::no_memory();
        };
        if words.try_reserve_exact(room).is_err() {
            return object::error::no_memory();
        }
        self.with(|t| {
            let mut left = k;
            while left > 0 {
                let mut word = 0u64;
                for shift in [0, 32] {
                    if left == 0 {
                        break;
                    }
                    let bits = left.min(32);
                    word |= u64::from(t.next() >> (32 - bits)) << shift;
                    left -= bits;
                }
                words.push(word);
            }
        });
        PyInt::from_big(&IBig::from_parts(Sign::Positive, UBig::from_words(&words)))
    }
}

/// `_random`
pub struct RandomModule;

#[pymodule(name = "_random", types(Random))]
impl RandomModule {}

#[cfg(test)]
mod tests {
    use super::*;

    /// `random.Random(5)`: values recorded from CPython.
    #[test]
    fn as_recorded() {
        let mut twister = Twister {
            words: [0; N],
            used: N,
        };
        twister.seed(&[5]);
        assert_eq!(twister.float(), 0.6229016948897019);
        twister.seed(&[0, 0, 0, 16]);
        let words: Vec<u32> = (0..4)
            .map(|i| twister.next() >> if i == 3 { 28 } else { 0 })
            .collect();
        let value = words.iter().rev().fold(0u128, |v, w| v << 32 | u128::from(*w));
        assert_eq!(value, 97103624483852547665086082069);
    }
}
