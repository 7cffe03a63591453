"""What the library answers, as typed objects; docs/json.md describes each member."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Mapping
from typing import Any, Optional, TypeVar

T = TypeVar("T")


def _make(kind: type[T], values: Mapping[str, Any], **more: Any) -> T:
    """An object of the members that its kind knows; newer libraries may tell more."""
    known = {field.name for field in dataclasses.fields(kind)}
    chosen = {name: value for name, value in values.items() if name in known}
    return kind(**{**chosen, **more})


def _path(values: Mapping[str, Any], name: str = "image") -> Optional[str]:
    """A path as os.open takes it, whatever bytes it has."""
    raw = values.get(name + "_raw")
    if raw is not None:
        return os.fsdecode(bytes.fromhex(raw))
    path: Optional[str] = values.get(name)
    return path


def _time(text: Optional[str]) -> Optional[datetime.datetime]:
    """Local time of the medium, which has no zone; None also for a date that there is not."""
    try:
        return None if text is None else datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


@dataclasses.dataclass(frozen=True)
class Need:
    """A disk or cabinet that has to be at hand."""

    insert: str
    present: bool
    damaged: bool
    disk: Optional[str] = None
    image: Optional[str] = None
    cabinet: Optional[str] = None
    volume_label: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class Answer:
    """A copy of a file: where it is, and what it takes to get it."""

    query: str
    name: str
    source: str
    complete: bool
    needs: tuple[Need, ...] = ()
    commands: tuple[str, ...] = ()
    modified: Optional[datetime.datetime] = None
    id: Optional[str] = None
    alias: Optional[str] = None
    installed_as: Optional[str] = None
    medium: Optional[str] = None
    title: Optional[str] = None
    release: Optional[str] = None
    image: Optional[str] = None
    disk: Optional[str] = None
    volume_label: Optional[str] = None
    path: Optional[str] = None
    cabinet: Optional[str] = None
    stored_path: Optional[str] = None
    container: Optional[str] = None
    format: Optional[str] = None
    size: Optional[int] = None
    attributes: Optional[str] = None
    starts_in: Optional[str] = None
    ends_in: Optional[str] = None
    method: Optional[str] = None
    packed: bool = False
    role: Optional[str] = None
    purpose: Optional[str] = None
    sha256: Optional[str] = None
    md5: Optional[str] = None
    sha1: Optional[str] = None
    file_version: Optional[str] = None
    trouble: Optional[str] = None
    unread: Optional[str] = None
    unread_reason: Optional[str] = None
    undecided: bool = False
    same_elsewhere: int = 0
    members: Mapping[str, Any] = dataclasses.field(
        default_factory=dict, repr=False, compare=False
    )
    """All that the library told, as docs/json.md has it."""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Answer:
        return _make(
            cls,
            values,
            members=values,
            image=_path(values),
            modified=_time(values.get("modified")),
            needs=tuple(_make(Need, need) for need in values.get("needs", ())),
            commands=tuple(values.get("commands", ())),
        )


@dataclasses.dataclass(frozen=True)
class Disk:
    """A disk of a medium, present or not."""

    status: str
    disk: Optional[str] = None
    insert: Optional[str] = None
    volume_label: Optional[str] = None
    format: Optional[str] = None
    image: Optional[str] = None
    container: Optional[str] = None
    reason: Optional[str] = None
    files: int = 0
    faults: int = 0
    fault: Optional[str] = None
    damaged_files: int = 0


@dataclasses.dataclass(frozen=True)
class Medium:
    """A set of disks, or a CD."""

    complete: bool
    disks: tuple[Disk, ...] = ()
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    offline: tuple[str, ...] = ()
    duplicate: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    medium: Optional[str] = None
    title: Optional[str] = None
    release: Optional[str] = None
    kind: Optional[str] = None
    language: Optional[str] = None
    layout: Optional[str] = None
    set: int = 1
    disks_known: int = 0
    disks_present: int = 0
    members: Mapping[str, Any] = dataclasses.field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Medium:
        lists = {
            name: tuple(values.get(name, ()))
            for name in ("missing", "damaged", "offline", "duplicate", "notes")
        }
        disks = tuple(
            _make(Disk, disk, image=_path(disk)) for disk in values.get("disks", ())
        )
        return _make(cls, values, members=values, disks=disks, **lists)


@dataclasses.dataclass(frozen=True)
class Missed:
    """A name that was not found, and known names that may be meant."""

    name: str
    suggestions: tuple[str, ...]
    elsewhere: bool
    """The name is known, but not on the medium that was asked for."""


@dataclasses.dataclass(frozen=True)
class IndexEvent:
    """What indexing tells while it runs."""

    kind: str
    """progress, image, part, unchanged, offline, fault, known_again"""
    images_done: int
    images_total: int
    bytes_read: int
    image: Optional[str] = None
    container: Optional[str] = None
    medium: Optional[str] = None
    disk: Optional[str] = None
    reason: Optional[str] = None
    files: int = 0
    faults: int = 0
    error: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class IndexResult:
    """What an indexing run has done."""

    images_stored: int
    images_unchanged: int
    images_offline: int
    images_failed: int
    images_unread: int
    files: int
    faults: int
    bytes_read: int
    images_known_again: int


@dataclasses.dataclass(frozen=True)
class VerifyEvent:
    """What verification tells while it runs."""

    kind: str
    """progress; image (read to its end), unchanged (read before); of a file damaged, missing, unread;
    fault (what indexing could not read); listing (other than published), digest, copy"""
    images_done: int
    images_total: int
    bytes_read: int
    image: Optional[str] = None
    medium: Optional[str] = None
    disk: Optional[str] = None
    container: Optional[str] = None
    name: Optional[str] = None
    error: Optional[str] = None
    elsewhere: Optional[str] = None
    """of copy: a sentence that names the equal one"""
    difference: Optional[str] = None
    """of listing: missing, extra, size, date, bytes"""
    matches: bool = False
    """of digest"""
    files: int = 0
    damaged: int = 0
    missing: int = 0
    faults: int = 0
    unsupported: int = 0
    encrypted: int = 0
    zeroes: int = 0


@dataclasses.dataclass(frozen=True)
class VerifyResult:
    """What a verification has found."""

    images: int
    skipped: int
    files: int
    damaged: int
    missing: int
    faults: int
    bytes: int
    unsupported: int
    encrypted: int
    listing_missing: int
    listing_other: int
    listing_extra: int
    digests_equal: int
    digests_other: int
    bytes_same: int
    bytes_other: int
    zeroes: int

    @property
    def sound(self) -> bool:
        """Every file was read whole, and nothing else could not be read."""
        return not (
            self.damaged
            or self.missing
            or self.faults
            or self.unsupported
            or self.encrypted
        )
