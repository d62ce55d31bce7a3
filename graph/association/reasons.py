"""Why an item may or may not be an element, in words of both languages."""

from __future__ import annotations

from ontology.sentences import Sentence

MONEY = "Y"
NUMBERS, DATES = frozenset("NBI") | {MONEY}, frozenset("DT")
UNITS = {
    "money": "货币单位",
    "area": "面积单位",
    "count": "计数单位",
    "rate": "比率",
}


def same(name: str, title: str) -> Sentence:
    """By its own name, or another of its names."""
    if name == title:
        return "has the element's name", "名称与数据元相同"
    return f"“{name}” is one of its names", f"“{name}”是该数据元的同义名称"


def other(name: str, title: str) -> Sentence:
    """By what stands in brackets or beside a slash."""
    return (
        f"is also called “{name}”, one of the names of {title}",
        f"名称中另有“{name}”，是“{title}”的名称",
    )


def without(role: str) -> Sentence:
    """By what is left without a word that says whose it is."""
    return f"apart from “{role}”", f"去掉“{role}”之后"


def alike(name: str, likeness: float) -> Sentence:
    """By two names that look alike."""
    return f"is {likeness:.0%} like “{name}”", f"与“{name}”相似度{likeness:.0%}"


def spelt(field: str, title: str) -> Sentence:
    """By a field's name in pinyin."""
    return f"the field {field} spells “{title}” in pinyin", f"字段名{field}是“{title}”的拼音"


def accepted(times: int) -> Sentence:
    """By what was decided for the same name."""
    times_en = "once" if times == 1 else f"{times} times"
    return f"was accepted for this name {times_en}", f"同名数据项已被采纳{times}次"


def rejected(times: int) -> Sentence:
    """By what was decided against the same name."""
    times_en = "once" if times == 1 else f"{times} times"
    return f"was rejected for this name {times_en}", f"同名数据项已被否决{times}次"


def proven(values: int, part: float) -> Sentence:
    """By sample values whose check characters are right."""
    return (
        f"{part:.0%} of {values} sample values have the right form and check character",
        f"{values}个样例值中{part:.0%}符合编码规则与校验位",
    )


def formed(values: int, part: float) -> Sentence:
    """By sample values that are written as the element's are, or stand in its code list."""
    return (
        f"{part:.0%} of {values} sample values have its form or stand in its code list",
        f"{values}个样例值中{part:.0%}符合其格式或代码表",
    )


def failed(part: float) -> Sentence:
    """Against it: sample values that are not so."""
    return (
        f"{part:.0%} of the sample values are not of its form",
        f"{part:.0%}的样例值不符合其编码规则",
    )


def of_unit(unit: str) -> Sentence:
    """Against it: a unit that such a value has not."""
    words = UNITS.get(unit, "计量单位")
    return f"names a unit ({unit}) that the element has not", f"名称带有{words}，与数据元不符"


def of_type(item: str, element: str) -> tuple[float, Sentence]:
    """Weigh two item types: the same speaks for it, a date against a number against it."""
    if item == element:
        return 1.02, ("is of the same type", "数据类型相同")
    if "C" in (item, element) and not DATES & {item, element}:
        return 0.97, ("is of a type that is written for it at times", "数据类型常见混用")
    return 0.8, (f"is of type {item}, the element of {element}", f"类型为{item}，数据元为{element}")


def of_length(item: int, element: int) -> tuple[float, Sentence] | None:
    """Weigh two lengths: the same speaks for it, half or less against it."""
    if item == element:
        return 1.02, ("is of the same length", "长度相同")
    if item * 2 < element:
        return 0.85, (
            f"holds {item} characters, the element {element}",
            f"长度{item}，数据元为{element}",
        )
    return None
