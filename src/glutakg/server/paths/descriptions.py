"""The paths that describe the service, its data and its state: VoID, OpenAPI, health and metrics."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from glutakg._version import __version__
from glutakg.dataset import Catalogue, read_imports, void
from glutakg.errors import SourceError
from glutakg.languages import N_
from glutakg.server.answers import Answers
from glutakg.server.description import (
    COUNTING_QUERIES,
    Counts,
    open_api,
    service_description,
    void_description,
    written,
)
from glutakg.server.http.address import PublicAddress
from glutakg.server.http.exchange import Exchange
from glutakg.server.http.messages import Answer, not_acceptable
from glutakg.server.http.metrics import METRICS_TYPE, Metrics
from glutakg.server.http.negotiation import GRAPH_TYPES, choose, named_format
from glutakg.server.http.problems import Problem
from glutakg.server.http.protocol import decoded_fields, format_of
from glutakg.server.http.sending import Sender
from glutakg.server.settings import Settings
from glutakg.server.workers.pool import Pool

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["DescriptionPaths"]


_ANY_ROOT = "http://root.invalid"
_MAX_WRITTEN = 16


class DescriptionPaths:
    """Describes the service; what is written once serves all clients as long as the data stay the same."""

    def __init__(
        self,
        answers: Answers,
        catalogue: Catalogue,
        settings: Settings,
        address: PublicAddress,
        *,
        pool: Pool,
        sender: Sender,
        metrics: Metrics,
    ) -> None:
        """Take what is described."""
        self._answers = answers
        self._catalogue = catalogue
        self._settings = settings
        self._address = address
        self._pool = pool
        self._sender = sender
        self._metrics = metrics
        self._began = time.time()
        self._counted: dict[str, dict[str, list[dict[str, str]]]] = {}
        self._counting = asyncio.Lock()
        self._written: dict[tuple[str, str, str], bytes] = {}
        self._open_api_text: str | None = None

    async def service(self, exchange: Exchange) -> Answer:
        """Describe the SPARQL service."""
        return await self._described(
            exchange,
            lambda counts: service_description(
                f"{_ANY_ROOT}/sparql", counts, asks_others=bool(self._settings.allow_service)
            ),
            counted=("graphs", "links"),
        )

    async def void(self, exchange: Exchange) -> Answer:
        """Describe the data in VoID."""
        return await self._described(
            exchange,
            lambda counts: void_description(f"{_ANY_ROOT}/sparql", _ANY_ROOT, counts),
            counted=COUNTING_QUERIES,
        )

    async def _described(
        self, exchange: Exchange, make: Callable[[Counts], list["Triple"]], *, counted: Iterable[str]
    ) -> Answer:
        """Return triples in the format that the client likes best; they are written once for all clients."""
        named = format_of(decoded_fields(exchange.scope["query_string"], "address"))
        chosen = named_format(named).graph if named else choose(exchange.header("accept"), GRAPH_TYPES)
        if chosen is None:
            raise not_acceptable(N_("a graph"), GRAPH_TYPES, named=named)
        counts = await self._counts(counted)
        key = (self._answers.data_version(), exchange.route, chosen.format)
        if key not in self._written:
            if len(self._written) >= _MAX_WRITTEN:
                self._written.clear()
            self._written[key] = await asyncio.to_thread(lambda: written(make(counts), chosen.format))
        media_type = chosen.media_type + ("; charset=utf-8" if chosen.media_type.startswith("text/") else "")
        body = self._written[key].replace(_ANY_ROOT.encode(), self._address.of(exchange).encode())
        return exchange.plain(body, media_type)

    async def _counts(self, names: Iterable[str]) -> Counts:
        """Return the numbers of these names, of the data that are open now; each is counted once."""
        async with self._counting:
            version = self._answers.data_version()
            counted = self._counted.get(version, {})
            queries = COUNTING_QUERIES
            if not counted.keys() >= set(names) and await asyncio.to_thread(self._is_as_built):
                queries = {**queries, **void.BUILT_QUERIES}
            for name in names:
                if name not in counted:
                    counted[name] = await self._answers.plain_rows(queries[name])
            self._counted = {version: counted}
            return Counts(**{name: counted.get(name, ()) for name in COUNTING_QUERIES})

    def _is_as_built(self) -> bool:
        """Tell whether the data are those that are shipped, without imports."""
        if self._settings.store is not None or self._settings.endpoint is not None:
            return False
        try:
            return not read_imports()
        except SourceError:
            return False

    async def imports(self, exchange: Exchange) -> Answer:
        """List what was imported; where a file of this machine lay, nobody is told."""
        is_shipped = self._settings.store is None and self._settings.endpoint is None
        try:
            found = await asyncio.to_thread(read_imports) if is_shipped else ()
        except SourceError:
            raise Problem("store-unavailable", N_("The list of imports cannot be read.")) from None
        listed = [
            {
                "name": each.name,
                "graph": each.graph,
                "ontology": each.ontology,
                "version": each.version,
                "licence": each.licence,
                "source": each.source if each.source.startswith(("http://", "https://")) else "",
                "sha256": each.sha256,
                "date": each.date,
                "triples": each.triples,
                "check": each.check,
                "in_default_graph": not each.apart,
            }
            for each in found
        ]
        return exchange.json({"imports": listed})

    async def health(self, exchange: Exchange) -> Answer:
        """Say whether queries can be answered."""
        state = {"status": "ok", "glutakg": __version__, "data_version": self._pool.version}
        if not self._pool.is_ready:
            raise Problem(
                "store-unavailable",
                self._pool.fault or N_("No worker has opened the store yet."),
                headers={"Retry-After": "2"},
            )
        return exchange.json(state)

    async def metrics(self, exchange: Exchange) -> Answer:
        """Give what is counted."""
        gauges = {
            **self._pool.gauges,
            "cache_bytes": ("Bytes of finished answers that are kept.", self._answers.kept_bytes),
            "sending_bytes": ("Bytes of answers on their way.", self._sender.sending_bytes),
            "start_time_seconds": ("When the server was started.", self._began),
        }
        return exchange.plain(self._metrics.text(gauges), METRICS_TYPE)

    async def open_api(self, exchange: Exchange) -> Answer:
        """Describe the paths in OpenAPI."""
        if self._open_api_text is None:
            self._open_api_text = json.dumps(open_api(_ANY_ROOT, self._catalogue), ensure_ascii=False)
        text = self._open_api_text.replace(_ANY_ROOT, self._address.of(exchange))
        return exchange.plain(text.encode(), "application/json")
