// Texts of shops and forums in one form: lower-case, without accents, with single spaces.
using System.Text;

namespace Tlpipe.Text.Tokenizers;

/// <summary>Normalizes texts. Control characters are deleted, and every white space, line breaks too, becomes a space.</summary>
/// <param name="lowercase">Whether letters become lower-case ones.</param>
/// <param name="stripAccents">Whether what Unicode decomposes into a letter and marks loses the marks.</param>
/// <param name="collapseSpaces">Whether several spaces become one, and those at the ends none.</param>
public sealed class TextNormalizer(bool lowercase, bool stripAccents, bool collapseSpaces)
{
    private readonly NormalizedText text = new(new TokenizerSettings { TokenizeChineseChars = false, Lowercase = lowercase, StripAccents = stripAccents });

    public string Normalize(string original)
    {
        text.Set(original, 0);
        var normalized = new StringBuilder(original.Length);
        foreach (var code in text.Codes)
        {
            if (code == ' ' && collapseSpaces && (normalized.Length == 0 || normalized[^1] == ' '))
                continue;
            normalized.Append(new Rune(code));
        }
        if (collapseSpaces && normalized.Length > 0 && normalized[^1] == ' ')
            normalized.Length--;
        return normalized.ToString();
    }
}
