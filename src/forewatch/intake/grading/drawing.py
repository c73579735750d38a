"""Which reports a second person grades: chance decides, as nobody can foresee and everybody can repeat."""

from __future__ import annotations

import uuid

from django.conf import settings

from forewatch.access.sealing import lookup_key


def drawn(report: uuid.UUID) -> bool:
    """Tell whether chance has drawn a report; the share is the protocol's, the draw a keyed hash."""
    share: float = settings.SECOND_GRADER_SHARE[settings.PROTOCOL]
    return share > 0 and int.from_bytes(lookup_key("second grade", report.hex)[:8], "big") < share * 2**64
