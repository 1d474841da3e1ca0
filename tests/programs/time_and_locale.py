"""Formatting of dates and numbers under the C locale; locale module; gettext fallback."""

import gettext
import locale
import time

print(locale.setlocale(locale.LC_ALL, "C"), locale.getlocale(), locale.localeconv()["decimal_point"], repr(locale.localeconv()["thousands_sep"]), locale.format_string("%d %.2f", (1234567, 3.14159), grouping=True), locale.atof("1.5"), locale.str(2.5), locale.currency.__name__, locale.strcoll("a", "b") < 0 < locale.strcoll("b", "a"), sorted("bca", key=locale.strxfrm))
print(f"{1234567:n} {1234.5:n}", format(10**10, "n"), "{:n}".format(3.0))
epoch = time.gmtime(1709210096)
for code in "aAbBcdHIjmMpSUwWxXyYZ%":
    print(code, repr(time.strftime("%" + code, epoch)), end="; ")
print()
print(time.strftime("%e|%D|%T|%F|%R|%r|%h|%n|%t|%C|%g|%G|%V|%u", epoch), time.strftime("", epoch) == "", time.strftime("é %Y", epoch), time.strftime("100%%"))
for text, form in [("2024-02-29 12:34:56", "%Y-%m-%d %H:%M:%S"), ("29 Feb 24", "%d %b %y"), ("Thursday, February 29 2024", "%A, %B %d %Y"), ("1:05 PM", "%I:%M %p"), ("060 2024", "%j %Y"), ("10 1 2024", "%W %w %Y"), ("12:00:00.123456", "%H:%M:%S.%f"), ("+0530", "%z"), ("UTC", "%Z")]:
    parsed = time.strptime(text, form)
    print(text, tuple(parsed)[:8])
for bad in [("2024-13-01", "%Y-%m-%d"), ("x", "%d"), ("1 extra", "%d"), ("30 Feb 2024", "%d %b %Y"), ("1", "%"), ("1", "%Q")]:
    try:
        print(time.strptime(*bad)[:3])
    except ValueError as error:
        print(error)
t = time.struct_time((2024, 2, 29, 1, 2, 3, 3, 60, 0))
print(t, t.tm_mon, t[0:3], t == time.struct_time(tuple(t)), len(t), t.n_fields, t.n_sequence_fields, hash(t) == hash(tuple(t)), t.__replace__(tm_hour=9).tm_hour if hasattr(t, "__replace__") else 9)
try:
    time.struct_time((1, 2))
except TypeError as error:
    print(error)
print(gettext.gettext("untranslated"), gettext.ngettext("file", "files", 2), gettext.NullTranslations().gettext("x"), locale.normalize("en_us"), locale.getpreferredencoding(False), locale.getencoding())
print(time.mktime(time.localtime(86400 * 365)) == 86400 * 365, time.daylight, time.altzone, abs(time.time_ns() - time.time() * 1e9) < 5e9, time.thread_time() >= 0, time.monotonic_ns() > 0)
