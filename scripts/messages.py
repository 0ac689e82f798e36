"""The catalogue's files, for developers and translators. Needs Babel (extra `dev`).

python -m scripts.messages update     after a change of en.po: bring it to all languages, compile
python -m scripts.messages compile    .po -> .mo
python -m scripts.messages new fr     a file for a further language, ready to be translated
python -m scripts.messages check      what is wrong with the files; exit code 1 where anything is
"""

from __future__ import annotations

import gettext
import io
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FOLDER: Final = Path(__file__).parent.parent / "vaxpass" / "messages"
ENGLISH: Final = "en"
_ONE_LINE: Final = 100_000
_PROJECT: Final = "vaxpass"
_MADE: Final = datetime(2026, 11, 29, tzinfo=UTC)
"""One date for all files: a date that changes with each run would be a difference for nothing."""


def read(path: Path) -> Catalog:
    """The messages of a `.po` file. Raises `babel.messages.pofile.PoFileError` for anything else."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


def written(catalogue: Catalog) -> bytes:
    """A catalogue as `.po`."""
    out = io.BytesIO()
    write_po(out, catalogue, width=_ONE_LINE, no_location=True)
    return out.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as `.mo`. What is not translated, or fuzzy, is left out."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def files(folder: Path = FOLDER) -> list[Path]:
    """The `.po` files, that of English first."""
    return sorted(folder.glob("*.po"), key=lambda path: (path.stem != ENGLISH, path.stem))


def messages(catalogue: Catalog) -> Iterator[Message]:
    """The messages of a catalogue without its header."""
    return (message for message in catalogue if message.id)


def key(message: Message) -> str:
    """The key of a message."""
    return str(message.id[0] if isinstance(message.id, tuple) else message.id)


def texts(message: Message) -> tuple[str, ...]:
    """What a message says: one text, or one for each plural form; empty where not translated."""
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    return tuple(str(each or "") for each in said)


def fields(text: str) -> set[str]:
    """The names in braces. Raises `ValueError` where braces do not match."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def derived(english: Catalog, language: str, known: Catalog | None = None) -> Catalog:
    """The file of `language`: every message of `english`, said as in `known` where that says it.

    The English text stands in the comment of each, for the translator.
    """
    made = Catalog(
        locale=language,
        project=_PROJECT,
        version="0.2",
        copyright_holder="The vaxpass developers",
        msgid_bugs_address="see README.md",
        header_comment=f"# The sentences of vaxpass: {Locale.parse(language).english_name}.\n"
        "# How to translate: docs/translating.md",
        creation_date=_MADE,
        revision_date=_MADE,
        last_translator="The vaxpass developers",
        language_team=Locale.parse(language).english_name,
        fuzzy=False,
    )
    for message in messages(english):
        said = known.get(key(message)) if known else None
        plural = isinstance(message.id, tuple)
        kept = said.string if said and isinstance(said.id, tuple) == plural else None
        added = made.add(
            message.id,
            kept or (("",) * made.num_plurals if plural else ""),
            flags=said.flags if said else (),
            auto_comments=() if language == ENGLISH else texts(message),
            user_comments=said.user_comments if said else (),
        )
        # Babel looks for fields in the key.
        if any(map(fields, texts(message))):
            added.flags.add("python-brace-format")
    return made


def wrong(folder: Path = FOLDER) -> list[str]:
    """What is wrong with the files of a folder, a sentence each."""
    english = read(folder / f"{ENGLISH}.po")
    keys = [key(message) for message in messages(english)]
    found = []
    for path in files(folder):
        catalogue = read(path)
        if [key(message) for message in messages(catalogue)] != keys:
            found.append(f"{path.name}: its keys are not those of en.po, in the same order.")
            continue
        for original, message in zip(messages(english), messages(catalogue), strict=True):
            found += (
                f"{path.name}: {key(message)}: {each}"
                for each in _of_message(original, message, path.stem)
            )
        if not _same(path.with_suffix(".mo"), compiled(catalogue)):
            found.append(f"{path.stem}.mo is not what {path.name} gives.")
    return found


def _of_message(original: Message, message: Message, language: str) -> Iterator[str]:
    if isinstance(original.id, tuple) != isinstance(message.id, tuple):
        yield "plural forms are in one of the two languages only."
        return
    wanted = set().union(*map(fields, texts(original)))
    if language == ENGLISH and not all(texts(message)):
        yield "it says nothing."
    if (
        language != ENGLISH
        and " ".join(message.auto_comments).split() != " ".join(texts(original)).split()
    ):
        yield "its comment is not the English text."
    try:
        said = [fields(text) for text in texts(message) if text]
    except ValueError:
        yield "its braces do not match."
        return
    # The form for one may spell the number out, and a technical detail is in English only.
    free = {"count", "detail"}
    if any(each - free != wanted - free or not each <= wanted for each in said):
        yield f"its fields are not {', '.join(sorted(wanted)) or 'none'}."


def _same(path: Path, data: bytes) -> bool:
    """Whether a compiled file says the same; its header tells of Babel's version too."""
    if not path.exists():
        return False
    one, other = (gettext.GNUTranslations(io.BytesIO(each)) for each in (path.read_bytes(), data))
    return _content(one) == _content(other)


def _content(translations: gettext.GNUTranslations) -> dict[object, str]:
    entries: dict[object, str] = dict(vars(translations)["_catalog"])
    entries[""] = translations.info().get("plural-forms", "")
    return entries


def update() -> None:
    """Bring the files of all languages to the keys and sentences of English, and compile them."""
    english = read(FOLDER / f"{ENGLISH}.po")
    for path in files():
        known = english if path.stem == ENGLISH else read(path)
        path.write_bytes(written(derived(english, path.stem, known)))
    compile_all()


def compile_all() -> None:
    """Write the `.mo` file of every language."""
    for path in files():
        path.with_suffix(".mo").write_bytes(compiled(read(path)))


def new(language: str, folder: Path = FOLDER) -> Path:
    """A file for a further language, in which nothing is translated yet."""
    path = folder / f"{language}.po"
    if path.exists():
        raise FileExistsError(f"{path} exists.")
    path.write_bytes(written(derived(read(folder / f"{ENGLISH}.po"), language)))
    return path


def main(arguments: list[str]) -> int:
    """Run a command of the ones above; the exit code."""
    match arguments:
        case ["update"]:
            update()
        case ["compile"]:
            compile_all()
        case ["new", language]:
            try:
                print(f"Translate {new(language)}, then: python -m scripts.messages compile")  # noqa: T201
            except (FileExistsError, UnknownLocaleError, ValueError) as error:
                print(error, file=sys.stderr)  # noqa: T201
                return 2
        case ["check"]:
            found = wrong()
            print("\n".join(found) or "The catalogue is in order.")  # noqa: T201
            return 1 if found else 0
        case _:
            print(__doc__, file=sys.stderr)  # noqa: T201
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
