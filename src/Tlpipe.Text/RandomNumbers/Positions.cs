// Row positions in their own order, where every shuffle begins.
namespace Tlpipe.Text.RandomNumbers;

internal static class Positions
{
    public static int[] Range(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var positions = new int[count];
        for (var i = 0; i < count; i++)
            positions[i] = i;
        return positions;
    }
}
