"""Tests of the chapter TL: the wire view, what is received, and what is sent."""

import tl_cases_received
import tl_cases_sent
import tl_cases_stops
import tl_cases_wire
from tl import rewritten
from tl_cases import Cases
from tl_schema import CONSTRUCTORS


def kinds():
    return [wire(), tl_cases_received.cases(), tl_cases_sent.cases()]


def wire():
    cases = Cases("tl", tl_cases_wire.NOTES | tl_cases_stops.NOTES)
    tl_cases_wire.add_valid(cases)
    about = {test["constructor"] for test in cases.tests()}
    assert about >= {constructor.key for constructor in CONSTRUCTORS}
    tl_cases_stops.add_invalid(cases)
    for test in cases.tests():
        payload = bytes.fromhex(test["payload"])
        assert rewritten(payload) == payload, test["id"]
    return cases
