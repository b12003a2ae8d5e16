"""Writers of the graph: one module a format, ``write_<format>(graph, path)``."""
