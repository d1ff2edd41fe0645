"""Small files of the kinds that are sent."""
import os


def _segment(marker, content):
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def _grey_jpeg(side=16):
    """A whole JPEG of one shade: each of its blocks of 8 by 8 differs by nothing from the one before it."""
    only_zero = bytes([1] + [0] * 15 + [0])         # one code of one bit, for the symbol 0
    return (b"\xff\xd8"
            + _segment(0xE0, b"JFIF\0\x01\x01\x00\0\x01\0\x01\0\0")
            + _segment(0xDB, b"\x00" + b"\x01" * 64)
            + _segment(0xC0, b"\x08" + side.to_bytes(2, "big") * 2 + b"\x01\x01\x11\x00")
            + _segment(0xC4, b"\x00" + only_zero) + _segment(0xC4, b"\x10" + only_zero)
            + _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
            + bytes(side * side // 64 * 2 // 8) + b"\xff\xd9")


JPEG = _grey_jpeg()


def noise(size):
    """What stands for a sound or a film: neither side looks into it."""
    return os.urandom(size)
