"""What the pictures show: people where they are and in the colour of their role, rings, density, gates, films."""

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pygame
import pytest
from synthetic import EVENTS, Crowd, SyntheticSource, make_map, series

from crowdsim.frame import Frame, Opening, SourceStatus
from crowdsim.population.roles import BarrierState, Role, Status
from crowdsim.view import app, film, keysheet, stills
from crowdsim.view.fit import split
from crowdsim.view.legend import LEGEND, legend_order
from crowdsim.view.picture import Look, Moment, Picture
from crowdsim.view.scene import canvas
from crowdsim.view.theme import ROLE_NAMES

SIZE = (1280, 720)
MAP = replace(make_map(), zones={})  # without names, which move when somebody stands there


def lonely(role: Role, at: tuple[float, float] = (80.0, 60.0), **changes: object) -> Frame:
    """A frame with one person who stands at `at` (m)."""
    frame = Crowd(40).frame(10.0)
    n = len(frame.role)
    status = np.full(n, Status.LEFT, np.int8)
    status[0] = Status.ACTIVE
    position, roles = frame.position.copy(), frame.role.copy()
    position[0], roles[0] = at, role
    none = np.zeros((0, 2), np.int32)
    return replace(frame, status=status, position=position, role=roles, links=none, units=(), **changes)


def drawn(frame: Frame, look: Look | None = None, previous: Frame | None = None, blend: float = 1.0, **said: object):
    """The picture and its pixels u1[width, height, 3]."""
    picture = Picture(MAP, SIZE, look or Look(panel=False, unit_labels=False))
    picture._placed_camera = True
    picture.camera.fit(70, 50, 90, 70)
    surface = canvas(SIZE)
    picture.draw(surface, Moment(previous or frame, frame, blend, duration=600.0, **said))  # type: ignore[arg-type]
    return picture, pygame.surfarray.array3d(surface)


def near(pixels: np.ndarray, colour: tuple[int, int, int], tolerance: int = 30) -> np.ndarray:
    """Which pixels are about this colour."""
    return (np.abs(pixels.astype(int) - colour) <= tolerance).all(axis=-1)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("presenter", [False, True])
def test_every_look_draws(theme: str, lang: str, presenter: bool) -> None:
    surface = stills.render_still(
        Crowd(400).frame(252.0, breached=True),
        MAP,
        size=SIZE,
        lang=lang,
        theme=theme,
        presenter=presenter,
        overlays=stills.OVERLAYS,
        panel=True,
        events=EVENTS,
        duration=600,
        title={"id": "Gerbang", "en": "Gate"},
        series=series(),
    )
    assert surface.get_size() == SIZE
    assert len(np.unique(pygame.surfarray.array2d(surface))) > 200


def test_an_unknown_overlay_is_named() -> None:
    with pytest.raises(ValueError, match="heat"):
        stills.render_still(Crowd(40).frame(1.0), MAP, size=SIZE, overlays=("heat",))


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("role", list(Role))
def test_a_person_is_where_it_stands_in_the_colour_of_its_role(role: Role, theme: str) -> None:
    look = Look(panel=False, unit_labels=False, theme=theme)
    picture, pixels = drawn(lonely(role), look)
    x, y = (round(v) for v in picture.camera.to_screen(80.0, 60.0))
    colour = picture.theme["officer" if role == Role.SHIELD else ROLE_NAMES[role]]
    changed = (pixels != drawn(nobody(), look)[1]).any(axis=-1)  # a map has such colours as well
    patch = (near(pixels, colour) & changed)[x - 40 : x + 41, y - 40 : y + 41]
    assert patch.sum() > 30
    columns, rows = np.nonzero(patch)
    assert abs(columns.mean() - 40) < 6 and abs(rows.mean() - 40) < 6


def test_roles_differ_by_shape_as_well() -> None:
    """Without colour: no two roles leave the same silhouette, but for pairs told apart by their inner mark."""
    shapes = {}
    empty = drawn(nobody())[1]
    for role in Role:
        picture, pixels = drawn(lonely(role))
        x, y = (round(v) for v in picture.camera.to_screen(80.0, 60.0))
        shapes[role] = (pixels != empty).any(axis=-1)[x - 40 : x + 41, y - 40 : y + 41]
    for a, b in [
        (Role.DEMONSTRATOR, Role.PROVOCATEUR),
        (Role.OFFICER, Role.SHIELD),
        (Role.OFFICER, Role.MEDIC),
        (Role.PROVOCATEUR, Role.MEDIC),
        (Role.CHAIR, Role.NEGOTIATOR),
        (Role.DEMONSTRATOR, Role.DELEGATE),
    ]:
        assert (shapes[a] != shapes[b]).mean() > 0.01, (a, b)


def test_a_medic_is_a_plus() -> None:
    empty = drawn(nobody())[1]
    picture, pixels = drawn(lonely(Role.MEDIC))
    x, y = (round(v) for v in picture.camera.to_screen(80.0, 60.0))
    body = (pixels != empty).any(axis=-1)
    reach = int(np.flatnonzero(body[x : x + 60, y]).max())
    inner = round(0.7 * reach)
    assert body[x, y - inner] and body[x, y + inner] and body[x - inner, y]
    assert not body[x + inner, y + inner] and not body[x - inner, y - inner]


def nobody() -> Frame:
    frame = lonely(Role.OFFICER)
    return replace(frame, status=np.full(len(frame.status), Status.LEFT, np.int8))


def test_who_left_or_waits_is_not_drawn() -> None:
    _, empty = drawn(nobody())
    waiting = nobody()
    status = waiting.status.copy()
    status[0] = Status.WAITING
    _, pixels = drawn(replace(waiting, status=status))
    assert (empty == pixels).all()


def test_fallen_people_lie_down() -> None:
    frame = lonely(Role.DEMONSTRATOR)
    status = frame.status.copy()
    status[0] = Status.FALLEN
    picture, pixels = drawn(replace(frame, status=status))
    x, y = (round(v) for v in picture.camera.to_screen(80.0, 60.0))
    patch = pixels[x - 40 : x + 41, y - 40 : y + 41]
    assert near(patch, picture.theme["fallen"]).sum() > 50
    assert near(patch, picture.theme["demonstrator"]).sum() == 0


def test_people_glide_between_frames() -> None:
    before, after = lonely(Role.DEMONSTRATOR, (78.0, 60.0)), lonely(Role.DEMONSTRATOR, (82.0, 60.0))
    for blend in (0.0, 0.25, 1.0):
        picture, pixels = drawn(after, previous=before, blend=blend)
        left, top = (round(v) for v in picture.camera.to_screen(76.0, 59.0))
        right, bottom = (round(v) for v in picture.camera.to_screen(84.0, 61.0))
        columns, _ = np.nonzero(near(pixels[left:right, top:bottom], picture.theme["demonstrator"]))
        assert 76.0 + columns.mean() / picture.camera.zoom == pytest.approx(78.0 + 4.0 * blend, abs=0.1)


def test_who_just_entered_does_not_fly_in() -> None:
    before, after = nobody(), lonely(Role.DEMONSTRATOR, (82.0, 60.0))
    position = before.position.copy()
    position[0] = 0.0
    picture, pixels = drawn(after, previous=replace(before, position=position), blend=0.5)
    x, y = (round(v) for v in picture.camera.to_screen(82.0, 60.0))
    assert near(pixels[x - 10 : x + 10, y - 10 : y + 10], picture.theme["demonstrator"]).any()


def test_a_facing_turns_the_shorter_way() -> None:
    """From 350 to 10 degrees half way is 0: the shield lies to the east, not to the west."""

    def facing(angle: float) -> Frame:
        frame = lonely(Role.SHIELD)
        return replace(frame, facing=np.full(len(frame.role), np.deg2rad(angle), np.float32))

    picture, pixels = drawn(facing(10), previous=facing(350), blend=0.5)
    x, y = (round(v) for v in picture.camera.to_screen(80.0, 60.0))
    white = near(pixels[x - 30 : x + 31, y - 30 : y + 31], picture.theme["shield"], 60)
    assert np.nonzero(white)[0].mean() > 35


def test_a_breach_gets_a_ring_and_its_width_in_metres() -> None:
    frame = Crowd(40).frame(10.0, breached=True)
    picture = Picture(MAP, SIZE, Look(panel=False))
    surface = canvas(SIZE)
    picture.draw(surface, Moment(frame, frame))
    opening = frame.openings[0]
    x, y = picture.camera.to_screen(*opening.position)
    radius = picture.scene.captions.ring_radius(picture.camera, opening)
    pixels = pygame.surfarray.array3d(surface)
    around = [
        near(pixels[round(x + radius * np.cos(a)), round(y + radius * np.sin(a))], picture.theme["breach"])
        for a in np.linspace(0, 2 * np.pi, 16, endpoint=False)
    ]
    assert np.mean(around) > 0.9
    assert any(placed.key == "opening.main" for placed in picture.scene.label_boxes)
    assert picture.words("opening_kind.breach", width=picture.words.number(2.3, 1)) == "JEBOL 2,3 m"
    _, calm = drawn(Crowd(40).frame(10.0))
    assert near(calm[:, 70:600], picture.theme["breach"], 5).sum() == 0


def test_one_gap_reported_by_two_units_gets_one_ring() -> None:
    one = Opening("lanjut1", "line_breach", (80.0, 60.0), 4.0, 1.0, 3)
    same = replace(one, subject="lanjut2", position=(80.5, 60.0), width=3.6)
    far = replace(one, subject="lanjut3", position=(86.0, 60.0))
    picture, _ = drawn(replace(nobody(), openings=(same, one, far)))
    assert {placed.key for placed in picture.scene.label_boxes} >= {"opening.lanjut1", "opening.lanjut3"}
    assert "opening.lanjut2" not in {placed.key for placed in picture.scene.label_boxes}


@pytest.mark.parametrize("size", [(640, 480), (1024, 768), (1920, 1080)])
def test_the_help_fits_every_window(size: tuple[int, int]) -> None:
    picture = Picture(MAP, size, Look(help=True))
    sheet = picture.hud.draw_help(canvas(size))
    assert pygame.Rect(0, picture.place.banner.bottom, *size).contains(sheet)
    if size == (1920, 1080):  # in the last row too: not made smaller
        painted = keysheet.paint(picture.theme, picture.words, sheet.size)
        assert painted.get_width() <= sheet.width and painted.get_height() <= sheet.height
    picture.close()


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("presenter", [False, True])
@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1920, 1080)])
def test_nothing_in_the_banner_overlaps(size: tuple[int, int], presenter: bool, scale: float) -> None:
    """There is clear ground between what stands at the left and the rim of the plate of the phase that is due."""
    picture = Picture(MAP, size, Look(presenter=presenter, scale=scale))
    surface, px = canvas(size), picture.theme.px
    picture.hud.draw_banner(surface, "kuning", {"id": "Massa memaksa masuk", "en": ""}, 500.0, "merah", 95.0)
    area = picture.place.banner
    seen = pygame.surfarray.array3d(surface)[: area.width, : area.height].astype(int)
    plate = np.flatnonzero(np.abs(seen[:, area.centery] - picture.theme["merah"]).sum(axis=1) < 12)
    rim = plate.min() - px(3) - 1
    assert (np.abs(seen[rim - px(5) : rim] - picture.theme["kuning"]).sum(axis=2) < 12).all()
    on_it = seen[plate.min() + 2 : plate.max() - 1, area.centery - px(6) : area.centery + px(6)]
    on_it = on_it[: px(80)]  # the ring of the phase that is due lies further right
    assert not (np.abs(on_it - picture.theme["kuning_text"]).sum(axis=2) < 60).any()
    picture.close()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_legend_leaves_the_map_to_be_seen(scale: float) -> None:
    frame = Crowd(800).frame(60.0)
    picture = Picture(MAP, (1920, 1080), Look(presenter=True, scale=scale))
    picture.draw(canvas((1920, 1080)), Moment(frame, frame))
    _, _, width, height = picture.hud.draw_legend(canvas((1920, 1080)), tuple(LEGEND), picture.camera.world)
    assert width * height < 0.3 * picture.place.map.width * picture.place.map.height
    picture.close()


def test_nobody_is_under_the_legend_at_first() -> None:
    frame = Crowd(800).frame(60.0)
    picture = Picture(MAP, (1920, 1080), Look(presenter=True))
    surface = canvas((1920, 1080))
    picture.draw(surface, Moment(frame, frame))
    left, top, width, height = picture.hud.draw_legend(surface, legend_order(picture._seen), picture.camera.world)
    x = picture.camera.origin[0] + frame.position[:, 0] * picture.camera.zoom
    y = picture.camera.origin[1] + frame.position[:, 1] * picture.camera.zoom
    hidden = (x > left) & (x < left + width) & (y > top) & (y < top + height) & (frame.role == Role.DEMONSTRATOR)
    assert hidden.mean() < 0.02


def test_where_the_ground_leaves_room_the_legend_hides_none_of_it() -> None:
    picture = Picture(MAP, (1920, 1080), Look(presenter=True))
    picture.camera.fit_map()
    world, present = picture.camera.world, tuple(LEGEND)[:14]
    box = picture.hud.draw_legend(canvas((1920, 1080)), present, world)
    assert box is not None and not world.colliderect(box) and picture.place.map.contains(box)
    picture.camera.zoom_at(3.0, *picture.place.map.center)
    box = picture.hud.draw_legend(canvas((1920, 1080)), present, picture.camera.world)
    assert box is not None and box[2] > 3 * box[3]  # in rows, at the foot
    picture.close()


def test_a_long_caption_takes_two_lines_and_stays_left_of_the_pips() -> None:
    long = "The wedge parts the crowd, the closing line follows; the exit gate is opened and people leave by it at last"
    picture, _ = drawn(replace(nobody(), caption={"id": long, "en": long}, phase="merah"))
    pixels = pygame.surfarray.array3d(picture.hud._banner("merah", long, "", "10:00"))
    width, height = picture.place.banner.size
    white = near(pixels, picture.theme["merah_text"], 60)
    line = white[width // 6 : width // 2].any(axis=0)
    assert line[: height // 2].any() and line[height // 2 :].any()
    first, rest = split(picture.theme, long, 30, 500)
    font = picture.theme.font(30, True)
    assert font.size(first)[0] <= 500 and font.size(rest)[0] <= 500 and rest.endswith("…")


def test_density_is_shown_only_where_it_is_high() -> None:
    frame = lonely(Role.DEMONSTRATOR)
    crowd = Crowd(400).frame(0.0)
    rng = np.random.default_rng(3)
    position = crowd.position.copy()
    position[:] = rng.uniform((74, 54), (84, 64), position.shape)  # 4 people per m2
    dense = replace(
        crowd, position=position.astype(np.float32), role=np.zeros(400, np.int8), links=frame.links, units=()
    )
    for shown in (dense, frame):
        _, plain = drawn(shown, Look(panel=False, unit_labels=False))
        _, heat = drawn(shown, Look(panel=False, unit_labels=False, density=True))
        changed = (plain != heat)[:900]  # right of it lies what explains the colours
        assert changed.any() == (shown is dense)


@pytest.mark.parametrize("state", [BarrierState.DAMAGED, BarrierState.BROKEN, BarrierState.OPEN])
def test_gates_look_different_by_state(state: BarrierState) -> None:
    def gate(kind: BarrierState) -> np.ndarray:
        frame = replace(
            nobody(),
            barrier_state=np.array([kind, 0], np.int8),
            barrier_load=np.zeros(2, np.float32),
            barrier_integrity=np.ones(2, np.float32),
        )
        picture = Picture(MAP, SIZE, Look(panel=False))
        picture._placed_camera = True
        picture.camera.fit(70, 64, 90, 84)
        surface = canvas(SIZE)
        picture.draw(surface, Moment(frame, frame))
        return pygame.surfarray.array2d(surface)

    assert (gate(state) != gate(BarrierState.CLOSED)).sum() > 300


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (SourceStatus(message={"id": "Menyiapkan mesin hitung…", "en": "Preparing…"}), "Menyiapkan mesin hitung…"),
        (SourceStatus(real_time_factor=0.62, lagging=True), "kecepatan nyata 0,6×"),
        (SourceStatus(ended=True), "Latihan selesai"),
    ],
)
def test_the_corner_says_how_the_simulation_is_doing(status: SourceStatus, text: str) -> None:
    picture, said = drawn(lonely(Role.OFFICER), status=status)
    assert text in picture._lines(Moment(lonely(Role.OFFICER), lonely(Role.OFFICER), status=status))
    _, silent = drawn(lonely(Role.OFFICER))
    assert (said != silent).sum() > 3000


def test_the_time_shown_is_that_between_the_frames() -> None:
    a, b = Crowd(40).frame(10.0), Crowd(40).frame(11.0)
    assert Moment(a, b, 0.25).time == pytest.approx(10.25)


def test_labels_of_the_timeline_do_not_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    picture, _ = drawn(lonely(Role.OFFICER))
    boxes: list[pygame.Rect] = []
    events = [
        replace(EVENTS[4], time=100.0 + 7 * n, kind=kind) for n, kind in enumerate(["march", "push", "throw"] * 5)
    ]

    class Watch:
        """Notes where texts are put."""

        def __init__(self, surface: pygame.Surface) -> None:
            self.surface = surface

        def blit(self, source: pygame.Surface, at: pygame.Rect) -> None:
            boxes.append(pygame.Rect(at))

        def get_rect(self) -> pygame.Rect:
            return self.surface.get_rect()

    monkeypatch.setattr("crowdsim.view.hud.mark_event", lambda *args: None)
    track = picture.hud._track()
    picture.hud._marks(Watch(canvas((1280, 104))), track, events, lambda t: track.left + round(t * 1.5))  # type: ignore[arg-type]
    assert len(boxes) >= 2
    assert all(boxes[i].collidelist(boxes[i + 1 :]) < 0 for i in range(len(boxes)))


def test_an_empty_place_before_the_first_people_draws() -> None:
    few = Crowd(40).frame(0.0)
    arrays = ("position", "velocity", "facing", "radius", "role", "status", "mode", "unit", "squeeze")
    empty = replace(few, **{name: getattr(few, name)[:0] for name in arrays}, links=few.links[:0], units=())
    picture = Picture(MAP, SIZE, Look(panel=False))
    surface = canvas(SIZE)
    picture.draw(surface, Moment(empty, empty))
    assert picture.camera.zoom == picture.camera.whole_zoom()
    picture.draw(surface, Moment(empty, few, 0.5))
    assert picture.camera.zoom > picture.camera.whole_zoom()  # now there is somebody to look at


@pytest.mark.parametrize("ending", [".mp4", ".gif"])
def test_films_hold_every_picture(tmp_path: Path, ending: str) -> None:
    crowd = Crowd(60)
    maker = stills.StillMaker(MAP, size=(640, 360))
    frames = [crowd.frame(n / 10) for n in range(7)]
    pictures = (maker.draw(frames[n + 1], frames[n], 0.5) for n in range(6))
    path = tmp_path / f"film{ending}"
    assert film.write(path, pictures, fps=10) == 6
    with av.open(str(path)) as file:
        read = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    assert len(read) == 6 and read[0].shape == (360, 640, 3)
    shown = pygame.surfarray.array3d(maker.surface).swapaxes(0, 1).astype(int)
    assert np.abs(read[-1].astype(int) - shown).mean() < 12


def test_the_window_opens_draws_and_closes() -> None:
    source = SyntheticSource(200)
    pygame.display.init()
    assert app.run(source, lang="en", size=(960, 540), until=0.4) == 0
    assert source.time > source.start
    pygame.display.init()


def test_the_window_tells_of_its_first_picture_and_first_motion() -> None:
    heard: list[str] = []

    def told(what: str) -> bool:
        heard.append(what)
        return what != "motion"

    pygame.display.init()
    assert app.run(SyntheticSource(60), lang="en", size=(960, 540), until=20.0, told=told) == 0
    pygame.display.init()
    assert heard == ["picture", "motion"]


def test_measure_times_every_picture() -> None:
    source = SyntheticSource(200)
    frame = source.crowd.frame(1.0)
    times = app.measure(source, [(frame, frame, 1.0)] * 3, size=(960, 540))
    assert len(times) == 3 and all(0 < time < 60_000 for time in times)
    pygame.display.init()
