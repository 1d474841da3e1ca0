//! Names: an insertion-ordered map keyed by identifier, and the mangling of private names.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;
use syntax::ast::Identifier;

/// A multiplicative hash: the keys are short and not chosen by an adversary who gains from collisions here.
#[derive(Default, Clone, Copy)]
pub struct NameHasher(u64);

impl Hasher for NameHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
        let mut word = [0; 8];
        let rest = chunks.remainder();
        word[..rest.len()].copy_from_slice(rest);
        self.write_u64(u64::from_le_bytes(word) ^ ((rest.len() as u64) << 56));
    }

    #[inline]
    fn write_u8(&mut self, n: u8) {
        self.write_u64(n.into());
    }

    #[inline]
    fn write_u32(&mut self, n: u32) {
        self.write_u64(n.into());
    }

    #[inline]
    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x51_7c_c1_b7_27_22_0a_95);
    }

    #[inline]
    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

pub type BuildNameHasher = BuildHasherDefault<NameHasher>;
pub type FastMap<K, V> = HashMap<K, V, BuildNameHasher>;
pub type NameSet = HashSet<Identifier, BuildNameHasher>;

/// A map from names to values that remembers the order of insertion.
#[derive(Clone, Debug)]
pub struct NameMap<V> {
    entries: Vec<(Identifier, V)>,
    index: FastMap<Identifier, u32>,
}

impl<V> Default for NameMap<V> {
    fn default() -> Self {
        NameMap {
            entries: Vec::new(),
            index: FastMap::default(),
        }
    }
}

impl<V> NameMap<V> {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.index.get(name).map(|&i| i as usize)
    }

    pub fn get(&self, name: &str) -> Option<&V> {
        self.position(name).map(|i| &self.entries[i].1)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        match self.index.get(name) {
            Some(&i) => Some(&mut self.entries[i as usize].1),
            None => None,
        }
    }

    pub fn contains(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    pub fn set(&mut self, name: &Identifier, value: V) {
        if let Some(&i) = self.index.get(name) {
            self.entries[i as usize].1 = value;
        } else {
            self.index.insert(name.clone(), self.entries.len() as u32);
            self.entries.push((name.clone(), value));
        }
    }

    pub fn remove(&mut self, name: &str) {
        if let Some(i) = self.index.remove(name) {
            self.entries.remove(i as usize);
            for at in self.index.values_mut() {
                if *at > i {
                    *at -= 1;
                }
            }
        }
    }

    pub fn entry(&self, i: usize) -> &(Identifier, V) {
        &self.entries[i]
    }

    pub fn entry_mut(&mut self, i: usize) -> &mut (Identifier, V) {
        &mut self.entries[i]
    }

    pub fn iter(&self) -> std::slice::Iter<'_, (Identifier, V)> {
        self.entries.iter()
    }
}

impl NameMap<u32> {
    /// The number of a name, which is the next one where the name is new.
    pub fn number(&mut self, name: &Identifier) -> u32 {
        if let Some(&i) = self.index.get(name) {
            return self.entries[i as usize].1;
        }
        let n = self.entries.len() as u32;
        self.set(name, n);
        n
    }
}

/// Makes `_Class__name` of `__name`: private names inside a class.
pub fn mangle(class: Option<&Identifier>, name: &Identifier) -> Identifier {
    let Some(class) = class else { return name.clone() };
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.clone();
    }
    let stripped = class.trim_start_matches('_');
    if stripped.is_empty() {
        return name.clone();
    }
    let mut out = String::with_capacity(1 + stripped.len() + name.len());
    out.push('_');
    out.push_str(stripped);
    out.push_str(name);
    Rc::from(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mangling() {
        let class: Identifier = "__C".into();
        let m = |n: &str| mangle(Some(&class), &n.into()).to_string();
        assert_eq!(m("__x"), "_C__x");
        assert_eq!(m("__x__"), "__x__");
        assert_eq!(m("_x"), "_x");
        assert_eq!(m("__a.b"), "__a.b");
        assert_eq!(mangle(Some(&"__".into()), &"__x".into()).to_string(), "__x");
    }
}
