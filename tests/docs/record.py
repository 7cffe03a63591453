"""A session of the terminal as a picture: record.py FOLDER COMMAND... writes session-light.svg and session-dark.svg.

Commands run in the current folder on a terminal of 80 columns, with colours.
"""

import html
import os
import re
import sys

sys.path.insert(0, os.path.dirname(__file__))
from replay import run  # noqa: E402

COLUMNS = 80
WIDE, HIGH, EDGE = 8.4, 19, 14  # of a character, a line, the margin
THEMES = {
    "light": {"back": "#ffffff", "frame": "#d0d7de", "text": "#1f2328", "prompt": "#0969da",
              1: None, 2: "#656d76", 31: "#cf222e", 32: "#116329", 33: "#7d4e00", 34: "#0550ae", 35: "#8250df", 36: "#1b7c83"},
    "dark": {"back": "#0d1117", "frame": "#30363d", "text": "#e6edf3", "prompt": "#58a6ff",
             1: None, 2: "#8b949e", 31: "#ff7b72", 32: "#3fb950", 33: "#d29922", 34: "#79c0ff", 35: "#d2a8ff", 36: "#56d4dd"},
}


def spans(line, theme):
    """A line with its colours, as SVG."""
    colour, bold, made = None, False, []
    for piece in re.split(r"(\x1b\[[0-9;]*m|\x1b\][^\x1b\x07]*(?:\x1b\\|\x07))", line):
        if piece.startswith("\x1b["):
            for number in piece[2:-1].split(";"):
                number = int(number or 0)
                if number == 0:
                    colour, bold = None, False
                elif number == 1:
                    bold = True
                elif number in theme:
                    colour = theme[number]
        elif piece and not piece.startswith("\x1b]"):
            style = (f' fill="{colour}"' if colour else "") + (' font-weight="bold"' if bold else "")
            made.append(f"<tspan{style}>{html.escape(piece)}</tspan>")
    return "".join(made)


def picture(lines, theme):
    wide, high = COLUMNS * WIDE + 2 * EDGE, len(lines) * HIGH + 2 * EDGE
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high}" viewBox="0 0 {wide:.0f} {high}" role="img" aria-label="A session of whichcab">',
        f'<rect x="0.5" y="0.5" width="{wide - 1:.0f}" height="{high - 1}" rx="8" fill="{theme["back"]}" stroke="{theme["frame"]}"/>',
        f'<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" font-size="14" fill="{theme["text"]}" xml:space="preserve">',
    ]
    for number, (prompt, line) in enumerate(lines):
        text = f'<tspan fill="{theme["prompt"]}">$ </tspan><tspan font-weight="bold">{html.escape(line)}</tspan>' if prompt else spans(line, theme)
        rows.append(f'<text x="{EDGE}" y="{EDGE + (number + 0.75) * HIGH:.2f}">{text}</text>')
    return "\n".join(rows + ["</g>", "</svg>", ""])


def main(folder, commands):
    lines = []
    for command in commands:
        lines.append((True, command))
        lines += [(False, line) for line in run(command, COLUMNS, colour=True).split("\n") if spans(line, THEMES["light"])]
        lines.append((False, ""))
    for name, theme in THEMES.items():
        with open(os.path.join(folder, f"session-{name}.svg"), "w", encoding="utf-8") as file:
            file.write(picture(lines[:-1], theme))


main(sys.argv[1], sys.argv[2:])
