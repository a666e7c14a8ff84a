"""The stores that are asked: the embedded one in a process of its own, and other SPARQL endpoints.

Knows terms, queries and graphs; nothing of what they mean.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.store.cache import OpenedStore as OpenedStore
    from glutakg.store.client import Store as Store, open_store as open_store
    from glutakg.store.engine import (
        Answer as Answer,
        Engine as Engine,
        TooLarge as TooLarge,
        request_term as request_term,
    )
    from glutakg.store.evaluation import answer_query as answer_query, values_block as values_block
    from glutakg.store.frames import (
        LENGTH_BYTES as LENGTH_BYTES,
        Header as Header,
        frame as frame,
        read_frame as read_frame,
        write_frame as write_frame,
    )
    from glutakg.store.local import LocalStore as LocalStore
    from glutakg.store.process import (
        LONGEST_TIMEOUT as LONGEST_TIMEOUT,
        Worker as Worker,
        WorkerEnded as WorkerEnded,
        default_cache_dir as default_cache_dir,
        start_ahead as start_ahead,
    )
    from glutakg.store.remote import opened_endpoint as opened_endpoint
    from glutakg.store.services import questions as questions, with_answers as with_answers
    from glutakg.store.worker import (
        end_with_the_caller as end_with_the_caller,
        give_up_rights as give_up_rights,
        open_named_store as open_named_store,
        run_worker as run_worker,
    )

__getattr__, __all__ = door(
    __name__,
    {
        "cache": ("OpenedStore",),
        "client": ("Store", "open_store"),
        "engine": ("Answer", "Engine", "TooLarge", "request_term"),
        "evaluation": ("answer_query", "values_block"),
        "frames": ("Header", "LENGTH_BYTES", "frame", "read_frame", "write_frame"),
        "local": ("LocalStore",),
        "process": ("LONGEST_TIMEOUT", "Worker", "WorkerEnded", "default_cache_dir", "start_ahead"),
        "remote": ("opened_endpoint",),
        "services": ("questions", "with_answers"),
        "worker": ("end_with_the_caller", "give_up_rights", "open_named_store", "run_worker"),
    },
)
