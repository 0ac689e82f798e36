"""Lines of travel documents: the specimens of ICAO, and passports of Viet Nam."""

from __future__ import annotations

from vaxpass.identity import check_digit

# The specimens of ICAO Doc 9303, parts 4 to 6.
TD3 = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)


TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")


TD1 = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)


# The specimens of part 7.
VISA_A = (
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
)


VISA_B = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")


def passport(
    name: str, birth: str = "900506", optional: str = "", expiry: str = "300101"
) -> tuple[str, str]:
    """The lines of a passport of Viet Nam with right check digits; `name` is cut at 39."""
    number, optional = "N1234567<", optional.ljust(14, "<")
    line = f"{number}{check_digit(number)}VNM{birth}{check_digit(birth)}M{expiry}{check_digit(expiry)}"
    line += optional + (check_digit(optional) if optional.strip("<") else "<")
    return f"P<VNM{name[:39]:<<39}", line + check_digit(line[:10] + line[13:20] + line[21:43])
