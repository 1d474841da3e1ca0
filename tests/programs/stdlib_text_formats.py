"""csv, configparser, tomllib, plistlib-free data formats, urllib.parse, getopt, gettext-free, ipaddress, uuid."""

import configparser
import csv
import getopt
import io
import ipaddress
import tomllib
import urllib.parse as u
import uuid


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


out = io.StringIO()
w = csv.writer(out)
w.writerow(["a", 1, 2.5, None, 'q"uote', "com,ma", "new\nline", ""])
w.writerows([[1, 2], []])
dw = csv.DictWriter(out, ["x", "y"], extrasaction="ignore", delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
dw.writeheader()
dw.writerow({"x": 1, "z": 2})
print(out.getvalue())
out.seek(0)
print(list(csv.reader(out))[:3], list(csv.reader(["a;b;'c;d'"], delimiter=";", quotechar="'")), list(csv.DictReader(["a,b", "1,2", "3,4,5", "6"])), list(csv.reader(["a b\\ c"], delimiter=" ", escapechar="\\")), list(csv.reader(["1,2.5,'x'"], quoting=csv.QUOTE_NONNUMERIC, quotechar="'")), csv.list_dialects(), csv.Sniffer().sniff("a;b\n1;2\n").delimiter, attempt(csv.reader, 5), attempt(list, csv.reader(['"a'], strict=True)), attempt(csv.writer, io.StringIO(), delimiter="xx"), attempt(csv.writer(io.StringIO(), quoting=csv.QUOTE_NONE).writerow, ["a,b"]), csv.field_size_limit())
cp = configparser.ConfigParser()
cp.read_string("[DEFAULT]\nbase = /b\n[one]\npath = %(base)s/x\nn : 5\nflag = yes\nmulti = a\n  b\n; comment\n[two]\nempty =\n")
print(cp.sections(), cp["one"]["path"], cp.getint("one", "n"), cp["one"].getboolean("flag"), repr(cp["one"]["multi"]), cp["two"]["empty"] == "", cp.get("two", "zz", fallback="fb"), dict(cp["two"]), cp.has_option("one", "n"), attempt(cp.get, "one", "zz"), attempt(cp.get, "zz", "a"), attempt(cp.read_string, "no section"), attempt(cp.read_string, "[a]\n[a]"), attempt(cp.getint, "one", "path"))
out = io.StringIO()
cp["new"] = {"k": "v"}
cp.write(out)
print(out.getvalue())
print(tomllib.loads('title = "x"\n[a.b]\nn = 1_000\nf = 1.5e3\nt = true\nd = 2024-01-02T03:04:05Z\nl = [1, "a", {k = \'v\'}]\nm = """\nmulti"""\n[[arr]]\nx = 0xff\n[[arr]]\n'), attempt(tomllib.loads, "a = "), attempt(tomllib.loads, "a = 1\na = 2"), attempt(tomllib.loads, b"x"))
p = u.urlparse("https://user:pw@host.example:8080/path/a;p?q=1&r=a%20b&q=2#frag")
print(p, p.hostname, p.port, p.username, u.parse_qs(p.query), u.parse_qsl("a=1&b=&c", keep_blank_values=True), u.quote("a b/é?&"), u.quote_plus("a b/"), u.unquote("a%20b%C3%A9+"), u.unquote_plus("a+b"), u.urlencode({"a": 1, "b": ["x", "y z"]}, doseq=True), u.urljoin("http://a/b/c/d", "../e?x"), u.urljoin("http://a/b", "//h/p"), u.urlunparse(p) == p.geturl(), u.urlsplit("//net/p").netloc, u.urldefrag("a#b"), attempt(lambda: u.urlparse("http://h:99999").port), attempt(u.urlsplit, "http://[bad"), u.quote_from_bytes(b"\xff"), p._replace(scheme="http").geturl())
print(getopt.getopt(["-a", "-b", "val", "--long=5", "--flag", "rest", "-x"], "ab:", ["long=", "flag"]), getopt.gnu_getopt(["rest", "-a"], "a"), attempt(getopt.getopt, ["-z"], "a"), attempt(getopt.getopt, ["-b"], "b:"), attempt(getopt.getopt, ["--lo"], "", ["long", "lop"]))
ip, net = ipaddress.ip_address("192.168.1.10"), ipaddress.ip_network("192.168.1.0/24")
print(ip, ip in net, ip + 1, int(ip), ip.is_private, ip.packed, net.num_addresses, net.netmask, net.broadcast_address, list(net.subnets(prefixlen_diff=1)), ipaddress.ip_address("::1").is_loopback, ipaddress.ip_address("2001:db8::1").exploded, ipaddress.ip_interface("10.0.0.1/8").network, attempt(ipaddress.ip_address, "300.1.1.1"), attempt(ipaddress.ip_network, "1.2.3.4/8"), ipaddress.ip_address("1.2.3.4") < ipaddress.ip_address("1.2.3.5"), net.overlaps(ipaddress.ip_network("192.168.0.0/16")), ip.reverse_pointer)
print(uuid.UUID("12345678-1234-5678-1234-567812345678"), uuid.uuid5(uuid.NAMESPACE_DNS, "python.org"), uuid.uuid3(uuid.NAMESPACE_URL, "x"), uuid.UUID(int=5).hex, uuid.UUID(bytes=bytes(16)).urn, uuid.uuid4().version, attempt(uuid.UUID, "bad"), uuid.UUID(int=1) < uuid.UUID(int=2))
