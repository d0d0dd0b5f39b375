"""Our JSON.parse, JSON.stringify and case conversion beside QuickJS's own, which a reviver or indent still reaches."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrace.transforms.engines.api import Guest
from headrace.transforms.engines.local import LocalEngine
from headrace_testing.scripts import batch, loaded, values_of

HERE = Path(__file__).parent
SCRIPT = r"""
// The same value with properties made one by one, as the original makes them.
const own = (text) => JSON.parse(text, (key, value) => value);
const ownText = (value) => JSON.stringify(value, null, 0);
function attempt(body) {
  try {
    return ['ok', body()];
  } catch (error) {
    return [error.name + ': ' + error.message];
  }
}
function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const keys = Object.keys(a), others = Object.keys(b);
  return keys.length === others.length && keys.every((key, i) => key === others[i] && same(a[key], b[key]));
}
const modes = {
  parse(value) {
    const text = value.toString();
    const [ours, theirs, bytes] = [() => JSON.parse(text), () => own(text), () => value.json()].map(attempt);
    if (ours[0] !== theirs[0] || bytes[0] !== theirs[0]) return `${ours[0]} | ${bytes[0]} | ${theirs[0]}`;
    if (ours[0] !== 'ok') return 'same error';
    for (const made of [ours[1], bytes[1]]) {
      if (!same(made, theirs[1])) return `parsed ${ownText(made)}, not ${ownText(theirs[1])}`;
    }
    // Property attributes, and that the object can be changed like any other.
    if (ours[1] !== null && typeof ours[1] === 'object' && !Array.isArray(ours[1])) {
      for (const key of Object.keys(ours[1])) {
        const {writable, enumerable, configurable} = Object.getOwnPropertyDescriptor(ours[1], key);
        if (!(writable && enumerable && configurable)) return 'attributes of ' + key;
        delete ours[1][key];
      }
      ours[1].more = 1;
      if (ownText(ours[1]) !== '{"more":1}') return 'left ' + ownText(ours[1]);
    }
    const [text1, text2] = [JSON.stringify(theirs[1]), ownText(theirs[1])];
    return text1 === text2 ? 'same' : `wrote ${text1}, not ${text2}`;
  },
  evaluate(value) {
    const made = (0, eval)('(' + value.toString() + ')');
    const [ours, theirs] = [() => JSON.stringify(made), () => ownText(made)].map(attempt);
    return same(ours, theirs) ? 'same' : `${ours} | ${theirs}`;
  },
  letters(value) {
    const text = value.toString();
    const each = (name) => [...text].map((letter) => letter[name]()).join('');
    const right = text.toUpperCase() === each('toUpperCase') && text.toLowerCase() === each('toLowerCase');
    return right ? 'same' : 'case of ' + text;
  },
};
engine.processRecord(({header, records}) => new Map([['out', {header,
  records: records.map((r) => ({value: modes[r.key.toString()](r.value)}))}]]));
"""


@pytest.fixture(scope="module")
def guest(engine: LocalEngine):
    with loaded(engine, SCRIPT) as guest:
        yield guest


def verdicts(guest: Guest, mode: str, *texts: str | bytes) -> list[str]:
    from headrace_testing.scripts import record

    result = guest.run("t", 0, [batch(*(record(text, mode) for text in texts))])
    return [(value or b"").decode() for value in values_of(result, "out")]


def check_parse(guest: Guest, *texts: str | bytes) -> None:
    for text, verdict in zip(texts, verdicts(guest, "parse", *texts), strict=True):
        assert verdict in {"same", "same error"}, text


NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=12), inner, max_size=8),
    max_leaves=30,
)
TEXTS = [json.loads(line) for line in (HERE / "json_texts.jsonl").read_text(encoding="utf-8").splitlines()]
TEXTS += ["[" * depth + "]" * depth for depth in (120, 130, 250)]
TEXTS += [
    '{"a":' * 140 + "1" + "}" * 140,
    '["' + "x" * 5000 + '"]',
    '"' + "é" * 999 + '"',
    '{"k":"' + "ü\\n" * 50 + '"}',
]
QUICK = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(st.lists(VALUES, min_size=1, max_size=8), st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_any_value_is_read_and_written_alike(
    guest: Guest, values: list, ascii_only: bool, indent: int | str | None
) -> None:
    check_parse(guest, *(json.dumps(value, ensure_ascii=ascii_only, indent=indent) for value in values))


@QUICK
@given(st.lists(st.tuples(VALUES, st.integers(0, 200), st.binary(max_size=3)), min_size=1, max_size=8))
def test_damaged_text_is_refused_alike(guest: Guest, cases: list) -> None:
    texts = []
    for value, at, junk in cases:
        text = json.dumps(value, ensure_ascii=False).encode()
        cut = at % (len(text) + 1)
        texts.append(text[:cut] + junk + text[cut + 1 :])
    check_parse(guest, *texts)


@QUICK
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.decimals(-1e6, 1e6, places=4).map(float), min_size=1)
)
def test_numbers_are_written_alike(guest: Guest, numbers: list[float]) -> None:
    check_parse(guest, *(json.dumps(number) for number in numbers))


def test_records_of_one_form_and_of_many_forms_mixed(guest: Guest) -> None:
    """The memory of forms is learnt, hit, and pushed out by others again."""
    chance = random.Random(5)
    texts = []
    for i in range(3_000):
        form = chance.randrange(40)
        keys = [f"key{form}_{j}" for j in range(form % 13)]
        if form % 7 == 0:
            keys += [f"only{i}_{j}" for j in range(5)]
        if form % 11 == 0:
            chance.shuffle(keys)
        if form % 5 == 0:
            keys.append("nested")
        texts.append(json.dumps({key: {"a": i, "b": [form, {"c": None}]} if key == "nested" else i for key in keys}))
    check_parse(guest, *texts)


@pytest.mark.parametrize("text", TEXTS)
def test_corners_of_the_grammar(guest: Guest, text: str) -> None:
    check_parse(guest, text, text, text)


def test_bytes_that_are_not_utf8_are_read_as_toString_reads_them(guest: Guest) -> None:
    check_parse(
        guest, b'"\xff\xfe"', b'{"a\xff":"\xe2\x82"}', b'["\xe2\x82\\n\xac"]', b'"\xed\xa0\x80"', b'"\xf0\x9f\x98"'
    )


@pytest.mark.parametrize("expression", (HERE / "json_values.txt").read_text(encoding="utf-8").splitlines())
def test_values_that_are_not_plain_data(guest: Guest, expression: str) -> None:
    assert verdicts(guest, "evaluate", expression, expression) == ["same"] * 2


@QUICK
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Lt"], max_codepoint=0x370)), min_size=1, max_size=10))
def test_case_conversion_letter_by_letter(guest: Guest, texts: list[str]) -> None:
    texts += ["plain ascii @[`{ AZaz", "x" * 300 + "Ä", "ß", "ÿ µ"]
    assert verdicts(guest, "letters", *texts) == ["same"] * len(texts)
