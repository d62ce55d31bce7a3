"""`/lineage`: where data come from and go to, what breaks if it changes, and how that is told."""

from web.lineage import handing, impacting, notifying, stating
from web.lineage.telling import blueprint as telling
from web.lineage.views import blueprint

__all__ = ["blueprint", "handing", "impacting", "notifying", "stating", "telling"]
