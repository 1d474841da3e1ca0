"""Reference, packages and environments: metadata, wheels, entry points, virtual environments, `-m`, `site`."""

import importlib.metadata as metadata
import importlib.resources
import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
import zipfile

root = tempfile.mkdtemp()
name = os.path.join(root, "sample-1.2-py3-none-any.whl")
with zipfile.ZipFile(name, "w") as wheel:
    wheel.writestr("sample/__init__.py", "from sample.inner import value\n__version__ = '1.2'\n")
    wheel.writestr("sample/__main__.py", "print('run as a module', __name__, __package__)\n")
    wheel.writestr("sample/inner.py", "value = 'from the wheel'\n\ndef main():\n    print('entry point')\n")
    wheel.writestr("sample/data.txt", "resource text")
    wheel.writestr("sample-1.2.dist-info/METADATA", "Metadata-Version: 2.1\nName: sample\nVersion: 1.2\nRequires-Dist: other (>=1)\nRequires-Python: >=3.9\nSummary: a sample\n\nLong text.\n")
    wheel.writestr("sample-1.2.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
    wheel.writestr("sample-1.2.dist-info/entry_points.txt", "[console_scripts]\nsample = sample.inner:main\n")
    wheel.writestr("sample-1.2.dist-info/RECORD", "sample/__init__.py,,\nsample/inner.py,,\n")
sys.path.insert(0, name)
import sample

print(sample.value, sample.__version__, type(sample.__loader__).__name__)
print(metadata.version("sample"), metadata.requires("sample"), metadata.metadata("sample")["Summary"], [str(f) for f in metadata.files("sample")])
(entry,) = metadata.entry_points(group="console_scripts", name="sample")
print(entry.value, entry.module, entry.attr)
entry.load()()
print(importlib.resources.files("sample").joinpath("data.txt").read_text())
try:
    metadata.version("not-there")
except metadata.PackageNotFoundError as error:
    print(error)
run = subprocess.run([sys.executable, "-m", "sample"], env={**os.environ, "PYTHONPATH": name}, capture_output=True, text=True)
print(run.stdout, run.stderr)
unpacked = os.path.join(root, "unpacked")
zipfile.ZipFile(name).extractall(unpacked)
run = subprocess.run([sys.executable, "-c", "import sample, importlib.metadata as m; print(sample.value, m.version('sample'))"], env={**os.environ, "PYTHONPATH": unpacked}, capture_output=True, text=True)
print(run.stdout, run.stderr)

print("-- a virtual environment")
place = os.path.join(root, "env")
venv.create(place, with_pip=False, symlinks=True)
print(sorted(os.listdir(place)), [line.split(" = ")[0] for line in open(os.path.join(place, "pyvenv.cfg"))])
print(sorted(n for n in os.listdir(os.path.join(place, "bin")) if n.startswith(("activate", "python"))))
python = os.path.join(place, "bin", "python")
code = "import sys, site, sysconfig; print(sys.prefix != sys.base_prefix, sys.prefix.endswith('env'), any(p.endswith('env/lib/python3.14/site-packages') for p in sys.path), sysconfig.get_path('purelib').endswith('env/lib/python3.14/site-packages'), site.ENABLE_USER_SITE)"
print(subprocess.run([python, "-c", code], capture_output=True, text=True).stdout)
with open(os.path.join(place, "lib/python3.14/site-packages/installed.py"), "w") as file:
    file.write("where = 'in the environment'\n")
with open(os.path.join(place, "lib/python3.14/site-packages/more.pth"), "w") as file:
    file.write(unpacked + "\n")
print(subprocess.run([python, "-c", "import installed, sample; print(installed.where, sample.value)"], capture_output=True, text=True).stdout)
print(subprocess.run([sys.executable, "-c", "import installed"], capture_output=True, text=True).stderr.splitlines()[-1])
print(sys.prefix == sys.base_prefix, sysconfig.get_python_version(), sysconfig.get_path_names()[:3], sysconfig.get_config_var("EXT_SUFFIX"), sysconfig.get_platform())
