// Texts for property tests: what reviews hold, and what nobody expects.
using CsCheck;

namespace Tlpipe.Text.Tests.Tokenizers;

internal static class TextGenerator
{
    /// <summary>Pieces of words, marks, emoji, control characters, halves of surrogate pairs, special tokens.</summary>
    public static Gen<string> Texts { get; } = Gen.OneOf(
        Gen.OneOfConst("bom", "produto ", " não", "PÉSSIMO", "kkkkk", "R$ 59,90", "[SEP]", "[MASK", "##", "\u0301", "\u200B", "👍🏽", "日本", "İ", "\n\t", "\u00A0"),
        Gen.Char.Select(character => character.ToString()),
        Gen.Int[0, 0x9F].Select(code => ((char)code).ToString()),
        Gen.Int[0xD800, 0xDFFF].Select(half => ((char)half).ToString()),
        Gen.Int[0x10000, 0x10FFFF].Select(char.ConvertFromUtf32),
        Gen.Char['a', 'z'].Array[1, 120].Select(letters => new string(letters))).Array[0, 12].Select(string.Concat);
}
