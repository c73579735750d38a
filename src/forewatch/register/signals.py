"""What the register tells whoever stands above it."""

from __future__ import annotations

from django.dispatch import Signal

households_changed = Signal()
"""These households (`households`: ids, at most `MANY` at a time) changed in this transaction.

Of a batch only the first `MANY` are told: whoever follows looks at everybody then, as it would one by one.
"""
MANY = 2000

communities_changed = Signal()
"""Something was said of areas, or happened in them, in this transaction: it bears on whoever lives there."""

rows_leaving = Signal()
"""These rows (`people`, `households`: querysets) are about to go, and so must what hangs on them."""

no_longer_shared = Signal()
"""These people (`people`: ids) must not stand as they do in what left, but for files to some countries
(`still`: ISO 3166 codes): they said no, agree to those alone, or were put right.
"""

collected = Signal()
"""A source (`source_id`) has told of these people (`people`: ids; `new`: those whom nobody has told of
before), received on `received_on`, by the file (`batch_id`) or by hand (None).
"""

batch_leaving = Signal()
"""A batch (`batch_id`) is about to be undone, and so must be what only rests on it."""

undo_asked = Signal()
"""Somebody wants to undo a batch that brought these (`people`, `households`: querysets). A receiver answers
with what was done about them since, in words with how many; nothing is undone then.
"""

graded = Signal()
"""Somebody wrote what a source said, with a grade: `record`, `how_known` by the source, its `area_path`."""
