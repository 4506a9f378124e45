"""Where the shipped template workbooks and examples are: no input but this file's own place, out come folders.

In a wheel they travel inside the package (`toolkit/templates`); in a checkout, and in an editable install of one, they
are the top-level folders beside `setup.cfg`. Called wherever a command needs a shipped form, Word template or example.
"""

from __future__ import annotations

from pathlib import Path

from toolkit.errors import JixiaoError

_PACKAGE = Path(__file__).resolve().parent


class ResourceMissing(JixiaoError):
    """A folder that travels with the program is not there: the installation is incomplete."""


def templates_dir() -> Path:
    """Return the folder of the shipped template workbooks and Word templates.

    Raises ResourceMissing when the installation lacks it.

    >>> templates_dir().name
    'templates'
    """
    return _folder("templates", _PACKAGE)


def examples_dir() -> Path:
    """Return the folder of the shipped examples.

    Raises ResourceMissing when the installation lacks it.

    >>> examples_dir().name
    'examples'
    """
    return _folder("examples", _PACKAGE)


def _folder(name: str, package: Path) -> Path:
    """Return the folder `name` inside `package`, or beside it in a checkout."""
    installed, checkout = package / name, package.parent / name
    if installed.is_dir():
        return installed

    # `site-packages/templates` may belong to somebody else; only a checkout has our setup.cfg beside it.
    if checkout.is_dir() and (package.parent / "setup.cfg").is_file():
        return checkout
    raise ResourceMissing(f"{installed}：程序自带的文件夹不见了，安装不完整。请重新安装 jixiao-toolkit。")
