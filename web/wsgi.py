"""The application as a web worker imports it: one instance, opened from `GOVGRAPH_HOME`."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from graph.home import open_home
from graph.instance import Instance
from web.app import create_app
from web.association.reminding import Reminder
from web.house import site_of
from web.supervisor import die_with_parent

die_with_parent()
application = create_app(site=site_of(Instance.of(open_home(Path(os.environ["GOVGRAPH_HOME"])))))
Reminder(application).start()
gc.collect()
gc.freeze()  # what stays for good is not looked through again: a third of a slow page's time
