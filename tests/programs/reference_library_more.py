"""Reference, the standard library: a use of each module that it lists, part two (processes, networks, tools, text)."""

import abc
import argparse
import builtins
import doctest
import email
import email.message
import fcntl
import ftplib
import gc
import gettext
import hashlib
import html
import http.client
import http.server
import importlib
import io
import locale
import os
import pickle
import platform
import poplib
import pprint
import queue
import re
import selectors
import shelve
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import typing
import unittest
import urllib.parse
import warnings
import webbrowser
import zipapp

print(builtins.len is len, sorted(n for n in dir(builtins) if n.startswith("is")), len([n for n in dir(builtins) if isinstance(getattr(builtins, n), type) and issubclass(getattr(builtins, n), BaseException)]))
print(subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout, subprocess.check_output("echo shell", shell=True), subprocess.call(["false"]))
print(sys.argv[1:], sys.version_info[:2], platform.python_implementation(), platform.system(), platform.python_version_tuple()[:2], sys.platform, sys.byteorder)
try:
    sys.exit(3)
except SystemExit as error:
    print("exit", error.code)
with tempfile.NamedTemporaryFile("w+") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    print(fcntl.fcntl(file, fcntl.F_GETFD), file.write("abc"))
left, right = socket.socketpair()
left.sendall(b"through the socket")
chooser = selectors.DefaultSelector()
chooser.register(right, selectors.EVENT_READ, "tag")
print([(k.data, e) for k, e in chooser.select(1)], right.recv(100))
chooser.close()
left.close()
right.close()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201, "Made")
        self.end_headers()
        self.wfile.write(body[::-1])

    def log_message(self, *args):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
thread = threading.Thread(target=server.handle_request)
thread.start()
client = http.client.HTTPConnection("127.0.0.1", server.server_address[1])
client.request("POST", "/x?y=1", b"abc")
answer = client.getresponse()
print(answer.status, answer.reason, answer.read())
client.close()
thread.join()
server.server_close()
print(urllib.parse.urlparse("http://u@h:80/p;x?q=1#f"), urllib.parse.urlencode({"a b": "c&d"}), urllib.parse.quote("/\xe9"), urllib.parse.parse_qs("a=1&a=2"))
message = email.message.EmailMessage()
message["Subject"], message["To"] = "Gr\xfc\xdfe", "a@b.c"
message.set_content("body\n")
print(message.as_string(), email.message_from_string("A: 1\n\ntext").get_payload())
print(smtplib.SMTPException.__mro__[1].__name__, poplib.POP3_PORT, ftplib.FTP_PORT, callable(webbrowser.open))
try:
    import telnetlib
except ModuleNotFoundError as error:
    print(error)
parser = argparse.ArgumentParser(prog="tool")
parser.add_argument("name")
parser.add_argument("-n", "--number", type=int, default=1, help="how many")
print(parser.parse_args(["x", "-n", "5"]), parser.format_help())


def doubled(x):
    """
    >>> doubled(2)
    4
    >>> doubled("a")
    'aa'
    >>> doubled(None)
    Traceback (most recent call last):
    TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
    >>> doubled(1)
    3
    """
    return x * 2


out = io.StringIO()
runner = doctest.DocTestRunner(verbose=False)
for test in doctest.DocTestFinder().find(doubled, "doubled", globs={"doubled": doubled}):
    print(runner.run(test, out=out.write))
print("Expected:\n    3\nGot:\n    2" in out.getvalue())


class Case(unittest.TestCase):
    def test_good(self):
        self.assertEqual(1 + 1, 2)
        with self.assertRaises(ZeroDivisionError):
            1 / 0

    def test_bad(self):
        self.assertIn("x", "abc")

    @unittest.skip("later")
    def test_skipped(self):
        pass

    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertNotEqual(i, 1)


result = unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(Case))
print(result.testsRun, len(result.failures), len(result.skipped), result.wasSuccessful(), result.failures[0][1].splitlines()[-1])
try:
    [][1]
except IndexError:
    print(traceback.format_exc().replace(__file__, "FILE"))
pprint.pprint({"key%d" % i: list(range(i * 3)) for i in range(5)}, width=40)
print(re.findall(r"(\w+)@(\w+)", "ann@home bob@work"), re.sub(r"\d", lambda m: str(int(m[0]) + 1), "a1b2"), re.compile("(?P<y>\\d{4})").match("2024").groupdict())
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("old", DeprecationWarning)
print(caught[0].category.__name__, caught[0].message, gc.isenabled(), abc.ABC.__class__.__name__, typing.Any)
print(locale.getlocale()[0] is None or True, locale.localeconv()["decimal_point"], gettext.gettext("same"), hashlib.sha256(b"x").hexdigest()[:16], html.escape("<&>"))
print(pickle.loads(pickle.dumps({"a": [1, (2, {3})], "f": len})), time.strftime("%Y", time.gmtime(0)), queue.PriorityQueue().empty())
folder = tempfile.mkdtemp()
app = os.path.join(folder, "app")
os.mkdir(app)
with open(os.path.join(app, "__main__.py"), "w") as file:
    file.write("import sys, part\nprint('from the archive', part.x, sys.argv[1:])\n")
with open(os.path.join(app, "part.py"), "w") as file:
    file.write("x = 5\n")
zipapp.create_archive(app, os.path.join(folder, "app.pyz"))
print(subprocess.run([sys.executable, os.path.join(folder, "app.pyz"), "arg"], capture_output=True, text=True).stdout)
