"""TabChoices: model, manual and theme, as a tab had them before it was loaded anew, or its browser before a restart."""

import json
from collections.abc import Mapping, MutableMapping
from dataclasses import asdict, dataclass, fields
from urllib.parse import parse_qsl, urlencode

COOKIE = "graphrag-tools-choices"
_SECONDS_KEPT = 365 * 24 * 3600
_KEY = "choices"


@dataclass(slots=True)
class TabChoices:
    """What was chosen last; empty where nothing was."""

    theme: str = ""
    model: str = ""
    manual: str = ""

    @classmethod
    def of_browser(cls, cookies: Mapping[str, str]) -> "TabChoices":
        """Return those that a browser kept. It may send anything: whoever uses them checks them."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: said for name, said in parse_qsl(cookies.get(COOKIE, "")) if name in known})

    def take_up(self, tab: MutableMapping[str, object]) -> None:
        """Take those of the tab, where it has some: another tab of the browser may have chosen otherwise."""
        kept = tab.get(_KEY)
        if isinstance(kept, dict):
            self.theme, self.model, self.manual = (str(kept.get(field.name, "")) for field in fields(self))

    def keep(self, tab: MutableMapping[str, object]) -> str:
        """Keep them for the tab, and return the script that keeps them in the browser."""
        tab[_KEY] = asdict(self)
        cookie = f"{COOKIE}={urlencode(asdict(self))}; path=/; max-age={_SECONDS_KEPT}; SameSite=Strict"
        return f"document.cookie = {json.dumps(cookie)}"
