"""How things stand: as networkx reckons it the long way."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import pytest

from graph.exploring.standing import EXACT, hinges, standing


@pytest.mark.parametrize("seed", range(20))
def test_what_falls_off_without_a_thing_is_what_falls_off(seed: int) -> None:
    drawn: nx.Graph[str] = nx.relabel_nodes(nx.gnm_random_graph(30, 32, seed=seed), str)

    told = {each.iri: (each.pieces, each.hanging) for each in hinges(drawn)}

    wanted = {}
    for iri in nx.articulation_points(drawn):
        whole = nx.node_connected_component(drawn, iri)
        rest = nx.connected_components(drawn.subgraph(whole - {iri}))
        sizes = sorted(map(len, rest), reverse=True)
        wanted[iri] = (len(sizes), sum(sizes[1:]))
    assert told == wanted


def test_the_middle_of_a_star_is_in_the_middle_and_all_hang_on_it() -> None:
    told = standing([*"abcde"], [("a", each) for each in "bcde"])

    assert (told.middle[0].iri, told.middle[0].between) == ("a", 1.0)
    assert (told.hinges[0].iri, told.hinges[0].pieces, told.hinges[0].hanging) == ("a", 4, 3)
    assert told.bridges == ()
    assert (told.things, told.links, told.pieces) == (5, 4, 1)


def test_a_single_link_between_two_circles_is_a_bridge() -> None:
    told = standing("abcdef", ["ab", "bc", "ca", "de", "ef", "fd", "cd"])  # type: ignore[list-item]

    assert told.bridges == (("c", "d"),)
    assert sorted(map(sorted, told.groups)) == [["a", "b", "c"], ["d", "e", "f"]]


def test_a_large_picture_is_estimated_and_says_so() -> None:
    names = [str(number) for number in range(EXACT + 1)]

    assert standing(names, pairwise(names)).starts
    assert not standing(names[:9], pairwise(names[:9])).starts
