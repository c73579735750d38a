"""From files and tables to accepted tables: everything index-spec section 1 refuses is named and kept out."""

from forewatch.analysis.problems import InputError, RowProblem
from forewatch.analysis.reading.accepting import Accepted, accept
from forewatch.analysis.reading.files import ENCODINGS
from forewatch.analysis.reading.raw import Input

__all__ = ["ENCODINGS", "Accepted", "Input", "InputError", "RowProblem", "accept"]
