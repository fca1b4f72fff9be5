#!/usr/bin/python3
"""Reads a unit's store folder by docs/store-format.md and docs/wire-format.md alone, with Python's standard library, and prints one JSON
object a line for each record in order: sequence, kind, keyVersion, readings, payload and mac in hexadecimal, macRight when --device and
--key say whose it is, and the payload's own epoch, sequence and device. A last line sums up: epoch, boot, cursor, damaged bytes, foreign
files."""
import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import struct
import sys
import zlib

SEGMENT_HEADER = 24
RECORD_HEADER = 17
MAC = 32
CRC = 4
OVERHEAD = RECORD_HEADER + MAC + CRC
PAYLOAD_MAX = 2048
VERSION = 1
FIRST_BEHIND = {"s": 0, "d": 1 << 30, "a": 1 << 31}


def has_right_crc(block):
    return len(block) > CRC and struct.unpack("<I", block[-CRC:])[0] == zlib.crc32(block[:-CRC])


def cbor(data, at):
    """One item of the subset that payloads use; its value and where the next begins."""
    major, low = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        return {20: False, 21: True, 22: None}[low], at
    if low < 24:
        argument = low
    else:
        size = 1 << (low - 24)
        argument = int.from_bytes(data[at:at + size], "big")
        at += size
    if major == 0:
        return argument, at
    if major == 1:
        return -1 - argument, at
    if major in (2, 3):
        value = bytes(data[at:at + argument])
        return value if major == 2 else value.decode("ascii"), at + argument
    if major == 4:
        items = []
        for _ in range(argument):
            item, at = cbor(data, at)
            items.append(item)
        return items, at
    if major == 5:
        items = {}
        for _ in range(argument):
            key, at = cbor(data, at)
            items[key], at = cbor(data, at)
        return items, at
    raise ValueError("no such item in a payload")


def alternating(folder, name):
    """The content of the whole file with the higher generation of a pair."""
    best = (0, b"")
    for slot in "01":
        path = os.path.join(folder, name + slot)
        if os.path.exists(path):
            with open(path, "rb") as file:
                block = file.read()
            if len(block) >= 14 and block[:2] == b"PF" and has_right_crc(block) \
                    and struct.unpack("<H", block[4:6])[0] == len(block) - 14:
                if block[2] > VERSION:
                    sys.exit("a newer format")
                best = max(best, (struct.unpack("<I", block[6:10])[0], block[10:-CRC]))
    return best[1]


def segments(folder, epoch):
    """Segments of the epoch by number, and the number of files that are not the store's."""
    found, foreign = {}, 0
    for name in sorted(os.listdir(folder)):
        if name in ("identity0", "identity1", "cursor0", "cursor1"):
            continue
        match = re.fullmatch(r"(?:(s)([0-7][0-9a-f]{7})|([da])([0-3][0-9a-f]{7}))\.pg", name)
        with open(os.path.join(folder, name), "rb") as file:
            block = file.read()
        if match and not block:
            continue
        header = block[:SEGMENT_HEADER]
        whole = len(header) == SEGMENT_HEADER and header[:4] == b"PGSG" and has_right_crc(header)
        if match and whole and header[4] > VERSION:
            sys.exit("a newer format")
        letter = (match.group(1) or match.group(3)) if match else None
        number = int(match.group(2) or match.group(4), 16) - FIRST_BEHIND[letter] if match else None
        inside = struct.unpack("<i", header[16:20])[0] if whole else number
        if not match or (whole and (struct.unpack("<Q", header[8:16])[0] != epoch or inside != number)):
            foreign += 1
        else:
            found[number] = block
    return [found[number] for number in sorted(found)], foreign


def records(block):
    """Every record of a segment, and None for each byte that is part of none."""
    at = SEGMENT_HEADER
    while len(block) - at >= OVERHEAD:
        length = OVERHEAD + struct.unpack("<H", block[at + 5:at + 7])[0]
        if block[at:at + 2] == b"PG" and length <= OVERHEAD + PAYLOAD_MAX and has_right_crc(block[at:at + length]) \
                and at + length <= len(block):
            if block[at + 2] > VERSION:
                sys.exit("a newer format")
            yield block[at:at + length]
            at += length
        else:
            yield None
            at += 1
    for _ in range(len(block) - at):
        yield None


def unzigzag(number):
    return (number >> 1) ^ -(number & 1)


def column(item, count):
    """wire-format.md, section 2, "Columns"."""
    if count == 0:
        assert item is None
        return []
    if isinstance(item, list):
        assert len(item) == count
        return [sum(item[:i + 1]) for i in range(count)]
    parameter, from_base, at, start, shift = item[0] & 31, bool(item[0] & 32), 1, 0, 0
    while True:
        start |= (item[at] & 127) << shift
        shift += 7
        at += 1
        if item[at - 1] < 128:
            break
    start = unzigzag(start)
    if parameter == 31:
        return [start] * count
    bits = "".join(format(byte, "08b") for byte in item[at:])
    position, values = 0, [] if from_base else [start]
    while len(values) < count:
        ones = 0
        while ones < 12 and bits[position + ones] == "1":
            ones += 1
        width = 32 if ones == 12 else parameter
        position += ones if ones == 12 else ones + 1
        low = int(bits[position:position + width] or "0", 2)
        position += width
        residual = low if ones == 12 else ones << parameter | low
        values.append((start if from_base else values[-1]) + unzigzag(residual))
    return values


def statuses(item, count):
    if isinstance(item, int):
        return [item] * count
    filled = []
    for index in range(0, len(item) - 1, 2):
        filled += [item[index]] * item[index + 1]
    return filled + [item[-1]] * (count - len(filled))


def summaries(body):
    """Intervals of a summary: [end in monotonic ms, readings, then for each vital [values, mean, least, greatest, status]]."""
    count, step, columns = body[11], body[12], body[13]
    offsets = column(body[16], count) if 16 in body else [0] * count
    assert len(columns) == 21 and len(body[14]) == 5
    result = [[body[7] + i * step + offsets[i], readings] for i, readings in enumerate(column(columns[20], count))]
    for vital in range(5):
        counts = column(columns[4 * vital], count)
        there = sum(1 for values in counts if values)
        rest = [iter(column(columns[4 * vital + i], there)) for i in (1, 2, 3)]
        worst = statuses(body[14][vital], count)
        for i in range(count):
            mean, below, above = (next(values) for values in rest) if counts[i] else (None, 0, 0)
            result[i].append([counts[i], mean, mean - below, mean + above, worst[i]] if counts[i]
                             else [0, None, None, None, worst[i]])
    return result


def declared(body):
    """Ranges that a summary or a tombstone speaks for."""
    if 40 not in body:
        return []
    first, ranges = body[40], []
    for index, length in enumerate(body.get(46, [body[41] - body[40] + 1])):
        if index % 2 == 0:
            ranges.append([first, first + length - 1])
        first += length
    assert first == body[41] + 1
    return ranges


def note_void(marks, kind, sequence, body):
    """store-format.md, section 8: up to where the records of each kind are void, after this one."""
    if 41 not in body or body[41] >= sequence:
        return
    kinds = [1] if kind == 4 else [4] if kind == 6 else [body[47]] if 47 in body else range(8) if body[43] == 1 else []
    for of in kinds:
        marks[of] = max(marks.get(of, 0), body[41])


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    arguments.add_argument("--device")
    arguments.add_argument("--key", help="key of version 1, hexadecimal")
    arguments = arguments.parse_args()
    identity = alternating(arguments.folder, "identity")
    epoch, boot = struct.unpack("<QI", identity) if identity else (0, 0)
    cursor = alternating(arguments.folder, "cursor")
    blocks, foreign = segments(arguments.folder, epoch)
    found, marks, damaged = {}, {}, 0
    for block in blocks:
        for record in records(block):
            if record is None:
                damaged += 1
                continue
            sequence = struct.unpack("<Q", record[9:17])[0]
            payload, mac = record[RECORD_HEADER:-MAC - CRC], record[-MAC - CRC:-CRC]
            body, end = cbor(payload, 0)
            assert end == len(payload) and body[1] == 1 and body[4] == sequence and body[6] == record[3]
            line = {"sequence": sequence, "kind": record[3], "keyVersion": record[4],
                    "readings": struct.unpack("<H", record[7:9])[0], "payload": payload.hex(), "mac": mac.hex(),
                    "device": body[2], "epoch": body[3], "declared": declared(body)}
            if record[3] in (4, 6):
                line["summaries"] = summaries(body)
            note_void(marks, record[3], sequence, body)
            if arguments.key and record[4] == 1:
                header = '{"alg":"HS256","kid":"%s.1","typ":"pulsegate+jws","cty":"application/cbor"}' % arguments.device
                signed = base64url(header.encode()) + b"." + base64url(payload)
                line["macRight"] = hmac.compare_digest(
                    hmac.new(bytes.fromhex(arguments.key), signed, hashlib.sha256).digest(), mac)
            found[sequence] = line
    for sequence in sorted(found):
        if sequence > marks.get(found[sequence]["kind"], 0):
            print(json.dumps(found[sequence]))
    released = struct.unpack("<QQ", cursor[:16]) if cursor else (0, 0)
    print(json.dumps({"epoch": epoch, "boot": boot, "released": released[1] if released[0] == epoch else 0, "damagedBytes": damaged,
                      "foreignFiles": foreign}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
