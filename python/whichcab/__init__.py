"""whichcab: which cabinet of which installation disk holds that file?

    import whichcab

    whichcab.index(["images"])
    with whichcab.Catalog() as catalog:
        for answer in catalog.where("mapi32.dll"):
            print(answer.medium, answer.disk, answer.cabinet)

Over the installed libwhichcab alone.  A Catalog is used by one thread at a time; each thread may
have its own.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, BinaryIO, Literal, Optional, Union, cast

from . import _native
from .results import (
    Answer,
    Disk,
    IndexEvent,
    IndexResult,
    Medium,
    Missed,
    Need,
    VerifyEvent,
    VerifyResult,
)

__all__ = [
    "Answer",
    "Catalog",
    "Disk",
    "Error",
    "IndexEvent",
    "IndexResult",
    "Medium",
    "Missed",
    "Need",
    "NotFound",
    "Search",
    "VerifyEvent",
    "VerifyResult",
    "index",
    "verify",
    "version",
]

Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
Match = Literal["auto", "exact", "glob", "regex", "substring"]
_MATCHES: tuple[Match, ...] = ("auto", "exact", "glob", "regex", "substring")
_EVENTS = ("progress", "image", "part", "unchanged", "offline", "fault", "known_again")
_FINDINGS = (
    "progress image unchanged damaged missing unread fault listing digest copy"
).split()
_DIFFERENCES = (None, "missing", "extra", "size", "date", "bytes")
_KINDS = (
    "ok nomem io notfound format unsupported corrupt limit changed busy version usage cancelled encrypted"
).split()

_library = _native.load()


class Error(Exception):
    """What went wrong: `kind` ("corrupt", "io" ...), `place`, `offset`, `text`."""

    def __init__(self, code: int, error: _native.Error) -> None:
        self.kind: str = _KINDS[code] if 0 <= code < len(_KINDS) else str(code)
        self.place: str = error.place.decode("utf-8", "backslashreplace")
        self.text: str = error.text.decode("utf-8", "replace")
        self.offset: Optional[int] = error.offset if error.offset != 2**64 - 1 else None
        super().__init__(f"{self.place}: {self.text}" if self.place else self.text)


class NotFound(Error, LookupError):
    """There is no such catalog, medium, image or file."""


def _check(code: int, error: _native.Error) -> None:
    if code == _native.OK:
        return
    if error.code != code:  # a code that nothing was said about
        error.text = cast(bytes, _library.wcab_err_text(code))
    raise (NotFound if code == _native.NOTFOUND else Error)(code, error)


def _bytes(text: Optional[str]) -> Optional[bytes]:
    return None if text is None else text.encode("utf-8", "surrogateescape")


def _path(path: Optional[Path]) -> Optional[bytes]:
    return None if path is None else os.fsencode(path)


def _text(data: Optional[bytes]) -> Optional[str]:
    return None if data is None else data.decode("utf-8", "replace")


def _list(items: list[bytes]) -> Any:
    return (ctypes.c_char_p * max(len(items), 1))(*items)


def _json(write: Any, item: Any) -> dict[str, Any]:
    """The object that the library writes of an item."""
    pieces: list[bytes] = []

    def sink(_context: object, data: int, size: int) -> int:
        pieces.append(ctypes.string_at(data, size))
        return _native.OK

    code = write(item, _native.TEXT_SINK(sink), None)
    _check(code, _native.Error())
    return cast("dict[str, Any]", json.loads(b"".join(pieces)))


def version() -> str:
    """Of the library that is used."""
    return cast(bytes, _library.wcab_version()).decode()


class Search:
    """The answers of a search; then, in `missed`, the names that have none."""

    def __init__(self, catalog: Catalog, options: _native.SearchOptions, keep: object) -> None:
        error = _native.Error()
        self.missed: tuple[Missed, ...] = ()
        self._catalog, self._keep = catalog, (options, keep)
        self._handle: Optional[ctypes.c_void_p] = None
        handle = ctypes.c_void_p()
        _check(
            _library.wcab_search_open(catalog._open(), options, handle, error), error
        )
        self._handle = handle
        catalog._made.append(self)

    def __iter__(self) -> Iterator[Answer]:
        return self

    def __next__(self) -> Answer:
        answer, error = ctypes.c_void_p(), _native.Error()
        if self._handle is None:
            raise StopIteration
        _check(_library.wcab_search_next(self._handle, answer, error), error)
        if answer.value is None:
            self._take_missed()
            self.close()
            raise StopIteration
        return Answer.of(_json(_library.wcab_answer_json, answer))

    def _take_missed(self) -> None:
        items = ctypes.POINTER(_native.Suggestion)()
        count, error = ctypes.c_size_t(), _native.Error()
        _check(
            _library.wcab_search_suggestions(self._handle, items, count, error), error
        )
        self.missed = tuple(
            Missed(
                item.query.decode("utf-8", "replace"),
                tuple(
                    item.names[i].decode("utf-8", "replace")
                    for i in range(item.name_count)
                ),
                bool(item.elsewhere),
            )
            for item in items[: count.value]
        )

    def close(self) -> None:
        if self._handle is not None:
            _library.wcab_search_close(self._handle)
            self._handle = None
            self._catalog._made.remove(self)


class Catalog:
    """The catalog in a folder (None: the user's own), with what was published about media."""

    def __init__(
        self, path: Optional[Path] = None, *, published: Union[Path, bool] = True
    ) -> None:
        """`published`: another catalog of published listings, or False to use none."""
        error, handle = _native.Error(), ctypes.c_void_p()
        options = _native.CatalogOptions(
            sizeof_options=ctypes.sizeof(_native.CatalogOptions),
            without_published=published is False,
            published=None if isinstance(published, bool) else _path(published),
        )
        self._handle: Optional[ctypes.c_void_p] = None
        self._made: list[Search] = []
        _check(_library.wcab_catalog_open(_path(path), options, handle, error), error)
        self._handle = handle

    def _open(self) -> ctypes.c_void_p:
        if self._handle is None:
            raise ValueError("the catalog was closed")
        return self._handle

    def close(self) -> None:
        """Closes its searches, too."""
        for search in list(self._made):
            search.close()
        if self._handle is not None:
            _library.wcab_catalog_close(self._handle)
            self._handle = None

    def __enter__(self) -> Catalog:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        value: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None) is not None:
            self.close()

    @property
    def path(self) -> str:
        return os.fsdecode(cast(bytes, _library.wcab_catalog_path(self._open())))

    def where(
        self,
        *names: str,
        match: Match = "auto",
        medium: Optional[str] = None,
        all: bool = False,
        hash: Optional[str] = None,
        file_version: Optional[str] = None,
        floppy_drive: Optional[str] = None,
        cd_drive: Optional[str] = None,
        target_folder: Optional[str] = None,
    ) -> Search:
        """Every medium that has a file of these names, the best copy of each (`all`: all copies).

        The options are those of whichcab-where(1).
        """
        if match not in _MATCHES:
            raise ValueError(f"match is one of {', '.join(_MATCHES)}")
        encoded = [name.encode("utf-8", "surrogateescape") for name in names]
        array = _list(encoded)
        options = _native.SearchOptions(
            sizeof_options=ctypes.sizeof(_native.SearchOptions),
            names=array,
            name_count=len(names),
            match=_MATCHES.index(match),
            medium=_bytes(medium),
            all=all,
            suggest=True,
            hash=_bytes(hash),
            file_version=_bytes(file_version),
            floppy_drive=_bytes(floppy_drive),
            cd_drive=_bytes(cd_drive),
            target_folder=_bytes(target_folder),
        )
        return Search(self, options, (array, encoded))

    def media(self, filter: Optional[str] = None) -> list[Medium]:
        """The media that are indexed; those that nobody knows last."""
        error, handle = _native.Error(), ctypes.c_void_p()
        _check(
            _library.wcab_media_open(self._open(), _bytes(filter), handle, error), error
        )
        media: list[Medium] = []
        try:
            while item := _library.wcab_media_get(handle, len(media)):
                media.append(Medium.of(_json(_library.wcab_medium_json, item)))
        finally:
            _library.wcab_media_close(handle)
        return media

    def open(self, answer: Union[Answer, str]) -> BinaryIO:
        """The file of an answer (or of its id) as a file object, for reading and seeking.

        All of it is read before it is handed out, so what is handed out is whole and its checksums
        are right; else Error tells what is wrong.  What is larger than 8 MiB waits in a temporary file.
        """
        spool = tempfile.SpooledTemporaryFile(max_size=8 << 20)
        try:
            self._read(answer, spool.write)
            spool.seek(0)
        except BaseException:
            spool.close()
            raise
        return cast(BinaryIO, spool)

    def read(self, answer: Union[Answer, str]) -> bytes:
        """The bytes of an answer's file."""
        data = io.BytesIO()
        self._read(answer, data.write)
        return data.getvalue()

    def _read(self, answer: Union[Answer, str], write: Callable[[bytes], int]) -> None:
        id = answer if isinstance(answer, str) else answer.id
        if id is None:
            raise ValueError("no image has the bytes of this file")
        error = _native.Error()
        failure: list[BaseException] = []

        def put(_context: object, data: int, size: int) -> int:
            try:
                write(ctypes.string_at(data, size))
            except BaseException as exception:  # it can't pass through C
                failure.append(exception)
                return _native.CANCELLED
            return _native.OK

        code = _library.wcab_read(
            self._open(), id.encode(), _native.TEXT_SINK(put), None, error
        )
        if failure:
            raise failure[0]
        _check(code, error)


def index(
    paths: Iterable[Path],
    *,
    catalog: Optional[Path] = None,
    progress: Optional[Callable[[IndexEvent], object]] = None,
    threads: int = 0,
    force: bool = False,
    dry_run: bool = False,
    wait: bool = False,
    code_page: int = 0,
) -> IndexResult:
    """Indexes images, folders and drives; `progress` is called with each event.

    An exception of `progress`, KeyboardInterrupt among them, ends the run: what was finished is stored.
    """
    encoded = [os.fsencode(path) for path in paths]
    array = _list(encoded)
    watch = _Watch(progress)
    options = _native.IndexOptions(
        sizeof_options=ctypes.sizeof(_native.IndexOptions),
        paths=array,
        path_count=len(encoded),
        threads=threads,
        force=force,
        dry_run=dry_run,
        wait=wait,
        code_page=code_page,
        cancel=watch.cancel,
        on_event=_native.INDEX_EVENT(watch.tell(_event)),
    )
    result = _native.IndexResult(sizeof_result=ctypes.sizeof(_native.IndexResult))
    error = _native.Error()
    code = _library.wcab_index(_path(catalog), options, result, error)
    watch.end(code, error)
    return IndexResult(**_numbers(result))


def verify(
    targets: Iterable[Path] = (),
    *,
    catalog: Optional[Path] = None,
    progress: Optional[Callable[[VerifyEvent], object]] = None,
    threads: int = 0,
    force: bool = False,
    hashes: bool = False,
    wait: bool = False,
) -> VerifyResult:
    """Reads and decodes every file of the images on record, and stores hashes, versions and soundness.

    `targets`: images, folders of images, or ids of media; none: all.  What was read before and has not
    changed is not read again but with `force`.  `hashes`: MD5 and SHA-1, too.  `progress` is called with
    each event; an exception of it ends the run: what was finished is stored.
    """
    encoded = [os.fsencode(target) for target in targets]
    array = _list(encoded)
    watch = _Watch(progress)
    options = _native.VerifyOptions(
        sizeof_options=ctypes.sizeof(_native.VerifyOptions),
        targets=array,
        target_count=len(encoded),
        threads=threads,
        force=force,
        md5_sha1=hashes,
        wait=wait,
        cancel=watch.cancel,
        on_event=_native.VERIFY_EVENT(watch.tell(_finding)),
    )
    result = _native.VerifyResult(sizeof_result=ctypes.sizeof(_native.VerifyResult))
    error = _native.Error()
    code = _library.wcab_verify(_path(catalog), options, result, error)
    watch.end(code, error)
    return VerifyResult(**_numbers(result))


class _Watch:
    """Hands events on, and ends the run after an exception, which can't pass through C."""

    def __init__(self, progress: Optional[Callable[[Any], object]]) -> None:
        self._progress = progress
        self._stop = _native.Stop()
        self._failure: Optional[BaseException] = None
        self.cancel = ctypes.pointer(self._stop.struct)

    def tell(self, make: Callable[[Any], object]) -> Callable[[object, Any], None]:
        def on_event(_context: object, pointer: Any) -> None:
            try:
                if self._progress is not None and self._failure is None:
                    self._progress(make(pointer.contents))
            except BaseException as exception:
                self._failure = exception
                self._stop.switch()

        return on_event

    def end(self, code: int, error: _native.Error) -> None:
        if self._failure is not None:
            raise self._failure
        _check(code, error)


def _numbers(result: ctypes.Structure) -> dict[str, int]:
    names = [name for name, *_ in result._fields_ if name != "sizeof_result"]
    return {name: getattr(result, name) for name in names}


def _error_text(event: Any) -> Optional[str]:
    error = event.error.contents if event.error else None
    return None if error is None else str(Error(error.code, error))


def _host_path(path: Optional[bytes]) -> Optional[str]:
    return None if path is None else os.fsdecode(path)


def _finding(event: _native.VerifyEvent) -> VerifyEvent:
    kind = event.kind
    return VerifyEvent(
        kind=_FINDINGS[kind] if kind < len(_FINDINGS) else str(kind),
        images_done=event.images_done,
        images_total=event.images_total,
        bytes_read=event.bytes,
        image=_host_path(event.image),
        medium=_text(event.medium),
        disk=_text(event.disk),
        container=_text(event.container),
        name=_text(event.name),
        error=_error_text(event),
        elsewhere=_text(event.elsewhere),
        difference=_DIFFERENCES[event.difference],
        matches=event.matches,
        files=event.files,
        damaged=event.damaged,
        missing=event.missing,
        faults=event.faults,
        unsupported=event.unsupported,
        encrypted=event.encrypted,
        zeroes=event.zeroes,
    )


def _event(event: _native.IndexEvent) -> IndexEvent:
    return IndexEvent(
        kind=_EVENTS[event.kind] if event.kind < len(_EVENTS) else str(event.kind),
        images_done=event.images_done,
        images_total=event.images_total,
        bytes_read=event.bytes_read,
        image=_host_path(event.image),
        container=_text(event.container),
        medium=_text(event.medium),
        disk=_text(event.disk),
        reason=_text(event.reason),
        files=event.files,
        faults=event.faults,
        error=_error_text(event),
    )
