"""What is said beside a policy in a list of them."""

from collections.abc import Sequence


def why(categories: Sequence[str], *, is_chosen: bool) -> str:
    """Why it stands in the list: `is_chosen`, the categories are those somebody said they belong to."""
    if not categories:
        return "现在有效。"
    names = "、".join(categories)
    return f"文件写明适用于{names}，您选了这一类。" if is_chosen else f"文件写明适用于{names}。"
