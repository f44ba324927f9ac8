"""A second window shows an audience the presenter's picture of the same moment."""

import numpy as np
import pygame
import pytest
from synthetic import SyntheticSource

from crowdsim.view.bookmarks import Bookmarks
from crowdsim.view.inputs import Do
from crowdsim.view.picture import Look
from crowdsim.view.projector import Projector
from crowdsim.view.window import Window


def test_the_audience_sees_the_moment_large_light_and_without_panel() -> None:
    pygame.display.set_mode((1280, 720))
    window = Window(SyntheticSource(300), (1280, 720), Look(theme="dark"))
    window.draw(0.0)
    second = Projector(window, "audience", 0, (1280, 720))
    try:
        second.draw(window, 0.0)
        there = second.picture
        assert there.look.presenter and there.theme.name == "light" and not there.place.panel.width
        assert window.picture.theme.name == "dark" and window.picture.place.panel.width
        assert there.theme.scale == pytest.approx(1.3 * 720 / 1080)
        assert there.camera.centre == pytest.approx(window.picture.camera.centre, abs=2.0)
        bare = pygame.surfarray.array3d(second.surface).astype(int)
        notes = next(tool for tool in window.tools if isinstance(tool, Bookmarks))
        x, y = window.picture.camera.centre
        notes.strokes = [((x - 8, y - 20), (x + 8, y - 20))]
        window.do(Do("density"))
        window.draw(0.0)
        second.draw(window, 0.0)
        drawn = pygame.surfarray.array3d(second.surface).astype(int)
        pink = np.abs(drawn - there.theme["stroke"]).sum(axis=2) < 12
        assert pink.sum() > (np.abs(bare - there.theme["stroke"]).sum(axis=2) < 12).sum() + 100
        assert there.look.density, "layers follow the console"
        close = pygame.event.Event(pygame.WINDOWCLOSE, window=second.screen)
        assert second.takes(close)
        assert not second.takes(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_d, mod=0, unicode=""))
        window.do(Do("projector"))
        assert window.projecting
    finally:
        second.close()
        window.close()
