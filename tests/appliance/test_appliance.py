"""One appliance's life, in the order in which it happens; each test goes on where the one before has left it."""

import json
import os
import time
import unittest
import urllib.error
import urllib.request

from appliance import ROOT, Appliance, build_update, signed_update
from surroundings import TimeServer, UpdateServer, Upstream

FIRST_PORT = int(os.environ.get("POSTERN_APPLIANCE_PORTS", "23000"))
GATEWAY, UPSTREAM, TIME, UPDATES = range(FIRST_PORT, FIRST_PORT + 4)
FOLDER = ROOT / "build/appliance-arm64/test"
FIXED = "10.0.2.77"
UPDATES_ARE_LOOKED_FOR = "until sv status /run/service/update | grep -q ^down; do sleep 1; done"  # where no URL is set
BOOT_S = 120  # a third of a minute on a machine that has nothing else to do


def configuration(path="/open/"):
    return json.dumps({
        "listeners": [{"address": "0.0.0.0:80"}],
        "upstreams": {"local": {"servers": [f"http://10.0.2.2:{UPSTREAM}"]}},
        "endpoints": [{"name": "open", "match": {"path": path, "methods": ["GET"]}, "upstream": "local",
                       "authenticate": {"connector": "none"}}],
    }, indent=2)  # fmt: skip


def settings(**values):
    """As Windows would save it."""
    return "".join(f"{name}={value}\r\n" for name, value in {"ntp": f"10.0.2.2:{TIME}", **values}.items())


def get(path):
    """Status and body; the status of a connection that breaks is 0."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{GATEWAY}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""


class AnAppliance(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.upstream, cls.time, cls.updates = Upstream(UPSTREAM), TimeServer(TIME), UpdateServer(UPDATES)
        for server in (cls.upstream, cls.time, cls.updates):
            cls.addClassCleanup(server.stop)
        good = build_update(FOLDER / "good", version="the second version")
        broken = build_update(FOLDER / "broken", version="a broken version", program="#!/bin/sh\nexit 1\n")
        third = build_update(FOLDER / "third", version="the third version")
        cls.updates.files = {"third": third, "good": good, "broken": broken, "forged": good[:200] + b"?" + good[201:]}
        for name, says in (("old", {"built": 1}), ("large", {"bytes": 1 << 30}), ("cut", {"bytes": 1 << 17})):
            cls.updates.files[name] = signed_update(FOLDER, bytes(1 << 16), **says)
        cls.machine = Appliance(
            FOLDER,
            {"postern.json": configuration(), "appliance.conf": settings(update_url=cls.url("half"), update_every_s=5)},
            {80: GATEWAY},
            devices=["-device", "i6300esb"],
        )
        cls.addClassCleanup(cls.machine.cut_power)

    @staticmethod
    def url(name):
        return f"http://10.0.2.2:{UPDATES}/{name}"

    def starts(self):
        """Switches it on, until it serves."""
        started = time.monotonic()
        self.machine.start().wait_until_it_serves(BOOT_S)
        took, computed = time.monotonic() - started, self.machine.processor_s()
        print(f"        {took:5.1f} s  from power on to serving, {computed:.1f} s of a processor", flush=True)

    def shell(self, command):
        """What the console's shell prints for a command. (The marks are not in its echo, which comes once or twice.)"""
        self.machine.type(f"echo the-\"\"beginning; {command}; echo the-\"\"end")
        return self.machine.wait_for(r"(?s)the-beginning\n(.*?)the-end", 60)[1]

    def test_01_serves_what_its_configuration_says(self):
        self.starts()
        self.assertEqual(get("/open/door"), (200, "upstream saw /open/door"))
        self.assertEqual(get("/elsewhere")[0], 404)

    def test_02_has_no_shell_by_default(self):
        self.machine.type("echo some\"\"body")
        self.assertEqual(get("/open/")[0], 200)
        self.assertFalse(self.machine.said("^somebody"))
        self.assertFalse(self.machine.said("a shell for whoever"))

    def test_03_feeds_the_watchdog(self):
        self.machine.says("appliance: watchdog: i6300ESB")

    def test_04_survives_a_loss_of_power_in_the_middle_of_an_update(self):
        good = self.updates.files["good"]
        self.updates.stop_after["half"] = len(good) // 2
        self.updates.files["half"] = good
        self.machine.says("update: writing the second version into slot b")
        self.assertTrue(self.updates.stopped.wait(60))
        deadline = time.monotonic() + 60
        while self.machine.disc.read("b", 1 << 20) != good[4096 : 4096 + (1 << 20)]:
            self.assertLess(time.monotonic(), deadline, "the update was not begun")
            time.sleep(0.1)
        self.machine.cut_power()
        # While it is off, somebody takes the card and edits it; and makes a mistake.
        self.machine.disc.put({"postern.json": configuration("no-path"),
                               "appliance.conf": settings(console="shell", trial_s=20)})  # fmt: skip
        self.machine.start()
        self.machine.wait_for("in slot a$", BOOT_S)

    def test_05_says_what_is_wrong_with_a_configuration(self):
        self.machine.wait_for("postern.json#/endpoints/0/match/path: \"no-path\" is not a path", BOOT_S)
        self.machine.wait_for("appliance: the gateway was not started")
        self.machine.says("a shell for whoever is at the console")

    def test_06_can_be_repaired_on_the_spot(self):
        self.shell("mount -o remount,rw /config && sed -i s,no-path,/open/, /config/postern.json; "
                   "mount -o remount,ro /config; sv restart /run/service/postern")  # fmt: skip
        self.machine.wait_for("postern: listening on", 60)
        self.assertEqual(get("/open/door")[0], 200)

    def test_07_has_a_root_that_nobody_writes(self):
        self.assertIn("Read-only file system", self.shell("touch /bin/x /etc/x"))
        self.assertIn(" / squashfs ro,", self.shell("cat /proc/mounts"))
        self.assertIn("/config vfat ro,nosuid,nodev,noexec,", self.shell("cat /proc/mounts"))

    def test_08_runs_the_gateway_as_its_own_user_without_any_capability(self):
        status = self.shell("cat /proc/$(pidof postern)/status").replace("\t", " ")
        self.assertIn("Uid: 100 100 100 100", status)
        self.assertIn("CapEff: 0000000000000000", status)
        self.assertIn("CapPrm: 0000000000000000", status)
        self.assertIn("NoNewPrivs: 1", status)
        self.assertRegex(self.shell("ls -la /config/postern.json"), "-rw-------")
        self.assertRegex(self.shell("cat /proc/$(pidof postern)/limits"), r"Max open files +16384 +16384 ")

    def test_09_starts_the_gateway_again_when_it_ends(self):
        self.machine.type("kill -9 $(pidof postern)")
        self.machine.wait_for("the gateway was ended by signal 9; starting it again", 30)
        self.machine.wait_for("postern: listening on", 30)
        self.assertEqual(get("/open/door")[0], 200)

    def test_10_refuses_an_update_that_is_not_signed(self):
        self.machine.type(f"postern-update {self.url('forged')}")
        self.machine.wait_for("update: .*/forged is not signed by who may", 30)
        self.assertIn("trial=\n", self.shell("postern-update status"))

    def test_10_refuses_a_signed_update_that_is_not_for_it(self):
        """Who may sign is not who answers for the URL; and a line may break."""
        for name, why in (("old", "is older than what is running"), ("large", "needs 1073741824 bytes, the slot has 67108864"),
                          ("cut", "what was written into slot b is not what was signed")):  # fmt: skip
            self.machine.type(f"postern-update {self.url(name)}")
            self.machine.wait_for(f"appliance: update: .*{why}", 30)
            self.assertIn("trial=\n", self.shell("postern-update status"))

    def test_11_takes_the_time_from_the_network(self):
        self.machine.says('"event":"clock","state":"synchronised"', 90)

    def test_12_falls_back_from_an_update_whose_gateway_does_not_answer(self):
        self.machine.type(f"postern-update {self.url('broken')}")
        self.machine.wait_for("a broken version is in slot b; restarting to try it", 90)
        self.machine.wait_for("a broken version in slot b", BOOT_S)
        self.machine.wait_for("the gateway does not answer; going back to slot a", 90)
        self.machine.wait_for("in slot a$", BOOT_S)
        self.machine.wait_for("slot b did not work; back in slot a", 60)
        self.assertEqual(get("/open/door")[0], 200)

    def test_13_does_not_try_a_broken_update_again(self):
        self.shell(f"postern-update {self.url('broken')}")
        self.assertIn("trial=\n", self.shell("postern-update status"))

    def test_14_falls_back_when_power_is_lost_during_the_trial(self):
        self.machine.type(f"postern-update {self.url('good')}")
        self.machine.wait_for("the second version is in slot b; restarting to try it", 90)
        self.machine.wait_for("Slot b", BOOT_S)
        self.machine.cut_power()
        self.starts()
        self.machine.says("slot b did not finish its trial; back in slot a", 60)
        self.assertIn("running slot a", self.shell("postern-update status"))

    def test_15_confirms_an_update_whose_gateway_answers(self):
        """This time it comes by hand, on the configuration's partition."""
        self.machine.cut_power()
        self.machine.disc.put({"update.postern": self.updates.files["good"]})
        self.machine.start()
        self.machine.wait_for("the second version is in slot b; restarting to try it", BOOT_S + 60)
        self.machine.wait_for("update: confirmed, slot b stays", BOOT_S + 60)
        self.assertEqual(get("/open/door")[0], 200)
        self.machine.cut_power()

    def test_16_stays_with_what_was_confirmed(self):
        self.starts()
        self.assertIn("running slot b, the second version", self.shell("postern-update status"))

    def test_17_does_not_go_back_to_what_once_came_by_hand(self):
        """The file is still there when a later version has come by network."""
        self.shell(UPDATES_ARE_LOOKED_FOR)
        self.machine.type(f"postern-update {self.url('third')}")
        self.machine.wait_for("the third version is in slot a; restarting to try it", 90)
        self.machine.wait_for("update: confirmed, slot a stays", BOOT_S + 60)
        self.shell(f"sv restart /run/service/update; {UPDATES_ARE_LOOKED_FOR}")
        status = self.shell("postern-update status")
        self.assertIn("running slot a, the third version", status)
        self.assertIn("trial=\n", status)

    def test_18_starts_from_the_other_slot_when_one_cannot_be_loaded(self):
        """As after years on a card; and meanwhile the network has got addresses that do not change."""
        self.machine.cut_power()
        self.machine.disc.write("a", bytes(1 << 20))
        self.machine.disc.put({"appliance.conf": settings(
            console="shell", address=f"{FIXED}/24", gateway="10.0.2.2", dns="10.0.2.3 10.0.2.4", hostname="press-7")})  # fmt: skip
        self.machine.address = FIXED
        self.starts()
        self.machine.says("Slot a cannot be loaded.")
        self.machine.says("the second version in slot b")

    def test_19_has_the_address_that_its_configuration_says(self):
        self.machine.says(f"appliance: network: eth0 has {FIXED}/24")
        self.assertEqual(get("/open/door"), (200, "upstream saw /open/door"))
        self.assertIn("default via 10.0.2.2 dev eth0", self.shell("ip route"))
        self.assertIn("nameserver 10.0.2.3\nnameserver 10.0.2.4\n", self.shell("cat /etc/resolv.conf"))
        self.assertIn("press-7\n", self.shell("hostname"))

    def test_20_keeps_the_slot_that_works_when_power_is_lost_while_the_other_is_repaired(self):
        self.updates.stopped.clear()
        self.updates.files["half"] = self.updates.files["third"]
        self.shell(UPDATES_ARE_LOOKED_FOR)
        self.machine.type(f"postern-update {self.url('half')}")
        self.assertTrue(self.updates.stopped.wait(60))
        self.machine.cut_power()
        self.starts()
        self.machine.says("the second version in slot b")
        self.assertIsNone(self.machine.said("Slot a"))

    def test_21_is_restarted_by_the_watchdog_when_nothing_runs_any_longer(self):
        self.shell("pidof watchdog")
        self.machine.type("kill -STOP -1")
        self.machine.wait_for("Slot b\\.", 60)
        self.machine.cut_power()


if __name__ == "__main__":
    unittest.main()
