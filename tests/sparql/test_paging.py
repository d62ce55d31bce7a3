"""A page that is kept says what the engine would have said, in every form, and pages make the whole."""

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


def test_a_sorted_answer_is_found_once_for_all_its_pages(
    counted: tuple[Answers, list[str]], few: DiskView
) -> None:
    """The first page brings what the others need."""
    answers, asked = counted
    for skip in (0, 3, 6, 9, 3):
        page(answers, few, wanted(TEXT, "json", skip))

    assert asked.count(TEXT) == 1
    assert len(asked) == 5, "the page that came again is remembered"


def test_blank_nodes_are_the_same_on_every_page(
    counted: tuple[Answers, list[str]], few: DiskView
) -> None:
    answers, asked = counted
    bodies = {page(answers, few, wanted(BLANK, "csv", skip, 1))[0] for skip in (1, 2)}
    again = page(answers, few, replace(wanted(BLANK, "csv", 1, 1), text=f"{BLANK} # anew"))[0]

    assert len(bodies) == 2
    assert again in bodies
    assert asked.count(BLANK) == 1


def test_pages_far_behind_are_kept_without_an_order_too(
    counted: tuple[Answers, list[str]], large: DiskView
) -> None:
    """And where one block ends another begins."""
    answers, asked = counted
    text = "SELECT ?s ?o { ?s ?p ?o }"
    near = page(answers, large, wanted(text, "csv", 1_000, 500))
    far = [page(answers, large, wanted(text, "csv", skip, 500)) for skip in (11_700, 12_000)]
    again = page(answers, large, wanted(text, "csv", 11_300, 500))
    plain = replace(wanted(text, "csv", 11_700, 500), page=False, text=f"{text} #")

    assert near[1:] == (500, "rows")
    assert [each[1:] for each in (*far, again)] == [(500, "rows")] * 3
    assert far[0] == page(answers, large, plain)
    assert asked.count(text) == 3, "one near page, two blocks"


def test_blocks_lie_one_behind_the_other_and_grow() -> None:
    """No row stands in none of them, whatever the page; a long page finds its rows in one."""
    for text in ("SELECT * {}", "SELECT * {} ORDER BY ?s"):
        reached = paging.FAR if "ORDER" not in text else 0
        sizes = list[int]()
        while reached < 100_000:
            span = paging.span_of(text, reached, 20)
            assert span.first == reached
            assert paging.span_of(text, reached + span.rows - 1, 20) == span
            reached += span.rows
            sizes.append(span.rows)
        assert sizes == sorted(sizes)
        assert max(sizes) == paging.ROWS
        assert paging.span_of(text, 5_000, paging.OVER).over >= paging.OVER


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> DiskView:
    lines = (f'<{EX}{n % 97}> <{EX}p{n // 97}> "{n * 31 % 40}" .' for n in range(1_300))
    return made(tmp_path_factory.mktemp("some"), "\n".join(lines), RdfFormat.N_TRIPLES)


@pytest.mark.parametrize("rows", [7, 250, 1_000, 1_001])
def test_pages_neither_skip_nor_repeat_a_row(
    monkeypatch: pytest.MonkeyPatch, answers: Answers, some: DiskView, rows: int
) -> None:
    """Across the ends of blocks, with an order in which many rows are equal and without one."""
    monkeypatch.setattr(paging, "FAR", 40)
    monkeypatch.setattr(paging, "FIRST", 60)
    monkeypatch.setattr(paging, "ROWS", 300)
    for order in ("", "ORDER BY ?s", "ORDER BY DESC(?o)", "ORDER BY ?p"):
        text = f"SELECT ?s ?p {{ ?s ?p ?o }} {order} #{rows}"
        found = list[bytes]()
        for skip in range(0, 1_300, rows):
            body, count, _ = page(answers, some, wanted(text, "csv", skip, rows))
            lines = body.splitlines()[1:]
            assert len(lines) == count
            found += lines
        whole = page(answers, some, replace(wanted(text, "csv", 0, 2_000), page=False))[0]

        assert found == whole.splitlines()[1:]
        assert len(set(found)) == 1_300


def test_a_block_too_large_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, counted: tuple[Answers, list[str]], few: DiskView
) -> None:
    monkeypatch.setattr(paging, "LARGEST", 20)
    answers, asked = counted
    first, second = (page(answers, few, wanted(TEXT, "csv", skip)) for skip in (3, 6))

    assert first[1:] == second[1:] == (3, "rows")
    assert asked.count(TEXT) == 3, "once for what is too large, and for each page"


def test_what_is_dear_to_find_is_known_by_its_words() -> None:
    assert paging.is_far("SELECT * {} ORDER BY ?s", 1)
    assert paging.is_far("SELECT * {} ORDER BY ?s", 0)
    assert not paging.is_far("SELECT DISTINCT ?s {}", 1)
    assert not paging.is_far("SELECT * {}", 1_999)
    assert paging.is_far("SELECT * {}", 2_000)


def test_limits_hold_for_a_page_of_kept_rows(few: DiskView) -> None:
    """More rows than the endpoint gives are on no page, kept or not."""
    pool = Pool(PoolSettings(limits=AnswerLimits(rows=2)))
    answers = Answers(pool, limits_page="http://example.org/limits")
    found = page(answers, few, wanted(TEXT, "csv", 3, 5))
    pool.close()

    assert found[1:] == (2, "rows")
