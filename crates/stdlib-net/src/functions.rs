//! The functions of `_socket`, and the module.

use crate::address::{self, Address, Found};
use crate::consts::NUMBERS;
use crate::socket::{self, DEFAULT_TIMEOUT, Socket};
use object::buffer::Buffer;
use object::exceptions::{OSError, TimeoutError};
use object::{
    IntoPy, OrNone, Py, PyBytes, PyClass, PyInt, PyLayout, PyList, PyModule, PyObject, PyResult, PyStr,
    PyTuple, error, hooks, number, pymodule, raise,
};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use stdlib_os::os::{self, check};

/// An entry of the hosts' table.
#[repr(C)]
struct HostEntry {
    name: *mut c_char,
    aliases: *mut *mut c_char,
    family: c_int,
    length: c_int,
    addresses: *mut *mut c_char,
}

unsafe extern "C" {
    fn gethostbyname_r(
        name: *const c_char,
        entry: *mut HostEntry,
        buffer: *mut c_char,
        size: usize,
        result: *mut *mut HostEntry,
        herrno: *mut c_int,
    ) -> c_int;
    fn gethostbyaddr_r(
        address: *const c_void,
        len: libc::socklen_t,
        family: c_int,
        entry: *mut HostEntry,
        buffer: *mut c_char,
        size: usize,
        result: *mut *mut HostEntry,
        herrno: *mut c_int,
    ) -> c_int;
    fn hstrerror(code: c_int) -> *const c_char;
}

/// Texts of a list that ends with null.
///
/// # Safety
/// `list` is null or such a list of NUL-terminated texts.
unsafe fn texts(mut list: *mut *mut c_char) -> PyResult<Py<PyList>> {
    let out = PyList::new()?;
    if list.is_null() {
        return Ok(out);
    }
    // SAFETY: the caller's promise.
    unsafe {
        while !(*list).is_null() {
            out.append(os::decode(CStr::from_ptr(*list).to_bytes())?.into_object())?;
            list = list.add(1);
        }
    }
    Ok(out)
}

/// Asks the hosts' table: `(name, aliases, addresses)`.
fn host_entry(
    mut ask: impl FnMut(*mut HostEntry, *mut c_char, usize, *mut *mut HostEntry, *mut c_int) -> c_int,
) -> PyResult<(Py, Py, Py)> {
    let mut room: Vec<c_char> = vec![0; 16384];
    loop {
        // SAFETY: zero is a valid entry.
        let mut entry: HostEntry = unsafe { std::mem::zeroed() };
        let mut result: *mut HostEntry = std::ptr::null_mut();
        let mut code: c_int = 0;
        let (p, n) = (room.as_mut_ptr(), room.len());
        let status = hooks::blocking(|| ask(&mut entry, p, n, &mut result, &mut code));
        if status == libc::ERANGE && n < 1 << 20 {
            room.resize(n * 2, 0);
            continue;
        }
        // SAFETY: the answer is null or `entry`, whose texts lie in `room`.
        let Some(found) = (unsafe { result.as_ref() }) else {
            // SAFETY: the answer is a constant text.
            let text = unsafe { CStr::from_ptr(hstrerror(code)) };
            return address::raise_pair(address::herror()?, code, &text.to_string_lossy());
        };
        let addresses = PyList::new()?;
        // SAFETY: as above; each address has as many bytes as the entry says.
        unsafe {
            let mut at = found.addresses;
            while !(*at).is_null() {
                let bytes = std::slice::from_raw_parts(*at as *const u8, found.length.max(0) as usize);
                if let Some(text) = ip_text(bytes) {
                    addresses.append(PyStr::new(&text)?.into_object())?;
                }
                at = at.add(1);
            }
            let name = os::decode(CStr::from_ptr(found.name).to_bytes())?;
            let aliases = texts(found.aliases)?;
            return Ok((name.into_object(), aliases.into_object(), addresses.into_object()));
        }
    }
}

/// An address of 4 or 16 bytes as text.
fn ip_text(bytes: &[u8]) -> Option<String> {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(v4).to_string());
    }
    let v6 = <[u8; 16]>::try_from(bytes).ok()?;
    Some(std::net::Ipv6Addr::from(v6).to_string())
}

/// An unsigned number of a C type.
fn unsigned(obj: &PyObject, bits: u32) -> PyResult<u32> {
    let n = number::index(obj)?;
    if n.is_negative() {
        return raise!(ValueError, "Cannot convert negative int");
    }
    match n.to_u64() {
        Some(v) if v >> bits == 0 => Ok(v as u32),
        _ => raise!(OverflowError, "Python int too large for C uint{bits}_t"),
    }
}

fn optional_text(text: Option<&PyStr>) -> PyResult<Option<CString>> {
    text.map(os::c_text).transpose()
}

/// The module.
pub struct SocketModule;

#[pymodule(name = "_socket", types(Socket))]
impl SocketModule {
    #[function("($module, family=-1, type=1, proto=0, /)", nosig)]
    fn socketpair(
        family: Option<OrNone<i32>>,
        r#type: Option<i32>,
        proto: Option<i32>,
    ) -> PyResult<(Py<Socket>, Py<Socket>)> {
        let family = match family {
            Some(OrNone(Some(f))) if f != -1 => f,
            _ => libc::AF_UNIX,
        };
        let (kind, proto) = (r#type.unwrap_or(libc::SOCK_STREAM), proto.unwrap_or(0));
        let mut fds = [-1i32; 2];
        let p = fds.as_mut_ptr();
        // SAFETY: room for two descriptors.
        check(os::call(|| unsafe {
            libc::socketpair(family, kind | libc::SOCK_CLOEXEC, proto, p)
        }))?;
        let first = match Socket::of(fds[0], family, kind, proto) {
            Ok(s) => s,
            Err(raised) => {
                socket::discard(fds[1]);
                return Err(raised);
            }
        };
        Ok((first, Socket::of(fds[1], family, kind, proto)?))
    }

    #[function("($module, host, port, family=0, type=0, proto=0, flags=0)", nosig)]
    fn getaddrinfo(
        host: &PyObject,
        port: &PyObject,
        family: Option<i32>,
        r#type: Option<i32>,
        proto: Option<i32>,
        flags: Option<i32>,
    ) -> PyResult<Py<PyList>> {
        object::audit!(
            "socket.getaddrinfo",
            host,
            port,
            family.unwrap_or(0),
            r#type.unwrap_or(0),
            proto.unwrap_or(0)
        )?;
        let name = if object::is_none(host) {
            None
        } else if PyStr::check(host) || PyBytes::check(host) {
            Some(address::host_bytes(host)?)
        } else {
            return raise!(TypeError, "getaddrinfo() argument 1 must be string or None");
        };
        let service = if object::is_none(port) {
            None
        } else if let Some(n) = port.downcast::<PyInt>() {
            match n.to_i64() {
                Some(n) => CString::new(n.to_string()).ok(),
                None => return raise!(OverflowError, "Python int too large to convert to C long"),
            }
        } else if let Some(s) = port.downcast::<PyStr>() {
            Some(os::c_text(s)?)
        } else if let Some(b) = port.downcast::<PyBytes>() {
            match CString::new(b.as_slice()) {
                Ok(c) => Some(c),
                Err(_) => return raise!(ValueError, "embedded null byte"),
            }
        } else {
            return raise!(OSError, "Int or String expected");
        };
        let found = address::look_up(
            name.as_deref(),
            service.as_deref(),
            family.unwrap_or(0),
            r#type.unwrap_or(0),
            proto.unwrap_or(0),
            flags.unwrap_or(0),
        )?;
        let out = PyList::new()?;
        for Found {
            address,
            family,
            kind,
            proto,
            canonical,
        } in found
        {
            let canonical = os::decode(canonical.as_deref().unwrap_or(b""))?;
            let entry = PyTuple::from_array([
                family.into_py()?,
                kind.into_py()?,
                proto.into_py()?,
                canonical.into_object(),
                address.to_py()?,
            ])?;
            out.append(entry.into_object())?;
        }
        Ok(out)
    }

    #[function("($module, sockaddr, flags, /)", nosig)]
    fn getnameinfo(sockaddr: &PyObject, flags: i32) -> PyResult<(Py, Py)> {
        let Some(t) = sockaddr.downcast::<PyTuple>() else {
            return raise!(TypeError, "getnameinfo() argument 1 must be a tuple");
        };
        let items = t.as_slice();
        if !(2..=4).contains(&items.len()) {
            return raise!(TypeError, "getnameinfo(): illegal sockaddr argument");
        }
        if !PyStr::check(&items[0]) {
            return raise!(TypeError, "getnameinfo(): illegal sockaddr argument");
        }
        object::audit!("socket.getnameinfo", sockaddr)?;
        let host = address::host_bytes(&items[0])?;
        let port = CString::new(number::as_c_int(&items[1])?.to_string()).unwrap_or_default();
        let found = address::look_up(
            Some(&host),
            Some(&port),
            libc::AF_UNSPEC,
            libc::SOCK_DGRAM,
            0,
            libc::AI_NUMERICHOST,
        )?;
        let [one] = found.as_slice() else {
            return raise!(OSError, "sockaddr resolved to multiple addresses");
        };
        if one.family == libc::AF_INET && items.len() != 2 {
            return raise!(OSError, "IPv4 sockaddr must be 2 tuple");
        }
        let full = match one.family {
            libc::AF_INET6 => Address::from_py(libc::AF_INET6, sockaddr, "getnameinfo")?,
            _ => one.address,
        };
        let (mut name, mut service) = ([0 as c_char; 1025], [0 as c_char; 32]);
        let (n, s) = (name.as_mut_ptr(), service.as_mut_ptr());
        let (code, errno) = hooks::blocking(|| {
            // SAFETY: an address of that length and room for the texts.
            let code = unsafe { libc::getnameinfo(full.ptr(), full.len, n, 1025, s, 32, flags) };
            (code, os::errno())
        });
        if code != 0 {
            return address::raise_gai(code, errno);
        }
        // SAFETY: the call has written NUL-terminated texts.
        let (name, service) = unsafe { (CStr::from_ptr(n), CStr::from_ptr(s)) };
        Ok((
            os::decode(name.to_bytes())?.into_object(),
            os::decode(service.to_bytes())?.into_object(),
        ))
    }

    #[function("($self, /)")]
    fn gethostname() -> PyResult<Py<PyStr>> {
        object::audit!("socket.gethostname")?;
        let mut room = [0u8; 1024];
        let p = room.as_mut_ptr() as *mut c_char;
        // SAFETY: room for all but the last byte, which stays NUL.
        check(os::call(|| unsafe { libc::gethostname(p, 1023) }))?;
        let end = room.iter().position(|b| *b == 0).unwrap_or(0);
        os::decode(&room[..end])
    }

    #[function("($module, name, /)", nosig)]
    fn sethostname(name: &PyObject) -> PyResult<()> {
        object::audit!("socket.sethostname", name)?;
        let name = os::fs_bytes(name)?;
        let bytes = name.as_bytes();
        // SAFETY: a text of that length.
        check(os::call(|| unsafe {
            libc::sethostname(name.as_ptr(), bytes.len())
        }))
        .map(drop)
    }

    #[function("($module, host, /)", nosig)]
    fn gethostbyname(host: &PyObject) -> PyResult<Py<PyStr>> {
        object::audit!("socket.gethostbyname", host)?;
        let host = address::host_bytes(host)?;
        address::resolve(&host, libc::AF_INET)?.host()
    }

    #[function("($module, host, /)", nosig)]
    fn gethostbyname_ex(host: &PyObject) -> PyResult<(Py, Py, Py)> {
        object::audit!("socket.gethostbyname", host)?;
        let host = address::host_bytes(host)?;
        address::resolve(&host, libc::AF_INET)?;
        host_entry(|entry, p, n, result, code| {
            // SAFETY: a NUL-terminated name, places for the answer.
            unsafe { gethostbyname_r(host.as_ptr(), entry, p, n, result, code) }
        })
    }

    #[function("($module, host, /)", nosig)]
    fn gethostbyaddr(host: &PyObject) -> PyResult<(Py, Py, Py)> {
        object::audit!("socket.gethostbyaddr", host)?;
        let host = address::host_bytes(host)?;
        let a = address::resolve(&host, libc::AF_UNSPEC)?;
        let (skip, len) = match a.family() {
            libc::AF_INET => (std::mem::offset_of!(libc::sockaddr_in, sin_addr), 4),
            libc::AF_INET6 => (std::mem::offset_of!(libc::sockaddr_in6, sin6_addr), 16),
            _ => return raise!(OSError, "unsupported address family"),
        };
        host_entry(|entry, p, n, result, code| {
            let at = a.ptr().wrapping_byte_add(skip) as *const c_void;
            // SAFETY: an address of that length, places for the answer.
            unsafe { gethostbyaddr_r(at, len, a.family(), entry, p, n, result, code) }
        })
    }

    #[function("($module, servicename, protocolname=None, /)", nosig)]
    fn getservbyname(servicename: &PyStr, protocolname: Option<&PyStr>) -> PyResult<i32> {
        object::audit!(
            "socket.getservbyname",
            servicename.as_object(),
            protocolname.map(|p| p.as_object())
        )?;
        let (name, proto) = (os::c_text(servicename)?, optional_text(protocolname)?);
        let proto = proto.as_ref().map_or(std::ptr::null(), |p| p.as_ptr());
        // SAFETY: NUL-terminated texts or null; the answer is read before another thread can ask.
        match unsafe { libc::getservbyname(name.as_ptr(), proto).as_ref() } {
            Some(s) => Ok(i32::from(u16::from_be(s.s_port as u16))),
            None => raise!(OSError, "service/proto not found"),
        }
    }

    #[function("($module, port, protocolname=None, /)", nosig)]
    fn getservbyport(port: i32, protocolname: Option<&PyStr>) -> PyResult<Py<PyStr>> {
        let Ok(port) = u16::try_from(port) else {
            return raise!(OverflowError, "getservbyport: port must be 0-65535.");
        };
        object::audit!("socket.getservbyport", port, protocolname.map(|p| p.as_object()))?;
        let proto = optional_text(protocolname)?;
        let proto = proto.as_ref().map_or(std::ptr::null(), |p| p.as_ptr());
        // SAFETY: a NUL-terminated text or null; the answer is read before another thread can ask.
        unsafe {
            match libc::getservbyport(i32::from(port.to_be()), proto).as_ref() {
                Some(s) => os::decode(CStr::from_ptr(s.s_name).to_bytes()),
                None => raise!(OSError, "port/proto not found"),
            }
        }
    }

    #[function("($module, name, /)", nosig)]
    fn getprotobyname(name: &PyStr) -> PyResult<i32> {
        let name = os::c_text(name)?;
        // SAFETY: a NUL-terminated text; the answer is read before another thread can ask.
        match unsafe { libc::getprotobyname(name.as_ptr()).as_ref() } {
            Some(p) => Ok(p.p_proto),
            None => raise!(OSError, "protocol not found"),
        }
    }

    #[function("($module, ip_addr, /)")]
    fn inet_aton(ip_addr: &PyStr) -> PyResult<Py<PyBytes>> {
        let text = os::c_text(ip_addr)?;
        let mut a = libc::in_addr { s_addr: 0 };
        unsafe extern "C" {
            fn inet_aton(text: *const c_char, place: *mut libc::in_addr) -> c_int;
        }
        // SAFETY: a NUL-terminated text and a place for the answer.
        if unsafe { inet_aton(text.as_ptr(), &mut a) } == 0 {
            return raise!(OSError, "illegal IP address string passed to inet_aton");
        }
        PyBytes::new(&a.s_addr.to_ne_bytes())
    }

    #[function("($module, packed_ip, /)")]
    fn inet_ntoa(packed_ip: &PyObject) -> PyResult<Py<PyStr>> {
        let bytes = Buffer::simple(packed_ip)?.to_vec();
        match ip_text(&bytes) {
            Some(text) if bytes.len() == 4 => PyStr::new(&text),
            _ => raise!(OSError, "packed IP wrong length for inet_ntoa"),
        }
    }

    #[function("($module, af, ip, /)", nosig)]
    fn inet_pton(af: i32, ip: &PyStr) -> PyResult<Py<PyBytes>> {
        let text = ip.to_str();
        let text = text.as_deref().unwrap_or("");
        let bytes = match af {
            libc::AF_INET => text
                .parse::<std::net::Ipv4Addr>()
                .ok()
                .map(|a| a.octets().to_vec()),
            libc::AF_INET6 => text
                .parse::<std::net::Ipv6Addr>()
                .ok()
                .map(|a| a.octets().to_vec()),
            _ => return error::raise_errno(libc::EAFNOSUPPORT, None),
        };
        match bytes {
            Some(b) => PyBytes::new(&b),
            None => raise!(OSError, "illegal IP address string passed to inet_pton"),
        }
    }

    #[function("($module, af, packed_ip, /)", nosig)]
    fn inet_ntop(af: i32, packed_ip: &PyObject) -> PyResult<Py<PyStr>> {
        let bytes = Buffer::simple(packed_ip)?.to_vec();
        let wanted = match af {
            libc::AF_INET => 4,
            libc::AF_INET6 => 16,
            _ => return raise!(ValueError, "unknown address family {af}"),
        };
        match ip_text(&bytes) {
            Some(text) if bytes.len() == wanted => PyStr::new(&text),
            _ => raise!(ValueError, "invalid length of packed IP address string"),
        }
    }

    #[function("($module, integer, /)")]
    fn htons(integer: &PyObject) -> PyResult<i64> {
        Ok(i64::from((unsigned(integer, 16)? as u16).to_be()))
    }
    #[function("($module, integer, /)")]
    fn ntohs(integer: &PyObject) -> PyResult<i64> {
        Ok(i64::from(u16::from_be(unsigned(integer, 16)? as u16)))
    }
    #[function("($module, integer, /)")]
    fn htonl(integer: &PyObject) -> PyResult<i64> {
        Ok(i64::from(unsigned(integer, 32)?.to_be()))
    }
    #[function("($module, integer, /)")]
    fn ntohl(integer: &PyObject) -> PyResult<i64> {
        Ok(i64::from(u32::from_be(unsigned(integer, 32)?)))
    }

    #[function("($self, /)")]
    fn getdefaulttimeout() -> PyResult<Py> {
        socket::timeout_to_py(DEFAULT_TIMEOUT.get())
    }
    #[function("($self, object, /)")]
    fn setdefaulttimeout(object: &PyObject) -> PyResult<()> {
        DEFAULT_TIMEOUT.set(socket::parse_timeout(object)?);
        Ok(())
    }

    #[function("($self, object, /)")]
    fn close(object: &PyObject) -> PyResult<()> {
        let fd = number::as_c_int(object)?;
        // SAFETY: any number is allowed.
        match os::call(|| unsafe { libc::close(fd) }) {
            Err(libc::ECONNRESET) => Ok(()),
            other => check(other).map(drop),
        }
    }
    #[function("($self, object, /)")]
    fn dup(object: &PyObject) -> PyResult<i32> {
        let fd = number::as_c_int(object)?;
        // SAFETY: any number is allowed.
        check(os::call(|| unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }))
    }

    #[function("($self, /)")]
    fn if_nameindex() -> PyResult<Py<PyList>> {
        // SAFETY: the answer is null or a list.
        let list = hooks::blocking(|| unsafe { libc::if_nameindex() });
        if list.is_null() {
            return error::raise_last_errno(None);
        }
        let mut found = Vec::new();
        let mut at = list;
        // SAFETY: the list ends with the index 0; it is copied before it is given back.
        unsafe {
            while (*at).if_index != 0 && !(*at).if_name.is_null() {
                found.push(((*at).if_index, CStr::from_ptr((*at).if_name).to_bytes().to_vec()));
                at = at.add(1);
            }
            libc::if_freenameindex(list);
        }
        let out = PyList::new()?;
        for (index, name) in found {
            out.append((i64::from(index), os::decode(&name)?).into_py()?)?;
        }
        Ok(out)
    }
    #[function("($module, oname, /)")]
    fn if_nametoindex(oname: &PyObject) -> PyResult<i64> {
        let name = os::fs_bytes(oname)?;
        // SAFETY: a NUL-terminated name.
        match unsafe { libc::if_nametoindex(name.as_ptr()) } {
            0 => error::raise_last_errno(None),
            n => Ok(i64::from(n)),
        }
    }
    #[function("($module, if_index, /)")]
    fn if_indextoname(if_index: &PyObject) -> PyResult<Py<PyStr>> {
        let index = unsigned(if_index, 32)?;
        let mut room = [0 as c_char; libc::IF_NAMESIZE + 1];
        // SAFETY: room for any name of an interface.
        unsafe {
            if libc::if_indextoname(index, room.as_mut_ptr()).is_null() {
                return error::raise_last_errno(None);
            }
            os::decode(CStr::from_ptr(room.as_ptr()).to_bytes())
        }
    }

    #[function("($module, length, /)", nosig, name = "CMSG_LEN")]
    fn cmsg_len(length: isize) -> PyResult<i64> {
        match u32::try_from(length) {
            // SAFETY: a computation.
            Ok(n) if n < 1 << 31 => Ok(i64::from(unsafe { libc::CMSG_LEN(n) })),
            _ => raise!(OverflowError, "CMSG_LEN() argument out of range"),
        }
    }
    #[function("($module, length, /)", nosig, name = "CMSG_SPACE")]
    fn cmsg_space(length: isize) -> PyResult<i64> {
        match u32::try_from(length) {
            // SAFETY: a computation.
            Ok(n) if n < 1 << 31 => Ok(i64::from(unsafe { libc::CMSG_SPACE(n) })),
            _ => raise!(OverflowError, "CMSG_SPACE() argument out of range"),
        }
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        module.add("SocketType", Socket::type_object().as_object())?;
        module.add("error", OSError::type_object().as_object())?;
        module.add("timeout", TimeoutError::type_object().as_object())?;
        module.add("gaierror", address::gaierror()?.as_object())?;
        module.add("herror", address::herror()?.as_object())?;
        module.add_value("has_ipv6", true)?;
        module.add_value("BDADDR_ANY", "00:00:00:00:00:00")?;
        module.add_value("BDADDR_LOCAL", "00:00:00:FF:FF:FF")?;
        for (name, value) in NUMBERS {
            module.add_value(name, *value)?;
        }
        Ok(())
    }
}
