"""The stores that are asked: the embedded one in a process of its own, and other SPARQL endpoints.

Knows terms, queries and graphs; nothing of what they mean.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.store.asking import rows_of as rows_of, silence_note as silence_note
    from glutakg.store.backend import Backend as Backend, unknown_graphs as unknown_graphs
    from glutakg.store.cache import (
        build_cached as build_cached,
        compact_cached as compact_cached,
        cycles_in as cycles_in,
    )
    from glutakg.store.counts import kept_counts as kept_counts
    from glutakg.store.embedded import open_store as open_store
    from glutakg.store.endpoint import PASSWORD as PASSWORD, USER as USER
    from glutakg.store.engine import (
        Answer as Answer,
        Engine as Engine,
        differences_notes as differences_notes,
        unknown_graphs_notes as unknown_graphs_notes,
    )
    from glutakg.store.evaluation import (
        answer_query as answer_query,
        rows_again as rows_again,
        values_block as values_block,
    )
    from glutakg.store.frames import frame as frame, take_frame as take_frame
    from glutakg.store.local import LocalStore as LocalStore
    from glutakg.store.messages import (
        Answered as Answered,
        Dataset as Dataset,
        Failure as Failure,
        Fault as Fault,
        Formats as Formats,
        Message as Message,
        Opened as Opened,
        OpenEndpoint as OpenEndpoint,
        OpenFiles as OpenFiles,
        OpenFolder as OpenFolder,
        QueryRequest as QueryRequest,
        Rights as Rights,
        ServiceNeeded as ServiceNeeded,
        ServiceQuestion as ServiceQuestion,
        TooLarge as TooLarge,
        decode as decode,
        encode as encode,
        read_message as read_message,
        write_message as write_message,
    )
    from glutakg.store.nursery import Nursery as Nursery
    from glutakg.store.process import (
        MAX_TIMEOUT as MAX_TIMEOUT,
        Worker as Worker,
        WorkerEnded as WorkerEnded,
        start_ahead as start_ahead,
    )
    from glutakg.store.remote import (
        endpoint_host as endpoint_host,
        open_remote_store as open_remote_store,
    )
    from glutakg.store.services import questions as questions, with_answers as with_answers
    from glutakg.store.worker import (
        end_with_the_caller as end_with_the_caller,
        give_up_rights as give_up_rights,
        run_worker as run_worker,
    )

__getattr__, __all__ = door(
    __name__,
    {
        "asking": ("rows_of", "silence_note"),
        "backend": ("Backend", "unknown_graphs"),
        "cache": ("build_cached", "compact_cached", "cycles_in"),
        "counts": ("kept_counts",),
        "embedded": ("open_store",),
        "engine": ("Answer", "Engine", "differences_notes", "unknown_graphs_notes"),
        "endpoint": ("PASSWORD", "USER"),
        "evaluation": ("answer_query", "rows_again", "values_block"),
        "frames": ("frame", "take_frame"),
        "local": ("LocalStore",),
        "messages": (
            "Answered",
            "Dataset",
            "Failure",
            "Fault",
            "Formats",
            "Message",
            "OpenEndpoint",
            "OpenFiles",
            "OpenFolder",
            "Opened",
            "QueryRequest",
            "Rights",
            "ServiceNeeded",
            "ServiceQuestion",
            "TooLarge",
            "decode",
            "encode",
            "read_message",
            "write_message",
        ),
        "nursery": ("Nursery",),
        "process": ("MAX_TIMEOUT", "Worker", "WorkerEnded", "start_ahead"),
        "remote": ("endpoint_host", "open_remote_store"),
        "services": ("questions", "with_answers"),
        "worker": ("end_with_the_caller", "give_up_rights", "run_worker"),
    },
)
