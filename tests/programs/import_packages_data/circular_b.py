import circular_a

value = "b"


def get():
    return value + circular_a.value
