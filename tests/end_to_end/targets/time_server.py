"""Tells the time to boards, which have no clock of their own: enough of NTP (RFC 5905) for a client.

It listens on our loopback interface, at the port that NTP has; of several runs each may have one there.
"""

import socket
import struct
import sys
import threading
import time

FROM_1900_TO_1970_S = 2_208_988_800


def listening():
    """The socket, or nothing: not everybody may listen on that port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind(("127.0.0.1", 123))
    except OSError:
        listener.close()
        return None
    return listener


def start():
    """Whether there is one now."""
    listener = listening()
    if listener is None:
        return False
    threading.Thread(target=answer_all, args=(listener,), daemon=True).start()
    return True


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
    told = listening()
    if told is None:
        sys.exit("no right to listen on UDP port 123")
    answer_all(told)
