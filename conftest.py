"""What tests of every folder share."""

pytest_plugins = [
    "forewatch.config.tests.cast",
    "forewatch.config.tests.flushing",
    "forewatch.config.tests.browser",
    "forewatch.risk.tests.province",
]
