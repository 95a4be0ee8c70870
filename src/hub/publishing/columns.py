"""What a table of the open data is made of. One description serves every format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hub.organisations.models import Partnership

NOT_STATED = ""


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    description: str
    required: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    name: str
    title: str
    description: str
    key: str
    columns: tuple[Column, ...]
    rows: Callable[[Partnership, Callable[[str], str]], Iterator[tuple]]

    @property
    def header(self):
        return [column.name for column in self.columns]


EXAMPLE = Column("is_example", "boolean", _("True where this is made up, to show how it works"), required=True)
