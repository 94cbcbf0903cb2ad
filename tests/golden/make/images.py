"""Tiny pictures in every format that giemsa reads or refuses, by Pillow, and their pixels as Pillow reads them.

Usage: python3 tests/golden/make/images.py tests/golden/data/images  (needs Pillow 9 with libjpeg-turbo, and numpy)
For each readable picture NAME.EXT it also writes NAME.EXT.ppm: its pixels as RGB, alpha laid over white.
Pillow writes no 16-bit RGB, interlaced or transparent-RGB PNG and no top-down or V4 BMP; those are put together here
byte by byte, from the specifications, and read back by Pillow all the same.
"""
import pathlib
import struct
import sys
import zlib

import numpy as np
from PIL import Image

OUT = pathlib.Path(sys.argv[1])
WIDTH, HEIGHT = 23, 17


def smooth_rgb():
    """A cell-like disc on a gradient, with a little noise: something that every coding has to work for."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    disc = ((x - 11) ** 2 + (y - 8) ** 2 < 36)[..., None]
    ground = np.stack([230 - 2 * x, 200 - 3 * y, 210 - x - y], -1)
    noise = np.random.default_rng(7).integers(0, 9, (HEIGHT, WIDTH, 3))
    return np.clip(np.where(disc, [110, 60, 150], ground) + noise, 0, 255).astype(np.uint8)


def alpha_ramp():
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return ((x * 11 + y * 5) % 256).astype(np.uint8)


RGB = Image.fromarray(smooth_rgb())
GREY = RGB.convert("L")
RGBA = Image.fromarray(np.dstack([smooth_rgb(), alpha_ramp()]))
PALETTE = RGB.quantize(16)


def expected(path):
    picture = Image.open(path)
    if "transparency" in picture.info or "A" in picture.getbands():
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(white, picture)
    picture.convert("RGB").save(str(path) + ".ppm")


def save(name, picture, readable=True, **options):
    path = OUT / name
    picture.save(path, **options)
    if readable:
        expected(path)


def write(name, content, readable=True):
    (OUT / name).write_bytes(content)
    if readable:
        expected(OUT / name)


def png(colour_type, bits, rows, extra=b"", interlace=0, size=(WIDTH, HEIGHT)):
    """A PNG file from filtered rows (each begins with its filter byte)."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", *size, bits, colour_type, 0, 0, interlace)
    data, end = chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + data + end


def adam7_rows(pixels):
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    return b"".join(b"\0" + row.tobytes() for x, y, dx, dy in passes for row in pixels[y::dy, x::dx])


def plain_rows(pixels):
    return b"".join(b"\0" + row.tobytes() for row in pixels)


def bmp(header_bytes, bits, compression, pixels, masks=(), height=HEIGHT, width=WIDTH):
    """A BMP file: file header, info header of 40 or 108 bytes with its masks, pixel rows as given."""
    info = struct.pack("<IiiHHIIiiII", header_bytes, width, height, 1, bits, compression, len(pixels),
                       2835, 2835, 0, 0)
    info += struct.pack(f"<{len(masks)}I", *masks)
    info = info.ljust(header_bytes, b"\0")
    at = 14 + len(info)
    return b"BM" + struct.pack("<IHHI", at + len(pixels), 0, 0, at) + info + pixels


def bgr_rows(pixels, bottom_up=True):
    rows = pixels[::-1] if bottom_up else pixels
    pad = -rows.shape[1] * rows.shape[2] % 4
    return b"".join(row.tobytes() + b"\0" * pad for row in rows)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for name, options in {"444": {"subsampling": 0}, "420": {"subsampling": 2}, "422": {"subsampling": 1},
                          "progressive": {"progressive": True}, "low_quality": {"quality": 20}}.items():
        save(f"{name}.jpg", RGB, **{"quality": 90, **options})
    save("grey.jpg", GREY, quality=90)
    save("cmyk.jpg", RGB.convert("CMYK"), readable=False)

    save("rgb.png", RGB)
    save("grey.png", GREY)
    save("bilevel.png", GREY.convert("1"))
    save("palette.png", PALETTE, bits=8)
    save("palette_4bit.png", PALETTE, bits=4)
    save("palette_transparent.png", PALETTE, transparency=0)
    save("rgba.png", RGBA)
    save("grey_alpha.png", RGBA.convert("LA"))
    save("grey16.png", Image.fromarray(np.asarray(GREY).astype(np.uint16) * 257), readable=False)
    wide = (smooth_rgb().astype(">u2") * 257)
    write("rgb16.png", png(2, 16, plain_rows(wide)), readable=False)
    write("interlaced.png", png(2, 8, adam7_rows(smooth_rgb()), interlace=1))
    key = struct.pack(">HHH", *smooth_rgb()[8, 11])
    trns = struct.pack(">I", 6) + b"tRNS" + key + struct.pack(">I", zlib.crc32(b"tRNS" + key))
    write("rgb_transparent.png", png(2, 8, plain_rows(smooth_rgb()), extra=trns))
    write("bomb.png", png(2, 8, b"", size=(100_000, 100_000)), readable=False)

    bgr = smooth_rgb()[..., ::-1]
    bgrx = np.dstack([bgr, np.zeros((HEIGHT, WIDTH), np.uint8)])
    bgra = np.dstack([bgr, alpha_ramp()])
    rgba_masks = (0x00FF0000, 0x0000FF00, 0x000000FF, 0xFF000000)
    save("rgb24.bmp", RGB)
    save("grey8.bmp", GREY)
    save("palette8.bmp", PALETTE)
    save("bilevel.bmp", GREY.convert("1"), readable=False)
    write("top_down.bmp", bmp(40, 24, 0, bgr_rows(bgr, bottom_up=False), height=-HEIGHT))
    write("rgb32.bmp", bmp(40, 32, 0, bgr_rows(bgrx)))
    write("rgba32_v4.bmp", bmp(108, 32, 3, bgr_rows(bgra), masks=rgba_masks))
    write("bomb.bmp", bmp(40, 24, 0, b"", width=100_000, height=100_000), readable=False)
    write("rle.bmp", bmp(40, 8, 1, b"\0\1"), readable=False)

    save("rgb.tif", RGB)
    save("grey.tif", GREY)
    save("palette.tif", PALETTE)
    save("rgba.tif", RGBA)
    for compression in ["tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"]:
        save(f"{compression}.tif", RGB, compression=compression)
    save("ycbcr.tif", RGB.convert("YCbCr"), compression="jpeg")
    save("two_pages.tif", RGB, save_all=True, append_images=[GREY])
    save("grey16.tif", Image.fromarray(np.asarray(GREY).astype(np.uint16) * 257), readable=False)
    save("float.tif", GREY.convert("F"), readable=False)
    save("cmyk.tif", RGB.convert("CMYK"), readable=False)


main()
