"""Paints the triangles of a Dear ImGui picture into a pygame surface, without a graphics card."""

import ctypes

import numpy as np
import pygame
from imgui_bundle import imgui

from crowdsim.view import stamps

_VERTEX = np.dtype([("place", np.float32, 2), ("uv", np.float32, 2), ("colour", np.uint8, 4)])


class Raster:
    """Holds the font textures of one ImGui context."""

    def __init__(self) -> None:
        self._textures: dict[int, np.ndarray] = {}
        io = imgui.get_io()
        io.backend_flags |= imgui.BackendFlags_.renderer_has_textures.value
        io.backend_flags |= imgui.BackendFlags_.renderer_has_vtx_offset.value
        imgui.get_platform_io().renderer_texture_max_width = 4096
        imgui.get_platform_io().renderer_texture_max_height = 4096

    def paint(self, surface: pygame.Surface) -> None:
        """Draw what `imgui.render()` made, clipped to the surface."""
        data = imgui.get_draw_data()
        for data_of in imgui.get_platform_io().textures:
            self._refresh(data_of)
        pixels = pygame.surfarray.pixels2d(surface).T
        height, width = pixels.shape
        for commands in data.cmd_lists:
            vertices = _buffer(commands.vtx_buffer, imgui.VERTEX_SIZE).view(_VERTEX)
            indices = _buffer(commands.idx_buffer, imgui.INDEX_SIZE).view(f"u{imgui.INDEX_SIZE}")
            place = np.ascontiguousarray(vertices["place"])
            uv = np.ascontiguousarray(vertices["uv"])
            colour = np.ascontiguousarray(vertices["colour"])
            for command in commands.cmd_buffer:
                texture = self._textures.get(command.get_tex_id())
                if texture is None or not command.elem_count:
                    continue
                x0, y0, x1, y1 = command.clip_rect
                first = command.vtx_offset
                stamps.paint_triangles(
                    pixels,
                    max(int(x0), 0),
                    max(int(y0), 0),
                    min(int(x1), width),
                    min(int(y1), height),
                    place[first:],
                    uv[first:],
                    colour[first:],
                    indices[command.idx_offset : command.idx_offset + command.elem_count],
                    texture,
                )

    def close(self) -> None:
        """Give the textures back, before the context is destroyed."""
        for texture in imgui.get_platform_io().textures:
            if texture.ref_count == 1:
                texture.set_tex_id(0)
                texture.set_status(imgui.ImTextureStatus.destroyed)

    def _refresh(self, texture: imgui.ImTextureData) -> None:
        status = imgui.ImTextureStatus
        if texture.status in (status.want_create, status.want_updates):
            size = texture.bytes_per_pixel
            pixels = texture.get_pixels_array().reshape(texture.height, texture.width, size)
            # Interface pictures are white shapes, so their alpha says everything.
            number = texture.unique_id + 1
            self._textures[number] = np.ascontiguousarray(pixels[:, :, size - 1])
            texture.set_tex_id(number)
            texture.set_status(status.ok)
        elif texture.status == status.want_destroy:
            self._textures.pop(texture.get_tex_id(), None)
            texture.set_tex_id(0)  # ImGui wants the number cleared before the status says destroyed
            texture.set_status(status.destroyed)


def _buffer(vector: object, item: int) -> np.ndarray:
    """The bytes of an ImVector, copied: ImGui reuses its memory."""
    count = vector.size() * item  # type: ignore[attr-defined]
    if not count:
        return np.empty(0, np.uint8)
    return np.frombuffer(ctypes.string_at(vector.data_address(), count), np.uint8)  # type: ignore[attr-defined]
