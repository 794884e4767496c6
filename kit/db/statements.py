"""Core statements become text once per shape: `%s` text for aiomysql, `?` text for sqlite3.

SQLAlchemy's engine would cost two to four times the driver's own work on MySQL and far more on SQLite (limits.md), so
only its compiler is used. A statement's cache key is its shape without its values; the values are read off each time.
The key and the value extraction are what `Connection.execute` itself uses, though their names begin with an
underscore: that is why SQLAlchemy is pinned to one minor version and why they appear in this file only.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, Table, insert
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import LRUCache

Row = Any  # a namedtuple of the selected columns, made once per shape

DIALECTS: dict[str, Callable[[], Dialect]] = {
    "mysql": lambda: mysql.dialect(paramstyle="format"),
    "sqlite": lambda: sqlite.dialect(paramstyle="qmark"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    compiled: SQLCompiler
    sql: str
    names: tuple[str, ...]  # bind names in the order of the placeholders
    binds: dict[str, Callable[[Any], Any]]  # how a Python value is stored, where that is not as it is
    expands: bool  # IN lists: the text depends on how many values there are
    row: Callable[[Sequence[Any]], Row]


class Statements:
    """Compiles for one database, remembering the last `size` shapes."""

    def __init__(self, kind: str, size: int = 1000) -> None:
        self.dialect = DIALECTS[kind]()
        self._shapes: LRUCache[Any, Shape] = LRUCache(size)

    def prepare(self, statement: Executable) -> tuple[str, Sequence[Any], Shape]:
        """The text to send, the values in placeholder order, and how to read the rows."""
        key = statement._generate_cache_key()  # type: ignore[attr-defined]
        if key is None:
            shape, extracted, collected = self._compile(statement, None), None, None
        else:
            found = self._shapes.get(key.key)
            if found is None:
                found = self._shapes[key.key] = self._compile(statement, key)
            shape, extracted, collected = found, key.bindparams, key.params
        values = shape.compiled.construct_params(
            extracted_parameters=extracted, escape_names=False, _collected_params=collected or None
        )
        if shape.expands:
            return self._expand(shape, values)
        binds = shape.binds
        if binds:
            return shape.sql, [binds[n](values[n]) if n in binds else values[n] for n in shape.names], shape
        return shape.sql, [values[n] for n in shape.names], shape

    def prepare_rows(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> tuple[str, list[list[Any]]]:
        """The text that inserts one row, and the values of each."""
        sql, _, shape = self.prepare(insert(table).values(**rows[0]))
        stored = [(name, shape.binds.get(name)) for name in shape.names]
        return sql, [[row[n] if how is None else how(row[n]) for n, how in stored] for row in rows]

    def _expand(self, shape: Shape, values: MutableMapping[str, Any]) -> tuple[str, Sequence[Any], Shape]:
        state = shape.compiled._process_parameters_for_postcompile(values)
        binds = dict(shape.binds)
        for name, members in state.parameter_expansion.items():
            if name in shape.binds:
                binds.update(dict.fromkeys(members, shape.binds[name]))
        names = state.positiontup or []
        every = state.parameters
        return state.statement, [binds[n](every[n]) if n in binds else every[n] for n in names], shape

    def _compile(self, statement: Executable, key: Any) -> Shape:
        compiled = statement.compile(dialect=self.dialect, cache_key=key)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler), type(compiled)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError("Python-side column defaults are not carried: give every value in the statement")
        return Shape(
            compiled=compiled,
            sql=compiled.string,
            names=tuple(compiled.positiontup or ()),
            binds={name: how for name, how in compiled._bind_processors.items() if callable(how)},
            expands=bool(compiled.post_compile_params or compiled.literal_execute_params),
            row=self._reader(compiled),
        )

    def _reader(self, compiled: SQLCompiler) -> Callable[[Sequence[Any]], Row]:
        columns = compiled._result_columns
        if not columns:
            return tuple
        row_type = namedtuple("Row", [c.keyname for c in columns], rename=True)  # type: ignore[misc]
        readers = [
            (place, how)
            for place, column in enumerate(columns)
            if (how := column.type._cached_result_processor(self.dialect, None)) is not None
        ]
        if not readers:
            return row_type._make

        def read(values: Sequence[Any]) -> Row:
            changed = list(values)
            for place, how in readers:
                changed[place] = how(changed[place])
            return row_type._make(changed)

        return read
