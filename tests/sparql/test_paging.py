"""A page that is kept says what the engine would have said, in every form; what cannot be kept is found anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyoxigraph import RdfFormat

from sparql import paging
from sparql.answers import Answers, Question
from sparql.formats import BY_NAME, SOLUTIONS, TABLES, Kind
from sparql.workers.pool import AnswerLimits, Pool, PoolSettings, Running
from sparql.workers.wire import Job
from tests.sparql.conftest import DiskView, made

EX = "http://example.org/"
SAID = f"""@prefix ex: <{EX}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:a ex:n 1, -2, 3.50, 4e0, true, "5"^^xsd:byte, "道\\t路\\n \\"x\\" \\\\", "x"@zh-hans, ex:b, ""^^ex:t .
ex:b ex:n 7 ; ex:m "only here", "and here" . ex:c ex:n 9 . ex:d ex:n "" . ex:e ex:m _:blank ."""
TEXT = f"SELECT ?s ?n ?m {{ ?s <{EX}n> ?n OPTIONAL {{ ?s <{EX}m> ?m }} }} ORDER BY ?s ?n ?m"
BLANK = f"SELECT ?s ?m {{ ?s <{EX}m> ?m }} ORDER BY ?s"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> DiskView:
    return made(tmp_path_factory.mktemp("pages"), SAID, RdfFormat.TURTLE)


@pytest.fixture
def counted(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> tuple[Answers, list[str]]:
    """Answers of their own, and the texts that were put to a child."""
    asked, ask = list[str](), pool.ask

    def heard(job: Job) -> Running:
        asked.append(job.text)
        return ask(job)

    monkeypatch.setattr(pool, "ask", heard)
    return Answers(pool, limits_page="http://example.org/limits"), asked


def page(answers: Answers, view: DiskView, question: Question) -> tuple[bytes, int, str]:
    answer = answers.answer(view, question)
    body = b"".join(answer.body)
    answer.close()
    assert answer.outcome is not None
    return body, answer.outcome.rows, answer.outcome.cut


def wanted(text: str, form: str, skip: int, rows: int = 3) -> Question:
    formats = {Kind.ROWS: BY_NAME[form]}
    return Question(text, formats, rows=rows, skip=skip, whole=True, page=True)


@pytest.mark.parametrize("form", [each.name for each in (*SOLUTIONS, *TABLES)])
def test_a_page_of_kept_rows_is_the_engine_s_page(
    counted: tuple[Answers, list[str]], few: DiskView, form: str
) -> None:
    answers, _ = counted
    for skip in (3, 6, 9, 12, 15, 30):
        kept = wanted(TEXT, form, skip)
        plain = replace(kept, page=False, text=f"{TEXT} # {skip}")
        assert page(answers, few, kept)[1:] == page(answers, few, plain)[1:], skip
        if form not in {"xlsx", "parquet"}:  # those say when they were made, or how they lie
            assert page(answers, few, kept)[0] == page(answers, few, plain)[0], skip


def test_the_answer_is_found_once_for_many_pages(
    counted: tuple[Answers, list[str]], few: DiskView
) -> None:
    answers, asked = counted
    for skip in (0, 3, 6, 9, 3):
        page(answers, few, wanted(TEXT, "json", skip))

    assert asked.count(TEXT) == 2, "for the first page, and once for all behind it"
    assert sum("VALUES" in each for each in asked) == 3, "the page that came again is remembered"


def test_rows_that_cannot_be_written_again_are_found_anew(
    counted: tuple[Answers, list[str]], few: DiskView
) -> None:
    answers, asked = counted
    bodies = {page(answers, few, wanted(BLANK, "csv", skip, 1))[0] for skip in (1, 2)}

    assert len(bodies) == 2
    assert asked.count(BLANK) == 3, "once for a block that is not kept, and for each page"


def test_pages_far_behind_are_kept_without_an_order_too(
    counted: tuple[Answers, list[str]], large: DiskView
) -> None:
    """And where one block ends another begins."""
    answers, asked = counted
    text = "SELECT ?s ?o { ?s ?p ?o }"
    near = page(answers, large, wanted(text, "csv", 1_000, 500))
    far = [page(answers, large, wanted(text, "csv", skip, 500)) for skip in (19_900, 20_000)]
    again = page(answers, large, wanted(text, "csv", 19_500, 500))
    plain = replace(wanted(text, "csv", 19_900, 500), page=False, text=f"{text} #")

    assert near[1:] == (500, "rows")
    assert [each[1:] for each in (*far, again)] == [(500, "rows")] * 3
    assert far[0] == page(answers, large, plain)
    assert asked.count(text) == 3, "one near page, two blocks"


def test_a_block_too_large_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, counted: tuple[Answers, list[str]], few: DiskView
) -> None:
    monkeypatch.setattr(paging, "LARGEST", 20)
    answers, asked = counted
    first, second = (page(answers, few, wanted(TEXT, "csv", skip)) for skip in (3, 6))

    assert first[1:] == second[1:] == (3, "rows")
    assert asked.count(TEXT) == 3


def test_what_is_dear_to_find_is_known_by_its_words() -> None:
    assert paging.is_far("SELECT * {} ORDER BY ?s", 1)
    assert paging.is_far("SELECT DISTINCT ?s {}", 1)
    assert not paging.is_far("SELECT * {} ORDER BY ?s", 0)
    assert not paging.is_far("SELECT * {}", 1_999)
    assert paging.is_far("SELECT * {}", 2_000)


def test_limits_hold_for_a_page_of_kept_rows(few: DiskView) -> None:
    """More rows than the endpoint gives are on no page, kept or not."""
    pool = Pool(PoolSettings(limits=AnswerLimits(rows=2)))
    answers = Answers(pool, limits_page="http://example.org/limits")
    found = page(answers, few, wanted(TEXT, "csv", 3, 5))
    pool.close()

    assert found[1:] == (2, "rows")
