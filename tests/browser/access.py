"""Whether everybody can use what a page shows: what WCAG 2.2 AA asks for and a program can find out, from the tree that
the browser gives to screen readers, the colours it computes, and the way of the focus."""

NAMED = {"button", "link", "textbox", "searchbox", "checkbox", "combobox", "image", "img", "dialog", "table", "region", "search",
         "navigation", "DisclosureTriangle", "RootWebArea", "columnheader", "rowheader", "heading", "option", "ComboBoxMenuButton"}
LANDMARKS = {"banner", "main", "navigation", "search", "region", "contentinfo", "complementary", "form"}

# Each visible text with its colour on what is behind it, borders of fields and buttons, as ratios of luminance.
CONTRAST = r"""
const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const parse = (c) => { const n = c.match(/[\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
const light = (c) => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
const behind = (e) => {
  const layers = [];
  for (; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
  return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
};
const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
const opacity = (e) => e ? Number(getComputedStyle(e).opacity) * opacity(e.parentElement) : 1;
const found = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const e = walk.currentNode.parentElement;
  if (!walk.currentNode.data.trim() || !e.checkVisibility()) continue;
  const style = getComputedStyle(e), ground = behind(e), pixels = parseFloat(style.fontSize);
  const large = pixels >= 24 || (pixels >= 18.66 && Number(style.fontWeight) >= 700);
  const colour = parse(style.color);
  colour[3] *= opacity(e);
  const value = ratio(over(colour, ground), ground);
  if (value < (large ? 3 : 4.5)) found.push(value.toFixed(2) + " " + walk.currentNode.data.trim().slice(0, 40));
}
for (const e of document.querySelectorAll("input:not([type=checkbox]),button,svg")) {
  if (!e.checkVisibility()) continue;
  const style = getComputedStyle(e), ground = behind(e.parentElement);
  const colour = parse(e.tagName === "svg" ? style.color : style.borderTopColor);
  colour[3] *= opacity(e);
  const value = ratio(over(colour, ground), ground);
  if (value < 3) found.push(value.toFixed(2) + " edge of " + e.outerHTML.slice(0, 60));
}
return [...new Set(found)];
"""

# Where the focus is: its place among all elements, how it is marked, whether it can be seen.
FOCUS = r"""
const e = document.activeElement;
if (!e || e === document.body) return null;
const style = getComputedStyle(e), box = e.getBoundingClientRect();
return { at: [...document.querySelectorAll("*")].indexOf(e), text: e.outerHTML.slice(0, 80),
  marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight };
"""

SMALL = r"""
return [...document.querySelectorAll("button,input,summary,nav a,.disk")].filter((e) => e.checkVisibility() && !e.closest("label"))
  .map((e) => [e.getBoundingClientRect(), e]).filter(([box]) => box.width < 24 || box.height < 24).map(([, e]) => e.outerHTML.slice(0, 80));
"""


class Access:
    def __init__(self, browser, check):
        self.browser = browser
        self.check = check
        self.devtools("Accessibility.enable")

    def devtools(self, command, **parameters):
        return self.browser.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def theme(self, name):
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def size(self, width, height, scale=1):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)

    def tree(self):
        """The nodes that are told to a screen reader: role, name, level."""
        for node in self.devtools("Accessibility.getFullAXTree")["nodes"]:
            if node.get("ignored"):
                continue
            properties = {each["name"]: each["value"].get("value") for each in node.get("properties", [])}
            yield node["role"]["value"], node.get("name", {}).get("value", "").strip(), properties

    def structure(self, view):
        nodes = list(self.tree())
        nameless = [role for role, name, _ in nodes if role in NAMED and not name]
        self.check(not nameless, f"{view}: without a name: {nameless}")
        landmarks = [(role, name) for role, name, _ in nodes if role in LANDMARKS]
        for role in ("banner", "main", "navigation"):
            self.check(any(each[0] == role for each in landmarks), f"{view}: no {role} among {landmarks}")
        self.check(sum(role == "main" for role, _ in landmarks) == 1, f"{view}: one main among {landmarks}")
        self.check(len(set(landmarks)) == len(landmarks), f"{view}: landmarks that can't be told apart: {landmarks}")
        levels = [properties.get("level") for role, _, properties in nodes if role == "heading"]
        self.check(levels[:1] == [1] and levels.count(1) == 1, f"{view}: levels of headings {levels}")
        self.check(all(b <= a + 1 for a, b in zip(levels, levels[1:])), f"{view}: a level is left out: {levels}")
        tables = sum(role == "table" for role, _, _ in nodes)
        self.check((not tables) == (not any(role == "columnheader" for role, _, _ in nodes)), f"{view}: tables without headers")
        live = [properties for role, _, properties in nodes if role == "status"]
        self.check(any(each.get("live") == "polite" for each in live), f"{view}: no live region among {live}")
        self.check(self.browser.run("return document.documentElement.lang") == "en", f"{view}: the language")
        return nodes

    def colours(self, view):
        for theme in ("light", "dark"):
            self.theme(theme)
            weak = self.browser.run(CONTRAST)
            self.check(weak == [], f"{view}, {theme}: too little contrast: {weak}")
        self.theme("light")

    def press(self, key, code, shift=False):
        for kind in ("keyDown", "keyUp"):
            self.devtools("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, modifiers=8 if shift else 0)

    def focus(self, view, most=40):
        """From the top by Tab alone: in the order of the document, always to be seen."""
        self.browser.run("document.activeElement.blur(); scrollTo(0, 0); getSelection().removeAllRanges();"
                         "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
        places = []
        for _ in range(most):
            self.press("Tab", 9)
            focus = self.browser.run(FOCUS)
            if focus is None or (places and focus["at"] <= places[0]):
                break
            self.check(focus["marked"], f"{view}: the focus is not marked at {focus['text']}")
            self.check(focus["seen"], f"{view}: the focus can't be seen at {focus['text']}")
            places.append(focus["at"])
        self.check(len(places) >= 5 and places == sorted(places), f"{view}: the focus goes {places}")

    def reflow(self, view):
        """A narrow phone, a window at 200 %, and letters of twice the size: no way to the side."""
        for width, height, scale, letters, what in ((320, 640, 1, "", "320 pixels"), (640, 400, 2, "", "200 %"), (640, 800, 1, "200%", "large letters")):
            self.size(width, height, scale)
            self.browser.run("document.documentElement.style.fontSize = arguments[0]", letters)
            wide = self.browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            self.check(wide <= 0, f"{view}: {wide} too wide at {what}")
        self.browser.run("document.documentElement.style.fontSize = ''")
        self.devtools("Emulation.clearDeviceMetricsOverride")

    def all(self, view):
        self.structure(view)
        self.colours(view)
        small = self.browser.run(SMALL)
        self.check(small == [], f"{view}: too small to be hit: {small[:5]}")
        self.focus(view)
        self.reflow(view)
