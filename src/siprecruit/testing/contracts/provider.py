"""What the contract of every provider has: which one it is about, its tools, and that the host can use it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from siprecruit.api import Context
from siprecruit.testing.clock import Clock
from siprecruit.testing.contexts import Heard, a_context, refused_settings
from siprecruit.testing.contracts.declaring import assert_usable, features_of, leave_out, provider_of


class ProviderContract:
    """The part that the contracts of all hooks share which give providers; each names its ``hook``."""

    hook: ClassVar[str]
    plugin: ClassVar[Any]
    name: ClassVar[str] = ""
    http: ClassVar[bool] = True
    environment: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # A contract itself is about no plugin yet: it keeps all its tests for those who subclass it.
        if hasattr(cls, "plugin"):
            leave_out(cls, features_of(provider_of(cls.plugin, cls.hook, cls.name), cls))

    # -- what an author gives -------------------------------------------------

    @pytest.fixture
    def settings(self) -> Mapping[str, Any]:
        """The plugin's table in siprecruit.toml; a secret is ``{"env": "NAME"}``, and in ``environment``."""
        return {}

    # -- what the suite makes of it -------------------------------------------

    @pytest.fixture
    def heard(self, settings: Mapping[str, Any], tmp_path: Path, clock: Clock) -> Heard:
        """The plugin's context and its log."""
        return a_context(
            self.plugin, home=tmp_path, clock=clock, settings=settings, environment=self.environment
        )

    @pytest.fixture
    def context(self, heard: Heard) -> Context:
        """The plugin's own tools."""
        return heard.context

    @pytest.fixture
    def provider(self) -> Any:
        """The provider that the suite is about."""
        return provider_of(self.plugin, self.hook, self.name)

    # -- what is promised -----------------------------------------------------

    def test_the_host_can_use_it(self, provider: Any) -> None:
        """The plugin says for which API it is made, and its provider is of the right form."""
        assert_usable(self.plugin, provider)

    def test_an_unknown_setting_is_refused(self, settings: Mapping[str, Any]) -> None:
        """A setting that the plugin doesn't know is told, not passed over: it may be a slip of the pen."""
        assert refused_settings(self.plugin, {**settings, "no_such_setting": "x"}) is not None
