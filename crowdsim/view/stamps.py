"""Drawing loops over pixels. A picture is u4[height, width], 0x00RRGGBB; a sprite is u4, 0xAARRGGBB with its colour
already multiplied by its alpha. Serial on purpose: the other core belongs to the simulation."""

import numpy as np
from numba import njit

DISC, TRIANGLE, SQUARE, CIRCLE, RING, SHIELDED, PLUS, DIAMOND, LYING, STRETCHER = range(10)  # bodies
TICK, CHEVRON, TARGET, TAIL, BRACKETS, FRAME = range(10, 16)  # marks about a body
ROUND_BADGE, SQUARE_BADGE, DIAMOND_BADGE, HALO, SQUARE_HALO = range(16, 21)
TURNING = (DISC, SHIELDED, LYING, STRETCHER, CHEVRON, TAIL)
HEADINGS = 64
BADGE_ASIDE = 0.85  # half sizes of a badge it lies right of and above the middle of its body

fast = njit(cache=True, nogil=True, fastmath=True, boundscheck=False)


@fast
def _mix(under, red, green, blue, alpha):
    """`red`, `green`, `blue` with `alpha` 0..256 over the pixel `under`."""
    d, a = np.int64(under), np.int64(alpha)  # one signed type: mixed with unsigned, the sums would turn to floats
    keep = 256 - a
    r = ((d >> 16 & 255) * keep + np.int64(red) * a) >> 8
    g = ((d >> 8 & 255) * keep + np.int64(green) * a) >> 8
    b = ((d & 255) * keep + np.int64(blue) * a) >> 8
    return np.uint32(r << 16 | g << 8 | b)


@fast
def _ellipse(u, v, a, b):
    """About the distance (px) of (u, v) from an ellipse with half axes a and b; negative inside."""
    k0 = np.sqrt((u / a) ** 2 + (v / b) ** 2)
    k1 = np.sqrt((u / (a * a)) ** 2 + (v / (b * b)) ** 2)
    return -min(a, b) if k1 < 1e-9 else k0 * (k0 - 1.0) / k1


@fast
def _box(u, v, a, b):
    """Distance (px) of (u, v) from a rectangle with half sides a and b."""
    du, dv = abs(u) - a, abs(v) - b
    return np.sqrt(max(du, 0.0) ** 2 + max(dv, 0.0) ** 2) + min(max(du, dv), 0.0)


@fast
def _capsule(x, y, ax, ay, bx, by):
    """Distance (px) of (x, y) from the line between a and b."""
    ux, uy = bx - ax, by - ay
    t = min(max(((x - ax) * ux + (y - ay) * uy) / (ux * ux + uy * uy), 0.0), 1.0)
    return np.sqrt((x - ax - t * ux) ** 2 + (y - ay - t * uy) ** 2)


@fast
def _distances(shape, u, v, x, y, r):
    """Distances (px) from a shape of half size `r` and from its inner mark, negative inside.

    (u, v): the point along and across the heading; (x, y): the same point upright, for shapes that do not turn.
    """
    inner = 1e9
    if shape in (DISC, SHIELDED):
        outer = _ellipse(u, v, 0.66 * r, r)
        if shape == SHIELDED:
            inner = _box(u - 0.98 * r, v, max(0.20 * r, 0.9), 1.02 * r)
    elif shape == TRIANGLE:
        side = 0.8660254 * abs(x) - 0.5 * y - 0.5 * r
        outer = max(side, y - 0.5 * r)
    elif shape == SQUARE:
        outer = _box(x, y, 0.72 * r, 0.72 * r) - 0.1 * r
        inner = _box(x, y, 0.30 * r, 0.30 * r)
    elif shape == CIRCLE:
        outer = np.sqrt(x * x + y * y) - 0.85 * r
    elif shape == RING:
        outer = np.sqrt(x * x + y * y) - 0.9 * r
        inner = np.sqrt(x * x + y * y) - 0.42 * r
    elif shape == PLUS:
        outer = min(_box(x, y, 0.95 * r, 0.34 * r), _box(x, y, 0.34 * r, 0.95 * r))
    elif shape == DIAMOND:
        outer = (abs(x) + abs(y) - r) * 0.7071
        inner = (abs(x) + abs(y) - 0.38 * r) * 0.7071
    elif shape == LYING:
        outer = _ellipse(u, v, 1.15 * r, 0.5 * r)
        inner = np.sqrt((u - 0.72 * r) ** 2 + v * v) - 0.30 * r
    elif shape == STRETCHER:  # somebody lying between two poles
        outer = min(_ellipse(u, v, 1.15 * r, 0.5 * r), _box(u, abs(v) - 0.82 * r, 1.3 * r, max(0.11 * r, 0.7)))
        inner = np.sqrt((u - 0.72 * r) ** 2 + v * v) - 0.30 * r
    elif shape == TICK:  # an arm or a sign held up
        outer = _capsule(x, y, 0.0, -0.85 * r, 0.0, -1.75 * r) - max(0.17 * r, 1.0)
    elif shape == CHEVRON:  # an arrow head before the chest
        outer = _capsule(u, abs(v), 1.75 * r, 0.0, 1.1 * r, 0.85 * r) - max(0.15 * r, 0.9)
    elif shape == TARGET:  # a ring around, a dark core within
        distance = np.sqrt(x * x + y * y)
        outer = abs(distance - 1.38 * r) - max(0.14 * r, 0.9)
        inner = distance - max(0.24 * r, 1.5)
    elif shape == TAIL:  # a hollow body that leaves a trace
        outer = _capsule(u, v, -0.9 * r, 0.0, -2.1 * r, 0.0) - max(0.17 * r, 1.0)
        inner = _ellipse(u, v, 0.27 * r, 0.50 * r)
    elif shape == BRACKETS:
        outer = max(abs(_box(x, y, 1.4 * r, 1.4 * r)) - max(0.15 * r, 0.9), 0.75 * r - abs(x))
    elif shape == FRAME:
        outer = abs(_box(x, y, 1.35 * r, 1.35 * r)) - max(0.17 * r, 1.0)
    elif shape == HALO:
        outer = np.sqrt(x * x + y * y) - r
    elif shape == SQUARE_HALO:
        outer = _box(x, y, 0.9 * r, 0.9 * r)
    else:  # a badge at the upper right of a body, with a cross on it
        x, y = x - BADGE_ASIDE * r, y + BADGE_ASIDE * r
        if shape == ROUND_BADGE:
            outer = np.sqrt(x * x + y * y) - 0.85 * r
        elif shape == SQUARE_BADGE:
            outer = _box(x, y, 0.82 * r, 0.82 * r)
        else:
            outer = (abs(x) + abs(y) - 1.25 * r) * 0.7071
        inner = min(_box(x, y, 0.56 * r, 0.17 * r), _box(x, y, 0.17 * r, 0.56 * r))
    return outer, inner


@fast
def bake(shape, half, rim, extent, fill, edge, core, first, turns, phases, out):
    """Paint every sprite: out u4[sprites, phases * phases, side, side], all 0 before.

    Kind k owns the sprites first[k] .. first[k] + turns[k], one a heading. shape, first, turns i4[kinds], extent
    i4[kinds] (px about the middle that are not empty), half f4[kinds] px, rim f4[kinds] px (width of the outline),
    fill, edge, core u1[kinds, 3]. A phase is a shift by 1/phases px, so that slow walkers glide.
    """
    side = out.shape[2]
    for k in range(shape.shape[0]):
        r = half[k]
        low, high = max(side // 2 - extent[k], 0), min(side // 2 + extent[k] + 1, side)
        for h in range(turns[k]):
            turn = h * 2 * np.pi / turns[k]
            cos, sin = np.cos(turn), np.sin(turn)
            for p in range(phases * phases):
                cx = side // 2 + (p % phases) / phases
                cy = side // 2 + (p // phases) / phases
                for j in range(low, high):
                    for i in range(low, high):
                        x, y = i + 0.5 - cx, j + 0.5 - cy
                        outer, inner = _distances(shape[k], x * cos + y * sin, y * cos - x * sin, x, y, r)
                        whole = min(max(0.5 + rim[k] - min(outer, inner), 0.0), 1.0)
                        if whole <= 0.0:
                            continue
                        body = min(max(0.5 - outer, 0.0), 1.0)
                        mark = min(max(0.5 - inner, 0.0), 1.0)
                        pixel = 0
                        for c in range(3):
                            value = edge[k, c] + (fill[k, c] - float(edge[k, c])) * body
                            value += (core[k, c] - value) * mark
                            pixel = pixel << 8 | int(value * whole + 0.5)
                        out[first[k] + h, p, j, i] = np.uint32(int(whole * 255 + 0.5) << 24 | pixel)


@fast
def _stamp(dst, x0, y0, x1, y1, sprite, left, top, extent):
    """One sprite onto the picture, kept inside the clip [x0, x1) x [y0, y1); `extent` px around its middle count."""
    side = sprite.shape[0]
    low, high = max(0, side // 2 - extent), min(side, side // 2 + extent + 1)
    for j in range(max(low, y0 - top), min(high, y1 - top)):
        for i in range(max(low, x0 - left), min(high, x1 - left)):
            s = sprite[j, i]
            a = s >> np.uint32(24)
            if a == 255:
                dst[top + j, left + i] = s & np.uint32(0xFFFFFF)
            elif a:
                keep = np.uint32(256) - a
                d = dst[top + j, left + i]
                odd = ((d & np.uint32(0xFF00FF)) * keep >> np.uint32(8)) & np.uint32(0xFF00FF)
                even = ((d & np.uint32(0x00FF00)) * keep >> np.uint32(8)) & np.uint32(0x00FF00)
                dst[top + j, left + i] = (odd | even) + (s & np.uint32(0xFFFFFF))


@fast
def stamp_people(
    dst, clip, sprites, first, turns, phases, extent, row, kind, before, now, facing0, facing1, blend, ox, oy, zoom
):
    """Sprites of people onto the picture, in the order given, between two frames.

    sprites, first, turns: see `bake`; extent i4[kinds] px; row i4[m] of the person, kind i4[m] of the sprite;
    before, now f4[n, 2] m; facing0, facing1 f4[n] rad; blend 0..1; a point (x, y) m lies at (ox + x * zoom,
    oy + y * zoom) px.
    """
    x0, y0, x1, y1 = clip[0], clip[1], clip[2], clip[3]
    half = sprites.shape[2] // 2
    for m in range(row.shape[0]):
        n, k = row[m], kind[m]
        px = ox + (before[n, 0] + (now[n, 0] - before[n, 0]) * blend) * zoom
        py = oy + (before[n, 1] + (now[n, 1] - before[n, 1]) * blend) * zoom
        if px < x0 - half or py < y0 - half or px > x1 + half or py > y1 + half:
            continue
        s = first[k]
        if turns[k] > 1:
            turn = (facing1[n] - facing0[n] + np.pi) % (2 * np.pi) - np.pi
            s += int(np.floor((facing0[n] + turn * blend) * (turns[k] / (2 * np.pi)) + 0.5)) % turns[k]
        ix, iy = int(np.floor(px)), int(np.floor(py))
        p = int((py - iy) * phases) * phases + int((px - ix) * phases)
        _stamp(dst, x0, y0, x1, y1, sprites[s, p], ix - half, iy - half, extent[k])


@fast
def draw_segments(dst, clip, ends, half_width, red, green, blue, alpha):
    """Smooth lines: ends f4[m, 4] px (x0, y0, x1, y1), alpha 0..1."""
    reach = half_width + 1.0
    for m in range(ends.shape[0]):
        ax, ay, bx, by = ends[m, 0], ends[m, 1], ends[m, 2], ends[m, 3]
        ux, uy = bx - ax, by - ay
        length2 = max(ux * ux + uy * uy, 1e-6)
        for j in range(max(clip[1], int(min(ay, by) - reach)), min(clip[3], int(max(ay, by) + reach) + 2)):
            for i in range(max(clip[0], int(min(ax, bx) - reach)), min(clip[2], int(max(ax, bx) + reach) + 2)):
                wx, wy = i + 0.5 - ax, j + 0.5 - ay
                t = min(max((wx * ux + wy * uy) / length2, 0.0), 1.0)
                d = np.sqrt((wx - t * ux) ** 2 + (wy - t * uy) ** 2) - half_width
                cover = min(max(0.5 - d, 0.0), 1.0) * alpha
                if cover > 0.0:
                    dst[j, i] = _mix(dst[j, i], red, green, blue, int(cover * 256))


@fast
def draw_ring(dst, clip, cx, cy, radius, half_width, red, green, blue):
    """A smooth circle line about (cx, cy) px; what lies inside stays as it is."""
    outer = radius + half_width + 1.0
    for j in range(max(clip[1], int(cy - outer)), min(clip[3], int(cy + outer) + 2)):
        for i in range(max(clip[0], int(cx - outer)), min(clip[2], int(cx + outer) + 2)):
            away = np.sqrt((i + 0.5 - cx) ** 2 + (j + 0.5 - cy) ** 2)
            cover = min(max(0.5 + half_width - abs(away - radius), 0.0), 1.0)
            if cover > 0.0:
                dst[j, i] = _mix(dst[j, i], red, green, blue, int(cover * 256))


@fast
def draw_disc(dst, clip, cx, cy, rx, ry, red, green, blue, alpha):
    """A smooth ellipse with half axes rx, ry px about (cx, cy) px; alpha 0..1."""
    for j in range(max(clip[1], int(cy - ry - 1)), min(clip[3], int(cy + ry) + 2)):
        for i in range(max(clip[0], int(cx - rx - 1)), min(clip[2], int(cx + rx) + 2)):
            cover = min(max(0.5 - _ellipse(i + 0.5 - cx, j + 0.5 - cy, rx, ry), 0.0), 1.0) * alpha
            if cover > 0.0:
                dst[j, i] = _mix(dst[j, i], red, green, blue, int(cover * 256))


@fast
def draw_glow(dst, clip, cx, cy, radius, red, green, blue, strength):
    """Light about (cx, cy) px that fades out towards `radius` px; strength 0..1 in the middle."""
    for j in range(max(clip[1], int(cy - radius)), min(clip[3], int(cy + radius) + 2)):
        for i in range(max(clip[0], int(cx - radius)), min(clip[2], int(cx + radius) + 2)):
            fade = 1.0 - ((i + 0.5 - cx) ** 2 + (j + 0.5 - cy) ** 2) / (radius * radius)
            if fade > 0.0:
                dst[j, i] = _mix(dst[j, i], red, green, blue, int(strength * fade * fade * 256))


@fast
def draw_throws(dst, clip, flights, time, rise, size, ox, oy, zoom, colour, shade, mark):
    """Things in the air at `time` s: a thin ring where each will land, its shadow on the ground, and itself above.

    flights f4[k, 6]: from x, y, to x, y m, thrown at, landing at s; `rise`: px a thing seems higher for each m of its
    way at the top of its arc, which is a parabola; size px; colour, shade, mark u1[3].
    """
    for k in range(flights.shape[0]):
        start, end = flights[k, 4], flights[k, 5]
        if time < start or time > end or end <= start:
            continue
        part = (time - start) / (end - start)
        ax, ay = ox + flights[k, 0] * zoom, oy + flights[k, 1] * zoom
        bx, by = ox + flights[k, 2] * zoom, oy + flights[k, 3] * zoom
        x, y = ax + (bx - ax) * part, ay + (by - ay) * part
        way = np.sqrt((flights[k, 2] - flights[k, 0]) ** 2 + (flights[k, 3] - flights[k, 1]) ** 2)
        up = 4.0 * part * (1.0 - part) * way * rise
        # The ring closes in on the place as the thing comes down.
        draw_ring(
            dst, clip, bx, by, size * (1.6 + 2.4 * (1.0 - part)), max(0.28 * size, 0.8), mark[0], mark[1], mark[2]
        )
        draw_disc(dst, clip, x, y, 0.9 * size, 0.6 * size, shade[0], shade[1], shade[2], 0.45)
        for n in range(1, 7):  # where it was, fading
            past = part - 0.035 * n
            if past > 0.0:
                tx, ty = ax + (bx - ax) * past, ay + (by - ay) * past
                ty -= 4.0 * past * (1.0 - past) * way * rise
                r = size * (0.62 - 0.07 * n)
                draw_disc(dst, clip, tx, ty, r, r, colour[0], colour[1], colour[2], 0.55 - 0.07 * n)
        draw_disc(dst, clip, x, y - up, size + 1.2, size + 1.2, shade[0], shade[1], shade[2], 1.0)
        draw_disc(dst, clip, x, y - up, size, size, colour[0], colour[1], colour[2], 1.0)


@fast
def draw_spray(dst, clip, ax, ay, bx, by, near, far, solid, time, red, green, blue):
    """Water from the nozzle a to the target b, px: `near` and `far` px half wide at its ends.

    Streaks run along it with `time` s; `solid` 0..1 is its cover at the nozzle, less towards the target. It ends in
    the round of its reach.
    """
    ux, uy = bx - ax, by - ay
    length = max(np.sqrt(ux * ux + uy * uy), 1.0)
    ux, uy = ux / length, uy / length
    reach = far + 1.0
    for j in range(max(clip[1], int(min(ay, by) - reach)), min(clip[3], int(max(ay, by) + reach) + 2)):
        for i in range(max(clip[0], int(min(ax, bx) - reach)), min(clip[2], int(max(ax, bx) + reach) + 2)):
            wx, wy = i + 0.5 - ax, j + 0.5 - ay
            u = wx * ux + wy * uy
            if u < 0.0:
                continue
            v = abs(wy * ux - wx * uy)
            along = min(u / length, 1.0)
            wide = near + (far - near) * along
            beyond = np.sqrt(max(u - length, 0.0) ** 2 + v * v) if u > length else v
            if beyond > wide:
                continue
            side = (wy * ux - wx * uy) / wide  # -1 .. 1 across
            # Lanes of drops: each lane of the fan has a beat of its own.
            lane = np.floor((side + 1.0) * 4.5)
            beat = np.sin(u * 0.16 - time * 22.0 + lane * 2.4)
            cover = (
                solid * (1.0 - 0.55 * along) * (0.72 + 0.28 * beat) * min((wide - beyond) / (0.18 * wide + 1.0), 1.0)
            )
            dst[j, i] = _mix(dst[j, i], red, green, blue, int(cover * 256))


@fast
def paint_steps(dst, clip, field, cell, steps, alpha, ramp, hatch, ox, oy, zoom):
    """A field in steps: a tint from steps[0] on, a deeper one with hatching from steps[-1] on, a line at each step.

    field f4[rows, cols] on cells of `cell` m; steps f4[k], rising; alpha f4[k] 0..1; ramp u1[k, 3]; hatch px between
    the slanting lines of the last step. Between the steps the tint grows.
    """
    rows, cols = field.shape
    count = steps.shape[0]
    scale = 1.0 / (zoom * cell)
    for j in range(clip[1], clip[3]):
        fy = min(max((j + 0.5 - oy) * scale - 0.5, 0.0), rows - 1.001)
        r = int(fy)
        ty = fy - r
        for i in range(clip[0], clip[2]):
            fx = min(max((i + 0.5 - ox) * scale - 0.5, 0.0), cols - 1.001)
            c = int(fx)
            a, b, d, e = field[r, c], field[r, c + 1], field[r + 1, c], field[r + 1, c + 1]
            if max(max(a, b), max(d, e)) < steps[0]:
                continue
            tx = fx - c
            value = (a + (b - a) * tx) * (1 - ty) + (d + (e - d) * tx) * ty
            level = -1
            while level + 1 < count and value >= steps[level + 1]:
                level += 1
            if level < 0:
                continue
            cover = alpha[level]
            if level + 1 < count:
                cover += (alpha[level + 1] - cover) * 0.6 * (value - steps[level]) / (steps[level + 1] - steps[level])
            elif (i + j) % hatch < 2:
                cover = min(cover + 0.28, 1.0)
            # A line where the value has just passed the step, two and a half pixels wide whatever the slope.
            slope_x, slope_y = (b - a) * (1 - ty) + (e - d) * ty, (d - a) * (1 - tx) + (e - b) * tx
            slope = max(np.sqrt(slope_x * slope_x + slope_y * slope_y) * scale, 1e-9)
            line = min(max(2.5 - (value - steps[level]) / slope, 0.0), 1.0)
            cover += (0.95 - cover) * line
            dst[j, i] = _mix(dst[j, i], ramp[level, 0], ramp[level, 1], ramp[level, 2], int(cover * 256))


@fast
def mark_cells(taken, positions, kind, half, ox, oy, zoom, cell, pad):
    """Note which cells (`cell` px wide) of `taken` u1[rows, cols] a person's square reaches; half f4[kinds] px."""
    rows, cols = taken.shape
    for n in range(kind.shape[0]):
        k = kind[n]
        if k < 0:
            continue
        px, py, r = ox + positions[n, 0] * zoom, oy + positions[n, 1] * zoom, half[k] + pad
        c0, c1 = int(np.floor((px - r) / cell)), int(np.floor((px + r) / cell))
        r0, r1 = int(np.floor((py - r) / cell)), int(np.floor((py + r) / cell))
        for j in range(max(r0, 0), min(r1 + 1, rows)):
            for i in range(max(c0, 0), min(c1 + 1, cols)):
                taken[j, i] = 1


@fast
def density(positions, kind, cell, out, spare):
    """People per m2 on a grid of `cell` m, smoothed over about a metre: out and spare f4[rows, cols]."""
    rows, cols = out.shape
    out[:] = 0.0
    each = 1.0 / (cell * cell)
    for n in range(kind.shape[0]):
        if kind[n] >= 0:
            i, j = int(positions[n, 0] / cell), int(positions[n, 1] / cell)
            if 0 <= i < cols and 0 <= j < rows:
                out[j, i] += each
    for _ in range(2):  # two passes of a box of three cells each way: close to a bell
        for j in range(rows):
            for i in range(cols):
                left, right = max(i - 1, 0), min(i + 1, cols - 1)
                spare[j, i] = (out[j, left] + out[j, i] + out[j, right]) / 3.0
        for j in range(rows):
            up, down = max(j - 1, 0), min(j + 1, rows - 1)
            for i in range(cols):
                out[j, i] = (spare[up, i] + spare[j, i] + spare[down, i]) / 3.0


@fast
def paint_heat(dst, clip, field, cell, ramp, low, step, strength, ox, oy, zoom):
    """The density over the ground: nothing below `low`, ramp u1[levels, 3] every `step` above it.

    One colour for two by two pixels: the field is smooth over half a metre, and it costs a third.
    """
    rows, cols = field.shape
    levels = ramp.shape[0]
    scale = 1.0 / (zoom * cell)
    for j in range(clip[1], clip[3], 2):
        fy = (j + 1.0 - oy) * scale - 0.5
        r = int(np.floor(fy))
        if r < 0 or r >= rows - 1:
            continue
        ty = fy - r
        for i in range(clip[0], clip[2], 2):
            fx = (i + 1.0 - ox) * scale - 0.5
            c = int(np.floor(fx))
            if c < 0 or c >= cols - 1:
                continue
            a, b, d, e = field[r, c], field[r, c + 1], field[r + 1, c], field[r + 1, c + 1]
            if max(max(a, b), max(d, e)) < low:
                continue
            tx = fx - c
            value = (a + (b - a) * tx) * (1 - ty) + (d + (e - d) * tx) * ty
            if value < low:
                continue
            at = min((value - low) / step, levels - 1.001)
            k = int(at)
            part = at - k
            red = int(ramp[k, 0] + (ramp[k + 1, 0] - float(ramp[k, 0])) * part)
            green = int(ramp[k, 1] + (ramp[k + 1, 1] - float(ramp[k, 1])) * part)
            blue = int(ramp[k, 2] + (ramp[k + 1, 2] - float(ramp[k, 2])) * part)
            # A soft shore: the lowest quarter of a person per m2 fades in.
            alpha = int(strength * 256 * min(1.0, (value - low) * 4.0))
            for y in range(j, min(j + 2, clip[3])):
                for x in range(i, min(i + 2, clip[2])):
                    dst[y, x] = _mix(dst[y, x], red, green, blue, alpha)


@fast
def paint_triangles(dst, cx0, cy0, cx1, cy1, place, uv, colour, index, texture):
    """Triangles of an interface onto the picture, in their order.

    place f4[n, 2] px, uv f4[n, 2] 0..1, colour u1[n, 4] RGBA, index u2 or u4[m], texture u1[rows, cols] (its alpha).
    Two triangles that form an upright rectangle of one colour, such as a glyph or a bar, take a short way.
    """
    rows, cols = texture.shape
    m, count = 0, index.shape[0]
    while m + 2 < count:
        a, b, c = index[m], index[m + 1], index[m + 2]
        plain = colour[a, 0] == colour[b, 0] and colour[a, 0] == colour[c, 0] and colour[a, 1] == colour[b, 1]
        plain = plain and colour[a, 1] == colour[c, 1] and colour[a, 2] == colour[b, 2] and colour[a, 2] == colour[c, 2]
        plain = plain and colour[a, 3] == colour[b, 3] and colour[a, 3] == colour[c, 3]
        if plain and m + 5 < count and index[m + 3] == a and index[m + 4] == c:
            d = index[m + 5]
            upright = place[a, 1] == place[b, 1] and place[b, 0] == place[c, 0] and place[c, 1] == place[d, 1]
            if upright and place[d, 0] == place[a, 0] and place[a, 0] < place[c, 0] and place[a, 1] < place[c, 1]:
                red, green, blue, alpha = colour[a, 0], colour[a, 1], colour[a, 2], np.int64(colour[a, 3])
                alpha += alpha >> 7
                x0, y0, x1, y1 = place[a, 0], place[a, 1], place[c, 0], place[c, 1]
                du, dv = (uv[c, 0] - uv[a, 0]) * cols / (x1 - x0), (uv[c, 1] - uv[a, 1]) * rows / (y1 - y0)
                flat = du == 0.0 and dv == 0.0
                for j in range(max(cy0, int(np.floor(y0 + 0.5))), min(cy1, int(np.floor(y1 + 0.5)))):
                    ty = min(max(int(uv[a, 1] * rows + (j + 0.5 - y0) * dv), 0), rows - 1)
                    for i in range(max(cx0, int(np.floor(x0 + 0.5))), min(cx1, int(np.floor(x1 + 0.5)))):
                        cover = alpha
                        if not flat:
                            tx = min(max(int(uv[a, 0] * cols + (i + 0.5 - x0) * du), 0), cols - 1)
                            cover = alpha * np.int64(texture[ty, tx]) // 255
                        if cover:
                            dst[j, i] = _mix(dst[j, i], red, green, blue, cover)
                m += 6
                continue
        m += 3
        ax, ay, bx, by, px, py = place[a, 0], place[a, 1], place[b, 0], place[b, 1], place[c, 0], place[c, 1]
        area = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
        if area == 0.0:
            continue
        inv = 1.0 / area
        top, bottom = min(ay, min(by, py)), max(ay, max(by, py))
        left, right = min(ax, min(bx, px)), max(ax, max(bx, px))
        for j in range(max(cy0, int(np.ceil(top - 0.5))), min(cy1, int(np.ceil(bottom - 0.5)))):
            # Looked at a hair off the middle of the pixel: then it never lies on the seam of two triangles.
            y = j + 0.5 + 0.0019
            for i in range(max(cx0, int(np.ceil(left - 0.5))), min(cx1, int(np.ceil(right - 0.5)))):
                x = i + 0.5 + 0.0037
                wb = ((x - ax) * (py - ay) - (y - ay) * (px - ax)) * inv
                wc = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) * inv
                wa = 1.0 - wb - wc
                if wa < 0.0 or wb < 0.0 or wc < 0.0:
                    continue
                alpha = colour[a, 3] * wa + colour[b, 3] * wb + colour[c, 3] * wc
                tx = int((uv[a, 0] * wa + uv[b, 0] * wb + uv[c, 0] * wc) * cols)
                ty = int((uv[a, 1] * wa + uv[b, 1] * wb + uv[c, 1] * wc) * rows)
                alpha = alpha * texture[min(max(ty, 0), rows - 1), min(max(tx, 0), cols - 1)] / 255.0
                cover = int(alpha * 256 / 255 + 0.5)
                if cover > 0:
                    red = int(colour[a, 0] * wa + colour[b, 0] * wb + colour[c, 0] * wc + 0.5)
                    green = int(colour[a, 1] * wa + colour[b, 1] * wb + colour[c, 1] * wc + 0.5)
                    blue = int(colour[a, 2] * wa + colour[b, 2] * wb + colour[c, 2] * wc + 0.5)
                    dst[j, i] = _mix(dst[j, i], red, green, blue, min(cover, 256))


@fast
def draw_trails(dst, clip, history, rows, ox, oy, zoom, red, green, blue, half_width):
    """Where people came from: history f4[k, n, 2] m from old to new, for these rows i4[m]; older is fainter.

    A step of more than 5 m is no walk but an arrival, and not drawn. Squares along the way: a trail is thin and there
    are thousands.
    """
    count = history.shape[0]
    for m in range(rows.shape[0]):
        n = rows[m]
        for k in range(count - 1):
            ax, ay = ox + history[k, n, 0] * zoom, oy + history[k, n, 1] * zoom
            bx, by = ox + history[k + 1, n, 0] * zoom, oy + history[k + 1, n, 1] * zoom
            dx, dy = bx - ax, by - ay
            long = max(abs(dx), abs(dy))
            if long < 1.0 or long > 5.0 * zoom:
                continue
            alpha = np.int64(60 + 150 * (k + 1) / count)
            steps = int(long)
            for s in range(steps):
                x, y = int(ax + dx * s / steps), int(ay + dy * s / steps)
                for j in range(max(y - half_width, clip[1]), min(y + half_width + 1, clip[3])):
                    for i in range(max(x - half_width, clip[0]), min(x + half_width + 1, clip[2])):
                        dst[j, i] = _mix(dst[j, i], red, green, blue, alpha)


@fast
def look_around(blind, tile, eyes, heading, half_angle, reach, out):
    """Which tiles are seen: out u1[rows, cols] becomes 1 where a ray from one of the eyes f4[m, 2] m arrives.

    blind bool[rows, cols]: tiles nobody sees past; heading f4[m] rad, half_angle rad, reach m. What blocks is seen.
    """
    rows, cols = blind.shape
    stride = 0.8 * tile
    rays = int(2.0 * half_angle * reach / (1.2 * tile)) + 1
    steps = int(reach / stride)
    for m in range(eyes.shape[0]):
        for k in range(rays):
            angle = heading[m] + half_angle * (2.0 * k / max(rays - 1, 1) - 1.0)
            dx, dy = np.cos(angle) * stride, np.sin(angle) * stride
            x, y = float(eyes[m, 0]), float(eyes[m, 1])
            for s in range(steps):
                c, r = int(np.floor(x / tile)), int(np.floor(y / tile))
                if r < 0 or c < 0 or r >= rows or c >= cols:
                    break
                out[r, c] = 1
                if blind[r, c] and s > 1:
                    break
                x += dx
                y += dy


@fast
def in_sight(blind, tile, eyes, points, reach, out):
    """Whom somebody sees: out u1[n] becomes 1 where a line free of blind tiles joins a point with one of the eyes.

    points f4[n, 2], eyes f4[m, 2], reach: m; blind bool[rows, cols]. A blind tile all of which is nearer than its own
    size to either end does not block: who stands in a door is seen. From tile to tile after Amanatides and Woo (1987).
    """
    rows, cols = blind.shape
    for n in range(points.shape[0]):
        x, y = float(points[n, 0]), float(points[n, 1])
        for m in range(eyes.shape[0]):
            dx, dy = float(eyes[m, 0]) - x, float(eyes[m, 1]) - y
            far2 = dx * dx + dy * dy
            if far2 > reach * reach:
                continue
            far = np.sqrt(far2)
            ex, ey = dx / max(far, 1e-6), dy / max(far, 1e-6)
            c, r = int(np.floor(x / tile)), int(np.floor(y / tile))
            step_c, step_r = 1 if ex > 0 else -1, 1 if ey > 0 else -1
            across_x = tile / abs(ex) if abs(ex) > 1e-6 else 1e9
            across_y = tile / abs(ey) if abs(ey) > 1e-6 else 1e9
            next_x = ((c + (1 if ex > 0 else 0)) * tile - x) / ex if abs(ex) > 1e-6 else 1e9
            next_y = ((r + (1 if ey > 0 else 0)) * tile - y) / ey if abs(ey) > 1e-6 else 1e9
            entered, free = 0.0, True
            while entered < far - tile:
                left = min(next_x, next_y)
                if left > tile and 0 <= r < rows and 0 <= c < cols and blind[r, c]:
                    free = False
                    break
                if next_x < next_y:
                    c += step_c
                    next_x += across_x
                else:
                    r += step_r
                    next_y += across_y
                entered = left
            if free:
                out[n] = 1
                break


@fast
def shade(dst, clip, seen, tile, strength, red, green, blue, ox, oy, zoom):
    """A tint with `strength` 0..1 over every pixel whose tile of seen u1[rows, cols] is 0; four pixels at once."""
    rows, cols = seen.shape
    alpha = np.int64(strength * 256)
    for j in range(clip[1], clip[3], 2):
        r = int(np.floor((j + 1.0 - oy) / (zoom * tile)))
        for i in range(clip[0], clip[2], 2):
            c = int(np.floor((i + 1.0 - ox) / (zoom * tile)))
            if 0 <= r < rows and 0 <= c < cols and seen[r, c]:
                continue
            for y in range(j, min(j + 2, clip[3])):
                for x in range(i, min(i + 2, clip[2])):
                    dst[y, x] = _mix(dst[y, x], red, green, blue, alpha)


@fast
def crowd_pressure(positions, velocities, kind, cell, out, spare):
    """Density times the variance of velocity, 1/s2 (Helbing et al. 2007, doi:10.1103/PhysRevE.75.046109).

    On cells of `cell` m, each with the people of its own and the eight around it: out f4[rows, cols];
    spare f4[4, rows, cols]. Fewer than four people have no variance worth the name.
    """
    rows, cols = out.shape
    spare[:] = 0.0
    for n in range(kind.shape[0]):
        if kind[n] >= 0:
            i, j = int(positions[n, 0] / cell), int(positions[n, 1] / cell)
            if 0 <= i < cols and 0 <= j < rows:
                u, v = velocities[n, 0], velocities[n, 1]
                spare[0, j, i] += 1.0
                spare[1, j, i] += u
                spare[2, j, i] += v
                spare[3, j, i] += u * u + v * v
    for j in range(rows):
        for i in range(cols):
            out[j, i] = 0.0
            count, u, v, square = 0.0, 0.0, 0.0, 0.0
            for y in range(max(j - 1, 0), min(j + 2, rows)):
                for x in range(max(i - 1, 0), min(i + 2, cols)):
                    count += spare[0, y, x]
                    u += spare[1, y, x]
                    v += spare[2, y, x]
                    square += spare[3, y, x]
            if count >= 4.0:
                variance = square / count - (u * u + v * v) / (count * count)
                out[j, i] = count / (9.0 * cell * cell) * max(variance, 0.0)


@fast
def dim(dst, clip, cx, cy, radius, keep):
    """Everything but a disc about (cx, cy) px at `keep` 0..1 of its light, with a soft edge."""
    for j in range(clip[1], clip[3]):
        for i in range(clip[0], clip[2]):
            away = np.sqrt((i - cx) ** 2 + (j - cy) ** 2)
            if away > radius:
                dark = min((away - radius) / (0.08 * radius + 1.0), 1.0) * (1.0 - keep)
                dst[j, i] = _mix(dst[j, i], 0, 0, 0, int(dark * 256))
