"""Lanes: sixteen floats worked on at once, so that a kernel can say for a block of people what it says for one.

LLVM turns sixteen lanes into one AVX-512 register, two of AVX2 or four of SSE or NEON: one source serves every
processor, and because no operation here is fused or reordered, every processor computes the same bits.

    gap = load(crowd, X, t) - x            +  -  *  /  with lanes or numbers on either side, unary -
    near = (gap * gap < reach2) & first(n) <  <=  >  >=  give a mask; &  |  ~  combine masks
    f = where(near, f + gap, f)
    fx = total(f)

Where there are at most eight of something, `load_half` gives eight lanes instead, for the operations up to `root`.

Each operation has a scalar twin in tests/kernels/test_lanes.py, which checks every lane.
"""

import operator

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic, models, overload, register_model

LANES = 16
"""Floats in a block. Arrays that are read in blocks need this much room behind their last person."""

HALF = LANES // 2
"""Floats in half a block, for what there are at most eight of: half the registers, half the work."""

_F4, _I1, _I4 = ir.FloatType(), ir.IntType(1), ir.IntType(32)
_VECTOR, _MASK, _INTS = (ir.VectorType(kind, LANES) for kind in (_F4, _I1, _I4))
_ZERO = ir.Constant(_I4, 0)


class LanesType(types.Type):
    """Sixteen floats, or half as many."""

    def __init__(self, count: int) -> None:
        super().__init__(name=f"lanes{count}")
        self.count = count


class MaskType(types.Type):
    """As many truth values."""

    def __init__(self, count: int) -> None:
        super().__init__(name=f"mask{count}")
        self.count = count


lanes_type, mask_type = LanesType(LANES), MaskType(LANES)
half_type = LanesType(HALF)


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, ir.VectorType(_F4, kind.count))


@register_model(MaskType)
class _MaskModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, ir.VectorType(_I1, kind.count))


def _spread(builder, value, vector):
    """One value in every lane."""
    empty = ir.Constant(vector, ir.Undefined)
    one = builder.insert_element(empty, value, _ZERO)
    return builder.shuffle_vector(one, empty, ir.Constant(ir.VectorType(_I4, vector.count), [0] * vector.count))


def _as_lanes(context, builder, value, kind, count=LANES):
    """Lanes as they are; a number in every one of `count` lanes."""
    if isinstance(kind, LanesType):
        return value
    return _spread(builder, context.cast(builder, value, kind, types.float32), ir.VectorType(_F4, count))


def _lanes_among(*kinds):
    """The lanes that numbers beside them are spread to."""
    return next(kind for kind in kinds if isinstance(kind, LanesType))


def _constant(value):
    return ir.Constant(_VECTOR, [float(np.float32(value))] * LANES)


def _ints(value):
    return ir.Constant(_INTS, [value] * LANES)


# --- in and out -------------------------------------------------------------------------------------------------------


def _floats(array):
    return isinstance(array, types.Array) and (array.ndim, array.dtype, array.layout) == (2, types.float32, "C")


def _loads(kind, text):
    @intrinsic
    def apply(typing, array, row, column):
        if not _floats(array):
            return None

        def code(context, builder, signature, arguments):
            pointer = _place(context, builder, signature, arguments)
            return builder.load(builder.bitcast(pointer, ir.VectorType(_F4, kind.count).as_pointer()), align=4)

        return kind(array, types.intp, types.intp), code

    apply.__doc__ = text
    return apply


load = _loads(
    lanes_type,
    "Sixteen floats of `array[row]` from `column` on. array: f4[rows, n], C order, with room for a whole block.",
)
load_half = _loads(half_type, "Eight floats of `array[row]` from `column` on.")


@intrinsic
def store(typing, array, row, column, value):
    """Write the floats of a block, or of half a one, to `array[row]` from `column` on."""
    if not _floats(array) or not isinstance(value, LanesType):
        return None

    def code(context, builder, signature, arguments):
        pointer = _place(context, builder, signature, arguments)
        builder.store(arguments[3], builder.bitcast(pointer, arguments[3].type.as_pointer()), align=4)

    return types.void(array, types.intp, types.intp, value), code


def _place(context, builder, signature, arguments):
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    return cgutils.get_item_pointer(context, builder, signature.args[0], array, arguments[1:3], wraparound=False)


@intrinsic
def every(typing, value):
    """The number in every lane."""
    if not isinstance(value, types.Number):
        return None

    def code(context, builder, signature, arguments):
        return _as_lanes(context, builder, arguments[0], signature.args[0])

    return lanes_type(value), code


@intrinsic
def first(typing, count):
    """Mask of the first `count` lanes; none if it is 0 or less, all if it is sixteen or more."""

    def code(context, builder, signature, arguments):
        limit = builder.trunc(arguments[0], _I4)
        here = ir.Constant(_INTS, list(range(LANES)))
        return builder.icmp_signed("<", here, _spread(builder, limit, _INTS))

    return mask_type(types.int64), code


@intrinsic
def lane(typing, place):
    """Mask of the one lane `place`; none outside 0..15."""

    def code(context, builder, signature, arguments):
        here = ir.Constant(_INTS, list(range(LANES)))
        return builder.icmp_signed("==", here, _spread(builder, builder.trunc(arguments[0], _I4), _INTS))

    return mask_type(types.int64), code


# --- arithmetic and comparison ----------------------------------------------------------------------------------------


def _binary(operation, make, result):
    @intrinsic
    def apply(typing, a, b):
        count = _lanes_among(a, b).count

        def code(context, builder, signature, arguments):
            one, other = (
                _as_lanes(context, builder, v, t, count) for v, t in zip(arguments, signature.args, strict=True)
            )
            return make(builder, one, other)

        return result(count)(a, b), code

    @overload(operation, inline="never")
    def choose(a, b):
        lanes = isinstance(a, LanesType), isinstance(b, LanesType)
        if all(lanes) or (any(lanes) and isinstance(b if lanes[0] else a, types.Number)):
            return lambda a, b: apply(a, b)
        return None


for _operation, _name in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _binary(_operation, lambda builder, a, b, name=_name: getattr(builder, name)(a, b), LanesType)
for _operation, _sign in ((operator.lt, "<"), (operator.le, "<="), (operator.gt, ">"), (operator.ge, ">=")):
    _binary(_operation, lambda builder, a, b, sign=_sign: builder.fcmp_ordered(sign, a, b), MaskType)


@intrinsic
def _negative(typing, a):
    return a(a), lambda context, builder, signature, arguments: builder.fneg(arguments[0])


@overload(operator.neg)
def _neg(a):
    return (lambda a: _negative(a)) if isinstance(a, LanesType) else None


def _combine(operation, name):
    @intrinsic
    def apply(typing, a, b):
        return a(a, b), lambda context, builder, signature, arguments: getattr(builder, name)(*arguments)

    @overload(operation)
    def choose(a, b):
        if isinstance(a, MaskType) and isinstance(b, MaskType):
            return lambda a, b: apply(a, b)
        return None


_combine(operator.and_, "and_")
_combine(operator.or_, "or_")


@intrinsic
def _not(typing, a):
    return a(a), lambda context, builder, signature, arguments: builder.not_(arguments[0])


@overload(operator.invert)
def _invert(a):
    return (lambda a: _not(a)) if isinstance(a, MaskType) else None


@intrinsic
def where(typing, mask, a, b):
    """Lane by lane `a` where the mask holds, `b` elsewhere; either may be a number."""
    if not isinstance(mask, MaskType):
        return None

    def code(context, builder, signature, arguments):
        one, other = (
            _as_lanes(context, builder, v, t, mask.count)
            for v, t in zip(arguments[1:], signature.args[1:], strict=True)
        )
        return builder.select(arguments[0], one, other)

    return LanesType(mask.count)(mask, a, b), code


def _choose(sign, text):
    @intrinsic
    def apply(typing, a, b):
        count = _lanes_among(a, b).count

        def code(context, builder, signature, arguments):
            one, other = (
                _as_lanes(context, builder, v, t, count) for v, t in zip(arguments, signature.args, strict=True)
            )
            return builder.select(builder.fcmp_ordered(sign, one, other), one, other)

        return LanesType(count)(a, b), code

    apply.__doc__ = text
    return apply


lower = _choose("<", "Lane by lane the lower of the two.")
higher = _choose(">", "Lane by lane the higher of the two.")


def _call(name, builder, *arguments):
    vector = arguments[0].type
    kind = ir.FunctionType(vector, [vector] * len(arguments))
    function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v{vector.count}f32")
    return builder.call(function, arguments)


@intrinsic
def size(typing, a):
    """Absolute value."""
    return a(a), lambda context, builder, signature, arguments: _call("fabs", builder, arguments[0])


@intrinsic
def root(typing, a):
    """Square root."""
    return a(a), lambda context, builder, signature, arguments: _call("sqrt", builder, arguments[0])


_EXP2 = (1.0, 0.6931472, 0.24022651, 0.055504087, 0.009618129, 0.0013333558, 0.00015403530)
"""2^f for |f| <= 1/2, the Taylor series in f ln 2: relative error below 2e-7."""


@intrinsic
def exp(typing, a):
    """e to the a-th; relative error below 5e-7 for -5..5 and 5e-6 for -87..87, beyond that the value at the end.

    Split into 2^(n + f), n whole, |f| <= 1/2: a polynomial for f, and n written into the exponent of a float.
    """

    def code(context, builder, signature, arguments):
        x = builder.fmul(arguments[0], _constant(1.4426950408889634))
        low, high = _constant(-126.0), _constant(126.0)
        x = builder.select(builder.fcmp_ordered("<", x, low), low, x)
        x = builder.select(builder.fcmp_ordered(">", x, high), high, x)
        # Adding and taking away 1.5 * 2^23 rounds to the nearest whole number without a rounding instruction.
        magic = _constant(12582912.0)
        shifted = builder.fadd(x, magic)
        whole = builder.fsub(shifted, magic)
        f = builder.fsub(x, whole)

        # Pairs of terms, then pairs of pairs: a third of the latency of one term after the other.
        def term(k, power):
            return builder.fadd(_constant(_EXP2[k]), builder.fmul(power, _constant(_EXP2[k + 1])))

        square = builder.fmul(f, f)
        low_terms = builder.fadd(term(0, f), builder.fmul(square, term(2, f)))
        high_terms = builder.fadd(term(4, f), builder.fmul(square, _constant(_EXP2[6])))
        result = builder.fadd(low_terms, builder.fmul(builder.fmul(square, square), high_terms))
        exponent = builder.add(builder.bitcast(shifted, _INTS), _ints(127 - 0x4B400000))
        power = builder.bitcast(builder.shl(exponent, _ints(23)), _VECTOR)
        return builder.fmul(result, power)

    return lanes_type(a), code


# --- over the lanes ---------------------------------------------------------------------------------------------------


def _fold(builder, value, join):
    """Join the sixteen lanes in a fixed tree, so that the sum has the same bits on every processor."""
    half = LANES // 2
    while half:
        picks = [(k + half) if k < half else k for k in range(LANES)]
        value = join(value, builder.shuffle_vector(value, value, ir.Constant(_INTS, picks)))
        half //= 2
    return builder.extract_element(value, _ZERO)


@intrinsic
def total(typing, a):
    """Sum of the lanes."""

    def code(context, builder, signature, arguments):
        return _fold(builder, arguments[0], builder.fadd)

    return types.float32(a), code


@intrinsic
def least(typing, a):
    """Smallest of the lanes."""

    def code(context, builder, signature, arguments):
        return _fold(builder, arguments[0], lambda a, b: builder.select(builder.fcmp_ordered("<", a, b), a, b))

    return types.float32(a), code


@intrinsic
def bits(typing, mask):
    """The mask as a number, lane k in bit k."""

    def code(context, builder, signature, arguments):
        return builder.zext(builder.bitcast(arguments[0], ir.IntType(LANES)), ir.IntType(64))

    return types.int64(mask), code


@intrinsic
def lowest_bit(typing, number):
    """Place of the lowest set bit of a number that is not 0."""

    def code(context, builder, signature, arguments):
        kind = ir.FunctionType(ir.IntType(64), [ir.IntType(64), _I1])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.cttz.i64")
        return builder.call(function, [arguments[0], ir.Constant(_I1, 1)])

    return types.int64(types.int64), code


@njit(inline="always")
def some(mask):
    """Whether the mask holds in any lane."""
    return bits(mask) != 0
