"""Reference pictures of some tests of key-visual, as SVG files that are named after the tests."""

from itertools import groupby

from reference import PALETTE, colours

WHOLE = ["key-0", "key-1", "key-2", "key-leading-zeros", "hash-zeros", "hash-ones", "hash-colours",
         "hash-counting", "hash-first-cell", "hash-last-cell"]
LEGACY = ["key-0", "key-1", "hash-zeros", "hash-colours", "hash-counting", "hash-last-legacy-cell"]


def rectangles(cells, side):
    """One for each run of equal cells in a row, but for colour 0, which the background has."""
    for y in range(side):
        x = 0
        for cell, run in groupby(cells[y * side : (y + 1) * side]):
            width = len(list(run))
            if cell:
                yield f'<rect x="{x}" y="{y}" width="{width}" height="1" fill="{PALETTE[cell]}"/>'
            x += width


def svg(name, cells, side, clauses):
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        'shape-rendering="crispEdges">',
        f"<title>key-visual/{name}</title>",
        f"<desc>{', '.join(clauses)}</desc>",
        f'<rect width="{side}" height="{side}" fill="{PALETTE[0]}"/>',
        *rectangles(cells, side),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def pictures(kinds):
    """The text of each file by its name; the tests are those of the kind key-visual."""
    tests = {test["id"]: test for kind in kinds for test in kind.tests()}
    for name in WHOLE:
        cells = colours(bytes.fromhex(tests[f"key-visual/{name}"]["hash"]))
        yield f"{name}.svg", svg(name, cells, 12, ["KEY-5", "KEY-7"])
    for name in LEGACY:
        cells = colours(bytes.fromhex(tests[f"key-visual/{name}"]["hash"])[:16])
        yield f"{name}.legacy.svg", svg(name, cells, 8, ["KEY-6", "KEY-7"])
