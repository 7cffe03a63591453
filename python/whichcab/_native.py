"""The functions and structs of libwhichcab that this package calls, as whichcab.h declares them.

Results come as the JSON that the library writes (docs/json.md), so that only what is handed in,
events and errors are structs here.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_bool,
    c_char,
    c_char_p,
    c_int,
    c_int64,
    c_size_t,
    c_uint,
    c_uint32,
    c_uint64,
    c_void_p,
)
from typing import Any

OK = 0
NOTFOUND = 3
CANCELLED = 12


class Error(Structure):
    _fields_ = [
        ("code", c_int),
        ("sys", c_int),
        ("offset", c_uint64),
        ("place", c_char * 480),
        ("text", c_char * 256),
    ]


CANCELLED_FUNCTION = CFUNCTYPE(c_int, c_void_p)
TEXT_SINK = CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t)


class Cancel(Structure):
    _fields_ = [("cancelled", c_void_p), ("context", c_void_p)]


class CatalogOptions(Structure):
    _fields_ = [
        ("sizeof_options", c_size_t),
        ("published", c_char_p),
        ("without_published", c_bool),
        ("profiles", c_char_p),
    ]


class SearchOptions(Structure):
    _fields_ = [
        ("sizeof_options", c_size_t),
        ("names", POINTER(c_char_p)),
        ("name_count", c_size_t),
        ("match", c_int),
        ("medium", c_char_p),
        ("all", c_bool),
        ("suggest", c_bool),
        ("hash", c_char_p),
        ("file_version", c_char_p),
        ("floppy_drive", c_char_p),
        ("cd_drive", c_char_p),
        ("target_folder", c_char_p),
        ("id", c_char_p),
    ]


class Suggestion(Structure):
    _fields_ = [
        ("query", c_char_p),
        ("names", POINTER(c_char_p)),
        ("name_count", c_size_t),
        ("elsewhere", c_bool),
    ]


class IndexEvent(Structure):
    _fields_ = [
        ("kind", c_int),
        ("image", c_char_p),
        ("container", c_char_p),
        ("medium", c_char_p),
        ("disk", c_char_p),
        ("reason", c_char_p),
        ("code_page", c_int),
        ("code_page_reason", c_char_p),
        ("files", c_uint64),
        ("faults", c_uint32),
        ("error", POINTER(Error)),
        ("images_done", c_uint64),
        ("images_total", c_uint64),
        ("bytes_read", c_uint64),
        ("from", c_char_p),
    ]


INDEX_EVENT = CFUNCTYPE(None, c_void_p, POINTER(IndexEvent))


class IndexOptions(Structure):
    _fields_ = [
        ("sizeof_options", c_size_t),
        ("paths", POINTER(c_char_p)),
        ("path_count", c_size_t),
        ("threads", c_uint),
        ("force", c_bool),
        ("dry_run", c_bool),
        ("wait", c_bool),
        ("code_page", c_int),
        ("all_tables", c_bool),
        ("limits", c_void_p),
        ("profiles", c_char_p),
        ("user_profiles", c_char_p),
        ("cancel", POINTER(Cancel)),
        ("context", c_void_p),
        ("on_event", INDEX_EVENT),
    ]


class IndexResult(Structure):
    _fields_ = [
        ("sizeof_result", c_size_t),
        ("images_stored", c_uint64),
        ("images_unchanged", c_uint64),
        ("images_offline", c_uint64),
        ("images_failed", c_uint64),
        ("images_unread", c_uint64),
        ("files", c_uint64),
        ("faults", c_uint64),
        ("bytes_read", c_uint64),
        ("images_known_again", c_uint64),
    ]


class Listed(Structure):
    _fields_ = [
        ("size_known", c_bool),
        ("size", c_uint64),
        ("modified", c_char * 20),
        ("modified_seconds", c_int64),
    ]


class VerifyEvent(Structure):
    _fields_ = [
        ("kind", c_int),
        ("image", c_char_p),
        ("medium", c_char_p),
        ("disk", c_char_p),
        ("container", c_char_p),
        ("name", c_char_p),
        ("error", POINTER(Error)),
        ("elsewhere", c_char_p),
        ("difference", c_int),
        ("told_by_medium", c_bool),
        ("published", Listed),
        ("found", Listed),
        ("matches", c_bool),
        ("files", c_uint64),
        ("damaged", c_uint64),
        ("missing", c_uint64),
        ("faults", c_uint64),
        ("unsupported", c_uint64),
        ("encrypted", c_uint64),
        ("has_listing", c_bool),
        ("listing_missing", c_uint64),
        ("listing_other", c_uint64),
        ("listing_extra", c_uint64),
        ("images_done", c_uint64),
        ("images_total", c_uint64),
        ("bytes", c_uint64),
        ("bytes_same", c_uint64),
        ("bytes_other", c_uint64),
        ("real_medium", c_char_p),
        ("zeroes", c_uint64),
    ]


VERIFY_EVENT = CFUNCTYPE(None, c_void_p, POINTER(VerifyEvent))


class VerifyOptions(Structure):
    _fields_ = [
        ("sizeof_options", c_size_t),
        ("targets", POINTER(c_char_p)),
        ("target_count", c_size_t),
        ("threads", c_uint),
        ("force", c_bool),
        ("md5_sha1", c_bool),
        ("wait", c_bool),
        ("published", c_char_p),
        ("decoder", c_int),
        ("cancel", POINTER(Cancel)),
        ("context", c_void_p),
        ("on_event", VERIFY_EVENT),
    ]


class VerifyResult(Structure):
    _fields_ = [
        ("sizeof_result", c_size_t),
        ("images", c_uint64),
        ("skipped", c_uint64),
        ("files", c_uint64),
        ("damaged", c_uint64),
        ("missing", c_uint64),
        ("faults", c_uint64),
        ("bytes", c_uint64),
        ("unsupported", c_uint64),
        ("encrypted", c_uint64),
        ("listing_missing", c_uint64),
        ("listing_other", c_uint64),
        ("listing_extra", c_uint64),
        ("digests_equal", c_uint64),
        ("digests_other", c_uint64),
        ("bytes_same", c_uint64),
        ("bytes_other", c_uint64),
        ("zeroes", c_uint64),
    ]


# C's name of each struct: the tests hold their layouts against the header.
STRUCTS: dict[str, type[Structure]] = {
    "wcab_error": Error,
    "wcab_cancel": Cancel,
    "wcab_catalog_options": CatalogOptions,
    "wcab_search_options": SearchOptions,
    "wcab_suggestion": Suggestion,
    "wcab_index_event": IndexEvent,
    "wcab_index_options": IndexOptions,
    "wcab_index_result": IndexResult,
    "wcab_listed": Listed,
    "wcab_verify_event": VerifyEvent,
    "wcab_verify_options": VerifyOptions,
    "wcab_verify_result": VerifyResult,
}

_handle = c_void_p
_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "wcab_version": (c_char_p, []),
    "wcab_err_text": (c_char_p, [c_int]),
    "wcab_catalog_open": (
        c_int,
        [c_char_p, POINTER(CatalogOptions), POINTER(_handle), POINTER(Error)],
    ),
    "wcab_catalog_close": (None, [_handle]),
    "wcab_catalog_path": (c_char_p, [_handle]),
    "wcab_search_open": (
        c_int,
        [_handle, POINTER(SearchOptions), POINTER(_handle), POINTER(Error)],
    ),
    "wcab_search_next": (c_int, [_handle, POINTER(c_void_p), POINTER(Error)]),
    "wcab_search_suggestions": (
        c_int,
        [_handle, POINTER(POINTER(Suggestion)), POINTER(c_size_t), POINTER(Error)],
    ),
    "wcab_search_close": (None, [_handle]),
    "wcab_answer_json": (c_int, [c_void_p, TEXT_SINK, c_void_p]),
    "wcab_media_open": (c_int, [_handle, c_char_p, POINTER(_handle), POINTER(Error)]),
    "wcab_media_get": (c_void_p, [_handle, c_size_t]),
    "wcab_media_close": (None, [_handle]),
    "wcab_medium_json": (c_int, [c_void_p, TEXT_SINK, c_void_p]),
    "wcab_read": (c_int, [_handle, c_char_p, TEXT_SINK, c_void_p, POINTER(Error)]),
    "wcab_index": (
        c_int,
        [c_char_p, POINTER(IndexOptions), POINTER(IndexResult), POINTER(Error)],
    ),
    "wcab_verify": (
        c_int,
        [c_char_p, POINTER(VerifyOptions), POINTER(VerifyResult), POINTER(Error)],
    ),
}


def load() -> ctypes.CDLL:
    """The library; $WHICHCAB_LIBRARY names another one than the installed."""
    library = ctypes.CDLL(os.environ.get("WHICHCAB_LIBRARY") or "libwhichcab.so.0")
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library


class Stop:
    """A switch that ends a call of the library from any thread.

    The library asks it often and from several threads.  Were it a function of Python, each would wait for the
    interpreter's lock; so it is atoi(3) of a text that is "0" until it is switched.
    """

    def __init__(self) -> None:
        self._text = ctypes.create_string_buffer(b"0")
        atoi = ctypes.CDLL(None).atoi
        self.struct = Cancel(
            ctypes.cast(atoi, c_void_p), ctypes.cast(self._text, c_void_p)
        )

    def switch(self) -> None:
        self._text[0] = b"1"
