// Text as code points and back.
using System.Text;

namespace Tlpipe.Text.Tokenizers;

internal static class CodePoints
{
    public static int[] Of(string text) => [.. text.EnumerateRunes().Select(rune => rune.Value)];

    public static string ToText(ReadOnlySpan<int> codes)
    {
        var text = new StringBuilder(codes.Length);
        foreach (var code in codes)
            text.Append(new Rune(code));
        return text.ToString();
    }
}
