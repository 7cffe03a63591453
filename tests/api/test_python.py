"""The Python package over the library of the build, on a catalog of its own; python.sh runs it.

usage: test_python.py DISK_IMAGE INCLUDE_DIR
"""

import ctypes
import hashlib
import io
import os
import subprocess
import sys
import tempfile
import threading
import unittest

import whichcab
from whichcab import _native

DISK, INCLUDE = sys.argv[1:3]


class TestLayout(unittest.TestCase):
    def test_structs_are_those_of_the_header(self):
        lines = []
        for name, struct in _native.STRUCTS.items():
            lines.append(f'printf("%zu\\n", sizeof(struct {name}));')
            for field, *_ in struct._fields_:
                lines.append(f'printf("%zu\\n", offsetof(struct {name}, {field}));')
        source = f"#include <stdio.h>\n#include <whichcab.h>\nint main(void) {{ {' '.join(lines)} }}"
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "layout")
            command = ["cc", "-I", INCLUDE, "-x", "c", "-", "-o", program]
            subprocess.run(command, input=source.encode(), check=True)
            output = subprocess.run([program], check=True, stdout=subprocess.PIPE, env={}).stdout
        numbers = iter([int(number) for number in output.split()])
        for name, struct in _native.STRUCTS.items():
            # one with members that are newer is longer; the library takes the shorter one
            self.assertLessEqual(ctypes.sizeof(struct), next(numbers), name)
            for field, *_ in struct._fields_:
                self.assertEqual(getattr(struct, field).offset, next(numbers), f"{name}.{field}")


class TestCatalog(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "catalog")
        self.catalog = whichcab.Catalog(self.path, published=False)

    def tearDown(self):
        self.catalog.close()
        self.folder.cleanup()

    def index(self, **more):
        result = whichcab.index([DISK], catalog=self.path, **more)
        self.catalog = whichcab.Catalog(self.path, published=False)
        return result

    def test_index_tells_what_it_does(self):
        events = []
        result = self.index(progress=events.append)
        self.assertEqual((result.images_stored, result.faults), (1, 0))
        image = next(event for event in events if event.kind == "image")
        self.assertEqual(image.image, os.path.realpath(DISK))
        self.assertEqual(image.files, result.files)
        self.assertEqual(self.index().images_unchanged, 1)

    def test_where(self):
        self.index()
        (answer,) = self.catalog.where("note.txt")
        self.assertEqual((answer.query, answer.name, answer.size), ("note.txt", "NOTE.TXT", 5))
        self.assertEqual(answer.image, os.path.realpath(DISK))
        self.assertEqual(answer.volume_label, "SHELF")
        self.assertEqual((answer.source, answer.complete), ("indexed", True))
        self.assertEqual(answer.modified.year, 1995)
        self.assertTrue(all(need.present for need in answer.needs))
        names = [answer.name for answer in self.catalog.where("*.TXT", match="glob")]
        self.assertEqual(names, ["BIG.TXT", "NOTE.TXT"])
        self.assertEqual(len(list(self.catalog.where("^n", match="regex"))), 1)

    def test_what_is_not_found(self):
        self.index()
        search = self.catalog.where("note.txt", "notes.txt")
        self.assertEqual(len(list(search)), 1)
        self.assertEqual([(miss.name, miss.suggestions[0]) for miss in search.missed], [("notes.txt", "NOTE.TXT")])
        with self.assertRaises(whichcab.NotFound):
            self.catalog.where("note.txt", medium="no such medium")
        with self.assertRaises(whichcab.Error) as caught:
            self.catalog.where()
        self.assertEqual(caught.exception.kind, "usage")
        with self.assertRaises(ValueError):
            self.catalog.where("x", match="soundex")

    def test_files(self):
        self.index()
        for answer in self.catalog.where("note.txt"):
            with self.catalog.open(answer) as file:
                self.assertEqual(file.read(2), b"fo")
                self.assertEqual(file.seek(0, io.SEEK_END), 5)
                file.seek(2)
                self.assertEqual(file.read(), b"und")
            self.assertEqual(self.catalog.read(answer.id), b"found")
        (big,) = self.catalog.where("big.txt")
        self.assertEqual(len(self.catalog.read(big)), big.size)
        with self.assertRaises(whichcab.Error) as caught:
            self.catalog.read("1.2.3.4")
        self.assertEqual(caught.exception.kind, "changed")
        with self.assertRaises(whichcab.Error):
            self.catalog.open("nonsense")

    def test_published_answers_have_no_bytes(self):
        with whichcab.Catalog(self.path) as catalog:
            answer = next(catalog.where("mapi32.dll", medium="win95-cd"))
            self.assertEqual((answer.source, answer.cabinet, answer.size), ("published", "WIN95_06.CAB", 592896))
            self.assertEqual(len(answer.commands), 1)
            with self.assertRaises(ValueError):
                catalog.open(answer)

    def test_media(self):
        self.assertEqual(self.catalog.media(), [])
        self.index()
        (medium,) = self.catalog.media()
        self.assertIsNone(medium.medium)
        self.assertEqual([disk.volume_label for disk in medium.disks], ["SHELF"])
        self.assertEqual(medium.disks[0].image, os.path.realpath(DISK))

    def test_an_exception_ends_indexing(self):
        class Enough(Exception):
            pass

        def progress(event):
            raise Enough

        with self.assertRaises(Enough):
            self.index(progress=progress)
        with self.assertRaises(whichcab.Error):
            whichcab.index([DISK], catalog="/dev/null/catalog")

    def test_verify_tells_what_it_does(self):
        self.index()
        events = []
        result = whichcab.verify(catalog=self.path, progress=events.append, hashes=True)
        self.assertEqual((result.images, result.files, result.damaged, result.sound), (1, 2, 0, True))
        image = next(event for event in events if event.kind == "image")
        self.assertEqual((image.image, image.files, image.damaged), (os.path.realpath(DISK), 2, 0))
        self.assertEqual((events[-1].images_done, events[-1].images_total), (1, 1))
        again = whichcab.verify([DISK], catalog=self.path, progress=events.append)
        self.assertEqual((again.images, again.skipped), (0, 1))
        self.assertIn("unchanged", [event.kind for event in events])
        with whichcab.Catalog(self.path, published=False) as catalog:
            (answer,) = catalog.where("note.txt")
            self.assertEqual(answer.sha256, hashlib.sha256(b"found").hexdigest())
            self.assertEqual(answer.md5, hashlib.md5(b"found").hexdigest())
            self.assertEqual(answer.sha1, hashlib.sha1(b"found").hexdigest())
        with self.assertRaises(whichcab.NotFound):
            whichcab.verify(["no such image"], catalog=self.path)
        with self.assertRaises(ZeroDivisionError):
            whichcab.verify(catalog=self.path, force=True, progress=lambda event: 1 / 0)

    def test_verify_names_what_is_damaged(self):
        packed = os.path.join(self.folder.name, "TEXT.TX_")
        with open(packed, "wb") as file:  # SZDD that says 5 bytes and has none
            file.write(b"SZDD\x88\xf0\x27\x33A" + b"T\x05\0\0\0")
        box = os.path.join(self.folder.name, "box")
        os.mkdir(box)
        os.rename(packed, os.path.join(box, "TEXT.TX_"))
        whichcab.index([box], catalog=self.path)
        events = []
        result = whichcab.verify(catalog=self.path, progress=events.append)
        self.assertEqual((result.damaged, result.sound), (1, False))
        damaged = next(event for event in events if event.kind == "damaged")
        self.assertEqual(damaged.name, "TEXT.TXT")
        self.assertTrue(damaged.error)

    def test_names_of_any_bytes(self):
        odd = os.path.join(os.fsencode(self.folder.name), b"b\xe4d.img")
        with open(DISK, "rb") as source, open(odd, "wb") as target:
            target.write(source.read())
        whichcab.index([odd], catalog=self.path)
        with whichcab.Catalog(self.path, published=False) as catalog:
            (answer,) = catalog.where("note.txt")
            self.assertEqual(os.fsencode(answer.image), os.path.realpath(odd))
            self.assertEqual(os.fsencode(catalog.media()[0].disks[0].image), os.path.realpath(odd))

    def test_each_thread_has_its_own(self):
        self.index()
        found = []

        def look():
            with whichcab.Catalog(self.path, published=False) as catalog:
                for _ in range(20):
                    found.extend(catalog.where("note.txt"))

        threads = [threading.Thread(target=look) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(found), 80)

    def test_what_is_closed_stays_closed(self):
        self.index()
        search = self.catalog.where("*")
        next(search)
        self.catalog.close()
        self.assertEqual(list(search), [])
        with self.assertRaises(ValueError):
            self.catalog.where("x")
        self.catalog.close()

    def test_version(self):
        self.assertEqual(whichcab.version(), "0.2.0")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
