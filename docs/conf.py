"""How Sphinx builds the documentation: `make docs`, warnings as errors, nothing fetched from outside."""

from importlib.metadata import version as installed_version

# Before autodoc patches how modules are imported, under which pydantic cannot make the models of langsmith.
from langchain_core.tools import BaseTool  # noqa: F401

project = "graphrag-tools"
release = version = installed_version("graphrag-tools")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
# The evaluation's report is generated, and has no titles between its levels to mend.
suppress_warnings = ["myst.header"]
autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True}
napoleon_numpy_docstring = False
html_theme = "furo"
html_title = f"graphrag-tools {release}"
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["copy.css"]
html_js_files = ["copy.js"]
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0072B2", "color-brand-content": "#0072B2"},
    "dark_css_variables": {"color-brand-primary": "#56B4E9", "color-brand-content": "#56B4E9"},
}
