#!/usr/bin/python3
"""Checks sealed batches with code that shares nothing with the gateway's: PyJWT verifies the JWS, cbor2 decodes the payload, and the
columns are unpacked by tools/Client/python/pulsegate.py, which was written from docs/wire-format.md alone. Reads one JSON object a
line: {"text", "key", "readings": [[ms, [values], [statuses]], ...]}; prints a count and exits 0 when every one agrees."""
import json
import os
import re
import sys

import cbor2
import jwt

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tools/Client/python"))
from pulsegate import readings  # noqa: E402


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
