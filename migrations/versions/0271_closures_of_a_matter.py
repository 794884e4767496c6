"""Gives closures their matter_id: a matter that is closed while its group's other matters are not."""

import sqlalchemy as sa
from alembic import op

revision = "0271"
down_revision = "0270"


def upgrade() -> None:
    op.add_column("closures", sa.Column("matter_id", sa.String(length=64), nullable=True))
