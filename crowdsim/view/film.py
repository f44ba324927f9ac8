"""Films: MP4 for players, GIF for slides."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pygame

from crowdsim.view.scene import RGB, canvas

GIF_WIDTH = 960  # px: a GIF of a full screen is tens of megabytes


def write(path: Path, pictures: Iterable[pygame.Surface], fps: int) -> int:
    """Encode the pictures, all of one size, by the ending of `path` (.mp4 or .gif); how many there were."""
    if path.suffix.lower() == ".gif":
        return _gif(path, pictures, fps)
    count = 0
    with av.open(str(path), "w") as file:
        stream = None
        for surface in pictures:
            if stream is None:
                width, height = surface.get_size()
                stream = file.add_stream("libx264", rate=fps, options={"preset": "veryfast", "crf": "20"})
                stream.width, stream.height = (
                    width - width % 2,
                    height - height % 2,
                )  # half-size colours need even sides
                stream.pix_fmt = "yuv420p"
            for packet in stream.encode(_frame(surface).reformat(stream.width, stream.height, "yuv420p")):
                file.mux(packet)
            count += 1
        if stream is not None:
            for packet in stream.encode():
                file.mux(packet)
    return count


def _gif(path: Path, pictures: Iterable[pygame.Surface], fps: int) -> int:
    """Each picture gets the 256 colours that suit it best."""
    count = 0
    with av.open(str(path), "w") as file:
        stream = graph = None
        for surface in pictures:
            if surface.get_width() > GIF_WIDTH:
                height = round(surface.get_height() * GIF_WIDTH / surface.get_width())
                surface = pygame.transform.smoothscale(surface, (GIF_WIDTH, height))
            frame = _frame(surface).reformat(format="rgb24")  # without the unused fourth byte, taken for alpha
            frame.pts, frame.time_base = count, Fraction(1, fps)
            if stream is None or graph is None:
                stream = file.add_stream("gif", rate=fps)
                stream.width, stream.height = surface.get_size()
                stream.pix_fmt = "pal8"
                graph = _palette_graph(frame, Fraction(1, fps))
            graph.push(frame)
            count += 1
            _drain(graph, stream, file)
        if graph is not None and stream is not None:
            graph.push(None)
            _drain(graph, stream, file)
            for packet in stream.encode():
                file.mux(packet)
    return count


def _palette_graph(frame: av.VideoFrame, time_base: Fraction) -> av.filter.Graph:
    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=time_base)
    split = graph.add("split")
    palette = graph.add("palettegen", "stats_mode=single")
    use = graph.add("paletteuse", "new=1:dither=none")
    sink = graph.add("buffersink")
    source.link_to(split)
    split.link_to(use, 0, 0)
    split.link_to(palette, 1, 0)
    palette.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    return graph


def _drain(graph: av.filter.Graph, stream: av.VideoStream, file: av.container.OutputContainer) -> None:
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        for packet in stream.encode(frame):
            file.mux(packet)


def _frame(surface: pygame.Surface) -> av.VideoFrame:
    if surface.get_masks() != RGB or surface.get_bytesize() != 4:
        whole = canvas(surface.get_size())
        whole.blit(surface, (0, 0))
        surface = whole
    width, height = surface.get_size()
    pixels = np.frombuffer(surface.get_buffer().raw, np.uint8).reshape(height, surface.get_pitch() // 4, 4)
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels[:, :width]), format="bgra")
