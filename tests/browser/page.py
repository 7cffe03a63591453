"""The page in a browser: page.py URL FOLDER EXPECTED [PICTURES]

FOLDER is for downloads, EXPECTED has the bytes of mapi32.dll; PICTURES is a folder for screenshots.
"""
import os
import sys
import time

from access import Access
from driver import Browser

url, folder, expected = sys.argv[1:4]
pictures = sys.argv[4] if len(sys.argv) > 4 else None
browser = Browser(folder)
failed = 0


def check(condition, what):
    global failed
    if not condition:
        failed += 1
        print("FAILED:", what)


def picture(name):
    if pictures:
        browser.picture(os.path.join(pictures, name))


try:
    access = Access(browser, check)

    # Search, by typing alone.
    browser.open(url)
    check(browser.run("return document.activeElement.id") == "query", "the search has the focus")
    browser.keys("mapi32.dll")
    browser.wait("return document.querySelectorAll('#answers tbody tr').length >= 8", "the table")
    media = browser.run("return [...document.querySelectorAll('#answers tbody th')].map(e => e.innerText)")
    for medium in ("win95-cd", "win95-dmf", "win95-nondmf", "win95-osr2-cd"):
        check(any(medium in text for text in media), f"{medium} among {media}")
    check("EXTRACT" in browser.run("return document.querySelector('#answers pre').textContent"), "commands")
    browser.run("document.querySelector('#answers details').open = true")
    picture("serve-search.png")

    # What is found is told to a screen reader; ids are there once.
    check(browser.run("return document.querySelector('#state').textContent").endswith("places"), "the state")
    access.all("search")
    check(browser.run("const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.length === new Set(ids).size"), "ids")

    # The file comes bit by bit.
    browser.run("""[...document.querySelectorAll('#answers tr')].find(e => e.innerText.includes('win95-dmf'))
        .querySelector('button').click()""")
    path = os.path.join(folder, "mapi32.dll")
    for _ in range(300):
        if os.path.exists(path) and os.path.getsize(path) == os.path.getsize(expected):
            break
        time.sleep(0.1)
    check(os.path.exists(path) and open(path, "rb").read() == open(expected, "rb").read(), "the download")

    # The shelf: floppies in their order, missing ones among them.
    browser.open(url + "/#shelf")
    browser.wait("return document.querySelectorAll('#shelf > li').length >= 4", "the shelf")
    disks = browser.run("""const card = [...document.querySelectorAll('#shelf > li')].find(e => e.innerText.includes('win95-dmf'));
        return [...card.querySelectorAll('.disk')].map(e => e.innerText.trim() + (e.classList.contains('missing') ? '!' : ''))""")
    check(disks == ["boot"] + [str(i) + ("!" if i == 5 else "") for i in range(1, 14)], f"disks: {disks}")
    picture("serve-shelf.png")
    access.all("shelf")
    browser.run("document.querySelector('#find').focus()")
    browser.keys("OSR2")
    browser.wait("return document.querySelectorAll('#shelf > li').length === 1", "what has that text")
    browser.open(url + "/#shelf")
    browser.run("location.reload()")
    browser.wait("return document.querySelectorAll('#shelf > li').length >= 4", "the shelf again")
    # By the keyboard alone: the link to the contents leaves the view as it is.
    browser.run("document.querySelector('.skip').focus()")
    access.press("Enter", 13)
    check(browser.run("return document.activeElement.id + ' ' + document.querySelector('#view-shelf').hidden") == "main false", "the link to the contents")

    # Image > cabinet > file.
    browser.run("[...document.querySelectorAll('#shelf a')].find(e => e.href.includes('disk07.img')).click()")
    browser.wait("return [...document.querySelectorAll('#items a')].some(e => e.innerText === 'WIN95_07.CAB')", "the cabinet")
    browser.run("[...document.querySelectorAll('#items a')].find(e => e.innerText === 'WIN95_07.CAB').click()")
    browser.wait("return [...document.querySelectorAll('#items td')].some(e => e.innerText === 'mapi32.dll')", "the file in it")
    check("WIN95_07.CAB" in browser.run("return document.querySelector('#trail').innerText"), "the trail")
    picture("serve-image.png")
    access.all("image")

    # Versions, and two media compared.
    browser.open(url + "/#versions/mapi32.dll")
    browser.wait("return document.querySelectorAll('#versions > li').length >= 2", "versions")
    access.all("versions")
    browser.open(url + "/#compare")
    browser.run("document.querySelector('#left').value = 'win95-cd'; document.querySelector('#right').value = 'win95-osr2-cd'")
    browser.run("document.querySelector('#compare-form').requestSubmit()")
    browser.wait("return document.querySelectorAll('#differences tbody tr').length > 10", "differences")
    access.all("compare")

    # Names never become markup.
    browser.open(url + "/#search/evil*")
    browser.run("location.reload()")
    browser.wait("return document.querySelectorAll('#answers tbody tr').length >= 2", "hostile names")
    check(browser.run("return document.querySelectorAll('#answers img, #answers script, #answers b').length") == 0, "markup from a name")
    check(browser.run("return document.title").endswith("whichcab"), "a script from a name was run")
    check("\u2039202e\u203a" in browser.run("return document.querySelector('#answers').innerText"), "a direction is shown as its number")

    # A phone: nothing is wider than the screen.
    browser.size(400, 800)
    for view in ("search/mapi32.dll", "shelf", "compare"):
        browser.open(url + "/#" + view)
        time.sleep(1)
        wide = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        check(wide <= 0, f"{view} is {wide} wider than a phone")
    messages = [text for text in browser.messages() if "favicon" not in text]
    check(messages == [], f"messages of the browser: {messages}")
finally:
    browser.close()
print("the page works" if failed == 0 else f"{failed} failed")
sys.exit(failed != 0)
