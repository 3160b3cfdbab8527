"""Pictures from templates: SVG, with everything that fills its places escaped."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ecot.language import templates_folder


def svg(template: str, **values: object) -> str:
    """The template as text."""
    return _templates().get_template(template).render(**values)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
