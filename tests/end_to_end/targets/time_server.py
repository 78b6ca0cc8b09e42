"""Tells the time to boards, which have no clock of their own: enough of NTP (RFC 5905) for a client.

    tests/end_to_end/targets/time_server.py PORT

It listens on our loopback interface, at a port that anybody may have.
"""

import socket
import struct
import sys
import threading
import time

FROM_1900_TO_1970_S = 2_208_988_800


def listening(port):
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", port))
    return listener


def start():
    """The port at which it answers from now on."""
    listener = listening(0)
    threading.Thread(target=answer_all, args=(listener,), daemon=True).start()
    return listener.getsockname()[1]


def answer_all(listener):
    while True:
        question, client = listener.recvfrom(512)
        if len(question) >= 48:
            listener.sendto(answer(question, time.time() + FROM_1900_TO_1970_S), client)


def answer(question, now):
    moment = struct.pack(">II", int(now) & 0xFFFFFFFF, int(now % 1 * 2**32))
    version = question[0] & 0b00111000
    head = struct.pack(">BBbb", version | 4, 1, question[2], -20)  # mode 4: server; stratum 1
    return head + bytes(8) + b"TEST" + moment + question[40:48] + moment + moment


if __name__ == "__main__":
    answer_all(listening(int(sys.argv[1])))
