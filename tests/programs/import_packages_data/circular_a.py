import circular_b

value = "a"


def get():
    return value + circular_b.value
