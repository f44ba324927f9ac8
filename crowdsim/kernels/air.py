"""Irritant gas on the cells of the ground: carried by the wind, spread, thinned."""

from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def drift(gas, open_east, open_south, spread, fade, wind_east, wind_south, cell, dt, scratch, out_gas):
    """One step of dc/dt + div(u c) = div(K grad c) - c / T in flux form, upwind; returns what left over the map's edge.

    gas        : f4[rows, cols], mg/m3 ; open_east, open_south : bool[rows, cols], where air passes to the next cell
    spread     : f4[rows, cols], m2/s, K ; of two cells the smaller counts
    fade       : f4[rows, cols], 1/s, 1 / T ; cell : m ; dt : s < cell^2 / 4 K
    wind_east  : f4[rows, cols + 1], m/s, over the faces west of each cell and the map's east edge
    wind_south : f4[rows + 1, cols], m/s, over the faces north of each cell and the map's south edge
    scratch    : f4[rows, cols], overwritten ; out_gas : f4[rows, cols], may be `gas` itself
    returns    : the sum over cells of the concentration that the wind took over the edge, mg/m3

    No flux passes a wall. At the map's edge wind carries gas out and none in.

    Source: advection and diffusion; K 1.0 m2/s in the open, 0.3 in a yard, T 120 s and 1800 s under a roof [D].
    Check : against tests/naive.py, tests/kernels/test_harm_kernels.py; the sum is kept, tests/behaviour/test_harm.py.
    """
    rows, cols = gas.shape
    pace = dt / cell
    step = dt / (cell * cell)
    lost = 0.0
    for r in range(rows):
        for c in range(cols):
            scratch[r, c] = gas[r, c]
    for r in range(rows):
        for c in range(cols):
            here = gas[r, c]
            if c + 1 < cols:
                there = gas[r, c + 1]
                if open_east[r, c] and (here != 0.0 or there != 0.0):
                    flux = min(spread[r, c], spread[r, c + 1]) * step * (here - there)
                    wind = wind_east[r, c + 1] * pace
                    flux += wind * (here if wind > 0.0 else there)
                    scratch[r, c] -= flux
                    scratch[r, c + 1] += flux
            if r + 1 < rows:
                there = gas[r + 1, c]
                if open_south[r, c] and (here != 0.0 or there != 0.0):
                    flux = min(spread[r, c], spread[r + 1, c]) * step * (here - there)
                    wind = wind_south[r + 1, c] * pace
                    flux += wind * (here if wind > 0.0 else there)
                    scratch[r, c] -= flux
                    scratch[r + 1, c] += flux
            if here == 0.0:
                continue
            out = 0.0
            if c == cols - 1:
                out += max(0.0, wind_east[r, cols])
            if c == 0:
                out += max(0.0, -wind_east[r, 0])
            if r == rows - 1:
                out += max(0.0, wind_south[rows, c])
            if r == 0:
                out += max(0.0, -wind_south[0, c])
            scratch[r, c] -= out * pace * here
            lost += out * pace * here
    for r in range(rows):
        for c in range(cols):
            left = scratch[r, c] * (1.0 - min(1.0, fade[r, c] * dt))
            out_gas[r, c] = left if left > 1e-6 else 0.0  # the last traces are not carried on for ever
    return lost
