"""Reference, logging done properly: levels, loggers, handlers, formats, structured records, `exc_info`."""

import io
import json
import logging
import logging.config
import logging.handlers
import queue

stream = io.StringIO()
logging.basicConfig(stream=stream, level=logging.INFO, format="%(levelname)s:%(name)s:%(funcName)s:%(message)s")
log = logging.getLogger("app.part")


def work():
    log.debug("hidden")
    log.info("user %s did %d", "ada", 3)
    log.warning("careful %(what)s", {"what": "now"})
    try:
        1 / 0
    except ZeroDivisionError:
        log.error("failed", exc_info=True)
        log.exception("again")
    log.critical("bad", extra={"request": 7})
    log.info("stack", stack_info=True)


work()
print(stream.getvalue().replace(__file__, "FILE"))


class AsJson(logging.Formatter):
    def format(self, record):
        data = {"level": record.levelname, "message": record.getMessage(), "line": record.lineno > 0}
        if record.exc_info:
            data["error"] = record.exc_info[0].__name__
        return json.dumps(data)


structured = io.StringIO()
handler = logging.StreamHandler(structured)
handler.setFormatter(AsJson())
handler.setLevel(logging.WARNING)
handler.addFilter(lambda record: "secret" not in record.getMessage())
log.addHandler(handler)
log.propagate = False
log.info("low")
log.warning("kept")
log.warning("a secret")
try:
    {}["k"]
except KeyError:
    log.error("lookup", exc_info=True)
print(structured.getvalue())
print(logging.getLevelName(30), logging.getLevelNamesMapping()["ERROR"], log.getEffectiveLevel(), log.isEnabledFor(10), log.parent.name, logging.getLogger("app") is log.parent, logging.getLogger().handlers != [])
logging.addLevelName(25, "NOTICE")
log.log(25, "own level")
adapter = logging.LoggerAdapter(log, {"user": "ada"})
adapter.warning("adapted")
memory = logging.handlers.MemoryHandler(10, target=handler)
box = queue.Queue()
second = logging.getLogger("queued")
second.addHandler(logging.handlers.QueueHandler(box))
second.propagate = False
second.warning("into the queue %s", 1)
print(box.get().getMessage(), structured.getvalue().splitlines()[-1])
logging.config.dictConfig({"version": 1, "disable_existing_loggers": False, "formatters": {"f": {"format": "{levelname}|{message}", "style": "{"}}, "handlers": {"h": {"class": "logging.StreamHandler", "formatter": "f", "stream": "ext://sys.stdout"}}, "loggers": {"configured": {"handlers": ["h"], "level": "DEBUG", "propagate": False}}})
logging.getLogger("configured").debug("shown")
for bad in [lambda: logging.getLogger(5), lambda: log.setLevel("NOPE"), lambda: log.log("x", "y"), lambda: logging.config.dictConfig({"version": 2})]:
    try:
        bad()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
