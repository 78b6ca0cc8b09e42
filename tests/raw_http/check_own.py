"""Our own regression list, in the same form as http-requests, with `raw` as text and a few members more:
`statuses_all`, `upstream_targets`, `upstream_bodies`, `upstream_fields` (every spelling of the name).
"""

import json
import pathlib

import check_requests

HERE = pathlib.Path(__file__).resolve().parent


def load(_):
    return json.loads((HERE / "own_cases.json").read_text())["cases"]


run = check_requests.run
