"""An uncaught custom exception with attributes, a note, and a cause raised in a class hierarchy."""


class ConfigError(Exception):
    def __init__(self, key, reason):
        super().__init__(key, reason)
        self.key, self.reason = key, reason

    def __str__(self):
        return f"bad setting {self.key!r}: {self.reason}"


class Config:
    def __init__(self, values):
        self.values = values

    def __getitem__(self, key):
        try:
            return int(self.values[key])
        except KeyError:
            raise ConfigError(key, "missing") from None
        except ValueError as error:
            new = ConfigError(key, "not a number")
            new.add_note(f"the value was {self.values[key]!r}")
            raise new from error


class App:
    def __init__(self, config):
        self.config = config

    @property
    def port(self):
        return self.config["port"]

    def start(self):
        return [self.port for _ in range(1)], {name: self.config[name] for name in ("a", "b")}


config = Config({"port": "80", "a": "1", "b": "two"})
try:
    config["zip"]
except ConfigError as error:
    print("caught", error, error.args)
print(App(config).port)
App(config).start()
