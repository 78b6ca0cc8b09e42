"""What becomes of a machine when the package is upgraded, removed and purged."""

import debian
from installed import MachineTest

EDITED = {"listeners": [{"address": "127.0.0.1:8081"}]}
BAD = {"listeners": [{"address": "nowhere"}]}


class Upgrade(MachineTest):
    def setUp(self):
        super().setUp()
        self.install()

    def upgrade(self, options="", **changes):
        return self.install(debian.next_version(self.folder(), **changes), options)

    def test_restarts_the_service_with_the_new_version(self):
        before = self.pid()
        self.upgrade()
        self.assertEqual("999", self.machine.run("dpkg-query --show --showformat '${Version}' postern"))
        self.assertNotIn(self.pid(), (0, before))
        self.assertEqual(404, self.get("http://127.0.0.1:8080/")[0])

    def test_keeps_an_edited_configuration(self):
        self.configure(**EDITED)
        self.upgrade()
        self.assertEqual(404, self.get("http://127.0.0.1:8081/")[0])
        self.assertEqual("", self.machine.run("ls -A /etc/postern | grep -v -e ^postern.json$ -e ^secrets$ || true"))

    def test_keeps_an_edited_configuration_beside_a_new_one(self):
        self.configure(**EDITED)
        shipped = (debian.ROOT / "firmware/linux/package/postern.json").read_text()
        self.upgrade("-o Dpkg::Options::=--force-confold", configuration=shipped + "\n")
        self.assertEqual(404, self.get("http://127.0.0.1:8081/")[0])
        self.assertEqual(shipped, self.machine.run("cat /etc/postern/postern.json.dpkg-dist") + "\n")

    def test_renews_a_configuration_that_was_not_edited(self):
        shipped = (debian.ROOT / "firmware/linux/package/postern.json").read_text()
        self.upgrade(configuration=shipped.replace("8080", "8082"))
        self.assertEqual(404, self.get("http://127.0.0.1:8082/")[0])

    def test_does_not_stop_a_service_that_would_not_come_back(self):
        before = self.pid()
        self.configure(**BAD)
        said = self.upgrade()
        self.assertIn("/etc/postern/postern.json#/listeners/0/address: ", said)
        self.assertIn("postern: the one that runs goes on with what it has; it was NOT restarted.", said)
        self.assertEqual(before, self.pid())
        self.assertEqual(404, self.get("http://127.0.0.1:8080/")[0])
        self.assertEqual("install ok installed", self.machine.run("dpkg-query --show --showformat '${Status}' postern"))

    def test_sees_that_a_secret_can_be_read_by_root_but_not_by_the_service(self):
        before = self.pid()
        self.machine.write("/etc/postern/secrets/key", "key", mode="600")
        self.machine.write("/etc/postern/secrets/certificate", "certificate")
        self.configure(listeners=[{"address": "127.0.0.1:8080", "tls": {
            "certificate_file": "secrets/certificate", "key_file": "secrets/key"}}])
        self.assertRegex(self.upgrade(), r'#/listeners/0/tls/key_file: the file "secrets/key" cannot be read; ')
        self.assertEqual(before, self.pid())

    def test_leaves_a_disabled_service_alone(self):
        self.machine.run("systemctl disable --now postern")
        self.upgrade()
        self.assertEqual("disabled", self.machine.try_to("systemctl is-enabled postern").stdout.strip())
        self.assertEqual("inactive", self.show("ActiveState"))

    def test_leaves_the_state_and_the_secrets(self):
        self.write_secret("client", "opensesame")
        self.machine.run("touch /var/lib/postern/clock-floor && chmod 711 /etc/postern/secrets")
        self.upgrade()
        self.machine.run("test -e /var/lib/postern/clock-floor")
        self.assertEqual("opensesame", self.machine.run("cat /etc/postern/secrets/client"))
        self.assertEqual("2711", self.machine.run("stat --format %a /etc/postern/secrets"), "as the administrator has it")

    def test_to_the_same_version_changes_nothing(self):
        self.configure(**EDITED)
        self.install(options="--reinstall")
        self.assertEqual(404, self.get("http://127.0.0.1:8081/")[0])


class Removal(MachineTest):
    def files(self):
        """Everything in the file system, but what changes by itself and what apt and dpkg remember."""
        return set(self.machine.run("""find / -xdev -not -path '/root/*' -not -path '/var/lib/dpkg/*' \
            -not -path '/var/cache/*' -not -path '/var/log/*' -not -path '/tmp/*' -not -path '/var/tmp/*' \
            -not -path '/var/lib/apt/*' -not -path '/var/lib/systemd/*'""").splitlines())

    def test_stops_the_service_and_leaves_the_configuration(self):
        self.install()
        self.configure(**EDITED)
        pid = self.pid()
        self.machine.run("apt-get remove -y -q postern")
        self.assertNotEqual(0, self.machine.try_to(f"kill -0 {pid}").returncode)
        self.assertEqual("/etc/postern /etc/postern/postern.json /etc/postern/secrets",
                         " ".join(sorted(self.machine.run("find /etc/postern").splitlines())))

    def test_can_be_taken_back(self):
        self.install()
        self.configure(**EDITED)
        self.machine.run("apt-get remove -y -q postern")
        self.install()
        self.assertEqual("enabled", self.machine.run("systemctl is-enabled postern"))
        self.assertEqual(404, self.get("http://127.0.0.1:8081/")[0])

    def test_with_purge_leaves_nothing_but_the_group(self):
        before, groups = self.files(), self.machine.run("cat /etc/group").splitlines()
        self.install()
        self.configure(**EDITED)
        self.write_secret("client", "opensesame")
        self.machine.run("touch /var/lib/postern/clock-floor && systemctl restart postern")
        self.machine.run("apt-get purge -y -q postern")
        # (systemd makes /var/lib/private for the first service with a user of its making, and keeps it;
        # whoever adds a group keeps the list that was before.)
        others = {"/var/lib/private", "/etc/group-", "/etc/gshadow-", "/etc/.pwd.lock"}
        self.assertEqual(set(), (self.files() ^ before) - others)
        added = [line.split(":")[0] for line in self.machine.run("cat /etc/group").splitlines() if line not in groups]
        self.assertEqual(["postern-secrets"], added)
        self.assertNotEqual(0, self.machine.try_to("dpkg-query --show postern").returncode)
        self.assertNotIn("postern", self.machine.run("systemctl list-units --all --plain --no-legend"))


class WithoutSystemd(MachineTest):
    """As when an image is made: the package goes into a folder in which nothing runs."""

    def test_is_ready_for_the_first_boot(self):
        file = self.machine.copy(debian.package())
        self.machine.run("mkdir /image && mount --bind / /image")  # everything but /run, /proc and /sys
        self.machine.run(f"chroot /image dpkg --install {file}")
        self.machine.run("test -L /etc/systemd/system/multi-user.target.wants/postern.service")
        self.assertEqual("2750 root:postern-secrets", self.machine.run("stat --format '%a %U:%G' /etc/postern/secrets"))
        self.machine.run("chroot /image postern check /etc/postern/postern.json")
        self.assertEqual("inactive", self.show("ActiveState"))
        self.machine.run("chroot /image dpkg --purge postern")
        self.assertNotEqual(0, self.machine.try_to("ls /etc/postern /var/lib/postern").returncode)
