// The steps of attention between its products: on a row's scores, sixteen numbers at a time.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tlpipe.Nlp.Kernels;

/// <summary>The steps of <see cref="RowAttention"/>; spans are as long as a multiple of <see cref="SmallProduct.Lanes"/>.</summary>
internal static class RowSteps
{
    /// <summary><c>[length, width]</c> to <c>[width, stride]</c>; elements after length stay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(MatrixView rows, int length, int width, ref float turned, int stride)
    {
        var i = 0;
        for (; i + 8 <= length; i += 8)
        {
            ref var row = ref Unsafe.Add(ref rows.Start, i * rows.Row);
            var step = rows.Row;
            for (var j = 0; j < width; j++)
            {
                ref var at = ref Unsafe.Add(ref row, j);
                Vector256.Create(
                    at,
                    Unsafe.Add(ref at, step),
                    Unsafe.Add(ref at, 2 * step),
                    Unsafe.Add(ref at, 3 * step),
                    Unsafe.Add(ref at, 4 * step),
                    Unsafe.Add(ref at, 5 * step),
                    Unsafe.Add(ref at, 6 * step),
                    Unsafe.Add(ref at, 7 * step)).StoreUnsafe(ref Unsafe.Add(ref turned, (j * stride) + i));
            }
        }
        for (; i < length; i++)
            for (var j = 0; j < width; j++)
                Unsafe.Add(ref turned, (j * stride) + i) = Unsafe.Add(ref rows.Start, (i * rows.Row) + j);
    }

    /// <summary>For one query, in place; elements after length become 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(Span<float> scores, int length)
    {
        ref var start = ref MemoryMarshal.GetReference(scores);
        scores[length..].Fill(float.NegativeInfinity);
        var most = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < scores.Length; i += SmallProduct.Lanes)
            most = Vector512.Max(most, Vector512.LoadUnsafe(ref start, (nuint)i));
        var highest = float.NegativeInfinity;
        for (var i = 0; i < SmallProduct.Lanes; i++)
            highest = Math.Max(highest, most[i]);
        var sums = Vector512<float>.Zero;
        for (var i = 0; i < scores.Length; i += SmallProduct.Lanes)
        {
            var e = Vector512.Exp(Vector512.LoadUnsafe(ref start, (nuint)i) - Vector512.Create(highest));
            sums += e;
            e.StoreUnsafe(ref start, (nuint)i);
        }
        var factor = 1 / Vector512.Sum(sums);
        for (var i = 0; i < scores.Length; i += SmallProduct.Lanes)
            (Vector512.LoadUnsafe(ref start, (nuint)i) * factor).StoreUnsafe(ref start, (nuint)i);
    }

    /// <summary>For one query: the masked probabilities, and, in place, the gradients of the scores from those of the masked probabilities.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Differentiate(Span<float> probabilities, Span<float> gradients, Span<float> masked, float kept)
    {
        ref var p = ref MemoryMarshal.GetReference(probabilities);
        ref var g = ref MemoryMarshal.GetReference(gradients);
        ref var m = ref MemoryMarshal.GetReference(masked);
        var sums = Vector512<float>.Zero;
        for (nuint i = 0; i < (nuint)probabilities.Length; i += SmallProduct.Lanes)
        {
            var signed = Vector512.LoadUnsafe(ref p, i);
            // Those that dropout removed are negative (or -0) and add nothing to the sum.
            var value = Vector512.Max(signed, Vector512<float>.Zero) * kept;
            value.StoreUnsafe(ref m, i);
            sums += value * Vector512.LoadUnsafe(ref g, i);
        }
        var sum = Vector512.Create(Vector512.Sum(sums));
        for (nuint i = 0; i < (nuint)probabilities.Length; i += SmallProduct.Lanes)
        {
            var value = Vector512.LoadUnsafe(ref m, i) * Vector512.LoadUnsafe(ref g, i);
            (value - (Vector512.Abs(Vector512.LoadUnsafe(ref p, i)) * sum)).StoreUnsafe(ref g, i);
        }
    }

    /// <summary>For one query: multiplies by the mask, and negates the probabilities that it removes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mask(Span<float> probabilities, Span<float> mask, Span<float> masked)
    {
        ref var p = ref MemoryMarshal.GetReference(probabilities);
        ref var m = ref MemoryMarshal.GetReference(mask);
        ref var result = ref MemoryMarshal.GetReference(masked);
        for (nuint i = 0; i < (nuint)probabilities.Length; i += SmallProduct.Lanes)
        {
            var (value, factor) = (Vector512.LoadUnsafe(ref p, i), Vector512.LoadUnsafe(ref m, i));
            (value * factor).StoreUnsafe(ref result, i);
            Vector512.ConditionalSelect(Vector512.Equals(factor, Vector512<float>.Zero), -value, value).StoreUnsafe(ref p, i);
        }
    }
}
