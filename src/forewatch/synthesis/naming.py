"""Made-up place names, in Latin letters and in Thai script, that sound like nowhere."""

from __future__ import annotations

from numpy.random import Generator

FIRST = (
    ("Ael", "แอล"), ("Bro", "โบร"), ("Cor", "คอร์"), ("Drel", "เดรล"), ("Esh", "เอช"), ("Fen", "เฟน"),
    ("Gris", "กริส"), ("Hol", "โฮล"), ("Ivo", "อิโว"), ("Jas", "จาส"), ("Kel", "เคล"), ("Lum", "ลูม"),
    ("Mirk", "เมิร์ก"), ("Nys", "นีส"), ("Osk", "ออสก์"), ("Pral", "ปราล"), ("Quel", "เควล"), ("Rusk", "รัสก์"),
    ("Skel", "สเกล"), ("Tor", "ทอร์"), ("Ulm", "อูล์ม"), ("Vel", "เวล"), ("Wex", "เวกซ์"), ("Zel", "เซล"),
)  # fmt: skip
MIDDLE = (
    ("", ""), ("", ""), ("a", "อา"), ("do", "โด"), ("fi", "ฟี"), ("lo", "โล"), ("me", "เม"), ("ra", "รา"),
    ("ti", "ที"), ("vu", "วู"),
)  # fmt: skip
LAST = (
    ("bra", "บรา"), ("dax", "แด็กซ์"), ("fell", "เฟลล์"), ("gor", "กอร์"), ("lith", "ลิธ"), ("mond", "มอนด์"),
    ("nesk", "เนสก์"), ("por", "พอร์"), ("rune", "รูน"), ("sil", "ซิล"), ("tarn", "ทาร์น"), ("vik", "วิก"),
    ("wen", "เวน"), ("zar", "ซาร์"),
)  # fmt: skip


def place_names(rng: Generator, count: int) -> list[tuple[str, str]]:
    """Draw `count` names as (Latin, Thai); some repeat, as real ones do: names are never keys."""
    parts = (FIRST, MIDDLE, LAST)
    picks = [rng.integers(len(part), size=count) for part in parts]
    chosen = [[part[i] for i in pick] for part, pick in zip(parts, picks, strict=True)]
    return [("".join(p[0] for p in name), "".join(p[1] for p in name)) for name in zip(*chosen, strict=True)]
