"""logging: levels, handlers, formatters, filters, hierarchy, exceptions, configuration; warnings."""

import io
import logging
import logging.config
import logging.handlers
import sys
import warnings

logging.basicConfig(stream=sys.stdout, level=logging.DEBUG, format="%(levelname)-8s %(name)s %(funcName)s: %(message)s")
root = logging.getLogger()
log = logging.getLogger("app.module")
log.debug("debug %s", 1)
log.info("info %d %r", 2, "x")
log.warning("warning %(a)s", {"a": 5})
log.error("error")
log.critical("critical")
log.log(25, "custom level")
print(log.parent, logging.getLogger("app") is log.parent, log.getEffectiveLevel(), log.level, log.isEnabledFor(10), log.name, root.handlers[0].level, logging.getLevelName(30), logging.getLevelName("INFO"), logging.getLevelName(25), sorted(logging.getLevelNamesMapping()))


def failing():
    try:
        {}["k"]
    except KeyError:
        log.exception("failed")


failing()
stream = io.StringIO()
handler = logging.StreamHandler(stream)
handler.setLevel(logging.WARNING)
handler.setFormatter(logging.Formatter("{levelname}|{name}|{message}", style="{"))
app = logging.getLogger("app")
app.addHandler(handler)
app.propagate = False
log.info("not in handler")
log.warning("in handler")
print(repr(stream.getvalue()))


class Filter(logging.Filter):
    def filter(self, record):
        record.extra = "added"
        return "secret" not in record.getMessage()


handler.addFilter(Filter())
handler.setFormatter(logging.Formatter("$extra $message", style="$"))
log.error("a secret")
log.error("public")
print(stream.getvalue().splitlines())
adapter = logging.LoggerAdapter(log, {"user": "ann"})
adapter.warning("adapted")
memory = logging.handlers.MemoryHandler(10, target=handler)
logging.getLogger("mem").addHandler(memory)
logging.getLogger("mem").propagate = False
logging.getLogger("mem").error("buffered")
print(len(memory.buffer), memory.flush(), len(memory.buffer))
logging.addLevelName(5, "TRACE")
app.setLevel("TRACE" if False else 5)
print(log.getEffectiveLevel(), logging.getLevelName(5), log.hasHandlers(), log.getChild("sub").name, log)
logging.disable(logging.ERROR)
log.error("disabled")
logging.disable(logging.NOTSET)
record = logging.LogRecord("n", 20, "/p/file.py", 7, "msg %s", ("arg",), None)
print(record.getMessage(), record.filename, record.module, record.lineno, logging.Formatter("%(message)s %(lineno)d").format(record), logging.makeLogRecord({"msg": "made"}).getMessage())
for bad in [lambda: log.setLevel("NOPE"), lambda: logging.Formatter("%(nope)", validate=True), lambda: logging.Formatter("x", style="?"), lambda: logging.getLogger(5), lambda: log.info("ok", bad=1), lambda: logging.basicConfig(nope=1)]:
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
logging.config.dictConfig({"version": 1, "disable_existing_loggers": False, "formatters": {"f": {"format": "CFG %(message)s"}}, "handlers": {"h": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "f"}}, "loggers": {"cfg": {"handlers": ["h"], "level": "INFO", "propagate": False}}})
logging.getLogger("cfg").info("configured")
logging.getLogger("cfg").debug("dropped")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("first")
    warnings.warn("second", DeprecationWarning, stacklevel=1)
    warnings.warn(UserWarning("instance"))
    print([(w.category.__name__, str(w.message), w.lineno > 0) for w in caught])
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        warnings.warn("raised", RuntimeWarning)
    except RuntimeWarning as error:
        print(repr(error))
with warnings.catch_warnings(record=True) as caught:
    warnings.resetwarnings()
    warnings.filterwarnings("ignore", message="skip.*")
    warnings.filterwarnings("once", category=UserWarning)
    for m in ["skip this", "keep", "keep"]:
        warnings.warn(m)
    print([str(w.message) for w in caught])


@warnings.deprecated("use other")
def old():
    return 1


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    old()
    print(caught[0].message, caught[0].category.__name__, old.__deprecated__)
print(warnings.formatwarning("m", UserWarning, "f.py", 3, "line"), end="")
logging.captureWarnings(True)
warnings.simplefilter("always")
warnings.showwarning("captured", UserWarning, "file.py", 1)
logging.shutdown()
