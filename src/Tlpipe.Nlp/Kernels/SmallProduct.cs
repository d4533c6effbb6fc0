// Products of matrices so small that a library's call costs more than the work.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tlpipe.Nlp.Kernels;

/// <summary>A matrix within an array: element (i, j) is at <c>Start + i * Row + j * Column</c>.</summary>
internal readonly ref struct MatrixView(ref float start, int row, int column = 1)
{
    public readonly ref float Start = ref start;

    public int Row { get; } = row;

    public int Column { get; } = column;

    public MatrixView Transposed => new(ref Start, Column, Row);
}

/// <summary>Products on one core, float32.</summary>
internal static class SmallProduct
{
    /// <summary>Widths are multiples of it.</summary>
    public const int Lanes = 16;

    /// <summary><c>c = scale * a b</c>.</summary>
    /// <param name="a"><c>[m, n]</c>, its elements anywhere.</param>
    /// <param name="b"><c>[n, width]</c>, elements of a row side by side.</param>
    /// <param name="c"><c>[m, width]</c>, elements of a row side by side.</param>
    /// <param name="m">Rows of a.</param>
    /// <param name="n">Columns of a.</param>
    /// <param name="width">A multiple of <see cref="Lanes"/>.</param>
    /// <param name="scale">A factor.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(MatrixView a, MatrixView b, MatrixView c, int m, int n, int width, float scale = 1)
    {
        const int Pair = 2 * Lanes;
        for (var column = 0; column < width; column += Pair)
        {
            ref var bColumn = ref Unsafe.Add(ref b.Start, column);
            var isPair = width - column >= Pair;
            var i = 0;
            for (; i + 4 <= m; i += 4)
            {
                ref var a0 = ref Unsafe.Add(ref a.Start, i * a.Row);
                ref var a1 = ref Unsafe.Add(ref a0, a.Row);
                ref var a2 = ref Unsafe.Add(ref a1, a.Row);
                ref var a3 = ref Unsafe.Add(ref a2, a.Row);
                ref var c0 = ref Unsafe.Add(ref c.Start, (i * c.Row) + column);
                ref var c1 = ref Unsafe.Add(ref c0, c.Row);
                ref var c2 = ref Unsafe.Add(ref c1, c.Row);
                ref var c3 = ref Unsafe.Add(ref c2, c.Row);
                Vector512<float> x0 = default, x1 = default, x2 = default, x3 = default, y0 = default, y1 = default, y2 = default, y3 = default;
                for (var k = 0; k < n; k++)
                {
                    ref var row = ref Unsafe.Add(ref bColumn, k * b.Row);
                    var at = k * a.Column;
                    var (s0, s1) = (Vector512.Create(Unsafe.Add(ref a0, at)), Vector512.Create(Unsafe.Add(ref a1, at)));
                    var (s2, s3) = (Vector512.Create(Unsafe.Add(ref a2, at)), Vector512.Create(Unsafe.Add(ref a3, at)));
                    var x = Vector512.LoadUnsafe(ref row);
                    x0 = Vector512.FusedMultiplyAdd(s0, x, x0);
                    x1 = Vector512.FusedMultiplyAdd(s1, x, x1);
                    x2 = Vector512.FusedMultiplyAdd(s2, x, x2);
                    x3 = Vector512.FusedMultiplyAdd(s3, x, x3);
                    if (!isPair)
                        continue;
                    var y = Vector512.LoadUnsafe(ref row, Lanes);
                    y0 = Vector512.FusedMultiplyAdd(s0, y, y0);
                    y1 = Vector512.FusedMultiplyAdd(s1, y, y1);
                    y2 = Vector512.FusedMultiplyAdd(s2, y, y2);
                    y3 = Vector512.FusedMultiplyAdd(s3, y, y3);
                }
                (x0 * scale).StoreUnsafe(ref c0);
                (x1 * scale).StoreUnsafe(ref c1);
                (x2 * scale).StoreUnsafe(ref c2);
                (x3 * scale).StoreUnsafe(ref c3);
                if (!isPair)
                    continue;
                (y0 * scale).StoreUnsafe(ref c0, Lanes);
                (y1 * scale).StoreUnsafe(ref c1, Lanes);
                (y2 * scale).StoreUnsafe(ref c2, Lanes);
                (y3 * scale).StoreUnsafe(ref c3, Lanes);
            }
            for (; i < m; i++)
            {
                ref var a0 = ref Unsafe.Add(ref a.Start, i * a.Row);
                ref var c0 = ref Unsafe.Add(ref c.Start, (i * c.Row) + column);
                Vector512<float> x0 = default, y0 = default;
                for (var k = 0; k < n; k++)
                {
                    ref var row = ref Unsafe.Add(ref bColumn, k * b.Row);
                    var s = Vector512.Create(Unsafe.Add(ref a0, k * a.Column));
                    x0 = Vector512.FusedMultiplyAdd(s, Vector512.LoadUnsafe(ref row), x0);
                    if (isPair)
                        y0 = Vector512.FusedMultiplyAdd(s, Vector512.LoadUnsafe(ref row, Lanes), y0);
                }
                (x0 * scale).StoreUnsafe(ref c0);
                if (isPair)
                    (y0 * scale).StoreUnsafe(ref c0, Lanes);
            }
        }
    }
}
