"""Reads Pulsegate's batches with PyJWT, cbor2 and this file, which was written from docs/wire-format.md alone and shares nothing
with the gateway's code: verify, readings in physical units with their doubt, and what is missing."""
import base64
import json
import re
from datetime import datetime, timezone
from decimal import Decimal

import cbor2
import jwt

STATUSES = ("Valid", "Acquiring", "NoFinger", "LowPerfusion", "Motion", "AmbientLight", "SensorFault", "Stale", "Uncalibrated")
TIME_QUALITIES = ("Unsynced", "Estimated", "Synced")
VITALS = (("SpO2", 10, "%"), ("PulseRate", 10, "/min"), ("PerfusionIndex", 100, "%"), ("Quality", 1, "%"), ("Temperature", 100, "Cel"))
FRESH = (0, 8)  # Valid, Uncalibrated: the only statuses with a value
MEMBERS = {"alg", "kid", "typ", "cty"}
TEXT_LENGTH_MAX = 16384
VITALS_KINDS = (1, 18)  # vitals, live
TIME_MS_MAX = 32503679999999


class Refused(Exception):
    """Why a message is not believed."""


def keyring(path):
    """{(device, version): (key, algorithm)} out of keyring.json; the key says which algorithm, never the message."""
    keys = {}
    for device in json.load(open(path, encoding="utf-8"))["devices"]:
        for key in device["keys"]:
            keys[device["device"], key["version"]] = (
                (public_key(key["publicKey"]), "ES256") if "publicKey" in key else (base64.b64decode(key["up"]), "HS256"))
    return keys


def public_key(text):
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # python3-cryptography, for ES256 alone
    return load_der_public_key(base64.b64decode(text))


def verify(text, keys):
    """The payload of a message, with its MAC (or seal) under "mac"; raises Refused."""
    try:
        if len(text) > TEXT_LENGTH_MAX:
            raise Refused("too long")
        header = jwt.get_unverified_header(text)
        name = re.fullmatch(r"([a-z0-9-]{4,32})\.([1-9][0-9]{0,2})", header.get("kid", ""))
        if not name or set(header) - {"seal"} != MEMBERS or header["typ"] != "pulsegate+jws" or header["cty"] != "application/cbor":
            raise Refused("header not allowed")
        key, algorithm = keys[name[1], int(name[2])]
        if ("seal" in header) and algorithm != "ES256":
            raise Refused("seal out of place")
        payload = cbor2.loads(jwt.PyJWS().decode(text, key, algorithms=[algorithm]))
        if payload[1] != 1 or payload[2] != name[1]:
            raise Refused("schema not known, or payload of another device")
        if not (0 <= payload[7] <= TIME_MS_MAX and 0 <= payload.get(9, 0) <= TIME_MS_MAX):
            raise Refused("time out of range")
        mac = header.get("seal") or text.rsplit(".", 1)[1]
        payload["mac"] = base64.urlsafe_b64decode(mac + "=" * (-len(mac) % 4))[:8]
        return payload
    except Refused:
        raise
    except Exception as error:  # every other way in which a stranger's bytes can be wrong
        raise Refused(f"{type(error).__name__}") from error


def physical_readings(payload):
    """A dictionary a second: utc (None when not known), time_quality, and by vital (value or None, status, unit)."""
    if payload[6] not in VITALS_KINDS:
        return
    for ms, values, statuses_ in readings(payload):
        utc_ms = payload[9] + ms - payload[7] if 9 in payload else None
        reading = {"utc": utc_ms and datetime.fromtimestamp(utc_ms // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
                   + f".{utc_ms % 1000:03}Z", "monotonic_ms": ms, "time_quality": TIME_QUALITIES[payload[8]]}
        for (name, divisor, unit), value, status in zip(VITALS, values, statuses_):
            reading[name] = (None if value is None else Decimal(value) / divisor, STATUSES[status], unit)
        yield reading


def show(device, reading):
    """One line with everything that may be shown, and why where nothing may."""
    parts = []
    for (name, _, _), label in zip(VITALS, ("SpO2", "pulse", "perfusion", "quality", "temperature")):
        value, status, unit = reading[name]
        doubt = "" if status == "Valid" else f" ({status})"
        parts.append(f"{label} none ({status})" if value is None else f"{label} {value} {unit}{doubt}")
    return f"{device} {reading['utc'] or 'unknown'} {reading['time_quality']}: " + ", ".join(parts)


class Gaps:
    """Takes payloads in any order, any number of times."""

    def __init__(self):
        self.stores = {}

    def add(self, payload):
        """New, Repetition, Conflict, ChainBroken or Unsequenced (docs/wire-format.md, section 3)."""
        if 4 not in payload:
            return "Unsequenced"
        macs, declared = self.stores.setdefault((payload[2], payload[3]), ({}, []))
        sequence = payload[4]
        if sequence in macs:
            return "Repetition" if macs[sequence][0] == payload["mac"] else "Conflict"
        macs[sequence] = (payload["mac"], payload[10])
        first, last = payload.get(40, 0), payload.get(41, 0)
        if 1 <= first <= last < sequence:
            for index, length in enumerate(payload.get(46, [last - first + 1])):
                declared += [] if index % 2 else [(first, first + length - 1)]
                first += length
        is_broken = (sequence - 1 in macs and macs[sequence - 1][0] != payload[10]) or (
            sequence + 1 in macs and macs[sequence + 1][1] != payload["mac"])
        return "ChainBroken" if is_broken else "New"

    def missing(self):
        """(device, epoch, first, last) of what is neither here nor declared lost, with later ones here."""
        for (device, epoch), (macs, declared) in sorted(self.stores.items()):
            last = 0
            for first, end in sorted([(sequence, sequence) for sequence in macs] + declared):
                if first > last + 1:
                    yield device, epoch, last + 1, first - 1
                last = max(last, end)


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
    assert len(all_statuses) == len(VITALS) == len(payload[13])
    result = [[payload[7] + i * step + offsets[i], [None] * len(VITALS), [None] * len(VITALS)] for i in range(count)]
    for vital in range(len(VITALS)):
        fresh = [i for i in range(count) if all_statuses[vital][i] in FRESH]
        values = column(payload[13][vital], len(fresh))
        for i in range(count):
            result[i][2][vital] = all_statuses[vital][i]
        for i, value in zip(fresh, values):
            result[i][1][vital] = value
    return result
