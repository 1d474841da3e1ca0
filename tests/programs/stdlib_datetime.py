"""datetime: dates, times, deltas, zones, parsing, formatting, arithmetic, errors."""

from datetime import MAXYEAR, UTC, date, datetime, time, timedelta, timezone, tzinfo


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


d = date(2024, 2, 29)
print(d, repr(d), d.year, d.weekday(), d.isoweekday(), d.isocalendar(), d.toordinal(), d.timetuple().tm_yday, d.replace(year=2020), d.strftime("%A %d %B %Y %j %U %W %y %a %b %%"), d.ctime(), d.isoformat(), date.fromordinal(738945), date.fromisoformat("2024-W09-4"), date.fromisocalendar(2024, 9, 4), d + timedelta(1), d - date(2023, 2, 28), d > date(2024, 1, 1), hash(d) == hash(date(2024, 2, 29)), date.min, date.max, f"{d:%d/%m}")
print(attempt(date, 2023, 2, 29), attempt(date, 0, 1, 1), attempt(date, 2024, 13, 1), attempt(date.fromisoformat, "2024-1-1"), attempt(d.replace, month=5, day=32), attempt(lambda: d + 5), attempt(lambda: d < 5), attempt(lambda: date.max + timedelta(1)), attempt(date, "x", 1, 1), attempt(date.fromordinal, 0))
t = time(13, 5, 9, 123456, tzinfo=UTC, fold=1)
print(t, repr(t), t.hour, t.isoformat("milliseconds"), t.replace(hour=1), t.strftime("%H:%M:%S.%f %I %p %Z %z"), time.fromisoformat("04:05:06.789+01:00"), time(1) < time(2), bool(time(0)), attempt(time, 24), attempt(lambda: time(1) < t), time.max, t.utcoffset(), t.dst())
dt = datetime(2024, 5, 17, 22, 30, 15, 42)
print(dt, repr(dt), dt.date(), dt.time(), dt.isoformat(" ", "minutes"), dt.timestamp(), dt.replace(tzinfo=UTC).timestamp(), datetime.fromtimestamp(0, UTC), datetime.fromtimestamp(1.5, timezone(timedelta(hours=2))), datetime.strptime("17/05/24 10:30PM", "%d/%m/%y %I:%M%p"), datetime.fromisoformat("2024-05-17T10:20:30.5Z"), datetime.combine(d, t), dt + timedelta(days=1.5, hours=-3), dt - datetime(2024, 1, 1), dt.strftime("%c | %x | %X | %s" if False else "%c | %x | %X"), dt.utctimetuple().tm_hour, datetime.min, dt.ctime())
print(attempt(datetime.strptime, "x", "%d"), attempt(datetime.strptime, "1 2", "%d"), attempt(datetime.strptime, "31 Feb", "%d %b"), attempt(datetime.fromisoformat, "2024-05-17T25:00"), attempt(lambda: dt - dt.replace(tzinfo=UTC)), attempt(lambda: dt < dt.replace(tzinfo=UTC)), dt == dt.replace(tzinfo=UTC), attempt(datetime, 2024, 1, 1, 25), attempt(datetime.fromtimestamp, 1e20), attempt(datetime, 2024, 1))
td = timedelta(days=-1, hours=5, microseconds=7)
print(td, repr(td), td.days, td.seconds, td.microseconds, td.total_seconds(), -td, abs(td), td * 2, td / 2, td // timedelta(hours=1), td % timedelta(hours=1), divmod(timedelta(1), timedelta(hours=5)), timedelta(1) / timedelta(hours=6), timedelta(weeks=1, milliseconds=1), timedelta(1) == timedelta(hours=24), bool(timedelta()), timedelta.max, timedelta.resolution, timedelta(1) * 0.5, str(timedelta(days=3)), timedelta(seconds=1e-6 * 2.5), sum([timedelta(1), timedelta(2)], timedelta()), attempt(lambda: timedelta(1) + 1), attempt(timedelta, 10**10), attempt(lambda: timedelta(1) / 0), attempt(lambda: td // 0))
tz = timezone(timedelta(hours=-5, minutes=-30), "XST")
aware = datetime(2024, 3, 10, 1, 30, tzinfo=tz)
print(aware, repr(tz), tz, aware.tzname(), aware.utcoffset(), aware.astimezone(UTC), aware.astimezone(timezone.utc) == aware, aware - datetime(2024, 3, 10, tzinfo=UTC), timezone(timedelta(0)), timezone.utc is UTC, attempt(timezone, timedelta(hours=24)), attempt(timezone, 5), hash(aware) == hash(aware.astimezone(UTC)), UTC.utcoffset(None), timezone.min)


class Plus(tzinfo):
    def utcoffset(self, dt):
        return timedelta(hours=3)

    def dst(self, dt):
        return timedelta(hours=1) if dt and dt.month in range(4, 10) else timedelta(0)

    def tzname(self, dt):
        return "PLUS"


p = datetime(2024, 7, 1, 12, tzinfo=Plus())
print(p, p.dst(), p.tzname(), p.astimezone(UTC), datetime(2024, 7, 1, 9, tzinfo=UTC).astimezone(Plus()), attempt(lambda: tzinfo().utcoffset(None)), p.timetuple().tm_isdst)


class MyDate(date):
    def next(self):
        return self + timedelta(1)


print(repr(MyDate(2024, 1, 1).next()), type(MyDate.today()).__name__, MyDate.fromisoformat("2024-01-02"))
import pickle

print(pickle.loads(pickle.dumps([d, t, dt, td, aware])) == [d, t, dt, td, aware], MAXYEAR, isinstance(dt, date), date(2024, 1, 1) == datetime(2024, 1, 1), sorted([date(2024, 5, 1), date(2023, 1, 1)])[0], datetime.now().tzinfo, abs(datetime.now(UTC) - datetime.now(UTC)) < timedelta(1))
from zoneinfo import ZoneInfo

print(attempt(ZoneInfo, "Nope/Zone").split(":")[0], [date(2024, m, 1).strftime("%b") for m in (1, 6, 12)], [(d + timedelta(i)).strftime("%a") for i in range(7)])
import calendar

print(calendar.month(2024, 2), calendar.isleap(2100), calendar.monthrange(2023, 2), calendar.monthcalendar(2024, 2)[0], calendar.timegm((1970, 1, 2, 0, 0, 0)), calendar.day_name[0], list(calendar.month_abbr)[1:3])
