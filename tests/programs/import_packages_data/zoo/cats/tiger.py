tiger_public = "tiger"


class Tiger:
    name = __name__
