"""Write the golden pages anew."""

from __future__ import annotations

from tests.golden import HERE, PAGES, page

for name in PAGES:
    (HERE / name).write_text(page(name), encoding="utf-8")
    print(name)
