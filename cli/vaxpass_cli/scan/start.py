"""Make what a desk consists of - feed, verifier - from its settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vaxpass import DecodeError, Verdict, decode
from vaxpass.journey import verify_together
from vaxpass_cli.errors import MissingLibrary, UsageError
from vaxpass_cli.io import images, pdf, trust_files
from vaxpass_cli.io.trust_files import policy_of, verifier_of
from vaxpass_cli.scan.desk.desk import Surroundings
from vaxpass_cli.scan.desk.status import Destination, alerts_of, badges
from vaxpass_cli.scan.feeds.camera import CameraFeed, NoCameraFeed
from vaxpass_cli.scan.feeds.texts import (
    FilesFeed,
    KeyboardFeed,
    SerialFeed,
    StandardInputFeed,
    WatchFeed,
)
from vaxpass_cli.scan.keyboard.tty import Keyboard
from vaxpass_cli.scan.settings import Settings

if TYPE_CHECKING:
    from vaxpass_cli.scan.feeds.events import Feed

_TEXTS: Final = (".txt", ".csv")


def is_camera_or_video(source: str) -> bool:
    """Whether a source delivers frames; the others deliver texts.

    Raises `UsageError` where it is neither a kind of source nor a file.
    """
    if source in ("keyboard", "-") or source.startswith(("serial:", "watch:")):
        return False
    if source == "camera":
        return True
    path = Path(source)
    if not path.exists():
        raise UsageError("error.no_source", source=source)
    if path.is_dir() or path.suffix.lower() in _TEXTS:
        return False
    with path.open("rb") as file:
        begin = file.read(16)
    return not (images.is_picture(begin) or pdf.is_pdf(begin))


def feed_of(chosen: Settings, keyboard: Keyboard, *, paced: bool, in_window: bool = False) -> Feed:
    """The feed that the settings ask for; packages that it does not need are not imported.

    `paced`: a video is played at its own speed, else as fast as it can be read. `in_window`: where a
    library for cameras is missing, the window says so, and the desk goes on; else `MissingLibrary` is
    raised.
    """
    source = chosen.source
    if source == "camera" and in_window:
        try:
            return feed_of(chosen, keyboard, paced=paced)
        except MissingLibrary:
            return NoCameraFeed(chosen.camera)
    if is_camera_or_video(source):
        from vaxpass_cli.scan.feeds.video import VideoFeed  # noqa: PLC0415
        from vaxpass_cli.scan.opencv.capture import Camera, Video  # noqa: PLC0415 - may be missing
        from vaxpass_cli.scan.reading import Reader  # noqa: PLC0415

        read = Reader().read
        if source == "camera":
            camera = Camera(chosen.camera, chosen.width, chosen.height, autofocus=chosen.autofocus)
            return CameraFeed(camera, read)
        return CameraFeed(Video(Path(source)), read) if paced else VideoFeed(Video(Path(source)), read)
    if source == "keyboard":
        return KeyboardFeed(keyboard)
    if source == "-":
        return StandardInputFeed()
    kind, _, place = source.partition(":")
    if kind == "serial":
        return SerialFeed(place)
    if kind == "watch":
        return WatchFeed(Path(place))
    return FilesFeed([source])


def surroundings_of(
    chosen: Settings, clock: Callable[[], datetime], *, fixed: bool, in_window: bool = False
) -> Surroundings:
    """What the desk needs: trust list, rules and policy that the settings ask for.

    `fixed`: the time of `clock` was chosen. `in_window`: a window shows the desk. Raises what
    `trust_files.load` does.
    """
    trust = trust_files.load(
        [Path(path) for path in chosen.trust_list],
        [Path(path) for path in chosen.pin],
        at=clock(),
        rules=[Path(path) for path in chosen.rules],
        revocations=[Path(path) for path in chosen.revocation],
    )
    policy = policy_of(
        trust,
        test_keys=chosen.test_keys,
        max_age=chosen.max_age,
        expired_signers=chosen.expired_signers,
        es256_with_p384=chosen.allow_es256_p384,
        short_rsa=chosen.allow_short_rsa,
        same_country=chosen.same_country,
        own_period=chosen.own_period,
        covid_signers=chosen.covid_signers,
        seals_without_usage=chosen.seals_without_usage,
        clock_tolerance=chosen.clock_tolerance,
    )
    verifier = verifier_of(trust, policy)
    # Without rules a badge says so, and passports are only verified.
    destination = chosen.destination if chosen.destination and verifier.rules else None

    def judge(text: str, at: datetime) -> Verdict:
        if destination or not chosen.destination:
            return verifier.verify(text, at=at, destination=destination, region=chosen.region)
        try:
            read = decode(text, policy.limits)
        except DecodeError:
            return verifier.verify(text, at=at)
        # Those of WHO for yellow cards hold at every destination.
        asked = chosen.destination if verifier.rules_for(read) else None
        return verifier.verify_decoded(read, at=at, destination=asked, region=chosen.region)

    return Surroundings(
        judge=judge,
        clock=clock,
        badges=lambda moment, language: badges(
            trust.keys,
            policy,
            Destination(chosen.destination, chosen.region, with_rules=destination is not None),
            moment,
            language,
            fixed=fixed,
        ),
        alerts=alerts_of(trust.keys, policy, fixed=fixed),
        secret=os.urandom(32),
        camera=is_camera_or_video(chosen.source),
        window=in_window,
        test_keys=chosen.test_keys,
        names=verifier.value_sets,
        together=lambda documents, moment: (
            verify_together(
                verifier, documents, at=moment, destination=destination, region=chosen.region
            )
            if destination
            else None
        ),
        list_made_at=trust.keys.made_at,
    )
