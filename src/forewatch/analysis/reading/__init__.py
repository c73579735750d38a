"""From files and tables to accepted tables: everything index-spec section 1 refuses is named and kept out."""

from forewatch.analysis.reading.accepting import Accepted, accept
from forewatch.analysis.reading.files import ENCODINGS, Input
from forewatch.analysis.reading.problems import InputError, RowProblem

__all__ = ["ENCODINGS", "Accepted", "Input", "InputError", "RowProblem", "accept"]
