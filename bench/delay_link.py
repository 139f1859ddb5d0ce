"""A long wire between two namespaces, in user space: two TUN devices and a process that holds every packet back.

In: ``python -m bench.delay_link SECONDS DEVICE NAMESPACE DEVICE NAMESPACE`` (root). It makes both devices, moves each
into its namespace, says ``ready`` and carries packets until it is told to end. Nothing is lost or reordered, both
directions are delayed alike; a packet is late by what this process takes to wake up, some tens of microseconds.
"""

import contextlib
import fcntl
import os
import select
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000  # linux/if_tun.h: whole IP packets, no header of four bytes before them
LARGEST_PACKET = 65535


def open_tun(device: str, namespace: str) -> int:
    """Make a TUN device and move it into a namespace; the descriptor stays ours and keeps it alive."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TUN | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", device, "netns", namespace], check=True)
    return descriptor


def carry(one: int, other: int, delay: float) -> None:
    """Move packets for ever, each ``delay`` seconds after it came."""
    across = {one: other, other: one}
    under_way: deque[tuple[float, int, bytes]] = deque()  # in the order they came, so in the order they are due
    while True:
        wait = max(0.0, under_way[0][0] - time.monotonic()) if under_way else None
        readable, _, _ = select.select([one, other], [], [], wait)
        for descriptor in readable:
            with contextlib.suppress(BlockingIOError):
                packet = os.read(descriptor, LARGEST_PACKET)
                under_way.append((time.monotonic() + delay, across[descriptor], packet))
        while under_way and under_way[0][0] <= time.monotonic():
            _, descriptor, packet = under_way.popleft()
            with contextlib.suppress(OSError):  # a device that is down takes no packets, as a pulled plug
                os.write(descriptor, packet)


@contextlib.contextmanager
def delay_link(delay: float, *ends: tuple[str, str]) -> Iterator[None]:
    """Run the wire in a process of its own between two (device, namespace) ends."""
    words = [word for end in ends for word in end]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.delay_link", str(delay), *words],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("the delaying link did not come up; what it said stands above")
        yield
    finally:
        process.terminate()
        process.communicate()


def main(words: list[str]) -> None:
    delay, device, namespace, other_device, other_namespace = words
    ends = open_tun(device, namespace), open_tun(other_device, other_namespace)
    print("ready", flush=True)
    carry(*ends, float(delay))


if __name__ == "__main__":
    main(sys.argv[1:])
