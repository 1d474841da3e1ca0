"""unittest: assertions, fixtures, skips, expected failures, subtests, mocks, output; doctest."""

import doctest
import io
import re
import sys
import unittest
from unittest import mock

log = []


class Arithmetic(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        log.append("setUpClass")

    def setUp(self):
        log.append("setUp")
        self.addCleanup(log.append, "cleanup")

    def tearDown(self):
        log.append("tearDown")

    def test_add(self):
        self.assertEqual(1 + 1, 2)
        self.assertAlmostEqual(0.1 + 0.2, 0.3)
        self.assertIn(1, [1])
        self.assertIsNone(None)
        self.assertTrue(1)
        self.assertGreater(2, 1)
        self.assertRegex("abc", "b")
        self.assertIsInstance(1, int)
        self.assertCountEqual([1, 2], [2, 1])
        with self.assertRaises(ZeroDivisionError) as cm:
            1 / 0
        self.assertIn("division", str(cm.exception))
        with self.assertRaisesRegex(ValueError, "invalid literal"):
            int("x")
        with self.assertWarns(UserWarning):
            import warnings

            warnings.warn("w")
        with self.assertLogs() as logs:
            import logging

            logging.info("hello")
        self.assertEqual(logs.output, ["INFO:root:hello"])

    def test_fails(self):
        self.assertEqual([1, 2, 3], [1, 2, 4], "lists differ")

    def test_dicts(self):
        self.assertEqual({"a": 1, "b": 2}, {"a": 1, "b": 3})

    def test_text(self):
        self.assertMultiLineEqual("a\nb\n", "a\nc\n")

    def test_error(self):
        raise KeyError("boom")

    @unittest.skip("not now")
    def test_skipped(self):
        pass

    @unittest.expectedFailure
    def test_expected(self):
        self.fail("as expected")

    @unittest.expectedFailure
    def test_unexpected(self):
        pass

    def test_subtests(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertNotEqual(i, 1)

    def test_skip_inside(self):
        self.skipTest("inside")


class AsyncCase(unittest.IsolatedAsyncioTestCase):
    async def test_async(self):
        import asyncio

        await asyncio.sleep(0)
        self.assertEqual(await mock.AsyncMock(return_value=3)(), 3)


stream = io.StringIO()
suite = unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromTestCase(c) for c in (Arithmetic, AsyncCase)])
result = unittest.TextTestRunner(stream, verbosity=2).run(suite)
print(re.sub(r"in [\d.]+s", "in N s", stream.getvalue()).replace(__file__, "FILE"))
print(result.testsRun, len(result.failures), len(result.errors), len(result.skipped), len(result.expectedFailures), len(result.unexpectedSuccesses), result.wasSuccessful(), log[:4], len(log))
m = mock.Mock(return_value=5, name="m")
m.method.side_effect = [1, ValueError("second")]
print(m(1, a=2), m.called, m.call_args, m.call_count, m.method(), m.mock_calls, m.attr is m.attr)
try:
    m.method()
except ValueError as error:
    print(error)
m.assert_called_once_with(1, a=2)
for check in [lambda: m.assert_called_with(9), lambda: m.assert_not_called(), lambda: mock.Mock().assert_called()]:
    try:
        check()
    except AssertionError as error:
        print(str(error).splitlines()[0])
with mock.patch("os.getcwd", return_value="/patched"), mock.patch.dict("os.environ", {"X": "y"}):
    import os

    print(os.getcwd(), os.environ["X"])
mm = mock.MagicMock(spec=["__len__", "run"])
mm.__len__.return_value = 7
print(len(mm), mock.ANY == 5, mock.call(1) == mock.call(1), mock.sentinel.thing, mock.create_autospec(lambda a, b: 0)(1, 2) is not None)


def documented(x):
    """Doubles.

    >>> documented(2)
    4
    >>> documented("a")
    'aa'
    >>> documented(3)
    7
    >>> documented(None)
    Traceback (most recent call last):
    TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
    >>> print(documented([1]))  # doctest: +ELLIPSIS
    [1, ...]
    """
    return x * 2


runner = doctest.DocTestRunner(verbose=False)
old, sys.stdout = sys.stdout, io.StringIO()
for test in doctest.DocTestFinder().find(documented, "documented"):
    runner.run(test)
text, sys.stdout = sys.stdout.getvalue(), old
print(text.replace(__file__, "FILE"), runner.summarize(verbose=False) if False else (runner.failures, runner.tries))
