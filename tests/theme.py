"""theme.py - read "theme" from stdin: do the colours of colour-blind differ
for those who lack a cone? As Machado, Oliveira and Fernandes (2009) model it;
the distance is CIE 1976, of which an eye sees about 2.3."""

import itertools
import math
import sys

LACKING = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868),
               (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968),
               (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779),
               (-0.078411, 0.930809, 0.147602),
               (0.004733, 0.691367, 0.303900)),
}


def linear(color):
    parts = [int(color[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4
            for p in parts]


def lab(rgb):
    def f(t):
        return t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116

    r, g, b = (min(max(v, 0), 1) for v in rgb)
    x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505)
    y = f(0.2126 * r + 0.7152 * g + 0.0722 * b)
    z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(color, matrix):
    rgb = linear(color)
    return lab([sum(a * b for a, b in zip(row, rgb)) for row in matrix])


colors = {}
for line in sys.stdin:
    theme, name, color, _ = line.split("\t")
    if theme == "colour-blind" and name in (
            "insert", "update", "delete", "read", "other"):
        colors[name] = color
assert len(colors) == 5, colors
for lack, matrix in LACKING.items():
    for a, b in itertools.combinations(colors, 2):
        far = math.dist(seen(colors[a], matrix), seen(colors[b], matrix))
        assert far > 15, f"{lack}: {a} and {b} are alike: {far:.1f}"
