#!/usr/bin/python3
"""Checks sealed batches with code that shares nothing with the gateway's: PyJWT verifies the JWS, cbor2 decodes the payload, and the
columns are unpacked here from docs/wire-format.md alone. Reads one JSON object a line: {"text", "key", "readings": [[ms, [values],
[statuses]], ...]}; prints a count and exits 0 when every one agrees."""
import json
import re
import sys

import cbor2
import jwt

VITALS = 5
FRESH = (0, 8)  # Valid, Uncalibrated: the only statuses with a value


def unzigzag(number):
    return (number >> 1) ^ -(number & 1)


def unpack(packed, count):
    """A packed column: one byte of parameters, a variable-length start, Rice codes."""
    parameter, from_base = packed[0] & 31, bool(packed[0] & 32)
    assert packed[0] < 64
    at, start, shift = 1, 0, 0
    while True:
        start |= (packed[at] & 127) << shift
        shift += 7
        at += 1
        if packed[at - 1] < 128:
            break
    start = unzigzag(start)
    if parameter == 31:
        assert at == len(packed)
        return [start] * count
    assert parameter <= 24
    bits = "".join(format(byte, "08b") for byte in packed[at:])
    position = 0
    values = [] if from_base else [start]
    while len(values) < count:
        ones = 0
        while ones < 12 and bits[position + ones] == "1":
            ones += 1
        position += ones
        if ones == 12:
            residual = int(bits[position:position + 32], 2)
            position += 32
        else:
            position += 1
            low = bits[position:position + parameter]
            assert len(low) == parameter
            residual = (ones << parameter) | (int(low, 2) if low else 0)
            position += parameter
        previous = start if from_base else values[-1]
        values.append(previous + unzigzag(residual))
    rest = bits[position:]
    assert len(rest) < 8 and "1" not in rest
    return values


def column(item, count):
    if count == 0:
        assert item is None
        return []
    if isinstance(item, bytes):
        return unpack(item, count)
    assert len(item) == count
    values = [item[0]]
    for difference in item[1:]:
        values.append(values[-1] + difference)
    return values


def statuses(item, count):
    if isinstance(item, int):
        return [item] * count
    filled = []
    for index in range(0, len(item) - 1, 2):
        filled += [item[index]] * item[index + 1]
    assert 0 < count - len(filled)
    return filled + [item[-1]] * (count - len(filled))


def readings(payload):
    count, step = payload[11], payload.get(12, 1000)
    offsets = column(payload[16], count) if 16 in payload else [0] * count
    all_statuses = [statuses(item, count) for item in payload[14]]
    assert len(all_statuses) == VITALS and len(payload[13]) == VITALS
    result = [[payload[7] + i * step + offsets[i], [None] * VITALS, [None] * VITALS] for i in range(count)]
    for vital in range(VITALS):
        fresh = [i for i in range(count) if all_statuses[vital][i] in FRESH]
        values = column(payload[13][vital], len(fresh))
        for i in range(count):
            result[i][2][vital] = all_statuses[vital][i]
        for i, value in zip(fresh, values):
            result[i][1][vital] = value
    return result


def open_text(text, key):
    """The payload of one message; raises when anything is wrong with it."""
    jws = jwt.PyJWS().decode_complete(text, key, algorithms=["HS256"])
    assert jws["header"]["typ"] == "pulsegate+jws" and jws["header"]["cty"] == "application/cbor"
    assert re.fullmatch(r"[a-z0-9-]{4,32}\.[1-9][0-9]{0,2}", jws["header"]["kid"])
    payload = cbor2.loads(jws["payload"])
    assert cbor2.dumps(payload, canonical=True) == jws["payload"], "not the deterministic encoding"
    assert payload[2] == jws["header"]["kid"].split(".")[0]
    return payload


def main():
    checked = 0
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            key = bytes.fromhex(case["key"])
            payload = open_text(case["text"], key)
            found = readings(payload)
            if found != case["readings"]:
                print(f"message {checked + 1}: readings differ", file=sys.stderr)
                return 1
            broken = case["text"][:-2] + ("A" if case["text"][-2] != "A" else "B") + case["text"][-1]
            try:
                open_text(broken, key)
            except jwt.InvalidSignatureError:
                pass
            else:
                print(f"message {checked + 1}: a changed signature was accepted", file=sys.stderr)
                return 1
            checked += 1
    print(f"{checked} batches agree")
    return 0


if __name__ == "__main__":
    sys.exit(main())
