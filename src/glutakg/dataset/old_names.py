"""What catalogue queries were called before; the old names answer, with a note, for one more release."""

from collections.abc import Mapping

__all__ = ["DROPPED_IN", "OLD_NAMES"]


DROPPED_IN = "0.2.0"
"""The release that no longer knows the old names; this table goes with them."""

OLD_NAMES: Mapping[str, str] = {
    "additive-profile": "properties-of-additive",
    "ammonia-disposal-by-organ": "claims-on-ammonia-disposal",
    "background-beyond-source": "steps-without-claims",
    "balanced-equation": "participants-of-reaction",
    "cited-studies-without-benefit": "cited-publications-without-benefit",
    "claims-about": "claims-about-thing",
    "claims-by-hedge": "claims-with-hedge",
    "claims-by-kind": "claims-of-kind",
    "claims-by-status": "claims-with-status",
    "conflict-counts-by-type": "conflict-counts-by-type-and-aspect",
    "conflicts-by-type": "conflicts-of-type",
    "cycle-step-by-step": "steps-of-cycle",
    "deficiencies-that-show-in": "deficiencies-in-body-part",
    "derivation-of": "premises-of-triple",
    "enzymes-behind-source-reactions": "enzymes-of-claimed-reactions",
    "essential-or-not": "claims-on-essentiality",
    "evidence-balance": "evidence-counts-by-claim",
    "evidence-by-study": "evidence-of-study-kind",
    "evidence-matrix": "evidence-counts-by-claim-and-species",
    "excitotoxic-chain": "stages-of-excitotoxicity",
    "fate-of-histamine": "claims-on-histamine-turnover",
    "glutamate-accumulation-causes": "causes-of-glutamate-accumulation",
    "glutamine-formation": "sites-of-glutamine-formation",
    "glutamine-sites-and-amounts": "sites-of-glutamine",
    "mapping-counts": "mapping-counts-by-namespace",
    "nutrient-evidence": "evidence-on-nutrient",
    "precursors-of": "carbon-precursors-of-substance",
    "precursors-of-substance": "carbon-precursors-of-substance",
    "pronoun-readings": "claims-with-two-readings",
    "protective-claim-support": "protective-claim-counts-by-status",
    "protective-nutrient-classes": "classes-of-protective-nutrients",
    "receptors-and-effects": "receptors-of-transmitters",
    "restated-claims": "claims-repeating-others",
    "source-beyond-background": "claims-beyond-background",
    "steps-around-the-synapse": "steps-around-synapse",
    "studies-cited-by-route": "cited-publications-for-route",
    "unstated-steps-of-the-cycle": "cycle-steps-without-claims",
    "where-ammonia-comes-from": "reactions-releasing-ammonia",
    "where-ammonia-goes": "reactions-consuming-ammonia",
    "who-may-benefit": "populations-with-benefit",
    "who-should-take-care": "populations-with-caution",
    "why-glutamine-does-not-excite": "claims-against-glutamine-excitation",
}
"""The name of a query by the name that it had before."""
