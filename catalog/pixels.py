"""Reads the pixels of any PNG or JPEG as sRGB with transparency. No Django.

Pillow cuts off what does not fit into eight bits, compares colors of sixteen bits with pixels of
eight, and ignores color profiles.
"""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageCms

_SIXTEEN_BITS_AS_GRAY = {"I;16", "I;16B", "I;16L", "I;16N", "I"}


def to_rgba(picture: Image.Image, *, within: tuple[int, int]) -> Image.Image:
    """The picture as RGBA: sixteen bits scaled to eight, made to fit, colors converted to sRGB."""
    bits = _bits(picture)
    picture.load()
    profile, transparent = picture.info.get("icc_profile"), picture.info.get("transparency")
    if picture.mode in _SIXTEEN_BITS_AS_GRAY:
        picture = _gray_of_sixteen_bits(picture, transparent)
    elif isinstance(transparent, (int, tuple)) and picture.mode in {"1", "L", "RGB"}:
        picture = _with_transparent_color(picture, transparent, bits)
    elif picture.mode in {"P", "PA"}:
        picture = picture.convert("RGBA")
    # Before colors are converted, which takes long and needs several copies.
    picture = picture.resize(_fitting(picture.size, within), Image.Resampling.LANCZOS)
    if profile and (converted := _in_srgb(picture, profile)):
        return converted
    return picture.convert("RGBA")


def _fitting(size: tuple[int, int], within: tuple[int, int]) -> tuple[int, int]:
    """The size in the same proportions; a very narrow picture keeps one pixel."""
    scale = min(within[0] / size[0], within[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _bits(picture: Image.Image) -> int:
    """Bits of a sample in the file, as far as they matter: 16, or fewer."""
    modes = [str(getattr(tile, "args", "")) for tile in getattr(picture, "tile", [])]
    for mode in modes:
        if "16" in mode:
            return 16
        for bits in (1, 2, 4):
            if f";{bits}" in mode:
                return bits
    return 1 if picture.mode == "1" else 8


def _gray_of_sixteen_bits(picture: Image.Image, transparent: object) -> Image.Image:
    raw = picture.tobytes("raw", "I;16B") if picture.mode != "I" else _shorts(picture)
    high = Image.frombytes("L", picture.size, raw[0::2])
    if not isinstance(transparent, int):
        return high
    low = Image.frombytes("L", picture.size, raw[1::2])
    same = ImageChops.darker(_equal(high, transparent >> 8), _equal(low, transparent & 255))
    return Image.merge("LA", (high, ImageChops.invert(same)))


def _shorts(picture: Image.Image) -> bytes:
    """Samples of a 32-bit picture whose values are those of sixteen bits, big-endian."""
    raw = picture.tobytes("raw", "I")
    shorts = bytearray(len(raw) // 2)
    shorts[0::2], shorts[1::2] = raw[1::4], raw[0::4]
    return bytes(shorts)


def _with_transparent_color(
    picture: Image.Image, transparent: int | tuple[int, ...], bits: int
) -> Image.Image:
    """The one color that the file calls transparent, in samples of eight bits."""
    colors = transparent if isinstance(transparent, tuple) else (transparent,)
    scaled = [color >> 8 if bits == 16 else color for color in colors]
    if picture.mode == "1":
        scaled = [255 if color else 0 for color in scaled]
        picture = picture.convert("L")
    elif bits in {2, 4}:
        scaled = [color * 255 // (2**bits - 1) if color < 2**bits else color for color in scaled]
    same = None
    for channel, color in zip(picture.split(), scaled, strict=False):
        equal = _equal(channel, color)
        same = equal if same is None else ImageChops.darker(same, equal)
    picture = picture.convert("RGB")
    if same is not None:
        picture.putalpha(ImageChops.invert(same))
    return picture


def _equal(channel: Image.Image, value: int) -> Image.Image:
    return channel.point([255 if shade == value else 0 for shade in range(256)])


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image | None:
    """The colors as the profile means them, or None if it is broken or for other colors."""
    alpha = picture.getchannel("A") if picture.mode in {"RGBA", "LA"} else None
    colors = picture.convert({"RGBA": "RGB", "LA": "L", "1": "L"}.get(picture.mode, picture.mode))
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        drawn = ImageCms.profileToProfile(colors, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    if drawn is None:
        return None
    if alpha is None:
        return drawn.convert("RGBA")
    drawn.putalpha(alpha)
    return drawn
