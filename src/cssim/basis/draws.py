"""Random numbers by address: a draw is a pure function of where it is made.

An address is a 64-bit key; a key is folded from its parts (seed, replication, source, date,
band, ordinal for a case; stream, flow, node and visit for what is drawn about it). The mixing
function is the finaliser of SplitMix64 in Stafford's variant 13 (Steele, Lea and Flood 2014),
computed alike in Python integers and in numpy, so a number is the same whether it is drawn
alone or in a block. It knows nothing of cases or flows.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

MASK = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15
_M1, _M2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_NP_GOLDEN, _NP_M1, _NP_M2 = np.uint64(_GOLDEN), np.uint64(_M1), np.uint64(_M2)
_S30, _S27, _S31, _S11 = (np.uint64(n) for n in (30, 27, 31, 11))
_UNIT = 2.0**-53

Keys = NDArray[np.uint64]


def mix(x: int) -> int:
    """Scramble 64 bits so that every input bit moves every output bit.

    Example:
        >>> mix(0), mix(1) != mix(2)
        (0, True)
    """
    x = ((x ^ (x >> 30)) * _M1) & MASK
    x = ((x ^ (x >> 27)) * _M2) & MASK
    return x ^ (x >> 31)


def mix_many(x: Keys) -> Keys:
    """`mix` for an array of uint64."""
    x = (x ^ (x >> _S30)) * _NP_M1
    x = (x ^ (x >> _S27)) * _NP_M2
    return x ^ (x >> _S31)


def text_key(text: str) -> int:
    """A stable 64-bit key of a text (never Python's own `hash`)."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def fold(key: int, *parts: int) -> int:
    """Extend an address by whole numbers (negative ones too), in order."""
    for part in parts:
        key = mix(((key ^ (part & MASK)) + _GOLDEN) & MASK)
    return key


def fold_many(key: int | Keys, *parts: int | NDArray[np.int64]) -> Keys:
    """`fold` for arrays: keys and parts are broadcast against each other."""
    keys = np.asarray(key, dtype=np.uint64)
    for part in parts:
        moved = np.atleast_1d(np.asarray(part, dtype=np.int64)).astype(np.uint64)
        keys = mix_many((keys ^ moved) + _NP_GOLDEN)
    return keys


def uniform(key: int, stream: int) -> float:
    """The number in (0, 1) that stands at an address in a stream.

    Args:
        key: the address of the one it is drawn for, made by `fold`.
        stream: key of the stream, made by `text_key` or `fold`.
    """
    return ((mix(key ^ stream) >> 11) + 0.5) * _UNIT


def uniforms(keys: Keys, stream: int) -> NDArray[np.float64]:
    """`uniform` for many keys and one stream; the same numbers to the bit."""
    bits = mix_many(keys ^ np.uint64(stream)) >> _S11
    return (bits.astype(np.float64) + 0.5) * _UNIT
