"""Comments inside Turtle stay at what they stand at, and formatting again changes nothing."""

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import given, settings, strategies as st

from glutakg.errors import FormatError
from glutakg.rdf import canonical_turtle

PREFIX = "@prefix ex: <http://example.org/> .\n"

STAYS = {
    "above a statement": ("# one\n# two\nex:b ex:p 1 .\nex:a ex:p 1 .", "# one\n# two\nex:b\n    ex:p 1 ;\n"),
    "headings of ROBOT": (
        "####\n#    Classes\n####\n\n\n###  http://example.org/b\nex:b a ex:C .",
        "####\n#    Classes\n####\n\n###  http://example.org/b\nex:b\n    a ex:C ;\n",
    ),
    "above a property": ("ex:a ex:p 1 ;\n  # one\n  ex:q 2 .", "    # one\n    ex:q 2 ;\n"),
    "above a value of several": ("ex:a ex:p 1 ,\n  # one\n  2 .", "        # one\n        2 ;\n"),
    "above a single value": ("ex:a ex:p\n  # one\n  2 .", "    # one\n    ex:p 2 ;\n"),
    "beside a statement": ("ex:a ex:p 1 . # one\nex:b ex:p 1 .", "ex:a\n    ex:p 1 ; # one\n"),
    "beside a semicolon": ("ex:a ex:q 1 ; # one\n  ex:p 2 .", "    ex:q 1 ; # one\n"),
    "beside a comma": ("ex:a ex:p 2 , # one\n  1 .", "        2 ; # one\n"),
    "beside a literal with a datatype": (
        "ex:a ex:p '1'^^ex:d . # one",
        '    ex:p "1"^^ex:d ; # one\n',
    ),
    "beside a text with a language": ('ex:a ex:p "x"@EN-gb. # one', '    ex:p "x"@en-GB ; # one\n'),
    "beside a subject": ("ex:a # one\n  ex:p 1 .", "ex:a # one\n    ex:p 1 ;\n"),
    "beside and below a value": (
        "ex:a ex:p 1 # one\n  ; # two\n  ex:q 2 .",
        "    # one\n    ex:p 1 ; # two\n",
    ),
    "below all properties": ("ex:a ex:p 1 ;\n  # one\n  .", "    ex:p 1 ;\n    # one\n    .\n"),
    "beside an opening bracket": (
        "ex:a ex:p [ # one\n ex:q 1 ] .",
        "    ex:p [\n        # one\n        ex:q 1 ;\n",
    ),
    "inside a blank node": ("ex:a ex:p [ ex:q 1 ; # one\n ] .", "        ex:q 1 ; # one\n    ] ;\n"),
    "beside a closing bracket": ("ex:a ex:p [ ex:q 1 ] ; # one\n .", "    ] ; # one\n"),
    "above a nameless subject": ("# one\n[] ex:p 1 .\nex:a ex:p 1 .", "# one\n[]\n    ex:p 1 ;\n"),
    "above a blank node as subject": ("# one\n[ ex:p 1 ] .\nex:a ex:p 1 .", "# one\n[]\n    ex:p 1 ;\n"),
    "beside a list": ("ex:a ex:p ( 1 2 ) . # one", "    # one\n    ex:p (\n"),
    "at the end": ("ex:a ex:p 1 .\n# one\n\n# two\n", "    .\n\n# one\n\n# two\n"),
    "sign in a name and in a text": (
        'ex:a\\#b ex:p "# no" , <http://a.org/#x> . # one',
        '        <http://a.org/#x> , # one\n        "# no" ;\n',
    ),
}


@pytest.mark.parametrize("name", STAYS)
def test_a_comment_stays_where_it_stands(name: str) -> None:
    """It is above, beside or below what it was above, beside or below."""
    turtle, expected = STAYS[name]
    written = canonical_turtle(PREFIX + "ex:0 ex:p 0 .\n" + turtle)
    assert expected in written
    assert canonical_turtle(written) == written


def test_comments_between_prefixes_go_to_the_head() -> None:
    """The prefixes are sorted, and those not in use go; what was said of them stays."""
    unused = "# about f\n@prefix f: <http://f.org/> . # unused\nPREFIX g: <http://g.org/>\n"
    text = f"# head\n{PREFIX}{unused}# g?\nex:a ex:p 1 ."
    head = "# head\n# about f\n# unused\n\n@prefix ex: <http://example.org/> .\n\n# g?\nex:a\n"
    assert canonical_turtle(text).startswith(head)


@pytest.mark.parametrize(
    ("turtle", "line"),
    [
        ("ex:a ex:p ( 1 # one\n 2 ) .", 2),
        ("ex:a ex:p (\n # one\n [] ) .", 3),
        ("_:x ex:p _:y . _:y ex:p _:x .\n# one\n_:x ex:q 1 .", 3),
    ],
)
def test_a_comment_that_would_be_lost_is_refused(turtle: str, line: int) -> None:
    """In a list, or at a blank node that gets another name; the line is told."""
    with pytest.raises(FormatError, match=rf"t\.ttl:{line}: The comment “# one” would be lost"):
        canonical_turtle(PREFIX + turtle, "t.ttl")


TERMS = ["ex:a", "ex:b", "<http://example.org/c>"]
VALUES = [*TERMS, "1", "-2.5", "true", '"x"', "'y'@en-GB", '"1"^^ex:d', "_:n", "[]"]


@st.composite
def words(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Return the words of properties of a subject."""
    found: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        found += [";"] if found else []
        found += [draw(st.sampled_from(["a", "ex:p", "ex:q"]))]
        for number in range(draw(st.integers(1, 2))):
            found += [","] if number else []
            if depth < 2 and draw(st.integers(0, 4)) == 0:
                opening, closing = draw(st.sampled_from([("[", "]"), ("(", ")")]))
                inner = draw(words(depth + 1)) if opening == "[" else draw(st.lists(st.sampled_from(VALUES)))
                found += [opening, *inner, closing]
            else:
                found.append(draw(st.sampled_from(VALUES)))
    return found


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Return Turtle with comments between any two words."""
    found: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        subject = draw(st.sampled_from([*TERMS, "[]", "_:n"]))
        found += [subject, *draw(words()), "."]
    pieces = []
    for number, word in enumerate(found):
        gap = draw(st.sampled_from([" ", " ", " ", "\n", " # {}\n", "\n# {}\n", "\n# {}\n\n  # {}b\n"]))
        pieces += [word, gap.replace("{}", f"c{number}")]
    return PREFIX + "".join(pieces)


def graph_of(text: str) -> ox.Dataset:
    """Return the graph of a Turtle text, with blank nodes named by what they are."""
    dataset = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def comments_of(text: str) -> Counter[str]:
    """Return the comments of a text in which no other word has a sharp."""
    return Counter("#" + line.partition("#")[2].rstrip() for line in text.split("\n") if "#" in line)


@pytest.mark.parametrize("second", ["[] a 1 .", "[] a 2 , 3 .", "# two\n[] a 1 .", "# two\n[] a 2 , 3 ."])
def test_nameless_subjects_are_ordered_without_the_comments_above_them(second: str) -> None:
    """Those above the first go to the head, which must not change the order of the next time."""
    written = canonical_turtle(
        f"@prefix ex: <http://example.org/> .\n[] a 2 , 3 .\n# one\n[] a 1 .\n{second}"
    )
    assert canonical_turtle(written) == written


@given(documents())
@settings(max_examples=300, deadline=None, derandomize=True)  # the same documents on every run
def test_no_comment_is_lost_wherever_it_stands(text: str) -> None:
    """All are kept and the graph is the same, and so again; or the comment that would be lost is named."""
    try:
        written = canonical_turtle(text)
    except FormatError as error:
        assert "would be lost" in str(error)
        return
    assert comments_of(written) == comments_of(text)
    assert graph_of(written) == graph_of(text)
    assert canonical_turtle(written) == written
