"""The sentences of explanations (`sparql.explaining`): what the engine does, and what may be mended."""

from __future__ import annotations

from typing import Any

from ontology.sentences import Sentence

Part = dict[str, Any]
VERB, OBJECT = 1, 2


DIRECT: Sentence = ("An index leads straight there.", "可由索引直接找到。")
CHECKED: Sentence = (
    "For each row so far, check that it holds.",
    "对已有的每一行，检查其是否成立。",
)
BY_SUBJECT: Sentence = (
    "For each row so far, look it up by its subject.",
    "对已有的每一行，按主语查找。",
)
BY_OBJECT: Sentence = (
    "For each row so far, look it up by its value.",
    "对已有的每一行，按值查找。",
)
WALKED: Sentence = ("Walk along the path from the end that is known.", "从已知的一端沿路径前行。")
WALKED_FROM_ALL: Sentence = (
    "Walk along the path from everything it could begin at.",
    "从每个可能的起点沿路径前行。",
)
OPTIONAL: Sentence = (
    "For each row so far, look for what may be missing; the row stays where it is.",
    "对已有的每一行查找可缺项；找不到时该行保留。",
)
UNION: Sentence = (
    "Ask each alternative by itself and put the rows together.",
    "分别执行各个分支，再合并结果。",
)
MINUS: Sentence = ("Find what is to be taken away, by itself.", "单独找出要排除的内容。")
EXISTS: Sentence = ("For each row, look whether this is so.", "对每一行检查是否存在。")
TESTED: Sentence = (
    "Test each row as soon as its variables are known.",
    "变量一经确定，即逐行检验条件。",
)
GROUPED: Sentence = (
    "Gather all rows into groups: none comes out before all are found.",
    "把所有行归组：全部找到之后才有结果。",
)
ORDERED: Sentence = (
    "Sort all rows: none comes out before all are found.",
    "对所有行排序：全部找到之后才有结果。",
)
DISTINCT: Sentence = ("Leave out rows that came before.", "去掉重复的行。")
EVERYTHING: tuple[Sentence, Sentence] = (
    (
        "A pattern of three unknowns reads every statement of the view.",
        "三个位置都未知的模式会读取视图中的全部语句。",
    ),
    ("Name the property, or the class of the subject.", "请写明属性，或写明主语的类。"),
)
ENDLESS: tuple[Sentence, Sentence] = (
    (
        "A path of any length is walked from everything, because neither end is known.",
        "路径长度不限而两端均未知，须从所有事物出发。",
    ),
    (
        "Fix one end: name the thing, or list it in VALUES.",
        "请固定一端：写明该事物，或用 VALUES 列出。",
    ),
)
OPTIONAL_FIRST: tuple[Sentence, Sentence] = (
    ("OPTIONAL stands first, so there is nothing yet for it to hang on.", "OPTIONAL 位于最前，尚无可依附的内容。"),
    ("Put what must be there before what may be missing.", "请把必须成立的模式写在可缺项之前。"),
)  # fmt: skip
OPTIONAL_APART: tuple[Sentence, Sentence] = (
    (
        "OPTIONAL shares no variable with what stands before it: every row is combined with each.",
        "OPTIONAL 与其前的模式没有共同变量：每一行都会与其中每一项组合。",
    ),
    ("Use a variable of the patterns before it inside.", "请在其中使用前面模式的变量。"),
)
MINUS_APART: tuple[Sentence, Sentence] = (
    (
        "MINUS shares no variable with the rest, so it takes nothing away.",
        "MINUS 与其余部分没有共同变量，因此不会排除任何内容。",
    ),
    (
        "Use the same variable, or write FILTER NOT EXISTS.",
        "请使用相同变量，或改写为 FILTER NOT EXISTS。",
    ),
)


def listed(rows: int) -> Sentence:
    """Say how many rows the text lists."""
    return f"Begin with the {rows:,} rows that are listed.", f"从列出的 {rows:,} 行开始。"


def service(name: str) -> Sentence:
    """Say that another endpoint is asked."""
    return f"Ask another endpoint first: {name}.", f"先向另一端点提问：{name}。"


def all_of(part: Part, typed: bool, reads: int | None) -> Sentence:  # noqa: FBT001 - what it is
    """Say that all of a class or of a property is read."""
    name = part["places"][OBJECT if typed else VERB]
    en = f"about {reads:,} in your view" if reads is not None else "not counted yet"
    zh = f"您的视图中约 {reads:,} 个" if reads is not None else "尚未计数"
    if typed:
        return f"Read all things of the class {name}: {en}.", f"读取 {name} 类的所有事物：{zh}。"
    return f"Read all statements with {name}: {en}.", f"读取所有 {name} 语句：{zh}。"


def everything(total: int | None) -> Sentence:
    """Say that every statement is read."""
    en = f": {total:,}" if total is not None else ""
    zh = f"：{total:,} 条" if total is not None else ""
    return f"Read every statement of your view{en}.", f"读取您视图中的全部语句{zh}。"


def graph(name: str) -> Sentence:
    """Say which named graphs are looked through."""
    if name[0] == "?":
        return "Look through every named graph.", "逐一查看每个命名图。"
    return "Look in this named graph only.", "仅在此命名图中查找。"


def limit(rows: int) -> Sentence:
    """Say when it is enough."""
    return f"Stop after {rows:,} rows.", f"取得 {rows:,} 行后停止。"


def unbound(name: str) -> tuple[Sentence, Sentence]:
    """Tell of a variable that nothing binds."""
    return (
        (f"?{name} is asked for, but nothing gives it a value.", f"要求返回 ?{name}，但没有模式为其赋值。"),
        ("Look for a slip in the name of the variable.", "请检查变量名是否有误。"),
    )  # fmt: skip


def test_unbound(name: str) -> tuple[Sentence, Sentence]:
    """Tell of a test of what has no value."""
    return (
        (
            f"A FILTER tests {name}, which has no value in its group: it is never true.",
            f"FILTER 检验的 {name} 在所在组内没有值：条件永不成立。",
        ),
        ("Put the FILTER into the group that gives the value.", "请把 FILTER 放入为其赋值的组。"),
    )


def nothing(name: str) -> tuple[Sentence, Sentence]:
    """Tell of a class or property that the view does not have."""
    return (
        (f"Your view has nothing with {name}.", f"您的视图中没有 {name}。"),
        (
            "Look at what there is: the schema lists classes and properties.",
            "请查看模式页：其中列出现有的类与属性。",
        ),
    )


def crossed(sizes: list[int]) -> tuple[Sentence, Sentence]:
    """Tell of patterns that share nothing."""
    en, zh = "", ""
    if len(sizes) > 1:
        product = 1
        for each in sizes:
            product *= max(each, 1)
        written = " × ".join(f"{each:,}" for each in sizes)
        en, zh = f" (about {written} = {product:,})", f"（约 {written} = {product:,}）"
    return (
        (
            f"Some patterns share no variable: every row of the one is combined with each of the other{en}.",
            f"部分模式没有共同变量：一方的每一行都会与另一方的每一行组合{zh}。",
        ),
        (
            "Join them by a variable that stands in both.",
            "请用一个在两边都出现的变量把它们连接起来。",
        ),
    )


def equal(one: str, other: str) -> tuple[Sentence, Sentence]:
    """Tell of a comparison that a shared variable would do better."""
    return (
        (
            f"FILTER({one} = {other}) compares rows after they were combined.",
            f"FILTER({one} = {other}) 在组合之后才比较各行。",
        ),
        (
            f"Where both are things, write {one} in both places instead.",
            f"若两者都是事物，请在两处都写 {one}。",
        ),
    )


def textual(names: list[str], calls: list[str]) -> tuple[Sentence, Sentence]:
    """Tell of a test that reads texts."""
    return (
        (
            f"{', '.join(calls)} reads every text of {', '.join(names)}: no index helps with parts of texts.",
            f"{'、'.join(calls)} 会逐一读取 {'、'.join(names)} 的文本：文本片段没有索引可用。",
        ),
        (
            "Narrow by class, department or theme first; to find names, the search page is faster.",
            "请先按类、部门或主题缩小范围；查找名称用检索页更快。",
        ),
    )


def offset(rows: int) -> tuple[Sentence, Sentence]:
    """Tell of rows that are made in vain."""
    return (
        (
            f"OFFSET {rows:,} makes {rows:,} rows and throws them away.",
            f"OFFSET {rows:,} 会先生成 {rows:,} 行再丢弃。",
        ),
        (
            "Go on from the last key instead: FILTER(?key > last) ORDER BY ?key LIMIT n.",
            "请改为从上一页末尾的键继续：FILTER(?key > last) ORDER BY ?key LIMIT n。",
        ),
    )


def late_limit(read: int) -> tuple[Sentence, Sentence]:
    """Tell that a LIMIT comes late."""
    return (
        (
            f"LIMIT saves little here: about {read:,} are read and sorted before the first row.",
            f"此处 LIMIT 作用有限：输出第一行之前须读取并排序约 {read:,} 个。",
        ),
        ("Narrow what is sorted, or leave ORDER BY out.", "请缩小排序范围，或去掉 ORDER BY。"),
    )
