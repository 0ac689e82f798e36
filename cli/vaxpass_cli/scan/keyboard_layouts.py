"""Keyboard layouts: what arrives when a hand scanner types as if on a US keyboard and it is another.

The tables follow xkeyboard-config; the German, French and Vietnamese ones for Windows follow CLDR.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Name | Vietnamese name | dead keys; then the keys of a US keyboard as they are, and with Shift.
_TABLE: Final = """\
US | tiếng Anh (Mỹ) |
1234567890-= qwertyuiop[] asdfghjkl; zxcvbnm,./
!@#$%^&*()_+ QWERTYUIOP{} ASDFGHJKL: ZXCVBNM<>?
German | tiếng Đức | ´`
1234567890ß´ qwertzuiopü+ asdfghjklö yxcvbnm,.-
!"§$%&/()=?` QWERTZUIOPÜ* ASDFGHJKLÖ YXCVBNM;:_
Swiss German | tiếng Đức (Thụy Sĩ) | ^¨`
1234567890'^ qwertzuiopü¨ asdfghjklö yxcvbnm,.-
+"*ç%&/()=?` QWERTZUIOPè! ASDFGHJKLé YXCVBNM;:_
Swiss French | tiếng Pháp (Thụy Sĩ) | ^¨`
1234567890'^ qwertzuiopè¨ asdfghjklé yxcvbnm,.-
+"*ç%&/()=?` QWERTZUIOPü! ASDFGHJKLö YXCVBNM;:_
French | tiếng Pháp | ^¨
&é"'(-è_çà)= azertyuiop^$ qsdfghjklm wxcvbn,;:!
1234567890°+ AZERTYUIOP¨£ QSDFGHJKLM WXCVBN?./§
Belgian | tiếng Bỉ | ^¨
&é"'(§è!çà)- azertyuiop^$ qsdfghjklm wxcvbn,;:=
1234567890°_ AZERTYUIOP¨* QSDFGHJKLM WXCVBN?./+
Spanish | tiếng Tây Ban Nha | `^
1234567890'¡ qwertyuiop`+ asdfghjklñ zxcvbnm,.-
!"·$%&/()=?¿ QWERTYUIOP^* ASDFGHJKLÑ ZXCVBNM;:_
Latin American | tiếng Tây Ban Nha (Mỹ Latinh) | ´¨
1234567890'¿ qwertyuiop´+ asdfghjklñ zxcvbnm,.-
!"#$%&/()=?¡ QWERTYUIOP¨* ASDFGHJKLÑ ZXCVBNM;:_
Italian | tiếng Ý |
1234567890'ì qwertyuiopè+ asdfghjklò zxcvbnm,.-
!"£$%&/()=?^ QWERTYUIOPé* ASDFGHJKLç ZXCVBNM;:_
Portuguese | tiếng Bồ Đào Nha | ´`
1234567890'« qwertyuiop+´ asdfghjklç zxcvbnm,.-
!"#$%&/()=?» QWERTYUIOP*` ASDFGHJKLÇ ZXCVBNM;:_
Brazilian | tiếng Bồ Đào Nha (Brasil) | ´`¨
1234567890-= qwertyuiop´[ asdfghjklç zxcvbnm,.;
!@#$%¨&*()_+ QWERTYUIOP`{ ASDFGHJKLÇ ZXCVBNM<>:
Swedish or Finnish | tiếng Thụy Điển hoặc Phần Lan | ´¨^`
1234567890+´ qwertyuiopå¨ asdfghjklö zxcvbnm,.-
!"#¤%&/()=?` QWERTYUIOPÅ^ ASDFGHJKLÖ ZXCVBNM;:_
Norwegian | tiếng Na Uy | ¨^`
1234567890+\\ qwertyuiopå¨ asdfghjklø zxcvbnm,.-
!"#¤%&/()=?` QWERTYUIOPÅ^ ASDFGHJKLØ ZXCVBNM;:_
Danish | tiếng Đan Mạch | ´¨^`
1234567890+´ qwertyuiopå¨ asdfghjklæ zxcvbnm,.-
!"#¤%&/()=?` QWERTYUIOPÅ^ ASDFGHJKLÆ ZXCVBNM;:_
Icelandic | tiếng Iceland |
1234567890ö- qwertyuiopð' asdfghjklæ zxcvbnm,.þ
!"#$%&/()=Ö_ QWERTYUIOPÐ? ASDFGHJKLÆ ZXCVBNM;:Þ
Czech | tiếng Séc | ´ˇ
+ěščřžýáíé=´ qwertzuiopú) asdfghjklů yxcvbnm,.-
1234567890%ˇ QWERTZUIOP/( ASDFGHJKL" YXCVBNM?:_
Slovak | tiếng Slovakia | ´ˇ
+ľščťžýáíé=´ qwertzuiopúä asdfghjklô yxcvbnm,.-
1234567890%ˇ QWERTZUIOP/( ASDFGHJKL" YXCVBNM?:_
Hungarian | tiếng Hungary |
123456789öüó qwertzuiopőú asdfghjklé yxcvbnm,.-
'"+!%/=()ÖÜÓ QWERTZUIOPŐÚ ASDFGHJKLÉ YXCVBNM?:_
Croatian, Serbian or Slovenian | tiếng Croatia, Serbia hoặc Slovenia |
1234567890'+ qwertzuiopšđ asdfghjklč yxcvbnm,.-
!"#$%&/()=?* QWERTZUIOPŠĐ ASDFGHJKLČ YXCVBNM;:_
Turkish | tiếng Thổ Nhĩ Kỳ |
1234567890*- qwertyuıopğü asdfghjklş zxcvbnmöç.
!'^+%&/()=?_ QWERTYUIOPĞÜ ASDFGHJKLŞ ZXCVBNMÖÇ:
Dutch | tiếng Hà Lan | ¨~^
1234567890/° qwertyuiop¨* asdfghjkl+ zxcvbnm,.-
!"#$%&_()'?~ QWERTYUIOP^| ASDFGHJKL± ZXCVBNM;:=
Lithuanian | tiếng Litva |
ąčęėįšųū„“-ž qwertyuiop[] asdfghjkl; zxcvbnm,./
ĄČĘĖĮŠŲŪ()_Ž QWERTYUIOP{} ASDFGHJKL: ZXCVBNM<>?
Canadian French | tiếng Pháp (Canada) | ¸^^¨
1234567890-= qwertyuiop^¸ asdfghjkl; zxcvbnm,.é
!"/$%?&*()_+ QWERTYUIOP^¨ ASDFGHJKL: ZXCVBNM'.É
Vietnamese | tiếng Việt |
ăâêô\u0300\u0309\u0303\u0301\u0323đ-₫ qwertyuiopươ asdfghjkl; zxcvbnm,./
ĂÂÊÔ%^&*(Đ_+ QWERTYUIOPƯƠ ASDFGHJKL: ZXCVBNM<>?
Vietnamese (Windows) | tiếng Việt (Windows) |
ăâêô\u0300\u0309\u0303\u0301\u0323đ-₫ qwertyuiopươ asdfghjkl; zxcvbnm,./
ĂÂÊÔ\u0300\u0309\u0303\u0301\u0323Đ_+ QWERTYUIOPƯƠ ASDFGHJKL: ZXCVBNM<>?
Russian | tiếng Nga |
1234567890-= йцукенгшщзхъ фывапролдж ячсмитьбю.
!"№;%:?*()_+ ЙЦУКЕНГШЩЗХЪ ФЫВАПРОЛДЖ ЯЧСМИТЬБЮ,
Ukrainian | tiếng Ukraina |
1234567890-= йцукенгшщзхї фівапролдж ячсмитьбю.
!"№;%:?*()_+ ЙЦУКЕНГШЩЗХЇ ФІВАПРОЛДЖ ЯЧСМИТЬБЮ,
Bulgarian | tiếng Bulgaria |
1234567890-. ,уеишщксдзц; ьяаожгтнвм юйъэфхпрлб
!?+"%=:/–№$€ ыУЕИШЩКСДЗЦ§ ѝЯАОЖГТНВМ ЮЙЪЭФХПРЛБ
Greek | tiếng Hy Lạp | ´¨
1234567890-= ;ςερτυθιοπ[] ασδφγηξκλ´ ζχψωβνμ,./
!@#$%^&*()_+ :ΣΕΡΤΥΘΙΟΠ{} ΑΣΔΦΓΗΞΚΛ¨ ΖΧΨΩΒΝΜ<>?
"""
MARKS: Final = {
    "`": "\u0300",
    "´": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "¨": "\u0308",
    "ˇ": "\u030c",
    "¸": "\u0327",
}
"""Signs of dead keys -> the mark that they put onto the next letter."""


class Caps(StrEnum):
    """What Caps Lock turns round: it depends on the system and on the layout."""

    OFF = ""
    LETTERS = "letters"
    ALL = "all keys"
    MOST = "all keys but two"  # the German one of Windows leaves = and / of a US keyboard alone


_SPARED: Final = (11, 43)


@dataclass(frozen=True)
class Layout:
    """A layout: 44 keys in the order of a US keyboard, as they are and with Shift."""

    name: str
    vietnamese: str
    plain: str
    shifted: str
    dead: str = ""

    def image(self, caps: Caps = Caps.OFF) -> dict[str, str]:
        """What arrives for each character that a US keyboard has, dead keys as their signs."""
        found = {" ": " "}
        for key, (lower, upper) in enumerate(zip(self.plain, self.shifted, strict=True)):
            arrive = (lower, upper)
            if self._turned(key, caps):
                arrive = (upper, lower)
            found.update(zip((US.plain[key], US.shifted[key]), arrive, strict=True))
        return found

    def typed(self, text: str, caps: Caps = Caps.OFF) -> str:
        """What arrives for a text of such characters. Dead keys do as on Windows.

        >>> next(layout for layout in LAYOUTS if layout.name == "French").typed("HC1:")
        'HC&M'
        """
        image = self.image(caps)
        arrived: list[str] = []
        dead = ""
        for sign in map(image.__getitem__, text):
            if dead:
                joined = unicodedata.normalize("NFC", sign + MARKS[dead])
                if sign == " ":
                    arrived.append(dead)
                elif len(joined) == 1:
                    arrived.append(joined)
                else:
                    arrived += (dead, sign)
                dead = ""
            elif sign in self.dead:
                dead = sign
            else:
                arrived.append(sign)
        return "".join(arrived) + dead

    def _turned(self, key: int, caps: Caps) -> bool:
        if caps is Caps.LETTERS:
            return self.plain[key] != self.shifted[key] == self.plain[key].upper()
        return caps is Caps.ALL or (caps is Caps.MOST and key not in _SPARED)


def _layouts() -> tuple[Layout, ...]:
    lines = _TABLE.splitlines()
    found = []
    for head, plain, shifted in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        name, vietnamese, dead = (part.strip() for part in head.split("|"))
        found.append(Layout(name, vietnamese, plain.replace(" ", ""), shifted.replace(" ", ""), dead))
    return tuple(found)


LAYOUTS: Final = _layouts()
US: Final = LAYOUTS[0]
