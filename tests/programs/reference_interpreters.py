"""Reference, several interpreters in one process: `concurrent.interpreters`."""

from concurrent import interpreters

main = interpreters.get_current()
print(main.id, main == interpreters.get_main(), [i.id for i in interpreters.list_all()])
other = interpreters.create()
other.exec("x = 1\nimport sys\ny = len(sys.modules) > 0")
other.exec("print('in the other', x, y)", )
try:
    other.exec("1 / 0")
except interpreters.ExecutionFailed as error:
    print(str(error).splitlines()[0])
print(other.is_running())
other.close()
print([i.id for i in interpreters.list_all()] == [main.id])
