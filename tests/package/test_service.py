"""The service that the package installs, in a Debian that runs."""

from certificates import Authority
from installed import MachineTest, introspected

DYNAMIC = range(61184, 65520)  # systemd's range of users that exist while a service runs


class Service(MachineTest):
    def setUp(self):
        super().setUp()
        self.said = self.install()

    def test_runs_once_it_is_installed_and_after_every_boot(self):
        self.assertEqual("active", self.machine.run("systemctl is-active postern"))
        self.assertEqual("enabled", self.machine.run("systemctl is-enabled postern"))
        self.assertNotIn("rror", self.said)

    def test_as_it_comes_it_listens_to_the_machine_alone_and_passes_on_its_health(self):
        sockets = self.machine.run("cat /proc/net/tcp /proc/net/tcp6").splitlines()
        listening = [line.split()[1] for line in sockets if line.split()[3] == "0A"]
        self.assertEqual(["0100007F:1F90"], sorted(set(listening)))
        self.assertEqual(502, self.get("http://127.0.0.1:8080/health")[0])
        self.start_peer(9000)
        self.assertEqual((200, "the application; subject None\n"), self.get("http://127.0.0.1:8080/health"))
        self.assertEqual(404, self.get("http://127.0.0.1:8080/")[0])
        self.assertEqual(405, self.get("http://127.0.0.1:8080/health", "--request", "DELETE")[0])

    def test_is_a_user_that_exists_while_it_runs(self):
        process = self.status_of_process()
        user = int(process["Uid"].split()[0])
        self.assertIn(user, DYNAMIC)
        secrets = int(self.machine.run("getent group postern-secrets").split(":")[2])
        self.assertEqual({user, secrets}, {int(group) for group in process["Groups"].split()})
        self.assertEqual(user, int(self.machine.run("stat --format %u /var/lib/private/postern")))
        self.machine.run("systemctl stop postern")
        self.assertNotEqual(0, self.machine.try_to("getent passwd postern").returncode)

    def test_has_one_capability_and_cannot_get_another(self):
        process = self.status_of_process()
        net_bind_service = 1 << 10
        for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(net_bind_service, int(process[name], 16), name)
        self.assertEqual(("1", "2"), (process["NoNewPrivs"], process["Seccomp"]))

    def test_may_listen_on_a_port_below_1024(self):
        self.configure(listeners=[{"address": "127.0.0.1:80"}])
        self.machine.run("systemctl restart postern")
        self.assertEqual(404, self.get("http://127.0.0.1/")[0])

    def test_has_limits(self):
        self.assertEqual(str(256 << 20), self.show("MemoryMax"))
        limits = self.machine.run(f"cat /proc/{self.pid()}/limits")
        self.assertRegex(limits, r"Max open files +16384 +16384 ")
        self.assertRegex(limits, r"Max core file size +0 +0 ")
        self.configure(limits={"workers": 8})
        plan = self.machine.run("postern plan /etc/postern/postern.json")
        self.assertLess(int(plan.split()[-1]), 256 << 20, "eight workers at default limits have room")

    def test_gets_no_more_memory_than_it_may_have(self):
        if "memory" not in self.machine.run("cat /sys/fs/cgroup/cgroup.controllers").split():
            self.skipTest("this kernel does not limit memory by cgroups of version 2: nothing would be enforced")
        group = self.show("ControlGroup")
        self.assertEqual(str(256 << 20), self.machine.run(f"cat /sys/fs/cgroup{group}/memory.max"))

    def test_can_write_nowhere_but_to_its_state(self):
        inside = f"nsenter --target={self.pid()} --mount"
        mounts = self.machine.run(f"cat /proc/{self.pid()}/mountinfo").splitlines()
        writable = {line.split()[4] for line in mounts if "rw" in line.split()[5].split(",")}
        kernels_own = {place for place in writable if place.split("/")[1] in ("dev", "proc", "sys")}
        self.assertEqual({"/var/lib/private/postern", "/tmp", "/var/tmp"}, writable - kernels_own)
        self.machine.write("/home/somebody/file", "")
        self.assertEqual("", self.machine.run(f"{inside} find /home /root /tmp -mindepth 1"))

    def test_uses_a_new_certificate_after_a_reload_and_counts_on_request(self):
        folder = self.folder()
        old, new = (Authority(folder, name) for name in ("old", "new"))
        self.write_identity(old.issue("server-1", names=["localhost"]))
        self.configure(listeners=[{"address": "127.0.0.1:8443", "tls": {
            "certificate_file": "secrets/tls.pem", "key_file": "secrets/tls.key"}}])
        self.machine.run("systemctl restart postern")
        before = self.pid()
        self.assertEqual(404, self.get("https://localhost:8443/", "--cacert", str(old.file))[0])
        self.write_identity(new.issue("server-2", names=["localhost"]))
        self.reload_and_count()
        self.assertEqual(404, self.get("https://localhost:8443/", "--cacert", str(new.file))[0])
        self.assertEqual(before, self.pid())

    def test_comes_back_when_it_is_killed(self):
        before = self.pid()
        self.machine.run("systemctl kill --signal KILL postern")
        self.wait_until(lambda: self.pid() not in (0, before))
        self.wait_until(lambda: self.get("http://127.0.0.1:8080/")[0] == 404)

    def test_tries_again_until_its_address_is_free(self):
        self.machine.run("systemctl stop postern")
        self.start_peer(8080)
        self.assertNotEqual(0, self.machine.try_to("systemctl start postern").returncode)
        self.assertEqual("0", self.show("StartLimitIntervalUSec"), "there is no last attempt")
        self.stop_peers()
        self.wait_until(lambda: self.get("http://127.0.0.1:8080/")[0] == 404)

    def test_with_a_mistake_in_the_file_it_says_so_once_and_does_not_try_again(self):
        self.configure(listeners=[{"address": "nowhere"}])
        self.assertNotEqual(0, self.machine.try_to("systemctl restart postern").returncode)
        # (What is tried again is not `failed` meanwhile, but `auto-restart`.)
        self.assertEqual(("failed", "failed", "2"),
                         (self.show("ActiveState"), self.show("SubState"), self.show("ExecMainStatus")))
        self.assertEqual(1, self.journal().count("/etc/postern/postern.json#/listeners/0/address: "))

    def test_ends_as_asked(self):
        self.machine.run("systemctl stop postern")
        self.assertEqual(("inactive", "success"), (self.show("ActiveState"), self.show("Result")))


class Secrets(MachineTest):
    """What a user that comes and goes can read, and what is accepted of that."""

    def setUp(self):
        super().setUp()
        self.install()
        self.start_peer(9000)
        self.start_peer(9001)

    def serve_with(self, file):
        """The answer to a request with a token, when the provider wants the secret in `file`."""
        self.configure(**introspected(file))
        restarted = self.machine.try_to("systemctl restart postern")
        if restarted.returncode != 0:
            return self.journal().splitlines()
        return self.get("http://127.0.0.1:8080/readings/today", "--header", "Authorization: Bearer abc")

    served = (200, "the application; subject alice\n")

    def assert_refused(self, lines, problem):
        self.assertTrue(any(problem in line for line in lines), lines)

    def test_put_into_their_folder_as_the_manual_says(self):
        self.machine.write("/root/client-secret", "opensesame\n", mode="600")
        self.machine.run("install -m 640 /root/client-secret /etc/postern/secrets/")
        self.assertEqual(self.served, self.serve_with("secrets/client-secret"))
        self.machine.run("postern check /etc/postern/postern.json")

    def test_anywhere_else_if_they_belong_to_the_group(self):
        self.machine.write("/etc/elsewhere/client", "opensesame\n", mode="640", owner="root:postern-secrets")
        self.assertEqual(self.served, self.serve_with("/etc/elsewhere/client"))

    def test_of_root_alone_cannot_be_read(self):
        self.machine.write("/etc/postern/secrets/client", "opensesame\n", mode="600")
        self.assert_refused(self.serve_with("secrets/client"), "cannot be read; ")
        as_the_service = "setpriv --reuid=nobody --regid=nogroup --groups=postern-secrets"
        self.assertIn("cannot be read; ", self.machine.try_to(
            f"{as_the_service} postern check /etc/postern/postern.json").stdout)

    def test_that_others_may_read_are_refused(self):
        self.machine.write("/etc/postern/secrets/client", "opensesame\n", mode="644")
        self.assert_refused(self.serve_with("secrets/client"), "can be read or written by others; ")
        self.machine.run("chmod 640 /etc/postern/secrets/client && chgrp root /etc/postern/secrets/client")
        self.assertIn("can be read or written by others; ",
                      self.machine.try_to("postern check /etc/postern/postern.json").stdout)

    def test_handed_over_as_credentials(self):
        self.machine.write("/etc/postern/client", "opensesame\n", mode="600")
        self.drop_in("[Service]\nLoadCredential=client-secret:/etc/postern/client\n")
        self.assertEqual(self.served, self.serve_with("/run/credentials/postern.service/client-secret"))


class Sandbox(MachineTest):
    """Everything the program does, where whatever the unit's filter refuses kills it."""

    def test_the_filter_refuses_nothing_that_is_needed(self):
        self.install()
        self.start_peer(9000)
        self.start_peer(9001)
        self.write_identity(Authority(self.folder(), "root").issue("server", names=["localhost"]))
        self.write_secret("client", "opensesame\n")
        self.configure(**introspected("secrets/client"),
                       listeners=[{"address": "127.0.0.1:8080"}, {"address": "[::1]:8443", "tls": {
                           "certificate_file": "secrets/tls.pem", "key_file": "secrets/tls.key"}}],
                       upstreams={"application": {"servers": ["http://localhost:9000"]}})
        self.drop_in("[Service]\nSystemCallErrorNumber=kill\nRestart=no\n")
        self.machine.run("systemctl restart postern")
        before = self.pid()

        token = ("--header", "Authorization: Bearer abc")
        served = (200, "the application; subject alice\n")
        for url in ("http://127.0.0.1:8080/readings/", "https://[::1]:8443/readings/"):
            self.assertEqual(served, self.get(url, "--insecure", *token), "introspection, names, both families, TLS")
        self.assertEqual(served, self.get("http://127.0.0.1:8080/readings/", *token, "--data", "x" * 100_000))
        self.assertEqual(401, self.get("http://127.0.0.1:8080/readings/")[0])
        self.reload_and_count()
        self.assertEqual(200, self.get("https://[::1]:8443/readings/", "--insecure", *token)[0])
        self.assertEqual(before, self.pid())
        self.machine.run("systemctl stop postern")
        self.assertEqual("success", self.show("Result"), self.journal())

    def test_the_filter_is_there(self):
        """The test above would pass without one."""
        self.install()
        self.drop_in("[Service]\nSystemCallErrorNumber=kill\nRestart=no\nSystemCallFilter=~bind\n")
        self.machine.try_to("systemctl restart postern")
        bad_system_call = "31"
        self.assertEqual(("signal", bad_system_call), (self.show("Result"), self.show("ExecMainStatus")))
