from datetime import date as Date

import pytest

from assistant.reading.periods import Days, before, read_periods
from assistant.reading.text import asked

TODAY = Date(2026, 11, 22)


def day(text: str) -> Date | None:
    return Date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("said", "since", "until"),
    [
        ("since March", "2026-03-01", ""),
        ("depuis mars", "2026-03-01", ""),
        ("depuis décembre", "2025-12-01", ""),
        ("au dernier trimestre", "2026-07-01", "2026-09-30"),
        ("Q2 2026", "2026-04-01", "2026-06-30"),
        ("between Q2 and Q3", "2026-04-01", "2026-09-30"),
        ("the last 3 months", "2026-08-22", "2026-11-22"),
        ("les trois derniers mois", "2026-08-22", "2026-11-22"),
        ("cet été", "2026-06-01", "2026-08-31"),
        ("les clients ont été déçus", "", ""),
        ("last winter", "2025-12-01", "2026-02-28"),
        ("in 2025", "2025-01-01", "2025-12-31"),
        ("entre janvier et mars", "2026-01-01", "2026-03-31"),
        ("de novembre à février 2026", "2025-11-01", "2026-02-28"),
        ("until May", "", "2026-05-31"),
        ("we may march", "", ""),
        ("before July 2026", "", "2026-06-30"),
        ("après juillet 2026", "2026-08-01", ""),
        ("le 01/07/2026", "2026-07-01", "2026-07-01"),
        ("on 2026-07-01", "2026-07-01", "2026-07-01"),
        ("le 31/02/2026", "", ""),
        ("depuis le 1er juillet", "2026-07-01", ""),
        ("le mois dernier", "2026-10-01", "2026-10-31"),
        ("depuis lundi", "2026-11-16", ""),
        ("since Sunday", "2026-11-22", ""),
        ("last Sunday", "2026-11-15", "2026-11-15"),
        ("vendredi dernier", "2026-11-20", "2026-11-20"),
        ("le lundi", "", ""),
        ("by Friday 11 December", "", ""),
        ("pour vendredi 11 décembre", "", ""),
        ("before the January board meeting", "", ""),
        ("avant le comité de janvier", "", ""),
        ("before January", "", "2025-12-31"),
        ("the queue at the till in 2025", "2025-01-01", "2025-12-31"),
        ("sur mai-juillet 2026", "2026-05-01", "2026-07-31"),
        ("en mars de l'an dernier", "2025-03-01", "2025-03-31"),
        ("in the third quarter of last year", "2025-07-01", "2025-09-30"),
        ("l'été de cette année", "2026-06-01", "2026-08-31"),
        ("depuis un an et demi", "2025-05-22", ""),
        ("over the last year and a half", "2025-05-22", "2026-11-22"),
        ("over two and a half years", "2024-05-22", ""),
        ("depuis la refonte de mars, de quoi se plaint-on", "2026-03-01", ""),
        ("since the March redesign", "2026-03-01", ""),
        ("avant le lancement de la nouvelle appli en juin", "", "2026-05-31"),
        ("les avis postérieurs au 15 août", "2026-08-16", ""),
        ("en écartant ce qui est antérieur au 1er avril 2026", "2026-04-01", ""),
        ("leave out everything before July", "2026-07-01", ""),
        ("why are customers leaving since July", "2026-07-01", ""),
        ("les avis laissés depuis juin", "2026-06-01", ""),
        ("quel est l'écart de note depuis mars", "2026-03-01", ""),
        ("ce qu'il faut faire d'ici juin", "", ""),
        ("over summer and autumn 2026", "2026-06-01", "2026-11-30"),
        ("sur les quinze derniers jours", "2026-11-07", "2026-11-22"),
        ("in the last fortnight", "2026-11-08", "2026-11-22"),
        ("pendant les fêtes de fin d'année", "2025-12-01", "2025-12-31"),
        ("what to fix before Christmas", "", ""),
        ("fin août", "2026-08-21", "2026-08-31"),
        ("until the end of June", "", "2026-06-30"),
        ("la première semaine d'octobre", "2026-10-01", "2026-10-07"),
        ("les trois premiers mois de 2026", "2026-01-01", "2026-03-31"),
        ("the week of November 2", "2026-11-02", "2026-11-08"),
        ("2018-2020", "2018-01-01", "2020-12-31"),
        ("ces derniers mois", "2026-08-22", "2026-11-22"),
        ("so far this year", "2026-01-01", "2026-11-22"),
        ("quotes from last month", "2026-10-01", "2026-10-31"),
        ("a one or a two last month", "2026-10-01", "2026-10-31"),
        ("this autumn, so September onwards", "2026-09-01", ""),
        ("between the first and second quarter", "2026-01-01", "2026-06-30"),
        ("la semaine dernière", "2026-11-09", "2026-11-15"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("year to date", "2026-01-01", "2026-11-22"),
        ("depuis six mois", "2026-05-22", ""),
        ("in the first half of 2026", "2026-01-01", "2026-06-30"),
        ("fin 2025", "2025-09-01", "2025-12-31"),
        ("2000 clients", "", ""),
    ],
)
def test_period(said: str, since: str, until: str) -> None:
    assert read_periods(asked(said, "en"), TODAY).within == (day(since), day(until))


@pytest.mark.parametrize(
    ("said", "within", "against"),
    [
        ("between Q2 and Q3", ("2026-07-01", "2026-09-30"), ("2026-04-01", "2026-06-30")),
        ("2020 with 2019", ("2020-01-01", "2020-12-31"), ("2019-01-01", "2019-12-31")),
        ("T2 2021 par rapport au T1", ("2021-04-01", "2021-06-30"), ("2021-01-01", "2021-03-31")),
        ("avant et après juillet 2026", ("2026-07-01", ""), ("", "2026-06-30")),
        ("par rapport à 2025", ("", ""), ("2025-01-01", "2025-12-31")),
        (
            "Q3 2026 compared with the same quarter last year",
            ("2026-07-01", "2026-09-30"),
            ("2025-07-01", "2025-09-30"),
        ),
    ],
)
def test_two_periods(said: str, within: tuple[str, str], against: tuple[str, str]) -> None:
    found = read_periods(asked(said, "fr"), TODAY, comparing=True)
    assert found.within == tuple(map(day, within))
    assert found.against == tuple(map(day, against))


@pytest.mark.parametrize(
    ("days", "earlier"),
    [
        ((Date(2026, 10, 1), Date(2026, 10, 31)), (Date(2026, 9, 1), Date(2026, 9, 30))),
        ((Date(2026, 1, 1), Date(2026, 3, 31)), (Date(2025, 10, 1), Date(2025, 12, 31))),
        ((Date(2026, 5, 11), Date(2026, 5, 17)), (Date(2026, 5, 4), Date(2026, 5, 10))),
        ((Date(2026, 5, 1), None), (None, Date(2026, 4, 30))),
        ((None, Date(2026, 5, 1)), None),
    ],
)
def test_the_period_before(days: Days, earlier: Days | None) -> None:
    assert before(days, TODAY) == earlier
