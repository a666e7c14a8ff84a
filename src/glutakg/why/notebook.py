"""Reasons and explanations as a notebook shows them."""

from glutakg.claims import claim_html
from glutakg.languages import translator
from glutakg.markup import Html, element, fold, joined_html, lines_of, link
from glutakg.why.contradictions import Contradiction
from glutakg.why.emptiness.explanations import Explanation
from glutakg.why.reasons import Reason
from glutakg.why.trees import manner

__all__ = ["contradiction_html", "explanation_html", "reason_html"]


def reason_html(reason: Reason, is_open: bool = True) -> Html:
    """Return a reason as a tree that folds, open at its root, from the triple down to publications."""
    parts: list[object] = [element("div", manner(reason, translator("en")), class_="note")]
    if reason.axiom is not None:
        parts.append(element("div", "axiom: ", element("code", reason.axiom)))
        parts += [fold(f"claim {each.identifier}", claim_html(each)) for each in reason.axiom_claims]
    for number, axioms in enumerate(reason.justifications, 1):
        listed = element("ul", *(element("li", element("code", axiom)) for axiom in axioms))
        parts.append(fold(f"minimal set {number} of axioms", listed))
    parts += [reason_html(premise, is_open=False) for premise in reason.premises]
    parts += [fold(f"claim {each.identifier}: {each.paraphrase}", claim_html(each)) for each in reason.claims]
    parts += [element("div", "publication: ", link(each.label, each.iri)) for each in reason.sources]
    if reason.nearest:
        parts.append(
            fold("what comes nearest", *(reason_html(each, is_open=False) for each in reason.nearest))
        )
    return fold(element("b", reason.text), *parts, is_open=is_open)


def contradiction_html(found: Contradiction) -> Html:
    """Return what cannot all be true: the axioms, and the claims that state some of them, folded."""
    axioms = element("ul", *(element("li", element("code", axiom)) for axiom in found.axioms))
    claims = [fold(f"claim {each.identifier}: {each.paraphrase}", claim_html(each)) for each in found.claims]
    return joined_html((element("h4", "These cannot all be true"), axioms, *claims))


def explanation_html(found: Explanation) -> Html:
    """Return why a pattern finds nothing: the pattern, and the sentence about it."""
    return joined_html((element("pre", lines_of(found.pattern)), element("p", found.sentence["en"])))
