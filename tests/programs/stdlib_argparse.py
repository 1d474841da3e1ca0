"""argparse: positional and optional arguments, subcommands, groups, types, help, errors."""

import argparse
import contextlib
import io


def attempt(parser, *args):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            result = parser.parse_args(list(args))
        except SystemExit as error:
            result = f"exit {error.code}"
    print(args, "->", result, out.getvalue(), err.getvalue().splitlines()[-1:] if err.getvalue() else "")


parser = argparse.ArgumentParser(prog="tool", description="A tool that does things.", epilog="See the manual.")
parser.add_argument("source", help="where to read")
parser.add_argument("targets", nargs="*", default=["out"], help="where to write (default: %(default)s)")
parser.add_argument("-v", "--verbose", action="count", default=0)
parser.add_argument("-n", "--number", type=int, metavar="N", default=3, choices=range(1, 10), help="how many")
parser.add_argument("--ratio", type=float)
parser.add_argument("--flag", action="store_true")
parser.add_argument("--no-color", dest="color", action="store_false")
parser.add_argument("--feature", action=argparse.BooleanOptionalAction, default=True)
parser.add_argument("-D", action="append", dest="defines")
parser.add_argument("--pair", nargs=2, metavar=("A", "B"))
parser.add_argument("--version", action="version", version="%(prog)s 1.0")
group = parser.add_mutually_exclusive_group()
group.add_argument("--fast", action="store_const", const="fast", dest="speed")
group.add_argument("--slow", action="store_const", const="slow", dest="speed")
attempt(parser, "in")
attempt(parser, "in", "a", "b", "-vv", "-n", "5", "--ratio=2.5", "--flag", "--no-color", "-Dx", "-D", "y", "--pair", "1", "2", "--fast", "--no-feature")
attempt(parser)
attempt(parser, "in", "-n", "50")
attempt(parser, "in", "-n", "x")
attempt(parser, "in", "--fast", "--slow")
attempt(parser, "in", "--unknown")
attempt(parser, "in", "--verb", "--rat", "1")
attempt(parser, "--version")
attempt(parser, "in", "--", "-x", "--flag")
attempt(parser, "in", "--pair", "1")
parser.print_help()
print(parser.format_usage())
main = argparse.ArgumentParser(prog="git", allow_abbrev=False)
sub = main.add_subparsers(dest="command", required=True, title="commands")
commit = sub.add_parser("commit", help="record changes", aliases=["ci"])
commit.add_argument("-m", "--message", required=True)
commit.set_defaults(func=lambda ns: "committing")
push = sub.add_parser("push")
push.add_argument("remote", nargs="?", default="origin")
attempt(main, "push")
attempt(main, "push", "up")
attempt(main, "commit")
attempt(main, "nope")
attempt(main)
ns = main.parse_args(["ci", "-m", "msg"])
print(ns.command, ns.message, ns.func(ns))
print(main.parse_known_args(["push", "--extra", "1"]), vars(argparse.Namespace(a=1)), argparse.Namespace(b=2) == argparse.Namespace(b=2), "b" in argparse.Namespace(b=2))


class Upper(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None):
        setattr(namespace, self.dest, values.upper())


def even(text):
    if int(text) % 2:
        raise argparse.ArgumentTypeError(f"{text} is odd")
    return int(text)


p = argparse.ArgumentParser(prog="p", exit_on_error=False)
p.add_argument("--up", action=Upper)
p.add_argument("--even", type=even)
print(p.parse_args(["--up", "abc", "--even", "4"]))
try:
    p.parse_args(["--even", "3"])
except argparse.ArgumentError as error:
    print(error)
for bad in [lambda: p.add_argument("--up"), lambda: p.add_argument("x", "y"), lambda: p.add_argument("--n", nargs="bad"), lambda: p.add_argument("--t", type="str"), lambda: p.add_argument("--a", action="nope"), lambda: p.add_argument("pos", required=True)]:
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
