"""A machine of its own, with its own network, inside QEMU: what boots there is the image that is shipped.

The machine's address is 10.0.2.15 on a network that QEMU makes up; ours is 10.0.2.2 there, and what listens on our
loopback interface is reached at it. A listener's port is forwarded from the same port of ours. The serial line is
QEMU's standard input and output, so that the log is where it is for every other program.
"""

import json
import re
import subprocess

from targets.host import Host, ports

LACKS = {
    "authorities": "a device has no list of authorities",
    "commands": "there is no shell to give commands in",
    "crowds": "the image's limits are a device's",
    "files": "no file changes while it runs",
    "loopback": "127.0.0.1 is another machine there",
    "memory": "the emulator's memory is not ours",
    "reset": "its power is cut, not its button pressed",
    "preload": "nothing can be loaded before it",
    "signals": "nobody can send it a signal",
    "speed": "the machine is emulated",
    "workers": "it has one worker",
}

# The tests that are written for the smallest target.
STORY = ("test_story", "test_story_hostile", "test_story_ten_thousand")


class Image(Host):
    here = "10.0.2.2"
    stdin = subprocess.PIPE
    start_s = 60
    patience = 5
    lacks = LACKS

    def words(self, gateway):
        return [*self.machine(gateway, self.adapted(json.loads(gateway.file.read_text()))),
                "-display", "none", "-serial", "stdio", "-monitor", f"unix:{self.monitor(gateway)},server=on,wait=off"]

    def monitor(self, gateway):
        """The socket at which QEMU takes orders."""
        return f"{gateway.file}.monitor"

    def machine(self, gateway, configuration):
        """The command that boots the image with `configuration`."""
        raise NotImplementedError

    def network(self, gateway):
        """What a `-nic user` or `-netdev user` has to say."""
        return "user," + ",".join(f"hostfwd=tcp:127.0.0.1:{port}-:{port}" for port in ports(gateway))

    def adapted(self, configuration):
        """The configuration as the image can use it: our addresses as it sees them, and time for an emulated machine."""
        for listener in configuration["listeners"]:
            listener["address"] = re.sub(r".*:", "0.0.0.0:", listener["address"])
        return self._seen_from_there(configuration)

    def _seen_from_there(self, value, name="", within=""):
        if isinstance(value, dict):
            return {key: self._seen_from_there(each, key, name) for key, each in value.items()}
        if isinstance(value, list):
            return [self._seen_from_there(each, name, within) for each in value]
        if isinstance(value, str) and name not in ("issuer", "issuers"):  # which are names, not addresses
            return re.sub(r"^(https?)://(127\.0\.0\.1|localhost)\b", rf"\1://{self.here}", value)
        if within == "timeouts":
            return value * self.patience
        return value
