"""The program as a process: how it starts, refuses, reports, drains, and what it takes of the machine."""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import threading
import time
import unittest

from client import bearer, send, together, until
from peers import provider, upstream
from stack import BUILD, Gateway, configuration, endpoint
from targets import TARGET, needs
from tls_stack import everybody, pem

HERE = pathlib.Path(__file__).resolve().parent


postern = TARGET.postern


def standard(**more):
    return configuration(provider, upstream, [endpoint("/api/")], **more)


@needs("commands")
class CommandLine(unittest.TestCase):
    def written(self, config):
        file = BUILD / "command-line.json"
        file.write_text(config if isinstance(config, str) else json.dumps(config))
        return file

    def test_version_and_help(self):
        self.assertRegex(postern("--version").stdout, r"^postern \d+\.\d+\.\d+")
        answer = postern("--help")
        self.assertEqual(answer.returncode, 0)
        for word in ("run", "check", "plan", "import"):
            self.assertIn(word, answer.stdout)

    def test_a_good_file_is_checked_with_exit_code_0(self):
        file = self.written({"listeners": [{"address": "127.0.0.1:18099"}], **standard()})
        answer = postern("check", file)
        self.assertEqual(answer.returncode, 0, answer)

    def test_a_certificate_that_is_not_there_is_refused_with_a_sentence(self):
        tls = {"certificate_file": "nowhere.pem", "key_file": "nowhere.key"}
        config = {"listeners": [{"address": "127.0.0.1:18099", "tls": tls}], **standard()}
        answer = postern("check", self.written(config))
        self.assertEqual(answer.returncode, 2, answer)
        self.assertRegex(answer.stdout + answer.stderr, r"/listeners/0/tls/certificate_file: there is no file")

    def test_a_certificate_whose_dates_do_not_hold_is_noted_and_no_mistake(self):
        for days, note in (((-30, -2), "has been invalid since"), ((3, 90), "is valid only from"),
                           ((-1, 20), "is valid only until"), ((-1, 90), None)):
            with self.subTest(days):
                issued = everybody.issuing.issue(f"of-days-{days[0]}", ["gateway.test"], days=days)
                config = {"listeners": [{"address": "127.0.0.1:18099", "tls": pem(issued)}], **standard()}
                answer = postern("check", self.written(config))
                self.assertEqual(answer.returncode, 0, answer)
                notes = [line for line in answer.stderr.splitlines() if str(issued.chain_file) in line]
                self.assertEqual(len(notes), 0 if note is None else 1, answer)
                self.assertIn(note or "", "".join(notes))

    def test_a_broken_file_starts_nothing(self):
        for broken in ("", "{", "[]", '{"listeners": []}'):
            for command in (("check",), ("run", "--config")):
                answer = postern(*command, self.written(broken))
                self.assertEqual(answer.returncode, 2, (broken, command, answer))
                self.assertTrue((answer.stdout + answer.stderr).strip())


class Running(unittest.TestCase):
    def start(self, config=None, **options):
        gateway = Gateway(config or standard(), **options).start()
        self.addCleanup(gateway.stop)
        return gateway

    @needs("signals")
    def test_sigterm_finishes_what_runs_and_takes_nothing_new(self):
        gateway = self.start()
        token = bearer(provider.token())
        gateway.get("/api/", token)
        answers = []
        running = threading.Thread(target=lambda: answers.append(gateway.get("/api/slow?ms=1500", token)))
        idle = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
        send(idle, "/api/", [token])
        idle.getresponse().read()
        running.start()
        time.sleep(0.3)
        gateway.signal(signal.SIGTERM)
        self.assertTrue(until(lambda: self.refused(gateway), 2))
        self.assertEqual(idle.sock.recv(1), b"")  # an idle connection is closed at once
        running.join()
        self.assertEqual(answers[0].status, 200)
        self.assertEqual(gateway.process.wait(5), 0)

    def refused(self, gateway):
        try:
            http.client.socket.create_connection(("127.0.0.1", gateway.port), 0.5).close()
            return False
        except OSError:
            return True

    @needs("signals")
    def test_draining_is_bounded(self):
        gateway = self.start(standard(timeouts={"drain_ms": 500}))
        token = bearer(provider.token())
        gateway.get("/api/", token)
        hanging = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
        send(hanging, "/api/slow?ms=8000", [token])
        time.sleep(0.2)
        started = time.monotonic()
        gateway.signal(signal.SIGTERM)
        gateway.process.wait(10)
        self.assertLess(time.monotonic() - started, 3)

    @needs("signals")
    def test_a_second_sigterm_ends_at_once(self):
        gateway = self.start(standard(timeouts={"drain_ms": 8000}))
        hanging = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
        send(hanging, "/api/slow?ms=8000", [bearer(provider.token())])
        time.sleep(0.2)
        gateway.signal(signal.SIGTERM)
        self.assertTrue(until(lambda: self.refused(gateway), 2))
        gateway.signal(signal.SIGTERM)
        self.assertEqual(gateway.process.wait(2), -signal.SIGTERM)

    @needs("signals")
    def test_the_service_manager_is_told(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.settimeout(5)
            manager.bind(f"\0postern-test-{os.getpid()}")
            gateway = self.start(environment={"NOTIFY_SOCKET": f"@postern-test-{os.getpid()}"})
            self.assertEqual(manager.recv(100), b"READY=1")
            gateway.signal(signal.SIGTERM)
            self.assertEqual(manager.recv(100), b"STOPPING=1")

    @needs("signals")
    def test_nobody_reading_the_log_holds_nothing_up(self):
        gateway = Gateway(standard())
        gateway.process = subprocess.Popen(TARGET.words(gateway), stderr=subprocess.PIPE)
        self.addCleanup(gateway.stop)
        self.addCleanup(gateway.process.stderr.close)
        self.assertTrue(until(gateway.listens, gateway.start_s))
        token = bearer(provider.token())
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=5)
        for _ in range(1000):  # a pipe holds 64 KiB, the log's memory as much again
            send(connection, "/api/", [token])
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, 200)
        gateway.signal(signal.SIGUSR1)
        gateway.signal(signal.SIGTERM)
        self.assertEqual(gateway.process.wait(5), 0)
        lines = gateway.process.stderr.read().decode().splitlines()
        self.assertGreater(len(lines), 100)
        for line in lines[1:]:
            json.loads(line)  # whole lines only

    @needs("signals")
    def test_sigusr1_prints_the_counters(self):
        gateway = self.start()
        gateway.get("/api/", bearer(provider.token()))
        self.assertEqual(gateway.counters()["requests"], 1)

    def test_each_request_is_one_line_of_json_and_never_shows_a_token(self):
        gateway = self.start()
        token = provider.token()
        for _ in range(2):
            gateway.get("/api/readings", bearer(token))
        gateway.get("/api/readings")
        self.assertTrue(until(lambda: len(gateway.access_log()) >= 3, 5), gateway.output())
        miss, hit, refused = gateway.access_log()
        self.assertEqual([line["status"] for line in (miss, hit, refused)], [200, 200, 401])
        self.assertEqual([line.get("cache") for line in (miss, hit)], ["miss", "hit"])
        for line in (miss, hit, refused):
            self.assertEqual((line["method"], line["path"], line["endpoint"]), ("GET", "/api/readings", "api"))
        self.assertNotIn(token, gateway.output())
        self.assertNotIn(token[:12], gateway.output())

    @needs("workers")
    def test_two_workers_share_the_facts(self):
        gateway = self.start(standard(limits={"workers": 2}))
        token = provider.token()
        self.assertEqual(gateway.get("/api/", bearer(token)).status, 200)
        before = provider.calls()
        for answer in together(gateway.port, 40, "/api/", bearer(token)):
            self.assertEqual(answer.status, 200)
        self.assertEqual(provider.calls(), before)


class Memory(unittest.TestCase):
    def start(self, **options):
        gateway = Gateway(standard(), **options).start()
        self.addCleanup(gateway.stop)
        return gateway

    def load(self, gateway, tokens, rounds):
        """Hits, misses, refusals and bodies, over kept and new connections."""
        for token in tokens:
            self.assertEqual(gateway.get("/api/", bearer(token)).status, 200)
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=20)
        for number in range(rounds):
            for target, headers, status in (("/api/", [bearer(tokens[number % len(tokens)])], 200), ("/api/", [], 401),
                                            ("/api/", [bearer(f"unknown-{number}")], 401), ("/none", [], 404)):
                send(connection, target, headers)
                answer = connection.getresponse()
                answer.read()
                self.assertEqual(answer.status, status)
        connection.close()
        for answer in together(gateway.port, 50, "/api/bytes?count=100000", bearer(tokens[0])):
            self.assertEqual((answer.status, len(answer.body)), (200, 100000))

    @needs("preload")
    def test_after_start_nothing_is_allocated_under_load(self):
        library, counter = BUILD / "count_allocations.so", BUILD / "allocations"
        subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, HERE / "count_allocations.c"],
                       check=True)
        counter.unlink(missing_ok=True)
        gateway = self.start(environment={"LD_PRELOAD": str(library), "ALLOCATION_COUNTER": str(counter)})

        def calls():
            return struct.unpack("Q", counter.read_bytes())[0]

        self.assertGreater(calls(), 0, "the counter counts")
        self.assertEqual(gateway.get("/api/").status, 401)  # every thread has started
        before = calls()
        self.load(gateway, [provider.token() for _ in range(20)], 300)
        self.assertEqual(calls() - before, 0)

    @needs("memory")
    def test_resident_memory_is_at_most_4_mib_idle(self):
        config = {key: value for key, value in standard().items() if key != "limits"}
        gateway = Gateway(config).start()
        self.addCleanup(gateway.stop)
        self.assertLessEqual(gateway.resident_kib(), 4 * 1024)

    @needs("commands", "memory")
    def test_the_plans_total_is_what_is_mapped(self):
        gateway = self.start()
        plan = postern("plan", gateway.file)
        self.assertEqual(plan.returncode, 0, plan)
        totals = [line for line in plan.stdout.splitlines() if "total" in line.lower()]
        self.assertTrue(totals, plan.stdout)
        total = int(re.findall(r"\d+", totals[-1].replace(",", "").replace("'", ""))[-1])
        page = 4096
        mapped = -(-total // page) * page
        maps = pathlib.Path(f"/proc/{gateway.process.pid}/maps").read_text().splitlines()
        sizes = [int(end, 16) - int(start, 16) for start, end in
                 (line.split()[0].split("-") for line in maps if len(line.split()) == 5)]
        self.assertIn(mapped, sizes, f"{plan.stdout}\n" + "\n".join(maps))
