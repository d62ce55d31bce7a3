"""Values as strangers write them, and what becomes of each."""

from __future__ import annotations

import pytest

from graph.harvest.rdf.dates import moment_of
from graph.harvest.rdf.kinds import expanded
from graph.harvest.rdf.repair import MENDER_OF, lexical, mended_iri, quoted
from graph.harvest.rdf.terms import RELATIVE, legal_iri, vocabulary_term

EU = "http://publications.europa.eu/resource/authority"
XSD = "http://www.w3.org/2001/XMLSchema#"
IANA = "https://www.iana.org/assignments/media-types"


def mended(curie: str, value: str) -> tuple[str, str | None] | None:
    """Give (rule, new value) for a repair, (rule, None) for a finding, None where all is well."""
    verdict = MENDER_OF[f"<{expanded(curie)}>"](value)
    return verdict and (verdict.rule, verdict.now if verdict.certain else None)


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ('"2023/5/1"', "2023-05-01"),
        ('"20230501"', "2023-05-01"),
        ('"2023.05.01"', "2023-05-01"),
        ('"2023年5月1日"', "2023-05-01"),
        ('"25/12/2023"', "2023-12-25"),
        ('"12/25/2023"', "2023-12-25"),
        ('" 2023-5-1 "', "2023-05-01"),
        (f'"2023/05/01"^^<{XSD}date>', "2023-05-01"),
    ],
)
def test_a_date_with_one_reading_is_written_as_the_standard_says(written, date):
    assert mended("dct:issued", written) == ("date", f'"{date}"^^<{XSD}date>')


@pytest.mark.parametrize(
    ("written", "now"),
    [
        ('"2023-05-01"', f'"2023-05-01"^^<{XSD}date>'),
        ('"2023-05"', f'"2023-05"^^<{XSD}gYearMonth>'),
        ('"2023"', f'"2023"^^<{XSD}gYear>'),
        (f'"2023-05-01"^^<{XSD}dateTime>', f'"2023-05-01"^^<{XSD}date>'),
        (f'"2023-05-01T08:00:00"^^<{XSD}date>', f'"2023-05-01T08:00:00"^^<{XSD}dateTime>'),
    ],
)
def test_a_date_without_its_type_is_given_it(written, now):
    assert mended("dct:modified", written) == ("untyped", now)


def test_a_time_with_a_blank_for_the_t_is_mended():
    assert mended("dct:modified", '"2023-05-01 8:03:09+0800"') == (
        "date",
        f'"2023-05-01T08:03:09+08:00"^^<{XSD}dateTime>',
    )


@pytest.mark.parametrize(
    "legal",
    [
        f'"2023-05-01"^^<{XSD}date>',
        f'"2023-05-01T10:00:00"^^<{XSD}dateTime>',
        f'"2023-05-01T10:00:00Z"^^<{XSD}dateTime>',
        f'"2023"^^<{XSD}gYear>',
    ],
)
def test_a_legal_date_is_left_alone(legal):
    assert mended("dct:issued", legal) is None


@pytest.mark.parametrize(
    "written",
    ['"05/04/2023"', '"soon"', '"2023-02-30"', f'"2023-13-01"^^<{XSD}date>', '"2023/2/29"'],
)
def test_a_date_that_could_be_two_or_none_is_a_finding(written):
    assert mended("dct:issued", written) == ("date", None)


def test_the_year_0023_is_a_finding_and_no_guess():
    assert mended("dct:issued", f'"0023-05-01"^^<{XSD}date>') == ("improbable-date", None)


def test_a_leap_day_is_a_date():
    assert moment_of("2024/2/29") == ("2024-02-29", "date")


@pytest.mark.parametrize(
    ("written", "concept"),
    [
        ("<http://purl.org/cld/freq/daily>", "DAILY"),
        ("<http://purl.org/linked-data/sdmx/2009/code#freq-M>", "MONTHLY"),
        (f"<{EU}/frequency/DAY>", "DAILY"),
        (f"<{RELATIVE}annual>", "ANNUAL"),
        ('"每日"', "DAILY"),
        ('"Annually"@en', "ANNUAL"),
        ('"R/P1M"', "MONTHLY"),
    ],
)
def test_an_old_or_invented_frequency_becomes_the_one_it_means(written, concept):
    assert mended("dct:accrualPeriodicity", written) == ("frequency", f"<{EU}/frequency/{concept}>")


@pytest.mark.parametrize(
    "written", ['"3"', '"when possible"', "<http://x.org/frequency/sometimes>"]
)
def test_a_frequency_that_means_nothing_certain_is_a_finding(written):
    """A bare number least of all: systems number the same words differently."""
    assert mended("dct:accrualPeriodicity", written) == ("frequency", None)


@pytest.mark.parametrize(
    ("property_", "written", "now"),
    [
        ("dct:format", '"csv"', f"<{EU}/file-type/CSV>"),
        ("dct:format", f"<{RELATIVE}CSV>", f"<{EU}/file-type/CSV>"),
        ("dct:format", '"application/json"', f"<{EU}/file-type/JSON>"),
        ("dct:format", '".xlsx"', f"<{EU}/file-type/XLSX>"),
        ("dcat:mediaType", '"text/csv"', f"<{IANA}/text/csv>"),
        ("dcat:mediaType", '"CSV"', f"<{IANA}/text/csv>"),
        ("dct:language", '"it"', f"<{EU}/language/ITA>"),
        ("dct:accessRights", '"public"', f"<{EU}/access-right/PUBLIC>"),
        ("dct:license", '"CC0"', f"<{EU}/licence/CC0>"),
        ("dct:license", '"https://x.org/licence"', "<https://x.org/licence>"),
        ("dcat:accessURL", '"https://x.org/a b"', "<https://x.org/a%20b>"),
        ("dcat:landingPage", '"www.x.org/a"', "<http://www.x.org/a>"),
        ("vcard:hasEmail", '"a@x.org"', "<mailto:a@x.org>"),
        ("vcard:hasEmail", f"<{RELATIVE}a@x.org>", "<mailto:a@x.org>"),
        ("vcard:hasTelephone", '"+86 21 1234567"', "<tel:+86211234567>"),
        ("dcat:byteSize", '"1024"', f'"1024"^^<{XSD}nonNegativeInteger>'),
        ("dcat:byteSize", f'"1024.0"^^<{XSD}decimal>', f'"1024"^^<{XSD}nonNegativeInteger>'),
        ("dct:title", '" a \\n"@en', '"a"@en'),
        ("dcat:keyword", "<http://x.org/k>", '"http://x.org/k"'),
    ],
)
def test_a_value_that_means_one_thing_is_written_as_that(property_, written, now):
    verdict = mended(property_, written)

    assert verdict is not None
    assert verdict[1] == now


@pytest.mark.parametrize(
    ("property_", "written"),
    [
        ("dct:format", '"MPJ 7"'),
        ("dcat:mediaType", '"a table"'),
        ("dcat:accessURL", '"ask at the desk"'),
        ("dcat:byteSize", '"big"'),
        ("dct:language", '"klingon?"'),
    ],
)
def test_a_value_that_means_nothing_certain_is_a_finding(property_, written):
    verdict = mended(property_, written)

    assert verdict is not None
    assert verdict[1] is None


@pytest.mark.parametrize(
    ("property_", "written"),
    [
        ("dct:format", f"<{EU}/file-type/CSV>"),
        ("dct:format", "<https://x.org/formats/own>"),
        ("dct:title", '"Catalogue"@fr-t-nl'),
        ("dcat:accessURL", "<https://x.org/a>"),
        ("dct:license", "<https://x.org/licence>"),
        ("dcat:theme", "<http://x.org/theme>"),
    ],
)
def test_what_is_right_is_left_alone(property_, written):
    assert mended(property_, written) is None


@pytest.mark.parametrize(
    ("written", "meant", "rule"),
    [
        ("<dcat:Dataset>", "<http://www.w3.org/ns/dcat#Dataset>", "prefix"),
        ("<dcterms:title>", "<http://purl.org/dc/terms/title>", "prefix"),
        ("<https://schema.org/name>", "<http://schema.org/name>", "namespace"),
        ("<https://www.w3.org/ns/dcat#theme>", "<http://www.w3.org/ns/dcat#theme>", "namespace"),
        ("<http://purl.org/dc/terms/issue>", "<http://purl.org/dc/terms/issued>", "term"),
        ("<http://purl.org/dc/terms/issued>", "<http://purl.org/dc/terms/issued>", ""),
        ("<urn:Dataset>", "<urn:Dataset>", ""),
    ],
)
def test_a_term_is_read_as_it_was_meant(written, meant, rule):
    assert vocabulary_term(written) == (meant, rule)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (f"<{RELATIVE}PCM>", "<http://x.org/c/PCM>"),
        ("<https://relative.invalid/root>", "<http://x.org/root>"),
        (f"<{RELATIVE}www.comune.it>", "<http://www.comune.it>"),
        (f"<{RELATIVE}>", None),
    ],
)
def test_a_relative_iri_is_completed(written, meant):
    verdict = mended_iri(written, "http://x.org/c/")

    assert verdict is not None
    assert verdict.now == meant


def test_an_illegal_iri_is_encoded_and_a_legal_one_untouched():
    assert legal_iri("http://x.org/a b|c%zz") == "http://x.org/a%20b%7Cc%25zz"
    assert legal_iri("http://x.org/中%20文?a=b#c") == "http://x.org/中%20文?a=b#c"


@pytest.mark.parametrize("text", ['a"b\\c\n\t\r', "中文", "\\u0041", ""])
def test_a_text_quoted_and_read_is_the_same(text):
    assert lexical(quoted(text)) == text


def test_escapes_are_read():
    assert lexical('"\\u4E2D\\U00006587\\b"@zh') == "中文\b"
