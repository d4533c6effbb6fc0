// Lays out a tensor's elements row by row where its strides say something else.
namespace Tlpipe.Nlp.Pickle;

/// <summary>Elements of a storage by shape and strides.</summary>
internal static class StridedElements
{
    /// <summary>Whether the elements already lie row by row without gaps.</summary>
    public static bool AreContiguous(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        var expected = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            if (shape[i] != 1 && strides[i] != expected)
                return false;
            expected *= shape[i];
        }
        return true;
    }

    /// <summary>
    /// Copies elements of <paramref name="size"/> bytes out of a region that begins with the tensor's first and ends with its last.
    /// </summary>
    public static void Gather(
        ReadOnlySpan<byte> region, ReadOnlySpan<long> shape, ReadOnlySpan<long> strides, int size, Span<byte> destination)
    {
        var index = new long[shape.Length];
        var element = 0L;
        for (var written = 0; written < destination.Length; written += size)
        {
            region.Slice((int)(element * size), size).CopyTo(destination[written..]);
            for (var i = shape.Length - 1; i >= 0; i--)
            {
                element += strides[i];
                if (++index[i] < shape[i])
                    break;
                element -= strides[i] * shape[i];
                index[i] = 0;
            }
        }
    }
}
