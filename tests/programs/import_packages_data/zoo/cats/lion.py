from .. import VERSION
from ..helpers import counter

lion_public = "lion"


def roar():
    return f"roar {VERSION} {counter}"
