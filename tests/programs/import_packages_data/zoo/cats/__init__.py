from .. import loaded
from .lion import lion_public
from . import tiger
from .tiger import tiger_public

loaded.append("cats")
__all__ = ["lion_public", "tiger_public"]
_hidden = 1
