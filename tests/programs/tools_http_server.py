"""http.server serves a folder; urllib fetches from it; socketserver, http.client and html bits."""

import functools
import http.client
import http.server
import os
import tempfile
import threading
import urllib.error
import urllib.request

folder = tempfile.mkdtemp()
for name, content in [("index.html", "<h1>hello</h1>"), ("data.json", '{"a": 1}'), ("sub/file.txt", "text é")]:
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(content)


class Quiet(http.server.SimpleHTTPRequestHandler):
    log = []

    def log_message(self, format, *args):
        self.log.append(format % args)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201, "Made")
        self.send_header("X-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[::-1])


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
thread.start()
base = f"http://127.0.0.1:{server.server_port}"
with urllib.request.urlopen(base + "/") as response:
    print(response.status, response.headers["Content-Type"], response.headers["Content-Length"], response.read())
with urllib.request.urlopen(base + "/data.json") as response:
    import json

    print(json.load(response), response.headers.get_content_type())
with urllib.request.urlopen(base + "/sub/") as response:
    text = response.read().decode()
    print("file.txt" in text, "Directory listing" in text)
with urllib.request.urlopen(base + "/sub") as response:
    print(response.url.removeprefix(base))
print(urllib.request.urlopen(base + "/sub/file.txt").read().decode())
try:
    urllib.request.urlopen(base + "/nope")
except urllib.error.HTTPError as error:
    print(error.code, error.reason, "404" in error.read().decode())
    error.close()
request = urllib.request.Request(base + "/post", data=b"abc", headers={"X-Custom": "v"})
with urllib.request.urlopen(request) as response:
    print(response.status, response.msg, response.headers["X-Length"], response.read(), request.get_method())
connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
connection.request("HEAD", "/index.html")
response = connection.getresponse()
print(response.status, response.getheader("content-length"), response.read())
connection.request("DELETE", "/")
response = connection.getresponse()
print(response.status, response.reason)
response.read()
connection.close()
server.shutdown()
thread.join()
server.server_close()
print([line.split('"')[1] for line in Quiet.log if '"' in line])
try:
    urllib.request.urlopen("nope://x")
except urllib.error.URLError as error:
    print(error.reason)
try:
    http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=1).request("GET", "/")
except OSError as error:
    print(type(error).__name__)
import shutil

shutil.rmtree(folder)
print(http.HTTPStatus(404).phrase, http.HTTPStatus.OK.value, http.HTTPMethod.GET, http.client.responses[418])
