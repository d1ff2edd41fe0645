"""A network of our own, in which every data centre of Telegram is this machine.

TDLib carries the addresses of the real data centres. So before it is loaded, the process moves into a network namespace
without any interface but `lo`, and `lo` gets addresses whose masks cover those data centres: whatever TDLib connects
to, it reaches the server of this folder, and nothing can leave the machine. `guard` refuses everything else.
"""
import ctypes
import fcntl
import os
import socket
import struct
import tempfile

NEW_MOUNTS, NEW_NETWORK = 0x00020000, 0x40000000
RECURSIVE_PRIVATE, BIND = 0x44000, 0x1000
GET_FLAGS, SET_FLAGS, SET_ADDRESS, SET_MASK = 0x8913, 0x8914, 0x8916, 0x891C
UP_AND_RUNNING = 0x41
OUTSIDE = os.readlink("/proc/self/ns/net")
# An address on `lo` makes everything under its mask local. 0.0.0.0/0 would not do: it is no valid prefix of an address.
COVERED = (("lo:low", "64.0.0.1", "192.0.0.0"), ("lo:high", "128.0.0.1", "128.0.0.0"))
# Daemons that would look names up on our behalf, in a network that is not ours.
RESOLVERS = ("/run/nscd", "/run/systemd/resolve", "/run/dbus", "/run/avahi-daemon")


class Exposed(RuntimeError):
    """The process can reach a network."""


def guard():
    """Refuses to go on where any interface but `lo` exists, or in the network that the process came from."""
    names = sorted(name for _, name in socket.if_nameindex())
    if names != ["lo"]:
        raise Exposed("there are interfaces beside lo: %s" % ", ".join(names))
    if os.readlink("/proc/self/ns/net") == OUTSIDE:
        raise Exposed("this is the network that the process was started in")


def _checked(function, *arguments):
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (function.__name__, os.strerror(number)))


def _hide_resolvers(libc):
    """Names come from /etc/hosts alone; other processes do not notice."""
    _checked(libc.mount, b"none", b"/", None, ctypes.c_ulong(RECURSIVE_PRIVATE), None)
    for folder in filter(os.path.isdir, RESOLVERS):
        _checked(libc.mount, b"tmpfs", folder.encode(), b"tmpfs", ctypes.c_ulong(0), None)
    if os.path.exists("/etc/nsswitch.conf"):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as names:
            names.write("hosts: files\npasswd: files\ngroup: files\n")
            names.flush()
            os.chmod(names.name, 0o644)
            _checked(libc.mount, names.name.encode(), b"/etc/nsswitch.conf", None, ctypes.c_ulong(BIND), None)


def _cover_everything():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        name = struct.pack("16s16x", b"lo")
        flags, = struct.unpack_from("h", fcntl.ioctl(control, GET_FLAGS, name), 16)
        fcntl.ioctl(control, SET_FLAGS, struct.pack("16sh14x", b"lo", flags | UP_AND_RUNNING))
        for label, address, mask in COVERED:
            for request, value in ((SET_ADDRESS, address), (SET_MASK, mask)):
                fcntl.ioctl(control, request, struct.pack("16sHH4s8x", label.encode(), socket.AF_INET, 0,
                                                          socket.inet_aton(value)))


def enter():
    """To be called before any thread exists and before TDLib is loaded."""
    try:
        guard()
    except Exposed:
        pass
    else:
        raise RuntimeError("the guard does not notice where it is")
    libc = ctypes.CDLL(None, use_errno=True)
    _checked(libc.unshare, NEW_NETWORK | NEW_MOUNTS)
    _hide_resolvers(libc)
    _cover_everything()
    guard()
