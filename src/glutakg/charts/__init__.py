"""Pictures of what is counted, drawn as SVG from the rows of queries, each with the table of its numbers.

Knows no stores and no pages: where a part of a picture leads to is told by whoever asks for it.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.charts.balance import (
        BalanceRow as BalanceRow,
        balance_bar as balance_bar,
        balance_chart as balance_chart,
        balance_rows as balance_rows,
        most_contested as most_contested,
    )
    from glutakg.charts.bars import bar_chart as bar_chart
    from glutakg.charts.conflicts import conflict_map as conflict_map
    from glutakg.charts.cycle import (
        PARTS as PARTS,
        PICTURE_QUERIES as PICTURE_QUERIES,
        Picture as Picture,
        Step as Step,
        cycle_picture as cycle_picture,
        steps_of as steps_of,
    )
    from glutakg.charts.layout import read_table as read_table
    from glutakg.charts.pixels import as_png as as_png
    from glutakg.charts.places import (
        KINDS as KINDS,
        Place as Place,
        place_map as place_map,
        places_of as places_of,
    )
    from glutakg.charts.sequence import (
        SequenceStep as SequenceStep,
        sequence_picture as sequence_picture,
        sequence_steps as sequence_steps,
    )
    from glutakg.charts.statuses import (
        ICONS as ICONS,
        status_counts as status_counts,
        status_strip as status_strip,
    )
    from glutakg.charts.studies import Study as Study, studies_by_claim as studies_by_claim
    from glutakg.charts.style import STYLE_SHEET as STYLE_SHEET, own_style as own_style
    from glutakg.charts.values import Chart as Chart
    from glutakg.charts.years import year_chart as year_chart

__getattr__, __all__ = door(
    __name__,
    {
        "balance": ("BalanceRow", "balance_bar", "balance_chart", "balance_rows", "most_contested"),
        "bars": ("bar_chart",),
        "conflicts": ("conflict_map",),
        "cycle": ("PARTS", "PICTURE_QUERIES", "Picture", "Step", "cycle_picture", "steps_of"),
        "layout": ("read_table",),
        "pixels": ("as_png",),
        "places": ("KINDS", "Place", "place_map", "places_of"),
        "sequence": ("SequenceStep", "sequence_picture", "sequence_steps"),
        "statuses": ("ICONS", "status_counts", "status_strip"),
        "studies": ("Study", "studies_by_claim"),
        "style": ("STYLE_SHEET", "own_style"),
        "values": ("Chart",),
        "years": ("year_chart",),
    },
)
