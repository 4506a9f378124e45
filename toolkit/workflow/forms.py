"""Which forms there are: the shipped templates, those of the current folder's `templates`, or the one the user names."""

from __future__ import annotations

from pathlib import Path

from toolkit.errors import UsageError
from toolkit.forms import Form, load_form
from toolkit.resources import templates_dir

# In the templates folder only workbooks with these sheets are forms; a roster is a workbook too.
SUFFIXES = (".xlsx", ".xlsm")


def form_paths() -> dict[str, Path]:
    """Return the template workbooks by name (file stem); one in ./templates hides a shipped one of the same name."""
    paths: dict[str, Path] = {}
    for folder in (templates_dir(), Path("templates")):
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if path.suffix.lower() in SUFFIXES and not path.name.startswith("~$"):
                    paths[path.stem] = path
    return paths


def find_form(option: str) -> Path:
    """Return the template that `--form` names: a file, or a form's name. Raises UsageError when there is neither."""
    path = Path(option)
    if path.suffix.lower() in SUFFIXES or path.exists():
        if not path.is_file():
            raise UsageError(f"找不到表样文件 {option}。请核对路径，或用 jixiao form list 查看可用的表样。")
        return path
    known = form_paths()
    if option not in known:
        raise UsageError(f"没有名为“{option}”的表样。可用的表样：{'、'.join(known)}。也可以写出表样文件的路径。")
    return known[option]


def load_forms(option: str | None) -> tuple[Form, ...]:
    """Return the forms a run may meet: the one `option` names, else all there are. Raises FormError when broken."""
    if option is not None:
        return (load_form(find_form(option)),)
    return tuple(load_form(path) for path in form_paths().values())
