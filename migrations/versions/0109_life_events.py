"""Adds life_events."""

import sqlalchemy as sa
from alembic import op

revision = "0109"
down_revision = "0108"


def upgrade() -> None:
    op.create_table(
        "life_events",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("hall_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("matters", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=255), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_life_events_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_life_events")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
