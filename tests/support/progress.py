"""How the scripts `tests/NAME/run` tell what they did."""

import time
import unittest


class Progress(unittest.TestResult):
    """One line per test, as it ends."""

    def __init__(self):
        super().__init__()
        self.passed = 0

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()

    def line(self, word, test, more=""):
        seconds = time.monotonic() - getattr(self, "started", time.monotonic())
        print(f"{word:7} {seconds:5.1f} s  {test.id()}{more}", flush=True)

    def addSuccess(self, test):
        self.passed += 1
        self.line("ok", test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line("skipped", test, f": {reason}")

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.line("FAILED", test, f"\n{self.failures[-1][1]}")

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error:
            where = self.failures if issubclass(error[0], test.failureException) else self.errors
            self.line("FAILED", subtest, f"\n{where[-1][1]}")

    def addError(self, test, error):
        super().addError(test, error)
        self.line("FAILED", test, f"\n{self.errors[-1][1]}")

    def summary(self):
        """The last line, and the exit code."""
        failed = len(self.failures) + len(self.errors)
        skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
        return f"{self.passed} passed, {failed} failed{skipped}", 1 if failed or self.passed == 0 else 0
