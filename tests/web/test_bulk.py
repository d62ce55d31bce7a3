"""A catalogue taken out as a workbook, edited with a real spreadsheet library, sent back, landed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from jinja2 import StrictUndefined
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from graph.bulk.bulks import Bulks
from graph.bulk.keeping import BULKS
from ontology.people import Grant, Role
from tests.access import HTML, Access, Hand, access_to

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Edit = Callable[[Workbook], None]


@pytest.fixture
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("bulk"))
    made.app.jinja_env.undefined = StrictUndefined
    made.app.testing = True
    made.add("other", Grant(Role.CATALOGUER, "czj"))
    yield made
    made.accounts.close()
    made.instance.close()


def taken_out(hand: Hand, owner: str = "jtw") -> bytes:
    answer = hand.get(f"/cataloguing/bulk/workbook.xlsx?owner={owner}")
    assert (answer.status_code, answer.mimetype) == (200, XLSX)
    return answer.data


def edited(data: bytes, edit: Edit) -> bytes:
    """Open a workbook, edit it, save it again, as a person at a spreadsheet does."""
    book = openpyxl.load_workbook(BytesIO(data))
    edit(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def sent(hand: Hand, data: bytes, owner: str = "jtw", name: str = "目录.xlsx") -> TestResponse:
    """Send a file as a browser does; in one piece, so that no temporary file is left of it."""
    _edge, body = encode_multipart(
        {
            "csrf_token": hand.seal("/sign-in"),
            "owner": owner,
            "file": FileStorage(BytesIO(data), name),
        },
        boundary="edge",
    )
    return hand.browser.post(
        "/cataloguing/bulk",
        input_stream=BytesIO(body),
        content_length=len(body),
        content_type="multipart/form-data; boundary=edge",
        headers=HTML,
    )


def looked_at(hand: Hand, edit: Edit) -> tuple[str, str]:
    """Send the edited catalogue; give the address of the upload and its page as text."""
    answer = sent(hand, edited(taken_out(hand), edit))
    assert answer.status_code == 303, text_of(answer)
    path = answer.headers["Location"]
    return path, text_of(hand.get(path))


def text_of(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def decided(hand: Hand, path: str, action: str, reason: str = "") -> TestResponse:
    found = re.search(r'name="revision" value="(\d+)"', hand.get(path).text)
    assert found, "no decision is offered"
    return hand.post(f"{path}/steps", {"revision": found[1], "action": action, "reason": reason})


def landed(access: Access, path: str) -> None:
    for name, action in (
        ("cataloguer", "submit"),
        ("approver", "approve"),
        ("reviewer", "review"),
        ("reviewer", "publish"),
    ):
        answer = decided(access.signed_in(name), path, action)
        assert answer.status_code == 303, text_of(answer)


def at(sheet: Worksheet, name: str) -> int:
    """Give the number of a column by its hidden machine name."""
    heads = [str(cell.value or "").rpartition(" ")[2] for cell in sheet[1]]
    return heads.index(name) + 1


def put(sheet: Worksheet, row: int, name: str, value: object) -> None:
    sheet.cell(row, at(sheet, name)).value = value  # type: ignore[assignment]


def title(row: int, value: str, sheet: int = 1) -> Edit:
    return lambda book: put(book.worksheets[sheet], row, "dct:title@zh", value)


def test_lists_are_drop_downs_that_a_spreadsheet_finds(access: Access) -> None:
    """Every list column has a validation over a named range of a hidden sheet that holds words."""
    book = openpyxl.load_workbook(BytesIO(taken_out(access.signed_in("cataloguer"))))
    sheet = book.worksheets[1]
    rules = {str(each.formula1).lstrip("="): each for each in sheet.data_validations.dataValidation}
    assert {"list_sharing", "list_openness", "list_frequency", "list_theme"} <= set(rules)
    place = book.defined_names["list_sharing"].attr_text
    name, cells = place.replace("'", "").split("!")
    words = [cell.value for row in book[name][cells.replace("$", "")] for cell in row]
    assert words == ["无条件共享", "有条件共享", "不予共享"]
    assert book[name].sheet_state == "hidden"
    column = openpyxl.utils.get_column_letter(at(sheet, "gov:sharingType"))
    assert f"{column}3" in rules["list_sharing"].cells
    assert f"{column}500" in rules["list_sharing"].cells  # rows that are added have it too


def test_a_workbook_that_nobody_edited_differs_in_nothing(access: Access) -> None:
    """A spreadsheet that opens and saves changes dates, numbers and order of parts: no difference."""
    _path, page = looked_at(access.signed_in("cataloguer"), lambda _book: None)
    assert "没有差异" in page


def test_spaces_and_line_ends_that_pasting_brings_are_no_difference(access: Access) -> None:
    hand = access.signed_in("cataloguer")

    def paste(book: Workbook) -> None:
        for row in book.worksheets[1].iter_rows(min_row=3):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = f" {cell.value}\u00a0"

    _path, page = looked_at(hand, paste)
    assert "没有差异" in page


def test_a_column_moved_renamed_or_removed_and_a_row_deleted_change_nothing(
    access: Access,
) -> None:
    """Columns are known by their hidden names; what is not there removes nothing."""
    hand = access.signed_in("cataloguer")

    def shuffle(book: Workbook) -> None:
        sheet = book.worksheets[1]
        sheet.cell(2, at(sheet, "dct:title@en")).value = "another label"
        sheet.delete_cols(at(sheet, "dct:description@zh"))
        sheet.delete_rows(5)
        last = sheet.max_column + 1
        moved = at(sheet, "gov:sharingType")
        for row in range(1, sheet.max_row + 1):
            sheet.cell(row, last).value = sheet.cell(row, moved).value
        sheet.delete_cols(moved)

    _path, page = looked_at(hand, shuffle)
    assert "没有差异" in page


def test_a_difference_is_shown_by_cell_and_lands_by_the_steps_of_review(access: Access) -> None:
    hand = access.signed_in("cataloguer")
    path, page = looked_at(hand, title(3, "公交线路一览"))
    assert "B3" in page
    assert "公交线路基本信息" in page
    assert "公交线路一览" in page
    before = access.instance.ledger.last()
    landed(access, path)
    assert access.instance.ledger.last() == before + 1, "one change, all at once"
    assert "公交线路一览" in access.client().get("/dataset/jtw-0001").text


def test_nobody_decides_their_own_upload(access: Access) -> None:
    access.add("both", Grant(Role.CATALOGUER, "jtw"), Grant(Role.APPROVER, "jtw"))
    hand = access.signed_in_or_anyone("both")
    path, _page = looked_at(hand, title(3, "公交线路一览"))
    assert decided(hand, path, "submit").status_code == 303
    assert decided(hand, path, "approve").status_code == 403
    assert decided(access.signed_in("approver"), path, "approve").status_code == 303


def test_small_corrections_alone_go_the_short_way(access: Access) -> None:
    hand = access.signed_in("cataloguer")
    path, _page = looked_at(
        hand, lambda book: put(book.worksheets[1], 3, "dcat:keyword@zh", "公交；线路")
    )
    assert 'value="correct"' in hand.get(path).text
    assert decided(hand, path, "correct", "错字").status_code == 303
    assert decided(access.signed_in("approver"), path, "approve").status_code == 303
    assert "已落地" in text_of(hand.get(path))


def test_a_new_row_is_a_new_entry_with_its_items(access: Access) -> None:
    hand = access.signed_in("cataloguer")

    def add(book: Workbook) -> None:
        sheet, items = book.worksheets[1], book.worksheets[2]
        row = sheet.max_row + 1
        put(sheet, row, "@code", "新1")
        for name, value in (
            ("dct:title@zh", "慢行道养护记录"),
            ("gov:sharingType", "无条件共享"),
            ("gov:opennessType", "无条件开放"),
        ):
            put(sheet, row, name, value)
        line = items.max_row + 1
        put(items, line, "@entry", "新1")
        put(items, line, "csvw:title@zh", "养护日期")

    path, page = looked_at(hand, add)
    assert "慢行道养护记录" in page
    assert "养护日期" in page
    landed(access, path)
    found = access.client().get("/search?q=慢行道养护记录")
    assert "慢行道养护记录" in found.text
    code = re.search(r"/dataset/(jtw-\d+)\"[^>]*>[^<]*(?:<[^>]+>[^<]*)*慢行道", found.text)
    assert code
    assert "养护日期" in access.client().get(f"/dataset/{code[1]}").text


def test_a_removal_is_said_with_its_reason(access: Access) -> None:
    hand = access.signed_in("cataloguer")
    _path, page = looked_at(hand, lambda book: put(book.worksheets[1], 4, "@remove", "是"))
    assert "移除条目须写明原因" in page

    def remove(book: Workbook) -> None:
        put(book.worksheets[1], 4, "@remove", "是")
        put(book.worksheets[1], 4, "@reason", "并入公交线路")

    path, page = looked_at(hand, remove)
    assert "并入公交线路" in page
    landed(access, path)
    assert access.client().get("/dataset/jtw-0002").status_code == 410


def test_errors_stand_at_their_cells_and_keep_their_entry_alone_back(access: Access) -> None:
    hand = access.signed_in("cataloguer")

    def spoil(book: Workbook) -> None:
        sheet = book.worksheets[1]
        put(sheet, 3, "gov:sharingType", "随便共享")
        put(sheet, 4, "dct:title@zh", "=1+1")
        put(sheet, 5, "dct:title@zh", "轨道站点一览")

    path, page = looked_at(hand, spoil)
    assert "“随便共享”不在代码表" in page
    assert "此处是公式" in page
    marked = openpyxl.load_workbook(BytesIO(hand.get(f"{path}/errors.xlsx").data))
    sheet = marked.worksheets[1]
    comment = sheet.cell(3, at(sheet, "gov:sharingType")).comment
    assert comment is not None
    assert "随便共享" in comment.text
    landed(access, path)
    assert "轨道站点一览" in access.client().get("/dataset/jtw-0003").text
    assert "公交线路基本信息" in access.client().get("/dataset/jtw-0001").text


def test_some_are_chosen_and_the_others_stay_left_out_when_compared_again(
    access: Access,
) -> None:
    hand = access.signed_in("cataloguer")

    def two(book: Workbook) -> None:
        title(3, "第一处修改")(book)
        title(4, "第二处修改")(book)

    path, _page = looked_at(hand, two)
    places = re.findall(r'name="shown" value="(\d+)"', hand.get(path).text)
    answer = hand.post(path, {"do": "choose", "shown": places, "chosen": places[:1]})
    assert answer.status_code == 303
    assert hand.post(path, {"do": "again"}).status_code == 303
    landed(access, path)
    assert "第一处修改" in access.client().get("/dataset/jtw-0001").text
    assert "第二处修改" not in access.client().get("/dataset/jtw-0002").text


def test_what_is_ticked_when_it_is_handed_in_is_what_is_handed_in(access: Access) -> None:
    """Ticks count without being kept first; what is unticked does not land behind one's back."""
    hand = access.signed_in("cataloguer")

    def two(book: Workbook) -> None:
        title(3, "第一处修改")(book)
        title(4, "第二处修改")(book)

    path, _page = looked_at(hand, two)
    page = hand.get(path).text
    shown = re.findall(r'name="shown" value="(\d+)"', page)
    at_first = re.search(r'name="revision" value="(\d+)"', page)
    assert at_first
    wish = {"revision": at_first[1], "action": "submit", "shown": shown, "chosen": shown[1:]}
    assert hand.post(f"{path}/steps", wish).status_code == 303
    held = Bulks(access.instance).keeping.entries(int(path.rsplit("/", 1)[-1]), "chosen")
    assert [each.plan.title for each in held] == ["第二处修改"]


def test_what_another_changed_meanwhile_is_told_by_row_and_not_overwritten_unseen(
    access: Access,
) -> None:
    """Two workbooks from one day: the second sees the first's change beside the own one."""
    hand = access.signed_in("cataloguer")
    old = taken_out(hand)
    first = sent(hand, edited(old, title(3, "先到的名称"))).headers["Location"]
    second = sent(hand, edited(old, title(3, "后到的名称"))).headers["Location"]
    landed(access, first)
    assert decided(hand, second, "submit").status_code == 303
    for name, action in (("approver", "approve"), ("reviewer", "review")):
        assert decided(access.signed_in(name), second, action).status_code == 303
    refused = decided(access.signed_in("reviewer"), second, "publish")
    assert refused.status_code == 409
    assert "先到的名称" in access.client().get("/dataset/jtw-0001").text
    third = sent(hand, edited(old, title(3, "后到的名称"))).headers["Location"]
    page = hand.get(third)
    assert "他人已改为" in text_of(page)
    assert "先到的名称" in text_of(page)
    assert not re.search(r'name="chosen" value="\d+" checked', page.text), (
        "it is not chosen unasked"
    )
    untouched = sent(hand, edited(old, title(4, "另一处"))).headers["Location"]
    assert "先到的名称" not in text_of(hand.get(untouched)), (
        "what was not touched here stays theirs"
    )


def test_an_upload_is_taken_back_as_a_whole(access: Access) -> None:
    hand = access.signed_in("cataloguer")

    def two(book: Workbook) -> None:
        title(3, "第一处修改")(book)
        put(book.worksheets[1], 4, "@remove", "是")
        put(book.worksheets[1], 4, "@reason", "并入")

    path, _page = looked_at(hand, two)
    landed(access, path)
    assert access.client().get("/dataset/jtw-0002").status_code == 410
    steward = access.signed_in("steward")
    leads = set(re.findall(r'href="(/(?!static)[^"#]*)', hand.get(path).text))
    gone = {each for each in leads if hand.get(unescape(each)).status_code >= 400}
    assert gone <= {"/cataloguing/entries/dataset/jtw-0002"}, (
        "every link of the page leads somewhere"
    )
    assert decided(steward, path, "undo-load", "").status_code == 400, "a reason is owed"
    assert decided(steward, path, "undo-load", "误传").status_code == 303
    assert access.client().get("/dataset/jtw-0002").status_code == 200
    assert "公交线路基本信息" in access.client().get("/dataset/jtw-0001").text
    assert "已整体撤回" in text_of(steward.get(path))


def test_it_is_not_taken_back_over_later_work(access: Access) -> None:
    hand = access.signed_in("cataloguer")
    first, _page = looked_at(hand, title(3, "第一次"))
    landed(access, first)
    second, _page = looked_at(hand, title(3, "第二次"))
    landed(access, second)
    assert decided(access.signed_in("steward"), first, "undo-load", "误传").status_code == 409
    assert "第二次" in access.client().get("/dataset/jtw-0001").text


def test_another_departments_workbook_rows_and_uploads_are_refused(access: Access) -> None:
    hand, other = access.signed_in("cataloguer"), access.signed_in_or_anyone("other")
    assert other.get("/cataloguing/bulk/workbook.xlsx?owner=jtw").status_code == 403
    assert sent(other, taken_out(hand)).status_code == 403
    answer = sent(other, taken_out(hand), owner="czj")
    assert (answer.status_code, "不是“czj”的" in text_of(answer)) == (409, True)
    _path, page = looked_at(hand, lambda book: put(book.worksheets[1], 3, "@code", "czj-0001"))
    assert "本部门没有代码为“czj-0001”的条目" in page
    path, _page = looked_at(hand, title(3, "一处修改"))
    assert other.get(path).status_code == 403
    assert other.get(f"{path}/errors.xlsx").status_code == 403
    assert other.post(path, {"do": "none"}).status_code == 403
    assert access.client().get(path).status_code in {302, 401, 403}


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(name, content)
    return out.getvalue()


def wide() -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(list(range(10_000)))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "status", "said"),
    [
        (lambda _ours: b"name;code\n1;2\n", 400, "这不是 XLSX 工作簿"),
        (lambda ours: ours[: len(ours) // 2], 400, "这不是 XLSX 工作簿"),
        (lambda ours: with_part(ours, "xl/vbaProject.bin", b"x"), 400, "工作簿含有宏"),
        (lambda ours: with_part(ours, "xl/media/a.xml", bytes(600 << 20)), 400, ""),
        (lambda _ours: wide(), 400, "不是从这里下载的"),
        (lambda _ours: b"", 400, ""),
        (lambda _ours: bytes(40 << 20), 413, "提交的内容太大"),
    ],
    ids=["a text", "cut short", "macros", "a bomb", "10,000 columns", "empty", "too large"],
)
def test_what_is_no_workbook_of_ours_is_refused_in_words(
    access: Access, make: Callable[[bytes], bytes], status: int, said: str
) -> None:
    hand = access.signed_in("cataloguer")
    answer = sent(hand, make(taken_out(hand)))
    assert answer.status_code == status, text_of(answer)[:400]
    assert said in text_of(answer), text_of(answer)
    assert "尚无上传" in text_of(hand.get("/cataloguing/bulk"))


def test_ten_thousand_columns_beside_ours_are_read_no_further(access: Access) -> None:
    """A sheet of ours that was made very wide is read as far as any sheet goes."""

    def widen(book: Workbook) -> None:
        sheet = book.worksheets[1]
        for column in range(40, 10_040):
            sheet.cell(3, column).value = "x"

    _path, page = looked_at(access.signed_in("cataloguer"), widen)
    assert "没有差异" in page


def test_a_crash_after_landing_lands_nothing_twice(access: Access) -> None:
    """What ended between the graph and the list of uploads is found again by its change."""
    hand = access.signed_in("cataloguer")
    path, _page = looked_at(hand, title(3, "只落地一次"))
    for name, action in (("cataloguer", "submit"), ("approver", "approve"), ("reviewer", "review")):
        assert decided(access.signed_in(name), path, action).status_code == 303
    number = int(path.rsplit("/", 1)[-1])
    engine = access.instance.ledger.writing
    assert decided(access.signed_in("reviewer"), path, "publish").status_code == 303
    landed_at = access.instance.ledger.last()
    with engine.begin() as connection:  # as a crash would have left it
        connection.execute(
            BULKS.update().where(BULKS.c.id == number).values(state="registered", seq=None)
        )
    assert decided(access.signed_in("reviewer"), path, "publish").status_code == 303
    assert access.instance.ledger.last() == landed_at
    assert f"第 {landed_at} 号变更" in text_of(hand.get(path))


def test_a_draft_under_way_is_told_and_loses_to_nobody_unseen(access: Access) -> None:
    """A form of the same entry that was begun before the landing cannot overwrite it."""
    hand = access.signed_in("cataloguer")
    begun = hand.post("/cataloguing/entries/dataset/jtw-0001/revise")
    assert begun.status_code == 303, text_of(begun)[:300]
    _path, page = looked_at(hand, title(3, "工作簿里的名称"))
    assert "正在编制此条目的新版本" in page
