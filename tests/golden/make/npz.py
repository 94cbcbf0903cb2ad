"""Small NumPy archives, good and bad, for tests/data/npz_source_test.cpp.

Usage: python3 tests/golden/make/npz.py tests/golden/data/npz  (needs numpy 1.24)
Pictures follow a formula that the test knows too: pixel (i, y, x, c) = (41·i + 7·y + 3·x + 5·c) mod 256.
"""
import io
import pathlib
import sys
import zipfile

import numpy as np

OUT = pathlib.Path(sys.argv[1])


def pictures(count, first=0, size=(4, 6), channels=3):
    i, y, x, c = np.ogrid[first:first + count, 0:size[0], 0:size[1], 0:channels]
    return ((41 * i + 7 * y + 3 * x + 5 * c) % 256).astype(np.uint8)


def npy(array, version):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version)
    return stream.getvalue()


def archive(name, entries):
    with zipfile.ZipFile(OUT / name, "w") as out:
        for key, content in entries.items():
            out.writestr(zipfile.ZipInfo(key), content)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    labels8 = np.arange(16, dtype=np.uint8) % 8
    np.savez_compressed(OUT / "reports.npz", images=pictures(16), labels=labels8[:, None])
    np.savez(OUT / "stored_flat_i8.npz", images=pictures(3), labels=np.array([2, 0, 1], np.int64))
    np.savez(OUT / "grey_i2.npz", images=pictures(3, channels=1)[..., 0], labels=np.array([0, 1, 1], np.int16))
    np.savez_compressed(
        OUT / "medmnist.npz",
        train_images=pictures(8), train_labels=labels8[:8, None],
        val_images=pictures(3, 8), val_labels=labels8[8:11, None],
        test_images=pictures(2, 11), test_labels=labels8[11:13, None])
    np.savez(OUT / "names.npz", images=pictures(2), labels=np.array([2, 0]),
             class_names=np.array(["ig", "érythroblaste", "血 \U0001fa78"]))
    for version in [(1, 0), (2, 0), (3, 0)]:
        archive(f"npy_v{version[0]}.npz", {"images.npy": npy(pictures(2), version),
                                            "labels.npy": npy(np.array([0, 1], np.int32), version)})

    two = np.array([0, 1], np.uint8)
    np.savez(OUT / "bad_float.npz", images=pictures(2).astype(np.float32) / 255, labels=two)
    np.savez(OUT / "bad_u2.npz", images=pictures(2).astype(np.uint16), labels=two)
    np.savez(OUT / "bad_channels.npz", images=np.zeros((2, 4, 6, 4), np.uint8), labels=two)
    np.savez(OUT / "bad_fortran.npz", images=np.asfortranarray(pictures(2)), labels=two)
    np.savez(OUT / "bad_big_endian.npz", images=pictures(2), labels=two.astype(">i4"))
    np.savez(OUT / "bad_one_hot.npz", images=pictures(2), labels=np.eye(2, dtype=np.uint8))
    np.savez(OUT / "bad_count.npz", images=pictures(2), labels=np.array([0, 1, 1], np.uint8))
    np.savez(OUT / "bad_negative.npz", images=pictures(2), labels=np.array([0, -1], np.int8))
    np.savez(OUT / "bad_no_labels.npz", images=pictures(2))
    np.savez(OUT / "bad_keys.npz", x=pictures(2), y=two)
    np.savez(OUT / "bad_empty.npz", images=pictures(0), labels=two[:0])
    np.savez(OUT / "bad_object.npz", images=np.array([None, None]), labels=two)

    for name, names in {"few": ["a"], "twice": ["a", "a"], "empty": ["a", ""], "table": [["a", "b"]], "number": [1, 2],
                        "bytes": [b"a", b"b"]}.items():
        np.savez(OUT / f"bad_names_{name}.npz", images=pictures(2), labels=two, class_names=np.array(names))
    np.savez(OUT / "bad_text_labels.npz", images=pictures(2), labels=np.array(["a", "b"]))
    surrogate = np.array([0x61, 0xd800], "<u4").view("<U1")
    np.savez(OUT / "bad_names_unicode.npz", images=pictures(2), labels=two, class_names=surrogate)

    whole = npy(pictures(2), (1, 0))
    labels = npy(two, (1, 0))
    archive("bad_short.npz", {"images.npy": whole[:-5], "labels.npy": labels})
    archive("bad_long.npz", {"images.npy": whole + b"\0", "labels.npy": labels})
    huge = whole.replace(b"(2, 4, 6, 3)", b"(99999999999, 60000, 60000, 3)".ljust(12))
    archive("bad_huge.npz", {"images.npy": huge, "labels.npy": labels})
    overflow = whole.replace(b"(2, 4, 6, 3)", b"(18446744073709551615, 9, 9, 3)")
    archive("bad_overflow.npz", {"images.npy": overflow, "labels.npy": labels})
    archive("bad_dictionary.npz", {"images.npy": whole.replace(b"'shape'", b"'shape "), "labels.npy": labels})
    archive("bad_magic.npz", {"images.npy": b"PICKLE" + whole[6:], "labels.npy": labels})


main()
