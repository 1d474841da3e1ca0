//! Socket addresses: from Python objects and back, and the resolver.

use object::{
    GilCell, IntoPy, Py, PyByteArray, PyBytes, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, call, error, hooks, intern, number, raise,
};
use std::ffi::{CStr, CString};
use std::mem::size_of;
use stdlib_os::os;

static GAIERROR: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);
static HERROR: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);

/// `socket.gaierror`
pub fn gaierror() -> PyResult<&'static PyTypeObject> {
    os::exception_class(&GAIERROR, "socket", "gaierror")
}

/// `socket.herror`
pub fn herror() -> PyResult<&'static PyTypeObject> {
    os::exception_class(&HERROR, "socket", "herror")
}

/// Raises an error of the resolver.
pub fn raise_gai<T>(code: i32, errno: i32) -> PyResult<T> {
    if code == libc::EAI_SYSTEM {
        return error::raise_errno(errno, None);
    }
    // SAFETY: the answer is a constant text.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) };
    raise_pair(gaierror()?, code, &text.to_string_lossy())
}

/// Raises `class(code, text)`.
pub fn raise_pair<T>(class: &PyTypeObject, code: i32, text: &str) -> PyResult<T> {
    let code = PyInt::from_i64(code.into())?;
    let text = PyStr::new(text)?;
    let made = call::call(class.as_object(), &[code.as_object(), text.as_object()])?;
    Err(error::raise_object(made))
}

/// An address as the system has it.
#[derive(Clone, Copy)]
pub struct Address {
    pub storage: libc::sockaddr_storage,
    pub len: libc::socklen_t,
}

impl Address {
    /// Room for any address.
    pub fn room() -> Address {
        Address {
            // SAFETY: zero is a valid address of no family.
            storage: unsafe { std::mem::zeroed() },
            len: size_of::<libc::sockaddr_storage>() as libc::socklen_t,
        }
    }

    /// An address of one of the system's structures.
    fn of<T: Copy>(value: T) -> Address {
        const { assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>()) };
        let mut a = Address::room();
        // SAFETY: the storage is large enough, and made for every such structure.
        unsafe { (&raw mut a.storage as *mut T).write(value) };
        a.len = size_of::<T>() as libc::socklen_t;
        a
    }

    /// The beginning of the storage as one of the system's structures.
    fn view<T: Copy>(&self) -> T {
        const { assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>()) };
        // SAFETY: the storage is large enough and initialized; `T` is a structure of numbers.
        unsafe { (&raw const self.storage as *const T).read() }
    }

    pub fn ptr(&self) -> *const libc::sockaddr {
        &raw const self.storage as *const libc::sockaddr
    }
    pub fn mut_ptr(&mut self) -> *mut libc::sockaddr {
        &raw mut self.storage as *mut libc::sockaddr
    }

    pub fn family(&self) -> i32 {
        i32::from(self.storage.ss_family)
    }

    /// Copies what the system points at.
    ///
    /// # Safety
    /// `p` has `len` bytes.
    pub unsafe fn copy(p: *const libc::sockaddr, len: libc::socklen_t) -> Address {
        let mut a = Address::room();
        a.len = len.min(a.len);
        // SAFETY: the caller's promise; no more than the storage has.
        unsafe {
            std::ptr::copy_nonoverlapping(p as *const u8, &raw mut a.storage as *mut u8, a.len as usize)
        };
        a
    }

    fn bytes(&self) -> &[u8] {
        let len = (self.len as usize).min(size_of::<libc::sockaddr_storage>());
        // SAFETY: initialized memory of that size at least.
        unsafe { std::slice::from_raw_parts(&raw const self.storage as *const u8, len) }
    }

    /// The address of the host alone, as text.
    pub fn host(&self) -> PyResult<Py<PyStr>> {
        let text = match self.family() {
            libc::AF_INET6 => {
                let a: libc::sockaddr_in6 = self.view();
                std::net::Ipv6Addr::from(a.sin6_addr.s6_addr).to_string()
            }
            _ => {
                let a: libc::sockaddr_in = self.view();
                std::net::Ipv4Addr::from(a.sin_addr.s_addr.to_ne_bytes()).to_string()
            }
        };
        PyStr::new(&text)
    }

    /// The address as Python has it.
    pub fn to_py(self) -> PyResult<Py> {
        if self.len == 0 {
            return Ok(object::none());
        }
        match self.family() {
            libc::AF_INET => {
                let a: libc::sockaddr_in = self.view();
                (self.host()?, i64::from(u16::from_be(a.sin_port))).into_py()
            }
            libc::AF_INET6 => {
                let a: libc::sockaddr_in6 = self.view();
                Ok(PyTuple::from_array([
                    self.host()?.into_object(),
                    i64::from(u16::from_be(a.sin6_port)).into_py()?,
                    i64::from(u32::from_be(a.sin6_flowinfo)).into_py()?,
                    i64::from(a.sin6_scope_id).into_py()?,
                ])?
                .into_object())
            }
            libc::AF_UNIX => {
                let path = self.bytes().get(2..).unwrap_or(&[]);
                if path.first() == Some(&0) {
                    return Ok(PyBytes::new(path)?.into_object());
                }
                let end = path.iter().position(|b| *b == 0).unwrap_or(path.len());
                Ok(os::decode(&path[..end])?.into_object())
            }
            family => {
                let data = self.bytes().get(2..).unwrap_or(&[]);
                (i64::from(family), PyBytes::new(data)?).into_py()
            }
        }
    }

    /// The address a Python object means for a socket of this family; `caller` is named in errors.
    pub fn from_py(family: i32, obj: &PyObject, caller: &str) -> PyResult<Address> {
        match family {
            libc::AF_INET => {
                let Some(t) = obj.downcast::<PyTuple>() else {
                    return raise!(
                        TypeError,
                        "{caller}(): AF_INET address must be tuple, not {}",
                        obj.ty().full_name()
                    );
                };
                let [host, port] = t.as_slice() else {
                    return raise!(TypeError, "AF_INET address must be a pair (host, port)");
                };
                let host = host_bytes(host)?;
                let port = port_number(port, caller)?;
                let found = resolve(&host, libc::AF_INET)?;
                let mut a: libc::sockaddr_in = found.view();
                a.sin_family = libc::AF_INET as libc::sa_family_t;
                a.sin_port = port.to_be();
                Ok(Address::of(a))
            }
            libc::AF_INET6 => {
                let Some(t) = obj.downcast::<PyTuple>() else {
                    return raise!(
                        TypeError,
                        "{caller}(): AF_INET6 address must be tuple, not {}",
                        obj.ty().full_name()
                    );
                };
                let items = t.as_slice();
                if !(2..=4).contains(&items.len()) {
                    return raise!(
                        TypeError,
                        "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"
                    );
                }
                let host = host_bytes(&items[0])?;
                let port = port_number(&items[1], caller)?;
                let flow = match items.get(2) {
                    Some(n) => number::index(n)?.to_u64().unwrap_or(u64::MAX),
                    None => 0,
                };
                if flow > 0xfffff {
                    return raise!(OverflowError, "{caller}(): flowinfo must be 0-1048575.");
                }
                let scope = match items.get(3) {
                    Some(n) => match number::index(n)?.to_u64().map(u32::try_from) {
                        Some(Ok(n)) => Some(n),
                        _ => return raise!(OverflowError, "{caller}(): scope_id out of range"),
                    },
                    None => None,
                };
                let found = resolve(&host, libc::AF_INET6)?;
                let mut a: libc::sockaddr_in6 = found.view();
                a.sin6_family = libc::AF_INET6 as libc::sa_family_t;
                a.sin6_port = port.to_be();
                a.sin6_flowinfo = (flow as u32).to_be();
                a.sin6_scope_id = scope.unwrap_or(0);
                Ok(Address::of(a))
            }
            libc::AF_UNIX => {
                let path = match obj.downcast::<PyStr>() {
                    Some(s) => os::encode(s)?.as_slice().to_vec(),
                    None => match object::buffer::bytes_like_copy(obj)? {
                        Some(b) => b,
                        None => {
                            return raise!(
                                TypeError,
                                "a bytes-like object is required, not '{}'",
                                obj.ty().full_name()
                            );
                        }
                    },
                };
                // SAFETY: zero is a valid structure.
                let mut a: libc::sockaddr_un = unsafe { std::mem::zeroed() };
                a.sun_family = libc::AF_UNIX as libc::sa_family_t;
                let linked = !path.is_empty() && path[0] != 0;
                if path.len() + usize::from(linked) > a.sun_path.len() {
                    return raise!(OSError, "AF_UNIX path too long");
                }
                for (to, from) in a.sun_path.iter_mut().zip(&path) {
                    *to = *from as libc::c_char;
                }
                let mut made = Address::of(a);
                made.len = (2 + path.len() + usize::from(linked)) as libc::socklen_t;
                Ok(made)
            }
            _ => raise!(OSError, "{caller}(): bad family"),
        }
    }
}

fn port_number(obj: &PyObject, caller: &str) -> PyResult<u16> {
    let n = number::as_c_int(obj)?;
    match u16::try_from(n) {
        Ok(n) => Ok(n),
        Err(_) => raise!(OverflowError, "{caller}(): port must be 0-65535."),
    }
}

/// A host's name: ASCII, or in IDNA.
pub fn host_bytes(obj: &PyObject) -> PyResult<CString> {
    let bytes = if let Some(s) = obj.downcast::<PyStr>() {
        match s.to_str() {
            Some(t) if t.is_ascii() => t.as_bytes().to_vec(),
            _ => {
                let idna = PyStr::new("idna")?;
                let made = obj.call_method(intern!("encode"), &[idna.as_object()])?;
                match made.downcast::<PyBytes>() {
                    Some(b) => b.as_slice().to_vec(),
                    None => return error::bad_internal_call(),
                }
            }
        }
    } else if let Some(b) = obj.downcast::<PyBytes>() {
        b.as_slice().to_vec()
    } else if let Some(b) = obj.downcast::<PyByteArray>() {
        b.to_vec()
    } else {
        return raise!(
            TypeError,
            "str, bytes or bytearray expected, not {}",
            obj.ty().name()
        );
    };
    match CString::new(bytes) {
        Ok(c) => Ok(c),
        Err(_) => raise!(TypeError, "host name must not contain null character"),
    }
}

/// An answer of the resolver.
pub struct Found {
    pub address: Address,
    pub family: i32,
    pub kind: i32,
    pub proto: i32,
    pub canonical: Option<Vec<u8>>,
}

/// `getaddrinfo` without the GIL.
pub fn look_up(
    host: Option<&CStr>,
    service: Option<&CStr>,
    family: i32,
    kind: i32,
    proto: i32,
    flags: i32,
) -> PyResult<Vec<Found>> {
    // SAFETY: zero is a valid structure.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_family = family;
    hints.ai_socktype = kind;
    hints.ai_protocol = proto;
    hints.ai_flags = flags;
    let host = host.map_or(std::ptr::null(), CStr::as_ptr);
    let service = service.map_or(std::ptr::null(), CStr::as_ptr);
    let mut list: *mut libc::addrinfo = std::ptr::null_mut();
    let (code, errno) = hooks::blocking(|| {
        // SAFETY: NUL-terminated texts or null, and a place for the answer.
        let code = unsafe { libc::getaddrinfo(host, service, &hints, &mut list) };
        (code, os::errno())
    });
    if code != 0 {
        return raise_gai(code, errno);
    }
    let mut out = Vec::new();
    let mut at = list;
    // SAFETY: a list made by `getaddrinfo`, read before it is given back.
    unsafe {
        while let Some(entry) = at.as_ref() {
            out.push(Found {
                address: Address::copy(entry.ai_addr, entry.ai_addrlen),
                family: entry.ai_family,
                kind: entry.ai_socktype,
                proto: entry.ai_protocol,
                canonical: (!entry.ai_canonname.is_null())
                    .then(|| CStr::from_ptr(entry.ai_canonname).to_bytes().to_vec()),
            });
            at = entry.ai_next;
        }
        libc::freeaddrinfo(list);
    }
    Ok(out)
}

/// The address of a host; empty: any, `<broadcast>`: all. The family 0 takes what comes.
pub fn resolve(host: &CStr, family: i32) -> PyResult<Address> {
    let name = host.to_bytes();
    if name.is_empty() {
        let found = look_up(None, Some(c"0"), family, libc::SOCK_DGRAM, 0, libc::AI_PASSIVE)?;
        return match found.as_slice() {
            [one] => Ok(one.address),
            _ => raise!(OSError, "wildcard resolved to multiple address"),
        };
    }
    // SAFETY: zero is a valid structure.
    let mut v4: libc::sockaddr_in = unsafe { std::mem::zeroed() };
    v4.sin_family = libc::AF_INET as libc::sa_family_t;
    if name == b"255.255.255.255" || name == b"<broadcast>" {
        if family != libc::AF_INET && family != libc::AF_UNSPEC {
            return raise!(OSError, "address family mismatched");
        }
        v4.sin_addr.s_addr = u32::MAX;
        return Ok(Address::of(v4));
    }
    let text = host.to_str().unwrap_or("");
    if family != libc::AF_INET6
        && let Ok(ip) = text.parse::<std::net::Ipv4Addr>()
    {
        v4.sin_addr.s_addr = u32::from_ne_bytes(ip.octets());
        return Ok(Address::of(v4));
    }
    if family != libc::AF_INET
        && let Ok(ip) = text.parse::<std::net::Ipv6Addr>()
    {
        // SAFETY: zero is a valid structure.
        let mut v6: libc::sockaddr_in6 = unsafe { std::mem::zeroed() };
        v6.sin6_family = libc::AF_INET6 as libc::sa_family_t;
        v6.sin6_addr.s6_addr = ip.octets();
        return Ok(Address::of(v6));
    }
    match look_up(Some(host), None, family, 0, 0, 0)?.first() {
        Some(found) => Ok(found.address),
        None => raise_gai(libc::EAI_NONAME, 0),
    }
}
