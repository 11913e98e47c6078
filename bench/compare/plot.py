"""Bars as SVG."""

import html
import math

WIDTH, BAR, GAP, LEFT, RIGHT = 720, 14, 10, 130, 90
COLOURS = {"berth": "#1f6feb", "nginx": "#8c959f", "docker-registry": "#d29922", "distribution": "#bc4c00",
           "zot": "#8250df", "moto": "#57606a"}


def _text(x, y, text, anchor="start", size=11):
    return (f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-size="{size}" fill="#57606a">'
            f"{html.escape(text)}</text>")


def bars(title, groups):
    """`groups`: [(name, {peer: value})]. On a logarithmic scale where the largest is beyond 30 times the smallest."""
    values = [value for _, peers in groups for value in peers.values() if value > 0]
    most, least = max(values, default=1), min(values, default=1)
    logarithmic = most > 30 * least
    room = WIDTH - LEFT - RIGHT
    floor = 10 ** math.floor(math.log10(least)) if logarithmic else 0

    def length(value):
        if value <= 0:
            return 0
        if logarithmic:
            return room * (math.log10(value / floor) + .05) / (math.log10(most / floor) + .05)
        return room * value / most

    parts, y = [_text(8, 18, title + (" (logarithmic)" if logarithmic else ""), size=13)], 32
    for name, peers in groups:
        parts.append(_text(LEFT - 8, y + BAR, name, "end"))
        for peer, value in peers.items():
            long = length(value)
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{long:.0f}" height="{BAR - 2}" '
                         f'fill="{COLOURS.get(peer, "#57606a")}"><title>{html.escape(peer)}</title></rect>')
            figure = f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
            parts.append(_text(LEFT + long + 4, y + BAR - 3, figure, size=10))
            y += BAR
        y += GAP
    x = LEFT
    for peer in dict.fromkeys(peer for _, peers in groups for peer in peers):
        parts.append(f'<rect x="{x}" y="{y}" width="10" height="10" fill="{COLOURS.get(peer, "#57606a")}"/>')
        parts.append(_text(x + 14, y + 9, peer))
        x += 30 + 7 * len(peer)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + 20}" font-family="sans-serif">\n'
            f'<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(parts) + "\n</svg>\n")
