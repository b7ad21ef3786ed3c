"""What every test shares: a store, a small corpus, the shared folder, and no network."""

import socket
from collections.abc import Callable, Iterator
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import hypothesis
import pytest

from corpus.files import RawFile
from corpus.ingest import Loaded, ingest
from corpus.store import Store

# An example that takes long on a busy machine is no defect.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

KEY = b"a secret of this store"

AVIS = """\
id;date;client;canal;étape;pays;note;avis
A1;2026-01-10;C1;web;livraison;France;1;Le colis est arrivé cassé et personne ne répond.
A2;2026-02-11;C2;web;achat;France;2;Les frais de livraison apparaissent au moment de payer.
A3;2026-03-12;C3;boutique;achat;Belgique;5;Le vendeur a pris le temps de me conseiller.
A4;2026-04-13;C1;app;support;Belgique;4;Le remboursement a été fait en trois jours.
A5;;C4;;;;;Une livraison correcte, sans rien de plus à en dire.
A6;2026-05-14;C5;web;livraison;France;3;
""".encode()
"""Six records: A5 has a text alone, A6 a score alone; C1 wrote twice."""

REVIEWS = b"""\
id,date,customer,channel,stage,country,rating,review
R1,2026-01-15,C1,web,delivery,UK,1,"The parcel came broken, and nobody answers."
R2,2026-02-16,C6,app,purchase,UK,2,The delivery fee only shows at the last step.
R3,2026-03-17,C7,shop,purchase,Ireland,5,The assistant took time to advise me.
R4,2026-06-18,C8,app,support,UK,4,The refund reached my account in three days.
"""
"""Four records; customer C1 is the one of ``AVIS``."""

Load = Callable[..., Loaded]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "store.duckdb")
    yield store
    store.close()


@pytest.fixture(scope="session")
def load_into() -> Load:
    """Ingest text or bytes into a store, as the file ``name`` found at ``origin``."""

    def load(store: Store, content: str | bytes, name: str = "avis.csv", **given: object) -> Loaded:
        data = content.encode() if isinstance(content, str) else content
        options = {"key": KEY, "origin": f"/files/{name}", **given}
        return ingest(store, RawFile(name, data), options.pop("key"), **options)

    return load


@pytest.fixture
def load(store: Store, load_into: Load) -> Load:
    """``load_into`` the test's own ``store``."""
    return partial(load_into, store)


@pytest.fixture(scope="session")
def avis() -> bytes:
    return AVIS


@pytest.fixture(scope="session")
def reviews() -> bytes:
    return REVIEWS


@pytest.fixture(scope="session")
def shared() -> Callable[..., Path]:
    """Finds a path of the shared folder; the test is skipped where it is absent."""

    def find(*parts: str) -> Path:
        path = Path(__file__).parents[2].joinpath("shared", *parts)
        if not path.exists():
            pytest.skip(f"the shared folder is not there: {path}")
        return path

    return find


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails the test that reaches beyond this machine, even where the error is swallowed."""
    reached: list[str] = []

    def guarded(method: Callable[..., object], where: int) -> Callable[..., object]:
        def call(self: socket.socket, *given: object) -> object:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(given[where]):
                reached.append(f"{method.__name__} {given[where]}")
                raise OSError(f"tests have no network: {method.__name__} {given[where]}")
            return method(self, *given)

        return call

    def resolve(host: object, *given: object, **named: object) -> object:
        if host and not _is_here((host,)):
            reached.append(f"resolve {host!r}")
            raise socket.gaierror(f"tests have no network: resolve {host!r}")
        return getaddrinfo(host, *given, **named)

    getaddrinfo = socket.getaddrinfo
    for name, where in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
        method = getattr(socket.socket, name)
        monkeypatch.setattr(socket.socket, name, guarded(method, where))
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    yield
    if reached:
        pytest.fail(f"the test reached for the network: {', '.join(reached)}")


def _is_here(address: object) -> bool:
    host = str(address[0] if isinstance(address, tuple) else address).split("%")[0]
    if host in ("localhost", "testserver", socket.gethostname()):
        return True
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return False
