"""What a lab needs of its cluster beyond what every cluster has is brought when the lab is started, not before."""

from __future__ import annotations

import os

from labkit import connection
from labkit.context import course_folder
from labkit.messages import _


def add(*names: str) -> bool:
    """Bring these add-ons into this student's cluster, where they are not there yet; whether they are there now.

    For what a single cell needs and a grader would pay for in vain. A cluster of somebody else's is taken as it is.
    """
    cluster = os.environ.get("LABCLUSTER_NAME")
    if not cluster or not connection.files():
        return True
    from labcluster import service
    from labcluster.errors import LabclusterError

    try:
        for name in service.add_ons_missing(cluster, names):
            print(_("This lab needs {names}: bringing it into your cluster…").format(names=name))
            service.add_on(cluster, name)
    except LabclusterError as problem:
        print(_("The lab's add-ons are missing: {problem}").format(problem=problem))
        return False
    return True


def bring(lab: str) -> None:
    """Give this student's cluster, if it is one of this machine, the lab's add-ons, and no nodes of another lab's."""
    name = os.environ.get("LABCLUSTER_NAME")
    if not name or not connection.files():
        return
    from labcluster import service
    from labcluster.errors import LabclusterError

    try:
        missing = service.add_ons_lacking(name, course_folder(), lab)
        surplus = service.add_ons_surplus(name, course_folder(), lab)
        if surplus:
            print(_("The nodes of another lab's site are put away; starting that lab brings them back."))
        if missing:
            print(_("This lab needs {names}: bringing it into your cluster…").format(names=", ".join(missing)))
        if not missing and not surplus:
            return
        service.add_ons_for(name, course_folder(), lab)
    except LabclusterError as problem:
        print(_("The lab's add-ons are missing: {problem}").format(problem=problem))
        print(_("Once that is mended: labcluster addons add --lab {lab}").format(lab=lab))
