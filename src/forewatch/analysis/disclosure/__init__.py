"""What may leave: released figures, and the audit that tries to undo their protection (index-spec section 8).

`make_release` turns exact counts into a `Release` or refuses; a page, file or map that leaves shows the
figures of a release and no others. `write_release` and `read_release` keep the live releases, which every
later release is audited together with.
"""

from forewatch.analysis.disclosure.audit import Narrowed, audit
from forewatch.analysis.disclosure.cells import CELLS
from forewatch.analysis.disclosure.publishing import make_release
from forewatch.analysis.disclosure.release import ROWS, Release, read_release, write_release
from forewatch.analysis.problems import ReleaseRefused

__all__ = [
    "CELLS",
    "ROWS",
    "Narrowed",
    "Release",
    "ReleaseRefused",
    "audit",
    "make_release",
    "read_release",
    "write_release",
]
