"""Golden numbers of giemsa::Random, from a plain Python rendering of the two published generators.

SplitMix64: https://prng.di.unimi.it/splitmix64.c; xoshiro256++: https://prng.di.unimi.it/xoshiro256plusplus.c.
Both are checked against known outputs of the published C code before anything is written.
Usage: python3 tests/golden/make/random_streams.py > tests/golden/data/random.txt
Line: keys separated by commas, a colon, the first outputs separated by commas.
"""

MASK = (1 << 64) - 1


def mix64(x):
    x = (x + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def rotl(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


def xoshiro256pp(state):
    s = list(state)
    while True:
        yield (rotl((s[0] + s[3]) & MASK, 23) + s[0]) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)


def keyed_state(keys):
    key = 0
    for k in keys:
        key = mix64(key ^ mix64(k))
    state = []
    for _ in range(4):
        key = mix64(key)
        state.append(key)
    return state


def take(generator, count):
    return [next(generator) for _ in range(count)]


def main():
    assert mix64(1234567) == 6457827717110365317
    assert take(xoshiro256pp([1, 2, 3, 4]), 5) == [
        41943041, 58720359, 3588806011781223, 3591011842654386, 9228616714210784205]
    for keys in ([0], [1], [1, 2, 3], [3, 2, 1], [MASK, 0, MASK], [42, 0xCBF29CE484222325, 7, 17091]):
        numbers = take(xoshiro256pp(keyed_state(keys)), 6)
        print(",".join(map(str, keys)) + ":" + ",".join(map(str, numbers)))


if __name__ == "__main__":
    main()
