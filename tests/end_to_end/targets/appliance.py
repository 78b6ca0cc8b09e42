"""The appliance's image, booted as from its card: firmware, boot loader, kernel, and the gateway as the one service."""

import json
import pathlib

from targets.host import ports
from targets.image import LACKS, STORY, Image
from virtual_appliance import IMAGE, Disc, hardware


class Appliance(Image):
    """Whoever is at its console may have a shell there: that is how it is asked for its counters."""

    name = "appliance"
    program = IMAGE
    shares_console = True
    start_s = 240
    patience = 8
    lacks = {name: why for name, why in LACKS.items() if name not in ("authorities", "workers")}
    modules = STORY
    why_these = "it takes half a minute to boot, once per gateway"

    def machine(self, gateway, configuration):
        files = {}
        text = json.dumps(with_its_files(configuration, files), indent=1)
        disc = Disc(f"{gateway.file}.img", self.program)
        disc.put({**files, "postern.json": text, "appliance.conf": "console=shell\n"})
        return hardware(disc, {port: port for port in ports(gateway)})

    def is_up(self, gateway):
        said = gateway.output()
        return "postern: listening on" in said and "appliance: network: " in said

    def ask_for_counters(self, gateway):
        gateway.process.stdin.write(b"sv 1 /run/service/postern\n")
        gateway.process.stdin.flush()


def with_its_files(value, files, name=""):
    """The configuration `value` with every file it names called as it will be on the card; their contents go to `files`."""
    if isinstance(value, dict):
        return {key: with_its_files(each, files, key) for key, each in value.items()}
    if isinstance(value, list):
        return [with_its_files(each, files, name) for each in value]
    if isinstance(value, str) and name.endswith("file"):
        called = f"file{len(files)}.pem"
        files[called] = pathlib.Path(value).read_bytes()
        return called
    return value
