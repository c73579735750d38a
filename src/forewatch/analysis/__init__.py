"""The analytical core: plain tables in, plain tables out. It knows nothing of any web application."""
