"""An uncaught exception: frames, carets and the exit status."""


def level3(values, index):
    return values[index] + values["key"]


def level2(data):
    result = [level3(
        data,
        i,
    ) for i in range(1)]
    return result


class Worker:
    def run(self, data):
        total = 0
        total += level2(data)[0]
        return total


print("before", flush=True)
Worker().run([1, 2, 3])
print("never")
