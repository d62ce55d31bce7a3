"""`/associate`: what belongs together: keys, joins, elements, libraries, duplicates, systems."""

from web.association import duplicates, instances, libraries, matching, objecting, systems
from web.association.views import blueprint

PAGES = (
    duplicates,
    instances,
    libraries,
    matching,
    objecting,
    systems,
)  # they add their addresses to the blueprint

__all__ = ["blueprint"]
